//! References in values: `Packages.name`, `Checkout.CommitId`, `network.outputs.VpcId`, `settings.size`. The index says
//! what each refers to; evaluation finds its value where it is used.

use crate::catalog::{self, Kind, Words};
use crate::diagnostic::families::names;
use crate::hir::{ActionId, Entity, PartKind, Value, ValueKind};
use crate::resolve::{DefinitionId, DefinitionKind, Meaning};
use crate::slots::describe;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Access, Ident, Reference};

use super::evaluator::{Context, Evaluator};
use super::expression::part_value;
use super::pipeline_names::ActionName;
use super::scope::{Binding, ScopeId};

impl<'a> Evaluator<'a> {
    /// Returns the definition that a name refers to, and its kind; `None` for a computed name.
    pub(crate) fn definition_of(&self, name: &Ident) -> Option<(DefinitionId, DefinitionKind)> {
        match self.names.meaning_of_name(name)? {
            Meaning::Names(id) => self.names.definition(id).map(|it| (id, it.kind)),
            _ => None,
        }
    }

    /// Returns what a definition is bound to in a scope; `None` if it was not evaluated.
    pub(crate) fn binding(&self, scope: ScopeId, definition: DefinitionId) -> Option<&Binding> {
        let it = self.names.definition(definition)?;
        self.scopes.find(scope, it.first, it.span.file)
    }

    /// Returns whether a name in the position of an artifact refers to one, or to nothing else.
    pub(crate) fn names_artifact(&self, name: &Ident) -> bool {
        self.definition_of(name).is_none_or(|(_, kind)| kind == DefinitionKind::Artifact)
    }

    /// Returns the declaration of a kind that a name refers to.
    pub(crate) fn entity(&self, kind: Kind, name: &Ident, scope: ScopeId) -> Option<Entity> {
        match self.names.meaning_of_name(name)? {
            Meaning::Names(id) => match self.binding(scope, id) {
                Some(Binding::Declaration(entity)) => Some(*entity),
                _ => self.entities.of_kind(kind, &name.node, &self.scopes, scope),
            },
            Meaning::Open => self.entities.of_kind(kind, &name.node, &self.scopes, scope),
            _ => None,
        }
    }

    /// Evaluates a reference.
    pub(crate) fn reference(&mut self, reference: &'a Reference, context: Context, words: Words) -> Value {
        if reference.accesses.is_empty() {
            return self.bare(&reference.head, context, words);
        }
        self.dotted(&reference.head, &reference.accesses, reference.span, context, words)
    }

    /// Evaluates a name and what follows it.
    fn dotted(&mut self, head: &'a Ident, accesses: &'a [Access], span: Span, context: Context, words: Words) -> Value {
        let definition = self.definition_of(head);
        let binding = match definition {
            Some((id, _)) => self.binding(context.scope, id).cloned(),
            None => self.scopes.instance(context.scope, &head.node).map(Binding::Instance),
        };
        match binding {
            Some(Binding::Instance(scope) | Binding::Module(scope)) => {
                return self.inner(head, accesses, span, Context { scope, ..context }, words);
            }
            Some(Binding::Declaration(entity)) => {
                if let Some(value) = self.entity_member(entity, head, accesses, span, context) {
                    return value;
                }
            }
            Some(Binding::Artifact(_)) => {}
            Some(binding) => {
                let value = self.bound(&binding, head.span);
                return self.access(value, &head.node, accesses, span, context);
            }
            None => {
                let kind = match definition {
                    Some((_, DefinitionKind::Declaration(kind))) => Some(kind),
                    _ => None,
                };
                let called = self.entities.called(&head.node, &self.scopes, context.scope);
                let is_it = |entity: &&Entity| kind.is_none_or(|kind| entity.kind() == kind);
                let is_action = definition.is_some_and(|(_, kind)| is_of_pipeline(kind));
                if let Some(entity) = called.iter().find(is_it).filter(|_| !is_action)
                    && let Some(value) = self.entity_member(*entity, head, accesses, span, context)
                {
                    return value;
                }
                if let Some(value) = self.action_output(head, accesses, span, context) {
                    return value;
                }
            }
        }
        self.unknown_head(head, context);
        Value::poisoned(span)
    }

    /// Evaluates the rest of `instance.rest` or `module.rest`, in the scope inside.
    fn inner(&mut self, head: &'a Ident, accesses: &'a [Access], span: Span, context: Context, words: Words) -> Value {
        match accesses.split_first() {
            Some((Access::Member(member), [])) => {
                let value = self.bare(member, context, words);
                Value { kind: value.kind, span }
            }
            Some((Access::Member(member), rest)) => self.dotted(member, rest, span, context, words),
            _ => {
                self.diagnostics.push(names::no_value(&head.node, head.span));
                Value::poisoned(span)
            }
        }
    }

