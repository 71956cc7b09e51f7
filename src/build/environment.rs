//! Environments: what `in` refers to, and what is known of it before anything is expanded.
//!
//! Loops iterate over environments and conditions depend on their settings, so account, Region, and settings are
//! evaluated on first use, like a `let`.

use crate::catalog::Words;
use crate::catalog::accounts::is_account_id;
use crate::diagnostic::families::{attributes, environments};
use crate::evaluate::Context;
use crate::hir::{Entity, Environment, Ownership, ValueKind};
use crate::resolve::place::Place;
use crate::slots::{Attributes, describe};
use crate::source::Spanned;
use crate::syntax::ast;

use super::builder::Builder;
use super::drafts::{ActionDraft, Declared};
use super::resource::Filled;

impl<'a> Builder<'a> {
    /// Fills in an environment.
    pub(super) fn environment(&mut self, declared: &Declared<'a, ast::Resource>) {
        let Filled { mut declaration, statements } = self.body(declared, Place::Environment);
        let (statements, unread) = self.statements(&statements);
        declaration.incomplete |= unread;
        if let Ownership::Imported(value) = &declaration.ownership {
            let found = describe(&value.kind);
            self.values.diagnostics.push(attributes::wrong_type(
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
            self.values.diagnostics.push(attributes::wrong_type(
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

    /// Returns the account ID; reports an invalid one.
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
                    self.values.diagnostics.push(attributes::wrong_type(
                        "account",
                        "an account ID in quotes",
                        what,
                        value.span,
                    ));
                    return None;
                }
            },
        };
        self.values.incomplete |= found.is_err();
        match found {
            Ok(text) => Some(Spanned::new(text.to_owned(), value.span)),
            Err(text) => {
                let quoted = matches!(value.kind, ValueKind::Text(_));
                let plain = quoted || self.values.shown(value.span) == text;
                self.values.diagnostics.push(environments::bad_account(text, quoted, plain, value.span));
                None
            }
        }
    }

    /// Sets the environment of drafted actions of one statement.
    pub(super) fn place_in_environment(&mut self, drafts: &mut [ActionDraft<'a>]) {
        let Some(first) = drafts.first() else { return };
        let Some(reference) = first.clauses().environment.as_ref() else { return };
        let context = Context { scope: first.scope, pipeline: self.values.current };
        let value = self.values.reference(reference, context, Words::Target(crate::catalog::Kind::Environment));
        let environment = match value.kind {
            ValueKind::Entity(Entity::Environment(id)) => Some(Spanned::new(id, value.span)),
            ValueKind::Poisoned => None,
            other => {
                let found = match &other {
                    ValueKind::Entity(entity) => entity.word(),
                    other => describe(other),
                };
                self.values.diagnostics.push(attributes::wrong_type("in", "an environment", found, reference.span));
                None
            }
        };
        for draft in drafts {
            draft.environment.clone_from(&environment);
            draft.incomplete |= environment.is_none();
        }
    }
}
