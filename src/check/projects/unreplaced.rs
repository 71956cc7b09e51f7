//! W0237: variables that commands name in a way in which the shell does not replace them.

use crate::catalog::build_variables::build_variables;
use crate::check::support::build_environment::Environment;
use crate::check::support::build_shell::is_posix;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::Command;
use crate::workspace::shell::is_variable;

pub(super) const RULE: Rule = Rule { name: "unreplaced", codes: &[Code::W0237], run: check };

/// Programs that replace variables in what another command wrote.
const REPLACING: [&str; 5] = ["envsubst", "eval", "gettext", "perl", "sed"];

/// Programs with formats in which a percent sign has a meaning.
const FORMATTING: [&str; 4] = ["curl", "date", "git log", "printf"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if is_posix(build, project) && !build.spec.computed && seen.is_new(build) {
                let environment = Environment::of(place.action, Some(project), build);
                let is_set = |name: &str| environment.sets(name) || is_standard(name);
                findings.extend(in_quotes(build, &is_set));
                for command in build.spec.commands() {
                    findings.extend(in_percent_signs(command, &is_set));
                    findings.extend(of_pipeline(command, place));
                }
            }
        }
    }
}

/// Returns whether CodeBuild sets a variable in every build.
fn is_standard(name: &str) -> bool {
    build_variables().is_some_and(|known| known.set.iter().any(|set| set == name))
}

/// Returns the first use of each variable in single quotes.
fn in_quotes(build: &Build, is_set: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    // What a command writes may be a template for another one.
    if build.commands.opaque.is_some() || REPLACING.iter().any(|program| build.mentions(program)) {
        return Vec::new();
    }
    let mut said: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for quoted in &build.commands.quoted {
        let name = quoted.node.as_str();
        if is_set(name) && !said.contains(&name) {
            said.push(name);
            found.push(quoted_variable(quoted));
        }
    }
    found
}

/// Returns the first variable that is written as `cmd.exe` expects it.
fn in_percent_signs(command: &Command, is_set: &dyn Fn(&str) -> bool) -> Option<Diagnostic> {
    // In a pattern, it can be the placeholder that is replaced.
    let is_pattern = || REPLACING.iter().chain(&["awk", "grep"]).any(|program| command.text.contains(program));
    if FORMATTING.iter().any(|program| command.text.contains(program)) || is_pattern() {
        return None;
    }
    let marks: Vec<usize> = command.text.match_indices('%').map(|(at, _)| at).collect();
    let pairs = marks.windows(2).filter_map(|pair| if let [from, to] = pair { Some((*from, *to)) } else { None });
    let mut named = pairs.filter_map(|(from, to)| Some((command.text.get(from + 1..to)?, from, to)));
    let (name, from, to) = named.find(|(name, ..)| is_variable(name) && is_set(name))?;
    Some(percent_signs(name, command.map.span(from..to + 1)))
}

/// Returns the first reference to a variable of an action of the pipeline.
fn of_pipeline(command: &Command, place: Place<'_>) -> Option<Diagnostic> {
    command.text.match_indices("#{").find_map(|(at, _)| {
        let inside = command.text.get(at + 2..)?.split('}').next()?;
        let (namespace, name) = inside.split_once('.')?;
        let is_action = || place.pipeline.actions.iter().any(|action| action.name.node == namespace);
        let is_known = is_variable(name) && is_variable(namespace) && is_action();
        is_known.then(|| reference(inside, name, command.map.span(at..at + inside.len() + 3)))
    })
}

/// A variable in single quotes.
fn quoted_variable(quoted: &Spanned<String>) -> Diagnostic {
    let message = format!("`${}` in single quotes is not replaced", quoted.node);
    Diagnostic::new(Code::W0237, message, quoted.span, "the program receives this text")
        .help("put the text in double quotes, or end the single quotes before the variable")
}

/// A variable of `cmd.exe`.
fn percent_signs(name: &str, place: Span) -> Diagnostic {
    let message = format!("`%{name}%` is not replaced");
    Diagnostic::new(Code::W0237, message, place, "a Linux shell reads this as plain text")
        .help(format!("write `${name}`"))
        .edit(place, format!("${{{name}}}"))
}

/// A variable of the pipeline, which CodePipeline replaces in the configuration of actions only.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html> (2026-11-30)
fn reference(inside: &str, name: &str, place: Span) -> Diagnostic {
    let message = format!("`#{{{inside}}}` is not replaced in a buildspec");
    let own = name.chars().map(|c| c.to_ascii_uppercase()).collect::<String>();
    Diagnostic::new(Code::W0237, message, place, "CodePipeline replaces it in the definition of an action only")
        .help(format!("add `{own} = {inside}` to `env` of the action, and write `${own}`"))
}
