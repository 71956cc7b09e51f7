//! Finds failures in the output of the AWS CLI about executions, builds, and stacks.

use crate::catalog::answers::{Answer, answers};
use crate::catalog::faults;
use crate::source::{FileId, Span};
use crate::workspace::document::{Document, DocumentOrigin, Node, NodeKind};

/// A failure.
#[derive(Debug, Clone, Default)]
pub(super) struct Incident {
    /// The names of what failed: `action`, `stage`, `stack`.
    pub(super) names: Vec<(&'static str, String)>,
    /// The message.
    pub(super) message: String,
}

impl Incident {
    /// Creates an incident for a message alone.
    pub(super) fn of_message(message: String) -> Self {
        Self { message, ..Self::default() }
    }

    /// Returns the name of an `action`, `stage`, or `stack`.
    pub(super) fn name(&self, what: &str) -> Option<&str> {
        self.names.iter().find(|(name, _)| *name == what).map(|(_, value)| value.as_str())
    }
}

/// The kind of a text.
#[derive(Debug)]
pub(super) enum Reading {
    /// The output of a command, and its failures.
    Answer(&'static Answer, Vec<Incident>),
    /// Anything else.
    Message,
}

/// Reads a text, which may be the output of a command in JSON or YAML.
pub(super) fn read(text: &str) -> Reading {
    let named = |answer: &&Answer| answer.lists.first().is_some_and(|key| text.contains(key.as_str()));
    let mut candidates = answers().iter().filter(named).peekable();
    if candidates.peek().is_none() && !text.trim_start().starts_with(['[', '{']) {
        return Reading::Message;
    }
    let nowhere = Span::new(FileId::of_path("".into()), 0, 0);
    let Some(root) = Document::parse(text, DocumentOrigin::At(nowhere)).root else { return Reading::Message };
    let found = candidates.find(|answer| answer.lists.first().is_some_and(|key| root.get(key).is_some()));
    found.map_or_else(|| queried(&root), |answer| Reading::Answer(answer, failures(answer, &root)))
}

/// The least number of names by which an entry is recognized.
const LEAST_NAMES: usize = 2;

/// Reads entries without their list, as `--query` prints them.
fn queried(root: &Node) -> Reading {
    let entries = if root.items().is_empty() { std::slice::from_ref(root) } else { root.items() };
    let Some(first) = entries.first() else { return Reading::Message };
    let has = |path: &str| path.split('.').next().is_some_and(|key| first.get(key).is_some());
    let known = |answer: &Answer| answer.names.values().filter(|path| has(path)).count();
    let is_entry = |answer: &&Answer| has(answer.lists.get(1).unwrap_or(&answer.status));
    let best = answers().iter().filter(is_entry).max_by_key(|answer| known(answer));
    let Some(answer) = best.filter(|answer| known(answer) >= LEAST_NAMES) else { return Reading::Message };
    let mut chains = Vec::new();
    for entry in entries {
        self::entries(entry, answer.lists.get(1..).unwrap_or_default(), &mut vec![entry], &mut chains);
    }
    let failed = failed(answer, chains);
    if failed.is_empty() { Reading::Message } else { Reading::Answer(answer, failed) }
}

/// An entry with its enclosing entries, innermost last.
type Chain<'a> = Vec<&'a Node>;

fn failures(answer: &'static Answer, root: &Node) -> Vec<Incident> {
    let mut chains = Vec::new();
    entries(root, &answer.lists, &mut vec![root], &mut chains);
    failed(answer, chains)
}

/// Returns the failures among entries.
fn failed(answer: &'static Answer, mut chains: Vec<Chain<'_>>) -> Vec<Incident> {
    if let Some(begins) = &answer.begins {
        let is_begin = |chain: &Chain<'_>| value(chain, &begins.path).as_deref() == Some(begins.value.as_str());
        if let Some(end) = chains.iter().position(is_begin) {
            chains.truncate(end);
        }
    }
    // An enclosing entry has its own status.
    let own = |chain: &Chain<'_>| value(&chain.iter().rev().take(1).copied().collect(), &answer.status);
    let is_failed = |chain: &Chain<'_>| own(chain).is_some_and(|status| answer.failed.contains(&status));
    // The newest entries come first: an action that failed may have succeeded when it was retried.
    if let Some(succeeded) = &answer.succeeded {
        let retried: Vec<bool> = chains
            .iter()
            .enumerate()
            .map(|(index, chain)| {
                let newer = chains.get(..index).unwrap_or_default();
                newer.iter().any(|other| own(other).as_ref() == Some(succeeded) && is_same(answer, other, chain))
            })
            .collect();
        let mut retried = retried.into_iter();
        chains.retain(|_| !retried.next().unwrap_or_default());
    }
    chains.retain(is_failed);
    if let Some(newest) = &answer.newest {
        let first = chains.first().and_then(|chain| value(chain, newest));
        chains.retain(|chain| value(chain, newest) == first);
    }
    let mut incidents: Vec<Incident> = chains.iter().map(|chain| incident(answer, chain)).collect();
    if answer.earliest {
        incidents.reverse();
        // The first failure that is not just a consequence of another one is the cause.
        let known = |incident: &Incident| faults::find(&faults::cleaned(&incident.message));
        let says = |incident: &Incident| known(incident).iter().any(|it| !it.fault.follows);
        let cause = incidents.iter().position(says);
        let unknown = || incidents.iter().position(|it| !it.message.is_empty() && known(it).is_empty());
        let silent = || incidents.iter().position(|it| known(it).is_empty());
        let first = cause.or_else(unknown).or_else(silent).or((!incidents.is_empty()).then_some(0));
        return first.map(|index| incidents.swap_remove(index)).into_iter().collect();
    }
    incidents
}

/// Returns whether two entries are attempts of one action in one execution.
fn is_same(answer: &Answer, one: &Chain<'_>, other: &Chain<'_>) -> bool {
    let name = |what: &str| answer.names.get(what).map(String::as_str);
    let paths = [answer.newest.as_deref(), name("stage"), name("action")];
    paths.into_iter().flatten().all(|path| value(one, path) == value(other, path))
}

fn entries<'a>(node: &'a Node, lists: &[String], chain: &mut Chain<'a>, found: &mut Vec<Chain<'a>>) {
    let Some((key, rest)) = lists.split_first() else {
        found.push(chain.clone());
        return;
    };
    for entry in node.get(key).map_or(&[][..], Node::one_or_more) {
        chain.push(entry);
        entries(entry, rest, chain, found);
        chain.pop();
    }
}

fn incident(answer: &'static Answer, chain: &Chain<'_>) -> Incident {
    let names = answer.names.iter().filter_map(|(name, path)| Some((name.as_str(), value(chain, path)?))).collect();
    let columns: Vec<Vec<String>> = answer.messages.iter().map(|path| values(chain, path)).collect();
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let row = |index: usize| {
        let mut cells: Vec<&str> = Vec::new();
        for cell in columns.iter().filter_map(|column| column.get(index)).map(|cell| cell.trim()) {
            if !cell.is_empty() && !cells.contains(&cell) {
                cells.push(cell);
            }
        }
        cells.join(": ")
    };
    let message = (0..rows).map(row).filter(|row| !row.is_empty()).collect::<Vec<_>>().join("\n");
    Incident { names, message }
}

fn value(chain: &Chain<'_>, path: &str) -> Option<String> {
    values(chain, path).into_iter().next()
}

/// Returns the strings at a path of the innermost entry that has it.
fn values(chain: &Chain<'_>, path: &str) -> Vec<String> {
    let keys: Vec<&str> = path.split('.').collect();
    let found = chain.iter().rev().map(|node| {
        let mut texts = Vec::new();
        collect(node, &keys, &mut texts);
        texts
    });
    found.into_iter().find(|texts| !texts.is_empty()).unwrap_or_default()
}

fn collect(node: &Node, keys: &[&str], texts: &mut Vec<String>) {
    if let NodeKind::Sequence(items) = &node.kind {
        return items.iter().for_each(|item| collect(item, keys, texts));
    }
    match keys.split_first() {
        None => texts.extend(node.text().filter(|_| !node.is_null()).map(str::to_owned)),
        Some((key, rest)) => node.get(key).into_iter().for_each(|value| collect(value, rest, texts)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, read};

    #[test]
    fn entries_are_recognized_without_their_list() {
        let failed = |text: &str| match read(text) {
            Reading::Answer(_, failed) => failed
                .iter()
                .map(|it| format!("{}: {}", it.name("action").unwrap_or("?"), it.message))
                .collect::<Vec<_>>(),
            Reading::Message => vec!["message".to_owned()],
        };
        let entry = r#"{"stageName": "A", "actionName": "B", "status": "Failed",
            "output": {"executionResult": {"externalExecutionSummary": "no"}}}"#;
        for text in [entry.to_owned(), format!("[{entry}]"), format!(r#"{{"actionExecutionDetails": [{entry}]}}"#)] {
            assert_eq!(failed(&text), ["B: no"], "{text}");
        }
        for text in ["[]", "{}", r#"["no"]"#, r#"[["A", "B", "no"]]"#, "[GitHub] no", "{"] {
            assert_eq!(failed(text), ["message"], "{text}");
        }
    }
}
