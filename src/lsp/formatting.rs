//! Requests for formatting, which need no compilation.

use std::ops::Range;

use super::documents::Document;
use super::protocol as lsp;
use super::typing::Typing;
use crate::ide;

fn edits(typing: &Typing, document: &Document, edits: Vec<(Range<usize>, String)>) -> Vec<lsp::TextEdit> {
    let range = |range| typing.convert.range_in(&document.text, &document.lines, range);
    edits.into_iter().map(|(place, new_text)| lsp::TextEdit { range: range(place), new_text }).collect()
}

pub(super) fn file(typing: &mut Typing, document: &Document, _: &lsp::DocumentFormattingParams) -> Vec<lsp::TextEdit> {
    edits(typing, document, ide::format_file(&document.text))
}

pub(super) fn range(
    typing: &mut Typing,
    document: &Document,
    params: &lsp::DocumentRangeFormattingParams,
) -> Vec<lsp::TextEdit> {
    let offset = |position| typing.convert.offset(&document.text, &document.lines, position);
    let range = offset(params.range.start)..offset(params.range.end);
    edits(typing, document, ide::format_range(&document.text, range))
}

pub(super) fn typed(
    typing: &mut Typing,
    document: &Document,
    params: &lsp::DocumentOnTypeFormattingParams,
) -> Vec<lsp::TextEdit> {
    let offset = typing.convert.offset(&document.text, &document.lines, params.position);
    edits(typing, document, ide::indent_line(&document.text, offset).into_iter().collect())
}
