//! W0983: a parameter of type `secret` in a value that AWS shows. W0984: a plain value for a parameter that a template
//! masks.
//!
//! `NoEcho` masks a value among a stack's parameters, but not where it is used:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html> (2026-11-28)

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Hir, PartKind, Value, ValueKind, ValueOwner};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "secret-parameters", codes: &[Code::W0983, Code::W0984], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.hir.each_value(&mut |place| {
        // A rule has no slot for a secret.
        let hides = matches!(place.owner, ValueOwner::Action(..)) && place.slot.is_some_and(|slot| slot.secret);
        if place.is_configured() && !hides {
            shown(subject.hir, place.word(), place.value, findings);
        }
    });
    for project in &subject.hir.projects {
        for (_, value) in project.env() {
            shown(subject.hir, "env", value, findings);
        }
    }
    hidden(subject, findings);
}

/// Returns the first secret parameter in a value, and its span.
fn secret_in<'a>(hir: &'a Hir, value: &Value) -> Option<(&'a str, Span)> {
    let mut found = None;
    value.each_part(&mut |part| {
        if let (None, PartKind::Param(id)) = (found, &part.kind) {
            let param = hir.params.get(*id).filter(|param| param.secret);
            found = param.map(|param| (param.name.node.as_str(), part.span));
        }
    });
    found
}

fn shown(hir: &Hir, attribute: &str, value: &Value, findings: &mut Findings) {
    findings.extend(secret_in(hir, value).map(|(name, place)| shown_parameter(name, attribute, place)));
}

/// Checks values for parameters that a template masks.
fn hidden(subject: &Subject<'_>, findings: &mut Findings) {
    for deploy in deploys(subject) {
        let Some(ValueKind::Map(entries)) = deploy.action.value("ParameterOverrides").map(|value| &value.kind) else {
            continue;
        };
        for (name, value) in entries {
            let parameter = deploy.template.parameter(&name.node).filter(|parameter| parameter.no_echo);
            let is_text = matches!(&value.kind, ValueKind::Text(text)
                if !text.as_literal().is_some_and(|text| text.starts_with("{{resolve:")));
            let is_reported = secret_in(subject.hir, value).is_some();
            if let Some(parameter) = parameter.filter(|_| is_text && !is_reported) {
                findings.push(hidden_parameter(&name.node, value.span, parameter.name.span));
            }
        }
    }
}

/// A secret parameter in a value that AWS shows.
fn shown_parameter(parameter: &str, attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0983,
        format!("`{attribute}` shows the secret parameter `{parameter}` in plain text"),
        place,
        "visible to anyone who can view the pipeline or the project",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")` in `env`")
}

/// A parameter that a template masks, but whose value the pipeline shows.
fn hidden_parameter(parameter: &str, place: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0984,
        format!("parameter `{parameter}` of the template is `NoEcho`, but the pipeline shows its value"),
        place,
        "visible to anyone who can view the pipeline",
    )
    .label(declared, "declared here")
    .help("keep it in AWS Secrets Manager, and let the template read it: `{{resolve:secretsmanager:name}}`")
}
