//! The commands and options of programs that builds run (`program_words.toml`, `data/program-words.txt`).

use super::table::{Table, table};

static WORDS: Table = table!("program-words");

/// Returns the commands or, after `--`, the options that a program accepts after some words: those of `aws ecs`, or of
/// `docker build --`. Empty if they are not known.
pub fn after(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    each(words, |word| found.push(word.to_owned()));
    found
}

/// Returns whether a program accepts a word after some others, or `None` if the words that it accepts are not known.
pub fn accepts(words: &str, wanted: &str) -> Option<bool> {
    let (mut is_known, mut is_accepted) = (false, false);
    each(words, |word| {
        is_known = true;
        is_accepted |= word == wanted;
    });
    is_known.then_some(is_accepted)
}

/// Calls `visit` with each word that a program accepts after some others.
fn each(words: &str, mut visit: impl FnMut(&str)) {
    let mut whole = String::new();
    let listed = WORDS.line(words).unwrap_or_default().split(' ').filter(|word| !word.is_empty());
    for word in listed {
        let shared = word.bytes().next().map_or(0, |letter| usize::from(letter.saturating_sub(b'A')));
        whole.truncate(shared);
        whole.push_str(word.get(1..).unwrap_or_default());
        visit(&whole);
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, accepts, after};

    #[test]
    fn words_are_read_from_what_they_share() {
        assert!(WORDS.heads().is_sorted());
        for head in WORDS.heads() {
            let words = after(head);
            assert!(words.is_sorted() && !words.is_empty(), "{head}: {words:?}");
            let is_word = |word: &String| !word.is_empty() && !word.contains(|c: char| c.is_ascii_uppercase());
            assert!(words.iter().all(is_word), "{head}: {words:?}");
        }
        for (words, one) in [
            ("aws", "ecs"),
            ("aws", "s3api"),
            ("aws ecs", "describe-services"),
            ("aws ecs", "wait"),
            ("aws ecs wait", "services-stable"),
            ("aws ecr", "get-login-password"),
            ("aws logs", "tail"),
            ("aws s3", "sync"),
            ("aws s3 sync --", "delete"),
            ("aws s3 sync --", "region"),
            ("docker", "buildx"),
            ("docker build --", "platform"),
        ] {
            assert_eq!(accepts(words, one), Some(true), "{words} {one}");
        }
        assert_eq!(accepts("aws ecs", "describe-service"), Some(false));
        assert_eq!(accepts("gradle", "build"), None);
        assert!(after("gradle").is_empty());
    }
}
