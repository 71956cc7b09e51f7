//! E0609, W0642: schedules in templates that EventBridge rejects, or that never apply.

use crate::check::support::cron::Cron;
use crate::check::support::inside_templates::each_template;
use crate::check::support::schedule_texts::{Scheduler, inside};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "template-schedules", codes: &[Code::E0609, Code::W0642], run: check };

/// The properties with schedules, by resource type.
const OF_RESOURCES: [(&str, &str, Scheduler); 2] = [
    ("AWS::Events::Rule", "ScheduleExpression", Scheduler::Rule),
    ("AWS::Scheduler::Schedule", "ScheduleExpression", Scheduler::Schedule),
];

/// The properties with schedules, by the type of the event in a SAM template.
const OF_EVENTS: [(&str, &str, Scheduler); 2] =
    [("Schedule", "Schedule", Scheduler::Rule), ("ScheduleV2", "ScheduleExpression", Scheduler::Schedule)];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for Entry { value, .. } in inside.section("Resources") {
            findings.extend(one(value, &OF_RESOURCES));
            let events = value.at(&["Properties", "Events"]).map(Node::entries).unwrap_or_default();
            if inside.template.is_sam() {
                findings.extend(events.iter().filter_map(|event| one(&event.value, &OF_EVENTS)));
            }
        }
    });
}

/// Checks the schedule of a resource or event.
fn one(node: &Node, known: &[(&str, &str, Scheduler)]) -> Option<Diagnostic> {
    let kind = node.get("Type")?.literal()?;
    let (_, property, scheduler) = known.iter().find(|(of, ..)| *of == kind)?;
    let schedule = node.get("Properties")?.get(property)?.spanned()?;
    let text = schedule.as_str();
    // A dynamic reference is replaced.
    if text.contains("{{") {
        return None;
    }
    // EventBridge accepts any year.
    if let Some(label) = scheduler.fault(text).filter(|label| !label.ends_with("in the year field")) {
        return Some(not_a_schedule(&schedule, &label, *scheduler));
    }
    let why = inside(text, "cron").and_then(|cron| Cron::Schedule.never(cron))?;
    Some(never(&schedule, &why))
}

/// A text that is not a schedule.
fn not_a_schedule(text: &Spanned<String>, fault: &str, scheduler: Scheduler) -> Diagnostic {
    let mut found = Diagnostic::new(Code::E0609, format!("`{}` is not a schedule", text.node), text.span, fault);
    if scheduler == Scheduler::Rule {
        found = found.note("the deployment would fail with \"Parameter ScheduleExpression is not valid\"");
    }
    match Scheduler::Rule.corrected(&text.node) {
        Some(schedule) => found.suggest(text.span, Some(&schedule)),
        None => found.help("for example, `cron(0 3 * * ? *)` is every day at 03:00 UTC, and `rate(1 hour)` every hour"),
    }
}

/// A schedule that never applies.
fn never(text: &Spanned<String>, why: &str) -> Diagnostic {
    Diagnostic::new(Code::W0642, format!("schedule `{}` never applies", text.node), text.span, why)
        .help("for example, `cron(0 3 1 * ? *)` is 03:00 UTC on the first day of every month")
}
