//! AWS's error messages (`faults.toml`), and how to find them in a text.

mod search;
mod tables;
mod text;
mod wording;

use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use super::permissions;
use crate::collections::{HashMap, HashSet};

use search::{Found, Text};
use wording::Part;

pub use text::cleaned;
pub use wording::{Form, Placeholder, WordingPiece, pieces};

/// The maximum length of a text that is searched, in words.
const LONGEST: usize = 20_000;

/// When a fault occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultTime {
    /// When the AWS CLI or SDK refuses to send a request.
    Request,
    /// When another tool reads the template, before anything is deployed.
    Lint,
    /// When the pipeline is created or updated.
    Create,
    /// When CloudFormation deploys the template.
    Deploy,
    /// When the pipeline runs.
    Run,
    /// When a command of a build runs.
    Build,
}

/// What the program determines for the answer, beyond the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// The statement that allows `{permission}`, or what `{operation}` needs, on `{arn}`.
    Allow,
}

/// A fault and AWS's messages for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The wordings; `{name}` is a placeholder for what varies.
    pub messages: Vec<String>,
    /// Text of which one piece must be on the line of the message, with its punctuation: the words alone say too little.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Whether nothing of the sentence may follow the message: its words are common in longer ones.
    #[serde(default)]
    pub ends: bool,
    /// When it occurs.
    pub when: FaultTime,
    /// The meaning.
    pub means: String,
    /// The remedy, as an imperative, in the words of a `.pipe` file.
    pub r#do: String,
    /// The remedy in the words of a template, if they are different.
    #[serde(default, rename = "in-document")]
    pub in_document: Option<String>,
    /// The diagnostic that reports it before AWS does.
    #[serde(default)]
    pub code: Option<String>,
    /// Other diagnostics that may report it.
    #[serde(default)]
    pub also: Vec<String>,
    /// What the program determines.
    #[serde(default)]
    pub remedy: Option<Remedy>,
    /// Whose permission is missing, if the wording says so: a value of [`Session::who`].
    #[serde(default)]
    pub who: Option<String>,
    /// Words of the files that it is about, if the message does not contain them: `privileged`, `post_build`.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether it is a consequence of another fault and says little itself.
    #[serde(default)]
    pub follows: bool,
    /// Where the wording was found, or a page about what it says.
    pub source: String,
    /// Whether no public source shows the wording.
    #[serde(default)]
    pub unconfirmed: bool,
}

impl Fault {
    /// Returns whether the text around a message has what the words alone do not show.
    fn is_stated(&self, text: &Text<'_>, found: &Found) -> bool {
        let start = text.words.get(found.range.start).map_or(0, |word| word.range.start);
        let end = text.words.get(found.range.end.saturating_sub(1)).map_or(start, |word| word.range.end);
        let line_start = text.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let tail = text.text.get(end..).unwrap_or_default();
        let line_end = end + tail.find('\n').unwrap_or(tail.len());
        let line = text.text.get(line_start..line_end).unwrap_or_default();
        let has_needed = self.needs.is_empty() || self.needs.iter().any(|needed| line.contains(needed.as_str()));
        let goes_on = || text.text.get(end..line_end).unwrap_or_default().trim_start_matches(' ');
        has_needed && !(self.ends && goes_on().starts_with(|c: char| c.is_alphanumeric() || "'\"`/[<".contains(c)))
    }
}

/// How the session name of an assumed role shows who assumed it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The prefix of the session name; if empty, it consists only of digits.
    pub starts: String,
    /// Who assumed it: `build`, `stack`, `pipeline`.
    pub who: String,
    /// Where that was found.
    pub source: String,
}

/// The IAM action of an API operation.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    name: String,
    permission: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[expect(dead_code, reason = "for those who read the file")]
    verified: String,
    hole: Vec<Placeholder>,
    session: Vec<Session>,
    operation: Vec<Operation>,
    fault: Vec<Fault>,
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    // The text is part of the program, and a test parses it.
    FILE.get_or_init(|| serde_json::from_str(facts!("faults")).ok()).as_ref()
}

/// Returns every fault, in the order of the file.
pub fn faults() -> &'static [Fault] {
    file().map_or(&[], |file| &file.fault)
}

/// Returns a placeholder of the wordings by its name.
pub fn hole(name: &str) -> Option<&'static Placeholder> {
    file()?.hole.iter().find(|hole| hole.name == name)
}

/// Returns the IAM action that an operation needs; `None` if several services have an operation with this name.
pub fn permission_of(operation: &str) -> Option<String> {
    let listed = file()?.operation.iter().find(|known| known.name == operation);
    if let Some(listed) = listed {
        return Some(listed.permission.clone());
    }
    let mut named = permissions::services()
        .map(|service| format!("{service}:{operation}"))
        .filter(|name| permissions::iam_action(name).is_some());
    named.next().filter(|_| named.next().is_none())
}

/// Returns who assumed a role, by the name of the session.
pub fn session(name: &str) -> Option<&'static str> {
    let begins = |session: &&Session| match session.starts.as_str() {
        "" => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()),
        starts => name.starts_with(starts),
    };
    file()?.session.iter().find(begins).map(|session| session.who.as_str())
}

