//! Finds statements by position.

use crate::source::Span;
use crate::syntax::ast::{Block, File, Stmt, StmtKind};

/// Returns the statements around an offset, outermost first. A statement includes its end.
pub(super) fn statements_around(file: &File, offset: u32) -> Vec<&Stmt> {
    let mut around = Vec::new();
    let mut statements: &[Stmt] = &file.statements;
    while let Some(statement) = statements.iter().find(|it| it.span.start <= offset && offset <= it.span.end) {
        around.push(statement);
        let holds = |block: &&Block| block.span.start < offset && offset < block.span.end.max(block.span.start + 1);
        statements = match statement.blocks().into_iter().find(holds) {
            Some(block) => &block.statements,
            None => &[],
        };
    }
    around
}

/// Returns the span of the innermost statement around an offset that has or may have a block.
pub fn statement_at(file: &File, offset: u32) -> Option<Span> {
    let has_block = |statement: &&&Stmt| !matches!(statement.kind, StmtKind::Attribute(_) | StmtKind::Error(_));
    statements_around(file, offset).iter().rev().find(has_block).map(|statement| statement.span)
}
