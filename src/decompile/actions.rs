//! Actions: the header, and the attributes of the block.

use std::sync::Arc;

use crate::catalog::regions;
use crate::catalog::shapes::shape;
use crate::catalog::{self, ActionType, Category, Header, Owner, Phase, Slot};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ActionHead, Clauses, Entry as MapEntry, Expr, ExprKind, Output, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node, NodeKind};

use super::file_pairs::FilePairs;
use super::slots::{Form, word};
use super::values::{Names, Reading};
use super::{ActionAdditions, Reader, TreePurpose, unread, wording};

/// An action being converted to a statement.
pub(super) struct ReadAction<'d> {
    pub(super) node: &'d Node,
    pub(super) name: Option<Spanned<String>>,
    pub(super) run_order: u32,
    pub(super) statement: Stmt,
}

impl ReadAction<'_> {
    /// Returns whether it is a source.
    pub(super) fn is_source(&self) -> bool {
        match &self.statement.kind {
            StmtKind::Action(ast::Action { head: ActionHead::Typed { category, .. }, .. }) => category.node == "source",
            StmtKind::Action(action) => action.block.iter().flat_map(|block| &block.statements).any(|statement| {
                matches!(&statement.kind, StmtKind::Attribute(it)
                    if it.key.node == "category" && word_text(&it.value) == "source")
            }),
            _ => false,
        }
    }

    /// Adds a statement to its block.
    pub(super) fn add(&mut self, statement: Stmt) {
        let span = self.node.span;
        if let StmtKind::Action(action) = &mut self.statement.kind {
            action.block.get_or_insert_with(|| tree::block(Vec::new(), span)).statements.push(statement);
        }
    }
}

/// The parts of an action's type.
struct TypeId<'d> {
    node: Option<&'d Node>,
    category: Option<Category>,
    known: Option<(&'static str, Arc<ActionType>)>,
    /// Whether the configuration has the key that selects this type. Otherwise, the statement of the provider would mean
    /// another type.
    selects: bool,
}

