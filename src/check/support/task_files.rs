//! Task definitions and other files that attributes of deployments name.

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::check::{Place, Subject};
use crate::hir::ValueKind;
use crate::plan::TASK_DEFINITION;
use crate::source::Span;
use crate::workspace::document::{Document, Node};

/// Reads a file that an attribute names, if it is in the repository. What a build replaces in it is unknown.
pub(in crate::check) fn read(
    subject: &Subject<'_>,
    place: Place<'_>,
    key: &str,
) -> Option<(Utf8PathBuf, Arc<Document>)> {
    let ValueKind::ArtifactFile(file) = &place.action.value(key)?.kind else { return None };
    subject.action_files.document(place.pipeline_id, file)
}

/// Calls `visit` with each task definition that an action names and the repository has, once, and the first of its
/// actions.
pub(in crate::check) fn each_task_definition<'a>(subject: &Subject<'a>, mut visit: impl FnMut(Place<'a>, &Node)) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some((_, document)) = read(subject, place, TASK_DEFINITION) else { continue };
        if let Some(root) = document.root.as_ref().filter(|root| !seen.contains(&root.span)) {
            seen.push(root.span);
            visit(place, root);
        }
    }
}
