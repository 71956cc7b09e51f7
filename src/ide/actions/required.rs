//! Adds all required attributes that a statement lacks.

use crate::catalog::Slot;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::{Definition, DefinitionKind, gives, slots_of_block};
use crate::syntax::ast::Stmt;

use super::super::shape::declares;
use super::layout::attributes_added;
use super::{Proposal, Site};

/// Returns the change that adds what a statement lacks.
pub(super) fn proposal(site: &Site<'_>, problem: &Diagnostic) -> Option<Proposal> {
    if problem.code != Code::E0105 {
        return None;
    }
    let slots_of = |statement: &Stmt| slots_of_block(&statement.kind, |word| declares(Some(site.names()), word));
    let around = site.around(problem.primary.span.start);
    let (statement, slots) = around.iter().rev().find_map(|statement| Some((*statement, slots_of(statement)?)))?;
    let block = statement.blocks().into_iter().next();
    let lacks =
        |slot: &&Slot| slot.required && slot.header.is_none() && !slot.derived && !gives(block, &slot.attribute);
    let filled = |slot: &Slot| Some(format!("{} = {}", slot.attribute, value(site, slot)?));
    let added: Vec<String> = slots.writable().filter(lacks).filter_map(filled).collect();
    let edit = attributes_added(site, statement, block, &added)?;
    let shown: Vec<String> = added.iter().map(|line| tick(line)).collect();
    Some(Proposal::new(format!("add {}", shown.join(", ")), vec![edit]))
}

/// Returns a value for an attribute: the only matching declaration, or a placeholder. With several declarations, it is
/// not known which one is meant.
fn value(site: &Site<'_>, slot: &Slot) -> Option<String> {
    let Some(kind) = slot.to else { return Some(slot.example().to_string()) };
    let fits =
        |definition: &&Definition| definition.kind == DefinitionKind::Declaration(kind) && !definition.name.is_empty();
    let mut declared = site.names().definitions().map(|(_, it)| it).filter(fits);
    let only = declared.next()?;
    declared.next().is_none().then(|| only.name.clone())
}
