//! The AppSpecs that deployments read, and messages about them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::built_files::{BuiltContents, built_file};
use crate::check::{Findings, Place, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{ArtifactId, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin, Node};

/// The name of the AppSpec for servers, which an action reads from its input.
const SERVER_FILE: &str = "appspec.yml";

/// The key with the AppSpec of a deployment to Amazon ECS.
const CONTAINER_KEY: &str = "AppSpecTemplateArtifact";

/// Calls `visit` with each AppSpec that an action reads, once.
pub(in crate::check) fn each_appspec<'a>(subject: &Subject<'a>, mut visit: impl FnMut(Place<'a>, &AppSpec)) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let found = wanted(place).and_then(|wanted| AppSpec::find(subject, place, wanted));
        if let Some(appspec) = found.filter(|found| !seen.contains(&found.start)) {
            seen.push(appspec.start);
            visit(place, &appspec);
        }
    }
}

/// An AppSpec, and how it becomes a part of its artifact.
#[derive(Debug)]
pub(in crate::check) struct AppSpec {
    pub wanted: WantedAppSpec,
    /// Its path, as shown.
    pub path: String,
    pub document: Arc<Document>,
    pub start: Span,
    pub origin: AppSpecOrigin,
}

/// How an AppSpec becomes a part of its artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum AppSpecOrigin {
    /// It is a file of the repository.
    File,
    /// Commands contain its text.
    Text,
    /// It is a file of the repository in which a command replaces values.
    Template,
}

impl AppSpec {
    fn find(subject: &Subject<'_>, place: Place<'_>, wanted: WantedAppSpec) -> Option<Self> {
        let read = |path: &Utf8Path| {
            let file = subject.workspace.load(path).ok()?;
            Some((Span::new(file, 0, 0), subject.workspace.document(path).ok()?))
        };
        if let Some(path) = in_repository(subject, place, &wanted) {
            let (start, document) = read(&path)?;
            return Some(Self { wanted, path: path.into_string(), document, start, origin: AppSpecOrigin::File });
        }
        let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
        let built = |name: String| Some((built_file(subject, place, wanted.artifact, &name)?, name));
        let (built, name) = wanted.paths.iter().map(name).find_map(built)?;
        match built.contents {
            BuiltContents::Template(path) => {
                let (start, document) = read(&path)?;
                Some(Self { wanted, path: path.into_string(), document, start, origin: AppSpecOrigin::Template })
            }
            BuiltContents::Text(text) => {
                let document = Arc::new(Document::parse(&text, DocumentOrigin::At(built.command)));
                Some(Self { wanted, path: name, document, start: built.command, origin: AppSpecOrigin::Text })
            }
        }
    }
}

/// The AppSpec that an action reads.
#[derive(Debug)]
pub(in crate::check) struct WantedAppSpec {
    pub artifact: ArtifactId,
    /// Its possible paths in the artifact.
    pub paths: Vec<String>,
    pub for_servers: bool,
}

/// Returns the AppSpec that an action reads.
fn wanted(place: Place<'_>) -> Option<WantedAppSpec> {
    let action = place.action;
    if let Some(ValueKind::ArtifactFile(file)) = action.value(CONTAINER_KEY).map(|value| &value.kind) {
        let paths = vec![file.path.as_literal()?.to_owned()];
        return Some(WantedAppSpec { artifact: file.artifact?, paths, for_servers: false });
    }
    let names = &action.action_type.input_files;
    let [input] = action.inputs.as_slice() else { return None };
    let is_read = names.iter().any(|name| name == SERVER_FILE);
    is_read.then(|| WantedAppSpec { artifact: input.artifact, paths: names.clone(), for_servers: true })
}

/// Returns the path of an AppSpec that is a file of the repository.
fn in_repository(subject: &Subject<'_>, place: Place<'_>, wanted: &WantedAppSpec) -> Option<Utf8PathBuf> {
    let path = |name: &String| subject.action_files.repository_file_in(place.pipeline_id, wanted.artifact, name);
    wanted.paths.iter().filter_map(path).find(|path| subject.workspace.files().is_file(path))
}

/// Returns a value that is known before the build.
pub(in crate::check) fn known(node: &Node) -> Option<&str> {
    node.literal().filter(|text| !text.contains('?'))
}

/// Returns the span of the first key, for a label.
pub(in crate::check) fn first(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |entry| entry.key.span)
}

/// Reports missing and unknown keys of a mapping. Lowercase keys are accepted.
pub(in crate::check) fn required(mapping: &Node, known: &[(&str, bool)], findings: &mut Findings) {
    let has = |name: &str| mapping.entries().iter().any(|entry| entry.key.node.eq_ignore_ascii_case(name));
    let names = || known.iter().map(|(name, _)| *name);
    let unknown: Vec<&Spanned<String>> = mapping
        .entries()
        .iter()
        .map(|entry| &entry.key)
        .filter(|key| !names().any(|name| key.node.eq_ignore_ascii_case(name)))
        .collect();
    let meant = |name: &str| {
        let inside = |key: &str| name.starts_with(key) || key.starts_with(name);
        unknown.iter().find(|key| similar(&key.node, [name]).is_some() || key.node.len() > 4 && inside(&key.node))
    };
    let mut explained: Vec<Span> = Vec::new();
    for (name, _) in known.iter().filter(|(name, required)| *required && !has(name)) {
        match meant(name) {
            Some(key) => {
                explained.push(key.span);
                findings.push(misnamed(key, name));
            }
            None => findings.push(lacks(name, &format!("{name}: {}", example(name)), first(mapping))),
        }
    }
    for key in unknown.into_iter().filter(|key| !explained.contains(&key.span)) {
        findings.push(unknown_key(key, similar(&key.node, names())));
    }
}

/// Returns an example value of a required key.
fn example(key: &str) -> &'static str {
    match key {
        "TaskDefinition" => "<TASK_DEFINITION>",
        "ContainerPort" => "8080",
        _ => "...",
    }
}

/// A part that an AppSpec must have.
pub(in crate::check) fn lacks(key: &str, example: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("AppSpec lacks `{key}`"), place, "").help(format!("add `{example}`"))
}

/// A value that must be a list.
pub(in crate::check) fn not_a_list(key: &str, place: Span, example: &str) -> Diagnostic {
    let first = example.lines().next().unwrap_or_default();
    Diagnostic::new(Code::E0440, format!("`{key}` of the AppSpec must be a list"), place, "")
        .help(format!("start each element with `-`, for example `{first}`"))
}

/// A key that is a typo of another one.
pub(in crate::check) fn misnamed(key: &Spanned<String>, name: &str) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("AppSpec lacks `{name}`"), key.span, "")
        .help(format!("write `{name}`"))
        .edit(key.span, name)
}

/// A value that CodeDeploy rejects.
pub(in crate::check) fn wrong_value(key: &str, value: &str, place: Span, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0440, format!("`{value}` is not a valid value for `{key}`"), place, "");
    match known {
        [] => diagnostic.help("write a number of seconds above 0"),
        known => match similar(value, known.iter().copied()) {
            near @ Some(_) => diagnostic.suggest(place, near),
            None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
        },
    }
}

/// A key that CodeDeploy ignores.
pub(in crate::check) fn unknown_key(key: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("AppSpec has no key `{}`", key.node);
    Diagnostic::new(Code::W0440, message, key.span, "ignored by CodeDeploy").suggest(key.span, near)
}
