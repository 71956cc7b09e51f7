//! Commands with run-time values: each value becomes an environment variable, so that a shell expands it and never
//! parses it as part of the command.
//!
//! CodePipeline inserts a value into a command without quoting. A commit message or the name of a branch could then run
//! any command: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html>
//! (2026-11-28).

use std::ops::Range;

use crate::catalog::names::is_made_of;
use crate::hir::{PartKind, Value, ValueKind};
use crate::source::Span;

use super::value::ValueScope;
use super::{Expr, VariableKind};

/// A run-time value that no environment variable can replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misplaced {
    /// The value.
    pub span: Span,
    /// The reason.
    pub why: Misplacement,
}

/// The reason that an environment variable cannot replace a run-time value in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misplacement {
    /// In single quotes, where the shell expands nothing.
    SingleQuotes,
    /// Inside `${...}`, `$((...))`, or backquotes in double quotes, or right after a backslash or `$`.
    Expansion,
    /// In code of a second interpreter: `sh -c "..."`, `eval`.
    SecondShell,
    /// Windows, which has a different shell.
    Windows,
}

/// `#{namespace.Name}` in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The variable.
    pub variable: &'a str,
    /// Its range in the text.
    pub at: Range<usize>,
}

/// Returns the variables that CodePipeline replaces in a text that dotpipe passes on unchanged.
pub fn references(text: &str) -> impl Iterator<Item = VariableUse<'_>> {
    text.match_indices("#{").filter_map(|(start, _)| {
        let inner = text.get(start + 2..)?;
        let end = inner.find('}')?;
        let (namespace, variable) = inner.get(..end)?.split_once('.')?;
        [namespace, variable].iter().all(|name| is_made_of("namespace", name)).then_some(VariableUse {
            namespace,
            variable,
            at: start..start + 2 + end + 1,
        })
    })
}

/// Commands that no longer contain run-time values.
#[derive(Debug, Default)]
pub struct Commands {
    /// The commands.
    pub lines: Vec<Expr>,
    /// The environment variables: those of the action, then the generated ones.
    pub environment: Vec<(String, VariableKind, Expr)>,
    /// Values that could not be replaced. They are kept in the commands.
    pub misplaced: Vec<Misplaced>,
    /// The references that are replaced with a variable, each with its name.
    pub named: Vec<(String, String)>,
}

impl Commands {
    /// Replaces the run-time values in the commands of an action with these environment variables.
    pub fn new(
        scope: &ValueScope,
        items: &[Value],
        environment: Vec<(String, VariableKind, Expr)>,
        windows: bool,
    ) -> Self {
        let mut lowered = Self { environment, ..Self::default() };
        for item in items {
            let command = match &item.kind {
                ValueKind::Text(text) => lowered.command(scope, text, windows),
                _ => scope.plain(item),
            };
            lowered.lines.push(command);
        }
        lowered
    }

    fn command(&mut self, scope: &ValueScope, text: &crate::hir::Text, windows: bool) -> Expr {
        let mut shell = Shell::new(windows);
        let mut command = Expr::default();
        for part in &text.parts {
            let shown = scope.part(&part.kind);
            let is_read = matches!(
                part.kind,
                PartKind::Literal(_) | PartKind::Variable(_) | PartKind::Output(..) | PartKind::Namespace(..)
            );
            if let Some(text) = shown.as_text().filter(|_| is_read) {
                command = command.then(self.known(text, part.span, &mut shell));
            } else {
                shell.opaque();
                command = command.then(shown);
            }
        }
        command
    }

    /// Converts text whose only unknown parts are run-time values.
    fn known(&mut self, text: &str, span: Span, shell: &mut Shell) -> String {
        let mut command = String::new();
        let mut from = 0;
        for reference in references(text) {
            let before = text.get(from..reference.at.start).unwrap_or_default();
            let written = text.get(reference.at.clone()).unwrap_or_default();
            shell.read(before);
            command += before;
            match shell.placed() {
                Ok(quoted) => {
                    let variable = self.variable(&reference, written);
                    let (start, end) = if quoted { ("${", "}") } else { ("\"$", "\"") };
                    command.extend([start, &variable, end]);
                }
                Err(why) => {
                    self.misplaced.push(Misplaced { span, why });
                    command += written;
                }
            }
            shell.opaque();
            from = reference.at.end;
        }
        let rest = text.get(from..).unwrap_or_default();
        shell.read(rest);
        command + rest
    }

