//! What a document defines: its pipelines, and if it is a template, the resources beside them.

use std::collections::{BTreeMap, HashMap};

use crate::source::Span;
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::{DocumentKind, PIPELINE_TYPE, definition};

use super::conditional::{Conditional, under_conditions};
use super::normal::{Keys, NormalKind, NormalValue, renamed_entries};
use super::permissions::{self, PermissionSet};
use super::policy_documents;

/// What a document defines, in normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipelines {
    /// What the document is.
    pub kind: DocumentKind,
    /// The pipelines, in order.
    pub pipelines: Vec<DefinedPipeline>,
    /// The other resources, by logical ID, without the permissions that are in `permissions`.
    pub resources: BTreeMap<String, DefinedResource>,
    /// The permissions of roles, and of policies that no role of the template has, by logical ID.
    pub permissions: BTreeMap<String, PermissionSet>,
    /// The other sections of a template that have an effect, each with its entries.
    pub sections: Vec<(ComparedKind, BTreeMap<String, NormalValue>)>,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedPipeline {
    /// Its logical ID; none in a definition.
    pub id: Option<NormalValue>,
    /// Everything but the stages, by the keys of the API.
    pub fields: BTreeMap<String, NormalValue>,
    /// What the resource has beside its properties, such as `DependsOn`.
    pub attributes: BTreeMap<String, NormalValue>,
    /// The stages, in order.
    pub stages: Vec<DefinedStage>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedStage {
    /// Its name.
    pub name: NormalValue,
    /// Everything but the actions. `condition` is the CloudFormation condition under which the stage is there.
    pub fields: BTreeMap<String, NormalValue>,
    /// The actions, in order.
    pub actions: Vec<DefinedAction>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedAction {
    /// Its name.
    pub name: NormalValue,
    /// All that it has. `condition` is the CloudFormation condition under which the action is there.
    pub fields: BTreeMap<String, NormalValue>,
}

/// A resource that is no pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedResource {
    /// Its logical ID.
    pub id: NormalValue,
    /// Its type.
    pub resource_type: String,
    /// Its properties.
    pub properties: BTreeMap<String, NormalValue>,
    /// What it has beside its properties, such as `DeletionPolicy`.
    pub attributes: BTreeMap<String, NormalValue>,
}

/// A part of a document that can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComparedKind {
    /// The template as a whole.
    Template,
    /// A pipeline.
    Pipeline,
    /// A stage.
    Stage,
    /// An action.
    Action,
    /// The permissions of a role or a policy.
    Role,
    /// A resource that is no pipeline.
    Resource,
    /// A parameter of the template.
    Parameter,
    /// A mapping of the template.
    Mapping,
    /// A condition of the template.
    Condition,
    /// A rule of the template.
    Rule,
    /// An output of the template.
    Output,
}

/// Sections of a template whose entries are compared.
const SECTIONS: [(&str, ComparedKind); 5] = [
    ("Parameters", ComparedKind::Parameter),
    ("Mappings", ComparedKind::Mapping),
    ("Conditions", ComparedKind::Condition),
    ("Rules", ComparedKind::Rule),
    ("Outputs", ComparedKind::Output),
];

/// Sections of a template that are compared as a whole.
const WHOLE_SECTIONS: [&str; 3] = ["Transform", "Globals", "Hooks"];

/// What a resource has beside its properties that has an effect.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html> (2026-11-29)
const ATTRIBUTES: [&str; 6] =
    ["Condition", "CreationPolicy", "DeletionPolicy", DEPENDS_ON, "UpdatePolicy", "UpdateReplacePolicy"];

/// Values that the service fills in for a pipeline and an action.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html> and
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-29)
const EXECUTION_MODE: (&str, &str) = ("executionMode", "SUPERSEDED");
const RUN_ORDER: (&str, &str) = ("runOrder", "1");

/// The key of the condition under which a stage or an action is there.
pub const CONDITION: &str = "condition";

/// The key of something that is no map: what a function, a macro, or a loop generates.
const GENERATED: &str = "generated";

