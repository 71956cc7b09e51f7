//! What becomes of the result of a command: whether a script fails if the command fails.
//!
//! Facts: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html> (2.8.2, 2.9.2 to 2.9.4, and `set -e`),
//! <https://www.gnu.org/software/bash/manual/html_node/Pipelines.html> (2026-11-30)

use std::ops::Range;

use super::scanner::Scanner;
use super::{Script, ShellWord, SimpleCommand, is_name};

/// A part of a script that decides what the result of the script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A program with its arguments.
    Command,
    /// `|`
    Pipe,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or the end of a line.
    End,
    /// `&`
    Background,
    /// `!`
    Not,
    /// `{`
    Group,
    /// `(`
    Subshell,
    /// `if`
    If,
    /// `while` or `until`.
    While,
    /// `for`
    For,
    /// `then` or `do`.
    Then,
    Elif,
    Else,
    /// `case`, or the body of a function.
    Opaque,
    /// The end of a block.
    Close,
}

impl Scanner<'_, '_> {
    /// Adds a token at a byte. Inside `$(...)`, there are none: its result is rarely that of the command around it.
    pub(super) fn token(&mut self, token: Token, at: usize) {
        if self.start.nesting == 0 {
            self.script.tokens.push((token, at));
        }
    }

    /// Adds the token of a keyword.
    pub(super) fn keyword(&mut self, keyword: &str, at: usize) {
        let token = match keyword {
            "if" => Token::If,
            "while" | "until" => Token::While,
            "for" | "select" => Token::For,
            "{" if !self.defines => Token::Group,
            "case" | "{" => Token::Opaque,
            "then" | "do" => Token::Then,
            "elif" => Token::Elif,
            "else" => Token::Else,
            "!" => Token::Not,
            "fi" | "done" | "esac" | "}" => Token::Close,
            _ => return,
        };
        self.token(token, at);
    }
}

/// Blocks nested deeper than this are not read.
const NESTING_LIMIT: usize = 30;

/// Programs that succeed and change nothing: they only say something.
const TALKERS: [&str; 11] = [":", "cat", "date", "echo", "head", "ls", "printf", "pwd", "sleep", "tail", "true"];

/// Programs that pass on what they read, and succeed whatever it is.
const FILTERS: [&str; 16] = [
    "awk", "cat", "column", "cut", "fold", "head", "jq", "logger", "nl", "sed", "sort", "tail", "tee", "tr", "uniq",
    "wc",
];

/// The options of the shell that decide what a failure means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShellOptions {
    /// `set -e`
    exits: bool,
    /// `set -o pipefail`
    pipefail: bool,
}

/// The reason that the script succeeds although a command fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// `||` and something that succeeds.
    Fallback,
    /// The result is that of the program at the end of `|`.
    Filter,
    /// Other commands follow. `quiet`: they only say something.
    Next {
        /// Whether they only say something.
        quiet: bool,
    },
    /// It is the condition of an `if` that succeeds without it.
    Condition,
    /// Nothing waits for it.
    Background,
    /// Only the last round of a loop counts.
    Round,
}

/// A command whose result the script ignores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostCommand {
    /// The range of the command, or of a pipeline that ends with it.
    pub command: Range<usize>,
    /// The range of what takes its result away.
    pub by: Range<usize>,
    /// How it does that.
    pub loss: Loss,
}

/// A command with the parts that the result of a script depends on.
enum Node {
    /// The index of a command.
    Simple(usize),
    Group {
        lists: Vec<List>,
        subshell: bool,
    },
    /// Conditions with their branches, and the branch of `else`.
    If(Vec<(Vec<List>, Vec<List>)>, Option<Vec<List>>),
    /// The body of a loop; `each`: not repeated until something succeeds.
    Loop {
        body: Vec<List>,
        each: bool,
    },
    Opaque,
}

struct Pipeline {
    negated: bool,
    nodes: Vec<Node>,
    /// The place of each `|`.
    pipes: Vec<usize>,
    range: Range<usize>,
}

/// Pipelines joined by `&&` and `||`, each with the place of the operator before it.
struct List {
    elements: Vec<(Token, usize, Pipeline)>,
    background: bool,
    /// Where it ends, with its operator.
    end: usize,
}

