//! First pass: assigns an ID to every declaration and binds the names of values.

use crate::catalog::Kind;
use crate::evaluate::DeclaredName;
use crate::expand::{Placed, Surroundings};
use crate::hir::{Entity, PipelineId};
use crate::resolve::place::Place;
use crate::syntax::ast::{self, StmtKind};

use super::builder::Builder;
use super::drafts::Declared;

impl<'a> Builder<'a> {
    /// Runs the first pass over all files.
    pub(super) fn declare_all(&mut self) {
        self.values.incomplete |= self.values.names.has_unreadable();
        let mut roots = Vec::with_capacity(self.values.modules.len());
        for (index, module) in self.values.modules.iter().enumerate() {
            let root = self.values.scopes.root(module.ast.span.file);
            self.expander().import_all(index, root, &roots);
            roots.push(root);
            let at = Surroundings::of(root);
            let body = self.expand(&module.ast.statements, Place::File, "", &at);
            self.values.incomplete |= body.incomplete;
            for placed in body.statements {
                match &placed.statement.kind {
                    StmtKind::Resource(resource) => self.declare_resource(&placed, resource),
                    StmtKind::Pipeline(named) => self.declare_pipeline(&placed, named),
                    StmtKind::Attribute(attribute) => {
                        self.resource_files(&attribute.value, self.values.context_in(placed.at.scope));
                    }
                    _ => {}
                }
            }
        }
    }

    fn declare_resource(&mut self, placed: &Placed<'a>, resource: &'a ast::Resource) {
        let Some(name) = self.declared_name(&resource.name, &placed.at) else {
            self.values.incomplete = true;
            return;
        };
        let kind = resource.kind;
        let entity = Entity::new(kind, self.next(kind));
        if kind == Kind::Environment {
            let lets = self.values.environment_lets(resource, placed.at.scope);
            self.values.entities.environments.push(lets);
        }
        if self.values.names.uses_at(resource.name.span) == 0 {
            self.values.unnamed.insert(entity);
        }
        self.values.bind_entity(&name, entity);
        self.resources.push(declared(placed, resource, name));
    }

    fn declare_pipeline(&mut self, placed: &Placed<'a>, named: &'a ast::Named) {
        let Some(name) = self.declared_name(&named.name, &placed.at) else {
            self.values.incomplete = true;
            return;
        };
        let entity = Entity::Pipeline(PipelineId(self.pipelines.len()));
        self.values.bind_entity(&name, entity);
        self.pipelines.push(declared(placed, named, name));
    }
}

fn declared<'a, T>(placed: &Placed<'a>, node: &'a T, name: DeclaredName) -> Declared<'a, T> {
    Declared { statement: placed.statement, node, written: name.symbol.node, symbol: name.full, at: placed.at.clone() }
}
