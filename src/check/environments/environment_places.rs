//! E0816: actions and rules that cannot run in the location that `in` or `region` sets, or one role in two accounts.
//! E0817: pipelines of one file in two locations.

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
            let environment = subject.hir.environment(place.action).map(|it| it.declaration.symbol.as_str());
            let said = match (environment, &place.action.region) {
                (Some(name), _) => (format!("in {name}"), format!("environment `{name}`")),
                (None, Some(region)) => ("region".to_owned(), region.node.clone()),
                (None, None) => continue,
            };
            let runner = Runner { name: &place.action.symbol, kind: "action", clause: &said.0, place: &said.1 };
            findings.about(place, cannot_run(&runner, why, span, other, subject.plan.home.region.as_deref()));
        }
    }
    for place in subject.rules() {
        let Some(region) = rule_region(subject.plan, place.rule) else { continue };
        let Some(id) = place.rule.project() else { continue };
        let project = subject.hir.projects.get(id).map(|project| &project.declaration);
        if let Some(project) = project.filter(|project| project.ownership == Ownership::Owned) {
            let declared = subject.hir.declared_at(Entity::Project(id));
            let why = Unfit::Project { project: &project.symbol.node, differ: "Regions" };
            let runner = Runner { name: place.rule.word, kind: "rule", clause: "region", place: &region.node };
            findings.push(cannot_run(&runner, why, region.span, Some(declared), subject.plan.home.region.as_deref()));
        }
    }
    shared_roles(subject, findings);
    homes(subject.hir, "account", |pipeline| pipeline.account.as_ref(), findings);
    homes(subject.hir, "Region", |pipeline| pipeline.region.as_ref(), findings);
}

/// Checks for declared roles that environments in two accounts share. A role is created once, in one account. One of
/// the environments is reported.
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

/// Checks that all pipelines that set their account and Region set the same ones.
fn homes(hir: &Hir, what: &str, of: fn(&Pipeline) -> Option<&Spanned<String>>, findings: &mut Findings) {
    let stated = || hir.pipelines.iter().filter_map(of);
    let Some(first) = stated().min_by_key(|place| &place.node) else { return };
    for other in stated().filter(|other| other.node != first.node) {
        findings.push(two_homes(what, other.span, first.span));
    }
}

/// An action or a rule in another account or Region.
struct Runner<'a> {
    name: &'a str,
    /// `action` or `rule`.
    kind: &'a str,
    /// The clause that sets it: `in prod`, `region`.
    clause: &'a str,
    /// The Region or the environment.
    place: &'a str,
}

/// An action that cannot run in the location that `in` or `region` sets. `home` is the pipeline's Region.
fn cannot_run(runner: &Runner<'_>, why: Unfit<'_>, place: Span, other: Option<Span>, home: Option<&str>) -> Diagnostic {
    let Runner { name: action, kind, clause, place: there } = *runner;
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
        Unfit::Project { project, differ } => (
            format!("{kind} `{action}` and its project `{project}` are in different {differ}"),
            "",
            format!("{}, or write the name of another project, which exists in {there}, in quotes", remove()),
        ),
        Unfit::Outputs => (
            format!("build `{action}` in another account cannot have output artifacts"),
            "not the pipeline's account",
            format!("{}, or remove `->` and its artifacts", remove()),
        ),
        Unfit::Artifact(artifact) => (
            format!("action `{action}` cannot read artifact `{artifact}` from a third account"),
            "produced in neither this account nor the pipeline's",
            "first copy the artifact with an action in the pipeline's account".to_owned(),
        ),
        Unfit::Region => (
            format!("action `{action}` sets both a Region and an environment"),
            "conflicts with `in`",
            "remove `region`; the environment sets it".to_owned(),
        ),
    };
    let diagnostic = Diagnostic::new(Code::E0816, message, place, label).help(help);
    match other {
        Some(other) if matches!(why, Unfit::Project { .. }) => diagnostic.label(
            other,
            match (why, home) {
                (Unfit::Project { differ: "Regions", .. }, Some(home)) => format!("created in {home}"),
                (Unfit::Project { differ: "Regions", .. }, None) => "created in the pipeline's Region".to_owned(),
                _ => "created in the pipeline's account and Region".to_owned(),
            },
        ),
        Some(other) if matches!(why, Unfit::Artifact(_)) => diagnostic.label(other, "produced here"),
        Some(other) => diagnostic.label(other, "sets the Region"),
        None => diagnostic,
    }
}

/// A declared role that environments in two accounts use.
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
        "differs from the value in the other pipeline",
    )
    .label(first, "the other pipeline")
    .help("use the same value, or move one pipeline to its own file; the pipelines of a file share a template")
}
