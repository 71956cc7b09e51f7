//! Imports documents that define pipelines as `.pipe` files that build the same.
//!
//! The statements come from `decompile`. What they build is compared with the document, and differences are added in
//! AWS's words, with `raw` as the last resort, until there are none. Resources other than pipelines are declared if
//! that builds the same (`candidates`); the rest stays as it is, in a file of resources.

mod candidates;
mod comments;
mod declared;
mod faults;
mod other_resources;
mod patch;
mod roles;

use std::collections::BTreeMap;

use crate::compare::{Comparison, Pipelines, compare};
use crate::decompile::{Additions, TreePurpose, decompile_with};
use crate::format;
use crate::source::{FileId, Span};
use crate::syntax::ast::{File, Stmt, StmtKind, tree};
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::pipeline_document::DocumentKind;

pub use roles::RoleOutcome;

use candidates::Candidates;
use comments::ImportComments;

/// How many times differences are added. An attribute is replaced by a key of the configuration, and that by `raw`.
const ROUNDS: usize = 4;

/// How many times declarations that do not build the same are changed or left out.
const TRIALS: usize = 8;

/// A document to import.
#[derive(Debug, Clone, Copy)]
pub struct ImportInput<'d> {
    /// The whole text.
    pub text: &'d str,
    /// Its tree.
    pub root: &'d Node,
    /// The kind of document.
    pub kind: DocumentKind,
    /// Its file.
    pub file: FileId,
    /// Whether to leave out roles if the derived ones allow everything that they allow.
    pub derive_roles: bool,
}

/// The files of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFiles {
    /// The text of the `.pipe` file.
    pub pipeline: String,
    /// The text of the file of resources, if anything is left that is not declared.
    pub resources: Option<String>,
}

/// What the files of an import build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImport {
    /// The template or the definition.
    pub json: String,
    /// Whether files that the pipelines use are missing because the sources are other repositories.
    pub lacks_files: bool,
    /// The errors in the files.
    pub errors: Vec<BuiltError>,
}

/// An error in the files of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltError {
    /// Its code and message.
    pub text: String,
    /// The positions in the `.pipe` file that it points to.
    pub positions: Vec<usize>,
}

/// The result of an import, with its proof.
#[derive(Debug, Clone)]
pub struct Import {
    /// The files to write.
    pub files: ImportedFiles,
    /// How what the files build differs from the document, apart from requested differences. `None` if they build
    /// nothing.
    pub comparison: Option<Comparison>,
    /// What happened to the roles of pipelines and projects, by logical ID, if they were to be derived.
    pub roles: BTreeMap<String, RoleOutcome>,
}

/// Builds the files of an import, as JSON.
pub type BuildFiles<'b> = &'b dyn Fn(&ImportedFiles) -> Option<BuiltImport>;

/// Imports a document. `resources_path`: the path of the file of resources, relative to the root of the project.
pub fn import(document: ImportInput<'_>, resources_path: &str, build: BuildFiles<'_>) -> Import {
    let importer = Importer {
        before: Pipelines::read_all(document.root, document.kind).in_run_order(),
        document,
        resources_path,
        build,
    };
    let plain = importer.attempt(Additions::default());
    let mut candidates = match document.kind {
        DocumentKind::Template => Candidates::of(document.root),
        DocumentKind::Definition => Candidates::default(),
    };
    if other_resources::has_interface_comments(document.text, document.root) {
        candidates.shown_params = None;
    }
    for _ in 0..TRIALS {
        if candidates.is_empty() {
            break;
        }
        let mut additions = candidates.additions();
        additions.foreign_sources = plain.additions.foreign_sources;
        let attempt = importer.attempt(additions);
        if candidates.says_interface() && !faults::has_same_interface(&importer, &attempt) {
            candidates.shown_params = None;
            continue;
        }
        let guarded = faults::guarded(&importer, &attempt, &candidates);
        if !guarded.is_empty() {
            candidates.open_params.extend(guarded);
            continue;
        }
        let faults = faults::of(&importer, &attempt, &plain, &candidates);
        if faults.is_empty() {
            return importer.finished(attempt, &candidates);
        }
        for (name, reason) in faults {
            candidates.leave(&name, reason);
        }
    }
    let left: Vec<String> = candidates.names().cloned().collect();
    for name in left {
        candidates.leave(&name, "its declaration builds something else".to_owned());
    }
    importer.finished(plain, &candidates)
}

