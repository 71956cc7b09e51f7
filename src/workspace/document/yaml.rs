//! YAML: the events of the parser, with its character offsets converted to bytes.

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, Tag};

use crate::source::Spanned;

use super::builder::{Builder, Properties, Refusal};
use super::comments::{ScalarText, block_end, comments};
use super::text_map::Aligner;
use super::{Document, DocumentOrigin, Finding, Scalar, Style};

/// What is said of a tab at the start of a line.
const INDENTED_WITH_TAB: &str = "indented with a tab; YAML allows only spaces";

/// The maximum number of quoted strings whose lines are joined.
const MOST_JOINED: usize = 16;

/// Parses the first document of a YAML text.
///
/// A continuation line of a quoted string must be indented. CloudFormation and the AWS CLI accept one that is not, as
/// `PyYAML` does (<https://github.com/yaml/pyyaml/blob/main/lib/yaml/scanner.py>, `scan_flow_scalar`), so it is read, too.
pub(super) fn parse(text: &str, origin: DocumentOrigin) -> Document {
    let document = parse_strictly(text, origin);
    if document.root.is_some() || document.error.is_none() {
        return document;
    }
    let mut joined = text.to_owned();
    for _ in 0..MOST_JOINED {
        let Some(at) = unindented_quote(&joined) else { break };
        let end = at + 1 + quoted_length(joined.get(at + 1..).unwrap_or_default(), escape_of(&joined, at));
        let Some(inside) = joined.get(at..end).map(|inside| inside.replace(['\n', '\r'], " ")) else { break };
        joined.replace_range(at..end, &inside);
    }
    // If that does not help, the string has no end where it was meant.
    let lenient = if joined == text { None } else { Some(parse_strictly(&joined, origin)) };
    lenient.filter(|lenient| lenient.error.is_none()).unwrap_or(document)
}

/// Returns the offset of the opening quote of the first string with a line that is not indented.
fn unindented_quote(text: &str) -> Option<usize> {
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        if let Err(error) = next {
            let at = Offsets::new(text).byte(text, error.marker().index());
            return error.info().contains("indentation in quoted scalar").then_some(at);
        }
    }
    None
}

/// Returns the character that escapes another one, or that is doubled, in a string with this opening quote.
fn escape_of(text: &str, at: usize) -> char {
    if text.get(at..).is_some_and(|rest| rest.starts_with('\'')) { '\'' } else { '\\' }
}

/// Parses the first document of a YAML text, as YAML's specification demands.
fn parse_strictly(text: &str, origin: DocumentOrigin) -> Document {
    let mut reader = Reader { text, origin, offsets: Offsets::new(text), scalars: Vec::new() };
    let mut length = text.len();
    let mut builder = Builder::new(origin);
    let mut documents = 0;
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, marks) = match next {
            Ok(next) => next,
            // The first document is complete; the rest is not read.
            Err(_) if documents > 1 => break,
            Err(error) => {
                let at = reader.offsets.byte(text, error.marker().index());
                let tab = Some(at).filter(|_| error.info().contains("tab")).and_then(|at| reader.indenting_tab(at));
                let (reason, at) = tab.map_or((error.info(), at), |tab| (INDENTED_WITH_TAB, tab));
                let mut failed = Document::failed(reason, reader.character(at), Vec::new());
                if let Some(error) = failed.error.as_mut().filter(|_| reader.slice(at, text.len()).starts_with(':')) {
                    error.unfinished_key = reader.unfinished_key(at);
                }
                if let Some(error) = failed.error.as_mut() {
                    error.in_special_item = reader.is_in_special_item(at);
                }
                return failed;
            }
        };
        let (start, end) = reader.range(marks);
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                builder.finding(Finding::SecondDocument(origin.span(start, end)));
                length = start;
                break;
            }
        }
        if let Err(refusal) = reader.event(&mut builder, event, start, end) {
            let mut refused = builder.finish(Some((refusal, reader.character(start))));
            if let Some(error) = refused.error.as_mut() {
                error.in_special_item = reader.is_in_special_item(start);
            }
            return refused;
        }
    }
    let document = builder.finish(None);
    Document { comments: comments(text, length, &reader.scalars, origin), ..document }
}

struct Reader<'a> {
    text: &'a str,
    origin: DocumentOrigin,
    offsets: Offsets,
    /// The scalars in which `#` is text.
    scalars: Vec<ScalarText>,
}

