//! Scans a script from left to right.

use std::ops::Range;

use super::heredocs::Heredoc;
use super::outcomes::Token;
use super::parts::{assignment, balanced};
use super::{Bashism, Script, ShellFault, ShellWord, SimpleCommand, WordPart, is_variable};

/// The position and context of a part of a script.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) base: usize,
    pub(super) nesting: usize,
    pub(super) sometimes: bool,
    pub(super) depth: usize,
}

pub(super) fn parse_into(text: &str, start: Start, script: &mut Script) {
    let list = List { from: script.commands.len(), ..List::default() };
    let mut scanner = Scanner {
        text,
        start,
        at: 0,
        script,
        current: Draft::default(),
        heredocs: Vec::new(),
        blocks: Vec::new(),
        list,
        parens: 0,
        array: None,
        defines: false,
        after_pipe: false,
        piped: None,
    };
    scanner.run();
}

/// Keywords of the shell that precede a command.
const LEADING: &[&str] =
    &["if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "sudo", "exec", "nohup"];
/// Keywords of the shell after which no command follows on the line.
const CLOSING: &[&str] = &["fi", "done", "esac", "}"];
/// Programs whose result decides whether the command after `&&` runs.
const TESTS: &[&str] = &["[", "[[", "test", "grep", "which", "type", "command", "git"];

/// An open block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// Between `if` and `then`, `while` and `do`: runs, and may fail.
    Condition,
    /// Runs only if a condition says so.
    Branch,
    /// The body of `for`, which is expected to run.
    Loop,
    /// `case`
    Case,
    /// The body of a function.
    Function,
    /// `{ ... }`
    Group,
}

/// The list of commands joined by `&&`, `||`, and `|` that is being read.
#[derive(Default)]
struct List {
    /// The index of its first command.
    from: usize,
    /// Whether the next command depends on the result of earlier ones.
    depends: bool,
    /// Whether the last token is an operator that joins the next command.
    joined: bool,
    /// Whether `!` precedes it.
    negated: bool,
}

#[derive(Default)]
struct Draft {
    words: Vec<ShellWord>,
    assignments: Vec<(String, ShellWord)>,
    output: Option<ShellWord>,
    input: Option<ShellWord>,
    quoted: Vec<(String, Range<usize>)>,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.assignments.is_empty() && self.output.is_none() && self.input.is_none()
    }
}

/// The purpose of the next word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Redirect {
    No,
    Output,
    Input,
    Other,
    Heredoc,
}

pub(super) struct Scanner<'a, 'c> {
    pub(super) text: &'a str,
    pub(super) start: Start,
    pub(super) at: usize,
    pub(super) script: &'c mut Script,
    current: Draft,
    pub(super) heredocs: Vec<Heredoc>,
    /// The open blocks, each with the range of the word that opens it.
    pub(super) blocks: Vec<(Block, Range<usize>)>,
    list: List,
    parens: usize,
    /// The value of `parens` among the elements of an array.
    array: Option<usize>,
    /// Whether the next `{` opens the body of a function.
    pub(super) defines: bool,
    /// Whether the last operator is `|`.
    after_pipe: bool,
    /// The number of blocks around the one that receives the output of a command through `|`.
    piped: Option<usize>,
}

