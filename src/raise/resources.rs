//! Declarations other than pipelines.

use crate::catalog::{ActionType, Kind, SlotType};
use crate::hir::{Declaration, Entity, Ownership, Permission, Property, Provider, ProviderKind, RolePolicy, Statement};
use crate::source::Spanned;
use crate::syntax::ast::tree;
use crate::syntax::ast::{self, Named, Resource, ResourceBody, Stmt, StmtKind};

use super::Raiser;

/// The order of declarations in the text: roles come last, because they refer to all others.
const ORDER: [Kind; 9] = [
    Kind::Project,
    Kind::Bucket,
    Kind::Topic,
    Kind::Connection,
    Kind::Key,
    Kind::Repository,
    Kind::Provider,
    Kind::Environment,
    Kind::Role,
];

impl Raiser<'_> {
    /// Returns the statements of all declarations except pipelines, with those of a kind in their order.
    pub(super) fn resources(&self) -> Vec<Stmt> {
        let hir = self.hir;
        let declared: Vec<(Entity, &Declaration)> = hir.declarations().filter(|(_, it)| it.is_declared).collect();
        let of_kind = |kind| declared.iter().filter(move |(entity, _)| entity.kind() == kind);
        let all = ORDER.into_iter().flat_map(of_kind);
        let all = all.map(|(entity, declaration)| (declaration.condition, self.declared(*entity, declaration)));
        let mut all = self.in_ifs(all.collect());
        all.extend(files(&hir.resource_files));
        all
    }

    fn declared(&self, entity: Entity, declaration: &Declaration) -> Stmt {
        let hir = self.hir;
        match entity {
            Entity::Project(id) => self.resource(entity, declaration, None, &hir.projects[id].statements),
            Entity::Environment(id) => self.resource(entity, declaration, None, &hir.environments[id].statements),
            Entity::Role(id) => {
                let role = &hir.roles[id];
                let mut statement = self.resource(entity, declaration, role.service.as_ref(), &role.statements);
                within(&mut statement, role.policies.iter().map(|policy| self.policy(policy)).collect(), declaration);
                statement
            }
            Entity::Provider(id) => self.provider(entity, &hir.providers[id]),
            _ => self.resource(entity, declaration, None, &[]),
        }
    }

    /// Returns a custom action type.
    fn provider(&self, entity: Entity, provider: &Provider) -> Stmt {
        let mut statement = self.resource(entity, &provider.declaration, None, &[]);
        // A Jenkins provider has its only property implicitly.
        let written = (provider.kind != ProviderKind::Jenkins).then_some(provider.properties.as_slice());
        let properties = written.unwrap_or_default().iter().map(|it| property(it, &provider.action_type));
        within(&mut statement, properties.collect(), &provider.declaration);
        statement
    }

    /// `policy`
    fn policy(&self, policy: &RolePolicy) -> Stmt {
        let span = policy.name.span;
        let mut block = self.block("policy", &policy.attributes, span);
        block.statements.extend(policy.statements.iter().map(|it| self.allow(it)));
        let named = Named { keyword: span, name: tree::name(&policy.name.node, span), block };
        tree::statement(StmtKind::Policy(named), policy.doc.as_deref(), span)
    }

    fn resource(
        &self,
        entity: Entity,
        declaration: &Declaration,
        service: Option<&Spanned<String>>,
        statements: &[Statement],
    ) -> Stmt {
        let (kind, span) = (entity.kind(), declaration.span);
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

    /// Returns `allow` or `deny`.
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

/// Adds statements to the block of a declaration.
fn within(statement: &mut Stmt, inner: Vec<Stmt>, declaration: &Declaration) {
    let StmtKind::Resource(Resource { body, .. }) = &mut statement.kind else { return };
    match body {
        ResourceBody::Block(block) => block.statements.extend(inner),
        _ if inner.is_empty() => {}
        _ => *body = ResourceBody::Block(tree::block(inner, declaration.span)),
    }
}

/// Returns a configuration key of an action type.
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

/// Returns `resources = file("...")`.
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