/// A fault found in a text.
#[derive(Debug, Clone)]
pub struct Match {
    /// The fault.
    pub fault: &'static Fault,
    /// The wording that was found.
    pub wording: &'static str,
    /// Its byte range in the text.
    pub range: Range<usize>,
    /// The text for each `{name}`, in order.
    pub names: Vec<(&'static str, String)>,
}

impl Match {
    /// Returns the text for a placeholder.
    pub fn name(&self, hole: &str) -> Option<&str> {
        self.names.iter().find(|(name, _)| *name == hole).map(|(_, value)| value.as_str())
    }
}

/// Returns the faults in a cleaned text, in the order of the text, without those that are only consequences of others.
pub fn find(text: &str) -> Vec<Match> {
    let mut words = text::words(text);
    words.truncate(LONGEST);
    let present: HashSet<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let wordings = index().with_words(&present);
    let text = Text { text, words: words.clone() };
    let all = wordings
        .into_iter()
        .flat_map(|wording| search::find(&wording.parts, &text).into_iter().map(move |found| (wording, found)));
    let mut all: Vec<_> = all.filter(|(wording, found)| wording.fault.is_stated(&text, found)).collect();
    // A consequence is explained only if there is no cause: its longer wording must not cover that of a cause.
    all.sort_by(|(one, a), (other, b)| {
        let by_weight = b.weight.total_cmp(&a.weight).then(a.range.start.cmp(&b.range.start));
        one.fault.follows.cmp(&other.fault.follows).then(by_weight)
    });
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut matches: Vec<Match> = Vec::new();
    for (wording, found) in all {
        if taken.iter().any(|other| other.start < found.range.end && found.range.start < other.end) {
            continue;
        }
        taken.push(found.range.clone());
        let start = text.words.get(found.range.start).map_or(0, |word| word.range.start);
        let end = text.words.get(found.range.end.saturating_sub(1)).map_or(start, |word| word.range.end);
        // Closing punctuation after the last name belongs to the message.
        let tail = text.text.get(end..).unwrap_or_default();
        let end = end + tail.len() - tail.trim_start_matches(['\'', '"', ']', ')', '`', '.']).len();
        let names = found.names.into_iter().map(|(hole, value)| (hole, spelled(hole, value))).collect();
        matches.push(Match { fault: wording.fault, wording: wording.message, range: start..end, names });
    }
    if matches.iter().any(|found| !found.fault.follows) {
        matches.retain(|found| !found.fault.follows);
    }
    // Of the denied call and the permission that it needs, the permission says more.
    if matches.iter().any(|found| found.fault.remedy.is_some() && found.name("permission").is_some()) {
        matches.retain(|found| found.fault.remedy.is_none() || found.name("operation").is_none());
    }
    matches.sort_by_key(|found| found.range.start);
    matches
}

/// Returns the text for a placeholder, with the spelling of IAM: some services write permissions in lowercase.
fn spelled(name: &str, value: String) -> String {
    let is_permission = hole(name).is_some_and(|hole| hole.form == Form::Permission);
    let known = is_permission.then(|| permissions::iam_action(&value)).flatten();
    known.map_or(value, |known| known.name.to_owned())
}

/// The share of a wording's weight that a text must contain, as words in any order, for the wording to be searched.
const PRESENT: f64 = 0.3;

/// One wording, prepared for comparison.
struct Wording {
    fault: &'static Fault,
    message: &'static str,
    parts: Vec<Part>,
    /// The weight of all parts.
    total: f64,
}

/// All wordings, and where their words are.
struct Index {
    wordings: Vec<Wording>,
    /// By word: the position of each wording that has it, once for each time, and its weight there.
    by_word: HashMap<String, Vec<(usize, f64)>>,
}

impl Index {
    fn new(wordings: Vec<Wording>) -> Self {
        let mut by_word: HashMap<String, Vec<(usize, f64)>> = HashMap::default();
        for (position, wording) in wordings.iter().enumerate() {
            for part in &wording.parts {
                if let Part::Word { text, weight, .. } = part {
                    by_word.entry(text.clone()).or_default().push((position, *weight));
                }
            }
        }
        Self { wordings, by_word }
    }

    /// Returns the wordings of which a text contains enough words to be present, complete or truncated.
    fn with_words(&self, present: &HashSet<&str>) -> Vec<&Wording> {
        let mut there = vec![0.0; self.wordings.len()];
        for (position, weight) in present.iter().filter_map(|word| self.by_word.get(*word)).flatten() {
            there[*position] += weight;
        }
        let weighed = self.wordings.iter().zip(there);
        weighed.filter(|(wording, there)| *there >= wording.total * PRESENT).map(|(wording, _)| wording).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let all: Vec<(&'static Fault, &'static str)> = faults()
            .iter()
            .flat_map(|fault| fault.messages.iter().map(move |message| (fault, message.as_str())))
            .collect();
        let mut uses: HashMap<String, usize> = HashMap::default();
        for (_, message) in &all {
            let texts = pieces(message).into_iter().filter_map(|piece| match piece {
                WordingPiece::Text(text) => Some(text),
                WordingPiece::Placeholder(_) => None,
            });
            let distinct: HashSet<String> = texts.flat_map(text::words).map(|word| word.text).collect();
            for word in distinct {
                *uses.entry(word).or_default() += 1;
            }
        }
        let total = all.len() as f64;
        let weigh = |word: &str| (1.0 + total / uses.get(word).copied().unwrap_or(1) as f64).ln();
        let holes = file().map_or(&[][..], |file| &file.hole);
        let wording = |(fault, message)| {
            let parts = wording::parts(message, holes, weigh);
            Wording { fault, message, total: parts.iter().map(Part::weight).sum(), parts }
        };
        Index::new(all.into_iter().map(wording).collect())
    })
}

#[cfg(test)]
mod tests;
