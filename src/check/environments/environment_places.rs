//! E0816: actions and rules that cannot run where `in` or `region` puts them, or one role in two accounts.
//! E0817: pipelines of one file in two places.

use crate::check::support::places::unfit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::environments::Unfit;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Hir, Ownership, Pipeline, RoleId};
use crate::plan::rule_region;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "environment-places", codes: &[Code::E0816, Code::E0817], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        if let Some((why, span, other)) = unfit(subject, place) {
            let clause = match &place.action.environment {
                Some(environment) => subject
                    .hir
                    .environments
                    .get(environment.node)
                    .map(|it| format!("in {}", it.declaration.symbol.node)),
                None => None,
            };
            let clause = clause.as_deref().unwrap_or("region");
            findings.about(place, cannot_run(&place.action.symbol, why, span, other, clause));
        }
    }
    for place in subject.rules() {
        let Some(region) = rule_region(subject.plan, place.rule) else { continue };
        let Some(id) = place.rule.project() else { continue };
        let project = subject.hir.projects.get(id).map(|project| &project.declaration);
        if let Some(project) = project.filter(|project| project.ownership == Ownership::Owned) {
            let declared = subject.hir.declared_at(Entity::Project(id));
            let why = Unfit::Project(&project.symbol.node);
            findings.push(cannot_run(place.rule.word, why, region.span, Some(declared), "region"));
        }
    }
    shared_roles(subject, findings);
    homes(subject.hir, "account", |pipeline| pipeline.account.as_ref(), findings);
    homes(subject.hir, "Region", |pipeline| pipeline.region.as_ref(), findings);
}

/// A declared role is created once, in one account: environments in two accounts cannot share it. One of them is reported.
fn shared_roles(subject: &Subject<'_>, findings: &mut Findings) {
    let mut users: Vec<(RoleId, Option<&str>, Span)> = Vec::new();
    let mut reported: Vec<RoleId> = Vec::new();
    for (environment, planned) in subject.hir.environments.iter().zip(&subject.plan.environments) {
        let account = planned.account.as_deref();
        for role in environment.role().into_iter().chain(environment.action_role()) {
            let declared = &subject.hir.roles[role.node];
            if declared.declaration.ownership != Ownership::Owned {
                continue;
            }
            match users.iter().find(|(known, ..)| *known == role.node) {
                Some((_, first, span)) if *first != account && !reported.contains(&role.node) => {
                    reported.push(role.node);
                    let name = &declared.declaration.symbol.node;
                    findings.push(role_in_two_accounts(name, role.span, *span));
                }
                Some(_) => {}
                None => users.push((role.node, account, role.span)),
            }
        }
    }
}

/// Whether all pipelines that set their account and Region set the same ones.
fn homes(hir: &Hir, what: &str, of: fn(&Pipeline) -> Option<&Spanned<String>>, findings: &mut Findings) {
    let stated = || hir.pipelines.iter().filter_map(of);
    let Some(first) = stated().min_by_key(|place| &place.node) else { return };
    for other in stated().filter(|other| other.node != first.node) {
        findings.push(two_homes(what, other.span, first.span));
    }
}

/// An action that cannot run where `in` or `region` puts it. `clause`: which of them does.
fn cannot_run(action: &str, why: Unfit<'_>, place: Span, other: Option<Span>, clause: &str) -> Diagnostic {
    let remove = || format!("remove `{clause}`");
    let (message, label, help) = match why {
        Unfit::Source => (
            format!("source `{action}` cannot run in another Region"),
            "sources run in the pipeline's Region",
            remove(),
        ),
        Unfit::Approval => (
            format!("approval `{action}` cannot run in another account or Region"),
            "approvals run in the pipeline's account and Region",
            remove(),
        ),
        Unfit::Type(provider) => (
            format!("{provider} action `{action}` cannot run in another account or Region"),
            "must run in the pipeline's account and Region",
            remove(),
        ),
        Unfit::Project(project) => (
            format!("`{action}` and its project `{project}` are in different accounts or Regions"),
            "not the pipeline's account or Region",
            format!("name an existing project there in quotes, or {}", remove()),
        ),
        Unfit::Outputs => (
            format!("build `{action}` in another account cannot have output artifacts"),
            "not the pipeline's account",
            format!("{} or `->`", remove()),
        ),
        Unfit::Artifact(artifact) => (
            format!("`{action}` cannot read artifact `{artifact}` from a third account"),
            "produced in another account",
            "copy the artifact in an action of the pipeline's account first".to_owned(),
        ),
        Unfit::Region => (
            format!("`{action}` sets both a Region and an environment"),
            "conflicts with `in`",
            "remove `region`; the environment sets it".to_owned(),
        ),
    };
    let diagnostic = Diagnostic::new(Code::E0816, message, place, label).help(help);
    match other {
        Some(other) if matches!(why, Unfit::Project(_)) => diagnostic.label(other, "declared here"),
        Some(other) if matches!(why, Unfit::Artifact(_)) => diagnostic.label(other, "produced here"),
        Some(other) => diagnostic.label(other, "sets the Region"),
        None => diagnostic,
    }
}

/// A declared role that environments in two accounts name.
fn role_in_two_accounts(role: &str, place: Span, first: Span) -> Diagnostic {
    let message = format!("role `{role}` cannot be in two accounts");
    Diagnostic::new(Code::E0816, message, place, "uses it in another account")
        .label(first, "created in the account of this environment")
        .help("declare one role per account")
}

/// Two pipelines of one file in different accounts or Regions.
fn two_homes(what: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0817,
        format!("pipelines in one file must have the same {what}"),
        place,
        "differs from the other pipeline",
    )
    .label(first, "the other pipeline")
    .help("use the same value, or move one pipeline to its own file; the pipelines of a file share a template")
}
