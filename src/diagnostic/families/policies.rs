//! W0813, E0883, E0884, W0884: the actions, operators, and resources of statements in policies.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// A name that is not an IAM action.
pub fn unknown_action(action: &Spanned<String>, near: &str) -> Diagnostic {
    Diagnostic::new(Code::W0813, format!("IAM has no action `{}`", action.node), action.span, "allows nothing")
        .did_you_mean(near)
}

/// The resources to which actions apply.
#[derive(Debug, Clone, Copy)]
pub struct Applicable<'a> {
    /// Their patterns; none if the actions do not support resource-level permissions.
    pub patterns: &'a [&'a str],
    /// How the first resource of the statement would be one.
    pub edit: Option<&'a str>,
    /// How a statement is written whose resource is `*`.
    pub all: &'a str,
}

/// Resources to which actions do not apply. `effect`: what the statement does not do with them.
pub fn wrong_resource(effect: &str, actions: &[&str], resource: Span, applicable: Applicable<'_>) -> Diagnostic {
    let Applicable { patterns, edit, all } = applicable;
    let (apply, whose) = if actions.len() == 1 { ("applies", "this action") } else { ("apply", "these actions") };
    let message = format!("this statement {effect} {}, which {apply} to other types of resources", listed(actions));
    let diagnostic = Diagnostic::new(Code::W0884, message, resource, format!("not a resource type of {whose}"));
    match (edit, patterns) {
        (Some(edit), _) => diagnostic.help(format!("write `\"{edit}\"`")),
        (None, []) => {
            let support = if actions.len() == 1 { "the action does not support" } else { "the actions do not support" };
            diagnostic
                .help(format!("write `{all}`; {support} resource-level permissions"))
                .help_in_document(format!("write `*`; {support} resource-level permissions"))
        }
        (None, patterns) => {
            let shown: Vec<String> = patterns.iter().take(3).map(|pattern| wording::arn_example(pattern)).collect();
            diagnostic
                .help(format!("use a resource of the form {}", wording::or_list(shown.iter().map(String::as_str))))
        }
    }
}

/// An operator that IAM does not have.
pub fn unknown_operator(operator: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("IAM has no condition operator `{}`", operator.node);
    let diagnostic = Diagnostic::new(Code::E0883, message, operator.span, "")
        .note("the deployment would fail with \"MalformedPolicyDocument\"");
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help("use an operator such as `StringEquals`, `StringLike`, `ArnLike`, or `Bool`"),
    }
}

/// A resource that is neither an ARN nor `*`.
pub fn not_an_arn(resource: &str, place: Span) -> Diagnostic {
    let message = format!("the resource of a statement must be an ARN, not `{resource}`");
    Diagnostic::new(Code::E0884, message, place, "expected an ARN or `*`").help("write the ARN")
}

/// Returns the first of several actions, and the number of others.
pub fn listed(actions: &[&str]) -> String {
    match actions {
        [first, _, rest @ ..] if !rest.is_empty() => {
            format!("`{first}` and {}", wording::count(rest.len() + 1, "other action"))
        }
        _ => wording::and_list(actions.iter().copied()),
    }
}
