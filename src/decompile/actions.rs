//! Actions: the header, and the attributes of the block.

use std::sync::Arc;

use crate::catalog::{self, ActionType, Category, Header, Owner, Slot};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ActionHead, Clauses, Entry as MapEntry, Expr, ExprKind, Output, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node};

use super::slots::{Form, word};
use super::values::{Names, Reading, inner};
use super::{Reader, wording};

/// An action as it is on its way to a statement.
pub(super) struct ReadAction<'d> {
    pub(super) node: &'d Node,
    pub(super) name: Option<Spanned<String>>,
    pub(super) run_order: u32,
    pub(super) statement: Stmt,
}

/// What names the type of an action.
struct TypeId<'d> {
    node: Option<&'d Node>,
    category: Option<Category>,
    known: Option<(&'static str, Arc<ActionType>)>,
}

impl<'d> Reader<'d> {
    /// The statement of an action. `filters`: statements that say what starts it.
    pub(super) fn action(&mut self, node: &'d Node, filters: Vec<Stmt>) -> ReadAction<'d> {
        let names = &self.names;
        let name =
            names.get(node, "Name").and_then(|name| names.known_text(name).map(|text| Spanned::new(text, inner(name))));
        let place = name.as_ref().map_or(node.span, |name| name.span);
        let id = self.type_id(node);
        let inputs = artifacts(names, node, "InputArtifacts");
        let read: Vec<&str> = inputs.iter().map(|input| input.node.as_str()).collect();
        let mut from: Vec<Expr> = inputs.iter().map(|input| tree::reference(&[&input.node], input.span)).collect();
        let mut statements = Vec::new();
        let head = self.head(&id, place, &mut statements);
        let action_type = id.known.as_ref().map(|(_, known)| Arc::clone(known)).filter(|_| head != ActionHead::Generic);
        let mut raw = Vec::new();
        let configuration = names.get(node, "Configuration");
        for entry in configuration.map(Node::entries).unwrap_or_default() {
            let slot = action_type.as_deref().and_then(|known| known.slot_of_key(&entry.key.node));
            self.key(entry, slot, &read, (&mut from, &mut statements, &mut raw));
        }
        if let Some(known) = action_type.as_deref() {
            for slot in known.slot.iter().filter(|slot| slot.action_level) {
                let Some(entry) = slot.key.as_deref().and_then(|key| names.entry(node, key)) else { continue };
                if let Some(value) = names.slot(slot, &entry.value, Form::Property, &read) {
                    statements.push(attribute(&slot.attribute, entry, value));
                }
            }
        }
        if !raw.is_empty() {
            let span = configuration.map_or(place, |node| node.span);
            statements.push(tree::attribute("configuration", tree::expr(ExprKind::Map(raw), span)));
        }
        statements.extend(self.beside(node, head == ActionHead::Generic));
        statements.extend(filters);
        let block = (!statements.is_empty()).then(|| tree::block(statements, node.span));
        let clauses = Clauses { environment: None, from, to: outputs(names, node) };
        // What is called by a name that is known at deployment only gets one that nothing else has.
        let written = name.as_ref().map_or_else(|| format!("Action{}", node.span.start), |name| name.node.clone());
        let action = ast::Action { head, keyword: place, name: tree::name(&written, place), clauses, block };
        self.words.push(wording::Region::of_action(node.span, self.names.kind, action_type.as_deref()));
        let run_order = names.get(node, "RunOrder").and_then(Node::literal).and_then(|text| text.parse().ok());
        let statement = tree::statement(StmtKind::Action(action), None, node.span);
        ReadAction { node, name, run_order: run_order.unwrap_or(1), statement }
    }

    /// One key of the configuration.
    fn key(
        &self,
        entry: &'d Entry,
        slot: Option<&Slot>,
        inputs: &[&str],
        (from, statements, raw): (&mut Vec<Expr>, &mut Vec<Stmt>, &mut Vec<MapEntry>),
    ) {
        let names = &self.names;
        let Some(node) = names.resolved(&entry.value) else { return };
        // What is neither a text nor a function is no value of a configuration, which is reported as such.
        if node.scalar().is_none() && node.intrinsic().is_none() {
            let unread = tree::expr(ExprKind::Error, node.span);
            match slot {
                Some(slot) => statements.push(attribute(&slot.attribute, entry, unread)),
                None => raw.push(MapEntry { key: entry.key.clone(), value: unread }),
            }
            return;
        }
        if let Some(slot) = slot.filter(|slot| slot.path_key.is_none() && !slot.action_level) {
            let value = names.slot(slot, node, Form::Text, inputs);
            match (slot.header, value) {
                (Some(Header::FromFile), Some(file)) => {
                    let ExprKind::ArtifactFile { artifact, .. } = &file.kind else { return };
                    let is_it = |input: &&mut Expr| match &input.kind {
                        ExprKind::Reference(reference) => reference.head.node == artifact.node,
                        _ => false,
                    };
                    if let Some(place) = from.iter_mut().find(is_it) {
                        *place = file;
                        return;
                    }
                }
                (Some(Header::PrimaryInput), _) if node.literal() == inputs.first().copied() => return,
                (Some(Header::FromFile | Header::PrimaryInput), _) | (_, None) => {}
                (_, Some(value)) => {
                    statements.push(attribute(&slot.attribute, entry, value));
                    return;
                }
            }
        }
        raw.push(MapEntry { key: entry.key.clone(), value: names.text(node, Reading::Run) });
    }

    fn type_id(&self, node: &'d Node) -> TypeId<'d> {
        let names = &self.names;
        let id = names.get(node, "ActionTypeId");
        let text = |key: &str| id.and_then(|id| names.get(id, key)).and_then(|node| names.known_text(node));
        let category = text("Category").and_then(|text| Category::from_aws(&text));
        let owner = text("Owner").and_then(|text| Owner::from_aws(&text));
        let version = text("Version");
        let known = category
            .zip(owner)
            .zip(text("Provider"))
            .and_then(|((category, owner), provider)| catalog::by_aws(owner, category, &provider));
        let known = known.filter(|(_, known)| version.as_ref().is_none_or(|version| *version == known.version));
        TypeId { node: id, category, known }
    }

    /// The first words; a type that the catalog does not describe is named by attributes.
    fn head(&self, id: &TypeId<'d>, place: Span, statements: &mut Vec<Stmt>) -> ActionHead {
        if let (Some(category), Some((provider, _))) = (id.category, &id.known) {
            let at = id.node.map_or(place, |node| node.span);
            return match category {
                Category::Approval => ActionHead::Approve,
                Category::Compute => ActionHead::Run,
                _ => ActionHead::Typed {
                    category: tree::ident(category.word(), at),
                    provider: tree::ident(provider, at),
                },
            };
        }
        let entry = catalog::declaration("generic-action");
        for (key, attribute_word) in
            [("Category", "category"), ("Owner", "owner"), ("Provider", "provider"), ("Version", "version")]
        {
            let Some(found) = id.node.and_then(|node| self.names.entry(node, key)) else { continue };
            let Some(slot) = entry.and_then(|entry| entry.slot_of_attribute(attribute_word)) else { continue };
            let value = match self.names.known_text(&found.value) {
                Some(text) if slot.values.is_empty() => tree::text(&text, inner(&found.value)),
                Some(text) => word(slot, &text, inner(&found.value)),
                None => tree::expr(ExprKind::Error, found.value.span),
            };
            statements.push(attribute(attribute_word, found, value));
        }
        ActionHead::Generic
    }

    /// The fields beside the configuration.
    fn beside(&self, node: &'d Node, generic: bool) -> Vec<Stmt> {
        let names = &self.names;
        let common = catalog::declaration("action");
        let own = catalog::declaration("generic-action");
        let mut statements = Vec::new();
        let is_approval = !generic && names.get(node, "TimeoutInMinutes").is_some();
        let keys = [
            ("RoleArn", "action-role", common, true),
            ("Region", "region", common, true),
            ("Namespace", "namespace", common, true),
            ("TimeoutInMinutes", "timeout", own, generic || is_approval),
        ];
        for (key, attribute_word, entry, wanted) in keys {
            let Some(found) = names.entry(node, key).filter(|_| wanted) else { continue };
            let Some(slot) = entry.and_then(|entry| entry.slot_of_attribute(attribute_word)) else { continue };
            let value = match key {
                "Region" if names.known_text(&found.value) == self.home => continue,
                "Region" | "Namespace" => {
                    let text = names.known_text(&found.value);
                    text.map(|text| tree::word(&text, inner(&found.value)))
                }
                _ => names.slot(slot, &found.value, Form::Property, &[]),
            };
            let value = match (value, key) {
                (Some(value), "Namespace") => tree::text(&word_text(&value), value.span),
                (Some(value), _) => value,
                (None, _) => continue,
            };
            statements.push(attribute(attribute_word, found, value));
        }
        statements
    }
}

/// The text of a bare word or a string.
fn word_text(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Reference(reference) => reference.head.node.clone(),
        _ => super::slots::text_of(value).unwrap_or_default().to_owned(),
    }
}

/// An attribute that stands for an entry of the document.
pub(super) fn attribute(word: &str, entry: &Entry, value: Expr) -> Stmt {
    let span = entry.key.span.to(entry.value.span);
    let attribute = ast::Attribute { key: tree::ident(word, entry.key.span), value };
    tree::statement(StmtKind::Attribute(attribute), None, span)
}

/// The artifacts that an action names.
pub(super) fn artifacts(names: &Names<'_>, node: &Node, key: &str) -> Vec<Spanned<String>> {
    let list = names.get(node, key).and_then(|list| names.resolved(list));
    let items = list.map(Node::items).unwrap_or_default();
    let name = |item: &Node| {
        let item = names.resolved(item)?;
        let name = names.get(item, "Name")?;
        Some(Spanned::new(names.known_text(name)?, inner(name)))
    };
    items.iter().filter_map(name).collect()
}

/// The artifacts that it makes, each with the files that it lists.
fn outputs(names: &Names<'_>, node: &Node) -> Vec<Output> {
    let list = names.get(node, "OutputArtifacts").and_then(|list| names.resolved(list));
    let items = list.map(Node::items).unwrap_or_default();
    let output = |item: &Node| {
        let item = names.resolved(item)?;
        let name = names.get(item, "Name")?;
        let files = names.get(item, "Files").map(Node::items).unwrap_or_default();
        let span = inner(name);
        let contents = files.iter().map(|file| names.text(file, Reading::Plain)).collect();
        Some(Output { name: Spanned::new(names.known_text(name)?, span), contents, span })
    };
    items.iter().filter_map(output).collect()
}
