//! Writes the pipeline's definition. The API's JSON and the template's properties have the same writer; they differ in
//! the case of keys and in the form of several artifact buckets.

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use crate::plan::{
    ActionPlan, ActionTypeId, ConditionRulePlan, Data, Entity, Expr, FilterPlan, Known, Moment, OnFailure,
    PatternsPlan, Piece, PipelinePlan, Plan, Site, StagePlan, TriggerPlan, VariableKind, VariablePlan, cut,
};

/// The case of the first letter of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// `roleArn`: the API.
    Camel,
    /// `RoleArn`: a template.
    Pascal,
}

impl Case {
    /// Converts a key, given in either form.
    fn key(self, key: &str) -> String {
        let mut letters = key.chars();
        let first = letters.next().map(|first| match self {
            Self::Camel => first.to_ascii_lowercase(),
            Self::Pascal => first.to_ascii_uppercase(),
        });
        first.into_iter().chain(letters).collect()
    }
}

/// An object being built. Keys are given in the API's form.
struct Object {
    case: Case,
    entries: Map<String, Json>,
}

impl Object {
    fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.entries.insert(self.case.key(key), value.into());
        self
    }

    /// Adds a value, unless it is `None`.
    fn some(self, key: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a list, unless it is empty.
    fn list(self, key: &str, items: Vec<Json>) -> Self {
        if items.is_empty() { self } else { self.with(key, items) }
    }

    /// Adds keys that are the provider's, unchanged, unless there are none.
    fn own_keys(self, key: &str, entries: Map<String, Json>) -> Self {
        if entries.is_empty() { self } else { self.with(key, entries) }
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.entries)
    }
}

/// Writes a pipeline in one of the forms. Strings are JSON: plain in the API's file, possibly intrinsics in a template.
struct Writer<'a> {
    case: Case,
    text: &'a dyn Fn(&Expr) -> Json,
    data: &'a dyn Fn(&Data) -> Json,
    /// The pipeline's own Region, which has to be named if there are artifact buckets for several Regions.
    home: Option<&'a str>,
}

