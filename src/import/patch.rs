//! Adds the differences of the built document from the imported one to the statements.

use crate::catalog::spellings::template_key;
use crate::compare::{Keys, NormalKind, NormalValue};
use crate::decompile::{ActionAdditions, Additions, conditional, plain, written};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, tree};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::{self, DocumentKind};

use super::ImportInput;

/// The state of adding one pipeline's differences.
struct Patcher<'a> {
    values: Values<'a>,
    index: usize,
    additions: &'a mut Additions,
    /// Whether something has been added.
    added: bool,
}

/// How many rounds use the forms of the language.
const PRETTY: usize = 2;

/// The values that AWS assumes for absent keys.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-29)
const DEFAULTS: [(&str, &str); 2] = [("RunOrder", "1"), ("ExecutionMode", "SUPERSEDED")];

/// The role of a pipeline.
const ROLE: &str = "RoleArn";

/// Keys of a definition that the service sets.
const OF_SERVICE: [&str; 1] = ["Version"];

/// Adds the differences. Returns whether there are any. `round`: the number of this round.
pub(super) fn add(document: &ImportInput<'_>, built: &Node, round: usize, additions: &mut Additions) -> bool {
    let mut added = false;
    for (index, (emitted, wanted)) in pairs(document, built).into_iter().enumerate() {
        let known = additions.clone();
        let values = Values::of_round(document, round, &known);
        let mut patcher = Patcher { values, index, additions, added: false };
        patcher.pipeline(emitted, wanted);
        added |= patcher.added;
    }
    added
}

/// How values are written.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    document: &'a ImportInput<'a>,
    /// Whether values are written as they are, because there were differences with the forms of the language.
    as_written: bool,
    /// The declarations of the statements.
    additions: &'a Additions,
}

impl<'a> Values<'a> {
    /// Returns how values are written in a round.
    pub(super) fn of_round(document: &'a ImportInput<'a>, round: usize, additions: &'a Additions) -> Self {
        Self { document, as_written: round > PRETTY, additions }
    }

    /// Returns whether a value refers to a role that is derived instead.
    pub(super) fn leaves_out(self, value: &Node) -> bool {
        self.additions.leaves_out(value)
    }

    /// Converts a value to an expression.
    pub(super) fn expression(self, node: &Node) -> Expr {
        if self.as_written {
            plain(node)
        } else {
            written(self.document.root, self.document.kind, self.additions, node)
        }
    }
}

/// Pairs the pipelines of both documents, without their logical IDs.
fn pairs<'n>(document: &ImportInput<'n>, built: &'n Node) -> Vec<(&'n Node, &'n Node)> {
    if document.kind == DocumentKind::Definition {
        return vec![(pipeline_document::definition(built), pipeline_document::definition(document.root))];
    }
    let pair = |wanted: &'n Entry| {
        let emitted = built.at(&["Resources", &wanted.key.node, "Properties"])?;
        Some((emitted, wanted.value.get("Properties")?))
    };
    pipeline_document::pipelines(document.root).filter_map(pair).collect()
}