    /// Evaluates a name without members.
    pub(crate) fn bare(&mut self, name: &'a Ident, context: Context, words: Words) -> Value {
        let value = self.named(name, context, words);
        value.unwrap_or_else(|| self.unknown(name, context, words, None))
    }

    /// Returns the value of a name without members; `None` if nothing with the name was evaluated.
    pub(crate) fn named(&mut self, name: &'a Ident, context: Context, words: Words) -> Option<Value> {
        let span = name.span;
        match self.names.meaning_of_name(name) {
            Some(Meaning::Names(id)) => match self.binding(context.scope, id).cloned() {
                Some(binding) => Some(self.bound(&binding, span)),
                None => match self.names.definition(id).map(|it| it.kind) {
                    Some(DefinitionKind::Declaration(kind)) => self.made(name, context, Words::Target(kind)),
                    _ => None,
                },
            },
            Some(Meaning::Word(_)) => Some(Value::new(ValueKind::Word(name.node.clone()), span)),
            Some(Meaning::Unknown) => None,
            Some(Meaning::Open | Meaning::Defines(_)) | None => self.made(name, context, words),
        }
    }

    /// Returns the value of a name that is known only after evaluation.
    fn made(&mut self, name: &Ident, context: Context, words: Words) -> Option<Value> {
        let span = name.span;
        let entity = match words {
            Words::Enumeration => return Some(Value::new(ValueKind::Word(name.node.clone()), span)),
            Words::Cache if is_cache_mode(&name.node) => {
                return Some(Value::new(ValueKind::Word(name.node.clone()), span));
            }
            Words::Cache => self.entities.of_kind(Kind::Bucket, &name.node, &self.scopes, context.scope),
            Words::Target(kind) => self.entities.of_kind(kind, &name.node, &self.scopes, context.scope),
            Words::Artifact => None,
            Words::Value | Words::Text | Words::Flag => {
                match self.entities.called(&name.node, &self.scopes, context.scope).as_slice() {
                    [entity] => Some(*entity),
                    _ => None,
                }
            }
        };
        entity.map(|entity| self.bound(&Binding::Declaration(entity), span))
    }

    /// Records that a value refers to a declaration, even if by a computed name.
    pub(super) fn mention(&mut self, entity: Entity) {
        self.unnamed.remove(&entity);
    }

    /// Evaluates fields and elements of a value.
    fn access(&mut self, value: Value, shown: &str, accesses: &'a [Access], span: Span, context: Context) -> Value {
        let mut current = value;
        let mut shown = shown.to_owned();
        let mut rest = accesses;
        while let Some((access, after)) = rest.split_first() {
            rest = after;
            let next = match (access, current.kind) {
                (_, ValueKind::Poisoned) => return Value::poisoned(span),
                (Access::Member(member), ValueKind::Entity(entity)) => self.member(entity, member, span),
                (Access::Member(member), ValueKind::Map(entries)) => {
                    let keys: Vec<&str> = entries.iter().map(|(key, _)| key.node.as_str()).collect();
                    if let Some((_, found)) = entries.iter().find(|(key, _)| key.node == member.node) {
                        found.clone()
                    } else {
                        self.diagnostics.push(names::unknown_member("value", &shown, member, &keys));
                        Value::poisoned(span)
                    }
                }
                (Access::Member(member), other) => {
                    let found = describe(&other);
                    self.diagnostics.push(names::no_access(&shown, found, "members", &selectable(&other), member.span));
                    Value::poisoned(span)
                }
                (Access::Index(index), ValueKind::List(items)) => self.element(items, index, context, span),
                (Access::Index(index), ValueKind::Map(entries)) => {
                    let (found, used) = self.keyed(&entries, &shown, index, (after, span), context);
                    rest = after.get(used..).unwrap_or_default();
                    found
                }
                (Access::Index(index), other) => {
                    let found = describe(&other);
                    self.diagnostics.push(names::no_access(&shown, found, "elements", &selectable(&other), index.span));
                    Value::poisoned(span)
                }
            };
            match access {
                Access::Member(member) => shown = format!("{shown}.{}", member.node),
                Access::Index(index) => shown = format!("{shown}[{}]", self.shown(index.span)),
            }
            if rest.is_empty() {
                self.use_of(&next, span);
            }
            current = Value { kind: next.kind, span };
        }
        current
    }

