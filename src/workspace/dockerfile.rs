//! Dockerfiles: the images that they start from, and the files that they copy.
//!
//! Fact source: <https://docs.docker.com/reference/dockerfile/> (2026-11-29).

use std::ops::Range;

use crate::source::{FileId, Span, Spanned};

/// A Dockerfile.
#[derive(Debug, Clone, Default)]
pub struct Dockerfile {
    /// `FROM`, in order.
    pub stages: Vec<BuildStage>,
    /// `COPY` and `ADD`.
    pub copies: Vec<Copied>,
    /// The variables that `ARG` and `ENV` set, with their values.
    pub variables: Vec<(String, Spanned<String>)>,
    /// The first arguments of `CMD` and similar instructions that begin like a list in JSON, but are none.
    pub broken_lists: Vec<Spanned<String>>,
    /// The instructions that exist, in order.
    pub instructions: Vec<Instruction>,
    /// The first words of unknown instructions.
    pub unknown: Vec<Spanned<String>>,
    /// The first instruction, if it is not allowed before `FROM`.
    pub too_early: Option<Spanned<String>>,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its name, in uppercase.
    pub name: Spanned<String>,
    /// The words after it.
    pub arguments: Vec<Spanned<String>>,
    /// The number of stages up to here, with the one that it starts.
    pub stage: usize,
}

/// The start of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildStage {
    /// The image as written.
    pub image: Spanned<String>,
    /// The image with the defaults of `ARG` filled in; `None` if one has no default.
    pub resolved: Option<String>,
    /// `AS`.
    pub name: Option<Spanned<String>>,
}

/// Files that an instruction copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The number of stages up to here.
    pub stage: usize,
    /// `--from`: another stage, or an image.
    pub from: Option<Spanned<String>>,
    /// The files, without their destination.
    pub sources: Vec<Spanned<String>>,
    /// Their destination.
    pub destination: Option<Spanned<String>>,
}

const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Returns the known instructions of Dockerfiles.
pub fn instructions() -> &'static [&'static str] {
    &INSTRUCTIONS
}

impl Dockerfile {
    /// Parses a Dockerfile. Returns `None` if it uses another frontend or another escape character.
    pub fn parse(text: &str, file: FileId) -> Option<Self> {
        for line in text.lines().map_while(|line| line.trim().strip_prefix('#')) {
            let directive: String = line.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            let other = directive.strip_prefix("syntax=").is_some_and(|name| !name.starts_with("docker/dockerfile"));
            if other || directive == "escape=`" {
                return None;
            }
        }
        let mut found = Self::default();
        let mut defaults: Vec<(String, String)> = Vec::new();
        // Docker ignores a byte order mark.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        for words in (Instructions { text, at }) {
            let placed = |range: &Range<usize>| -> Spanned<String> {
                let written = text.get(range.clone()).unwrap_or_default();
                Spanned::new(written.trim_matches(['"', '\'']).to_owned(), Span::new(file, range.start, range.end))
            };
            let words: Vec<Spanned<String>> = words.iter().map(placed).collect();
            if let Some((instruction, arguments)) = words.split_first() {
                found.broken_lists.extend(broken_list(text, instruction, arguments));
                found.read(instruction, arguments, &mut defaults);
            }
        }
        Some(found)
    }

    fn read(
        &mut self,
        instruction: &Spanned<String>,
        arguments: &[Spanned<String>],
        defaults: &mut Vec<(String, String)>,
    ) {
        let name = instruction.node.to_ascii_uppercase();
        if !INSTRUCTIONS.contains(&name.as_str()) {
            self.unknown.push(instruction.clone());
            return;
        }
        if matches!(name.as_str(), "ARG" | "ENV") {
            self.variables.extend(variables(arguments));
        }
        match name.as_str() {
            "FROM" => self.from(arguments, defaults),
            "ARG" if self.stages.is_empty() => {
                let given = arguments.iter().filter_map(|word| word.node.split_once('='));
                defaults.extend(given.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())));
            }
            _ if self.stages.is_empty() => {
                self.too_early.get_or_insert_with(|| instruction.clone());
            }
            "COPY" | "ADD" => self.copied(arguments),
            _ => {}
        }
        let name = Spanned::new(name, instruction.span);
        self.instructions.push(Instruction { name, arguments: arguments.to_vec(), stage: self.stages.len() });
    }

    /// Returns, for each stage by index, whether the last one needs it according to `FROM` and `--from`: Docker builds
    /// no others.
    pub fn built_stages(&self) -> Vec<bool> {
        let mut built = vec![false; self.stages.len()];
        if let Some(last) = built.last_mut() {
            *last = true;
        }
        if let Some(last) = self.stages.len().checked_sub(1) {
            self.mark_needed(last, &mut built);
        }
        built
    }

    fn mark_needed(&self, index: usize, built: &mut [bool]) {
        let image = self.stages.get(index).map(|stage| stage.image.as_str());
        let copied = self.copies.iter().filter(|copied| copied.stage == index + 1);
        let names = copied.filter_map(|copied| copied.from.as_ref().map(Spanned::as_str)).chain(image);
        for name in names {
            let is_named =
                |stage: &BuildStage| stage.name.as_ref().is_some_and(|it| it.node.eq_ignore_ascii_case(name));
            let earlier = self.stages.get(..index).unwrap_or_default();
            let needed =
                earlier.iter().rposition(is_named).or_else(|| name.parse().ok().filter(|number| *number < index));
            if let Some(needed) = needed
                && let Some(flag) = built.get_mut(needed)
                && !*flag
            {
                *flag = true;
                self.mark_needed(needed, built);
            }
        }
    }

    fn from(&mut self, arguments: &[Spanned<String>], defaults: &[(String, String)]) {
        let mut words = arguments.iter().filter(|word| !word.node.starts_with("--"));
        let Some(image) = words.next() else { return };
        let name = words.next().filter(|word| word.node.eq_ignore_ascii_case("as")).and_then(|_| words.next());
        self.stages.push(BuildStage {
            image: image.clone(),
            resolved: filled_in(&image.node, defaults),
            name: name.cloned(),
        });
    }

    fn copied(&mut self, arguments: &[Spanned<String>]) {
        let flag = |word: &Spanned<String>| {
            word.node.strip_prefix("--from=").map(|name| Spanned::new(name.to_owned(), word.span))
        };
        let from = arguments.iter().find_map(flag);
        let rest: Vec<&Spanned<String>> = arguments.iter().filter(|word| !word.node.starts_with("--")).collect();
        // A list in JSON, a here-document, or a comment, which is allowed only on a line of its own.
        if rest.iter().any(|word| word.node.starts_with(['[', '<']) || word.node == "#") {
            return;
        }
        let Some((destination, sources)) = rest.split_last() else { return };
        let sources = sources.iter().map(|word| (*word).clone()).collect();
        let destination = Some((*destination).clone());
        self.copies.push(Copied { stage: self.stages.len(), from, sources, destination });
    }
}

