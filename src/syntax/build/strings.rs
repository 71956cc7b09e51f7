//! Strings and names.
//!
//! The text of a multi-line string starts on the line after its opening quotes. The indentation that all lines share,
//! that of the closing quotes included, is removed, so moving those to the left keeps indentation. Blank lines and
//! interpolated text do not count. Closing quotes on their own line leave a final newline. Line endings are `\n`,
//! whatever the file uses.

use pest::iterators::Pair;

use crate::source::Span;

use super::super::ast::{Name, StringPart, StringPartKind};
use super::super::grammar::Rule;
use super::{Builder, Parts};

impl StringPart {
    /// Creates a part of plain text.
    pub(super) fn text(text: String, span: Span) -> Self {
        Self { kind: StringPartKind::Text(text), span }
    }
}

impl<'t> Builder<'t> {
    pub(super) fn take_name(&mut self, parts: &mut Parts<'t>, at: Span) -> Name {
        match parts.take(Rule::name) {
            Some(pair) => self.name(&pair),
            None => Name { parts: Vec::new(), quoted: false, span: at.after() },
        }
    }

    pub(super) fn name(&mut self, pair: &Pair<'t, Rule>) -> Name {
        let span = self.span(pair);
        match Parts::of(pair.clone()).take(Rule::string) {
            Some(string) => Name { parts: self.string(string), quoted: true, span },
            None => {
                Name { parts: vec![StringPart::text(pair.as_str().trim_end().to_owned(), span)], quoted: false, span }
            }
        }
    }

    /// Builds the parts of any string.
    pub(super) fn string(&mut self, pair: Pair<'t, Rule>) -> Vec<StringPart> {
        let Some(inner) = pair.into_inner().next() else { return Vec::new() };
        match inner.as_rule() {
            Rule::raw => self.raw(&inner),
            Rule::raw_block | Rule::text_block => unindent(self.pieces(inner)),
            _ => self.pieces(inner),
        }
    }

    fn raw(&self, pair: &Pair<'t, Rule>) -> Vec<StringPart> {
        let range = pair.as_span().start() + 1..pair.as_span().end() - 1;
        let text = unquoted(pair.as_str());
        if text.is_empty() { Vec::new() } else { vec![StringPart::text(text, self.span_of(range))] }
    }

    /// Builds the parts as written and joins adjacent text.
    fn pieces(&mut self, pair: Pair<'t, Rule>) -> Vec<StringPart> {
        let mut pieces: Vec<StringPart> = Vec::new();
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            let kind = match part.as_rule() {
                Rule::interp => StringPartKind::Interpolation(Box::new(self.take_expr(&mut Parts::of(part), span))),
                Rule::runtime => StringPartKind::Runtime(
                    Parts::of(part).take(Rule::runtime_name).map_or(String::new(), |name| name.as_str().to_owned()),
                ),
                rule => StringPartKind::Text(plain(rule, part.as_str())),
            };
            match (&kind, pieces.last_mut()) {
                (StringPartKind::Text(text), Some(StringPart { kind: StringPartKind::Text(before), span: whole })) => {
                    before.push_str(text);
                    *whole = whole.to(span);
                }
                (StringPartKind::Text(text), _) if text.is_empty() => {}
                _ => pieces.push(StringPart { kind, span }),
            }
        }
        pieces
    }

    /// Returns the text of a string without interpolation.
    pub(super) fn plain_string(pair: Pair<'t, Rule>) -> String {
        let mut text = String::new();
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::raw => text.push_str(&unquoted(part.as_str())),
                rule => text.push_str(&plain(rule, part.as_str())),
            }
        }
        text
    }
}

fn unquoted(raw: &str) -> String {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Decodes escapes and normalizes line endings.
fn plain(rule: Rule, written: &str) -> String {
    match rule {
        Rule::escape | Rule::block_escape => unescape(written).unwrap_or_else(|| written.to_owned()),
        _ => written.replace("\r\n", "\n"),
    }
}

fn unescape(written: &str) -> Option<String> {
    let character = match written {
        "\\n" => '\n',
        "\\t" => '\t',
        "\\r" => '\r',
        "\\\"" => '"',
        "\\\\" => '\\',
        "$${" => return Some("${".to_owned()),
        _ => {
            let digits = written.strip_prefix("\\u{")?.strip_suffix('}')?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
        }
    };
    Some(character.to_string())
}

/// Removes the indentation that all lines share.
fn unindent(mut pieces: Vec<StringPart>) -> Vec<StringPart> {
    let common = shared_indentation(&pieces).unwrap_or(0);
    let mut line_starts = true;
    for piece in &mut pieces {
        if let StringPartKind::Text(text) = &mut piece.kind {
            let kept: String = text
                .split_inclusive('\n')
                .map(|line| {
                    let blanks =
                        if std::mem::replace(&mut line_starts, line.ends_with('\n')) { indentation(line) } else { 0 };
                    line.get(blanks.min(common)..).unwrap_or_default()
                })
                .collect();
            *text = kept;
        } else {
            line_starts = false;
        }
    }
    pieces.retain(|piece| !matches!(&piece.kind, StringPartKind::Text(text) if text.is_empty()));
    pieces
}

fn shared_indentation(pieces: &[StringPart]) -> Option<usize> {
    let mut shared: Option<usize> = None;
    let mut line_starts = true;
    let mut narrow = |width: usize| shared = Some(shared.map_or(width, |known| known.min(width)));
    for piece in pieces {
        match &piece.kind {
            StringPartKind::Text(text) => {
                for line in text.split_inclusive('\n') {
                    if line_starts && !line.trim_end_matches(['\n', '\r']).trim_start_matches([' ', '\t']).is_empty() {
                        narrow(indentation(line));
                    } else if line_starts && !line.ends_with('\n') {
                        // Only spaces before an interpolation or the closing quotes.
                        narrow(line.len());
                    }
                    line_starts = line.ends_with('\n');
                }
            }
            _ if std::mem::take(&mut line_starts) => narrow(0),
            _ => {}
        }
    }
    if line_starts && !pieces.is_empty() {
        narrow(0);
    }
    shared
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