/// What stays the same in all attempts of an import.
struct Importer<'a> {
    document: ImportInput<'a>,
    resources_path: &'a str,
    build: BuildFiles<'a>,
    /// The document, in normal form.
    before: Pipelines,
}

/// An attempt at an import.
struct Attempt {
    files: ImportedFiles,
    additions: Additions,
    errors: Vec<BuiltError>,
    /// What the files build; `None` if they build nothing.
    built: Option<(Pipelines, Comparison)>,
    /// The same as JSON.
    json: Option<String>,
}

impl Importer<'_> {
    /// Adds differences until there are none, or nothing more can be added.
    fn attempt(&self, mut additions: Additions) -> Attempt {
        let mut round = 0;
        loop {
            round += 1;
            let files = self.files(&additions);
            let result = (self.build)(&files);
            if result.as_ref().is_some_and(|result| result.lacks_files) && !additions.foreign_sources {
                additions.foreign_sources = true;
                continue;
            }
            let origin = DocumentOrigin::File(self.document.file);
            let read = result.and_then(|result| Some((Document::parse(&result.json, origin).root?, result)));
            let Some((tree, BuiltImport { errors, json, .. })) = read else {
                return Attempt { files, additions, errors: Vec::new(), built: None, json: None };
            };
            let after = Pipelines::read_all(&tree, self.document.kind).in_run_order();
            let comparison = compare(&self.before, &after);
            let is_done = comparison.differences.is_empty() || round > ROUNDS;
            let mut add = || {
                let of_pipelines = patch::add(&self.document, &tree, round, &mut additions);
                declared::add(&self.document, &tree, round, &mut additions) || of_pipelines
            };
            if is_done || !add() {
                let built = Some((after, comparison));
                return Attempt { files, additions, errors, built, json: Some(json) };
            }
        }
    }

    fn files(&self, additions: &Additions) -> ImportedFiles {
        let document = &self.document;
        let resources = match document.kind {
            DocumentKind::Template => other_resources::without_declared(document.text, document.root, additions),
            DocumentKind::Definition => None,
        };
        let named = resources.as_ref().map(|_| self.resources_path);
        ImportedFiles { pipeline: pipeline_text(document, additions, named), resources }
    }

    /// Returns the result, with comments.
    fn finished(&self, attempt: Attempt, candidates: &Candidates) -> Import {
        let (attempt, roles) =
            if self.document.derive_roles { roles::derive(self, attempt) } else { (attempt, BTreeMap::new()) };
        let Attempt { mut files, additions, built, .. } = attempt;
        let above = other_resources::comments_of_declared(self.document.text, self.document.root, &additions);
        let mut kept = candidates.kept.clone();
        kept.retain(|name, _| !additions.left_out.contains(name));
        let remarks = ImportComments { kept, above };
        files.pipeline = comments::add(&files.pipeline, self.document.file, &remarks);
        Import { files, comparison: built.map(|(_, comparison)| comparison), roles }
    }
}

/// Returns the text of the `.pipe` file.
fn pipeline_text(document: &ImportInput<'_>, additions: &Additions, resources: Option<&str>) -> String {
    let whole = Span::new(document.file, 0, document.text.len());
    let json = document.text.trim_start().starts_with('{');
    let read = decompile_with(document.root, document.kind, TreePurpose::Import, additions, whole, json);
    let mut statements: Vec<Stmt> = resources.into_iter().map(|path| resources_statement(path, whole)).collect();
    statements.extend(read.tree.statements);
    format::print(&File { edition: None, statements, span: whole })
}

/// Returns `resources = file("path")`.
fn resources_statement(path: &str, span: Span) -> Stmt {
    let file = tree::call(&["file"], vec![(None, tree::text(path, span))], span);
    let attribute = tree::attribute("resources", file);
    debug_assert!(matches!(attribute.kind, StmtKind::Attribute(_)));
    attribute
}
