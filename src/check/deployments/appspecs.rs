//! E0440, W0440, E0207, E0441: AppSpecs that CodeDeploy would reject, hooks that never run, files that the revision does
//! not contain, or that nothing writes (W0221). W0446: AppSpecs of another platform.

use crate::catalog::appspec::{AppSpecForm, AppSpecs, appspecs};
use crate::catalog::{self, Category};
use crate::check::support::appspecs::{
    AppSpec, AppSpecOrigin, each_appspec, first, known, lacks, misnamed, not_a_list, required, unknown_key, wrong_value,
};
use crate::check::support::revision_files::{Revision, RevisionFile};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule {
    name: "appspecs",
    codes: &[Code::E0207, Code::E0211, Code::W0221, Code::E0440, Code::W0440, Code::E0441, Code::W0446],
    run: check,
};

/// The placeholder that a pipeline replaces with the new revision of the task definition.
const TASK_DEFINITION: &str = "<TASK_DEFINITION>";

/// The type of the resource in an AppSpec for Amazon ECS.
const SERVICE: &str = "AWS::ECS::Service";

/// The key with the path of a script.
const LOCATION: &str = "location";

/// The keys of a script.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html> (2026-11-30)
const OF_SCRIPT: [&str; 4] = [LOCATION, "runas", "sudo", "timeout"];

/// The maximum duration of all scripts of one event, in seconds.
const LONGEST: u64 = 3600;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_appspec(subject, |place, appspec| {
        match appspec.document.root.as_ref().filter(|root| !root.entries().is_empty()) {
            Some(root) => look(subject, place, (appspec, root), findings),
            None => findings.extend(unreadable(appspec)),
        }
    });
}

/// Reports a file that is not a mapping. The text of a template may be completed by the command.
fn unreadable(appspec: &AppSpec) -> Option<Diagnostic> {
    let found = match &appspec.document.error {
        Some(error) => {
            family::not_parsed(&format!("AppSpec `{}`", appspec.path), &error.message, error.span, error.unfinished_key)
        }
        None => not_an_appspec(&appspec.path, appspec.start),
    };
    (appspec.origin == AppSpecOrigin::File).then_some(found)
}

fn look(subject: &Subject<'_>, place: Place<'_>, (appspec, root): (&AppSpec, &Node), findings: &mut Findings) {
    let Some(forms) = appspecs() else { return };
    let certain = appspec.origin != AppSpecOrigin::Template;
    let for_servers = appspec.wanted.for_servers;
    if !version(root, &appspec.path, (certain, for_servers), findings) {
        return;
    }
    let resources = root.get("Resources").or_else(|| root.get("resources"));
    if let (true, Some(resources)) = (for_servers, resources) {
        findings.extend(other_platform(resources));
    } else if for_servers {
        let artifact = appspec.wanted.artifact;
        let mut server = Server { root, certain, files: Vec::new() };
        server.look(&forms.server, findings);
        let revision = Revision { subject, place, artifact, appspec: &appspec.path };
        findings.extend(revision.report(server.files));
    } else {
        of_containers(root, forms, certain, findings);
    }
}

/// Reports a version that does not exist. Returns `false` if the file is not an AppSpec.
fn version(root: &Node, path: &str, (certain, for_servers): (bool, bool), findings: &mut Findings) -> bool {
    let known = ["version", "os", "files", "hooks", "Resources", "resources"];
    if !root.entries().iter().any(|entry| known.contains(&entry.key.as_str())) {
        findings.push(not_an_appspec(path, root.entries().first().map_or(root.span, |entry| entry.key.span)));
        return false;
    }
    match root.get("version") {
        Some(version) if version.literal().is_some_and(|text| matches!(text.trim(), "0.0" | "0")) => {}
        // The reference allows only 0.0, but this version is in use: <https://github.com/aws/aws-cli/issues/4256> (2026-11-30).
        Some(version) if !for_servers && version.literal().is_some_and(|text| matches!(text.trim(), "1" | "1.0")) => {}
        Some(version) if certain && !version.literal().is_some_and(|text| text.contains('?')) => {
            findings.push(wrong_version(version));
        }
        Some(_) => {}
        None => {
            findings.push(lacks("version", "version: 0.0", root.entries().first().map_or(root.span, |it| it.key.span)));
        }
    }
    true
}

/// An AppSpec for servers.
struct Server<'a> {
    root: &'a Node,
    /// Whether the values are those of the deployment.
    certain: bool,
    /// The files that the artifact has to contain.
    files: Vec<RevisionFile>,
}

