//! W0972: approvals that start at the same time as a deployment, which does not wait for them.

use crate::catalog::Category;
use crate::check::support::rivals::at_once;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, StackMode};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "approvals-beside", codes: &[Code::W0972], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        let beside = place.pipeline.actions().find(|(id, action)| {
            deploys(action) && !action.incomplete && at_once(subject, place.pipeline_id, place.id, *id)
        });
        if let Some((_, deploy)) = beside {
            findings.about(place, holds_nothing_back(&place.action.name, deploy));
        }
    }
}

/// Returns whether an action changes what is deployed. One that prepares a change set does not.
fn deploys(action: &Action) -> bool {
    let prepares = action.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace);
    action.category == Category::Deploy && !prepares
}

/// An approval for which a deployment does not wait.
fn holds_nothing_back(approval: &Spanned<String>, deploy: &Action) -> Diagnostic {
    let deploy_name = if deploy.stack_operation().is_some() { &deploy.symbol } else { &deploy.name.node };
    let message = format!("`{deploy_name}` does not wait for approval `{}`", approval.node);
    Diagnostic::new(Code::W0972, message, approval.span, "both start at the same time")
        .label(deploy.name.span, "deploys without the approval")
        .help(format!("move `{}` out of `parallel`, before it or after it", approval.node))
}
