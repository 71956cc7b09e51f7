//! CloudFormation templates: all of a plan, or all but its pipelines.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::catalog::PipelineType;
use crate::plan::{FETCHED_BY_INSTANCES, Node, ParamPlan, Plan, Section, Site};

use super::resources::{self, Resource};

/// A template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    format_version: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    parameters: Map<String, Json>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    mappings: Map<String, Json>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    conditions: Map<String, Json>,
    resources: Map<String, Json>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    outputs: Map<String, Json>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraint_description: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_echo: bool,
}

/// What does not end or break a string of JSON, as a Java regular expression.
const JSON_SAFE: &str = r#"[^"\\\p{Cntrl}]*"#;
/// What CloudFormation says of other values.
const JSON_UNSAFE: &str = "becomes part of JSON text: no quotation marks, backslashes, or control characters";

impl Template {
    /// The template as a document.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The parameters by name, and whether each has a default.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, bool)> {
        self.parameters.iter().map(|(name, parameter)| (name.as_str(), parameter.get("Default").is_some()))
    }

    /// How many resources it holds.
    pub fn resource_count(&self) -> usize {
        self.resources.len()
    }
}

/// A document as indented JSON text with a line end behind it.
pub fn json_text(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// A document as JSON text without blanks, and a line end behind it.
pub fn compact_json_text(document: &Json) -> String {
    let mut text = serde_json::to_string(document).unwrap_or_default();
    text.push('\n');
    text
}

/// The template with everything.
pub fn template(plan: &Plan) -> Template {
    let plan = &*plan.seen_from(&Site::Home);
    let mut resources = common(plan, &Site::Home);
    for pipeline in plan.pipelines.iter().filter(|pipeline| pipeline.identity.is_owned()) {
        let groups = pipeline.logs.iter().filter(|(site, _)| *site == Site::Home);
        let groups = groups.filter_map(|(_, logs)| logs.logical_id.as_deref());
        // Else CodePipeline would create the group in its first execution.
        let resource = groups.fold(resources::pipeline(plan, pipeline), Resource::after);
        resources.insert(pipeline.identity.logical_id.clone(), resource);
    }
    let after = |resource: Resource, pipeline: usize| match plan.pipelines.get(pipeline) {
        Some(pipeline) => resource.after(&pipeline.identity.logical_id),
        None => resource,
    };
    for webhook in &plan.webhooks {
        let resource = after(resources::webhook(plan, webhook), webhook.pipeline);
        resources.insert(webhook.identity.logical_id.clone(), resource);
    }
    for notification in &plan.notifications {
        let resource = after(resources::notification(plan, notification), notification.pipeline);
        resources.insert(notification.identity.logical_id.clone(), resource);
    }
    let names: Vec<String> = plan
        .pipelines
        .iter()
        .map(|pipeline| {
            let kind = match pipeline.pipeline_type {
                PipelineType::V1 => "V1",
                PipelineType::V2 => "V2",
            };
            format!("{} (pipeline type {kind})", pipeline.name)
        })
        .collect();
    assemble(plan, &format!("Made by dotpipe: {}", names.join(", ")), resources, outputs(plan))
}

/// The parameter and the condition of a support template that say whether the pipeline has been made: what is attached to
/// it has to come after it.
pub const PIPELINE_EXISTS: &str = "PipelineExists";

/// The template with everything but the pipelines, under the names that their JSON uses.
pub fn support(plan: &Plan) -> Template {
    let plan = &*plan.seen_from(&Site::Home);
    let names: Vec<&str> = plan.pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    let description = format!("Made by dotpipe: what {} needs, without the pipeline itself", names.join(", "));
    let mut resources = common(plan, &Site::Home);
    for notification in &plan.notifications {
        let resource = resources::notification(plan, notification).on_condition(PIPELINE_EXISTS);
        resources.insert(notification.identity.logical_id.clone(), resource);
    }
    for webhook in &plan.webhooks {
        let resource = resources::webhook(plan, webhook).on_condition(PIPELINE_EXISTS);
        resources.insert(webhook.identity.logical_id.clone(), resource);
    }
    let mut template = assemble(plan, &description, resources, Map::new());
    if !plan.notifications.is_empty() || !plan.webhooks.is_empty() {
        let answers = ["false", "true"];
        let parameter = Parameter {
            r#type: "String",
            description: Some(
                "Whether the pipeline has been made, so that notifications and webhooks can be attached to it"
                    .to_owned(),
            ),
            default: answers.first().map(|answer| (*answer).to_owned()),
            allowed_values: answers.iter().map(|answer| (*answer).to_owned()).collect(),
            allowed_pattern: None,
            constraint_description: None,
            no_echo: false,
        };
        template.parameters.insert(PIPELINE_EXISTS.to_owned(), document(&parameter));
        let holds = json!({ "Fn::Equals": [{ "Ref": PIPELINE_EXISTS }, "true"] });
        template.conditions.insert(PIPELINE_EXISTS.to_owned(), holds);
    }
    template
}

/// The template of what must be there in an environment, or in another region that keeps artifacts.
pub fn support_of(plan: &Plan, site: &Site) -> Template {
    let names: Vec<&str> = plan.pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    let place = match site {
        Site::Home => "its own account".to_owned(),
        Site::Region(region) => region.clone(),
        Site::Environment(index) => {
            plan.environments.get(*index).map(|it| format!("environment {}", it.identity.symbol)).unwrap_or_default()
        }
    };
    let description = format!("Made by dotpipe: what {} needs in {place}", names.join(", "));
    let plan = &*plan.seen_from(site);
    assemble(plan, &description, common(plan, site), Map::new())
}

/// Greatest length of a template's description, in bytes.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-23)
const DESCRIPTION: usize = 1024;

fn assemble(
    plan: &Plan,
    description: &str,
    resources: IndexMap<String, Resource>,
    mut outputs: Map<String, Json>,
) -> Template {
    let extra = |section: Section| plan.extra.of(section).map(|entry| (entry.name.node.clone(), entry.json.clone()));
    let mut resources: Map<String, Json> =
        resources.into_iter().map(|(id, resource)| (id, document(&resource))).collect();
    resources.extend(extra(Section::Resources));
    outputs.extend(extra(Section::Outputs));
    let (mappings, conditions): (Map<_, _>, Map<_, _>) =
        (extra(Section::Mappings).collect(), extra(Section::Conditions).collect());
    let used = used_parameters([&resources, &outputs, &conditions]);
    let params = plan.params.iter().filter(|param| used.contains(&param.name));
    let mut parameters: Map<String, Json> =
        params.map(|param| (param.name.clone(), document(&parameter(param)))).collect();
    parameters.extend(extra(Section::Parameters));
    Template {
        format_version: "2010-09-09",
        description: description.chars().filter(char::is_ascii).take(DESCRIPTION).collect(),
        parameters,
        mappings,
        conditions,
        resources,
        outputs,
    }
}

/// A part of the template as a document.
fn document(part: &impl Serialize) -> Json {
    serde_json::to_value(part).unwrap_or_default()
}

/// Names that sections refer to.
fn used_parameters(sections: [&Map<String, Json>; 3]) -> Vec<String> {
    let mut names = Vec::new();
    for value in sections.into_iter().flat_map(Map::values) {
        super::references::each(value, &mut |name| names.push(name.to_owned()));
    }
    names
}

fn parameter(param: &ParamPlan) -> Parameter {
    let guarded = param.in_json && param.ty == "String" && param.allowed.is_empty();
    Parameter {
        r#type: param.ty,
        description: param.doc.clone(),
        default: param.default.clone(),
        allowed_values: param.allowed.clone(),
        allowed_pattern: guarded.then_some(JSON_SAFE),
        constraint_description: guarded.then_some(JSON_UNSAFE),
        no_echo: param.secret,
    }
}

/// Everything but pipelines, in the order a reader meets it: what is kept, who may do what, what builds, what starts.
fn common(plan: &Plan, site: &Site) -> IndexMap<String, Resource> {
    let mut resources = IndexMap::new();
    for (index, bucket) in plan.buckets.iter().enumerate().filter(|(_, bucket)| bucket.identity.is_owned()) {
        let id = &bucket.identity.logical_id;
        resources.insert(id.clone(), resources::bucket(plan, bucket));
        resources.insert(format!("{id}Policy"), resources::bucket_policy(plan, Node::Bucket(index), bucket));
    }
    for (index, key) in plan.keys.iter().enumerate().filter(|(_, key)| key.identity.is_owned()) {
        let id = &key.identity.logical_id;
        resources.insert(id.clone(), resources::key(plan, Node::Key(index), key));
        resources.insert(format!("{id}Alias"), resources::key_alias(plan, key));
    }
    for (index, topic) in plan.topics.iter().enumerate().filter(|(_, topic)| topic.identity.is_owned()) {
        let (id, node) = (&topic.identity.logical_id, Node::Topic(index));
        resources.insert(id.clone(), resources::topic(plan, topic));
        if plan.notifications.iter().any(|notification| notification.topic == node) {
            resources.insert(format!("{id}Policy"), resources::topic_policy(plan, node));
        }
    }
    for connection in plan.connections.iter().filter(|connection| connection.identity.is_owned()) {
        resources.insert(connection.identity.logical_id.clone(), resources::connection(plan, connection));
    }
    for repository in plan.repositories.iter().filter(|repository| repository.identity.is_owned()) {
        resources.insert(repository.identity.logical_id.clone(), resources::repository(plan, repository));
    }
    for action_type in &plan.action_types {
        resources.insert(action_type.identity.logical_id.clone(), resources::action_type(plan, action_type));
    }
    for role in plan.roles.iter().filter(|role| role.identity.is_owned()) {
        let (resource, policies) = resources::role(plan, role);
        resources.extend(policies);
        resources.insert(role.identity.logical_id.clone(), resource);
    }
    for project in plan.projects.iter().filter(|project| project.identity.is_owned()) {
        if let Some(logs) = &project.logs
            && let Some(id) = &logs.logical_id
        {
            resources.insert(id.clone(), resources::log_group(plan, logs));
        }
        resources.insert(project.identity.logical_id.clone(), resources::project(plan, project));
    }
    let groups = plan.pipelines.iter().flat_map(|pipeline| &pipeline.logs).filter(|(of, _)| of == site);
    for (_, logs) in groups {
        if let Some(id) = &logs.logical_id {
            resources.insert(id.clone(), resources::log_group(plan, logs));
        }
    }
    for rule in &plan.rules {
        resources.insert(rule.identity.logical_id.clone(), resources::rule(plan, rule));
    }
    for dashboard in &plan.dashboards {
        resources.insert(dashboard.identity.logical_id.clone(), resources::dashboard(plan, dashboard));
    }
    resources
}

/// Each pipeline's page in the console, and the bucket of artifacts that instances fetch.
fn outputs(plan: &Plan) -> Map<String, Json> {
    let output = |pipeline: &crate::plan::PipelinePlan| {
        let page = "https://${AWS::Region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/";
        let id = &pipeline.identity.logical_id;
        let url = json!({ "Fn::Sub": format!("{page}${{{id}}}/view?region=${{AWS::Region}}") });
        (format!("{id}Url"), json!({ "Description": format!("{} in the console", pipeline.name), "Value": url }))
    };
    let artifacts = |pipeline: &crate::plan::PipelinePlan| {
        let mut actions = pipeline.stages.iter().flat_map(|stage| &stage.actions);
        let fetched = actions.any(|it| FETCHED_BY_INSTANCES.contains(&it.action_type.provider.as_str()));
        let name = super::intrinsic::value(plan, &crate::plan::Piece::Name(pipeline.store).into());
        let output = json!({ "Description": format!("Artifacts of {}", pipeline.name), "Value": name });
        fetched.then(|| (format!("{}Artifacts", pipeline.identity.logical_id), output))
    };
    let urls = plan.pipelines.iter().map(output);
    urls.chain(plan.pipelines.iter().filter_map(artifacts)).collect()
}
