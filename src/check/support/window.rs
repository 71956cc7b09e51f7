//! E0609, W0642: the expression of a deployment window.

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
            let with_seconds = Some(format!("* {text}")).filter(|text| Cron::Window.fault(text).is_none());
            Some(not_a_window(text, value.span, &fault, with_seconds.as_deref()))
        }
        None => Cron::Window.never(text).map(|why| never_open(text, value.span, &why)),
    }
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
    match suggestion {
        Some(suggestion) => diagnostic
            .help(format!("write `\"{suggestion}\"`"))
            .intend(Intent::SetString { place, text: suggestion.to_owned() }),
        None => diagnostic.help("seconds come first; write, for example, `window(\"* * 9-17 ? * MON-FRI *\")`"),
    }
}
