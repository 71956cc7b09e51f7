//! W0158: FIFO topics for approvals and notifications.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Ownership, PartKind, TopicId, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "fifo-topics", codes: &[Code::W0158], run: check };

/// The end of the name of a FIFO topic.
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html> (2026-11-30)
const FIFO: &str = ".fifo";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut used: Vec<(TopicId, Span)> = Vec::new();
    for (_, pipeline) in subject.pipelines() {
        used.extend(pipeline.notifications.iter().map(|it| (it.topic.node, it.topic.span)));
    }
    for place in subject.actions() {
        let Some(told) = place.action.value("NotificationArn") else { continue };
        match told.kind {
            ValueKind::Entity(Entity::Topic(id)) => used.push((id, told.span)),
            _ if is_fifo(told) => findings.push(not_published(told.span, None)),
            _ => {}
        }
    }
    for (index, (id, place)) in used.iter().enumerate() {
        let Some(Ownership::Imported(arn)) = subject.hir.topics.get(*id).map(|topic| &topic.ownership) else {
            continue;
        };
        let is_first = used.iter().take(index).all(|(other, _)| other != id);
        if is_first && is_fifo(arn) {
            findings.push(not_published(arn.span, Some(*place)));
        }
    }
}

/// Returns whether an ARN is that of a FIFO topic. Its start may be known later.
fn is_fifo(arn: &Value) -> bool {
    let ValueKind::Text(text) = &arn.kind else { return false };
    matches!(text.parts.last().map(|part| &part.kind), Some(PartKind::Literal(end)) if end.ends_with(FIFO))
}

/// A FIFO topic. `used` is where an approval or a notification names its declaration.
fn not_published(place: Span, used: Option<Span>) -> Diagnostic {
    let message = "approvals and notifications cannot be published to a FIFO topic";
    Diagnostic::new(Code::W0158, message, place, "the ARN ends with `.fifo`")
        .labels(used.map(|used| (used, "published here")))
        .help("use a standard topic; each message to a FIFO topic needs a `MessageGroupId`, which is not sent")
}
