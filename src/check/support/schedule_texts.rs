//! Schedules of Amazon EventBridge: `cron(...)`, `rate(...)`, and `at(...)`.

use crate::check::support::cron::Cron;

/// The units of a rate, in the singular.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html> (2026-11-23)
pub(in crate::check) const UNITS: [&str; 3] = ["minute", "hour", "day"];

/// The part of EventBridge that reads a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Scheduler {
    /// Event rules.
    Rule,
    /// `EventBridge` Scheduler, which also has `at(...)`.
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html> (2026-11-29)
    Schedule,
}

impl Scheduler {
    /// Returns the error in an expression.
    pub(in crate::check) fn fault(self, text: &str) -> Option<String> {
        if let Some(cron) = inside(text, "cron") {
            return Cron::Schedule.fault(cron);
        }
        if self == Self::Schedule
            && let Some(time) = inside(text, "at")
        {
            return (!is_time(time)).then(|| "expected a form like `at(2027-01-31T08:00:00)`".to_owned());
        }
        let Some(rate) = inside(text, "rate") else {
            return Some(match self {
                Self::Rule => "neither `cron(...)` nor `rate(...)`".to_owned(),
                Self::Schedule => "none of `cron(...)`, `rate(...)`, and `at(...)`".to_owned(),
            });
        };
        let (number, unit) = rate.split_once(' ').unwrap_or((rate, ""));
        let one = unit.strip_suffix('s').unwrap_or(unit);
        let fits = match number.parse::<u32>() {
            Ok(1) if self == Self::Rule => UNITS.contains(&unit),
            Ok(2..) if self == Self::Rule => unit != one && UNITS.contains(&one),
            Ok(1..) => UNITS.contains(&one),
            _ => false,
        };
        (!fits).then(|| "expected a form like `rate(1 hour)` or `rate(5 minutes)`".to_owned())
    }
}

impl Scheduler {
    /// Returns the expression that is meant, if its form shows it: a cron expression of Unix, or a rate in other words.
    pub(in crate::check) fn corrected(self, text: &str) -> Option<String> {
        let lower = text.trim().to_ascii_lowercase();
        let bare = |word: &str| lower.strip_prefix(word).unwrap_or(&lower).trim().trim_matches(['(', ')']).to_owned();
        let cron = bare("cron");
        let cron = Cron::Schedule.corrected(&cron).or_else(|| Cron::Schedule.fault(&cron).is_none().then_some(cron));
        let schedule = match cron {
            Some(cron) => format!("cron({})", cron.to_ascii_uppercase()),
            None => rate(bare("rate").trim_start_matches("every").trim())?,
        };
        (schedule != text && self.fault(&schedule).is_none()).then_some(schedule)
    }
}

/// Converts a duration such as `24h`, `1 hours`, or `2 weeks` to a rate.
fn rate(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u32 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let (number, unit) = match unit.trim() {
        "m" | "min" | "mins" | "minute" | "minutes" => (number, UNITS[0]),
        "h" | "hr" | "hrs" | "hour" | "hours" => (number, UNITS[1]),
        "d" | "day" | "days" => (number, UNITS[2]),
        "w" | "week" | "weeks" => (number.checked_mul(7)?, UNITS[2]),
        _ => return None,
    };
    let plural = if number == 1 { "" } else { "s" };
    Some(format!("rate({number} {unit}{plural})"))
}

/// Returns the text in parentheses after a word.
pub(in crate::check) fn inside<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')
}

/// Returns whether a text has the form `yyyy-mm-ddThh:mm:ss`.
fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00";
    let fits =
        |(expected, found): (char, char)| if expected == '0' { found.is_ascii_digit() } else { expected == found };
    text.chars().count() == form.len() && form.chars().zip(text.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::Scheduler;

    #[test]
    fn the_schedule_that_is_meant_is_recognized() {
        for (text, meant) in [
            ("rate(1 hours)", Some("rate(1 hour)")),
            ("rate(24h)", Some("rate(24 hours)")),
            ("1 day", Some("rate(1 day)")),
            ("every 2 weeks", Some("rate(14 days)")),
            ("Rate(5 minute)", Some("rate(5 minutes)")),
            ("cron(15 2 * * 1-5)", Some("cron(15 2 ? * MON-FRI *)")),
            ("0 3 * * *", Some("cron(0 3 * * ? *)")),
            ("0 3 * * ? *", Some("cron(0 3 * * ? *)")),
            ("rate(0 minutes)", None),
            ("nightly", None),
            ("", None),
        ] {
            assert_eq!(Scheduler::Rule.corrected(text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn rules_and_scheduler_differ() {
        for (text, of_rule, of_schedule) in [
            ("rate(1 hour)", true, true),
            ("rate(1 hours)", false, true),
            ("rate(5 minute)", false, true),
            ("rate(5 minutes)", true, true),
            ("rate(0 minutes)", false, false),
            ("rate(5 weeks)", false, false),
            ("at(2027-01-31T08:00:00)", false, true),
            ("at(2027-01-31 08:00)", false, false),
            ("cron(0 3 * * ? *)", true, true),
            ("cron(0 3 * * *)", false, false),
            ("every day", false, false),
        ] {
            assert_eq!(Scheduler::Rule.fault(text).is_none(), of_rule, "{text}");
            assert_eq!(Scheduler::Schedule.fault(text).is_none(), of_schedule, "{text}");
        }
    }
}
