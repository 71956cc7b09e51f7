//! Shell commands as far as a buildspec's needs can be read from them: words with their bytes, variables by name.
//!
//! What is read of `sh` and `bash`: words with quotes, escapes, and expansions; lists (`;`, `&&`, `||`, `|`, `&`, lines);
//! redirections; the bodies of `if`, `while`, `until`, `for`, `case`, groups, subshells, functions, and `$(...)`; the variables
//! of here-documents. No shell is emulated: what only running would tell (`$(...)`, arithmetic, patterns, arrays, aliases) is
//! dynamic. Text in any other language, such as `PowerShell`, yields words that mean nothing.
//!
//! No parser of others fits: brush-parser stops at the first error and has no places of words inside expansions, yash-syntax is
//! under the GPL, and tree-sitter needs a C compiler.

use std::ops::Range;

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPart {
    /// Text as it reaches the program.
    Text(String),
    /// `$NAME` or `${NAME}`, also `${NAME:-default}`.
    Variable(String),
    /// Known only when it runs.
    Dynamic,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellWord {
    /// Its pieces in order.
    pub parts: Vec<WordPart>,
    /// Its bytes in the command's text, quotes included.
    pub range: Range<usize>,
}

impl ShellWord {
    /// The word's text when no part of it has to be run for.
    pub fn literal(&self) -> Option<String> {
        let text = |part: &WordPart| match part {
            WordPart::Text(text) => Some(text.clone()),
            WordPart::Variable(_) | WordPart::Dynamic => None,
        };
        self.parts.iter().map(text).collect()
    }

    /// The variable the word consists of and nothing else.
    pub fn variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [WordPart::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// The names of all variables in the word.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            WordPart::Variable(name) => Some(name.as_str()),
            WordPart::Text(_) | WordPart::Dynamic => None,
        })
    }

    /// The text the word starts with, up to its first variable.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(WordPart::Text(text)) => text,
            _ => "",
        }
    }

    fn is(&self, text: &str) -> bool {
        matches!(self.parts.as_slice(), [WordPart::Text(own)] if own == text)
    }
}

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleCommand {
    /// The program and its arguments; assignments in front and redirections are left out.
    pub words: Vec<ShellWord>,
    /// `NAME=value` in front of the program, or alone.
    pub assignments: Vec<(String, ShellWord)>,
    /// Where `>` or `>>` sends the output.
    pub output: Option<ShellWord>,
    /// Its bytes in the command's text.
    pub range: Range<usize>,
    /// Whether it runs only if something else says so: in the body of an `if`, behind `||`, in a function.
    pub sometimes: bool,
    /// Whether the script goes on if it fails: before `||`, as a condition, behind `!`.
    pub may_fail: bool,
    /// How many subshells and substitutions it is in.
    pub depth: usize,
}

/// A place where the value of a variable is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableRead {
    /// Its name.
    pub name: String,
    /// Its bytes in the command's text, with `$` and braces.
    pub range: Range<usize>,
    /// Whether the script says what to do without it: `${NAME:-default}`, `${NAME:?message}`.
    pub guarded: bool,
}

/// All that a text shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Every program that it runs, in reading order.
    pub commands: Vec<SimpleCommand>,
    /// The variables that it reads.
    pub reads: Vec<VariableRead>,
    /// The functions that it defines.
    pub functions: Vec<String>,
    /// The variables that it sets where they are read: `${NAME:=default}`.
    pub defaults: Vec<String>,
}

/// The name under which `$env:NAME` of `PowerShell` is noted.
pub const POWERSHELL: &str = "env:";

/// Command substitutions nested deeper than this are not looked into.
const NESTING_LIMIT: usize = 8;

/// Reads a text: every program that it runs, whatever joins them (`&&`, `;`, `|`, lines, `if`, `$(...)`).
pub fn parse(text: &str) -> Script {
    let mut script = Script::default();
    parse_into(text, Start { base: 0, nesting: 0, sometimes: false, depth: 0 }, &mut script);
    script.commands.sort_by_key(|command| command.range.start);
    script
}

/// Where a piece of script stands.
#[derive(Clone, Copy)]
struct Start {
    base: usize,
    nesting: usize,
    sometimes: bool,
    depth: usize,
}

fn parse_into(text: &str, start: Start, script: &mut Script) {
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
        defines: false,
    };
    scanner.run();
}

