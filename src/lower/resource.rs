//! Second pass: what is declared beside the pipelines.

use crate::catalog::{self, Kind, Phase};
use crate::diagnostic::families::{names, phases, statements};
use crate::hir::{
    BucketId, Declaration, Entity, Ownership, Permission, Project, Role, RoleId, Statement, Value, ValueKind,
};
use crate::resolve::place::Place;
use crate::slots::{Shape, require, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Expr, ExprKind, ResourceBody, StmtKind};

use super::Lowerer;
use super::attributes::{Attributes, Owner};
use super::declare::Declared;
use super::expand::{Body as Expanded, Placed};
use super::expression::{Context, Words};
use super::placement::is_file_call;

/// A declaration, and the statements of its block that are not attributes.
pub(super) struct Body<'a> {
    pub(super) declaration: Declaration,
    pub(super) statements: Vec<Placed<'a>>,
}

impl<'a> Lowerer<'a> {
    /// Fills in every declaration, in the order of their ids.
    pub(super) fn resources(&mut self) {
        for declared in self.symbols.resources.clone() {
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
            let shown = format!("connection `{}`", declared.written);
            let place = declared.symbol.span;
            self.diagnostics.push(names::missing_attribute(&shown, "provider", "github", place, None));
        }
        self.hir.connections.push(declaration);
    }

