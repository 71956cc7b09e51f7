//! W0223: Git in a source without its history. W0225: state that the next command does not see. E0226: commands that
//! the AWS CLI of the image does not have, or that lack an option. W0240: a change of resources that waits for an answer.

use crate::catalog::images::selection;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::ValueKind;
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::Command;
use crate::workspace::packaging::{InputKind, Invocation};
use crate::workspace::shell::{self, WordPart};

pub(super) const RULE: Rule =
    Rule { name: "build-state", codes: &[Code::W0223, Code::W0225, Code::E0226, Code::W0240], run: check };

/// Commands of `git` that need a repository.
const OF_REPOSITORY: [&str; 22] = [
    "archive",
    "branch",
    "checkout",
    "cherry-pick",
    "commit",
    "describe",
    "diff",
    "fetch",
    "log",
    "merge",
    "merge-base",
    "pull",
    "push",
    "rebase",
    "reset",
    "rev-list",
    "rev-parse",
    "show",
    "stash",
    "status",
    "submodule",
    "tag",
];

/// Commands that create a repository.
const MAKES: [&str; 3] = ["clone", "init", "worktree"];

/// Options of `terraform apply` whose value is the next word.
const VALUED: [&str; 5] = ["-replace", "-state", "-target", "-var", "-var-file"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if seen.is_new(build) {
                one(subject, place, build, findings);
            }
        }
    }
}

/// How the variables with additional arguments for Terraform begin.
/// <https://developer.hashicorp.com/terraform/cli/config/environment-variables> (2026-11-30)
const TERRAFORM_ARGUMENTS: &str = "TF_CLI_ARGS";

fn one(subject: &Subject<'_>, place: Place<'_>, build: &Build, findings: &mut Findings) {
    if let Some(found) = without_repository(subject, place, build) {
        findings.about(place, found);
    }
    findings.extend(lost_state(build));
    let project = repository::project(subject.hir, place.action);
    let image = project
        .and_then(|it| it.declaration.attributes.get("image"))
        .and_then(|image| Some(Spanned::new(image.value.as_str()?, image.value.span)));
    findings.extend(build.commands.without_context.iter().map(|place| context_missing(*place)));
    let certain = build.commands.invocations.iter().filter(|call| call.certain);
    // `TF_CLI_ARGS_apply` may approve.
    let is_it = |name: &str| name.starts_with(TERRAFORM_ARGUMENTS);
    let is_configured = || {
        let of_project = project.is_some_and(|project| project.env().iter().any(|(name, _)| is_it(&name.node)));
        let of_action = place.action.value("EnvironmentVariables").is_some_and(|given| match &given.kind {
            ValueKind::Map(entries) => entries.iter().any(|(name, _)| is_it(&name.node)),
            _ => true,
        });
        let of_buildspec = build.spec.env.variables.iter().any(|variable| is_it(&variable.name.node));
        of_project || of_action || of_buildspec || build.mentions(TERRAFORM_ARGUMENTS)
    };
    findings.extend(certain.filter_map(|call| {
        old_login(call, image)
            .or_else(|| raw_payload(call, image, build))
            .or_else(|| no_bucket(subject, call))
            .or_else(|| no_user(call))
            .or_else(|| no_password(call))
            .or_else(|| no_approval(call).filter(|_| !is_configured()))
    }));
    findings.extend(build.spec.commands().filter_map(dashed));
}

/// Returns the first command that needs a repository if there is none.
fn without_repository(subject: &Subject<'_>, place: Place<'_>, build: &Build) -> Option<Diagnostic> {
    let git = || build.commands.invocations.iter().filter(|call| call.program == "git");
    let operation = |call: &Invocation| call.operation(1).first().map(|word| (*word).to_owned());
    let made = git().filter_map(operation).any(|operation| MAKES.contains(&operation.as_str()));
    let primary = repository::primary_input(place.action)?;
    let artifact = place.pipeline.artifacts.get(primary)?;
    let source = place.pipeline.actions.get(artifact.producer)?;
    // A full clone is a repository itself; only sources that can be cloned are checked.
    let can_clone = source.action_type.slot_of_key("OutputArtifactFormat").is_some();
    let cloned = source.value("OutputArtifactFormat").is_some_and(|format| format.as_str() != Some("CODE_ZIP"));
    if made || cloned || source.checkout.is_none() || build.commands.opaque.is_some() {
        return None;
    }
    let needs = |call: &&Invocation| {
        call.certain
            && !call.has("-C")
            && call.directory.is_some()
            && operation(call).is_some_and(|operation| OF_REPOSITORY.contains(&operation.as_str()))
    };
    let call = git().find(needs).filter(|call| !may_get_repository(subject, place, build, call))?;
    Some(no_repository(&operation(call)?, call.span, &artifact.name, &source.name, can_clone))
}

