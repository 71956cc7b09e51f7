//! Expands `use`: the component, its arguments, and its statements.

use std::rc::Rc;

use crate::catalog::{Kind, Words};
use crate::diagnostic::families::{attributes, names, reuse};
use crate::diagnostic::suggest;
use crate::evaluate::{Binding, COMPONENT_DEPTH, ComponentId, Context, LetEntry, LetState, ScopeId};
use crate::hir::{ComponentUse, UseId, Value};
use crate::resolve::DefinitionKind;
use crate::resolve::place::Place;
use crate::resolve::words::DURATION;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Access, Formal, Type, TypeKind};

use super::expander::Expander;
use super::surroundings::{Body, Surroundings, part_of_name};

impl<'a> Expander<'_, 'a> {
    pub(super) fn expand_use(
        &mut self,
        use_: &'a ast::Use,
        span: Span,
        place: Place,
        inside: &str,
        at: &Surroundings,
        body: &mut Body<'a>,
    ) {
        let context = self.values.context_in(at.scope);
        let Some(component) = self.component(&use_.component, context) else {
            body.incomplete = true;
            self.values.incomplete = true;
            self.values.given_up.extend(use_.alias.as_ref().map(|alias| alias.span));
            return;
        };
        if self.is_recursive(component, use_) || self.is_too_deep(use_) {
            body.incomplete = true;
            return;
        }
        let Some((declaration, home)) = self.values.scopes.components.get(component.0).copied() else { return };
        let scope = self.values.scopes.child(home);
        body.incomplete |= !self.bind_arguments(declaration, use_, scope, context);
        let alias = use_.alias.as_ref().and_then(|alias| self.values.name(alias, context));
        let suffix = match &alias {
            Some(alias) => Rc::from(format!("{}-{}", at.suffix, part_of_name(&alias.node))),
            None => Rc::clone(&at.suffix),
        };
        if alias.is_some_and(|alias| !self.values.bind_instance((at.scope, at.local), &alias, scope)) {
            body.incomplete = true;
            return;
        }
        let run = ComponentUse { body: declaration.block.span, span };
        let known = &mut self.state.uses;
        let run = *self.state.use_ids.entry((run.body, run.span)).or_insert_with(|| known.push(run));
        let trail: Vec<UseId> = at.trail.iter().copied().chain([run]).collect();
        let inner = Surroundings { scope, local: scope, suffix, trail: Rc::from(trail), ..at.clone() };
        self.state.components.push(component);
        self.values.limits.expanding.push(use_.keyword);
        self.traced(&inner.trail.clone(), |this| {
            this.expand_into(&declaration.block.statements, place, inside, &inner, body);
        });
        self.values.limits.expanding.pop();
        self.state.components.pop();
    }

    /// Reports a component that uses itself.
    fn is_recursive(&mut self, component: ComponentId, use_: &'a ast::Use) -> bool {
        let Some(start) = self.state.components.iter().position(|running| *running == component) else { return false };
        let name = |id: &ComponentId| self.values.scopes.components.get(id.0).map(|(it, _)| it.name.node.clone());
        let mut path: Vec<String> = self.state.components.iter().skip(start).filter_map(name).collect();
        path.extend(name(&component));
        self.values.incomplete = true;
        self.values.diagnostics.push(reuse::recursive(&path, use_.component.span));
        true
    }

    /// Reports a chain of components that is too long.
    fn is_too_deep(&mut self, use_: &'a ast::Use) -> bool {
        let deep = self.state.components.len() >= COMPONENT_DEPTH;
        if deep {
            self.values.too_deep("components use each other", COMPONENT_DEPTH, use_.component.span);
        }
        deep
    }

    /// Returns the component with a name, or of `module.Name`; reports an unknown one.
    pub(crate) fn component(&mut self, reference: &'a ast::Reference, context: Context) -> Option<ComponentId> {
        let head = &reference.head;
        let is_file = self.values.definition_of(head).is_some_and(|(_, kind)| kind == DefinitionKind::Module);
        let name = match reference.accesses.as_slice() {
            [Access::Member(member)] if is_file => member,
            _ => head,
        };
        let definition = self.values.definition_of(name);
        if let Some(Binding::Component(id)) = definition.and_then(|(id, _)| self.values.binding(context.scope, id)) {
            return Some(*id);
        }
        self.values.incomplete = true;
        if !self.values.is_explained(name) {
            let known: Vec<&str> = self.values.scopes.components.iter().map(|(it, _)| it.name.node.as_str()).collect();
            let near = self.values.near(&name.node, known);
            let unknown = names::unknown("component", name, near, None);
            self.values.diagnostics.push(unknown);
        }
        None
    }

    /// Returns an example value of a type for the help: the only declaration of its kind, if there is one.
    fn example_of(&self, ty: &Type) -> String {
        match &ty.kind {
            TypeKind::Literal(text) => format!("\"{text}\""),
            TypeKind::Optional(inner) => self.example_of(inner),
            TypeKind::Union(terms) => terms.first().map_or_else(|| "...".to_owned(), |term| self.example_of(term)),
            TypeKind::List(inner) => format!("[{}]", self.example_of(inner)),
            TypeKind::Record(_) => "{ ... }".to_owned(),
            TypeKind::Named { name, .. } => match name.as_str() {
                "string" => "\"...\"".to_owned(),
                "number" => "1".to_owned(),
                "bool" => "true".to_owned(),
                DURATION => "30m".to_owned(),
                "Artifact" => "Artifact".to_owned(),
                "File" => "Artifact::file".to_owned(),
                of => match Kind::of_type(of) {
                    Some(kind) => self.values.only(kind).unwrap_or_else(|| "Name".to_owned()),
                    None => "...".to_owned(),
                },
            },
        }
    }

    /// Binds the arguments of a `use` to the parameters. Returns whether all of them fit.
    pub(crate) fn bind_arguments(
        &mut self,
        component: &'a ast::Component,
        use_: &'a ast::Use,
        scope: ScopeId,
        context: Context,
    ) -> bool {
        let mut fits = true;
        for argument in &use_.arguments {
            let Some(name) = &argument.name else {
                let given =
                    |name: &str| use_.arguments.iter().any(|it| it.name.as_ref().is_some_and(|it| it.node == name));
                let formals = component.formals.iter().map(|formal| formal.name.as_str());
                let fitting: Vec<&str> = formals.filter(|name| !given(name)).collect();
                let (shown, place) = (self.values.shown(argument.value.span), argument.value.span);
                let unnamed = reuse::unnamed_argument(&component.name.node, &shown, place, &fitting);
                self.values.diagnostics.push(unnamed);
                fits = false;
                continue;
            };
            if !component.formals.iter().any(|formal| formal.name.node == name.node) {
                let known: Vec<&str> = component.formals.iter().map(|formal| formal.name.node.as_str()).collect();
                if !self.values.is_reported(name.span) {
                    self.values.diagnostics.push(reuse::unknown_argument(&component.name.node, name, &known));
                }
                fits = false;
            }
        }
        for formal in &component.formals {
            fits &= self.bind_argument(component, formal, use_, scope, context);
        }
        fits
    }

    /// Binds one parameter. Its value is evaluated on first use, because it may refer to what the pipeline declares
    /// later.
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
                    self.values.diagnostics.push(attributes::attribute_twice(second, first.span));
                }
                (&argument.value, context.scope)
            }
            (None, Some(default)) => (default, scope),
            (None, None) => {
                let poisoned = Value::poisoned(use_.component.span);
                self.values.bind(scope, &formal.name, DefinitionKind::Parameter, Binding::Value(poisoned));
                // A misspelled argument is reported as such.
                let strange = use_.arguments.iter().filter_map(|argument| argument.name.as_ref());
                let mut strange = strange.filter(|name| component.formals.iter().all(|it| it.name.node != name.node));
                if strange.any(|name| suggest::similar(&name.node, [formal.name.as_str()]).is_some()) {
                    return false;
                }
                let owner = format!("component `{}`", component.name.node);
                let missing = Spanned::new(formal.name.node.clone(), use_.component.span);
                self.values.diagnostics.push(reuse::missing_argument(
                    &owner,
                    &missing,
                    formal.name.span,
                    &self.example_of(&formal.ty),
                ));
                return false;
            }
        };
        let id = self.values.scopes.add_let(LetEntry {
            name: &formal.name,
            value,
            ty: Some((&formal.ty, scope)),
            scope: seen_from,
            pipeline: context.pipeline,
            words: words_of_type(&formal.ty),
            state: LetState::Waiting,
        });
        self.values.bind(scope, &formal.name, DefinitionKind::Parameter, Binding::Let(id));
        true
    }
}

/// Returns what a bare word means as an argument.
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
