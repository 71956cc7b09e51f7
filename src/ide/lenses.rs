//! Code lenses: lines above statements with facts from the compilation.

use crate::diagnostic::wording::count;
use crate::plan::RolePlan;
use crate::source::{FileId, Span};
use crate::syntax::ast::StmtKind;

use super::Snapshot;
use super::outline::each_statement;

/// A code lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The span of the statement's name.
    pub at: Span,
    /// Its text.
    pub title: String,
    /// The target that it opens.
    pub opens: Opens,
}

/// The target of a lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// The explanation of a role.
    Role(String),
    /// The references to a name.
    References,
    /// The graph of the pipelines.
    Graph,
    /// The build output.
    Template,
}

/// Returns the lenses of a file, in order.
pub fn lenses(snapshot: &Snapshot, file: FileId) -> Vec<Lens> {
    let Some(tree) = snapshot.tree(file) else { return Vec::new() };
    let compilation = snapshot.compilation();
    let mut found = Vec::new();
    each_statement(&tree.ast.statements, &mut |statement| {
        let at = match &statement.kind {
            StmtKind::Pipeline(it) => it.name.span,
            StmtKind::Resource(it) => it.name.span,
            StmtKind::StackAction(it) => it.name.span,
            StmtKind::Component(it) => it.name.span,
            _ => return,
        };
        if let StmtKind::Component(_) = statement.kind {
            let uses = compilation.names().uses_at(at);
            let title = format!("used {}", if uses == 1 { "once".to_owned() } else { format!("{uses} times") });
            found.push(Lens { at, title, opens: Opens::References });
            return;
        }
        if compilation.has_errors() {
            return;
        }
        if let StmtKind::Pipeline(_) = statement.kind {
            found.push(Lens { at, title: "graph".to_owned(), opens: Opens::Graph });
            found.push(Lens { at, title: "template".to_owned(), opens: Opens::Template });
        }
        // The role of the pipeline itself, not those of its contents.
        let inside = |span: Span| {
            let header = Span { end: at.end, ..statement.span };
            if matches!(statement.kind, StmtKind::Pipeline(_)) {
                header.covers(span)
            } else {
                statement.span.covers(span)
            }
        };
        let of_statement = |role: &&RolePlan| inside(role.identity.span);
        for role in compilation.plan().roles.iter().filter(of_statement) {
            let title = format!("role: {}", count(role.all_grants().count(), "permission"));
            found.push(Lens { at, title, opens: Opens::Role(role.display.clone()) });
        }
    });
    found
}
