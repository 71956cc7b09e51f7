//! Files of artifacts that the commands of a build write.

use camino::Utf8PathBuf;

use crate::check::{Place, Subject};
use crate::hir::ArtifactId;
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::WrittenFile;

/// A file that a build writes, and what is known about its contents.
pub(in crate::check) struct BuiltFile {
    /// What its contents are.
    pub contents: BuiltContents,
    /// The span of the last command that writes it.
    pub command: Span,
}

/// What is known about the contents of a file that a build writes.
pub(in crate::check) enum BuiltContents {
    /// The text that the commands contain. `?` begins a placeholder for what is known only at run time.
    Text(String),
    /// The lines of this file of the repository, in which the command replaces values.
    Template(Utf8PathBuf),
}

/// Returns the file with this name that the build of an artifact writes, or `None` if its contents are unknown.
pub(in crate::check) fn built_file(
    subject: &Subject<'_>,
    place: Place<'_>,
    artifact: ArtifactId,
    name: &str,
) -> Option<BuiltFile> {
    let id = place.pipeline.artifacts.get(artifact)?.producer;
    let producer = place.pipeline.actions.get(id)?;
    let build = subject.action_files.build(place.pipeline_id, id)?;
    let writes = || build.commands.writes.iter().filter(|written| written.path.file_name() == Some(name));
    let last = writes().next_back().filter(|written| written.whole)?;
    let own: Vec<&WrittenFile> = writes().filter(|written| written.path == last.path).collect();
    let parts = own.get(own.iter().rposition(|written| !written.appends)?..)?;
    if !parts.iter().all(|written| written.whole) {
        return None;
    }
    let contents = match &last.template {
        Some(template) if !last.appends => {
            let folder = repository::checkout(place.pipeline, repository::primary_input(producer)?)?;
            BuiltContents::Template(normalize(&folder.join(template)).ok()?)
        }
        _ => {
            let lines: Vec<&str> = parts.iter().map(|written| written.text.as_deref()).collect::<Option<_>>()?;
            BuiltContents::Text(lines.iter().map(|text| text.trim_end_matches('\n')).collect::<Vec<_>>().join("\n"))
        }
    };
    Some(BuiltFile { contents, command: last.command })
}