/// Reads the tokens of a script.
struct Reader<'a> {
    script: &'a Script,
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.script.tokens.get(self.at).map(|(token, _)| *token)
    }

    fn place(&self) -> usize {
        self.script.tokens.get(self.at).map_or(self.text.len(), |(_, at)| *at)
    }

    fn take(&mut self, token: Token) -> Option<()> {
        let is_next = self.peek() == Some(token);
        self.at += usize::from(is_next);
        is_next.then_some(())
    }

    fn lists(&mut self) -> Option<Vec<List>> {
        let mut lists = Vec::new();
        self.depth += 1;
        loop {
            while self.take(Token::End).is_some() {}
            match self.peek() {
                None | Some(Token::Close | Token::Then | Token::Elif | Token::Else) => break,
                Some(_) if self.depth > NESTING_LIMIT => return None,
                Some(_) => lists.push(self.list()?),
            }
        }
        self.depth -= 1;
        Some(lists)
    }

    fn list(&mut self) -> Option<List> {
        let mut elements = Vec::new();
        let mut operator = (Token::And, self.place());
        loop {
            elements.push((operator.0, operator.1, self.pipeline()?));
            let end = self.place();
            let token = self.peek();
            if matches!(token, Some(Token::And | Token::Or | Token::End | Token::Background)) {
                self.at += 1;
            }
            match token {
                Some(next @ (Token::And | Token::Or)) => operator = (next, end),
                None | Some(Token::End | Token::Close | Token::Then | Token::Elif | Token::Else) => {
                    return Some(List { elements, background: false, end });
                }
                Some(Token::Background) => return Some(List { elements, background: true, end }),
                Some(_) => return None,
            }
        }
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let negated = self.take(Token::Not).is_some();
        let (start, mut pipes) = (self.place(), Vec::new());
        let mut nodes = vec![self.node()?];
        loop {
            let at = self.place();
            if self.take(Token::Pipe).is_none() {
                return Some(Pipeline { negated, nodes, pipes, range: self.trimmed(start, at) });
            }
            pipes.push(at);
            nodes.push(self.node()?);
        }
    }

    /// Returns the range without spaces at its end.
    fn trimmed(&self, start: usize, end: usize) -> Range<usize> {
        start
            ..start + self.text.get(start..end).unwrap_or_default().trim_end_matches([' ', '\n', ';', '\r', '\t']).len()
    }

    fn node(&mut self) -> Option<Node> {
        let (token, at) = *self.script.tokens.get(self.at)?;
        self.at += 1;
        match token {
            Token::Command => {
                Some(Node::Simple(self.script.commands.binary_search_by_key(&at, |command| command.range.start).ok()?))
            }
            Token::Group | Token::Subshell => {
                let lists = self.lists()?;
                self.take(Token::Close)?;
                Some(Node::Group { lists, subshell: token == Token::Subshell })
            }
            Token::If => {
                let (mut arms, mut last) = (Vec::new(), None);
                loop {
                    let condition = self.lists()?;
                    self.take(Token::Then)?;
                    arms.push((condition, self.lists()?));
                    if self.take(Token::Elif).is_none() {
                        break;
                    }
                }
                if self.take(Token::Else).is_some() {
                    last = Some(self.lists()?);
                }
                self.take(Token::Close)?;
                Some(Node::If(arms, last))
            }
            Token::While | Token::For => {
                let head = self.lists()?;
                self.take(Token::Then)?;
                let body = self.lists()?;
                self.take(Token::Close)?;
                let reads =
                    |list: &List| matches!(list.elements.as_slice(), [(_, _, one)] if self.is_program(one, "read"));
                Some(Node::Loop { body, each: token == Token::For || head.iter().all(reads) })
            }
            Token::Opaque => {
                let mut open = 1_usize;
                while open > 0 {
                    let (token, _) = *self.script.tokens.get(self.at)?;
                    self.at += 1;
                    match token {
                        Token::Close => open -= 1,
                        Token::Group | Token::Subshell | Token::If | Token::While | Token::For | Token::Opaque => {
                            open += 1;
                        }
                        _ => {}
                    }
                }
                Some(Node::Opaque)
            }
            _ => None,
        }
    }

    fn is_program(&self, pipeline: &Pipeline, name: &str) -> bool {
        match pipeline.nodes.as_slice() {
            [Node::Simple(index)] => self.script.commands.get(*index).is_some_and(|it| program(it) == name),
            _ => false,
        }
    }
}

/// Returns the program of a command without its folder, or nothing if it is computed.
fn program(command: &SimpleCommand) -> String {
    let name = command.words.first().and_then(ShellWord::literal).unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The fate of a result in the parts around it.
#[derive(Clone, Copy)]
struct Fate<'a> {
    /// What takes the result away, if something does.
    lost: Option<(Loss, &'a Range<usize>)>,
    /// Whether `set -e` ends the shell here.
    may_exit: bool,
}

struct Walk<'a> {
    script: &'a Script,
    text: &'a str,
    options: ShellOptions,
    found: Vec<LostCommand>,
}

