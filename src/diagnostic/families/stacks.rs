//! E0003, E0105, E0150: stacks and their change sets.

use crate::catalog::ExampleValue;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::source::{Span, Spanned};

/// A mode in the `configuration` of a statement that expands to two actions.
pub fn one_mode_for_pair(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0150,
        format!("`configuration` sets one `ActionMode` for both actions of stack `{stack}`"),
        place,
        "each of the two actions has its own mode",
    )
    .help(phrase![
        "remove `ActionMode`, or write ",
        PipeCode::set("mode", "create-update"),
        " to deploy with one action and no change set"
    ])
}

/// `update Self from Code::pipeline.pipe` without the commands that install dotpipe. `partly` is the `if` that contains
/// them.
pub fn update_without_install(name: &str, place: Span, partly: Option<Span>) -> Diagnostic {
    let message = format!("`update {name}` needs attribute `install`");
    if let Some(partly) = partly {
        return Diagnostic::new(Code::E0105, message, place, "")
            .label(partly, "set only under a condition")
            .help("also set `install` in every other branch of the `if`, or in an `else`");
    }
    Diagnostic::new(Code::E0105, message, place, "")
        .note("the container that AWS provides does not contain dotpipe: the stage has to install it")
        .help(phrase![
            "add ",
            PipeCode::set("install", ExampleValue::texts(&["..."])),
            " with the commands that install `dotpipe` in a directory on the `PATH`"
        ])
}

/// `actions = { prepare = "..." }` of a stack that is deployed without a change set, or `execute` of `prepare stack`.
/// `own` is the key of the only action, and `given` is whether it is set.
pub fn no_such_action_in_pair(stack: &str, key: &Spanned<String>, own: &str, given: bool) -> Diagnostic {
    let message = format!("stack `{stack}` has no action `{}`", key.node);
    Diagnostic::new(Code::E0104, message, key.span, format!("the statement creates only `{own}`")).help(if given {
        format!("remove `{}`", key.node)
    } else {
        format!("write `{own}` instead")
    })
}

/// `for x in xs { update ... }`, or in a component.
pub fn update_repeated(keyword: Span, in_component: bool) -> Diagnostic {
    let inside = if in_component { "a component" } else { "a loop" };
    Diagnostic::new(Code::E0003, format!("`update` is not allowed inside {inside}"), keyword, "")
        .help("move `update` to the pipeline itself, where it can be inside `if`")
}
