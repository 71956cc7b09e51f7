//! Finds a known wording in a text: its words in order, with its placeholders filled by text of their form.
//!
//! Small words may be missing or added, and a few others may differ in a long wording. A text may be truncated: its
//! end, its start, or the text at a `...` may be missing.

use std::borrow::Cow;
use std::ops::Range;

use super::super::permissions;
use super::text::Word;
use super::wording::{Form, Part, Placeholder};

/// The minimum share of a wording in a truncated text.
const CUT: f64 = 0.45;
/// The same for a text whose beginning is missing.
const HEADLESS: f64 = 0.6;
/// The minimum weight in a truncated text, which takes some rare words.
const LEAST: f64 = 7.0;
/// The minimum number of words in a truncated text: two are a coincidence.
const LEAST_WORDS: usize = 3;
/// The weight that is enough for a long wording, regardless of its share.
const CERTAIN: f64 = 20.0;
/// The number of words in a wording for each word that may differ.
const WORDS_PER_CHANGE: usize = 7;
/// The upper limit for the weight of a word that may differ.
const COMMON: f64 = 3.5;
/// The maximum number of words that may differ.
const MOST_CHANGES: usize = 2;
/// The maximum number of words in a phrase.
const LONGEST_PHRASE: usize = 40;
/// The maximum number of steps from one position.
const STEPS: usize = 4000;

/// A text with its words.
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
}

/// A wording found in a text.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The word range in the text.
    pub(super) range: Range<usize>,
    /// Its weight.
    pub(super) weight: f64,
    /// The text for the placeholders, in order.
    pub(super) names: Vec<(&'static str, String)>,
}

/// Returns every occurrence of a wording.
pub(super) fn find(parts: &[Part], text: &Text<'_>) -> Vec<Found> {
    let total: f64 = parts.iter().map(Part::weight).sum();
    let count = parts.iter().filter(|part| matches!(part, Part::Word { small: false, .. })).count();
    let first = parts.iter().position(|part| matches!(part, Part::Word { small: false, .. }));
    let mut found = Vec::new();
    for start in 0..text.words.len() {
        let mut search = Search { parts, text, total, steps: STEPS, names: Vec::new(), best: None };
        let changes = (count / WORDS_PER_CHANGE).min(MOST_CHANGES);
        let begins = first.filter(|first| {
            matches(parts.get(*first), text.words.get(start)) || is_start_of(parts, *first, text, start)
        });
        if let Some(first) = begins {
            search.before(first, start);
            search.go(first, State { at: start, weight: 0.0, changes, start, words: 0, headless: false });
        } else if begins_cut(text, start) {
            // The text begins in the middle of the wording.
            let known = |(index, part): (usize, &Part)| matches(Some(part), text.words.get(start)).then_some(index);
            for index in parts.iter().enumerate().skip(first.unwrap_or(0) + 1).filter_map(known) {
                search.names.clear();
                search.go(index, State { at: start, weight: 0.0, changes, start, words: 0, headless: true });
            }
        }
        found.extend(search.best);
    }
    found
}

fn is_start_of(parts: &[Part], first: usize, text: &Text<'_>, start: usize) -> bool {
    matches!(parts.get(first), Some(Part::Word { text: wanted, .. }) if joined(text, start, wanted))
}

fn matches(part: Option<&Part>, word: Option<&Word>) -> bool {
    matches!((part, word), (Some(Part::Word { text, .. }), Some(word)) if *text == word.text)
}

/// Returns whether a line break splits a word in two.
fn joined(text: &Text<'_>, at: usize, wanted: &str) -> bool {
    let (Some(first), Some(second)) = (text.words.get(at), text.words.get(at + 1)) else { return false };
    let between = text.text.get(first.range.end..second.range.start).unwrap_or_default();
    between.contains('\n')
        && between.trim().is_empty()
        && wanted.strip_prefix(first.text.as_str()).is_some_and(|rest| rest == second.text)
}

/// Returns whether the text before a word may be missing.
fn begins_cut(text: &Text<'_>, start: usize) -> bool {
    let from = start.checked_sub(1).and_then(|before| text.words.get(before)).map_or(0, |word| word.range.end);
    let to = text.words.get(start).map_or(0, |word| word.range.start);
    start == 0 || is_ellipsis(text.text.get(from..to).unwrap_or_default())
}

fn is_ellipsis(gap: &str) -> bool {
    gap.contains("...") || gap.contains('\u{2026}')
}