/// Words of the shell's grammar that are in front of a command.
const LEADING: &[&str] =
    &["if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "sudo", "exec", "nohup"];
/// Words of the shell's grammar after which no command follows on the line.
const CLOSING: &[&str] = &["fi", "done", "esac", "}"];
/// Programs whose result decides whether what follows `&&` runs.
const TESTS: &[&str] = &["[", "[[", "test", "grep", "which", "type", "command", "git"];

/// A part of the grammar that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Between `if` and `then`, `while` and `do`: runs, and may fail.
    Condition,
    /// Runs only if a condition says so.
    Branch,
    /// `for`: its body, which something is expected to run.
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
    /// The number of its first command.
    from: usize,
    /// Whether what follows depends on what was before.
    depends: bool,
    /// Whether the last token joins what follows.
    joined: bool,
    /// Whether `!` is in front.
    negated: bool,
}

#[derive(Default)]
struct Draft {
    words: Vec<ShellWord>,
    assignments: Vec<(String, ShellWord)>,
    output: Option<ShellWord>,
}

/// What the next word is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Redirect {
    No,
    Output,
    Other,
    Heredoc,
}

struct Scanner<'a, 'c> {
    text: &'a str,
    start: Start,
    at: usize,
    script: &'c mut Script,
    current: Draft,
    /// The delimiters of here-documents, and whether variables are filled in.
    heredocs: Vec<(String, bool)>,
    blocks: Vec<Block>,
    list: List,
    parens: usize,
    /// Whether the next `{` opens the body of a function.
    defines: bool,
}

