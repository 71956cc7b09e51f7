//! Pipelines: their own attributes and statements.

use crate::catalog;
use crate::collections::HashMap;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Entry as MapEntry, Expr, ExprKind, Named, ParamKind, Settings, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::{DocumentKind, region_by_arn};

use super::actions::attribute;
use super::chosen::beside_properties;
use super::slots::{Form, word};
use super::values::Reading;
use super::{Reader, TreePurpose, existence, references, wording};

/// Properties that only V2 pipelines have.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html> (2026-11-29)
const OF_V2: [&str; 2] = ["Variables", "Triggers"];

impl<'d> Reader<'d> {
    /// Converts a resource of a template.
    pub(super) fn pipeline_resource(&mut self, entry: &'d Entry) -> Option<Stmt> {
        let mut statement = self.pipeline(entry.value.get("Properties")?, Some(&entry.key));
        if self.is_import()
            && let StmtKind::Pipeline(named) = &mut statement.kind
        {
            let place = entry.key.span;
            let mut own = vec![tree::attribute("logical-id", tree::text(&entry.key.node, place))];
            own.extend(beside_properties(entry, self.additions));
            named.block.statements.splice(0..0, own);
        }
        Some(statement)
    }

    pub(super) fn is_import(&self) -> bool {
        self.names.purpose == TreePurpose::Import
    }

    /// Returns the attributes that only an import sets for a pipeline, such as `named`, `generate`, and `tags`.
    fn import_attributes(&self, node: &'d Node, is_resource: bool) -> Vec<Stmt> {
        let mut statements = Vec::new();
        match self.names.entry(node, "Name") {
            None if is_resource => statements.push(tree::attribute("named", tree::flag(false, node.span))),
            Some(name) if is_resource && self.names.known_text(&name.value).is_none() => {
                statements.push(attribute("name", name, self.names.text(&name.value, Reading::Plain)));
            }
            _ => {}
        }
        // What starts the pipeline is a separate resource, or existing.
        statements.push(tree::attribute("generate", tree::flag(false, node.span)));
        if self.names.get(node, "PipelineType").is_none() {
            statements.push(tree::attribute("type", tree::word("default", node.span)));
        }
        let slot = catalog::declaration("pipeline").and_then(|entry| entry.slot_of_attribute("tags"));
        if let Some((tags, slot)) = self.names.entry(node, "Tags").zip(slot) {
            let value = self.names.slot(slot, &tags.value, Form::Property, &[]);
            statements.extend(value.map(|value| attribute("tags", tags, value)));
        }
        statements
    }

    /// Converts a pipeline. `id`: its logical ID.
    pub(super) fn pipeline(&mut self, node: &'d Node, id: Option<&'d Spanned<String>>) -> Stmt {
        let name = self.names.entry(node, "Name");
        let known = name
            .and_then(|name| self.names.known_text(&name.value).map(|text| Spanned::new(text, name.value.text_span())));
        let symbol =
            id.cloned().or_else(|| known.clone()).unwrap_or_else(|| Spanned::new("Pipeline".to_owned(), node.span));
        self.words.push(wording::Region::listed(node.span, self.names.kind, "pipeline"));
        let mut statements = Vec::new();
        if let (Some(name), Some(known), Some(_)) = (name, &known, id) {
            statements.push(attribute("name", name, tree::text(&known.node, known.span)));
        }
        if self.is_import() {
            statements.extend(self.import_attributes(node, id.is_some()));
        }
        statements.extend(self.pipeline_attributes(node));
        let home = self.home_region(node);
        self.home = home.as_ref().map(|region| region.node.clone());
        self.has_one_store = self.names.entry(node, "ArtifactStore").is_some();
        if let Some(region) = home {
            statements.push(tree::attribute("region", tree::word(&region.node, region.span)));
        }
        if let Some(raw) = self.additions.pipelines.get(&self.at.0) {
            statements.push(tree::attribute("raw", tree::expr(ExprKind::Map(raw.clone()), node.span)));
        }
        if id.is_none() {
            statements.extend(self.tags_beside());
        }
        statements.extend(self.store(node));
        statements.extend(self.variables(node));
        statements.extend(id.map(|id| self.start_events(&id.node)).unwrap_or_default());
        let disabled = self.disabled(node);
        statements.extend(self.stages(node, &disabled));
        if self.is_import() {
            let produced = references::produced(&statements);
            references::without_unproduced(&mut statements, &produced);
            references::resolve(&mut statements);
            statements = existence::in_ifs(statements);
        }
        let place = known.filter(|_| id.is_none()).map_or(symbol.span, |name| name.span);
        let block = tree::block(statements, node.span);
        let named = Named { keyword: place, name: tree::name(&symbol.node, place), block };
        tree::statement(StmtKind::Pipeline(named), None, node.span)
    }

