//! What is known of an environment before anything is expanded.
//!
//! Loops iterate over environments and conditions depend on their settings, so account, Region, and settings are
//! evaluated on first use, like a `let`.

use crate::catalog::Words;
use crate::diagnostic::families::environments;
use crate::hir::{ActionId, Entity, EnvironmentId, PartKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, ResourceBody, StmtKind};

use super::entities::EnvironmentLets;
use super::evaluator::{Context, Evaluator};
use super::expression::part_value;
use super::scope::{LetEntry, LetState, ScopeId};

impl<'a> Evaluator<'a> {
    /// Records the values of an environment's block, to be evaluated on first use.
    pub(crate) fn environment_lets(&mut self, resource: &'a ast::Resource, scope: ScopeId) -> EnvironmentLets {
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
                scope,
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

    /// Evaluates `env.name`, `env.account`, `env.region`, or `env.settings`.
    pub(crate) fn environment_member(&mut self, id: EnvironmentId, member: &Ident, span: Span) -> Value {
        let name = self.entities.name_of(Entity::Environment(id)).unwrap_or_default().to_owned();
        let lets = self.entities.environments.get(id.0).copied().unwrap_or_default();
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

    /// Evaluates the settings of the environments in a value, so that they can be compared with a type.
    pub(crate) fn evaluate_settings(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Entity(Entity::Environment(id)) => {
                let lets = self.entities.environments.get(id.0).copied().unwrap_or_default();
                if let Some(settings) = lets.settings {
                    self.let_value(settings, value.span);
                }
            }
            ValueKind::List(items) => items.iter().for_each(|item| self.evaluate_settings(item)),
            _ => {}
        }
    }

    /// Returns the settings of an environment, if they have been evaluated.
    pub(crate) fn settled(&self, id: EnvironmentId) -> Option<&Value> {
        let settings = self.entities.environments.get(id.0)?.settings?;
        match &self.scopes.lets.get(settings.0)?.state {
            LetState::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the span of an environment's `settings` key.
    pub(crate) fn settings_key(&self, id: EnvironmentId) -> Option<Span> {
        let settings = self.entities.environments.get(id.0)?.settings?;
        self.scopes.lets.get(settings.0).map(|entry| entry.name.span)
    }

    /// Returns those of several actions with one name that are in the environment of the referring action.
    pub(crate) fn of_same_environment(&self, found: Vec<ActionId>, context: Context) -> Vec<ActionId> {
        if found.len() < 2 {
            return found;
        }
        let environment_of = |id: &ActionId| {
            let draft = context.pipeline.and_then(|index| self.pipelines.get(index))?;
            draft.actions.get(id.0)?.environment
        };
        let near: Vec<ActionId> = found.iter().copied().filter(|id| environment_of(id) == self.environment).collect();
        if near.is_empty() { found } else { near }
    }
}
