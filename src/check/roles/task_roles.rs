//! W0876, I0876: deployments to Amazon ECS that can pass any role that ECS tasks can assume.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::roles;
use crate::plan::{TASK_DEFINITION, TASK_ROLES, task_definition_file};

pub(super) const RULE: Rule = Rule { name: "task-roles", codes: &[Code::I0876, Code::W0876], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        // What a role that the file names may do is for the file to say.
        if place.action.role.is_some() || place.pipeline.role.is_some() || place.action.value(TASK_ROLES).is_some() {
            continue;
        }
        if place.action.action_type.slot_of_key(TASK_ROLES).is_none() {
            continue;
        }
        let generic = place.action.word.is_none();
        // A rolling deployment copies the service's task definition: who can push chooses the image, not the roles.
        if place.action.action_type.slot_of_key(TASK_DEFINITION).is_none() {
            findings.about(place, roles::any_passed_role(&place.action.name, generic));
            continue;
        }
        let found = task_definition_file(subject.hir, subject.workspace, place.pipeline, place.action);
        if found.is_none_or(|definition| definition.roles.is_none()) {
            let file = place.action.value(TASK_DEFINITION).map(|value| value.span);
            findings.about(place, roles::any_task_role(&place.action.name, file, generic));
        }
    }
}
