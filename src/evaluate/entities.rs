//! Declarations other than pipelines, by their evaluated names.

use crate::catalog::Kind;
use crate::collections::HashMap;
use crate::collections::IndexMap;
use crate::hir::Entity;
use crate::source::{Span, Spanned};

use super::scope::{LetId, ScopeId, Scopes};

/// The name of a declaration.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredName {
    /// The name that references use.
    pub(crate) symbol: Spanned<String>,
    /// The same with what loops and instances add.
    pub(crate) full: Spanned<String>,
    /// The scope in which the name is visible.
    pub(crate) local: ScopeId,
}

/// A declaration and where its name is visible.
#[derive(Debug, Clone, Copy)]
struct Visible {
    entity: Entity,
    span: Span,
    local: ScopeId,
}

/// Declarations by kind and name: a computed name is known only by its text.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    entities: IndexMap<String, Vec<(Kind, Visible)>>,
    full_names: HashMap<Entity, String>,
    /// By `EnvironmentId`.
    pub(crate) environments: Vec<EnvironmentLets>,
}

impl Entities {
    /// Returns the visible declarations of any kind with an evaluated name: one of each kind, in order.
    pub(crate) fn called(&self, name: &str, scopes: &Scopes<'_>, scope: ScopeId) -> Vec<Entity> {
        let mut found: IndexMap<Kind, Entity> = IndexMap::default();
        for (kind, visible) in self.entities.get(name).into_iter().flatten() {
            if scopes.is_inside(scope, visible.local) {
                found.entry(*kind).or_insert(visible.entity);
            }
        }
        found.into_values().collect()
    }

    /// Returns the visible declaration of a kind with an evaluated name.
    pub(crate) fn of_kind(&self, kind: Kind, name: &str, scopes: &Scopes<'_>, scope: ScopeId) -> Option<Entity> {
        self.called(name, scopes, scope).into_iter().find(|entity| entity.kind() == kind)
    }

    /// Returns where an entity is declared.
    pub(crate) fn place_of(&self, entity: Entity) -> Option<Span> {
        let mut all = self.entities.values().flatten();
        all.find(|(_, visible)| visible.entity == entity).map(|(_, visible)| visible.span)
    }

    /// Returns the full name of a declaration.
    pub(crate) fn name_of(&self, entity: Entity) -> Option<&str> {
        self.full_names.get(&entity).map(String::as_str)
    }

    /// Returns the declaration of a kind and name in any scope, and where it is declared.
    pub(crate) fn declared(&self, kind: Kind, name: &str) -> Option<(Entity, Span)> {
        let (_, visible) = self.entities.get(name)?.iter().find(|(other, _)| *other == kind)?;
        Some((visible.entity, visible.span))
    }

    /// Returns the names of a kind, in order of declaration.
    pub(crate) fn names_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = move |entry: &(&String, &Vec<(Kind, Visible)>)| entry.1.iter().any(|(other, _)| *other == kind);
        self.entities.iter().filter(of_kind).map(|(name, _)| name.as_str())
    }

    /// Returns the kinds and names of the declarations at the top level of a file.
    pub(crate) fn names_in(&self, home: ScopeId) -> impl Iterator<Item = (Kind, String)> {
        self.entities.iter().flat_map(move |(name, visible)| {
            visible.iter().filter(move |(_, it)| it.local == home).map(|(kind, _)| (*kind, name.clone()))
        })
    }

    /// Returns all declared names, in order of declaration.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(String::as_str)
    }

    /// Makes the declarations with a name in one file visible in another.
    pub(crate) fn share(&mut self, name: &str, home: ScopeId, scope: ScopeId) {
        let Some(known) = self.entities.get_mut(name) else { return };
        let shared: Vec<(Kind, Visible)> = known
            .iter()
            .filter(|(_, visible)| visible.local == home)
            .map(|(kind, visible)| (*kind, Visible { local: scope, ..*visible }))
            .collect();
        known.extend(shared);
    }

    /// Adds a declaration. Returns the span of an earlier one with the same kind and name in the same body.
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

/// The values of an environment that are known at compile time, if they are set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EnvironmentLets {
    pub(super) account: Option<LetId>,
    pub(super) region: Option<LetId>,
    pub(super) settings: Option<LetId>,
}

/// A string that is the name of a declaration, to be checked when all declarations have been read.
#[derive(Debug)]
pub(crate) struct Quoted {
    pub(crate) entity: Entity,
    pub(crate) kind: Kind,
    pub(crate) name: Spanned<String>,
    pub(crate) declared: Span,
}