    /// Returns the environment variable that replaces a reference.
    fn variable(&mut self, reference: &VariableUse<'_>, text: &str) -> String {
        if let Some((_, name)) = self.named.iter().find(|(known, _)| known == text) {
            return name.clone();
        }
        let legal = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut wanted: String = format!("{}_{}", reference.namespace, reference.variable).chars().map(legal).collect();
        if wanted.starts_with(|first: char| first.is_ascii_digit()) {
            wanted.insert(0, '_');
        }
        let numbered = (2..).map(|number: u32| format!("{wanted}_{number}"));
        let taken = |name: &String| self.environment.iter().any(|(known, ..)| known == name);
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or_default();
        self.environment.push((name.clone(), VariableKind::Plaintext, Expr::text(text)));
        self.named.push((text.to_owned(), name.clone()));
        name
    }
}

/// Programs that interpret an argument as code, each with the flag before it, or `None` if they interpret all
/// arguments.
const INTERPRETERS: [(&str, Option<char>); 17] = [
    ("ash", Some('c')),
    ("bash", Some('c')),
    ("cmd", Some('c')),
    ("dash", Some('c')),
    ("eval", None),
    ("ksh", Some('c')),
    ("node", Some('e')),
    ("perl", Some('e')),
    ("php", Some('r')),
    ("pwsh", Some('c')),
    ("python", Some('c')),
    ("python3", Some('c')),
    ("ruby", Some('e')),
    ("sh", Some('c')),
    ("ssh", None),
    ("su", Some('c')),
    ("zsh", Some('c')),
];

/// The state of a shell that is reading a command.
#[derive(Debug, Default)]
struct Shell {
    windows: bool,
    /// The open constructs, outermost first.
    open: Vec<Open>,
    /// The last character, if it escapes the next one or starts an expansion.
    pending: Option<char>,
    comment: bool,
    /// The current word, and those before it in the same simple command.
    word: String,
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    Backquote,
    /// `(...)` and `$(...)`
    Parenthesis,
    /// `$((...))`
    Arithmetic,
    /// `${...}`
    Brace,
}

impl Shell {
    fn new(windows: bool) -> Self {
        Self { windows, ..Self::default() }
    }

    fn read(&mut self, text: &str) {
        for character in text.chars() {
            self.next(character);
        }
    }

    fn next(&mut self, character: char) {
        let before = self.pending.take();
        let top = self.open.last().copied();
        if self.comment || (before == Some('\\')) {
            self.word.push(character);
            return;
        }
        match (top, character) {
            (Some(Open::Single), '\'')
            | (Some(Open::Double), '"')
            | (Some(Open::Backquote), '`')
            | (Some(Open::Brace), '}')
            | (Some(Open::Parenthesis | Open::Arithmetic), ')') => {
                self.open.pop();
            }
            (Some(Open::Single), _) => self.word.push(character),
            (_, '\\') => self.pending = Some('\\'),
            (_, '$') => self.pending = Some('$'),
            (_, '{') if before == Some('$') => self.open.push(Open::Brace),
            (_, '(') if before == Some('$') => {
                self.word.clear();
                self.open.push(Open::Parenthesis);
                self.pending = Some('(');
            }
            (Some(Open::Parenthesis), '(') if before == Some('(') => {
                self.open.pop();
                self.open.push(Open::Arithmetic);
            }
            (_, '`') => self.open.push(Open::Backquote),
            (Some(Open::Double), _) => self.word.push(character),
            (_, '\'') => self.open.push(Open::Single),
            (_, '"') => self.open.push(Open::Double),
            (_, '(') => {
                self.word.clear();
                self.open.push(Open::Parenthesis);
            }
            (_, '#') if self.word.is_empty() => self.comment = true,
            (_, ';' | '|' | '&') => {
                self.word.clear();
                self.words.clear();
            }
            (_, ' ' | '\t') => self.words.extend(Some(std::mem::take(&mut self.word)).filter(|word| !word.is_empty())),
            _ => self.word.push(character),
        }
    }

    /// Records an unknown part of a word.
    fn opaque(&mut self) {
        self.pending = None;
        self.word.push('x');
    }

