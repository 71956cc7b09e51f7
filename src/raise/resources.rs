//! Declared things.

use crate::hir::{Declaration, Ownership, Permission, Statement};
use crate::source::Spanned;
use crate::syntax::ast::{self, Resource, ResourceBody, ResourceKind, Stmt, StmtKind};

use super::{Raiser, tree};

impl Raiser<'_> {
    /// The statements of everything beside the pipelines; things of a kind in their order.
    pub(super) fn resources(&self) -> Vec<Stmt> {
        let hir = self.hir;
        let plain = |kind, declarations: &[Declaration]| -> Vec<Stmt> {
            declarations.iter().map(|declaration| self.resource(kind, declaration, None, &[])).collect()
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
        let environments = hir.environments.iter().map(|it| &it.declaration);
        all.extend(environments.map(|it| self.resource(ResourceKind::Environment, it, None, &[])));
        let declared = hir.roles.iter().filter(|role| role.declaration.is_declared());
        all.extend(
            declared.map(|role| {
                self.resource(ResourceKind::Role, &role.declaration, role.service.as_ref(), &role.statements)
            }),
        );
        all
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
    fn allow(&self, statement: &Statement) -> Stmt {
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