impl Writer<'_> {
    fn object(&self) -> Object {
        Object { case: self.case, entries: Map::new() }
    }

    /// Returns the object with the file's `raw`, which is spelled as in a template, and under a condition if the file
    /// sets one.
    fn finished(&self, object: Object, raw: Option<&Data>, condition: Option<&str>) -> Json {
        let mut json = Json::from(object);
        if let Some(raw) = raw {
            let raw = (self.data)(raw);
            super::resources::merge(&mut json, if self.case == Case::Camel { in_camel_case(raw) } else { raw });
        }
        match condition.filter(|_| self.case == Case::Pascal) {
            Some(condition) => json!({ "Fn::If": [condition, json, { "Ref": "AWS::NoValue" }] }),
            None => json,
        }
    }

    fn texts<'e>(&self, texts: impl IntoIterator<Item = &'e Expr>) -> Vec<Json> {
        texts.into_iter().map(self.text).collect()
    }

    fn definition(&self, pipeline: &PipelinePlan) -> Object {
        let variables = pipeline.variables.iter().map(|variable| self.variable(variable)).collect();
        let role = pipeline.role.map_or(Json::Null, |role| (self.text)(&Piece::Arn(role).into()));
        let name = Some((self.text)(&pipeline.aws_name())).filter(|_| pipeline.named || self.case == Case::Camel);
        let definition = self.object().some("name", name).with("roleArn", role);
        self.stores(pipeline, definition)
            .with("stages", pipeline.stages.iter().map(|stage| self.stage(stage)).collect::<Vec<_>>())
            .some("executionMode", pipeline.mode.as_deref())
            .some("pipelineType", Some(pipeline.pipeline_type.aws()).filter(|_| !pipeline.type_left_out))
            .list("variables", variables)
            .list("triggers", pipeline.triggers.iter().map(|trigger| self.trigger(trigger)).collect())
    }

    fn variable(&self, variable: &VariablePlan) -> Json {
        let variable_object = self.object().with("name", variable.name.as_str());
        let described = variable_object.some("defaultValue", variable.default.as_deref());
        described.some("description", variable.doc.as_ref().map(|doc| cut(doc, "variable-description"))).into()
    }

    /// Adds one artifact bucket, or one for each Region: a map in the API's form, a list in a template.
    fn stores(&self, pipeline: &PipelinePlan, definition: Object) -> Object {
        let store = |bucket: Entity, key: Option<Expr>| -> Json {
            let key = key.map(|key| self.object().with("id", (self.text)(&key)).with("type", "KMS"));
            let location = (self.text)(&Piece::Name(bucket).into());
            self.object().with("type", "S3").with("location", location).some("encryptionKey", key).into()
        };
        let own = store(pipeline.store, pipeline.key.clone());
        if pipeline.stores.is_empty() {
            return definition.with("artifactStore", own);
        }
        let mut all = Map::from_iter([(self.home.unwrap_or_default().to_owned(), own)]);
        for other in &pipeline.stores {
            all.insert(other.region.clone(), store(other.bucket, other.key.clone()));
        }
        let in_list = |(region, store): (String, Json)| -> Json {
            self.object().with("region", region).with("artifactStore", store).into()
        };
        match self.case {
            Case::Camel => definition.with("artifactStores", all),
            Case::Pascal => definition.with("artifactStores", all.into_iter().map(in_list).collect::<Vec<_>>()),
        }
    }

    fn stage(&self, stage: &StagePlan) -> Json {
        let actions: Vec<Json> = stage.actions.iter().map(|action| self.action(action)).collect();
        let on_failure = self.conditions(stage, Moment::Failure);
        let object = self
            .object()
            .with("name", stage.name.as_str())
            .with("actions", actions)
            .some("beforeEntry", self.conditions(stage, Moment::Entry))
            .some("onSuccess", self.conditions(stage, Moment::Success))
            .some("onFailure", on_failure.or_else(|| stage.on_failure.map(|outcome| self.on_failure(outcome))));
        self.finished(object, stage.raw.as_ref(), stage.cfn_condition.as_deref())
    }

    fn conditions(&self, stage: &StagePlan, moment: Moment) -> Option<Object> {
        let of_moment = stage.conditions.iter().filter(|condition| condition.moment == moment);
        let conditions: Vec<Json> = of_moment
            .map(|condition| {
                let rules: Vec<Json> = condition.rules.iter().map(|rule| self.rule(rule)).collect();
                self.object().with("result", condition.outcome.aws()).with("rules", rules).into()
            })
            .collect();
        (!conditions.is_empty()).then(|| self.object().with("conditions", conditions))
    }

    /// Returns what a stage does when it has failed.
    fn on_failure(&self, outcome: OnFailure) -> Object {
        let retry = |mode: &str| {
            let configuration = self.object().with("retryMode", mode);
            self.object().with("result", "RETRY").with("retryConfiguration", configuration)
        };
        match outcome {
            OnFailure::Rollback => self.object().with("result", "ROLLBACK"),
            OnFailure::RetryFailed => retry("FAILED_ACTIONS"),
            OnFailure::RetryAll => retry("ALL_ACTIONS"),
        }
    }

    fn rule(&self, rule: &ConditionRulePlan) -> Json {
        let id = self
            .object()
            .with("category", "Rule")
            .with("owner", "AWS")
            .with("provider", rule.provider.as_str())
            .with("version", rule.version.as_str());
        let configuration = rule.configuration.iter().map(|(key, value)| (key.clone(), (self.text)(&value.text)));
        self.object()
            .with("name", rule.name.as_str())
            .with("ruleTypeId", id)
            .own_keys("configuration", configuration.collect())
            .list("commands", self.texts(&rule.commands))
            .list("inputArtifacts", self.artifacts(&rule.inputs))
            .some("roleArn", rule.role.as_ref().map(self.text))
            .some("region", rule.region.as_deref())
            .into()
    }

    fn artifacts(&self, names: &[String]) -> Vec<Json> {
        names.iter().map(|name| self.object().with("name", name.as_str()).into()).collect()
    }

    fn action(&self, action: &ActionPlan) -> Json {
        let fields = &action.fields;
        let configuration = action.configuration.iter().map(|(key, value)| (key.clone(), (self.text)(&value.text)));
        // In the API's form, a condition can decide that there is no value.
        let configuration = configuration.filter(|(_, value)| !value.is_null());
        let output = |(index, name): (usize, &String)| -> Json {
            let files = fields.files.get(index).cloned().unwrap_or_default();
            let output = self.object().with("name", name.as_str());
            output.list("files", files.into_iter().map(Json::from).collect()).into()
        };
        let variable = |(name, kind, value): &(String, VariableKind, Expr)| -> Json {
            self.object().with("name", name.as_str()).with("value", (self.text)(value)).with("type", kind.aws()).into()
        };
        let object = self
            .object()
            .with("name", action.name.as_str())
            .with("actionTypeId", self.action_type(&action.action_type))
            .with("runOrder", action.run_order)
            .own_keys("configuration", configuration.collect())
            .list("commands", self.texts(&fields.commands))
            .list("outputVariables", self.texts(&fields.output_variables))
            .list("environmentVariables", fields.environment.iter().map(variable).collect())
            .list("outputArtifacts", action.outputs.iter().enumerate().map(output).collect())
            .list("inputArtifacts", self.artifacts(&action.inputs))
            .some("roleArn", action.role.as_ref().map(self.text))
            .some("region", action.region.as_deref().or(action.written_region.as_deref()))
            .some("namespace", action.namespace.as_deref())
            .some("timeoutInMinutes", action.timeout);
        self.finished(object, action.raw.as_ref(), action.cfn_condition.as_deref())
    }

    fn action_type(&self, id: &ActionTypeId) -> Object {
        self.object()
            .with("category", id.category.aws())
            .with("owner", id.owner.aws())
            .with("provider", id.provider.as_str())
            .with("version", id.version.as_str())
    }

    fn trigger(&self, trigger: &TriggerPlan) -> Json {
        let filters = |filters: &[FilterPlan]| filters.iter().map(|filter| self.filter(filter)).collect();
        let configuration = self
            .object()
            .with("sourceActionName", trigger.source.as_str())
            .list("push", filters(&trigger.push))
            .list("pullRequest", filters(&trigger.pull_request));
        let provider = self.object().with("providerType", trigger.provider.as_str());
        self.finished(provider.with("gitConfiguration", configuration), None, trigger.condition.as_deref())
    }

    fn filter(&self, filter: &FilterPlan) -> Json {
        let texts = |texts: &[String]| texts.iter().map(|text| Json::from(text.as_str())).collect();
        let patterns = |patterns: &PatternsPlan| {
            self.object().list("includes", texts(&patterns.includes)).list("excludes", texts(&patterns.excludes))
        };
        self.object()
            .some("tags", filter.tags.as_ref().map(patterns))
            .some("branches", filter.branches.as_ref().map(patterns))
            .some("filePaths", filter.paths.as_ref().map(patterns))
            .list("events", texts(&filter.events))
            .into()
    }
}

