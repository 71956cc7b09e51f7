//! E0410: variables of actions and of the pipeline.

use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::source::{Span, Spanned};

/// A use of a variable of an action.
#[derive(Debug)]
pub struct Use<'a> {
    /// The action.
    pub action: &'a str,
    /// The namespace that the file sets for it.
    pub namespace: Option<&'a str>,
    /// The span of the action's name.
    pub set_at: Span,
    /// The variable.
    pub variable: &'a str,
    /// The span of its use.
    pub place: Span,
}

impl Use<'_> {
    /// Returns the variable in CodePipeline's syntax, by which a document refers to it.
    pub fn reference(&self) -> String {
        format!("#{{{}.{}}}", self.namespace.unwrap_or(self.action), self.variable)
    }
}

/// An output of a stack that the action does not deploy: it prepares or deletes it.
#[derive(Debug)]
pub struct Undeployed<'a> {
    /// The action as messages name it, with its span: `` `prepare stack next` ``.
    pub action: Spanned<String>,
    /// The stack.
    pub stack: &'a str,
    /// The output.
    pub output: &'a str,
    /// The span where the output is used.
    pub place: Span,
    /// The name of its user.
    pub user: &'a str,
    /// Whether the action prepares a change set. Otherwise, it deletes the stack.
    pub prepares: bool,
    /// Whether the action comes from a statement about stacks, such as `prepare stack`.
    pub statement: bool,
}

/// An output of a stack that the action does not deploy.
pub fn output_of_undeployed_stack(used: &Undeployed<'_>) -> Diagnostic {
    let Undeployed { action, stack, output, place, user, prepares, statement } = used;
    let message = format!("{} does not deploy the stack, so output `{output}` is unknown", action.node);
    Diagnostic::new(Code::E0410, message, *place, format!("output of stack `{stack}`"))
        .label(action.span, if *prepares { "only prepares a change set" } else { "deletes the stack" })
        .help(match (prepares, statement) {
            (true, true) => format!("add `execute stack {stack}` before {user}").into(),
            (true, false) => {
                phrase![
                    format!("before {user}, add an action with "),
                    PipeCode::set("mode", "change-set-execute"),
                    ", and use its output"
                ]
            }
            (false, _) => format!("use an output of an action that deploys the stack before {user}").into(),
        })
}
