//! E0505: deployed templates that are larger than CloudFormation allows.

use camino::Utf8Path;

use crate::catalog::Deployed;
use crate::catalog::limits::{Limit, limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::plan::DeployedTemplate;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "template-size", codes: &[Code::E0505], run: check };

/// Checks every template once.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<&Utf8Path> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let deployed = subject.action_files.template(place.pipeline_id, place.id);
        let DeployedTemplate::Found { path, template, packaging } = deployed else { continue };
        if seen.contains(&path.as_path()) {
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
            findings.push(too_many(path.as_str(), what, count, *most, at));
        }
        // Packaging writes a new template.
        let bytes = match subject.workspace.load(path) {
            Ok(file) if packaging.is_none() => subject.workspace.text(file).len(),
            _ => 0,
        };
        let stack_set = place.action.action_type.deploys == Some(Deployed::StackSet);
        let id = if stack_set { "stack-set-template-bytes" } else { "template-bytes" };
        if let Some(Limit { value: most, .. }) = limit(id).filter(|limit| bytes > limit.looser()) {
            findings.push(too_many(path.as_str(), "byte", bytes, *most, at));
        }
        seen.push(path);
    }
}

/// A template in the repository that is larger than CloudFormation allows.
fn too_many(template: &str, what: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let (count, most) = (wording::number(count), wording::number(most));
    let message = format!("template `{template}` has {count} {what}s; CloudFormation allows at most {most}");
    Diagnostic::new(Code::E0505, message, place, "").help("split the template into several stacks")
}
