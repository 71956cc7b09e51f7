//! E0873, W0873: declared roles with which an action or a rule does not run, or may fail. W0874: code of the repository
//! that runs with all permissions of the pipeline.

use crate::catalog::Reader;
use crate::check::support::pipeline_needs::{DISPENSABLE, is_on_derived_role};
use crate::check::support::role_lacks::{denied, lack, missing_statements};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::roles::{self as families, RoleLack, some, some_or, some_statements};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{Entity, Pipeline, PipelineId, RoleId};
use crate::plan::{Grant, is_foreign};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "action-roles", codes: &[Code::E0873, Code::W0873, Code::W0874], run: check };

/// Code of the repository that runs with the role of a pipeline.
struct CodeUser<'a> {
    pipeline_id: PipelineId,
    pipeline: &'a Pipeline,
    /// The action, unless a rule runs the code.
    action: Option<Place<'a>>,
    user: Phrase,
    place: Span,
    /// The attribute that would name another role.
    attribute: &'static str,
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut code: Vec<CodeUser<'_>> = Vec::new();
    for place in subject.actions() {
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        let user = Phrase::from(place.owner());
        let runs_code = place.action.action_type.own_role;
        match &place.action.role {
            Some(role) => {
                // Artifacts that the role of a project reads are no business of the action's role.
                let is_own = |need: &&Grant| {
                    let mut actions = need.actions.iter();
                    let only_reads = actions.all(|action| action.starts_with("s3:") || action.starts_with("kms:"));
                    place.action.action_type.reader != Some(Reader::Project) || !only_reads
                };
                let needs: Vec<Grant> = planned.needs.iter().filter(is_own).cloned().collect();
                if let Some(found) = look_at_role(subject, &user, role, &needs) {
                    findings.about(place, found);
                }
            }
            None if runs_code && planned.role.is_none() => {
                let (pipeline, at) = (place.pipeline, place.action.name.span);
                code.push(CodeUser {
                    pipeline_id: place.pipeline_id,
                    pipeline,
                    action: Some(place),
                    user,
                    place: at,
                    attribute: "action-role",
                });
            }
            None if runs_code => beside_others(subject, place, &user, findings),
            None => {}
        }
    }
    for place in subject.rules() {
        let Some(planned) = place.planned else { continue };
        let user = phrase!["rule ", PipeCode::Rule(place.rule.word.to_owned())];
        match &place.rule.role {
            Some(role) => findings.extend(look_at_role(subject, &user, role, &planned.needs)),
            None if place.rule.rule_type.own_role && planned.role.is_none() => {
                let (pipeline, at) = (place.pipeline, place.rule.span);
                code.push(CodeUser {
                    pipeline_id: place.pipeline_id,
                    pipeline,
                    action: None,
                    user,
                    place: at,
                    attribute: "role",
                });
            }
            None => {}
        }
    }
    under_pipelines(&code, findings);
}

fn look_at_role(subject: &Subject<'_>, user: &Phrase, named: &Spanned<RoleId>, needs: &[Grant]) -> Option<Diagnostic> {
    let role = &subject.hir.roles[named.node];
    if let Some(denied) = denied(subject, named.node, needs, &DISPENSABLE) {
        let code = if denied.certain { Code::E0873 } else { Code::W0873 };
        let list = some(&denied.actions, "other call");
        let denies = format!("role `{}` denies {list}, which ", role.declaration.symbol.node);
        let message = phrase![denies, user, " needs"];
        let places = [(named.span, "used here".to_owned())];
        return Some(families::denied(code, message, denied.statement, &places, &denied.actions));
    }
    let lack = lack(subject, named.node, "pipeline", needs, &DISPENSABLE)?;
    let (derived, nameable): (Vec<_>, Vec<_>) =
        lack.needs.iter().partition(|(need, _)| is_on_derived_role(subject, need));
    let (lines, unnamed_bucket) = missing_statements(subject, nameable);
    let lack = RoleLack {
        role: &role.declaration.symbol,
        user: user.as_text(),
        used: named.span,
        actions: &lack.actions,
        lines: &lines,
        unnamed_bucket,
        certain: lack.certain,
        elsewhere: lack.elsewhere.as_ref(),
    };
    Some(cannot_act(&lack, user, !derived.is_empty()))
}

