//! What AWS says when something is wrong (`faults.toml`), and which of it a text contains.

mod search;
mod tables;
mod text;
mod wording;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use super::permissions;

use search::{Found, Text};
use wording::Part;

pub use text::cleaned;
pub use wording::{Form, Hole, WordingPiece, pieces};

/// Longest text that is looked at, in words.
const LONGEST: usize = 20_000;

/// How much more a message says that is a cause itself.
const CAUSE: f64 = 1.5;

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
    /// A command of a build runs.
    Build,
}

/// What the program works out for the answer, beyond the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// The statement that allows `{permission}`, or what `{operation}` needs, on `{arn}`.
    Allow,
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
    /// What the program works out.
    #[serde(default)]
    pub remedy: Option<Remedy>,
    /// Whose permission is missing, where the wording says so: a word of [`Session::who`].
    #[serde(default)]
    pub who: Option<String>,
    /// Words of the files that it is about, where the message does not say them: `privileged`, `post_build`.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether it is what another fault leads to, and says little by itself.
    #[serde(default)]
    pub follows: bool,
    /// Where the wording was found.
    pub source: String,
    /// Whether no public source shows the wording.
    #[serde(default)]
    pub unconfirmed: bool,
}

/// How the session of an assumed role shows who works under it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// How the name of the session begins; digits alone where it is empty.
    pub starts: String,
    /// Who that is: `build`, `stack`, `pipeline`.
    pub who: String,
    /// Where that was found.
    pub source: String,
}

/// The IAM action of an operation of an API.
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
    hole: Vec<Hole>,
    session: Vec<Session>,
    operation: Vec<Operation>,
    fault: Vec<Fault>,
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    // The text is part of the program, and a test reads it.
    FILE.get_or_init(|| serde_json::from_str(facts!("faults")).ok()).as_ref()
}

/// Every fault, in the order of the file.
pub fn faults() -> &'static [Fault] {
    file().map_or(&[], |file| &file.fault)
}

/// A hole of the wordings by its name.
pub fn hole(name: &str) -> Option<&'static Hole> {
    file()?.hole.iter().find(|hole| hole.name == name)
}

/// The IAM action that an operation needs; none if several services have one of this name.
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

/// Who works under an assumed role, by the name of the session.
pub fn session(name: &str) -> Option<&'static str> {
    let begins = |session: &&Session| match session.starts.as_str() {
        "" => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()),
        starts => name.starts_with(starts),
    };
    file()?.session.iter().find(begins).map(|session| session.who.as_str())
}

/// A fault that a text contains.
#[derive(Debug, Clone)]
pub struct Match {
    /// The fault.
    pub fault: &'static Fault,
    /// The wording of it that was found.
    pub wording: &'static str,
    /// The bytes of the text.
    pub range: Range<usize>,
    /// What the text has in place of each `{name}`, in order.
    pub names: Vec<(&'static str, String)>,
}

impl Match {
    /// What fills a hole.
    pub fn name(&self, hole: &str) -> Option<&str> {
        self.names.iter().find(|(name, _)| *name == hole).map(|(_, value)| value.as_str())
    }
}

/// The faults that a cleaned text contains, in the order of the text. Those that only follow from others are left out.
pub fn find(text: &str) -> Vec<Match> {
    let mut words = text::words(text);
    words.truncate(LONGEST);
    let present: HashSet<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let wordings = index().iter().filter(|wording| wording.may_be_in(&present)).collect::<Vec<_>>();
    let text = Text { text, words: words.clone() };
    let all = wordings
        .into_iter()
        .flat_map(|wording| search::find(&wording.parts, &text).into_iter().map(move |found| (wording, found)));
    let mut all: Vec<_> = all.collect();
    // What only follows from another fault says less than its words.
    let rank = |wording: &Wording, found: &Found| found.weight * if wording.fault.follows { 1.0 } else { CAUSE };
    all.sort_by(|(one, a), (other, b)| rank(other, b).total_cmp(&rank(one, a)).then(a.range.start.cmp(&b.range.start)));
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut matches: Vec<Match> = Vec::new();
    for (wording, found) in all {
        if taken.iter().any(|other| other.start < found.range.end && found.range.start < other.end) {
            continue;
        }
        taken.push(found.range.clone());
        let start = text.words.get(found.range.start).map_or(0, |word| word.range.start);
        let end = text.words.get(found.range.end.saturating_sub(1)).map_or(start, |word| word.range.end);
        // What closes the last name belongs to the message.
        let behind = text.text.get(end..).unwrap_or_default();
        let end = end + behind.len() - behind.trim_start_matches(['\'', '"', ']', ')', '`', '.']).len();
        matches.push(Match { fault: wording.fault, wording: wording.message, range: start..end, names: found.names });
    }
    if matches.iter().any(|found| !found.fault.follows) {
        matches.retain(|found| !found.fault.follows);
    }
    // The call that was denied, and the permission that it needs: the second says more.
    if matches.iter().any(|found| found.fault.remedy.is_some() && found.name("permission").is_some()) {
        matches.retain(|found| found.fault.remedy.is_none() || found.name("operation").is_none());
    }
    matches.sort_by_key(|found| found.range.start);
    matches
}

/// One wording, ready to be compared.
struct Wording {
    fault: &'static Fault,
    message: &'static str,
    parts: Vec<Part>,
}

impl Wording {
    /// Whether enough of its words are in a text for it to be there, cut or not.
    fn may_be_in(&self, present: &HashSet<&str>) -> bool {
        let weight = |part: &&Part| matches!(part, Part::Word { text, .. } if present.contains(text.as_str()));
        let total: f64 = self.parts.iter().map(Part::weight).sum();
        let there: f64 = self.parts.iter().filter(weight).map(Part::weight).sum();
        there >= total * 0.3
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
fn index() -> &'static [Wording] {
    static INDEX: OnceLock<Vec<Wording>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let all: Vec<(&'static Fault, &'static str)> = faults()
            .iter()
            .flat_map(|fault| fault.messages.iter().map(move |message| (fault, message.as_str())))
            .collect();
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (_, message) in &all {
            let texts = pieces(message).into_iter().filter_map(|piece| match piece {
                WordingPiece::Text(text) => Some(text),
                WordingPiece::Hole(_) => None,
            });
            let distinct: HashSet<String> = texts.flat_map(text::words).map(|word| word.text).collect();
            for word in distinct {
                *uses.entry(word).or_default() += 1;
            }
        }
        let total = all.len() as f64;
        let weigh = |word: &str| (1.0 + total / uses.get(word).copied().unwrap_or(1) as f64).ln();
        let holes = file().map_or(&[][..], |file| &file.hole);
        all.into_iter()
            .map(|(fault, message)| Wording { fault, message, parts: wording::parts(message, holes, weigh) })
            .collect()
    })
}

#[cfg(test)]
mod tests;
