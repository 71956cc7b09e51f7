//! The AppSpecs that deployments read.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::built_files::{BuiltContents, built_file};
use crate::check::{Place, Subject};
use crate::hir::{ArtifactId, ValueKind};
use crate::source::Span;
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
