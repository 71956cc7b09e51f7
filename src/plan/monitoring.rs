//! Notifications and dashboards of pipelines.

use serde_json::{Value as Json, json};

use crate::catalog;
use crate::hir::{Dashboard, Entity, Notification, Pipeline, PipelineId, Value, ValueKind};

use super::declared::Naming;
use super::names::{NameKind, logical_id};
use super::properties::properties;
use super::{DashboardPlan, Expr, Identity, NotificationPlan};

/// Plans the notification rules of a pipeline.
pub fn notifications(naming: &Naming, id: PipelineId) -> Vec<NotificationPlan> {
    let pipeline = &naming.scope.hir.pipelines[id];
    let mut planned: Vec<NotificationPlan> = Vec::new();
    for notification in &pipeline.notifications {
        let again =
            pipeline.notifications.iter().take(planned.len()).filter(|it| it.topic.node == notification.topic.node);
        let number = again.count() + 1;
        planned.push(notification_rule(naming, id, pipeline, notification, number));
    }
    planned
}

fn notification_rule(
    naming: &Naming,
    id: PipelineId,
    pipeline: &Pipeline,
    notification: &Notification,
    number: usize,
) -> NotificationPlan {
    let topic = &naming.scope.hir.symbol(Entity::Topic(notification.topic.node)).node;
    let what = if number == 1 { topic.clone() } else { format!("{topic}-{number}") };
    let symbol = format!("{}-{what}", pipeline.symbol.node);
    let asked = notification.attributes.get("name").map(|name| naming.scope.plain(&name.value));
    let logical = logical_id("Notification", &symbol);
    let derived = naming.derived(NameKind::Notification, &pipeline.name.node, &what, logical, notification.span);
    let made = match &pipeline.deploy_name {
        Some(_) => Some(naming.name_of_pipeline(pipeline).then(format!("-{what}"))),
        None => derived.fixed.clone(),
    };
    NotificationPlan {
        // CloudFormation generates no names for these.
        identity: Identity {
            symbol,
            name: asked.or(made),
            condition: naming.scope.hir.name_of_condition(notification.condition.as_ref()),
            ..derived
        },
        pipeline: id,
        topic: Entity::Topic(notification.topic.node),
        events: notification.events.clone(),
        properties: properties(&naming.scope, "notify", &notification.attributes, &["name", "on"]),
    }
}

/// Plans the dashboard of a pipeline.
pub fn dashboard(naming: &Naming, id: PipelineId) -> Option<DashboardPlan> {
    let pipeline = &naming.scope.hir.pipelines[id];
    let dashboard = pipeline.dashboard.as_ref()?;
    let logical = logical_id("Dashboard", &pipeline.symbol.node);
    let mut identity = naming.derived(NameKind::Dashboard, &pipeline.name.node, "dashboard", logical, dashboard.span);
    identity.symbol = format!("{}-dashboard", pipeline.symbol.node);
    identity.condition = naming.scope.hir.name_of_condition(dashboard.condition.as_ref());
    if let Some(name) = dashboard.attributes.get("name") {
        identity.name = Some(naming.scope.plain(&name.value));
    }
    Some(DashboardPlan { identity, pipeline: id, body: body(naming, pipeline, dashboard) })
}

/// Columns of a dashboard, and the height of a widget in rows.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html> (2026-11-23)
const COLUMNS: usize = 24;
const ROWS: usize = 6;

/// The period of a metric, in seconds.
const PERIOD: u32 = 3600;

/// Returns the body of the dashboard. Its placeholders are filled with values that are known at deployment.
fn body(naming: &Naming, pipeline: &Pipeline, dashboard: &Dashboard) -> Expr {
    let projects = if dashboard.shows("builds") { projects(naming, pipeline) } else { Vec::new() };
    let mut rows: Vec<Vec<(String, Json)>> = vec![of_pipeline(dashboard)];
    rows.extend((0..projects.len()).map(of_project));
    rows.retain(|row| !row.is_empty());
    let mut widgets = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let width = COLUMNS / row.len().max(1);
        for (index, (title, metrics)) in row.iter().enumerate() {
            widgets.push(json!({
                "type": "metric", "x": index * width, "y": number * ROWS, "width": width, "height": ROWS,
                "properties": {
                    "title": title, "view": "timeSeries", "region": "${Region}", "period": PERIOD, "metrics": metrics,
                },
            }));
        }
    }
    let text = json!({ "widgets": widgets }).to_string();
    let name = |placeholder: &str| {
        if placeholder == PIPELINE {
            return Some(naming.name_of_pipeline(pipeline));
        }
        let index: usize = placeholder.strip_prefix(PROJECT)?.parse().ok()?;
        projects.get(index).cloned()
    };
    Expr::fill(&text, &name)
}

