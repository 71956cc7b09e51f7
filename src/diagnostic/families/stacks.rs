//! E0003, E0105, E0150: stacks and their change sets.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A mode in the `configuration` of a statement that expands to two actions.
pub fn one_mode_for_pair(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0150,
        format!("`configuration` sets one `ActionMode` for both actions of stack `{stack}`"),
        place,
        "each of the two actions has its own mode",
    )
    .help("remove `ActionMode`, or write `mode = create-update` to deploy with one action and no change set")
}

/// `update Self from Code::pipeline.pipe`, without the commands that install dotpipe.
pub fn update_without_install(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("`update {name}` needs attribute `install`"), place, "")
        .note("the container that AWS provides does not contain dotpipe: the stage has to install it")
        .help("add `install = [\"...\"]` with the commands that install `dotpipe` in a directory on the `PATH`")
}

/// `if`, in an `update`, around an attribute that its two actions are written out of.
pub fn update_under_condition(attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0003, format!("`{attribute}` is not allowed inside `if`"), place, "")
        .help(format!("move `{attribute}` out of `if`, directly into `update`"))
}

/// `for x in xs { update ... }`, or in a component.
pub fn update_repeated(keyword: Span, in_component: bool) -> Diagnostic {
    let inside = if in_component { "a component" } else { "a loop" };
    Diagnostic::new(Code::E0003, format!("`update` is not allowed inside {inside}"), keyword, "")
        .help("move `update` to the pipeline itself: there it can be inside `if`")
}
