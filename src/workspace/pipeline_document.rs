//! Files other than `.pipe` files that define pipelines: CloudFormation templates, and the JSON that the CodePipeline API takes
//! and prints.

use super::document::{Entry, Node};

/// The resource type of a pipeline.
pub const PIPELINE_TYPE: &str = "AWS::CodePipeline::Pipeline";

/// What defines a pipeline in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A CloudFormation or SAM template.
    Template,
    /// The definition of one pipeline, as `create-pipeline` takes it and `get-pipeline` prints it.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html> (2026-11-29)
    Definition,
}

impl DocumentKind {
    /// What a document is, by its content; none if it defines no pipeline.
    pub fn of(root: &Node) -> Option<Self> {
        if pipelines(root).next().is_some() {
            return Some(Self::Template);
        }
        let declaration = definition(root);
        let has = |key: &str| declaration.get(key).is_some();
        (has("stages") && (has("roleArn") || has("name") || root.get("pipeline").is_some())).then_some(Self::Definition)
    }
}

/// The resources of a template that are pipelines, each with its logical ID.
pub fn pipelines(root: &Node) -> impl Iterator<Item = &Entry> {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    resources.iter().filter(|entry| entry.value.get("Type").and_then(Node::literal) == Some(PIPELINE_TYPE))
}

/// The declaration in a definition: with or without `pipeline` around it.
pub fn definition(root: &Node) -> &Node {
    root.get("pipeline").unwrap_or(root)
}

/// A key of a pipeline as the API spells it: `roleArn`.
pub fn api_key(key: &str) -> String {
    with_first(key, |first| first.to_ascii_lowercase())
}

/// A key of a pipeline as a template spells it: `RoleArn`.
pub fn template_key(key: &str) -> String {
    with_first(key, |first| first.to_ascii_uppercase())
}

fn with_first(key: &str, change: fn(char) -> char) -> String {
    let mut letters = key.chars();
    let first = letters.next().map(change);
    first.into_iter().chain(letters).collect()
}
