//! E0205, E0206: too few or too many input or output artifacts for the action type.

use crate::catalog::Count;
use crate::check::support::readable::only_readable;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::artifacts::{self, Direction};

pub(super) const RULE: Rule = Rule { name: "artifact-counts", codes: &[Code::E0205, Code::E0206], run: check };

/// The key that names the file which the output artifact of the CloudFormation action holds.
const OUTPUT_FILE: &str = "OutputFileName";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        inputs(subject, place, findings);
        outputs(place, findings);
        output_file(place, findings);
    }
}

fn inputs(subject: &Subject<'_>, place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Count { min, max } = action.action_type.inputs;
    let lacking = action
        .action_type
        .input_unless
        .as_deref()
        .filter(|key| action.inputs.is_empty() && action.value(key).is_none());
    if let Some(slot) = lacking.and_then(|key| action.action_type.slot_of_key(key)) {
        findings.about(place, artifacts::input_or(&action.name, &slot.attribute, only_readable(subject, place)));
    } else if action.inputs.len() < min {
        findings.about(
            place,
            artifacts::too_few(Direction::Input, &action.name, action.inputs.len(), min, only_readable(subject, place)),
        );
    } else if let Some(first_too_many) = action.inputs.get(max) {
        findings.about(
            place,
            artifacts::too_many(Direction::Input, &action.name, first_too_many.span, action.inputs.len(), max),
        );
    }
}

fn outputs(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Count { min, max } = action.action_type.outputs;
    if action.outputs.len() < min {
        findings.about(place, artifacts::too_few(Direction::Output, &action.name, action.outputs.len(), min, None));
    } else if let Some(first_too_many) = action.outputs.get(max) {
        let span = place.pipeline.artifact(*first_too_many).name.span;
        findings.about(place, artifacts::too_many(Direction::Output, &action.name, span, action.outputs.len(), max));
    }
}

/// The CloudFormation action writes its output artifact if, and only if, a file is named.
fn output_file(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Some(slot) = action.action_type.slot_of_key(OUTPUT_FILE) else { return };
    let owner = place.owner();
    let written = action.configuration.get(OUTPUT_FILE);
    match (written, action.outputs.first()) {
        (Some(setting), None) => {
            findings.about(
                place,
                artifacts::file_without_output(&owner, &slot.attribute, setting.attribute, action.name.span),
            );
        }
        (None, Some(output)) => {
            let output = &place.pipeline.artifact(*output).name;
            findings.about(place, artifacts::output_without_file(&owner, &slot.attribute, output));
        }
        _ => {}
    }
}