/// Checks an action in another account, where all actions of an environment share its role.
fn beside_others(subject: &Subject<'_>, place: Place<'_>, user: &Phrase, findings: &mut Findings) {
    let Some(environment) = place.action.environment.as_ref().filter(|_| is_foreign(subject.plan, place.action)) else {
        return;
    };
    let beside = |other: &Place<'_>| {
        let there = other.action.environment.as_ref().map(|it| it.node) == Some(environment.node);
        there && other.action.role.is_none() && !other.action.action_type.own_role
    };
    if let Some(other) = subject.actions().find(beside) {
        let name = &subject.hir.symbol(Entity::Environment(environment.node)).node;
        findings.about(place, code_beside(user, environment.span, name, other.action.name.span));
    }
}

/// Reports code that runs with the role of a pipeline, once for each pipeline: if the file names that role, no separate
/// one is derived.
fn under_pipelines(code: &[CodeUser<'_>], findings: &mut Findings) {
    for (index, first) in code.iter().enumerate() {
        let of_pipeline = |other: &&CodeUser<'_>| other.pipeline_id == first.pipeline_id;
        if code.iter().take(index).any(|other| of_pipeline(&other)) {
            continue;
        }
        let Some(role) = first.pipeline.role.as_ref().filter(|_| first.pipeline.raw.is_none()) else { continue };
        let others: Vec<Span> = code.iter().skip(index + 1).filter(of_pipeline).map(|other| other.place).collect();
        let found = code_with_everything(first, role.span, &others);
        match first.action {
            Some(place) => findings.about(place, found),
            None => findings.push(found),
        }
    }
}

/// A declared role that lacks permissions of an action or a rule.
fn cannot_act(lack: &RoleLack<'_>, user: &Phrase, unnamed_role: bool) -> Diagnostic {
    let message = phrase![format!("role `{}` lacks permissions that ", lack.role.node), user, " needs"];
    let label = format!("does not allow {}", some_or(lack.actions, "other call"));
    let mut diagnostic = lack.diagnostic(if lack.certain { Code::E0873 } else { Code::W0873 }, message, label, &[]);
    if unnamed_role {
        diagnostic = diagnostic.note(phrase![
            "`iam:PassRole` can be allowed only on declared roles: set ",
            PipeCode::set("role", "..."),
            " for each stack"
        ]);
    }
    if lack.lines.is_empty() {
        return diagnostic.help("remove the reference to this role");
    }
    lack.with_typo(diagnostic.help(phrase!["add ", some_statements(lack.lines)]))
}

/// What to do in a document about an action without a role of its own.
const OWN_ROLE: &str = "create a role for this action, and set it in the action";

/// Code of the repository that runs with the role that the file names for the pipeline. `others`: further actions and
/// rules that run code with it.
fn code_with_everything(first: &CodeUser<'_>, role: Span, others: &[Span]) -> Diagnostic {
    let CodeUser { user, attribute, pipeline, .. } = first;
    let all = format!(" runs repository code with all permissions of pipeline `{}`", pipeline.symbol.node);
    let message = phrase![user, all];
    let found = Diagnostic::new(Code::W0874, message, first.place, "has no role of its own")
        .label(role, "this role is used, because the pipeline names it");
    let found =
        others.iter().take(families::MAX_SHOWN).fold(found, |found, place| found.label(*place, "this one, too"));
    found
        .help(phrase![
            "declare `role Name for pipeline { ... }` and set ",
            PipeCode::set(attribute, "Name"),
            ", or remove `role` from the pipeline"
        ])
        .help_in_document(OWN_ROLE)
}

/// An action that runs code of the repository in another account, with the role that other actions use there.
fn code_beside(user: &Phrase, place: Span, environment: &str, other: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0874,
        phrase![user, format!(" runs repository code with all permissions of environment `{environment}`")],
        place,
        "actions in another account share the environment's role",
    )
    .label(other, "also uses that role")
    .help(format!("remove `in {environment}` to give it its own role in the pipeline's account"))
    .help_in_document(OWN_ROLE)
}
