//! Links every identifier to what it refers to, once all definitions are known.

use std::collections::BTreeMap;

use crate::catalog::{self, Kind};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::syntax::ast::{Access, Ident};

use super::expect::{Expect, expect_of_type};
use super::index::{DefinitionId, DefinitionKind, Index, Meaning, ScopeId, Word};
use super::linker::{Linker, Misspelled, Suggestions};
use super::names::{Space, declarations, find};
use super::pending::{Found, Pending, Wanted};
use super::unknown::no_type;
use super::walk::Walk;
use super::words::is_type;

/// Links what a walk has recorded. Returns the index and the diagnostics of unresolved names.
pub(super) fn link(mut walk: Walk<'_>) -> (Index, Diagnostics) {
    walk.names.sort();
    for (definition, first) in walk.names.repeated() {
        let scope = |id: DefinitionId| walk.index.definition(id).and_then(|it| it.visible);
        // An imported definition does not count as a repetition.
        if scope(definition) == scope(first)
            && let Some(definition) = walk.index.definitions.get_mut(definition.0 as usize)
        {
            definition.first = first;
        }
    }
    let pending = std::mem::take(&mut walk.pending);
    let mut linker = Linker {
        suggestions: Suggestions::default(),
        diagnostics: std::mem::take(&mut walk.diagnostics),
        misspelled: Vec::new(),
        walk,
    };
    linker.components();
    for pending in &pending {
        let found = linker.found(pending);
        linker.settle(pending.mention, found);
    }
    linker.texts();
    linker.rename_declarations();
    let mut index = linker.walk.index;
    index.unreadable = linker.walk.unreadable.iter().map(|word| (*word).to_owned()).collect();
    index.sort();
    (index, linker.diagnostics)
}

impl<'a> Linker<'a> {
    /// Records what an identifier refers to.
    fn settle(&mut self, mention: u32, found: Found) {
        let meaning = match found {
            Found::Definition(definition) => {
                if let Some(definition) = self.walk.index.definitions.get_mut(definition.0 as usize) {
                    definition.uses += 1;
                }
                Meaning::Names(definition)
            }
            Found::Word(word) => Meaning::Word(word),
            Found::Open => Meaning::Open,
            Found::Unknown(diagnostic) => {
                self.walk.index.unknown += 1;
                self.diagnostics.push(*diagnostic);
                Meaning::Unknown
            }
            Found::Misspelled { diagnostic, name, declared } => {
                self.walk.index.unknown += 1;
                self.misspelled.push(Misspelled { name, declared, reported: self.diagnostics.len() });
                self.diagnostics.push(*diagnostic);
                Meaning::Unknown
            }
        };
        if let Some(mention) = self.walk.index.mentions.get_mut(mention as usize) {
            mention.meaning = meaning;
        }
    }

    /// Reports the name in a declaration as misspelled if several references agree on a similar name and nothing refers
    /// to the declared one.
    fn rename_declarations(&mut self) {
        let mut agreed: BTreeMap<DefinitionId, Vec<&Misspelled>> = BTreeMap::new();
        for misspelled in &self.misspelled {
            agreed.entry(misspelled.declared).or_default().push(misspelled);
        }
        for (declared, places) in agreed {
            let Some(declared) = self.walk.index.definition(declared).filter(|it| it.uses == 0) else { continue };
            let [first, others @ ..] = places.as_slice() else { continue };
            if others.is_empty() || others.iter().any(|other| other.name != first.name) {
                continue;
            }
            for place in &places {
                if let Some(diagnostic) = self.diagnostics.get_mut(place.reported) {
                    names::rename_declaration(diagnostic, &place.name, declared.span);
                }
            }
        }
    }

    /// Resolves the components of all `use` statements: arguments and instances depend on them.
    fn components(&mut self) {
        for number in 0..self.walk.uses.len() {
            let Some(use_) = self.walk.uses.get(number) else { continue };
            let (mention, found) = (use_.component.mention, self.component(&use_.component));
            let definition = match found {
                (Some(file), Found::Definition(id)) => {
                    self.settle(mention, Found::Definition(file));
                    self.settle(mention + 1, Found::Definition(id));
                    Some(id)
                }
                (Some(file), other) => {
                    self.settle(mention, Found::Definition(file));
                    self.settle(mention + 1, other);
                    None
                }
                (None, found) => {
                    let definition = if let Found::Definition(id) = &found { Some(*id) } else { None };
                    self.settle(mention, found);
                    definition
                }
            };
            if let Some(use_) = self.walk.uses.get_mut(number) {
                use_.definition = definition;
            }
        }
    }