/// Returns whether a script that runs before a command may create a repository: one that uses Git, or cannot be read.
fn may_get_repository(subject: &Subject<'_>, place: Place<'_>, build: &Build, call: &Invocation) -> bool {
    let source = SourceFolder::of(subject, place);
    let scripts = build.commands.inputs.iter().filter(|input| input.kind == InputKind::Script);
    scripts.filter(|script| script.span.start < call.span.start).any(|script| {
        let text = source.as_ref().and_then(|source| source.read(&script.path));
        text.is_none_or(|(_, text)| text.contains("git"))
    })
}

/// Checks for commands of version 0.1 whose effect ends with them.
fn lost_state(build: &Build) -> Option<Diagnostic> {
    let version = build.spec.version.as_ref().filter(|version| version.node == "0.1")?;
    let alone = |text: &str| !text.contains(['\n', ';', '|']) && !text.contains("&&");
    let mut commands = build.spec.commands().peekable();
    while let Some(command) = commands.next() {
        let text = command.text.trim();
        let sets = ["cd ", "export "].iter().any(|word| text.starts_with(word)) && alone(text);
        let is_lost = sets_only(&command.text).is_some_and(|name| {
            build.commands.reads.iter().any(|read| read.node.name == name && read.span.start > command.span.end)
        });
        if (sets || is_lost) && commands.peek().is_some() {
            return Some(lost(text, command.span, version));
        }
    }
    None
}

/// Returns the variable that a command sets, if it does nothing else.
fn sets_only(text: &str) -> Option<String> {
    let commands = shell::parse(text).commands;
    let mut outer = commands.into_iter().filter(|command| command.depth == 0);
    let only = outer.next().filter(|only| only.words.is_empty() && outer.next().is_none())?;
    only.assignments.into_iter().next().map(|(name, _)| name)
}

/// Checks for `aws ecr get-login`, which version 2 of the AWS CLI does not have.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html> (2026-11-28)
fn old_login(call: &Invocation, image: Option<Spanned<&str>>) -> Option<Diagnostic> {
    let image = image?;
    let second = selection(image.node)?.cli == Some(2);
    let is_old = call.program == "aws" && call.operation(2) == ["ecr", "get-login"];
    (second && is_old).then(|| get_login(call.span, image))
}

/// Checks for a payload that version 2 of the AWS CLI reads as Base64.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html#cliv2-migration-binaryparam> (2026-11-30)
fn raw_payload(call: &Invocation, image: Option<Spanned<&str>>, build: &Build) -> Option<Diagnostic> {
    let image = image.filter(|image| selection(image.node).is_some_and(|known| known.cli == Some(2)))?;
    let is_invoke = call.program == "aws" && call.operation(2) == ["lambda", "invoke"];
    let payload = call.option("--payload").filter(|_| is_invoke && !call.has("--cli-binary-format"))?;
    let is_json = matches!(payload.parts.first(), Some(WordPart::Text(text)) if text.trim_start().starts_with('{'));
    // `aws configure set cli_binary_format raw-in-base64-out`
    // `pip install awscli` installs version 1.
    (is_json && !build.mentions("cli_binary_format") && !build.mentions("awscli"))
        .then(|| payload_not_encoded(payload.whole, image))
}

/// Checks for packaging without a bucket to upload to.
fn no_bucket(subject: &Subject<'_>, call: &Invocation) -> Option<Diagnostic> {
    let (tool, ways): (_, &[&str]) = match (call.program.as_str(), call.operation(2).as_slice()) {
        ("aws", ["cloudformation", "package"]) => ("aws cloudformation package", &["--s3-bucket"]),
        ("sam", ["package", ..]) => {
            ("sam package", &["--s3-bucket", "--resolve-s3", "--image-repository", "--config-file"])
        }
        _ => return None,
    };
    // `samconfig.toml` may name it.
    let configured = || {
        let directory = call.directory.clone().unwrap_or_default();
        let here = |name: &str| subject.workspace.files().is_file(&directory.join(name));
        call.program == "sam" && (call.directory.is_none() || here("samconfig.toml") || here("samconfig.yaml"))
    };
    let given = ways.iter().any(|option| call.has(option)) || call.has("--cli-input-json");
    (!given && !configured()).then(|| bucket_missing(tool, call.span))
}

/// Checks for `docker login --password-stdin` without a user.
/// <https://docs.docker.com/reference/cli/docker/login/> (2026-11-30)
fn no_user(call: &Invocation) -> Option<Diagnostic> {
    let is_login = call.program == "docker" && call.operation(1) == ["login"] && call.has("--password-stdin");
    (is_login && !call.has("--username") && !call.has("-u")).then(|| user_missing(call.span))
}

/// Checks for `docker login` that asks for the password.
fn no_password(call: &Invocation) -> Option<Diagnostic> {
    let is_login = call.program == "docker" && call.operation(1) == ["login"];
    let given = ["--password-stdin", "--password", "-p", "--help"].iter().any(|option| call.has(option));
    let joined = call.written_options().any(|(name, _)| name.starts_with("-p"));
    let has_user = call.has("--username") || call.has("-u");
    (is_login && has_user && !given && !joined).then(|| password_missing(call.span))
}

