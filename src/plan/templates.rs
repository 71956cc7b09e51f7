//! The template that an action deploys: the file of the repository from which the deployed template is produced.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::hir::{Action, ActionId, ArtifactFile, Pipeline, PipelineId, ValueKind};
use crate::source::Span;
use crate::source::paths::slashed;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{Packaging, TemplateOrigin};
use crate::workspace::template::Template;
use crate::workspace::{Build, Workspace};

use super::action_files::ActionFiles;
use super::repository;

/// The template of a deploy action.
#[derive(Debug, Clone)]
pub enum DeployedTemplate {
    /// The file, and the command that packages it, if any.
    Found {
        /// Path from the root.
        path: Utf8PathBuf,
        /// Its content.
        template: Arc<Template>,
        /// The packaging command, with the build that runs it.
        packaging: Option<Box<(Packaging, Arc<Build>)>>,
    },
    /// The file does not exist; the span that names it.
    Missing(Utf8PathBuf, Span),
    /// A program generates it: its content is not known before the build.
    Synthesized,
    /// Its origin is unknown.
    Unknown,
}

/// Returns the template that an action of a pipeline deploys.
pub(super) fn deployed_template(
    action_files: &ActionFiles<'_>,
    pipeline: PipelineId,
    action: ActionId,
) -> DeployedTemplate {
    let action = &action_files.hir.pipelines[pipeline].actions[action];
    let of_file = template_of_file(action_files, pipeline, action);
    let Some(origin) = &action.template_origin else { return of_file.unwrap_or(DeployedTemplate::Unknown) };
    // The build still produces what is deployed: its code is where the build uploads it.
    let packaging = match of_file {
        Some(DeployedTemplate::Found { packaging, .. }) => packaging,
        _ => file_of(action).and_then(|file| built(action_files, pipeline, file)).and_then(|it| it.packaging()),
    };
    found(action_files.workspace, Utf8Path::new(&origin.node), origin.span, packaging.map(|both| *both))
}

fn file_of(action: &Action) -> Option<&ArtifactFile> {
    match &action.value("TemplatePath")?.kind {
        ValueKind::ArtifactFile(file) => Some(file),
        _ => None,
    }
}

/// Returns the template according to the file in the artifact, regardless of the other attributes of the action.
fn template_of_file(
    action_files: &ActionFiles<'_>,
    pipeline_id: PipelineId,
    action: &Action,
) -> Option<DeployedTemplate> {
    template_in(action_files, pipeline_id, file_of(action)?)
}

/// Returns the template that a file of an artifact is, or is produced from.
pub(super) fn template_in(
    action_files: &ActionFiles<'_>,
    pipeline_id: PipelineId,
    file: &ArtifactFile,
) -> Option<DeployedTemplate> {
    let pipeline = &action_files.hir.pipelines[pipeline_id];
    let producer = producer(pipeline, file)?;
    let path = file.path.as_literal()?;
    if let Some(folder) = &producer.checkout {
        return Some(found(action_files.workspace, &Utf8Path::new(&folder.node).join(path), file.path_span, None));
    }
    Some(built(action_files, pipeline_id, file)?.found_for(pipeline, producer, path))
}

/// Returns the build that produces a file.
fn built<'a>(action_files: &'a ActionFiles<'_>, pipeline_id: PipelineId, file: &'a ArtifactFile) -> Option<Built<'a>> {
    let pipeline = &action_files.hir.pipelines[pipeline_id];
    let artifact = pipeline.artifacts.get(file.artifact?)?;
    let producer = producer(pipeline, file)?;
    let checkout = repository::checkout(pipeline, repository::primary_input(producer)?)?;
    let build = action_files.build(pipeline_id, artifact.producer)?;
    Some(Built { workspace: action_files.workspace, checkout, build, file })
}

