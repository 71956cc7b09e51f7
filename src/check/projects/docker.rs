//! E0903: builds that use Docker in a project that is not privileged. W0903: privileged projects whose builds do not
//! use Docker.

use std::sync::Arc;

use crate::catalog::images::{Image, environment, image};
use crate::check::support::build_environment::Environment;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Project, ProjectId, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::DockerUse;

pub(super) const RULE: Rule = Rule { name: "docker", codes: &[Code::E0903, Code::W0903], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, project) in subject.hir.projects.entries() {
        // Raw properties may make it privileged, or mount file systems, which requires it; fleets follow other rules.
        if project.declaration.raw().is_some() || project.declaration.attributes.contains_key("fleet") {
            continue;
        }
        let runs = runs(subject, index);
        match project.declaration.attributes.get("privileged").map(|attribute| (&attribute.value.kind, attribute)) {
            None | Some((ValueKind::Bool(false), _)) => without(project, &runs, findings),
            Some((ValueKind::Bool(true), attribute)) => {
                let never = |run: &Run<'_>| run.build.as_ref().is_some_and(|it| it.commands.docker == DockerUse::Never);
                if !subject.hir.incomplete && !runs.is_empty() && runs.iter().all(never) {
                    let place = attribute.word.to(attribute.value.span);
                    findings.push(unnecessarily_privileged(&project.declaration.symbol.node, place));
                }
            }
            Some(_) => {}
        }
    }
}

/// An action that runs a project, with the buildspec if all of that could be read.
struct Run<'a> {
    place: Place<'a>,
    build: Option<Arc<Build>>,
}

fn runs<'a>(subject: &Subject<'a>, project: ProjectId) -> Vec<Run<'a>> {
    let actions = subject.actions().filter(|place| place.action.project() == Some(project));
    let run = |place: Place<'a>| {
        let build = subject.action_files.build(place.pipeline_id, place.id).cloned();
        let whole = |build: &Arc<Build>| repository::is_sound(build) && !repository::is_batch(place.action);
        Run { place, build: build.filter(whole) }
    };
    actions.map(run).collect()
}

/// Checks for a build that needs a Docker daemon, in a project without one.
fn without(project: &Project, runs: &[Run<'_>], findings: &mut Findings) {
    if !could_be_privileged(project) {
        return;
    }
    for run in runs {
        let Some(build) = &run.build else { continue };
        let DockerUse::Certain(command) = build.commands.docker else { continue };
        let elsewhere = Environment::of(run.place.action, Some(project), build).sets("DOCKER_HOST");
        if !elsewhere {
            let name = &run.place.action.name.node;
            findings.about(run.place, docker_without_privileges(name, &project.declaration.symbol, command));
            return;
        }
    }
}

/// Returns whether the project's machine is known, and can be privileged.
fn could_be_privileged(project: &Project) -> bool {
    let literal = |word: &str| project.declaration.attributes.get(word).map(|attribute| attribute.value.as_str());
    let machine = match (literal("environment-type"), literal("image").flatten().map(image)) {
        (Some(written), _) => written,
        (None, Some(Image::Curated { environment, .. })) => Some(environment),
        // A custom image runs on Linux unless the project sets another type.
        (None, Some(Image::Foreign)) => return true,
        (None, _) => None,
    };
    machine.and_then(environment).is_some_and(|machine| machine.privileged)
}

/// A build that needs the Docker daemon in a project without it.
fn docker_without_privileges(build: &str, project: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("build `{build}` uses Docker, but its project is not privileged");
    Diagnostic::new(Code::E0903, message, project.span, "has no Docker daemon")
        .label(command, "needs the Docker daemon")
        .note("the build would fail with \"Cannot connect to the Docker daemon\"")
        .help(phrase!["add ", PipeCode::set("privileged", "true"), format!(" to project `{}`", project.node)])
}

/// Privileged mode that no build needs.
fn unnecessarily_privileged(project: &str, place: Span) -> Diagnostic {
    let message = format!("project `{project}` is privileged, but its builds do not use Docker");
    Diagnostic::new(Code::W0903, message, place, "gives build commands access to the devices of the host")
        .help("remove `privileged`")
}
