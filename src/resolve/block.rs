//! The position of statements and values, and what the enclosing block may have.

use crate::slots::SlotSet;
use crate::syntax::ast::Name;

use super::index::ScopeId;
use super::place::Place;

/// The position of a statement or value.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    /// The scope whose names are visible.
    pub(super) scope: ScopeId,
    /// Where identifiers declared here are visible: a loop's body, a component, else the pipeline or the file.
    pub(super) local: ScopeId,
    /// Where quoted names declared here are visible; `None` in a component.
    pub(super) global: Option<ScopeId>,
    /// The enclosing pipeline.
    pub(super) pipeline: Option<ScopeId>,
    /// Whether there is an enclosing loop in the same pipeline or component.
    pub(super) in_loop: bool,
    /// Whether the enclosing statement has no meaning in its position: the names in it are not resolved.
    pub(super) is_ignored: bool,
}

/// The attributes and statements that a block may have.
#[derive(Debug)]
pub(super) struct Inside<'a> {
    /// Its attributes.
    pub(super) slots: SlotSet<'static>,
    /// What kind of block it is; `None` for a component, which is whatever kind of block it is used in.
    pub(super) place: Option<Place>,
    /// The kind and name of what has the attributes, if the block has no others.
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
