//! Diagnostics for a client that pulls them.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Failure, Worker, lsp, path_of};
use crate::collections::HashMap;

/// Returns the diagnostics of a document.
pub(super) fn pull(
    worker: &mut Worker,
    params: &lsp::DocumentDiagnosticParams,
) -> Result<lsp::DocumentDiagnosticReport, Failure> {
    let path = path_of(&params.text_document.uri.0);
    if worker.publisher.note_asked(&path) {
        worker.publish(&path);
    }
    let report = lsp::RelatedFullDocumentDiagnosticReport {
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport {
            result_id: None,
            items: worker.publisher.shown(&path),
        },
        ..lsp::RelatedFullDocumentDiagnosticReport::default()
    };
    Ok(lsp::DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(report))
}

/// Returns the diagnostics of all files. For those that the client has already, the report says only that they are
/// unchanged.
pub(super) fn pull_workspace(
    worker: &mut Worker,
    params: &lsp::WorkspaceDiagnosticParams,
) -> Result<lsp::WorkspaceDiagnosticReport, Failure> {
    worker.pull_workspace();
    let mut known: HashMap<&str, &str> =
        params.previous_result_ids.iter().map(|it| (it.uri.0.as_str(), it.value.as_str())).collect();
    let mut items = Vec::new();
    for (path, found) in worker.publisher.all_shown() {
        let (uri, version) = (worker.convert.uri(path), worker.convert.versions.get(path).copied());
        let result_id = result_id(found)?;
        let is_known = known.remove(uri.0.as_str()) == Some(result_id.as_str());
        items.push(if is_known { unchanged(uri, version, result_id) } else { full(uri, version, result_id, found) });
    }
    // The client still has diagnostics of files that have none anymore.
    for it in params.previous_result_ids.iter().filter(|it| known.contains_key(it.uri.0.as_str())) {
        let result_id = result_id(&[])?;
        let is_known = it.value == result_id;
        let uri = it.uri.clone();
        items.push(if is_known { unchanged(uri, None, result_id) } else { full(uri, None, result_id, &[]) });
    }
    Ok(lsp::WorkspaceDiagnosticReport { items })
}

fn full(
    uri: lsp::Uri,
    version: Option<i32>,
    result_id: String,
    found: &[lsp::Diagnostic],
) -> lsp::WorkspaceDocumentDiagnosticReport {
    let report = lsp::FullDocumentDiagnosticReport { result_id: Some(result_id), items: found.to_vec() };
    let report = lsp::WorkspaceFullDocumentDiagnosticReport::new(uri, version, report);
    lsp::WorkspaceDocumentDiagnosticReport::WorkspaceFullDocumentDiagnosticReport(report)
}

fn unchanged(uri: lsp::Uri, version: Option<i32>, result_id: String) -> lsp::WorkspaceDocumentDiagnosticReport {
    let report = lsp::UnchangedDocumentDiagnosticReport { result_id };
    let report = lsp::WorkspaceUnchangedDocumentDiagnosticReport::new(uri, version, report);
    lsp::WorkspaceDocumentDiagnosticReport::WorkspaceUnchangedDocumentDiagnosticReport(report)
}

/// Returns an ID for diagnostics. Equal ones have the same ID.
fn result_id(found: &[lsp::Diagnostic]) -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(found)?.hash(&mut hasher);
    Ok(format!("{:x}", hasher.finish()))
}
