//! W0969: notifications of approvals in a pipeline without an approval.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "idle-notifications", codes: &[Code::W0969], run: check };

/// The start of the events about approvals.
/// <https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html> (2026-11-30)
const OF_APPROVALS: &str = "codepipeline-pipeline-manual-approval-";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let readable = subject.pipelines().filter(|(_, pipeline)| !pipeline.incomplete && pipeline.raw.is_none());
    for (_, pipeline) in readable.filter(|_| !subject.hir.incomplete) {
        let approves = pipeline.actions.iter().any(|action| action.category == Category::Approval);
        let is_raw = pipeline.stages.iter().any(|stage| stage.raw.is_some());
        for notification in pipeline.notifications.iter().filter(|_| !approves && !is_raw) {
            if notification.events.iter().any(|event| event.starts_with(OF_APPROVALS)) {
                findings.push(never_sent(&pipeline.name, notification.span));
            }
        }
    }
}

/// A notification of approvals that the pipeline does not ask for.
fn never_sent(pipeline: &Spanned<String>, place: Span) -> Diagnostic {
    let message = format!("`notify` lists events of approvals, but pipeline `{}` has no approval", pipeline.node);
    Diagnostic::new(Code::W0969, message, place, "never sent for approvals")
        .help("add an approval before the deployment that it is for, or remove the event")
}
