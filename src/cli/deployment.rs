//! The order in which the stacks of a file are deployed, as text.

use std::fmt::Write;

use camino::Utf8Path;

use crate::compilation::{Asked, Compilation, Part, Step, Target};
use crate::diagnostic::wording::number;
use crate::render::printable;
use crate::settings::is_region_code;

/// The steps with the commands that take them, each with the options that were `given`, quoted; empty where the pipeline's own stack is all there is.
pub(super) fn order(
    file: &Utf8Path,
    output: Option<&Utf8Path>,
    target: Target,
    given: &[String],
    compilation: &Compilation,
    large: bool,
) -> String {
    let steps = compilation.deployment();
    if steps.is_empty() {
        return String::new();
    }
    let name = compilation.pipelines().next().unwrap_or("pipeline");
    let written = output.filter(|path| *path != "-").map(Utf8Path::as_str);
    let own = match (written, target) {
        (Some(path), Target::Cloudformation | Target::Support) => path.to_owned(),
        (None, Target::Cloudformation) => "template.yaml".to_owned(),
        _ => "support.yaml".to_owned(),
    };
    let file = quoted(file.as_str());
    let given = if given.is_empty() { String::new() } else { format!(" {}", given.join(" ")) };
    let mut text = String::from("deploy these stacks, in this order:\n");
    for (index, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. {}, {}", index + 1, what(&step.part, target), place(step));
        let (stack, template) = match &step.part {
            Part::Home if target == Target::Cloudformation => (stack_name(name, ""), own.clone()),
            Part::Home => (stack_name(name, "-support"), own.clone()),
            Part::Environment(part) => beside(name, &suffix(part)),
            Part::Store(region) => beside(name, region),
        };
        let template = quoted(&template);
        if let Some(option) = option(&step.part, target) {
            let _ = writeln!(text, "     dotpipe build {file} --target support{option}{given} -o {template}");
        }
        let region = step.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
        let _ = write!(text, "     aws cloudformation deploy{region} --stack-name {stack} --template-file {template}");
        let bucket = if large && step.part == Part::Home { LARGE } else { "" };
        let _ = writeln!(text, "{bucket} --capabilities CAPABILITY_NAMED_IAM{}", parameters(step));
    }
    if let (Target::Codepipeline, Some(home)) = (target, steps.last()) {
        let region = home.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
        let json = quoted(&format!("file://{}", written.unwrap_or("pipeline.json")));
        let _ = writeln!(text, "  {}. the pipeline, {}", steps.len() + 1, place(home));
        let _ = writeln!(text, "     aws codepipeline create-pipeline{region} --cli-input-json {json}");
    }
    text
}

/// What is left to do by hand for connections; empty where none is created.
pub(super) fn connections(compilation: &Compilation) -> String {
    let pending = compilation.pending_connections();
    if pending.is_empty() {
        return String::new();
    }
    let names = pending.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", ");
    format!(
        "a new connection is pending, and sources fail until it is completed: {names}\n  open https://console.aws.amazon.com/codesuite/settings/connections and choose \"Update pending connection\"\n"
    )
}

/// The option that a large template needs.
const LARGE: &str = " --s3-bucket '<bucket>'";

/// Largest template that CloudFormation takes in a request, in bytes; a larger one has to be in a bucket.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-28)
const TEMPLATE_BODY: usize = 51_200;

/// What has to be known of a template that does not fit into a request.
pub(super) fn too_large_for_request(template: &str) -> Option<String> {
    (template.len() > TEMPLATE_BODY).then(|| {
        format!(
            "the template has {} bytes: over {} bytes, `aws cloudformation deploy` needs `--s3-bucket` and a bucket to upload it to\n",
            number(template.len()),
            number(TEMPLATE_BODY)
        )
    })
}

/// Name and template of a stack beside the pipeline's.
fn beside(pipeline: &str, suffix: &str) -> (String, String) {
    let stack = stack_name(pipeline, &format!("-{suffix}"));
    let template = format!("{stack}.yaml");
    (stack, template)
}

/// What the name of an environment's stack ends in: never what that of another kind of stack does, nor what another
/// environment's does.
fn suffix(environment: &str) -> String {
    let taken = environment == "support" || environment.starts_with("env-") || is_region_code(environment);
    if taken { format!("env-{environment}") } else { environment.to_owned() }
}

fn what(part: &Part, target: Target) -> String {
    match part {
        Part::Home if target == Target::Cloudformation => "the pipeline".to_owned(),
        Part::Home => "what the pipeline needs beside it".to_owned(),
        Part::Environment(name) => format!("roles of environment {name}"),
        Part::Store(region) => format!("artifacts in {region}"),
    }
}

/// The options of the command that builds a template besides the one that is built already.
fn option(part: &Part, target: Target) -> Option<String> {
    match part {
        Part::Home => (target == Target::Codepipeline).then(String::new),
        Part::Environment(name) => Some(format!(" --env {}", quoted(name))),
        Part::Store(region) => Some(format!(" --store {}", quoted(region))),
    }
}

/// Where a step is taken, and so with whose credentials.
fn place(step: &Step) -> String {
    let account =
        step.account.as_ref().map_or_else(|| "the pipeline's account".to_owned(), |id| format!("account {id}"));
    let region = step.region.as_ref().map_or_else(|| "its region".to_owned(), |region| format!("region {region}"));
    format!("in {account}, {region}")
}

fn parameters(step: &Step) -> String {
    let given = |asked: &Asked| {
        let open = if asked.is_account { "<account id>" } else { "<value>" };
        quoted(&format!("{}={}", asked.name, asked.value.as_deref().unwrap_or(open)))
    };
    let asked: Vec<String> = step.parameters.iter().map(given).collect();
    if asked.is_empty() { String::new() } else { format!(" --parameter-overrides {}", asked.join(" ")) }
}

/// Most characters of a stack's name.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html> (2026-11-23)
const STACK_NAME: usize = 128;

/// A name for a stack: letters, digits and hyphens, a letter first. What is behind the pipeline's name stays whole.
fn stack_name(pipeline: &str, behind: &str) -> String {
    let first = if pipeline.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "pipeline-" };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let behind: String = behind.chars().map(plain).take(STACK_NAME / 2).collect();
    let name: String = first.chars().chain(pipeline.chars()).map(plain).take(STACK_NAME - behind.len()).collect();
    name + &behind
}

/// A word of a command, in quotes where a shell would not take it as it is.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=.,:/@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", printable(word).replace('\'', r"'\''"))
}
