//! The contents of a template: each resource with its properties, and the reasons for those that no attribute sets.
//!
//! A plan is converted to the view from the template's account and Region ([`Plan::seen_from`]) before its resources
//! are listed.

mod existence;
mod identities;
mod pipelines;
mod policy;
mod storage;

use serde_json::Value as Json;

use crate::catalog::decisions::{Decision, DecisionId, decision};
use crate::catalog::limits::most;
use crate::catalog::permissions;
use crate::catalog::{PropertyPath, Reader};
use crate::collections::IndexMap;

use super::{Data, Entity, Expr, Grant, Identity, OutputPlan, Piece, PipelineId, PipelinePlan, Plan, Properties, Site};

/// A resource of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePlan {
    /// Its logical ID.
    pub logical_id: String,
    /// Its type.
    pub resource_type: &'static str,
    /// The documentation comment of its declaration.
    pub doc: Option<String>,
    /// The name of the condition under which it is created.
    pub condition: Option<String>,
    /// The logical IDs of resources that are created before it although it does not refer to them.
    pub after: Vec<String>,
    /// The policy for its deletion with its stack; `None` for CloudFormation's default.
    pub removal: Option<Removal>,
    /// Whether it allows IAM actions that cfn-lint does not know.
    pub unlisted_calls: bool,
    /// Its properties, in order.
    pub properties: Properties,
    /// The decisions for properties that no attribute sets, with their reasons.
    pub decisions: Vec<&'static Decision>,
    /// Merged over the properties.
    pub raw: Option<Data>,
    /// Attributes of the resource in the file that are not properties.
    pub attributes: Option<Data>,
}

/// The policy for a resource whose stack is deleted, or that another resource replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is retained, except if its creation is rolled back: otherwise, it would block its name at the next attempt.
    Retain,
    /// It is deleted, even if the default of its type is different.
    Delete,
}

impl Removal {
    fn retain(retain: bool) -> Self {
        if retain { Self::Retain } else { Self::Delete }
    }
}

impl ResourcePlan {
    fn new(logical_id: impl Into<String>, resource_type: &'static str) -> Self {
        Self {
            logical_id: logical_id.into(),
            resource_type,
            doc: None,
            condition: None,
            after: Vec::new(),
            removal: None,
            unlisted_calls: false,
            properties: Vec::new(),
            decisions: Vec::new(),
            raw: None,
            attributes: None,
        }
    }

    /// Creates a resource with the attributes in the file that are not properties.
    fn given(identity: &Identity, resource_type: &'static str) -> Self {
        let mut resource = Self::new(identity.logical_id.as_str(), resource_type);
        resource.attributes.clone_from(&identity.resource_attributes);
        resource.with(identity)
    }

    /// Creates it under the same condition as a resource that it belongs to.
    fn with(mut self, identity: &Identity) -> Self {
        self.condition.clone_from(&identity.condition);
        self
    }

    /// Creates a resource with its name and its documentation.
    fn of(identity: &Identity, resource_type: &'static str, name: &'static str) -> Self {
        let mut resource = Self::given(identity, resource_type);
        resource.doc.clone_from(&identity.doc);
        identity.name.iter().for_each(|name_of| resource.set(name, name_of.clone()));
        resource
    }

    /// Sets a property.
    fn set(&mut self, key: &str, value: impl Into<Data>) {
        super::properties::set(&mut self.properties, PropertyPath::new(key), value.into());
    }

    /// Sets the properties that attributes set.
    fn set_all(&mut self, properties: &Properties) {
        for (key, value) in properties {
            self.set(key, value.clone());
        }
    }

    /// Sets the description to the documentation, truncated to the limit.
    fn describe(&mut self, doc: Option<&str>, most: &str) {
        if let Some(doc) = doc {
            self.set("Description", cut(doc, most));
        }
    }

    /// Returns the value that the catalog decides, and records the reason.
    fn decided(&mut self, id: DecisionId, lookup: &dyn Fn(&str) -> Option<Expr>) -> Option<Data> {
        let decision = decision(id)?;
        self.decisions.push(decision);
        Some(Data::from_json(&decision.value, &|text| Expr::fill(text, lookup)))
    }

    /// Sets a property to the value that the catalog decides.
    fn decide(&mut self, id: DecisionId, lookup: &dyn Fn(&str) -> Option<Expr>) {
        if let (Some(value), Some(decision)) = (self.decided(id, lookup), decision(id)) {
            self.set(&decision.property, value);
        }
    }

    /// Records whether its policies contain IAM actions that cfn-lint does not know.
    fn allows<'g>(&mut self, grants: impl IntoIterator<Item = &'g Grant>) {
        self.unlisted_calls =
            grants.into_iter().flat_map(|grant| &grant.actions).any(|call| permissions::is_unlisted(call));
    }
}

/// Truncates a text to a limit of the catalog.
pub fn cut(text: &str, limited: &str) -> String {
    text.chars().take(most(limited)).collect()
}

impl From<Expr> for Data {
    fn from(text: Expr) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::Text(Expr::text(text))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Text(Expr::text(text))
    }
}

impl From<bool> for Data {
    fn from(truth: bool) -> Self {
        Self::Plain(Json::from(truth))
    }
}

impl From<u64> for Data {
    fn from(number: u64) -> Self {
        Self::Plain(Json::from(number))
    }
}

