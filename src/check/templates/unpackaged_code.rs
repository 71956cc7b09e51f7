//! E0416: a template of the repository that is deployed as it is, with code that only packaging would upload.

use crate::catalog::Category;
use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ValueKind;
use crate::source::Span;
use crate::workspace::template::{CodeLocation, CodeSource, Template};

pub(super) const RULE: Rule = Rule { name: "unpackaged-code", codes: &[Code::E0416], run: check };

/// Checks every template that is deployed directly from a source.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<Span> = Vec::new();
    for deploy in deploys(subject).into_iter().chain(stack_sets(subject)) {
        if !is_unchanged(subject, &deploy) {
            continue;
        }
        let sam = deploy.template.is_sam();
        let local: Vec<CodeSource> = deploy.template.code_sources().into_iter().filter(is_written_path).collect();
        if local.is_empty() {
            included(subject, &deploy, &mut reported, findings);
        }
        let Some(first) = local.iter().find(|code| !reported.contains(&code.span)) else { continue };
        reported.extend(local.iter().map(|code| code.span));
        let alike: Vec<&CodeSource> = local.iter().filter(|code| code.kind == first.kind).collect();
        findings.push(not_packaged(deploy.path.as_str(), &places_of(&alike), sam, deploy.place()));
    }
}

/// Checks the local files that `AWS::Include` names.
fn included(subject: &Subject<'_>, deploy: &Deploy<'_>, reported: &mut Vec<Span>, findings: &mut Findings) {
    let Ok(document) = subject.workspace.document(deploy.path) else { return };
    let paths = document.root.as_ref().map(Template::included_paths).unwrap_or_default();
    let places: Vec<(&str, Span)> = paths.iter().map(|path| ("Location", path.span)).collect();
    if places.iter().any(|(_, span)| !reported.contains(span)) {
        reported.extend(places.iter().map(|(_, span)| *span));
        findings.push(not_packaged(deploy.path.as_str(), &places, false, deploy.place()));
    }
}

/// Returns the property and the span of each, without duplicate spans.
fn places_of<'a>(codes: &[&'a CodeSource]) -> Vec<(&'a str, Span)> {
    let mut places: Vec<(&str, Span)> = Vec::new();
    for code in codes {
        if !places.iter().any(|(_, span)| *span == code.span) {
            places.push((code.property, code.span));
        }
    }
    places
}

/// Returns whether the file of the repository itself is deployed: from the source, or through a build that does not
/// change it.
fn is_unchanged(subject: &Subject<'_>, deploy: &Deploy<'_>) -> bool {
    let Some(ValueKind::ArtifactFile(file)) = deploy.action.value("TemplatePath").map(|value| &value.kind) else {
        return false;
    };
    let producer = file
        .artifact
        .and_then(|id| deploy.pipeline.artifacts.get(id))
        .and_then(|artifact| deploy.pipeline.actions.get(artifact.producer));
    let from_source = producer.is_some_and(|action| action.category == Category::Source);
    let same =
        || subject.action_files.repository_file(deploy.pipeline_id, file).is_some_and(|path| path == deploy.path);
    deploy.action.template_origin.is_none() && (from_source || same())
}

/// Returns whether it is a path in the template. A function without one is a different problem.
fn is_written_path(code: &CodeSource) -> bool {
    matches!(&code.location, CodeLocation::Local(_)) && !code.implied
}

/// A template whose code is not in S3. `places` are the properties that name a local path.
fn not_packaged(template: &str, places: &[(&str, Span)], sam: bool, deployed: Span) -> Diagnostic {
    let message = format!("template `{template}` refers to code that is not packaged");
    let diagnostic = Diagnostic::new(Code::E0416, message, deployed, "deployed as it is in the repository");
    let property = places.first().map_or("", |(property, _)| *property);
    let diagnostic = places
        .iter()
        .take(3)
        .fold(diagnostic, |diagnostic, (_, place)| diagnostic.label(*place, "local path, not in S3"));
    let diagnostic = if property == "TemplateURL" {
        diagnostic.note("the deployment would fail with \"TemplateURL must be a supported URL\"")
    } else if sam && matches!(property, "CodeUri" | "ContentUri" | "DefinitionUri") {
        diagnostic.note(format!("the deployment would fail with \"'{property}' is not a valid S3 Uri\""))
    } else {
        diagnostic
    };
    diagnostic.help("run `aws cloudformation package` in a build, and deploy the template it writes")
}
