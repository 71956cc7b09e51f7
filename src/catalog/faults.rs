//! What AWS says when something is wrong (`faults.toml`), and which of it a message is.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

/// Share of a known message that must be found for the two to be the same.
const SAME: f64 = 0.75;
/// Share from which a known message is worth showing.
const LIKE: f64 = 0.3;
/// Longest message that is looked at, in words.
const LONGEST: usize = 2000;

/// When a fault shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultTime {
    /// The AWS CLI or SDK refuses to send it.
    Request,
    /// Another tool reads the template, before anything is deployed.
    Lint,
    /// The pipeline is created or updated.
    Create,
    /// CloudFormation deploys the template.
    Deploy,
    /// The pipeline runs.
    Run,
}

/// A fault and how AWS words it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The wordings; `{name}` stands for what differs.
    pub messages: Vec<String>,
    /// When it shows.
    pub when: FaultTime,
    /// What is wrong.
    pub means: String,
    /// What helps, as an imperative.
    pub r#do: String,
    /// The diagnostic that finds it before AWS does.
    #[serde(default)]
    pub code: Option<String>,
    /// Other diagnostics that may be about it.
    #[serde(default)]
    pub also: Vec<String>,
    /// Where the wording was found.
    pub source: String,
    /// Whether no public source shows the wording.
    #[serde(default)]
    pub unconfirmed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[expect(dead_code, reason = "for those who read the file")]
    verified: String,
    fault: Vec<Fault>,
}

/// Every fault, in the order of the file.
pub fn faults() -> &'static [Fault] {
    static FAULTS: OnceLock<Vec<Fault>> = OnceLock::new();
    // The text is part of the program, and a test reads it.
    FAULTS.get_or_init(|| serde_json::from_str::<File>(facts!("faults")).map_or_else(|_| Vec::new(), |file| file.fault))
}

/// A fault that a message is like.
#[derive(Debug, Clone)]
pub struct Match {
    /// The fault.
    pub fault: &'static Fault,
    /// The wording of it that is meant.
    pub message: &'static str,
    /// Whether the message is that wording, names and numbers aside.
    pub same: bool,
    /// What the message has in place of each `{name}`, in order.
    pub names: Vec<(&'static str, String)>,
    rank: f64,
}

/// The faults that a message may be, best first: one where it is clear, else the nearest few, at most `most`.
pub fn find(message: &str, most: usize) -> Vec<Match> {
    let words = words(message);
    let words = words.get(..LONGEST).unwrap_or(&words);
    let mut found: Vec<Match> = index().iter().filter_map(|wording| wording.compare(message, words)).collect();
    found.sort_by(|a, b| b.rank.total_cmp(&a.rank));
    let mut seen: Vec<*const Fault> = Vec::new();
    found.retain(|it| {
        let fresh = !seen.contains(&std::ptr::from_ref(it.fault));
        seen.push(it.fault);
        fresh
    });
    let clear = found.first().is_some_and(|first| first.same);
    found.truncate(if clear { 1 } else { most });
    found
}

/// A word of a message, in lower case, and its place.
type Word = (String, Range<usize>);

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric() || c == '_', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((text.get(from..at).unwrap_or_default().to_lowercase(), from..at));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// A part of a known wording.
enum Part {
    /// A word and how much it tells: rare words tell more.
    Word(String, f64),
    /// A `{name}`.
    Hole(&'static str),
}

/// One wording, ready to be compared.
struct Wording {
    fault: &'static Fault,
    message: &'static str,
    parts: Vec<Part>,
    /// What all its words tell together.
    weight: f64,
}

fn index() -> &'static [Wording] {
    static INDEX: OnceLock<Vec<Wording>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let all: Vec<(&'static Fault, &'static str)> = faults()
            .iter()
            .flat_map(|fault| fault.messages.iter().map(move |message| (fault, message.as_str())))
            .collect();
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (_, message) in &all {
            let mut distinct: Vec<String> = pieces(message).iter().filter_map(Piece::word).flatten().collect();
            distinct.sort();
            distinct.dedup();
            for word in distinct {
                *uses.entry(word).or_default() += 1;
            }
        }
        let total = all.len();
        all.into_iter().map(|(fault, message)| Wording::new(fault, message, &uses, total)).collect()
    })
}

