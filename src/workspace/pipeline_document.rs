//! Files other than `.pipe` files that define pipelines: CloudFormation templates, and the JSON that the CodePipeline
//! API accepts and returns.

use camino::Utf8Path;

use crate::source::Spanned;

use super::document::{Document, Entry, Node};

/// Whether these files are compiled. In a page, only `.pipe` files are: the code for others would be a twentieth of what
/// a visitor downloads.
pub const ARE_COMPILED: bool = cfg!(not(target_family = "wasm"));

/// The resource type of a pipeline.
pub const PIPELINE_TYPE: &str = "AWS::CodePipeline::Pipeline";

/// The start of the placeholders for artifacts whose names are known only at deployment.
pub const COMPUTED_ARTIFACT: &str = "ComputedArtifact";

/// Returns whether a name is a placeholder for that of an artifact, which other names cannot be compared with.
pub fn is_computed_artifact(name: &str) -> bool {
    name.starts_with(COMPUTED_ARTIFACT)
}

/// The kind of a document that defines a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A CloudFormation or SAM template.
    Template,
    /// The definition of one pipeline, in the format of `create-pipeline` and `get-pipeline`.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html> (2026-11-29)
    Definition,
}

impl DocumentKind {
    /// Returns the kind of a document by its content, or `None` if it does not define a pipeline.
    pub fn of(root: &Node) -> Option<Self> {
        if pipelines(root).next().is_some() {
            return Some(Self::Template);
        }
        let declaration = definition(root);
        let has = |key: &str| declaration.get(key).is_some();
        (has("stages") && (has("roleArn") || has("name") || root.get("pipeline").is_some())).then_some(Self::Definition)
    }
}

/// Returns the resources of a template that are pipelines, each with its logical ID.
pub fn pipelines(root: &Node) -> impl Iterator<Item = &Entry> {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    resources.iter().filter(|entry| entry.value.get("Type").and_then(Node::literal) == Some(PIPELINE_TYPE))
}

/// Returns the declaration in a definition, which may be wrapped in `pipeline`.
pub fn definition(root: &Node) -> &Node {
    root.get("pipeline").unwrap_or(root)
}

/// Returns the Region of a pipeline, if an ARN shows it: that of the pipeline itself, which `get-pipeline` prints beside
/// the definition, or that of the key of its only artifact store.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_EncryptionKey.html> (2026-11-30)
pub fn region_by_arn<'n>(root: &'n Node, pipeline: &'n Node) -> Option<Spanned<&'n str>> {
    const KEYS: [[&str; 3]; 2] = [["ArtifactStore", "EncryptionKey", "Id"], ["artifactStore", "encryptionKey", "id"]];
    let of_key = || KEYS.iter().find_map(|path| pipeline.at(path));
    let arn = root.at(&["metadata", "pipelineArn"]).or_else(of_key)?;
    let region = arn.literal()?.strip_prefix("arn:")?.split(':').nth(2).filter(|region| !region.is_empty())?;
    Some(Spanned::new(region, arn.span))
}

/// The extensions of files that may be templates or definitions.
pub const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "template"];

/// Returns whether the extension of a file is one of a template or a definition.
pub fn has_document_extension(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Files of npm and of TypeScript, which many folders have: a search does not read them.
const OF_OTHER_TOOLS: [&str; 3] = ["package.json", "package-lock.json", "tsconfig.json"];

/// Returns whether a file may be a template or a definition, judging by its name.
pub fn is_document_name(path: &Utf8Path) -> bool {
    has_document_extension(path) && !path.file_name().is_some_and(|name| OF_OTHER_TOOLS.contains(&name))
}

/// Returns whether a text may be a template or a definition with a pipeline, without parsing it.
pub fn may_define_pipeline(text: &str) -> bool {
    // A search looks at every template and buildspec.
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    // The stages of a definition may be empty.
    has(PIPELINE_TYPE) || has("stages") && (has("actionTypeId") || has("\"stages\"") && has("\"roleArn\""))
}

/// Returns the kind of a document that is recognized by its content alone.
pub fn found_kind(text: &str, document: &Document) -> Option<DocumentKind> {
    match (&document.root, &document.error) {
        (Some(root), _) => DocumentKind::of(root),
        // The syntax error is worth reporting, unless the file is a template of another template language.
        (None, Some(_)) if text.contains(PIPELINE_TYPE) && !has_placeholders(text) => Some(DocumentKind::Template),
        (None, _) => None,
    }
}

/// Returns whether a text has placeholders of a template language such as Jinja.
fn has_placeholders(text: &str) -> bool {
    let inside = text.match_indices("{{").filter_map(|(at, _)| text.get(at + 2..));
    ["{%", "<%", "{#"].iter().any(|mark| text.contains(mark))
        || inside.into_iter().any(|rest| !rest.trim_start().starts_with("resolve:"))
}

/// Returns the physical names of the pipelines of a document, or `None` if one of them is not literal.
pub fn pipeline_names(root: &Node, kind: DocumentKind) -> Option<Vec<&str>> {
    match kind {
        DocumentKind::Template => {
            pipelines(root).map(|entry| entry.value.at(&["Properties", "Name"]).and_then(Node::literal)).collect()
        }
        DocumentKind::Definition => definition(root).get("name").and_then(Node::literal).map(|name| vec![name]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_tools_are_no_documents() {
        let is_one = |path: &str| is_document_name(Utf8Path::new(path));
        assert!(is_one("app/template.yaml") && is_one("pipeline.JSON") && is_one("package.yaml"));
        assert!(!is_one("app/package.json") && !is_one("tsconfig.json") && !is_one("app/pipeline.pipe"));
    }
}