impl From<usize> for Data {
    fn from(number: usize) -> Self {
        Self::Plain(Json::from(number))
    }
}

impl From<Vec<Self>> for Data {
    fn from(items: Vec<Self>) -> Self {
        Self::List(items)
    }
}

/// Creates a map with these keys.
fn map<const N: usize>(entries: [(&str, Data); N]) -> Data {
    Data::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Returns the lookup of a decision without placeholders.
fn nothing(_: &str) -> Option<Expr> {
    None
}

impl Plan {
    /// Returns the resources of the template of a site except the pipelines and what is attached to them, in reading
    /// order: storage, access, builds, triggers.
    pub fn resources(&self, site: &Site) -> Vec<ResourcePlan> {
        let mut all = IndexMap::default();
        let mut add = |resource: ResourcePlan| {
            all.insert(resource.logical_id.clone(), resource);
        };
        for (id, bucket) in self.buckets.entries().filter(|(_, bucket)| bucket.identity.is_owned()) {
            add(storage::bucket(bucket));
            if bucket.generate {
                add(storage::bucket_policy(Entity::Bucket(id), bucket));
            }
        }
        for (id, key) in self.keys.entries().filter(|(_, key)| key.identity.is_owned()) {
            add(storage::key(self, Entity::Key(id), key));
            if key.generate {
                add(storage::key_alias(key));
            }
        }
        for (id, topic) in self.topics.entries().filter(|(_, topic)| topic.identity.is_owned()) {
            add(identities::topic(topic));
            if self.notifications.iter().any(|notification| notification.topic == Entity::Topic(id)) {
                add(identities::topic_policy(Entity::Topic(id), topic));
            }
        }
        let connections = self.connections.iter().filter(|connection| connection.identity.is_owned());
        connections.map(identities::connection).for_each(&mut add);
        let repositories = self.repositories.iter().filter(|repository| repository.identity.is_owned());
        repositories.map(storage::repository).for_each(&mut add);
        self.action_types.iter().map(identities::action_type).for_each(&mut add);
        let roles = self.roles.iter().filter(|role| role.identity.is_owned());
        roles.flat_map(|role| identities::role(self, role)).for_each(&mut add);
        for project in self.projects.iter().filter(|project| project.identity.is_owned()) {
            let logs = project.logs.iter().filter_map(storage::log_group);
            logs.map(|group| group.with(&project.identity)).for_each(&mut add);
            add(pipelines::project(project));
        }
        for pipeline in &self.pipelines {
            let groups = pipeline.logs.iter().filter(|(of, _)| of == site);
            let groups = groups.filter_map(|(_, logs)| storage::log_group(logs));
            groups
                .map(|group| if *site == Site::Home { group.with(&pipeline.identity) } else { group })
                .for_each(&mut add);
        }
        self.rules.iter().map(pipelines::rule).for_each(&mut add);
        self.dashboards.iter().map(pipelines::dashboard).for_each(&mut add);
        all.into_values().collect()
    }

    /// Returns the outputs: the console page of each pipeline, and the bucket of artifacts that instances fetch.
    pub fn outputs(&self) -> Vec<OutputPlan> {
        let page = |pipeline: &PipelinePlan| {
            let id = &pipeline.identity.logical_id;
            let path = ".console.aws.amazon.com/codesuite/codepipeline/pipelines/";
            let page = Expr::text("https://").then(Expr::pseudo("Region")).then(path);
            OutputPlan {
                name: format!("{id}Url"),
                description: format!("{} in the console", pipeline.name),
                value: page.then(Piece::Ref(id.clone())).then("/view?region=").then(Expr::pseudo("Region")),
                condition: pipeline.identity.condition.clone(),
            }
        };
        let by_instances = |pipeline: &&PipelinePlan| {
            let mut actions = pipeline.stages.iter().flat_map(|stage| &stage.actions);
            actions.any(|action| action.action_type.reader() == Some(Reader::Instances))
        };
        let artifacts = |pipeline: &PipelinePlan| OutputPlan {
            name: pipeline.artifacts_output(),
            description: format!("Artifacts of {}", pipeline.name),
            value: Piece::Name(pipeline.store).into(),
            condition: pipeline.identity.condition.clone(),
        };
        let with_outputs = || self.pipelines.iter().filter(|pipeline| pipeline.generate);
        let fetched = with_outputs().filter(by_instances).map(artifacts);
        with_outputs().map(page).chain(fetched).collect()
    }

    /// Returns the pipelines that the template creates, without their definitions, which are written separately.
    pub fn pipeline_resources(&self) -> impl Iterator<Item = (&PipelinePlan, ResourcePlan)> {
        let owned = self.pipelines.iter().filter(|pipeline| pipeline.identity.is_owned());
        owned.map(|pipeline| (pipeline, pipelines::pipeline(self, pipeline)))
    }

    /// Returns the webhooks of the pipelines.
    pub fn webhook_resources(&self) -> impl Iterator<Item = (PipelineId, ResourcePlan)> {
        self.webhooks.iter().map(|webhook| (webhook.pipeline, pipelines::webhook(webhook)))
    }

    /// Returns the notification rules of the pipelines.
    pub fn notification_resources(&self) -> impl Iterator<Item = (PipelineId, ResourcePlan)> {
        self.notifications.iter().map(|it| (it.pipeline, pipelines::notification(self, it)))
    }
}
