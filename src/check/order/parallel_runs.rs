//! W0955: executions that can deploy to one target at the same time.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Origin, StackMode, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "parallel-runs", codes: &[Code::W0955], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let Some(mode) = pipeline.mode.as_ref().filter(|mode| mode.node == "PARALLEL") else { continue };
        if let Some((_, deploy)) = pipeline.actions().find(|(_, action)| deploys(action)) {
            let stack = match (&deploy.origin, deploy.value("StackName").map(|value| &value.kind)) {
                (Origin::Written, Some(ValueKind::Text(text))) => text.as_literal(),
                _ => None,
            };
            findings.push(at_once(mode.span, stack.unwrap_or(&deploy.symbol), deploy.name.span));
        }
    }
}

/// Returns whether an action changes a stack whose name is the same in every execution.
fn deploys(action: &Action) -> bool {
    let Some(operation) = action.stack_operation().filter(|_| !action.incomplete) else { return false };
    let fixed = match action.value("StackName").map(|value| &value.kind) {
        Some(ValueKind::Text(text)) => text.as_literal().is_some(),
        _ => false,
    };
    action.category == Category::Deploy && operation.mode != StackMode::DeleteOnly && fixed
}

/// Executions that do not wait for each other.
fn at_once(mode: Span, stack: &str, deploy: Span) -> Diagnostic {
    let message = format!("two executions can deploy stack `{stack}` at the same time");
    Diagnostic::new(Code::W0955, message, mode, "executions do not wait for each other")
        .label(deploy, "the same stack in every execution")
        .help("write `mode = queued`")
}
