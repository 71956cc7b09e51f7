//! The names of values, types, and components that a block declares.

use crate::catalog::Words;
use crate::evaluate::{Binding, ComponentId, LetEntry, LetState, TypeId};
use crate::resolve::DefinitionKind;
use crate::resolve::place::Place;
use crate::syntax::ast::{ParamKind, Stmt, StmtKind};

use super::expander::Expander;
use super::surroundings::Surroundings;

impl<'a> Expander<'_, 'a> {
    /// Binds the names of values, types, and components that one block declares.
    pub(crate) fn bind_values(&mut self, statements: &'a [Stmt], place: Place, at: &Surroundings) {
        // Types first: an option is evaluated immediately, and its type may be declared after it.
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            if let StmtKind::TypeDecl(declaration) = &statement.kind {
                let id = TypeId(self.values.scopes.types.len());
                self.values.scopes.types.push((declaration, at.scope));
                self.values.bind(at.scope, &declaration.name, DefinitionKind::Type, Binding::Type(id));
            }
        }
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            if let StmtKind::TypeDecl(declaration) = &statement.kind {
                self.values.incomplete |= !self.values.known_type(&declaration.ty, at.scope);
            }
        }
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            match &statement.kind {
                StmtKind::Param(param) if param.kind == ParamKind::Option => self.declare_option(param, at.scope),
                StmtKind::Param(param) if param.kind == ParamKind::Param => {
                    self.declare_param(param, statement.doc.as_ref(), at.scope);
                }
                StmtKind::Let(declaration) => {
                    let id = self.values.scopes.add_let(LetEntry {
                        name: &declaration.name,
                        value: &declaration.value,
                        ty: declaration.ty.as_ref().map(|ty| (ty, at.scope)),
                        scope: at.scope,
                        pipeline: self.values.current,
                        words: Words::Value,
                        state: LetState::Waiting,
                    });
                    self.values.bind(at.scope, &declaration.name, DefinitionKind::Let, Binding::Let(id));
                }
                StmtKind::Component(component) => {
                    let id = ComponentId(self.values.scopes.components.len());
                    self.values.scopes.components.push((component, at.scope));
                    self.values.bind(at.scope, &component.name, DefinitionKind::Component, Binding::Component(id));
                }
                _ => {}
            }
        }
    }
}
