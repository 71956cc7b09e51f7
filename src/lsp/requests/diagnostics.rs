//! Findings, for a client that asks for them.

use super::{Failure, Worker, lsp, path_of};

/// The findings in a document.
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
