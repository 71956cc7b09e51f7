//! Diagnostics of names that do not resolve.

use crate::catalog::{self, Kind, Slot, SlotType};
use crate::diagnostic::families::names::Hidden;
use crate::diagnostic::families::{artifacts, attributes, names, reuse};
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::Spanned;
use crate::syntax::ast::{self, Ident};

use super::expect::{Expect, category_of};
use super::index::{Definition, DefinitionId, DefinitionKind, ScopeId, Word};
use super::linker::Linker;
use super::names::{Space, declarations, find};
use super::pending::{Found, Pending};
use super::words::TYPES;

fn unknown(diagnostic: Diagnostic) -> Found {
    Found::Unknown(Box::new(diagnostic))
}

/// Reports that no type has the name.
pub(super) fn no_type(name: &Ident) -> Found {
    unknown(names::unknown_type(name, &TYPES))
}

/// The minimum length of an abbreviated name.
const SHORTEST_CUT: usize = 3;

/// Returns the only environment whose name is the start of a name, or the reverse: `prod` for `production`.
fn abbreviated<'n>(kind: Kind, name: &str, known: &'n [String]) -> Option<&'n str> {
    let starts = |long: &str, short: &str| short.len() >= SHORTEST_CUT && long.starts_with(short);
    let mut alike = known.iter().filter(|it| *it != name && (starts(it, name) || starts(name, it)));
    let only = alike.next().filter(|_| kind == Kind::Environment && alike.next().is_none());
    only.map(String::as_str)
}

impl<'a> Linker<'a> {
    /// Reports that no component has the name.
    pub(super) fn no_component(&self, name: &Ident) -> Found {
        let known = self.walk.components.iter();
        let mut known: Vec<(DefinitionId, &str)> = known.map(|(id, it)| (*id, it.name.node.as_str())).collect();
        known.sort_unstable();
        let others = known.iter().map(|(_, known)| *known).filter(|known| *known != name.node);
        let diagnostic = names::unknown("component", name, suggest::similar(&name.node, others), None);
        let elsewhere = known.iter().find(|(_, known)| *known == name.node);
        unknown(match elsewhere.and_then(|(id, _)| self.index().definition(*id)) {
            Some(elsewhere) => diagnostic.label(elsewhere.span, "declared here, but not imported"),
            None => diagnostic,
        })
    }

    /// Reports that a component has no parameter with the name.
    pub(super) fn no_parameter(&self, component: DefinitionId, name: &Ident) -> Found {
        let Some(component) = self.walk.components.get(&component) else { return Found::Open };
        let known: Vec<&str> = component.formals.iter().map(|formal| formal.name.node.as_str()).collect();
        unknown(reuse::unknown_argument(&component.name.node, name, &known))
    }

    /// Reports that another file declares nothing with the name.
    pub(super) fn not_exported(&self, name: &Ident, home: ScopeId) -> Found {
        let top = self.names().at_top(home).iter();
        let top = top.filter(|(_, entry)| entry.space != Space::of(Kind::Pipeline));
        let mut known: Vec<&str> = top.map(|(name, _)| *name).collect();
        known.sort_unstable();
        known.dedup();
        let file = self.index().scope(home).map(|scope| scope.span.file);
        let module = self.walk.modules.iter().find(|module| Some(module.ast.span.file) == file);
        unknown(reuse::not_exported(name, module.map_or("", |module| module.path), &known))
    }

    /// Resolves a provider: one that the files declare, or one in the catalog.
    pub(super) fn provider(&mut self, wanted: &Pending<'a>, category: &Ident) -> Found {
        let name = wanted.head;
        if let Some(id) = self.of(&name.node, wanted.scope, Space::of(Kind::Provider)) {
            return Found::Definition(id);
        }
        let can = catalog::categories(&name.node);
        let category_of = category_of(&category.node);
        if !can.is_empty() {
            return Found::Word(Word::Provider);
        }
        if self.is_open(name, wanted.scope, &[Space::of(Kind::Provider)]) {
            return Found::Open;
        }
        let own = self.declarations_of(Kind::Provider);
        let mut known: Vec<&str> = own.iter().map(String::as_str).filter(|own| *own != name.node).collect();
        known.extend(catalog::words_for(category_of).map(|word: &str| word));
        if category_of == catalog::Category::Deploy {
            known.push("stack");
        }
        let meant = catalog::words_called(category_of, &name.node);
        unknown(names::unknown_provider(&category.node, name, &known, &meant))
    }

