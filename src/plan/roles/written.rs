//! `allow` and `deny` in addition to derived permissions: they change the role that is derived for their block.

use crate::hir::{ActionId, PipelineId, RoleId, Statement};

use super::super::changes::{Change, Changes};
use super::super::value::ValueScope;
use super::super::{ActionPlan, Entity, Piece, Plan, Purpose, RoleOrigin};
use super::{Naming, statement};

/// The configuration key of a stack's role.
const STACK_ROLE: &str = "RoleArn";

impl Plan {
    /// Returns the derived role that statements in an action's block change: that of its stack, or the one that only
    /// this action uses.
    pub fn own_role(&self, action: &ActionPlan) -> Option<RoleId> {
        let of_stack = action.configuration.get(STACK_ROLE).map(|value| &value.text);
        of_stack.into_iter().chain(&action.role).find_map(|role| {
            let [Piece::Arn(node)] = role.pieces() else { return None };
            self.derived(*node).filter(|(_, purpose)| !matches!(purpose, Purpose::Action(_))).map(|(index, _)| index)
        })
    }

    /// Returns whether CloudFormation uses a role that is derived for the stack of an action.
    pub fn has_derived_stack_role(&self, pipeline: PipelineId, action: ActionId) -> bool {
        let role = self.action(pipeline, action).and_then(|planned| planned.configuration.get(STACK_ROLE));
        role.is_some_and(|role| match role.text.pieces() {
            [Piece::Arn(node)] => self.derived(*node).is_some_and(|(_, purpose)| *purpose == Purpose::Stack),
            _ => false,
        })
    }

    /// Returns the index and the purpose of a derived role.
    pub fn derived(&self, node: Entity) -> Option<(RoleId, &Purpose)> {
        let Entity::Role(index) = node else { return None };
        match &self.roles.get(index)?.origin {
            RoleOrigin::Derived(purpose) => Some((index, purpose)),
            RoleOrigin::Declared | RoleOrigin::Imported => None,
        }
    }
}

/// Adds the permissions that the file allows and denies to the derived roles of pipelines, actions, and environments.
/// Those of projects already have them.
pub fn statements(naming: &Naming, plan: &Plan) -> Changes {
    let mut found: Vec<(RoleId, ValueScope<'_>, &[Statement])> = Vec::new();
    for (hir, planned) in naming.scope.hir.environments.iter().zip(&plan.environments) {
        let role = planned.action_role.and_then(|role| plan.derived(role));
        found.extend(role.map(|(index, _)| (index, naming.scope, hir.statements.as_slice())));
    }
    for (id, hir) in naming.scope.hir.pipelines.entries() {
        let (scope, planned) = (naming.scope.within(id), &plan.pipelines[id]);
        let role = planned.role.and_then(|role| plan.derived(role));
        found.extend(role.map(|(index, _)| (index, scope, hir.statements.as_slice())));
        for action in planned.stages.iter().flat_map(|stage| &stage.actions) {
            let statements = hir.action(action.id).statements.as_slice();
            found.extend(plan.own_role(action).map(|index| (index, scope, statements)));
        }
    }
    let mut changes = Changes::of(plan);
    // Several deploys of one stack share its role, and can be copies of one statement: each permission is added once.
    let allowed = |(role, scope, statements): (_, ValueScope<'_>, _)| {
        Change::Allowed(role, statement::grants(&scope, statements))
    };
    changes.extend(found.into_iter().map(allowed));
    changes
}
