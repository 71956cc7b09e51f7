//! What a test tests, by the names in its variables, its input, and its commands.

use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::deploys::STACK_SET;
use crate::check::support::environment_words::{words, words_of_stage};
use crate::check::{Place, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Part, PartKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};

/// The keys with the texts that an action gives to what it runs, and with the name of that.
const TEXTS: [&str; 3] = ["EnvironmentVariables", "FunctionName", "UserParameters"];

/// Calls `visit` with each part of the environment variables or of the input of an action.
pub(in crate::check) fn each_variable<'a>(action: &'a Action, visit: &mut dyn FnMut(&'a Part)) {
    TEXTS.iter().filter_map(|key| action.value(key)).for_each(|value| value.each_part(visit));
}

/// Words in the names of tests of deployments.
pub(in crate::check) const DEPLOYED: [&str; 6] = ["smoke", "e2e", "endtoend", "acceptance", "integration", "probe"];

/// The minimum length of a target's name. Shorter names occur in too many strings.
pub(in crate::check) const SHORTEST: usize = 4;

/// The key of the objects in a bucket, which does not name the target.
const OBJECTS: &str = "ObjectKey";

/// Words in the names of stages that name no environment.
const OF_STAGES: [&str; 5] = ["check", "deploy", "release", "stage", "verify"];

/// The target of a deployment.
pub(in crate::check) struct Target {
    name: String,
    words: Vec<String>,
    of_stage: Vec<String>,
    stage: usize,
}

impl Target {
    /// Returns the target of a deployment, if its name is known.
    pub fn of(subject: &Subject<'_>, place: Place<'_>, deploy: &Action) -> Option<Self> {
        let keys = deploy.action_type.works_on.iter().rev().filter(|key| *key != OBJECTS);
        let name = match deploy.stack_operation() {
            Some(operation) => operation.stack.as_literal().unwrap_or(&deploy.symbol),
            None => deploy.literal(STACK_SET).or_else(|| keys.into_iter().find_map(|key| deploy.literal(key)))?,
        };
        let mut of_stage = words_of_stage(subject.hir, place.pipeline, deploy.stage);
        of_stage.retain(|word| !OF_STAGES.contains(&word.as_str()));
        Some(Self { name: name.to_owned(), words: words(name), of_stage, stage: deploy.stage })
    }

    /// Returns whether a text names it. `stage`: that of the test.
    pub fn is_named_in(&self, text: &str, stage: usize) -> bool {
        let own = words(text);
        let here = stage == self.stage;
        let is_whole = self.words.len() > 1 && self.name.len() >= SHORTEST && text.contains(&self.name);
        let has_all = !self.words.is_empty() && self.words.iter().all(|word| own.contains(word));
        let of_stage = self.of_stage.iter().any(|word| own.contains(word));
        here && is_whole || has_all && of_stage && (here || text.contains("://"))
    }
}

/// Returns the first literal text in the variables or in the input of a test that fits.
pub(in crate::check) fn text_that(test: &Action, fits: impl Fn(&str) -> bool) -> Option<Span> {
    let mut found = None;
    each_variable(test, &mut |part| {
        if let PartKind::Literal(text) = &part.kind
            && found.is_none()
            && fits(text)
        {
            found = Some(part.span);
        }
    });
    found
}

/// A stack that a command of a build names.
pub(in crate::check) struct NamedStack {
    pub name: String,
    pub place: Span,
    /// Whether the command deploys it, rather than reading its outputs.
    pub is_deployed: bool,
}

/// Returns the stacks that the commands of an action always deploy or describe, if their names are known.
pub(in crate::check) fn stacks_of_commands(subject: &Subject<'_>, place: Place<'_>) -> Vec<NamedStack> {
    let project = repository::project(subject.hir, place.action);
    let own = subject.action_files.own_commands(place.pipeline_id, place.id);
    let builds = subject.action_files.builds(place.pipeline_id, place.id).chain(own);
    let mut found = Vec::new();
    for build in builds {
        let environment = Environment::of(place.action, project, build);
        let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
        for call in build.commands.invocations.iter().filter(|call| call.certain) {
            let is_deployed = match (call.program.as_str(), call.operation(2).as_slice()) {
                ("aws", ["cloudformation", "deploy" | "create-stack" | "update-stack"]) | ("sam", ["deploy", ..]) => {
                    true
                }
                ("aws", ["cloudformation", "describe-stacks" | "describe-stack-resources"]) => false,
                _ => continue,
            };
            let Some(given) = call.option("--stack-name") else { continue };
            let name = calls.pattern(&given.parts);
            if !name.is_empty() && !name.contains(['*', '?']) {
                found.push(NamedStack { name, place: call.span, is_deployed });
            }
        }
    }
    found
}

/// A test of an earlier stage after the next deployment.
pub(in crate::check) fn too_late(
    test: &Spanned<String>,
    stage: &str,
    named_by: Span,
    deploy: &Spanned<String>,
) -> Diagnostic {
    let message = format!("`{}` tests stage `{stage}` after `{}` is deployed", test.node, deploy.node);
    Diagnostic::new(Code::W0967, message, test.span, "too late to stop the deployment")
        .label(named_by, format!("refers to stage `{stage}`"))
        .label(deploy.span, "deployed before the test")
        .help(format!("move the test to stage `{stage}`, or test what this stage deploys"))
}
