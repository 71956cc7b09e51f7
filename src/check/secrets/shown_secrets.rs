//! E0707: a secret in a value that AWS shows in plain text. E0901: plain text where a secret is required. W0901: a parameter
//! of a template that shows its value, where a secret is required.

use crate::catalog::SlotType;
use crate::check::support::credentials::credential;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::secrets;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Hir, Param, Part, PartKind, Text, Value, ValueKind, ValuePlace};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { name: "shown-secrets", codes: &[Code::E0707, Code::E0901, Code::W0901], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.hir.each_value(&mut |place| {
        if place.is_configured() {
            in_slot(subject, place, findings);
        }
    });
    for project in &subject.hir.projects {
        for (name, value) in project.env() {
            findings.extend(within_text(value).map(|span| shown_in_variable(&name.node, &call(subject, span), span)));
        }
    }
}

/// Returns a secret that anyone with the file, or with access to the stack, can read. A string that looks like a
/// credential is reported separately.
fn in_plain_text(hir: &Hir, value: &Value) -> Option<Span> {
    let ValueKind::Text(text) = &value.kind else { return None };
    let is_open = |part: &&Part| match &part.kind {
        PartKind::Literal(text) => !text.starts_with("{{resolve:secretsmanager:") && credential(text).is_none(),
        PartKind::Param(id) => hir.params.get(*id).is_none_or(|param| !param.secret),
        PartKind::Parameter(_) => true,
        _ => false,
    };
    let is_resolved = text.parts.first().is_some_and(
        |first| matches!(&first.kind, PartKind::Literal(text) if text.starts_with("{{resolve:secretsmanager:")),
    );
    text.parts.iter().any(|part| is_open(&part)).then_some(value.span).filter(|_| !is_resolved)
}

fn in_slot(subject: &Subject<'_>, place: ValuePlace<'_>, findings: &mut Findings) {
    let ValuePlace { slot: Some(slot), value, .. } = place else { return };
    let word = place.word();
    if slot.secret {
        // `get-pipeline` prints `****` instead of a secret.
        if value.as_str().is_some_and(|text| text.len() > 2 && text.bytes().all(|byte| byte == b'*')) {
            return;
        }
        // Only whoever creates the stack gives the value.
        if let Some(param) = shown_parameter(subject, value) {
            findings.push(without_no_echo(word, value.span, param));
            return;
        }
        findings.extend(in_plain_text(subject.hir, value).map(|at| match value.as_str() {
            Some(text) if text.starts_with("{{resolve:ssm:") => in_parameter(word, at),
            _ => shown_in_plain_text(word, at),
        }));
        return;
    }
    let found = if slot.ty == SlotType::Env { in_env(value) } else { anywhere(value) };
    findings.extend(found.map(|span| shown(word, &call(subject, span), span)));
}

/// Returns the parameter of a template that is a value, if its value is shown.
fn shown_parameter<'a>(subject: &Subject<'a>, value: &Value) -> Option<&'a Param> {
    let ValueKind::Text(text) = &value.kind else { return None };
    let [Part { kind: PartKind::Param(id), .. }] = text.parts.as_slice() else { return None };
    let param = subject.document.and_then(|_| subject.hir.params.get(*id));
    // A default is in the template.
    param.filter(|param| !param.secret && param.default_value().is_none_or(|default| default.node.is_empty()))
}

/// Returns the call that refers to a secret, as written.
fn call(subject: &Subject<'_>, place: Span) -> String {
    let written = subject.written(place);
    let shown = written.shown();
    let is_call = shown.starts_with("secret(") && shown.ends_with(')') && !shown.contains('\n');
    if is_call { shown.to_owned() } else { "secret(...)".to_owned() }
}

/// Returns a secret inside the string of an environment variable. A variable accepts a secret only as its whole value.
fn in_env(value: &Value) -> Option<Span> {
    let ValueKind::Map(entries) = &value.kind else { return None };
    entries.iter().find_map(|(_, value)| within_text(value))
}

fn within_text(value: &Value) -> Option<Span> {
    match &value.kind {
        ValueKind::Text(text) => in_text(text),
        _ => None,
    }
}

fn in_text(text: &Text) -> Option<Span> {
    text.parts.iter().find(|part| matches!(part.kind, PartKind::Secret(_))).map(|part| part.span)
}

fn anywhere(value: &Value) -> Option<Span> {
    match &value.kind {
        ValueKind::Secret(_) => Some(value.span),
        ValueKind::Text(text) | ValueKind::InlineYaml(text) => in_text(text),
        ValueKind::List(items) => items.iter().find_map(anywhere),
        ValueKind::Map(entries) => entries.iter().find_map(|(_, value)| anywhere(value)),
        _ => None,
    }
}

/// A parameter for a secret that CloudFormation shows.
fn without_no_echo(attribute: &str, place: Span, param: &Param) -> Diagnostic {
    let name = &param.name;
    let diagnostic = Diagnostic::new(
        Code::W0901,
        format!("parameter `{}` shows the secret in plain text", name.node),
        name.span,
        "readable by anyone who can view the stack",
    )
    .label(place, format!("`{attribute}` is a secret"));
    if param.ty.node.is_stored {
        return diagnostic
            .help("keep it in AWS Secrets Manager and write `{{resolve:secretsmanager:NAME:SecretString:KEY}}`");
    }
    diagnostic.help("set `NoEcho` of the parameter to `true`")
}

/// A secret in a slot that AWS shows.
fn shown(attribute: &str, secret: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0707,
        format!("`{attribute}` would show the secret in plain text"),
        place,
        "visible to anyone who can view the pipeline",
    )
    .help(phrase!["let the build or function read the secret itself: in `env`, write ", PipeCode::set("NAME", secret)])
}

/// A secret inside the string of an environment variable.
fn shown_in_variable(variable: &str, secret: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0707,
        format!("variable `{variable}` would show the secret in plain text"),
        place,
        "inside a longer string, so CodeBuild cannot resolve it",
    )
    .help(phrase!["put the secret in a separate variable: ", PipeCode::set("NAME", secret)])
}

/// A reference to a parameter of Systems Manager, which is no secret: CloudFormation reads plain ones only here.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html> (2026-11-30)
fn in_parameter(attribute: &str, place: Span) -> Diagnostic {
    let message = format!("the parameter that `{attribute}` refers to keeps the secret in plain text");
    Diagnostic::new(Code::E0901, message, place, "readable by anyone who can read parameters")
        .help("keep it in AWS Secrets Manager and write `secret(\"name\", key = \"key\")`")
        .help_in_document("keep it in AWS Secrets Manager and write `{{resolve:secretsmanager:NAME:SecretString:KEY}}`")
}

/// A literal, or a value that anyone can look up, where a secret is required.
fn shown_in_plain_text(attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0901,
        format!("`{attribute}` holds a secret in plain text"),
        place,
        "readable by anyone who has this file or can view the stack",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\", key = \"key\")`, or declare a `param` of type `secret`")
    .help_in_document(secrets::in_document())
}