impl Patcher<'_> {
    fn pipeline(&mut self, emitted: &Node, wanted: &Node) {
        let is_derived = self.get(wanted, ROLE).is_some_and(|role| self.additions.leaves_out(role));
        let apart: &[&str] = if is_derived { &["Stages", ROLE] } else { &["Stages"] };
        let mut raw = self.changes(emitted, wanted, apart);
        let lists = (self.get(emitted, "Stages"), self.get(wanted, "Stages"));
        if let (Some(emitted_stages), Some(wanted_stages)) = lists {
            let (old, new) = (elements(emitted_stages), elements(wanted_stages));
            match old.zip(new).filter(|(old, new)| old.len() == new.len()) {
                Some((old, new)) => {
                    for (stage, (old, new)) in old.into_iter().zip(new).enumerate() {
                        self.stage(stage, old, new);
                    }
                }
                None => raw.push(self.entry("Stages", wanted_stages)),
            }
        }
        if !raw.is_empty() {
            self.added = true;
            merge(self.additions.pipelines.entry(self.index).or_default(), raw);
        }
    }

    fn stage(&mut self, stage: usize, emitted: &Node, wanted: &Node) {
        let mut raw = self.changes(emitted, wanted, &["Actions"]);
        let lists = (self.get(emitted, "Actions"), self.get(wanted, "Actions"));
        if let (Some(emitted_actions), Some(wanted_actions)) = lists {
            let (old, new) = (elements(emitted_actions), elements(wanted_actions));
            match old.zip(new).filter(|(old, new)| old.len() == new.len()) {
                Some((old, new)) => {
                    // Actions are written in the order of their run orders.
                    let mut order: Vec<usize> = (0..new.len()).collect();
                    order.sort_by_key(|index| new.get(*index).map(|action| self.run_order(action)));
                    for (old, index) in old.into_iter().zip(order) {
                        if let Some(new) = new.get(index) {
                            self.action((self.index, stage, index), old, new);
                        }
                    }
                }
                None => raw.push(self.entry("Actions", wanted_actions)),
            }
        }
        if !raw.is_empty() {
            self.added = true;
            merge(self.additions.stages.entry((self.index, stage)).or_default(), raw);
        }
    }

    fn run_order(&self, action: &Node) -> u32 {
        self.get(action, "RunOrder").and_then(Node::literal).and_then(|text| text.parse().ok()).unwrap_or(1)
    }

    fn action(&mut self, at: (usize, usize, usize), emitted: &Node, wanted: &Node) {
        let is_derived = self.get(wanted, ROLE).is_some_and(|role| self.additions.leaves_out(role));
        let apart: &[&str] = if is_derived { &["Configuration", ROLE] } else { &["Configuration"] };
        let mut raw = self.changes(emitted, wanted, apart);
        let (old, new) = (self.get(emitted, "Configuration"), self.get(wanted, "Configuration"));
        let mut added = self.additions.actions.get(&at).cloned().unwrap_or_default();
        let mut keys = Vec::new();
        let is_map = |node: Option<&Node>| node.is_none_or(|node| node.intrinsic().is_none());
        let are_maps = is_map(old) && is_map(new);
        if let Some(whole) = new.filter(|_| !are_maps && !is_equal(old, new, Keys::AsWritten)) {
            raw.push(MapEntry { key: tree::ident("Configuration", whole.span), value: self.value(whole) });
        }
        for key in keys_of(old.filter(|_| are_maps), new.filter(|_| are_maps)) {
            let (emitted, wanted) = (old.and_then(|node| node.get(&key)), new.and_then(|node| node.get(&key)));
            let is_derived = wanted.is_some_and(|value| self.additions.leaves_out(value));
            if is_derived || is_equal(emitted, wanted, Keys::AsWritten) {
                continue;
            }
            self.added |= in_configuration(&mut added, &key, wanted.is_some(), || keys.push(key.clone()));
        }
        if !keys.is_empty() {
            let entry = |key: &String| {
                let found = new.and_then(|node| node.get(key));
                let value = found.map_or_else(|| null(wanted.span), |node| self.value(node));
                MapEntry { key: Spanned::new(key.clone(), wanted.span), value }
            };
            let map = tree::expr(ExprKind::Map(keys.iter().map(entry).collect()), wanted.span);
            raw.push(MapEntry { key: tree::ident("Configuration", wanted.span), value: map });
        }
        self.added |= !raw.is_empty();
        merge(&mut added.raw, raw);
        if !added.raw.is_empty() || !added.as_written.is_empty() || !added.left_out.is_empty() {
            self.additions.actions.insert(at, added);
        }
    }

    /// Returns the keys in which two maps differ, with the wanted values. `apart`: keys that are handled elsewhere.
    fn changes(&self, emitted: &Node, wanted: &Node, apart: &[&str]) -> Vec<MapEntry> {
        let mut raw = Vec::new();
        for key in keys_of(Some(emitted), Some(wanted)) {
            let name = template_key(&key);
            if apart.contains(&name.as_str())
                || self.values.document.kind == DocumentKind::Definition && OF_SERVICE.contains(&name.as_str())
            {
                continue;
            }
            let (old, new) = (emitted.get(&key), wanted.get(&key));
            let assumed = DEFAULTS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            let is_assumed = |node: Option<&Node>| node.is_none_or(|node| node.literal() == assumed);
            if is_equal(old, new, Keys::Api) || assumed.is_some() && is_assumed(old) && is_assumed(new) {
                continue;
            }
            let both = old.zip(new).filter(|(old, new)| is_map(old) && is_map(new));
            raw.push(match (both, new) {
                (Some((old, new)), _) => {
                    let inner = self.changes(old, new, &[]);
                    MapEntry {
                        key: Spanned::new(name, wanted.span),
                        value: tree::expr(ExprKind::Map(inner), wanted.span),
                    }
                }
                (None, Some(new)) => self.entry(&name, new),
                (None, None) => MapEntry { key: Spanned::new(name, wanted.span), value: null(wanted.span) },
            });
        }
        raw
    }

    fn entry(&self, key: &str, value: &Node) -> MapEntry {
        let read = self.value(value);
        let read = if self.values.document.kind == DocumentKind::Definition { as_template(read) } else { read };
        MapEntry { key: Spanned::new(template_key(key), value.span), value: read }
    }

    fn value(&self, node: &Node) -> Expr {
        self.values.expression(node)
    }

    /// Returns the value of a key, in the spelling of a template.
    fn get<'n>(&self, node: &'n Node, key: &str) -> Option<&'n Node> {
        match self.values.document.kind {
            DocumentKind::Template => node.get(key),
            DocumentKind::Definition => {
                node.entries().iter().find(|it| template_key(&it.key.node) == key).map(|it| &it.value)
            }
        }
    }
}

