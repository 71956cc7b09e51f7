//! W0904: functions that a pipeline calls but that cannot report their result.

use crate::catalog::wildcard::wildcard;
use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::RoleSource;

pub(super) const RULE: Rule = Rule { name: "lambda-answers", codes: &[Code::W0904], run: check };

/// The calls with which a function reports its result to the pipeline.
const ANSWERS: [&str; 2] = ["codepipeline:putjobsuccessresult", "codepipeline:putjobfailureresult"];

/// Checks the functions in the templates that the same file deploys.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let complete = subject.actions().map(|place| place.action).filter(|action| !action.incomplete);
    let called = complete.filter_map(|action| action.value(action.action_type.reported_by.as_deref()?));
    let mut called = called.peekable();
    if called.peek().is_none() {
        return;
    }
    let deploys = deploys(subject);
    for value in called {
        let Some(name) = value.as_str() else { continue };
        let mut found = deploys.iter().filter_map(|deploy| Some((deploy, deploy.template.function_named(name)?)));
        let Some((deploy, function)) = found.next() else { continue };
        let Some(allowed) = deploy.template.allowed_at_most(function) else { continue };
        let may =
            |answer: &str| allowed.iter().any(|it| wildcard(it.to_ascii_lowercase().as_bytes(), answer.as_bytes()));
        if !ANSWERS.iter().any(|answer| may(answer)) {
            let source = deploy.template.role_source(function);
            findings.push(never_answers(name, value.span, function.id.span, source.as_ref()));
        }
    }
}

/// A function that a pipeline waits for and that cannot report its result.
fn never_answers(function: &str, place: Span, declared: Span, source: Option<&RoleSource<'_>>) -> Diagnostic {
    let role = match source {
        Some(RoleSource::Resource(role)) => format!("role `{}`", role.id.node),
        _ => "its role".to_owned(),
    };
    let message = format!("function `{function}` cannot report its result to CodePipeline");
    let label =
        format!("{role} allows neither `codepipeline:PutJobSuccessResult` nor `codepipeline:PutJobFailureResult`");
    Diagnostic::new(Code::W0904, message, place, "the action waits until it times out").label(declared, label).help(
        match source {
            Some(RoleSource::Generated(policies)) => add_policy(*policies),
            _ => format!(
                "allow `codepipeline:PutJobSuccessResult` and `codepipeline:PutJobFailureResult` on `\"*\"` in {role}"
            ),
        },
    )
}

/// Returns how to add SAM's policy template for reporting results to `Policies`, in its current form.
fn add_policy(policies: Option<&Node>) -> String {
    const POLICY: &str = "CodePipelineLambdaExecutionPolicy: {}";
    match policies {
        None => format!("add `Policies: [{POLICY}]` to its properties"),
        Some(policies) if !policies.items().is_empty() => format!("add `{POLICY}` to its `Policies`"),
        Some(policies) => match policies.literal() {
            Some(policy) => format!("write `Policies: [{policy}, {POLICY}]`"),
            None => format!("write its `Policies` as a list, and add `{POLICY}`"),
        },
    }
}