/// The placeholder of the pipeline's name.
const PIPELINE: &str = "Pipeline";

/// The prefix of the placeholders for project names.
const PROJECT: &str = "Project";

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/metrics-dimensions.html> (2026-11-23)
fn of_pipeline(dashboard: &Dashboard) -> Vec<(String, Json)> {
    let name = format!("${{{PIPELINE}}}");
    let metric = |metric: &str, statistic: &str, label: &str| json!(["AWS/CodePipeline", metric, "PipelineName", name, { "stat": statistic, "label": label }]);
    let mut row = Vec::new();
    if dashboard.shows("duration") {
        let curves =
            [metric("PipelineDuration", "Average", "average"), metric("PipelineDuration", "Maximum", "longest")];
        row.push((format!("{name}: duration of executions in seconds"), Json::from(curves.to_vec())));
    }
    if dashboard.shows("failures") {
        row.push((format!("{name}: failed executions"), json!([metric("FailedPipelineExecutions", "Sum", "failed")])));
    }
    row
}

/// <https://docs.aws.amazon.com/codebuild/latest/userguide/cloudwatch_metrics-codebuild.html> (2026-11-23)
fn of_project(index: usize) -> Vec<(String, Json)> {
    let name = format!("${{{PROJECT}{index}}}");
    let metric = |metric: &str, statistic: &str, label: &str| json!(["AWS/CodeBuild", metric, "ProjectName", name, { "stat": statistic, "label": label }]);
    let counts = json!([metric("Builds", "Sum", "all"), metric("FailedBuilds", "Sum", "failed")]);
    let duration = json!([metric("Duration", "Average", "average"), metric("Duration", "Maximum", "longest")]);
    vec![(format!("{name}: builds"), counts), (format!("{name}: duration of builds in seconds"), duration)]
}

/// Returns the names of the projects that a pipeline runs, each once, in the order of its actions and rules.
fn projects(naming: &Naming, pipeline: &Pipeline) -> Vec<Expr> {
    let of_actions = pipeline.actions.iter().filter(|it| it.action_type.runs_project());
    let of_actions = of_actions.filter_map(|it| it.value("ProjectName"));
    let of_rules = pipeline.rules().filter_map(|rule| rule.value("ProjectName"));
    let mut names: Vec<Expr> = Vec::new();
    for value in of_actions.chain(of_rules) {
        let name = existing_name(naming, value).unwrap_or_else(|| naming.scope.plain(value));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the name of a project that may not exist, so that the dashboard cannot refer to it.
fn existing_name(naming: &Naming, value: &Value) -> Option<Expr> {
    let ValueKind::Entity(entity) = value.kind else { return None };
    let declaration = naming.scope.hir.declaration(entity).filter(|it| it.condition.is_some())?;
    naming.declared(entity, declaration).name
}

/// Returns the pattern of an event that starts a pipeline.
pub fn pattern(naming: &Naming, event: &crate::hir::StartEvent) -> super::Data {
    let attributes = event.pattern().map(|(word, attribute)| (word.clone(), attribute.clone())).collect();
    super::Data::Map(properties(&naming.scope, "event", &attributes, &[]))
}

/// Returns the bus that receives an event, if it is not the default one.
pub fn bus(naming: &Naming, event: &crate::hir::StartEvent) -> Option<Expr> {
    let slot = catalog::declaration("event")?.slot_of_attribute("bus")?;
    event.attributes.get("bus").map(|bus| naming.scope.in_slot(&bus.value, slot))
}
