//! Identifiers that are still to be linked to what they refer to.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Access, Ident};

use super::expect::Expect;
use super::index::{DefinitionId, ScopeId, Word};

/// What an identifier should resolve to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// What a reference in a value names.
    Name(Expect),
    /// An input of an action.
    Input,
    /// The artifact of `Artifact::file`, whose span this is.
    ArtifactOfFile(Span),
    /// A component.
    Component,
    /// The parameter for an argument, by the index of its `use` statement.
    ArgumentName(usize),
    /// A type.
    Type,
    /// A provider, for an action of a category.
    Provider(&'a Ident),
    /// The verb of an `allow`.
    Verb,
    /// What a verb of an `allow` applies to.
    Allowed(&'a str),
    /// A name of another file, by the scope of that file.
    Imported(ScopeId),
}

/// An identifier that is still to be linked.
#[derive(Debug)]
pub(super) struct Pending<'a> {
    /// The index of its mention; those of its members follow.
    pub(super) mention: u32,
    pub(super) head: &'a Ident,
    pub(super) accesses: &'a [Access],
    pub(super) wanted: Wanted<'a>,
    /// The scope whose names are visible.
    pub(super) scope: ScopeId,
    /// The enclosing pipeline.
    pub(super) pipeline: Option<ScopeId>,
    /// The interpolation, if the identifier is all of it.
    pub(super) part: Option<Span>,
}

impl<'a> Pending<'a> {
    /// Returns the span of the whole expression that the name is part of.
    pub(super) fn whole(&self) -> Span {
        if let Wanted::ArtifactOfFile(whole) = self.wanted { whole } else { self.head.span }
    }

    /// Returns the names after the first, up to the first index.
    pub(super) fn members(&self) -> impl Iterator<Item = &'a Ident> {
        self.accesses.iter().map_while(|access| match access {
            Access::Member(member) => Some(member),
            Access::Index(_) => None,
        })
    }
}

/// What an identifier resolves to.
pub(super) enum Found {
    Definition(DefinitionId),
    Word(Word),
    Open,
    Unknown(Box<Diagnostic>),
    /// A name that is similar to that of a declaration.
    Misspelled {
        diagnostic: Box<Diagnostic>,
        name: String,
        declared: DefinitionId,
    },
}

impl From<Option<DefinitionId>> for Found {
    fn from(found: Option<DefinitionId>) -> Self {
        found.map_or(Self::Open, Self::Definition)
    }
}