/// The state of a search.
#[derive(Debug, Clone, Copy)]
struct State {
    /// The next word of the text.
    at: usize,
    weight: f64,
    /// The number of words that may still differ.
    changes: usize,
    /// The first word of the text that was found.
    start: usize,
    /// The number of words of the wording that were found.
    words: usize,
    /// Whether the wording's beginning is missing.
    headless: bool,
}

struct Search<'a> {
    parts: &'a [Part],
    text: &'a Text<'a>,
    total: f64,
    steps: usize,
    names: Vec<(&'static str, String)>,
    best: Option<Found>,
}

impl Search<'_> {
    /// Fills the placeholder before the first word with the text before that word, up to a space.
    fn before(&mut self, first: usize, start: usize) {
        self.names.clear();
        let [Part::Placeholder { name, hole }, ..] = self.parts.get(..first).unwrap_or_default() else { return };
        let mut index = start;
        while let Some(before) =
            index.checked_sub(1).filter(|before| self.text.words.get(*before).is_some_and(|word| word.small))
        {
            index = before;
        }
        let end = self.text.words.get(index).map_or(0, |word| word.range.start);
        let head = self.text.text.get(..end).unwrap_or_default().trim_end();
        let value = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let value = trimmed(value);
        if !value.is_empty() && fits(hole, value) {
            self.names.push((name, value.to_owned()));
        }
    }

    /// Returns whether the text is truncated before a word.
    fn is_cut(&self, at: usize) -> bool {
        let Some(word) = self.text.words.get(at) else { return true };
        let from = at.checked_sub(1).and_then(|before| self.text.words.get(before)).map_or(0, |word| word.range.end);
        let gap = self.text.text.get(from..word.range.start).unwrap_or_default();
        is_ellipsis(gap) || gap.contains("\n\n")
    }

    fn go(&mut self, part: usize, state: State) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let Some(next) = self.parts.get(part) else { return self.keep(state, true) };
        if self.is_cut(state.at) {
            self.keep(state, false);
            self.past_ellipsis(part, state);
        }
        match next {
            Part::Word { text, small, weight } => self.word(part, text, *small, *weight, state),
            Part::Placeholder { name, hole } => self.hole(part, name, hole, state),
        }
    }

    /// Continues after `...` with a later part.
    fn past_ellipsis(&mut self, part: usize, state: State) {
        if state.at >= self.text.words.len() || state.changes == 0 && part == 0 {
            return;
        }
        for later in part + 1..self.parts.len() {
            if matches(self.parts.get(later), self.text.words.get(state.at)) {
                return self.go(later, state);
            }
        }
    }

    fn word(&mut self, part: usize, wanted: &str, small: bool, weight: f64, state: State) {
        let found = self.text.words.get(state.at);
        if found.is_some_and(|word| word.text == wanted) {
            let words = state.words + usize::from(!small);
            return self.go(part + 1, State { at: state.at + 1, weight: state.weight + weight, words, ..state });
        }
        if small {
            return self.go(part + 1, state);
        }
        let Some(found) = found else { return };
        if found.small {
            return self.go(part, State { at: state.at + 1, ..state });
        }
        if joined(self.text, state.at, wanted) {
            let words = state.words + 1;
            return self.go(part + 1, State { at: state.at + 2, weight: state.weight + weight, words, ..state });
        }
        // The last word of a text may be truncated itself.
        let is_last = self.is_cut(state.at + 1);
        if is_last && found.text.len() > 1 && wanted.starts_with(&found.text) {
            return self.keep(State { at: state.at + 1, ..state }, false);
        }
        if state.changes > 0 && weight < COMMON && !is_fixed(wanted) && !is_fixed(&found.text) {
            let state = State { changes: state.changes - 1, weight: state.weight - 0.5, ..state };
            self.go(part + 1, state);
            self.go(part + 1, State { at: state.at + 1, ..state });
            self.go(part, State { at: state.at + 1, ..state });
        }
    }

    fn hole(&mut self, part: usize, name: &'static str, hole: &Placeholder, state: State) {
        let Some(first) = self.text.words.get(state.at) else { return };
        let before =
            state.at.checked_sub(1).and_then(|index| self.text.words.get(index)).map_or(0, |word| word.range.end);
        let start = first.range.start;
        let gap = self.text.text.get(before..start).unwrap_or_default();
        let held = held(gap, self.text.text, start);
        let is_last = part + 1 == self.parts.len();
        let ends = match hole.form {
            Form::Phrase => self.phrase_ends(state.at, is_last),
            _ => held.into_iter().chain(self.name_ends(state.at, hole)).collect(),
        };
        let from = start - lead(gap, hole.form);
        for end in ends {
            let whole = if hole.form == Form::Phrase { closed(self.text.text, from, end) } else { end };
            let value = self.text.text.get(from..whole).unwrap_or_default();
            let value = if hole.form == Form::Phrase { phrase(value, gap) } else { Cow::Borrowed(trimmed(value)) };
            if value.is_empty() || !fits(hole, &value) {
                continue;
            }
            let next = self.text.words.iter().skip(state.at).take_while(|word| word.range.start < end).count();
            // A part of a run of characters is a name only if the wording continues directly after it.
            let is_whole = held == Some(end) || hole.form == Form::Phrase || self.ends_run(end);
            let goes_on = matches(self.parts.get(part + 1), self.text.words.get(state.at + next))
                || matches!(self.parts.get(part + 1), Some(Part::Placeholder { .. }));
            if !is_whole && !goes_on {
                continue;
            }
            let depth = self.names.len();
            self.names.push((name, value.split_whitespace().collect::<Vec<_>>().join(" ")));
            let weight = state.weight + self.parts.get(part).map_or(0.0, Part::weight);
            self.go(part + 1, State { at: state.at + next, weight, ..state });
            self.names.truncate(depth);
        }
    }

    /// Returns whether a run of characters without spaces ends here, apart from closing punctuation.
    fn ends_run(&self, end: usize) -> bool {
        let rest = self.text.text.get(end..).unwrap_or_default();
        let tail = rest.trim_start_matches(|c: char| ".,;:)]}>\"'`".contains(c));
        tail.is_empty() || tail.starts_with(char::is_whitespace)
    }

    /// Returns where a name that begins at a word may end: at the next space, or before any punctuation up to there.
    fn name_ends(&self, at: usize, hole: &Placeholder) -> Vec<usize> {
        let Some(first) = self.text.words.get(at) else { return Vec::new() };
        let rest = self.text.text.get(first.range.start..).unwrap_or_default();
        let stops = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|');
        let run = first.range.start + rest.find(stops).unwrap_or(rest.len());
        let words = self.text.words.iter().skip(at).take_while(|word| word.range.start < run);
        let mut ends: Vec<usize> = words.map(|word| word.range.end).collect();
        // Template parameters and patterns end with punctuation.
        ends.push(run);
        ends.dedup();
        ends.reverse();
        if matches!(hole.form, Form::Number | Form::Listed | Form::Operation) {
            ends = vec![first.range.end];
        }
        ends
    }

    /// Returns where a phrase may end: after each word of its line; as the last part, it extends to the end of the
    /// line.
    fn phrase_ends(&self, at: usize, is_last: bool) -> Vec<usize> {
        let Some(first) = self.text.words.get(at) else { return Vec::new() };
        let rest = self.text.text.get(first.range.start..).unwrap_or_default();
        let end = ["\n\n", " (Service", " (RequestToken", ". Reason", "; Request"]
            .iter()
            .filter_map(|stop| rest.find(stop))
            .min();
        let end = first.range.start + end.unwrap_or(rest.len());
        let words = self.text.words.iter().skip(at).take_while(|word| word.range.start < end).take(LONGEST_PHRASE);
        let mut ends: Vec<usize> = words.map(|word| word.range.end).collect();
        if is_last {
            let line = rest.find('\n').map_or(end, |at| end.min(first.range.start + at));
            let last = ends.iter().copied().take_while(|end| *end <= line).last();
            // Punctuation that closes what the phrase opens belongs to it.
            ends = vec![last.unwrap_or(line).max(line.min(first.range.end))];
        }
        ends
    }

    fn keep(&mut self, state: State, whole: bool) {
        let whole = whole && !state.headless;
        let share = if state.headless { HEADLESS } else { CUT };
        let much = state.weight >= share * self.total || !state.headless && state.weight >= CERTAIN;
        let enough = whole || state.weight >= LEAST && state.words >= LEAST_WORDS && much;
        if whole && state.weight >= self.total {
            self.steps = 0;
        }
        let certainty = match (whole, state.headless) {
            (true, _) => 1.0,
            (false, false) => 0.9,
            (false, true) => 0.6,
        };
        let weight = state.weight * certainty;
        if enough && self.best.as_ref().is_none_or(|best| weight > best.weight) {
            let mut start = state.start;
            // Small words before the first one belong to the message, but the JSON key for the message does not.
            while start > 0 && self.text.words.get(start - 1).is_some_and(|word| word.small && word.text != "message") {
                start -= 1;
            }
            self.best = Some(Found { range: start..state.at.max(state.start + 1), weight, names: self.names.clone() });
        }
    }
}

