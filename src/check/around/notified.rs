//! I0611: notifications need a permission that is not made here.

use crate::check::support::topics::foreign_region;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::notifications;
use crate::hir::Ownership;

pub(super) const RULE: Rule = Rule { name: "notified", codes: &[Code::I0611], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let home = subject.plan.home.region.as_deref();
    for (_, pipeline) in subject.pipelines() {
        for notification in &pipeline.notifications {
            let topic = &subject.hir.topics[notification.topic.node];
            let place = notification.topic.span;
            // One of another region cannot be told at all.
            if home.is_some_and(|home| foreign_region(topic, home).is_some()) {
                continue;
            }
            if topic.ownership != Ownership::Owned {
                findings.push(notifications::imported_topic(&topic.symbol, place));
            } else if let Some(key) = topic.attributes.get("key").filter(|key| !key.value.is_poisoned()) {
                findings.push(notifications::encrypted_topic(&topic.symbol, place, key.value.span));
            }
        }
    }
}
