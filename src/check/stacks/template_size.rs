//! E0505: deployed templates that are larger than CloudFormation takes.

use camino::Utf8PathBuf;

use crate::catalog::limits::{Limit, limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::templates;
use crate::plan::{TemplateBehind, template_behind};

pub(super) const RULE: Rule = Rule { name: "template-size", codes: &[Code::E0505], run: check };

/// Looks at every template once.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let behind = template_behind(subject.hir, subject.workspace, place.pipeline_id, place.action);
        let TemplateBehind::Found { path, template, packaging } = behind else { continue };
        if seen.contains(&path) {
            continue;
        }
        let at = place.action.value("TemplatePath").map_or(place.action.name.span, |value| value.span);
        let counts = [
            ("template-resources", "resource", template.resources.len()),
            ("template-parameters", "parameter", template.parameters.len()),
            ("template-outputs", "output", template.outputs.len()),
            ("template-mappings", "mapping", template.mappings.len()),
        ];
        for (id, what, count) in counts {
            let Some(Limit { value: most, .. }) = limit(id).filter(|limit| count > limit.looser()) else { continue };
            findings.push(templates::too_many(path.as_str(), what, count, *most, at));
        }
        // Packaging writes the template anew.
        let bytes = match subject.workspace.load(&path) {
            Ok(file) if packaging.is_none() => subject.workspace.text(file).len(),
            _ => 0,
        };
        let stack_set = place.action.is_provider("CloudFormationStackSet");
        let id = if stack_set { "stack-set-template-bytes" } else { "template-bytes" };
        if let Some(Limit { value: most, .. }) = limit(id).filter(|limit| bytes > limit.looser()) {
            findings.push(templates::too_many(path.as_str(), "byte", bytes, *most, at));
        }
        seen.push(path);
    }
}
