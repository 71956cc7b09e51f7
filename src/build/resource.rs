//! Second pass: the declarations other than pipelines.

use crate::catalog::{ExampleValue, Kind, Words};
use crate::diagnostic::families::{attributes, names, statements};
use crate::evaluate::{Context, is_file_call};
use crate::expand::{Body, Placed};
use crate::hir::{BucketId, Declaration, Entity, Ownership, Project, Role, RoleId, RolePolicy, Value, ValueKind};
use crate::resolve::place::Place;
use crate::slots::{Attributes, Owner, Shape, describe, require, slots_of};
use crate::source::Spanned;
use crate::syntax::ast::{self, Expr, ExprKind, ResourceBody, StmtKind};

use super::builder::Builder;
use super::drafts::Declared;

/// A declaration, and the statements of its block that are not attributes.
pub(super) struct Filled<'a> {
    pub(super) declaration: Declaration,
    pub(super) statements: Vec<Placed<'a>>,
}

impl<'a> Builder<'a> {
    /// Fills in every declaration, in the order of their IDs.
    pub(super) fn resources(&mut self) {
        for declared in self.resources.clone() {
            match declared.node.kind {
                Kind::Project => self.project(&declared),
                Kind::Role => self.role(&declared),
                Kind::Connection => self.connection(&declared),
                Kind::Provider => self.provider(&declared),
                Kind::Environment => self.environment(&declared),
                plain => {
                    let body = self.body(&declared, Place::Plain);
                    self.hir.add_plain(plain, body.declaration);
                }
            }
        }
        self.roles_by_arn();
    }

    fn connection(&mut self, declared: &Declared<'a, ast::Resource>) {
        let declaration = self.body(declared, Place::Plain).declaration;
        let known = |word: &str| declaration.attributes.contains_key(word);
        let told = declared.node.service.is_some() || known("provider") || known("host") || declaration.raw().is_some();
        if declaration.ownership == Ownership::Owned && !told && !declaration.incomplete {
            let shown = format!("connection `{}`", declared.written).into();
            let place = declared.symbol.span;
            self.values.diagnostics.push(attributes::missing_attribute(
                &shown,
                "provider",
                &"github".into(),
                place,
                None,
            ));
        }
        self.hir.connections.push(declaration);
    }

