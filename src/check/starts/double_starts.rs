//! W0631: an event that starts a pipeline for a change which starts it already.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, StartEvent, Value, ValueKind};
use crate::plan::ActionPlan;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "double-starts", codes: &[Code::W0631], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        for event in &pipeline.events {
            let mut sources = pipeline.actions().filter(|(source, action)| {
                subject.plan.action(id, *source).is_some_and(|planned| watches(action, planned))
                    && is_about(event, action)
            });
            if let Some((_, source)) = sources.next() {
                findings.push(twice(&pipeline.symbol.node, event.span, &source.name));
            }
        }
    }
}

/// Whether a source has its own event rule.
fn watches(action: &Action, planned: &ActionPlan) -> bool {
    let Some(detection) = &action.action_type.change_detection else { return false };
    let as_set = |(key, text): (&String, &String)| {
        planned.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text))
    };
    detection.pattern.is_some() && detection.set.iter().all(as_set)
}

/// Whether an event reports every change in the repository of a source: a narrower one may be about another change.
fn is_about(event: &StartEvent, source: &Action) -> bool {
    let pattern = source.action_type.change_detection.as_ref().and_then(|detection| detection.pattern.as_ref());
    let first = |field: &str| pattern.and_then(|pattern| pattern.get(field)?.get(0)?.as_str());
    let texts = |word: &str| -> Vec<&str> {
        match event.attributes.get(word).map(|attribute| &attribute.value.kind) {
            Some(ValueKind::List(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    };
    let narrow = ["detail", "account", "region", "bus"].iter().any(|word| event.attributes.contains_key(*word));
    let sender = first("source");
    // A pull request or a scan does not change the source.
    let kinds = texts("detail-type");
    let same_kind =
        !event.attributes.contains_key("detail-type") || first("detail-type").is_some_and(|kind| kinds.contains(&kind));
    let repository = source.literal("RepositoryName");
    let names = |arn: &&str| repository.is_some_and(|name| arn.rsplit([':', '/']).next() == Some(name));
    !narrow
        && same_kind
        && sender.is_some_and(|sender| texts("source").contains(&sender))
        && texts("resources").iter().any(names)
}

/// An event that reports changes in a source, which start the pipeline anyway.
fn twice(pipeline: &str, event: Span, source: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0631,
        format!("a change in the source starts pipeline `{pipeline}` twice"),
        event,
        "this event reports the same changes",
    )
    .label(source.span, "its changes already start the pipeline")
    .help("remove `on event`")
}
