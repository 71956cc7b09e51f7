//! Names of stages, actions, and artifacts that contain values known only at deployment.
//!
//! The tree has a placeholder for each such name: the same one for the same expression, so that artifacts connect
//! actions. Messages show the expression.

use std::cell::RefCell;

use crate::collections::HashSet;
use crate::syntax::ast::{ErrorStmt, Stmt, StmtKind, tree};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::{COMPUTED_ARTIFACT, is_computed_artifact};

use super::TreePurpose;
use super::values::Names;

/// A name that is known only at deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputedName {
    /// Its placeholder in the tree.
    pub placeholder: String,
    /// The expression, with `${Name}` for each unknown value.
    pub expression: String,
}

/// The computed names of a document.
#[derive(Debug, Default)]
pub(super) struct ComputedNames(RefCell<Vec<ComputedName>>);

impl ComputedNames {
    /// Adds a name with its placeholder.
    pub(super) fn add(&self, placeholder: &str, expression: String) {
        self.0.borrow_mut().push(ComputedName { placeholder: placeholder.to_owned(), expression });
    }

    /// Returns the placeholder for the name of an artifact.
    fn artifact(&self, expression: String) -> String {
        let mut known = self.0.borrow_mut();
        let placeholder = |it: &ComputedName| is_computed_artifact(&it.placeholder) && it.expression == expression;
        if let Some(name) = known.iter().find(|it| placeholder(it)) {
            return name.placeholder.clone();
        }
        let placeholder = format!("{COMPUTED_ARTIFACT}{}", known.len() + 1);
        known.push(ComputedName { placeholder: placeholder.clone(), expression });
        placeholder
    }

    /// Returns all names; those with longer placeholders come first.
    pub(super) fn all(&self) -> Vec<ComputedName> {
        let mut all = self.0.borrow().clone();
        all.sort_by_key(|name| std::cmp::Reverse(name.placeholder.len()));
        all
    }
}

impl Names<'_> {
    /// Returns the name of an artifact, or a placeholder for one that is known only at deployment. An import keeps such
    /// names in AWS's words.
    pub(super) fn artifact_name(&self, node: &Node) -> Option<String> {
        self.known_text(node).or_else(|| {
            let expression = self.expression(node).filter(|_| self.purpose == TreePurpose::Check)?;
            Some(self.computed.artifact(expression))
        })
    }

    /// Returns a name with `${Name}` for each parameter and resource whose value is unknown. Two names with the same
    /// expression are the same. `None` for other functions.
    pub(super) fn expression(&self, node: &Node) -> Option<String> {
        self.composed(node, &|name| Some(format!("${{{name}}}")), 0)
    }

    /// Returns whether an action has an artifact whose name cannot be expressed.
    pub(super) fn has_nameless_artifact(&self, action: &Node) -> bool {
        let lists = ["InputArtifacts", "OutputArtifacts"].iter().filter_map(|key| self.get(action, key));
        let mut artifacts = lists.flat_map(Node::items).filter_map(|item| self.resolved(item));
        artifacts.any(|artifact| self.get(artifact, "Name").is_some_and(|name| self.artifact_name(name).is_none()))
    }

    /// Returns a placeholder for unread text if computed names may connect actions: an input that no output has the
    /// name of may have that of another output at deployment.
    pub(super) fn open_artifacts(&self, stages: &[&Node]) -> Option<Stmt> {
        let actions = || stages.iter().filter_map(|stage| self.get(stage, "Actions")).flat_map(Node::items);
        let named = |key: &'static str| {
            let lists = actions().filter_map(move |action| self.get(action, key));
            let items = lists.flat_map(Node::items).filter_map(|item| self.resolved(item));
            items.filter_map(|item| self.artifact_name(self.get(item, "Name")?)).collect::<Vec<_>>()
        };
        let outputs: HashSet<String> = named("OutputArtifacts").into_iter().collect();
        let any_output = outputs.iter().any(|output| is_computed_artifact(output));
        let mut inputs = named("InputArtifacts");
        inputs.retain(|input| !outputs.contains(input) && (any_output || is_computed_artifact(input)));
        let span = stages.first()?.span;
        (!inputs.is_empty()).then(|| tree::statement(StmtKind::Error(ErrorStmt { words: inputs }), None, span))
    }
}
