//! Strings and names: quoted, raw, or multi-line, whichever has the same meaning and reads best.

use std::borrow::Cow;
use std::fmt::Write;

use crate::source::Span;
use crate::syntax::ast::{Expr, Name, StringPart, StringPartKind, is_identifier};
use crate::syntax::{escape, quoted as quoted_text};

use super::INDENT;
use super::doc::Doc;
use super::layout::render_flat;
use super::printer::Printer;

impl<'t> Printer<'t> {
    /// Prints a string. `may_be_block`: whether a generated one may take several lines.
    pub(super) fn string(&mut self, parts: &'t [StringPart], span: Span, may_be_block: bool) -> Doc<'t> {
        if !self.is_written() {
            let block = if may_be_block && !self.on_one_line { block(parts) } else { None };
            return block.unwrap_or_else(|| Doc::text(inline_text(parts)));
        }
        let quotes = ["\"\"\"", "'''"];
        let text = self.written_text(parts, span);
        match quotes.into_iter().find(|quotes| text.text.starts_with(quotes)) {
            Some(quotes) if text.one_line_values => Self::commented(text.comments, reindented(&text.text, quotes)),
            _ => Self::commented(text.comments, Doc::verbatim(text.text)),
        }
    }

    /// Returns a string as it is written, with the values in it formatted.
    fn written_text(&mut self, parts: &'t [StringPart], span: Span) -> WrittenText<'t> {
        let comments = self.comments(false);
        let Some(written) = &mut self.written else { return WrittenText::default() };
        let range = span.range();
        written.lost |= written.at != range.start;
        let mut text = Cow::Borrowed(written.slice(range.clone()));
        let mut one_line_values = true;
        let mut changed = String::new();
        let mut done = range.start;
        for part in parts {
            let StringPartKind::Interpolation(value) = &part.kind else { continue };
            let place = part.span.range();
            let Some(written) = &mut self.written else { break };
            changed.push_str(written.slice(done..place.start));
            let was_lost = written.lost;
            written.skip_to(place.start);
            let parts = vec![self.token("${"), self.value(value), self.token("}")];
            let doc = Doc::concat(parts);
            let Some(written) = &mut self.written else { break };
            let is_whole = !written.lost && written.at == place.end && doc.can_be_flat();
            written.lost = was_lost;
            written.return_to(place.end);
            let shown = if is_whole { render_flat(&doc) } else { written.slice(place.clone()).to_owned() };
            one_line_values &= !shown.contains('\n');
            changed.push_str(&shown);
            done = place.end;
        }
        if let Some(written) = &mut self.written {
            changed.push_str(written.slice(done..range.end));
            written.return_to(range.end);
        }
        if changed != *text {
            text = Cow::Owned(changed);
        }
        WrittenText { comments, text, one_line_values }
    }

    /// Prints a declared name.
    pub(super) fn name(&mut self, name: &'t Name) -> Doc<'t> {
        if self.is_written() {
            return self.string(&name.parts, name.span, false);
        }
        Doc::text(written_name(name))
    }

    /// Prints the name of a step; `from` and `in` would be read as the start of a clause.
    pub(super) fn step_name(&mut self, name: &'t Name) -> Doc<'t> {
        let clause = name.literal().filter(|literal| !name.quoted && matches!(*literal, "from" | "in"));
        match clause {
            Some(literal) if !self.is_written() => Doc::text(quoted_text(literal)),
            _ => self.name(name),
        }
    }
}

/// A string from a text.
#[derive(Default)]
struct WrittenText<'t> {
    comments: Option<Doc<'t>>,
    text: Cow<'t, str>,
    /// Whether all values in it take one line.
    one_line_values: bool,
}

/// Moves a multi-line string to its new indentation. Its value does not include the indentation that its lines share,
/// that of the closing quotes included, so only this is changed.
fn reindented<'t>(text: &str, quotes: &'static str) -> Doc<'t> {
    let mut lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    lines.remove(0);
    let last = lines.len().saturating_sub(1);
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_end = |index: usize, line: &str| index == last && line.get(blanks(line)..) == Some(quotes);
    let counts = |index: usize, line: &str| index == last || blanks(line) < line.len();
    let widths = |with_end: bool| {
        let counted = lines
            .iter()
            .enumerate()
            .filter(move |(index, line)| counts(*index, line) && (with_end || !is_end(*index, line)));
        counted.map(|(_, line)| blanks(line)).min()
    };
    let shared = widths(true).unwrap_or(0);
    // If the closing quotes are to the left of the text, they preserve its indentation, and are aligned with the line
    // on which the string starts.
    let outdented = widths(false).is_some_and(|text| text > shared);
    let target = if outdented { 0 } else { INDENT };
    let moved = lines.iter().map(|line| {
        let rest = line.get(blanks(line).min(shared)..).unwrap_or_default();
        if rest.is_empty() { (0, Cow::Borrowed("")) } else { (target, Cow::Owned(rest.to_owned())) }
    });
    Doc::concat(vec![Doc::text(quotes), Doc::lines(moved.collect())])
}

/// Returns whether a text can be written after `::` without quotes.
pub(super) fn is_path(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '@' | '+' | '~' | '-');
    text.split('/').all(|part| !part.is_empty() && part.chars().all(fits))
}

