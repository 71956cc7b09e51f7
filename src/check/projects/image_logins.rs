//! W0231: images that are pushed to a registry of Amazon ECR to which no command logs in, and logins with another user.

use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::slip_of_word;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::packaging::{Invocation, Unnamed};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "image-logins", codes: &[Code::W0231], run: check };

/// Texts in commands that may log in, or make that unnecessary.
const OTHERWISE: [&str; 6] = ["config.json", "credHelper", "credential", "get-login ", "ecr-login", "DOCKER_CONFIG"];

/// What every registry of Amazon ECR contains.
const REGISTRY: &str = ".dkr.ecr.";

/// Options of `docker login` whose value is the next word.
const VALUED: [&str; 4] = ["--password", "--username", "-p", "-u"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let project = repository::project(subject.hir, place.action);
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in builds.chain(own) {
            let is_known = repository::is_sound(build)
                && build.commands.opaque.is_none()
                && build.commands.unnamed < Unnamed::Anything
                && !OTHERWISE.iter().any(|text| build.mentions(text));
            if is_known && seen.is_new(build) {
                let environment = Environment::of(place.action, project, build);
                let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
                findings.extend(without_login(&calls));
                let mut before: Option<&Invocation> = None;
                for call in &build.commands.invocations {
                    findings.extend(of_login(&calls, before, call));
                    before = Some(call);
                }
            }
        }
    }
}

/// Returns the first push to a registry without an earlier login.
fn without_login(calls: &Calls<'_>) -> Option<Diagnostic> {
    let mut logins: Vec<(String, Span)> = Vec::new();
    let docker = |call: &&Invocation| matches!(call.program.as_str(), "docker" | "podman");
    for call in calls.environment.build.commands.invocations.iter().filter(docker) {
        match call.operation(1).as_slice() {
            // A typo is reported separately.
            [word] if slip_of_word(word, ["login"]).is_some() => {
                let words = call.plain(&VALUED);
                let registry = words.get(1).map(|given| calls.pattern(&given.parts)).unwrap_or_default();
                logins.push((registry.trim_start_matches("https://").trim_end_matches('/').to_owned(), call.span));
            }
            ["push"] if call.certain => {
                let Some(image) = call.positional(1) else { continue };
                let address = calls.pattern(&image.parts);
                let Some((registry, _)) = address.split_once('/') else { continue };
                // In such a registry, an account and a Region are certain.
                if !registry.contains(REGISTRY) {
                    continue;
                }
                let fits = |login: &str| !login.contains(REGISTRY) && login.contains('*') || may_be(login, registry);
                if logins.iter().any(|(login, _)| fits(login)) {
                    continue;
                }
                let later = calls.environment.build.commands.invocations.iter().find(|later| {
                    docker(later)
                        && later.operation(1) == ["login"]
                        && later.span.file == call.span.file
                        && later.span.range().start > call.span.range().start
                });
                let to = |later: &Invocation| later.plain(&VALUED).get(1).map(|given| calls.pattern(&given.parts));
                if let Some(later) = later.filter(|later| to(later).is_some_and(|login| may_be(&login, registry))) {
                    return Some(late_login(image.whole, later.span));
                }
                let other = logins.iter().find(|(login, _)| login.contains(REGISTRY));
                return Some(no_login(registry, image.whole, other.map(|(login, place)| (login.as_str(), *place))));
            }
            _ => {}
        }
    }
    None
}

/// The name of every user of Amazon ECR.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html> (2026-11-30)
const USER: &str = "AWS";

/// Checks for a login to Amazon ECR with another user, or with a token for another Region. `before`: the call before it.
fn of_login(calls: &Calls<'_>, before: Option<&Invocation>, call: &Invocation) -> Option<Diagnostic> {
    let is_login = matches!(call.program.as_str(), "docker" | "podman") && call.operation(1) == ["login"];
    let words = call.plain(&VALUED);
    let registry = words.get(1).filter(|_| is_login)?;
    let address = calls.pattern(&registry.parts);
    let given = call.option("--username").or_else(|| call.option("-u"));
    if let Some(given) = given.filter(|_| address.contains(REGISTRY))
        && let [WordPart::Text(user)] = given.parts.as_slice()
        && user != USER
    {
        return Some(no_user(user, given.whole));
    }
    let token = before.filter(|before| before.operation(2) == ["ecr", "get-login-password"])?.option("--region")?;
    let [WordPart::Text(region)] = token.parts.as_slice() else { return None };
    let (_, after) = address.split_once(REGISTRY)?;
    let own = after.split('.').next().filter(|own| !own.contains('*'))?;
    (call.has("--password-stdin") && own != region).then(|| other_region(region, own, token.whole, registry.whole))
}

/// Returns whether two registries can be the same. `*` stands for any account or Region.
fn may_be(one: &str, other: &str) -> bool {
    let fields = |registry: &str| registry.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (fields(one.split('/').next().unwrap_or_default()), fields(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(one, other)| one == other || one.contains('*') || other.contains('*'))
}

/// A push before the login to its registry.
fn late_login(push: Span, login: Span) -> Diagnostic {
    Diagnostic::new(Code::W0231, "image is pushed before the login", push, "\"no basic auth credentials\"")
        .label(login, "logs in only here")
        .help("move the login before this command")
}

/// A push without a login to its registry.
fn no_login(registry: &str, place: Span, other: Option<(&str, Span)>) -> Diagnostic {
    let shown = if registry.contains('*') { "its registry".to_owned() } else { format!("`{registry}`") };
    let message = format!("no command logs in to {shown}");
    let found = Diagnostic::new(Code::W0231, message, place, "\"no basic auth credentials\"");
    match other {
        Some((_, login)) => found.label(login, "logs in to another registry").help("log in to the registry of the image"),
        None => found.help(
            "add `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY` before this command",
        ),
    }
}

/// A token for another Region.
fn other_region(region: &str, own: &str, token: Span, registry: Span) -> Diagnostic {
    let message = format!("the token is for `{region}`, but the registry is in `{own}`");
    Diagnostic::new(Code::W0231, message, token, "\"400 Bad Request\"")
        .label(registry, "logs in here")
        .help(format!("write `--region {own}`"))
}

/// A login with a user that Amazon ECR does not have.
fn no_user(user: &str, place: Span) -> Diagnostic {
    let message = format!("Amazon ECR has no user `{user}`");
    Diagnostic::new(Code::W0231, message, place, format!("every user is `{USER}`, whose password is the token"))
        .help(format!("write `--username {USER}`"))
}
