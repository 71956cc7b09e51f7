//! Stages and actions that exist under a condition: in an import, each is in an `if` if the language can express the
//! condition.

use crate::syntax::ast::{Block, Expr, ExprKind, If, Stmt, StmtKind, same_value, tree};

/// The attribute of a stage or an action that has a condition.
pub(super) const CONDITION: &str = "cfn-condition";

/// Puts stages and actions whose condition is not only a name into `if` statements, those with one condition in a row
/// into one.
pub(super) fn in_ifs(statements: Vec<Stmt>) -> Vec<Stmt> {
    let mut found: Vec<Stmt> = Vec::new();
    for mut statement in statements {
        let condition = block_of(&mut statement).and_then(|block| {
            let inner = std::mem::take(&mut block.statements);
            block.statements = in_ifs(inner);
            taken(block)
        });
        without_empty_block(&mut statement);
        let Some(condition) = condition else {
            found.push(statement);
            continue;
        };
        if let Some(StmtKind::If(branch)) = found.last_mut().map(|last| &mut last.kind)
            && same_value(&branch.condition, &condition)
        {
            branch.block.statements.push(statement);
            continue;
        }
        let span = statement.span;
        let block = tree::block(vec![statement], span);
        let branch = If { keyword: condition.span, condition, block, otherwise: None };
        found.push(tree::statement(StmtKind::If(branch), None, span));
    }
    found
}

/// Removes the condition from a block, and returns it.
fn taken(block: &mut Block) -> Option<Expr> {
    let is_it = |statement: &Stmt| match &statement.kind {
        StmtKind::Attribute(attribute) => {
            attribute.key.node == CONDITION && !matches!(attribute.value.kind, ExprKind::String(_))
        }
        _ => false,
    };
    let index = block.statements.iter().position(is_it)?;
    match block.statements.remove(index).kind {
        StmtKind::Attribute(attribute) => Some(attribute.value),
        _ => None,
    }
}

fn block_of(statement: &mut Stmt) -> Option<&mut Block> {
    match &mut statement.kind {
        StmtKind::Stage(named) => Some(&mut named.block),
        StmtKind::Parallel(block) | StmtKind::Sequence(block) => Some(&mut block.block),
        StmtKind::Action(action) => action.block.as_mut(),
        StmtKind::StackAction(action) => action.block.as_mut(),
        _ => None,
    }
}

/// Removes the block of an action in which nothing is left.
fn without_empty_block(statement: &mut Stmt) {
    let block = match &mut statement.kind {
        StmtKind::Action(action) => &mut action.block,
        StmtKind::StackAction(action) => &mut action.block,
        _ => return,
    };
    if block.as_ref().is_some_and(|block| block.statements.is_empty()) {
        *block = None;
    }
}
