//! I0611 to W0613, and what a dashboard cannot show: around a pipeline.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// The service that publishes notifications.
const PUBLISHER: &str = "codestar-notifications.amazonaws.com";

/// `notify` with a topic that exists already.
pub fn imported_topic(topic: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("topic `{}` must let notifications be published on it", topic.node),
        place,
        "its policy is not made here",
    )
    .label(topic.span, "the topic exists already")
    .help(format!("its policy must allow {PUBLISHER} `sns:Publish`"))
}

/// `notify` with a topic under a customer-managed key.
pub fn encrypted_topic(topic: &Spanned<String>, place: Span, key: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("the key of topic `{}` must let notifications be published", topic.node),
        place,
        "messages are encrypted with it",
    )
    .label(key, "the key")
    .help(format!("the key's policy must allow {PUBLISHER} `kms:Decrypt` and `kms:GenerateDataKey*`"))
}

/// `lead-time = true` in a dashboard.
pub fn not_measured(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0104,
        format!("`dashboard` has no attribute `{}`", key.node),
        key.span,
        "CodePipeline does not measure this",
    )
    .note("its metrics are how long runs take and how many fail; anything else takes code that runs in the account")
    .help("remove it: `duration` and `failures` are shown unless switched off")
}

/// A topic or an event bus of another region. `declared`: where the file declares it.
pub fn elsewhere(what: &str, region: &str, home: &str, place: Span, declared: Option<Span>) -> Diagnostic {
    let article = crate::diagnostic::wording::article(what);
    let diagnostic = Diagnostic::new(
        Code::E0612,
        format!("{article} {what} in `{region}` does not serve a pipeline in `{home}`"),
        place,
        "in another region",
    )
    .help(format!("name {article} {what} in `{home}`"));
    match declared {
        Some(declared) => diagnostic.label(declared, "its ARN says so"),
        None => diagnostic,
    }
}

/// A dashboard without anything on it. `switched_off`: the settings that switch off what it would show.
pub fn empty_dashboard(place: Span, switched_off: &[Span]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::W0613, "this dashboard shows nothing", place, "nothing is left to show");
    let diagnostic = switched_off.iter().fold(diagnostic, |it, span| it.label(*span, "switched off"));
    diagnostic.help("remove the dashboard, or let it show something")
}