/// A value that CodeBuild fills in for an environment variable.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-codebuild-project-environmentvariable.html>
/// (2026-11-29)
const VARIABLE_TYPE: (&str, &str) = ("Type", "PLAINTEXT");
/// The resource type of build projects, and where their environment variables are.
const PROJECT: (&str, [&str; 2]) = ("AWS::CodeBuild::Project", ["Environment", "EnvironmentVariables"]);

/// What has no effect on a deployment, but is part of a template.
const METADATA: &str = "Metadata";

/// What is read of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadParts {
    /// What has an effect. Permissions are taken out of roles and policies.
    Effective,
    /// Everything, as the document divides it.
    All,
}

impl Pipelines {
    /// Reads the root of a document. A document that defines nothing is a template without resources.
    pub fn read(root: &Node) -> Self {
        Self::read_as(root, DocumentKind::of(root).unwrap_or(DocumentKind::Template))
    }

    /// Reads the root of a document of this kind.
    pub fn read_as(root: &Node, kind: DocumentKind) -> Self {
        Self::read_parts(root, kind, ReadParts::Effective)
    }

    /// With the actions of each stage in the order in which they run: another order means nothing.
    #[must_use]
    pub fn in_run_order(mut self) -> Self {
        for stage in self.pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.stages) {
            stage.actions.sort_by_key(|action| {
                let order = action.fields.get("runOrder").and_then(|order| order.as_literal()?.parse::<u32>().ok());
                order.unwrap_or(1)
            });
        }
        self
    }

    /// Reads everything that a document of this kind contains: metadata and the names of policies, too.
    pub fn read_all(root: &Node, kind: DocumentKind) -> Self {
        Self::read_parts(root, kind, ReadParts::All)
    }

    fn read_parts(root: &Node, kind: DocumentKind, parts: ReadParts) -> Self {
        if kind == DocumentKind::Definition {
            return Self {
                kind,
                pipelines: vec![of_definition(root)],
                resources: BTreeMap::new(),
                permissions: BTreeMap::new(),
                sections: Vec::new(),
            };
        }
        let mut pipelines = Vec::new();
        let mut resources = BTreeMap::new();
        for entry in root.get("Resources").map(Node::entries).unwrap_or_default() {
            if entry.value.get("Type").and_then(Node::literal) == Some(PIPELINE_TYPE) {
                pipelines.push(of_resource(entry, parts));
            } else {
                resources.insert(entry.key.node.clone(), resource(entry, parts));
            }
        }
        let permissions = match parts {
            ReadParts::Effective => permissions::take(&mut resources),
            ReadParts::All => BTreeMap::new(),
        };
        let mut sections: Vec<_> = SECTIONS.iter().map(|(name, kind)| (*kind, section(root, name))).collect();
        let whole = |name: &&str| Some(((*name).to_owned(), NormalValue::read(root.get(name)?, Keys::AsWritten)?));
        sections
            .push((ComparedKind::Template, WHOLE_SECTIONS.iter().chain(metadata(parts)).filter_map(whole).collect()));
        Self { kind, pipelines, resources, permissions, sections }
    }
}

impl Pipelines {
    /// The same, with references to other logical IDs. The IDs of the resources themselves stay.
    pub(super) fn renamed(&self, ids: &HashMap<String, String>) -> Self {
        let entries = |entries: &BTreeMap<String, NormalValue>| renamed_entries(entries, ids);
        let action =
            |action: &DefinedAction| DefinedAction { name: action.name.clone(), fields: entries(&action.fields) };
        let stage = |stage: &DefinedStage| DefinedStage {
            name: stage.name.clone(),
            fields: entries(&stage.fields),
            actions: stage.actions.iter().map(action).collect(),
        };
        let pipeline = |pipeline: &DefinedPipeline| DefinedPipeline {
            id: pipeline.id.clone(),
            fields: entries(&pipeline.fields),
            attributes: renamed_attributes(&pipeline.attributes, ids),
            stages: pipeline.stages.iter().map(stage).collect(),
        };
        let resource = |resource: &DefinedResource| DefinedResource {
            id: resource.id.clone(),
            resource_type: resource.resource_type.clone(),
            properties: entries(&resource.properties),
            attributes: renamed_attributes(&resource.attributes, ids),
        };
        let permissions = |all: &PermissionSet| all.iter().map(|it| it.renamed(ids)).collect();
        Self {
            kind: self.kind,
            pipelines: self.pipelines.iter().map(pipeline).collect(),
            resources: self.resources.iter().map(|(id, it)| (id.clone(), resource(it))).collect(),
            permissions: self.permissions.iter().map(|(id, it)| (id.clone(), permissions(it))).collect(),
            sections: self.sections.iter().map(|(kind, section)| (*kind, entries(section))).collect(),
        }
    }
}

