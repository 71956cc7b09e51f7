//! The names of a pipeline's actions in the tree.
//!
//! An action has its name in AWS. Only one whose variables are used needs a name that is valid in a reference and that
//! no other action shares: it keeps the name from the file, and `name` sets its name in AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{Action, ActionId, Arena, Hir, PartKind, Pipeline, PipelineId};
use crate::plan::Plan;
use crate::syntax::ast::is_identifier;

/// The names of one action.
#[derive(Debug, Clone, Default)]
struct ActionNames {
    /// The name in the header.
    symbol: String,
    /// The path before a variable.
    path: Vec<String>,
    /// The namespace to write, if another would be generated.
    written: Option<String>,
    /// The actual namespace.
    namespace: String,
}

/// The actions of a pipeline, by [`ActionId`].
#[derive(Debug, Default)]
pub(super) struct Symbols(Arena<ActionId, ActionNames>);

impl Symbols {
    /// Names all actions of a pipeline.
    pub(super) fn of(hir: &Hir, plan: &Plan, id: PipelineId) -> Self {
        let pipeline = &hir.pipelines[id];
        let used = used_variables(id, pipeline);
        let mut named = Naming { hir, pipeline, used: &used, taken: BTreeSet::new() };
        let symbols: Arena<ActionId, String> =
            pipeline.actions().map(|(id, action)| named.symbol(id, action)).collect();
        let called = pipeline.actions().map(|(action_id, action)| {
            let symbol = symbols[action_id].clone();
            let namespace = plan.action(id, action_id).and_then(|planned| planned.namespace.clone());
            let given = action.namespace.as_ref().map(|namespace| namespace.node.clone());
            let derived = namespace.clone().filter(|_| symbol != action.symbol && used.contains_key(&action_id));
            ActionNames {
                path: path(pipeline, action, &symbol, &symbols),
                symbol,
                written: given.or(derived),
                namespace: namespace.unwrap_or_default(),
            }
        });
        Self(called.collect())
    }

    /// Returns the name in an action's header.
    pub(super) fn symbol(&self, action: ActionId) -> &str {
        &self.0[action].symbol
    }

    /// Returns the path before a variable of an action.
    pub(super) fn path(&self, action: ActionId) -> Vec<&str> {
        self.0[action].path.iter().map(String::as_str).collect()
    }

    /// Returns the namespace of an action.
    pub(super) fn namespace(&self, action: ActionId) -> &str {
        &self.0[action].namespace
    }

    /// Returns the namespace that its block sets.
    pub(super) fn written_namespace(&self, action: ActionId) -> Option<&str> {
        self.0[action].written.as_deref()
    }
}

struct Naming<'h> {
    hir: &'h Hir,
    pipeline: &'h Pipeline,
    used: &'h BTreeMap<ActionId, BTreeSet<String>>,
    /// Names already assigned to actions that are referred to.
    taken: BTreeSet<String>,
}

impl Naming<'_> {
    fn symbol(&mut self, id: ActionId, action: &Action) -> String {
        if super::actions::is_stack_set(action) {
            return super::actions::stack_set_name(action).to_owned();
        }
        let variables = self.used.get(&id);
        if variables.is_none() && !names_its_role(action) {
            return action.name.node.clone();
        }
        let nothing = BTreeSet::new();
        let variables = variables.unwrap_or(&nothing);
        let endings = std::iter::once(String::new()).chain((2..).map(|number: u32| format!("-{number}")));
        let wanted = [action.symbol.clone(), fitting(&action.name.node)];
        let mut candidates = wanted.iter().cloned().chain(endings.map(|ending| format!("{}{ending}", wanted[1])));
        let free = candidates.find(|name| is_identifier(name) && self.is_free(name, id, action, variables));
        let symbol = free.unwrap_or_default();
        self.taken.insert(symbol.clone());
        symbol
    }

    /// Returns whether a reference with the name refers only to this action.
    fn is_free(&self, name: &str, id: ActionId, action: &Action, variables: &BTreeSet<String>) -> bool {
        let shared = |other: &str| other == name;
        let stage = |other: &Action| other.stage == action.stage;
        let in_stage = self.pipeline.actions().any(|(other_id, other)| {
            other_id != id && stage(other) && !self.used.contains_key(&other_id) && shared(&other.name.node)
        });
        let values = self.hir.params.iter().any(|param| shared(&param.name.node))
            || self.pipeline.variables.iter().any(|variable| shared(&variable.name.node));
        let member = self.hir.entities().any(|entity| {
            let members = crate::catalog::declaration(entity.word()).map(|entry| &entry.members);
            shared(&self.hir.symbol(entity).node)
                && members.is_some_and(|members| members.iter().any(|member| variables.contains(member)))
        });
        let taken = self.taken.contains(name) && !self.qualifies(name, id, action);
        !(in_stage || values || member || taken)
    }

    /// Returns whether the stage distinguishes it from all others with the name.
    fn qualifies(&self, name: &str, id: ActionId, action: &Action) -> bool {
        let stage = self.pipeline.stages.get(action.stage).map_or("", |stage| &stage.name.node);
        let same = |(other_id, other): (ActionId, &Action)| {
            other_id != id && other.stage == action.stage && (other.symbol == name || other.name.node == name)
        };
        is_identifier(stage) && !self.pipeline.actions().any(same)
    }
}

/// Returns the path to an action's variables: its symbol, after the stage if another action shares it.
fn path(pipeline: &Pipeline, action: &Action, symbol: &str, symbols: &[String]) -> Vec<String> {
    let outputs = action.action_type.deploys_stack().then(|| "outputs".to_owned());
    let shared = symbols.iter().filter(|other| *other == symbol).count() > 1;
    let stage = pipeline.stages.get(action.stage).map(|stage| stage.name.node.clone()).filter(|_| shared);
    stage.into_iter().chain([symbol.to_owned()]).chain(outputs).collect()
}

/// Returns whether the role derived for a stack is named after the action, because the stack's name is unknown.
fn names_its_role(action: &Action) -> bool {
    let prepares = action.stack_operation().is_some_and(|operation| operation.stack.as_literal().is_none());
    prepares && action.value("RoleArn").is_none() && is_identifier(&action.symbol)
}

/// Returns the variables that values of the pipeline use, by action.
fn used_variables(id: PipelineId, pipeline: &Pipeline) -> BTreeMap<ActionId, BTreeSet<String>> {
    let mut used: BTreeMap<ActionId, BTreeSet<String>> = BTreeMap::new();
    pipeline.each_value(id, &mut |place| {
        place.value.each_part(&mut |part| {
            if let PartKind::Output(action, variable) = &part.kind {
                used.entry(*action).or_default().insert(variable.clone());
            }
        });
    });
    used
}

/// Converts a name to an identifier.
fn fitting(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|word| word.trim_start_matches('_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let joined = words.join("-");
    if is_identifier(&joined) { joined } else { format!("action-{joined}").trim_end_matches('-').to_owned() }
}
