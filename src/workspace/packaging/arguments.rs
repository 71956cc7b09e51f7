//! Options and positional arguments of the programs that are analyzed.

use std::ops::Range;

use crate::source::{Span, Spanned};
use crate::workspace::buildspec::Command;
use crate::workspace::shell::{ShellWord, SimpleCommand, WordPart};

use super::{Argument, launchers};

/// The arguments of a program, with their spans.
pub(super) struct Arguments<'a> {
    command: &'a Command,
    simple: &'a SimpleCommand,
    program: &'a ShellWord,
    /// The words after the program.
    words: &'a [ShellWord],
    /// The words of `words` that are neither options nor values of options.
    positional: Vec<&'a ShellWord>,
    operation: Vec<&'a str>,
}

/// Programs that run the program after them.
const LAUNCHERS: &[&[&str]] =
    &[&["npx"], &["yarn"], &["pnpm", "exec"], &["poetry", "run"], &["pipenv", "run"], &["uv", "run"]];

/// Options of `aws` and `sam` without a value that can precede positional arguments. All others take one.
const FLAGS: &[&str] = &[
    "--debug",
    "--no-verify-ssl",
    "--no-paginate",
    "--no-sign-request",
    "--no-cli-pager",
    "--recursive",
    "--quiet",
    "--dryrun",
    "--delete",
    "--only-show-errors",
    "--no-progress",
    "--force",
    "--force-upload",
    "--use-json",
    "--no-include-email",
    "--include-email",
    "--follow-symlinks",
    "--no-follow-symlinks",
    "--exact-timestamps",
    "--size-only",
    "--no-guess-mime-type",
    "--yes",
    "-y",
    "--verbose",
    "-v",
    "--use-container",
    "-u",
    "--resolve-s3",
    "--cached",
    "-c",
    "--parallel",
    "-p",
    "--with-decryption",
    "--human-readable",
    "--summarize",
    "--page",
    "--ci",
    "--no-staging",
    "--all",
    "-q",
    "-a",
    "--all-tags",
    "--push",
    "--load",
    "--no-cache",
    "--pull",
    "--rm",
    "--no-execute-changeset",
    "--no-fail-on-empty-changeset",
    "--fail-on-empty-changeset",
    "--no-confirm-changeset",
    "--no-overwrite",
    "--overwrite",
    "--force-new-deployment",
    "--publish",
    "--recurse",
];

impl<'a> Arguments<'a> {
    /// Returns the file name of the program and its arguments, or `None` if the command only assigns variables or its
    /// program is computed.
    pub(super) fn new(command: &'a Command, simple: &'a SimpleCommand) -> Option<(String, Self)> {
        let mut words = launchers::without(&simple.words);
        for launcher in LAUNCHERS {
            let runs = launcher
                .iter()
                .enumerate()
                .all(|(at, name)| words.get(at).is_some_and(|word| text(word) == Some(name)));
            if runs && words.len() > launcher.len() {
                words = words.get(launcher.len()..)?;
                while words.first().is_some_and(|word| word.prefix().starts_with('-')) {
                    words = words.get(1..)?;
                }
            }
        }
        let (program, words) = words.split_first()?;
        let name = text(program)?.rsplit('/').next()?.to_owned();
        let positional: Vec<&ShellWord> = {
            let all: Vec<&ShellWord> = words.iter().collect();
            positional(&all).into_iter().filter_map(|index| words.get(index)).collect()
        };
        let operation = positional.iter().map_while(|word| text(word)).take(2).collect();
        Some((name, Self { command, simple, program, words, positional, operation }))
    }

    /// Returns the first positional words (`["cloudformation", "package"]`), at most two.
    pub(super) fn operation(&self) -> &[&'a str] {
        &self.operation
    }