impl<'d> Reader<'d> {
    /// Builds the statement of an action. `filters`: statements about what starts it.
    /// `after`: the run order for an action whose own one cannot be read.
    pub(super) fn action(&mut self, node: &'d Node, filters: Vec<Stmt>, after: u32) -> ReadAction<'d> {
        let names = &self.names;
        let name = names
            .get(node, "Name")
            .and_then(|name| names.known_text(name).map(|text| Spanned::new(text, name.text_span())));
        let place = names.get(node, "Name").map_or(node.span, Node::text_span);
        let id = self.type_id(node);
        let inputs = artifacts(names, node, "InputArtifacts");
        let read: Vec<&str> = inputs.iter().map(|input| input.node.as_str()).collect();
        let mut from: Vec<Expr> = inputs.iter().map(|input| tree::reference(&[&input.node], input.span)).collect();
        let mut statements = Vec::new();
        let head = self.head(&id, place, &mut statements);
        let action_type = id.known.as_ref().map(|(_, known)| Arc::clone(known)).filter(|_| head != ActionHead::Generic);
        let added = self.added();
        let mut raw = Vec::new();
        let is_read = |node: &&Node| !self.is_import() || node.intrinsic().is_none();
        let configuration = names.get(node, "Configuration").filter(is_read);
        let is_unreadable = !self.is_import() && self.has_wrong_form(node, configuration);
        let pairs = configuration.zip(action_type.as_deref()).filter(|_| !self.is_import());
        let pairs = pairs.map(|(node, known)| FilePairs::of(node, known, &read)).unwrap_or_default();
        let unpaired = |entry: &&Entry| !pairs.has(&entry.key.node);
        for entry in configuration.map(Node::entries).unwrap_or_default().iter().filter(unpaired) {
            let as_written = added.is_some_and(|added| added.as_written.contains(&entry.key.node));
            let known = action_type.as_deref().filter(|_| !as_written);
            let slot = known.and_then(|known| known.slot_of_key(&entry.key.node));
            self.key(entry, slot, &read, (&mut from, &mut statements, &mut raw));
        }
        statements.extend(pairs.statements);
        statements.extend(action_type.iter().flat_map(|known| self.action_level(node, known, &read)));
        for key in added.iter().flat_map(|added| &added.left_out) {
            raw.push(MapEntry { key: tree::ident(key, place), value: tree::expr(ExprKind::Null, place) });
        }
        if !raw.is_empty() {
            let span = configuration.map_or(place, |node| node.span);
            statements.push(tree::attribute("configuration", tree::expr(ExprKind::Map(raw), span)));
        }
        statements.extend(self.beside(node, head == ActionHead::Generic));
        statements.extend(filters);
        if self.additions.foreign_sources && action_type.as_deref().is_some_and(|known| known.git) {
            statements.push(tree::attribute("checkout", tree::flag(false, place)));
        }
        if let Some(added) = added.filter(|added| !added.raw.is_empty()) {
            statements.push(tree::attribute("raw", tree::expr(ExprKind::Map(added.raw.clone()), place)));
        }
        let block = (!statements.is_empty()).then(|| tree::block(statements, node.span));
        let clauses = Clauses { environment: None, from, to: outputs(names, node) };
        let written = name.as_ref().map_or_else(|| self.placeholder(node), |name| name.node.clone());
        let action = ast::Action { head, keyword: place, name: tree::name(&written, place), clauses, block };
        let worded = action_type.as_deref().or(id.known.as_ref().map(|(_, known)| &**known));
        self.words.push(wording::Region::of_action(node.span, self.names.kind, worded));
        let run_order = self.names.get(node, "RunOrder").map(|order| {
            let order = order.literal().and_then(|text| text.parse().ok());
            order.filter(|order| self.is_import() || is_run_order(*order)).unwrap_or(after)
        });
        let statement =
            if is_unreadable { unread(node.span) } else { tree::statement(StmtKind::Action(action), None, node.span) };
        ReadAction { node, name, run_order: run_order.unwrap_or(1), statement }
    }

    /// Returns whether the parts of an action are not the maps and lists that they should be.
    fn has_wrong_form(&self, node: &Node, configuration: Option<&Node>) -> bool {
        let names = &self.names;
        let is_map = |node: &Node| node.intrinsic().is_some() || matches!(node.kind, NodeKind::Mapping(_));
        let mut listed = ["InputArtifacts", "OutputArtifacts"].iter().filter_map(|key| names.get(node, key));
        let is_wrong_list = |list: &Node| {
            matches!(list.kind, NodeKind::Mapping(_)) && list.intrinsic().is_none() || !list.items().iter().all(is_map)
        };
        configuration.is_some_and(|node| !is_map(node))
            || names.get(node, "OutputVariables").is_some_and(|list| list.scalar().is_some())
            || listed.any(is_wrong_list)
            || names.has_nameless_artifact(node)
    }

    /// Returns the attributes that are beside the configuration.
    fn action_level(&self, node: &'d Node, action_type: &ActionType, inputs: &[&str]) -> Vec<Stmt> {
        let slots = action_type.slot.iter().filter(|slot| slot.action_level);
        let statement = |slot: &Slot| {
            let entry = slot.key.as_deref().and_then(|key| self.names.entry(node, key))?;
            Some(attribute(&slot.attribute, entry, self.names.slot(slot, &entry.value, Form::Property, inputs)?))
        };
        slots.filter_map(statement).collect()
    }

    /// Returns a name that nothing else has, for an action whose own one is known only at deployment.
    fn placeholder(&mut self, node: &'d Node) -> String {
        let unnamed = if self.is_import() { self.at.2 + 1 } else { node.span.start as usize };
        let written = format!("Action{unnamed}");
        if let Some(expression) = self.names.get(node, "Name").and_then(|name| self.names.expression(name)) {
            self.names.computed.add(&written, expression);
        }
        written
    }

    /// Adds one key of the configuration.
    fn key(
        &self,
        entry: &'d Entry,
        slot: Option<&Slot>,
        inputs: &[&str],
        (from, statements, raw): (&mut Vec<Expr>, &mut Vec<Stmt>, &mut Vec<MapEntry>),
    ) {
        let names = &self.names;
        let Some(node) = names.resolved(&entry.value).filter(|node| !self.additions.leaves_out(node)) else { return };
        let constant = names.constant(&entry.value, node);
        let node = constant.as_ref().unwrap_or(node);
        // Anything other than text or a function is not a valid configuration value, and is reported as such.
        if node.scalar().is_none() && node.intrinsic().is_none() {
            let unread = tree::expr(ExprKind::Error, node.span);
            match slot {
                Some(slot) => statements.push(attribute(&slot.attribute, entry, unread)),
                None => raw.push(MapEntry { key: entry.key.clone(), value: unread }),
            }
            return;
        }
        // CodePipeline replaces variables in every value of a configuration, also in those that a statement must know earlier.
        let is_late = |slot: &&Slot| slot.phase != Phase::Run && node.literal().is_some_and(|text| text.contains("#{"));
        if let Some(slot) = slot.filter(|slot| slot.path_key.is_none() && !slot.action_level && !is_late(slot)) {
            let value = names.slot(slot, node, Form::Text, inputs);
            match (slot.header, value) {
                (Some(Header::FromFile), Some(file)) => {
                    let is_it = |input: &&mut Expr| match (&input.kind, &file.kind) {
                        (ExprKind::Reference(reference), ExprKind::ArtifactFile { artifact, .. }) => {
                            reference.head.node == artifact.node
                        }
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

    /// Returns what an import adds to the action being read.
    fn added(&self) -> Option<&'d ActionAdditions> {
        self.additions.actions.get(&self.at)
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
        let configuration = names.get(node, "Configuration");
        let has = |key: &str| configuration.is_none_or(|node| node.intrinsic().is_some() || node.entry(key).is_some());
        let is_chosen = |known: &ActionType| {
            let slot = known.slot.iter().find(|slot| Some(&slot.attribute) == known.chosen_by.as_ref());
            slot.and_then(|slot| slot.key.as_deref()).is_none_or(has)
        };
        let selects = known.as_ref().is_none_or(|(_, known)| is_chosen(known));
        TypeId { node: id, category, known, selects }
    }

    /// Returns the first words; attributes set a type that the catalog does not describe.
    fn head(&self, id: &TypeId<'d>, place: Span, statements: &mut Vec<Stmt>) -> ActionHead {
        if let (Some(category), Some((provider, _)), true) = (id.category, &id.known, id.selects) {
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
        let mut parts = ["Category", "Owner", "Provider"].into_iter().map(|key| self.names.get(id.node?, key));
        let is_unknown = self.is_import() && parts.any(|part| part.and_then(|it| self.names.known_text(it)).is_none());
        for (key, attribute_word) in
            [("Category", "category"), ("Owner", "owner"), ("Provider", "provider"), ("Version", "version")]
        {
            let found = id.node.and_then(|node| self.names.entry(node, key));
            let Some(slot) = entry.and_then(|entry| entry.slot_of_attribute(attribute_word)) else { continue };
            let known = found.and_then(|found| self.names.known_text(&found.value));
            // An import adds unknown parts in AWS's words; until then, the type is a custom one.
            let known = match attribute_word {
                "owner" if is_unknown => Some("Custom".to_owned()),
                "provider" if is_unknown => Some("Unknown".to_owned()),
                "category" if is_unknown && known.is_none() => {
                    Some(if self.at.1 == 0 { "Source" } else { "Build" }.to_owned())
                }
                _ => known,
            };
            let place = found.map_or(place, |found| found.value.text_span());
            let value = match known {
                Some(text) if slot.values.is_empty() => tree::text(&text, place),
                Some(text) => word(slot, &text, place),
                // What is missing is reported with the form of the document.
                None if self.is_import() || found.is_none() && attribute_word == "version" => continue,
                None => tree::expr(ExprKind::Error, place),
            };
            statements.push(match found {
                Some(found) => attribute(attribute_word, found, value),
                None => tree::attribute(attribute_word, value),
            });
        }
        ActionHead::Generic
    }

    /// Returns whether a Region is that of the pipeline. With one artifact bucket it has to be, whatever an action names;
    /// a rule about artifact buckets compares them.
    fn is_own_region(&self, region: Option<&str>) -> bool {
        self.has_one_store && region.is_some_and(regions::is_known) || region == self.home.as_deref()
    }

    /// Returns the fields outside the configuration.
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
            let in_raw = self.added().is_some_and(|added| added.raw.iter().any(|entry| entry.key.node == key));
            let found = names.entry(node, key).filter(|it| wanted && !in_raw && !self.additions.leaves_out(&it.value));
            let Some(found) = found else { continue };
            let Some(slot) = entry.and_then(|entry| entry.slot_of_attribute(attribute_word)) else { continue };
            let value = match key {
                "Region" if !self.is_import() && self.is_own_region(names.known_text(&found.value).as_deref()) => {
                    continue;
                }
                "Region" | "Namespace" => {
                    let text = names.known_text(&found.value);
                    text.map(|text| tree::word(&text, found.value.text_span()))
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

/// Returns whether a number can be a run order.
fn is_run_order(order: u32) -> bool {
    let range = shape("Action").and_then(|shape| shape.range.get("RunOrder"));
    range.is_none_or(|[least, most]| (*least..=*most).contains(&u64::from(order)))
}

/// Returns the text of a bare word or a string.
fn word_text(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Reference(reference) => reference.head.node.clone(),
        _ => super::slots::text_of(value).unwrap_or_default().to_owned(),
    }
}

/// Returns an attribute that represents an entry of the document.
pub(super) fn attribute(word: &str, entry: &Entry, value: Expr) -> Stmt {
    let span = entry.key.span.to(entry.value.span);
    let attribute = ast::Attribute { key: tree::ident(word, entry.key.span), value };
    tree::statement(StmtKind::Attribute(attribute), None, span)
}

/// Returns the artifacts that an action refers to.
pub(super) fn artifacts(names: &Names<'_>, node: &Node, key: &str) -> Vec<Spanned<String>> {
    let list = names.get(node, key).and_then(|list| names.resolved(list));
    let items = list.map(Node::items).unwrap_or_default();
    let name = |item: &Node| {
        let item = names.resolved(item)?;
        let name = names.get(item, "Name")?;
        Some(Spanned::new(names.artifact_name(name)?, name.text_span()))
    };
    let writable = |name: &Spanned<String>| names.purpose == TreePurpose::Check || ast::is_identifier(&name.node);
    items.iter().filter_map(name).filter(writable).collect()
}

/// Returns the artifacts that it produces, each with the files that it lists.
fn outputs(names: &Names<'_>, node: &Node) -> Vec<Output> {
    let list = names.get(node, "OutputArtifacts").and_then(|list| names.resolved(list));
    let items = list.map(Node::items).unwrap_or_default();
    // Only actions of this category have files of outputs; that others have none is reported separately.
    let category = names.get(node, "ActionTypeId").and_then(|id| names.get(id, "Category")).and_then(Node::literal);
    let lists_files = category.is_none_or(|category| category == Category::Compute.aws());
    let output = |item: &Node| {
        let item = names.resolved(item)?;
        let name = names.get(item, "Name")?;
        let files = names.get(item, "Files").filter(|_| lists_files).map(Node::items).unwrap_or_default();
        let span = name.text_span();
        let contents = files.iter().map(|file| names.text(file, Reading::Plain)).collect();
        Some(Output { name: Spanned::new(names.artifact_name(name)?, span), contents, span })
    };
    let writable = |output: &Output| names.purpose == TreePurpose::Check || ast::is_identifier(&output.name.node);
    items.iter().filter_map(output).filter(writable).collect()
}
