//! E0207: a file that its artifact does not hold.

use crate::diagnostic::families::artifacts::{self, Holder, MissingFile, Named};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hir::{ArtifactFile, ArtifactId, Hir, Pipeline, PipelineId, Value, ValueKind};
use crate::plan::repository::{self, Said};
use crate::source::Span;
use crate::workspace::Workspace;
use crate::workspace::artifact::{Known, Presence};

use super::Subject;
use crate::plan::references;

/// Looks at every `Artifact::file` in the configuration of every action.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (id, pipeline) in subject.pipelines() {
        for setting in pipeline.actions.iter().flat_map(|action| action.configuration.values()) {
            each_file(&setting.value, &mut |file| look(subject, id, file, diagnostics));
        }
    }
}

/// Calls `visit` with every file of an artifact in a value.
fn each_file<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a ArtifactFile)) {
    match &value.kind {
        ValueKind::ArtifactFile(file) => visit(file),
        ValueKind::List(items) => items.iter().for_each(|item| each_file(item, visit)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| each_file(value, visit)),
        _ => {}
    }
}

fn look(subject: &Subject<'_>, pipeline: PipelineId, file: &ArtifactFile, diagnostics: &mut Diagnostics) {
    let (Some(id), Some(path)) = (file.artifact, file.path.as_literal()) else { return };
    let wanted = Wanted { artifact: id, path, span: file.path_span, named: Named::Behind };
    diagnostics.extend(missing(subject, pipeline, &wanted));
}

/// A file that an artifact should hold.
pub(super) struct Wanted<'a> {
    pub(super) artifact: ArtifactId,
    pub(super) path: &'a str,
    /// Where it is named, or else where the artifact is.
    pub(super) span: Span,
    pub(super) named: Named<'a>,
}

/// Says that a file is not in its artifact, where that is known: a variable in its path may be anything.
pub(super) fn missing(subject: &Subject<'_>, pipeline_id: PipelineId, wanted: &Wanted<'_>) -> Option<Diagnostic> {
    let Subject { hir, workspace, .. } = *subject;
    let pipeline = &hir.pipelines[pipeline_id];
    let Wanted { artifact: id, path, span, named } = *wanted;
    if references(path).next().is_some() {
        return None;
    }
    let artifact = &pipeline.artifacts[id];
    let contents = subject.behind.contents(pipeline_id, id);
    let Presence::Absent { known } = contents.files.contains(path) else { return None };
    let names = known.iter().map(|known| known.path.as_str()).filter(|path| !path.contains(['*', '?', '[', '{', '$']));
    Some(artifacts::missing_file(&MissingFile {
        artifact: &artifact.name,
        path,
        span,
        quoted: workspace.sources().slice(span).starts_with(['"', '\'']),
        named,
        near: similar_path(path, names),
        holder: match contents.said {
            Said::Repository => Holder::Repository { ignored: is_ignored(workspace, pipeline, id, path) },
            Said::Buildspec(section) => Holder::Build { project: project_of(hir, pipeline, id), section },
            Said::Type => Holder::Type,
            Said::Declared | Said::Nobody => Holder::Declaration,
        },
        listed: known.iter().filter_map(|Known { span, .. }| *span).collect(),
    }))
}

/// Whether a file is there, but not under version control.
fn is_ignored(workspace: &Workspace, pipeline: &Pipeline, artifact: ArtifactId, path: &str) -> bool {
    let folder = repository::checkout(pipeline, artifact);
    folder.is_some_and(|folder| workspace.files().is_file(&folder.join(path)))
}

fn project_of<'a>(hir: &'a Hir, pipeline: &Pipeline, artifact: ArtifactId) -> Option<&'a str> {
    let producer = pipeline.artifacts.get(artifact)?.producer;
    let project = pipeline.actions.get(producer)?.project()?;
    hir.projects.get(project).map(|project| project.declaration.symbol.node.as_str())
}
