//! E0231: commands that get the name of a repository instead of its URI, or the ARN of a bucket instead of its name.

use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Part, PartKind, Value, ValueKind};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::packaging::Invocation;
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "resource-arguments", codes: &[Code::E0231], run: check };

/// The options of commands that take the name of a bucket.
/// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>,
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html>
/// (2026-11-30)
const OF_BUCKET: [(&str, &[&str], &str); 4] = [
    ("aws", &["cloudformation", "package"], "--s3-bucket"),
    ("aws", &["cloudformation", "deploy"], "--s3-bucket"),
    ("sam", &["package"], "--s3-bucket"),
    ("sam", &["deploy"], "--s3-bucket"),
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id) else { continue };
        if !seen.is_new(build) {
            continue;
        }
        let environment = Environment::of(place.action, repository::project(subject.hir, place.action), build);
        let at_hub = build.commands.invocations.iter().any(logs_in_elsewhere);
        for call in build.commands.invocations.iter().filter(|call| call.certain) {
            let argument = pushed(call).filter(|_| !at_hub).or_else(|| bucket(call));
            let Some(Argument { variable, wrong, right, span }) = argument else { continue };
            let Some(value) = environment.value(&variable).filter(|_| !build.commands.assigns(&variable)) else {
                continue;
            };
            if let Some(entity) = member(value, wrong) {
                let symbol = &subject.hir.symbol(entity).node;
                let is_word = subject.written(value.span).shown() == format!("{symbol}.{wrong}");
                let used = Used { variable: &variable, kind: entity.word(), symbol, span, value: value.span };
                findings.push(wrong_form(&used, wrong, right, is_word));
            }
        }
    }
}

/// Returns whether a command logs in to another registry than one of Amazon ECR, perhaps to Docker Hub.
fn logs_in_elsewhere(call: &Invocation) -> bool {
    let user = call.option("--username").or_else(|| call.option("-u"));
    let is_of_ecr = user.is_some_and(|user| matches!(user.parts.as_slice(), [WordPart::Text(name)] if name == "AWS"));
    call.program == "docker" && call.operation(1) == ["login"] && !is_of_ecr
}

/// A variable that a command uses for a resource: the member that does not fit, and the one that does.
struct Argument {
    variable: String,
    wrong: &'static str,
    right: &'static str,
    span: Span,
}

/// Returns the variable at the start of the image that a command pushes.
fn pushed(call: &Invocation) -> Option<Argument> {
    let ("docker" | "podman", ["push"]) = (call.program.as_str(), call.operation(1).as_slice()) else { return None };
    let given = call.positional(1)?;
    let [WordPart::Variable(variable), rest @ ..] = given.parts.as_slice() else { return None };
    let is_image = rest.first().is_none_or(|part| matches!(part, WordPart::Text(text) if text.starts_with(':')));
    is_image.then(|| Argument { variable: variable.clone(), wrong: "name", right: "uri", span: given.whole })
}

/// Returns the variable that a command takes as the name of a bucket.
fn bucket(call: &Invocation) -> Option<Argument> {
    let known = OF_BUCKET
        .iter()
        .find(|(program, words, _)| call.program == *program && call.operation(words.len()).as_slice() == *words);
    let given = call.option(known?.2)?;
    let [WordPart::Variable(variable)] = given.parts.as_slice() else { return None };
    Some(Argument { variable: variable.clone(), wrong: "arn", right: "name", span: given.whole })
}

/// Returns the declared repository or bucket of which a value is only one member.
fn member(value: &Value, wrong: &str) -> Option<Entity> {
    let ValueKind::Text(text) = &value.kind else { return None };
    let [Part { kind: PartKind::Member(entity, word), .. }] = text.parts.as_slice() else { return None };
    let fits = matches!((entity, wrong), (Entity::Repository(_), "name") | (Entity::Bucket(_), "arn"));
    (word == wrong && fits).then_some(*entity)
}

/// The use of a resource in a command.
struct Used<'a> {
    variable: &'a str,
    kind: &'a str,
    symbol: &'a str,
    span: Span,
    value: Span,
}

/// A variable with another form of a resource than a command takes.
fn wrong_form(used: &Used<'_>, wrong: &str, right: &str, is_word: bool) -> Diagnostic {
    let Used { variable, kind, symbol, .. } = *used;
    let (shown, label) = match wrong {
        "arn" => ("ARN", "takes the name of a bucket"),
        _ => ("name", "without the registry, Docker pushes to Docker Hub"),
    };
    let message = format!("`${variable}` is the {shown} of {kind} `{symbol}`");
    let found = Diagnostic::new(Code::E0231, message, used.span, label).label(used.value, "set here");
    if is_word {
        return found.help(format!("write `{symbol}.{right}`")).edit(used.value, format!("{symbol}.{right}"));
    }
    found.help(if right == "uri" { "set it to the URI of the repository" } else { "set it to the name of the bucket" })
}
