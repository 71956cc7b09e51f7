//! I0611: notifications that need a permission in a policy outside the template.

use crate::check::support::topics::foreign_region;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Ownership;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "notified", codes: &[Code::I0611], run: check };

/// The service that publishes notifications.
const PUBLISHER: &str = "codestar-notifications.amazonaws.com";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let home = subject.plan.home.region.as_deref();
    for (_, pipeline) in subject.pipelines() {
        for notification in &pipeline.notifications {
            let topic = &subject.hir.topics[notification.topic.node];
            let place = notification.topic.span;
            // Events cannot be published to a topic in another Region at all.
            if home.is_some_and(|home| foreign_region(topic, home).is_some()) {
                continue;
            }
            // An ARN of another service is reported separately.
            let arn = if let Ownership::Imported(value) = &topic.ownership { value.as_str() } else { None };
            if arn.is_some_and(|arn| arn.starts_with("arn:") && arn.split(':').nth(2) != Some("sns")) {
                continue;
            }
            if topic.ownership != Ownership::Owned {
                findings.push(imported_topic(&topic.symbol, place));
            } else if let Some(key) = topic.attributes.get("key").filter(|key| !key.value.is_poisoned()) {
                findings.push(encrypted_topic(&topic.symbol, place, key.value.span));
            }
        }
    }
}

/// `notify` with an existing topic.
fn imported_topic(topic: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("the policy of topic `{}` must allow notifications", topic.node),
        place,
        "the pipeline's notifications are sent here",
    )
    .label(topic.span, "an existing topic, whose policy dotpipe does not change")
    .help(format!("in the topic's policy, allow {PUBLISHER} to call `sns:Publish`"))
}

/// `notify` with a topic that is encrypted with a customer managed key.
fn encrypted_topic(topic: &Spanned<String>, place: Span, key: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0611,
        format!("the policy of the key of topic `{}` must allow notifications", topic.node),
        place,
        "the pipeline's notifications are sent to this encrypted topic",
    )
    .label(key, "an existing key, whose policy dotpipe does not change")
    .help(format!("in the key's policy, allow {PUBLISHER} to call `kms:Decrypt` and `kms:GenerateDataKey*`"))
}