    /// Resolves the verb of an `allow`.
    pub(super) fn verb(&self, wanted: &Pending<'a>) -> Found {
        let known = catalog::verbs::words();
        if known.contains(&wanted.head.node.as_str()) {
            return Found::Word(Word::Verb);
        }
        if self.is_open(wanted.head, wanted.scope, &[Space::VALUE]) {
            return Found::Open;
        }
        unknown(attributes::not_allowed("allow", &wanted.head.node, wanted.head.span, &known, true))
    }

    /// Reports a word that is not one of its slot's, and not the name of a value.
    pub(super) fn no_word(&self, name: &Ident, scope: ScopeId, slot: &'static Slot) -> Found {
        if !matches!(slot.ty, SlotType::Enum | SlotType::EnumList) {
            // A Region, which another rule compares with those of AWS.
            return Found::Word(Word::Value);
        }
        if self.is_open(name, scope, &[Space::VALUE]) {
            return Found::Open;
        }
        let allowed: Vec<&str> = slot.values.keys().map(String::as_str).collect();
        unknown(attributes::not_allowed(&slot.attribute, &name.node, name.span, &allowed, true))
    }

    /// Returns the names of the declarations of a kind, in order; nothing if the limit of names to compare is reached.
    fn declarations_of(&mut self, kind: Kind) -> Vec<String> {
        if !self.suggestions.may_look(self.walk.index.definitions.len()) {
            return Vec::new();
        }
        let all = self.index().definitions().map(|(_, it)| it);
        let of_kind = all.filter(|it| it.kind == DefinitionKind::Declaration(kind) && !it.name.is_empty());
        of_kind.map(|it| it.name.clone()).collect()
    }

    /// Reports that no declaration of a kind has the name.
    pub(super) fn no_declaration(&mut self, kind: Kind, name: &Ident, scope: ScopeId) -> Found {
        let span_of = |id: DefinitionId| self.index().definition(id).map(|it| it.span);
        let others = declarations(self.index(), self.names().of(&name.node), scope);
        let other = others.first().and_then(|(other, id)| Some((other.word(), span_of(*id)?)));
        let known = self.declarations_of(kind);
        let near = self.suggestions.near(&name.node, known.iter().map(String::as_str));
        let near = near.or_else(|| abbreviated(kind, &name.node, &known));
        let mut diagnostic = names::unknown(kind.word(), name, near, other);
        if let Some(near) = near.filter(|_| other.is_none()) {
            let declared = find(self.index(), self.names().of(near), scope, Space::of(kind));
            let place = declared.and_then(|id| Some((id, self.index().definition(id)?.span)));
            if let Some((declared, place)) = place {
                diagnostic = diagnostic.label(place, format!("`{near}` is declared here"));
                return Found::Misspelled { diagnostic: Box::new(diagnostic), name: name.node.clone(), declared };
            }
        }
        if let (Some(_), [only]) = (other, known.as_slice()) {
            return unknown(diagnostic.help(format!("write `{only}`, the only declared {}", kind.word())));
        }
        let offers = near.is_none() && other.is_none();
        unknown(if offers { names::declare_it(diagnostic, kind, &name.node) } else { diagnostic })
    }