impl Server<'_> {
    fn look(&mut self, form: &AppSpecForm, findings: &mut Findings) {
        unknown_keys(self.root, form, findings);
        match self.root.get("os").map(|os| (os.literal(), os)) {
            Some((Some("linux" | "windows"), _)) => {}
            Some((text, _)) if !self.certain || text.is_some_and(|text| text.contains('?')) => {}
            Some((text, os)) => {
                findings.push(wrong_value("os", text.unwrap_or_default(), os.span, &["linux", "windows"]));
            }
            None => findings.push(lacks("os", "os: linux", first(self.root))),
        }
        if let Some(behavior) = self.root.get("file_exists_behavior")
            && let Some(text) = known(behavior).filter(|_| self.certain)
            && !["DISALLOW", "OVERWRITE", "RETAIN"].contains(&text)
        {
            findings.push(wrong_value(
                "file_exists_behavior",
                text,
                behavior.span,
                &["DISALLOW", "OVERWRITE", "RETAIN"],
            ));
        }
        if let Some(files) = self.root.get("files") {
            if files.items().is_empty() && !files.is_null() {
                findings.push(not_a_list("files", files.span, "- source: /\n    destination: /opt/app"));
            }
            for file in files.items() {
                self.copied(file, findings);
            }
        }
        let permissions = self.root.get("permissions").map(Node::items).unwrap_or_default();
        for kind in
            permissions.iter().filter_map(|it| it.get("type")).flat_map(Node::one_or_more).filter(|_| self.certain)
        {
            let other = known(kind).filter(|text| !["directory", "file"].contains(text));
            findings.extend(other.map(|text| wrong_value("type", text, kind.span, &["directory", "file"])));
        }
        for mode in permissions.iter().filter_map(|permission| permission.get("mode")).filter(|_| self.certain) {
            let is_octal = |text: &str| text.len() <= 4 && text.chars().all(|c| c.is_digit(8));
            findings.extend(known(mode).filter(|text| !is_octal(text)).map(|text| wrong_mode(text, mode.span)));
        }
        for Entry { key, value } in self.root.get("hooks").map(Node::entries).unwrap_or_default() {
            if !form.hooks.contains(&key.node) {
                findings.push(unknown_hook(key, &form.hooks));
            }
            self.hook(key, value, findings);
        }
    }

    fn copied(&mut self, file: &Node, findings: &mut Findings) {
        let Some(source) = file.get("source") else {
            return findings.push(match file_key(file, "source") {
                Some(key) => misnamed(key, "source"),
                None => lacks("source", "source: /", file.span),
            });
        };
        if file.get("destination").is_none() {
            findings.push(match file_key(file, "destination") {
                Some(key) => misnamed(key, "destination"),
                None => lacks("destination", "destination: /opt/app", source.span),
            });
        }
        if let Some(text) = source.literal() {
            self.held(text, source.span, "file");
        }
    }

    fn hook(&mut self, key: &Spanned<String>, scripts: &Node, findings: &mut Findings) {
        let mut seconds = 0;
        if scripts.items().is_empty() && !scripts.is_null() {
            return findings.push(not_a_list(&key.node, scripts.span, "- location: scripts/start.sh"));
        }
        for script in scripts.items() {
            let others = script.entries().iter().map(|entry| &entry.key);
            let others: Vec<&Spanned<String>> = others.filter(|key| !OF_SCRIPT.contains(&key.as_str())).collect();
            let meant = others.iter().position(|key| similar(&key.node, OF_SCRIPT) == Some(LOCATION));
            let meant = meant.filter(|_| script.get(LOCATION).is_none());
            match (script.get(LOCATION), meant.and_then(|index| others.get(index))) {
                (Some(location), _) => {
                    if let Some(text) = location.literal() {
                        self.held(text, location.span, "script");
                    }
                }
                (None, Some(key)) => findings.push(misnamed(key, LOCATION)),
                (None, None) => findings.push(lacks(LOCATION, "location: scripts/start.sh", script.span)),
            }
            for (_, key) in others.iter().enumerate().filter(|(index, _)| Some(*index) != meant) {
                findings.push(unknown_key(key, similar(&key.node, OF_SCRIPT)));
            }
            let timeout = script.get("timeout").and_then(|timeout| Some((timeout, timeout.literal()?)));
            match timeout.map(|(node, text)| (node, text.parse::<u64>())) {
                Some((_, Ok(given))) if given > 0 => seconds += given,
                Some((node, _)) if self.certain && known(node).is_some() => {
                    findings.push(wrong_value("timeout", node.literal().unwrap_or_default(), node.span, &[]));
                }
                _ => {}
            }
        }
        if seconds > LONGEST && self.certain {
            findings.push(too_long(key, seconds));
        }
    }

    /// Adds a file or folder that the artifact has to contain.
    fn held(&mut self, text: &str, span: Span, what: &'static str) {
        let path = text.trim_start_matches("./").replace('\\', "/");
        let path = path.trim_matches('/').to_owned();
        if !path.is_empty() && path != "." && !path.contains(['*', '?']) && self.certain {
            self.files.push(RevisionFile { what, path, span });
        }
    }
}

