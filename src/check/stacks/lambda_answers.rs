//! W0904: functions that a pipeline calls and that may not answer it.

use crate::catalog::wildcard::wildcard;
use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "lambda-answers", codes: &[Code::W0904], run: check };

/// The calls with which a function reports its result to the pipeline.
const ANSWERS: [&str; 2] = ["codepipeline:putjobsuccessresult", "codepipeline:putjobfailureresult"];

/// Looks for the functions in the templates that the same file deploys.
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
            let sam = function.kind.node == "AWS::Serverless::Function" && function.property("Role").is_none();
            findings.push(never_answers(name, value.span, function.id.span, sam));
        }
    }
}

/// A function that a pipeline waits for and that cannot report its result. `sam`: SAM creates its role.
fn never_answers(function: &str, place: Span, declared: Span, sam: bool) -> Diagnostic {
    let message = format!("function `{function}` cannot report its result to CodePipeline");
    let diagnostic = Diagnostic::new(Code::W0904, message, place, "the action waits until it times out").label(
        declared,
        "its role allows neither `codepipeline:PutJobSuccessResult` nor `codepipeline:PutJobFailureResult`",
    );
    if sam {
        return diagnostic.help("add `CodePipelineLambdaExecutionPolicy: {}` to its `Policies`");
    }
    diagnostic
        .help("allow `codepipeline:PutJobSuccessResult` and `codepipeline:PutJobFailureResult` on `\"*\"` in its role")
}
