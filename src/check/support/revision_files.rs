//! E0441, W0221: files that CodeDeploy needs, but that the artifact with the AppSpec does not contain, or that nothing writes.

use crate::check::support::absent_files::{Absence, absence};
use crate::check::support::artifact_files::unwritten;
use crate::check::support::listed_files::{Needed, cause, is_in_source};
use crate::check::{Place, Subject};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::ArtifactId;
use crate::plan::repository::StatedBy;
use crate::source::Span;

/// The most other files with a label in one diagnostic.
const OTHERS_SHOWN: usize = 3;

/// The artifact of an AppSpec for servers.
#[derive(Clone, Copy)]
pub(in crate::check) struct Revision<'a> {
    pub subject: &'a Subject<'a>,
    pub place: Place<'a>,
    pub artifact: ArtifactId,
    /// The path of the AppSpec, as shown.
    pub appspec: &'a str,
}

/// A file or folder that an AppSpec names.
pub(in crate::check) struct RevisionFile {
    /// What it is, in a word.
    pub what: &'static str,
    pub path: String,
    pub span: Span,
}

impl<'a> Revision<'a> {
    fn name(self) -> &'a str {
        &self.place.pipeline.artifact(self.artifact).name.node
    }

    /// Returns how certain it is that the artifact lacks a file or folder, or `None` if it may contain it.
    fn absence_of(self, path: &str) -> Option<Absence> {
        let contents = &self.subject.action_files.contents(self.place.pipeline_id, self.artifact).files;
        let folder = format!("{path}/");
        if contents.known().iter().any(|it| it.path.starts_with(&folder)) || contents.holds_folder(path) {
            return None;
        }
        absence(self.subject, self.place.pipeline_id, self.artifact, path)
    }

    /// Reports the files that the artifact does not contain: those with the same cause once.
    pub(in crate::check) fn report(self, files: Vec<RevisionFile>) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        let (mut left_out, mut unknown): (Vec<RevisionFile>, Vec<RevisionFile>) = (Vec::new(), Vec::new());
        for file in files {
            let known = match self.absence_of(&file.path) {
                Some(Absence::Certain(known)) => known,
                Some(Absence::Likely { near }) => {
                    found.push(unwritten(&file.path, file.span, &near));
                    continue;
                }
                None => continue,
            };
            let needed = Needed { artifact: self.name(), path: &file.path, used: file.span, is_written: false };
            match cause(self.subject, self.place.pipeline_id, self.artifact, needed) {
                Some(cause) => match found.iter_mut().find(|other| other.primary.span.covers(cause.primary.span)) {
                    Some(other) if other.secondary.len() <= OTHERS_SHOWN => {
                        *other = other.clone().label(file.span, "and here");
                    }
                    Some(_) => {}
                    None => found.push(cause),
                },
                None if is_in_source(self.subject, self.place.pipeline_id, self.artifact, &file.path) => {
                    left_out.push(file);
                }
                None => {
                    let near = similar_path(&file.path, known.iter().map(|it| it.path.as_str()));
                    match near {
                        Some(near) => found.push(not_held(&file, self, near)),
                        None => unknown.push(file),
                    }
                }
            }
        }
        found.extend(self.unlisted(&left_out));
        found.extend(self.listed_together(&unknown).map(|found| found.help("add it, or correct the path")));
        let deployed = self.place.action.inputs.iter().find(|input| input.artifact == self.artifact);
        let deployed = deployed.map_or(self.place.action.name.span, |input| input.span);
        found.into_iter().map(|found| found.label(deployed, "deployed here")).collect()
    }

    /// Reports files of the source that nobody lists.
    fn unlisted(self, files: &[RevisionFile]) -> Option<Diagnostic> {
        let (first, _) = files.split_first()?;
        let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        let folder = first.path.rsplit_once('/').map(|(folder, _)| folder);
        let is_beside = |path: &&str| path.rsplit_once('/').map(|(folder, _)| folder) == folder;
        let added = match folder.filter(|_| paths.len() > 1 && paths.iter().all(is_beside)) {
            Some(folder) => format!("{folder}/*"),
            None => paths.join("`, `"),
        };
        let found = self.listed_together(files)?;
        let contents = self.subject.action_files.contents(self.place.pipeline_id, self.artifact);
        Some(match contents.stated_by {
            StatedBy::Buildspec(section) => found
                .label(section, "the files of the artifact")
                .help(format!("add `{added}` to the `files` of this artifact")),
            StatedBy::Declared => found
                .label(self.place.pipeline.artifact(self.artifact).name.span, "the files of the artifact")
                .help(phrase![
                    format!("add `\"{added}\"` to the files in "),
                    PipeCode::to_artifact(format!("{}(...)", self.name()))
                ]),
            _ => found.help("add it, or correct the path"),
        })
    }

    /// Reports several files at once.
    fn listed_together(self, files: &[RevisionFile]) -> Option<Diagnostic> {
        let (first, others) = files.split_first()?;
        let mut more: Vec<&RevisionFile> = Vec::new();
        for other in others.iter().filter(|other| other.path != first.path) {
            if !more.iter().any(|known| known.path == other.path) {
                more.push(other);
            }
        }
        let lacks = match more.len() {
            0 => String::new(),
            count => format!(", which also lacks {}", wording::count(count, "other file")),
        };
        let message = format!("{} `{}` is not in artifact `{}`{lacks}", first.what, first.path, self.name());
        let label = format!("`{}` needs it", self.appspec);
        let found = Diagnostic::new(Code::E0441, message, first.span, label);
        Some(more.into_iter().take(OTHERS_SHOWN).fold(found, |found, other| found.label(other.span, "also missing")))
    }
}

/// A file with another name than one in the artifact.
fn not_held(file: &RevisionFile, revision: Revision<'_>, near: &str) -> Diagnostic {
    let message = format!("{} `{}` is not in artifact `{}`", file.what, file.path, revision.name());
    Diagnostic::new(Code::E0441, message, file.span, format!("`{}` needs it", revision.appspec)).did_you_mean(near)
}
