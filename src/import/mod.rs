//! Documents that define pipelines to `.pipe` files that build the same.
//!
//! The statements come from `decompile`. What they build is compared with the document, and what differs is
//! added in AWS's words, `raw` at the last, until nothing differs. What is beside the pipelines stays as it is, in a file of
//! resources.

mod beside;
mod patch;

use crate::compare::{Comparison, Pipelines, compare};
use crate::decompile::{Additions, TreePurpose, decompile_with};
use crate::format;
use crate::source::{FileId, Span};
use crate::syntax::ast::{File, Stmt, StmtKind, tree};
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::pipeline_document::DocumentKind;

/// How often what differs is added. An attribute gives way to a key of the configuration, and that to `raw`.
const ROUNDS: usize = 4;

/// A document to import.
#[derive(Debug, Clone, Copy)]
pub struct ImportInput<'d> {
    /// All of its text.
    pub text: &'d str,
    /// Its tree.
    pub root: &'d Node,
    /// What it is.
    pub kind: DocumentKind,
    /// The file that it is.
    pub file: FileId,
}

/// The files of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFiles {
    /// The text of the `.pipe` file.
    pub pipeline: String,
    /// The text of the file of resources, if there is anything beside the pipelines.
    pub resources: Option<String>,
}

/// What the files of an import build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImport {
    /// The template or the definition.
    pub json: String,
    /// Whether files that the pipelines use are missing: the sources are other repositories.
    pub lacks_files: bool,
}

/// An import with its proof.
#[derive(Debug, Clone)]
pub struct Import {
    /// What is to be written.
    pub files: ImportedFiles,
    /// How what the files build differs from the document. None: they build nothing.
    pub comparison: Option<Comparison>,
}

/// Imports a document. `resources_path`: where the file of resources will be, from the root of the project; `build`: what the files
/// build, as JSON.
pub fn import(
    document: ImportInput<'_>,
    resources_path: &str,
    build: &dyn Fn(&ImportedFiles) -> Option<BuiltImport>,
) -> Import {
    let resources = match document.kind {
        DocumentKind::Template => beside::without_pipelines(document.text, document.root),
        DocumentKind::Definition => None,
    };
    let named = resources.as_ref().map(|_| resources_path);
    let before = by_run_order(Pipelines::read(document.root));
    let mut additions = Additions::default();
    let mut round = 0;
    loop {
        round += 1;
        let pipeline = pipeline_text(&document, &additions, named);
        let files = ImportedFiles { pipeline, resources: resources.clone() };
        let result = build(&files);
        if result.as_ref().is_some_and(|result| result.lacks_files) && !additions.foreign_sources {
            additions.foreign_sources = true;
            continue;
        }
        let tree = result.and_then(|result| Document::parse(&result.json, DocumentOrigin::File(document.file)).root);
        let Some(tree) = tree else { return Import { files, comparison: None } };
        let comparison = compare(&before, &by_run_order(Pipelines::read(&tree)));
        let is_done = comparison.differences.is_empty() || round > ROUNDS;
        if is_done || !patch::add(&document, &tree, round, &mut additions) {
            return Import { files, comparison: Some(comparison) };
        }
    }
}

/// With the actions of each stage in the order in which they run: another order means nothing.
fn by_run_order(mut pipelines: Pipelines) -> Pipelines {
    for stage in pipelines.pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.stages) {
        stage.actions.sort_by_key(|action| {
            let order = action.fields.get("runOrder").and_then(|order| order.as_literal()?.parse::<u32>().ok());
            order.unwrap_or(1)
        });
    }
    pipelines
}

/// The text of the `.pipe` file.
fn pipeline_text(document: &ImportInput<'_>, additions: &Additions, resources: Option<&str>) -> String {
    let whole = Span::new(document.file, 0, document.text.len());
    let json = document.text.trim_start().starts_with('{');
    let read = decompile_with(document.root, document.kind, TreePurpose::Import, additions, whole, json);
    let mut statements: Vec<Stmt> = resources.into_iter().map(|path| resources_statement(path, whole)).collect();
    statements.extend(read.tree.statements);
    format::print(&File { edition: None, statements, span: whole })
}

/// `resources = file("path")`
fn resources_statement(path: &str, span: Span) -> Stmt {
    let file = tree::call(&["file"], vec![(None, tree::text(path, span))], span);
    let attribute = tree::attribute("resources", file);
    debug_assert!(matches!(attribute.kind, StmtKind::Attribute(_)));
    attribute
}
