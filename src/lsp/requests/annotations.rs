//! Semantic tokens, inlay hints, code lenses.

use serde_json::json;

use super::{Failure, Worker, ide, lsp, path_of};
use crate::ide::{KnownAt, Opens, Token, TokenKind};
use crate::lsp::protocol::{LspAny, SemanticToken};
use crate::source::SourceFile;

/// The types of tokens, in the order of their numbers.
pub(in crate::lsp) const TYPES: [(&str, TokenKind); 9] = [
    ("keyword", TokenKind::Keyword),
    ("namespace", TokenKind::Namespace),
    ("class", TokenKind::Class),
    ("type", TokenKind::Type),
    ("enumMember", TokenKind::EnumMember),
    ("variable", TokenKind::Variable),
    ("parameter", TokenKind::Parameter),
    ("property", TokenKind::Property),
    ("function", TokenKind::Function),
];

/// The modifiers of tokens, in the order of their bits: the last three say when a value is known.
pub(in crate::lsp) const MODIFIERS: [&str; 4] = ["declaration", "compile", "deploy", "run"];

/// The tokens of a document.
pub(super) fn tokens(worker: &mut Worker, params: &lsp::SemanticTokensParams) -> Result<lsp::SemanticTokens, Failure> {
    Ok(tokens_in(worker, &params.text_document, None))
}

/// The tokens of a part of a document.
pub(super) fn tokens_of_range(
    worker: &mut Worker,
    params: &lsp::SemanticTokensRangeParams,
) -> Result<lsp::SemanticTokens, Failure> {
    Ok(tokens_in(worker, &params.text_document, Some(params.range)))
}

fn tokens_in(
    worker: &Worker,
    document: &lsp::TextDocumentIdentifier,
    range: Option<lsp::Range>,
) -> lsp::SemanticTokens {
    let path = path_of(&document.uri.0);
    let snapshot = worker.host.snapshot_of(&path);
    let Some((snapshot, file)) = snapshot.and_then(|it| Some((it, it.file_of(&path)?))) else {
        return lsp::SemanticTokens::default();
    };
    let mut before = lsp::Position { line: 0, character: 0 };
    let mut data = Vec::new();
    for token in ide::tokens(snapshot, file.id()) {
        let place = worker.convert.range(file, token.span);
        let is_wanted =
            range.is_none_or(|range| place.start.line >= range.start.line && place.start.line <= range.end.line);
        if is_wanted {
            data.push(encoded(token, place, before));
            before = place.start;
        }
    }
    lsp::SemanticTokens { result_id: None, data }
}

fn encoded(token: Token, place: lsp::Range, before: lsp::Position) -> SemanticToken {
    let delta_line = place.start.line - before.line;
    let delta_start = if delta_line == 0 { place.start.character - before.character } else { place.start.character };
    let kind = TYPES.iter().position(|(_, kind)| *kind == token.kind).unwrap_or_default();
    let known = match token.known {
        None => 0,
        Some(KnownAt::Compile) => 2,
        Some(KnownAt::Deploy) => 4,
        Some(KnownAt::Run) => 8,
    };
    SemanticToken {
        delta_line,
        delta_start,
        length: place.end.character - place.start.character,
        token_type: super::narrow(kind),
        token_modifiers_bitset: u32::from(token.defines) | known,
    }
}

/// The hints in a part of a document.
pub(super) fn hints(worker: &mut Worker, params: &lsp::InlayHintParams) -> Result<Vec<lsp::InlayHint>, Failure> {
    let path = path_of(&params.text_document.uri.0);
    let Some((snapshot, file)) = worker.host.snapshot_of(&path).and_then(|it| Some((it, it.file_of(&path)?))) else {
        return Ok(Vec::new());
    };
    let convert = &worker.convert;
    let hint = |hint: ide::Hint| {
        let position = convert.range(file, hint.at).start;
        let label = lsp::Label::String(hint.text);
        lsp::InlayHint::new(position, label, None, None, None, Some(true), None, None)
    };
    let inside = |hint: &lsp::InlayHint| params.range.start <= hint.position && hint.position <= params.range.end;
    let wanted = |hint: &ide::Hint| convert.client.hints.contains(&hint.kind);
    Ok(ide::hints(snapshot, file.id()).into_iter().filter(wanted).map(hint).filter(inside).collect())
}

/// The lenses of a document.
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
        // Every client finds references by itself: the title is the information.
        Opens::References => ("", json!(null)),
    };
    let arguments = (!command.is_empty()).then(|| vec![argument]);
    let command = lsp::Command { title: lens.title, tooltip: None, command: command.to_owned(), arguments };
    lsp::CodeLens { range, command: Some(command), data: None }
}