/// Properties of the resource that do not exist in the API.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html>
/// (2026-11-23)
const TEMPLATE_ONLY: [&str; 2] = ["disableInboundStageTransitions", "restartExecutionOnUpdate"];

/// Returns a pipeline for `aws codepipeline create-pipeline --cli-input-json`.
pub fn pipeline_json(plan: &Plan, pipeline: &PipelinePlan, known: &Known) -> Json {
    let plan = &*plan.seen_from(&Site::Home);
    let text = |expr: &Expr| {
        if plan.is_absent(expr, known) { Json::Null } else { Json::from(plan.text(expr, known).0) }
    };
    let data = |data: &Data| plan.json(data, known).0;
    let writer = Writer { case: Case::Camel, text: &text, data: &data, home: known.region.as_deref() };
    let existing = existing(plan, pipeline, known);
    let mut definition = Json::from(writer.definition(&existing));
    if let Some(raw) = &pipeline.raw {
        put_over(&mut definition, in_camel_case(plan.json(raw, known).0));
    }
    let mut root = Map::new();
    root.insert("pipeline".to_owned(), definition);
    if !pipeline.tags.is_empty() {
        let tags = pipeline.tags.iter().map(|(key, value)| json!({ "key": key, "value": text(value) })).collect();
        root.insert("tags".to_owned(), tags);
    }
    Json::Object(root)
}