/// Records how a key of the configuration is to be written. Returns whether that is new. `raw`: called if it is not.
fn in_configuration(added: &mut ActionAdditions, key: &str, is_wanted: bool, raw: impl FnOnce()) -> bool {
    let is_new =
        if is_wanted { added.as_written.insert(key.to_owned()) } else { added.left_out.insert(key.to_owned()) };
    if !is_new {
        raw();
    }
    is_new
}

/// Returns the elements of a list, without the conditions under which they exist. `None` if they are unknown.
fn elements(list: &Node) -> Option<Vec<&Node>> {
    if list.intrinsic().is_some() {
        return None;
    }
    let element = |item| match conditional(item) {
        Some((_, element)) => Some(element),
        None => Some(item).filter(|item: &&Node| item.intrinsic().is_none()),
    };
    list.items().iter().map(element).collect()
}

pub(super) fn keys_of(one: Option<&Node>, other: Option<&Node>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for entry in one.into_iter().chain(other).flat_map(Node::entries) {
        if !keys.contains(&entry.key.node) {
            keys.push(entry.key.node.clone());
        }
    }
    keys
}

/// Returns whether two values have the same meaning; an empty list or map means the same as an absent one.
fn is_equal(one: Option<&Node>, other: Option<&Node>, keys: Keys) -> bool {
    let read = |node: Option<&Node>| {
        node.and_then(|node| NormalValue::read(node, keys)).filter(|value| match &value.kind {
            NormalKind::List(items) => !items.is_empty(),
            NormalKind::Map(entries) => !entries.is_empty(),
            _ => true,
        })
    };
    read(one) == read(other)
}

pub(super) fn is_map(node: &Node) -> bool {
    !node.entries().is_empty() && node.intrinsic().is_none()
}

pub(super) fn null(span: Span) -> Expr {
    tree::expr(ExprKind::Null, span)
}

/// Merges entries, replacing those with the same keys.
pub(super) fn merge(under: &mut Vec<MapEntry>, over: Vec<MapEntry>) {
    for entry in over {
        match under.iter_mut().find(|known| known.key.node == entry.key.node) {
            Some(known) => match (&mut known.value.kind, entry.value.kind) {
                (ExprKind::Map(under), ExprKind::Map(over)) => merge(under, over),
                (kind, value) => *kind = value,
            },
            None => under.push(entry),
        }
    }
}

/// Converts a value of a definition to the keys of a template; those of a configuration are the provider's.
fn as_template(value: Expr) -> Expr {
    let kind = match value.kind {
        ExprKind::List(items) => ExprKind::List(items.into_iter().map(as_template).collect()),
        ExprKind::Map(entries) => {
            let rename = |entry: MapEntry| {
                let is_own = entry.key.node == "configuration";
                let key = Spanned::new(template_key(&entry.key.node), entry.key.span);
                MapEntry { key, value: if is_own { entry.value } else { as_template(entry.value) } }
            };
            ExprKind::Map(entries.into_iter().map(rename).collect())
        }
        other => other,
    };
    Expr { kind, span: value.span }
}
