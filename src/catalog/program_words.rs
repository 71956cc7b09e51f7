//! The commands and options of programs that builds run (`program_words.toml`, `data/program-words.txt`).

use super::table::{Table, pieces, table};

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
    let mut listed = listed(words).peekable();
    listed.peek()?;
    // How many bytes of the word are those of the previous one: what follows is compared only if it can be the rest.
    let mut same = 0;
    Some(listed.any(|(shared, rest)| {
        if shared > same {
            return false;
        }
        let wanted = wanted.as_bytes().get(shared..).unwrap_or_default();
        let more = wanted.iter().zip(rest.as_bytes()).take_while(|(one, other)| one == other).count();
        same = shared + more;
        more == wanted.len() && more == rest.len()
    }))
}

/// Calls `visit` with each word that a program accepts after some others.
fn each(words: &str, mut visit: impl FnMut(&str)) {
    let mut whole = String::new();
    for (shared, rest) in listed(words) {
        whole.truncate(shared);
        whole.push_str(rest);
        visit(&whole);
    }
}

/// Returns the words that a program accepts after some others: of each, the number of bytes that it shares with the previous
/// one, and the rest.
fn listed(words: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let listed = pieces(WORDS.line(words).unwrap_or_default(), b' ').filter(|word| !word.is_empty());
    listed.map(|word| {
        let shared = word.bytes().next().map_or(0, |letter| usize::from(letter.saturating_sub(b'A')));
        (shared, word.get(1..).unwrap_or_default())
    })
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
            for word in &words {
                assert_eq!(accepts(head, word), Some(true), "{head} {word}");
                for other in
                    [format!("{word}-"), format!("-{word}"), word[1..].to_owned(), word[..word.len() - 1].to_owned()]
                {
                    assert_eq!(accepts(head, &other), Some(words.contains(&other)), "{head} {other}");
                }
            }
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
