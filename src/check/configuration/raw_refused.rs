//! E0141: properties that `raw` sets to values that AWS rejects.

use crate::catalog::{ExampleValue, PropertyPath};
use crate::check::support::raw::find;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "raw-refused", codes: &[Code::E0141], run: check };

/// Properties that must be those of CodePipeline:
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html> (2026-11-23)
const OF_PIPELINES: [PropertyPath<'_>; 2] = [SOURCE, PropertyPath::new("Artifacts.Type")];
const SOURCE: PropertyPath<'_> = PropertyPath::new("Source.Type");
const BADGE: PropertyPath<'_> = PropertyPath::new("BadgeEnabled");
const CACHE: PropertyPath<'_> = PropertyPath::new("Cache.Type");
const CACHE_MODES: PropertyPath<'_> = PropertyPath::new("Cache.Modes");
const TRUST: PropertyPath<'_> = PropertyPath::new("AssumeRolePolicyDocument");
const TRUST_STATEMENTS: PropertyPath<'_> = PropertyPath::new("AssumeRolePolicyDocument.Statement");
const ACTION: PropertyPath<'_> = PropertyPath::new("Action");

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for declaration in subject.hir.projects.iter().map(|project| &project.declaration) {
        if let Some(raw) = declaration.raw() {
            project(raw, declaration.attributes.contains_key("cache"), findings);
        }
    }
    for raw in subject.hir.roles.iter().filter_map(|role| role.declaration.raw()) {
        trust(raw, findings);
    }
}

/// Checks `raw` of a project. `has_modes` is whether an attribute sets the modes of the cache.
fn project(raw: &Value, has_modes: bool, findings: &mut Findings) {
    let other = |property: PropertyPath<'static>| {
        let (_, value) = find(raw, property)?;
        value.as_str().is_none_or(|text| text != "CODEPIPELINE").then_some((property, value))
    };
    let others: Vec<(PropertyPath<'_>, &Value)> = OF_PIPELINES.into_iter().filter_map(other).collect();
    // A project with neither is accepted by AWS when it is created.
    if let [(property, value)] = others.as_slice()
        && value.as_str().is_some()
    {
        let said = "when using CodePipeline both sourceType, and artifactType must be set to: CODEPIPELINE";
        let help = format!("remove `{property}` from `raw`");
        findings.push(raw_refused(*property, "cannot be set for a project in a pipeline", said, value.span, &help));
    }
    if let Some((_, value)) = find(raw, BADGE)
        && value.kind == ValueKind::Bool(true)
        && !others.iter().any(|(property, _)| *property == SOURCE)
    {
        let said = "Build badges are not supported for CodePipeline source";
        let help = format!("remove `{BADGE}` from `raw`");
        findings.push(raw_refused(BADGE, "is only for projects outside of pipelines", said, value.span, &help));
    }
    if let Some((_, value)) = find(raw, CACHE)
        && value.as_str() == Some("LOCAL")
        && !has_modes
        && find(raw, CACHE_MODES).is_none()
    {
        let said = "At least one mode must be provided for cache type: LOCAL";
        let help = phrase!["add ", PipeCode::set("Modes", ExampleValue::texts(&["LOCAL_SOURCE_CACHE"])), " to `Cache`"];
        findings.push(raw_refused(CACHE, "also needs `Modes`", said, value.span, help));
    }
}

/// Checks that a trust policy contains only actions for assuming the role.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html> (2026-11-23)
fn trust(raw: &Value, findings: &mut Findings) {
    let Some((_, statements)) = find(raw, TRUST_STATEMENTS) else { return };
    let ValueKind::List(statements) = &statements.kind else { return };
    for (_, action) in statements.iter().filter_map(|statement| find(statement, ACTION)) {
        let actions =
            if let ValueKind::List(items) = &action.kind { items.as_slice() } else { std::slice::from_ref(action) };
        let other =
            |action: &&Value| action.as_str().is_some_and(|text| !text.to_ascii_lowercase().starts_with("sts:"));
        if let Some(action) = actions.iter().find(other) {
            let said = "AssumeRole policy may only specify STS AssumeRole actions.";
            let help =
                format!("remove `{}`, and allow it in the role's statements", action.as_str().unwrap_or("Action"));
            findings.push(raw_refused(TRUST, "accepts only actions of AWS STS", said, action.span, &help));
        }
    }
}

/// A property that `raw` sets to a value that AWS rejects. `why` follows the name of the property.
fn raw_refused(property: PropertyPath<'_>, why: &str, said: &str, place: Span, help: impl Into<Phrase>) -> Diagnostic {
    Diagnostic::new(Code::E0141, format!("`{property}` {why}"), place, "the deployment would fail")
        .note(format!("AWS: \"{said}\""))
        .help(help)
}
