//! Which definitions a name has, and in which scopes it can be used.

use std::collections::HashMap;

use crate::catalog::Kind;

use super::index::{DefinitionId, DefinitionKind, Index, ScopeId};

/// What kinds of names do not hide one another: a bucket, a project and an artifact can share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Space(u8);

impl Space {
    /// Values, types, components, instances and files.
    pub(super) const VALUE: Self = Self(0);
    /// Artifacts.
    pub(super) const ARTIFACT: Self = Self(1);
    /// Actions.
    pub(super) const ACTION: Self = Self(2);
    /// Stages.
    pub(super) const STAGE: Self = Self(3);
    /// What attributes hold that are named by a declaration.
    const PROPERTY: Self = Self(4);
    /// The first of the kinds of things.
    const THINGS: u8 = 5;

    /// Things of one kind.
    pub(super) fn of(kind: Kind) -> Self {
        Self(Self::THINGS + kind as u8)
    }

    fn is_thing(self) -> bool {
        self.0 >= Self::THINGS
    }

    /// A set that holds only this one; all kinds of things are one element.
    fn bit(self) -> u8 {
        1 << self.0.min(Self::THINGS)
    }
}

impl DefinitionKind {
    /// The names that its name can hide.
    pub(super) fn space(self) -> Space {
        match self {
            Self::Artifact => Space::ARTIFACT,
            Self::Action { .. } => Space::ACTION,
            Self::Stage => Space::STAGE,
            Self::Property | Self::Policy => Space::PROPERTY,
            Self::Thing(kind) => Space::of(kind),
            _ => Space::VALUE,
        }
    }
}

/// One meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Where it holds.
    pub(super) scope: ScopeId,
    pub(super) space: Space,
    pub(super) definition: DefinitionId,
}

/// All names with their meanings.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    entries: HashMap<&'a str, Vec<Entry>>,
    /// The names at the top of each file.
    tops: HashMap<ScopeId, Vec<(&'a str, Entry)>>,
    /// Quoted names in components: visible wherever the component is used.
    handed_out: HashMap<&'a str, Vec<(Space, DefinitionId)>>,
    /// By scope: the kinds of names of which some are computed there.
    computed: HashMap<ScopeId, u8>,
    /// The kinds of names of which some are computed in components and handed out.
    computed_outside: u8,
}

impl<'a> Names<'a> {
    /// Takes a name in.
    pub(super) fn add(&mut self, name: &'a str, entry: Entry) {
        self.entries.entry(name).or_default().push(entry);
        if let Some(top) = self.tops.get_mut(&entry.scope) {
            top.push((name, entry));
        }
    }

    /// Takes in a quoted name of a component.
    pub(super) fn hand_out(&mut self, name: &'a str, space: Space, definition: DefinitionId) {
        self.handed_out.entry(name).or_default().push((space, definition));
    }

    /// Notes that a scope has names that evaluation makes; `None`: wherever a component is used.
    pub(super) fn add_computed(&mut self, scope: Option<ScopeId>, space: Space) {
        match scope {
            Some(scope) => *self.computed.entry(scope).or_default() |= space.bit(),
            None => self.computed_outside |= space.bit(),
        }
    }

    /// Brings the meanings of each name in order, once all are there.
    pub(super) fn sort(&mut self) {
        for entries in self.entries.values_mut().filter(|entries| entries.len() > 1) {
            entries.sort_unstable();
        }
    }

    /// The definitions that share scope and kind with an earlier one of the same name, each with the first.
    pub(super) fn repeated(&self) -> Vec<(DefinitionId, DefinitionId)> {
        let mut repeated = Vec::new();
        for entries in self.entries.values().filter(|entries| entries.len() > 1) {
            for pair in entries.chunk_by(|one, next| (one.scope, one.space) == (next.scope, next.space)) {
                let [first, rest @ ..] = pair else { continue };
                repeated.extend(rest.iter().map(|entry| (entry.definition, first.definition)));
            }
        }
        for known in self.handed_out.values().filter(|known| known.len() > 1) {
            for (at, (space, definition)) in known.iter().enumerate() {
                let first = known.iter().take(at).find(|(other, _)| other == space);
                repeated.extend(first.map(|(_, first)| (*definition, *first)));
            }
        }
        repeated
    }

    /// The meanings of a name.
    pub(super) fn of(&self, name: &str) -> &[Entry] {
        self.entries.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a quoted name of some component means.
    pub(super) fn handed_out(&self, name: &str, wanted: impl Fn(Space) -> bool) -> Option<DefinitionId> {
        let known = self.handed_out.get(name)?;
        known.iter().find(|(space, _)| wanted(*space)).map(|(_, definition)| *definition)
    }

    /// Whether a name of one of some kinds may be computed where a scope sees it.
    pub(super) fn may_be_computed(&self, index: &Index, scope: ScopeId, spaces: &[Space]) -> bool {
        let wanted = spaces.iter().fold(0, |all, space| all | space.bit());
        let mut computed = self.computed_outside;
        if !self.computed.is_empty() {
            let mut current = Some(scope);
            while let Some(id) = current {
                computed |= self.computed.get(&id).copied().unwrap_or_default();
                current = index.scope(id).and_then(|scope| scope.parent);
            }
        }
        computed & wanted != 0
    }

    /// Begins the scope of a file, whose names others can import.
    pub(super) fn begin_file(&mut self, root: ScopeId) {
        self.tops.insert(root, Vec::new());
    }

    /// What one file gives a name to at its top, in the order written.
    pub(super) fn at_top(&self, root: ScopeId) -> &[(&'a str, Entry)] {
        self.tops.get(&root).map_or(&[], Vec::as_slice)
    }
}

/// The innermost meaning in a scope, of one kind.
pub(super) fn find(index: &Index, entries: &[Entry], scope: ScopeId, space: Space) -> Option<DefinitionId> {
    if entries.len() <= 8 {
        let seen = entries.iter().filter(|it| it.space == space && index.is_inside(scope, it.scope));
        // Of several in one scope, the first.
        return seen.reduce(|best, next| if next.scope > best.scope { next } else { best }).map(|it| it.definition);
    }
    let mut current = Some(scope);
    while let Some(id) = current {
        let first = entries.partition_point(|it| (it.scope, it.space) < (id, space));
        if let Some(found) = entries.get(first).filter(|it| it.scope == id && it.space == space) {
            return Some(found.definition);
        }
        current = index.scope(id).and_then(|scope| scope.parent);
    }
    None
}

/// The innermost things of each kind in a scope, with the kind.
pub(super) fn things(index: &Index, entries: &[Entry], scope: ScopeId) -> Vec<(Kind, DefinitionId)> {
    let mut found: Vec<(Space, Kind, DefinitionId)> = Vec::new();
    let mut current = Some(scope);
    while let Some(id) = current {
        let first = entries.partition_point(|it| it.scope < id);
        let here = entries.iter().skip(first).take_while(|it| it.scope == id).filter(|it| it.space.is_thing());
        for entry in here {
            let kind = index.definition(entry.definition).map(|it| it.kind);
            if let Some(DefinitionKind::Thing(kind)) = kind
                && found.iter().all(|(space, ..)| *space != entry.space)
            {
                found.push((entry.space, kind, entry.definition));
            }
        }
        current = index.scope(id).and_then(|scope| scope.parent);
    }
    found.sort_unstable_by_key(|(.., definition)| *definition);
    found.into_iter().map(|(_, kind, definition)| (kind, definition)).collect()
}