/// Checks an AppSpec for Amazon ECS.
fn of_containers(root: &Node, forms: &AppSpecs, certain: bool, findings: &mut Findings) {
    let form = &forms.container;
    unknown_keys(root, form, findings);
    let either = |one: &str, other: &str| root.get(one).or_else(|| root.get(other));
    let resources = either("Resources", "resources");
    match resources.map(Node::items) {
        Some([only]) => {
            let service = only.entries().first().map(|entry| &entry.value);
            let properties = service.and_then(|it| it.get("Properties").or_else(|| it.get("properties")));
            let kind = service.and_then(|it| it.get("Type").or_else(|| it.get("type")));
            if let Some(text) = kind.and_then(known).filter(|_| certain)
                && text != SERVICE
                && let Some(kind) = kind
            {
                findings.push(wrong_value("Type", text, kind.span, &[SERVICE]));
            }
            if let Some(properties) = properties {
                of_service(forms, properties, findings);
            }
            let task = properties.and_then(|it| it.get("TaskDefinition").or_else(|| it.get("taskDefinition")));
            if let Some(text) = task.and_then(known).filter(|_| certain)
                && text != TASK_DEFINITION
                && let Some(task) = task
            {
                findings.push(wrong_task_definition(text, task.span));
            }
        }
        Some([]) if resources.is_some_and(|it| !it.entries().is_empty()) => {
            let place = resources.map_or_else(|| first(root), |it| it.span);
            findings.push(not_a_list("Resources", place, "- TargetService:"));
        }
        Some(several) => {
            let hooks = several.iter().flat_map(Node::entries).find(|it| it.key.node.eq_ignore_ascii_case("Hooks"));
            findings.push(match hooks {
                Some(hooks) => hooks_in_resources(hooks.key.span),
                None => not_one_resource(first(root)),
            });
        }
        // A misspelled key is reported as such.
        None if root.entries().iter().any(|it| similar(&it.key.node, ["Resources"]).is_some()) => {}
        None => findings.push(lacks("Resources", "Resources: [...]", first(root))),
    }
    if let Some(hooks) = either("Hooks", "hooks").filter(|hooks| !hooks.entries().is_empty()) {
        let first = hooks.entries().first().map_or("BeforeInstall", |entry| entry.key.as_str());
        findings.push(not_a_list("Hooks", hooks.span, &format!("- {first}: name-of-a-function")));
    }
    let hooks = either("Hooks", "hooks").map(Node::items).unwrap_or_default();
    for Entry { key, .. } in hooks.iter().flat_map(Node::entries) {
        if !form.hooks.contains(&key.node) {
            findings.push(unknown_hook(key, &form.hooks));
        }
    }
}

fn of_service(forms: &AppSpecs, properties: &Node, findings: &mut Findings) {
    let is_empty = properties.get("LoadBalancerInfo").is_some_and(|it| it.entries().is_empty());
    let outside: Vec<&Spanned<String>> = properties.entries().iter().map(|entry| &entry.key).collect();
    let of_balancer = forms.keys_of("LoadBalancerInfo");
    let is_part = |key: &&&Spanned<String>| of_balancer.iter().any(|(name, _)| key.node.eq_ignore_ascii_case(name));
    let outside: Vec<&&Spanned<String>> = outside.iter().filter(is_part).collect();
    if let Some(first) = outside.first().filter(|_| is_empty) {
        return findings.push(not_indented(first, &outside));
    }
    required(properties, &forms.keys_of("Properties"), findings);
    if let Some(balancer) = properties.get("LoadBalancerInfo") {
        required(balancer, &of_balancer, findings);
        let port = balancer.entries().iter().find(|entry| entry.key.node.eq_ignore_ascii_case("ContainerPort"));
        let text = port.and_then(|port| Some((known(&port.value)?, port.value.span)));
        if let Some((text, place)) =
            text.filter(|(text, _)| text.trim().parse::<u16>().is_err() && !text.contains(['<', '$']))
        {
            findings.push(wrong_port(text, place));
        }
    }
}

/// Returns the key of a file that is written for another one: the only unknown key.
fn file_key<'n>(file: &'n Node, meant: &str) -> Option<&'n Spanned<String>> {
    let known = ["source", "destination", "file_exists_behavior"];
    let mut unknown = file.entries().iter().map(|entry| &entry.key).filter(|key| !known.contains(&key.as_str()));
    let only = unknown.next().filter(|_| unknown.next().is_none())?;
    (meant.starts_with(only.as_str()) || similar(&only.node, [meant]).is_some()).then_some(only)
}

