//! Environments: what `in` names, and what of them is known before anything is expanded.
//!
//! Loops run over environments and conditions ask for their settings, so account, region and settings are evaluated when
//! they are first used, as a `let` is.

use crate::catalog::accounts::is_account_id;
use crate::diagnostic::families::{environments, names};
use crate::hir::{ActionId, Entity, Environment, EnvironmentId, Ownership, PartKind, Value, ValueKind};
use crate::resolve::place::Place;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Ident, ResourceBody, StmtKind};

use super::Lowerer;
use super::action::ActionDraft;
use super::attributes::Attributes;
use super::declare::Declared;
use super::expand::Surroundings;
use super::expression::{Context, Words, part_value};
use super::resource::Body;
use super::scope::{LetEntry, LetId, LetState};
use crate::slots::describe;

/// The values of an environment that are known at compile time, where they are given.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EnvironmentLets {
    account: Option<LetId>,
    region: Option<LetId>,
    settings: Option<LetId>,
}

impl<'a> Lowerer<'a> {
    /// Notes what an environment's block says, to be evaluated on first use.
    pub(super) fn environment_lets(&mut self, resource: &'a ast::Resource, at: &Surroundings) -> EnvironmentLets {
        let mut lets = EnvironmentLets::default();
        let ResourceBody::Block(block) = &resource.body else { return lets };
        for statement in &block.statements {
            let StmtKind::Attribute(attribute) = &statement.kind else { continue };
            let (place, words) = match attribute.key.node.as_str() {
                "account" => (&mut lets.account, Words::Value),
                "region" => (&mut lets.region, Words::Enumeration),
                "settings" => (&mut lets.settings, Words::Text),
                _ => continue,
            };
            let entry = LetEntry {
                name: &attribute.key,
                value: &attribute.value,
                ty: None,
                scope: at.scope,
                pipeline: None,
                words,
                state: LetState::Waiting,
            };
            if place.is_none() {
                *place = Some(self.scopes.add_let(entry));
            }
        }
        lets
    }

    /// `env.name`, `env.account`, `env.region`, `env.settings`
    pub(super) fn environment_member(&mut self, id: EnvironmentId, member: &Ident, span: Span) -> Value {
        let name = self.symbols.name_of(Entity::Environment(id)).unwrap_or_default().to_owned();
        let lets = self.symbols.environments.get(id.0).copied().unwrap_or_default();
        let pseudo = |name: &str| part_value(PartKind::Pseudo(name.to_owned()), span);
        match (member.node.as_str(), lets) {
            ("name", _) => Value::text(name, span),
            ("account", EnvironmentLets { account: Some(account), .. }) => self.let_value(account, span),
            ("account", _) => pseudo("AccountId"),
            ("region", EnvironmentLets { region: Some(region), .. }) => {
                let value = self.let_value(region, span);
                value.as_str().map(|region| Value::text(region, span)).unwrap_or(value)
            }
            ("region", _) => pseudo("Region"),
            (_, EnvironmentLets { settings: Some(settings), .. }) => self.let_value(settings, span),
            _ => {
                self.diagnostics.push(environments::no_settings(&name, member.span));
                Value::poisoned(span)
            }
        }
    }