impl Walk<'_> {
    fn command(&self, node: &Node) -> Option<&SimpleCommand> {
        match node {
            Node::Simple(index) => self.script.commands.get(*index),
            _ => None,
        }
    }

    /// Returns whether a part succeeds, and only says something.
    fn is_quiet(&self, node: &Node) -> bool {
        match node {
            Node::Simple(index) => self.script.commands.get(*index).is_some_and(|command| {
                let name = program(command);
                let keeps = command.output.as_ref().is_some_and(|file| !file.prefix().starts_with("/dev/"));
                let ends = matches!(name.as_str(), "exit" | "return");
                let zero = command.words.get(1).and_then(ShellWord::literal).is_some_and(|code| code == "0");
                !keeps && command.assignments.is_empty() && (ends && zero || TALKERS.contains(&name.as_str()))
            }),
            Node::Group { lists, .. } => self.are_quiet(lists),
            Node::If(..) | Node::Loop { .. } | Node::Opaque => false,
        }
    }

    fn are_quiet(&self, lists: &[List]) -> bool {
        lists.iter().all(|list| list.elements.iter().all(|(_, _, pipeline)| self.succeeds(pipeline)))
    }

    fn succeeds(&self, pipeline: &Pipeline) -> bool {
        let Some((last, first)) = pipeline.nodes.split_last() else { return false };
        let ends = if first.is_empty() { self.is_quiet(last) } else { self.filter(last) || self.is_quiet(last) };
        !pipeline.negated && ends && first.iter().all(|node| self.is_quiet(node))
    }

    /// Returns whether a part at the end of a pipeline passes on what it reads, and succeeds.
    fn filter(&self, node: &Node) -> bool {
        self.command(node).is_some_and(|command| {
            let name = program(command);
            let word = |matches: &dyn Fn(&str) -> bool| {
                command.words.iter().skip(1).any(|word| word.literal().is_some_and(|text| matches(&text)))
            };
            let short =
                |letter: char| word(&|text| text.starts_with('-') && !text.starts_with("--") && text.contains(letter));
            match name.as_str() {
                "grep" => (short('v') || word(&|text| text == "--invert-match")) && !short('q'),
                "awk" => !word(&|text| text.contains("exit")),
                "jq" => !short('e') && !word(&|text| text == "--exit-status"),
                _ => FILTERS.contains(&name.as_str()),
            }
        })
    }

    /// Returns whether the commands in a range of the text may depend on how an earlier one ended.
    fn asks(&self, range: &Range<usize>) -> bool {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let decides = |command: &SimpleCommand| {
            let fails = matches!(program(command).as_str(), "exit" | "return" | "false" | "kill" | "wait" | "trap");
            let zero = command.words.get(1).and_then(ShellWord::literal).is_some_and(|code| code == "0");
            range.contains(&command.range.start) && fails && !zero
        };
        ["$?", "PIPESTATUS"].iter().any(|name| text.contains(name)) || self.script.commands.iter().any(decides)
    }

    fn lists(&mut self, lists: &[List], fate: Fate<'_>) {
        let end = lists.last().map_or(0, |list| list.end);
        for (index, list) in lists.iter().enumerate() {
            let rest = lists.get(index + 1..).unwrap_or_default();
            let by = list.end..end;
            let own = if list.background {
                Some((Loss::Background, list.end..(list.end + 1).min(self.text.len())))
            } else if !rest.is_empty() {
                // Unless something after it looks at the result.
                (!self.asks(&by)).then(|| (Loss::Next { quiet: self.are_quiet(rest) }, by))
            } else {
                fate.lost.map(|(loss, by)| (loss, by.clone()))
            };
            self.elements(list, own.as_ref().map(|(loss, by)| (*loss, by)), fate.may_exit);
        }
    }

    fn elements(&mut self, list: &List, fate: Option<(Loss, &Range<usize>)>, may_exit: bool) {
        for (index, (_, _, pipeline)) in list.elements.iter().enumerate() {
            let rest = list.elements.get(index + 1..).unwrap_or_default();
            let may_exit = may_exit && rest.is_empty();
            let fallback = rest.iter().position(|(operator, _, _)| *operator == Token::Or);
            let end = list.elements.last().map_or(list.end, |(_, _, last)| last.range.end);
            let replaced = fallback.and_then(|at| rest.get(at..)).map(|run| {
                let start = run.first().map_or(end, |(_, at, _)| *at);
                (run.iter().all(|(_, _, pipeline)| self.succeeds(pipeline)), start..end)
            });
            match &replaced {
                Some((true, by)) => self.pipeline(pipeline, Fate { lost: Some((Loss::Fallback, by)), may_exit }),
                Some((false, _)) => self.pipeline(pipeline, Fate { lost: None, may_exit }),
                None => {
                    let exits = self.options.exits && may_exit && !list.background;
                    let stays = |loss: Loss| !(exits && matches!(loss, Loss::Next { .. } | Loss::Round));
                    self.pipeline(pipeline, Fate { lost: fate.filter(|(loss, _)| stays(*loss)), may_exit });
                }
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, fate: Fate<'_>) {
        let Some((end, first)) = pipeline.nodes.split_last() else { return };
        let before = self.options;
        let fate = if pipeline.negated { Fate { lost: None, may_exit: false } } else { fate };
        if self.filter(end) {
            for (node, pipe) in first.iter().zip(&pipeline.pipes) {
                let by = *pipe..pipeline.range.end;
                let lost = if self.options.pipefail { fate.lost } else { Some((Loss::Filter, &by)) };
                self.node(node, pipeline.range.start..*pipe, Fate { lost, may_exit: false });
            }
        }
        self.node(end, pipeline.range.clone(), fate);
        if !first.is_empty() {
            self.options = before;
        }
    }

    fn node(&mut self, node: &Node, range: Range<usize>, fate: Fate<'_>) {
        match node {
            Node::Simple(index) => {
                if let Some(command) = self.script.commands.get(*index) {
                    self.options.after(command);
                }
                if let Some((loss, by)) = fate.lost
                    && !self.asks(by)
                {
                    let command = range.start..range.start + self.text.get(range).unwrap_or_default().trim_end().len();
                    self.found.push(LostCommand { command, by: by.clone(), loss });
                }
            }
            Node::Group { lists, subshell } => {
                let before = self.options;
                self.lists(lists, fate);
                if *subshell {
                    self.options = before;
                }
            }
            Node::If(arms, last) => {
                for (index, (condition, body)) in arms.iter().enumerate() {
                    if index + 1 == arms.len() {
                        self.condition(condition, body, last.as_deref(), &range);
                    }
                    self.lists(body, fate);
                }
                self.lists(last.as_deref().unwrap_or_default(), fate);
            }
            Node::Loop { body, each } => {
                let leaves = |command: &SimpleCommand| {
                    let ends = matches!(program(command).as_str(), "break" | "exit" | "return" | "continue");
                    ends && range.contains(&command.range.start)
                };
                if *each && !self.script.commands.iter().any(leaves) {
                    let lost = fate.lost.unwrap_or((Loss::Round, &range));
                    self.lists(body, Fate { lost: Some(lost), may_exit: fate.may_exit });
                }
            }
            Node::Opaque => {}
        }
    }

    /// Looks at the last condition of an `if`.
    fn condition(&mut self, condition: &[List], body: &[List], otherwise: Option<&[List]>, range: &Range<usize>) {
        let [List { elements, .. }] = condition else { return };
        let [(_, _, pipeline)] = elements.as_slice() else { return };
        let at_failure = if pipeline.negated { Some(body) } else { otherwise };
        let says = |lists: &[List]| self.are_quiet(lists);
        // What else happens if the condition is true must not matter, or this is a plain question.
        if at_failure.is_none_or(says) {
            let lost = Some((Loss::Condition, range));
            if let [node] = pipeline.nodes.as_slice() {
                self.node(node, pipeline.range.clone(), Fate { lost, may_exit: false });
            }
        }
    }
}

impl ShellOptions {
    /// Notes what `set` changes.
    fn after(&mut self, command: &SimpleCommand) {
        let words: Vec<String> = command.words.iter().filter_map(ShellWord::literal).collect();
        if !matches!(words.first().map(String::as_str), Some("set" | "shopt")) {
            return;
        }
        let mut on = true;
        for word in words.iter().skip(1) {
            on = if word.starts_with(['-', '+']) { word.starts_with('-') } else { on };
            let options = word.strip_prefix(['-', '+']).unwrap_or_default();
            self.exits = if options.contains('e') && options.chars().all(is_name) || word == "errexit" {
                on
            } else {
                self.exits
            };
            self.pipefail = if word == "pipefail" { on } else { self.pipefail };
        }
    }
}

impl Script {
    /// Returns the commands whose failure the script ignores, and notes the options that it sets. `text`: the script.
    /// Finds none if it cannot tell.
    pub fn lost_results(&self, text: &str, options: &mut ShellOptions) -> Vec<LostCommand> {
        let mut reader = Reader { script: self, text, at: 0, depth: 0 };
        let lists = reader.lists().filter(|_| self.faults.is_empty() && reader.at == self.tokens.len());
        let mut walk = Walk { script: self, text, options: *options, found: Vec::new() };
        match lists {
            // `PIPESTATUS` has the result of each command of the last pipeline.
            Some(lists) if !text.contains("PIPESTATUS") => walk.lists(&lists, Fate { lost: None, may_exit: true }),
            _ => self.commands.iter().for_each(|command| walk.options.after(command)),
        }
        *options = walk.options;
        walk.found
    }
}
