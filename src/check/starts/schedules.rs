//! E0609: what `on schedule` takes.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "schedules", codes: &[Code::E0609], run: check };

/// Fields of a cron expression. <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html> (2026-11-23)
const FIELDS: usize = 6;

/// Units of a rate, as they are written after 1. The page is the same.
const UNITS: [&str; 3] = ["minute", "hour", "day"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for schedule in &pipeline.schedules {
            if let Some(label) = fault(&schedule.node) {
                findings.push(not_a_schedule(&schedule.node, schedule.span, &label));
            }
        }
    }
}

/// What is wrong with an expression.
fn fault(text: &str) -> Option<String> {
    let inside = |word: &str| text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(cron) = inside("cron") {
        let fields: Vec<&str> = cron.split_ascii_whitespace().collect();
        return match fields.as_slice() {
            [_, _, day, _, weekday, _] if (*day == "?") == (*weekday == "?") => {
                Some("either the third field (day of month) or the fifth (day of week) must be `?`".to_owned())
            }
            [_, _, _, _, _, _] => None,
            other => Some(format!("`cron` takes {FIELDS} fields, not {}", other.len())),
        };
    }
    let Some(rate) = inside("rate") else { return Some("neither `cron(...)` nor `rate(...)`".to_owned()) };
    let (number, unit) = rate.split_once(' ').unwrap_or((rate, ""));
    let fits = match number.parse::<u32>() {
        Ok(1) => UNITS.contains(&unit),
        Ok(2..) => unit.strip_suffix('s').is_some_and(|one| UNITS.contains(&one)),
        _ => false,
    };
    (!fits).then(|| "expected a form like `rate(1 hour)` or `rate(5 minutes)`".to_owned())
}

/// `on schedule "0 3 * * *"`
fn not_a_schedule(text: &str, place: Span, fault: &str) -> Diagnostic {
    Diagnostic::new(Code::E0609, format!("`{text}` is not a schedule"), place, fault)
        .help("for example, `on schedule \"cron(0 3 * * ? *)\"` starts the pipeline every day at 03:00 UTC")
}
