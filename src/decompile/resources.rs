//! The resources of a template that the language declares, other than pipelines.

use crate::catalog::{self, Kind};
use crate::collections::HashSet;
use crate::source::Span;
use crate::syntax::ast::{self, Resource, ResourceBody, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document;

use super::actions::attribute;
use super::slots::{Form, entry_at};
use super::{Reader, wording};

/// The keys in AWS of attributes that the catalog lists under another key.
const PLACES: [(&str, &str); 2] = [("BucketEncryption.KMSMasterKeyID", ""), ("LifecycleConfiguration", "")];

impl<'d> Reader<'d> {
    /// Determines which resources statements declare.
    pub(super) fn declare(&mut self) {
        let used = self.used_projects();
        let mut declared = Vec::new();
        for (id, (kind, entry)) in &self.names.resources {
            let Some(kind) = *kind else { continue };
            let properties = entry.value.get("Properties");
            let is_declared = match kind {
                Kind::Project => {
                    let source = properties.and_then(|node| node.at(&["Source", "Type"])).and_then(Node::literal);
                    source == Some("CODEPIPELINE") || used.contains(*id)
                }
                Kind::Role => properties.is_some_and(|node| self.service(node).is_some()),
                Kind::Provider | Kind::Environment => false,
                _ => true,
            };
            if is_declared && ast::is_identifier(id) {
                declared.push((*id, (kind, (*id).to_owned())));
            }
        }
        self.names.declared.extend(declared);
    }

    /// Returns the logical IDs of the projects that actions refer to.
    fn used_projects(&self) -> HashSet<String> {
        let mut used = HashSet::default();
        for pipeline in pipeline_document::pipelines(self.root) {
            each_entry(&pipeline.value, &mut |entry| {
                if entry.key.node == "ProjectName" {
                    used.extend(entry.value.referred());
                }
            });
        }
        used
    }

    /// Returns the statements of the resources, in the order of the document.
    pub(super) fn resources(&mut self) -> Vec<Stmt> {
        let entries = self.root.get("Resources").map(Node::entries).unwrap_or_default();
        let mut statements = Vec::new();
        for entry in entries {
            let ty = entry.value.get("Type").and_then(Node::literal).unwrap_or_default();
            if ty == "AWS::CodePipeline::CustomActionType" {
                statements.extend(self.action_type(entry));
                continue;
            }
            match self.names.declared.get(entry.key.node.as_str()).map(|(kind, _)| *kind) {
                Some(Kind::Role) => statements.extend(self.role(entry)),
                Some(kind) if kind != Kind::Pipeline => statements.push(self.resource(entry, kind)),
                _ => {}
            }
        }
        statements
    }

    fn resource(&mut self, entry: &'d Entry, kind: Kind) -> Stmt {
        self.words.push(wording::Region::listed(entry.key.span.to(entry.value.span), self.names.kind, kind.word()));
        let properties = entry.value.get("Properties");
        let statements = properties.map(|node| self.attributes(node, kind.word())).unwrap_or_default();
        declaration(entry, kind, None, statements)
    }

    /// Returns the attributes that the catalog lists under a word, if properties set them.
    pub(super) fn attributes(&self, node: &'d Node, word: &str) -> Vec<Stmt> {
        let slots = catalog::declaration(word).map(|entry| entry.slot.as_slice()).unwrap_or_default();
        let mut statements = Vec::new();
        for slot in slots {
            let Some(path) = slot.key.as_deref().filter(|path| PLACES.iter().all(|(known, _)| known != path)) else {
                continue;
            };
            let keys: Vec<&str> = path.split('.').collect();
            let Some(found) = entry_at(node, &keys) else { continue };
            let value = self.names.slot(slot, &found.value, Form::Property, &[]);
            // A value that is set but unknown is not absent.
            let value = value.unwrap_or_else(|| tree::expr(ast::ExprKind::Error, found.value.span));
            statements.push(attribute(&slot.attribute, found, value));
        }
        if word == "bucket" && node.at(&["VersioningConfiguration", "Status"]).is_none() {
            statements.push(tree::attribute("versioned", tree::flag(false, node.span.before())));
        }
        statements
    }

    /// Returns a `provider` declaration.
    fn action_type(&mut self, entry: &'d Entry) -> Option<Stmt> {
        let node = entry.value.get("Properties")?;
        if !ast::is_identifier(&entry.key.node) {
            return None;
        }
        let text = |key: &str| node.entry(key).and_then(|it| Some((it, self.names.known_text(&it.value)?)));
        let (category, category_text) = text("Category")?;
        let (provider, provider_text) = text("Provider")?;
        let mut statements = Vec::new();
        statements.push(attribute("kind", category, tree::word("custom", category.value.text_span())));
        let word = category_text.to_ascii_lowercase();
        let list = tree::list(vec![tree::word(&word, category.value.text_span())], category.value.span);
        statements.push(attribute("categories", category, list));
        statements.push(attribute("name", provider, tree::text(&provider_text, provider.value.text_span())));
        if let Some((version, version_text)) = text("Version") {
            statements.push(attribute("version", version, tree::text(&version_text, version.value.text_span())));
        }
        statements.push(tree::attribute("create", tree::flag(true, entry.key.span)));
        for (key, attribute_word) in [("InputArtifactDetails", "inputs"), ("OutputArtifactDetails", "outputs")] {
            let Some(found) = node.entry(key) else { continue };
            let bound = |name: &str| found.value.get(name).and_then(Node::literal)?.parse().ok();
            let (least, most) = (bound("MinimumCount")?, bound("MaximumCount")?);
            let range = tree::expr(ast::ExprKind::Range(least, most), found.value.span);
            statements.push(attribute(attribute_word, found, range));
        }
        statements.extend(self.attributes(node, "provider"));
        let properties = node.get("ConfigurationProperties").map(Node::items).unwrap_or_default();
        statements.extend(properties.iter().filter_map(property));
        Some(declaration(entry, Kind::Provider, None, statements))
    }
}

/// Returns the kind of declaration that creates resources of a type.
pub fn kind_of(resource_type: &str) -> Option<Kind> {
    match resource_type {
        // The former name of the service. <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>
        // (2026-11-29)
        "AWS::CodeStarConnections::Connection" => Some(Kind::Connection),
        _ => Kind::all().find(|kind| kind.resource() == resource_type),
    }
}

/// Calls `visit` with every entry below a node.
fn each_entry<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Entry)) {
    for entry in node.entries() {
        visit(entry);
        each_entry(&entry.value, visit);
    }
    for item in node.items() {
        each_entry(item, visit);
    }
}