    pub(super) fn body(&mut self, declared: &Declared<'a, ast::Resource>, place: Place) -> Body<'a> {
        let resource = declared.node;
        let word = resource.kind.word();
        let inner = declared.at.with_scope(self.scopes.child(declared.at.scope));
        let context = self.context_of(&inner);
        let Expanded { statements, incomplete } = match &resource.body {
            ResourceBody::Block(block) => self.expand(&block.statements, place, word, &inner),
            _ => Expanded::default(),
        };
        let shown = format!("{word} `{}`", declared.written);
        let owner = Owner { shown: &shown, place: declared.symbol.span };
        let slots = slots_of(Shape::Listed(word));
        let attributes = self.attributes(&statements, &slots, owner);
        if let Some(given) = resource.service.as_ref().filter(|_| resource.kind != Kind::Role) {
            let meant = slots.iter().find(|slot| slot.values.contains_key(&given.node));
            let meant = meant.map(|slot| slot.attribute.as_str());
            self.diagnostics.push(statements::surplus_for(word, given, meant));
        }
        let ownership = if let ResourceBody::Imported(expression) = &resource.body {
            Ownership::Imported(self.imported(word, expression, context))
        } else {
            if !incomplete {
                require(&attributes, slots.iter(), owner, self);
            }
            Ownership::Owned
        };
        let declaration = Declaration {
            symbol: declared.symbol.clone(),
            ownership,
            is_declared: true,
            doc: declared.statement.doc.as_ref().map(|doc| doc.node.clone()),
            span: resource.keyword.to(declared.symbol.span),
            attributes,
            incomplete,
        };
        Body { declaration, statements }
    }

    /// `bucket Packages = "name"`: what names a thing that exists elsewhere.
    fn imported(&mut self, word: &str, expression: &'a Expr, context: Context) -> Value {
        let value = self.evaluate(expression, context, Words::Text);
        if value.is_poisoned() || matches!(value.kind, ValueKind::Text(_) | ValueKind::Raw(_)) {
            return value;
        }
        let found = crate::slots::describe(&value.kind);
        let is_map = matches!(value.kind, ValueKind::Map(_));
        self.diagnostics.push(names::not_imported(word, found, is_map, value.span));
        Value::poisoned(value.span)
    }

    /// `resources = file("extra.yaml")`, or a list of such.
    pub(super) fn resource_files(&mut self, value: &'a Expr, context: Context) {
        match &value.kind {
            ExprKind::List(items) => items.iter().for_each(|item| self.resource_files(item, context)),
            ExprKind::Call { arguments, .. } if is_file_call(value) => match arguments.as_slice() {
                [path] if path.name.is_none() => {
                    let file = self.call_literal(path, context).map(|text| Spanned::new(text, path.value.span));
                    self.hir.incomplete |= file.is_none();
                    self.hir.resource_files.extend(file);
                }
                _ => {
                    self.hir.incomplete = true;
                    self.diagnostics.push(names::wrong_arguments("file", "file(\"extra.yaml\")", value.span));
                }
            },
            _ => {
                self.hir.incomplete = true;
                self.diagnostics.push(names::not_a_file(value.span));
            }
        }
    }

    fn project(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Body { mut declaration, statements } = self.body(declared, Place::Project);
        let (statements, unread) = self.statements(&statements);
        declaration.incomplete |= unread;
        self.hir.projects.push(Project { declaration, statements });
    }

    fn role(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Body { mut declaration, statements } = self.body(declared, Place::Role);
        let (statements, unread) = self.statements(&statements);
        declaration.incomplete |= unread;
        self.hir.roles.push(Role { declaration, service: declared.node.service.clone(), statements });
    }

    /// `allow` and `deny` among statements, and whether one of them could not be read.
    pub(super) fn statements(&mut self, statements: &[Placed<'a>]) -> (Vec<Statement>, bool) {
        let mut lowered = Vec::new();
        let mut unread = false;
        for placed in statements {
            let context = self.context_of(&placed.at);
            if let StmtKind::Allow(allow) = &placed.statement.kind {
                let reported = self.found();
                let statement = self.allow(allow, placed.statement.span, context);
                unread |= statement.is_none() || self.found() > reported;
                lowered.extend(statement);
            }
        }
        (lowered, unread)
    }

    fn allow(&mut self, allow: &'a ast::Allow, span: Span, context: Context) -> Option<Statement> {
        let permission = self.permission(&allow.actions, context)?;
        let resources: Vec<Value> = match &allow.resources.kind {
            ExprKind::List(items) => {
                items.iter().flat_map(|item| self.allowed_on(item, &permission, context)).collect()
            }
            _ => self.allowed_on(&allow.resources, &permission, context),
        };
        let condition = allow.condition.as_ref().map(|map| self.evaluate(map, context, Words::Value));
        resources.iter().chain(&condition).for_each(|value| self.fixed_at_deployment(value));
        if let Some(condition) = &condition {
            self.condition_form(condition);
        }
        Some(Statement { deny: allow.deny, permission, resources, condition, span })
    }

    /// Reports a condition that does not map operators to keys and keys to values.
    fn condition_form(&mut self, condition: &Value) {
        const FORM: &str = "a map such as `{ StringEquals = { \"aws:ResourceAccount\" = AWS::AccountId } }`";
        let ValueKind::Map(operators) = &condition.kind else {
            return self.not_of_form("when", FORM, condition);
        };
        for (operator, keys) in operators {
            let ValueKind::Map(keys) = &keys.kind else {
                self.not_of_form(&operator.node, "a map of condition keys to values", keys);
                continue;
            };
            for (key, value) in keys {
                let items = if let ValueKind::List(items) = &value.kind { items } else { std::slice::from_ref(value) };
                for item in items {
                    if matches!(item.kind, ValueKind::Map(_) | ValueKind::List(_) | ValueKind::Entity(_)) {
                        self.not_of_form(&key.node, "a string or a list of strings", item);
                    }
                }
            }
        }
    }

    fn not_of_form(&mut self, what: &str, form: &str, value: &Value) {
        if !value.is_poisoned() {
            let found = crate::slots::describe(&value.kind);
            self.diagnostics.push(names::wrong_type(what, form, found, value.span));
        }
    }

    /// Reports run-time values: a role is fixed when it is created.
    fn fixed_at_deployment(&mut self, value: &Value) {
        let mut late = Vec::new();
        value.each_part(&mut |part| late.extend((part.kind.phase() == Phase::Run).then_some(part.span)));
        for place in late {
            let shown = self.shown(place);
            self.diagnostics.push(phases::too_late("a statement", Phase::Deploy, Phase::Run, &shown, place, None));
        }
    }

    /// What a statement is about. Of several things with one name, a verb means the one that has it.
    fn allowed_on(&mut self, resource: &'a Expr, permission: &Permission, context: Context) -> Vec<Value> {
        if let (ExprKind::Reference(reference), Permission::Verb(verb)) = (&resource.kind, permission)
            && reference.accesses.is_empty()
            && self.scopes.find(context.scope, &reference.head.node).is_none()
        {
            let named = self.symbols.entities_named(&reference.head.node, &self.scopes, context.scope);
            let has_verb = |entity: Entity| catalog::verbs::verbs_of(entity.word()).any(|known| known == verb.node);
            let mut fitting = named.iter().filter(|(_, entity, _)| has_verb(*entity));
            if let (true, Some((_, entity, _)), None) = (named.len() > 1, fitting.next(), fitting.next()) {
                return vec![Value::new(ValueKind::Entity(*entity), resource.span)];
            }
        }
        let value = self.evaluate(resource, context, Words::Value);
        match value.kind {
            ValueKind::List(items) => items,
            kind => vec![Value { kind, span: value.span }],
        }
    }

    /// A verb, or a list of IAM actions.
    fn permission(&mut self, actions: &'a Expr, context: Context) -> Option<Permission> {
        if let ExprKind::Reference(reference) = &actions.kind
            && reference.accesses.is_empty()
            && self.scopes.find(context.scope, &reference.head.node).is_none()
        {
            let verb = &reference.head;
            let known = catalog::verbs::words();
            if known.contains(&verb.node.as_str()) {
                return Some(Permission::Verb(verb.clone()));
            }
            if !self.is_reported(verb.span) {
                let wrong = names::not_allowed("allow", &verb.node, verb.span, &known, true);
                self.diagnostics.push(wrong);
            }
            return None;
        }
        let value = self.evaluate(actions, context, Words::Value);
        let items = match value.kind {
            ValueKind::List(items) => items,
            kind => vec![Value { kind, span: value.span }],
        };
        let mut read = Vec::new();
        for item in items {
            let place = item.span;
            match item.kind {
                ValueKind::Text(text) => read.extend(self.compile_time("an IAM action", &text, place)),
                ValueKind::Poisoned => {}
                other => {
                    let found = crate::slots::describe(&other);
                    let wrong = names::wrong_type("allow", "IAM actions", found, place);
                    self.diagnostics.push(wrong);
                }
            }
        }
        Some(Permission::Actions(read))
    }
}

/// The declared role that an attribute names.
fn role_of(attributes: &Attributes, word: &str) -> Option<Spanned<RoleId>> {
    let value = &attributes.get(word)?.value;
    match value.kind {
        ValueKind::Entity(Entity::Role(id)) => Some(Spanned::new(id, value.span)),
        _ => None,
    }
}

impl Lowerer<'_> {
    /// The role that an attribute names, by its ARN too: then it becomes an imported one. All declared roles must be there.
    pub(super) fn role_given(&mut self, attributes: &Attributes, word: &str) -> Option<Spanned<RoleId>> {
        let value = &attributes.get(word)?.value;
        let ValueKind::Text(text) = &value.kind else { return role_of(attributes, word) };
        // A role without a declaration is known by its ARN alone.
        let is_it = |id: &&RoleId| match self.hir.roles.get(**id).map(|role| &role.declaration.ownership) {
            Some(Ownership::Imported(arn)) => arn.same(value),
            _ => false,
        };
        if let Some(id) = self.roles_by_arn.iter().find(is_it) {
            return Some(Spanned::new(*id, value.span));
        }
        let symbol = Spanned::new(text.as_literal().unwrap_or(word).to_owned(), value.span);
        let declaration = Declaration::by_value(symbol, value.clone());
        let id = self.hir.roles.push(Role { declaration, service: None, statements: Vec::new() });
        self.roles_by_arn.push(id);
        Some(Spanned::new(id, value.span))
    }

    /// The bucket that an attribute names, by its name or ARN too: then it becomes an imported one. All declared buckets must
    /// be there.
    pub(super) fn bucket_given(&mut self, attributes: &Attributes, word: &str) -> Option<Spanned<BucketId>> {
        let value = &attributes.get(word)?.value;
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

    /// Makes the roles that projects and environments name by ARN known things, which their attributes then name.
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
        let role = self.role_given(attributes, word);
        if let (Some(role), Some(attribute)) = (role, attributes.get_mut(word)) {
            attribute.value.kind = ValueKind::Entity(Entity::Role(role.node));
        }
    }
}
