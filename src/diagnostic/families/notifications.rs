//! I0611 to W0613: notifications and dashboards.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// The service that publishes notifications.
const PUBLISHER: &str = "codestar-notifications.amazonaws.com";

/// `notify` with an existing topic.
pub fn imported_topic(topic: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("the policy of topic `{}` must allow notifications", topic.node),
        place,
        "publishes to it",
    )
    .label(topic.span, "an existing topic, whose policy dotpipe does not change")
    .help(format!("allow {PUBLISHER} the action `sns:Publish` in the topic's policy"))
}

/// `notify` with a topic under a customer managed key.
pub fn encrypted_topic(topic: &Spanned<String>, place: Span, key: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("the policy of the key of topic `{}` must allow notifications", topic.node),
        place,
        "publishes to the encrypted topic",
    )
    .label(key, "an existing key, whose policy dotpipe does not change")
    .help(format!("allow {PUBLISHER} the actions `kms:Decrypt` and `kms:GenerateDataKey*` in the key's policy"))
}

/// `lead-time = true` in a dashboard.
pub fn not_measured(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0104,
        format!("`dashboard` has no attribute `{}`", key.node),
        key.span,
        "CodePipeline has no metric for this",
    )
    .note("CodePipeline publishes metrics for the duration of executions and for failures only")
    .help("remove it; `duration` and `failures` are shown by default")
}

/// A topic or an event bus in another Region. `declared`: where the file declares it.
pub fn in_other_region(what: &str, region: &str, home: &str, place: Span, declared: Option<Span>) -> Diagnostic {
    let article = crate::diagnostic::wording::article(what);
    let diagnostic = Diagnostic::new(
        Code::E0612,
        format!("{article} {what} in `{region}` cannot be used by a pipeline in `{home}`"),
        place,
        "must be in the pipeline's Region",
    )
    .help(format!("use {article} {what} in `{home}`"));
    match declared {
        Some(declared) => diagnostic.label(declared, "its ARN is in another Region"),
        None => diagnostic,
    }
}

/// An empty dashboard. `switched_off`: the settings that turn its widgets off.
pub fn empty_dashboard(place: Span, switched_off: &[Span]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::W0613, "this dashboard is empty", place, "shows no metric");
    let diagnostic = switched_off.iter().fold(diagnostic, |it, span| it.label(*span, "turned off here"));
    diagnostic.help("remove `dashboard`, or turn on one of its metrics")
}
