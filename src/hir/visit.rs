//! A walk over every value of a file, with its owner.

use crate::catalog::{Slot, declaration};
use crate::collections::IndexMap;

use super::{
    ActionId, Attribute, ConditionRule, Dashboard, Declaration, Entity, Filter, Hir, MappingId, Notification,
    Ownership, Pipeline, PipelineId, Schedule, Setting, StartEvent, Statement, Value,
};

/// The key of the value that identifies an imported resource.
const IMPORT: &str = "=";

/// The owner of a value.
#[derive(Debug, Clone, Copy)]
pub enum ValueOwner<'a> {
    /// A declaration.
    Declared(Entity),
    /// A map in which values are looked up at deployment.
    Mapping(MappingId),
    /// A pipeline itself.
    Pipeline(PipelineId),
    /// An action.
    Action(PipelineId, ActionId),
    /// A rule of a stage's condition.
    Rule(PipelineId, &'a ConditionRule),
    /// A filter of a source's events.
    Filter(PipelineId, &'a Filter),
    /// An event that starts a pipeline.
    Event(PipelineId, &'a StartEvent),
    /// A notification.
    Notification(PipelineId, &'a Notification),
    /// A dashboard.
    Dashboard(PipelineId, &'a Dashboard),
    /// An `allow` or `deny`, with the pipeline whose values it can use.
    Statement(Option<PipelineId>, &'a Statement),
}

/// A value with its position.
#[derive(Debug, Clone, Copy)]
pub struct ValuePlace<'a> {
    /// The owner.
    pub owner: ValueOwner<'a>,
    /// The word of the attribute; the AWS key in the configuration of an action or rule.
    pub key: &'a str,
    /// The catalog's entry for the attribute.
    pub slot: Option<&'a Slot>,
    /// Whether it is written under its AWS key in `configuration = { ... }`.
    pub raw: bool,
    /// The value.
    pub value: &'a Value,
}

impl<'a> ValuePlace<'a> {
    /// Returns whether it is in the configuration of an action or rule.
    pub fn is_configured(&self) -> bool {
        matches!(self.owner, ValueOwner::Action(..) | ValueOwner::Rule(..)) && self.key != super::BOUNDARY
    }

    /// Returns whether it identifies an imported resource.
    pub fn is_import(&self) -> bool {
        self.key == IMPORT
    }

    /// Returns the name of the attribute in the file.
    pub fn word(&self) -> &'a str {
        self.slot.filter(|_| !self.raw).map_or(self.key, |slot| slot.attribute.as_str())
    }
}

type Visit<'v, 'a> = &'v mut dyn FnMut(ValuePlace<'a>);

impl Hir {
    /// Calls `visit` with every value: of declarations, of maps in which values are looked up, of pipelines and all their
    /// parts, and of `allow` and `deny`.
    pub fn each_value<'a>(&'a self, visit: Visit<'_, 'a>) {
        for (entity, declaration) in self.declarations() {
            of_declaration(entity, declaration, visit);
        }
        for (id, role) in self.roles.entries() {
            let owner = ValueOwner::Declared(Entity::Role(id));
            role.policies.iter().for_each(|policy| of_attributes(owner, "policy", &policy.attributes, visit));
        }
        for (id, mapping) in self.mappings.entries() {
            let owner = ValueOwner::Mapping(id);
            for (key, value) in &mapping.entries {
                visit(ValuePlace { owner, key: &key.node, slot: None, raw: false, value });
            }
        }
        for (id, pipeline) in self.pipelines.entries() {
            pipeline.each_value(id, visit);
        }
        for (pipeline, statement) in self.statements() {
            let owner = ValueOwner::Statement(pipeline, statement);
            statement
                .resources
                .iter()
                .for_each(|value| visit(ValuePlace { owner, key: "on", slot: None, raw: false, value }));
            statement
                .condition
                .iter()
                .for_each(|value| visit(ValuePlace { owner, key: "when", slot: None, raw: false, value }));
        }
    }
}

impl Pipeline {
    /// Calls `visit` with every value of the pipeline and its parts, except those of `allow` and `deny`.
    pub fn each_value<'a>(&'a self, id: PipelineId, visit: Visit<'_, 'a>) {
        let owner = ValueOwner::Pipeline(id);
        let tags = self.tags.iter().map(|(_, value)| ("tags", value));
        let of_name = self.deploy_name.iter().map(|value| ("name", value));
        let of_regions = self.store.regions.iter().filter_map(|store| store.key.as_ref());
        let of_key = self.store.key.iter().chain(of_regions).map(|value| ("artifacts.key", value));
        let of_stages = self.stages.iter().filter_map(|stage| stage.raw.as_ref());
        let of_raw = self.raw.iter().chain(of_stages).map(|value| ("raw", value));
        let of_resource = self.resource_attributes.iter().map(|value| ("resource-attributes", value));
        let of_boundary = self.boundary.iter().map(|value| (super::BOUNDARY, value));
        let own = of_name.chain(tags).chain(of_key).chain(of_boundary).chain(of_raw).chain(of_resource);
        own.for_each(|(key, value)| visit(ValuePlace { owner, key, slot: None, raw: false, value }));
        for event in &self.events {
            of_attributes(ValueOwner::Event(id, event), "event", &event.attributes, visit);
        }
        for Schedule { rule, .. } in &self.schedules {
            of_attributes(ValueOwner::Event(id, rule), "schedule", &rule.attributes, visit);
        }
        for notification in &self.notifications {
            of_attributes(ValueOwner::Notification(id, notification), "notify", &notification.attributes, visit);
        }
        if let Some(dashboard) = &self.dashboard {
            of_attributes(ValueOwner::Dashboard(id, dashboard), "dashboard", &dashboard.attributes, visit);
        }
        for (action_id, action) in self.actions() {
            let owner = ValueOwner::Action(id, action_id);
            of_configuration(owner, &action.configuration, &|key| action.action_type.slot_of_key(key), visit);
            let boundary = action.boundary.iter();
            boundary.for_each(|value| visit(ValuePlace { owner, key: super::BOUNDARY, slot: None, raw: false, value }));
            action.raw.iter().for_each(|value| visit(ValuePlace { owner, key: "raw", slot: None, raw: false, value }));
            for filter in &action.filters {
                of_attributes(ValueOwner::Filter(id, filter), filter.event.word(), &filter.attributes, visit);
            }
        }
        for rule in self.rules() {
            let slot = |key: &str| rule.rule_type.slot_of_key(key);
            of_configuration(ValueOwner::Rule(id, rule), &rule.configuration, &slot, visit);
        }
    }
}