/// Returns the length of the punctuation before the first letter of a name that belongs to it, as in `/dev/null` or
/// `${X}`.
fn lead(gap: &str, form: Form) -> usize {
    let head = gap.trim_end_matches(['/', '.', '$', '{', '#', '@', '-', '!', '*']);
    let begins = head.is_empty() || head.ends_with(|c: char| c.is_whitespace() || "'\"`[(<=:".contains(c));
    let is_name = matches!(form, Form::Name | Form::Path | Form::Phrase);
    if is_name && begins && !is_ellipsis(gap) { gap.len() - head.len() } else { 0 }
}

/// Returns whether a word must not differ: a negation, a number, or a status.
fn is_fixed(word: &str) -> bool {
    word == "not" || word.contains(|c: char| c == '_' || c.is_ascii_digit())
}

/// Returns where the quotation mark or bracket directly before a word is closed.
fn held(gap: &str, text: &str, start: usize) -> Option<usize> {
    let open = gap.chars().next_back()?;
    let close = match open {
        '\'' | '"' | '`' => open,
        '[' => ']',
        '<' => '>',
        _ => return None,
    };
    let length = text.get(start..)?.find(close).filter(|length| *length < 200)?;
    Some(start + length)
}

/// Returns the end of a text with the quotation mark after it, if that closes one in the text.
fn closed(text: &str, from: usize, end: usize) -> usize {
    let value = text.get(from..end).unwrap_or_default();
    let mark = text.get(end..).and_then(|rest| rest.chars().next()).filter(|mark| matches!(mark, '\'' | '"' | '`'));
    mark.filter(|mark| value.matches(*mark).count() % 2 == 1).map_or(end, |mark| end + mark.len_utf8())
}

