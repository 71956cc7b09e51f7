//! The deploys whose template is known, shared by the rules about templates.

use std::sync::Arc;

use camino::Utf8Path;

use crate::check::{Place, Subject};
use crate::hir::{Action, ActionId, Pipeline, PipelineId, StackMode, StackOperation, Value, ValueKind};
use crate::plan::{DeployedTemplate, StackTree};
use crate::source::Span;
use crate::workspace::template::Template;

/// An action that deploys a template of the repository.
pub(in crate::check) struct Deploy<'a> {
    pub pipeline: &'a Pipeline,
    pub pipeline_id: PipelineId,
    pub action: &'a Action,
    pub action_id: ActionId,
    /// Its operation on a stack; `None` for a StackSet.
    pub operation: Option<StackOperation<'a>>,
    /// The path of the template from the root.
    pub path: &'a Utf8Path,
    pub template: &'a Arc<Template>,
}

impl<'a> Deploy<'a> {
    /// Returns its action.
    pub(in crate::check) fn as_place(&self) -> Place<'a> {
        Place { pipeline_id: self.pipeline_id, pipeline: self.pipeline, id: self.action_id, action: self.action }
    }

    /// Returns the span that names the template, or the action's name if there is none.
    pub fn place(&self) -> Span {
        match self.action.value("TemplatePath") {
            Some(Value { kind: ValueKind::ArtifactFile(file), .. }) => file.path_span,
            Some(value) => value.span,
            None => self.action.name.span,
        }
    }

    /// Returns the template with its nested stacks.
    pub fn tree<'s>(&self, subject: &Subject<'s>) -> Option<&'s StackTree> {
        subject.action_files.tree(self.pipeline_id, self.action_id)
    }

    /// Returns whether CloudFormation uses a role whose permissions are derived from the template.
    pub fn has_derived_role(&self, subject: &Subject<'_>) -> bool {
        subject.plan.has_derived_stack_role(self.pipeline_id, self.action_id)
    }

    /// Returns whether the stack is changed without a change set.
    pub fn is_direct(&self) -> bool {
        self.operation.is_some_and(|operation| operation.mode != StackMode::ChangeSetReplace)
    }
}

/// Returns every deployment of a stack whose template was found and can be read.
pub(in crate::check) fn deploys<'a>(subject: &Subject<'a>) -> Vec<Deploy<'a>> {
    let of_stack = |action: &'a Action| Some(Some(action.stack_operation().filter(|it| it.mode.takes_template())?));
    with_template(subject, of_stack)
}

/// Returns every deployment of a StackSet whose template was found and can be read.
pub(in crate::check) fn stack_sets<'a>(subject: &Subject<'a>) -> Vec<Deploy<'a>> {
    let is_set = |action: &Action| !action.action_type.deploys_stack() && action.value(STACK_SET).is_some();
    with_template(subject, |action| is_set(action).then_some(None))
}

/// The key with the name of a StackSet.
pub(in crate::check) const STACK_SET: &str = "StackSetName";

fn with_template<'a>(
    subject: &Subject<'a>,
    operation: impl Fn(&'a Action) -> Option<Option<StackOperation<'a>>>,
) -> Vec<Deploy<'a>> {
    let mut found = Vec::new();
    for (pipeline_id, pipeline) in subject.hir.pipelines.entries() {
        for (action_id, action) in pipeline.actions().filter(|(_, action)| !action.incomplete) {
            let Some(operation) = operation(action) else { continue };
            let deployed = subject.action_files.template(pipeline_id, action_id);
            if let DeployedTemplate::Found { path, template, .. } = deployed
                && template.error.is_none()
                && template.has_resources
            {
                found.push(Deploy { pipeline, pipeline_id, action, action_id, operation, path, template });
            }
        }
    }
    found
}

/// Returns the action that deploys the stack's template, for an action that reads or produces the stack's outputs.
pub(in crate::check) fn deploy_of<'d, 'a>(
    pipeline: &Pipeline,
    deploys: &'d [Deploy<'a>],
    id: ActionId,
) -> Option<&'d Deploy<'a>> {
    let operation = pipeline.actions.get(id)?.stack_operation()?;
    let mut of_stack = deploys.iter().filter(|deploy| {
        std::ptr::eq(deploy.pipeline, pipeline) && deploy.operation.is_some_and(|own| own.stack.same(operation.stack))
    });
    let first = of_stack.next()?;
    // With two templates for one stack, the origin of its outputs is not known.
    of_stack.all(|other| other.path == first.path).then_some(first)
}