/// Returns the statement that declares a resource.
pub(super) fn declaration(entry: &Entry, kind: Kind, service: Option<ast::Ident>, mut statements: Vec<Stmt>) -> Stmt {
    let place = entry.key.span;
    statements.push(tree::attribute("logical-id", tree::text(&entry.key.node, place)));
    let body = ResourceBody::Block(tree::block(statements, entry.value.span));
    let name = tree::name(&entry.key.node, place);
    let resource = Resource { kind, keyword: place, name, service, body };
    tree::statement(StmtKind::Resource(resource), None, place)
}

/// Returns a configuration key of an action type.
fn property(node: &Node) -> Option<Stmt> {
    let name = node.get("Name")?;
    let span: Span = name.text_span();
    let ty = match node.get("Type").and_then(Node::literal) {
        Some("Number") => "number",
        Some("Boolean") => "bool",
        _ => "string",
    };
    let flags = [("Required", "required"), ("Key", "key"), ("Queryable", "queryable"), ("Secret", "secret")];
    let set = flags.into_iter().filter_map(|(key, word)| {
        let found = node.entry(key)?;
        (found.value.as_bool()?).then(|| attribute(word, found, tree::flag(true, found.value.text_span())))
    });
    let block = tree::block(set.collect(), node.span);
    let property = ast::Property {
        keyword: span,
        name: tree::name(name.literal()?, span),
        ty: tree::named_type(ty, span),
        default: None,
        block: Some(block).filter(|block| !block.statements.is_empty()),
    };
    Some(tree::statement(StmtKind::Property(property), node.get("Description").and_then(Node::literal), span))
}