impl Scanner<'_, '_> {
    fn run(&mut self) {
        let mut redirect = Redirect::No;
        while let Some(next) = self.peek() {
            match next {
                '\n' => {
                    self.at += 1;
                    self.finish();
                    self.end_list();
                    self.skip_heredocs();
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                ' ' | '\t' | '\r' => self.at += 1,
                '&' if self.rest().starts_with("&>") => self.at += 1,
                ';' | '&' | '|' | '(' | ')' => self.operator(next, redirect),
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '<' | '>' => redirect = self.redirection(),
                _ => {
                    let word = self.word();
                    self.place(word, redirect);
                    redirect = Redirect::No;
                }
            }
        }
        self.finish();
    }

    fn operator(&mut self, operator: char, redirect: Redirect) {
        let double = self.rest().chars().nth(1) == Some(operator);
        self.at += 1;
        if redirect != Redirect::No {
            return;
        }
        match operator {
            '(' if self.is_definition() => {
                self.script.functions.extend(self.current.words.pop().and_then(|word| word.literal()));
                self.at += self.rest().find(')').map_or(0, |at| at + 1);
                self.defines = true;
                return;
            }
            '(' => {
                self.finish();
                self.parens += 1;
                return;
            }
            ')' if self.parens == 0 && self.blocks.last() == Some(&Block::Case) => {
                // A pattern of `case`.
                let head = self.current.words.first().is_some_and(|word| word.is("case"));
                if !head {
                    self.current = Draft::default();
                }
                self.finish();
                self.list = List { from: self.script.commands.len(), ..List::default() };
                return;
            }
            ')' => {
                self.finish();
                self.parens = self.parens.saturating_sub(1);
                return;
            }
            _ => self.finish(),
        }
        match (operator, double) {
            ('|', true) => {
                self.at += 1;
                for command in self.script.commands.iter_mut().skip(self.list.from) {
                    command.may_fail = true;
                }
                self.list.depends = true;
                self.list.joined = true;
            }
            ('&', true) => {
                self.at += 1;
                let last = self.script.commands.last().and_then(|command| command.words.first());
                let tests = last.is_some_and(|program| TESTS.iter().any(|test| program.is(test)));
                self.list.depends |= tests || self.list.negated;
                self.list.joined = true;
            }
            ('|', false) => self.list.joined = true,
            _ => self.end_list(),
        }
    }

    /// Whether the word before `(` is the name of a function: `name()`.
    fn is_definition(&self) -> bool {
        self.current.words.len() == 1 && self.current.assignments.is_empty() && {
            let behind = self.rest().trim_start();
            behind.starts_with(')')
        }
    }

    /// A line or `;` ends the list, unless an operator at the end of the line joins the next one.
    fn end_list(&mut self) {
        if !self.list.joined {
            self.list = List { from: self.script.commands.len(), ..List::default() };
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn redirection(&mut self) -> Redirect {
        let rest = self.rest();
        // `2>&1`: the digit in front is no argument.
        let descriptor = self.current.words.last().is_some_and(|word| {
            word.range.end == self.start.base + self.at
                && word.literal().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
        });
        let (length, kind) = match rest {
            _ if rest.starts_with("<<<") => (3, Redirect::Other),
            _ if rest.starts_with("<<-") => (3, Redirect::Heredoc),
            _ if rest.starts_with("<<") => (2, Redirect::Heredoc),
            _ if rest.starts_with(">&") || rest.starts_with("<&") => (2, Redirect::Other),
            _ if rest.starts_with("<(") || rest.starts_with(">(") => (1, Redirect::No),
            _ if rest.starts_with(">>") || rest.starts_with(">|") => (2, Redirect::Output),
            _ if rest.starts_with('>') => (1, Redirect::Output),
            _ => (1, Redirect::Other),
        };
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
            Redirect::Other => {}
            Redirect::Heredoc => {
                let quoted = self.text.get(word.range.start - self.start.base..word.range.end - self.start.base);
                let plain = !quoted.is_some_and(|text| text.contains(['\'', '"', '\\']));
                self.heredocs.extend(word.literal().map(|delimiter| (delimiter, plain)));
            }
            Redirect::No if self.current.words.is_empty() => {
                if let Some(assignment) = assignment(&word) {
                    self.current.assignments.push(assignment);
                } else {
                    self.grammar(&word);
                    if CLOSING.iter().chain(LEADING).all(|reserved| !word.is(reserved)) {
                        self.current.words.push(word);
                    }
                }
            }
            Redirect::No => self.current.words.push(word),
        }
    }

    /// Opens and closes what the words of the grammar do.
    fn grammar(&mut self, word: &ShellWord) {
        let [WordPart::Text(text)] = word.parts.as_slice() else { return };
        let in_condition = self.blocks.last() == Some(&Block::Condition);
        match text.as_str() {
            "if" | "while" | "until" => self.blocks.push(Block::Condition),
            "for" | "select" => self.blocks.push(Block::Loop),
            "case" => self.blocks.push(Block::Case),
            "then" | "do" if in_condition => self.turn(Block::Branch),
            "elif" => self.turn(Block::Condition),
            "else" => self.turn(Block::Branch),
            "{" => {
                let body = if std::mem::take(&mut self.defines) { Block::Function } else { Block::Group };
                self.blocks.push(body);
            }
            "fi" | "done" | "esac" | "}" => drop(self.blocks.pop()),
            "!" => self.list.negated = true,
            _ => {}
        }
    }

    fn turn(&mut self, block: Block) {
        if let Some(last) = self.blocks.last_mut() {
            *last = block;
        }
    }

    /// Whether what is read now runs only if something else says so.
    fn is_conditional(&self) -> bool {
        let conditional = |block: &Block| matches!(block, Block::Branch | Block::Case | Block::Function);
        self.start.sometimes || self.list.depends || self.blocks.iter().any(conditional)
    }

    fn finish(&mut self) {
        let Draft { words, assignments, output } = std::mem::take(&mut self.current);
        let ranges =
            assignments.iter().map(|(_, value)| value.range.clone()).chain(words.iter().map(|word| word.range.clone()));
        let range = ranges.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end));
        if let Some(range) = range {
            self.list.joined = false;
            self.script.commands.push(SimpleCommand {
                words,
                assignments,
                output,
                range,
                sometimes: self.is_conditional(),
                may_fail: self.list.negated || self.blocks.contains(&Block::Condition),
                depth: self.start.depth + self.parens,
            });
        }
    }

    fn skip_heredocs(&mut self) {
        for (delimiter, plain) in std::mem::take(&mut self.heredocs) {
            while !self.rest().is_empty() {
                let line = self.rest().lines().next().unwrap_or_default();
                let ends = line.trim() == delimiter;
                let end = self.at + self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
                if plain && !ends {
                    self.variables_until(end);
                }
                self.at = end;
                if ends {
                    break;
                }
            }
        }
    }

    /// The variables of a line of a here-document.
    fn variables_until(&mut self, end: usize) {
        while self.at < end {
            match self.peek() {
                Some('\\') => self.escape(&mut Parts::default()),
                Some('$' | '`') => self.expansion(&mut Parts::default()),
                Some(other) => self.at += other.len_utf8(),
                None => return,
            }
        }
    }

