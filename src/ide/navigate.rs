//! Navigation from a name to its definition and its uses, including the files of other languages that a pipeline reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8Path;

use crate::hir::{Action, ActionId, PipelineId, ValueKind};
use crate::plan::{DeployedTemplate, repository};
use crate::resolve::{Definition, DefinitionId, Meaning};
use crate::source::{FileId, Span};
use crate::syntax::ast::{ExprKind, StmtKind, StringPart, StringPartKind};
use crate::workspace::file_system::normalize;

use super::crossings::{across, artifact_files, crossings, stated_at};
use super::outline::each_statement;
use super::{Snapshot, Target};

/// The targets of a name or a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    /// The name or the path.
    pub origin: Span,
    /// The targets, nearest first.
    pub targets: Vec<Span>,
}

/// Returns the definition of the name at an offset. In a file of another language, returns the spans that refer to it.
pub fn definition(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Definitions> {
    let names = snapshot.compilation().names();
    if let Some(mention) = names.mention_at(file, offset)
        && let Some(definition) = defined(mention.meaning).and_then(|id| names.definition(id))
    {
        return Some(Definitions { origin: mention.span, targets: vec![definition.span] });
    }
    let (origin, targets) = path_at(snapshot, file, offset).or_else(|| across(snapshot, file, offset))?;
    (!targets.is_empty()).then_some(Definitions { origin, targets })
}

fn defined(meaning: Meaning) -> Option<DefinitionId> {
    match meaning {
        Meaning::Defines(id) | Meaning::Names(id) => Some(id),
        _ => None,
    }
}

/// Returns the start of a file, if the compilation read it.
fn start_of(snapshot: &Snapshot, from_root: &Utf8Path) -> Option<Span> {
    let from_root = normalize(from_root).ok()?;
    let found = snapshot.compilation().sources().files().find(|(_, file)| file.path() == from_root);
    found.map(|(id, _)| Span::new(id, 0, 0))
}

/// Returns the paths in a file that refer to other files, each with its targets.
pub(super) fn paths(snapshot: &Snapshot, file: FileId) -> Vec<(Span, Vec<Span>)> {
    let mut found = imports(snapshot, file);
    let hir = snapshot.compilation().hir();
    snapshot.with_action_files(|action_files| {
        for (id, pipeline) in hir.pipelines.entries() {
            for (action_id, action) in pipeline.actions() {
                if let Some(repository::BuildspecPlace::File { path, named: Some(named) }) =
                    repository::buildspec(hir, pipeline, action)
                {
                    found.extend(start_of(snapshot, &path).map(|start| (named, vec![start])));
                }
                for (span, mut targets) in artifact_files(action_files, id, action) {
                    if let DeployedTemplate::Found { path, .. } = action_files.template(id, action_id)
                        && is_template(action, span)
                    {
                        targets.extend(start_of(snapshot, path));
                    }
                    found.push((span, targets));
                }
                if let (Some(origin), DeployedTemplate::Found { path, .. }) =
                    (&action.template_origin, action_files.template(id, action_id))
                {
                    found.extend(start_of(snapshot, path).map(|start| (origin.span, vec![start])));
                }
            }
        }
    });
    found.extend(
        hir.resource_files
            .iter()
            .filter_map(|path| Some((path.span, vec![start_of(snapshot, Utf8Path::new(&path.node))?]))),
    );
    found.retain(|(span, targets)| span.file == file && !targets.is_empty());
    found.sort();
    found.dedup();
    found
}

fn imports(snapshot: &Snapshot, file: FileId) -> Vec<(Span, Vec<Span>)> {
    let Some(tree) = snapshot.tree(file) else { return Vec::new() };
    let here = snapshot.compilation().sources().file(file).path();
    let folder = here.parent().unwrap_or("".into());
    let import = |statement: &crate::syntax::ast::Stmt| {
        let StmtKind::Import(import) = &statement.kind else { return None };
        let ExprKind::String(parts) = &import.path.kind else { return None };
        let [StringPart { kind: StringPartKind::Text(written), .. }] = parts.as_slice() else { return None };
        Some((import.path.span, vec![start_of(snapshot, &folder.join(written))?]))
    };
    tree.ast.statements.iter().filter_map(import).collect()
}

/// Returns whether a path is that of the template of an action.
fn is_template(action: &Action, path: Span) -> bool {
    match action.value("TemplatePath").map(|value| &value.kind) {
        Some(ValueKind::ArtifactFile(file)) => file.path_span.covers(path) && path.covers(file.path_span),
        _ => false,
    }
}

fn path_at(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<(Span, Vec<Span>)> {
    let holds = |(span, _): &(Span, Vec<Span>)| span.start <= offset && offset <= span.end;
    paths(snapshot, file).into_iter().find(holds)
}

/// Returns the file that the name of an import refers to.
pub(super) fn imported_file(snapshot: &Snapshot, name: Span) -> Option<FileId> {
    let tree = snapshot.tree(name.file)?;
    let import = tree.ast.statements.iter().find(|statement| statement.span.covers(name))?;
    let StmtKind::Import(it) = &import.kind else { return None };
    let found = imports(snapshot, name.file).into_iter().find(|(span, _)| span.covers(it.path.span))?;
    found.1.first().map(|start| start.file)
}

/// Returns the actions that a statement creates.
pub(super) fn actions_in(snapshot: &Snapshot, statement: Span) -> Vec<(PipelineId, ActionId)> {
    let hir = snapshot.compilation().hir();
    let of_pipeline = |(id, pipeline): (PipelineId, &crate::hir::Pipeline)| {
        let made = pipeline.actions().filter(|(_, action)| statement.covers(action.span));
        made.map(|(action, _)| (id, action)).collect::<Vec<_>>()
    };
    hir.pipelines.entries().flat_map(of_pipeline).collect()
}

/// Returns the statement that contains a definition.
pub(super) fn statement_of(snapshot: &Snapshot, definition: &Definition) -> Option<Span> {
    let tree = snapshot.tree(definition.span.file)?;
    super::statement_at(&tree.ast, definition.span.start)
}

/// Returns the references to the name at an offset, and its definition, in every compilation that reads the file.
pub fn references<'s>(
    snapshots: impl Iterator<Item = &'s Arc<Snapshot>>,
    path: &Utf8Path,
    offset: u32,
    with_definition: bool,
) -> Vec<(Arc<Snapshot>, Span)> {
    let mut all: Vec<&Arc<Snapshot>> = snapshots.collect();
    let mut defined: BTreeSet<Target> = BTreeSet::new();
    for snapshot in &all {
        let Some(file) = snapshot.file_of(path) else { continue };
        let names = snapshot.compilation().names();
        if let Some(definition) = names.definition_at(file.id(), offset).and_then(|id| names.definition(id)) {
            defined.insert(snapshot.target(definition.span));
        }
    }
    if defined.is_empty() {
        return crossed(&all, path, offset, with_definition);
    }
    // The nearest name at a span: a span that several compilations read is listed once.
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    all.retain(|snapshot| defined.iter().any(|target| snapshot.file_of(&target.path).is_some()));
    for snapshot in all {
        let names = snapshot.compilation().names();
        for (id, definition) in names.definitions() {
            if !defined.contains(&snapshot.target(definition.span)) {
                continue;
            }
            let own = with_definition.then_some(definition.span);
            for span in own.into_iter().chain(names.references_of(id)) {
                if seen.insert(snapshot.target(span)) {
                    found.push((Arc::clone(snapshot), span));
                }
            }
        }
    }
    found.sort_by_key(|(snapshot, span)| snapshot.target(*span));
    found
}

/// Returns the references to a name that another file defines, from either side.
fn crossed(
    snapshots: &[&Arc<Snapshot>],
    path: &Utf8Path,
    offset: u32,
    with_definition: bool,
) -> Vec<(Arc<Snapshot>, Span)> {
    let said_in = |snapshot: &&Arc<Snapshot>| {
        let said = snapshot.file_of(path).map(|file| stated_at(snapshot, file.id(), offset)).unwrap_or_default();
        said.into_iter().map(|span| snapshot.target(span)).collect::<Vec<_>>()
    };
    let said: BTreeSet<Target> = snapshots.iter().flat_map(said_in).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for snapshot in snapshots.iter().filter(|_| !said.is_empty()) {
        for crossing in crossings(snapshot).into_iter().filter(|it| said.contains(&snapshot.target(it.to))) {
            let own = with_definition.then_some(crossing.to);
            for span in own.into_iter().chain([crossing.from]) {
                if seen.insert(snapshot.target(span)) {
                    found.push((Arc::clone(snapshot), span));
                }
            }
        }
    }
    found.sort_by_key(|(snapshot, span)| snapshot.target(*span));
    found
}

/// Returns the references to and the definition of the name at an offset in its file: the span, and whether it is the
/// definition.
pub fn highlights(snapshot: &Snapshot, file: FileId, offset: u32) -> Vec<(Span, bool)> {
    let names = snapshot.compilation().names();
    let Some(id) = names.definition_at(file, offset) else { return Vec::new() };
    let own = names.definition(id).map(|definition| (definition.span, true));
    let others = names.references_of(id).map(|span| (span, false));
    let mut found: Vec<_> = own.into_iter().chain(others).filter(|(span, _)| span.file == file).collect();
    found.sort();
    found.dedup();
    found
}

/// A link in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The part.
    pub span: Span,
    /// Its target.
    pub to: LinkTarget,
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A file that the compilation read.
    File(FileId),
    /// A page of the documentation.
    Page(&'static str),
}

/// Returns the links of a file: paths, and the documentation of providers.
pub fn links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    // The last target is the file itself, after lines that name it.
    let path = |(span, targets): (Span, Vec<Span>)| {
        targets.last().map(|target| Link { span, to: LinkTarget::File(target.file) })
    };
    let mut found: Vec<Link> = paths(snapshot, file).into_iter().filter_map(path).collect();
    if let Some(tree) = snapshot.tree(file) {
        each_statement(&tree.ast.statements, &mut |statement| {
            if let StmtKind::Action(action) = &statement.kind
                && let crate::syntax::ast::ActionHead::Typed { provider, .. } = &action.head
                && let Some(entry) = crate::catalog::provider(&provider.node)
            {
                found.push(Link { span: provider.span, to: LinkTarget::Page(&entry.link) });
            }
        });
    }
    found.sort_by_key(|link| link.span);
    found
}

/// A name in the workspace.
#[derive(Debug, Clone)]
pub struct WorkspaceName {
    /// The compilation that contains it.
    pub snapshot: Arc<Snapshot>,
    /// The definition.
    pub definition: Definition,
}

/// Returns the names in a workspace that contain the letters of a query in order, ignoring case; at most `limit`.
pub fn workspace_names<'s>(
    snapshots: impl Iterator<Item = &'s Arc<Snapshot>>,
    query: &str,
    limit: usize,
) -> Vec<WorkspaceName> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for snapshot in snapshots {
        for (_, definition) in snapshot.compilation().names().definitions() {
            let fits = !definition.name.is_empty() && holds_letters(&definition.name, query);
            if found.len() < limit && fits && seen.insert(snapshot.target(definition.span)) {
                found.push(WorkspaceName { snapshot: Arc::clone(snapshot), definition: definition.clone() });
            }
        }
    }
    found
}

fn holds_letters(name: &str, query: &str) -> bool {
    let mut letters = name.chars().map(|c| c.to_ascii_lowercase());
    query.chars().filter(|c| !c.is_whitespace()).all(|wanted| letters.any(|c| c == wanted.to_ascii_lowercase()))
}