    /// Reports that no artifact has the name, or none that can be used here.
    pub(super) fn no_artifact(&mut self, wanted: &Pending<'a>, name: &Ident) -> Found {
        let made = self.names().of(&name.node).iter().filter(|it| it.space == Space::ARTIFACT);
        let made: Vec<DefinitionId> = made.map(|it| it.definition).collect();
        let index = self.index();
        let Some(pipeline) = wanted.pipeline else {
            let made = made.first().and_then(|id| index.definition(*id)).map(|it| it.span);
            let place = made.filter(|_| self.is_in_component(wanted.scope));
            return unknown(match place {
                Some(made) => artifacts::out_of_scope(&name.node, wanted.whole(), made, Hidden::Outside, None),
                None => artifacts::unknown(&name.node, name.span, None),
            });
        };
        // An artifact of another pipeline cannot be used in this one.
        let may_be = |it: &Definition| index.is_inside(it.written, pipeline) || self.is_in_component(it.written);
        let mut made = made.iter().filter_map(|id| Some((*id, index.definition(*id)?)));
        if let Some((id, made)) = made.find(|(_, it)| may_be(it)) {
            let why = index.hidden(id, name.span);
            let component = index.component_at(made.written);
            return unknown(artifacts::out_of_scope(&name.node, wanted.whole(), made.span, why, component));
        }
        if let Some(diagnostic) = self.producer_for_artifact(name, pipeline) {
            return unknown(diagnostic);
        }
        let may_look = self.suggestions.may_look(self.walk.index.definitions.len());
        let index = &self.walk.index;
        let of_pipeline = |it: &Definition| index.is_inside(it.written, pipeline);
        let all = index.definitions().map(|(_, it)| it).filter(|_| may_look);
        let all = all.filter(|it| it.kind == DefinitionKind::Artifact && of_pipeline(it));
        let known: Vec<String> = all.map(|it| it.name.clone()).collect();
        let near = self.suggestions.near(&name.node, known.iter().map(String::as_str));
        unknown(artifacts::unknown(&name.node, name.span, near))
    }

    /// Suggests what a stage or an action of the pipeline produces, if it has the name.
    fn producer_for_artifact(&self, name: &Ident, pipeline: ScopeId) -> Option<Diagnostic> {
        let index = self.index();
        let named = self.names().of(&name.node).iter().map(|entry| entry.definition);
        let stages = index.definitions().filter(|(_, it)| it.kind == DefinitionKind::Stage && it.name == name.node);
        let actions = named.filter_map(|id| Some((id, index.definition(id)?)));
        let actions = actions.filter(|(_, it)| matches!(it.kind, DefinitionKind::Action { .. }));
        let (id, maker) = stages.chain(actions).find(|(_, it)| index.is_inside(it.written, pipeline))?;
        let is_stage = maker.kind == DefinitionKind::Stage;
        let is_output = |it: &&Definition| {
            let made = if is_stage {
                maker.opens.is_some_and(|opens| index.is_inside(it.written, opens))
            } else {
                it.owner == Some(id)
            };
            it.kind == DefinitionKind::Artifact && made
        };
        let outputs: Vec<&str> =
            index.definitions().map(|(_, it)| it).filter(is_output).map(|it| it.name.as_str()).collect();
        Some(artifacts::not_an_artifact(&name.node, is_stage, name.span, &outputs))
    }

    /// Returns whether a scope is part of a component and not of a pipeline inside it.
    fn is_in_component(&self, scope: ScopeId) -> bool {
        let opened = |id: &DefinitionId| self.index().definition(*id).and_then(|it| it.opens);
        self.walk.components.keys().filter_map(opened).any(|component| self.index().is_inside(scope, component))
    }

    /// Reports the first name of `Name.member`, which does not resolve.
    pub(super) fn no_head(&mut self, wanted: &Pending<'a>, expect: Expect) -> Found {
        let name = wanted.head;
        let several = wanted.accesses.len() > 1;
        let stages_open = wanted.pipeline.is_none_or(|pipeline| self.walk.open_stages.contains(&pipeline));
        let spaces = [Space::VALUE, Space::ACTION, Space::of(Kind::Project)];
        if several && stages_open || matches!(expect, Expect::Open) || self.is_open(name, wanted.scope, &spaces) {
            return Found::Open;
        }
        if let ("var" | "local", Some(ast::Access::Member(member))) = (name.node.as_str(), wanted.accesses.first()) {
            let known = self.value(&member.node, wanted.scope).is_some();
            return unknown(names::value_of_terraform(name, member, known));
        }
        let artifact = find(self.index(), self.names().of(&name.node), wanted.scope, Space::ARTIFACT);
        let maker = artifact.and_then(|id| self.index().definition(id)?.owner);
        let maker = maker.and_then(|id| self.index().definition(id)).map(|it| it.name.clone());
        match maker.filter(|maker| !maker.is_empty()) {
            Some(maker) => unknown(names::variable_of_artifact(name, &maker)),
            None if artifact.is_some() => Found::Open,
            None => match self.stage_of_hidden(wanted) {
                Some((stage, hidden)) => unknown(names::action_out_of_scope(name, &stage, hidden)),
                None => self.no_value(wanted, name, wanted.scope, Expect::Value),
            },
        }
    }

