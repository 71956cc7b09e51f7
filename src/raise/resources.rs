//! Declared things.

use crate::catalog::{ActionType, SlotType};
use crate::hir::{Declaration, Ownership, Permission, Property, Provider, ProviderKind, Statement};
use crate::source::Spanned;
use crate::syntax::ast::tree;
use crate::syntax::ast::{self, Resource, ResourceBody, ResourceKind, Stmt, StmtKind};

use super::Raiser;

impl Raiser<'_> {
    /// The statements of everything beside the pipelines; things of a kind in their order.
    pub(super) fn resources(&self) -> Vec<Stmt> {
        let hir = self.hir;
        let plain = |kind, declarations: &[Declaration]| -> Vec<Stmt> {
            let declared = declarations.iter().filter(|declaration| declaration.is_declared());
            declared.map(|declaration| self.resource(kind, declaration, None, &[])).collect()
        };
        let mut all: Vec<Stmt> = hir
            .projects
            .iter()
            .map(|it| self.resource(ResourceKind::Project, &it.declaration, None, &it.statements))
            .collect();
        all.extend(plain(ResourceKind::Bucket, &hir.buckets));
        all.extend(plain(ResourceKind::Topic, &hir.topics));
        all.extend(plain(ResourceKind::Connection, &hir.connections));
        all.extend(plain(ResourceKind::Key, &hir.keys));
        all.extend(plain(ResourceKind::Repository, &hir.repositories));
        all.extend(hir.providers.iter().map(|it| self.provider(it)));
        let environments = hir
            .environments
            .iter()
            .map(|it| self.resource(ResourceKind::Environment, &it.declaration, None, &it.statements));
        all.extend(environments);
        let declared = hir.roles.iter().filter(|role| role.declaration.is_declared());
        all.extend(
            declared.map(|role| {
                self.resource(ResourceKind::Role, &role.declaration, role.service.as_ref(), &role.statements)
            }),
        );
        all.extend(files(&hir.resource_files));
        all
    }

    /// An action type of the user's own.
    fn provider(&self, provider: &Provider) -> Stmt {
        let mut statement = self.resource(ResourceKind::Provider, &provider.declaration, None, &[]);
        // Jenkins brings its only one.
        let written = (provider.kind != ProviderKind::Jenkins).then_some(provider.properties.as_slice());
        let properties = written.unwrap_or_default().iter().map(|it| property(it, &provider.action_type));
        if let StmtKind::Resource(Resource { body, .. }) = &mut statement.kind {
            match body {
                ResourceBody::Block(block) => block.statements.extend(properties),
                _ => *body = ResourceBody::Block(tree::block(properties.collect(), provider.declaration.span)),
            }
        }
        statement
    }

    fn resource(
        &self,
        kind: ResourceKind,
        declaration: &Declaration,
        service: Option<&Spanned<String>>,
        statements: &[Statement],
    ) -> Stmt {
        let span = declaration.span;
        let mut inner = self.block(kind.word(), &declaration.attributes, span).statements;
        inner.extend(statements.iter().map(|it| self.allow(it)));
        let body = match &declaration.ownership {
            Ownership::Imported(value) => ResourceBody::Imported(self.value(value, None)),
            Ownership::Owned if inner.is_empty() => ResourceBody::None,
            Ownership::Owned => ResourceBody::Block(tree::block(inner, span)),
        };
        let name = tree::name(&declaration.symbol.node, declaration.symbol.span);
        let resource = Resource { kind, keyword: span, name, service: service.cloned(), body };
        tree::statement(StmtKind::Resource(resource), declaration.doc.as_deref(), span)
    }

    /// `allow` or `deny`
    pub(super) fn allow(&self, statement: &Statement) -> Stmt {
        let span = statement.span;
        let actions = match &statement.permission {
            Permission::Verb(verb) => tree::word(&verb.node, verb.span),
            Permission::Actions(actions) => {
                tree::list(actions.iter().map(|action| tree::text(&action.node, action.span)).collect(), span)
            }
        };
        let resources = match statement.resources.as_slice() {
            [only] => self.value(only, None),
            several => tree::list(several.iter().map(|item| self.value(item, None)).collect(), span),
        };
        let condition = statement.condition.as_ref().map(|condition| self.value(condition, None));
        let allow = ast::Allow { deny: statement.deny, keyword: span, actions, resources, condition };
        tree::statement(StmtKind::Allow(allow), None, span)
    }
}

/// A key of the configuration of an action type.
fn property(property: &Property, action_type: &ActionType) -> Stmt {
    let span = property.name.span;
    let slot = action_type.slot_of_key(&property.name.node);
    let texts: Vec<String> = slot.into_iter().flat_map(|slot| slot.values.keys().cloned()).collect();
    let (ty, quoted) = match slot.map(|slot| slot.ty) {
        Some(SlotType::Enum) => (tree::union(&texts, span), true),
        Some(SlotType::Integer) => (tree::named_type("number", span), false),
        Some(SlotType::Bool) => (tree::named_type("bool", span), false),
        _ => (tree::named_type("string", span), true),
    };
    let default = slot.and_then(|slot| slot.emit.as_deref()).map(|default| match default {
        _ if quoted => tree::text(default, span),
        "true" | "false" => tree::flag(default == "true", span),
        number => tree::number(number, span),
    });
    let settings = [
        ("required", property.required),
        ("key", property.key),
        ("queryable", property.queryable.is_some()),
        ("secret", property.secret),
    ];
    let set: Vec<Stmt> = settings
        .into_iter()
        .filter(|(_, is_set)| *is_set)
        .map(|(word, _)| tree::attribute(word, tree::flag(true, span)))
        .collect();
    let block = (!set.is_empty()).then(|| tree::block(set, span));
    let name = tree::name(&property.name.node, span);
    let raised = ast::Property { keyword: span, name, ty, default, block };
    tree::statement(StmtKind::Property(raised), property.doc.as_deref(), span)
}

/// `resources = file("...")`
fn files(paths: &[Spanned<String>]) -> Option<Stmt> {
    let file =
        |path: &Spanned<String>| tree::call(&["file"], vec![(None, tree::text(&path.node, path.span))], path.span);
    let first = paths.first()?;
    let value = match paths {
        [only] => file(only),
        several => tree::list(several.iter().map(file).collect(), first.span),
    };
    Some(tree::attribute("resources", value))
}
