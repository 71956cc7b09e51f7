//! Task definitions and other files that attributes of deployments name.

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::check::{Place, Subject};
use crate::hir::ValueKind;
use crate::workspace::document::Document;

/// Reads a file that an attribute names, if it is in the repository.
pub(in crate::check) fn read(
    subject: &Subject<'_>,
    place: Place<'_>,
    key: &str,
) -> Option<(Utf8PathBuf, Arc<Document>)> {
    let ValueKind::ArtifactFile(file) = &place.action.value(key)?.kind else { return None };
    let path = subject.action_files.repository_file(place.pipeline_id, file)?;
    let document = subject.workspace.document(&path).ok()?;
    Some((path, document))
}
