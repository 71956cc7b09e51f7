//! What the AWS CLI prints about executions, builds, and stacks: finds what failed in it.

use crate::catalog::answers::{Answer, answers};
use crate::catalog::faults;
use crate::source::{FileId, Span};
use crate::workspace::document::{Document, DocumentOrigin, Node, NodeKind};

/// Something that failed.
#[derive(Debug, Clone, Default)]
pub(super) struct Incident {
    /// Names of what it is about: `action`, `stage`, `stack`.
    pub(super) names: Vec<(&'static str, String)>,
    /// What is said of it.
    pub(super) message: String,
}

impl Incident {
    /// A message by itself.
    pub(super) fn of_message(message: String) -> Self {
        Self { message, ..Self::default() }
    }

    /// A name of what it is about.
    pub(super) fn name(&self, what: &str) -> Option<&str> {
        self.names.iter().find(|(name, _)| *name == what).map(|(_, value)| value.as_str())
    }
}

/// What a text is.
#[derive(Debug)]
pub(super) enum Reading {
    /// The output of a command, and what failed; nothing if nothing did.
    Answer(&'static Answer, Vec<Incident>),
    /// Anything else.
    Message,
}

/// Reads a text, which may be the output of a command in JSON or YAML.
pub(super) fn read(text: &str) -> Reading {
    let named = |answer: &&Answer| answer.lists.first().is_some_and(|key| text.contains(key.as_str()));
    let mut candidates = answers().iter().filter(named).peekable();
    if candidates.peek().is_none() {
        return Reading::Message;
    }
    let nowhere = Span::new(FileId::of_path("".into()), 0, 0);
    let Some(root) = Document::parse(text, DocumentOrigin::At(nowhere)).root else { return Reading::Message };
    let found = candidates.find(|answer| answer.lists.first().is_some_and(|key| root.get(key).is_some()));
    found.map_or(Reading::Message, |answer| Reading::Answer(answer, failures(answer, &root)))
}

/// An entry with those around it, the innermost last.
type Chain<'a> = Vec<&'a Node>;

fn failures(answer: &'static Answer, root: &Node) -> Vec<Incident> {
    let mut chains = Vec::new();
    entries(root, &answer.lists, &mut vec![root], &mut chains);
    if let Some(begins) = &answer.begins {
        let is_begin = |chain: &Chain<'_>| value(chain, &begins.path).as_deref() == Some(begins.value.as_str());
        if let Some(end) = chains.iter().position(is_begin) {
            chains.truncate(end);
        }
    }
    // An entry around it has a status of its own.
    let own = |chain: &Chain<'_>| value(&chain.iter().rev().take(1).copied().collect(), &answer.status);
    let is_failed = |chain: &Chain<'_>| own(chain).is_some_and(|status| answer.failed.contains(&status));
    chains.retain(is_failed);
    if let Some(newest) = &answer.newest {
        let first = chains.first().and_then(|chain| value(chain, newest));
        chains.retain(|chain| value(chain, newest) == first);
    }
    let mut incidents: Vec<Incident> = chains.iter().map(|chain| incident(answer, chain)).collect();
    if answer.earliest {
        incidents.reverse();
        // The first failure that does not only follow from another one is the cause.
        let says =
            |incident: &Incident| faults::find(&faults::cleaned(&incident.message)).iter().any(|it| !it.fault.follows);
        let cause = incidents.iter().position(says);
        let first = cause.or_else(|| incidents.iter().position(|incident| !incident.message.is_empty()));
        return first.map(|index| incidents.swap_remove(index)).into_iter().collect();
    }
    incidents
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

/// The texts at a path of the innermost entry that has it.
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