    pub(super) fn body(&mut self, declared: &Declared<'a, ast::Resource>, place: Place) -> Filled<'a> {
        let resource = declared.node;
        let word = resource.kind.word();
        let inner = declared.at.inside(self.values.scopes.child(declared.at.scope));
        let context = self.values.context_in(inner.scope);
        let Body { statements, incomplete } = match &resource.body {
            ResourceBody::Block(block) => self.expand(&block.statements, place, word, &inner),
            _ => Body::default(),
        };
        let shown = format!("{word} `{}`", declared.written).into();
        let owner = Owner { shown: &shown, place: declared.symbol.span };
        let slots = slots_of(Shape::Listed(word));
        let attributes = self.attributes(&statements, &slots, owner);
        if let Some(given) = resource.service.as_ref().filter(|_| resource.kind != Kind::Role) {
            let meant = slots.iter().find(|slot| slot.values.contains_key(&given.node));
            let meant = meant.map(|slot| slot.attribute.as_str());
            self.values.diagnostics.push(statements::surplus_for(word, given, meant));
        }
        let ownership = if let ResourceBody::Imported(expression) = &resource.body {
            Ownership::Imported(self.imported(word, expression, context))
        } else {
            if !incomplete {
                require(&attributes, slots.iter(), owner, &mut self.values);
            }
            Ownership::Owned
        };
        let condition = self.resource_condition(&attributes, declared.at.under);
        let declaration = Declaration {
            symbol: declared.symbol.clone(),
            ownership,
            is_declared: true,
            doc: declared.statement.doc.as_ref().map(|doc| doc.node.clone()),
            span: resource.keyword.to(declared.symbol.span),
            attributes,
            condition,
            incomplete,
        };
        Filled { declaration, statements }
    }

    /// Evaluates the value of `bucket Packages = "name"`, which identifies an existing resource.
    fn imported(&mut self, word: &str, expression: &'a Expr, context: Context) -> Value {
        let value = self.values.evaluate(expression, context, Words::Text);
        if value.is_poisoned() || matches!(value.kind, ValueKind::Text(_) | ValueKind::Raw(_)) {
            return value;
        }
        let found = describe(&value.kind);
        self.values.diagnostics.push(names::not_imported(word, found, is_map(&value.kind), value.span));
        Value::poisoned(value.span)
    }

    /// Reads `resources = file("extra.yaml")`, or a list of such values.
    pub(super) fn resource_files(&mut self, value: &'a Expr, context: Context) {
        match &value.kind {
            ExprKind::List(items) => items.iter().for_each(|item| self.resource_files(item, context)),
            ExprKind::Call { arguments, .. } if is_file_call(value) => match arguments.as_slice() {
                [path] if path.name.is_none() => {
                    let file = self.values.call_literal(path, context).map(|text| Spanned::new(text, path.value.span));
                    self.values.incomplete |= file.is_none();
                    self.hir.resource_files.extend(file);
                }
                _ => {
                    self.values.incomplete = true;
                    self.values.diagnostics.push(names::wrong_arguments("file", "file(\"extra.yaml\")", value.span));
                }
            },
            _ => {
                self.values.incomplete = true;
                self.values.diagnostics.push(names::not_a_file(value.span));
            }
        }
    }

    fn project(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Filled { mut declaration, statements } = self.body(declared, Place::Project);
        let (statements, unread) = self.statements(&statements);
        declaration.incomplete |= unread;
        self.hir.projects.push(Project { declaration, statements });
    }

    fn role(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Filled { mut declaration, statements: placed } = self.body(declared, Place::Role);
        let (statements, unread) = self.statements(&placed);
        declaration.incomplete |= unread;
        if let Some(value) = declaration.value("trusts").filter(|it| !it.is_poisoned() && !is_map(&it.kind)) {
            let form = "a map such as `{ Service = \"codebuild.amazonaws.com\" }`";
            self.values.diagnostics.push(attributes::wrong_type("trusts", form, describe(&value.kind), value.span));
        }
        let mut policies: Vec<RolePolicy> = Vec::new();
        for placed in &placed {
            let StmtKind::Policy(policy) = &placed.statement.kind else { continue };
            declaration.incomplete |= !self.policy(policy, placed, &mut policies);
        }
        let service = declared.node.service.clone();
        self.hir.roles.push(Role { declaration, service, statements, policies });
    }

    /// Reads one policy of a role; whether all of it could be read.
    fn policy(&mut self, policy: &'a ast::Named, placed: &Placed<'a>, policies: &mut Vec<RolePolicy>) -> bool {
        let Some(name) = self.declared_name(&policy.name, &placed.at).map(|name| name.symbol) else { return false };
        if let Some(first) = policies.iter().find(|known| known.name.node == name.node) {
            self.values.diagnostics.push(names::duplicate("policy", &name, first.name.span));
            return false;
        }
        let at = placed.at.inside(self.values.scopes.child(placed.at.scope));
        let body = self.expand(&policy.block.statements, Place::Policy, "policy", &at);
        let shown = format!("policy `{}`", name.node).into();
        let owner = Owner { shown: &shown, place: name.span };
        let attributes = self.attributes(&body.statements, &slots_of(Shape::Listed("policy")), owner);
        if !attributes.contains_key("name") {
            self.values.check_name("policy", &name);
        }
        if attributes.contains_key("resource-attributes") && !attributes.contains_key("logical-id") {
            let example = ExampleValue::text(name.node.replace(|letter: char| !letter.is_ascii_alphanumeric(), ""));
            self.values.diagnostics.push(attributes::missing_attribute(
                &shown,
                "logical-id",
                &example,
                name.span,
                None,
            ));
        }
        let further = attributes.get("statements").map(|attribute| &attribute.value);
        if let Some(value) = further.filter(|it| !it.is_poisoned() && !matches!(it.kind, ValueKind::List(_))) {
            let found = describe(&value.kind);
            self.values.diagnostics.push(attributes::wrong_type(
                "statements",
                "a list of statements",
                found,
                value.span,
            ));
        }
        let (statements, unread) = self.statements(&body.statements);
        let doc = placed.statement.doc.as_ref().map(|doc| doc.node.clone());
        policies.push(RolePolicy { name, attributes, statements, doc });
        !unread && !body.incomplete
    }
}

fn is_map(kind: &ValueKind) -> bool {
    matches!(kind, ValueKind::Map(_))
}

/// Returns the declared role that an attribute refers to.
fn role_of(attributes: &Attributes, word: &str) -> Option<Spanned<RoleId>> {
    let value = &attributes.get(word)?.value;
    match value.kind {
        ValueKind::Entity(Entity::Role(id)) => Some(Spanned::new(id, value.span)),
        _ => None,
    }
}

impl Builder<'_> {
    /// Returns the role that an attribute refers to. A role that is given by its ARN becomes an imported one. All
    /// declared roles must have been built.
    pub(super) fn role_of_attribute(&mut self, attributes: &Attributes, word: &str) -> Option<Spanned<RoleId>> {
        let value = &attributes.get(word)?.value;
        let ValueKind::Text(text) = &value.kind else { return role_of(attributes, word) };
        // An undeclared role is known only by its ARN.
        let is_it = |id: &&RoleId| match self.hir.roles.get(**id).map(|role| &role.declaration.ownership) {
            Some(Ownership::Imported(arn)) => arn.same(value),
            _ => false,
        };
        if let Some(id) = self.roles_by_arn.iter().find(is_it) {
            return Some(Spanned::new(*id, value.span));
        }
        let symbol = Spanned::new(text.as_literal().unwrap_or(word).to_owned(), value.span);
        let declaration = Declaration::by_value(symbol, value.clone());
        let id = self.hir.roles.push(Role { declaration, service: None, statements: Vec::new(), policies: Vec::new() });
        self.roles_by_arn.push(id);
        Some(Spanned::new(id, value.span))
    }

