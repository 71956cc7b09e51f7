//! E0883 to W0885: statements of policies that do not do what they seem to do.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// What a statement does that looks as if it did something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// An `allow` that is never met.
    NeverAllows,
    /// An `allow` whose condition is always met.
    AlwaysAllows,
    /// A `deny` that is never met.
    NeverDenies,
    /// A `deny` whose condition is always met.
    AlwaysDenies,
}

impl Effect {
    /// Of a statement that is always or never met.
    pub fn of(deny: bool, always: bool) -> Self {
        match (deny, always) {
            (false, false) => Self::NeverAllows,
            (false, true) => Self::AlwaysAllows,
            (true, false) => Self::NeverDenies,
            (true, true) => Self::AlwaysDenies,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::NeverAllows => "never allows",
            Self::AlwaysAllows => "always allows",
            Self::NeverDenies => "never denies",
            Self::AlwaysDenies => "always denies",
        }
    }
}

/// An operator that IAM does not have.
pub fn unknown_operator(operator: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("IAM has no condition operator `{}`", operator.node);
    let diagnostic = Diagnostic::new(Code::E0883, message, operator.span, "")
        .note("the deployment would fail with \"MalformedPolicyDocument\"");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("use an operator such as `StringEquals`, `StringLike`, `ArnLike`, or `Bool`"),
    }
}

/// A condition key that requests for some of the actions do not have.
pub fn key_not_in_requests(
    key: &Spanned<String>,
    effect: Effect,
    actions: &[&str],
    all: bool,
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("this {} {}: its requests have no `{}`", effect.words(), listed(actions), key.node);
    let label = match effect {
        Effect::NeverAllows | Effect::NeverDenies => "a condition on a missing key is not met",
        Effect::AlwaysAllows | Effect::AlwaysDenies => "this operator matches requests without the key",
    };
    let diagnostic = Diagnostic::new(Code::W0883, message, key.span, label);
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if all => diagnostic.help("remove this condition, or use a condition key of the action"),
        None => diagnostic.help(format!("move {} into a statement of its own", listed(actions))),
    }
}

/// Resources to which an action does not apply. `edit`: how the first would fit.
pub fn wrong_resource(
    effect: Effect,
    action: &str,
    resource: Span,
    patterns: &[&str],
    edit: Option<&str>,
) -> Diagnostic {
    let message = format!("this {} `{action}`: the action applies to other resources", effect.words());
    let diagnostic = Diagnostic::new(Code::W0884, message, resource, "not a resource type of this action");
    match (edit, patterns) {
        (Some(edit), _) => diagnostic.help(format!("write `\"{edit}\"`")),
        (None, []) => diagnostic.help("write `on \"*\"`; the action does not support resource-level permissions"),
        (None, patterns) => {
            let shown = patterns.iter().take(3).copied();
            diagnostic.help(format!("use a resource of the form {}", wording::or_list(shown)))
        }
    }
}

/// The ARN of a secret without the suffix that Secrets Manager adds.
pub fn half_secret(effect: Effect, action: &str, resource: Span, edit: &str) -> Diagnostic {
    let message = format!("this {} `{action}`: the ARN of the secret lacks its suffix", effect.words());
    Diagnostic::new(Code::W0884, message, resource, "Secrets Manager adds a hyphen and six characters")
        .help(format!("write `\"{edit}\"`"))
}

/// A resource that is neither an ARN nor `*`.
pub fn not_an_arn(resource: &str, place: Span) -> Diagnostic {
    let message = format!("a policy takes ARNs, not `{resource}`");
    Diagnostic::new(Code::E0884, message, place, "expected an ARN or `*`")
        .note("the deployment would fail with \"MalformedPolicyDocument\"")
        .help("write the ARN, or the name of a declaration in this file")
}

/// A value of a type that an operator does not compare.
pub fn unfit_value(operator: &str, value: &str, wanted: &str, place: Span) -> Diagnostic {
    let message = format!("`{operator}` takes {wanted}, not `{value}`");
    Diagnostic::new(Code::W0885, message, place, "never matches a request")
}

/// A role or user of a template without the permissions boundary that its stack requires. `what`: `role`, `user`, or `role of`
/// for the role that SAM creates.
pub fn no_boundary(what: &str, id: &str, place: Span, boundary: &str, demanded: Span) -> Diagnostic {
    let message = format!("{what} `{id}` has no permissions boundary, but its stack requires one");
    Diagnostic::new(Code::E0885, message, place, "the deployment would fail with AccessDenied")
        .label(demanded, "required here")
        .help(format!("add the property `PermissionsBoundary: {boundary}`"))
}

/// The first of several actions, and how many others there are.
fn listed(actions: &[&str]) -> String {
    match actions {
        [first, _, rest @ ..] if !rest.is_empty() => {
            format!("`{first}` and {}", wording::count(rest.len() + 1, "other action"))
        }
        _ => wording::and_list(actions.iter().copied()),
    }
}
