//! E0410: variables of actions and of the pipeline.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

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
