//! CloudFormation and SAM templates, in YAML or JSON.
//!
//! Fact source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html> (2026-11-23).

mod capabilities;
mod code;
mod functions;
mod made;
pub mod pattern;
mod roles;
mod sam;
pub mod uses;

use std::sync::OnceLock;

use crate::source::{Span, Spanned};

use super::document::{Document, DocumentOrigin, Entry, Finding, Node, SyntaxError};

pub use capabilities::{Capability, CapabilityNeed};
pub use code::{CodeLocation, CodeSource};
pub use functions::RoleSource;
pub use made::{LogicalId, MadeResource};
pub use roles::{ManagedPolicy, PolicyReference, TemplateRole};

/// A template: everything in it that could be read.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// The reason that nothing could be read.
    pub error: Option<SyntaxError>,
    /// Constructs that parsers of the format read differently.
    pub findings: Vec<Finding>,
    /// Whether it has a `Resources` section. Otherwise, this is not a template.
    pub has_resources: bool,
    /// Names of the macros under `Transform`, in order.
    pub transforms: Vec<Spanned<String>>,
    /// `Parameters`.
    pub parameters: Vec<Parameter>,
    /// `Outputs`.
    pub outputs: Vec<Output>,
    /// `Resources`, as written.
    pub resources: Vec<Resource>,
    /// Names under `Mappings`.
    pub mappings: Vec<Spanned<String>>,
    /// Names under `Conditions`.
    pub conditions: Vec<Spanned<String>>,
    /// SAM's `Globals`.
    pub globals: Option<Node>,
    /// The calls of `Fn::Transform`, each with the name of the macro if it is literal.
    pub inline_transforms: Vec<Spanned<String>>,
    /// The calls of `Fn::ForEach` in sections that declare names. What they generate is not known.
    pub loops: Vec<Span>,
    /// The calls of `Fn::ForEach` in `Resources`.
    pub resource_loops: Vec<Span>,
    /// Sections that are not part of the format.
    pub unknown_sections: Vec<Spanned<String>>,
    /// The resources that its deployment creates, computed on first use.
    made: OnceLock<Vec<MadeResource>>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Spanned<String>,
    /// `Type`.
    pub kind: Option<Spanned<String>>,
    /// `Default`: makes the parameter optional.
    pub default: Option<Node>,
    /// `AllowedValues`, as CloudFormation reads them.
    pub allowed_values: Vec<Spanned<String>>,
    /// `AllowedPattern`: a Java regular expression for the whole value.
    pub allowed_pattern: Option<Spanned<String>>,
    /// `ConstraintDescription`: the message of CloudFormation for a value that violates the constraints.
    pub constraint: Option<String>,
    /// `MinLength`, `MaxLength`, `MinValue`, `MaxValue`, if present.
    pub limits: Vec<(&'static str, Spanned<String>)>,
    /// `NoEcho`.
    pub no_echo: bool,
}

/// An output.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: Spanned<String>,
    /// `Value`.
    pub value: Option<Node>,
    /// `Export.Name`.
    pub export: Option<Node>,
    /// `Condition`: the output may be missing.
    pub condition: Option<Spanned<String>>,
}

/// A resource as written.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its logical ID.
    pub id: Spanned<String>,
    /// `Type`.
    pub kind: Spanned<String>,
    /// The whole declaration.
    pub node: Node,
    /// `Condition`.
    pub condition: Option<Spanned<String>>,
}

impl Resource {
    /// Returns the value of a property.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.property_entry(name).map(|entry| &entry.value)
    }

    /// Returns a property with its key.
    pub fn property_entry(&self, name: &str) -> Option<&Entry> {
        self.node.get("Properties")?.entry(name)
    }

    /// Returns the physical name that the template sets: the property called `Name` or like the type
    /// (`AWS::S3::Bucket`: `BucketName`). Returns `None` if CloudFormation generates one.
    pub fn explicit_name(&self) -> Option<&Entry> {
        explicit_name(&self.kind.node, self.node.get("Properties")?)
    }
}