    /// Resolves a component, either by its name or through the name of an imported file.
    fn component(&self, wanted: &Pending<'a>) -> (Option<DefinitionId>, Found) {
        if !matches!(wanted.wanted, Wanted::Component) {
            return (None, Found::Open);
        }
        let head = self.value(&wanted.head.node, wanted.scope);
        let file = head.and_then(|id| Some((id, *self.walk.files.get(&id)?)));
        let (file, scope, name) = match (wanted.accesses, file) {
            ([Access::Member(member)], Some((id, home))) => (Some(id), home, member),
            _ => (None, wanted.scope, wanted.head),
        };
        let found = self.value(&name.node, scope).filter(|id| self.walk.components.contains_key(id));
        let found = match found {
            Some(id) => Found::Definition(id),
            None if self.is_open(name, scope, &[Space::VALUE]) => Found::Open,
            None => self.no_component(name),
        };
        (file, found)
    }

    /// Returns the component of a `use` statement, with the scope that it opens.
    fn used(&self, number: usize) -> Option<(DefinitionId, ScopeId)> {
        let id = self.walk.uses.get(number)?.definition?;
        Some((id, self.index().definition(id)?.opens?))
    }

    fn kind(&self, id: DefinitionId) -> Option<DefinitionKind> {
        self.index().definition(id).map(|definition| definition.kind)
    }

    /// Returns what a name is bound to in a scope: a value, component, type, instance, or file.
    pub(super) fn value(&self, name: &str, scope: ScopeId) -> Option<DefinitionId> {
        self.of(name, scope, Space::VALUE)
    }

    /// Returns the definition of a name that is visible in a scope, else an instance of a component in another stage, or
    /// a quoted name of a component.
    pub(super) fn of(&self, name: &str, scope: ScopeId, space: Space) -> Option<DefinitionId> {
        let found = find(self.index(), self.names().of(name), scope, space);
        let instance = || self.names().instance(self.index(), name, scope).filter(|_| space == Space::VALUE);
        found.or_else(instance).or_else(|| self.names().exported(name, |it| it == space))
    }

    fn found(&mut self, wanted: &Pending<'a>) -> Found {
        let (name, scope) = (wanted.head, wanted.scope);
        match wanted.wanted {
            Wanted::Name(expect) => self.reference(wanted, expect),
            Wanted::Input => {
                if self.of(&name.node, scope, Space::ARTIFACT).is_none() && self.value(&name.node, scope).is_some() {
                    return self.reference(wanted, Expect::Value);
                }
                self.bare(wanted, name, scope, Expect::Artifact)
            }
            Wanted::ArtifactOfFile(_) => self.bare(wanted, name, scope, Expect::Artifact),
            Wanted::Component => Found::Open,
            Wanted::ArgumentName(used_by) => match self.used(used_by) {
                Some((component, scope)) => {
                    let parameters = self.names().of(&name.node).iter().filter(|it| it.scope == scope);
                    let parameter =
                        parameters.map(|it| it.definition).find(|id| self.kind(*id) == Some(DefinitionKind::Parameter));
                    parameter.map_or_else(|| self.no_parameter(component, name), Found::Definition)
                }
                None => Found::Open,
            },
            Wanted::Type => match self.value(&name.node, scope) {
                Some(id) if self.kind(id) == Some(DefinitionKind::Type) => Found::Definition(id),
                _ if is_type(&name.node) => Found::Word(Word::Type),
                _ if self.is_open(name, scope, &[Space::VALUE]) => Found::Open,
                _ => no_type(name),
            },
            Wanted::Provider(category) => self.provider(wanted, category),
            Wanted::Verb => match self.value(&name.node, scope) {
                Some(id) => Found::Definition(id),
                None => self.verb(wanted),
            },
            Wanted::Allowed(verb) => {
                let named = declarations(self.index(), self.names().of(&name.node), scope);
                let has_verb = |kind: Kind| catalog::verbs::verbs_of(kind.word()).any(|it| it == verb);
                match named.iter().find(|(kind, _)| has_verb(*kind)) {
                    Some((_, id)) if self.value(&name.node, scope).is_none() => Found::Definition(*id),
                    _ => self.bare(wanted, name, scope, Expect::Value),
                }
            }
            Wanted::Imported(home) => {
                if self.walk.unreadable.contains(name.node.as_str()) {
                    return Found::Open;
                }
                self.not_exported(name, home)
            }
        }
    }

