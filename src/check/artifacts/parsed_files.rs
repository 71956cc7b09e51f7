//! E0211: JSON and YAML files that an action reads and that are neither.

use camino::Utf8PathBuf;

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::repository as family;

pub(super) const RULE: Rule = Rule { name: "parsed-files", codes: &[Code::E0211], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let [input, ..] = place.action.inputs.as_slice() else { continue };
        for slot in place.action.action_type.slot.iter().filter(|slot| slot.input_file) {
            let value = slot.key.as_deref().and_then(|key| place.action.value(key));
            let Some(path) = value.and_then(|value| value.as_str()) else { continue };
            if ![".json", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending)) {
                continue;
            }
            let Some(path) = subject.behind.repository_file_in(place.pipeline_id, input.artifact, path) else {
                continue;
            };
            let document = subject.workspace.document(&path).ok().filter(|_| !seen.contains(&path));
            let Some(document) = document else { continue };
            if let Some(error) = &document.error {
                let kind = format!("`{path}`");
                findings.push(family::not_parsed(&kind, &error.message, error.span, error.unfinished_key));
            }
            seen.push(path);
        }
    }
}
