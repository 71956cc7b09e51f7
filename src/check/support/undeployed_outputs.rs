//! Stack outputs that are read from actions that do not deploy the stack.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::variables::{Undeployed, output_of_undeployed_stack};
use crate::hir::{Action, Origin, StackMode};
use crate::source::{Span, Spanned};

/// Reports an action that does not deploy the stack whose output is read, if it works on a stack. `user` is what reads
/// the output.
pub(in crate::check) fn undeployed(setter: &Action, output: &str, place: Span, user: &str) -> Option<Diagnostic> {
    let operation = setter.stack_operation().filter(|operation| !operation.mode.deploys())?;
    let symbol = &setter.symbol;
    let shown = match setter.origin {
        Origin::PrepareStack => format!("`prepare stack {symbol}`"),
        Origin::DeleteStack => format!("`delete stack {symbol}`"),
        Origin::Written | Origin::DeployStack | Origin::ExecuteStack => format!("action `{}`", setter.name.node),
    };
    let statement = matches!(setter.origin, Origin::PrepareStack | Origin::DeleteStack);
    let stack = if statement { symbol } else { setter.literal("StackName").unwrap_or(symbol) };
    Some(output_of_undeployed_stack(&Undeployed {
        action: Spanned::new(shown, setter.name.span),
        stack,
        output,
        place,
        user,
        prepares: operation.mode == StackMode::ChangeSetReplace,
        statement,
    }))
}
