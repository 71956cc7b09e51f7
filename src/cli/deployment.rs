//! The order in which the stacks of a file are deployed, as text.

use std::fmt::Write;

use camino::Utf8Path;

use crate::compilation::{Compilation, Part, Step};
use crate::render::printable;

/// The steps with the commands that take them, each with the options that were `given`; empty where the pipeline's own stack is all there is.
pub(super) fn order(file: &Utf8Path, output: Option<&Utf8Path>, given: &[String], compilation: &Compilation) -> String {
    let steps = compilation.deployment();
    if steps.is_empty() {
        return String::new();
    }
    let name = compilation.pipelines().next().unwrap_or("pipeline");
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let own = printable(output.filter(|path| *path != "-").map_or("template.yaml", Utf8Path::as_str));
    let file = printable(file.as_str());
    let given: String = given.iter().map(|option| format!(" {}", printable(option))).collect();
    let mut text = String::from("deploy these stacks, in this order:\n");
    for (index, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. {}, {}", index + 1, what(&step.part), place(step));
        let (stack, template) = match &step.part {
            Part::Home => (name.clone(), own.clone()),
            Part::Environment(part) | Part::Store(part) => (format!("{name}-{part}"), format!("{name}-{part}.yaml")),
        };
        if let Some(option) = option(&step.part) {
            let _ = writeln!(text, "     dotpipe build {file} --target support {option}{given} -o {template}");
        }
        let region = step.region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
        let _ = write!(text, "     aws cloudformation deploy{region} --stack-name {stack} --template-file {template}");
        let _ = writeln!(text, " --capabilities CAPABILITY_NAMED_IAM{}", parameters(step));
    }
    text
}

fn what(part: &Part) -> String {
    match part {
        Part::Home => "the pipeline".to_owned(),
        Part::Environment(name) => format!("roles of environment {name}"),
        Part::Store(region) => format!("artifacts in {region}"),
    }
}

fn option(part: &Part) -> Option<String> {
    match part {
        Part::Home => None,
        Part::Environment(name) => Some(format!("--env {name}")),
        Part::Store(region) => Some(format!("--store {region}")),
    }
}

/// Where a step is taken, and so with whose credentials.
fn place(step: &Step) -> String {
    let account = step.account.as_ref().map_or_else(|| "the pipeline's account".to_owned(), |id| format!("account {id}"));
    let region = step.region.as_ref().map_or_else(|| "its region".to_owned(), |region| format!("region {region}"));
    format!("in {account}, {region}")
}

fn parameters(step: &Step) -> String {
    let asked: String = step.parameters.iter().map(|name| format!(" {name}=<account id>")).collect();
    if asked.is_empty() { asked } else { format!(" --parameter-overrides{asked}") }
}
