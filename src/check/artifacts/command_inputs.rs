//! E0222: files and folders that the commands of a build read from an input artifact that does not contain them.

use camino::Utf8Path;

use crate::check::support::absent_files::{Absence, absence};
use crate::check::support::filled_folders;
use crate::check::support::listed_files::section;
use crate::check::support::source_folder::missing_checkout;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ArtifactId;
use crate::plan::repository::{self, StatedBy};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::artifact::{KnownFiles, Presence};
use crate::workspace::file_system::{holds, normalize};
use crate::workspace::packaging::{INPUT_FOLDER, InputArtifactFile};

pub(super) const RULE: Rule = Rule { name: "command-inputs", codes: &[Code::E0222], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        let builds = subject.action_files.builds(place.pipeline_id, place.id).chain(own);
        for build in builds.filter(|build| repository::is_sound(build)) {
            for (id, file) in read_files(place, build) {
                if seen.contains(&file.span) {
                    continue;
                }
                if let Some(found) = one(subject, place, build, (id, &file)) {
                    seen.push(file.span);
                    findings.push(found);
                }
            }
        }
    }
}

/// Returns what the commands of an action read in its inputs that are no checkout of the repository, or not the primary
/// input.
fn read_files(place: Place<'_>, build: &Build) -> Vec<(ArtifactId, InputArtifactFile)> {
    let Some(primary) = repository::primary_input(place.action) else { return Vec::new() };
    let others = || place.action.inputs.iter().map(|input| input.artifact).filter(|id| *id != primary);
    let named = |name: &str| others().find(|id| place.pipeline.artifact(*id).name.node == name);
    let of_others =
        build.commands.artifact_files.iter().filter_map(|file| Some((named(&file.artifact)?, file.clone())));
    let mut found: Vec<(ArtifactId, InputArtifactFile)> = of_others.collect();
    if repository::checkout(place.pipeline, primary).is_none() {
        let name = &place.pipeline.artifact(primary).name.node;
        let files = build.commands.inputs.iter().filter(|file| !file.path.starts_with(".."));
        found.extend(files.filter_map(|file| {
            let path = normalize(&file.path).ok().filter(|path| !path.as_str().is_empty())?;
            let file = InputArtifactFile { artifact: name.clone(), path, span: file.span, inside: Some(file.after) };
            Some((primary, file))
        }));
    }
    found
}

/// Reports a file that its artifact certainly lacks.
fn one(
    subject: &Subject<'_>,
    place: Place<'_>,
    build: &Build,
    (id, file): (ArtifactId, &InputArtifactFile),
) -> Option<Diagnostic> {
    if may_be_written(build, file) {
        return None;
    }
    let artifact = place.pipeline.artifacts.get(id)?;
    let contents = subject.action_files.contents(place.pipeline_id, id);
    // The repository around a document may be a different one from the one that its pipelines use.
    let is_elsewhere = subject.document.is_some() && contents.stated_by == StatedBy::Repository
        || place.pipeline.actions.get(artifact.producer).is_some_and(|it| missing_checkout(subject, it).is_some());
    // A clone contains more than the files under version control, and submodules may have files of their own.
    let path = file.path.as_str();
    let is_cloned = contents.stated_by == StatedBy::Repository
        && (path.starts_with(".git") || subject.workspace.files().is_file(Utf8Path::new(".gitmodules")));
    if is_elsewhere || is_cloned {
        return None;
    }
    let mut names = match contents.files.contains(path) {
        Presence::Present(_) => return None,
        Presence::Absent { known } => {
            let may_be_folder = contents.files.holds_folder(path) || known.iter().any(|known| may_hold(known, path));
            (!may_be_folder).then(|| known.into_iter().map(|known| known.path).collect::<Vec<_>>())?
        }
        Presence::Unknown => {
            let first = path.split('/').next().unwrap_or_default();
            let entries = entries(subject, place, id).filter(|entries| !entries.iter().any(|entry| entry == first));
            match entries {
                Some(entries) => entries,
                None => match absence(subject, place.pipeline_id, id, path)? {
                    Absence::Certain(known) => known.into_iter().map(|known| known.path).collect(),
                    Absence::Likely { .. } => return None,
                },
            }
        }
    };
    names.retain(|name| !name.contains(['*', '?', '[', '{', '$']));
    let cause = section(subject, place.pipeline_id, id).map(|section| {
        let base = || {
            section
                .base_directory
                .as_ref()
                .filter(|base| path.starts_with(base.as_str()) || shorter(path, &names).is_some())
        };
        match section.discard_paths {
            Some(place) if path.contains('/') => (place, "removes the folders from all paths"),
            _ => base().map_or((section.key.span, "its files"), |base| (base.span, "paths in the artifact start here")),
        }
    });
    let near =
        shorter(path, &names).or_else(|| similar_path(path, names.iter().map(String::as_str)).map(str::to_owned));
    Some(not_in_input(file, &artifact.name, near.as_deref(), cause))
}

