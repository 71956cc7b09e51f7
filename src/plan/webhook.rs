//! Webhooks: how a source reports its changes if CodePipeline cannot receive events of its provider.

use super::declared::Naming;
use super::names::{NameKind, logical_id};
use super::{ActionPlan, Plan, WebhookPlan};
use crate::hir::PipelineId;

/// Plans a webhook for each source that supports one and does not poll.
pub fn webhooks(naming: &Naming, plan: &Plan) -> Vec<WebhookPlan> {
    let mut webhooks = Vec::new();
    for (index, pipeline) in plan.pipelines.entries() {
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            let Some((authentication, secret, filters)) = detection(naming, index, action) else { continue };
            let what = format!("{}-{}", pipeline.identity.symbol, action.name);
            let id = logical_id("Webhook", &what);
            let mut identity = naming.derived(NameKind::Webhook, &pipeline.name, &action.name, id, action.span);
            identity.symbol = what;
            identity.of_action = true;
            let hir = naming.scope.hir;
            let under = hir.pipelines[index].actions.get(action.id).and_then(|written| written.starts_under);
            identity.condition = under.map(|id| hir.conditions[id].name.clone());
            let action = action.name.clone();
            webhooks.push(WebhookPlan { identity, pipeline: index, action, authentication, secret, filters });
        }
    }
    webhooks
}

type Detection = (String, super::Expr, Vec<(String, String)>);

/// Returns the authentication, secret, and filters of a source's webhook, if it uses one.
fn detection(naming: &Naming, pipeline: PipelineId, action: &ActionPlan) -> Option<Detection> {
    let hir = naming.scope.hir.pipelines.get(pipeline).filter(|pipeline| pipeline.generate)?.actions.get(action.id)?;
    let detection = hir.action_type.change_detection.as_ref()?;
    let webhook = detection.webhook.as_ref()?;
    let is_set = |(key, text): (&String, &String)| {
        action.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text))
    };
    if !detection.set.iter().all(is_set) {
        return None;
    }
    let secret = action.configuration.get(&webhook.secret)?.text.clone();
    let filters = webhook.filters.iter().map(|(path, matches)| (path.clone(), matches.clone())).collect();
    Some((webhook.authentication.clone(), secret, filters))
}
