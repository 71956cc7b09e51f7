//! Whether an action can run in its account and Region.

use crate::catalog::{Category, Owner};
use crate::check::{Place, Subject};
use crate::diagnostic::families::environments::Unfit;
use crate::hir::{Action, Entity, Ownership};
use crate::plan::{is_foreign, other_region};
use crate::source::Span;

/// Returns why an action cannot run in its account and Region, the span that sets these, and another relevant span.
pub(in crate::check) fn unfit<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Unfit<'a>, Span, Option<Span>)> {
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
        let differ = match (in_account, in_region) {
            (true, true) => "accounts and Regions",
            (true, false) => "accounts",
            (false, _) => "Regions",
        };
        return Some((Unfit::Project { project: &project.declaration.symbol.node, differ }, said, Some(declared)));
    }
    if in_account && action.action_type.home_outputs && !action.outputs.is_empty() {
        return Some((Unfit::Outputs, said, None));
    }
    foreign_artifact(subject, place).filter(|_| in_account)
}

/// Returns an artifact from a third account that an action in another account reads.
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
