//! Calls of programs that call AWS, and of others whose arguments are checked.

use camino::Utf8PathBuf;

use crate::source::Span;
use crate::workspace::shell::{ShellWord, SimpleCommand, WordPart};

use super::arguments::{Arguments, positional, split_option};
use super::working_folder::WorkingFolder;

/// Programs whose calls are analyzed. Others are dropped.
const CALLING: [&str; 26] = [
    "apt",
    "apt-get",
    "aws",
    "buildah",
    "cdk",
    "copilot",
    "crane",
    "dnf",
    "docker",
    "git",
    "helm",
    "kubectl",
    "mvn",
    "mvnw",
    "npm",
    "pip",
    "pip3",
    "podman",
    "pnpm",
    "sam",
    "serverless",
    "skopeo",
    "sls",
    "terraform",
    "twine",
    "yum",
];

/// Programs that add arguments to the command after them.
const ADDING: [&str; 2] = ["parallel", "xargs"];

/// The file that names the images of a deployment:
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html> (2026-11-30)
const IMAGES: &str = "imagedefinitions.json";

/// Returns whether a command writes the images of a deployment.
fn writes_images(program: &str, arguments: &Arguments<'_>) -> bool {
    let file = || arguments.redirected().and_then(|output| output.word.literal());
    program == "printf" && file().is_some_and(|path| path.ends_with(IMAGES))
}

/// A call of such a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Its file name.
    pub program: String,
    words: Vec<(ShellWord, Span)>,
    /// The indices of the words that are neither options nor values of options.
    positional: Vec<usize>,
    /// The span of the command.
    pub span: Span,
    /// Whether it always runs, and its failure fails the build.
    pub certain: bool,
    /// The folder that it runs in, relative to the source's; `None` if it is computed.
    pub directory: Option<Utf8PathBuf>,
    /// The input other than the primary one whose folder it runs in, and the path in it.
    pub input: Option<(String, Utf8PathBuf)>,
    /// Whether another program adds arguments: `xargs`.
    pub extended: bool,
    /// Whether another command gives it its input: `yes | ...`.
    pub piped: bool,
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenValue {
    /// The pieces of the value.
    pub parts: Vec<WordPart>,
    /// The span of the option and its value, or of the value alone.
    pub whole: Span,
}

impl Invocation {
    /// Returns the program with its arguments, or `None` for a program that is not analyzed.
    pub(super) fn of(
        program: &str,
        arguments: &Arguments<'_>,
        simple: &SimpleCommand,
        folder: &WorkingFolder,
    ) -> Option<Self> {
        (CALLING.contains(&program) || writes_images(program, arguments)).then(|| Self {
            program: program.to_owned(),
            words: arguments.placed(),
            positional: positional(&arguments.words().collect::<Vec<_>>()),
            span: arguments.span(),
            certain: !simple.sometimes && !simple.may_fail,
            directory: folder.in_source().cloned(),
            input: folder.in_input(),
            extended: simple
                .words
                .iter()
                .any(|word| word.literal().is_some_and(|text| ADDING.contains(&text.as_str()))),
            piped: simple.piped || simple.input.is_some() || simple.heredoc.is_some(),
        })
    }

    /// Converts the invocation to one in a script, which may continue after a failure.
    pub(super) fn in_script(mut self, script: &str) -> Self {
        self.certain &= !script.contains("set +e");
        self
    }

    /// Returns the words that are neither options nor values of options.
    fn positionals(&self) -> impl Iterator<Item = &(ShellWord, Span)> {
        self.positional.iter().filter_map(|index| self.words.get(*index))
    }

    /// Returns the first positional words up to one that is not literal, at most `limit`.
    pub fn operation(&self, limit: usize) -> Vec<&str> {
        let written = |(word, _): &&(ShellWord, Span)| matches!(word.parts.as_slice(), [WordPart::Text(_)]);
        self.positionals().take_while(written).take(limit).map(|(word, _)| word.prefix()).collect()
    }

    /// Returns the variables in the words within a span.
    pub fn variables_in(&self, place: Span) -> impl Iterator<Item = &str> {
        self.words.iter().filter(move |(_, span)| place.covers(*span)).flat_map(|(word, _)| word.variables())
    }

    /// Returns the positional word with this index, counted from the program.
    pub fn positional(&self, index: usize) -> Option<GivenValue> {
        let (word, span) = self.positionals().nth(index)?;
        Some(GivenValue { parts: word.parts.clone(), whole: *span })
    }

    /// Returns whether one of its arguments is a text.
    pub fn names(&self, text: &str) -> bool {
        let is_text = |word: &ShellWord| matches!(word.parts.as_slice(), [WordPart::Text(own)] if own == text);
        self.words.iter().any(|(word, _)| {
            is_text(word) || split_option(word).and_then(|(_, value)| value).is_some_and(|value| is_text(&value))
        })
    }

