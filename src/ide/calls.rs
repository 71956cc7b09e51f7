//! The call hierarchy: which components are used where.

use std::sync::Arc;

use camino::Utf8Path;

use crate::resolve::{Definition, DefinitionKind};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Stmt, StmtKind};

use super::outline::{each_statement, shown};
use super::places::statements_around;
use super::{Snapshot, Target};

/// A component, or a pipeline that uses components.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The compilation that contains it.
    pub snapshot: Arc<Snapshot>,
    /// Its name.
    pub name: String,
    /// Whether it is a component.
    pub is_component: bool,
    /// The whole statement.
    pub span: Span,
    /// The span of its name.
    pub name_span: Span,
}

impl Caller {
    fn new(snapshot: &Arc<Snapshot>, statement: &Stmt) -> Option<Self> {
        let (name, is_component, name_span) = match &statement.kind {
            StmtKind::Component(it) => (it.name.node.clone(), true, it.name.span),
            StmtKind::Pipeline(it) => (shown(&it.name), false, it.name.span),
            _ => return None,
        };
        Some(Self { snapshot: Arc::clone(snapshot), name, is_component, span: statement.span, name_span })
    }

    fn target(&self) -> Target {
        self.snapshot.target(self.name_span)
    }
}

/// Returns the component whose name is at an offset, or the component or pipeline around it.
pub fn caller_at(snapshot: &Arc<Snapshot>, file: FileId, offset: u32) -> Option<Caller> {
    let names = snapshot.compilation().names();
    let definition = names.definition_at(file, offset).and_then(|id| names.definition(id));
    if let Some(definition) = definition.filter(|it| it.kind == DefinitionKind::Component) {
        return component(snapshot, definition);
    }
    let tree = snapshot.tree(file)?;
    statements_around(&tree.ast, offset).into_iter().rev().find_map(|statement| Caller::new(snapshot, statement))
}

fn component(snapshot: &Arc<Snapshot>, definition: &Definition) -> Option<Caller> {
    let tree = snapshot.tree(definition.span.file)?;
    statements_around(&tree.ast, definition.span.start)
        .into_iter()
        .rev()
        .find_map(|statement| Caller::new(snapshot, statement))
}

/// Returns the `use` statements of a compilation: the component or pipeline that contains each, the component that it
/// uses, and its span.
fn uses(snapshot: &Arc<Snapshot>) -> Vec<(Caller, Caller, Span)> {
    let names = snapshot.compilation().names();
    let mut found = Vec::new();
    for (file, _) in snapshot.compilation().sources().files() {
        let Some(tree) = snapshot.tree(file) else { continue };
        each_statement(&tree.ast.statements, &mut |statement| {
            let StmtKind::Use(use_) = &statement.kind else { return };
            let place = use_.component.accesses.last().and_then(|access| match access {
                crate::syntax::ast::Access::Member(member) => Some(member.span),
                crate::syntax::ast::Access::Index(_) => None,
            });
            let place = place.unwrap_or(use_.component.head.span);
            let meant = names.definition_at(file, place.start).and_then(|id| names.definition(id));
            let around = statements_around(&tree.ast, statement.span.start);
            let caller = around.into_iter().rev().find_map(|statement| Caller::new(snapshot, statement));
            let component_here =
                meant.filter(|it| it.kind == DefinitionKind::Component).and_then(|it| component(snapshot, it));
            if let (Some(caller), Some(component)) = (caller, component_here) {
                found.push((caller, component, place));
            }
        });
    }
    found
}

/// Returns the users of a component, each with the spans.
pub fn incoming<'s>(
    snapshots: impl Iterator<Item = &'s Arc<Snapshot>>,
    path: &Utf8Path,
    offset: u32,
) -> Vec<(Caller, Vec<Span>)> {
    gather(snapshots, path, offset, |caller, used| (used, caller))
}

/// Returns the components that a component or a pipeline uses, each with the spans.
pub fn outgoing<'s>(
    snapshots: impl Iterator<Item = &'s Arc<Snapshot>>,
    path: &Utf8Path,
    offset: u32,
) -> Vec<(Caller, Vec<Span>)> {
    gather(snapshots, path, offset, |caller, used| (caller, used))
}

/// Groups the uses with one end at a position by their other end.
fn gather<'s>(
    snapshots: impl Iterator<Item = &'s Arc<Snapshot>>,
    path: &Utf8Path,
    offset: u32,
    ends: impl Fn(Caller, Caller) -> (Caller, Caller),
) -> Vec<(Caller, Vec<Span>)> {
    let mut seen = std::collections::BTreeSet::new();
    let mut found: Vec<(Caller, Vec<Span>)> = Vec::new();
    for snapshot in snapshots {
        let Some(file) = snapshot.file_of(path) else { continue };
        let Some(here) = caller_at(snapshot, file.id(), offset) else { continue };
        for (caller, used, place) in uses(snapshot) {
            let (wanted, other) = ends(caller, used);
            if wanted.target() != here.target() || !seen.insert((snapshot.target(place), other.target())) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| known.target() == other.target()) {
                Some((_, places)) => places.push(place),
                None => found.push((other, vec![place])),
            }
        }
    }
    found
}