impl Scanner<'_, '_> {
    fn run(&mut self) {
        let mut redirect = Redirect::No;
        while let Some(next) = self.peek() {
            match next {
                '\n' if self.is_in_array() => self.at += 1,
                '\n' => {
                    self.at += 1;
                    self.finish();
                    self.end_list(Token::End, self.at - 1);
                    self.skip_heredocs();
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                ' ' | '\t' | '\r' => self.at += 1,
                '&' if self.rest().starts_with("&>") => {
                    self.note_bash_operator("&>", self.at);
                    self.at += 1;
                }
                ';' | '&' | '|' | '(' | ')' => self.operator(next, redirect),
                '#' => {
                    if !self.is_in_array() {
                        self.finish();
                        self.end_list(Token::End, self.at);
                    }
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                '<' | '>' => redirect = self.redirection(),
                _ => {
                    let word = self.word();
                    self.place(word, redirect);
                    redirect = Redirect::No;
                }
            }
        }
        self.finish();
        self.open_list();
        self.open_block();
    }

    fn operator(&mut self, operator: char, redirect: Redirect) {
        let double = self.rest().chars().nth(1) == Some(operator);
        self.at += 1;
        if redirect != Redirect::No {
            return;
        }
        if self.list.joined && self.current.is_empty() {
            self.second_operator(operator, double, self.at - 1);
        }
        match operator {
            '(' if self.is_definition() => {
                self.script.functions.extend(self.current.words.pop().and_then(|word| word.literal()));
                self.at += self.rest().find(')').map_or(0, |at| at + 1);
                self.defines = true;
                return;
            }
            // Arithmetic.
            '(' if double => {
                let body = self.rest().get(1..).unwrap_or_default();
                let length = balanced(body, '(', ')');
                if body.get(length..).is_some_and(|end| end.starts_with("))")) {
                    self.note_bash_operator("((", self.at - 1);
                }
                let body = self.rest().get(1..).unwrap_or_default();
                let names =
                    body.get(..length).unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let names: Vec<String> = names.filter(|name| is_variable(name)).map(str::to_owned).collect();
                self.script.defaults.extend(names);
                self.list.joined = false;
                self.at = (self.at + 1 + length + 2).min(self.text.len());
                return;
            }
            '(' if self.current.words.is_empty() && self.begins_branch(self.at - 1) => return,
            '(' => {
                let place = self.at - 1;
                let is_array =
                    self.current.words.is_empty() && self.text.get(..place).is_some_and(|before| before.ends_with('='));
                self.finish();
                self.token(Token::Subshell, place);
                self.parens += 1;
                if is_array {
                    self.note_bashism(Bashism::Array, self.start.base + place..self.start.base + place + 1);
                    self.array = Some(self.parens);
                    self.current.words.push(self.no_program(place));
                }
                return;
            }
            ')' if self.parens == 0 && self.is_in(Block::Case) => {
                // A pattern of `case`.
                let head = self.current.words.first().is_some_and(|word| word.is("case"));
                if !head {
                    self.current = Draft::default();
                }
                self.finish();
                self.list = List { from: self.script.commands.len(), ..List::default() };
                self.after_pipe = false;
                return;
            }
            ')' => {
                self.finish();
                self.token(Token::Close, self.at - 1);
                self.array = self.array.filter(|depth| *depth != self.parens);
                self.parens = self.parens.saturating_sub(1);
                return;
            }
            // `a | b)`, the patterns of `case`.
            '|' if !double && self.is_pattern() => {
                self.current = Draft::default();
                return;
            }
            _ => self.finish(),
        }
        self.separator(operator, double);
    }

    fn is_in_array(&self) -> bool {
        self.array == Some(self.parens)
    }

    /// Returns the word for the program that ignores its arguments: the elements of an array are like these.
    fn no_program(&self, place: usize) -> ShellWord {
        let start = self.start.base + place;
        ShellWord { parts: vec![WordPart::Text(":".to_owned())], range: start..start + 1 }
    }

    /// Notes how the command that just ended is joined to the next one.
    fn separator(&mut self, operator: char, double: bool) {
        match (operator, double) {
            ('|', true) => {
                self.token(Token::Or, self.at - 1);
                self.at += 1;
                for command in self.script.commands.iter_mut().skip(self.list.from) {
                    command.may_fail = true;
                }
                self.list.depends = true;
                self.list.joined = true;
                self.after_pipe = false;
            }
            ('&', true) => {
                self.token(Token::And, self.at - 1);
                self.at += 1;
                let last = self.script.commands.last().and_then(|command| command.words.first());
                let tests = last.is_some_and(|program| TESTS.iter().any(|test| program.is(test)));
                self.list.depends |= tests || self.list.negated;
                self.list.joined = true;
                self.after_pipe = false;
            }
            ('|', false) => {
                self.token(Token::Pipe, self.at - 1);
                // `|&` is a pipe, too.
                if self.rest().starts_with('&') {
                    self.note_bash_operator("|&", self.at - 1);
                    self.at += 1;
                }
                self.list.joined = true;
                self.after_pipe = true;
            }
            ('&', false) => self.end_list(Token::Background, self.at - 1),
            _ => self.end_list(Token::End, self.at - 1),
        }
    }

    /// Returns whether the word before `|` is a pattern of `case`.
    fn is_pattern(&self) -> bool {
        let first = self.current.words.first().filter(|_| self.current.words.len() == 1 && self.parens == 0);
        let at = first.map(|word| word.range.start - self.start.base);
        let line = self.rest().split(['\n', ';']).next().unwrap_or_default();
        line.contains(')') && at.is_some_and(|at| self.begins_branch(at))
    }

    /// Returns whether a branch of `case` starts at a byte, or continues there with another pattern.
    fn begins_branch(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default().trim_end();
        self.is_in(Block::Case) && [";;", " in", "(", "|"].iter().any(|end| before.ends_with(end))
    }

    /// Returns whether the word before `(` is the name of a function: `name()`.
    fn is_definition(&self) -> bool {
        self.current.words.len() == 1 && self.current.assignments.is_empty() && {
            let tail = self.rest().trim_start();
            tail.starts_with(')')
        }
    }

    /// A line or `;` ends the list, unless an operator at the end of the line joins the next one.
    fn end_list(&mut self, token: Token, at: usize) {
        if !self.list.joined {
            self.token(token, at);
            self.list = List { from: self.script.commands.len(), ..List::default() };
            self.after_pipe = false;
        }
    }

    /// Returns whether the last token is an operator that joins the next command.
    pub(super) fn is_joined(&self) -> bool {
        self.list.joined
    }

    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn redirection(&mut self) -> Redirect {
        let rest = self.rest();
        // `2>&1`: the digit before it is not an argument.
        let descriptor = self.current.words.last().is_some_and(|word| {
            word.range.end == self.start.base + self.at
                && word.literal().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
        });
        let (length, kind) = match rest {
            _ if rest.starts_with("<<<") => {
                let at = self.start.base + self.at;
                self.note_bashism(Bashism::HereString, at..at + 3);
                (3, Redirect::Other)
            }
            _ if rest.starts_with("<<-") => (3, Redirect::Heredoc),
            _ if rest.starts_with("<<") => (2, Redirect::Heredoc),
            _ if rest.starts_with(">&") || rest.starts_with("<&") => {
                if rest.strip_prefix(">&").is_some_and(names_file) {
                    self.note_bash_operator(">&", self.at);
                }
                (2, Redirect::Other)
            }
            _ if rest.starts_with("<(") || rest.starts_with(">(") => {
                let operator = if rest.starts_with('<') { "<(" } else { ">(" };
                self.note_bash_operator(operator, self.at);
                (1, Redirect::No)
            }
            _ if rest.starts_with(">>") || rest.starts_with(">|") => (2, Redirect::Output),
            _ if rest.starts_with('>') => (1, Redirect::Output),
            _ if rest.starts_with("<>") => (2, Redirect::Other),
            _ => (1, Redirect::Input),
        };
        let arrow =
            self.current.words.last().filter(|word| {
                self.current.words.len() > 1 && word.is("=") && word.range.end == self.start.base + self.at
            });
        if kind == Redirect::Output
            && let Some(range) = arrow.map(|word| word.range.clone())
        {
            self.fault(ShellFault::Arrow, range);
        }
        self.at += length;
        if descriptor {
            let stderr = self.current.words.pop().is_some_and(|word| !word.is("1"));
            if stderr && kind == Redirect::Output {
                return Redirect::Other;
            }
        }
        kind
    }

    fn place(&mut self, word: ShellWord, redirect: Redirect) {
        match redirect {
            Redirect::Output => self.current.output = Some(word),
            Redirect::Input => self.current.input = Some(word),
            Redirect::Other => {}
            Redirect::Heredoc => {
                let quoted = self.text.get(word.range.start - self.start.base..word.range.end - self.start.base);
                let plain = !quoted.is_some_and(|text| text.contains(['\'', '"', '\\']));
                let delimiter = word.literal();
                self.heredocs.extend(delimiter.map(|delimiter| Heredoc { delimiter, plain, command: None }));
            }
            Redirect::No if self.current.words.is_empty() => {
                if let Some(assignment) = assignment(&word) {
                    self.note_bash_assignment(&word);
                    self.current.assignments.push(assignment);
                } else {
                    // A keyword can be a pattern of `case`, too.
                    if !(self.is_in(Block::Case) && self.rest().starts_with([')', '|'])) {
                        self.grammar(&word);
                    }
                    if CLOSING.iter().chain(LEADING).all(|reserved| !word.is(reserved)) {
                        self.current.words.push(word);
                    }
                }
            }
            Redirect::No if word.is("{") && self.current.words.len() == 2 && self.names_function() => {
                let keyword = self.current.words.first().map(|word| word.range.clone()).unwrap_or_default();
                self.note_bashism(Bashism::Function, keyword);
                self.script.functions.extend(self.current.words.pop().and_then(|word| word.literal()));
                self.current = Draft::default();
                self.token(Token::Opaque, word.range.start);
                self.open(Block::Function, &word);
            }
            Redirect::No => self.current.words.push(word),
        }
    }

    /// Returns whether the words so far are `function name`.
    fn names_function(&self) -> bool {
        self.current.words.first().is_some_and(|word| word.is("function"))
    }

    /// Opens and closes blocks for keywords.
    fn grammar(&mut self, word: &ShellWord) {
        let [WordPart::Text(text)] = word.parts.as_slice() else { return };
        let in_condition = self.is_in(Block::Condition);
        self.keyword(text, word.range.start);
        match text.as_str() {
            "if" | "while" | "until" => self.open(Block::Condition, word),
            "for" => self.open(Block::Loop, word),
            "select" => {
                self.note_bashism(Bashism::Select, word.range.clone());
                self.open(Block::Loop, word);
            }
            "case" => self.open(Block::Case, word),
            "then" | "do" if in_condition => self.turn(Block::Branch),
            "elif" => self.turn(Block::Condition),
            "else" => {
                self.without_body();
                self.turn(Block::Branch);
            }
            "{" => {
                let body = if std::mem::take(&mut self.defines) { Block::Function } else { Block::Group };
                self.open(body, word);
            }
            "fi" | "done" | "esac" => {
                self.without_body();
                if self.close().is_none() {
                    self.no_block(text, word.range.clone());
                }
            }
            "}" => drop(self.close()),
            "!" => self.list.negated = true,
            _ => {}
        }
    }

    fn open(&mut self, block: Block, word: &ShellWord) {
        if self.after_pipe {
            self.piped = self.piped.or(Some(self.blocks.len()));
        }
        self.blocks.push((block, word.range.clone()));
    }

    fn close(&mut self) -> Option<(Block, Range<usize>)> {
        let closed = self.blocks.pop();
        self.piped = self.piped.filter(|around| self.blocks.len() > *around);
        closed
    }

    /// Notes a variable in single quotes, where it is not replaced.
    pub(super) fn note_quoted(&mut self, name: &str, range: Range<usize>) {
        self.current.quoted.push((name.to_owned(), range));
    }

    fn is_in(&self, block: Block) -> bool {
        self.blocks.last().is_some_and(|(last, _)| *last == block)
    }

    fn turn(&mut self, block: Block) {
        if let Some((last, _)) = self.blocks.last_mut() {
            *last = block;
        }
    }

    /// Returns whether the current command runs only under a condition.
    pub(super) fn is_conditional(&self) -> bool {
        let conditional = |(block, _): &(Block, _)| matches!(block, Block::Branch | Block::Case | Block::Function);
        self.start.sometimes || self.list.depends || self.blocks.iter().any(conditional)
    }

    fn finish(&mut self) {
        let Draft { words, assignments, output, input, quoted } = std::mem::take(&mut self.current);
        self.look_at(&words);
        self.look_at_assignment(&assignments, &words);
        self.note_bash_words(&words, output.as_ref());
        let ranges =
            assignments.iter().map(|(_, value)| value.range.clone()).chain(words.iter().map(|word| word.range.clone()));
        let range = ranges.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end));
        if let Some(range) = range {
            self.list.joined = false;
            let index = self.script.commands.len();
            self.token(Token::Command, range.start);
            self.heredocs.iter_mut().filter(|it| it.command.is_none()).for_each(|it| it.command = Some(index));
            self.script.commands.push(SimpleCommand {
                words,
                assignments,
                output,
                input,
                heredoc: None,
                range,
                sometimes: self.is_conditional(),
                may_fail: self.list.negated || self.blocks.iter().any(|(block, _)| *block == Block::Condition),
                depth: self.depth(),
                piped: self.after_pipe || self.piped.is_some(),
                quoted,
            });
            if let Some(words) = self.script.commands.last().map(|command| command.words.clone()) {
                self.inline_script(&words);
            }
        }
    }

    /// Returns the number of subshells and substitutions around the current command.
    pub(super) fn depth(&self) -> usize {
        self.start.depth + self.parens
    }
}

/// Returns whether a file follows `>&`, rather than the number of another redirection.
fn names_file(after: &str) -> bool {
    after.trim_start_matches([' ', '\t']).starts_with(|c: char| c.is_ascii_alphabetic() || "/._\"".contains(c))
}
