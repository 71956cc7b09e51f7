//! The template behind a deploy: the file of the repository that becomes what CloudFormation gets.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::hir::{Action, ArtifactFile, Buildspec, Pipeline, Project, ValueKind};
use crate::hir::{Hir, PipelineId};
use crate::source::Span;
use crate::workspace::packaging::{Packaging, TemplateOrigin};
use crate::workspace::template::Template;
use crate::workspace::{Build, Workspace, document::Origin};

/// What was found behind a deploy.
#[derive(Debug, Clone)]
pub enum TemplateBehind {
    /// The file, and the command that packages it if one does.
    Found {
        /// Path from the root.
        path: Utf8PathBuf,
        /// Its content.
        template: Arc<Template>,
        /// The packaging command, with the build that runs it.
        packaging: Option<Box<(Packaging, Arc<Build>)>>,
    },
    /// The file that should be there is not; the place that asks for it.
    Missing(Utf8PathBuf, Span),
    /// A program writes it: its content is not known before the build.
    Synthesized,
    /// Nothing says where it comes from.
    Unknown,
}

/// The template behind a deploy of a pipeline.
pub fn template_behind(hir: &Hir, workspace: &Workspace, pipeline: PipelineId, action: &Action) -> TemplateBehind {
    let Some(pipeline) = hir.pipelines.get(pipeline.0) else { return TemplateBehind::Unknown };
    if let Some(origin) = &action.template_origin {
        return found(workspace, Utf8PathBuf::from(&origin.node), origin.span, None);
    }
    let Some(ValueKind::ArtifactFile(file)) = action.value("TemplatePath").map(|value| &value.kind) else {
        return TemplateBehind::Unknown;
    };
    let Some(producer) = producer(pipeline, file) else { return TemplateBehind::Unknown };
    let Some(path) = file.path.as_literal() else { return TemplateBehind::Unknown };
    if let Some(folder) = &producer.checkout {
        return found(workspace, Utf8Path::new(&folder.node).join(path), file.path_span, None);
    }
    match producer.project().and_then(|id| hir.projects.get(id.0)) {
        Some(project) => built(workspace, pipeline, producer, project, file, path),
        None => TemplateBehind::Unknown,
    }
}

fn producer<'a>(pipeline: &'a Pipeline, file: &ArtifactFile) -> Option<&'a Action> {
    let artifact = pipeline.artifacts.get(file.artifact?.0)?;
    pipeline.actions.get(artifact.producer.0)
}

fn found(
    workspace: &Workspace,
    path: Utf8PathBuf,
    span: Span,
    packaging: Option<(Packaging, Arc<Build>)>,
) -> TemplateBehind {
    match workspace.template(&path) {
        Ok(template) => TemplateBehind::Found { path, template, packaging: packaging.map(Box::new) },
        Err(_) => TemplateBehind::Missing(path, span),
    }
}

/// The folder of the repository that an action's primary input is a checkout of.
pub fn checkout_of<'a>(pipeline: &'a Pipeline, action: &Action) -> Option<&'a str> {
    let artifact = pipeline.artifacts.get(action.inputs.first()?.artifact.0)?;
    let source = pipeline.actions.get(artifact.producer.0)?;
    source.checkout.as_ref().map(|folder| folder.node.as_str())
}

/// The buildspec of a project that builds from a checkout of the repository.
pub fn build_of(workspace: &Workspace, project: &Project, checkout: &str) -> Option<Arc<Build>> {
    match &project.buildspec {
        Buildspec::Default => workspace.build(&Utf8Path::new(checkout).join("buildspec.yml")).ok(),
        Buildspec::Path(path) => workspace.build(&Utf8Path::new(checkout).join(&path.node)).ok(),
        Buildspec::Inline(text) => Some(Arc::new(Build::parse(text.node.as_literal()?, Origin::At(text.span)))),
    }
}

/// A template in the output of a build: what the build's commands make it from, or the file of the same path.
fn built(
    workspace: &Workspace,
    pipeline: &Pipeline,
    action: &Action,
    project: &Project,
    file: &ArtifactFile,
    path: &str,
) -> TemplateBehind {
    let Some(checkout) = checkout_of(pipeline, action) else { return TemplateBehind::Unknown };
    let Some(build) = build_of(workspace, project, checkout) else { return TemplateBehind::Unknown };
    let name = file.artifact.and_then(|id| pipeline.artifacts.get(id.0)).map(|artifact| artifact.name.node.as_str());
    let contents = build.spec.contents(name.filter(|_| action.outputs.len() > 1));
    let mut paths = contents.build_paths(path);
    if paths.is_empty() {
        paths.push(Utf8PathBuf::from(path));
    }
    for written in &paths {
        match build.commands.template_origin(written) {
            Some(TemplateOrigin::Synthesized) => return TemplateBehind::Synthesized,
            Some(TemplateOrigin::Files(files)) => return first(workspace, checkout, &files, &build, written, file),
            None => {}
        }
    }
    let plain = paths.iter().map(|path| Utf8Path::new(checkout).join(path));
    let plain: Vec<Utf8PathBuf> = plain.filter(|path| workspace.files().is_file(path)).collect();
    match plain.into_iter().next() {
        Some(path) => found(workspace, path, file.path_span, None),
        None => TemplateBehind::Unknown,
    }
}

fn first(
    workspace: &Workspace,
    checkout: &str,
    files: &[Utf8PathBuf],
    build: &Arc<Build>,
    written: &Utf8Path,
    file: &ArtifactFile,
) -> TemplateBehind {
    let here = |path: &Utf8PathBuf| Utf8Path::new(checkout).join(path);
    let existing = files.iter().map(here).find(|path| workspace.files().is_file(path));
    let Some(path) = existing.or_else(|| files.first().map(here)) else { return TemplateBehind::Unknown };
    let names = |packaging: &&Packaging| {
        let output = packaging.output.as_ref().and_then(|output| output.word.literal());
        output.is_some_and(|output| written.ends_with(output.trim_start_matches("./")))
    };
    let commands = &build.commands.packagings;
    let packaging = commands.iter().rev().find(names).or_else(|| commands.last()).cloned();
    let span = packaging.as_ref().map_or(file.path_span, |packaging| packaging.span);
    found(workspace, path, span, packaging.map(|packaging| (packaging, Arc::clone(build))))
}