/// Checks for `terraform apply` that asks for an approval that nobody can give. Versions before 0.11 do not ask.
/// <https://developer.hashicorp.com/terraform/cli/commands/apply> (2026-11-30)
fn no_approval(call: &Invocation) -> Option<Diagnostic> {
    let is_apply = call.program == "terraform" && matches!(call.operation(1).as_slice(), ["apply" | "destroy"]);
    let asks = call.option("-input").is_some_and(|given| given.parts == [WordPart::Text("false".to_owned())]);
    let approved = ["-auto-approve", "--auto-approve", "-help"].iter().any(|option| call.has(option));
    // The last word is a plan unless it belongs to an option.
    let mut words = call.texts().rev();
    let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let has_plan = !last.starts_with('-') && !VALUED.contains(&before) && !matches!(last, "apply" | "destroy");
    (is_apply && (asks || !call.piped) && !call.extended && !approved && !has_plan).then(|| approval_missing(call.span))
}

/// Checks for an item of a list without a space after its dash, which YAML reads as text.
fn dashed(command: &Command) -> Option<Diagnostic> {
    let rest = command.text.strip_prefix('-')?;
    let program: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
    program.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| no_space(&program, command.span))
}

/// Git in an archive.
fn no_repository(
    operation: &str,
    place: Span,
    artifact: &Spanned<String>,
    source: &Spanned<String>,
    can_clone: bool,
) -> Diagnostic {
    let message = format!("`git {operation}` needs a repository, but `{}` is an archive", artifact.node);
    let found = Diagnostic::new(Code::W0223, message, place, "\"fatal: not a git repository\"")
        .label(source.span, "delivers the files without `.git`");
    if can_clone {
        found.help(phrase!["set ", PipeCode::set("clone", "full"), format!(" in `{}`", source.node)])
    } else {
        found.help("pass what you need with `env`, for example the commit ID")
    }
}

/// A command whose effect the next one does not see.
fn lost(text: &str, place: Span, version: &Spanned<String>) -> Diagnostic {
    let shown: String = text.chars().take(40).collect();
    let message = format!("`{shown}` has no effect on the next command");
    Diagnostic::new(Code::W0225, message, place, "each command runs in a new shell")
        .label(version.span, "in this buildspec version")
        .help("write `version: 0.2`")
}

/// The login of version 1 of the AWS CLI.
fn get_login(place: Span, image: Spanned<&str>) -> Diagnostic {
    let message = "the AWS CLI in this image has no command `ecr get-login`".to_owned();
    Diagnostic::new(Code::E0226, message, place, "removed in version 2 of the AWS CLI")
        .label(image.span, format!("`{}` has version 2", image.node))
        .help("replace the whole command, including `$(...)`, with `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY`")
}

/// JSON as the payload for version 2 of the AWS CLI.
fn payload_not_encoded(place: Span, image: Spanned<&str>) -> Diagnostic {
    Diagnostic::new(Code::E0226, "the payload is not in Base64", place, "\"Invalid base64\"")
        .label(image.span, format!("`{}` has version 2 of the AWS CLI", image.node))
        .help("add `--cli-binary-format raw-in-base64-out`")
}

/// An image without a build context.
fn context_missing(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, "the image build has no context", place, "this command names no folder to build from")
        .help("add the folder as the last argument, for example `.` for the current folder")
}

/// Packaging without a bucket.
fn bucket_missing(tool: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, format!("`{tool}` needs a bucket"), place, "no `--s3-bucket`")
        .help("add `--s3-bucket NAME`")
}

/// A login without a user.
fn user_missing(place: Span) -> Diagnostic {
    let message = "`docker login` needs a user".to_owned();
    Diagnostic::new(Code::E0226, message, place, "\"Must provide --username with --password-stdin\"")
        .help("add `--username NAME`, for Amazon ECR `--username AWS`")
}

/// A login without a password.
fn password_missing(place: Span) -> Diagnostic {
    let message = "`docker login` asks for a password that nobody can give".to_owned();
    Diagnostic::new(Code::E0226, message, place, "\"Cannot perform an interactive login from a non TTY device\"")
        .help("add `--password-stdin`, and pipe the password to the command")
}

/// A change of resources that waits for an answer.
fn approval_missing(place: Span) -> Diagnostic {
    let message = "`terraform` may ask for an approval that nobody can give".to_owned();
    Diagnostic::new(Code::W0240, message, place, "neither a plan nor `-auto-approve`")
        .help("apply a plan that `terraform plan -out FILE` has saved, or add `-auto-approve`")
}

/// An item of a list without a space after its dash.
fn no_space(program: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, format!("no program is called `-{program}`"), place, "YAML reads this as a string")
        .help("add a space after `-`")
}
