//! Inlay hints and code lenses.

use serde_json::json;

use super::{Failure, Worker, ide, lsp, path_of};
use crate::ide::Opens;
use crate::lsp::protocol::LspAny;
use crate::source::SourceFile;

/// Returns the hints in a part of a document.
pub(super) fn hints(worker: &mut Worker, params: &lsp::InlayHintParams) -> Result<Vec<lsp::InlayHint>, Failure> {
    let path = path_of(&params.text_document.uri.0);
    let Some((snapshot, file)) = worker.host.snapshot_of(&path).and_then(|it| Some((it, it.file_of(&path)?))) else {
        return Ok(Vec::new());
    };
    let convert = &worker.convert;
    let hint = |hint: ide::Hint| {
        let position = convert.range(file, hint.at).start;
        let label = lsp::Label::String(hint.text);
        // The name of an argument precedes it. All other hints follow what they refer to.
        let is_argument = hint.kind == ide::HintKind::Arguments;
        let kind = is_argument.then_some(lsp::InlayHintKind::Parameter);
        lsp::InlayHint::new(position, label, kind, None, None, Some(!is_argument), Some(is_argument), None)
    };
    let inside = |hint: &lsp::InlayHint| params.range.start <= hint.position && hint.position <= params.range.end;
    let wanted = |hint: &ide::Hint| convert.client.hints.contains(&hint.kind);
    Ok(ide::hints(snapshot, file.id()).into_iter().filter(wanted).map(hint).filter(inside).collect())
}

/// Returns the lenses of a document.
pub(super) fn lenses(worker: &mut Worker, params: &lsp::CodeLensParams) -> Result<Vec<lsp::CodeLens>, Failure> {
    let path = path_of(&params.text_document.uri.0);
    let Some((snapshot, file)) = worker.host.snapshot_of(&path).and_then(|it| Some((it, it.file_of(&path)?))) else {
        return Ok(Vec::new());
    };
    let uri = &params.text_document.uri.0;
    let lens = |lens: ide::Lens| lens_of(worker, file, uri, lens);
    Ok(ide::lenses(snapshot, file.id()).into_iter().map(lens).collect())
}

fn lens_of(worker: &Worker, file: &SourceFile, uri: &str, lens: ide::Lens) -> lsp::CodeLens {
    let range = worker.convert.range(file, lens.at);
    let (command, argument): (&str, LspAny) = match lens.opens {
        Opens::Role(role) => ("dotpipe.explainRole", json!({ "uri": uri, "role": role })),
        Opens::Graph => ("dotpipe.graph", json!({ "uri": uri })),
        Opens::Template => ("dotpipe.build", json!({ "uri": uri })),
        // Every client can find references itself: the title is the information.
        Opens::References => ("", json!(null)),
    };
    let arguments = (!command.is_empty()).then(|| vec![argument]);
    let command = lsp::Command { title: lens.title, tooltip: None, command: command.to_owned(), arguments };
    lsp::CodeLens { range, command: Some(command), data: None }
}
