//! W0965: `post_build` publishes, although the tests in `build` may have failed.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html> (2026-11-29)

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::test_words::is_test;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::buildspec::{BuildPhase, Buildspec};

pub(super) const RULE: Rule = Rule { name: "late-publishing", codes: &[Code::W0965], run: check };

/// The start of commands that publish.
const PUBLISHES: [&str; 25] = [
    "aws cloudformation deploy",
    "aws ecs update-service",
    "aws lambda update-function-code",
    "aws s3 sync",
    "cargo publish",
    "cdk deploy",
    "docker push",
    "dotnet nuget push",
    "gem push",
    "gradle publish",
    "helm push",
    "helm upgrade",
    "kubectl apply",
    "mvn deploy",
    "npm publish",
    "npx cdk deploy",
    "nuget push",
    "pnpm publish",
    "poetry publish",
    "sam deploy",
    "serverless deploy",
    "terraform apply",
    "twine upload",
    "yarn publish",
    "./gradlew publish",
];

/// The variable that contains whether the build has succeeded so far.
const SUCCEEDING: &str = "CODEBUILD_BUILD_SUCCEEDING";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id).filter(|build| seen.is_new(build))
        else {
            continue;
        };
        if let Some((publish, test, place)) = late(&build.spec) {
            findings.push(although_failed(publish, place, test));
        }
    }
}

/// Returns a command that publishes with its span, and the span of a test before it.
fn late(spec: &Buildspec) -> Option<(&'static str, Span, Span)> {
    let phase = |name: &str| spec.phases.iter().find(|phase| phase.name.node == name);
    let aborts = |phase: &BuildPhase| phase.on_failure.as_ref().is_some_and(|on| on.node == "ABORT");
    let (build, after) = (phase("build").filter(|phase| !aborts(phase))?, phase("post_build")?);
    let test = build.commands.iter().find(|command| !command.finally && is_test(&command.text))?;
    if after.commands.iter().any(|command| command.text.contains(SUCCEEDING)) {
        return None;
    }
    after.commands.iter().find_map(|command| {
        let line = command.text.trim_start();
        let publish = PUBLISHES.iter().find(|publish| line.starts_with(**publish))?;
        Some((*publish, test.span, command.span))
    })
}

/// A command that publishes even if the tests fail.
fn although_failed(publish: &str, place: Span, test: Span) -> Diagnostic {
    let message = format!("`{publish}` runs even if the tests in `build` fail");
    Diagnostic::new(Code::W0965, message, place, "`post_build` also runs after a failed `build`")
        .label(test, "may fail")
        .help("move it to the end of `build`, or write `on-failure: ABORT` in `build`")
}
