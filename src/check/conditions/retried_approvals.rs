//! W0976: rejected approvals that are asked again.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::OnFailure;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "retried-approvals", codes: &[Code::W0976], run: check };

/// A rejected approval is a failed action, and a retry starts the failed actions again.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>,
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html> (2026-11-30)
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        let stage = place.pipeline.stages.get(place.action.stage).filter(|stage| !stage.incomplete);
        let Some((stage, outcome)) = stage.and_then(|stage| Some((stage, stage.on_failure.as_ref()?))) else {
            continue;
        };
        if matches!(outcome.node, OnFailure::RetryFailed | OnFailure::RetryAll) {
            findings.about(place, asked_again(&place.action.name, &stage.name.node, outcome.span));
        }
    }
}

/// An approval in a stage that is retried.
fn asked_again(approval: &Spanned<String>, stage: &str, retry: Span) -> Diagnostic {
    let message = format!("approval `{}` is asked again after it is rejected", approval.node);
    Diagnostic::new(Code::W0976, message, approval.span, "a rejection is a failure of the stage")
        .label(retry, format!("retries stage `{stage}`"))
        .help("move the approval to a stage of its own, or remove the retry")
}
