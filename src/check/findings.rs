//! The diagnostics of rules, and the action that each refers to.

use std::collections::BTreeSet;

use super::{Place, Rule, Subject};
use crate::diagnostic::families::reuse;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hir::{ActionId, PipelineId, UseId};
use crate::source::Span;

/// The diagnostics of a rule.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

#[derive(Debug)]
struct Finding {
    diagnostic: Diagnostic,
    /// The action that its message names.
    about: Option<(PipelineId, ActionId)>,
}

impl Findings {
    /// Adds a diagnostic.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(Finding { diagnostic, about: None });
    }

    /// Adds a diagnostic whose message names an action, by its name or by that of its stack.
    pub(super) fn about(&mut self, place: Place<'_>, diagnostic: Diagnostic) {
        self.list.push(Finding { diagnostic, about: Some((place.pipeline_id, place.id)) });
    }

    /// Returns the number of diagnostics.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds several diagnostics.
    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        more.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Adds the diagnostics of another collection.
    pub(super) fn append(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Adds the diagnostics of another collection, all of which name one action.
    pub(super) fn append_about(&mut self, place: Place<'_>, other: Self) {
        other.list.into_iter().for_each(|finding| self.about(place, finding.diagnostic));
    }

    /// Returns the diagnostics with another label, if any.
    pub(super) fn labeled(mut self, label: Option<(Span, &'static str)>) -> Self {
        let labels = |finding: Finding| Finding { diagnostic: finding.diagnostic.labels(label), about: finding.about };
        self.list = self.list.into_iter().map(labels).collect();
        self
    }

    /// Removes the fixes, for text that is not written by a user.
    pub(super) fn leave_unchanged(&mut self) {
        for Finding { diagnostic, .. } in &mut self.list {
            diagnostic.edits.clear();
            diagnostic.intents.clear();
        }
    }

    /// Returns the diagnostics, each with the rule that reports it and the `use` that leads to it.
    pub(super) fn into_diagnostics(self, rule: &Rule, subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
        diagnostics.extend(self.list.into_iter().map(|Finding { mut diagnostic, about }| {
            debug_assert!(rule.codes.contains(&diagnostic.code), "`{}` reports {}", rule.name, diagnostic.code);
            diagnostic.rule = Some(rule.name);
            if let Some(used) = used(subject, diagnostic.primary.span, about) {
                reuse::trace(&mut diagnostic, subject.hir.uses[used].span);
            }
            diagnostic
        }));
    }
}

/// Returns the `use` that leads to a problem inside a component, if it is known: it is the only one, or the message
/// names an action that it leads to.
fn used(subject: &Subject<'_>, place: Span, about: Option<(PipelineId, ActionId)>) -> Option<UseId> {
    let inside = |body: Span| body.file == place.file && body.start <= place.start && place.end <= body.end;
    let led = subject.hir.uses.entries().filter(|(_, used)| inside(used.body)).map(|(id, _)| id);
    let led: Vec<UseId> = led.collect();
    if let [only] = led.as_slice() {
        return Some(*only);
    }
    let (pipeline, action) = about?;
    let name = &subject.hir.pipelines.get(pipeline)?.actions.get(action)?.name.node;
    let called_so = subject.actions().filter(|place| place.action.name.node == *name);
    let named: BTreeSet<UseId> =
        called_so.filter_map(|place| place.action.used.filter(|used| led.contains(used))).collect();
    // An action name that two instances share identifies neither.
    named.first().copied().filter(|_| named.len() == 1)
}