/// Attributes, in which `DependsOn` names resources without a function.
fn renamed_attributes(
    attributes: &BTreeMap<String, NormalValue>,
    ids: &HashMap<String, String>,
) -> BTreeMap<String, NormalValue> {
    let mut renamed = renamed_entries(attributes, ids);
    if let Some(value) = attributes.get(DEPENDS_ON) {
        let id = |value: &NormalValue| {
            let id = value.as_literal().and_then(|id| ids.get(id));
            id.map_or_else(|| value.clone(), |id| NormalValue::literal(id, value.span))
        };
        let items = value.items().iter().map(id).collect();
        renamed.insert(DEPENDS_ON.to_owned(), sorted(&NormalValue::list(items, value.span)));
    }
    renamed
}

/// The attribute that names resources.
const DEPENDS_ON: &str = "DependsOn";

fn section(root: &Node, name: &str) -> BTreeMap<String, NormalValue> {
    let entries = root.get(name).map(Node::entries).unwrap_or_default();
    let entry = |entry: &Entry| Some((entry.key.node.clone(), NormalValue::read(&entry.value, Keys::AsWritten)?));
    entries.iter().filter_map(entry).collect()
}

/// The key of the metadata, if it is read.
fn metadata(parts: ReadParts) -> &'static [&'static str] {
    match parts {
        ReadParts::Effective => &[],
        ReadParts::All => &[METADATA],
    }
}

fn attributes(node: &Node, parts: ReadParts) -> BTreeMap<String, NormalValue> {
    let attribute = |name: &&str| {
        let value = NormalValue::read(node.get(name)?, Keys::AsWritten)?;
        let value = if *name == DEPENDS_ON { sorted(&value) } else { value };
        Some(((*name).to_owned(), value))
    };
    ATTRIBUTES.iter().chain(metadata(parts)).filter_map(attribute).collect()
}

/// One or more texts as a sorted list.
fn sorted(value: &NormalValue) -> NormalValue {
    let mut items = value.one_or_more().to_vec();
    items.sort_by_key(ToString::to_string);
    NormalValue::list(items, value.span)
}

fn resource(entry: &Entry, parts: ReadParts) -> DefinedResource {
    let node = &entry.value;
    let read = |node: &Node| match NormalValue::read(node, Keys::AsWritten).map(|value| value.kind) {
        Some(NormalKind::Map(entries)) => entries,
        // What a loop or a macro generates.
        Some(kind) => BTreeMap::from([(GENERATED.to_owned(), NormalValue { kind, span: node.span })]),
        None => BTreeMap::new(),
    };
    let resource_type = node.get("Type").and_then(Node::text).unwrap_or_default().to_owned();
    let mut properties = match node.get("Properties") {
        Some(properties) => read(properties),
        None if resource_type.is_empty() => read(node),
        None => BTreeMap::new(),
    };
    policy_documents::normalize(&mut properties);
    if resource_type == PROJECT.0 {
        complete_variables(&mut properties);
    }
    DefinedResource { id: id(entry), resource_type, properties, attributes: attributes(node, parts) }
}

/// Adds the type of environment variables that have none.
fn complete_variables(properties: &mut BTreeMap<String, NormalValue>) {
    let (_, [environment, variables]) = PROJECT;
    let environment = properties.get_mut(environment).map(|value| &mut value.kind);
    let Some(NormalKind::Map(entries)) = environment else { return };
    let Some(NormalKind::List(items)) = entries.get_mut(variables).map(|value| &mut value.kind) else { return };
    for item in items {
        let span = item.span;
        if let NormalKind::Map(variable) = &mut item.kind {
            let (key, plain) = VARIABLE_TYPE;
            variable.entry(key.to_owned()).or_insert_with(|| NormalValue::literal(plain, span));
        }
    }
}

