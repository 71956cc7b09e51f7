//! One linear walk over the raw text that recognizes only comments, strings, and delimiters.
//!
//! It finds what is never closed, never opened, or nested too deeply, and plans the repairs after which every delimiter
//! is balanced: the grammar relies on that. On the way it records what the tree does not contain: comments, blank
//! lines, and trailing commas.

use std::ops::Range;

/// How deep delimiters may nest. Every later stage recurses over the tree, so the limit applies to all of them.
pub(super) const DEPTH_LIMIT: usize = 128;

/// How many faults are reported for one file.
pub(super) const FAULT_LIMIT: usize = 50;

/// The delimiters that open something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    /// `{`
    Brace,
    /// `[`
    Bracket,
    /// `(`
    Paren,
    /// `${`
    Interpolation,
    /// `"`
    Quote,
    /// `"""`
    TextBlock,
    /// `'`
    RawQuote,
    /// `'''`
    RawBlock,
    /// `/*`
    Comment,
}

impl Opener {
    /// Returns the delimiter as written.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Brace => "{",
            Self::Bracket => "[",
            Self::Paren => "(",
            Self::Interpolation => "${",
            Self::Quote => "\"",
            Self::TextBlock => "\"\"\"",
            Self::RawQuote => "'",
            Self::RawBlock => "'''",
            Self::Comment => "/*",
        }
    }

    /// Returns the delimiter that closes it.
    pub(super) fn closer(self) -> &'static str {
        match self {
            Self::Brace | Self::Interpolation => "}",
            Self::Bracket => "]",
            Self::Paren => ")",
            Self::Comment => "*/",
            Self::Quote | Self::TextBlock | Self::RawQuote | Self::RawBlock => self.text(),
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Quote | Self::TextBlock)
    }

    fn is_bracket(self) -> bool {
        matches!(self, Self::Brace | Self::Bracket | Self::Paren)
    }
}

/// A fault in the delimiters. Offsets count in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Never closed; a closer fits at `end`. `outer`: what else is open at the end of the text, from the inside out.
    Unclosed { opener: Opener, at: usize, end: usize, outer: Vec<(Opener, usize)> },
    /// A header without `{` whose block begins on the next line; `{` fits here.
    NoBrace { at: usize },
    /// A closer with nothing open, or one that is too early for the open block, which starts at `closes`.
    Unopened { at: usize, closes: Option<usize> },
    /// A closer of a different kind from the opener on the same line.
    Mismatched { opener: Opener, open: usize, at: usize },
    /// Deeper than [`DEPTH_LIMIT`].
    TooDeep { at: usize },
    /// `# comment`
    Hash { at: usize },
    /// A character that is not allowed anywhere.
    Control { at: usize, character: char },
}

impl Fault {
    /// Returns whether other errors on its line are likely to be its consequences.
    pub(super) fn breaks_line(&self) -> bool {
        matches!(self, Self::Unclosed { .. } | Self::NoBrace { .. } | Self::Unopened { .. } | Self::Mismatched { .. })
    }

    /// Returns where blocks are opened that are never closed.
    pub(super) fn unclosed(&self) -> impl Iterator<Item = usize> {
        let openers = match self {
            Self::Unclosed { opener, at, outer, .. } => std::iter::once((*opener, *at)).chain(outer.clone()).collect(),
            _ => Vec::new(),
        };
        openers.into_iter().filter(|(opener, _)| *opener == Opener::Brace).map(|(_, at)| at)
    }

    /// Returns the offset at which it is reported.
    pub(super) fn at(&self) -> usize {
        match self {
            Self::Unclosed { at, .. }
            | Self::NoBrace { at }
            | Self::Unopened { at, .. }
            | Self::Mismatched { at, .. }
            | Self::TooDeep { at }
            | Self::Hash { at }
            | Self::Control { at, .. } => *at,
        }
    }
}

/// A change that makes the text readable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Repair {
    /// Text that is missing.
    Insert { at: usize, text: &'static str },
    /// Text read as spaces; line endings stay.
    Erase(Range<usize>),
    /// A closer read as another of the same length.
    Replace { at: usize, text: &'static str },
}

impl Repair {
    /// Returns where it starts.
    pub(super) fn at(&self) -> usize {
        match self {
            Self::Insert { at, .. } | Self::Replace { at, .. } => *at,
            Self::Erase(range) => range.start,
        }
    }
}

/// A comment and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) range: Range<usize>,
    pub(super) block: bool,
    pub(super) doc: bool,
    pub(super) own_line: bool,
}

