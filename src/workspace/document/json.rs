//! A JSON parser. A YAML parser does not read tabs, `\/`, and surrogate pairs correctly.

use super::builder::{Builder, Properties, Refusal};
use super::text_map::Aligner;
use super::{Document, DocumentOrigin, Scalar, Style};

/// Parses a JSON text.
pub(super) fn parse(text: &str, origin: DocumentOrigin) -> Document {
    let mut reader = Reader { text, origin, at: 0, builder: Builder::new(origin) };
    match reader.run() {
        Ok(()) => reader.builder.finish(None),
        Err(refusal) => {
            let width = reader.rest().chars().next().map_or(0, char::len_utf8);
            let span = origin.span(reader.at, reader.at + width);
            reader.builder.finish(Some((refusal, span)))
        }
    }
}

/// Returns whether a text that starts with a bracket is meant as JSON rather than as YAML's flow style.
pub fn looks_like_json(text: &str) -> bool {
    let inside = text.trim_start_matches('\u{feff}').trim_start();
    inside.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The tokens that may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

struct Reader<'a> {
    text: &'a str,
    origin: DocumentOrigin,
    at: usize,
    builder: Builder,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Result<(), Refusal> {
        self.at = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        // One entry per open bracket: whether it is a mapping.
        let mut open: Vec<bool> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.skip_blanks();
            let next = self.rest().chars().next();
            match (expect, next) {
                (Expect::Value | Expect::ValueOrEnd, Some(bracket @ ('{' | '['))) => {
                    let mapping = bracket == '{';
                    self.builder.start(mapping, Properties::default(), self.at, self.at + 1)?;
                    self.at += 1;
                    open.push(mapping);
                    expect = if mapping { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
                    continue;
                }
                (Expect::ValueOrEnd, Some(']')) | (Expect::KeyOrEnd, Some('}')) => self.close(&mut open)?,
                (Expect::CommaOrEnd, Some(']')) if open.last() == Some(&false) => self.close(&mut open)?,
                (Expect::CommaOrEnd, Some('}')) if open.last() == Some(&true) => self.close(&mut open)?,
                (Expect::CommaOrEnd, Some(',')) => {
                    self.at += 1;
                    expect = if open.last() == Some(&true) { Expect::Key } else { Expect::Value };
                    continue;
                }
                (Expect::Key | Expect::KeyOrEnd, Some('"')) => {
                    self.string()?;
                    self.skip_blanks();
                    if !self.rest().starts_with(':') {
                        return Err("expected `:` after the key");
                    }
                    self.at += 1;
                    expect = Expect::Value;
                    continue;
                }
                (Expect::Value | Expect::ValueOrEnd, Some('"')) => self.string()?,
                (Expect::Value | Expect::ValueOrEnd, Some(_)) => self.word()?,
                (Expect::Key | Expect::KeyOrEnd, _) => return Err("expected a key in double quotes"),
                (Expect::CommaOrEnd, _) if open.last() == Some(&true) => return Err("expected `,` or `}`"),
                (Expect::CommaOrEnd, _) => return Err("expected `,` or `]`"),
                (Expect::Value | Expect::ValueOrEnd, None) => return Err("expected a value"),
            }
            if open.is_empty() {
                self.skip_blanks();
                return if self.rest().is_empty() { Ok(()) } else { Err("expected nothing more") };
            }
            expect = Expect::CommaOrEnd;
        }
    }

    fn close(&mut self, open: &mut Vec<bool>) -> Result<(), Refusal> {
        open.pop();
        self.at += 1;
        self.builder.end(Some(self.at))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn string(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        let body = self.rest().get(1..).unwrap_or_default();
        let mut escaped = false;
        let end = body.bytes().position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes || byte < b' '
        });
        let Some(length) = end.filter(|at| body.as_bytes().get(*at) == Some(&b'"')) else {
            return Err("text in double quotes never ends on its line");
        };
        let raw = body.get(..length).unwrap_or_default();
        let quoted = self.rest().get(..length + 2).unwrap_or_default();
        let text: String = serde_json::from_str(quoted).map_err(|_| "wrong escape in text")?;
        self.at = start + length + 2;
        let inner = (start + 1, start + 1 + length);
        let map = Aligner::new(raw, inner.0, Style::Quoted, 0).run(&text, Some('\\'), self.origin, inner);
        self.builder.scalar(Scalar { text, style: Style::Quoted, map }, Properties::default(), start, self.at)
    }

    fn word(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let length =
            rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ':' | '"')).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        if !matches!(word, "true" | "false" | "null") && serde_json::from_str::<serde_json::Number>(word).is_err() {
            return Err("expected a value");
        }
        let (start, end) = (self.at, self.at + length);
        let map = Aligner::new(word, start, Style::Plain, 0).run(word, None, self.origin, (start, end));
        self.at = end;
        let scalar = Scalar { text: word.to_owned(), style: Style::Plain, map };
        self.builder.scalar(scalar, Properties::default(), start, end)
    }
}