/// Visits the attributes of a declaration, and the value that identifies it if it is imported.
fn of_declaration<'a>(entity: Entity, declaration: &'a Declaration, visit: Visit<'_, 'a>) {
    let owner = ValueOwner::Declared(entity);
    if let Ownership::Imported(value) = &declaration.ownership {
        visit(ValuePlace { owner, key: IMPORT, slot: None, raw: false, value });
    }
    of_attributes(owner, entity.word(), &declaration.attributes, visit);
}

fn of_attributes<'a>(
    owner: ValueOwner<'a>,
    word: &str,
    attributes: &'a IndexMap<String, Attribute>,
    visit: Visit<'_, 'a>,
) {
    let entry = declaration(word);
    for (key, attribute) in attributes {
        let slot = entry.and_then(|entry| entry.slot_of_attribute(key));
        visit(ValuePlace { owner, key, slot, raw: false, value: &attribute.value });
    }
}

fn of_configuration<'a>(
    owner: ValueOwner<'a>,
    configuration: &'a IndexMap<String, Setting>,
    slot: &dyn Fn(&str) -> Option<&'a Slot>,
    visit: Visit<'_, 'a>,
) {
    for (key, setting) in configuration {
        visit(ValuePlace { owner, key, slot: slot(key), raw: setting.raw, value: &setting.value });
    }
}
