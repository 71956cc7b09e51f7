//! Quick fixes. They are found by position in the last diagnostics of the server, because not every client preserves
//! the data of a diagnostic.

use super::{Failure, Worker, ide, lsp, path_of};
use crate::ide::{CodeActionKind, Finding, Fix};

/// Returns the kinds of code actions that the server offers.
pub(in crate::lsp) fn kinds() -> Vec<lsp::CodeActionKind> {
    let kinds = [
        lsp::CodeActionKind::QuickFix,
        lsp::CodeActionKind::RefactorRewrite,
        lsp::CodeActionKind::RefactorExtract,
        lsp::CodeActionKind::SourceFixAll,
    ];
    kinds.to_vec()
}

/// Returns the code actions for a part of a document.
pub(super) fn code_actions(
    worker: &mut Worker,
    params: &lsp::CodeActionParams,
) -> Result<Vec<lsp::CodeAction>, Failure> {
    let path = path_of(&params.text_document.uri.0);
    let findings = worker.host.findings(&path);
    let snapshot = worker.host.snapshot_of(&path);
    let Some(file) = snapshot.and_then(|snapshot| snapshot.file_of(&path)) else { return Ok(Vec::new()) };
    let offset = |position| super::narrow(worker.convert.offset(file.text(), file.lines(), position));
    let range = offset(params.range.start)..offset(params.range.end);
    let wants = |kind: &str| match &params.context.only {
        None => true,
        Some(only) => only.iter().any(|only| is_kind(kind, only)),
    };
    let mut actions = Vec::new();
    if wants("quickfix") {
        let fixes = ide::fixes_at(&findings, range.clone());
        let mut codes: Vec<_> = fixes.iter().flat_map(|fix| &fix.solves).map(|it| it.diagnostic().code).collect();
        codes.dedup();
        let is_only = fixes.len() == 1;
        actions.extend(fixes.iter().map(|fix| {
            let is_preferred = is_only && fix.is_certain;
            action(worker, fix, lsp::CodeActionKind::QuickFix, is_preferred)
        }));
        let all = codes.into_iter().filter_map(|code| ide::fix_all(&findings, Some(code)));
        actions.extend(all.map(|fix| action(worker, &fix, lsp::CodeActionKind::QuickFix, false)));
        let touches = |finding: &&Finding| {
            let span = finding.diagnostic().primary.span;
            span.start <= range.end && range.start <= span.end
        };
        let silenced = findings.iter().filter(touches).filter_map(|finding| ide::silence(finding, &path));
        actions.extend(silenced.map(|fix| action(worker, &fix, lsp::CodeActionKind::QuickFix, false)));
    }
    let kinds = [
        (CodeActionKind::QuickFix, "quickfix", lsp::CodeActionKind::QuickFix),
        (CodeActionKind::Rewrite, "refactor.rewrite", lsp::CodeActionKind::RefactorRewrite),
        (CodeActionKind::Extract, "refactor.extract", lsp::CodeActionKind::RefactorExtract),
    ];
    if kinds.iter().any(|(_, word, _)| wants(word)) {
        for found in ide::actions(&mut worker.host, &path, range, &findings) {
            let (_, word, kind) = kinds.iter().find(|(kind, _, _)| *kind == found.kind).unwrap_or(&kinds[0]);
            if wants(word) {
                actions.push(action(worker, &found.fix, kind.clone(), false));
            }
        }
    }
    // Only on request: an editor shows all others at every position.
    if params.context.only.is_some() && wants("source.fixAll") {
        let all = ide::fix_all(&findings, None);
        actions.extend(all.map(|fix| action(worker, &fix, lsp::CodeActionKind::SourceFixAll, false)));
    }
    Ok(actions)
}

/// Returns whether a kind matches a filter: `source` includes `source.fixAll`.
fn is_kind(kind: &str, filter: &lsp::CodeActionKind) -> bool {
    let filter = serde_json::to_value(filter).ok();
    let filter = filter.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    filter.is_empty() || kind.strip_prefix(filter).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn action(worker: &Worker, fix: &Fix, kind: lsp::CodeActionKind, is_preferred: bool) -> lsp::CodeAction {
    let diagnostics = fix.solves.iter().map(|finding| worker.convert.diagnostic(finding)).collect();
    lsp::CodeAction {
        title: fix.title.clone(),
        kind: Some(kind),
        diagnostics: Some(diagnostics),
        is_preferred: is_preferred.then_some(true),
        edit: Some(worker.convert.workspace_edit(fix)),
        ..lsp::CodeAction::default()
    }
}
