//! E0901: a literal that looks like a credential. W0906: a variable that is named like a secret but has a plain-text value.

use crate::catalog::credentials::names_secret;
use crate::check::support::credentials::credential;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::{SourceFolder, dockerfile_of};
use crate::check::support::task_files::read;
use crate::check::{Findings, Place, Rule, Subject};
use crate::collections::IndexMap;
use crate::diagnostic::families::secrets;
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{PartKind, Setting, Value, ValueKind};
use crate::plan::TASK_DEFINITION;
use crate::source::{FileId, Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::BuildVariable;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::document::Node;
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "credentials", codes: &[Code::E0901, Code::W0906], run: check };

/// The length of an AWS secret access key, which is Base64.
const SECRET_ACCESS_KEY: usize = 40;

/// The type of plain-text variables in the API.
const PLAIN: &str = "PLAINTEXT";

/// The minimum length of a secret. Shorter values are more likely a name or a switch.
const SHORTEST_SECRET: usize = 8;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let mut dockerfiles: Vec<FileId> = Vec::new();
    let mut tasks: Vec<Span> = Vec::new();
    subject.hir.each_value(&mut |place| value(place.value, findings));
    for place in subject.actions() {
        variables(&place.action.configuration, findings);
        of_dockerfiles(subject, place, &mut dockerfiles, findings);
        of_task(subject, place, &mut tasks, findings);
        let build = subject.action_files.build(place.pipeline_id, place.id);
        if let Some(build) = build.filter(|build| seen.is_new(build)) {
            of_buildspec(build, findings);
        }
    }
    for place in subject.rules() {
        variables(&place.rule.configuration, findings);
    }
    for project in &subject.hir.projects {
        project.env().iter().for_each(|(name, held)| variable(name, held, findings));
    }
    for param in &subject.hir.params {
        if let Some(default) = param.default_value().filter(|default| param.secret && is_open(&default.node)) {
            findings.push(shown_default(&param.name.node, default.span));
        }
    }
    let params = subject.hir.params.iter().map(|param| ("param", &param.name.node, &param.default, param.secret));
    let declared = subject.hir.pipelines.iter().flat_map(|it| &it.variables);
    let declared = declared.map(|variable| ("variable", &variable.name.node, &variable.default, false));
    for (keyword, name, default, is_masked) in params.chain(declared) {
        let Some(default) = default else { continue };
        literal(&default.node, default.span, Holder::Pipeline, findings);
        if !is_masked && names_secret(in_capitals(name).rsplit('_')) && is_secret_like(&default.node) {
            findings.push(plain_default(keyword, name, default.span));
        }
    }
}

/// Checks the environment variables of an action or rule.
fn variables(settings: &IndexMap<String, Setting>, findings: &mut Findings) {
    let Some(held) = settings.get("EnvironmentVariables").map(|setting| &setting.value) else { return };
    match &held.kind {
        ValueKind::Map(entries) => entries.iter().for_each(|(name, value)| variable(name, value, findings)),
        ValueKind::List(items) => items.iter().for_each(|item| raw_variable(item, findings)),
        _ => json_variables(held, findings),
    }
}

/// Checks `{ name = "...", value = "...", type = "PLAINTEXT" }`, AWS's own form.
fn raw_variable(item: &Value, findings: &mut Findings) {
    let ValueKind::Map(fields) = &item.kind else { return };
    let field = |wanted: &str| fields.iter().find(|(key, _)| key.node == wanted).map(|(_, value)| value);
    let is_plain = field("type").is_none_or(|kind| kind.as_str() == Some(PLAIN));
    if let (true, Some(name), Some(value)) = (is_plain, field("name").and_then(Value::as_str), field("value")) {
        variable(&Spanned::new(name.to_owned(), value.span), value, findings);
    }
}

