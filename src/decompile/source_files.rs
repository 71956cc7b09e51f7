//! The files that a document names in the sources of its pipelines.

use camino::Utf8Path;

use crate::catalog::{Category, Owner, by_aws};
use crate::workspace::document::Node;

/// The paths of files in sources, as the document has them. In which folder of the repository they are shows which
/// folder the sources contain.
#[derive(Debug, Clone, Default)]
pub struct SourceFiles {
    /// The named buildspecs.
    buildspecs: Vec<String>,
    /// The files after `::`, in artifacts of sources.
    templates: Vec<String>,
    /// The buildspec of a project that names none.
    default: Option<&'static str>,
    /// The files after `::`, in artifacts that other actions produce: often from a file with the same path.
    produced: Vec<String>,
    /// The words of buildspecs inside the document that could be paths.
    words: Vec<String>,
}

impl SourceFiles {
    /// Collects the files of a document.
    pub(super) fn of(root: &Node) -> Self {
        let mut sources = Vec::new();
        add_sources(root, &mut sources);
        let mut found = Self::default();
        found.add(root, &sources);
        found
    }

    fn add(&mut self, node: &Node, sources: &[&str]) {
        if let Some(source) = node.at(&["Properties", "Source"]).filter(|_| is_project(node))
            && source.get("BuildSpec").is_none()
        {
            self.default = Some(DEFAULT);
        }
        // The project of the JSON of a pipeline is not known.
        let text = |key: &str| node.get(key).and_then(Node::literal);
        let category = text("category").and_then(Category::from_aws);
        let action_type = category.zip(text("provider")).and_then(|(category, it)| by_aws(Owner::Aws, category, it));
        if action_type.is_some_and(|(_, action_type)| action_type.runs_project()) {
            self.default = Some(DEFAULT);
        }
        for entry in node.entries() {
            if is_buildspec(&entry.key.node) {
                add_words(&entry.value, &mut self.words);
            }
            if let Some(text) = entry.value.literal().filter(|text| !text.contains('\n')) {
                match entry.key.node.as_str() {
                    key if is_buildspec(key) && !text.is_empty() => self.buildspecs.push(text.to_owned()),
                    "TemplatePath" => match text.split_once("::") {
                        Some((artifact, path)) if sources.contains(&artifact) => self.templates.push(path.to_owned()),
                        Some((_, path)) => self.produced.push(path.to_owned()),
                        None => {}
                    },
                    _ => {}
                }
            }
            self.add(&entry.value, sources);
        }
        node.items().iter().for_each(|item| self.add(item, sources));
    }

    /// Returns how well a folder fits, by the function that returns whether a file is in it: folders are compared by the
    /// number of buildspecs, that of templates, and the default buildspec. Files that other actions produce, and words
    /// of buildspecs inside the document, say something only if there are no named buildspecs. `None` if the folder has
    /// none of the files.
    pub fn fit(&self, has: &dyn Fn(&Utf8Path) -> bool) -> Option<[usize; 5]> {
        let count = |paths: &[String]| paths.iter().filter(|path| has(Utf8Path::new(path.as_str()))).count();
        let default = usize::from(self.default.is_some_and(|path| has(Utf8Path::new(path))));
        let without_named = |paths: &[String]| if self.buildspecs.is_empty() { count(paths) } else { 0 };
        let (produced, words) = (without_named(&self.produced), without_named(&self.words));
        let fit = [count(&self.buildspecs), count(&self.templates), default, produced, words];
        (fit != [0; 5]).then_some(fit)
    }
}

/// The buildspec of a project that names none.
const DEFAULT: &str = "buildspec.yml";

/// Returns whether a key has a buildspec as its value: a path, or the text.
fn is_buildspec(key: &str) -> bool {
    matches!(key, "BuildSpec" | "Buildspec" | "BuildspecOverride")
}

/// Collects the words of a text of several lines that could be relative paths, also inside `Fn::Sub`.
fn add_words(node: &Node, found: &mut Vec<String>) {
    if let Some(text) = node.text().filter(|text| text.contains('\n')) {
        let is_path = |word: &&str| word.contains(['.', '/']) && !word.starts_with(['/', '-']) && !word.contains("..");
        let ends = |c: char| c.is_whitespace() || "'\"`=,;:()[]{}<>|&".contains(c);
        found.extend(text.split(ends).filter(is_path).map(|word| word.trim_start_matches("./").to_owned()));
    }
    node.entries().iter().for_each(|entry| add_words(&entry.value, found));
    node.items().iter().for_each(|item| add_words(item, found));
}

fn is_project(node: &Node) -> bool {
    node.get("Type").and_then(Node::literal) == Some("AWS::CodeBuild::Project")
}

/// Collects the names of the artifacts that source actions produce.
fn add_sources<'d>(node: &'d Node, found: &mut Vec<&'d str>) {
    let either = |node: &'d Node, upper: &str, lower: &str| node.get(upper).or_else(|| node.get(lower));
    let id = either(node, "ActionTypeId", "actionTypeId");
    let category = id.and_then(|id| either(id, "Category", "category")).and_then(Node::literal);
    if category == Some("Source") {
        let outputs = either(node, "OutputArtifacts", "outputArtifacts").map(Node::items).unwrap_or_default();
        found.extend(outputs.iter().filter_map(|output| either(output, "Name", "name")?.literal()));
    }
    node.entries().iter().for_each(|entry| add_sources(&entry.value, found));
    node.items().iter().for_each(|item| add_sources(item, found));
}