    /// Returns whether an option is present, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.words.iter().any(|(word, _)| split_option(word).is_some_and(|(own, _)| own == name))
    }

    /// Returns the name of each option, as it is written, with its place.
    pub fn written_options(&self) -> impl Iterator<Item = (&str, Span)> {
        self.words.iter().filter_map(|(word, span)| {
            let (name, _) = split_option(word)?;
            let start = span.range().start;
            Some((name, Span::new(span.file, start, start + name.len())))
        })
    }

    /// Returns the options after the positional word with this index, less one, and before the next one.
    pub fn options_before(&self, index: usize) -> Vec<(&str, Span)> {
        let at = |index: usize| self.positional.get(index).copied();
        let start = index.checked_sub(1).and_then(at).unwrap_or_default();
        let words = self.words.iter().skip(start + 1);
        let options = words.take_while(|(word, _)| split_option(word).is_some());
        options.filter_map(|(word, span)| Some((split_option(word)?.0, *span))).collect()
    }

    /// Returns the text of each word, empty if it is not literal.
    pub fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.iter().map(|(word, _)| if let [WordPart::Text(text)] = word.parts.as_slice() { text } else { "" })
    }

    /// Returns the words that are neither options nor the values of these options.
    pub fn plain(&self, valued: &[&str]) -> Vec<GivenValue> {
        let before = std::iter::once(None).chain(self.words.iter().map(Some));
        let is_value = |before: Option<&(ShellWord, Span)>| {
            let option = before.and_then(|(word, _)| split_option(word));
            option.is_some_and(|(name, value)| value.is_none() && valued.contains(&name))
        };
        let plain = self.words.iter().zip(before);
        let plain = plain.filter(|((word, _), before)| split_option(word).is_none() && !is_value(*before));
        plain.map(|((word, span), _)| GivenValue { parts: word.parts.clone(), whole: *span }).collect()
    }

    /// Returns the words that are neither options nor the values of options, given which options take a value.
    pub fn arguments(&self, takes_value: impl Fn(&str) -> bool) -> Vec<GivenValue> {
        let before = std::iter::once(None).chain(self.words.iter().map(Some));
        let plain = self.words.iter().zip(before).filter(|((word, _), before)| {
            let option = before.and_then(|(word, _)| split_option(word));
            let is_value = option.is_some_and(|(name, value)| value.is_none() && takes_value(name));
            split_option(word).is_none() && !is_value
        });
        plain.map(|((word, span), _)| GivenValue { parts: word.parts.clone(), whole: *span }).collect()
    }

    /// Returns whether a word has a meaning in `cmd.exe` or `PowerShell` only: `^` at the end of a line, or `@arguments`.
    pub fn is_for_windows(&self) -> bool {
        self.texts().any(|text| text == "^" || text.starts_with('@') || text.starts_with('%'))
    }

    /// Returns whether a word may be an option that is known only at run time.
    pub fn is_open(&self, takes_value: impl Fn(&str) -> bool) -> bool {
        let may_be_option = |given: &GivenValue| {
            let first = given.parts.iter().find(|part| !matches!(part, WordPart::Text(text) if text.is_empty()));
            matches!(first, Some(WordPart::Variable(_) | WordPart::Dynamic))
        };
        self.extended || self.is_for_windows() || self.arguments(takes_value).iter().any(may_be_option)
    }

    /// Returns the words after an option, up to the next one.
    pub fn values_of(&self, name: &str) -> Vec<GivenValue> {
        let own = |(word, _): &&(ShellWord, Span)| split_option(word).is_some_and(|(own, _)| own == name);
        let after = self.words.iter().skip_while(|word| !own(word)).skip(1);
        let values = after.take_while(|(word, _)| split_option(word).is_none());
        values.map(|(word, span)| GivenValue { parts: word.parts.clone(), whole: *span }).collect()
    }

    /// Returns the value of an option.
    pub fn option(&self, name: &str) -> Option<GivenValue> {
        self.options(name).next()
    }

    /// Returns each value of an option.
    pub fn options(&self, name: &str) -> impl Iterator<Item = GivenValue> {
        let mut words = self.words.iter();
        std::iter::from_fn(move || {
            while let Some((word, span)) = words.next() {
                match split_option(word) {
                    Some((own, Some(value))) if own == name => {
                        return Some(GivenValue { parts: value.parts, whole: *span });
                    }
                    Some((own, None)) if own == name => {
                        let (value, end) = words.next()?;
                        return Some(GivenValue { parts: value.parts.clone(), whole: span.to(*end) });
                    }
                    _ => {}
                }
            }
            None
        })
    }
}
