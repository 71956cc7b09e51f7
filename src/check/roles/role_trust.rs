//! E0801: a role that trusts a different service from the one that would use it.

use crate::catalog;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Entity, Hir, Ownership, Part, PartKind, RoleId, Text, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "role-trust", codes: &[Code::E0801], run: check };

/// Checks every use of a role.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Trust policies of documents are compared as they are written.
    if subject.document.is_some() {
        return;
    }
    let hir = subject.hir;
    for pipeline in &hir.pipelines {
        if let Some(role) = &pipeline.role {
            compare(hir, role.node, role.span, "codepipeline", findings);
        }
        for role in pipeline.rules().filter_map(|rule| rule.role.as_ref()) {
            compare(hir, role.node, role.span, "pipeline", findings);
        }
        for event in &pipeline.events {
            if let Some(role) = event.value("role") {
                value(hir, role, Some("events"), findings);
            }
        }
        for action in &pipeline.actions {
            if let Some(role) = &action.role {
                compare(hir, role.node, role.span, "pipeline", findings);
            }
            for (key, setting) in &action.configuration {
                let service = action.action_type.slot_of_key(key).and_then(|slot| slot.service.as_deref());
                value(hir, &setting.value, service, findings);
            }
        }
    }
    for environment in &hir.environments {
        for (role, service) in [(environment.role(), "cloudformation"), (environment.action_role(), "pipeline")] {
            if let Some(role) = role {
                compare(hir, role.node, role.span, service, findings);
            }
        }
    }
    let slots = catalog::declaration("project").map(|entry| &entry.slot);
    for project in &hir.projects {
        for (word, attribute) in &project.declaration.attributes {
            let slot = slots.into_iter().flatten().find(|slot| slot.attribute == *word);
            value(hir, &attribute.value, slot.and_then(|slot| slot.service.as_deref()), findings);
        }
    }
}

fn value(hir: &Hir, value: &Value, service: Option<&str>, findings: &mut Findings) {
    let Some(service) = service else { return };
    let id = match &value.kind {
        ValueKind::Entity(Entity::Role(id)) => Some(*id),
        ValueKind::Text(text) => role_by_arn(text),
        _ => None,
    };
    if let Some(id) = id {
        compare(hir, id, value.span, service, findings);
    }
}

/// Returns the role of `Role.arn`.
fn role_by_arn(text: &Text) -> Option<RoleId> {
    match text.parts.as_slice() {
        [Part { kind: PartKind::Member(Entity::Role(id), member), .. }] if member == "arn" => Some(*id),
        _ => None,
    }
}

fn compare(hir: &Hir, id: RoleId, place: Span, needed: &str, findings: &mut Findings) {
    let role = &hir.roles[id];
    // What else it trusts is in IAM's words.
    if role.states_trust() {
        return;
    }
    if let Some(trusted) = role.service.as_ref().filter(|service| service.node != needed) {
        let exists = role.declaration.ownership != Ownership::Owned;
        findings.push(wrong_trust(&role.declaration.symbol.node, trusted, place, needed, exists));
    }
}

/// Returns the principal that assumes a role, by the word after `for`.
fn principal(word: &str) -> String {
    match word {
        "cloudformation" => "CloudFormation".to_owned(),
        "codebuild" => "CodeBuild".to_owned(),
        "codepipeline" => "CodePipeline".to_owned(),
        "events" => "EventBridge".to_owned(),
        "pipeline" => "the pipeline's role".to_owned(),
        other => wording::tick(other),
    }
}

/// A role that trusts a different service from the one that uses it. `exists` is whether its trust policy is that of an
/// existing role.
fn wrong_trust(role: &str, trusted: &Spanned<String>, place: Span, needed: &str, exists: bool) -> Diagnostic {
    let (trusts, needs) = (principal(&trusted.node), principal(needed));
    Diagnostic::new(
        Code::E0801,
        format!("role `{role}` trusts only {trusts}, but {needs} needs to assume it"),
        place,
        "used here",
    )
    .label(trusted.span, "declares what the role trusts")
    .help(if exists {
        format!("use another role; or add {needs} to the trust policy of the role in AWS, and write `for {needed}`")
    } else {
        format!("write `for {needed}`; if {trusts} also uses this role, declare a second role")
    })
}
