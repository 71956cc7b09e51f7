//! W0956: tests that run beside the deployment which they test.

use crate::catalog::Category;
use crate::check::support::rivals::at_once;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, StackMode};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "tests-beside", codes: &[Code::W0956], run: check };

/// Words in the names of tests that look at something deployed.
const DEPLOYED: [&str; 6] = ["smoke", "e2e", "endtoend", "acceptance", "integration", "probe"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Test) {
        let name = place.action.name.node.to_ascii_lowercase().replace(['-', '_'], "");
        if !DEPLOYED.iter().any(|word| name.contains(word)) {
            continue;
        }
        let beside = place
            .pipeline
            .actions()
            .find(|(id, action)| deploys(action) && at_once(subject, place.pipeline_id, place.id, *id));
        if let Some((_, deploy)) = beside {
            findings.about(place, beside_deployment(&place.action.name, &deploy.name));
        }
    }
}

/// Whether an action changes what runs; one that prepares a change set does not.
fn deploys(action: &Action) -> bool {
    let prepares = action.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace);
    action.category == Category::Deploy && !prepares
}

/// A test at the same time as a deployment.
fn beside_deployment(test: &Spanned<String>, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs while `{}` still deploys", test.node, deploy.node);
    Diagnostic::new(Code::W0956, message, test.span, "may test what was there before")
        .label(deploy.span, "runs at the same time")
        .help("move the test after the deployment, outside `parallel`")
}
