//! The files of the user's repository that an action uses: its buildspec, and the contents of its artifacts.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::Category;
use crate::hir::{
    Action, ActionId, ArtifactId, ConditionRule, Hir, Input, Ownership, Part, PartKind, Pipeline, PipelineId, Project,
    ProjectBuildspec, ProjectId, Text, Value, ValueKind,
};
use crate::source::paths::slashed;
use crate::source::{Span, Spanned};
use crate::workspace::artifact::ArtifactContents;
use crate::workspace::buildspec::{Batch, BuildPhase, Buildspec, Command};
use crate::workspace::document::TextMap;
use crate::workspace::packaging::BuildCommands;
use crate::workspace::{Build, Workspace};

use super::action_files::ActionFiles;

/// The location of the buildspec of a CodeBuild action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildspecPlace {
    /// A file of the repository.
    File {
        /// The path from the root.
        path: Utf8PathBuf,
        /// The span of the value that names it; `None` for the default.
        named: Option<Span>,
    },
    /// Inline in the `.pipe` file: its text, and its span.
    Inline(Arc<str>, Span),
}

/// The contents of an artifact, and where they are stated.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The files.
    pub files: ArtifactContents,
    /// The source of this information.
    pub stated_by: StatedBy,
}

/// What determines the contents of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedBy {
    /// The repository: the artifact is a checkout of it.
    Repository,
    /// A buildspec; the span is the key of the section.
    Buildspec(Span),
    /// The `.pipe` file: `-> A("file")`.
    Declared,
    /// The type of the action that produces it.
    Type,
    /// Nowhere.
    Nobody,
}

/// Returns the artifact that contains the buildspec of a CodeBuild action and is its working folder.
pub fn primary_input(action: &Action) -> Option<ArtifactId> {
    primary(action.value("PrimarySource"), &action.inputs)
}

fn primary(named: Option<&Value>, inputs: &[Input]) -> Option<ArtifactId> {
    match named.map(|value| &value.kind) {
        Some(ValueKind::Artifact(artifact)) => Some(*artifact),
        Some(_) => None,
        None => inputs.first().map(|input| input.artifact),
    }
}

/// Returns the folder of the repository that an artifact is a checkout of.
pub fn checkout(pipeline: &Pipeline, artifact: ArtifactId) -> Option<&Utf8Path> {
    let producer = pipeline.artifacts.get(artifact)?.producer;
    let folder = pipeline.actions.get(producer)?.checkout.as_ref()?;
    Some(Utf8Path::new(folder.node.as_str()))
}

/// Returns the project that a CodeBuild action runs, if its attributes could be read.
pub fn project<'a>(hir: &'a Hir, action: &Action) -> Option<&'a Project> {
    owned_project(hir, action.project()?)
}

fn owned_project(hir: &Hir, id: ProjectId) -> Option<&Project> {
    let project = &hir.projects[id];
    (!project.declaration.incomplete && project.declaration.ownership == Ownership::Owned).then_some(project)
}

/// Returns the location of the buildspec of a CodeBuild action, or `None` if it is unknown.
pub fn buildspec(hir: &Hir, pipeline: &Pipeline, action: &Action) -> Option<BuildspecPlace> {
    located(pipeline, named_buildspec(hir, action)?, primary_input(action))
}

/// Returns the artifact that contains the buildspec of a CodeBuild action, and its path in it.
pub fn buildspec_in_artifact<'a>(hir: &'a Hir, action: &'a Action) -> Option<(ArtifactId, &'a str)> {
    match named_buildspec(hir, action)? {
        NamedBuildspec::Path(path, _) if !is_elsewhere(path) => Some((primary_input(action)?, path)),
        _ => None,
    }
}

