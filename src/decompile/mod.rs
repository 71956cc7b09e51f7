//! Converts documents that define pipelines to syntax trees: from CloudFormation templates, and from the JSON of the
//! API.
//!
//! Every node of the tree has the span in the document that it represents, so that the stages after the parser report
//! errors there. What the language has no word for is in `configuration`, in `raw`, and in functions such as `cfn.raw`.
//! A part that cannot be read is left out, and the tree is marked as incomplete; errors in the form of a document are
//! reported by `check::documents`.

mod actions;
mod additions;
mod chosen;
mod chosen_roles;
mod computed_names;
mod deployed;
mod document_edits;
mod event_rules;
mod existence;
mod file_pairs;
mod functions;
mod helps;
mod pairs;
mod params;
mod pipelines;
mod plain_values;
mod raw;
mod references;
mod resources;
mod roles;
mod slots;
mod source_files;
mod stages;
mod string_parts;
mod triggers;
mod values;
mod wording;

use crate::source::Span;
use crate::syntax::ast::{ErrorStmt, File, Stmt, StmtKind, tree};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::{self, DocumentKind};

pub use additions::{ActionAdditions, ActionAt, Additions, DeclaredAdditions};
pub use chosen_roles::{is_policy_of, principals, service_of};
pub use event_rules::started_by;
pub use params::INTERFACE;
pub use plain_values::plain;
pub use resources::kind_of;
pub use source_files::SourceFiles;
pub use stages::conditional;
use values::Names;
pub use values::written;
pub use wording::Wording;

/// The purpose of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreePurpose {
    /// For rules: the results of intrinsic functions are determined where possible, and known resources are declared.
    Check,
    /// For a `.pipe` file: everything stays as in the document, and resources other than pipelines stay where they are.
    Import,
}

/// A document as a tree.
#[derive(Debug)]
pub struct Decompiled {
    /// The tree.
    pub tree: File,
    /// AWS's names in the document for the words of messages.
    pub wording: Wording,
    /// The paths of files in the sources of the pipelines.
    pub files: SourceFiles,
}

/// Converts a document. `whole`: the span of its whole text.
pub fn decompile(root: &Node, kind: DocumentKind, purpose: TreePurpose, whole: Span, json: bool) -> Decompiled {
    decompile_with(root, kind, purpose, &Additions::default(), whole, json)
}

/// Converts a document with the additions of an import.
pub fn decompile_with(
    root: &Node,
    kind: DocumentKind,
    purpose: TreePurpose,
    additions: &Additions,
    whole: Span,
    json: bool,
) -> Decompiled {
    let names = Names::of(root, kind, purpose);
    let mut reader =
        Reader { root, names, words: Vec::new(), additions, at: (0, 0, 0), home: None, has_one_store: false };
    let mut statements = Vec::new();
    match kind {
        DocumentKind::Template if purpose == TreePurpose::Import => {
            reader.names.declare_chosen(additions);
            statements.extend(reader.parameters());
            statements.extend(reader.lets());
            for (index, entry) in pipeline_document::pipelines(root).enumerate() {
                reader.at = (index, 0, 0);
                statements.extend(reader.pipeline_resource(entry));
            }
            statements.extend(reader.chosen_resources());
        }
        DocumentKind::Template => {
            reader.declare();
            statements.extend(reader.parameters());
            for entry in pipeline_document::pipelines(root) {
                statements.extend(reader.pipeline_resource(entry));
            }
            statements.extend(reader.resources());
        }
        DocumentKind::Definition => {
            statements.push(reader.pipeline(pipeline_document::definition(root), None));
        }
    }
    let tree = File { edition: None, statements, span: whole };
    let files = SourceFiles::of(root);
    Decompiled {
        tree,
        wording: Wording { regions: reader.words, computed: reader.names.computed.all(), json, kind },
        files,
    }
}

/// The state of the conversion.
struct Reader<'d> {
    root: &'d Node,
    names: Names<'d>,
    words: Vec<wording::Region>,
    additions: &'d Additions,
    /// The positions of the current pipeline, stage, and action.
    at: ActionAt,
    /// The Region of the current pipeline, if its artifact buckets and sources determine it.
    home: Option<String>,
    /// Whether the current pipeline has one artifact bucket, so that all of its actions must be in its Region.
    has_one_store: bool,
}

/// Returns a placeholder for what could not be read: rules that conclude from absence are then skipped.
fn unread(span: Span) -> Stmt {
    tree::statement(StmtKind::Error(ErrorStmt { words: Vec::new() }), None, span)
}