    fn pipeline_attributes(&self, node: &'d Node) -> Vec<Stmt> {
        let names = &self.names;
        let slots = catalog::declaration("pipeline");
        let slot = |name: &str| slots.and_then(|entry| entry.slot_of_attribute(name));
        let mut statements = Vec::new();
        let ty = names.entry(node, "PipelineType");
        match ty.and_then(|ty| names.known_text(&ty.value).map(|text| (ty, text))) {
            Some((ty, text)) => {
                let value = slot("type").map(|slot| word(slot, &text, ty.value.text_span()));
                statements.extend(value.map(|value| attribute("type", ty, value)));
            }
            // Sources disagree about the type of a pipeline that does not set one but uses features of V2.
            _ if !self.is_import() && ty.is_none() && !OF_V2.iter().any(|key| names.get(node, key).is_some()) => {
                statements.push(tree::attribute("type", tree::word("V1", node.span.before())));
            }
            _ => {}
        }
        let keys = [
            ("ExecutionMode", "mode"),
            ("RoleArn", "role"),
            ("RestartExecutionOnUpdate", "restart-on-update"),
            ("Tags", "tags"),
        ];
        for (key, attribute_word) in keys.into_iter().filter(|(key, _)| *key != "Tags" || !self.is_import()) {
            let Some(found) = names.entry(node, key).filter(|it| !self.additions.leaves_out(&it.value)) else {
                continue;
            };
            let Some(slot) = slot(attribute_word) else { continue };
            let value = names.slot(slot, &found.value, Form::Property, &[]);
            statements.extend(value.map(|value| attribute(attribute_word, found, value)));
        }
        statements
    }

    /// Returns `artifacts { ... }`.
    fn store(&self, node: &'d Node) -> Option<Stmt> {
        let names = &self.names;
        let (key, store) = self.home_store(node)?;
        let slots = catalog::declaration("artifacts")?;
        let mut statements = Vec::new();
        let location = names.entry(store, "Location");
        let bucket =
            location.and_then(|it| names.slot(slots.slot_of_attribute("bucket")?, &it.value, Form::Property, &[]));
        if let (Some(location), Some(bucket)) = (location, bucket) {
            statements.push(attribute("bucket", location, bucket));
        }
        let id = names.get(store, "EncryptionKey").and_then(|key| names.entry(key, "Id"));
        let encryption = id.and_then(|it| names.slot(slots.slot_of_attribute("key")?, &it.value, Form::Property, &[]));
        if let (Some(id), Some(encryption)) = (id, encryption) {
            statements.push(attribute("key", id, encryption));
        }
        statements.extend(self.other_stores(node, store));
        let settings = Settings { keyword: tree::ident("artifacts", key), block: tree::block(statements, store.span) };
        Some(tree::statement(StmtKind::Settings(settings), None, store.span))
    }

    /// Returns the artifact bucket for the pipeline's own Region, and the span of its key. Of several, it is the one
    /// whose Region no action names.
    fn home_store(&self, node: &'d Node) -> Option<(Span, &'d Node)> {
        let names = &self.names;
        if let Some(entry) = names.entry(node, "ArtifactStore") {
            return Some((entry.key.span, &entry.value));
        }
        let key = names.entry(node, "ArtifactStores")?.key.span;
        let all = self.stores_by_region(node);
        let regions = self.named_regions(node);
        let source = regions.iter().find(|(_, is_source)| *is_source).filter(|_| self.all_name_regions(node));
        let is_home = |(region, _): &&(Option<Spanned<String>>, &Node)| match (region, source) {
            (Some(region), Some((home, _))) => region.node == home.node,
            (Some(region), None) => !regions.iter().any(|(named, _)| named.node == region.node),
            (None, _) => true,
        };
        let home = all.iter().find(is_home).or(all.first())?;
        Some((key, home.1))
    }

    /// Returns the tags beside a definition, as `create-pipeline` takes them.
    fn tags_beside(&self) -> Option<Stmt> {
        let tags = self.root.entry("tags").filter(|tags| !tags.value.items().is_empty())?;
        let entry = |item: &Node| {
            let key = item.get("key")?.spanned()?;
            Some(MapEntry { key, value: self.names.text(item.get("value")?, Reading::Plain) })
        };
        let entries = tags.value.items().iter().map(entry).collect::<Option<Vec<_>>>()?;
        Some(attribute("tags", tags, tree::expr(ExprKind::Map(entries), tags.value.span)))
    }

    /// Returns the pipeline's own Region, if its artifact buckets determine it.
    fn home_region(&self, node: &'d Node) -> Option<Spanned<String>> {
        let regions = self.named_regions(node);
        // Sources run in the pipeline's Region; `get-pipeline` prints it in every action.
        if self.all_name_regions(node)
            && let Some((region, _)) = regions.iter().find(|(_, is_source)| *is_source)
        {
            return Some(region.clone());
        }
        // With one artifact bucket, all actions are in one Region.
        // <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html> (2026-11-29)
        if self.names.entry(node, "ArtifactStore").is_some() {
            if !self.is_import() {
                // An action may name another Region by mistake.
                let region = region_by_arn(self.root, node)?;
                return Some(Spanned::new(region.node.to_owned(), region.span));
            }
            let (first, _) = regions.first()?;
            return regions.iter().all(|(region, _)| region.node == first.node).then(|| first.clone());
        }
        let (_, home) = self.home_store(node)?;
        let mut all = self.stores_by_region(node).into_iter();
        all.find(|(_, store)| std::ptr::eq(*store, home))?.0
    }

