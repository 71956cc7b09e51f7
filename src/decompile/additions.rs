//! What the statements of a document have to say in AWS's words, because no attribute says it.

use std::collections::{BTreeMap, BTreeSet};

use crate::syntax::ast::Entry;
use crate::workspace::document::Node;

/// What is added to the statements of an import, by the positions of pipelines, stages, and actions in the document.
#[derive(Debug, Clone, Default)]
pub struct Additions {
    /// `raw` of pipelines.
    pub pipelines: BTreeMap<usize, Vec<Entry>>,
    /// `raw` of stages.
    pub stages: BTreeMap<(usize, usize), Vec<Entry>>,
    /// Of actions.
    pub actions: BTreeMap<ActionAt, ActionAdditions>,
    /// The resources beside the pipelines that statements declare, by logical ID.
    pub declared: BTreeMap<String, DeclaredAdditions>,
    /// The parameters that statements declare.
    pub params: BTreeSet<String>,
    /// Those of them that get no pattern although they become part of JSON.
    pub open_params: BTreeSet<String>,
    /// Whether the statements say how the console shows the parameters.
    pub interface: bool,
    /// Roles that are derived instead, and their policies.
    pub left_out: BTreeSet<String>,
    /// Whether the sources are other repositories than the one that the import is written to.
    pub foreign_sources: bool,
}

/// An action, by the positions of its pipeline, its stage, and itself.
pub type ActionAt = (usize, usize, usize);

/// What is added to the statement of an action.
#[derive(Debug, Clone, Default)]
pub struct ActionAdditions {
    /// `raw`
    pub raw: Vec<Entry>,
    /// Keys of the configuration that stand in `configuration` although an attribute has them.
    pub as_written: BTreeSet<String>,
    /// Keys that the document does not set, and dotpipe would.
    pub left_out: BTreeSet<String>,
}

/// A resource that a statement declares.
#[derive(Debug, Clone, Default)]
pub struct DeclaredAdditions {
    /// Its name in the `.pipe` file.
    pub symbol: String,
    /// `raw`
    pub raw: Vec<Entry>,
}

impl Additions {
    /// Whether a value refers to a role that is derived instead.
    pub fn leaves_out(&self, value: &Node) -> bool {
        !self.left_out.is_empty() && value.referred().is_some_and(|id| self.left_out.contains(&id))
    }
}
