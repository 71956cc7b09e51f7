//! I0611: notifications need a permission that is not made here.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::notifications;
use crate::hir::Ownership;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        for notification in &pipeline.notifications {
            let Some(topic) = subject.hir.topics.get(notification.topic.node.0) else { continue };
            let place = notification.topic.span;
            if topic.ownership != Ownership::Owned {
                diagnostics.push(notifications::imported_topic(&topic.symbol, place));
            } else if let Some(key) = topic.attributes.get("key").filter(|key| !key.value.is_poisoned()) {
                diagnostics.push(notifications::encrypted_topic(&topic.symbol, place, key.value.span));
            }
        }
    }
}
