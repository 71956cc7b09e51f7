//! W0403: two actions that deploy the same stack with different templates.

use crate::check::support::rivals::{are_alternatives, same_stack};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{PipelineId, Value};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "stack-conflicts", codes: &[Code::W0403], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, _) in subject.pipelines() {
        let deploys = subject.actions().filter(|place| place.pipeline_id == id);
        one(subject, id, &deploys.filter_map(deploy).collect::<Vec<_>>(), findings);
    }
}

fn one(subject: &Subject<'_>, pipeline: PipelineId, deploys: &[(Place<'_>, &Value)], findings: &mut Findings) {
    for (index, (place, template)) in deploys.iter().enumerate() {
        let action = place.action;
        let mut before = deploys.iter().take(index);
        let other = before.find(|(other, used)| {
            same_stack(subject.plan, action, other.action)
                && !used.same(template)
                && !are_alternatives(subject, pipeline, other.id, place.id)
        });
        if let (Some((_, first)), Some(stack)) = (other, action.literal("StackName")) {
            findings.about(*place, two_templates(stack, template.span, first.span));
        }
    }
}

/// Returns the action and its template, if it deploys one.
fn deploy(place: Place<'_>) -> Option<(Place<'_>, &Value)> {
    let action = place.action;
    let template = action.value("TemplatePath").filter(|template| !template.is_poisoned())?;
    action.stack_operation().filter(|operation| operation.mode.takes_template()).map(|_| (place, template))
}

/// One stack with two templates.
fn two_templates(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0403,
        format!("stack `{stack}` is deployed with two different templates"),
        place,
        "would replace the resources of the other template",
    )
    .label(first, "the other template")
    .help("give one of the stacks a different name")
}
