//! The deploys whose template is known: what the rules about templates share.

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::hir::{Action, Pipeline, PipelineId, StackMode, StackOperation, Value, ValueKind};
use crate::plan::{TemplateBehind, template_behind};
use crate::source::Span;
use crate::workspace::template::Template;

use super::Subject;

/// An action that gives CloudFormation a template which stands in the repository.
pub(super) struct Deploy<'a> {
    pub pipeline: &'a Pipeline,
    pub action: &'a Action,
    pub operation: StackOperation<'a>,
    /// The template's path from the root.
    pub path: Utf8PathBuf,
    pub template: Arc<Template>,
}

impl Deploy<'_> {
    /// Where the deploy names the template; the action's name where it does not.
    pub fn place(&self) -> Span {
        match self.action.value("TemplatePath") {
            Some(Value { kind: ValueKind::ArtifactFile(file), .. }) => file.path_span,
            Some(value) => value.span,
            None => self.action.name.span,
        }
    }

    /// Whether the stack is changed without a change set.
    pub fn is_direct(&self) -> bool {
        self.operation.mode != StackMode::ChangeSetReplace
    }
}

/// Every deploy whose template was found and can be read.
pub(super) fn deploys<'a>(subject: &Subject<'a>) -> Vec<Deploy<'a>> {
    let mut found = Vec::new();
    for (index, pipeline) in subject.hir.pipelines.iter().enumerate() {
        for action in pipeline.actions.iter().filter(|action| !action.incomplete) {
            let Some(operation) = action.stack_operation().filter(|operation| operation.mode.takes_template()) else {
                continue;
            };
            let behind = template_behind(subject.hir, subject.workspace, PipelineId(index), action);
            if let TemplateBehind::Found { path, template, .. } = behind
                && template.error.is_none()
                && template.has_resources
            {
                found.push(Deploy { pipeline, action, operation, path, template });
            }
        }
    }
    found
}