    fn element(
        &mut self,
        items: Vec<Value>,
        index: &'a crate::syntax::ast::Expr,
        context: Context,
        span: Span,
    ) -> Value {
        let wanted = self.evaluate(index, context, Words::Value);
        let position = match &wanted.kind {
            ValueKind::Number(text) => text.parse::<usize>().ok(),
            ValueKind::Poisoned => return Value::poisoned(span),
            _ => None,
        };
        let count = items.len();
        if let Some(item) = position.and_then(|position| items.into_iter().nth(position)) {
            return item;
        }
        self.diagnostics.push(names::no_element(count, index.span));
        Value::poisoned(span)
    }

    /// Evaluates `Packages.name`.
    fn entity_member(
        &mut self,
        entity: Entity,
        head: &Ident,
        accesses: &'a [Access],
        span: Span,
        context: Context,
    ) -> Option<Value> {
        let (Access::Member(member), rest) = accesses.split_first()? else { return None };
        let value = self.member(entity, member, span);
        Some(self.access(value, &format!("{}.{}", head.node, member.node), rest, span, context))
    }

    fn member(&mut self, entity: Entity, member: &Ident, span: Span) -> Value {
        let kind = entity.kind();
        let members: Vec<&str> = catalog::declaration(kind.word())
            .map(|entry| entry.members.iter().map(String::as_str).collect())
            .unwrap_or_default();
        if members.contains(&member.node.as_str()) {
            self.mention(entity);
            if let Entity::Environment(id) = entity {
                return self.environment_member(id, member, span);
            }
            return part_value(PartKind::Member(entity, member.node.clone()), span);
        }
        let name = self.entities.name_of(entity).unwrap_or_default().to_owned();
        self.diagnostics.push(names::unknown_member(kind.word(), &name, member, &members));
        Value::poisoned(span)
    }

    /// Evaluates `Checkout.CommitId`, `Test.Build.IMAGE_TAG`, or `network.outputs.VpcId`.
    fn action_output(
        &mut self,
        head: &'a Ident,
        accesses: &'a [Access],
        span: Span,
        context: Context,
    ) -> Option<Value> {
        let draft = context.pipeline.and_then(|index| self.pipelines.get(index))?;
        let members: Vec<&Ident> = accesses
            .iter()
            .filter_map(|access| match access {
                Access::Member(member) => Some(member),
                Access::Index(_) => None,
            })
            .collect();
        if members.len() != accesses.len() {
            return None;
        }
        let name = match self.names.meaning_of_name(head) {
            Some(Meaning::Names(id)) => ActionName::Defined(self.names.definition(id)?.first),
            _ => ActionName::Computed(&head.node),
        };
        let named = |stacks_only: bool| {
            let seen = draft.actions_named(name, stacks_only, &self.scopes, context.scope);
            match self.environment {
                Some(environment) if seen.is_empty() => {
                    let scopes = &self.scopes;
                    draft.actions_in_environment(&head.node, stacks_only, environment, scopes, context.scope)
                }
                _ => seen,
            }
        };
        let (found, name, variable): (Vec<ActionId>, &Ident, &Ident) = match members.as_slice() {
            [outputs, output] if outputs.node == "outputs" && draft.has_stack(&head.node) => {
                (named(true), head, output)
            }
            [variable] => (named(false), head, variable),
            [action, variable] => (draft.actions_in_stage(&head.node, &action.node), action, variable),
            [stack, outputs, output] if outputs.node == "outputs" => {
                (draft.actions_in_stage(&head.node, &stack.node), stack, output)
            }
            _ => return None,
        };
        let found = self.of_same_environment(found, context);
        let draft = context.pipeline.and_then(|index| self.pipelines.get(index))?;
        match found.as_slice() {
            [] => None,
            [action] => Some(part_value(PartKind::Output(*action, variable.node.clone()), span)),
            several => {
                let stages: Vec<String> = several.iter().map(|id| draft.stage_of(*id).to_owned()).collect();
                let stages: Vec<&str> = stages.iter().map(String::as_str).collect();
                self.diagnostics.push(names::ambiguous_action(&Spanned::new(name.node.clone(), name.span), &stages));
                Some(Value::poisoned(span))
            }
        }
    }
}

/// Returns whether a definition is part of a pipeline and has no value itself.
fn is_of_pipeline(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Action { .. } | DefinitionKind::Stage)
}

/// Returns whether a word is one of the modes of a project's cache.
fn is_cache_mode(word: &str) -> bool {
    let slot = catalog::declaration("project").and_then(|declaration| declaration.slot_of_attribute("cache"));
    slot.is_some_and(|slot| slot.values.contains_key(word))
}

/// Returns which parts of a value can be selected.
fn selectable(value: &ValueKind) -> names::Parts<'_> {
    match value {
        ValueKind::List(items) if !items.is_empty() => names::Parts::Elements,
        ValueKind::Map(entries) => {
            entries.first().map_or(names::Parts::None, |(key, _)| names::Parts::Entry(&key.node))
        }
        _ => names::Parts::None,
    }
}
