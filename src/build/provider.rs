//! `provider`: a custom action type, and the type against which its actions are checked.

use std::sync::Arc;

use crate::catalog::{ActionType, Category, Count, Kind, Owner as Maker, Phase, Slot, SlotType, Words};
use crate::collections::IndexMap;
use crate::diagnostic::families::{names, providers};
use crate::evaluate::{Context, ScopeId, literals};
use crate::expand::Placed;
use crate::hir::{self, Declaration, Entity, Ownership, Property, ProviderKind, ValueKind};
use crate::resolve::place::Place;
use crate::slots::{self, Attributes, Owner, Shape, literal, slots_of};
use crate::source::Spanned;
use crate::syntax::ast::{self, ResourceBody, StmtKind};

use super::builder::Builder;
use super::drafts::Declared;
use super::resource::Filled;

/// The configuration key of an action that the Jenkins plug-in reads.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/structure-configuration-examples.html> (2026-11-23)
const JENKINS_JOB: (&str, &str, &str) = ("ProjectName", "project-name", "The name of the Jenkins job.");

impl<'a> Builder<'a> {
    /// Reads one declaration and builds the type of its actions.
    pub(super) fn provider(&mut self, declared: &Declared<'a, ast::Resource>) {
        if let ResourceBody::Imported(value) = &declared.node.body {
            self.values.diagnostics.push(providers::not_described(&declared.symbol, value.span));
        }
        let Filled { mut declaration, statements } = self.body(declared, Place::Provider);
        declaration.ownership = Ownership::Owned;
        let attributes = &declaration.attributes;
        let kind = match literal(attributes, "kind").as_ref().map(|kind| kind.node.as_str()) {
            Some("jenkins") => ProviderKind::Jenkins,
            Some("third-party") => ProviderKind::ThirdParty,
            _ => ProviderKind::Custom,
        };
        let create = slots::flag(attributes, "create");
        let mut slots = Vec::new();
        let mut properties = Vec::new();
        if kind == ProviderKind::Jenkins {
            let (property, slot) = jenkins_job(&declaration.symbol);
            properties.push(property);
            slots.push(slot);
        }
        for placed in &statements {
            let StmtKind::Property(property) = &placed.statement.kind else { continue };
            if kind == ProviderKind::Jenkins {
                self.values.diagnostics.push(providers::jenkins_property(property.name.span));
            }
            if !self.property(property, placed, &mut properties, &mut slots) {
                declaration.incomplete = true;
                // Actions may still set it.
                slots.extend(property.name.literal().map(|name| Slot::of_property(name, SlotType::Any, None)));
            }
        }
        if !declaration.attributes.contains_key("name") {
            self.values.check_name("provider", &declaration.symbol);
        }
        let action_type = Arc::new(action_type(&declaration, kind, slots));
        self.values.incomplete |= declaration.incomplete;
        self.hir.providers.push(hir::Provider { declaration, kind, create, action_type, properties });
    }

    /// Reads one property. Returns whether all of it could be read.
    fn property(
        &mut self,
        property: &'a ast::Property,
        placed: &Placed<'a>,
        properties: &mut Vec<Property>,
        slots: &mut Vec<Slot>,
    ) -> bool {
        let Some(name) = self.declared_name(&property.name, &placed.at).map(|name| name.symbol) else { return false };
        if let Some(first) = properties.iter().find(|known| known.name.node == name.node) {
            self.values.diagnostics.push(names::duplicate("property", &name, first.name.span));
            return false;
        }
        self.values.check_name("property", &name);
        let at = placed.at.inside(self.values.scopes.child(placed.at.scope));
        let statements = property.block.as_ref().map_or(&[][..], |block| &block.statements);
        let body = self.expand(statements, Place::Plain, "property", &at);
        let shown = format!("property `{}`", name.node).into();
        let owner = Owner { shown: &shown, place: name.span };
        let settings = self.attributes(&body.statements, &slots_of(Shape::Listed("property")), owner);
        let Some((ty, slot_type, values)) = self.property_type(&property.ty, placed.at.scope) else { return false };
        let default = match &property.default {
            Some(default) => {
                let value = self.values.evaluate(default, Context::of_scope(placed.at.scope), Words::Value);
                if !self.values.check_type(&property.ty, &value, &name.node, placed.at.scope) || value.is_poisoned() {
                    return false;
                }
                default_text(&value)
            }
            None => None,
        };
        let doc = placed.statement.doc.as_ref().map(|doc| doc.node.clone());
        let flag = |word: &str| slots::flag(&settings, word);
        let queryable = settings.get("queryable").filter(|_| flag("queryable")).map(|attribute| attribute.word);
        slots.push(Slot {
            required: flag("required") && default.is_none(),
            secret: flag("secret"),
            emit: default,
            values,
            ..Slot::of_property(&name.node, slot_type, doc.as_deref())
        });
        let (required, key, secret) = (flag("required"), flag("key"), flag("secret"));
        properties.push(Property { name, ty, required, key, queryable, secret, doc });
        !body.incomplete
    }

