//! Components: finding them, and binding their parameters.

use crate::catalog::Kind;
use crate::diagnostic::families::{names, reuse};
use crate::hir::Value;
use crate::source::Spanned;
use crate::syntax::ast::{self, Access, Formal, Type, TypeKind};

use super::Lowerer;
use super::expression::{Context, Words};
use super::scope::{Binding, ComponentId, LetEntry, LetState, ScopeId};

impl<'a> Lowerer<'a> {
    /// The component of a name, or of `module.Name`; reports an unknown one.
    pub(super) fn component(&mut self, reference: &'a ast::Reference, context: Context) -> Option<ComponentId> {
        let module = self.scopes.find(context.scope, &reference.head.node);
        let (scope, name) = match (reference.accesses.as_slice(), module) {
            ([Access::Member(member)], Some(Binding::Module(scope))) => (*scope, member),
            _ => (context.scope, &reference.head),
        };
        if let Some(Binding::Component(id)) = self.scopes.find(scope, &name.node) {
            return Some(*id);
        }
        self.hir.incomplete = true;
        if !self.is_explained(name) {
            let known: Vec<&str> = self.scopes.components.iter().map(|(it, _)| it.name.node.as_str()).collect();
            let near = self.near(&name.node, known);
            let unknown = names::unknown("component", name, near, None);
            self.diagnostics.push(unknown);
        }
        None
    }

    /// Binds the arguments of a `use` to the parameters; whether all of them fit.
    pub(super) fn bind_arguments(
        &mut self,
        component: &'a ast::Component,
        use_: &'a ast::Use,
        scope: ScopeId,
        context: Context,
    ) -> bool {
        let mut fits = true;
        for argument in &use_.arguments {
            let Some(name) = &argument.name else {
                self.diagnostics.push(reuse::unnamed_argument(&component.name.node, argument.value.span));
                fits = false;
                continue;
            };
            if !component.formals.iter().any(|formal| formal.name.node == name.node) {
                let known: Vec<&str> = component.formals.iter().map(|formal| formal.name.node.as_str()).collect();
                if !self.is_reported(name.span) {
                    self.diagnostics.push(reuse::unknown_argument(&component.name.node, name, &known));
                }
                fits = false;
            }
        }
        for formal in &component.formals {
            fits &= self.bind_argument(component, formal, use_, scope, context);
        }
        fits
    }

    /// Binds one parameter; its value is made when it is first used, for it may name what the pipeline declares later.
    fn bind_argument(
        &mut self,
        component: &'a ast::Component,
        formal: &'a Formal,
        use_: &'a ast::Use,
        scope: ScopeId,
        context: Context,
    ) -> bool {
        let mut given = use_
            .arguments
            .iter()
            .filter(|argument| argument.name.as_ref().is_some_and(|name| name.node == formal.name.node));
        let (value, seen_from) = match (given.next(), &formal.default) {
            (Some(argument), _) => {
                if let (Some(second), Some(first)) = (given.next().and_then(|it| it.name.as_ref()), &argument.name) {
                    self.diagnostics.push(names::attribute_twice(second, first.span));
                }
                (&argument.value, context.scope)
            }
            (None, Some(default)) => (default, scope),
            (None, None) => {
                let owner = format!("component `{}`", component.name.node);
                let missing = Spanned::new(formal.name.node.clone(), use_.component.span);
                self.diagnostics.push(reuse::missing_argument(&owner, &missing, formal.name.span));
                let poisoned = Value::poisoned(use_.component.span);
                self.scopes.bind(scope, &formal.name, Binding::Value(poisoned));
                return false;
            }
        };
        let id = self.scopes.add_let(LetEntry {
            name: &formal.name,
            value,
            ty: Some((&formal.ty, scope)),
            scope: seen_from,
            pipeline: context.pipeline,
            words: words_of_type(&formal.ty),
            state: LetState::Waiting,
        });
        let earlier = self.scopes.bind(scope, &formal.name, Binding::Let(id));
        self.report_duplicate("parameter", &formal.name, earlier);
        true
    }
}

/// What a bare word means as an argument.
fn words_of_type(ty: &Type) -> Words {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "Artifact" => Words::Artifact,
            ty => Kind::of_type(ty).map_or(Words::Value, Words::Target),
        },
        TypeKind::Optional(inner) => words_of_type(inner),
        _ => Words::Value,
    }
}
