//! `deploy|prepare|execute|delete stack`: the change-set pair and related statements.

use std::sync::Arc;

use crate::catalog::names::{NameFault, check, rules};
use crate::catalog::{self, Category};
use crate::collections::IndexMap;
use crate::diagnostic::families::{names, stacks};
use crate::evaluate::Context;
use crate::expand::Placed;
use crate::hir::{Action, ActionId, BOUNDARY, Origin, Part, PartKind, Setting, Text, Value, ValueKind};
use crate::slots::{Attributes, Owner, Shape, SlotSet, StackStatement, settings, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, StackVerb};

use super::builder::Builder;
use super::drafts::{ActionBody, ActionDraft, Form, SetNames};
use super::early::Early;

impl<'a> Builder<'a> {
    /// Drafts the one or two actions of a stack statement.
    pub(super) fn draft_stack(
        &mut self,
        action: &'a ast::StackAction,
        placed: &Placed<'a>,
        stage: usize,
    ) -> Vec<ActionDraft<'a>> {
        let Some(action_type) = catalog::action_type("cloudformation", Category::Deploy) else { return Vec::new() };
        let Some(name) = self.declared_name(&action.name, &placed.at) else {
            self.values.give_up(placed.statement.span);
            return Vec::new();
        };
        let words = ["namespace", "mode", "actions"];
        let early = self.early(action.block.as_ref(), &words, placed.at.scope);
        let halves: &[(Origin, &str)] = match action.verb.node {
            StackVerb::Deploy if early.get("mode").is_some() => &[(Origin::DeployStack, "")],
            StackVerb::Deploy => {
                &[(Origin::PrepareStack, ".GenerateChangeSet"), (Origin::ExecuteStack, ".ExecuteChangeSet")]
            }
            StackVerb::Prepare => &[(Origin::PrepareStack, ".GenerateChangeSet")],
            StackVerb::Execute => &[(Origin::ExecuteStack, ".ExecuteChangeSet")],
            StackVerb::Delete => &[(Origin::DeleteStack, ".Delete")],
        };
        let draft = |(origin, suffix): &(Origin, &str)| {
            let form = Form::Stack(action, *origin);
            let draft = ActionDraft::new(placed, name.clone(), stage, Category::Deploy, Arc::clone(&action_type), form);
            let full = name_in_pair(&early, *origin, &name.full.node, suffix);
            let asked = early.text("namespace").map(str::to_owned);
            let namespace = asked.filter(|_| *origin != Origin::PrepareStack || halves.len() == 1);
            ActionDraft { name: Spanned::new(full, name.full.span), namespace, ..draft }
        };
        halves.iter().map(draft).collect()
    }

    /// Fills in one action of a stack statement.
    pub(super) fn stack_action(
        &mut self,
        (id, draft): (ActionId, ActionDraft<'a>),
        action: &'a ast::StackAction,
        origin: Origin,
        context: Context,
    ) -> Action {
        let action_type = Arc::clone(&draft.action_type);
        let slots = slots_of(Shape::Stack { action_type: &action_type, statement: form_of(action.verb.node, origin) });
        let shown = format!("stack `{}`", draft.symbol.node).into();
        let owner = Owner { shown: &shown, place: action.name.span };
        let is_pair = draft.pair.is_some();
        let (first_half, second_half) =
            (is_pair && origin == Origin::PrepareStack, is_pair && origin == Origin::ExecuteStack);
        let ActionBody { attributes, unread, filters, statements } =
            self.stack_body(&draft, second_half, &slots, owner, context);
        let mut configuration = settings(&attributes, slots.configured());
        let names = self.stack_names((id, &draft), action, &attributes, context);
        set(&mut configuration, "ActionMode", mode(origin, &attributes, action.verb.span), action.verb.span);
        set_names(&mut configuration, names, origin, action.name.span);
        if first_half {
            configuration.shift_remove("OutputFileName");
        }
        let (inputs, lost_input) = match origin {
            Origin::ExecuteStack => (Vec::new(), false),
            _ => self.header(&draft, &mut configuration, context),
        };
        let end = action.clauses.end().unwrap_or(action.name.span);
        let mut attributes = attributes;
        if first_half {
            attributes.shift_remove("namespace");
            self.refuse_one_mode(&attributes, &draft.symbol.node);
        }
        if is_pair {
            share_configuration(&mut attributes, second_half);
        }
        if second_half {
            attributes.shift_remove(BOUNDARY);
        }
        if !is_pair {
            self.reject_other_action(&attributes, origin, &draft.symbol.node);
        }
        self.check_stack_action(statement_of(id, &draft), &draft.name);
        let mut built = self.assemble(draft, &attributes, configuration, inputs, action.verb.span.to(end));
        built.incomplete |= unread.any() || lost_input;
        // The first action passes the role.
        (built.filters, built.statements) = if second_half { (Vec::new(), Vec::new()) } else { (filters, statements) };
        built
    }

    /// Reports a name for an action that the statement does not create.
    fn reject_other_action(&mut self, attributes: &Attributes, origin: Origin, stack: &str) {
        let Some(ValueKind::Map(entries)) = attributes.get("actions").map(|it| &it.value.kind) else { return };
        let own = half(origin);
        if let Some((key, _)) = entries.iter().find(|(key, _)| key.node != own) {
            self.values.diagnostics.push(stacks::no_such_action_in_pair(stack, key, own, entries.len() > 1));
        }
    }

    /// Returns the block of a stack statement, which is read once for both of its actions.
    fn stack_body(
        &mut self,
        draft: &ActionDraft<'a>,
        second_half: bool,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
    ) -> ActionBody {
        let Some(pair) = draft.pair else { return self.action_body(draft.block(), slots, owner, context) };
        if let Some(body) = self.pair_bodies.remove(&pair.prepare).filter(|_| second_half) {
            return body;
        }
        let body = self.action_body(draft.block(), slots, owner, context);
        self.pair_bodies.insert(pair.prepare, body.clone());
        body
    }

    /// Checks the name that an action gets from its stack's. If the stack's name is too long, both names of a pair are
    /// too long, which is one error.
    fn check_stack_action(&mut self, statement: ActionId, name: &Spanned<String>) {
        if self.misnamed.contains(&statement) {
            return;
        }
        let allowed = match (rules("action"), check("action", &name.node)) {
            (Some(rules), Some(NameFault::TooLong { len, .. })) => {
                self.values.diagnostics.push(names::no_room_for_action(name, len, rules.max));
                false
            }
            _ => self.values.check_name("action", name),
        };
        if !allowed {
            self.misnamed.insert(statement);
        }
    }

    /// Returns the names of the stack and its change set, which are shared by both actions.
    fn stack_names(
        &mut self,
        (id, draft): (ActionId, &ActionDraft<'a>),
        action: &'a ast::StackAction,
        attributes: &Attributes,
        context: Context,
    ) -> (Value, Value) {
        let prepared = if draft.executes_only() { self.prepared(draft, context) } else { SetNames::default() };
        let own = |word: &str| attributes.get(word).map(|attribute| attribute.value.clone());
        if draft.prepares() {
            self.change_sets.insert(id, SetNames::of(attributes));
        }
        let stack = own("name").or(prepared.stack).unwrap_or_else(|| {
            let suffix = if action.name.quoted { "" } else { &draft.suffix };
            let name = Spanned::new(format!("{}{suffix}", draft.symbol.node), action.name.span);
            if !matches!(draft.form, Form::Stack(_, Origin::ExecuteStack)) && !self.values.check_name("stack", &name) {
                self.misnamed.insert(statement_of(id, draft));
            }
            Value::text(name.node, name.span)
        });
        let change_set = own("change-set").or(prepared.change_set).unwrap_or_else(|| changes_of(&stack));
        (stack, change_set)
    }

    /// Returns the names that the statement which prepares the change set sets; its action has been filled in before.
    fn prepared(&self, execute: &ActionDraft<'a>, context: Context) -> SetNames {
        let draft = context.pipeline.and_then(|index| self.drafts.get(index));
        let is_prepare = |draft: &ActionDraft<'a>| {
            draft.is_named_like(execute) && same_environment(draft, execute) && draft.prepares()
        };
        let prepare = draft.and_then(|draft| draft.actions.iter().position(is_prepare));
        prepare.and_then(|position| self.change_sets.get(&ActionId(position))).cloned().unwrap_or_default()
    }

    /// Reports a mode in the `configuration` of a statement with two actions, each of which has its own mode.
    fn refuse_one_mode(&mut self, attributes: &Attributes, stack: &str) {
        let Some(ValueKind::Map(entries)) = attributes.get("configuration").map(|it| &it.value.kind) else { return };
        if let Some((key, _)) = entries.iter().find(|(key, _)| key.node == "ActionMode") {
            self.values.diagnostics.push(stacks::one_mode_for_pair(stack, key.span));
        }
    }
}