/// Checks the same form as JSON.
fn json_variables(held: &Value, findings: &mut Findings) {
    let list = held.as_str().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    for item in list.as_ref().and_then(serde_json::Value::as_array).into_iter().flatten() {
        let field = |key: &str| item.get(key).and_then(serde_json::Value::as_str);
        let is_plain = field("type").is_none_or(|kind| kind == PLAIN);
        if let (true, Some(name), Some(text)) = (is_plain, field("name"), field("value")) {
            named(name, text, held.span, plain_variable, findings);
        }
    }
}

/// Checks the variables of a buildspec in the repository.
fn of_buildspec(build: &Build, findings: &mut Findings) {
    for BuildVariable { name, value } in &build.spec.env.variables {
        literal(&value.node, value.span, Holder::Buildspec, findings);
        named(&name.node, &value.node, value.span, plain_in_buildspec, findings);
    }
    for command in build.spec.commands() {
        literal(&command.text, command.span, Holder::Buildspec, findings);
    }
    for password in build.commands.passwords.iter().filter(|password| is_secret_like(&password.node)) {
        findings.push(secret_in_command(password.span));
    }
    for assignment in &build.commands.assignments {
        if let Some([WordPart::Text(text)]) = assignment.value.as_deref() {
            named(&assignment.name, text, assignment.span, plain_in_command, findings);
        }
    }
    for (program, option) in VARIABLES {
        let calls = build.commands.invocations.iter().filter(|call| call.program == *program);
        let has_list = option.starts_with("--parameter");
        let given = calls.flat_map(|call| {
            let more = call.values_of(option).into_iter().skip(1).filter(|_| has_list);
            call.options(option).collect::<Vec<_>>().into_iter().chain(more)
        });
        for given in given {
            let text: Option<&str> =
                if let [WordPart::Text(text)] = given.parts.as_slice() { Some(text) } else { None };
            let Some((name, value)) = text.and_then(|text| text.split_once('=')) else { continue };
            let name = name.rsplit('.').next().unwrap_or(name);
            if names_secret(in_capitals(name).rsplit('_')) && is_secret_like(value) {
                findings.push(secret_in_command(given.whole));
            }
        }
    }
    for login in build.commands.invocations.iter().filter(|call| call.operation(1) == ["login"]) {
        let password = login.option("--password").or_else(|| login.option("-p"));
        if let Some(given) = password.filter(|given| given.parts.iter().all(|part| matches!(part, WordPart::Text(_))))
            && is_secret_like(&given.parts.iter().map(text_of).collect::<String>())
        {
            findings.push(password_in_command(given.whole));
        }
    }
}

/// Options that set a variable: `NAME=value`.
const VARIABLES: &[(&str, &str)] = &[
    ("aws", "--parameter-overrides"),
    ("cdk", "--context"),
    ("cdk", "--parameters"),
    ("docker", "--build-arg"),
    ("docker", "--env"),
    ("docker", "-e"),
    ("helm", "--set"),
    ("helm", "--set-string"),
    ("sam", "--parameter-overrides"),
    ("terraform", "--var"),
    ("terraform", "-var"),
];

/// Checks the variables of the containers in a task definition.
fn of_task(subject: &Subject<'_>, place: Place<'_>, seen: &mut Vec<Span>, findings: &mut Findings) {
    let Some((_, document)) = read(subject, place, TASK_DEFINITION).filter(|_| !place.action.incomplete) else {
        return;
    };
    let list = document.root.as_ref().and_then(|root| root.get("containerDefinitions"));
    let Some(list) = list.filter(|list| !seen.contains(&list.span)) else { return };
    seen.push(list.span);
    for entry in list.items().iter().filter_map(|container| container.get("environment")).flat_map(Node::items) {
        let text = |key: &str| entry.get(key).and_then(Node::spanned);
        if let Some((name, value)) = text("name").zip(text("value")) {
            literal(&value.node, value.span, Holder::Task, findings);
            named(&name.node, &value.node, value.span, plain_in_task, findings);
        }
    }
}