/// Returns whether another command may write the file to the folder of the input.
fn may_be_written(build: &Build, file: &InputArtifactFile) -> bool {
    let variable = format!("{INPUT_FOLDER}{}", file.artifact);
    let is_path = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    if let Some(after) = file.inside {
        let name = file.path.file_name().unwrap_or_default();
        let reads = build.commands.examined.iter().filter(|examined| *examined == name).count();
        return after.may_produce(&file.path) || build.installs(&file.path) || build.count_word(name) > reads;
    }
    build.spec.commands().take_while(|command| command.span.start <= file.span.start).any(|command| {
        command.text.match_indices(&variable).any(|(at, _)| {
            let rest = command.text.get(at + variable.len()..).unwrap_or_default().trim_start_matches(['}', '"', '\'']);
            let path: String = rest.chars().take_while(|c| is_path(*c)).collect();
            let path = Utf8Path::new(path.trim_matches('/'));
            let mentions = build.commands.artifact_files.iter().filter(|it| command.span.covers(it.span));
            let is_read = mentions.into_iter().any(|it| it.artifact == file.artifact && it.path == path);
            !is_read && (path.starts_with(&file.path) || file.path.starts_with(path))
        })
    })
}

/// Returns whether a pattern may match files in a folder at the path.
fn may_hold(known: &KnownFiles, path: &str) -> bool {
    let is_open = |part: &&str| part.contains(['*', '?', '[', '{', '$', '`', '~']);
    let pattern = known.path.trim_start_matches("./");
    let fixed: Vec<&str> = pattern.split('/').take_while(|part| !is_open(part)).collect();
    let parts: Vec<&str> = path.split('/').collect();
    let is_glob = fixed.len() < pattern.split('/').count();
    (is_glob || fixed.len() > parts.len()) && fixed.iter().zip(&parts).all(|(one, other)| one == other)
}

/// Returns the names directly in the artifact, if its base directory is filled by commands that are known.
fn entries(subject: &Subject<'_>, place: Place<'_>, id: ArtifactId) -> Option<Vec<String>> {
    let section = section(subject, place.pipeline_id, id).filter(|section| section.discard_paths.is_none())?;
    let base =
        section.base_directory.as_ref().filter(|base| !base.node.contains(['*', '?', '[', '{', '$', '`', '~']))?;
    let build = subject.action_files.build(place.pipeline_id, place.pipeline.artifacts.get(id)?.producer)?;
    let producer = place.pipeline.actions.get(place.pipeline.artifacts.get(id)?.producer)?;
    let start = normalize(repository::checkout(place.pipeline, repository::primary_input(producer)?)?).ok()?;
    let tracked = subject.workspace.files().tracked();
    let is_there = |path: &Utf8Path| holds(&tracked, &start.join(path));
    let base = base.node.trim_matches('/');
    let copied = filled_folders::contents(build, base).filter(|_| !is_there(Utf8Path::new(base)))?;
    // What is not there is a separate problem.
    let are_there = copied.iter().all(|path| is_there(path));
    are_there.then(|| copied.iter().filter_map(|path| path.file_name()).map(str::to_owned).collect())
}

/// Returns the end of a path that is in the artifact: `integration` for `tests/integration`.
fn shorter(path: &str, names: &[String]) -> Option<String> {
    let ends = path.match_indices('/').filter_map(|(at, _)| path.get(at + 1..));
    let first = |end: &str| end.split('/').next().unwrap_or_default().to_owned();
    ends.map(str::to_owned).find(|end| names.iter().any(|name| name == end || *name == first(end)))
}

/// A file or folder that is not in an input artifact.
fn not_in_input(
    file: &InputArtifactFile,
    artifact: &Spanned<String>,
    near: Option<&str>,
    cause: Option<(Span, &'static str)>,
) -> Diagnostic {
    let message = format!("artifact `{}` has no file `{}`", artifact.node, file.path);
    let found = Diagnostic::new(Code::E0222, message, file.span, "this command would fail");
    let found = match cause {
        Some((place, says)) => found.label(place, says),
        None => found.label(artifact.span, "produced here"),
    };
    match near {
        Some(near) if file.inside.is_some() => found.did_you_mean(near),
        Some(near) => found.did_you_mean(&format!("${INPUT_FOLDER}{}/{near}", file.artifact)),
        None => found.help(format!("add `{}` to the files of `{}`, or correct the path", file.path, artifact.node)),
    }
}
