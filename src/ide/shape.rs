//! The attributes and statements that are allowed at a position of a file.

use crate::catalog::Slot;
use crate::resolve::place::Place;
use crate::resolve::{Definition, DefinitionKind, Index, slots_of_block};
use crate::slots::SlotSet;
use crate::syntax::ast::{self, File, Stmt, StmtKind};

use super::places::statements_around;

/// The block around a position.
#[derive(Debug, Clone)]
pub(super) struct Shape<'t> {
    /// Its attributes.
    pub(super) slots: SlotSet<'static>,
    /// The statements that are allowed in it; `None` in a component, which can be used in several places.
    pub(super) place: Option<Place>,
    /// The block; `None` for the file.
    pub(super) block: Option<&'t ast::Block>,
}

/// Returns whether the file declares a provider with this name.
pub(super) fn declares(names: Option<&Index>, word: &str) -> bool {
    let is_it = |definition: &Definition| {
        definition.kind == DefinitionKind::Declaration(crate::catalog::Kind::Provider) && definition.name == word
    };
    names.is_some_and(|names| names.definitions().any(|(_, definition)| is_it(definition)))
}

/// Returns the innermost block around an offset.
pub(super) fn shape_at<'t>(file: &'t File, offset: u32, names: Option<&Index>) -> Shape<'t> {
    let mut shape = Shape { slots: SlotSet::default(), place: Some(Place::File), block: None };
    for statement in statements_around(file, offset) {
        let holds = |block: &&ast::Block| block.span.start < offset && offset < block.span.end;
        let Some(block) = statement.blocks().into_iter().find(holds) else { continue };
        if let Some(slots) = slots_of_block(&statement.kind, |word| declares(names, word)) {
            shape = Shape { slots, place: place_of(&statement.kind), block: None };
        }
        shape.block = Some(block);
    }
    shape
}

fn place_of(kind: &StmtKind) -> Option<Place> {
    Some(match kind {
        StmtKind::Pipeline(_) => Place::Pipeline,
        StmtKind::Stage(_) => Place::Stage,
        StmtKind::Parallel(_) | StmtKind::Sequence(_) => Place::Steps,
        StmtKind::Action(_) | StmtKind::StackAction(_) => Place::Action,
        StmtKind::Resource(resource) => Place::of_declaration(resource.kind),
        StmtKind::Policy(_) => Place::Policy,
        StmtKind::Component(_) => return None,
        _ => Place::Plain,
    })
}

/// Returns the attribute statement at an offset, with its slot.
pub(super) fn attribute_at<'t>(
    file: &'t File,
    offset: u32,
    names: Option<&Index>,
) -> Option<(&'t ast::Attribute, Option<&'static Slot>)> {
    let around = statements_around(file, offset);
    let Stmt { kind: StmtKind::Attribute(attribute), .. } = around.last()? else { return None };
    let shape = shape_at(file, attribute.key.span.start, names);
    Some((attribute, shape.slots.named(&attribute.key.node)))
}
