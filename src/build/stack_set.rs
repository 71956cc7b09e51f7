//! `deploy stackset N` and `deploy stack-instances N`: one action each, named after the StackSet.

use std::sync::Arc;

use crate::catalog::{self, Category};
use crate::evaluate::Context;
use crate::expand::Placed;
use crate::hir::{Action, Setting, Value};
use crate::slots::{Owner, Shape, require, settings, slots_of};
use crate::source::Spanned;
use crate::syntax::ast::{self, StackKind};

use super::builder::Builder;
use super::drafts::{ActionBody, ActionDraft, Form};

impl<'a> Builder<'a> {
    /// Drafts the action of a statement about a StackSet.
    pub(super) fn draft_stack_set(
        &mut self,
        action: &'a ast::StackAction,
        placed: &Placed<'a>,
        stage: usize,
    ) -> Vec<ActionDraft<'a>> {
        let (word, suffix) = match action.kind.node {
            StackKind::StackInstances => ("stack-instances", ".Instances"),
            _ => ("stackset", ""),
        };
        let Some(action_type) = catalog::action_type(word, Category::Deploy) else { return Vec::new() };
        let Some(name) = self.declared_name(&action.name, &placed.at) else {
            self.values.give_up(placed.statement.span);
            return Vec::new();
        };
        let draft = ActionDraft::new(placed, name, stage, Category::Deploy, action_type, Form::StackSet(action));
        let full = format!("{}{suffix}", draft.name.node);
        let namespace = self.explicit_namespace(&draft);
        vec![ActionDraft { name: Spanned::new(full, draft.name.span), namespace, ..draft }]
    }

    /// Fills in the action.
    pub(super) fn stack_set_action(
        &mut self,
        draft: ActionDraft<'a>,
        action: &'a ast::StackAction,
        context: Context,
    ) -> Action {
        let action_type = Arc::clone(&draft.action_type);
        let slots = slots_of(Shape::StackSet(&action_type));
        let shown = format!("StackSet `{}`", draft.symbol.node).into();
        let owner = Owner { shown: &shown, place: action.name.span };
        let ActionBody { mut attributes, unread, statements, .. } =
            self.action_body(draft.block(), &slots, owner, context);
        if !unread.statement {
            require(&attributes, slots.iter(), owner, &mut self.values);
        }
        let mut configuration = settings(&attributes, slots.configured());
        if attributes.shift_remove("name").is_none() {
            let suffix = if action.name.quoted { "" } else { &draft.suffix };
            let name = Spanned::new(format!("{}{suffix}", draft.symbol.node), action.name.span);
            self.values.check_name("stack", &name);
            let setting = Setting { value: Value::text(name.node, name.span), attribute: name.span, raw: false };
            configuration.insert("StackSetName".to_owned(), setting);
        }
        let (inputs, lost_input) = self.header(&draft, &mut configuration, context);
        let end = action.clauses.end().unwrap_or(action.name.span);
        let mut built = self.assemble(draft, &attributes, configuration, inputs, action.verb.span.to(end));
        built.incomplete |= unread.any() || lost_input;
        built.statements = statements;
        built
    }
}
