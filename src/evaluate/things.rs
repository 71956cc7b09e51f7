//! What is declared beside the pipelines, by the names that evaluation has given it.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::catalog::Kind;
use crate::hir::Entity;
use crate::source::{Span, Spanned};

use super::scope::{LetId, ScopeId, Scopes};

/// The name of a declaration.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredName {
    /// How it is looked up.
    pub(crate) symbol: Spanned<String>,
    /// What it is called: the same, with what loops and instances add.
    pub(crate) full: Spanned<String>,
    /// Where the name is visible.
    pub(crate) local: ScopeId,
}

/// A declaration and where its name is visible.
#[derive(Debug, Clone, Copy)]
struct Visible {
    entity: Entity,
    span: Span,
    local: ScopeId,
}

/// What the files declare, by kind and name: a name that is computed is known by its text alone.
#[derive(Debug, Default)]
pub(crate) struct Things {
    entities: IndexMap<String, Vec<(Kind, Visible)>>,
    full_names: HashMap<Entity, String>,
    /// By `EnvironmentId`.
    pub(crate) environments: Vec<EnvironmentLets>,
}

impl Things {
    /// Things of any kind by a name that evaluation has made, as far as a scope sees them: one of each kind, in the order
    /// declared.
    pub(crate) fn called(&self, name: &str, scopes: &Scopes<'_>, scope: ScopeId) -> Vec<Entity> {
        let mut found: IndexMap<Kind, Entity> = IndexMap::new();
        for (kind, visible) in self.entities.get(name).into_iter().flatten() {
            if scopes.is_inside(scope, visible.local) {
                found.entry(*kind).or_insert(visible.entity);
            }
        }
        found.into_values().collect()
    }

    /// The thing of a kind by a name that evaluation has made, if a scope sees one.
    pub(crate) fn of_kind(&self, kind: Kind, name: &str, scopes: &Scopes<'_>, scope: ScopeId) -> Option<Entity> {
        self.called(name, scopes, scope).into_iter().find(|entity| entity.kind() == kind)
    }

    /// Where a thing is declared.
    pub(crate) fn place_of(&self, entity: Entity) -> Option<Span> {
        let mut all = self.entities.values().flatten();
        all.find(|(_, visible)| visible.entity == entity).map(|(_, visible)| visible.span)
    }

    /// What a declaration is called.
    pub(crate) fn name_of(&self, entity: Entity) -> Option<&str> {
        self.full_names.get(&entity).map(String::as_str)
    }

    /// The declaration of a kind and name, in any scope, and where it is declared.
    pub(crate) fn declared(&self, kind: Kind, name: &str) -> Option<(Entity, Span)> {
        let (_, visible) = self.entities.get(name)?.iter().find(|(other, _)| *other == kind)?;
        Some((visible.entity, visible.span))
    }

    /// Names of a kind, in the order declared.
    pub(crate) fn names_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = move |entry: &(&String, &Vec<(Kind, Visible)>)| entry.1.iter().any(|(other, _)| *other == kind);
        self.entities.iter().filter(of_kind).map(|(name, _)| name.as_str())
    }

    /// Kinds and names of what one file declares at its top.
    pub(crate) fn names_in(&self, home: ScopeId) -> impl Iterator<Item = (Kind, String)> {
        self.entities.iter().flat_map(move |(name, visible)| {
            visible.iter().filter(move |(_, it)| it.local == home).map(|(kind, _)| (*kind, name.clone()))
        })
    }

    /// All declared names, in the order declared.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(String::as_str)
    }

    /// Makes what one file declares under a name visible in another.
    pub(crate) fn share(&mut self, name: &str, home: ScopeId, scope: ScopeId) {
        let Some(known) = self.entities.get_mut(name) else { return };
        let shared: Vec<(Kind, Visible)> = known
            .iter()
            .filter(|(_, visible)| visible.local == home)
            .map(|(kind, visible)| (*kind, Visible { local: scope, ..*visible }))
            .collect();
        known.extend(shared);
    }

    /// Declares a thing; gives back the place of an earlier one of the same kind and name in the same body.
    pub(crate) fn declare(&mut self, kind: Kind, name: &DeclaredName, entity: Entity) -> Option<Span> {
        self.full_names.insert(entity, name.full.node.clone());
        let known = self.entities.entry(name.symbol.node.clone()).or_default();
        let first = known.iter().find(|(other, visible)| *other == kind && visible.local == name.local);
        if let Some((_, first)) = first {
            return Some(first.span);
        }
        known.push((kind, Visible { entity, span: name.symbol.span, local: name.local }));
        None
    }
}

/// The values of an environment that are known at compile time, where they are given.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EnvironmentLets {
    pub(super) account: Option<LetId>,
    pub(super) region: Option<LetId>,
    pub(super) settings: Option<LetId>,
}

/// A string that is the name of a declaration: what is asked of it when all declarations have been read.
#[derive(Debug)]
pub(crate) struct Quoted {
    pub(crate) entity: Entity,
    pub(crate) kind: Kind,
    pub(crate) name: Spanned<String>,
    pub(crate) declared: Span,
}
