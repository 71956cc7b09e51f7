//! Links between a `.pipe` file and the buildspec or template that defines what it names: files of artifacts, exported
//! variables, and the outputs and parameters of stacks. Each is found from both sides.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{Action, ActionId, PipelineId, ValueKind};
use crate::plan::{ActionFiles, DeployedTemplate};
use crate::resolve::{DefinitionId, DefinitionKind, Index};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Access, ExprKind, Ident, Reference, Stmt, StringPartKind};
use crate::workspace::artifact::Presence;

use super::Snapshot;
use super::navigate::{actions_in, statement_of};
use super::outline::{each_statement, each_value};

/// A span in a `.pipe` file, and the span in another file that defines what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing {
    pub(super) from: Span,
    pub(super) to: Span,
}

/// Returns every crossing of a compilation, in order.
pub(super) fn crossings(snapshot: &Snapshot) -> Vec<Crossing> {
    let mut found = BTreeSet::new();
    snapshot.with_action_files(|action_files| {
        let hir = snapshot.compilation().hir();
        for (id, pipeline) in hir.pipelines.entries() {
            for (action_id, action) in pipeline.actions() {
                for (from, targets) in artifact_files(action_files, id, action) {
                    found.extend(targets.into_iter().map(|to| Crossing { from, to }));
                }
                found.extend(parameters(action_files, (id, action_id), action));
            }
        }
        for (file, _) in snapshot.compilation().sources().files() {
            let Some(tree) = snapshot.tree(file) else { continue };
            let mut known: BTreeMap<DefinitionId, Vec<Ident>> = BTreeMap::new();
            each_statement(&tree.ast.statements, &mut |statement| {
                for (from, owner, name) in variables(snapshot, statement) {
                    let said = known.entry(owner).or_insert_with(|| said_by(snapshot, action_files, owner));
                    let same = said.iter().filter(|it| it.node == name);
                    found.extend(same.map(|it| Crossing { from, to: it.span }));
                }
            });
        }
    });
    found.into_iter().collect()
}

/// Returns the span at an offset of either side, and the spans on the other side that it leads to, nearest first.
pub(super) fn across(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<(Span, Vec<Span>)> {
    let holds = |span: Span| span.file == file && span.start <= offset && offset <= span.end;
    let all = crossings(snapshot);
    let ends = |crossing: &Crossing| {
        if holds(crossing.from) {
            Some((crossing.from, crossing.to))
        } else {
            holds(crossing.to).then_some((crossing.to, crossing.from))
        }
    };
    let mut here = all.iter().filter_map(ends);
    let (origin, first) = here.next()?;
    let others = here.filter(|(other, _)| *other == origin).map(|(_, target)| target);
    Some((origin, std::iter::once(first).chain(others).collect()))
}

/// Returns the files of artifacts that an action names, each with the line that puts it there, if any.
pub(super) fn artifact_files(
    action_files: &ActionFiles<'_>,
    pipeline: PipelineId,
    action: &Action,
) -> Vec<(Span, Vec<Span>)> {
    let mut found = Vec::new();
    for setting in action.configuration.values() {
        let ValueKind::ArtifactFile(file) = &setting.value.kind else { continue };
        let (Some(artifact), Some(path)) = (file.artifact, file.path.as_literal()) else { continue };
        let said = match action_files.contents(pipeline, artifact).files.contains(path) {
            Presence::Present(said) => said,
            _ => None,
        };
        found.push((file.path_span, said.into_iter().collect()));
    }
    found
}

/// Returns the parameters that an action sets for its stack.
fn parameters(
    action_files: &ActionFiles<'_>,
    (pipeline, id): (PipelineId, ActionId),
    action: &Action,
) -> Vec<Crossing> {
    let DeployedTemplate::Found { template, .. } = action_files.template(pipeline, id) else { return Vec::new() };
    let maps = action.configuration.values().filter_map(|setting| match &setting.value.kind {
        ValueKind::Map(entries) => Some(entries),
        _ => None,
    });
    let crossing = |key: &Ident| {
        let to = template.parameter(&key.node)?.name.span;
        Some(Crossing { from: key.span, to })
    };
    maps.flatten().filter_map(|(key, _)| crossing(key)).collect()
}

/// Returns the variables of actions that a statement refers to: span, action, name.
fn variables(snapshot: &Snapshot, statement: &Stmt) -> Vec<(Span, DefinitionId, String)> {
    let names = snapshot.compilation().names();
    let mut found = Vec::new();
    each_value(statement, &mut |value| match &value.kind {
        ExprKind::Reference(reference) => {
            found.extend(variable(names, reference).map(|(name, owner)| (name.span, owner, name.node.clone())));
        }
        ExprKind::String(parts) => {
            for part in parts {
                let StringPartKind::Runtime(text) = &part.kind else { continue };
                let Some((namespace, name)) = text.split_once('.') else { continue };
                let is_it = |kind| matches!(kind, DefinitionKind::Action { .. });
                let owners = names.definitions().filter(|(_, it)| is_it(it.kind) && it.name == namespace);
                found.extend(owners.map(|(owner, _)| (part.span, owner, name.to_owned())));
            }
        }
        _ => {}
    });
    found
}

/// Returns the variable of an action that a reference names: `Pack.VERSION`, `app.outputs.Topic`, `Build.Pack.VERSION`.
pub(super) fn variable<'t>(names: &Index, reference: &'t Reference) -> Option<(&'t Ident, DefinitionId)> {
    let action_at = |span: Span| {
        let id = names.definition_at(span.file, span.start)?;
        matches!(names.definition(id)?.kind, DefinitionKind::Action { .. }).then_some(id)
    };
    let mut owner = action_at(reference.head.span);
    for access in &reference.accesses {
        let Access::Member(member) = access else { return None };
        match owner {
            Some(_) if member.node == "outputs" => {}
            Some(owner) => return Some((member, owner)),
            None => owner = action_at(member.span),
        }
    }
    None
}