    /// Returns whether the current position is in double quotes. The error is why no variable can replace a value here.
    fn placed(&self) -> Result<bool, Misplacement> {
        if self.windows {
            return Err(Misplacement::Windows);
        }
        let top = self.open.last();
        let nested = self.open.windows(2).any(|pair| pair == [Open::Double, Open::Backquote]);
        let inside = |kind: Open| self.open.contains(&kind);
        if top == Some(&Open::Single) {
            return Err(Misplacement::SingleQuotes);
        }
        if matches!(self.pending, Some('\\' | '$')) || inside(Open::Brace) || inside(Open::Arithmetic) || nested {
            return Err(Misplacement::Expansion);
        }
        let quoted = top == Some(&Open::Double);
        if self.is_code() { Err(Misplacement::SecondShell) } else { Ok(quoted) }
    }

    /// Returns whether an interpreter reads the current argument as code: all of its arguments, or the one after its
    /// flag.
    fn is_code(&self) -> bool {
        let mut words = self.words.iter();
        let Some((_, flag)) = words.find_map(|word| {
            let program = word.rsplit('/').next().unwrap_or(word);
            INTERPRETERS.iter().find(|(name, _)| *name == program)
        }) else {
            return false;
        };
        let Some(flag) = flag else { return true };
        let rest: Vec<&String> = words.collect();
        let is_flag = |word: &&&String| word.starts_with('-') && !word.starts_with("--") && word.contains(*flag);
        let Some(at) = rest.iter().position(|word| is_flag(&word)) else { return false };
        // Only positional arguments follow the code.
        at + 1 == rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how `@` can be replaced in a command.
    fn placed(command: &str) -> Result<bool, Misplacement> {
        let (before, _) = command.split_once('@').unwrap();
        let mut shell = Shell::new(false);
        shell.read(before);
        shell.placed()
    }

    #[test]
    fn a_value_is_quoted_where_it_is_not() {
        for bare in [
            "echo @",
            "echo a@b",
            "X=@ make",
            "echo \"a\"@",
            "echo 'a' @",
            "echo $(git log @)",
            "echo \"$(f @)\"",
            "echo `f @`",
            "(cd @)",
            "a && b @",
        ] {
            assert_eq!(placed(bare), Ok(false), "{bare}");
        }
        for quoted in ["echo \"@\"", "echo \"it's @\"", "f \"$(g \"@\")\"", "echo \"a $X @\""] {
            assert_eq!(placed(quoted), Ok(true), "{quoted}");
        }
    }

    #[test]
    fn nothing_stands_where_the_shell_expands_nothing_or_too_much() {
        for (command, why) in [
            ("echo '@'", Misplacement::SingleQuotes),
            ("echo \\@", Misplacement::Expansion),
            ("echo \"${X:-@}\"", Misplacement::Expansion),
            ("echo $((1 + @))", Misplacement::Expansion),
            ("echo \"`f @`\"", Misplacement::Expansion),
            ("sh -c \"echo @\"", Misplacement::SecondShell),
            ("/bin/bash -ec \"echo @\"", Misplacement::SecondShell),
            ("sh -c @", Misplacement::SecondShell),
            ("eval echo @", Misplacement::SecondShell),
        ] {
            assert_eq!(placed(command), Err(why), "{command}");
        }
        // An argument of the inner command is data.
        assert_eq!(placed("sh -c 'echo \"$1\"' _ @"), Ok(false));
        assert_eq!(placed("sh -c 'echo \"$1\"' _ \"@\""), Ok(true));
        assert_eq!(placed("sh run.sh @"), Ok(false));
    }

    #[test]
    fn only_a_namespace_and_a_name_are_a_reference() {
        let found = |text| references(text).map(|it| (it.namespace, it.variable, it.at)).collect::<Vec<_>>();
        assert_eq!(found("see #{Src.CommitId}!"), [("Src", "CommitId", 4..19)]);
        assert_eq!(found("#{a.b}#{c.d}").len(), 2);
        for other in ["#{x}", "#{a + b}", "#{a.b + c}", "#{.x}", "#{x.}", "#{a.b", "${a.b}", "# {a.b}", "#{#{"] {
            assert!(found(other).is_empty(), "{other}");
        }
    }
}
