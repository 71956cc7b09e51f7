//! Shell commands as far as a buildspec's needs can be read from them: words with their bytes, variables by name.
//!
//! No shell is emulated: what only running would tell (`$(...)`, arithmetic) is dynamic.

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
}

/// Command substitutions nested deeper than this are not looked into.
const NESTING_LIMIT: usize = 8;

/// Every program that a text runs, in reading order, whatever joins them (`&&`, `;`, `|`, lines, `if`, `$(...)`).
pub fn parse(text: &str) -> Vec<SimpleCommand> {
    let mut commands = Vec::new();
    parse_into(text, 0, 0, &mut commands);
    commands.sort_by_key(|command| command.range.start);
    commands
}

fn parse_into(text: &str, base: usize, nesting: usize, commands: &mut Vec<SimpleCommand>) {
    let mut scanner = Scanner { text, base, at: 0, nesting, commands, current: Draft::default(), heredocs: Vec::new() };
    scanner.run();
}

/// Words of the shell's grammar that are in front of a command.
const LEADING: &[&str] =
    &["if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "sudo", "exec", "nohup"];
/// Words of the shell's grammar after which no command follows on the line.
const CLOSING: &[&str] = &["fi", "done", "esac", "}"];

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
    base: usize,
    at: usize,
    nesting: usize,
    commands: &'c mut Vec<SimpleCommand>,
    current: Draft,
    heredocs: Vec<String>,
}

impl Scanner<'_, '_> {
    fn run(&mut self) {
        let mut redirect = Redirect::No;
        while let Some(next) = self.peek() {
            match next {
                '\n' => {
                    self.at += 1;
                    self.finish();
                    self.skip_heredocs();
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                ' ' | '\t' | '\r' => self.at += 1,
                ';' | '&' | '|' | '(' | ')' => {
                    self.at += 1;
                    if redirect == Redirect::No {
                        self.finish();
                    }
                }
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
            word.range.end == self.base + self.at
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
            Redirect::Heredoc => self.heredocs.extend(word.literal()),
            Redirect::No if self.current.words.is_empty() => {
                if let Some(assignment) = assignment(&word) {
                    self.current.assignments.push(assignment);
                } else if CLOSING.iter().chain(LEADING).all(|reserved| !word.is(reserved)) {
                    self.current.words.push(word);
                }
            }
            Redirect::No => self.current.words.push(word),
        }
    }

    fn finish(&mut self) {
        let Draft { words, assignments, output } = std::mem::take(&mut self.current);
        let ranges =
            assignments.iter().map(|(_, value)| value.range.clone()).chain(words.iter().map(|word| word.range.clone()));
        let range = ranges.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end));
        if let Some(range) = range {
            self.commands.push(SimpleCommand { words, assignments, output, range });
        }
    }

    fn skip_heredocs(&mut self) {
        for delimiter in std::mem::take(&mut self.heredocs) {
            while !self.rest().is_empty() {
                let line = self.rest().lines().next().unwrap_or_default();
                let ends = line.trim() == delimiter;
                self.at += self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
                if ends {
                    break;
                }
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
        ShellWord { parts: parts.finish(), range: self.base + start..self.base + self.at }
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
            let name: String = body.chars().take_while(|c| is_name(*c)).collect();
            let after = body.get(name.len()..length).unwrap_or_default();
            let plain = after.is_empty() || after.starts_with([':', '-']) && !name.is_empty();
            parts.push(if plain && !name.is_empty() { WordPart::Variable(name) } else { WordPart::Dynamic });
            self.at = (self.at + 2 + length + 1).min(self.text.len());
        } else {
            let name: String = rest.chars().skip(1).take_while(|c| is_name(*c)).collect();
            if name.is_empty() {
                let special = rest.chars().nth(1).filter(|c| matches!(c, '?' | '#' | '@' | '*' | '!' | '$' | '-'));
                self.at += 1 + special.map_or(0, char::len_utf8);
                if special.is_some() { parts.push(WordPart::Dynamic) } else { parts.text.push('$') }
            } else {
                self.at += 1 + name.len();
                let positional = name.starts_with(|c: char| c.is_ascii_digit());
                parts.push(if positional { WordPart::Dynamic } else { WordPart::Variable(name) });
            }
        }
    }

    /// A command inside a word: its output is unknown, what it runs is not.
    fn substitution(&mut self, open: usize, length: usize, close: usize, parts: &mut Parts) {
        let from = self.at + open;
        let text = self.text;
        if let Some(inner) = text.get(from..from + length).filter(|_| self.nesting < NESTING_LIMIT) {
            parse_into(inner, self.base + from, self.nesting + 1, self.commands);
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
        parse(text).iter().map(|c| c.words.iter().map(|w| &text[w.range.clone()]).collect()).collect()
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
        let commands = parse(text);
        assert_eq!(commands[1].assignments[0].0, "X");
        assert_eq!(commands[5].output.as_ref().and_then(ShellWord::literal), Some("out".into()));
    }

    #[test]
    fn knows_variables_and_what_is_dynamic() {
        let text = "a $X ${Y} ${Z:-d} pre-$X/é ${A%x} $1 $(date +%s) \\$X '$X' \"$X\" `b c` $";
        let commands = parse(text);
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

    proptest! {
        #[test]
        fn never_panics(text in "[ \\n\\r\\\\'\"$`(){}<>|&;#=aé1-]{0,40}") {
            for command in parse(&text) {
                for word in &command.words {
                    prop_assert!(text.get(word.range.clone()).is_some());
                }
            }
        }
    }
}