/// Checks the Dockerfiles of the images that an action builds.
fn of_dockerfiles(subject: &Subject<'_>, place: Place<'_>, seen: &mut Vec<FileId>, findings: &mut Findings) {
    let Some(source) = SourceFolder::of(subject, place) else { return };
    let builds = subject.action_files.builds(place.pipeline_id, place.id);
    let of_builds = builds.flat_map(|build| &build.commands.images).map(|image| image.file.0.clone());
    let slot = place.action.action_type.slot.iter().find(|slot| slot.dockerfile_folder);
    let of_action = slot.and_then(|slot| dockerfile_of(place.action, slot)).map(|file| file.path);
    for path in of_builds.chain(of_action) {
        let Some((file, text)) = source.read(&path).filter(|(file, _)| !seen.contains(file)) else { continue };
        seen.push(file);
        let Some(dockerfile) = Dockerfile::parse(&text, file) else { continue };
        for word in dockerfile.instructions.iter().flat_map(|instruction| &instruction.arguments) {
            literal(&word.node, word.span, Holder::Dockerfile, findings);
        }
        for (name, value) in &dockerfile.variables {
            named(name, &value.node, value.span, plain_in_dockerfile, findings);
        }
    }
}

fn text_of(part: &WordPart) -> &str {
    if let WordPart::Text(text) = part { text } else { "" }
}

fn value(value: &Value, findings: &mut Findings) {
    value.each_part(&mut |part| {
        if let PartKind::Literal(text) = &part.kind {
            literal(text, part.span, Holder::Pipeline, findings);
        }
    });
}

fn literal(text: &str, span: Span, holder: Holder, findings: &mut Findings) {
    if let Some(what) = credential(text) {
        findings.push(credential_found(what, span, holder));
    }
}

fn variable(name: &Spanned<String>, value: &Value, findings: &mut Findings) {
    let ValueKind::Text(text) = &value.kind else { return };
    if let Some(text) = text.as_literal() {
        named(&name.node, text, value.span, plain_variable, findings);
    }
}

/// Checks a variable whose name suggests that its value is a secret.
fn named(name: &str, text: &str, place: Span, plain: fn(&str, Span) -> Diagnostic, findings: &mut Findings) {
    let upper = name.to_ascii_uppercase();
    if upper.ends_with("SECRET_ACCESS_KEY") && is_secret_access_key(text) {
        findings.push(credential_found("an AWS secret access key", place, Holder::Pipeline));
    } else if names_secret(upper.rsplit('_')) && is_secret_like(text) {
        findings.push(plain(name, place));
    }
}

/// Converts `DbPassword` to `DB_PASSWORD`.
fn in_capitals(name: &str) -> String {
    let mut capitals = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            capitals.push('_');
        }
        capitals.push(if c == '-' { '_' } else { c.to_ascii_uppercase() });
        before = c;
    }
    capitals
}

fn is_secret_access_key(text: &str) -> bool {
    text.len() == SECRET_ACCESS_KEY
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
        && !text.ends_with("EXAMPLEKEY")
}

/// Returns whether a string has letters and digits without a space or a slash: it is neither a sentence nor the name of
/// a stored secret.
fn is_secret_like(text: &str) -> bool {
    let has = |wanted: fn(&char) -> bool| text.chars().any(|c| wanted(&c));
    text.chars().count() >= SHORTEST_SECRET
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !text.contains(['/', ' ', ':'])
        && credential(text).is_none()
}

/// The file that contains a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// The pipeline file.
    Pipeline,
    /// A buildspec, where commands are text for a shell.
    Buildspec,
    /// A Dockerfile.
    Dockerfile,
    /// A task definition.
    Task,
}

