//! E0609: the expression of a deployment window.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html> (2026-11-23)

use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::hir::Value;
use crate::source::Span;

/// A field of the expression: its name, its least and greatest number, the words for its numbers, whether it may be `?`.
struct Field {
    name: &'static str,
    least: u32,
    greatest: u32,
    words: &'static [&'static str],
    /// `?`, `L`, `W` and `#`
    of_days: bool,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 7] = [
    Field { name: "seconds", least: 0, greatest: 59, words: &[], of_days: false },
    Field { name: "minutes", least: 0, greatest: 59, words: &[], of_days: false },
    Field { name: "hours", least: 0, greatest: 23, words: &[], of_days: false },
    Field { name: "day of the month", least: 1, greatest: 31, words: &[], of_days: true },
    Field { name: "month", least: 1, greatest: 12, words: MONTHS, of_days: false },
    Field { name: "day of the week", least: 1, greatest: 7, words: DAYS, of_days: true },
    Field { name: "year", least: 1970, greatest: 2199, words: &[], of_days: false },
];

/// Fields that have to be there: all but the year.
const NEEDED: usize = FIELDS.len() - 1;

/// What is wrong with a window, if that is known.
pub(in crate::check) fn check(value: &Value) -> Option<Diagnostic> {
    let text = value.as_str()?;
    let fault = fault(text)?;
    // Schedules of EventBridge have no seconds, and a window counts in minutes.
    let with_seconds = Some(format!("* {text}")).filter(|text| self::fault(text).is_none());
    Some(not_a_window(text, value.span, &fault, with_seconds.as_deref()))
}

fn fault(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if !(NEEDED..=FIELDS.len()).contains(&fields.len()) {
        let count = wording::count(fields.len(), "field");
        return Some(format!("{count}; expected {NEEDED} or {}", FIELDS.len()));
    }
    let wrong = FIELDS.iter().zip(&fields).find(|(field, text)| !field.takes(text));
    wrong.map(|(field, text)| format!("`{text}` is not valid in the {} field", field.name))
}

impl Field {
    fn takes(&self, text: &str) -> bool {
        text.split(',').all(|part| {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            step.is_none_or(|step| step.parse::<u32>().is_ok()) && self.takes_range(range)
        })
    }

    fn takes_range(&self, text: &str) -> bool {
        match text {
            "*" => true,
            "?" => self.of_days,
            // `L-3`, `LW`, `15W`, `6#3`: their parts are left to AWS.
            _ if self.of_days && text.contains(['L', 'W', '#']) && !DAYS.contains(&text) => {
                text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '-'))
            }
            _ => text.split('-').count() <= 2 && text.split('-').all(|one| self.takes_one(one)),
        }
    }

    fn takes_one(&self, text: &str) -> bool {
        self.words.contains(&text.to_ascii_uppercase().as_str())
            || text.parse::<u32>().is_ok_and(|number| (self.least..=self.greatest).contains(&number))
    }
}

/// A window that is not a valid expression. `mended`: the expression that is meant.
fn not_a_window(text: &str, place: Span, fault: &str, mended: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0609, format!("`{text}` is not a deployment window"), place, fault.to_owned());
    match mended {
        Some(mended) => diagnostic
            .help(format!("write `\"{mended}\"`"))
            .intend(Intent::SetString { place, text: mended.to_owned() }),
        None => diagnostic.help("seconds come first; write, for example, `window(\"* * 9-17 ? * MON-FRI *\")`"),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn windows_are_told_from_schedules() {
        for window in
            ["0 0 9-17 ? * MON-FRI *", "* * 22-23,0-5 ? * MON-THU", "0 0/15 8 1,L * ?", "0 0 0 15W 1-6 ? 2027"]
        {
            assert_eq!(fault(window), None, "{window}");
        }
        for other in
            ["0 8-16 ? * MON-THU *", "cron(0 3 * * ? *)", "0 0 25 ? * MON", "0 0 9 ? * FUNDAY", "", "? 0 9 ? * *"]
        {
            assert!(fault(other).is_some(), "{other}");
        }
    }
}
