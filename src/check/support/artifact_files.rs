//! Files that an artifact should hold.

use crate::check::Subject;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::artifacts::{self, Holder, MissingFile, Named};
use crate::diagnostic::suggest::similar_path;
use crate::hir::{ArtifactId, Hir, Pipeline};
use crate::plan::references;
use crate::plan::repository::{self, Said};
use crate::source::Span;
use crate::workspace::Workspace;
use crate::workspace::artifact::{Known, Presence};

/// A file that an artifact should hold.
pub(in crate::check) struct Wanted<'a> {
    pub(in crate::check) artifact: ArtifactId,
    pub(in crate::check) path: &'a str,
    /// Where it is named, or else where the artifact is.
    pub(in crate::check) span: Span,
    pub(in crate::check) named: Named<'a>,
}

/// Says that a file is not in its artifact, where that is known: a variable in its path may be anything.
pub(in crate::check) fn missing(subject: &Subject<'_>, pipeline: &Pipeline, wanted: &Wanted<'_>) -> Option<Diagnostic> {
    let Subject { hir, workspace, .. } = *subject;
    let Wanted { artifact: id, path, span, named } = *wanted;
    if references(path).next().is_some() {
        return None;
    }
    let artifact = &pipeline.artifacts[id];
    let contents = repository::contents(hir, workspace, pipeline, id);
    let Presence::Absent { known } = contents.files.contains(path) else { return None };
    let names = known.iter().map(|known| known.path.as_str()).filter(|path| !path.contains(['*', '?', '[', '{', '$']));
    Some(artifacts::missing_file(&MissingFile {
        artifact: &artifact.name,
        path,
        span,
        quoted: subject.written(span).quote().is_some(),
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
