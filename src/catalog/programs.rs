//! The names of programs that builds run, and of others that resemble these (`programs.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programs {
    /// The date on which the names were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The pages that name the programs.
    pub source: String,
    /// Programs that builds often run.
    pub often: Vec<String>,
    /// Programs with names like these.
    pub others: Vec<String>,
}

/// The minimum length of a name that may lack a letter.
const LONG: usize = 5;

/// Returns the file; `None` if it does not parse, which a test rules out.
pub fn programs() -> Option<&'static Programs> {
    static PARSED: OnceLock<Option<Programs>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("programs")).ok()).as_ref()
}

/// Returns the only program that a name misspells, unless there is a program of this name.
pub fn misspelled(name: &str) -> Option<&'static str> {
    let programs = programs()?;
    if programs.often.iter().chain(&programs.others).any(|known| known == name) {
        return None;
    }
    let mut meant = programs.often.iter().filter(|known| misspells(name, known));
    meant.next().filter(|_| meant.next().is_none()).map(String::as_str)
}

/// Returns whether a name is another one with two letters swapped, with a doubled letter, or, for a long one, without a
/// letter. Other names differ on purpose: `gmake`, `python2`.
fn misspells(name: &str, known: &str) -> bool {
    let (own, other): (Vec<char>, Vec<char>) = (name.chars().collect(), known.chars().collect());
    let start = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = own.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let at = |letters: &[char], index: usize| letters.get(index).copied();
    if own.len() == other.len() {
        let swapped = at(&own, start) == at(&other, start + 1) && at(&own, start + 1) == at(&other, start);
        return swapped && start + end + 2 == own.len() && at(&own, start).is_some_and(char::is_alphabetic);
    }
    if own.len() == other.len() + 1 {
        // The letters that match from the start include the first of a doubled one.
        let doubled = start > 0 && at(&own, start) == at(&own, start - 1);
        return doubled && start + end >= other.len() && at(&own, start).is_some_and(char::is_alphabetic);
    }
    let lacks = other.len() >= LONG && own.len() + 1 == other.len() && start + end >= own.len();
    lacks && start > 0 && at(&other, start).is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{misspelled, programs};

    #[test]
    fn the_file_is_dated_and_lists_each_name_once() {
        let file = programs().unwrap();
        assert!(file.verified.len() == 10 && file.source.starts_with("https://"));
        assert!(file.often.is_sorted());
        let others: Vec<_> = file.others.iter().filter(|name| file.often.contains(name)).collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn names_that_differ_on_purpose_are_not_misspelled() {
        for (name, meant) in [
            ("pyhton", "python"),
            ("pyhton3", "python3"),
            ("pyton", "python"),
            ("dcoker", "docker"),
            ("dokcer", "docker"),
            ("gti", "git"),
            ("nmp", "npm"),
            ("mnv", "mvn"),
            ("kubeclt", "kubectl"),
            ("kubctl", "kubectl"),
            ("awss", "aws"),
            ("gitt", "git"),
            ("terrafrom", "terraform"),
            ("terraforn", ""),
            ("bsah", "bash"),
            ("ecoh", "echo"),
            ("mkdri", "mkdir"),
        ] {
            assert_eq!(misspelled(name).unwrap_or_default(), meant, "{name}");
        }
        for name in [
            "gits", "mv", "np", "dc", "gmake", "python2", "tac", "gunzip", "nvm", "npmx", "kubectx", "pip2", "go",
            "node20", "mvnd", "sh", "ant", "docker", "act", "nodejs", "xpip", "tarr2",
        ] {
            assert_eq!(misspelled(name), None, "{name}");
        }
    }
}