    /// Resolves a reference in a value.
    fn reference(&mut self, wanted: &Pending<'a>, expect: Expect) -> Found {
        let expect = self.expected(expect);
        let name = &wanted.head.node;
        let mut members = wanted.members();
        if wanted.accesses.is_empty() {
            return self.bare(wanted, wanted.head, wanted.scope, expect);
        }
        let Some(head) = self.value(name, wanted.scope) else {
            let found = self.dotted(wanted, wanted.head, wanted.scope, 0);
            return found.unwrap_or_else(|| self.no_head(wanted, expect));
        };
        let inside = match self.kind(head) {
            Some(DefinitionKind::Instance) => match self.walk.instances.get(&head).map(|it| self.used(*it)) {
                Some(Some((_, scope))) => Some(scope),
                _ => None,
            },
            Some(DefinitionKind::Module) => self.walk.files.get(&head).copied(),
            _ => None,
        };
        if let (Some(scope), Some(member)) = (inside, members.next()) {
            let found = self.inner(wanted, member, scope, expect);
            self.settle(wanted.mention + 1, found);
        }
        Found::Definition(head)
    }

    /// Resolves the first name of `rest` in `instance.rest` or `module.rest`, in the scope inside.
    fn inner(&mut self, wanted: &Pending<'a>, name: &'a Ident, scope: ScopeId, expect: Expect) -> Found {
        if wanted.accesses.len() == 1 {
            return self.bare(wanted, name, scope, expect);
        }
        if let Some(id) = self.value(&name.node, scope) {
            return Found::Definition(id);
        }
        self.dotted(wanted, name, scope, 1).unwrap_or(Found::Open)
    }

    /// Resolves the first name of `Name.member` if no value has it: to a declaration, an action, or a stage. `skip`:
    /// the names before it.
    fn dotted(&mut self, wanted: &Pending<'a>, name: &Ident, scope: ScopeId, skip: usize) -> Option<Found> {
        let entries = self.names().of(&name.node);
        let members: Vec<&Ident> = wanted.members().skip(skip).collect();
        let candidates = declarations(self.index(), entries, scope);
        let has_member = |kind: Kind| {
            let members_of = catalog::declaration(kind.word()).map(|entry| &entry.members);
            members_of.is_some_and(|known| members.first().is_some_and(|member| known.contains(&member.node)))
        };
        if let Some((_, id)) = candidates.iter().find(|(kind, _)| has_member(*kind)) {
            return Some(Found::Definition(*id));
        }
        let is_action = entries.iter().any(|it| it.space == Space::ACTION);
        if let (false, Some((_, id))) = (is_action, candidates.first()) {
            return Some(Found::Definition(*id));
        }
        let action = self.of(&name.node, scope, Space::ACTION);
        let stage = wanted.pipeline.and_then(|pipeline| self.stage(&name.node, pipeline));
        let stage = stage.and_then(|id| Some((id, self.index().definition(id)?.opens?)));
        match (members.as_slice(), action, stage) {
            ([_], Some(id), _) => return Some(Found::Definition(id)),
            ([outputs, _], Some(id), _) if outputs.node == "outputs" => return Some(Found::Definition(id)),
            ([action, ..], _, Some((stage, opens))) => {
                let inside = self.action_inside(&action.node, opens);
                let mention = wanted.mention + super::index::number(skip) + 1;
                self.settle(mention, inside.map_or(Found::Word(Word::Member), Found::Definition));
                return Some(Found::Definition(stage));
            }
            _ => {}
        }
        // A statement can refer to an action in a loop by the name of the one that runs in the same environment.
        let hidden = entries.iter().filter(|it| it.space == Space::ACTION);
        let within = |scope: ScopeId| wanted.pipeline.is_some_and(|it| self.index().is_inside(scope, it));
        let hidden = hidden.filter(|it| within(it.scope)).map(|it| it.definition).next();
        let exported = || self.names().exported(&name.node, |_| true);
        hidden.or_else(exported).map(Found::Definition)
    }

    /// Returns a stage of a pipeline. Stages that a loop generates have its name and that of the element.
    fn stage(&self, name: &str, pipeline: ScopeId) -> Option<DefinitionId> {
        let of_name = |name: &str| find(self.index(), self.names().of(name), pipeline, Space::STAGE);
        let exact = of_name(name);
        if exact.is_some() || !self.walk.open_stages.contains(&pipeline) {
            return exact;
        }
        let mut shorter = name.rmatch_indices('-').filter_map(|(end, _)| name.get(..end));
        shorter.find_map(of_name)
    }

    /// Returns an action of the stage that opens a scope, by its name.
    fn action_inside(&self, name: &str, stage: ScopeId) -> Option<DefinitionId> {
        let actions = self.names().of(name).iter().filter(|it| it.space == Space::ACTION);
        let mut actions = actions.map(|it| it.definition);
        actions.find(|id| self.index().definition(*id).is_some_and(|it| self.index().is_inside(it.written, stage)))
    }