/// A stretch of a wording.
enum Piece {
    Text(&'static str),
    Hole(&'static str),
}

impl Piece {
    fn word(&self) -> Option<Vec<String>> {
        match self {
            Self::Text(text) => Some(words(text).into_iter().map(|(word, _)| word).collect()),
            Self::Hole(_) => None,
        }
    }
}

fn pieces(message: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = message;
    while let Some((before, behind)) = rest.split_once('{') {
        pieces.push(Piece::Text(before));
        match behind.split_once('}') {
            // A brace that holds something else than a name belongs to the text, as in `${Action.Variable}`.
            Some((name, behind)) if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') => {
                pieces.push(Piece::Hole(name));
                rest = behind;
            }
            _ => rest = behind,
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

impl Wording {
    #[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
    fn new(fault: &'static Fault, message: &'static str, uses: &HashMap<String, usize>, total: usize) -> Self {
        let weigh = |word: &String| (1.0 + total as f64 / uses.get(word).copied().unwrap_or(1) as f64).ln();
        let mut parts = Vec::new();
        for piece in pieces(message) {
            match piece {
                Piece::Hole(name) => parts.push(Part::Hole(name)),
                Piece::Text(text) => {
                    parts.extend(
                        words(text)
                            .into_iter()
                            .map(|(word, _)| (weigh(&word), word))
                            .map(|(w, word)| Part::Word(word, w)),
                    );
                }
            }
        }
        let weight = parts.iter().map(Part::weight).sum();
        Self { fault, message, parts, weight }
    }

    fn compare(&self, message: &str, words: &[Word]) -> Option<Match> {
        let pairs = align(&self.parts, words);
        let matched: f64 = pairs.iter().filter_map(|(part, _)| self.parts.get(*part)).map(Part::weight).sum();
        let share = matched / self.weight.max(f64::MIN_POSITIVE);
        (share >= LIKE).then(|| Match {
            fault: self.fault,
            message: self.message,
            same: share >= SAME,
            names: self.names(message, words, &pairs),
            // A long wording found whole tells more than a short one, and much more than a longer one found in part.
            rank: matched * share.powi(4),
        })
    }

    /// What stands where each hole is: between the words found before and behind it.
    fn names(&self, message: &str, words: &[Word], pairs: &[(usize, usize)]) -> Vec<(&'static str, String)> {
        let mut names = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let Part::Hole(name) = part else { continue };
            let split = pairs.partition_point(|(part, _)| *part < at);
            let before = split.checked_sub(1).and_then(|index| pairs.get(index));
            let start = before.and_then(|(_, word)| words.get(*word)).map_or(0, |(_, range)| range.end);
            let behind = pairs.get(split).and_then(|(_, word)| words.get(*word));
            let end = behind.map_or(message.len(), |(_, range)| range.start);
            let text = message.get(start..end).unwrap_or_default();
            let text = text.trim_matches(|c: char| c.is_whitespace() || "'\"`[](){}<>:,;.=".contains(c));
            if !text.is_empty() {
                names.push((*name, text.to_owned()));
            }
        }
        names
    }
}

impl Part {
    fn weight(&self) -> f64 {
        match self {
            Self::Word(_, weight) => *weight,
            Self::Hole(_) => 0.0,
        }
    }
}

/// The heaviest way to find words of the wording in the message, in order: pairs of part and word.
fn align(parts: &[Part], words: &[Word]) -> Vec<(usize, usize)> {
    let width = words.len() + 1;
    // best[part * width + word]: the most that the parts and words from there on can give.
    let mut best = vec![0.0_f64; (parts.len() + 1) * width];
    let get = |best: &[f64], part: usize, word: usize| best.get(part * width + word).copied().unwrap_or_default();
    let gain = |part: &Part, word: &Word| match part {
        Part::Word(text, weight) if *text == word.0 => Some(*weight),
        _ => None,
    };
    for (at, part) in parts.iter().enumerate().rev() {
        for (word_at, word) in words.iter().enumerate().rev() {
            let skip = get(&best, at + 1, word_at).max(get(&best, at, word_at + 1));
            let take = gain(part, word).map_or(0.0, |weight| weight + get(&best, at + 1, word_at + 1));
            if let Some(cell) = best.get_mut(at * width + word_at) {
                *cell = skip.max(take);
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut at, mut word_at) = (0, 0);
    while let (Some(part), Some(word)) = (parts.get(at), words.get(word_at)) {
        let here = get(&best, at, word_at);
        let take = gain(part, word).map(|weight| weight + get(&best, at + 1, word_at + 1));
        if take.is_some_and(|take| take >= here) {
            pairs.push((at, word_at));
            at += 1;
            word_at += 1;
        } else if get(&best, at, word_at + 1) >= here {
            word_at += 1;
        } else {
            at += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let file: Result<File, _> = serde_json::from_str(facts!("faults"));
        assert!(file.is_ok(), "{}", file.unwrap_err());
        for fault in faults() {
            let title = &fault.messages[0];
            assert!(!fault.means.is_empty() && fault.means.ends_with('.'), "{title}");
            assert!(!fault.r#do.is_empty() && !fault.r#do.ends_with('.'), "{title}");
            assert!(!fault.source.is_empty() && !fault.messages.is_empty(), "{title}");
        }
    }

    /// Every wording, with other words in its holes, is recognised as its own fault.
    #[test]
    fn every_message_is_found_whatever_its_names() {
        for fault in faults() {
            for message in &fault.messages {
                let text: String = pieces(message)
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => (*text).to_owned(),
                        Piece::Hole(name) => format!("zz-{name}-17"),
                    })
                    .collect();
                let said =
                    format!("An error occurred when calling the UpdatePipeline operation: {text} (Request ID: 1f)");
                let found = find(&said, 3);
                let best = found.first().unwrap_or_else(|| panic!("nothing for {said}"));
                assert!(best.same && std::ptr::eq(best.fault, fault), "{said}\n  taken for: {}", best.message);
            }
        }
    }

    #[test]
    fn names_are_read_out_of_the_message() {
        let found = find(
            "InvalidActionDeclarationException: Action configuration for action 'My Build' is missing required configuration 'ProjectName'",
            3,
        );
        assert_eq!(found[0].names, [("action", "My Build".to_owned()), ("key", "ProjectName".to_owned())]);
    }

    #[test]
    fn other_text_is_nobodys_message() {
        assert!(find("", 3).is_empty());
        assert!(find("the quick brown fox jumps over the lazy dog", 3).is_empty());
        let near = find("the pipeline should start with a source", 3);
        assert!(!near.is_empty() && near.len() <= 3 && !near[0].same, "{near:?}");
    }

    #[test]
    fn long_text_ends_soon() {
        assert!(find(&"action ".repeat(100_000), 3).len() <= 3);
    }
}
