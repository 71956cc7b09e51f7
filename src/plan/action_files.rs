//! The files of the repository that the actions use: buildspecs, templates, contents of artifacts. Each is looked up
//! once in a compilation, on first use; the plan and the checks share the result.

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::hir::{ActionId, Arena, ArtifactFile, ArtifactId, ConditionRule, Hir, Pipeline, PipelineId};
use crate::workspace::artifact::Presence;
use crate::workspace::document::Document;
use crate::workspace::file_system::normalize;
use crate::workspace::{Build, EditedFile, Workspace};

use super::nested::StackTree;
use super::repository::{self, Contents, StatedBy};
use super::task_definition::{self, TaskDefinition};
use super::templates::{self, DeployedTemplate};

/// The files of the repository that the actions of a file use.
pub struct ActionFiles<'a> {
    /// The file.
    pub hir: &'a Hir,
    /// The user's repository.
    pub workspace: &'a Workspace,
    found: Arena<PipelineId, OfPipeline>,
}

struct OfPipeline {
    actions: Arena<ActionId, OfAction>,
    artifacts: Arena<ArtifactId, OnceCell<Contents>>,
}

#[derive(Default)]
struct OfAction {
    build: OnceCell<Option<Arc<Build>>>,
    of_batch: OnceCell<Vec<Arc<Build>>>,
    commands: OnceCell<Option<Arc<Build>>>,
    template: OnceCell<DeployedTemplate>,
    tree: OnceCell<Option<StackTree>>,
    task: OnceCell<Option<TaskDefinition>>,
}

impl OfPipeline {
    fn new(pipeline: &Pipeline) -> Self {
        Self {
            actions: pipeline.actions.iter().map(|_| OfAction::default()).collect(),
            artifacts: pipeline.artifacts.iter().map(|_| OnceCell::new()).collect(),
        }
    }
}

impl fmt::Debug for ActionFiles<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ActionFiles").field("workspace", self.workspace).finish_non_exhaustive()
    }
}

impl<'a> ActionFiles<'a> {
    /// Creates a table without files. They are read on first use.
    pub fn new(hir: &'a Hir, workspace: &'a Workspace) -> Self {
        Self { hir, workspace, found: hir.pipelines.iter().map(OfPipeline::new).collect() }
    }

    /// Returns the buildspec of a CodeBuild action with an analysis of its commands, or `None` if it cannot be read.
    pub fn build(&self, pipeline: PipelineId, action: ActionId) -> Option<&Arc<Build>> {
        let read = || {
            let of_pipeline = &self.hir.pipelines[pipeline];
            let own = &of_pipeline.actions[action];
            if let Some(place) = repository::buildspec(self.hir, of_pipeline, own) {
                return repository::read(self.workspace, place);
            }
            // A build can pass on a buildspec of the repository.
            let (artifact, path) = repository::buildspec_in_artifact(self.hir, own)?;
            let producer = of_pipeline.artifacts.get(artifact)?.producer;
            if producer == action {
                return None;
            }
            let path = self.repository_file_in(pipeline, artifact, path)?;
            repository::read(self.workspace, repository::BuildspecPlace::File { path, named: None })
        };
        self.found[pipeline].actions[action].build.get_or_init(read).as_ref()
    }

    /// Returns the buildspecs whose commands a CodeBuild action runs: its own, and those of the builds of its batch.
    pub fn builds(&self, pipeline: PipelineId, action: ActionId) -> impl Iterator<Item = &Arc<Build>> {
        let own = self.build(pipeline, action);
        let batch = own.and_then(|build| repository::batch(&self.hir.pipelines[pipeline].actions[action], build));
        let runs_own = !batch.is_some_and(|batch| batch.only_others);
        let others = batch.map_or(&[][..], |batch| {
            let read = || repository::builds_of_batch(self, &self.hir.pipelines[pipeline], action, batch);
            self.found[pipeline].actions[action].of_batch.get_or_init(read)
        });
        own.into_iter().filter(move |_| runs_own).chain(others)
    }

    /// Returns the commands in the configuration of an action as a build, or `None` if the action has none.
    pub fn own_commands(&self, pipeline: PipelineId, action: ActionId) -> Option<&Arc<Build>> {
        let read =
            || repository::own_commands(self.workspace, &self.hir.pipelines[pipeline].actions[action]).map(Arc::new);
        self.found[pipeline].actions[action].commands.get_or_init(read).as_ref()
    }

    /// Returns the buildspec of the project that a rule of a condition runs.
    pub fn build_of_rule(&self, pipeline: PipelineId, rule: &ConditionRule) -> Option<Arc<Build>> {
        let place = repository::buildspec_of_rule(self.hir, &self.hir.pipelines[pipeline], rule)?;
        repository::read(self.workspace, place)
    }

    /// Returns the template that an action deploys.
    pub fn template(&self, pipeline: PipelineId, action: ActionId) -> &DeployedTemplate {
        let find = || templates::deployed_template(self, pipeline, action);
        self.found[pipeline].actions[action].template.get_or_init(find)
    }