/// Returns the first argument of an instruction that begins like a list in JSON, but is none: it has single quotes or no
/// commas, for example.
fn broken_list(text: &str, instruction: &Spanned<String>, arguments: &[Spanned<String>]) -> Option<Spanned<String>> {
    let takes_list = ["CMD", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"];
    let (first, last) = (arguments.first()?, arguments.last()?);
    let written = text.get(first.span.start as usize..last.span.end as usize)?;
    let begins = written.starts_with("['") || written.starts_with("[\"");
    // A line that goes on can have comments in it.
    let is_whole =
        begins && !written.contains('\n') && takes_list.iter().any(|it| instruction.node.eq_ignore_ascii_case(it));
    (is_whole && serde_json::from_str::<Vec<String>>(written).is_err()).then(|| first.clone())
}

/// Returns the variables of `NAME=value ...` and of `NAME value`.
fn variables(arguments: &[Spanned<String>]) -> Vec<(String, Spanned<String>)> {
    if let [name, value] = arguments
        && !name.node.contains('=')
    {
        return vec![(name.node.clone(), value.clone())];
    }
    let pair = |word: &Spanned<String>| {
        let (name, value) = word.node.split_once('=')?;
        Some((name.to_owned(), Spanned::new(value.trim_matches(['"', '\'']).to_owned(), word.span)))
    };
    arguments.iter().filter_map(pair).collect()
}

/// Replaces the variables of a text with their defaults. Returns `None` if one has no default.
fn filled_in(text: &str, defaults: &[(String, String)]) -> Option<String> {
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('$') {
        done.push_str(before);
        let (name, after) = match tail.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => tail.split_at(tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len())),
        };
        let (_, value) = defaults.iter().rev().find(|(known, _)| known == name)?;
        if value.contains('$') {
            return None;
        }
        done.push_str(value);
        rest = after;
    }
    done.push_str(rest);
    Some(done)
}

/// Yields the words of each instruction.
struct Instructions<'t> {
    text: &'t str,
    at: usize,
}

