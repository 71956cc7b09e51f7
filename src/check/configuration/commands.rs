//! E0106: values that exceed the limits of the Commands action: commands, their length, variables, files.
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-23)

use crate::catalog::{Category, Slot};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::{attributes, configuration};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Value, ValueKind};

pub(super) const RULE: Rule = Rule { name: "commands", codes: &[Code::E0106], run: check };

/// The maximum length of a command.
const COMMAND: usize = 1000;

/// The maximum length of an environment variable's value.
const VARIABLE: usize = 2000;

/// The most files of an output artifact, and the maximum length of each.
const FILES: usize = 10;
const FILE: usize = 128;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Compute) {
        for slot in place.action.action_type.slot.iter().filter(|slot| slot.action_level) {
            if let Some(value) = slot.key.as_deref().and_then(|key| place.action.value(key)) {
                count(slot, value, findings);
            }
        }
        commands(place, findings);
        variables(place, findings);
        files(place, findings);
    }
}

/// Checks the number of entries of a list or a map.
fn count(slot: &Slot, value: &Value, findings: &mut Findings) {
    let (count, parts) = match &value.kind {
        ValueKind::List(items) => (items.len(), "elements"),
        ValueKind::Map(entries) => (entries.len(), "entries"),
        _ => return,
    };
    if let Some(most) = slot.max.filter(|most| count as u64 > *most) {
        findings.push(configuration::too_many(&slot.attribute, (count, parts), most, value.span));
    }
}

fn commands(place: Place<'_>, findings: &mut Findings) {
    let Some(ValueKind::List(items)) = place.action.value("Commands").map(|value| &value.kind) else { return };
    for item in items {
        let Some(command) = item.as_str() else { continue };
        findings.extend(configuration::bad_command(command, COMMAND, item.span));
    }
}

fn variables(place: Place<'_>, findings: &mut Findings) {
    let value = place.action.value("EnvironmentVariables");
    let Some(ValueKind::Map(entries)) = value.map(|value| &value.kind) else { return };
    for (name, value) in entries {
        if let ValueKind::Parameter(_) = &value.kind {
            findings.push(attributes::wrong_type(&name.node, "a string or a secret", "an SSM parameter", value.span));
        } else {
            let shown = tick(&name.node);
            let text = value.as_str();
            findings.extend(text.and_then(|text| configuration::bad_length(&shown, text, VARIABLE, value.span)));
        }
    }
}

fn files(place: Place<'_>, findings: &mut Findings) {
    for output in &place.action.outputs {
        let artifact = place.pipeline.artifact(*output);
        if let Some(surplus) = artifact.contents.get(FILES) {
            let (name, count) = (&artifact.name.node, artifact.contents.len());
            let message = format!("artifact `{name}` has {count} files; AWS allows at most {FILES}");
            findings.push(Diagnostic::new(Code::E0106, message, surplus.span, "exceeds the limit"));
        }
        for file in &artifact.contents {
            findings.extend(configuration::bad_length("file pattern", &file.node, FILE, file.span));
        }
    }
}
