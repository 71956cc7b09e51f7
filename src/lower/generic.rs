//! `action N {}`: any action type there is, by its names in AWS.

use std::sync::Arc;

use crate::catalog::{self, ActionType, Category, Owner, Slot};
use crate::diagnostic::families::names;
use crate::hir::ValueKind;
use crate::syntax::ast::{self, StmtKind};

use super::Lowerer;
use super::action::is_configured;
use super::attributes::{Attributes, Owner as OwnerOf};
use super::coerce::words_of;
use super::expand::{Placed, Surroundings};
use super::placement::Place;

/// The type that an `action` statement names.
pub(super) struct Named {
    pub(super) category: Category,
    pub(super) action_type: Arc<ActionType>,
    /// Whether all of its names could be read.
    pub(super) complete: bool,
}

impl<'a> Lowerer<'a> {
    /// Reads the type of an `action` statement: the catalogue's entry if there is one, else a type that takes anything.
    /// Names that are absent or cannot be read are reported where the attributes are.
    pub(super) fn named_type(&mut self, action: &'a ast::Action, around: &Surroundings) -> Named {
        let reported = self.diagnostics.len();
        let statements = match &action.block {
            Some(block) => {
                let at = around.with_scope(self.scopes.child(around.scope));
                self.expand(&block.statements, Place::Action, "an action", &at).statements
            }
            None => Vec::new(),
        };
        let category = self.name_in(&statements, "category").and_then(|text| Category::from_aws(&text));
        let owner = self.name_in(&statements, "owner").and_then(|text| Owner::from_aws(&text));
        let provider = self.name_in(&statements, "provider");
        let version = self.name_in(&statements, "version").unwrap_or_else(|| "1".to_owned());
        self.diagnostics.truncate(reported);
        let complete = category.is_some() && owner.is_some() && provider.is_some();
        let category = category.unwrap_or(Category::Build);
        let (owner, provider) = (owner.unwrap_or(Owner::Custom), provider.unwrap_or_default());
        let is_meant = |entry: &Arc<ActionType>| {
            entry.owner == owner && entry.provider == provider && entry.categories.contains(&category)
        };
        let mut declared = self.hir.providers.iter().map(|declared| &declared.action_type);
        let declared = declared.rfind(|entry| is_meant(entry) && entry.version == version).cloned();
        let known = declared.or_else(|| catalog::by_aws(owner, category, &provider).map(|(_, entry)| entry));
        let known = known.filter(|entry| entry.version == version);
        let action_type = known.unwrap_or_else(|| Arc::new(ActionType::unknown(category, owner, provider, version)));
        Named { category, action_type, complete }
    }

    /// Reports required keys that `action` has no word for, and `configuration` does not give.
    pub(super) fn require_configured(
        &mut self,
        read: &Attributes,
        hidden: &[&Slot],
        owner: OwnerOf<'_>,
        broken: bool,
    ) {
        for slot in hidden.iter().filter(|slot| slot.required && !broken && !is_configured(read, slot)) {
            let Some(key) = &slot.key else { continue };
            let example = format!("{{ {key} = {} }}", slot.example());
            let missing = names::missing_attribute(owner.shown, "configuration", &example, owner.place, &slot.doc);
            self.diagnostics.push(missing);
        }
    }

    /// The text of one attribute, in AWS's spelling.
    fn name_in(&mut self, statements: &[Placed<'a>], word: &str) -> Option<String> {
        let slot = catalog::declaration("generic-action")?.slot_of_attribute(word)?;
        let (attribute, placed) = statements.iter().find_map(|placed| match &placed.statement.kind {
            StmtKind::Attribute(attribute) if attribute.key.node == word => Some((attribute, placed)),
            _ => None,
        })?;
        let context = self.context_of(&placed.at);
        let value = self.evaluate(&attribute.value, context, words_of(slot));
        let value = self.coerce(slot, value);
        match &value.kind {
            ValueKind::Number(text) => Some(text.clone()),
            _ => value.as_str().map(str::to_owned),
        }
    }
}
