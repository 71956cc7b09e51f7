//! Semantic tokens.

use super::{Failure, Worker, ide, lsp, path_of};
use crate::ide::{KnownAt, Token, TokenKind};
use crate::lsp::protocol::{LspAny, SemanticToken};

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

/// The modifiers of tokens, in the order of their bits. The last three are when a value is known.
pub(in crate::lsp) const MODIFIERS: [&str; 4] = ["declaration", "compile", "deploy", "run"];

/// The tokens of a document that were sent to a client.
#[derive(Debug, Clone, Default)]
pub(in crate::lsp) struct SentTokens {
    id: u64,
    numbers: Vec<u32>,
}

/// Returns the tokens of a document.
pub(super) fn tokens(worker: &mut Worker, params: &lsp::SemanticTokensParams) -> Result<lsp::SemanticTokens, Failure> {
    let data = tokens_in(worker, &params.text_document, None);
    let result_id = Some(remember(worker, &params.text_document, numbers(&data)));
    Ok(lsp::SemanticTokens { result_id, data })
}

/// Returns the changes in the tokens of a document, or all of them if the client does not have the last ones.
pub(super) fn changed_tokens(worker: &mut Worker, params: &lsp::SemanticTokensDeltaParams) -> Result<LspAny, Failure> {
    let document = &params.text_document;
    let data = tokens_in(worker, document, None);
    let new = numbers(&data);
    let sent = worker.sent_tokens.get(&path_of(&document.uri.0));
    let edits =
        sent.filter(|sent| sent.id.to_string() == params.previous_result_id).map(|sent| edits(&sent.numbers, &new));
    let result_id = Some(remember(worker, document, new));
    Ok(match edits {
        Some(edits) => serde_json::to_value(lsp::SemanticTokensDelta { result_id, edits })?,
        None => serde_json::to_value(lsp::SemanticTokens { result_id, data })?,
    })
}

/// Stores the tokens that are sent to the client, and returns their ID.
fn remember(worker: &mut Worker, document: &lsp::TextDocumentIdentifier, numbers: Vec<u32>) -> String {
    let sent = worker.sent_tokens.entry(path_of(&document.uri.0)).or_default();
    *sent = SentTokens { id: sent.id + 1, numbers };
    sent.id.to_string()
}

/// Converts tokens to the numbers of the protocol.
fn numbers(data: &[SemanticToken]) -> Vec<u32> {
    let token =
        |it: &SemanticToken| [it.delta_line, it.delta_start, it.length, it.token_type, it.token_modifiers_bitset];
    data.iter().flat_map(token).collect()
}

/// Returns the edit between the common prefix and suffix of two lists, or an empty list if they are equal.
fn edits(old: &[u32], new: &[u32]) -> Vec<lsp::SemanticTokensEdit> {
    let same = |(one, other): &(&u32, &u32)| one == other;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let added = new_rest.get(..new_rest.len() - end).unwrap_or_default();
    let removed = old_rest.len() - end;
    if removed == 0 && added.is_empty() {
        return Vec::new();
    }
    vec![lsp::SemanticTokensEdit::new(super::narrow(start), super::narrow(removed), Some(added.to_vec()))]
}

/// Returns the tokens in a part of a document.
pub(super) fn tokens_of_range(
    worker: &mut Worker,
    params: &lsp::SemanticTokensRangeParams,
) -> Result<lsp::SemanticTokens, Failure> {
    let data = tokens_in(worker, &params.text_document, Some(params.range));
    Ok(lsp::SemanticTokens { result_id: None, data })
}

fn tokens_in(worker: &Worker, document: &lsp::TextDocumentIdentifier, range: Option<lsp::Range>) -> Vec<SemanticToken> {
    let path = path_of(&document.uri.0);
    let snapshot = worker.host.snapshot_of(&path);
    let Some((snapshot, file)) = snapshot.and_then(|it| Some((it, it.file_of(&path)?))) else { return Vec::new() };
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
    data
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

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn only_what_differs_is_sent() {
        let edit = |old: &[u32], new: &[u32]| {
            let edits = edits(old, new).into_iter();
            edits.map(|edit| (edit.start, edit.delete_count, edit.data.unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(edit(&[1, 2, 3], &[1, 2, 3]), []);
        assert_eq!(edit(&[1, 2, 3], &[1, 9, 3]), [(1, 1, vec![9])]);
        assert_eq!(edit(&[1, 1], &[1, 1, 1]), [(2, 0, vec![1])]);
        assert_eq!(edit(&[1, 2, 3], &[]), [(0, 3, vec![])]);
    }
}
