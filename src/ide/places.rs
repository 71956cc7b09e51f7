//! What stands at a place of a tree.

use crate::source::Span;
use crate::syntax::ast::{Block, File, Stmt, StmtKind};

/// The statements around an offset, outermost first; the end of a statement belongs to it.
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

/// The place of the innermost statement that has a block of its own, or may have one, around an offset.
pub fn statement_at(file: &File, offset: u32) -> Option<Span> {
    let has_block = |statement: &&&Stmt| !matches!(statement.kind, StmtKind::Attribute(_) | StmtKind::Error(_));
    statements_around(file, offset).iter().rev().find(has_block).map(|statement| statement.span)
}