/// A buildspec as an action or a project names it.
#[derive(Clone, Copy)]
enum NamedBuildspec<'a> {
    Path(&'a str, Option<Span>),
    Inline(&'a Text, Span),
}

fn named_buildspec<'a>(hir: &'a Hir, action: &'a Action) -> Option<NamedBuildspec<'a>> {
    if !action.action_type.runs_project() || action.incomplete {
        return None;
    }
    if let Some(value) = action.value("BuildspecOverride") {
        return match &value.kind {
            ValueKind::InlineYaml(text) => Some(NamedBuildspec::Inline(text, value.span)),
            _ => Some(NamedBuildspec::Path(value.as_str()?, Some(value.span))),
        };
    }
    buildspec_of(project(hir, action)?)
}

fn located(pipeline: &Pipeline, named: NamedBuildspec<'_>, primary: Option<ArtifactId>) -> Option<BuildspecPlace> {
    match named {
        NamedBuildspec::Path(path, span) => file(pipeline, primary, path, span),
        NamedBuildspec::Inline(text, span) => inline(text, span),
    }
}

/// Returns the buildspec of a project.
fn buildspec_of(project: &Project) -> Option<NamedBuildspec<'_>> {
    let raw_source = match project.declaration.raw().map(|raw| &raw.kind) {
        Some(ValueKind::Map(entries)) => entries.iter().any(|(key, _)| key.node == "Source"),
        Some(_) => true,
        None => false,
    };
    let unreadable =
        project.declaration.attributes.get("buildspec").is_some_and(|attribute| attribute.value.is_poisoned());
    if raw_source || unreadable {
        return None;
    }
    match project.buildspec() {
        ProjectBuildspec::Default => Some(NamedBuildspec::Path("buildspec.yml", None)),
        ProjectBuildspec::Path(path) => Some(NamedBuildspec::Path(path.node.as_literal()?, Some(path.span))),
        ProjectBuildspec::Inline(text) => Some(NamedBuildspec::Inline(text.node, text.span)),
    }
}

/// Returns whether a buildspec is in S3 or inline rather than in the source.
fn is_elsewhere(path: &str) -> bool {
    path.starts_with("arn:") || path.contains('\n')
}

fn inline(text: &Text, span: Span) -> Option<BuildspecPlace> {
    let place = text.parts.first().map_or(span, |part| part.span);
    Some(BuildspecPlace::Inline(Arc::from(text.as_literal()?), place))
}

/// Returns a path in the primary source.
fn file(pipeline: &Pipeline, primary: Option<ArtifactId>, path: &str, named: Option<Span>) -> Option<BuildspecPlace> {
    if is_elsewhere(path) {
        return None;
    }
    let folder = checkout(pipeline, primary?)?;
    Some(BuildspecPlace::File { path: slashed(&folder.join(path)), named })
}

/// Returns the location of the buildspec of a project that a rule of a condition runs, or `None` if it is unknown.
pub fn buildspec_of_rule(hir: &Hir, pipeline: &Pipeline, rule: &ConditionRule) -> Option<BuildspecPlace> {
    if rule.incomplete {
        return None;
    }
    located(pipeline, buildspec_of(owned_project(hir, rule.project()?)?)?, primary_input_of_rule(rule))
}

/// Returns the artifact that contains the buildspec of a project that a rule runs.
pub fn primary_input_of_rule(rule: &ConditionRule) -> Option<ArtifactId> {
    primary(rule.value("PrimarySource"), &rule.inputs)
}

/// Reads a buildspec and its commands. Returns `None` if it cannot be read.
pub(super) fn read(workspace: &Workspace, place: BuildspecPlace) -> Option<Arc<Build>> {
    match place {
        BuildspecPlace::File { path, .. } => workspace.build(&path).ok(),
        BuildspecPlace::Inline(text, place) => Some(workspace.inline_build(&text, place)),
    }
}

/// Returns the commands in the configuration of an action as a build, or `None` if the action has none.
pub(super) fn own_commands(workspace: &Workspace, action: &Action) -> Option<Build> {
    if action.category != Category::Compute || action.incomplete {
        return None;
    }
    // PowerShell runs the commands on Windows.
    let environment = action.value("EnvironmentType").and_then(Value::as_str);
    if environment.is_some_and(|environment| environment.contains("WINDOWS")) {
        return None;
    }
    let ValueKind::List(items) = &action.value("Commands")?.kind else { return None };
    let commands = items.iter().map(|item| match &item.kind {
        ValueKind::Text(text) => {
            let parts: Vec<(String, Span)> = text.parts.iter().map(|part| (shell_text(part), part.span)).collect();
            let is_written = |text: &str, span: Span| workspace.sources().slice(span) == text;
            let places = parts.iter().map(|(text, span)| (text.as_str(), *span, is_written(text, *span)));
            let map = TextMap::of_parts(item.span, places);
            Some(Command {
                text: parts.iter().map(|(text, _)| text.as_str()).collect(),
                span: item.span,
                map,
                finally: false,
            })
        }
        _ => None,
    });
    let commands = commands.collect::<Option<Vec<_>>>()?;
    let name = Spanned::new("build".to_owned(), action.name.span);
    let phase = BuildPhase { name, on_failure: None, commands, runtimes: Vec::new(), runtimes_key: None };
    let spec = Buildspec { phases: vec![phase], computed: true, ..Buildspec::default() };
    let commands = BuildCommands::of(&spec);
    Some(Build { spec, commands })
}

