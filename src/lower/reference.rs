//! Names in values: `Packages.name`, `Checkout.CommitId`, `network.outputs.VpcId`, `settings.size`.

use crate::catalog::{self, Kind};
use crate::diagnostic::families::names;
use crate::hir::{ActionId, Entity, PartKind, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Access, Ident, Reference};

use super::Lowerer;
use super::expression::{Context, Words, part_value};
use super::scope::{Binding, ScopeId};
use crate::slots::describe;

impl<'a> Lowerer<'a> {
    /// Resolves a reference.
    pub(super) fn reference(&mut self, reference: &'a Reference, context: Context, words: Words) -> Value {
        let span = reference.span;
        let head = &reference.head;
        if reference.accesses.is_empty() {
            return self.bare(head, context, words);
        }
        if let Some(binding) = self.binding(context.scope, &head.node) {
            if let Binding::Instance(scope) | Binding::Module(scope) = binding {
                return self.inner(reference, Context { scope, ..context }, words);
            }
            let value = self.bound(&binding, head.span);
            return self.access(value, &head.node, &reference.accesses, span, context);
        }
        if let Some(value) = self.entity_member(head, &reference.accesses, span, context) {
            return value;
        }
        if let Some(value) = self.action_output(head, &reference.accesses, span, context) {
            return value;
        }
        self.unknown_head(head, &reference.accesses, context);
        Value::poisoned(span)
    }

    /// What a name is bound to.
    fn binding(&self, scope: ScopeId, name: &str) -> Option<Binding> {
        self.scopes.find(scope, name).cloned()
    }

    /// The value that a name stands for, if it stands for one.
    pub(super) fn named_value(&mut self, name: &str, span: Span, context: Context) -> Option<Value> {
        let binding = self.binding(context.scope, name)?;
        binding.is_value().then(|| self.bound(&binding, span))
    }

    /// `instance.rest`, `module.rest`: the rest, as it reads inside.
    fn inner(&mut self, reference: &'a Reference, context: Context, words: Words) -> Value {
        let Some((Access::Member(head), rest)) = reference.accesses.split_first() else {
            self.diagnostics.push(names::no_value(&reference.head.node, reference.head.span));
            return Value::poisoned(reference.span);
        };
        if rest.is_empty() {
            let value = self.bare(head, context, words);
            return Value { kind: value.kind, span: reference.span };
        }
        let span = reference.span;
        if let Some(binding) = self.scopes.own(context.scope, &head.node).cloned() {
            let value = self.bound(&binding, head.span);
            return self.access(value, &head.node, rest, span, context);
        }
        if let Some(value) = self.entity_member(head, rest, span, context) {
            return value;
        }
        if let Some(value) = self.action_output(head, rest, span, context) {
            return value;
        }
        self.unknown_head(head, rest, context);
        Value::poisoned(span)
    }

    /// A name alone.
    pub(super) fn bare(&mut self, name: &'a Ident, context: Context, words: Words) -> Value {
        let span = name.span;
        let words = match words {
            Words::Cache if is_cache_mode(&name.node) => Words::Enumeration,
            Words::Cache => Words::Target(Kind::Bucket),
            other => other,
        };
        match words {
            Words::Enumeration => return Value::new(ValueKind::Word(name.node.clone()), span),
            Words::Target(kind) => {
                if let Some(entity) = self.symbols.entity(kind, &name.node, &self.scopes, context.scope) {
                    self.mention(entity);
                    return Value::new(ValueKind::Entity(entity), span);
                }
            }
            Words::Artifact => {
                if !self.names_artifact(name, context)
                    && let Some(binding) = self.binding(context.scope, &name.node)
                {
                    return self.bound(&binding, span);
                }
                return match self.artifact(name, span, context) {
                    Some(id) => Value::new(ValueKind::Artifact(id), span),
                    None => Value::poisoned(span),
                };
            }
            Words::Value | Words::Text | Words::Flag | Words::Cache => {}
        }
        if let Some(binding) = self.binding(context.scope, &name.node) {
            return self.bound(&binding, span);
        }
        if let Words::Target(kind) = words {
            self.unknown_entity(kind, name, context);
            return Value::poisoned(span);
        }
        if let [(_, entity, _)] = self.symbols.entities_named(&name.node, &self.scopes, context.scope).as_slice() {
            self.mention(*entity);
            return Value::new(ValueKind::Entity(*entity), span);
        }
        let draft = context.pipeline.and_then(|index| self.drafts.get(index));
        if let Some(id) = draft.and_then(|draft| draft.artifact(&name.node, &self.scopes, context.scope)) {
            return Value::new(ValueKind::Artifact(id), span);
        }
        self.unknown_word(name, context, words);
        Value::poisoned(span)
    }

    /// Notes a thing that a value names, perhaps by a name that is computed.
    fn mention(&mut self, entity: Entity) {
        self.hir.unnamed.remove(&entity);
    }

    fn unknown_entity(&mut self, kind: Kind, name: &Ident, context: Context) {
        self.hir.incomplete = true;
        if self.is_explained(name) {
            return;
        }
        let others = self.symbols.entities_named(&name.node, &self.scopes, context.scope);
        let other = others.first().map(|(other, _, place)| (other.word(), *place));
        let near = self.near(&name.node, self.symbols.names_of(kind));
        let mut unknown = names::unknown(kind.word(), name, near, other);
        if let Some(near) = near.filter(|_| other.is_none()) {
            let declared = self.symbols.entities_named(near, &self.scopes, context.scope);
            if let Some((.., place)) = declared.iter().find(|(found, ..)| *found == kind) {
                unknown = unknown.label(*place, format!("`{near}` is declared here"));
            }
        }
        let offers = near.is_none() && other.is_none();
        self.diagnostics.push(if offers { names::declare_it(unknown, kind, &name.node) } else { unknown });
    }

