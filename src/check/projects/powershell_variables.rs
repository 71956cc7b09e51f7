//! W0217: variables in PowerShell that nothing sets, or that are read without `$env:`.

use crate::catalog::images::{Image, image};
use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Project;
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::packaging::POWERSHELL;

pub(super) const RULE: Rule = Rule { name: "powershell-variables", codes: &[Code::W0217], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if runs_powershell(project, build) && seen.is_new(build) {
                let environment = Environment::of(place.action, Some(project), build);
                findings.extend(of_build(subject, &environment));
            }
        }
    }
}

/// Returns whether PowerShell runs the commands: the default on Windows.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-30)
fn runs_powershell(project: &Project, build: &Build) -> bool {
    let name = project.declaration.attributes.get("image").and_then(|attribute| attribute.value.as_str());
    let on_windows =
        matches!(name.map(image), Some(Image::Curated { environment, .. }) if environment.contains("WINDOWS"));
    let shell = build.spec.env.shell.as_ref();
    on_windows && project.declaration.raw().is_none() && shell.is_none_or(|shell| shell.node.contains("powershell"))
}

/// Returns the variables that a build gets, as they are written.
fn given<'a>(environment: &'a Environment<'_>) -> Vec<&'a str> {
    let spec = &environment.build.spec.env;
    let of_spec = spec.variables.iter().chain(&spec.parameter_store).chain(&spec.secrets_manager);
    let own = environment.entries().map(|(name, _)| name.node.as_str());
    own.chain(of_spec.map(|variable| variable.name.node.as_str())).collect()
}

fn of_build(subject: &Subject<'_>, environment: &Environment<'_>) -> Vec<Diagnostic> {
    let build = environment.build;
    let given = given(environment);
    let mut found = Vec::new();
    let mut said: Vec<String> = Vec::new();
    let mut used: Vec<(String, Span)> = Vec::new();
    for read in &build.commands.reads {
        let name = read.node.name.as_str();
        if name == POWERSHELL {
            let text = subject.workspace.text(read.span.file);
            let rest = text.get(read.span.range().end..).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let span = Span::new(read.span.file, read.span.range().start, read.span.range().end + 1 + name.len());
            used.push((name, span));
            continue;
        }
        // Names of variables do not depend on the letter case.
        let own = given.iter().find(|own| own.eq_ignore_ascii_case(name));
        if let Some(own) = own.filter(|_| !sets(build, name) && !said.iter().any(|it| it == name)) {
            said.push(name.to_owned());
            found.push(without_prefix(name, own, read.span));
        }
    }
    for (name, span) in &used {
        let is_known = |own: &&str| own.eq_ignore_ascii_case(name);
        if name.is_empty() || given.iter().any(is_known) || sets(build, &format!("env:{name}")) || said.contains(name) {
            continue;
        }
        // Windows and CodeBuild set many variables, so only one that resembles an unused one is certain.
        let unused = || given.iter().copied().filter(|own| !used.iter().any(|(it, _)| it.eq_ignore_ascii_case(own)));
        let is_cut =
            |own: &&str| own.len() >= SHORTEST && name.to_ascii_uppercase().starts_with(&own.to_ascii_uppercase());
        if let Some(near) = similar(name, unused()).or_else(|| unused().find(is_cut)) {
            said.push(name.clone());
            found.push(never_set(name, near, *span));
        }
    }
    found
}

/// The minimum length of a name that is the start of another one.
const SHORTEST: usize = 4;

/// Returns whether a command sets a variable: `$NAME = 1`, `foreach ($NAME in $list)`, `param($NAME)`.
fn sets(build: &Build, name: &str) -> bool {
    let start = format!("${}", name.to_ascii_lowercase());
    build.spec.commands().any(|command| {
        let text = command.text.to_ascii_lowercase();
        text.match_indices(&start).any(|(at, _)| {
            let after = text.get(at + start.len()..).unwrap_or_default();
            let before = text.get(..at).unwrap_or_default();
            after.trim_start().starts_with(['=', '+']) || before.trim_end().ends_with(['(', ',', ']'])
        })
    })
}

/// A variable of the environment that is read as one of PowerShell.
/// <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_variables>
/// (2026-11-30)
fn without_prefix(name: &str, own: &str, place: Span) -> Diagnostic {
    let message = format!("nothing sets `${name}`, so it is empty");
    Diagnostic::new(Code::W0217, message, place, "PowerShell reads the environment with `$env:` only")
        .suggest(place, Some(&format!("$env:{own}")))
}

/// A variable of the environment that nothing sets.
fn never_set(name: &str, near: &str, place: Span) -> Diagnostic {
    let message = format!("nothing sets `$env:{name}`, so it is empty");
    Diagnostic::new(Code::W0217, message, place, "neither `env` nor a command sets it")
        .suggest(place, Some(&format!("$env:{near}")))
}
