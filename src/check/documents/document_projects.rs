//! E0105, E0107, E0104: CodeBuild projects that a pipeline runs, but that CodeBuild would not create.

use crate::catalog::shapes::shape;
use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule =
    Rule { name: "document-projects", codes: &[Code::E0104, Code::E0105, Code::E0107], run: check };

/// The type of the source and the artifacts of a project in a pipeline.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html> (2026-11-29)
const PIPELINE: &str = "CODEPIPELINE";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    for project in document.resources("AWS::CodeBuild::Project") {
        let Some(properties) = project.value.get("Properties") else { continue };
        let used = used_by(&document, &project.key.node);
        let kind = |path: &[&'static str]| properties.at(path);
        let types = [("Source", kind(&["Source", "Type"])), ("Artifacts", kind(&["Artifacts", "Type"]))];
        let in_pipeline = types.iter().any(|(_, node)| node.and_then(Node::literal) == Some(PIPELINE));
        for (property, node) in types {
            let Some((node, text)) = node.and_then(|node| Some((node, node.literal()?))) else { continue };
            // A pipeline overrides both, but CodeBuild accepts one of them only together with the other.
            // A type that does not exist is reported separately.
            if in_pipeline && !text.eq_ignore_ascii_case(PIPELINE) && is_type(property, text) {
                findings.push(wrong_type(project, property, inner(node), used));
            }
        }
        if let Some(badge) =
            properties.entry("BadgeEnabled").filter(|it| in_pipeline && it.value.as_bool() == Some(true))
        {
            findings.push(no_badge(&badge.key.node, badge.key.span));
        }
        cache(properties, findings);
    }
}

/// Returns whether a source or artifacts can have a type.
fn is_type(property: &str, text: &str) -> bool {
    let values = shape(&format!("Project{property}")).and_then(|form| form.values.get("Type"));
    values.is_none_or(|values| values.iter().any(|value| value == text))
}

/// Returns the span where a pipeline of the template names a project.
fn used_by(document: &Document<'_>, project: &str) -> Option<Span> {
    pipelines(document).find_map(|(_, pipeline)| named(pipeline, project))
}

fn named(node: &Node, project: &str) -> Option<Span> {
    for entry in node.entries() {
        if entry.key.node == "ProjectName" && entry.value.referred().as_deref() == Some(project) {
            return Some(entry.key.span.to(entry.value.span));
        }
    }
    let inside = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inside.into_iter().find_map(|node| named(node, project))
}

/// Checks the cache of a project. <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectCache.html>
/// (2026-11-29)
fn cache(properties: &Node, findings: &mut Findings) {
    let Some(cache) = properties.entry("Cache") else { return };
    let needs = match cache.value.get("Type").and_then(Node::literal) {
        Some("LOCAL") => "Modes",
        Some("S3") => "Location",
        _ => return,
    };
    if cache.value.get(needs).is_none() {
        findings.push(incomplete_cache(needs, cache.key.span));
    }
}

/// A project in a pipeline whose source or artifacts have another type.
fn wrong_type(project: &Entry, property: &str, place: Span, used: Option<Span>) -> Diagnostic {
    let message = format!("`{property}` of project `{}` must be of type `{PIPELINE}`", project.key.node);
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "").help(format!("write `{PIPELINE}`"));
    match used {
        Some(used) => diagnostic.label(used, "a pipeline runs this project"),
        None => diagnostic,
    }
}

/// A badge for a project that gets its source from a pipeline.
fn no_badge(key: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0104, "a project that a pipeline runs cannot have a build badge", place, "")
        .note("the deployment would fail with \"Build badges are not supported for CodePipeline source\"")
        .help(format!("remove `{key}`"))
}

/// A cache without its location or its modes.
fn incomplete_cache(needs: &str, place: Span) -> Diagnostic {
    let example = if needs == "Modes" { ", for example `Modes: [LOCAL_SOURCE_CACHE]`" } else { "" };
    Diagnostic::new(Code::E0105, format!("`Cache` needs `{needs}`"), place, "").help(format!("add `{needs}`{example}"))
}
