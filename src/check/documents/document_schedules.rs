//! E0609: the schedule of an event rule that starts a pipeline, in a form that EventBridge rejects.

use crate::check::support::documents::{Document, inner, pipelines, refers_to};
use crate::check::support::schedule_texts::Scheduler;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-schedules", codes: &[Code::E0609], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    let ids: Vec<&str> = pipelines(&document).filter_map(|(id, _)| id).collect();
    for rule in document.resources("AWS::Events::Rule") {
        let Some(properties) = rule.value.get("Properties") else { continue };
        let Some(schedule) = properties.get("ScheduleExpression") else { continue };
        let starts = properties.get("Targets").is_some_and(|targets| refers_to(targets, &ids));
        let text = schedule.literal().filter(|text| starts && !text.contains("{{resolve:"));
        // EventBridge accepts any year.
        let fault = |text: &str| Scheduler::Rule.fault(text).filter(|fault| !fault.ends_with("in the year field"));
        if let Some((text, fault)) = text.and_then(|text| Some((text, fault(text)?))) {
            findings.push(not_a_schedule(text, inner(schedule), fault));
        }
    }
}

/// A schedule that EventBridge rejects, with the message of `PutRule`.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html> (2026-11-29)
fn not_a_schedule(text: &str, place: Span, fault: String) -> Diagnostic {
    Diagnostic::new(Code::E0609, format!("`{text}` is not a schedule"), place, fault)
        .note("the deployment would fail with \"Parameter ScheduleExpression is not valid\"")
        .help("for example, `cron(0 3 * * ? *)` starts the pipeline every day at 03:00 UTC")
}
