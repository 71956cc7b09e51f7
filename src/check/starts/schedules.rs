//! E0609: invalid values of `on schedule`. W0642: schedules that never start the pipeline, or start it too often.

use crate::check::support::cron::Cron;
use crate::check::support::schedule_texts::{Scheduler, UNITS, inside};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "schedules", codes: &[Code::E0609, Code::W0642], run: check };

/// The minimum number of minutes between two executions for a plausible schedule.
const LEAST: u32 = 5;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for schedule in &pipeline.schedules {
            let schedule = &schedule.expression;
            let text = schedule.node.as_str();
            if let Some(label) = Scheduler::Rule.fault(text) {
                findings.push(not_a_schedule(text, schedule.span, &label));
            } else if let Some(why) = inside(text, "cron").and_then(|cron| Cron::Schedule.never(cron)) {
                findings.push(never(text, schedule.span, &why));
            } else if let Some(minutes) = minutes_between(text) {
                findings.push(too_often(text, schedule.span, minutes));
            }
        }
    }
}

/// Returns the minutes between two executions, if there are few.
fn minutes_between(text: &str) -> Option<u32> {
    if let Some(cron) = inside(text, "cron") {
        return Cron::Schedule.minutes_between(cron, LEAST);
    }
    let (number, unit) = inside(text, "rate")?.split_once(' ')?;
    number.parse().ok().filter(|minutes| unit.starts_with(UNITS[0]) && *minutes < LEAST)
}

/// A valid schedule that starts nothing.
fn never(text: &str, place: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::W0642, format!("schedule `{text}` never starts the pipeline"), place, why.to_owned())
        .help("for example, `on schedule \"cron(0 3 1 * ? *)\"` starts it at 03:00 UTC on the first day of every month")
}

/// A schedule that starts executions shortly after each other.
fn too_often(text: &str, place: Span, minutes: u32) -> Diagnostic {
    let often = if minutes == 1 { "every minute".to_owned() } else { format!("every {minutes} minutes") };
    let minutes = usize::try_from(minutes).unwrap_or_default();
    let message = format!("schedule `{text}` starts the pipeline {often}");
    let label = format!("{} between two executions", wording::count(minutes, "minute"));
    Diagnostic::new(Code::W0642, message, place, label).help(if text.starts_with("rate") {
        "start it less often, for example with `\"rate(1 day)\"`"
    } else {
        "begin with the minute; for example, `\"cron(0 3 * * ? *)\"` starts it every day at 03:00 UTC"
    })
}

/// `on schedule "0 3 * * *"`
fn not_a_schedule(text: &str, place: Span, fault: &str) -> Diagnostic {
    let found = Diagnostic::new(Code::E0609, format!("`{text}` is not a schedule"), place, fault);
    match Scheduler::Rule.corrected(text) {
        Some(schedule) => {
            found.help(format!("write `\"{schedule}\"`")).intend(Intent::SetString { place, text: schedule })
        }
        None => {
            found.help("for example, `on schedule \"cron(0 3 * * ? *)\"` starts the pipeline every day at 03:00 UTC")
        }
    }
}
