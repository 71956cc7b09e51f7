//! The commands that deploy the stacks after a build, in order.

use std::borrow::Cow;
use std::fmt::Write;

use camino::Utf8Path;

use crate::compilation::{Asked, Compilation, DeploymentPart, DeploymentStep, Target};
use crate::diagnostic::wording::number;
use crate::render::printable;
use crate::settings::is_region_code;
use crate::source::paths::slashed;

/// Returns the stacks with the commands that deploy them, each with the options in `given`, quoted.
pub(super) fn order(
    file: &Utf8Path,
    output: Option<&Utf8Path>,
    target: Target,
    given: &[String],
    compilation: &Compilation,
    large: bool,
) -> String {
    let steps = compilation.deployment();
    let several = steps.len() > 1;
    let name = name_of(compilation);
    let written = output.filter(|path| *path != "-").map(slashed);
    let written = written.as_deref().map(Utf8Path::as_str);
    let own = match (written, target) {
        (Some(path), Target::Cloudformation | Target::Support) => path.to_owned(),
        (None, Target::Cloudformation) => "template.yaml".to_owned(),
        _ => "support.yaml".to_owned(),
    };
    let file = quoted_path(file);
    let given = if given.is_empty() { String::new() } else { format!(" {}", given.join(" ")) };
    let mut text = String::from(if several {
        "deploy these stacks, in this order:\n"
    } else {
        "to deploy, and to update after changes:\n"
    });
    for (index, step) in steps.iter().enumerate() {
        let indentation = if several { "     " } else { "  " };
        if several {
            let _ = writeln!(text, "  {}. {}, {}", index + 1, what(&step.part, target), place(step));
        }
        let (stack, template) = match &step.part {
            DeploymentPart::Home if target == Target::Cloudformation => (own_stack(compilation), own.clone()),
            DeploymentPart::Home => (stack_name(name, "-support"), own.clone()),
            DeploymentPart::Environment(part) => beside(name, &suffix(part)),
            DeploymentPart::Store(region) => beside(name, region),
        };
        let is_built = step.part == DeploymentPart::Home && target != Target::Codepipeline;
        if let Some(option) = option(&step.part, target).filter(|_| !is_built) {
            let template = quoted(&template);
            let _ = writeln!(text, "{indentation}dotpipe build {file} --target support{option}{given} -o {template}");
        }
        let bucket = large && step.part == DeploymentPart::Home;
        let _ = writeln!(text, "{indentation}{}", deploy(step, &stack, &template, bucket));
    }
    if let (Target::Codepipeline, Some(home)) = (target, steps.last()) {
        text += &definition(home, written, several.then_some(steps.len() + 1));
    }
    text
}

/// Returns the command that deploys the pipeline's own template, if that is the only stack.
pub(super) fn only_command(compilation: &Compilation, template: &str) -> Option<String> {
    let steps = compilation.deployment();
    let [step] = steps.as_slice() else { return None };
    Some(deploy(step, &own_stack(compilation), template, false))
}

/// Returns the stack of the pipeline's own template: the one that the pipeline updates, if it updates itself.
fn own_stack(compilation: &Compilation) -> String {
    compilation.own_stack().map_or_else(|| stack_name(name_of(compilation), ""), str::to_owned)
}

fn name_of(compilation: &Compilation) -> &str {
    compilation.pipelines().next().unwrap_or("pipeline")
}

/// Returns the command that deploys a stack.
fn deploy(step: &DeploymentStep, stack: &str, template: &str, large: bool) -> String {
    let region = step.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
    let bucket = if large { LARGE } else { "" };
    let capability = step.capability.map(|name| format!(" --capabilities {name}")).unwrap_or_default();
    format!(
        "aws cloudformation deploy{region} --stack-name {stack} --template-file {}{bucket}{capability}{}",
        quoted(template),
        parameters(step)
    )
}

/// Returns the commands that create the pipeline from its definition and update it later, numbered if there are other
/// steps.
fn definition(home: &DeploymentStep, written: Option<&str>, number: Option<usize>) -> String {
    let region = home.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
    let json = quoted(&format!("file://{}", written.unwrap_or("pipeline.json")));
    let (title, indentation) = match number {
        Some(number) => (format!("  {number}. the pipeline, {}\n", place(home)), "     "),
        None => (String::new(), "  "),
    };
    format!(
        "{title}{indentation}aws codepipeline create-pipeline{region} --cli-input-json {json}\n{indentation}to update after changes: aws codepipeline update-pipeline{region} --cli-input-json {json}\n"
    )
}