    /// Returns the artifact buckets of a pipeline that has several, each with its Region.
    pub(super) fn stores_by_region(&self, node: &'d Node) -> Vec<(Option<Spanned<String>>, &'d Node)> {
        let names = &self.names;
        let Some(stores) = names.get(node, "ArtifactStores") else { return Vec::new() };
        match names.kind {
            DocumentKind::Template => {
                let store = |item: &'d Node| {
                    let region = item.get("Region");
                    let known =
                        region.and_then(|it| names.known_text(it).map(|text| Spanned::new(text, it.text_span())));
                    Some((known, item.get("ArtifactStore")?))
                };
                stores.items().iter().filter_map(store).collect()
            }
            DocumentKind::Definition => {
                stores.entries().iter().map(|entry| (Some(entry.key.clone()), &entry.value)).collect()
            }
        }
    }

    /// Returns whether every action sets a Region, as in the output of `get-pipeline`.
    fn all_name_regions(&self, node: &'d Node) -> bool {
        let items = |node: &'d Node, key: &str| self.names.get(node, key).map(Node::items).unwrap_or_default();
        let mut actions = items(node, "Stages").iter().flat_map(|stage| items(stage, "Actions"));
        actions.all(|action| self.names.get(action, "Region").is_some())
    }

    /// Returns the Regions that actions set, and whether the action is a source.
    fn named_regions(&self, node: &'d Node) -> Vec<(Spanned<String>, bool)> {
        let names = &self.names;
        let items = |node: &'d Node, key: &str| names.get(node, key).map(Node::items).unwrap_or_default();
        let actions = items(node, "Stages").iter().flat_map(|stage| items(stage, "Actions"));
        let region = |action: &'d Node| {
            let region = names.get(action, "Region")?;
            let category = names.get(action, "ActionTypeId").and_then(|id| names.get(id, "Category"));
            let is_source = category.and_then(Node::literal) == Some("Source");
            Some((Spanned::new(region.literal()?.to_owned(), region.text_span()), is_source))
        };
        actions.filter_map(region).collect()
    }

    /// Returns `regions = { ... }`.
    fn other_stores(&self, node: &'d Node, home: &'d Node) -> Option<Stmt> {
        let names = &self.names;
        let slots = catalog::declaration("artifacts")?;
        let (bucket, key) = (slots.slot_of_attribute("bucket")?, slots.slot_of_attribute("key")?);
        let entry = names.entry(node, "ArtifactStores")?;
        let mut entries = Vec::new();
        for (region, store) in self.stores_by_region(node) {
            if std::ptr::eq(store, home) {
                continue;
            }
            let (Some(region), Some(location)) = (region, names.get(store, "Location")) else { continue };
            let Some(bucket) = names.slot(bucket, location, Form::Property, &[]) else { continue };
            let id = names.get(store, "EncryptionKey").and_then(|key| names.get(key, "Id"));
            let value = match id.and_then(|id| names.slot(key, id, Form::Property, &[])) {
                None => bucket,
                Some(id) => {
                    let field = |word: &str, value: Expr| MapEntry { key: tree::ident(word, value.span), value };
                    tree::expr(ExprKind::Map(vec![field("bucket", bucket), field("key", id)]), store.span)
                }
            };
            entries.push(MapEntry { key: region, value });
        }
        let map = tree::expr(ExprKind::Map(entries), entry.value.span);
        Some(attribute("regions", entry, map))
    }

    /// Returns `variable name: string = default`.
    fn variables(&self, node: &'d Node) -> Vec<Stmt> {
        let names = &self.names;
        let items = names.get(node, "Variables").map(Node::items).unwrap_or_default();
        let variable = |item: &'d Node| {
            let name = names.get(item, "Name")?;
            let place = name.text_span();
            let default = names
                .get(item, "DefaultValue")
                .and_then(|it| names.known_text(it).map(|text| tree::text(&text, it.text_span())));
            let doc = names.get(item, "Description").and_then(Node::literal);
            let kind = StmtKind::Param(ast::Param {
                kind: ParamKind::Variable,
                keyword: place,
                name: tree::ident(&names.known_text(name)?, place),
                ty: tree::named_type("string", place),
                default,
                block: None,
            });
            Some(tree::statement(kind, doc, item.span))
        };
        items.iter().filter_map(variable).collect()
    }

    /// Returns the names of the stages with a disabled inbound transition, each with the reason.
    fn disabled(&self, node: &'d Node) -> HashMap<String, Expr> {
        let names = &self.names;
        let items = names.get(node, "DisableInboundStageTransitions").map(Node::items).unwrap_or_default();
        let entry = |item: &'d Node| {
            let stage = names.known_text(names.get(item, "StageName")?)?;
            let reason = names.get(item, "Reason")?;
            Some((stage, tree::text(&names.known_text(reason)?, reason.text_span())))
        };
        items.iter().filter_map(entry).collect()
    }
}
