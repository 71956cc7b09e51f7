//! E0238: names of images that Docker rejects. W0242: tags and commits from a variable that is an ARN in a pipeline.

use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::image_names;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::packaging::{GivenValue, Invocation};

pub(super) const RULE: Rule = Rule { name: "image-arguments", codes: &[Code::E0238, Code::W0242], run: check };

/// In a build of a pipeline, the ARN of the object with the primary artifact.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>,
/// <https://github.com/thii/aws-codebuild-extras/issues/3> (2026-11-30)
const ARN: &str = "CODEBUILD_SOURCE_VERSION";

/// The variable that contains the commit.
const COMMIT: &str = "CODEBUILD_RESOLVED_SOURCE_VERSION";

/// How lines use a variable as a commit, or shorten it to one.
const AS_COMMIT: [&str; 5] = ["cut -c", "git checkout", "head -c", "docker ", ":0:"];

/// Words in the names of variables that hold a commit, a tag, or a branch.
const NAMES: [&str; 6] = ["BRANCH", "COMMIT", "HASH", "REVISION", "SHA", "TAG"];

/// How commands get something else from the ARN, or ask whether the build is one of a pipeline.
const KNOWN: [&str; 5] = ["arn:", "CODEBUILD_INITIATOR", "CODEBUILD_WEBHOOK", "${CODEBUILD_SOURCE_VERSION#", "awk -F"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in builds.chain(own) {
            if !seen.is_new(build) {
                continue;
            }
            let environment = Environment::of(place.action, repository::project(subject.hir, place.action), build);
            let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
            let images = build.commands.invocations.iter().flat_map(images);
            findings.extend(images.filter_map(|given| {
                let text = calls.resolved(&given.parts)?;
                // Reported where the variable is read.
                // So are the names of declared repositories known only later.
                if text.contains(ARN) || text.starts_with('-') || text.contains('(') || text.is_empty() {
                    return None;
                }
                let fault = image_names::fault(&text)?;
                Some(invalid_name(&text, &fault.reason(), &fault.help(&text), given.whole))
            }));
            findings.extend(as_commit(build));
        }
    }
}

/// Returns the names of images in a command that creates or pushes one.
fn images(call: &Invocation) -> Vec<GivenValue> {
    let operation = call.operation(2);
    let words = match (call.program.as_str(), operation.as_slice()) {
        ("docker" | "podman", ["buildx" | "image" | "builder", rest @ ..]) => rest,
        ("docker" | "podman", all) => all,
        _ => return Vec::new(),
    };
    let offset = operation.len() - words.len();
    match words {
        ["build", ..] => ["-t", "--tag"].into_iter().flat_map(|option| call.options(option)).collect(),
        ["tag", ..] => [1, 2].into_iter().filter_map(|index| call.positional(index + offset)).collect(),
        ["push", ..] => call.positional(1 + offset).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Returns the first use of the ARN as a commit.
fn as_commit(build: &Build) -> Option<Diagnostic> {
    if build.spec.commands().any(|command| KNOWN.iter().any(|known| command.text.contains(known))) {
        return None;
    }
    let reads = build.commands.reads.iter().filter(|read| read.node.name == ARN && !read.node.guarded);
    reads.into_iter().find_map(|read| {
        let command = build.spec.commands().find(|command| command.span.covers(read.span))?;
        let lines = command.text.lines().filter(|line| line.contains(ARN) && !line.contains(COMMIT));
        let is_commit = |line: &str| {
            let named = line.trim_start().trim_start_matches("export ").split_once('=').map(|(name, _)| name);
            let named = named.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            AS_COMMIT.iter().any(|text| line.contains(text))
                || named.is_some_and(|name| NAMES.iter().any(|word| name.to_ascii_uppercase().contains(word)))
        };
        lines.into_iter().any(is_commit).then(|| not_a_commit(read.span))
    })
}

/// A name that Docker rejects.
fn invalid_name(image: &str, reason: &str, help: &str, place: Span) -> Diagnostic {
    let message = format!("`{image}` is not the name of an image");
    Diagnostic::new(Code::E0238, message, place, format!("\"invalid reference format\": {reason}")).help(help)
}

/// The ARN of an artifact that is used as a commit.
fn not_a_commit(place: Span) -> Diagnostic {
    let message = format!("`${ARN}` is an ARN in a build that a pipeline starts");
    Diagnostic::new(Code::W0242, message, place, "the ARN of the input artifact, not a commit or branch")
        .help(format!("write `${COMMIT}`, which is the commit"))
}