/// Returns a phrase without the punctuation at its end, and with the quotation mark that a word in it closes.
fn phrase<'a>(value: &'a str, gap: &str) -> Cow<'a, str> {
    let value = value.trim_end_matches([' ', '.', ',']);
    let opened = gap.chars().next_back().filter(|mark| matches!(mark, '\'' | '"' | '`'));
    match opened.filter(|mark| value.matches(*mark).count() % 2 == 1) {
        Some(mark) => Cow::Owned(format!("{mark}{value}")),
        None => Cow::Borrowed(value),
    }
}

fn trimmed(value: &str) -> &str {
    let value = value.trim().trim_end_matches(['.', ',', ':', ';', '"', '\'', '`']);
    // A closing bracket without an opening one ends the text around the name.
    let unopened = |value: &str, open: char, close: char| value.ends_with(close) && !value.contains(open);
    let brackets = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')];
    let cut = brackets.iter().any(|(open, close)| unopened(value, *open, *close));
    if cut { trimmed(value.get(..value.len() - 1).unwrap_or_default()) } else { value }
}

/// Words of sentences that are not names.
const NO_NAMES: [&str; 18] = [
    "and", "as", "at", "but", "by", "for", "from", "if", "in", "not", "of", "on", "or", "that", "the", "this", "to",
    "with",
];

/// Returns whether a value has the form of a placeholder.
fn fits(hole: &Placeholder, value: &str) -> bool {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match hole.form {
        Form::Name => value.chars().any(char::is_alphanumeric) && !NO_NAMES.contains(&value),
        Form::Phrase => !value.is_empty(),
        Form::Number => value.chars().all(|c| c.is_ascii_digit()),
        Form::Arn => value.starts_with("arn:") && !value.contains(char::is_whitespace),
        Form::Permission => value.split_once(':').is_some_and(|(service, action)| {
            !service.is_empty()
                && is_word(service)
                // Some services write it in lowercase.
                && (action.starts_with(|c: char| c.is_ascii_uppercase()) || permissions::iam_action(value).is_some())
                && action.chars().all(|c| c.is_ascii_alphanumeric() || c == '*')
        }),
        Form::Operation => {
            value.starts_with(|c: char| c.is_ascii_uppercase())
                && value.chars().all(|c| c.is_ascii_alphanumeric())
                && (hole.values.iter().any(|known| known == value)
                    || value.chars().any(|c| c.is_ascii_lowercase())
                        && value.chars().skip(1).any(|c| c.is_ascii_uppercase()))
        }
        Form::Path => value.contains(['.', '/']) && !value.contains(char::is_whitespace),
        Form::Listed => hole.values.iter().any(|known| known == value),
    }
}