    /// Returns the stage of an action that is not visible where it is used, and why.
    fn stage_of_hidden(&self, wanted: &Pending<'a>) -> Option<(String, Hidden)> {
        let index = self.index();
        let mut actions = self.names().of(&wanted.head.node).iter().filter(|it| it.space == Space::ACTION);
        let id = actions.next()?.definition;
        let action = index.definition(id)?;
        let holds = |it: &&Definition| {
            let inside = it.opens.is_some_and(|opens| index.is_inside(action.written, opens));
            it.kind == DefinitionKind::Stage && inside && !it.name.is_empty()
        };
        let stage = index.definitions().map(|(_, it)| it).find(holds)?;
        Some((stage.name.clone(), index.hidden(id, wanted.head.span)))
    }

    /// Reports that no value has the name, and nothing that could be used as one.
    pub(super) fn no_value(&mut self, wanted: &Pending<'a>, name: &Ident, scope: ScopeId, expect: Expect) -> Found {
        let near = self.near_value(wanted, name, scope);
        let near = near.as_deref();
        let name = Spanned::new(name.node.clone(), name.span);
        let mut diagnostic = match expect {
            Expect::Text => names::unknown_or_text(&name, near),
            Expect::Flag => names::unknown_or_flag(&name, near),
            _ => names::unknown("value", &name, near, None),
        };
        let capitals = name.node.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if let Some(part) = wanted.part.filter(|_| capitals) {
            names::or_shell_variable(&mut diagnostic, &name.node, part);
        }
        unknown(diagnostic)
    }

    /// Returns the most similar name that can be used as a value: first of those in scope, then of declarations, then
    /// of the pipeline's actions.
    fn near_value(&mut self, wanted: &Pending<'a>, name: &Ident, scope: ScopeId) -> Option<String> {
        if !self.suggestions.may_look(self.walk.index.definitions.len()) {
            return None;
        }
        let index = &self.walk.index;
        let Spanned { node: name, span: place } = name;
        let is_own = |id: DefinitionId| self.walk.own_values.get(&id).is_some_and(|value| value.covers(*place));
        let others = || index.definitions().filter(|(id, _)| !is_own(*id));
        let all = || others().map(|(_, it)| it).filter(|it| it.name != *name && !it.name.is_empty());
        let is_seen = |seen: ScopeId| index.is_inside(scope, seen);
        let own = all().filter(|it| it.kind.space() == Space::VALUE && it.visible.is_some_and(is_seen));
        let imported = index.imported.iter().filter(|(seen, _)| is_seen(*seen));
        let imported = imported.filter_map(|(_, id)| index.definition(*id));
        let imported = imported.filter(|it| it.kind.space() == Space::VALUE && it.name != *name);
        let mut known: Vec<&str> = own.chain(imported).map(|it| it.name.as_str()).collect();
        known.sort_unstable();
        known.extend(all().filter(|it| matches!(it.kind, DefinitionKind::Declaration(_))).map(|it| it.name.as_str()));
        let of_pipeline = |written: ScopeId| wanted.pipeline.is_some_and(|it| index.is_inside(written, it));
        let actions = all().filter(|it| matches!(it.kind, DefinitionKind::Action { .. }) && of_pipeline(it.written));
        known.extend(actions.map(|it| it.name.as_str()));
        self.suggestions.near(name, known).map(str::to_owned)
    }
}