/// Returns the manual steps for connections; empty if none is created.
pub(super) fn connections(compilation: &Compilation) -> String {
    let pending = compilation.pending_connections();
    if pending.is_empty() {
        return String::new();
    }
    let names = pending.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", ");
    format!(
        "after the first deployment, complete the connection: {names} (sources that use it fail until then)\n  open https://console.aws.amazon.com/codesuite/settings/connections and choose \"Update pending connection\"\n"
    )
}

/// The option that a large template requires.
const LARGE: &str = " --s3-bucket '<bucket>'";

/// The size of the largest template that CloudFormation accepts in a request, in bytes. A larger one must be in a
/// bucket. <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-28)
const TEMPLATE_BODY: usize = 51_200;

/// Returns instructions for a template that is too large for a request.
pub(super) fn too_large_for_request(template: &str) -> Option<String> {
    (template.len() > TEMPLATE_BODY).then(|| {
        format!(
            "the template has {} bytes: for more than {} bytes, `aws cloudformation deploy` needs `--s3-bucket` and a bucket to upload the template to\n",
            number(template.len()),
            number(TEMPLATE_BODY)
        )
    })
}

/// Returns the name and template of a stack other than the pipeline's.
fn beside(pipeline: &str, suffix: &str) -> (String, String) {
    let stack = stack_name(pipeline, &format!("-{suffix}"));
    let template = format!("{stack}.yaml");
    (stack, template)
}

/// Returns the suffix for the name of an environment's stack. It differs from that of every other kind of stack, and of
/// every other environment.
fn suffix(environment: &str) -> String {
    let taken = environment == "support" || environment.starts_with("env-") || is_region_code(environment);
    if taken { format!("env-{environment}") } else { environment.to_owned() }
}

fn what(part: &DeploymentPart, target: Target) -> String {
    match part {
        DeploymentPart::Home if target == Target::Cloudformation => "the pipeline".to_owned(),
        DeploymentPart::Home => "supporting resources".to_owned(),
        DeploymentPart::Environment(name) => format!("roles of environment {name}"),
        DeploymentPart::Store(region) => format!("artifact bucket for Region {region}"),
    }
}

/// Returns the options of the command that builds another template than the one that was built.
fn option(part: &DeploymentPart, target: Target) -> Option<String> {
    match part {
        DeploymentPart::Home => (target == Target::Codepipeline).then(String::new),
        DeploymentPart::Environment(name) => Some(format!(" --env {}", quoted(name))),
        DeploymentPart::Store(region) => Some(format!(" --artifact-bucket {}", quoted(region))),
    }
}

/// Returns the account and Region in which to run a step, and whose credentials it needs.
fn place(step: &DeploymentStep) -> String {
    let account =
        step.account.as_ref().map_or_else(|| "the pipeline's account".to_owned(), |id| format!("account {id}"));
    let region = step.region.as_ref().map_or_else(|| "its Region".to_owned(), |region| format!("Region {region}"));
    // The printed commands do not select credentials.
    let credentials =
        if matches!(step.part, DeploymentPart::Environment(_)) { ", with credentials for that account" } else { "" };
    format!("in {account}, {region}{credentials}")
}

fn parameters(step: &DeploymentStep) -> String {
    let given = |asked: &Asked| {
        let open = if asked.is_account { "<account id>" } else { "<value>" };
        quoted(&format!("{}={}", asked.name, asked.value.as_deref().unwrap_or(open)))
    };
    let asked: Vec<String> = step.parameters.iter().map(given).collect();
    if asked.is_empty() { String::new() } else { format!(" --parameter-overrides {}", asked.join(" ")) }
}

/// The maximum length of a stack's name.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html> (2026-11-23)
const STACK_NAME: usize = 128;

/// Returns a name for a stack: letters, digits, and hyphens, starting with a letter. The suffix is never shortened.
fn stack_name(pipeline: &str, tail: &str) -> String {
    let first = if pipeline.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "pipeline-" };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let tail: String = tail.chars().map(plain).take(STACK_NAME / 2).collect();
    let name: String = first.chars().chain(pipeline.chars()).map(plain).take(STACK_NAME - tail.len()).collect();
    name + &tail
}

/// Quotes an argument of a command if a shell would interpret it.
pub(super) fn quoted(word: &str) -> String {
    // In an argument, these have no special meaning to a shell. shlex quotes them because a command can start with an
    // assignment.
    let others = word.replace(['=', ',', '%'], "");
    let word = if others.is_empty() || shlex::try_quote(&others).is_ok_and(|it| it == others) {
        Ok(Cow::Borrowed(word))
    } else {
        shlex::try_quote(word)
    };
    // It fails only for the NUL character, which no path or name contains.
    word.map(|word| printable(&word)).unwrap_or_default()
}

/// A path as a shell needs it. Shells of Windows differ in what a backslash means.
pub(super) fn quoted_path(path: &Utf8Path) -> String {
    quoted(slashed(path).as_str())
}