    /// Returns the bucket that an attribute refers to. A bucket that is given by its name or ARN becomes an imported
    /// one. All declared buckets must have been built.
    pub(super) fn bucket_of_attribute(&mut self, attributes: &Attributes, word: &str) -> Option<Spanned<BucketId>> {
        self.bucket_of(&attributes.get(word)?.value.clone(), word)
    }

    /// Returns the bucket that a value refers to.
    pub(super) fn bucket_of(&mut self, value: &Value, word: &str) -> Option<Spanned<BucketId>> {
        let id = match &value.kind {
            ValueKind::Entity(Entity::Bucket(id)) => *id,
            ValueKind::Text(text) => {
                let symbol = Spanned::new(text.as_literal().unwrap_or(word).to_owned(), value.span);
                let declaration = Declaration::by_value(symbol, value.clone());
                self.hir.buckets.push(declaration)
            }
            _ => return None,
        };
        Some(Spanned::new(id, value.span))
    }

    /// Converts the roles that projects and environments refer to by ARN to imported ones.
    fn roles_by_arn(&mut self) {
        for id in self.hir.projects.ids() {
            let mut attributes = std::mem::take(&mut self.hir.projects[id].declaration.attributes);
            self.resolve_role(&mut attributes, "role");
            self.hir.projects[id].declaration.attributes = attributes;
        }
        for id in self.hir.environments.ids() {
            let mut attributes = std::mem::take(&mut self.hir.environments[id].declaration.attributes);
            self.resolve_role(&mut attributes, "role");
            self.resolve_role(&mut attributes, "action-role");
            self.hir.environments[id].declaration.attributes = attributes;
        }
    }

    fn resolve_role(&mut self, attributes: &mut Attributes, word: &str) {
        let role = self.role_of_attribute(attributes, word);
        if let (Some(role), Some(attribute)) = (role, attributes.get_mut(word)) {
            attribute.value.kind = ValueKind::Entity(Entity::Role(role.node));
        }
    }
}
