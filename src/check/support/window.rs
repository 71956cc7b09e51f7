//! E0609, W0136, W0642: the expression of a deployment window.

use crate::check::support::cron::Cron;
use crate::diagnostic::{Code, Diagnostic, Intent};
use crate::hir::Value;
use crate::source::Span;

/// Returns the diagnostic for an invalid window, or for one that never opens.
pub(in crate::check) fn check(value: &Value) -> Option<Diagnostic> {
    let text = value.as_str()?;
    match Cron::Window.fault(text) {
        Some(fault) => {
            // Unlike a window, a schedule of EventBridge has no seconds, so `*` is added for them.
            let is_schedule = Cron::Schedule.fault(text).is_none();
            let meant = if is_schedule { Some(format!("* {text}")) } else { Cron::Window.corrected(text) };
            let meant = meant.filter(|text| Cron::Window.fault(text).is_none());
            Some(not_a_window(text, value.span, &fault, meant.as_deref()))
        }
        None => match Cron::Window.never(text) {
            Some(why) => Some(never_open(text, value.span, &why)),
            None => both_days(text, value.span),
        },
    }
}

/// A window with days of the month and days of the week.
fn both_days(text: &str, place: Span) -> Option<Diagnostic> {
    let meant = Cron::Window.both_days(text);
    let first = meant.first()?;
    let message = format!("deployment window `{text}` has two fields for days");
    let found = Diagnostic::new(Code::W0136, message, place, "one of the two fields must be `?`");
    Some(match meant.get(1) {
        Some(second) => found.help(format!("write `\"{first}\"` or `\"{second}\"`")),
        None => found.help(format!("write `\"{first}\"`")).intend(Intent::SetString { place, text: first.clone() }),
    })
}

/// A valid window that is never open.
fn never_open(text: &str, place: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::W0642, format!("deployment window `{text}` is never open"), place, why.to_owned())
        .help("for example, `window(\"* * 9-17 ? * MON-FRI *\")` is open on weekdays from 09:00 to 18:00")
}

/// A window that is not a valid expression. `mended` is the expression that is meant.
fn not_a_window(text: &str, place: Span, fault: &str, suggestion: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0609, format!("`{text}` is not a deployment window"), place, fault.to_owned());
    match (suggestion, of_unix(text)) {
        (Some(suggestion), _) => diagnostic
            .help(format!("write `\"{suggestion}\"`"))
            .intend(Intent::SetString { place, text: suggestion.to_owned() }),
        (None, Some(window)) => {
            diagnostic.help(format!("seconds come first, and Sunday is day 1; write, for example, `\"{window}\"`"))
        }
        _ => diagnostic.help("seconds come first; write, for example, `window(\"* * 9-17 ? * MON-FRI *\")`"),
    }
}

/// Returns the window for an expression with the five fields of Unix: all of each hour that it lists.
fn of_unix(text: &str) -> Option<String> {
    let schedule = Cron::Schedule.corrected(text).filter(|_| text.split_ascii_whitespace().count() == 5)?;
    let (minute, rest) = schedule.split_once(' ')?;
    let minutes = if minute.parse::<u32>().is_ok() { "*" } else { minute };
    Some(format!("* {minutes} {rest}"))
}