    /// Returns the type of a property: the API's spelling, and what its slot takes.
    fn property_type(
        &mut self,
        ty: &'a ast::Type,
        scope: ScopeId,
    ) -> Option<(&'static str, SlotType, IndexMap<String, String>)> {
        if !self.values.known_type(ty, scope) {
            return None;
        }
        let none = IndexMap::default();
        let texts = literals(ty);
        match &ty.kind {
            ast::TypeKind::Optional(inner) => self.property_type(inner, scope),
            ast::TypeKind::Named { name, .. } => match name.node.as_str() {
                "string" => Some(("String", SlotType::String, none)),
                "number" => Some(("Number", SlotType::Integer, none)),
                "bool" => Some(("Boolean", SlotType::Bool, none)),
                _ => match self.values.declared_type(name, scope) {
                    Some((ty, home)) if !matches!(ty.kind, ast::TypeKind::Named { .. }) => self.property_type(ty, home),
                    _ => self.wrong_property_type(ty),
                },
            },
            _ if !texts.is_empty() => {
                Some(("String", SlotType::Enum, texts.into_iter().map(|text| (text.clone(), text)).collect()))
            }
            _ => self.wrong_property_type(ty),
        }
    }

    fn wrong_property_type<T>(&mut self, ty: &ast::Type) -> Option<T> {
        self.values.diagnostics.push(providers::property_type(ty.span));
        None
    }

    /// Returns the declared provider that a name refers to.
    pub(super) fn declared_provider(&self, name: &ast::Ident, scope: ScopeId) -> Option<&hir::Provider> {
        let entity = self.values.entity(Kind::Provider, name, scope)?;
        let Entity::Provider(id) = entity else { return None };
        self.hir.providers.get(id)
    }
}

fn jenkins_job(symbol: &Spanned<String>) -> (Property, Slot) {
    let (key, word, doc) = JENKINS_JOB;
    let property = Property {
        name: Spanned::new(key.to_owned(), symbol.span),
        ty: "String",
        required: true,
        key: true,
        queryable: Some(symbol.span),
        secret: false,
        doc: Some(doc.to_owned()),
    };
    let slot = Slot::of_property(key, SlotType::String, Some(doc));
    (property, Slot { attribute: word.to_owned(), required: true, ..slot })
}

/// Returns a default in AWS's form.
fn default_text(value: &hir::Value) -> Option<String> {
    match &value.kind {
        ValueKind::Bool(flag) => Some(flag.to_string()),
        ValueKind::Number(number) => Some(number.clone()),
        _ => value.as_str().map(str::to_owned),
    }
}

/// Builds the type of a provider's actions. Parts that could not be read are left open.
fn action_type(declaration: &Declaration, kind: ProviderKind, slots: Vec<Slot>) -> ActionType {
    let attributes = &declaration.attributes;
    let maker = if kind == ProviderKind::ThirdParty { Maker::ThirdParty } else { Maker::Custom };
    let name = literal(attributes, "name").map_or_else(|| declaration.symbol.node.clone(), |name| name.node);
    let version = literal(attributes, "version").map_or_else(|| "1".to_owned(), |version| version.node);
    let mut made = ActionType::unknown(Category::Build, maker, name, version);
    made.categories = categories(attributes);
    made.cross_region = false;
    made.inputs = count(attributes, "inputs");
    made.outputs = count(attributes, "outputs");
    made.slot = slots;
    made.unconfirmed = declaration.incomplete.then(|| "Part of its declaration could not be read.".to_owned());
    made
}

fn categories(attributes: &Attributes) -> Vec<Category> {
    match attributes.get("categories").map(|attribute| &attribute.value.kind) {
        Some(ValueKind::List(items)) => {
            items.iter().filter_map(|item| Category::from_aws(item.as_str().unwrap_or_default())).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the number of artifacts: at most five for inputs and for outputs, as for every custom action type.
fn count(attributes: &Attributes, word: &str) -> Count {
    match attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::Range(min, max)) => {
            let of = |number: u64| usize::try_from(number).unwrap_or(5).min(5);
            Count { min: of(*min), max: of(*max) }
        }
        _ => Count { min: 0, max: 5 },
    }
}

impl Slot {
    /// Creates the slot of a declared action type's key, which also accepts run-time values.
    fn of_property(name: &str, ty: SlotType, doc: Option<&str>) -> Self {
        Self {
            attribute: name.to_owned(),
            key: Some(name.to_owned()),
            ty,
            phase: Phase::Run,
            doc: doc.map_or_else(|| format!("Property {name} of the provider."), str::to_owned),
            ..Self::default()
        }
    }
}
