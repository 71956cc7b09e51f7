//! Builds, pipelines, triggers, and notifications: projects, pipelines, event rules, webhooks, notification rules,
//! dashboards.

use crate::catalog::decisions::DecisionId;

use super::super::{
    CachePlan, CustomTypePlan, DashboardPlan, Data, Entity, EnvironmentVariable, Expr, NotificationPlan, Piece,
    PipelinePlan, Plan, ProjectPlan, RulePlan, WaitsFor, WebhookPlan,
};
use super::{ResourcePlan, map, nothing};

/// `AWS::CodeBuild::Project`
pub fn project(project: &ProjectPlan) -> ResourcePlan {
    let identity = &project.identity;
    let mut resource = ResourcePlan::given(identity, "AWS::CodeBuild::Project");
    identity.name.iter().for_each(|name| resource.set("Name", name.clone()));
    resource.describe(identity.doc.as_deref(), "project-description");
    if let Some(role) = project.role {
        resource.set("ServiceRole", Expr::from(Piece::Arn(role)));
    }
    resource.decide(DecisionId::ProjectArtifacts, &nothing);
    resource.decide(DecisionId::ProjectSource, &nothing);
    if let Some(buildspec) = &project.buildspec {
        resource.set("Source.BuildSpec", buildspec.clone());
    }
    resource.set_all(&project.properties);
    let variable = |variable: &EnvironmentVariable| {
        map([
            ("Name", variable.name.as_str().into()),
            ("Type", variable.kind.aws().into()),
            ("Value", variable.value.clone().into()),
        ])
    };
    if !project.variables.is_empty() {
        let variables: Vec<Data> = project.variables.iter().map(variable).collect();
        resource.set("Environment.EnvironmentVariables", variables);
    }
    // The project refers to a group that the template creates, so that the group is created before the project.
    if let Some(group) = project.logs.as_ref().and_then(|logs| logs.logical_id.clone()) {
        resource.set("LogsConfig.CloudWatchLogs.GroupName", Expr::from(Piece::Ref(group)));
    }
    match &project.cache {
        Some(CachePlan::Local(modes)) => {
            let modes: Vec<Data> = modes.iter().map(|mode| mode.as_str().into()).collect();
            resource.set("Cache", map([("Type", "LOCAL".into()), ("Modes", modes.into())]));
        }
        Some(CachePlan::S3(location)) => {
            resource.set("Cache", map([("Type", "S3".into()), ("Location", location.clone().into())]));
        }
        None => {}
    }
    resource.raw.clone_from(&project.raw);
    resource
}

/// `AWS::CodePipeline::Pipeline`, without its definition. It is created after the action types that it uses, and after
/// the log groups of its actions, which CodePipeline would otherwise create in the first execution.
pub fn pipeline(plan: &Plan, pipeline: &PipelinePlan) -> ResourcePlan {
    let mut resource = ResourcePlan::given(&pipeline.identity, "AWS::CodePipeline::Pipeline");
    resource.doc.clone_from(&pipeline.identity.doc);
    let used = |made: &&CustomTypePlan| {
        pipeline.stages.iter().flat_map(|stage| &stage.actions).any(|action| action.action_type == made.id)
    };
    let types = plan.action_types.iter().filter(used).map(|made| made.identity.logical_id.clone());
    let groups = pipeline.logs.iter().filter(|(site, _)| *site == super::Site::Home);
    resource.after = types.chain(groups.filter_map(|(_, logs)| logs.logical_id.clone())).collect();
    resource.raw.clone_from(&pipeline.raw);
    resource
}

/// `AWS::CodePipeline::Webhook`
pub fn webhook(webhook: &WebhookPlan) -> ResourcePlan {
    let id = webhook.identity.logical_id.as_str();
    let mut resource = ResourcePlan::new(id, "AWS::CodePipeline::Webhook").with(&webhook.identity);
    let filter = |(path, matches): &(String, String)| {
        map([("JsonPath", path.as_str().into()), ("MatchEquals", matches.as_str().into())])
    };
    webhook.identity.name.iter().for_each(|name| resource.set("Name", name.clone()));
    resource.set("Authentication", webhook.authentication.as_str());
    resource.set("AuthenticationConfiguration", map([("SecretToken", webhook.secret.clone().into())]));
    resource.set("Filters", webhook.filters.iter().map(filter).collect::<Vec<_>>());
    resource.decide(DecisionId::WebhookRegistration, &nothing);
    resource.set("TargetPipeline", Expr::from(Piece::Name(Entity::Pipeline(webhook.pipeline))));
    resource.set("TargetAction", webhook.action.as_str());
    resource
}

/// `AWS::Events::Rule`
pub fn rule(rule: &RulePlan) -> ResourcePlan {
    let mut resource = ResourcePlan::given(&rule.identity, "AWS::Events::Rule");
    rule.identity.name.iter().for_each(|name| resource.set("Name", name.clone()));
    rule.description.iter().for_each(|description| resource.set("Description", description.clone()));
    match &rule.waits_for {
        WaitsFor::Pattern(pattern) => resource.set("EventPattern", pattern.clone()),
        WaitsFor::Schedule(schedule) => resource.set("ScheduleExpression", schedule.as_str()),
    }
    rule.bus.iter().for_each(|bus| resource.set("EventBusName", bus.clone()));
    match &rule.state {
        Some(state) => resource.set("State", state.clone()),
        None if rule.generate => resource.decide(DecisionId::RuleState, &nothing),
        None => {}
    }
    let works_under = rule.role.clone().map(Data::Text);
    let target = map([
        ("Id", rule.target.as_str().into()),
        ("Arn", Expr::from(Piece::Arn(Entity::Pipeline(rule.pipeline))).into()),
        ("RoleArn", works_under.unwrap_or(Data::Plain(serde_json::Value::Null))),
    ]);
    resource.set("Targets", vec![target]);
    resource.raw.clone_from(&rule.raw);
    resource
}

/// `AWS::CodeStarNotifications::NotificationRule`. AWS checks whether it can publish to its topic when it is created,
/// so the topic's policy is created before it.
pub fn notification(plan: &Plan, notification: &NotificationPlan) -> ResourcePlan {
    let id = notification.identity.logical_id.as_str();
    let mut resource =
        ResourcePlan::new(id, "AWS::CodeStarNotifications::NotificationRule").with(&notification.identity);
    notification.identity.name.iter().for_each(|name| resource.set("Name", name.clone()));
    resource.set("Resource", Expr::from(Piece::Arn(Entity::Pipeline(notification.pipeline))));
    let events: Vec<Data> = notification.events.iter().map(|event| event.as_str().into()).collect();
    resource.set("EventTypeIds", events);
    let address = Expr::from(Piece::Arn(notification.topic));
    resource.set("Targets", vec![map([("TargetType", "SNS".into()), ("TargetAddress", address.into())])]);
    resource.set_all(&notification.properties);
    let topic = plan.identity(notification.topic).filter(|identity| identity.is_owned());
    resource.after = topic.map(|topic| format!("{}Policy", topic.logical_id)).into_iter().collect();
    resource
}

/// `AWS::CloudWatch::Dashboard`
pub fn dashboard(dashboard: &DashboardPlan) -> ResourcePlan {
    let id = dashboard.identity.logical_id.as_str();
    let mut resource = ResourcePlan::new(id, "AWS::CloudWatch::Dashboard").with(&dashboard.identity);
    dashboard.identity.name.iter().for_each(|name| resource.set("DashboardName", name.clone()));
    resource.set("DashboardBody", dashboard.body.clone());
    resource
}
