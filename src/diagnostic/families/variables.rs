//! E0410, E0703, E0704, E0709, E0710: variables of actions and of the pipeline.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// What decides which variables an action sets.
#[derive(Debug, Clone, Copy)]
pub enum SetBy {
    /// The type of the action.
    Type,
    /// Its attribute `output-variables`.
    Attribute,
    /// The buildspec, which exports the first one here.
    Buildspec(Option<Span>),
}

/// A use of a variable of an action.
#[derive(Debug)]
pub struct Use<'a> {
    /// The action.
    pub action: &'a str,
    /// Where the action is named.
    pub set_at: Span,
    /// The variable.
    pub variable: &'a str,
    /// Where it is used.
    pub place: Span,
}

/// A variable that its action does not set. `known`: those that it sets.
pub fn unknown(used: &Use<'_>, known: &[&str], set_by: SetBy) -> Diagnostic {
    let Use { action, set_at, variable, place } = *used;
    let (says, this) = match set_by {
        SetBy::Type | SetBy::Attribute => (format!("action `{action}` sets"), "this action"),
        SetBy::Buildspec(_) => (format!("build `{action}` exports"), "this build"),
    };
    let message = format!("{says} no variable `{variable}`");
    let mut diagnostic = Diagnostic::new(Code::E0703, message, place, "").label(set_at, this);
    if let SetBy::Buildspec(Some(first)) = set_by {
        diagnostic = diagnostic.label(first, "exported by its buildspec");
    }
    if let Some(near) = suggest::similar(variable, known.iter().copied()) {
        return meant(diagnostic, action, variable, near, place);
    }
    diagnostic.help(match set_by {
        SetBy::Type if known.is_empty() => "actions of this type set no variables".to_owned(),
        SetBy::Type => format!("it sets {}", wording::and_list(known.iter().copied())),
        SetBy::Attribute => format!("add `{variable}` to `output-variables` of `{action}`"),
        SetBy::Buildspec(_) => format!("add `{variable}` to `env.exported-variables` in the buildspec"),
    })
}

/// "did you mean": with an edit where the place is exactly `Action.Variable`, and not a name for it.
fn meant(diagnostic: Diagnostic, action: &str, variable: &str, near: &str, place: Span) -> Diagnostic {
    let whole = format!("{action}.{near}");
    let diagnostic = diagnostic.help(format!("did you mean `{whole}`?"));
    if place.len() == action.len() + 1 + variable.len() { diagnostic.edit(place, whole) } else { diagnostic }
}

/// A variable used before its action has run.
pub fn used_too_early(used: &Use<'_>) -> Diagnostic {
    let (action, variable) = (used.action, used.variable);
    let message = format!("`{action}.{variable}` is used before `{action}` has run");
    too_early(Code::E0704, message, ("not set yet when this action runs", "set by this action"), used)
}

/// A variable used by the action that sets it.
pub fn used_by_itself(used: &Use<'_>) -> Diagnostic {
    let (action, variable) = (used.action, used.variable);
    let message = format!("`{action}.{variable}` is used by `{action}` itself");
    Diagnostic::new(Code::E0704, message, used.place, "set only after the action has run")
        .label(used.set_at, "set by this action")
        .help("use it in a later action")
}

/// A stack's output used before the stack is deployed.
pub fn output_too_early(used: &Use<'_>) -> Diagnostic {
    let message = format!("output `{}` is used before stack `{}` is deployed", used.variable, used.action);
    too_early(Code::E0410, message, ("not known yet when this action runs", "deployed here"), used)
}

fn too_early(code: Code, message: String, (here, there): (&str, &str), used: &Use<'_>) -> Diagnostic {
    Diagnostic::new(code, message, used.place, here)
        .label(used.set_at, there)
        .help("move it to an earlier step; actions inside one `parallel` block start together")
}

/// An output of a stack that the action does not deploy: it prepares or deletes it.
pub fn output_of_undeployed_stack(action: &Spanned<String>, stack: &str, output: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0410,
        format!("`{}` does not deploy stack `{stack}`, so output `{output}` is unknown", action.node),
        place,
        "output of the stack",
    )
    .label(action.span, "this action")
    .help("after the action that deploys the stack, use the output of that action")
}

/// A pipeline-level variable in a source.
pub fn pipeline_variable_in_source(variable: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0709,
        format!("pipeline variable `{}` cannot be used in a source", variable.node),
        place,
        "resolved only after the sources have run",
    )
    .label(variable.span, "declared here")
    .note("AWS: \"Variables at the pipeline level cannot be used in source actions\"")
    .help("use an `option` or a `param` instead")
}

/// A namespace with the name of an artifact.
pub fn namespace_of_artifact(namespace: &Spanned<String>, artifact: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0710,
        format!("namespace `{}` has the name of an artifact", namespace.node),
        namespace.span,
        "",
    )
    .label(artifact, "the artifact")
    .help("remove `namespace`, or choose another name")
}