/// Returns the ID that identifies an action's statement: that of its first action.
fn statement_of(id: ActionId, draft: &ActionDraft<'_>) -> ActionId {
    draft.pair.map_or(id, |pair| pair.prepare)
}

fn same_environment(first: &ActionDraft<'_>, second: &ActionDraft<'_>) -> bool {
    let environment = |draft: &ActionDraft<'_>| draft.environment.as_ref().map(|environment| environment.node);
    environment(first) == environment(second)
}

/// Returns the key for an action in `actions`.
fn half(origin: Origin) -> &'static str {
    if origin == Origin::PrepareStack { "prepare" } else { "execute" }
}

/// Returns the name of one action of a pair: generated, or from `actions = { prepare = "...", execute = "..." }`.
fn name_in_pair(early: &Early, origin: Origin, symbol: &str, suffix: &str) -> String {
    let given = early.entry("actions", half(origin)).and_then(Value::as_str);
    given.map_or_else(|| format!("{symbol}{suffix}"), str::to_owned)
}

/// Gives each action of a pair its entries of `configuration`: both have the stack and the change set, the second has
/// the outputs, and everything else goes into the change set.
fn share_configuration(attributes: &mut Attributes, second: bool) {
    let Some(ValueKind::Map(entries)) = attributes.get_mut("configuration").map(|it| &mut it.value.kind) else {
        return;
    };
    entries.retain(|(key, _)| match key.node.as_str() {
        "StackName" | "ChangeSetName" => true,
        "ActionMode" => false,
        "OutputFileName" => second,
        _ => !second,
    });
}

