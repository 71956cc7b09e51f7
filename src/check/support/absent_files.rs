//! Files that a pattern of an artifact admits, but that neither the source contains nor a command makes.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::Subject;
use crate::diagnostic::suggest::is_misspelling;
use crate::hir::{ArtifactId, PipelineId};
use crate::plan::repository::{self, StatedBy};
use crate::source::paths::slashed;
use crate::workspace::Build;
use crate::workspace::artifact::{KnownFiles, Presence};
use crate::workspace::file_system::{Tracked, holds, normalize};
use crate::workspace::packaging::is_for_results;

/// How certain it is that an artifact does not contain a file or folder.
pub(in crate::check) enum Absence {
    /// It does not. The entries that it has, or the files beside the one that is missing.
    Certain(Vec<KnownFiles>),
    /// Only a program that does not name its files can make it, and a file with a similar name exists.
    Likely {
        /// The path in the artifact of the one that exists.
        near: String,
    },
}

/// Returns whether an artifact lacks a file or folder, or `None` if it may contain it.
pub(in crate::check) fn absence(
    subject: &Subject<'_>,
    pipeline: PipelineId,
    artifact: ArtifactId,
    path: &str,
) -> Option<Absence> {
    match subject.action_files.contents(pipeline, artifact).files.contains(path) {
        Presence::Absent { known } => Some(Absence::Certain(known)),
        Presence::Unknown => never_made(subject, pipeline, artifact, path),
        Presence::Present(_) => None,
    }
}

fn never_made(subject: &Subject<'_>, pipeline_id: PipelineId, id: ArtifactId, path: &str) -> Option<Absence> {
    let pipeline = &subject.hir.pipelines[pipeline_id];
    let artifact = &pipeline.artifacts[id];
    let producer = pipeline.actions.get(artifact.producer)?;
    let folder = normalize(repository::checkout(pipeline, repository::primary_input(producer)?)?).ok()?;
    if !producer.action_type.runs_project() && producer.checkout.is_none() {
        return misspelled(subject, (pipeline_id, id), &folder, path);
    }
    let build = subject.action_files.build(pipeline_id, artifact.producer)?;
    if repository::is_batch(producer) || !repository::is_sound(build) {
        return None;
    }
    let paths = subject.action_files.contents(pipeline_id, id).files.build_paths(path);
    let files = subject.workspace.files().tracked();
    if paths.is_empty() || paths.iter().any(|path| holds(&files, &folder.join(path))) {
        return None;
    }
    if paths.iter().any(|path| build.may_write_source(path)) {
        let near = paths.iter().find_map(|made| written_instead(build, made, (&files, &folder)))?;
        let near = Utf8Path::new(path).with_file_name(near);
        let held = subject.action_files.contents(pipeline_id, id).files.contains(near.as_str());
        return (!matches!(held, Presence::Absent { .. }))
            .then(|| Absence::Likely { near: slashed(&near).into_string() });
    }
    let parent = Utf8Path::new(path).parent()?;
    let here = folder.join(paths.first()?.parent()?);
    let beside = files.keys().filter(|file| file.parent() == Some(here.as_path()));
    let known = beside.filter_map(|file| {
        Some(KnownFiles { path: slashed(&parent.join(file.file_name()?)).into_string(), span: None })
    });
    let known: Vec<KnownFiles> = known.collect();
    // If the source has no such folder, all of it may come from elsewhere: a submodule, or a cache.
    let is_whole = subject.document.is_none()
        && build.spec.cache_paths.is_empty()
        && !subject.workspace.files().is_file(Utf8Path::new(".gitmodules"));
    (!known.is_empty() || is_whole).then_some(Absence::Certain(known))
}

/// Returns the file of the source that another program hands on under its own name, if a path misspells that.
fn misspelled(
    subject: &Subject<'_>,
    (pipeline, artifact): (PipelineId, ArtifactId),
    folder: &Utf8Path,
    path: &str,
) -> Option<Absence> {
    let contents = subject.action_files.contents(pipeline, artifact);
    let files = subject.workspace.files().tracked();
    let wanted = folder.join(path);
    if contents.stated_by != StatedBy::Declared || holds(&files, &wanted) {
        return None;
    }
    let (name, parent) = (wanted.file_name()?, wanted.parent()?);
    let beside = files.keys().filter(|file| file.parent() == Some(parent) && file.extension() == wanted.extension());
    let near = beside.filter_map(|file| file.file_name()).find(|own| is_misspelling(name, own))?;
    let near = slashed(&Utf8Path::new(path).with_file_name(near)).into_string();
    Some(Absence::Likely { near })
}

/// Returns the name of the file that exists instead of one that no command names: in the source, or written by a command.
fn written_instead(build: &Build, path: &Utf8Path, (files, folder): (&Tracked, &Utf8PathBuf)) -> Option<String> {
    let name = path.file_name().filter(|_| !build.may_write_named(path))?;
    let is_near = |own: &&str| {
        let extension = |name: &str| Utf8Path::new(name).extension().map(str::to_owned);
        *own != name && is_misspelling(name, own) && extension(own) == extension(name)
    };
    let parent = path.parent()?;
    let written = build.commands.writes.iter().filter(|it| it.path.parent() == Some(parent));
    if let Some(near) = written.filter_map(|it| it.path.file_name()).find(is_near) {
        return Some(near.to_owned());
    }
    // Programs fill such folders with files of their own.
    let is_filled = parent.components().any(|part| is_for_results(part.as_str()));
    let here = folder.join(parent);
    let there = files.keys().filter(|file| !is_filled && file.parent() == Some(here.as_path()));
    there.filter_map(|file| file.file_name()).find(is_near).map(str::to_owned)
}