impl Reader<'_> {
    fn range(&self, marks: Marks) -> (usize, usize) {
        let start = self.offsets.byte(self.text, marks.start.index());
        (start, self.offsets.byte(self.text, marks.end.index()).max(start))
    }

    /// Returns the span of the character at an offset; empty at the end of the text.
    fn character(&self, at: usize) -> crate::source::Span {
        let width = self.slice(at, self.text.len()).chars().next().map_or(0, char::len_utf8);
        self.origin.span(at, at + width)
    }

    /// The first tab in the indentation of a line, from the line of `at` on.
    fn indenting_tab(&self, at: usize) -> Option<usize> {
        let mut start = self.slice(0, at).rfind('\n').map_or(0, |newline| newline + 1);
        for line in self.slice(start, self.text.len()).split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..indent).and_then(|indent| indent.find('\t')) {
                return Some(start + tab);
            }
            start += line.len();
        }
        None
    }

    /// Returns whether the line of an offset, or the one before it, is an element of a list that starts with a character
    /// that has a meaning in YAML: `- [ -f a ] && b`. Also if `: ` in the line makes a key of several words.
    fn is_in_special_item(&self, at: usize) -> bool {
        let above = self.slice(0, at).rfind('\n').map_or(0, |newline| newline + 1);
        let starts = |from: usize| self.slice(from, self.text.len()).trim_start_matches(' ');
        let before = self.slice(0, above.saturating_sub(1)).rfind('\n').map_or(0, |newline| newline + 1);
        let line = starts(above).lines().next().and_then(|line| line.strip_prefix("- ")).unwrap_or_default();
        let has_key = line.split_once(": ").is_some_and(|(key, _)| key.trim().contains(' '));
        has_key
            || [above, before].into_iter().any(|from| {
                let item = starts(from).strip_prefix("- ").map(str::trim_start);
                item.is_some_and(|item| item.starts_with(['[', '"', '\'', '`', '*', '@', '%', '>', '|', '&', '!', '{']))
            })
    }

    /// Returns a line such as `version 0.2` directly before a key in the same column. Without its `:`, it is a scalar
    /// that continues on the key's line.
    fn unfinished_key(&self, at: usize) -> Option<crate::source::Span> {
        let above = self.slice(0, at);
        let start = above.rfind('\n')? + 1;
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut end = start;
        for line in self.slice(0, start).split_inclusive('\n').rev() {
            let begin = end - line.len();
            end = begin;
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let is_word = content.starts_with(|c: char| c.is_ascii_alphabetic());
            let is_text = is_word && !content.contains(": ") && !content.ends_with(':');
            let from = begin + indent(line);
            let same = indent(line) == indent(self.slice(start, at));
            return (is_text && same).then(|| self.origin.span(from, from + content.len()));
        }
        None
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn event(&mut self, builder: &mut Builder, event: Event<'_>, start: usize, end: usize) -> Result<(), Refusal> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let forced = tag.as_deref().is_some_and(is_text_tag);
                let properties = self.properties(anchor, tag.as_deref(), start, end);
                let (scalar, end) = self.scalar(text.into_owned(), style, forced, start, end);
                builder.scalar(scalar, properties, start, end)
            }
            Event::SequenceStart(anchor, tag) => {
                let properties = self.properties(anchor, tag.as_deref(), start, end);
                builder.start(false, properties, start, self.trimmed(start, end))
            }
            Event::MappingStart(anchor, tag) => {
                let properties = self.properties(anchor, tag.as_deref(), start, end);
                builder.start(true, properties, start, self.trimmed(start, end))
            }
            Event::SequenceEnd => builder.end(self.closed(']', start, end)),
            Event::MappingEnd => builder.end(self.closed('}', start, end)),
            Event::Alias(anchor) => builder.alias(anchor, self.null(start), start, end),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn null(&self, at: usize) -> Scalar {
        let map = Aligner::new("", at, Style::Plain, 0).run("", None, self.origin, (at, at));
        Scalar { text: String::new(), style: Style::Plain, map }
    }

    /// Returns the end of a collection that ends with a bracket: the parser may include whitespace after it.
    fn closed(&self, bracket: char, start: usize, end: usize) -> Option<usize> {
        let end = self.trimmed(start, end);
        self.slice(start, end).ends_with(bracket).then_some(end)
    }

    fn trimmed(&self, start: usize, end: usize) -> usize {
        start + self.slice(start, end).trim_end().len()
    }

    fn properties(&self, anchor: usize, tag: Option<&Tag>, start: usize, end: usize) -> Properties {
        let local = tag.filter(|tag| !tag.is_yaml_core_schema() && !tag.suffix.is_empty());
        let tag = local.map(|tag| {
            let source = self.slice(start, end);
            let at = source.find('!').unwrap_or(0);
            let length = source.get(at..).and_then(|rest| rest.find(char::is_whitespace)).unwrap_or(source.len() - at);
            let name = if tag.handle == "!" { tag.suffix.clone() } else { format!("{}{}", tag.handle, tag.suffix) };
            Spanned::new(name, self.origin.span(start + at, start + at + length))
        });
        Properties { tag, anchor }
    }

    /// Returns the scalar and its end: the parser includes the trailing blank lines of a block.
    fn scalar(&mut self, text: String, style: ScalarStyle, forced: bool, start: usize, end: usize) -> (Scalar, usize) {
        let own = match style {
            ScalarStyle::Plain if !forced => Style::Plain,
            ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let mut end = self.trimmed(start, end);
        let mut from = start + properties_length(self.slice(start, end));
        let mut to = end;
        let escape = match style {
            ScalarStyle::SingleQuoted => Some('\''),
            ScalarStyle::DoubleQuoted => Some('\\'),
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => None,
        };
        if let Some(escape) = escape {
            from = (from + 1).min(to);
            // The parser includes a comment after the closing quote.
            to = from + quoted_length(self.slice(from, to), escape);
            end = (to + 1).min(end);
            self.scalars.push(ScalarText { range: from..to, is_literal: false });
        }
        let mut indent = 0;
        if matches!(own, Style::Literal | Style::Folded) {
            from += block_header_length(self.slice(from, to));
            let line = self.slice(0, from).rfind('\n').map_or(0, |at| at + 1);
            let own_blanks = text.trim_start_matches('\n').bytes().take_while(|byte| *byte == b' ').count();
            let source_blanks = self.slice(line, to).bytes().take_while(|byte| *byte == b' ').count();
            indent = source_blanks.saturating_sub(own_blanks);
            from = (line + indent).min(to).max(start);
            if !text.trim().is_empty() {
                let range = line..block_end(self.text, line, indent);
                self.scalars.push(ScalarText { range, is_literal: own == Style::Literal });
            }
        }
        let whole = (from, to);
        let map = Aligner::new(self.slice(from, to), from, own, indent).run(&text, escape, self.origin, whole);
        (Scalar { text, style: own, map }, end)
    }
}

/// Returns the number of bytes before the closing quote.
fn quoted_length(source: &str, escape: char) -> usize {
    let mut characters = source.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' if escape == '\\' => drop(characters.next()),
            '"' if escape == '\\' => return at,
            '\'' if escape == '\'' => match characters.peek() {
                Some((_, '\'')) => drop(characters.next()),
                _ => return at,
            },
            _ => {}
        }
    }
    source.len()
}

