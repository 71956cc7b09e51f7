//! W0240: commands that may ask a question, which nobody answers in a build. E0226: those that certainly ask one.

use camino::Utf8Path;

use crate::catalog::images::{Image, image};
use crate::catalog::questions::{Question, question};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::packaging::Invocation;

pub(super) const RULE: Rule = Rule { name: "questions", codes: &[Code::E0226, Code::W0240], run: check };

/// The settings of the AWS CDK, and of AWS SAM.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html> (2026-11-30)
const OF_CDK: &str = "cdk.json";
const OF_SAM: [&str; 3] = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        let source = SourceFolder::of(subject, place);
        for build in builds.chain(own) {
            if seen.is_new(build) {
                // Another rule reports programs that the image does not have.
                let project = repository::project(subject.hir, place.action);
                let image =
                    project.and_then(|it| image(it.declaration.attributes.get("image")?.value.as_str()?).into());
                let is_absent = |call: &Invocation| matches!(&image, Some(Image::Curated { lacks, .. }) if lacks.contains_key(&call.program));
                let certain = build.commands.invocations.iter().filter(|call| call.certain && !call.extended);
                let certain = certain.filter(|call| !is_absent(call));
                findings.extend(certain.filter_map(|call| {
                    // A command may write the settings.
                    let settings = source.as_ref().filter(|_| !build.mentions("samconfig"));
                    listed(call, source.as_ref()).or_else(|| terminal(call)).or_else(|| of_sam(call, settings))
                }));
            }
        }
    }
}

/// Checks a command of the catalog.
fn listed(call: &Invocation, source: Option<&SourceFolder<'_>>) -> Option<Diagnostic> {
    let operation = call.operation(1);
    let question = question(&format!("{} {}", call.program, operation.first()?))?;
    let has_letter = |letter: char| {
        let groups = call.texts().filter(|text| text.starts_with('-') && !text.starts_with("--"));
        groups.into_iter().any(|group| group.contains(letter))
    };
    let answered = question.unless.iter().any(|option| call.has(option)) || question.letter.is_some_and(has_letter);
    let is_set = || {
        let Some((source, folder)) = source.zip(call.directory.as_ref()) else { return true };
        let Some((_, text)) = source.read(&folder.join(OF_CDK)) else { return true };
        question.settings.iter().any(|key| text.contains(key.as_str()))
    };
    let is_open = call.is_open(|name| !name.starts_with("--") || question.letter.is_none());
    if answered || call.piped || is_open || !question.settings.is_empty() && is_set() {
        return None;
    }
    Some(asks(&call.program, &operation, question, call.span))
}

/// Checks for a container that needs a terminal.
/// <https://docs.docker.com/reference/cli/docker/container/run/> (2026-11-30)
fn terminal(call: &Invocation) -> Option<Diagnostic> {
    let operation = call.operation(1);
    let ("docker", [word @ ("run" | "exec")]) = (call.program.as_str(), operation.as_slice()) else { return None };
    // The options after the image are those of the program in the container.
    let options: Vec<(&str, Span)> = call.options_before(1);
    let letter = |wanted: char, long: &str| {
        options.iter().find(|(name, _)| {
            let is_group = name.starts_with('-') && !name.starts_with("--") && name.len() <= SHORT_OPTIONS;
            *name == long || is_group && name.chars().all(|c| "-ditP".contains(c)) && name.contains(wanted)
        })
    };
    let is_detached = letter('d', "--detach").is_some();
    let (_, place) = letter('t', "--tty").filter(|_| letter('i', "--interactive").is_some() && !is_detached)?;
    Some(no_terminal(word, *place))
}

/// The most characters of a group of short options.
const SHORT_OPTIONS: usize = 4;

/// Checks for `sam deploy` that asks for its settings.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html>
/// (2026-11-30)
fn of_sam(call: &Invocation, source: Option<&SourceFolder<'_>>) -> Option<Diagnostic> {
    if call.program != "sam" || call.operation(1) != ["deploy"] || call.has("--help") || call.piped {
        return None;
    }
    let guided = call.written_options().find(|(name, _)| matches!(*name, "--guided" | "-g"));
    if let Some((name, place)) = guided {
        return Some(is_guided(name, place));
    }
    let (source, folder) = source.zip(call.directory.as_ref())?;
    if call.has("--config-file") || call.is_open(|_| true) {
        return None;
    }
    let mut settings = OF_SAM.iter().map(|name| folder.join(name)).filter(|path| source.has_file(path));
    let Some(path) = settings.next() else {
        return (!call.has("--stack-name")).then(|| no_stack(call.span));
    };
    let answered = ["--config-env", "--confirm-changeset", "--no-confirm-changeset", "--no-execute-changeset"];
    let confirms = confirmed(source, &path).filter(|_| !answered.iter().any(|option| call.has(option)))?;
    Some(confirmation(call.span, confirms))
}

/// Returns the line of `samconfig.toml` with which `sam deploy` asks for a confirmation.
fn confirmed(source: &SourceFolder<'_>, path: &Utf8Path) -> Option<Span> {
    let (file, text) = source.read(path).filter(|_| path.extension() == Some("toml"))?;
    let mut section = "";
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.split('#').next().unwrap_or_default().trim();
        if words.starts_with('[') {
            section = words;
        }
        let is_own = matches!(section, "[default.deploy.parameters]" | "[default.global.parameters]");
        if is_own
            && words
                .split_once('=')
                .is_some_and(|(key, value)| key.trim() == "confirm_changeset" && value.trim() == "true")
        {
            return Some(Span::new(file, start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// A command that asks.
fn asks(program: &str, operation: &[&str], question: &'static Question, place: Span) -> Diagnostic {
    let command = format!("{program} {}", operation.join(" "));
    let (code, verb) = if question.certain { (Code::E0226, "asks") } else { (Code::W0240, "may ask") };
    let message = format!("`{command}` {verb} a question that nobody can answer");
    Diagnostic::new(code, message, place, question.says.as_str()).help(question.help.as_str())
}

/// A container that needs a terminal.
fn no_terminal(command: &str, place: Span) -> Diagnostic {
    let message = format!("`docker {command}` needs a terminal, which a build does not have");
    Diagnostic::new(Code::E0226, message, place, "\"the input device is not a TTY\"").help("remove `-t`")
}

/// A deployment that asks for everything.
fn is_guided(option: &str, place: Span) -> Diagnostic {
    let message = format!("`sam deploy {option}` asks questions that nobody can answer");
    Diagnostic::new(Code::E0226, message, place, "\"Aborted!\"")
        .help("pass the answers as options, for example `--stack-name NAME --resolve-s3 --capabilities CAPABILITY_IAM`")
}

/// A deployment of no stack.
fn no_stack(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, "`sam deploy` needs `--stack-name`", place, "\"Missing option '--stack-name'\"")
        .help("add `--stack-name NAME`, or the file `samconfig.toml`")
}

/// A deployment that asks for a confirmation.
fn confirmation(place: Span, setting: Span) -> Diagnostic {
    let message = "`sam deploy` asks for a confirmation that nobody can give";
    Diagnostic::new(Code::E0226, message, place, "\"Deploy this changeset? [y/N]\"")
        .label(setting, "asks because of this setting")
        .help("add `--no-confirm-changeset`")
}