    /// Returns the template that a file of an artifact is, or is produced from.
    pub fn template_in(&self, pipeline: PipelineId, file: &ArtifactFile) -> Option<DeployedTemplate> {
        templates::template_in(self, pipeline, file)
    }

    /// Returns the template that an action deploys, with its nested stacks, or `None` if it was not found.
    pub fn tree(&self, pipeline: PipelineId, action: ActionId) -> Option<&StackTree> {
        let follow = || match self.template(pipeline, action) {
            DeployedTemplate::Found { path, template, .. } => {
                Some(StackTree::new(self.workspace, path, Arc::clone(template)))
            }
            _ => None,
        };
        self.found[pipeline].actions[action].tree.get_or_init(follow).as_ref()
    }

    /// Returns the task definition that an action registers, if its file is in the repository.
    pub fn task_definition(&self, pipeline: PipelineId, action: ActionId) -> Option<&TaskDefinition> {
        let read = || task_definition::of_file(self, pipeline, action);
        self.found[pipeline].actions[action].task.get_or_init(read).as_ref()
    }

    /// Returns the file of the repository that becomes a file of an artifact: of a checkout, or of a build whose
    /// commands do not mention it or only copy it.
    pub fn repository_file(&self, pipeline: PipelineId, file: &ArtifactFile) -> Option<Utf8PathBuf> {
        self.repository_file_in(pipeline, file.artifact?, file.path.as_literal()?)
    }

    /// Returns the file of the repository that is at a path of an artifact.
    pub fn repository_file_in(&self, pipeline_id: PipelineId, id: ArtifactId, path: &str) -> Option<Utf8PathBuf> {
        let pipeline = &self.hir.pipelines[pipeline_id];
        if let Some(folder) = repository::checkout(pipeline, id) {
            return normalize(&folder.join(path)).ok();
        }
        let artifact = pipeline.artifacts.get(id)?;
        let producer = pipeline.actions.get(artifact.producer)?;
        let folder = repository::checkout(pipeline, repository::primary_input(producer)?)?;
        // The declared files of another program's output are assumed to come from the same path of the source, if it
        // exists.
        if !producer.action_type.runs_project()
            && matches!(self.contents(pipeline_id, id).stated_by, StatedBy::Declared)
        {
            let held = matches!(self.contents(pipeline_id, id).files.contains(path), Presence::Present(_));
            return Some(folder.join(path)).filter(|path| held && self.workspace.files().is_file(path));
        }
        let build = self.build(pipeline_id, artifact.producer)?;
        let name = path.rsplit('/').next()?;
        if repository::is_batch(producer) || !repository::is_sound(build) {
            return None;
        }
        let section = Some(artifact.name.node.as_str()).filter(|_| producer.outputs.len() > 1);
        let paths = build.spec.contents(section).build_paths(path);
        let copied = paths.iter().filter_map(|path| build.copied_from(path)).map(|source| folder.join(source));
        if let Some(source) = copied.into_iter().find(|path| self.workspace.files().is_file(path)) {
            return Some(source);
        }
        if build.may_change(name) {
            return None;
        }
        paths.iter().map(|path| folder.join(path)).find(|path| self.workspace.files().is_file(path))
    }

    /// Returns the file of the repository that the commands of a build copy to a path of an artifact with other values; its
    /// path counts from the root.
    pub fn edited_file_in(&self, pipeline_id: PipelineId, id: ArtifactId, path: &str) -> Option<EditedFile> {
        let pipeline = &self.hir.pipelines[pipeline_id];
        let artifact = pipeline.artifacts.get(id)?;
        let producer = pipeline.actions.get(artifact.producer)?;
        let folder = repository::checkout(pipeline, repository::primary_input(producer)?)?;
        let build = self.build(pipeline_id, artifact.producer)?;
        if repository::is_batch(producer) || !repository::is_sound(build) {
            return None;
        }
        let section = Some(artifact.name.node.as_str()).filter(|_| producer.outputs.len() > 1);
        let paths = build.spec.contents(section).build_paths(path);
        let edited = paths.iter().find_map(|path| build.edited(path))?;
        let source = normalize(&folder.join(&edited.source)).ok()?;
        self.workspace.files().is_file(&source).then(|| edited.at(source))
    }

    /// Reads the YAML or JSON file that becomes a file of an artifact. What commands replace in it is unknown.
    pub fn document(&self, pipeline: PipelineId, file: &ArtifactFile) -> Option<(Utf8PathBuf, Arc<Document>)> {
        if let Some(path) = self.repository_file(pipeline, file) {
            let document = self.workspace.document(&path).ok()?;
            return Some((path, document));
        }
        let edited = self.edited_file_in(pipeline, file.artifact?, file.path.as_literal()?)?;
        let document = self.workspace.document(&edited.source).ok()?;
        let document = document.with_unknown(&|value| edited.changes(value)).filter(|it| it.error.is_none())?;
        Some((edited.source, Arc::new(document)))
    }

    /// The contents of an artifact.
    pub fn contents(&self, pipeline: PipelineId, artifact: ArtifactId) -> &Contents {
        let find = || repository::contents(self, pipeline, artifact);
        self.found[pipeline].artifacts[artifact].get_or_init(find)
    }
}
