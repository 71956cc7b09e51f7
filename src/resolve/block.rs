//! Where statements and values stand, and what the block around them may have.

use crate::slots::SlotSet;
use crate::syntax::ast::Name;

use super::index::ScopeId;
use super::place::Place;

/// Where a statement or a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    /// The names it sees.
    pub(super) scope: ScopeId,
    /// Where identifiers declared here are visible: a loop's body, a component, else the pipeline or the file.
    pub(super) local: ScopeId,
    /// Where quoted names declared here are visible; none in a component.
    pub(super) global: Option<ScopeId>,
    /// The pipeline around.
    pub(super) pipeline: Option<ScopeId>,
    /// Whether a loop stands around, in the same pipeline or component.
    pub(super) in_loop: bool,
    /// Whether the statement around has no meaning where it stands: what it names is not looked for.
    pub(super) is_moot: bool,
}

/// The attributes and statements that a block may have.
#[derive(Debug)]
pub(super) struct Inside<'a> {
    /// Its attributes.
    pub(super) slots: SlotSet<'static>,
    /// What kind of block it is; none of a component, which is all that it is used as.
    pub(super) place: Option<Place>,
    /// What has the attributes, where the block has no others: its kind and its name.
    pub(super) owner: Option<(&'static str, &'a Name)>,
}

impl<'a> Inside<'a> {
    pub(super) fn new(slots: SlotSet<'static>, place: Place) -> Self {
        Self { slots, place: Some(place), owner: None }
    }

    pub(super) fn of(self, kind: &'static str, name: &'a Name) -> Self {
        Self { owner: Some((kind, name)), ..self }
    }
}
