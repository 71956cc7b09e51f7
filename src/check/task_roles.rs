//! W0876: deployments to Amazon ECS that may run containers under any role that ECS tasks can have.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::roles;
use crate::plan::{TASK_ROLES, task_definition_file};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        // What a role that the file names may do is for the file to say.
        if place.action.role.is_some() || place.pipeline.role.is_some() || place.action.value(TASK_ROLES).is_some() {
            continue;
        }
        let registers = place.action.action_type.slot_of_key(TASK_ROLES).is_some();
        let found = task_definition_file(subject.workspace, place.pipeline, place.action);
        if registers && found.is_none_or(|definition| definition.roles.is_none()) {
            let file = place.action.value("TaskDefinitionTemplateArtifact").map(|value| value.span);
            diagnostics.push(roles::any_task_role(&place.action.name, file, place.action.word.is_none()));
        }
    }
}
