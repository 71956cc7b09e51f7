//! W0965: a phase publishes, although the tests in an earlier one may have failed.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html> (2026-11-29)

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::test_words::has_test;
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
        if let Some(found) = PAIRS.iter().find_map(|phases| late(&build.spec, *phases)) {
            findings.push(found);
        }
    }
}

/// Phases with tests, the phases after them, and whether the second one runs after a failure of the first one by default.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-30)
const PAIRS: [(&str, &str, bool); 4] = [
    ("build", "post_build", true),
    ("pre_build", "build", false),
    ("install", "build", false),
    ("install", "pre_build", false),
];

/// Returns the diagnostic for a command that publishes although a test of an earlier phase may have failed.
fn late(spec: &Buildspec, (tested, published, by_default): (&str, &str, bool)) -> Option<Diagnostic> {
    let phase = |name: &str| spec.phases.iter().find(|phase| phase.name.node == name);
    let goes_on = |phase: &&BuildPhase| match phase.on_failure.as_ref().map(|on| on.node.as_str()) {
        Some("ABORT") => false,
        Some("CONTINUE") => true,
        _ => by_default,
    };
    let (build, after) = (phase(tested).filter(goes_on)?, phase(published)?);
    let test = build.commands.iter().find(|command| !command.finally && has_test(&command.text))?;
    if after.commands.iter().any(|command| command.text.contains(SUCCEEDING)) {
        return None;
    }
    after.commands.iter().find_map(|command| {
        let line = command.text.trim_start();
        let publish = PUBLISHES.iter().find(|publish| line.starts_with(**publish))?;
        // Without the image, there is nothing to push.
        if *publish == "docker push" && is_built_after(spec, build, test.span) {
            return None;
        }
        Some(although_failed(publish, command.span, test.span, (tested, published)))
    })
}

/// Returns whether all images are built after a test in the same phase.
fn is_built_after(spec: &Buildspec, phase: &BuildPhase, test: Span) -> bool {
    let all = || spec.commands().filter(|command| BUILDS.iter().any(|build| command.text.contains(build)));
    let in_phase = |place: Span| phase.commands.iter().any(|command| command.span.covers(place));
    all().next().is_some() && all().all(|command| in_phase(command.span) && command.span.start > test.start)
}

/// Commands that build images.
const BUILDS: [&str; 4] = ["docker build", "docker buildx", "docker compose", "docker-compose"];

/// A command that publishes even if the tests fail.
fn although_failed(publish: &str, place: Span, test: Span, (tested, published): (&str, &str)) -> Diagnostic {
    let message = format!("`{publish}` runs even if the tests in `{tested}` fail");
    Diagnostic::new(Code::W0965, message, place, format!("`{published}` also runs after a failed `{tested}`"))
        .label(test, "may fail")
        .help(format!("move it to the end of `{tested}`, or write `on-failure: ABORT` in `{tested}`"))
}