    /// Returns the positional word with this index, counted from the program.
    pub(super) fn positional(&self, index: usize) -> Option<&'a ShellWord> {
        self.positional.get(index).copied()
    }

    /// Returns the words after the program.
    pub(super) fn words(&self) -> impl Iterator<Item = &'a ShellWord> {
        self.words.iter()
    }

    /// Returns the words after the program, each with its span.
    pub(super) fn placed(&self) -> Vec<(ShellWord, Span)> {
        self.words.iter().map(|word| (word.clone(), self.place(word.range.clone()))).collect()
    }

    pub(super) fn has_flag(&self, name: &str) -> bool {
        self.words.iter().any(|word| text(word) == Some(name))
    }

    /// Returns the value of an option with any of these names. As in the AWS CLI, a prefix of a long name is accepted.
    pub(super) fn option(&self, names: &[&str]) -> Option<Argument> {
        let found = self.words.iter().enumerate().find_map(|(at, word)| {
            let (name, value) = split_option(word)?;
            let exact = names.contains(&name);
            // Shorter prefixes would match other options (`--s3`, `--output`).
            let short = name.len() > 8 && names.iter().any(|full| full.starts_with(name));
            (exact || short).then_some((at, word, value))
        });
        let (at, word, value) = found?;
        if let Some(value) = value {
            return Some(self.argument(&value, word.range.clone()));
        }
        let value = self.words.get(at + 1)?;
        Some(self.argument(value, word.range.start..value.range.end))
    }

    /// Returns the file to which the output of the program is redirected.
    pub(super) fn redirected(&self) -> Option<Argument> {
        self.simple.output.as_ref().map(|word| self.bare(word))
    }

    /// Returns whether the output is added to the end of a file.
    pub(super) fn appends(&self) -> bool {
        let before = self.simple.output.as_ref().and_then(|word| self.command.text.get(..word.range.start));
        before.is_some_and(|before| before.trim_end().ends_with(">>"))
    }

    /// Returns the file from which the input is read.
    pub(super) fn input(&self) -> Option<&'a ShellWord> {
        self.simple.input.as_ref()
    }

    /// Returns the text of the here-document, and whether the shell expands variables in it.
    pub(super) fn heredoc(&self) -> Option<(&'a str, bool)> {
        let heredoc = self.simple.heredoc.as_ref()?;
        Some((self.command.text.get(heredoc.range.clone())?, heredoc.expands))
    }

    /// Returns a positional word as an argument.
    pub(super) fn bare(&self, word: &ShellWord) -> Argument {
        self.argument(word, word.range.clone())
    }

    fn argument(&self, value: &ShellWord, whole: Range<usize>) -> Argument {
        Argument { span: self.place(value.range.clone()), whole: self.place(whole), word: value.clone() }
    }

    fn place(&self, range: Range<usize>) -> Span {
        self.command.map.span(range)
    }

    /// Returns the span of the whole command.
    pub(super) fn span(&self) -> Span {
        self.place(self.simple.range.clone())
    }

    /// Returns the span of the program's name.
    pub(super) fn program_span(&self) -> Span {
        self.place(self.program.range.clone())
    }
}

/// Options whose values are passwords or tokens.
const PASSWORDS: [&str; 8] = [
    "--access-token",
    "--api-key",
    "--api-token",
    "--auth-token",
    "--client-secret",
    "--passphrase",
    "--password",
    "--token",
];

/// Returns the literal passwords and tokens among the arguments of a program. For `docker login` and the like, there
/// are separate checks.
pub(super) fn passwords(program: &str, arguments: &Arguments<'_>) -> Vec<Spanned<String>> {
    // Services that the build starts itself have passwords that protect nothing.
    let is_local = |word: &ShellWord| ["localhost", "127.0.0.1"].iter().any(|host| word.prefix().contains(host));
    if arguments.operation().first() == Some(&"login") || arguments.words().any(is_local) {
        return Vec::new();
    }
    let literal = |given: Argument| Some(Spanned::new(given.word.literal()?, given.whole));
    let exact = |name: &&str| arguments.words().any(|word| split_option(word).is_some_and(|(own, _)| own == *name));
    let options = PASSWORDS.iter().filter(|name| exact(name)).filter_map(|name| literal(arguments.option(&[name])?));
    // `curl --user name:password`
    let user = arguments.option(&["--user"]).or_else(|| arguments.option(&["-u"])).filter(|_| program == "curl");
    let user = user.and_then(literal).and_then(|given| {
        let (_, password) = given.node.split_once(':')?;
        Some(Spanned::new(password.to_owned(), given.span))
    });
    options.chain(user).collect()
}

pub(super) fn text(word: &ShellWord) -> Option<&str> {
    match word.parts.as_slice() {
        [WordPart::Text(text)] => Some(text),
        _ => None,
    }
}

/// Returns the indices of the words that are neither options nor values of options.
pub(super) fn positional(words: &[&ShellWord]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut words = words.iter().enumerate();
    while let Some((index, word)) = words.next() {
        match split_option(word) {
            None => found.push(index),
            Some((name, None)) if !FLAGS.contains(&name) => drop(words.next()),
            Some(_) => {}
        }
    }
    found
}

/// Returns the name of an option, and its value if that is in the same word (`--name=value`).
pub(super) fn split_option(word: &ShellWord) -> Option<(&str, Option<ShellWord>)> {
    let Some(WordPart::Text(text)) = word.parts.first() else { return None };
    if !text.starts_with('-') || text.len() < 2 {
        return None;
    }
    let Some((name, rest)) = text.split_once('=') else {
        return (word.parts.len() == 1).then_some((text.as_str(), None));
    };
    let first = (!rest.is_empty()).then(|| WordPart::Text(rest.to_owned()));
    let parts = first.into_iter().chain(word.parts.iter().skip(1).cloned()).collect();
    // Quotes before the value belong to it. A quote before the option is so rare that being off by one is acceptable.
    let range = (word.range.start + name.len() + 1).min(word.range.end)..word.range.end;
    Some((name, Some(ShellWord { parts, range })))
}