impl Instructions<'_> {
    /// Returns the next line, without its end.
    fn line(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = self.at..self.at + length;
        self.at = (self.at + length + 1).min(self.text.len());
        Some(line)
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Adds the words of a line. Returns whether the instruction continues on the next one.
    fn words(&self, line: &Range<usize>, words: &mut Vec<Range<usize>>) -> bool {
        let written = self.slice(line);
        let body = written.trim_end();
        let goes_on = body.ends_with('\\');
        let body = body.strip_suffix('\\').unwrap_or(body);
        let mut start = None;
        let mut quote = None;
        for (at, c) in body.char_indices().chain([(body.len(), ' ')]) {
            let space = c.is_whitespace() && quote.is_none() || at == body.len();
            match (start, space) {
                (None, false) => start = Some(at),
                (Some(from), true) => {
                    words.push(line.start + from..line.start + at);
                    start = None;
                }
                _ => {}
            }
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
        }
        goes_on
    }

    /// Skips the here-documents that `<<NAME` announces.
    fn skip_heredocs(&mut self, words: &[Range<usize>]) {
        let ends: Vec<String> = words
            .iter()
            .filter_map(|word| {
                let name = self.slice(word).strip_prefix("<<")?;
                let name = name.trim_start_matches('-').trim_matches(['"', '\'']);
                (!name.is_empty() && !name.starts_with('<')).then(|| name.to_owned())
            })
            .collect();
        for end in ends {
            while let Some(line) = self.line() {
                if self.slice(&line).trim() == end {
                    break;
                }
            }
        }
    }
}

impl Iterator for Instructions<'_> {
    type Item = Vec<Range<usize>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut words = Vec::new();
        loop {
            let line = self.line()?;
            let written = self.slice(&line).trim();
            if written.is_empty() || written.starts_with('#') {
                continue;
            }
            if self.words(&line, &mut words) {
                continue;
            }
            self.skip_heredocs(&words);
            return Some(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceMap;

    fn read(text: &str) -> Option<Dockerfile> {
        Dockerfile::parse(text, SourceMap::default().add("Dockerfile".into(), text))
    }

    #[test]
    fn only_needed_stages_are_built() {
        let built = |text: &str| read(text).unwrap_or_default().built_stages();
        assert_eq!(built(""), Vec::<bool>::new());
        assert_eq!(built("\u{feff}FROM scratch\n"), [true]);
        assert_eq!(built("FROM a AS unused\nFROM b\n"), [false, true]);
        assert_eq!(built("FROM a AS One\nFROM one AS two\nFROM b\nCOPY --from=two x y\n"), [true, true, true]);
        assert_eq!(built("FROM a\nFROM b\nFROM c\nCOPY --from=0 x y\n"), [true, false, true]);
        assert!(read("\u{feff}FROM scratch\n").unwrap_or_default().unknown.is_empty());
    }

    #[test]
    fn variables_and_their_values() {
        let found = read("FROM a\nARG A\nARG B=1 C=\"x y\"\nENV D two\n").unwrap_or_default();
        let shown: Vec<(&str, &str)> =
            found.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(shown, [("B", "1"), ("C", "x y"), ("D", "two")]);
    }

    #[test]
    fn stages_and_copies() {
        let text = "# syntax=docker/dockerfile:1\nARG BASE=node\nFROM --platform=linux/arm64 ${BASE}:22 AS build\nCOPY --chown=a:b package.json \\\n  # why\n  lock.json ./\nRUN <<EOF\nCOPY not this\nEOF\nFROM $OTHER\ncopy --from=build /app /app\nADD [\"a\", \"b\"]\nFORM x\n";
        let found = read(text).unwrap_or_default();
        let stages: Vec<_> =
            found.stages.iter().map(|stage| (stage.image.as_str(), stage.resolved.as_deref())).collect();
        assert_eq!(stages, [("${BASE}:22", Some("node:22")), ("$OTHER", None)]);
        assert_eq!(found.stages[0].name.as_ref().map(Spanned::as_str), Some("build"));
        let sources: Vec<Vec<&str>> =
            found.copies.iter().map(|copied| copied.sources.iter().map(Spanned::as_str).collect()).collect();
        assert_eq!(sources, [vec!["package.json", "lock.json"], vec!["/app"]]);
        assert_eq!(found.copies[1].from.as_ref().map(Spanned::as_str), Some("build"));
        assert_eq!(found.unknown.iter().map(Spanned::as_str).collect::<Vec<_>>(), ["FORM"]);
        assert!(found.too_early.is_none());
        assert_eq!(read("RUN x\nFROM y").and_then(|it| it.too_early).map(|it| it.node), Some("RUN".to_owned()));
        assert!(read("# syntax=example/frontend\nWHATEVER").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(FROM|COPY|ARG|RUN|<<EOF|EOF|--from=|\\$\\{?[A]?|=|\\\\|\"|'|#|é|\n| |/a){0,30}") {
            read(&text);
        }
    }
}
