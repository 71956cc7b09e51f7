//! E0816: actions and rules that cannot run where `in` or `region` puts them, or one role in two accounts.
//! E0817: pipelines of one file in two places.

use crate::catalog::{Category, Owner};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::environments::{self, Unfit};
use crate::hir::{Action, Entity, Hir, Ownership, Pipeline, RoleId};
use crate::plan::{is_foreign, other_region, rule_region};
use crate::source::{Span, Spanned};

use super::{Place, Subject};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
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
            diagnostics.push(environments::cannot_run(&place.action.symbol, why, span, other, clause));
        }
    }
    for place in subject.rules() {
        let Some(region) = rule_region(subject.plan, place.rule) else { continue };
        let Some(id) = place.rule.project() else { continue };
        let project = subject.hir.projects.get(id).map(|project| &project.declaration);
        if let Some(project) = project.filter(|project| project.ownership == Ownership::Owned) {
            let declared = subject.hir.declared_at(Entity::Project(id));
            let why = Unfit::Project(&project.symbol.node);
            diagnostics.push(environments::cannot_run(place.rule.word, why, region.span, Some(declared), "region"));
        }
    }
    shared_roles(subject, diagnostics);
    homes(subject.hir, "account", |pipeline| pipeline.account.as_ref(), diagnostics);
    homes(subject.hir, "Region", |pipeline| pipeline.region.as_ref(), diagnostics);
}

/// Why an action cannot run where it is put, where that is said, and another place that matters.
pub(super) fn unfit<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Unfit<'a>, Span, Option<Span>)> {
    let action = place.action;
    let header = action.environment.as_ref().map(|environment| environment.span);
    if let (Some(header), Some(region)) = (header, &action.region) {
        return Some((Unfit::Region, region.span, Some(header)));
    }
    let said = header.or_else(|| action.region.as_ref().map(|region| region.span))?;
    let in_region = other_region(subject.hir, subject.plan, action).is_some();
    let in_account = is_foreign(subject.plan, action);
    if !in_region && !in_account {
        return None;
    }
    if action.category == Category::Source && in_region {
        return Some((Unfit::Source, said, None));
    }
    if action.category == Category::Approval {
        return Some((Unfit::Approval, said, None));
    }
    if action.action_type.owner != Owner::Aws {
        return Some((Unfit::Type(&action.action_type.provider), said, None));
    }
    if !action.action_type.cross_region && in_region {
        return Some((Unfit::Type(&action.action_type.provider), said, None));
    }
    let project = action.project().and_then(|id| subject.hir.projects.get(id).map(|project| (id, project)));
    if let Some((id, project)) = project.filter(|(_, it)| it.declaration.ownership == Ownership::Owned) {
        let declared = subject.hir.declared_at(Entity::Project(id));
        return Some((Unfit::Project(&project.declaration.symbol.node), said, Some(declared)));
    }
    if in_account && action.is_provider("CodeBuild") && !action.outputs.is_empty() {
        return Some((Unfit::Outputs, said, None));
    }
    foreign_artifact(subject, place).filter(|_| in_account)
}

/// An artifact from a third account that an action in another account reads.
fn foreign_artifact<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Unfit<'a>, Span, Option<Span>)> {
    let account = |action: &Action| {
        let environment = subject.plan.environments.get(action.environment.as_ref()?.node)?;
        environment.account.clone()
    };
    let own = account(place.action)?;
    place.action.inputs.iter().find_map(|input| {
        let artifact = &place.pipeline.artifacts[input.artifact];
        let producer = &place.pipeline.actions[artifact.producer];
        let differs = account(producer).is_some_and(|made| made != own);
        differs.then_some((Unfit::Artifact(&artifact.name.node), input.span, Some(artifact.name.span)))
    })
}

/// A declared role is made once, in one account: environments in two cannot share it. One of them is reported.
fn shared_roles(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
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
                    diagnostics.push(environments::role_in_two_accounts(name, role.span, *span));
                }
                Some(_) => {}
                None => users.push((role.node, account, role.span)),
            }
        }
    }
}

/// Whether all pipelines that say where they live say the same.
fn homes(hir: &Hir, what: &str, of: fn(&Pipeline) -> Option<&Spanned<String>>, diagnostics: &mut Diagnostics) {
    let stated = || hir.pipelines.iter().filter_map(of);
    let Some(first) = stated().min_by_key(|place| &place.node) else { return };
    for other in stated().filter(|other| other.node != first.node) {
        diagnostics.push(environments::two_homes(what, other.span, first.span));
    }
}
