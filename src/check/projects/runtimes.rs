//! E0224, W0224: runtimes that the image of a build does not have.

use std::sync::Arc;

use crate::catalog::images::{Choice, Selection, selection};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::buildspec::BuildVariable;

pub(super) const RULE: Rule = Rule { name: "runtimes", codes: &[Code::E0224, Code::W0224], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<(Arc<Build>, &str)> = Vec::new();
    for place in subject.actions() {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id) else { continue };
        let Some(project) = repository::project(subject.hir, place.action) else { continue };
        // A build of a batch may have its own image.
        if build.spec.batch.is_some() || repository::is_batch(place.action) || project.declaration.raw().is_some() {
            continue;
        }
        let Some(image) = project.declaration.attributes.get("image") else { continue };
        let Some(name) = image.value.as_str() else { continue };
        if seen.iter().any(|(other, of)| Arc::ptr_eq(other, build) && *of == name) {
            continue;
        }
        seen.push((Arc::clone(build), name));
        let Some(known) = selection(name) else { continue };
        let on = Image { name, span: image.value.span, known };
        let runtimes = build.spec.phases.iter().flat_map(|phase| &phase.runtimes);
        findings.extend(runtimes.filter_map(|runtime| one(runtime, &on)));
    }
}

struct Image<'a> {
    name: &'a str,
    span: Span,
    known: &'static Selection,
}

fn one(runtime: &BuildVariable, image: &Image<'_>) -> Option<Diagnostic> {
    match image.known.choice(&runtime.name.node, &runtime.value.node) {
        Choice::Fits => None,
        Choice::UnknownName => Some(no_runtime(runtime, image)),
        Choice::UnknownVersion(versions) => Some(no_version(runtime, versions, image)),
        Choice::Downloaded(versions) => Some(downloaded(runtime, versions, image)),
    }
}

/// A runtime that the image does not have.
fn no_runtime(runtime: &BuildVariable, image: &Image<'_>) -> Diagnostic {
    let name = &runtime.name;
    let message = format!("image `{}` has no runtime `{}`", image.name, name.node);
    let known = || image.known.versions.keys().map(String::as_str);
    let found = Diagnostic::new(Code::E0224, message, name.span, "")
        .label(image.span, "image of the build")
        .note(format!("the build would fail with \"Unknown runtime named '{}'\"", name.node));
    let inside = known().find(|known| known.starts_with(&name.node) || name.node.starts_with(known));
    match similar(&name.node, known()).or(inside) {
        near @ Some(_) => found.suggest(name.span, near),
        None if name.node == "docker" => {
            found.help(phrase!["remove it; Docker needs only ", PipeCode::set("privileged", "true"), " in the project"])
        }
        None => found.help(format!("use {}", wording::or_list(known()))),
    }
}

/// A version that the image does not have.
fn no_version(runtime: &BuildVariable, versions: &[String], image: &Image<'_>) -> Diagnostic {
    let (name, version) = (&runtime.name.node, &runtime.value);
    let message = format!("image `{}` has no {name} `{}`", image.name, version.node);
    Diagnostic::new(Code::E0224, message, version.span, "")
        .label(image.span, "image of the build")
        .note(format!("the build would fail with \"Unknown runtime version named '{}' of {name}\"", version.node))
        .help(format!("use {}", wording::or_list(versions.iter().map(String::as_str))))
}

/// A version that each build downloads.
fn downloaded(runtime: &BuildVariable, versions: &[String], image: &Image<'_>) -> Diagnostic {
    let (name, version) = (&runtime.name.node, &runtime.value);
    let message = format!("image `{}` does not contain {name} `{}`", image.name, version.node);
    Diagnostic::new(Code::W0224, message, version.span, "every build downloads it, and fails if that fails")
        .label(image.span, "image of the build")
        .help(format!("use {}, which the image contains", wording::or_list(versions.iter().map(String::as_str))))
}
