//! Diagnostics of names that the index defines or leaves to evaluation, but that have no value: the definition is in a
//! branch that is not taken, or no computed name matches.

use crate::catalog::{Kind, Words};
use crate::diagnostic::families::artifacts;
use crate::diagnostic::families::names::{self, Hidden};
use crate::hir::Value;
use crate::resolve::Meaning;
use crate::source::Span;
use crate::syntax::ast::Ident;

use super::evaluator::{Context, Evaluator};

impl Evaluator<'_> {
    /// Reports a name without members, unless its cause has been reported. `part`: the interpolation, if the name is
    /// all of it.
    pub(crate) fn unknown(&mut self, name: &Ident, context: Context, words: Words, part: Option<Span>) -> Value {
        self.incomplete = true;
        if !self.is_explained(name) {
            match words {
                Words::Target(kind) => self.unknown_entity(kind, name, context),
                Words::Cache => self.unknown_entity(Kind::Bucket, name, context),
                Words::Artifact => {
                    let draft = context.pipeline.and_then(|index| self.pipelines.get(index));
                    let near = draft.and_then(|draft| self.near(&name.node, draft.artifact_names()));
                    self.diagnostics.push(artifacts::unknown(&name.node, name.span, near));
                }
                _ => self.unknown_word(name, context, words, part),
            }
        }
        Value::poisoned(name.span)
    }

    fn unknown_entity(&mut self, kind: Kind, name: &Ident, context: Context) {
        let others = self.entities.called(&name.node, &self.scopes, context.scope);
        let other = others.first().and_then(|it| Some((it.kind().word(), self.entities.place_of(*it)?)));
        let near = self.near(&name.node, self.entities.names_of(kind));
        let mut unknown = names::unknown(kind.word(), name, near, other);
        if let Some(near) = near.filter(|_| other.is_none()) {
            let declared = self.entities.of_kind(kind, near, &self.scopes, context.scope);
            if let Some(place) = declared.and_then(|it| self.entities.place_of(it)) {
                unknown = unknown.label(place, format!("`{near}` is declared here"));
            }
        }
        let offers = near.is_none() && other.is_none();
        self.diagnostics.push(if offers { names::declare_it(unknown, kind, &name.node) } else { unknown });
    }

    /// Reports the first name of `name.member`. An action in a loop is visible only there.
    pub(super) fn unknown_head(&mut self, name: &Ident, context: Context) {
        self.incomplete = true;
        let draft = context.pipeline.and_then(|index| self.pipelines.get(index));
        match draft.and_then(|draft| draft.stage_with(&name.node)) {
            Some(stage) if !self.is_reported(name.span) => {
                let unknown = names::action_out_of_scope(name, stage, self.hidden(name));
                self.diagnostics.push(unknown);
            }
            Some(_) => {}
            None => {
                self.unknown(name, context, Words::Value, None);
            }
        }
    }

    /// Returns why the definition of a name is not visible.
    fn hidden(&self, name: &Ident) -> Hidden {
        match self.names.meaning_of_name(name) {
            Some(Meaning::Names(id)) => self.names.hidden(id, name.span),
            _ => Hidden::InLoop,
        }
    }

    fn unknown_word(&mut self, name: &Ident, context: Context, words: Words, part: Option<Span>) {
        let near = if self.may_compare() { self.near_word(&name.node, context) } else { None };
        let mut unknown = match words {
            Words::Text => names::unknown_or_text(name, near),
            Words::Flag => names::unknown_or_flag(name, near),
            _ => names::unknown("value", name, near, None),
        };
        let capitals = name.node.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if let Some(part) = part.filter(|_| capitals) {
            names::or_shell_variable(&mut unknown, &name.node, part);
        }
        self.diagnostics.push(unknown);
    }

    /// Returns the most similar name that can be used as a value here.
    fn near_word(&self, wanted: &str, context: Context) -> Option<&str> {
        let draft = context.pipeline.and_then(|index| self.pipelines.get(index));
        let visible = self.scopes.visible(context.scope).filter_map(|id| self.names.definition(id));
        let mut known: Vec<&str> = visible.map(|it| it.name.as_str()).collect();
        known.sort_unstable();
        known.extend(self.entities.all_names());
        if let Some(draft) = draft {
            known.extend(draft.symbols());
        }
        self.near(wanted, known.into_iter().filter(|other| *other != wanted))
    }
}
