//! The pieces of words.

use super::{ShellWord, WordPart, is_variable};

/// The parts of an unfinished word.
#[derive(Default)]
pub(super) struct Parts {
    done: Vec<WordPart>,
    pub(super) text: String,
    pub(super) quoted: bool,
}

impl Parts {
    pub(super) fn push(&mut self, part: WordPart) {
        if !self.text.is_empty() {
            self.done.push(WordPart::Text(std::mem::take(&mut self.text)));
        }
        self.done.push(part);
    }

    pub(super) fn finish(mut self) -> Vec<WordPart> {
        if !self.text.is_empty() || self.done.is_empty() && self.quoted {
            self.done.push(WordPart::Text(self.text));
        }
        self.done
    }
}

/// Returns the number of bytes before the bracket that closes the one before `body`. Quoted brackets do not count.
pub(in crate::workspace) fn balanced(body: &str, open: char, close: char) -> usize {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in body.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c == close && depth == 0 => return at,
            (None, c) if c == close => depth -= 1,
            (None, c) if c == open => depth += 1,
            _ => {}
        }
    }
    body.len()
}

pub(super) fn assignment(word: &ShellWord) -> Option<(String, ShellWord)> {
    let Some(WordPart::Text(text)) = word.parts.first() else { return None };
    let (name, value) = text.split_once('=')?;
    // `NAME+=more`, `NAME[0]=first`
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split_once('[').filter(|_| name.ends_with(']')).map_or(name, |(name, _)| name);
    if !is_variable(name) {
        return None;
    }
    let first = (!value.is_empty()).then(|| WordPart::Text(value.to_owned()));
    let parts = first.into_iter().chain(word.parts.iter().skip(1).cloned()).collect();
    Some((name.to_owned(), ShellWord { parts, range: word.range.clone() }))
}
