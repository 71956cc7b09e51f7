//! The deploys whose template is known: what the rules about templates share.

use std::sync::Arc;

use camino::Utf8Path;

use crate::check::{Place, Subject};
use crate::hir::{Action, ActionId, Pipeline, PipelineId, StackMode, StackOperation, Value, ValueKind};
use crate::plan::{Entity, Expr, Piece, Purpose, RoleOrigin, StackTree, TemplateBehind};
use crate::source::Span;
use crate::workspace::template::Template;

/// An action that deploys a template of the repository.
pub(in crate::check) struct Deploy<'a> {
    pub pipeline: &'a Pipeline,
    pub pipeline_id: PipelineId,
    pub action: &'a Action,
    pub action_id: ActionId,
    pub operation: StackOperation<'a>,
    /// The template's path from the root.
    pub path: &'a Utf8Path,
    pub template: &'a Arc<Template>,
}

impl<'a> Deploy<'a> {
    /// Its action.
    pub(in crate::check) fn as_place(&self) -> Place<'a> {
        Place { pipeline_id: self.pipeline_id, pipeline: self.pipeline, id: self.action_id, action: self.action }
    }

    /// Where the deploy names the template; the action's name where it does not.
    pub fn place(&self) -> Span {
        match self.action.value("TemplatePath") {
            Some(Value { kind: ValueKind::ArtifactFile(file), .. }) => file.path_span,
            Some(value) => value.span,
            None => self.action.name.span,
        }
    }

    /// The template with its nested stacks.
    pub fn tree<'s>(&self, subject: &Subject<'s>) -> Option<&'s StackTree> {
        subject.behind.tree(self.pipeline_id, self.action_id)
    }

    /// Whether CloudFormation works under a role whose permissions are derived from the template.
    pub fn has_derived_role(&self, subject: &Subject<'_>) -> bool {
        let planned = subject.plan.action(self.pipeline_id, self.action_id);
        let Some(role) = planned.and_then(|action| action.configuration.get("RoleArn")) else { return false };
        subject.plan.roles.entries().any(|(index, plan)| {
            plan.origin == RoleOrigin::Derived(Purpose::Stack)
                && role.text == Expr::from(Piece::Arn(Entity::Role(index)))
        })
    }

    /// Whether the stack is changed without a change set.
    pub fn is_direct(&self) -> bool {
        self.operation.mode != StackMode::ChangeSetReplace
    }
}

/// Every deploy whose template was found and can be read.
pub(in crate::check) fn deploys<'a>(subject: &Subject<'a>) -> Vec<Deploy<'a>> {
    let mut found = Vec::new();
    for (index, pipeline) in subject.hir.pipelines.entries() {
        for (action_id, action) in pipeline.actions().filter(|(_, action)| !action.incomplete) {
            let Some(operation) = action.stack_operation().filter(|operation| operation.mode.takes_template()) else {
                continue;
            };
            let pipeline_id = index;
            let behind = subject.behind.template(pipeline_id, action_id);
            if let TemplateBehind::Found { path, template, .. } = behind
                && template.error.is_none()
                && template.has_resources
            {
                found.push(Deploy { pipeline, pipeline_id, action, action_id, operation, path, template });
            }
        }
    }
    found
}
