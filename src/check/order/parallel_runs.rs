//! W0955: executions that can deploy to one target at the same time.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Action, Origin, StackMode, ValueKind};
use crate::source::{Span, Spanned};

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
        } else if let Some((_, deploy)) = pipeline.actions().find(|(_, action)| deploys_alone(action)) {
            findings.push(refused(mode.span, &deploy.name));
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

/// Returns whether an action deploys to a target that is the same in every execution, and that refuses a second deployment.
fn deploys_alone(action: &Action) -> bool {
    let known = &action.action_type;
    let mut keys = known.works_on.iter().filter(|key| action.value(key).is_some()).peekable();
    let is_fixed = |key: &String| {
        action.value(key).is_some_and(|value| value.as_str().is_some() || matches!(value.kind, ValueKind::Entity(_)))
    };
    known.one_at_a_time && !action.incomplete && keys.peek().is_some() && keys.all(is_fixed)
}

/// A deployment that fails while another one runs.
fn refused(mode: Span, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("two executions can run `{}` at the same time", deploy.node);
    Diagnostic::new(Code::W0955, message, mode, "executions do not wait for each other")
        .label(deploy.span, "fails while another deployment to the same target runs")
        .help(phrase!["write ", PipeCode::set("mode", "queued")])
}

/// Executions that do not wait for each other.
fn at_once(mode: Span, stack: &str, deploy: Span) -> Diagnostic {
    let message = format!("two executions can deploy stack `{stack}` at the same time");
    Diagnostic::new(Code::W0955, message, mode, "executions do not wait for each other")
        .label(deploy, "the same stack in every execution")
        .help(phrase!["write ", PipeCode::set("mode", "queued")])
}