fn producer<'a>(pipeline: &'a Pipeline, file: &ArtifactFile) -> Option<&'a Action> {
    let artifact = pipeline.artifacts.get(file.artifact?)?;
    pipeline.actions.get(artifact.producer)
}

fn found(
    workspace: &Workspace,
    path: &Utf8Path,
    span: Span,
    packaging: Option<(Packaging, Arc<Build>)>,
) -> DeployedTemplate {
    let path = normalize(path).unwrap_or_else(|_| slashed(path));
    if workspace.is_own_document(&path) {
        return DeployedTemplate::Unknown;
    }
    match workspace.template(&path) {
        Ok(template) => DeployedTemplate::Found { path, template, packaging: packaging.map(Box::new) },
        Err(_) => DeployedTemplate::Missing(path, span),
    }
}

/// A file in the output of a build.
struct Built<'a> {
    workspace: &'a Workspace,
    /// The folder of the repository that the build works in.
    checkout: &'a Utf8Path,
    build: &'a Arc<Build>,
    file: &'a ArtifactFile,
}

impl Built<'_> {
    /// Returns the file that the commands of the build produce this file from, or the file at the same path of the
    /// repository.
    fn found_for(&self, pipeline: &Pipeline, action: &Action, path: &str) -> DeployedTemplate {
        let artifact = self.file.artifact.and_then(|id| pipeline.artifacts.get(id));
        let name = artifact.map(|artifact| artifact.name.node.as_str());
        let contents = self.build.spec.contents(name.filter(|_| action.outputs.len() > 1));
        let mut paths = contents.build_paths(path);
        if paths.is_empty() {
            paths.push(Utf8PathBuf::from(path));
        }
        for written in &paths {
            match self.build.commands.template_origin(written) {
                Some(TemplateOrigin::Synthesized) => return DeployedTemplate::Synthesized,
                Some(TemplateOrigin::Files(files)) => return self.packaged(&files, written),
                None => {}
            }
        }
        let copied = paths.iter().filter_map(|path| self.build.copied_from(path));
        let mut plain = copied.chain(paths.iter().cloned()).map(|path| self.checkout.join(path));
        match plain.find(|path| self.workspace.files().is_file(path)) {
            Some(path) => found(self.workspace, &path, self.file.path_span, None),
            None => DeployedTemplate::Unknown,
        }
    }

    /// Returns the first existing file of those that a packaging command may read.
    fn packaged(&self, files: &[Utf8PathBuf], written: &Utf8Path) -> DeployedTemplate {
        let here = |path: &Utf8PathBuf| self.checkout.join(path);
        let existing = files.iter().map(here).find(|path| self.workspace.files().is_file(path));
        let Some(path) = existing.or_else(|| files.first().map(here)) else { return DeployedTemplate::Unknown };
        let packaging = self.packaging_to(written);
        let span = packaging.as_ref().map_or(self.file.path_span, |packaging| {
            packaging.input.as_ref().map_or(packaging.span, |input| input.span)
        });
        found(self.workspace, &path, span, packaging.map(|packaging| (packaging, Arc::clone(self.build))))
    }

    /// Returns the command that writes a file, or otherwise the last one that packages anything.
    fn packaging_to(&self, written: &Utf8Path) -> Option<Packaging> {
        let names = |packaging: &&Packaging| {
            let output = packaging.output.as_ref().and_then(|output| output.word.literal());
            output.is_some_and(|output| written.ends_with(output.trim_start_matches("./")))
        };
        let commands = &self.build.commands.packagings;
        commands.iter().rev().find(names).or_else(|| commands.last()).cloned()
    }

    /// Returns the packaging command of the build that produces a file whose template is named elsewhere.
    fn packaging(&self) -> Option<Box<(Packaging, Arc<Build>)>> {
        let path = self.file.path.as_literal().unwrap_or_default();
        let packaging = self.packaging_to(Utf8Path::new(path))?;
        Some(Box::new((packaging, Arc::clone(self.build))))
    }
}