    /// The settings of the environments in a value, evaluated so that they can be compared with a type.
    pub(super) fn settle_settings(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Entity(Entity::Environment(id)) => {
                let lets = self.symbols.environments.get(id.0).copied().unwrap_or_default();
                if let Some(settings) = lets.settings {
                    self.let_value(settings, value.span);
                }
            }
            ValueKind::List(items) => items.iter().for_each(|item| self.settle_settings(item)),
            _ => {}
        }
    }

    /// The settings of an environment that have been evaluated.
    pub(super) fn settled(&self, id: EnvironmentId) -> Option<&Value> {
        let settings = self.symbols.environments.get(id.0)?.settings?;
        match &self.scopes.lets.get(settings.0)?.state {
            LetState::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Where an environment says its settings: the key.
    pub(super) fn settings_key(&self, id: EnvironmentId) -> Option<Span> {
        let settings = self.symbols.environments.get(id.0)?.settings?;
        self.scopes.lets.get(settings.0).map(|entry| entry.name.span)
    }

    /// Fills an environment in.
    pub(super) fn environment(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Body { mut declaration, statements } = self.body(declared, Place::Environment);
        let (statements, unread) = self.statements(&statements);
        declaration.incomplete |= unread;
        if let Ownership::Imported(value) = &declaration.ownership {
            let found = describe(&value.kind);
            self.diagnostics.push(names::wrong_type(
                "environment",
                "a block such as `{ account = \"...\" }`",
                found,
                value.span,
            ));
        }
        if let Some(settings) = declaration.attributes.get("settings")
            && !matches!(settings.value.kind, ValueKind::Map(_) | ValueKind::Poisoned)
        {
            let found = describe(&settings.value.kind);
            self.diagnostics.push(names::wrong_type(
                "settings",
                "a map such as `{ key = value }`",
                found,
                settings.value.span,
            ));
        }
        let account = self.account(&declaration.attributes);
        if let (None, Some(attribute)) = (account, declaration.attributes.get_mut("account")) {
            attribute.value.kind = ValueKind::Poisoned;
        }
        self.hir.environments.push(Environment { declaration, statements });
    }

    /// An account's id; reports what is none.
    pub(super) fn account(&mut self, attributes: &Attributes) -> Option<Spanned<String>> {
        let value = &attributes.get("account")?.value;
        let found = match &value.kind {
            ValueKind::Number(digits) => Err(digits.as_str()),
            ValueKind::Poisoned => return None,
            _ => match value.as_str() {
                Some(text) if is_account_id(text) => Ok(text),
                Some(text) => Err(text),
                None => {
                    let what = describe(&value.kind);
                    self.diagnostics.push(names::wrong_type("account", "an account ID in quotes", what, value.span));
                    return None;
                }
            },
        };
        self.hir.incomplete |= found.is_err();
        match found {
            Ok(text) => Some(Spanned::new(text.to_owned(), value.span)),
            Err(text) => {
                let quoted = matches!(value.kind, ValueKind::Text(_));
                let plain = quoted || self.shown(value.span) == text;
                self.diagnostics.push(environments::bad_account(text, quoted, plain, value.span));
                None
            }
        }
    }

    /// The environments that drafted actions of one statement run in.
    pub(super) fn place_in_environment(&mut self, drafts: &mut [ActionDraft<'a>]) {
        let Some(first) = drafts.first() else { return };
        let Some(reference) = first.clauses().environment.as_ref() else { return };
        let context = Context { scope: first.scope, pipeline: self.current };
        let value = self.reference(reference, context, Words::Target(crate::catalog::Kind::Environment));
        let environment = match value.kind {
            ValueKind::Entity(Entity::Environment(id)) => Some(Spanned::new(id, value.span)),
            ValueKind::Poisoned => None,
            other => {
                let found = match &other {
                    ValueKind::Entity(entity) => entity.word(),
                    other => describe(other),
                };
                self.diagnostics.push(names::wrong_type("in", "an environment", found, reference.span));
                None
            }
        };
        for draft in drafts {
            draft.environment.clone_from(&environment);
            draft.incomplete |= environment.is_none();
        }
    }

    /// Of several actions of one name, those of the environment that the referring action runs in.
    pub(super) fn of_same_environment(&self, found: Vec<ActionId>, context: Context) -> Vec<ActionId> {
        if found.len() < 2 {
            return found;
        }
        let environment_of = |id: &ActionId| {
            let draft = context.pipeline.and_then(|index| self.drafts.get(index))?;
            draft.actions.get(id.0)?.environment.as_ref().map(|environment| environment.node)
        };
        let near: Vec<ActionId> = found.iter().copied().filter(|id| environment_of(id) == self.environment).collect();
        if near.is_empty() { found } else { near }
    }
}