fn id(entry: &Entry) -> NormalValue {
    NormalValue::literal(&entry.key.node, entry.key.span)
}

fn of_resource(entry: &Entry, parts: ReadParts) -> DefinedPipeline {
    let properties = entry.value.get("Properties").and_then(|node| NormalValue::read(node, Keys::Api));
    let attributes = attributes(&entry.value, parts);
    pipeline(Some(id(entry)), properties, attributes, entry.value.span)
}

fn of_definition(root: &Node) -> DefinedPipeline {
    let mut properties = NormalValue::read(definition(root), Keys::Api);
    let tags = root.get("tags").and_then(|tags| NormalValue::read(tags, Keys::Api));
    if let (Some(NormalKind::Map(entries)), Some(tags)) = (properties.as_mut().map(|value| &mut value.kind), tags) {
        entries.entry("tags".to_owned()).or_insert(tags);
    }
    pipeline(None, properties, BTreeMap::new(), root.span)
}

fn pipeline(
    id: Option<NormalValue>,
    properties: Option<NormalValue>,
    attributes: BTreeMap<String, NormalValue>,
    span: Span,
) -> DefinedPipeline {
    let mut fields = match properties.map(|value| value.kind) {
        Some(NormalKind::Map(entries)) => entries,
        Some(kind) => BTreeMap::from([(GENERATED.to_owned(), NormalValue { kind, span })]),
        None => BTreeMap::new(),
    };
    // A counter of the service.
    fields.remove("version");
    // What `get-pipeline` prints beside the definition.
    fields.remove("metadata");
    let (key, mode) = EXECUTION_MODE;
    fields.entry(key.to_owned()).or_insert_with(|| NormalValue::literal(mode, span));
    if let Some(stores) = fields.get("artifactStores").and_then(by_region) {
        fields.insert("artifactStores".to_owned(), stores);
    }
    let stages = match fields.get("stages").map(|stages| &stages.kind) {
        Some(NormalKind::List(items)) => {
            let stages = under_conditions(items).iter().map(stage).collect();
            fields.remove("stages");
            stages
        }
        _ => Vec::new(),
    };
    DefinedPipeline { id, fields, attributes, stages }
}

/// The list of a template as the map of the API.
fn by_region(stores: &NormalValue) -> Option<NormalValue> {
    let NormalKind::List(items) = &stores.kind else { return None };
    let store = |item: &NormalValue| Some((item.get("region")?.to_string(), item.get("artifactStore")?.clone()));
    let entries: BTreeMap<_, _> = items.iter().map(store).collect::<Option<_>>()?;
    (entries.len() == items.len()).then(|| NormalValue::map(entries, stores.span))
}

/// The name and the fields of a stage or an action. What a macro generates has no fields.
fn named(item: &Conditional<'_>) -> (NormalValue, BTreeMap<String, NormalValue>) {
    let mut fields = match &item.value.kind {
        NormalKind::Map(entries) => entries.clone(),
        _ => BTreeMap::from([(GENERATED.to_owned(), item.value.clone())]),
    };
    let name = fields.get("name").cloned();
    let name = name.unwrap_or_else(|| NormalValue::literal(&item.value.to_string(), item.value.span));
    if !item.conditions.is_empty() {
        let condition = NormalValue::literal(&item.conditions.join(" and "), item.value.span);
        fields.insert(CONDITION.to_owned(), condition);
    }
    (name, fields)
}

fn stage(item: &Conditional<'_>) -> DefinedStage {
    let (name, mut fields) = named(item);
    let actions = match fields.get("actions").map(|actions| &actions.kind) {
        Some(NormalKind::List(items)) => {
            let actions = under_conditions(items).iter().map(action).collect();
            fields.remove("actions");
            actions
        }
        _ => Vec::new(),
    };
    DefinedStage { name, fields, actions }
}

fn action(item: &Conditional<'_>) -> DefinedAction {
    let span = item.value.span;
    let (name, mut fields) = named(item);
    let (key, first) = RUN_ORDER;
    fields.entry(key.to_owned()).or_insert_with(|| NormalValue::literal(first, span));
    DefinedAction { name, fields }
}