/// The result of the walk.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    pub(super) comments: Vec<Comment>,
    pub(super) blank_lines: Vec<usize>,
    pub(super) trailing_commas: Vec<usize>,
    pub(super) faults: Vec<Fault>,
    pub(super) repairs: Vec<Repair>,
    /// Statements skipped as a whole.
    pub(super) erased: Vec<Range<usize>>,
}

/// Scans a text. Balanced delimiters are taken as they are; otherwise indentation determines which ones are missing or
/// unnecessary, unless that leads to more faults than it explains.
pub(super) fn scan(text: &str) -> Scan {
    let plain = Scanner::new(text, Reading::default()).run();
    if plain
        .faults
        .iter()
        .all(|fault| matches!(fault, Fault::Hash { .. } | Fault::Control { .. } | Fault::TooDeep { .. }))
    {
        return plain;
    }
    let needless = |scan: &Scan| scan.faults.iter().any(|fault| matches!(fault, Fault::Unopened { .. }));
    let indented = Scanner::new(text, Reading { by_indentation: true, ..Reading::default() }).run();
    let mut best = if indented.faults.len() <= plain.faults.len() { indented } else { plain };
    if !needless(&best) {
        return best;
    }
    let headers = headers_without_brace(text);
    let others = [Reading { early: true, ..Reading::default() }, Reading { headers, ..Reading::default() }];
    for reading in others.into_iter().filter(|reading| reading.early || !reading.headers.is_empty()) {
        let other = Scanner::new(text, reading).run();
        if other.faults.len() <= best.faults.len() {
            best = other;
        }
    }
    best
}

/// Returns how many lines open something that is still open at the end of a text; `None` inside a string or comment.
pub(super) fn depth_of(text: &str) -> Option<usize> {
    let mut scanner = Scanner::new(text, Reading::default());
    while scanner.pos < text.len() {
        scanner.step();
    }
    let in_text = scanner.frames.iter().any(|frame| frame.opener.is_text());
    let is_unclosed = |fault: &Fault| matches!(fault, Fault::Unclosed { opener: Opener::RawBlock | Opener::Comment, end, .. } if *end == text.len());
    if in_text || scanner.out.faults.last().is_some_and(is_unclosed) {
        return None;
    }
    let mut lines: Vec<usize> = scanner.frames.iter().map(|frame| frame.line_start).collect();
    lines.dedup();
    Some(lines.len())
}

/// How delimiters are matched.
#[derive(Debug, Default)]
struct Reading {
    /// A token to the left of an opener's line closes it.
    by_indentation: bool,
    /// A closer to the right of its opener's line closes nothing.
    early: bool,
    /// Starts of header lines that open a block but lack the brace.
    headers: Vec<usize>,
}

/// Words that begin a statement with a block.
const HEADERS: [&str; 23] = [
    "action",
    "approve",
    "artifacts",
    "bucket",
    "build",
    "component",
    "dashboard",
    "deploy",
    "environment",
    "execute",
    "for",
    "if",
    "invoke",
    "parallel",
    "pipeline",
    "prepare",
    "project",
    "role",
    "run",
    "sequence",
    "source",
    "stage",
    "test",
];

/// Returns the starts of lines that read like a header without its `{` and have a more indented line below.
fn headers_without_brace(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or_default().trim_end();
        let words = code.trim_start_matches([' ', '\t']);
        let indent = code.len() - words.len();
        if !words.is_empty() {
            let continues =
                words.starts_with(['{', '}', ')', ']', '-']) || words.starts_with("from ") || words.starts_with("in ");
            let opens = last.take().filter(|(_, outer)| indent > *outer && !continues);
            found.extend(opens.map(|(header, _)| header));
            let mut parts = words.split_whitespace();
            let is_header = parts.next().is_some_and(|word| HEADERS.contains(&word)) && parts.next() != Some("=");
            if is_header && !words.ends_with(['{', '}', ',', '(', '[', '>', '=']) {
                last = Some((start, indent));
            }
        }
        start += line.len();
    }
    found.truncate(FAULT_LIMIT);
    found
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    opener: Opener,
    at: usize,
    line_start: usize,
    indent: usize,
    /// The `run` outside it.
    run: usize,
}

