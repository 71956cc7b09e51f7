//! The pipeline's definition: one form for the API's JSON and for the template's properties.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::catalog::{Category, Owner, PipelineType};
use crate::plan::{
    ActionPlan, ConditionRulePlan, Entity, Expr, FilterPlan, Known, Moment, OnFailure, PatternsPlan, Piece,
    PipelinePlan, Plan, Site, StagePlan, TriggerPlan, VariableKind,
};

/// A pipeline as the API takes it. Texts are JSON: plain in the API's file, perhaps intrinsics in a template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    name: Json,
    role_arn: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_store: Option<Store>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_stores: Option<IndexMap<String, Store>>,
    stages: Vec<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_mode: Option<String>,
    pipeline_type: PipelineType,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<Variable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    triggers: Vec<Trigger>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Store {
    r#type: &'static str,
    location: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_key: Option<Key>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    id: Json,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variable {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stage {
    name: String,
    actions: Vec<Action>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_entry: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_success: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_failure: Option<Json>,
}

/// A rule of a condition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    name: String,
    #[serde(rename = "ruleTypeId")]
    type_id: RuleTypeId,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    configuration: IndexMap<String, Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_artifacts: Vec<Artifact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

#[derive(Debug, Serialize)]
struct RuleTypeId {
    category: &'static str,
    owner: Owner,
    provider: String,
    version: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    #[serde(rename = "actionTypeId")]
    type_id: TypeId,
    run_order: u32,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    configuration: IndexMap<String, Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output_variables: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environment_variables: Vec<EnvironmentVariable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output_artifacts: Vec<Artifact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_artifacts: Vec<Artifact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_in_minutes: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeId {
    category: Category,
    owner: Owner,
    provider: String,
    version: String,
}

#[derive(Debug, Serialize)]
struct Artifact {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
}

#[derive(Debug, Serialize)]
struct EnvironmentVariable {
    name: String,
    value: Json,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Trigger {
    provider_type: String,
    git_configuration: GitConfiguration,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GitConfiguration {
    source_action_name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    push: Vec<Filter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pull_request: Vec<Filter>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Patterns>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branches: Option<Patterns>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_paths: Option<Patterns>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Patterns {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    includes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    excludes: Vec<String>,
}

impl Trigger {
    fn new(trigger: &TriggerPlan) -> Self {
        let filters = |filters: &[FilterPlan]| filters.iter().map(Filter::new).collect();
        Self {
            provider_type: trigger.provider.clone(),
            git_configuration: GitConfiguration {
                source_action_name: trigger.source.clone(),
                push: filters(&trigger.push),
                pull_request: filters(&trigger.pull_request),
            },
        }
    }
}

impl Filter {
    fn new(filter: &FilterPlan) -> Self {
        let patterns = |patterns: &Option<PatternsPlan>| {
            let patterns = patterns.clone();
            patterns.map(|PatternsPlan { includes, excludes }| Patterns { includes, excludes })
        };
        Self {
            tags: patterns(&filter.tags),
            branches: patterns(&filter.branches),
            file_paths: patterns(&filter.paths),
            events: filter.events.clone(),
        }
    }
}

/// Greatest length of a variable's description.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineVariableDeclaration.html> (2026-11-23)
const VARIABLE_DESCRIPTION: usize = 200;

impl Definition {
    /// `home`: the pipeline's own region, which stores in several regions have to name.
    fn new(pipeline: &PipelinePlan, home: Option<&str>, text: &dyn Fn(&Expr) -> Json) -> Self {
        let (artifact_store, artifact_stores) = stores(pipeline, home, text);
        Self {
            name: text(&pipeline.aws_name()),
            role_arn: pipeline.role.map(|role| text(&Piece::Arn(role).into())),
            artifact_store,
            artifact_stores,
            stages: pipeline.stages.iter().map(|stage| Stage::new(stage, text)).collect(),
            execution_mode: pipeline.mode.clone(),
            pipeline_type: pipeline.pipeline_type,
            variables: pipeline
                .variables
                .iter()
                .map(|variable| Variable {
                    name: variable.name.clone(),
                    default_value: variable.default.clone(),
                    description: variable.doc.as_ref().map(|doc| doc.chars().take(VARIABLE_DESCRIPTION).collect()),
                })
                .collect(),
            triggers: pipeline.triggers.iter().map(Trigger::new).collect(),
        }
    }
}

impl Stage {
    fn new(stage: &StagePlan, text: &dyn Fn(&Expr) -> Json) -> Self {
        let conditions = |moment: Moment| {
            let of_moment = stage.conditions.iter().filter(|condition| condition.moment == moment);
            let conditions: Vec<Json> = of_moment
                .map(|condition| {
                    let rules: Vec<Rule> = condition.rules.iter().map(|rule| Rule::new(rule, text)).collect();
                    json!({ "result": condition.outcome.aws(), "rules": rules })
                })
                .collect();
            (!conditions.is_empty()).then(|| json!({ "conditions": conditions }))
        };
        Self {
            name: stage.name.clone(),
            actions: stage.actions.iter().map(|action| Action::new(action, text)).collect(),
            before_entry: conditions(Moment::Entry),
            on_success: conditions(Moment::Success),
            on_failure: conditions(Moment::Failure).or_else(|| stage.on_failure.map(on_failure)),
        }
    }
}

impl Rule {
    fn new(rule: &ConditionRulePlan, text: &dyn Fn(&Expr) -> Json) -> Self {
        Self {
            name: rule.name.clone(),
            type_id: RuleTypeId {
                category: "Rule",
                owner: Owner::Aws,
                provider: rule.provider.clone(),
                version: rule.version.clone(),
            },
            configuration: rule.configuration.iter().map(|(key, value)| (key.clone(), text(&value.text))).collect(),
            commands: rule.commands.iter().map(text).collect(),
            input_artifacts: rule.inputs.iter().map(|it| Artifact { name: it.clone(), files: Vec::new() }).collect(),
            role_arn: rule.role.as_ref().map(text),
            region: rule.region.clone(),
        }
    }
}

/// One store, or one for each region.
fn stores(
    pipeline: &PipelinePlan,
    home: Option<&str>,
    text: &dyn Fn(&Expr) -> Json,
) -> (Option<Store>, Option<IndexMap<String, Store>>) {
    let store = |bucket: Entity, key: Option<Expr>| Store {
        r#type: "S3",
        location: text(&Piece::Name(bucket).into()),
        encryption_key: key.map(|key| Key { id: text(&key), r#type: "KMS" }),
    };
    let own = store(pipeline.store, pipeline.key.clone());
    if pipeline.stores.is_empty() {
        return (Some(own), None);
    }
    let mut all = IndexMap::from([(home.unwrap_or_default().to_owned(), own)]);
    for other in &pipeline.stores {
        all.insert(other.region.clone(), store(other.bucket, other.key.map(|key| Piece::Arn(key).into())));
    }
    (None, Some(all))
}

/// What a stage does when it has failed.
fn on_failure(outcome: OnFailure) -> Json {
    match outcome {
        OnFailure::Rollback => json!({ "result": "ROLLBACK" }),
        OnFailure::RetryFailed => json!({ "result": "RETRY", "retryConfiguration": { "retryMode": "FAILED_ACTIONS" } }),
        OnFailure::RetryAll => json!({ "result": "RETRY", "retryConfiguration": { "retryMode": "ALL_ACTIONS" } }),
    }
}

impl Action {
    fn new(action: &ActionPlan, text: &dyn Fn(&Expr) -> Json) -> Self {
        let fields = &action.fields;
        let inputs = action.inputs.iter().map(|name| Artifact { name: name.clone(), files: Vec::new() });
        let output = |(index, name): (usize, &String)| Artifact {
            name: name.clone(),
            files: fields.files.get(index).cloned().unwrap_or_default(),
        };
        let variable = |(name, kind, value): &(String, VariableKind, Expr)| EnvironmentVariable {
            name: name.clone(),
            value: text(value),
            r#type: kind.aws(),
        };
        Self {
            name: action.name.clone(),
            type_id: TypeId {
                category: action.action_type.category,
                owner: action.action_type.owner,
                provider: action.action_type.provider.clone(),
                version: action.action_type.version.clone(),
            },
            run_order: action.run_order,
            configuration: action.configuration.iter().map(|(key, value)| (key.clone(), text(&value.text))).collect(),
            commands: fields.commands.iter().map(text).collect(),
            output_variables: fields.output_variables.iter().map(text).collect(),
            environment_variables: fields.environment.iter().map(variable).collect(),
            output_artifacts: action.outputs.iter().enumerate().map(output).collect(),
            input_artifacts: inputs.collect(),
            role_arn: action.role.as_ref().map(text),
            region: action.region.clone(),
            namespace: action.namespace.clone(),
            timeout_in_minutes: action.timeout,
        }
    }
}

/// Properties of the resource that the API does not know.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html> (2026-11-23)
const TEMPLATE_ONLY: [&str; 2] = ["disableInboundStageTransitions", "restartExecutionOnUpdate"];

/// A pipeline for `aws codepipeline create-pipeline --cli-input-json`.
pub fn pipeline_json(plan: &Plan, pipeline: &PipelinePlan, known: &Known) -> Json {
    let plan = &*plan.seen_from(&Site::Home);
    let text = |expr: &Expr| Json::from(plan.text(expr, known).0);
    let home = known.region.as_deref();
    let mut definition = serde_json::to_value(Definition::new(pipeline, home, &text)).unwrap_or_default();
    if let Some(raw) = &pipeline.raw {
        put_over(&mut definition, renamed(plan.json(raw, known).0, &camel));
    }
    let mut root = Map::new();
    root.insert("pipeline".to_owned(), definition);
    if !pipeline.tags.is_empty() {
        let tags = pipeline.tags.iter().map(|(key, value)| json!({ "key": key, "value": text(value) })).collect();
        root.insert("tags".to_owned(), tags);
    }
    Json::Object(root)
}

/// A pipeline as the properties of its resource.
pub fn properties(plan: &Plan, pipeline: &PipelinePlan) -> Json {
    let text = |expr: &Expr| super::intrinsic::value(plan, expr);
    let home = plan.home.region.as_deref();
    let definition = serde_json::to_value(Definition::new(pipeline, home, &text)).unwrap_or_default();
    let mut properties = renamed(definition, &pascal);
    if let Json::Object(map) = &mut properties {
        if let Some(stores) = map.get_mut("ArtifactStores") {
            *stores = listed(std::mem::take(stores));
        }
        let disabled = |stage: &StagePlan| {
            let reason = stage.disabled.as_ref()?;
            Some(json!({ "StageName": stage.name, "Reason": reason }))
        };
        let disabled: Vec<Json> = pipeline.stages.iter().filter_map(disabled).collect();
        if !disabled.is_empty() {
            map.insert("DisableInboundStageTransitions".to_owned(), disabled.into());
        }
        if !pipeline.tags.is_empty() {
            map.insert("Tags".to_owned(), super::intrinsic::data(plan, &crate::plan::tags(&pipeline.tags)));
        }
        for (key, value) in &pipeline.properties {
            map.insert(key.clone(), super::intrinsic::data(plan, value));
        }
    }
    properties
}

/// Merges what `raw` gives into a definition. Of the stores, which are a list in a template, all are replaced.
fn put_over(definition: &mut Json, mut raw: Json) {
    let stores = raw.as_object_mut().and_then(|raw| raw.remove("artifactStores"));
    super::resources::merge(definition, raw);
    if let Json::Object(definition) = definition {
        if let Some(stores) = stores {
            definition.insert("artifactStores".to_owned(), by_region(stores));
        }
        definition.retain(|key, _| !TEMPLATE_ONLY.contains(&key.as_str()));
    }
}

/// The API has the stores in a map.
fn by_region(stores: Json) -> Json {
    let Json::Array(stores) = stores else { return stores };
    let store = |it: Json| Some((it.get("region")?.as_str()?.to_owned(), it.get("artifactStore")?.clone()));
    Json::Object(stores.into_iter().filter_map(store).collect())
}

/// A resource has its stores in a list.
fn listed(stores: Json) -> Json {
    let Json::Object(stores) = stores else { return stores };
    stores.into_iter().map(|(region, store)| json!({ "Region": region, "ArtifactStore": store })).collect()
}

/// The same with the keys of every level changed. Below `configuration` they are the provider's and stay; so do the keys of intrinsics.
fn renamed(json: Json, change: &dyn Fn(&str) -> String) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(|item| renamed(item, change)).collect(),
        Json::Object(entries) => {
            if entries.keys().any(|key| key == "Ref" || key.starts_with("Fn::")) {
                return Json::Object(entries);
            }
            let rename = |(key, value): (String, Json)| {
                if key.eq_ignore_ascii_case("configuration") {
                    return (change(&key), value);
                }
                // Regions are keys there.
                if let ("artifactStores", Json::Object(stores)) = (key.as_str(), &value) {
                    let stores = stores.iter().map(|(region, store)| (region.clone(), renamed(store.clone(), change)));
                    return (change(&key), Json::Object(stores.collect()));
                }
                (change(&key), renamed(value, change))
            };
            Json::Object(entries.into_iter().map(rename).collect())
        }
        plain => plain,
    }
}

fn pascal(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn camel(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_in_raw_take_the_form_of_the_api() {
        let own = json!({ "eu-west-1": { "location": "made" }, "us-east-1": { "location": "made too" } });
        let mut definition = json!({ "name": "App", "artifactStores": own });
        let store = json!({ "type": "S3", "location": "given" });
        let raw = json!({
            "artifactStores": [{ "region": "eu-west-1", "artifactStore": store }],
            "executionMode": "QUEUED",
            "restartExecutionOnUpdate": true,
        });
        put_over(&mut definition, raw);
        let wanted = json!({ "name": "App", "artifactStores": { "eu-west-1": store }, "executionMode": "QUEUED" });
        assert_eq!(definition, wanted);
    }
}
