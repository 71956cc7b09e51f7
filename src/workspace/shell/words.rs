//! Words, with their quotes, escapes, and expansions.

use std::ops::Range;

use super::bashisms::expansion_needs_bash;
use super::parts::{Parts, balanced};
use super::scanner::{Scanner, Start, parse_into};
use super::{Bashism, NESTING_LIMIT, POWERSHELL, ShellFault, ShellWord, VariableRead, WordPart, is_name, is_variable};

impl Scanner<'_, '_> {
    pub(super) fn word(&mut self) -> ShellWord {
        let start = self.at;
        let mut parts = Parts::default();
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' => self.escape(&mut parts),
                '\'' => self.single_quoted(&mut parts),
                '"' => self.double_quoted(&mut parts),
                '$' if self.rest().starts_with("$'") => self.ansi_quoted(&mut parts),
                '$' | '`' => self.expansion(&mut parts),
                other => {
                    parts.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        ShellWord { parts: parts.finish(), range: self.start.base + start..self.start.base + self.at }
    }

    pub(super) fn escape(&mut self, parts: &mut Parts) {
        let mut characters = self.rest().chars().skip(1);
        match characters.next() {
            None => self.at += 1,
            Some('\n') => self.at += 2,
            Some('\r') if characters.next() == Some('\n') => self.at += 3,
            Some(other) => {
                parts.text.push(other);
                self.at += 1 + other.len_utf8();
            }
        }
    }

    fn single_quoted(&mut self, parts: &mut Parts) {
        let text = self.text;
        let body = text.get(self.at + 1..).unwrap_or_default();
        let end = body.find('\'');
        let length = end.unwrap_or(body.len());
        if end.is_none() {
            self.open_quote(self.at);
        }
        parts.text.push_str(body.get(..length).unwrap_or_default());
        parts.quoted = true;
        for (name, range) in variables(body.get(..length).unwrap_or_default()) {
            let start = self.start.base + self.at + 1;
            self.note_quoted(name, start + range.start..start + range.end);
        }
        self.at = (self.at + length + 2).min(self.text.len());
    }

    /// Reads `$'...'`, in which a backslash may escape a quotation mark.
    fn ansi_quoted(&mut self, parts: &mut Parts) {
        let start = self.at + 1;
        let place = self.start.base + self.at;
        self.note_bashism(Bashism::AnsiQuote, place..place + 2);
        self.at += 2;
        parts.push(WordPart::Dynamic);
        while let Some(next) = self.peek() {
            self.at += next.len_utf8();
            match next {
                '\'' => return,
                '\\' => self.at += self.peek().map_or(0, char::len_utf8),
                _ => {}
            }
        }
        self.open_quote(start);
    }

    fn double_quoted(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        parts.quoted = true;
        while let Some(next) = self.peek() {
            match next {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' if self
                    .rest()
                    .chars()
                    .nth(1)
                    .is_some_and(|c| matches!(c, '"' | '\\' | '$' | '`' | '\n' | '\r')) =>
                {
                    self.escape(parts);
                }
                '$' | '`' => self.expansion(parts),
                other => {
                    parts.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        self.open_quote(start);
    }

    /// Reads `$NAME`, `${NAME}`, `$(...)`, or `` `...` ``.
    pub(super) fn expansion(&mut self, parts: &mut Parts) {
        let rest = self.rest();
        if let Some(body) = rest.strip_prefix('`') {
            let length = body.find('`').unwrap_or(body.len());
            if length == body.len() {
                let at = self.start.base + self.at;
                self.fault(ShellFault::OpenBacktick, at..at + 1);
            }
            self.substitution(1, length, 1, parts);
        } else if let Some(body) = rest.strip_prefix("$(") {
            let length = balanced(body, '(', ')');
            // Quotes inside may be misread, so what is certain is counted: each `$(` needs a bracket.
            if length == body.len() && body.matches(')').count() <= body.matches("$(").count() {
                let at = self.start.base + self.at;
                self.fault(ShellFault::OpenSubstitution, at..at + 2);
            }
            self.substitution(2, length, 1, parts);
        } else if let Some(body) = rest.strip_prefix("${") {
            let length = balanced(body, '{', '}');
            let is_doubled = body.starts_with('{');
            let counts = body.starts_with(['#', '!']);
            let name: String = body.chars().skip(usize::from(counts)).take_while(|c| is_name(*c)).collect();
            let after = body.get(usize::from(counts) + name.len()..length).unwrap_or_default();
            let plain = !counts && (after.is_empty() || after.starts_with([':', '-']) && !name.is_empty());
            let end = (self.at + 2 + length + 1).min(self.text.len());
            // `${NAME:0:7}` is a substring; `:-` and similar handle an unset variable.
            let behind_colon = after.strip_prefix(':').unwrap_or(after);
            let guarded = counts || behind_colon.starts_with(['-', '=', '+', '?']);
            let sets = behind_colon.starts_with('=');
            let is_indirect = body.starts_with('!') && !name.is_empty();
            let needs_bash = is_indirect || !name.is_empty() && expansion_needs_bash(after);
            self.read(&name, end, guarded);
            if is_doubled {
                let at = self.start.base + self.at;
                self.fault(ShellFault::DoubleBrace, at..at + 3);
            }
            if needs_bash {
                self.note_bashism(Bashism::Expansion, self.start.base + self.at..self.start.base + end);
            }
            if sets {
                self.script.defaults.push(name.clone());
            }
            parts.push(if plain && !name.is_empty() { WordPart::Variable(name) } else { WordPart::Dynamic });
            self.at = end;
        } else {
            let name: String = rest.chars().skip(1).take_while(|c| is_name(*c)).collect();
            if name.is_empty() {
                let special = rest.chars().nth(1).filter(|c| matches!(c, '?' | '#' | '@' | '*' | '!' | '$' | '-'));
                self.at += 1 + special.map_or(0, char::len_utf8);
                if special.is_some() { parts.push(WordPart::Dynamic) } else { parts.text.push('$') }
            } else {
                let powershell = name == "env" && rest.get(1 + name.len()..).is_some_and(|rest| rest.starts_with(':'));
                let noted = if powershell { POWERSHELL } else { &name };
                self.read(noted, self.at + 1 + name.len(), false);
                self.at += 1 + name.len();
                let positional = name.starts_with(|c: char| c.is_ascii_digit());
                parts.push(if positional { WordPart::Dynamic } else { WordPart::Variable(name) });
            }
        }
    }

    /// Records a use of a variable up to the byte `end`.
    fn read(&mut self, name: &str, end: usize, guarded: bool) {
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let range = self.start.base + self.at..self.start.base + end;
            let sometimes = self.is_conditional();
            if !guarded {
                self.note_bash_variable(name, range.clone());
            }
            self.script.reads.push(VariableRead { name: name.to_owned(), range, guarded, sometimes });
        }
    }

    /// Reads a command inside a word. Its output is unknown, but its programs are not.
    fn substitution(&mut self, open: usize, length: usize, close: usize, parts: &mut Parts) {
        let from = self.at + open;
        let text = self.text;
        if let Some(inner) = text.get(from..from + length).filter(|_| self.start.nesting < NESTING_LIMIT) {
            let start = Start {
                base: self.start.base + from,
                nesting: self.start.nesting + 1,
                sometimes: self.is_conditional(),
                depth: self.depth() + 1,
            };
            parse_into(inner, start, self.script);
        }
        parts.push(WordPart::Dynamic);
        self.at = (from + length + close).min(text.len());
    }
}

/// Returns the variables in a text, `$NAME` or `${NAME}`, each with its range.
fn variables(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let after = text.get(at + 1..).unwrap_or_default();
        let braced = after.strip_prefix('{');
        let inside = braced.unwrap_or(after);
        let length = inside.find(|c: char| !is_name(c)).unwrap_or(inside.len());
        let name = inside.get(..length).unwrap_or_default();
        let is_closed = braced.is_none() || inside.get(length..).is_some_and(|rest| rest.starts_with('}'));
        if is_variable(name) && is_closed {
            found.push((name, at..at + 1 + length + if braced.is_some() { 2 } else { 0 }));
        }
    }
    found
}