/// Returns a generated name.
fn written_name(name: &Name) -> String {
    match name.literal() {
        Some(literal) if !name.quoted && is_identifier(literal) => literal.to_owned(),
        _ => quoted(&name.parts),
    }
}

/// Returns a key of a map or an attribute.
pub(super) fn key(key: &str) -> Cow<'_, str> {
    if is_identifier(key) { Cow::Borrowed(key) } else { Cow::Owned(quoted_text(key)) }
}

/// Returns a string on one line.
pub(super) fn inline_text(parts: &[StringPart]) -> String {
    match parts {
        [StringPart { kind: StringPartKind::Text(text), .. }] if reads_better_raw(text) => format!("'{text}'"),
        _ => quoted(parts),
    }
}

/// Returns whether a string contains characters that would have to be escaped, and can be written as a raw string.
fn reads_better_raw(text: &str) -> bool {
    let special = text.contains(['"', '\\']) || text.contains("${") || text.contains("#{");
    special && !text.contains('\'') && !text.chars().any(char::is_control)
}

fn quoted(parts: &[StringPart]) -> String {
    let mut written = String::from("\"");
    for (index, part) in parts.iter().enumerate() {
        match &part.kind {
            StringPartKind::Text(text) => {
                let next = parts.get(index + 1).map(|next| &next.kind);
                escape(text, matches!(next, Some(StringPartKind::Interpolation(_))), &mut written);
            }
            StringPartKind::Interpolation(value) => written.push_str(&interpolation(value)),
            StringPartKind::Runtime(name) => {
                let _ = write!(written, "#{{{name}}}");
            }
        }
    }
    written.push('"');
    written
}

/// Returns `${...}` of a generated tree, on one line.
fn interpolation(value: &Expr) -> String {
    let mut printer = Printer { on_one_line: true, ..Printer::of_tree() };
    format!("${{{}}}", render_flat(&printer.value(value)))
}

/// Returns a multi-line string in triple quotes; `None` if it has one line or cannot be written this way.
fn block<'t>(parts: &[StringPart]) -> Option<Doc<'t>> {
    let raw = matches!(parts, [StringPart { kind: StringPartKind::Text(_), .. }]);
    let quotes = if raw { "'''" } else { "\"\"\"" };
    let body = body(parts, quotes)?;
    let mut lines: Vec<(usize, Cow<'t, str>)> = Vec::new();
    let last = body.split('\n').count() - 1;
    for (index, line) in body.split('\n').enumerate() {
        let end = if index == last { quotes } else { "" };
        let is_empty = line.is_empty() && end.is_empty();
        lines.push((if is_empty { 0 } else { INDENT }, Cow::Owned(format!("{line}{end}"))));
    }
    Some(Doc::concat(vec![Doc::text(quotes), Doc::lines(lines)]))
}

/// Returns the lines of a string if they share no indentation, which would be lost.
fn body(parts: &[StringPart], quotes: &str) -> Option<String> {
    let mut body = String::new();
    let mut lines = false;
    for (index, part) in parts.iter().enumerate() {
        match &part.kind {
            StringPartKind::Text(text) => {
                let next = parts.get(index + 1).map(|next| &next.kind);
                let escapes = text.ends_with('$') && matches!(next, Some(StringPartKind::Interpolation(_)));
                let runtime = text.contains("#{") && quotes != "'''";
                if escapes || runtime || text.contains(quotes) || text.chars().any(|c| c.is_control() && c != '\n') {
                    return None;
                }
                lines |= text.contains('\n');
                body.push_str(&if quotes == "'''" { text.clone() } else { text.replace("${", "$${") });
            }
            StringPartKind::Interpolation(value) => body.push_str(&interpolation(value)),
            StringPartKind::Runtime(name) => {
                let _ = write!(body, "#{{{name}}}");
            }
        }
    }
    let ends = quotes.get(..1).is_some_and(|quote| body.ends_with(quote));
    (lines && !ends && shared_indentation(&body) == 0).then_some(body)
}

/// Returns the indentation that all lines share, as the parser removes it.
fn shared_indentation(body: &str) -> usize {
    if body.ends_with('\n') {
        return 0;
    }
    let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let last = body.lines().count().saturating_sub(1);
    let counts = |(index, line): &(usize, &str)| !line.trim_start_matches(' ').is_empty() || *index == last;
    body.lines().enumerate().filter(counts).map(|(_, line)| width(line)).min().unwrap_or(0)
}