fn explicit_name<'n>(kind: &str, properties: &'n Node) -> Option<&'n Entry> {
    let last = kind.rsplit("::").next()?;
    let entry = properties.entry(&format!("{last}Name")).or_else(|| properties.entry("Name"));
    entry.filter(|entry| !entry.value.is_no_value())
}

/// The sections that a template can have.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html> (2026-11-29)
pub const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
    "Hooks",
    "Globals",
];
const LIMITS: &[&str] = &["MinLength", "MaxLength", "MinValue", "MaxValue"];

impl Template {
    /// Reads a template. Never fails: a text that is not a template yields a model without content.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        Self::of(&Document::parse(text, origin))
    }

    /// Reads a document as a template.
    pub fn of(document: &Document) -> Self {
        let (error, findings) = (document.error.clone(), document.findings.clone());
        let mut template = Self { error, findings, ..Self::default() };
        if let Some(root) = &document.root {
            template.read(root);
        }
        template
    }

    /// Returns the parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.node == name)
    }

    /// Returns the output with this name.
    pub fn output(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().find(|output| output.name.node == name)
    }

    /// Returns the resource with this logical ID, as written.
    pub fn resource(&self, id: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id.node == id)
    }

    /// Returns the files that `AWS::Include` inserts, if they are paths relative to the template: `aws cloudformation
    /// package` uploads them.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html> (2026-11-29)
    pub fn included_paths(root: &Node) -> Vec<Spanned<String>> {
        let mut found = Vec::new();
        collect_included(root, &mut found);
        found
    }

    /// Returns whether SAM expands the template.
    pub fn is_sam(&self) -> bool {
        self.transforms.iter().any(|transform| transform.node == sam::TRANSFORM)
    }

    /// Returns whether all names and resources are known: only SAM changes the template, no loop generates resources,
    /// and there are no nested stacks and no modules. An incomplete template may gain whatever it lacks.
    pub fn is_complete(&self) -> bool {
        let holds_others = |resource: &Resource| match resource.kind.node.as_str() {
            "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => true,
            // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html> (2026-11-23)
            kind => kind.ends_with("::MODULE"),
        };
        self.declares_all_names() && !self.resources.iter().any(holds_others)
    }

    /// Returns the macros, in `Transform` and inline, whose additions are unknown.
    pub fn foreign_macros(&self) -> impl Iterator<Item = &Spanned<String>> {
        let known = |name: &&Spanned<String>| !TRANSPARENT.contains(&name.as_str());
        self.transforms.iter().filter(known).chain(&self.inline_transforms)
    }

    /// Returns the types of the modules among the resources.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html> (2026-11-23)
    pub fn modules(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.resources.iter().map(|resource| &resource.kind).filter(|kind| kind.node.ends_with("::MODULE"))
    }

    /// Returns whether all parameters and outputs are known: only macros of AWS change the template, and no loop
    /// generates any.
    pub fn declares_all_names(&self) -> bool {
        self.error.is_none()
            && self.has_resources
            && self.loops.is_empty()
            && self.inline_transforms.is_empty()
            && self.transforms.iter().all(|transform| TRANSPARENT.contains(&transform.node.as_str()))
    }

    fn read(&mut self, root: &Node) {
        for Entry { key, value } in root.entries() {
            match key.as_str() {
                "Transform" => self.transforms = transforms(value),
                "Parameters" => self.parameters = self.named(value).map(parameter).collect(),
                "Outputs" => self.outputs = self.named(value).map(output).collect(),
                "Resources" => {
                    self.has_resources = true;
                    let before = self.loops.len();
                    self.resources = self.named(value).filter_map(resource).collect();
                    self.resource_loops = self.loops.get(before..).unwrap_or_default().to_vec();
                }
                "Mappings" => self.mappings = self.named(value).map(|entry| entry.key.clone()).collect(),
                "Conditions" => self.conditions = self.named(value).map(|entry| entry.key.clone()).collect(),
                "Globals" => self.globals = Some(value.clone()),
                other if SECTIONS.contains(&other) => {}
                _ if key.node.starts_with("Fn::") => self.loops.push(key.span),
                _ => self.unknown_sections.push(key.clone()),
            }
            collect_transforms(value, &mut self.inline_transforms);
        }
    }

    /// Returns the entries of a section that declares names, and records its loops.
    fn named<'a>(&mut self, section: &'a Node) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let is_call = |entry: &&Entry| entry.key.node.starts_with("Fn::");
        let calls = section.entries().iter().filter(is_call).filter(|entry| entry.key.node != "Fn::Transform");
        self.loops.extend(calls.map(|entry| entry.key.span));
        section.entries().iter().filter(move |entry| !is_call(entry))
    }
}

