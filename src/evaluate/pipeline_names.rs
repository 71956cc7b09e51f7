//! What a pipeline declares, for references in values.

use std::sync::Arc;

use crate::catalog::ActionType;
use crate::collections::HashMap;
use crate::hir::{ActionId, Artifact, ArtifactId, EnvironmentId, Variable};
use crate::resolve::DefinitionId;
use crate::source::Span;

use super::scope::{ScopeId, Scopes};

/// An action, for references in values.
#[derive(Debug, Clone)]
pub(crate) struct NamedAction {
    /// Its definition; `None` if the name is computed.
    pub(crate) definition: Option<DefinitionId>,
    /// The name that references use.
    pub(crate) symbol: String,
    /// The span of its name.
    pub(crate) place: Span,
    /// The index of its stage.
    pub(crate) stage: usize,
    /// Where its name is visible.
    pub(crate) local: ScopeId,
    /// Whether it works on a stack, whose outputs are then its variables.
    pub(crate) targets_stack: bool,
    /// Whether `Name.Variable` can refer to it.
    pub(crate) has_outputs: bool,
    /// Whether it comes from a component.
    pub(crate) is_of_component: bool,
    /// The environment it runs in.
    pub(crate) environment: Option<EnvironmentId>,
    /// The explicit namespace, if it is known at compile time.
    pub(crate) namespace: Option<String>,
    /// Its type.
    pub(crate) action_type: Arc<ActionType>,
}

/// How a reference identifies an action.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ActionName<'n> {
    /// By its definition.
    Defined(DefinitionId),
    /// By a computed name.
    Computed(&'n str),
}

impl ActionName<'_> {
    fn is_of(self, action: &NamedAction) -> bool {
        match self {
            Self::Defined(id) => action.definition == Some(id),
            Self::Computed(name) => action.symbol == name,
        }
    }
}

/// A pipeline whose actions and artifacts have IDs.
#[derive(Debug, Default)]
pub(crate) struct PipelineNames {
    /// The scope of its statements.
    pub(crate) scope: ScopeId,
    /// `variable`
    pub(crate) variables: Vec<Variable>,
    /// The names of its stages in AWS.
    pub(crate) stages: Vec<String>,
    /// Its actions.
    pub(crate) actions: Vec<NamedAction>,
    /// Whether it also has actions in `raw`, of which nothing is known.
    pub(crate) has_raw_actions: bool,
    /// Its artifacts.
    pub(crate) artifacts: Vec<Artifact>,
    /// The span of the first artifact with each name in AWS.
    artifact_names: HashMap<String, Span>,
}

impl PipelineNames {
    /// Creates the names of a pipeline without statements.
    pub(crate) fn new(scope: ScopeId) -> Self {
        Self { scope, ..Self::default() }
    }

    pub(crate) fn artifact_names(&self) -> impl Iterator<Item = &str> {
        self.artifacts.iter().map(|artifact| artifact.name.node.as_str())
    }

    /// Returns the names that references use for the actions.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|action| action.symbol.as_str())
    }

    /// Returns the actions that a name refers to in a scope; for a stack, the one after which its outputs can be read.
    pub(crate) fn actions_named(
        &self,
        name: ActionName<'_>,
        stacks_only: bool,
        scopes: &Scopes<'_>,
        scope: ScopeId,
    ) -> Vec<ActionId> {
        // A stack that is only prepared is referred to by that action; a check refuses its outputs.
        let deploys = |action: &NamedAction| name.is_of(action) && action.has_outputs;
        let any = !stacks_only || self.actions.iter().any(deploys);
        let fits = |action: &NamedAction| {
            let kind = action.targets_stack || !stacks_only;
            name.is_of(action) && (action.has_outputs || !any) && kind && scopes.is_inside(scope, action.local)
        };
        let found = self.actions.iter().enumerate().filter(|(_, action)| fits(action));
        found.map(|(index, _)| ActionId(index)).collect()
    }

    /// Returns the actions with a name that run in an environment, in any loop, as seen from the pipeline's own text.
    pub(crate) fn actions_in_environment(
        &self,
        name: &str,
        stacks_only: bool,
        environment: EnvironmentId,
        scopes: &Scopes<'_>,
        scope: ScopeId,
    ) -> Vec<ActionId> {
        if !scopes.is_inside(scope, self.scope) {
            return Vec::new();
        }
        let fits = |action: &NamedAction| {
            let there = action.environment == Some(environment);
            let kind = action.targets_stack || !stacks_only;
            action.symbol == name && action.has_outputs && there && kind && !action.is_of_component
        };
        let found = self.actions.iter().enumerate().filter(|(_, action)| fits(action));
        found.map(|(index, _)| ActionId(index)).collect()
    }

    /// Returns the stage of an action with this name if the name is not visible.
    pub(crate) fn stage_with(&self, name: &str) -> Option<&str> {
        let index = self.actions.iter().position(|action| action.symbol == name && action.has_outputs)?;
        Some(self.stage_of(ActionId(index)))
    }

    pub(crate) fn actions_in_stage(&self, stage: &str, name: &str) -> Vec<ActionId> {
        let index = self.stages.iter().position(|known| known == stage);
        let matching =
            |action: &NamedAction| Some(action.stage) == index && action.symbol == name && action.has_outputs;
        let found = self.actions.iter().enumerate().filter(|(_, action)| matching(action));
        found.map(|(index, _)| ActionId(index)).collect()
    }

    pub(crate) fn has_stack(&self, name: &str) -> bool {
        self.actions.iter().any(|action| action.symbol == name && action.targets_stack)
    }

    pub(crate) fn stage_of(&self, action: ActionId) -> &str {
        let stage = self.actions.get(action.0).and_then(|action| self.stages.get(action.stage));
        stage.map_or("", String::as_str)
    }

    /// Returns the span of an action's name.
    pub(crate) fn name_span(&self, action: ActionId) -> Option<Span> {
        self.actions.get(action.0).map(|action| action.place)
    }

    /// Returns the action with an explicit namespace, and the name that references use for it.
    pub(crate) fn action_of_namespace(&self, namespace: &str) -> Option<(ActionId, &str)> {
        let position = self.actions.iter().position(|action| action.namespace.as_deref() == Some(namespace))?;
        let action = self.actions.get(position)?;
        Some((ActionId(position), action.symbol.as_str()))
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().filter_map(|action| action.namespace.as_deref())
    }

    /// Returns the actions whose type sets a variable, by the names that references use.
    pub(crate) fn setters(&self, variable: &str) -> Vec<String> {
        let sets = |action: &&NamedAction| action.action_type.variable.iter().any(|known| known.name == variable);
        self.actions.iter().filter(sets).map(|action| action.symbol.clone()).collect()
    }

    /// Adds an artifact. If there already is one with its name, returns the span of that one as an error.
    pub(crate) fn add_artifact(&mut self, artifact: Artifact) -> Result<ArtifactId, Span> {
        if let Some(first) = self.artifact_names.get(&artifact.name.node) {
            return Err(*first);
        }
        let id = ArtifactId(self.artifacts.len());
        self.artifact_names.insert(artifact.name.node.clone(), artifact.name.span);
        self.artifacts.push(artifact);
        Ok(id)
    }
}