    /// Resolves what is expected of an argument, which is known by now.
    fn expected(&self, expect: Expect) -> Expect {
        let Expect::Argument(number) = expect else { return expect };
        let Some(argument) = self.walk.arguments.get(number as usize) else { return Expect::Open };
        let component = self.used(argument.used_by).and_then(|(id, _)| self.walk.components.get(&id));
        let formals = component.map_or(&[][..], |component| &component.formals);
        let formal = formals.iter().find(|formal| Some(formal.name.node.as_str()) == argument.name);
        formal.map_or(Expect::Open, |formal| expect_of_type(&formal.ty))
    }

    /// Resolves a name without members.
    fn bare(&mut self, wanted: &Pending<'a>, name: &Ident, scope: ScopeId, expect: Expect) -> Found {
        let expect = match expect {
            Expect::Cache(slot) if slot.values.contains_key(&name.node) => return Found::Word(Word::Value),
            Expect::Cache(_) => Expect::Target(Kind::Bucket),
            other => other,
        };
        match expect {
            Expect::Target(kind) => {
                if let Some(id) = self.of(&name.node, scope, Space::of(kind)) {
                    return Found::Definition(id);
                }
            }
            Expect::Artifact => {
                if let Some(id) = self.of(&name.node, scope, Space::ARTIFACT) {
                    return Found::Definition(id);
                }
                return match self.value(&name.node, scope) {
                    Some(id) => Found::Definition(id),
                    None => self.artifact(wanted, name, scope),
                };
            }
            _ => {}
        }
        if let Some(id) = self.value(&name.node, scope) {
            return Found::Definition(id);
        }
        if let Expect::Word(slot) = expect {
            return self.no_word(name, scope, slot);
        }
        if let Expect::Target(kind) = expect {
            return if self.is_open(name, scope, &[Space::of(kind), Space::VALUE]) {
                Found::Open
            } else {
                self.no_declaration(kind, name, scope)
            };
        }
        let entries = self.names().of(&name.node);
        // If declarations of several kinds have the name, it refers to none of them.
        if let [(_, id)] = declarations(self.index(), entries, scope).as_slice() {
            return Found::Definition(*id);
        }
        if let Some(id) = self.of(&name.node, scope, Space::ARTIFACT) {
            return Found::Definition(id);
        }
        let spaces = [Space::VALUE, Space::ARTIFACT, Space::of(Kind::Project)];
        if matches!(expect, Expect::Open | Expect::Argument(_)) || self.is_open(name, scope, &spaces) {
            return Found::Open;
        }
        if let Some(id) = self.names().exported(&name.node, |_| true) {
            return Found::Definition(id);
        }
        self.no_value(wanted, name, scope, expect)
    }

    /// Returns what to report about an artifact that does not exist.
    fn artifact(&mut self, wanted: &Pending<'a>, name: &Ident, scope: ScopeId) -> Found {
        // An input with members is not an artifact; evaluation reports all of it.
        if self.is_open(name, scope, &[]) || matches!(wanted.wanted, Wanted::Input) && !wanted.accesses.is_empty() {
            return Found::Open;
        }
        self.no_artifact(wanted, name)
    }

    /// Returns whether a name may have been introduced in text that could not be read.
    pub(super) fn is_unreadable(&self, name: &Ident) -> bool {
        self.walk.lost_import || self.walk.unreadable.contains(name.node.as_str())
    }

    /// Returns whether a name that was not found may still exist: in unreadable text, or computed by evaluation.
    pub(super) fn is_open(&self, name: &Ident, scope: ScopeId, spaces: &[Space]) -> bool {
        self.is_unreadable(name) || self.names().may_be_computed(self.index(), scope, spaces)
    }

    /// Resolves the variables and logical IDs that strings refer to.
    fn texts(&mut self) {
        for (name, place, pipeline) in std::mem::take(&mut self.walk.run_variables) {
            let known = self.names().of(name).iter().map(|it| (it.scope, it.definition));
            let known = known.filter(|(_, id)| self.kind(*id) == Some(DefinitionKind::Variable));
            // A component does not know the pipelines that use it.
            let meant: Vec<DefinitionId> =
                known.filter(|(scope, _)| pipeline.is_none_or(|it| it == *scope)).map(|(_, id)| id).collect();
            for id in meant {
                let mention = self.walk.note(place, Meaning::Open);
                self.settle(mention, Found::Definition(id));
            }
        }
        for (name, place, scope) in std::mem::take(&mut self.walk.logical_ids) {
            if let Some(id) = self.value(name, scope) {
                let mention = self.walk.note(place, Meaning::Open);
                self.settle(mention, Found::Definition(id));
            }
        }
    }
}