/// Macros of AWS that add no names, or whose additions are known.
const TRANSPARENT: &[&str] =
    &[sam::TRANSFORM, "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"];

fn transforms(node: &Node) -> Vec<Spanned<String>> {
    let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
    let name = |item: &Node| item.spanned().or_else(|| item.get("Name")?.spanned());
    items.iter().filter_map(name).collect()
}

fn collect_transforms(node: &Node, found: &mut Vec<Spanned<String>>) {
    if let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::Transform") {
        let name = call.argument.get("Name").and_then(Node::literal).unwrap_or_default();
        found.push(Spanned::new(name.to_owned(), call.name_span));
    }
    for entry in node.entries() {
        // Next to other keys, it is not a call of its own, but it is expanded nevertheless.
        if entry.key.node == "Fn::Transform" && node.entries().len() > 1 {
            let name = entry.value.get("Name").and_then(Node::literal).unwrap_or_default();
            found.push(Spanned::new(name.to_owned(), entry.key.span));
        }
        collect_transforms(&entry.value, found);
    }
    node.items().iter().for_each(|item| collect_transforms(item, found));
}

fn collect_included(node: &Node, found: &mut Vec<Spanned<String>>) {
    if node.get("Name").and_then(Node::literal) == Some("AWS::Include") {
        let location = node.at(&["Parameters", "Location"]).and_then(Node::spanned);
        found.extend(location.filter(|path| !path.node.contains("://") && !path.node.starts_with("{{")));
    }
    node.entries().iter().for_each(|entry| collect_included(&entry.value, found));
    node.items().iter().for_each(|item| collect_included(item, found));
}

fn parameter(Entry { key, value }: &Entry) -> Parameter {
    let text = |name: &str| value.get(name).and_then(Node::spanned);
    Parameter {
        name: key.clone(),
        kind: text("Type"),
        default: value.get("Default").cloned(),
        allowed_values: value
            .get("AllowedValues")
            .map_or_else(Vec::new, |values| values.items().iter().filter_map(Node::read).collect()),
        allowed_pattern: text("AllowedPattern"),
        constraint: text("ConstraintDescription").map(|text| text.node),
        limits: LIMITS.iter().filter_map(|name| Some((*name, text(name)?))).collect(),
        no_echo: value.get("NoEcho").and_then(Node::as_bool).unwrap_or(false),
    }
}

fn output(Entry { key, value }: &Entry) -> Output {
    Output {
        name: key.clone(),
        value: value.get("Value").cloned(),
        export: value.at(&["Export", "Name"]).cloned(),
        condition: value.get("Condition").and_then(Node::spanned),
    }
}

fn resource(Entry { key, value }: &Entry) -> Option<Resource> {
    Some(Resource {
        id: key.clone(),
        kind: value.get("Type")?.spanned()?,
        condition: value.get("Condition").and_then(Node::spanned),
        node: value.clone(),
    })
}

#[cfg(test)]
mod tests;