/// Returns a pipeline without the stages and actions whose conditions are false.
fn existing<'p>(plan: &Plan, pipeline: &'p PipelinePlan, known: &Known) -> Cow<'p, PipelinePlan> {
    let exists = |condition: &Option<String>| plan.exists(condition.as_deref(), known);
    let is_whole = |stage: &StagePlan| {
        exists(&stage.cfn_condition) && stage.actions.iter().all(|action| exists(&action.cfn_condition))
    };
    let has_all_triggers = pipeline.triggers.iter().all(|trigger| exists(&trigger.condition));
    if has_all_triggers && pipeline.stages.iter().all(is_whole) {
        return Cow::Borrowed(pipeline);
    }
    let mut pipeline = pipeline.clone();
    pipeline.triggers.retain(|trigger| exists(&trigger.condition));
    pipeline.stages.retain(|stage| exists(&stage.cfn_condition));
    for stage in &mut pipeline.stages {
        stage.actions.retain(|action| exists(&action.cfn_condition));
    }
    Cow::Owned(pipeline)
}

/// Returns a pipeline as the properties of its resource.
pub fn properties(plan: &Plan, pipeline: &PipelinePlan) -> Json {
    let text = |expr: &Expr| super::intrinsic::value(plan, expr);
    let data = |data: &Data| super::intrinsic::data(plan, data);
    let writer = Writer { case: Case::Pascal, text: &text, data: &data, home: plan.home.region.as_deref() };
    let disabled = |stage: &StagePlan| -> Option<Json> {
        let reason = stage.disabled.as_deref()?;
        let transition = writer.object().with("stageName", stage.name.as_str()).with("reason", reason);
        let condition = stage.cfn_condition.as_deref().filter(|_| pipeline.generate);
        Some(writer.finished(transition, None, condition))
    };
    let disabled = pipeline.stages.iter().filter_map(disabled).collect();
    let mut properties = writer.definition(pipeline).list("disableInboundStageTransitions", disabled);
    if !pipeline.tags.is_empty() {
        let tags = super::intrinsic::data(plan, &crate::plan::tags(&pipeline.tags));
        properties = properties.with("tags", tags);
    }
    for (key, value) in &pipeline.properties {
        properties = properties.with(key, super::intrinsic::data(plan, value));
    }
    properties.into()
}

/// Merges `raw` into a definition. If it has artifact buckets, which are a list in a template, they replace all others.
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

/// Converts the artifact buckets to the API's map.
fn by_region(stores: Json) -> Json {
    let Json::Array(stores) = stores else { return stores };
    let store = |it: Json| Some((it.get("region")?.as_str()?.to_owned(), it.get("artifactStore")?.clone()));
    Json::Object(stores.into_iter().filter_map(store).collect())
}

/// Converts a template's form, in which a user writes `raw`, to the API's. Keys in `configuration` are the provider's
/// and unchanged, and so are those of intrinsics.
fn in_camel_case(json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(in_camel_case).collect(),
        Json::Object(entries) => {
            if entries.keys().any(|key| key == "Ref" || key.starts_with("Fn::")) {
                return Json::Object(entries);
            }
            let rename = |(key, value): (String, Json)| {
                let own_keys = key.eq_ignore_ascii_case("configuration");
                (Case::Camel.key(&key), if own_keys { value } else { in_camel_case(value) })
            };
            Json::Object(entries.into_iter().map(rename).collect())
        }
        plain => plain,
    }
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