impl Holder {
    /// Returns how to use a stored secret instead.
    fn instead(self) -> Phrase {
        match self {
            Self::Pipeline => "keep its replacement in AWS Secrets Manager, and write `secret(\"name\")` here".into(),
            Self::Buildspec => {
                phrase![
                    "keep its replacement in AWS Secrets Manager, and pass that to the build with ",
                    PipeCode::set("env", "{ NAME = secret(\"name\") }"),
                    " in the project"
                ]
            }
            Self::Task => {
                "keep its replacement in AWS Secrets Manager, and name that under `secrets` of the container".into()
            }
            Self::Dockerfile => {
                "keep its replacement in AWS Secrets Manager, and pass that to `docker build` with `--secret`".into()
            }
        }
    }
}

/// A literal with the format of a known kind of credential.
fn credential_found(what: &str, place: Span, holder: Holder) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0901,
        format!("this string looks like {what}"),
        place,
        "readable by anyone who has this file",
    )
    .concealed();
    let diagnostic = diagnostic.help(phrase!["revoke it, ", holder.instead()]);
    if holder == Holder::Pipeline { diagnostic.help_in_document(secrets::in_document()) } else { diagnostic }
}

/// A plain-text variable that is named like a secret.
fn plain_variable(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "visible in the console and in the template",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")`")
}

/// A plain-text variable of a buildspec that is named like a secret.
fn plain_in_buildspec(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "readable by anyone who has this file",
    )
    .help(format!("keep it in AWS Secrets Manager and write `{variable}: secret-id:json-key` under `secrets-manager`"))
}

/// A plain-text default of a declaration that is named like a secret.
fn plain_default(keyword: &str, name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("{keyword} `{name}` is named like a secret but has a plain-text default"),
        place,
        "readable by anyone who has this file",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")` where it is used")
}

/// Words that say that there is no secret.
const NO_SECRET: [&str; 6] = ["none", "null", "unset", "false", "n/a", "-"];

/// Whether a default of a secret is the secret itself: neither absent nor kept elsewhere, and not of a form that is reported anyway.
fn is_open(default: &str) -> bool {
    let is_none = default.trim().is_empty() || NO_SECRET.contains(&default.to_ascii_lowercase().as_str());
    !is_none && !default.starts_with("{{resolve:") && credential(default).is_none()
}

/// The default of a parameter whose value CloudFormation masks.
fn shown_default(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("secret parameter `{name}` has a plain-text default"),
        place,
        "readable by anyone who has this file or the template",
    )
    .help("remove the default, and give the value when the stack is deployed")
}

/// A variable that a command sets to a secret.
fn plain_in_command(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "readable by anyone who has this file",
    )
    .help(phrase![
        "keep it in AWS Secrets Manager, and set ",
        PipeCode::set("env", format!("{{ {variable} = secret(\"name\") }}"))
    ])
}

/// A plain-text variable of a Dockerfile that is named like a secret.
fn plain_in_dockerfile(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "readable by anyone who has this file or the image",
    )
    .help("keep it in AWS Secrets Manager, and pass it to `docker build` with `--secret`")
}

/// A plain-text variable of a container that is named like a secret.
fn plain_in_task(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "readable by anyone who has this file or can read the task definition",
    )
    .help(format!(
        "keep it in AWS Secrets Manager, and move `{variable}` to `secrets` of the container, with the ARN of the secret as `valueFrom`"
    ))
}

/// A password or token among the arguments of a program.
fn secret_in_command(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        "this command contains a password or token",
        place,
        "readable by anyone who has this file",
    )
    .help(phrase![
        "keep it in AWS Secrets Manager, and pass it to the build with ",
        PipeCode::set("env", "{ NAME = secret(\"name\") }")
    ])
}

/// A password on a command line.
fn password_in_command(place: Span) -> Diagnostic {
    Diagnostic::new(Code::W0906, "this command contains a password", place, "readable by anyone who has this file")
        .help("keep it in AWS Secrets Manager, and pass it with `--password-stdin`")
}
