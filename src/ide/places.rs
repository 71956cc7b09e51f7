//! What stands at a place of a tree.

use crate::source::Span;
use crate::syntax::ast::{Block, Else, File, If, Stmt, StmtKind};

/// The blocks of a statement.
pub(super) fn blocks(statement: &Stmt) -> Vec<&Block> {
    match &statement.kind {
        StmtKind::Pipeline(named) | StmtKind::Stage(named) => vec![&named.block],
        StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => vec![&unnamed.block],
        StmtKind::Component(component) => vec![&component.block],
        StmtKind::For(loop_) => vec![&loop_.block],
        StmtKind::If(condition) => branches(condition),
        StmtKind::Settings(settings) => vec![&settings.block],
        StmtKind::Update(update) => update.block.iter().collect(),
        StmtKind::Property(property) => property.block.iter().collect(),
        StmtKind::On(on) => on.block.iter().collect(),
        StmtKind::Notify(notify) => notify.block.iter().collect(),
        StmtKind::StackAction(action) => action.block.iter().collect(),
        StmtKind::Action(action) => action.block.iter().collect(),
        StmtKind::Resource(resource) => match &resource.body {
            crate::syntax::ast::ResourceBody::Block(block) => vec![block],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn branches(condition: &If) -> Vec<&Block> {
    let mut found = Vec::new();
    let mut next = Some(condition);
    while let Some(branch) = next {
        found.push(&branch.block);
        next = match &branch.otherwise {
            Some(Else::If(other)) => Some(other),
            Some(Else::Block(block)) => {
                found.push(block);
                None
            }
            None => None,
        };
    }
    found
}

/// The statements around an offset, outermost first; the end of a statement belongs to it.
pub(super) fn statements_around(file: &File, offset: u32) -> Vec<&Stmt> {
    let mut around = Vec::new();
    let mut statements: &[Stmt] = &file.statements;
    while let Some(statement) = statements.iter().find(|it| it.span.start <= offset && offset <= it.span.end) {
        around.push(statement);
        let holds = |block: &&Block| block.span.start < offset && offset < block.span.end.max(block.span.start + 1);
        statements = match blocks(statement).into_iter().find(holds) {
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
