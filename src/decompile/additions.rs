//! Additions to the statements for a document, in AWS's words, where no attribute expresses them.

use std::collections::{BTreeMap, BTreeSet};

use crate::syntax::ast::Entry;
use crate::workspace::document::Node;

/// The additions to the statements of an import, by the positions of pipelines, stages, and actions in the document.
#[derive(Debug, Clone, Default)]
pub struct Additions {
    /// `raw` of pipelines.
    pub pipelines: BTreeMap<usize, Vec<Entry>>,
    /// `raw` of stages.
    pub stages: BTreeMap<(usize, usize), Vec<Entry>>,
    /// Additions to actions.
    pub actions: BTreeMap<ActionAt, ActionAdditions>,
    /// The resources other than pipelines that statements declare, by logical ID.
    pub declared: BTreeMap<String, DeclaredAdditions>,
    /// The parameters that statements declare.
    pub params: BTreeSet<String>,
    /// The conditions that statements declare.
    pub conditions: BTreeSet<String>,
    /// The mappings that statements declare.
    pub mappings: BTreeSet<String>,
    /// The parameters that get no pattern although they become part of JSON.
    pub open_params: BTreeSet<String>,
    /// Whether the statements say how the console shows the parameters.
    pub interface: bool,
    /// Roles that are derived instead, and their policies.
    pub left_out: BTreeSet<String>,
    /// Whether the sources are repositories other than the one to which the import is written.
    pub foreign_sources: bool,
}

/// An action, by the positions of its pipeline, its stage, and itself.
pub type ActionAt = (usize, usize, usize);

/// The additions to the statement of an action.
#[derive(Debug, Clone, Default)]
pub struct ActionAdditions {
    /// `raw`
    pub raw: Vec<Entry>,
    /// Keys that are written in `configuration` although they have an attribute.
    pub as_written: BTreeSet<String>,
    /// Keys that the document does not set but dotpipe would.
    pub left_out: BTreeSet<String>,
}

/// A resource that a statement declares.
#[derive(Debug, Clone, Default)]
pub struct DeclaredAdditions {
    /// Its name in the `.pipe` file.
    pub symbol: String,
    /// `raw`
    pub raw: Vec<Entry>,
    /// Whether a role lists who may assume it.
    pub lists_principals: bool,
    /// Whether the statements of its policies stay in the notation of IAM.
    pub is_verbatim: bool,
}

impl Additions {
    /// Returns whether a value refers to a role that is derived instead.
    pub fn leaves_out(&self, value: &Node) -> bool {
        !self.left_out.is_empty() && value.referred().is_some_and(|id| self.left_out.contains(&id))
    }
}
