//! Schedule expressions of EventBridge.

use super::cron::Cron;

/// The units of a rate, in the singular.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html> (2026-11-23)
pub(in crate::check) const UNITS: [&str; 3] = ["minute", "hour", "day"];

/// Returns the text in parentheses after a word.
pub(in crate::check) fn inside<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')
}

/// Returns the error in an expression.
pub(in crate::check) fn schedule_fault(text: &str) -> Option<String> {
    if let Some(cron) = inside(text, "cron") {
        return Cron::Schedule.fault(cron);
    }
    let Some(rate) = inside(text, "rate") else { return Some("neither `cron(...)` nor `rate(...)`".to_owned()) };
    let (number, unit) = rate.split_once(' ').unwrap_or((rate, ""));
    let fits = match number.parse::<u32>() {
        Ok(1) => UNITS.contains(&unit),
        Ok(2..) => unit.strip_suffix('s').is_some_and(|one| UNITS.contains(&one)),
        _ => false,
    };
    (!fits).then(|| "expected a form like `rate(1 hour)` or `rate(5 minutes)`".to_owned())
}
