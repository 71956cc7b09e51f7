//! W0234: variables that commands read before another command of the same build sets them, or that are set only in a
//! subshell.

use crate::catalog::build_variables::{BuildVariables, build_variables};
use crate::check::support::build_environment::Environment;
use crate::check::support::build_shell::is_curated;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ValueKind;
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::Command;
use crate::workspace::shell::VariableRead;

pub(super) const RULE: Rule = Rule { name: "read-before-set", codes: &[Code::W0234], run: check };

/// The phases in the order in which they run, whatever the order in the file.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html> (2026-11-30)
const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];

/// Texts in a command with which a later part of it may run before an earlier one, or several times.
const REPEATING: [&str; 5] = ["for ", "while ", "until ", "()", "trap "];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        let started = subject.action_files.build(place.pipeline_id, place.id);
        let batch = started.and_then(|build| build.spec.batch.as_ref());
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            let environment = Environment::of(place.action, Some(project), build).in_batch(batch);
            let is_closed = environment.own.is_none_or(|value| matches!(value.kind, ValueKind::Map(_)))
                && build.commands.opaque.is_none()
                && repository::is_sound(build)
                && build.spec.version.as_ref().is_none_or(|version| version.node != "0.1");
            let Some(known) = build_variables().filter(|_| is_closed && is_curated(build, project)) else { continue };
            if seen.is_new(build) {
                findings.extend(Order { build, environment, known, commands: in_order(build) }.findings());
            }
        }
    }
}

/// Returns the commands in the order in which they run.
fn in_order(build: &Build) -> Vec<&Command> {
    let phases = PHASES.iter().flat_map(|name| build.spec.phases.iter().filter(|phase| phase.name.node == *name));
    phases.flat_map(|phase| &phase.commands).collect()
}

struct Order<'a> {
    build: &'a Build,
    environment: Environment<'a>,
    known: &'static BuildVariables,
    commands: Vec<&'a Command>,
}

impl Order<'_> {
    /// Returns the number of the command that contains a place, and where it is in the file.
    fn position(&self, place: Span) -> Option<(usize, usize)> {
        let index = self.commands.iter().position(|command| command.span.covers(place))?;
        Some((index, place.range().start))
    }

    fn findings(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut said: Vec<&str> = Vec::new();
        for read in &self.build.commands.reads {
            let name = read.node.name.as_str();
            let set = if said.contains(&name) { None } else { self.set_later(read) };
            if let Some(set) = set {
                said.push(name);
                found.push(not_yet_set(name, read.span, set));
            } else if let Some(set) = self.set_elsewhere(read).filter(|_| !said.contains(&name)) {
                said.push(name);
                found.push(lost(name, read.span, set));
            }
        }
        found
    }

    /// Returns whether a variable may have a value before the commands, or the script handles that it has none.
    fn may_be_set(&self, read: &VariableRead) -> bool {
        let name = read.name.as_str();
        read.guarded
            || read.sometimes
            || self.build.commands.tested.iter().any(|tested| tested == name)
            || self.environment.gives(name)
            || self.known.may_have(name)
            || name.starts_with("AWS_")
            || name.starts_with("CODEBUILD_")
    }

    /// Returns the last place that sets a variable, if all of these are in subshells of other commands.
    fn set_elsewhere(&self, read: &Spanned<VariableRead>) -> Option<Span> {
        let (index, _) = self.position(read.span).filter(|_| !self.may_be_set(&read.node))?;
        let mut last = None;
        for set in self.build.commands.assignments.iter().filter(|set| set.name == read.node.name) {
            let (other, _) = self.position(set.span)?;
            if set.lasts || other >= index {
                return None;
            }
            last = Some(set.span);
        }
        last
    }

    /// Returns the first place that sets a variable, if all of these are after a place that reads it.
    fn set_later(&self, read: &Spanned<VariableRead>) -> Option<Span> {
        let name = read.node.name.as_str();
        let commands = &self.build.commands;
        let at = self.position(read.span).filter(|_| !self.may_be_set(&read.node))?;
        let mut first: Option<((usize, usize), Span)> = None;
        for set in commands.assignments.iter().filter(|set| set.name == name) {
            let place = self.position(set.span)?;
            // Within one command, a loop may come back.
            let is_later = place.0 > at.0 || place > at && !self.repeats(at.0) && !set.span.covers(read.span);
            if !is_later {
                return None;
            }
            if set.lasts && first.is_none_or(|(earliest, _)| place < earliest) {
                first = Some((place, set.span));
            }
        }
        first.map(|(_, span)| span)
    }

    fn repeats(&self, index: usize) -> bool {
        self.commands.get(index).is_none_or(|command| REPEATING.iter().any(|text| command.text.contains(text)))
    }
}

/// A variable that is still empty.
fn not_yet_set(name: &str, place: Span, set: Span) -> Diagnostic {
    let message = format!("`${name}` is read before a command sets it");
    Diagnostic::new(Code::W0234, message, place, "still empty here")
        .label(set, "set only here")
        .help(format!("set `{name}` before this command, or write `${{{name}:-}}` if it may be empty"))
}

/// A variable that is set only where the next commands do not see it.
fn lost(name: &str, place: Span, set: Span) -> Diagnostic {
    let message = format!("`${name}` is set only in a subshell, so it is empty here");
    Diagnostic::new(Code::W0234, message, place, "this shell does not set it")
        .label(set, "sets it in a subshell, after `|`, or for one program only")
        .help(format!("set it in a command of its own, for example `{name}=$(...)`"))
}