    /// Reports the first name of `name.member`: an artifact has no members, and what a loop makes is known only in it.
    fn unknown_head(&mut self, name: &Ident, rest: &[Access], context: Context) {
        if let ("var" | "local", Some(Access::Member(member))) = (name.node.as_str(), rest.first()) {
            self.hir.incomplete = true;
            let known = self.binding(context.scope, &member.node).is_some_and(|binding| binding.is_value());
            self.diagnostics.push(names::value_of_terraform(name, member, known));
            return;
        }
        let draft = context.pipeline.and_then(|index| self.drafts.get(index));
        let artifact = draft.and_then(|draft| draft.artifact(&name.node, &self.scopes, context.scope));
        let maker = draft.zip(artifact).and_then(|(draft, id)| draft.maker(id));
        let hidden = draft.and_then(|draft| draft.stage_with(&name.node));
        let diagnostic = match (maker, hidden) {
            (Some(maker), _) => names::variable_of_artifact(name, maker),
            (None, Some(stage)) => names::action_of_loop(name, stage),
            (None, None) => return self.unknown_word(name, context, Words::Value),
        };
        self.hir.incomplete = true;
        if !self.is_reported(name.span) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn unknown_word(&mut self, name: &Ident, context: Context, words: Words) {
        self.hir.incomplete = true;
        if self.is_explained(name) {
            return;
        }
        let near = if self.may_compare() { self.near_word(&name.node, context) } else { None };
        let unknown = match words {
            Words::Text => names::unknown_or_text(name, near),
            Words::Flag => names::unknown_or_flag(name, near),
            _ => names::unknown("value", name, near, None),
        };
        self.diagnostics.push(unknown);
    }

    /// The nearest of all names that can stand for a value here.
    fn near_word(&self, wanted: &str, context: Context) -> Option<&str> {
        let draft = context.pipeline.and_then(|index| self.drafts.get(index));
        let mut known = self.scopes.visible(context.scope);
        known.extend(self.symbols.all_names());
        if let Some(draft) = draft {
            known.extend(draft.symbols());
        }
        self.near(wanted, known.into_iter().filter(|other| *other != wanted))
    }

    /// Fields and elements of a value.
    fn access(&mut self, value: Value, shown: &str, accesses: &'a [Access], span: Span, context: Context) -> Value {
        let mut current = value;
        let mut shown = shown.to_owned();
        for access in accesses {
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
                    self.diagnostics.push(names::no_access(&shown, found, "members", member.span));
                    Value::poisoned(span)
                }
                (Access::Index(index), ValueKind::List(items)) => self.element(items, index, context, span),
                (Access::Index(index), other) => {
                    let found = describe(&other);
                    self.diagnostics.push(names::no_access(&shown, found, "elements", index.span));
                    Value::poisoned(span)
                }
            };
            if let Access::Member(member) = access {
                shown = format!("{shown}.{}", member.node);
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

    /// `Packages.name`, where exactly one declaration of that name has the member.
    fn entity_member(
        &mut self,
        head: &'a Ident,
        accesses: &'a [Access],
        span: Span,
        context: Context,
    ) -> Option<Value> {
        let candidates = self.symbols.entities_named(&head.node, &self.scopes, context.scope);
        let [Access::Member(member), rest @ ..] = accesses else { return None };
        let has_member =
            |kind: Kind| catalog::declaration(kind.word()).is_some_and(|entry| entry.members.contains(&member.node));
        let with_member = candidates.iter().find(|(kind, _, _)| has_member(*kind));
        let is_action = context
            .pipeline
            .and_then(|index| self.drafts.get(index))
            .is_some_and(|draft| draft.symbols().any(|symbol| symbol == head.node));
        let (_, entity, _) = match with_member {
            Some(found) => found,
            None if is_action => return None,
            None => candidates.first()?,
        };
        let value = self.member(*entity, member, span);
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
        let name = self.symbols.name_of(entity).unwrap_or_default().to_owned();
        self.diagnostics.push(names::unknown_member(kind.word(), &name, member, &members));
        Value::poisoned(span)
    }

    /// `Checkout.CommitId`, `Test.Build.IMAGE_TAG`, `network.outputs.VpcId`
    fn action_output(
        &mut self,
        head: &'a Ident,
        accesses: &'a [Access],
        span: Span,
        context: Context,
    ) -> Option<Value> {
        let draft = context.pipeline.and_then(|index| self.drafts.get(index))?;
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
        let named = |stacks_only: bool| {
            let seen = draft.actions_named(&head.node, stacks_only, &self.scopes, context.scope);
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
        let draft = context.pipeline.and_then(|index| self.drafts.get(index))?;
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

/// Whether a word is one of the modes of a project's cache.
fn is_cache_mode(word: &str) -> bool {
    let slot = catalog::declaration("project").and_then(|declaration| declaration.slot_of_attribute("cache"));
    slot.is_some_and(|slot| slot.values.contains_key(word))
}