/// Reports an AppSpec that is not for servers, in an action that deploys to servers.
fn other_platform(resources: &Node) -> Option<Diagnostic> {
    let first = resources.items().first().and_then(|item| item.entries().first())?;
    let kind = first.value.get("Type").or_else(|| first.value.get("type"))?;
    let platform = match kind.literal()? {
        "AWS::Lambda::Function" => "AWS Lambda",
        SERVICE => "Amazon ECS",
        _ => return None,
    };
    Some(not_for_servers(platform, kind.span))
}

fn unknown_keys(root: &Node, form: &AppSpecForm, findings: &mut Findings) {
    for Entry { key, .. } in root.entries() {
        if !form.keys.contains(&key.node) {
            let near = similar(&key.node, form.keys.iter().map(String::as_str));
            findings.push(unknown_key(key, near));
        }
    }
}

/// A file that is not an AppSpec.
fn not_an_appspec(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("`{path}` is not an AppSpec"), place, "has neither `version` nor `os`")
        .help("start the file with `version: 0.0`")
}

/// A version that does not exist.
fn wrong_version(version: &Node) -> Diagnostic {
    let message = format!("AppSpec version `{}` does not exist", version.literal().unwrap_or_default());
    Diagnostic::new(Code::E0440, message, version.span, "").help("write `0.0`").edit(version.span, "0.0")
}

/// No resource, or several.
fn not_one_resource(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, "AppSpec must have exactly one resource", place, "")
        .help("keep one element in `Resources`, or add `- TargetService: ...` if there is none")
}

/// Keys of the load balancer beside it.
fn not_indented(first: &Spanned<String>, keys: &[&&Spanned<String>]) -> Diagnostic {
    let message = format!("`{}` is not part of `LoadBalancerInfo`", first.node);
    let names = wording::and_list(keys.iter().map(|key| key.node.as_str()));
    Diagnostic::new(Code::E0440, message, first.span, "at the same level")
        .help(format!("indent {names} under `LoadBalancerInfo:`"))
}

/// Hooks that are indented too far.
fn hooks_in_resources(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, "`Hooks` is not a resource", place, "an element of `Resources`")
        .help("write `Hooks:` at the start of a line, at the level of `Resources`")
}

/// Names the provider that deploys to the platform, by an attribute that only this one has.
fn with_provider(found: Diagnostic, attribute: &str, or: &str) -> Diagnostic {
    match catalog::word_with(Category::Deploy, attribute) {
        Some(word) => found.help(format!("use `deploy {word}`{or}")),
        None => found,
    }
}

/// An AppSpec of a platform that the action does not deploy to. CodePipeline passes the artifact as an archive, and
/// CodeDeploy accepts an AppSpec for other platforms only as a single file:
/// <https://github.com/aws/aws-cdk/issues/20782> (2026-11-29)
fn not_for_servers(platform: &str, place: Span) -> Diagnostic {
    let message = format!("the action deploys to servers, but the AppSpec is for {platform}");
    let found = Diagnostic::new(
        Code::W0446,
        message,
        place,
        "the deployment fails with \"BundleType must be either YAML or JSON\"",
    );
    if platform == "Amazon ECS" {
        with_provider(found, "appspec", "")
    } else {
        with_provider(found, "published-target-version", ", or run `aws deploy create-deployment` in a build")
    }
}

/// A port that is not a number.
fn wrong_port(text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("`{text}` is not a port"), place, "")
        .help("write the number of a port of the container, such as `80`")
}

/// A mode that is not written as three or four digits.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-permissions.html>
/// (2026-11-30)
fn wrong_mode(text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("`{text}` is not a valid value for `mode`"), place, "")
        .help("write three or four octal digits, for example `644`")
}

/// Scripts of one event that take too long in total.
fn too_long(hook: &Spanned<String>, seconds: u64) -> Diagnostic {
    let message = format!("scripts of `{}` can take {seconds} seconds, more than {LONGEST}", hook.node);
    Diagnostic::new(Code::E0440, message, hook.span, "the sum of their timeouts").help("shorten the timeouts")
}

/// A hook that never runs.
fn unknown_hook(hook: &Spanned<String>, known: &[String]) -> Diagnostic {
    let message = format!("CodeDeploy has no hook `{}`", hook.node);
    let diagnostic = Diagnostic::new(Code::W0440, message, hook.span, "never runs");
    match similar(&hook.node, known.iter().map(String::as_str)) {
        near @ Some(_) => diagnostic.suggest(hook.span, near),
        None => diagnostic.help(format!("use {}", wording::or_list(known.iter().map(String::as_str)))),
    }
}

/// A task definition that the pipeline does not replace.
fn wrong_task_definition(text: &str, place: Span) -> Diagnostic {
    let message = format!("the AppSpec deploys `{text}`, not the new task definition");
    Diagnostic::new(Code::W0440, message, place, format!("the pipeline replaces only `{TASK_DEFINITION}`"))
        .help(format!("write `{TASK_DEFINITION}`"))
        .edit(place, TASK_DEFINITION)
}