/// Returns a part of a command, with a variable for what is not known yet.
fn shell_text(part: &Part) -> String {
    match &part.kind {
        PartKind::Literal(text) => text.clone(),
        _ => "${VALUE:-}".to_owned(),
    }
}

/// Returns the contents of an artifact.
pub(super) fn contents(action_files: &ActionFiles<'_>, pipeline: PipelineId, artifact: ArtifactId) -> Contents {
    let known = known_contents(action_files, pipeline, artifact);
    known.unwrap_or(Contents { files: ArtifactContents::Open, stated_by: StatedBy::Nobody })
}

fn known_contents(action_files: &ActionFiles<'_>, pipeline_id: PipelineId, id: ArtifactId) -> Option<Contents> {
    let pipeline = &action_files.hir.pipelines[pipeline_id];
    let artifact = &pipeline.artifacts[id];
    if !artifact.contents.is_empty() {
        return Some(Contents { files: ArtifactContents::declared(&artifact.contents), stated_by: StatedBy::Declared });
    }
    if let Some(folder) = checkout(pipeline, id) {
        return Some(Contents { files: action_files.workspace.tracked(folder), stated_by: StatedBy::Repository });
    }
    let action = &pipeline.actions[artifact.producer];
    let always = &action.action_type.output_files;
    if !always.is_empty() {
        let place = artifact.name.span;
        let files: Vec<_> = always.iter().map(|file| Spanned::new(file.clone(), place)).collect();
        return Some(Contents { files: ArtifactContents::declared(&files), stated_by: StatedBy::Type });
    }
    let build = action_files.build(pipeline_id, artifact.producer)?;
    if is_batch(action) || !is_sound(build) {
        return None;
    }
    let primary = build.spec.artifacts.as_ref()?;
    let name = Some(artifact.name.node.as_str()).filter(|_| action.outputs.len() > 1);
    let section = match name {
        None => primary,
        Some(name) => primary.secondary.iter().find(|secondary| secondary.key.node == name)?,
    };
    Some(Contents { files: build.spec.contents(name), stated_by: StatedBy::Buildspec(section.key.span) })
}

/// Returns whether an action runs a batch of builds, each with its own artifacts.
pub fn is_batch(action: &Action) -> bool {
    action.value("BatchEnabled").is_some_and(|value| value.kind != ValueKind::Bool(false))
}

/// Returns the batch that an action starts, if its buildspec has one.
pub fn batch<'b>(action: &Action, build: &'b Build) -> Option<&'b Batch> {
    build.spec.batch.as_ref().filter(|_| is_batch(action))
}

/// Returns the path from the root of a buildspec that a batch names, in the checkout that the action reads.
pub fn buildspec_of_batch(pipeline: &Pipeline, action: &Action, path: &str) -> Option<Utf8PathBuf> {
    match file(pipeline, primary_input(action), path, None)? {
        BuildspecPlace::File { path, .. } => Some(path),
        BuildspecPlace::Inline(..) => None,
    }
}

/// Returns the buildspecs of the builds of a batch that have their own, each once.
pub(super) fn builds_of_batch(
    action_files: &ActionFiles<'_>,
    pipeline: &Pipeline,
    action: ActionId,
    batch: &Batch,
) -> Vec<Arc<Build>> {
    let action = &pipeline.actions[action];
    let mut found: Vec<Arc<Build>> = Vec::new();
    for path in &batch.buildspecs {
        let read =
            buildspec_of_batch(pipeline, action, &path.node).and_then(|path| action_files.workspace.build(&path).ok());
        found.extend(read.filter(|build| !found.iter().any(|other| Arc::ptr_eq(other, build))));
    }
    found
}

/// Returns whether all of a buildspec could be read, so that what it lacks is certainly absent.
pub fn is_sound(build: &Build) -> bool {
    build.spec.error.is_none() && build.spec.malformed.is_empty()
}