/// Returns the variables and outputs of an action that a buildspec or a template defines.
fn said_by(snapshot: &Snapshot, action_files: &ActionFiles<'_>, owner: DefinitionId) -> Vec<Ident> {
    let names = snapshot.compilation().names();
    let statement = names.definition(owner).and_then(|definition| statement_of(snapshot, definition));
    let mut found = Vec::new();
    for (pipeline, action) in statement.map(|it| actions_in(snapshot, it)).unwrap_or_default() {
        if let Some(build) = action_files.build(pipeline, action) {
            found.extend(build.spec.env.exported.iter().cloned());
        }
        if let DeployedTemplate::Found { template, .. } = action_files.template(pipeline, action) {
            found.extend(template.outputs.iter().map(|output| output.name.clone()));
        }
    }
    found
}

/// Returns the spans that define the name at an offset of either side. Empty if it does not refer to the other side.
pub(super) fn stated_at(snapshot: &Snapshot, file: FileId, offset: u32) -> Vec<Span> {
    let holds = |span: Span| span.file == file && span.start <= offset && offset <= span.end;
    let here = |crossing: &Crossing| holds(crossing.from) || holds(crossing.to);
    crossings(snapshot).into_iter().filter(here).map(|crossing| crossing.to).collect()
}

/// Returns lines of files for people.
pub(super) fn shown_lines(snapshot: &Snapshot, targets: &[Span], shown: usize) -> String {
    let sources = snapshot.compilation().sources();
    let line = |span: &Span| {
        let start = sources.start(*span);
        let text = sources.file(span.file).text();
        let written = sources.file(span.file).lines().line_range(text, start.line.saturating_sub(1));
        let written = written.and_then(|range| text.get(range)).unwrap_or_default().trim();
        format!("- `{}:{}`: `{}`", sources.file(span.file).path(), start.line, written.replace('`', "'"))
    };
    let mut lines: Vec<String> = targets.iter().take(shown).map(line).collect();
    if targets.len() > shown {
        lines.push(format!("- and {} more", targets.len() - shown));
    }
    lines.join("\n")
}
