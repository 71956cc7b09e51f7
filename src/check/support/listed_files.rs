//! Why the `artifacts` of a buildspec leave out a file that an action needs: the place to correct is in the buildspec then.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::Subject;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArtifactId, PipelineId};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::artifact::{ArtifactContents, Presence};
use crate::workspace::buildspec::Artifacts;
use crate::workspace::file_system::normalize;

/// A file that an action reads from the artifact of a build.
#[derive(Clone, Copy)]
pub(in crate::check) struct Needed<'a> {
    /// The artifact's name.
    pub artifact: &'a str,
    /// The path in the artifact.
    pub path: &'a str,
    /// Where it is used.
    pub used: Span,
    /// Whether the path is written there, so that it can be changed.
    pub is_written: bool,
}

/// What is wrong in the section of an artifact, if one thing is.
pub(in crate::check) fn cause(
    subject: &Subject<'_>,
    pipeline: PipelineId,
    id: ArtifactId,
    needed: Needed<'_>,
) -> Option<Diagnostic> {
    let section = section(subject, pipeline, id)?;
    let admits = |section: &Artifacts, path: &str| {
        !matches!(ArtifactContents::of_build(section).contains(path), Presence::Absent { .. })
    };
    let path = Utf8Path::new(needed.path);
    if let (Some(place), Some(name)) = (section.discard_paths, path.file_name()) {
        let kept = Artifacts { discard_paths: None, ..section.clone() };
        if needed.path.contains('/') && admits(&kept, needed.path) {
            return Some(discarded(needed, name, place));
        }
    }
    if let Some(base) = &section.base_directory {
        let folder = normalize(Utf8Path::new(&base.node)).ok().filter(|folder| !folder.as_str().is_empty())?;
        if let Ok(inside) = path.strip_prefix(&folder)
            && admits(section, inside.as_str())
        {
            return Some(below_base(needed, inside.as_str(), base));
        }
        let elsewhere = start(subject, pipeline, id).map(|start| start.join(path));
        if elsewhere.is_some_and(|path| subject.workspace.files().tracked().contains_key(&path)) {
            return Some(outside_base(needed, base));
        }
    }
    other_entry(subject, pipeline, id, section, needed)
}

/// The section of the buildspec that lists the files of an artifact.
pub(in crate::check) fn section<'a>(
    subject: &Subject<'a>,
    pipeline: PipelineId,
    id: ArtifactId,
) -> Option<&'a Artifacts> {
    let of = &subject.hir.pipelines[pipeline];
    let artifact = of.artifacts.get(id)?;
    let producer = of.actions.get(artifact.producer)?;
    let primary = subject.action_files.build(pipeline, artifact.producer)?.spec.artifacts.as_ref()?;
    if producer.outputs.len() < 2 {
        return Some(primary);
    }
    primary.secondary.iter().find(|secondary| secondary.key.node == artifact.name.node)
}

/// The folder of the repository that a build starts in.
fn start(subject: &Subject<'_>, pipeline: PipelineId, id: ArtifactId) -> Option<Utf8PathBuf> {
    let of = &subject.hir.pipelines[pipeline];
    let producer = of.actions.get(of.artifacts.get(id)?.producer)?;
    normalize(repository::checkout(of, repository::primary_input(producer)?)?).ok()
}

/// Returns whether the source of a build, or of the action of another program, has a file that its artifact could contain
/// under this path.
pub(in crate::check) fn is_in_source(subject: &Subject<'_>, pipeline: PipelineId, id: ArtifactId, path: &str) -> bool {
    let base = section(subject, pipeline, id).and_then(|section| section.base_directory.as_ref());
    let inside = normalize(&Utf8Path::new(base.map_or("", |base| base.as_str())).join(path)).ok();
    let whole = start(subject, pipeline, id).zip(inside).map(|(start, inside)| start.join(inside));
    whole.is_some_and(|path| subject.workspace.files().tracked().contains_key(&path))
}

/// The entry that has another name than the file, if nothing writes what it names.
fn other_entry(
    subject: &Subject<'_>,
    pipeline: PipelineId,
    id: ArtifactId,
    section: &Artifacts,
    needed: Needed<'_>,
) -> Option<Diagnostic> {
    let build = subject.action_files.build(pipeline, subject.hir.pipelines[pipeline].artifacts.get(id)?.producer)?;
    let start = start(subject, pipeline, id)?;
    let files = subject.workspace.files().tracked();
    let base = section.base_directory.as_ref().map_or("", |base| base.as_str());
    let is_plain = |text: &str| !text.contains(['*', '?', '[', '{', '$', '`', '~']);
    if !is_plain(base) || build.spec.computed {
        return None;
    }
    let at = |path: &str| normalize(&Utf8Path::new(base).join(path)).ok();
    let exists = |path: &Utf8Path| files.contains_key(&start.join(path)) || build.may_write(path);
    let made = at(needed.path).is_some_and(|path| exists(&path));
    let idle = |entry: &&Spanned<String>| is_plain(&entry.node) && at(&entry.node).is_some_and(|path| !exists(&path));
    let is_meant = |entry: &&Spanned<String>| section.files.len() == 1 || similar(&entry.node, [needed.path]).is_some();
    let mut meant = section.files.iter().filter(idle).filter(is_meant);
    let entry = meant.next().filter(|_| made && meant.next().is_none())?;
    Some(other_name(needed, entry))
}

/// A file whose folder `discard-paths` removes. `name`: that of the file in the artifact.
fn discarded(needed: Needed<'_>, name: &str, place: Span) -> Diagnostic {
    let Needed { artifact, used, is_written, .. } = needed;
    let message = format!("artifact `{artifact}` has no folders because of `discard-paths`");
    let found = Diagnostic::new(Code::E0207, message, place, "removes the folders from all paths");
    found.label(used, "used here").help(if is_written {
        format!("remove `discard-paths`, or write `{artifact}::{name}`")
    } else {
        "remove `discard-paths`".to_owned()
    })
}

/// A file below the base directory, whose name is not in the artifact. `inside`: its path there.
fn below_base(needed: Needed<'_>, inside: &str, base: &Spanned<String>) -> Diagnostic {
    let Needed { artifact, used, is_written, .. } = needed;
    let message = format!("artifact `{artifact}` has no folder `{}`", base.node);
    let found = Diagnostic::new(Code::E0207, message, base.span, "paths in the artifact start here");
    found.label(used, "used here").help(if is_written {
        format!("write `{artifact}::{inside}`, or remove `base-directory`")
    } else {
        "remove `base-directory`".to_owned()
    })
}

/// A file of the source that is not below the base directory.
fn outside_base(needed: Needed<'_>, base: &Spanned<String>) -> Diagnostic {
    let Needed { artifact, path, used, .. } = needed;
    let message = format!("artifact `{artifact}` contains only files in `{}`", base.node);
    Diagnostic::new(Code::E0207, message, base.span, "leaves out all other files")
        .label(used, "used here")
        .help(format!("remove `base-directory`, and add `{path}` to `files`"))
}

/// A file that is written, while the artifact lists another.
fn other_name(needed: Needed<'_>, entry: &Spanned<String>) -> Diagnostic {
    let Needed { artifact, path, used, .. } = needed;
    let message = format!("artifact `{artifact}` has no file `{path}`");
    Diagnostic::new(Code::E0207, message, entry.span, "nothing writes a file of this name")
        .label(used, "used here")
        .suggest(entry.span, Some(path))
}
