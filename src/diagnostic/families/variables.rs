//! E0410, E0703, E0704, E0709, E0710: variables of actions and of the pipeline.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// A variable that its action does not set.
pub fn unknown(action: &str, variable: &str, place: Span, set_at: Span, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0703,
        format!("action `{action}` sets no variable `{variable}`"),
        place,
        "unknown variable",
    )
    .label(set_at, "this action");
    match (suggest::similar(variable, known.iter().copied()), known) {
        (Some(near), _) => meant(diagnostic, action, variable, near, place),
        (None, []) => diagnostic.help("actions of this type set no variables"),
        (None, known) => diagnostic.help(format!("it sets {}", wording::and_list(known.iter().copied()))),
    }
}

/// A variable that an action which names its own variables does not name.
pub fn not_declared(action: &str, variable: &str, place: Span, set_at: Span, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0703,
        format!("action `{action}` sets no variable `{variable}`"),
        place,
        "unknown variable",
    )
    .label(set_at, "this action");
    match suggest::similar(variable, known.iter().copied()) {
        Some(near) => meant(diagnostic, action, variable, near, place),
        None => diagnostic.help(format!("name it in `output-variables` of `{action}`")),
    }
}

/// A variable that the buildspec does not export. `first`: the first one it exports.
pub fn not_exported(
    action: &str,
    variable: &str,
    place: Span,
    set_at: Span,
    known: &[&str],
    first: Option<Span>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0703,
        format!("build `{action}` exports no variable `{variable}`"),
        place,
        "unknown variable",
    )
    .label(set_at, "this build");
    let diagnostic = match first {
        Some(span) => diagnostic.label(span, "what its buildspec exports"),
        None => diagnostic,
    };
    match suggest::similar(variable, known.iter().copied()) {
        Some(near) => meant(diagnostic, action, variable, near, place),
        None => diagnostic.help(format!("add `{variable}` to `env.exported-variables` in the buildspec")),
    }
}

/// "did you mean": with an edit where the place holds exactly `Action.Variable`, and not a name that stands for it.
fn meant(diagnostic: Diagnostic, action: &str, variable: &str, near: &str, place: Span) -> Diagnostic {
    let whole = format!("{action}.{near}");
    let diagnostic = diagnostic.help(format!("did you mean `{whole}`?"));
    if place.len() == action.len() + 1 + variable.len() { diagnostic.edit(place, whole) } else { diagnostic }
}

const EARLIER: &str = "move it to an earlier step; actions inside one `parallel` block start together";

/// A variable used before its action has run.
pub fn used_too_early(action: &str, variable: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0704,
        format!("`{action}.{variable}` is used before `{action}` has run"),
        place,
        "not set yet when this action runs",
    )
    .label(set_at, "set by this action")
    .help(EARLIER)
}

/// A stack's output used before the stack is deployed.
pub fn output_too_early(stack: &str, output: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0410,
        format!("output `{output}` is used before stack `{stack}` is deployed"),
        place,
        "not known yet when this action runs",
    )
    .label(set_at, "deployed here")
    .help(EARLIER)
}

/// An output of a stack that the action does not deploy: it prepares or deletes it.
pub fn output_of_undeployed_stack(action: &Spanned<String>, stack: &str, output: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0410,
        format!("`{}` does not deploy stack `{stack}`, so `{output}` is not known", action.node),
        place,
        "an output of the stack",
    )
    .label(action.span, "does not deploy it")
    .help("use the output of the action that deploys the stack, behind it")
}

/// A pipeline-level variable in a source.
pub fn pipeline_variable_in_source(variable: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0709,
        format!("pipeline variable `{}` cannot be used in a source", variable.node),
        place,
        "known only when the sources have run",
    )
    .label(variable.span, "declared here")
    .note("AWS: \"Variables at the pipeline level cannot be used in source actions\"")
    .help("an `option` or a `param` is known early enough")
}

/// A namespace with the name of an artifact.
pub fn namespace_of_artifact(namespace: &Spanned<String>, artifact: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0710,
        format!("namespace `{}` has the name of an artifact", namespace.node),
        namespace.span,
        "already the name of an artifact",
    )
    .label(artifact, "the artifact")
    .help("leave `namespace` out, or choose another name")
}