    fn word(&mut self) -> ShellWord {
        let start = self.at;
        let mut parts = Parts::default();
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' => self.escape(&mut parts),
                '\'' => self.single_quoted(&mut parts),
                '"' => self.double_quoted(&mut parts),
                '$' | '`' => self.expansion(&mut parts),
                other => {
                    parts.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        ShellWord { parts: parts.finish(), range: self.start.base + start..self.start.base + self.at }
    }

    fn escape(&mut self, parts: &mut Parts) {
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
        let body = self.rest().get(1..).unwrap_or_default();
        let length = body.find('\'').unwrap_or(body.len());
        parts.text.push_str(body.get(..length).unwrap_or_default());
        parts.quoted = true;
        self.at = (self.at + length + 2).min(self.text.len());
    }

    fn double_quoted(&mut self, parts: &mut Parts) {
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
    }

    /// `$NAME`, `${NAME}`, `$(...)` or `` `...` ``.
    fn expansion(&mut self, parts: &mut Parts) {
        let rest = self.rest();
        if let Some(body) = rest.strip_prefix('`') {
            let length = body.find('`').unwrap_or(body.len());
            self.substitution(1, length, 1, parts);
        } else if let Some(body) = rest.strip_prefix("$(") {
            let length = balanced(body, '(', ')');
            self.substitution(2, length, 1, parts);
        } else if let Some(body) = rest.strip_prefix("${") {
            let length = balanced(body, '{', '}');
            let counts = body.starts_with(['#', '!']);
            let name: String = body.chars().skip(usize::from(counts)).take_while(|c| is_name(*c)).collect();
            let after = body.get(usize::from(counts) + name.len()..length).unwrap_or_default();
            let plain = !counts && (after.is_empty() || after.starts_with([':', '-']) && !name.is_empty());
            let end = (self.at + 2 + length + 1).min(self.text.len());
            // `${NAME:0:7}` takes a part of the value; `:-` and the like say what to do without one.
            let behind_colon = after.strip_prefix(':').unwrap_or(after);
            let guarded = counts || behind_colon.starts_with(['-', '=', '+', '?']);
            let sets = behind_colon.starts_with('=');
            self.read(&name, end, guarded);
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

    /// Notes that the value of a variable is used, up to the byte `end`.
    fn read(&mut self, name: &str, end: usize, guarded: bool) {
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let range = self.start.base + self.at..self.start.base + end;
            self.script.reads.push(VariableRead { name: name.to_owned(), range, guarded });
        }
    }

    /// A command inside a word: its output is unknown, what it runs is not.
    fn substitution(&mut self, open: usize, length: usize, close: usize, parts: &mut Parts) {
        let from = self.at + open;
        let text = self.text;
        if let Some(inner) = text.get(from..from + length).filter(|_| self.start.nesting < NESTING_LIMIT) {
            let start = Start {
                base: self.start.base + from,
                nesting: self.start.nesting + 1,
                sometimes: self.is_conditional(),
                depth: self.start.depth + self.parens + 1,
            };
            parse_into(inner, start, self.script);
        }
        parts.push(WordPart::Dynamic);
        self.at = (from + length + close).min(text.len());
    }
}

#[derive(Default)]
struct Parts {
    done: Vec<WordPart>,
    text: String,
    quoted: bool,
}

impl Parts {
    fn push(&mut self, part: WordPart) {
        if !self.text.is_empty() {
            self.done.push(WordPart::Text(std::mem::take(&mut self.text)));
        }
        self.done.push(part);
    }

    fn finish(mut self) -> Vec<WordPart> {
        if !self.text.is_empty() || self.done.is_empty() && self.quoted {
            self.done.push(WordPart::Text(self.text));
        }
        self.done
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Bytes up to the bracket that closes what was opened before `body`; quotes hide brackets.
fn balanced(body: &str, open: char, close: char) -> usize {
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

fn assignment(word: &ShellWord) -> Option<(String, ShellWord)> {
    let Some(WordPart::Text(text)) = word.parts.first() else { return None };
    let (name, value) = text.split_once('=')?;
    // `NAME+=more`, `NAME[0]=first`
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split_once('[').filter(|_| name.ends_with(']')).map_or(name, |(name, _)| name);
    if name.is_empty() || !name.chars().all(is_name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let first = (!value.is_empty()).then(|| WordPart::Text(value.to_owned()));
    let parts = first.into_iter().chain(word.parts.iter().skip(1).cloned()).collect();
    Some((name.to_owned(), ShellWord { parts, range: word.range.clone() }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Programs with their words, written as the source has them.
    fn words(text: &str) -> Vec<Vec<&str>> {
        parse(text).commands.iter().map(|c| c.words.iter().map(|w| &text[w.range.clone()]).collect()).collect()
    }

    #[test]
    fn splits_commands_and_words() {
        let text = "cd a && X=1 npm ci; FOO=b aws s3 cp \"a b\" 's3://x' | tee log # done\nif test -f x; then echo y >out 2>&1; fi";
        let expected: Vec<Vec<&str>> = vec![
            vec!["cd", "a"],
            vec!["npm", "ci"],
            vec!["aws", "s3", "cp", "\"a b\"", "'s3://x'"],
            vec!["tee", "log"],
            vec!["test", "-f", "x"],
            vec!["echo", "y"],
        ];
        assert_eq!(words(text), expected);
        let commands = parse(text).commands;
        assert_eq!(commands[1].assignments[0].0, "X");
        assert_eq!(commands[5].output.as_ref().and_then(ShellWord::literal), Some("out".into()));
    }

    #[test]
    fn knows_variables_and_what_is_dynamic() {
        let text = "a $X ${Y} ${Z:-d} pre-$X/é ${A%x} $1 $(date +%s) \\$X '$X' \"$X\" `b c` $";
        let commands = parse(text).commands;
        let outer = &commands[0];
        let shown: Vec<_> = outer.words.iter().map(|w| (w.variable(), w.literal())).collect();
        assert_eq!(shown[1].0, Some("X"));
        assert_eq!(shown[2].0, Some("Y"));
        assert_eq!(shown[3].0, Some("Z"));
        assert_eq!(outer.words[4].variables().collect::<Vec<_>>(), ["X"]);
        assert_eq!(outer.words[5].parts, [WordPart::Dynamic]);
        assert_eq!(outer.words[6].parts, [WordPart::Dynamic]);
        assert_eq!(outer.words[7].parts, [WordPart::Dynamic]);
        assert_eq!(shown[8].1.as_deref(), Some("$X"));
        assert_eq!(shown[9].1.as_deref(), Some("$X"));
        assert_eq!(shown[10].0, Some("X"));
        assert_eq!(shown[12].1.as_deref(), Some("$"));
        assert_eq!(words(text)[1..], [vec!["date", "+%s"], vec!["b", "c"]]);
    }

    #[test]
    fn joins_lines_and_skips_heredocs() {
        let text = "aws x \\\n  --y z\ncat <<EOF > f\naws s3 cp a b\nEOF\nls";
        assert_eq!(words(text), [vec!["aws", "x", "--y", "z"], vec!["cat"], vec!["ls"]]);
    }

    #[test]
    fn tells_what_runs_only_sometimes() {
        let shown = |text: &str| -> String {
            let letter = |c: &SimpleCommand| match (c.sometimes, c.may_fail) {
                (false, false) => 'a',
                (false, true) => 'f',
                (true, false) => 's',
                (true, true) => 'b',
            };
            parse(text).commands.iter().map(letter).collect()
        };
        assert_eq!(shown("a && b || c; d"), "ffsa");
        assert_eq!(shown("if a; then b; else c; fi; d"), "fssa");
        assert_eq!(shown("test -f x && b\nc"), "asa");
        assert_eq!(shown("a &&\n b\n! c"), "aaf");
        assert_eq!(shown("case $X in a) b;; c) e ;; esac\nf"), "sssa");
        assert_eq!(shown("deploy() { a; }\nb $(c)"), "saa");
        assert_eq!(shown("for x in 1 2; do a; done; while b; do c; done; (d; e) | g"), "aafsaaa");
        assert_eq!(parse("deploy() { a; }").functions, ["deploy"]);
        let depths: Vec<_> = parse("a; (b; c $(d)); e").commands.iter().map(|c| c.depth).collect();
        assert_eq!(depths, [0, 1, 1, 2, 0]);
    }

    #[test]
    fn notes_every_variable_that_is_read() {
        let text =
            "a \"$X\" ${Y:-1} ${Z%x} '$N' ${#L} > $F <<EOF\n$H\nEOF\ncat <<'EOF'\n$N\nEOF\nb ${P:0:7} ${Q:?no} $1";
        let reads: Vec<_> =
            parse(text).reads.iter().map(|read| (text[read.range.clone()].to_owned(), read.guarded)).collect();
        let expected = [
            ("$X", false),
            ("${Y:-1}", true),
            ("${Z%x}", false),
            ("${#L}", true),
            ("$F", false),
            ("$H", false),
            ("${P:0:7}", false),
            ("${Q:?no}", true),
        ];
        assert_eq!(reads, expected.map(|(text, guarded)| (text.to_owned(), guarded)));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[ \\n\\r\\\\'\"$`(){}<>|&;#=aé1-]{0,40}") {
            for command in parse(&text).commands {
                for word in &command.words {
                    prop_assert!(text.get(word.range.clone()).is_some());
                }
            }
        }
    }
}