#[expect(clippy::struct_excessive_bools, reason = "four independent facts about the place the walk is at")]
struct Scanner<'t> {
    text: &'t str,
    reading: Reading,
    pos: usize,
    frames: Vec<Frame>,
    /// The number of single-line strings among the frames.
    quotes: usize,
    line_start: usize,
    indent: usize,
    /// Whether there was no token on this line so far.
    fresh: bool,
    /// The end of the last token.
    last_end: usize,
    pending_comma: Option<usize>,
    /// Whether the current run of blank lines has been recorded.
    blank_run: bool,
    /// The start of the top-level statement.
    statement: usize,
    /// Whether the statement is too deep and will be erased.
    given_up: bool,
    /// The number of `<`, `?`, and `!` in this statement and around it that nothing closes: they nest like frames.
    run: usize,
    /// Whether an unterminated string contains the closers that are missing now.
    swallowed: bool,
    out: Scan,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, reading: Reading) -> Self {
        Self {
            text,
            reading,
            pos: 0,
            frames: Vec::new(),
            quotes: 0,
            line_start: 0,
            indent: 0,
            fresh: true,
            last_end: 0,
            pending_comma: None,
            blank_run: false,
            statement: 0,
            given_up: false,
            run: 0,
            swallowed: false,
            out: Scan::default(),
        }
    }

    fn run(mut self) -> Scan {
        if self.at("\u{feff}") {
            self.out.repairs.push(Repair::Erase(0..3));
            self.pos = 3;
        }
        loop {
            while self.pos < self.text.len() {
                self.step();
            }
            if self.finish() {
                return self.out;
            }
        }
    }

    fn step(&mut self) {
        match self.frames.last().map(|frame| frame.opener) {
            Some(Opener::Quote) => self.quote(),
            Some(Opener::TextBlock) => self.text_block(),
            _ => self.code(),
        }
    }

    // ------------------------------------------------------------ characters

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.pos).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.pos..).unwrap_or_default()
    }

    fn at(&self, wanted: &str) -> bool {
        self.rest().starts_with(wanted.as_bytes())
    }

    fn character(&self) -> char {
        self.text.get(self.pos..).and_then(|rest| rest.chars().next()).unwrap_or('\0')
    }

    fn advance(&mut self) {
        self.pos += self.character().len_utf8();
    }

    /// Moves after the next `wanted`, or returns `false` and stays.
    fn skip_past(&mut self, wanted: &str) -> bool {
        match self.text.get(self.pos..).and_then(|rest| rest.find(wanted)) {
            Some(offset) => {
                self.pos += offset + wanted.len();
                true
            }
            None => false,
        }
    }

    /// Returns the offset of the end of the line at `from`, without the line ending.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        from + line.trim_end_matches('\r').len()
    }

    // ------------------------------------------------------------ code

    fn code(&mut self) {
        match self.byte() {
            b'\n' => self.end_line(),
            b' ' | b'\t' | b'\r' => self.pos += 1,
            b'/' if self.at("//") => self.line_comment(),
            b'/' if self.at("/*") => self.block_comment(),
            _ => {
                self.begin_token();
                self.token();
                self.last_end = self.last_end.max(self.pos);
            }
        }
    }

    fn begin_token(&mut self) {
        self.blank_run = false;
        if !self.fresh {
            return;
        }
        self.fresh = false;
        self.indent = self.pos - self.line_start;
        if self.reading.by_indentation && !self.given_up {
            self.close_left_of_here();
        }
        // A condition may continue on the next line: `?` and `:` end or begin one.
        let operator = |byte: u8| matches!(byte, b'?' | b':' | b'|' | b'&' | b'=');
        let before = self.last_end.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        if operator(self.byte()) || before.is_some_and(|byte| operator(*byte)) {
            return;
        }
        self.run = self.outer_run();
        if self.frames.is_empty() {
            if self.given_up {
                self.erase_statement(self.last_end);
            }
            self.statement = self.pos;
        }
    }

    /// Returns the `run` outside the innermost frame.
    fn outer_run(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.run)
    }

    fn token(&mut self) {
        let closing = matches!(self.byte(), b'}' | b']' | b')');
        match self.pending_comma.take() {
            Some(comma) if closing => self.out.trailing_commas.push(comma),
            _ => {}
        }
        match self.byte() {
            b'"' if self.at("\"\"\"") => self.open(Opener::TextBlock),
            b'"' => self.open(Opener::Quote),
            b'\'' => self.raw(),
            b'{' => self.open(Opener::Brace),
            b'[' => self.open(Opener::Bracket),
            b'(' => self.open(Opener::Paren),
            b'}' | b']' | b')' => self.close(),
            b'#' => self.hash(),
            b',' => {
                self.pending_comma = Some(self.pos);
                self.run = self.outer_run();
                self.pos += 1;
            }
            b'<' | b'?' => self.repeatable(),
            b'!' if !self.at("!=") => self.repeatable(),
            _ => self.other(),
        }
    }

    /// Counts prefixes and brackets that the frames do not track but that nest too.
    fn repeatable(&mut self) {
        self.run += 1;
        self.limit_depth();
        self.pos += 1;
    }

    fn other(&mut self) {
        let character = self.character();
        let invisible = matches!(character, '\u{feff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}');
        if character.is_control() || invisible || character.is_whitespace() {
            let start = self.pos;
            self.pos += character.len_utf8();
            self.fault(Fault::Control { at: start, character });
            self.out.repairs.push(Repair::Erase(start..self.pos));
            return;
        }
        if character == ':' || character == '>' {
            self.run = self.run.saturating_sub(1).max(self.outer_run());
        }
        self.pos += character.len_utf8();
        if character.is_ascii_alphanumeric() {
            self.pos += self.rest().iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        }
    }

    fn end_line(&mut self) {
        if self.quotes > 0 {
            self.unclosed_in_quote();
        }
        if self.fresh && self.out.comments.last().is_none_or(|comment| comment.range.end < self.line_start) {
            if !self.blank_run {
                self.out.blank_lines.push(self.line_start);
            }
            self.blank_run = true;
        }
        if self.reading.headers.binary_search(&self.line_start).is_ok() {
            self.open_unsaid();
        }
        self.pos += 1;
        self.line_start = self.pos;
        self.fresh = true;
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        let doc = self.at("///") && !self.at("////");
        self.pos = self.line_end(start);
        self.comment(start, false, doc);
    }

    fn comment(&mut self, start: usize, block: bool, doc: bool) {
        self.blank_run = false;
        self.out.comments.push(Comment { range: start..self.pos, block, doc, own_line: self.fresh });
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        let mut depth = 0_usize;
        let mut deepest = 0_usize;
        while self.pos < self.text.len() {
            if self.at("/*") {
                depth += 1;
                self.pos += 2;
            } else if self.at("*/") {
                depth -= 1;
                self.pos += 2;
                if depth == 0 {
                    break;
                }
            } else {
                self.pos += 1;
            }
            if depth > deepest {
                deepest = depth;
                if depth == DEPTH_LIMIT + 1 {
                    self.fault(Fault::TooDeep { at: self.pos - 2 });
                }
            }
        }
        if depth > 0 && deepest <= DEPTH_LIMIT {
            let end = self.pos;
            self.unclosed(Opener::Comment, start, end);
            self.swallowed = true;
        }
        if depth > 0 || deepest > DEPTH_LIMIT {
            self.out.repairs.push(Repair::Erase(start..self.pos));
        }
        self.comment(start, true, false);
    }

    fn hash(&mut self) {
        let start = self.pos;
        self.pos = self.line_end(start);
        self.fault(Fault::Hash { at: start });
        self.out.repairs.push(Repair::Erase(start..self.pos));
    }

    // ------------------------------------------------------------ text

    fn quote(&mut self) {
        match self.byte() {
            b'"' => self.pop_text(1),
            b'\n' => self.unclosed_quote(),
            b'\\' => {
                self.pos += 1;
                if self.byte() != b'\n' {
                    self.advance();
                }
            }
            _ => self.text_character(),
        }
    }

    fn text_block(&mut self) {
        if self.at("\"\"\"") {
            self.pop_text(3);
        } else if self.byte() == b'\n' {
            self.pos += 1;
            self.line_start = self.pos;
        } else {
            self.text_character();
        }
    }

    fn text_character(&mut self) {
        if self.at("$${") {
            self.pos += 3;
        } else if self.at("${") {
            self.open(Opener::Interpolation);
            // A missing closer belongs after it, not before the string that it is in.
            self.last_end = self.pos;
        } else {
            self.advance();
        }
    }

    fn pop_text(&mut self, length: usize) {
        self.pos += length;
        self.last_end = self.pos;
        self.pop();
    }

    fn raw(&mut self) {
        let start = self.pos;
        if self.at("'''") {
            self.pos += 3;
            if !self.skip_past("'''") {
                self.unclosed_block(Opener::RawBlock, start, self.line_start, self.indent);
            }
            let last_line = self.text.get(start..self.pos).and_then(|block| block.rfind('\n'));
            self.line_start = last_line.map_or(self.line_start, |offset| start + offset + 1);
            return;
        }
        let end = self.line_end(start);
        self.pos += 1;
        if self.text.get(self.pos..end).is_some_and(|line| line.contains('\'')) {
            self.skip_past("'");
        } else {
            self.pos = self.peel(end).max(self.pos.min(end));
            self.unclosed(Opener::RawQuote, start, self.pos);
            self.insert(self.pos, "'");
        }
    }

    // ------------------------------------------------------------ delimiters

    fn open(&mut self, opener: Opener) {
        self.push(opener, self.pos);
        self.quotes += usize::from(opener == Opener::Quote);
        self.limit_depth();
        self.pos += opener.text().len();
    }

    fn push(&mut self, opener: Opener, at: usize) {
        self.frames.push(Frame { opener, at, line_start: self.line_start, indent: self.indent, run: self.run });
    }

    fn limit_depth(&mut self) {
        if self.frames.len() + self.run > DEPTH_LIMIT {
            self.give_up();
        }
    }

    /// Opens the block of a header that lacks the brace.
    fn open_unsaid(&mut self) {
        let at = self.last_end;
        self.fault(Fault::NoBrace { at });
        self.insert(at, " {");
        self.push(Opener::Brace, at);
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.quotes -= usize::from(frame.opener == Opener::Quote);
        self.run = frame.run;
        if self.frames.is_empty() && self.given_up {
            self.erase_statement(self.pos);
        }
        Some(frame)
    }

    fn give_up(&mut self) {
        if !self.given_up {
            self.given_up = true;
            self.fault(Fault::TooDeep { at: self.pos });
        }
    }

    /// Erases the statement, up to the end of the line with `last`.
    fn erase_statement(&mut self, last: usize) {
        self.given_up = false;
        let end = self.line_end(last);
        let range = self.statement..end;
        self.out.repairs.retain(|repair| repair.at() < range.start);
        self.out.repairs.push(Repair::Erase(range.clone()));
        self.out.erased.push(range);
        self.pos = self.pos.max(end);
    }

    /// Handles a closing delimiter.
    fn close(&mut self) {
        let closes = |opener: Opener| opener.closer().as_bytes().first() == Some(&self.byte()) && !opener.is_text();
        let reachable = self.frames.iter().rev().take_while(|frame| !frame.opener.is_text());
        let search = if self.given_up { 1 } else { DEPTH_LIMIT };
        let found = reachable.take(search).position(|frame| closes(frame.opener));
        match found {
            Some(above) if self.is_slip(above) => self.close_wrongly(),
            Some(above) if self.is_early(above) => self.close_early(above),
            Some(above) => {
                self.pos += 1;
                for _ in 0..above {
                    self.close_top();
                }
                self.pop();
            }
            None if self.given_up => self.pos += 1,
            None => self.close_wrongly(),
        }
    }

    /// Returns whether a bracket on this line is open where a closer would end a block of several lines, as in
    /// `["unit"}`.
    fn is_slip(&self, above: usize) -> bool {
        let here = |frame: &Frame| frame.line_start == self.line_start;
        let closed = self.frames.iter().rev().nth(above);
        above > 0
            && self.frames.last().is_some_and(|top| here(top) && matches!(top.opener, Opener::Bracket | Opener::Paren))
            && closed.is_some_and(|frame| !here(frame))
    }

    /// Returns whether a closer starts its line and is to the right of the line it would close.
    fn is_early(&self, above: usize) -> bool {
        let starts_line = self.pos - self.line_start == self.indent;
        let closed = self.frames.iter().rev().nth(above);
        self.reading.early
            && starts_line
            && closed.is_some_and(|frame| frame.line_start != self.line_start && self.indent > frame.indent)
    }

    fn close_wrongly(&mut self) {
        let at = self.pos;
        self.pos += 1;
        match self.frames.last().copied() {
            Some(top) if top.line_start == self.line_start && matches!(top.opener, Opener::Bracket | Opener::Paren) => {
                self.fault(Fault::Mismatched { opener: top.opener, open: top.at, at });
                self.out.repairs.push(Repair::Replace { at, text: top.opener.closer() });
                self.pop();
            }
            _ => {
                self.fault(Fault::Unopened { at, closes: None });
                self.out.repairs.push(Repair::Erase(at..at + 1));
            }
        }
    }

    fn close_early(&mut self, above: usize) {
        let at = self.pos;
        self.pos += 1;
        let closes = self.frames.iter().rev().nth(above).map(|frame| frame.at);
        self.fault(Fault::Unopened { at, closes });
        self.out.repairs.push(Repair::Erase(at..at + 1));
    }

    /// Closes what is open at the end of the last token, and reports it.
    fn close_top(&mut self) {
        let end = self.last_end;
        if let Some(frame) = self.frames.last().copied() {
            self.unclosed(frame.opener, frame.at, end);
            self.insert(end, frame.opener.closer());
            self.pop();
        }
    }

    /// Closes what a token at or to the left of the opener's line, or a closer to the left of it, shows to be unclosed.
    fn close_left_of_here(&mut self) {
        let closing = matches!(self.byte(), b'}' | b']' | b')');
        while let Some(top) = self.frames.last().copied() {
            let ended = if closing { self.indent < top.indent } else { self.indent <= top.indent };
            let wanted = !closing || self.frames.len() > 1;
            if !top.opener.is_bracket() || top.line_start == self.line_start || !ended || !wanted {
                break;
            }
            self.close_top();
        }
    }

    // ------------------------------------------------------------ what is never closed

    /// Closes a string that does not end on its line.
    fn unclosed_quote(&mut self) {
        let Some(quote) = self.pop() else { return };
        if self.frames.last().is_some_and(|below| below.opener == Opener::Interpolation) {
            // `"a ${b"`: the last quote closes the string, and the interpolation lacks its brace.
            if let Some(interpolation) = self.pop() {
                self.unclosed(Opener::Interpolation, interpolation.at, quote.at);
            }
            self.insert(quote.at, "}");
            // In a multi-line string it is an ordinary character.
            if self.frames.last().is_some_and(|text| text.opener == Opener::Quote) {
                self.pop();
            }
            self.pos = quote.at + 1;
        } else {
            let end = self.line_end(self.line_start);
            self.pos = self.peel(end).max(quote.at + 1);
            self.unclosed(Opener::Quote, quote.at, self.pos);
            self.insert(self.pos, "\"");
        }
        self.last_end = self.pos;
    }

    /// Closes an interpolation in a string that does not end on its line.
    fn unclosed_in_quote(&mut self) {
        let end = self.last_end;
        let lowest = self.frames.iter().position(|frame| frame.opener == Opener::Quote).unwrap_or(0);
        let culprit = self.frames.iter().rev().find(|frame| frame.opener == Opener::Interpolation).copied();
        if let Some(culprit) = culprit {
            self.unclosed(culprit.opener, culprit.at, end);
        }
        while self.frames.len() > lowest {
            if let Some(frame) = self.pop() {
                self.insert(end, frame.opener.closer());
            }
        }
    }

    /// Closes an unterminated multi-line string: before the first line that is not indented more than the line it
    /// starts on.
    fn unclosed_block(&mut self, opener: Opener, at: usize, line_start: usize, indent: usize) {
        let mut end = self.line_end(at);
        let mut closed = false;
        for line in self.text.get(end..).unwrap_or_default().split_inclusive('\n').skip(1) {
            let text = line.trim_start_matches([' ', '\t']);
            if !text.trim().is_empty() && line.len() - text.len() <= indent {
                closed = true;
                break;
            }
            end += line.len();
        }
        let start =
            self.text.get(end..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |offset| end + offset);
        self.pos = if closed { start.min(self.text.len()) } else { self.text.len() };
        self.unclosed(opener, at, self.pos);
        self.swallowed |= !closed;
        if opener == Opener::TextBlock {
            self.flatten(at + opener.text().len()..self.pos);
        }
        self.insert(self.pos, "\n");
        self.insert(self.pos, opener.closer());
        while self.frames.last().is_some_and(|frame| frame.line_start == line_start && frame.opener != Opener::Brace) {
            if let Some(frame) = self.pop() {
                self.insert(self.pos, frame.opener.closer());
            }
        }
        self.last_end = self.pos;
    }

    /// Turns a range that may contain unterminated interpolations into plain text.
    fn flatten(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        for mark in ["${", "\"\"\""] {
            let marks =
                text.match_indices(mark).map(|(offset, _)| range.start + offset..range.start + offset + mark.len());
            self.out.repairs.extend(marks.map(Repair::Erase));
        }
    }

    /// Returns where a string that lacks its quote should end: before the closers of what this line opened.
    fn peel(&self, line_end: usize) -> usize {
        let line = self.text.get(self.line_start..line_end).unwrap_or_default();
        let mut text = line.trim_end();
        let mut open = self.frames.iter().rev().take_while(|frame| frame.line_start == self.line_start).peekable();
        loop {
            if let Some(shorter) = text.strip_suffix([',', ';']).or_else(|| text.strip_suffix(" {")) {
                text = shorter.trim_end();
            } else if let Some(shorter) = open.peek().and_then(|frame| text.strip_suffix(frame.opener.closer())) {
                open.next();
                text = shorter.trim_end();
            } else {
                return self.line_start + text.len();
            }
        }
    }

    /// Closes what is open at the end of the text. Returns `false` if the walk continues in text that an unclosed
    /// string had taken in.
    fn finish(&mut self) -> bool {
        if self.given_up {
            self.frames.clear();
            self.quotes = 0;
            self.erase_statement(self.pos);
            return true;
        }
        if self.quotes == 0
            && let Some(index) = self.frames.iter().position(|frame| frame.opener == Opener::TextBlock)
            && let Some(frame) = self.frames.get(index).copied()
        {
            self.frames.truncate(index);
            self.forget_from(frame.at);
            self.unclosed_block(frame.opener, frame.at, frame.line_start, frame.indent);
            return false;
        }
        if self.quotes > 0 {
            let quoted = self.frames.last().is_some_and(|frame| frame.opener == Opener::Quote);
            if quoted {
                self.unclosed_quote();
            } else {
                self.unclosed_in_quote();
            }
            return false;
        }
        if !self.frames.is_empty() {
            self.close_top();
            self.close_others();
        }
        true
    }

    /// Closes everything else that is open at the end of the text, which has the same cause.
    fn close_others(&mut self) {
        let end = self.last_end;
        let others: Vec<(Opener, usize)> = self.frames.iter().rev().map(|frame| (frame.opener, frame.at)).collect();
        for (opener, _) in &others {
            self.insert(end, opener.closer());
            self.pop();
        }
        if let Some(Fault::Unclosed { outer, end: reported, .. }) = self.out.faults.last_mut()
            && *reported == end
        {
            *outer = others;
        }
    }

    /// Discards what was found in a string that turned out to end earlier.
    fn forget_from(&mut self, offset: usize) {
        self.out.comments.retain(|comment| comment.range.start < offset);
        self.out.blank_lines.retain(|line| *line < offset);
        self.out.trailing_commas.retain(|comma| *comma < offset);
        self.out.faults.retain(|fault| fault.at() < offset);
        self.out.repairs.retain(|repair| repair.at() <= offset);
    }

    /// Reports one opener per line: the others on the same line are consequences.
    fn unclosed(&mut self, opener: Opener, at: usize, end: usize) {
        let line_start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |offset| offset + 1);
        let line = line_start..=self.line_end(at);
        let known = |fault: &Fault| matches!(fault, Fault::Unclosed { at: other, .. } if line.contains(other));
        if !self.swallowed && !self.out.faults.iter().any(known) {
            self.fault(Fault::Unclosed { opener, at, end, outer: Vec::new() });
        }
    }

    fn insert(&mut self, at: usize, text: &'static str) {
        self.out.repairs.push(Repair::Insert { at, text });
    }

    fn fault(&mut self, fault: Fault) {
        if self.out.faults.len() < FAULT_LIMIT {
            self.out.faults.push(fault);
        } else if !self.given_up && !self.frames.is_empty() {
            self.given_up = true;
        }
    }
}
