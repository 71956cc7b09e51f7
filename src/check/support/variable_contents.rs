//! The possible contents of run-time variables, for the rules about commands and about JSON.

use crate::catalog::{Content, RUN_VARIABLE, VariablesFrom};
use crate::hir::{Action, Part, PartKind, Pipeline};
use crate::plan::references;

/// A run-time value in a string.
pub(in crate::check) struct Variable<'a> {
    /// Its name in the file: `Fetch.CommitId`, or the name of a variable of the pipeline.
    pub(in crate::check) shown: String,
    /// Its own name.
    pub(in crate::check) name: String,
    /// Its possible contents.
    pub(in crate::check) content: Content,
    /// The action that sets it.
    pub(in crate::check) action: Option<&'a Action>,
}

/// Returns the run-time values of a part of a string.
pub(in crate::check) fn variables<'a>(pipeline: &'a Pipeline, part: &Part) -> Vec<Variable<'a>> {
    match &part.kind {
        PartKind::Variable(id) => {
            let shown = pipeline.variables.get(*id).map(|variable| variable.name.node.clone()).unwrap_or_default();
            vec![Variable { name: shown.clone(), shown, content: Content::Text, action: None }]
        }
        PartKind::Output(id, name) => {
            pipeline.actions.get(*id).map(|action| of_action(action, name)).into_iter().collect()
        }
        PartKind::Namespace(namespace, name) => vec![of_namespace(pipeline, namespace, name)],
        PartKind::Literal(text) => {
            references(text).map(|it| of_namespace(pipeline, it.namespace, it.variable)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_action<'a>(action: &'a Action, name: &str) -> Variable<'a> {
    let listed = action.action_type.variable.iter().find(|variable| variable.name == name);
    let content = listed.map_or_else(
        || match action.action_type.variables_from {
            VariablesFrom::Nowhere | VariablesFrom::StackOutputs => Content::Name,
            VariablesFrom::Buildspec | VariablesFrom::Declared | VariablesFrom::JobResult => Content::Text,
        },
        |variable| variable.content,
    );
    Variable { shown: format!("{}.{name}", action.symbol), name: name.to_owned(), content, action: Some(action) }
}

fn of_namespace<'a>(pipeline: &'a Pipeline, namespace: &str, name: &str) -> Variable<'a> {
    let named = |action: &&Action| action.namespace.as_ref().is_some_and(|known| known.node == namespace);
    if let Some(action) = pipeline.actions.iter().find(named) {
        return of_action(action, name);
    }
    let content = if (namespace, name) == RUN_VARIABLE { Content::Token } else { Content::Text };
    Variable { shown: format!("#{{{namespace}.{name}}}"), name: name.to_owned(), content, action: None }
}
