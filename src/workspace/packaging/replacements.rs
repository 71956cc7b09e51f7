//! What commands replace in the lines of a file: `sed`, `envsubst`.

use super::arguments::{Arguments, split_option};
use crate::workspace::shell::{ShellWord, WordPart};

/// What a command replaces in the lines that it copies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Replaced {
    /// Nothing.
    Nothing,
    /// The variables, such as `$NAME`.
    Variables,
    /// These texts.
    Texts(Vec<String>),
    /// It is not known.
    #[default]
    Unknown,
}

impl Replaced {
    /// Returns what a command replaces.
    pub(super) fn by(program: &str, arguments: &Arguments<'_>) -> Self {
        match program {
            "cat" => Self::Nothing,
            "envsubst" => Self::Variables,
            "sed" => {
                let scripts: Option<Vec<Vec<String>>> = scripts(arguments).into_iter().map(substituted).collect();
                scripts.map_or(Self::Unknown, |texts| Self::Texts(texts.concat()))
            }
            _ => Self::Unknown,
        }
    }
}

/// Returns the scripts of `sed`: the values of `-e`, or the first word that is no option.
fn scripts<'a>(arguments: &Arguments<'a>) -> Vec<&'a ShellWord> {
    let words: Vec<&ShellWord> = arguments.words().collect();
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [option, script] if matches!(option.prefix(), "-e" | "--expression") => Some(*script),
        _ => None,
    });
    let mut found: Vec<&ShellWord> = pairs.collect();
    if found.is_empty() {
        found.extend(words.into_iter().find(|word| split_option(word).is_none()));
    }
    found
}

/// Returns the texts that a script of `sed` replaces, if it only consists of substitutions of literal texts.
fn substituted(script: &ShellWord) -> Option<Vec<String>> {
    let part = |part: &WordPart| if let WordPart::Text(text) = part { text.clone() } else { '\0'.to_string() };
    let text: String = script.parts.iter().map(part).collect();
    let mut rest = text.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let after = rest.strip_prefix('s')?;
        let delimiter = after.chars().next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
        let (old, after) = up_to(after.get(delimiter.len_utf8()..)?, delimiter)?;
        let (_, flags) = up_to(after, delimiter)?;
        let literal = old.replace(&format!("\\{delimiter}"), &delimiter.to_string()).replace("\\.", ".");
        let is_literal = literal.chars().all(|c| c.is_ascii_alphanumeric() || "_-.<>{}@%/:,= ".contains(c));
        found.push(Some(literal).filter(|old| is_literal && old.len() > 1)?);
        let tail = flags.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        rest = tail.trim_start_matches([';', ' ', '\n', '\t']);
    }
    Some(found)
}

/// Splits a text at the next delimiter that no backslash precedes.
fn up_to(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let is_end = |(at, _): &(usize, &str)| !text.get(..*at).is_some_and(|before| before.ends_with('\\'));
    let (at, found) = text.match_indices(delimiter).find(is_end)?;
    Some((text.get(..at)?, text.get(at + found.len()..)?))
}