fn mode(origin: Origin, attributes: &Attributes, verb: Span) -> Value {
    let text = match origin {
        Origin::PrepareStack => "CHANGE_SET_REPLACE",
        Origin::ExecuteStack => "CHANGE_SET_EXECUTE",
        Origin::DeleteStack => "DELETE_ONLY",
        Origin::DeployStack | Origin::Written => {
            return attributes.get("mode").map_or_else(|| Value::poisoned(verb), |mode| mode.value.clone());
        }
    };
    Value::text(text, verb)
}

fn set(configuration: &mut IndexMap<String, Setting>, key: &str, value: Value, place: Span) {
    let attribute = configuration.get(key).map_or(place, |setting| setting.attribute);
    configuration.insert(key.to_owned(), Setting { value, attribute, raw: false });
}

/// Returns the form of a statement, of which this action is one.
fn form_of(verb: StackVerb, origin: Origin) -> StackStatement {
    match (verb, origin) {
        (StackVerb::Deploy, Origin::DeployStack) => StackStatement::Direct,
        (StackVerb::Deploy, _) => StackStatement::Pair,
        (StackVerb::Prepare, _) => StackStatement::Prepare,
        (StackVerb::Execute, _) => StackStatement::Execute,
        (StackVerb::Delete, _) => StackStatement::Delete,
    }
}

/// Sets the names of the stack and of its change set. An action that executes a change set needs nothing else.
fn set_names(
    configuration: &mut IndexMap<String, Setting>,
    (stack, change_set): (Value, Value),
    origin: Origin,
    place: Span,
) {
    set(configuration, "StackName", stack, place);
    if origin == Origin::ExecuteStack {
        configuration.retain(|key, _| matches!(key.as_str(), "ActionMode" | "StackName" | "OutputFileName"));
    }
    if matches!(origin, Origin::PrepareStack | Origin::ExecuteStack) {
        set(configuration, "ChangeSetName", change_set, place);
    } else {
        configuration.shift_remove("ChangeSetName");
    }
}

/// Returns `<stack>-changes`.
fn changes_of(stack: &Value) -> Value {
    let ValueKind::Text(text) = &stack.kind else { return Value::poisoned(stack.span) };
    let mut name: Text = text.clone();
    name.push(Part { kind: PartKind::Literal("-changes".to_owned()), span: stack.span });
    Value::new(ValueKind::Text(name), stack.span)
}
