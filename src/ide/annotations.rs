//! What dotpipe adds to a file and only a compilation knows: hints between the words, and lines above statements.

use std::collections::BTreeSet;

use crate::diagnostic::wording::count;
use crate::plan::RolePlan;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Clauses, ExprKind, Stmt, StmtKind};

use super::Snapshot;
use super::navigate::actions_in;
use super::outline::each_statement;

/// Text between the words of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where it stands.
    pub at: Span,
    /// The text.
    pub text: String,
    /// What it is about.
    pub kind: HintKind,
}

/// What a hint is about; each can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HintKind {
    /// The run order of an action.
    RunOrder,
    /// Input artifacts that values name, so that the header need not.
    Inputs,
}

/// The hints of a file, in order.
pub fn hints(snapshot: &Snapshot, file: FileId) -> Vec<Hint> {
    let Some(tree) = snapshot.tree(file) else { return Vec::new() };
    let mut found = Vec::new();
    each_statement(&tree.ast.statements, &mut |statement| match &statement.kind {
        StmtKind::Action(action) => of_action(snapshot, statement, &action.clauses, action.name.span, &mut found),
        StmtKind::StackAction(action) => of_action(snapshot, statement, &action.clauses, action.name.span, &mut found),
        _ => {}
    });
    found.sort_by_key(|hint| (hint.at, hint.kind));
    found
}

fn of_action(snapshot: &Snapshot, statement: &Stmt, clauses: &Clauses, name: Span, found: &mut Vec<Hint>) {
    let plan = snapshot.compilation().plan();
    let mut orders = BTreeSet::new();
    let mut inputs = BTreeSet::new();
    for (pipeline, action) in actions_in(snapshot, statement.span) {
        let Some(planned) = plan.action(pipeline, action) else { continue };
        let stage = plan.position_of(pipeline, action).map(|position| position.stage);
        let stages = plan.pipelines.get(pipeline).map(|pipeline| &pipeline.stages);
        let has_others = stages.zip(stage).and_then(|(stages, stage)| stages.get(stage));
        if has_others.is_some_and(|stage| stage.actions.len() > 1) {
            orders.insert(planned.run_order);
        }
        inputs.extend(planned.inputs.iter().map(String::as_str));
    }
    let end = clauses.end().unwrap_or(name).after();
    if !orders.is_empty() {
        let orders: Vec<String> = orders.iter().map(u32::to_string).collect();
        found.push(Hint { at: end, text: format!("run order {}", orders.join(", ")), kind: HintKind::RunOrder });
    }
    let named: Vec<&str> = clauses
        .from
        .iter()
        .filter_map(|input| match &input.kind {
            ExprKind::Reference(reference) => Some(reference.head.node.as_str()),
            ExprKind::ArtifactFile { artifact, .. } => Some(artifact.node.as_str()),
            _ => None,
        })
        .collect();
    // In a component, the header names a parameter.
    let is_open = named.iter().any(|name| !inputs.contains(name));
    let others: Vec<&str> = inputs.iter().copied().filter(|input| !named.contains(input)).collect();
    if !others.is_empty() && !is_open {
        found.push(Hint { at: end, text: format!("from {}", others.join(", ")), kind: HintKind::Inputs });
    }
}

/// A line above a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The name of the statement.
    pub at: Span,
    /// What it says.
    pub title: String,
    /// What it opens.
    pub opens: Opens,
}

/// What a lens opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// The explanation of a role.
    Role(String),
    /// The places that name something.
    References,
    /// The graph of the pipelines.
    Graph,
    /// What is built.
    Template,
}

/// The lenses of a file, in order.
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
        // A role of a pipeline's own, not those of what stands in it.
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
            let title = format!("role: {}", count(role.grants.len(), "permission"));
            found.push(Lens { at, title, opens: Opens::Role(role.display.clone()) });
        }
    });
    found
}
