//! E0883 to W0885: what statements of policies come to.

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
    let diagnostic = Diagnostic::new(Code::E0883, message, operator.span, "not an operator")
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
        Effect::NeverAllows | Effect::NeverDenies => "a condition on an absent key is not met",
        Effect::AlwaysAllows | Effect::AlwaysDenies => "this operator is met where the key is absent",
    };
    let diagnostic = Diagnostic::new(Code::W0883, message, key.span, label);
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if all => diagnostic.help("remove this condition, or use a key of the action"),
        None => diagnostic.help(format!("move {} into a statement of its own", listed(actions))),
    }
}

/// Resources of which an action works on none. `edit`: how the first would fit.
pub fn wrong_resource(
    effect: Effect,
    action: &str,
    resource: Span,
    patterns: &[&str],
    edit: Option<&str>,
) -> Diagnostic {
    let message = format!("this {} `{action}`: it works on other resources", effect.words());
    let diagnostic = Diagnostic::new(Code::W0884, message, resource, format!("not a resource of `{action}`"));
    match (edit, patterns) {
        (Some(edit), _) => diagnostic.help(format!("write `\"{edit}\"`")),
        (None, []) => diagnostic.help("write `on \"*\"`: the action cannot be limited to a resource"),
        (None, patterns) => {
            let shown = patterns.iter().take(3).copied();
            diagnostic.help(format!("name a resource of the form {}", wording::or_list(shown)))
        }
    }
}

/// The ARN of a secret without what Secrets Manager puts at its end.
pub fn half_secret(effect: Effect, action: &str, resource: Span, edit: &str) -> Diagnostic {
    let message = format!("this {} `{action}`: the ARN of a secret has six more characters", effect.words());
    Diagnostic::new(Code::W0884, message, resource, "the ARN ends in a hyphen and six characters")
        .help(format!("write `\"{edit}\"`"))
}

/// A resource that is neither an ARN nor `*`.
pub fn not_an_arn(resource: &str, place: Span) -> Diagnostic {
    let message = format!("a policy takes ARNs, not `{resource}`");
    Diagnostic::new(Code::E0884, message, place, "neither an ARN nor `*`")
        .note("the deployment would fail with \"MalformedPolicyDocument\"")
        .help("write the ARN, or the name of something that the file declares")
}

/// A value that an operator does not compare with.
pub fn unfit_value(operator: &str, value: &str, wanted: &str, place: Span) -> Diagnostic {
    let message = format!("`{operator}` takes {wanted}, not `{value}`");
    Diagnostic::new(Code::W0885, message, place, "never equal to the value of a request")
}

/// A role or user of a template without the permissions boundary that its stack demands. `what`: `role`, `user`, or `role of`
/// for the role that SAM creates.
pub fn no_boundary(what: &str, id: &str, place: Span, boundary: &str, demanded: Span) -> Diagnostic {
    let message = format!("{what} `{id}` lacks the permissions boundary that its stack demands");
    Diagnostic::new(Code::E0885, message, place, "creating it would be denied")
        .label(demanded, "demanded here")
        .help(format!("set its property `PermissionsBoundary: {boundary}`"))
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
