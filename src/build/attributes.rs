//! The attributes of a block, checked against the catalog's slots: one function for every block of the language.

use crate::evaluate::Rejected;
use crate::expand::Placed;
use crate::hir::{Attribute, Value, ValueKind};
use crate::slots::{Attributes, Owner, SlotSet};
use crate::syntax::ast::StmtKind;

use super::builder::Builder;

impl<'a> Builder<'a> {
    /// Reads the attributes in `statements`. Those that do not fit are reported and left out, or poisoned.
    pub(super) fn attributes(
        &mut self,
        statements: &[Placed<'a>],
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
    ) -> Attributes {
        let mut read = Attributes::default();
        let mut meant: Vec<(String, Attribute)> = Vec::new();
        for placed in statements {
            let StmtKind::Attribute(attribute) = &placed.statement.kind else { continue };
            let context = self.values.context_in(placed.at.scope);
            let taken = self.values.argument(&attribute.key, &attribute.value, slots, owner, context, &mut read);
            if let Err(Rejected { meant: Some(word) }) = taken {
                let value = Value::poisoned(attribute.value.span);
                meant.push((word, Attribute { value, word: attribute.key.span }));
            }
        }
        for (word, attribute) in meant {
            read.entry(word).or_insert(attribute);
        }
        read
    }
}

/// Returns whether `raw` sets a property, so that its contents are unknown.
pub(super) fn raw_gives(attributes: &Attributes, key: &str) -> bool {
    match attributes.get("raw").map(|raw| &raw.value.kind) {
        Some(ValueKind::Map(entries)) => entries.iter().any(|(given, _)| given.node == key),
        _ => false,
    }
}
