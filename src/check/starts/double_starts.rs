//! W0631: an event that starts a pipeline for a change that also starts it otherwise.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Pipeline, StartEvent, Value, ValueKind};
use crate::plan::ActionPlan;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "double-starts", codes: &[Code::W0631], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        repeated(pipeline, findings);
        // Without `generate`, no source has a rule of its own.
        for event in pipeline.events.iter().filter(|_| pipeline.generate) {
            let mut sources = pipeline.actions().filter(|(source, action)| {
                subject.plan.action(id, *source).is_some_and(|planned| watches(action, planned))
                    && is_about(event, action, pipeline)
            });
            if let Some((_, source)) = sources.next() {
                findings.push(twice(&pipeline.symbol.node, event.span, &source.name));
            }
        }
    }
}

/// Returns whether a source has its own event rule.
fn watches(action: &Action, planned: &ActionPlan) -> bool {
    let Some(detection) = &action.action_type.change_detection else { return false };
    let as_set = |(key, text): (&String, &String)| {
        planned.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text))
    };
    detection.pattern.is_some() && detection.set.iter().all(as_set)
}

/// Returns whether an event reports every change in the repository of a source. A narrower one may be for another
/// change.
fn is_about(event: &StartEvent, source: &Action, pipeline: &Pipeline) -> bool {
    let pattern = source.action_type.change_detection.as_ref().and_then(|detection| detection.pattern.as_ref());
    let first = |field: &str| pattern.and_then(|pattern| pattern.get(field)?.get(0)?.as_str());
    let given = |word: &str| event.attributes.contains_key(word);
    let home = |word: &str, home: Option<&str>| !given(word) || home.is_some_and(|it| texts(event, word).contains(&it));
    let here = home("account", pipeline.account.as_ref().map(Spanned::as_str))
        && home("region", pipeline.region.as_ref().map(Spanned::as_str));
    let sender = first("source");
    // A pull request or a scan does not change the source.
    let kinds = texts(event, "detail-type");
    let same_kind = !given("detail-type") || first("detail-type").is_some_and(|kind| kinds.contains(&kind));
    let repository = source.literal("RepositoryName");
    let names = |arn: &&str| repository.is_some_and(|name| arn.rsplit([':', '/']).next() == Some(name));
    // Without resources, it matches all repositories.
    let of_repository = !given("resources") || texts(event, "resources").iter().any(names);
    let detail = event.attributes.get("detail").is_none_or(|detail| is_as_narrow(&detail.value, source, pattern));
    here && !given("bus")
        && same_kind
        && sender.is_some_and(|sender| texts(event, "source").contains(&sender))
        && of_repository
        && detail
}

/// Returns whether the detail of an event matches everything that the source's own rule matches.
fn is_as_narrow(detail: &Value, source: &Action, pattern: Option<&serde_json::Value>) -> bool {
    let ValueKind::Map(fields) = &detail.kind else { return false };
    let own = pattern.and_then(|pattern| pattern.get("detail"));
    fields.iter().all(|(field, value)| {
        let wanted = own.and_then(|own| own.get(&field.node)?.as_array());
        let wanted = wanted.into_iter().flatten().filter_map(serde_json::Value::as_str);
        let wanted: Vec<&str> = wanted
            .filter_map(|text| match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
                Some(key) => source.literal(key),
                None => Some(text),
            })
            .collect();
        let ValueKind::List(items) = &value.kind else { return false };
        let admitted: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        !wanted.is_empty() && wanted.iter().all(|text| admitted.contains(text))
    })
}

/// Returns the strings of an attribute of an event.
fn texts<'a>(event: &'a StartEvent, word: &str) -> Vec<&'a str> {
    match event.attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::List(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Checks for equal events or schedules.
fn repeated(pipeline: &Pipeline, findings: &mut Findings) {
    let schedules: Vec<_> = pipeline.schedules.iter().map(|schedule| &schedule.expression).collect();
    for (index, schedule) in schedules.iter().enumerate() {
        let first = schedules.iter().take(index).find(|first| first.node == schedule.node);
        findings.extend(first.map(|first| said_twice("on schedule", schedule.span, first.span)));
    }
    for (index, event) in pipeline.events.iter().enumerate() {
        let same = |first: &&StartEvent| {
            first.waits_for().count() == event.waits_for().count()
                && first.waits_for().all(|(word, one)| {
                    event
                        .attributes
                        .get(word)
                        .is_some_and(|other| !one.value.is_poisoned() && one.value.same(&other.value))
                })
        };
        let first = pipeline.events.iter().take(index).find(same);
        findings.extend(first.map(|first| said_twice("on event", event.span, first.span)));
    }
}

/// Two equal statements, each of which starts the pipeline.
fn said_twice(statement: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0631,
        format!("duplicate `{statement}`: it starts the pipeline twice"),
        place,
        "repeated here",
    )
    .label(first, "first one")
    .help("remove one of them")
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
