//! Which definitions a name has, and the scopes in which they are visible.

use crate::catalog::Kind;
use crate::collections::HashMap;

use super::index::{DefinitionId, DefinitionKind, Index, ScopeId};

/// A group of names that hide one another. Names in different spaces do not: a bucket, a project, and an artifact can
/// share a name.
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
    /// Attributes that `property` declarations define.
    const PROPERTY: Self = Self(4);
    /// The first of the spaces of declarations, one for each kind.
    const THINGS: u8 = 5;

    /// Returns the space of declarations of one kind.
    pub(super) fn of(kind: Kind) -> Self {
        Self(Self::THINGS + kind as u8)
    }

    fn is_declaration(self) -> bool {
        self.0 >= Self::THINGS
    }

    /// Returns the bit of this space in a set; all kinds of declarations share one.
    fn bit(self) -> u8 {
        1 << self.0.min(Self::THINGS)
    }
}

impl DefinitionKind {
    /// Returns the space of the names that its name can hide.
    pub(super) fn space(self) -> Space {
        match self {
            Self::Artifact => Space::ARTIFACT,
            Self::Action { .. } => Space::ACTION,
            Self::Stage => Space::STAGE,
            Self::Property | Self::Policy => Space::PROPERTY,
            Self::Declaration(kind) => Space::of(kind),
            _ => Space::VALUE,
        }
    }
}

/// One meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The scope in which it is visible.
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
    /// Quoted names in components, visible wherever the component is used.
    exported: HashMap<&'a str, Vec<(Space, DefinitionId)>>,
    /// Instances of components, each with the loop, component, or pipeline around its stage.
    instances: HashMap<&'a str, Vec<(ScopeId, DefinitionId)>>,
    /// By scope: the spaces in which some names are computed.
    computed: HashMap<ScopeId, u8>,
    /// The spaces in which components define computed names that are visible outside them.
    computed_outside: u8,
}

impl<'a> Names<'a> {
    /// Adds a name.
    pub(super) fn add(&mut self, name: &'a str, entry: Entry) {
        self.entries.entry(name).or_default().push(entry);
        if let Some(top) = self.tops.get_mut(&entry.scope) {
            top.push((name, entry));
        }
    }

    /// Adds a quoted name of a component.
    pub(super) fn export(&mut self, name: &'a str, space: Space, definition: DefinitionId) {
        self.exported.entry(name).or_default().push((space, definition));
    }

    /// Adds an instance of a component. In other stages, its name refers to it unless another one has the same name.
    pub(super) fn add_instance(&mut self, name: &'a str, around: ScopeId, definition: DefinitionId) {
        self.instances.entry(name).or_default().push((around, definition));
    }

    /// Returns the only instance with a name in the pipeline, loop, or component around a scope.
    pub(super) fn instance(&self, index: &Index, name: &str, scope: ScopeId) -> Option<DefinitionId> {
        let mut seen = self.instances.get(name)?.iter().filter(|(around, _)| index.is_inside(scope, *around));
        seen.next().filter(|_| seen.next().is_none()).map(|(_, definition)| *definition)
    }

    /// Records that a scope has names that evaluation computes; `None`: wherever a component is used.
    pub(super) fn add_computed(&mut self, scope: Option<ScopeId>, space: Space) {
        match scope {
            Some(scope) => *self.computed.entry(scope).or_default() |= space.bit(),
            None => self.computed_outside |= space.bit(),
        }
    }

    /// Sorts the meanings of each name, once complete.
    pub(super) fn sort(&mut self) {
        for entries in self.entries.values_mut().filter(|entries| entries.len() > 1) {
            entries.sort_unstable();
        }
    }

    /// Returns the definitions that share scope and space with an earlier one of the same name, each with the first.
    pub(super) fn repeated(&self) -> Vec<(DefinitionId, DefinitionId)> {
        let mut repeated = Vec::new();
        for entries in self.entries.values().filter(|entries| entries.len() > 1) {
            for pair in entries.chunk_by(|one, next| (one.scope, one.space) == (next.scope, next.space)) {
                let [first, rest @ ..] = pair else { continue };
                repeated.extend(rest.iter().map(|entry| (entry.definition, first.definition)));
            }
        }
        for known in self.exported.values().filter(|known| known.len() > 1) {
            for (at, (space, definition)) in known.iter().enumerate() {
                let first = known.iter().take(at).find(|(other, _)| other == space);
                repeated.extend(first.map(|(_, first)| (*definition, *first)));
            }
        }
        repeated
    }

    /// Returns the meanings of a name.
    pub(super) fn of(&self, name: &str) -> &[Entry] {
        self.entries.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns what a quoted name of some component refers to.
    pub(super) fn exported(&self, name: &str, wanted: impl Fn(Space) -> bool) -> Option<DefinitionId> {
        let known = self.exported.get(name)?;
        known.iter().find(|(space, _)| wanted(*space)).map(|(_, definition)| *definition)
    }

    /// Returns whether a computed name in one of some spaces may be visible in a scope.
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

    /// Begins the scope of a file whose names other files can import.
    pub(super) fn begin_file(&mut self, root: ScopeId) {
        self.tops.insert(root, Vec::new());
    }

    /// Returns the names defined at the top level of a file, in the order written.
    pub(super) fn at_top(&self, root: ScopeId) -> &[(&'a str, Entry)] {
        self.tops.get(&root).map_or(&[], Vec::as_slice)
    }
}

/// Returns the innermost definition visible in a scope, of one space.
pub(super) fn find(index: &Index, entries: &[Entry], scope: ScopeId, space: Space) -> Option<DefinitionId> {
    if entries.len() <= 8 {
        let seen = entries.iter().filter(|it| it.space == space && index.is_inside(scope, it.scope));
        // Of several in one scope, the first takes effect.
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

/// Returns the innermost declaration of each kind visible in a scope.
pub(super) fn declarations(index: &Index, entries: &[Entry], scope: ScopeId) -> Vec<(Kind, DefinitionId)> {
    let mut found: Vec<(Space, Kind, DefinitionId)> = Vec::new();
    let mut current = Some(scope);
    while let Some(id) = current {
        let first = entries.partition_point(|it| it.scope < id);
        let here = entries.iter().skip(first).take_while(|it| it.scope == id).filter(|it| it.space.is_declaration());
        for entry in here {
            let kind = index.definition(entry.definition).map(|it| it.kind);
            if let Some(DefinitionKind::Declaration(kind)) = kind
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
