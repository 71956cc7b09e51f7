//! Pipelines with their artifact stores.

use crate::catalog;
use crate::hir::{Entity, Pipeline, PipelineId};

use super::changes::{Change, Changes};
use super::declared::Naming;
use super::names::logical_id_of;
use super::store::{other_region, site_of};
use super::{
    Data, Identity, PipelinePlan, Plan, Properties, RESTART, Site, VariablePlan, configuration, order, start, store,
    trigger,
};

/// Plans a pipeline with its artifact bucket. Its role is derived later.
pub fn pipeline(naming: &Naming, plan: &Plan, id: PipelineId) -> Changes {
    let mut changes = Changes::of(plan);
    let hir = &naming.scope.hir.pipelines[id];
    changes.extend(start::watched_buckets(naming, id).into_iter().map(Change::Watched));
    let stores = store::stores(naming, plan, &mut changes, hir);
    let scope = naming.scope.within(id);
    let (positions, uneven) = order::positions(hir);
    let mut stages = configuration::stages(&scope, id, &positions);
    for action in stages.iter_mut().flat_map(|stage| &mut stage.actions) {
        let written = hir.action(action.id);
        action.region = other_region(scope.hir, plan, written).map(|region| region.node);
        action.site = site_of(plan, written);
    }
    changes.pipelines.push(PipelinePlan {
        needs: Vec::new(),
        identity: Identity {
            symbol: hir.symbol.node.clone(),
            span: hir.span,
            of_action: false,
            logical_id: logical_id_of(hir),
            name: Some(naming.name_of_pipeline(hir)),
            fixed: None,
            site: Site::Home,
            doc: hir.doc.clone(),
            resource_attributes: hir.resource_attributes.as_ref().map(|value| scope.data(value)),
            condition: scope.hir.name_of_condition(hir.condition.as_ref()),
            imported: None,
        },
        name: hir.name.node.clone(),
        generate: hir.generate,
        named: hir.named,
        pipeline_type: hir.pipeline_type,
        type_left_out: hir.type_left_out,
        mode: hir.mode.as_ref().map(|mode| mode.node.clone()),
        role: hir.role.as_ref().map(|role| Entity::Role(role.node)),
        store: stores.bucket,
        key: stores.key,
        stores: stores.others,
        variables: hir.variables.iter().map(variable).collect(),
        tags: hir.tags.iter().map(|(key, value)| (key.node.clone(), scope.plain(value))).collect(),
        stages,
        triggers: trigger::triggers(scope.hir, hir),
        logs: Vec::new(),
        positions,
        uneven,
        properties: restart(hir),
        raw: hir.raw.as_ref().map(|raw| scope.data(raw)),
    });
    changes
}

fn restart(pipeline: &Pipeline) -> Properties {
    if pipeline.restart_on_update { vec![(RESTART.to_owned(), Data::Plain(true.into()))] } else { Vec::new() }
}

fn variable(variable: &crate::hir::Variable) -> VariablePlan {
    VariablePlan {
        name: variable.name.node.clone(),
        default: variable.default.as_ref().map(|default| default.node.clone()),
        doc: variable.doc.clone(),
    }
}

/// Returns the days until artifacts expire. Default: never, if a stage can roll back to the artifacts of an earlier
/// execution.
pub fn expiry(pipeline: &Pipeline) -> Option<u64> {
    match &pipeline.store.expire {
        Some(days) => Some(u64::from(days.node)),
        None if pipeline.stages.iter().any(|stage| stage.rollback().is_some()) => None,
        None => Some(default_expiry()),
    }
}

/// Returns the default days until artifacts expire in the catalog.
fn default_expiry() -> u64 {
    let slot = catalog::declaration("artifacts").and_then(|declaration| declaration.slot_of_attribute("expire"));
    let days = slot.and_then(|slot| slot.emit.as_deref()).and_then(|text| text.strip_suffix('d'));
    days.and_then(|days| days.parse().ok()).unwrap_or(90)
}