/// Returns whether the tag is `!!str` or `!`, which make any scalar a string.
fn is_text_tag(tag: &Tag) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == "str" || tag.handle.is_empty() && tag.suffix == "!"
}

/// Returns the length of the tag and anchor before a scalar, including the whitespace after them.
fn properties_length(source: &str) -> usize {
    let mut rest = source;
    while rest.starts_with(['!', '&']) {
        rest = rest.find(char::is_whitespace).and_then(|at| rest.get(at..)).unwrap_or_default().trim_start();
    }
    source.len() - rest.len()
}

/// Returns the number of bytes from the `|` or `>` of a block to its first character that is not whitespace.
fn block_header_length(source: &str) -> usize {
    if !source.starts_with(['|', '>']) {
        return 0;
    }
    let body = source.find('\n').and_then(|at| source.get(at..)).unwrap_or_default();
    source.len() - body.trim_start().len()
}

/// The byte offsets of every 64th character: the parser counts characters.
struct Offsets {
    ascii: bool,
    marks: Vec<usize>,
}

const STRIDE: usize = 64;

impl Offsets {
    fn new(text: &str) -> Self {
        let ascii = text.is_ascii();
        let marks = if ascii { Vec::new() } else { text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect() };
        Self { ascii, marks }
    }

    fn byte(&self, text: &str, index: usize) -> usize {
        if self.ascii {
            return index.min(text.len());
        }
        let Some(&mark) = self.marks.get(index / STRIDE) else { return text.len() };
        let within = text.get(mark..).and_then(|rest| rest.char_indices().nth(index % STRIDE));
        within.map_or(text.len(), |(at, _)| mark + at)
    }
}
