//! The files and scripts that an AppSpec needs and its artifact does not contain.

use crate::check::support::absent_files::{Absence, absence};
use crate::check::support::artifact_files::unwritten;
use crate::check::support::listed_files::section;
use crate::check::{Findings, Place, Subject};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::ArtifactId;
use crate::source::{Span, Spanned};

/// Other files of the same folder that are labelled.
const OTHERS_SHOWN: usize = 3;

/// What an AppSpec needs.
pub(in crate::check) struct AppSpecFiles<'a> {
    subject: &'a Subject<'a>,
    place: Place<'a>,
    artifact: ArtifactId,
    /// The AppSpec, as shown.
    appspec: &'a str,
    lacking: Vec<Lacking>,
}

/// A file or script that is not there.
struct Lacking {
    path: String,
    place: Span,
    what: &'static str,
    near: Option<String>,
}

impl<'a> AppSpecFiles<'a> {
    /// Creates an empty list.
    pub(in crate::check) fn new(
        subject: &'a Subject<'a>,
        place: Place<'a>,
        artifact: ArtifactId,
        appspec: &'a str,
    ) -> Self {
        Self { subject, place, artifact, appspec, lacking: Vec::new() }
    }

    /// Adds a file or folder that the artifact does not contain.
    pub(in crate::check) fn need(&mut self, text: &Spanned<&str>, what: &'static str, findings: &mut Findings) {
        let path = text.node.trim_start_matches("./").replace('\\', "/");
        let path = path.trim_matches('/');
        if path.is_empty() || path == "." || path.contains(['*', '?']) {
            return;
        }
        let contents = &self.subject.action_files.contents(self.place.pipeline_id, self.artifact).files;
        let folder = format!("{path}/");
        if contents.known().iter().any(|it| it.path.starts_with(&folder)) || contents.holds_folder(path) {
            return;
        }
        match absence(self.subject, self.place.pipeline_id, self.artifact, path) {
            Some(Absence::Certain(known)) => {
                let near = similar_path(path, known.iter().map(|it| it.path.as_str())).map(str::to_owned);
                self.lacking.push(Lacking { path: path.to_owned(), place: text.span, what, near });
            }
            Some(Absence::Likely { near }) => findings.push(unwritten(path, text.span, &near)),
            None => {}
        }
    }

    /// Reports what is missing. Several files of one folder, of which the artifact contains none, have one cause.
    pub(in crate::check) fn report(self, findings: &mut Findings) {
        let artifact = &self.place.pipeline.artifact(self.artifact).name.node;
        let folder = |it: &Lacking| it.path.split_once('/').map(|(folder, _)| folder.to_owned());
        let first = self.lacking.first().and_then(folder);
        let is_one = self.lacking.len() > 1 && first.is_some() && self.lacking.iter().all(|it| folder(it) == first);
        let section = section(self.subject, self.place.pipeline_id, self.artifact);
        let (Some(folder), true, Some(section)) = (first, is_one, section) else {
            findings.extend(self.lacking.iter().map(|it| not_held(it, artifact, self.appspec)));
            return;
        };
        let Some((first, others)) = self.lacking.split_first() else { return };
        let message = format!(
            "{} `{}`, and {}, are not in artifact `{artifact}`",
            first.what,
            first.path,
            wording::count(others.len(), "other")
        );
        let found = Diagnostic::new(Code::E0441, message, first.place, format!("`{}` needs it", self.appspec));
        let found = others.iter().take(OTHERS_SHOWN).fold(found, |found, it| found.label(it.place, "nor is this one"));
        findings.push(match section.discard_paths {
            Some(place) => found.label(place, "removes the folders from all paths").help("remove `discard-paths`"),
            None => found
                .label(section.key.span, "its files")
                .help(format!("add `{folder}/**/*` to the `files` of this artifact")),
        });
    }
}

/// A file or script that the artifact does not contain.
fn not_held(lacking: &Lacking, artifact: &str, appspec: &str) -> Diagnostic {
    let message = format!("{} `{}` is not in artifact `{artifact}`", lacking.what, lacking.path);
    let diagnostic = Diagnostic::new(Code::E0441, message, lacking.place, format!("`{appspec}` needs it"));
    match &lacking.near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("add it, or correct the path"),
    }
}
