//! The central object for every front end: converts a project's text to diagnostics and results. No I/O of its own.

mod deployment;
mod given;
mod modules;
mod own_template;
mod project;
mod size;
mod stages;
mod stored;
mod suppression;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::limits::limit;
use crate::check::{check, check_all};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit;
use crate::expand::UnusedInput;
use crate::format;
use crate::hir::{Hir, Kind, PipelineId};
use crate::plan::{self, Entity, Identity, Known, PipelinePlan, Plan, Site};
use crate::raise::raise;
use crate::render::Report;
use crate::resolve::Index;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::Parsed;
use crate::workspace::file_system::Tracked;
use crate::workspace::pipeline_document::DocumentKind;
use crate::workspace::{Lookups, ProjectFiles};

use own_template::OwnTemplate;
use stages::{Planned, Read};

pub use crate::emit::Drawing;
pub use deployment::{Asked, DeploymentPart, DeploymentStep, NoPart};
pub use project::{Entry, Project, SettingsFile};
pub use stages::CompilationInput;
pub use stored::{Answers, StoredResult};

/// What to build.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// A CloudFormation template with the pipeline and everything it needs.
    #[default]
    Cloudformation,
    /// The definition that `aws codepipeline create-pipeline --cli-input-json` takes.
    Codepipeline,
    /// A template with everything except the pipeline, with the names that the definition uses.
    Support,
}

/// The notation of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    #[default]
    Json,
    /// YAML.
    Yaml,
}

/// The options of one compilation, which win over the settings file.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What to build.
    pub target: Target,
    /// The account to build for, 12 digits.
    pub account: Option<String>,
    /// The Region to build for.
    pub region: Option<String>,
    /// Values of `option`s, as written on the command line; they win over those of files.
    pub options: BTreeMap<String, String>,
    /// Files with values of `option`s; a later one wins.
    pub values: Vec<ValuesFile>,
    /// Values of `param`s, as written on the command line.
    pub params: BTreeMap<String, String>,
    /// The only pipeline to build from a file with several.
    pub pipeline: Option<String>,
    /// Which support template to build.
    pub part: DeploymentPart,
    /// The kind of document, unless the entry file's name ends with `.pipe`. Default: determined by its content.
    pub document: Option<DocumentKind>,
}

/// A file with values of `option`s.
#[derive(Debug, Clone)]
pub struct ValuesFile {
    /// Its path, as messages show it; the extension determines the format.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The result of looking up a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleLookup {
    /// Every permission with the line that causes it, for people.
    Found(String),
    /// There is no such role; contains the names of the existing ones, in order.
    Unknown(Vec<String>),
}

/// The results of checking an entry file and everything that it reads.
#[derive(Debug)]
pub struct CheckResult {
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
    unknown_inputs: Vec<UnusedInput>,
    pipelines: Vec<String>,
    lookups: Lookups,
}

/// An entry file, processed by every stage that its errors allow.
#[derive(Debug)]
pub struct Compilation {
    result: CheckResult,
    /// The span of the whole entry file.
    entry: Span,
    /// The parsed entry file and its imports; the entry file comes last.
    trees: Vec<Arc<Parsed>>,
    names: Index,
    hir: Hir,
    plan: Plan,
    target: Target,
    known: Known,
    pipeline: Option<String>,
    part: DeploymentPart,
    own_template: Option<OwnTemplate>,
    is_document: bool,
    files: Arc<ProjectFiles>,
}

impl CheckResult {
    /// Returns all diagnostics in reading order, with their severities according to the settings.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns every file that was read.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// Returns the values of the request that no `option` or `param` of the file takes. Those of the settings are for
    /// every file of the project, so one file need not take them.
    pub fn unknown_inputs(&self) -> &[UnusedInput] {
        &self.unknown_inputs
    }

    /// Returns the names of the pipelines in AWS, as far as they are known.
    pub fn pipelines(&self) -> &[String] {
        &self.pipelines
    }
}

/// The kinds of resources in a support template that a definition can refer to, in the order in which they are listed;
/// action types, roles, and projects follow.
const COMPANIONS_FIRST: [Kind; 5] = [Kind::Bucket, Kind::Key, Kind::Topic, Kind::Connection, Kind::Repository];

impl Compilation {
    /// Runs the stages for an entry file.
    pub fn new(input: CompilationInput<'_>) -> Self {
        let mut read = input.read();
        let names = read.resolve();
        let built = input.build(read, names);
        let planned = input.plan(&built);
        let found = check(&input.subject(&built, &planned));
        let planned = planned.into_owned();
        input.finish(built, planned, found)
    }

    /// Runs the stages for several entry files, each stage and each rule for all of them before the next: a file runs
    /// through more code than the caches of a processor hold, most of which the next file needs again.
    pub fn all(inputs: Vec<CompilationInput<'_>>) -> Vec<Self> {
        let mut read: Vec<_> = inputs.iter().map(CompilationInput::read).collect();
        let names: Vec<_> = read.iter_mut().map(Read::resolve).collect();
        let read = read.into_iter().zip(names);
        let built: Vec<_> = inputs.iter().zip(read).map(|(input, (read, names))| input.build(read, names)).collect();
        let planned: Vec<_> = inputs.iter().zip(&built).map(|(input, built)| input.plan(built)).collect();
        let subjects = inputs.iter().zip(built.iter().zip(&planned));
        let subjects: Vec<_> = subjects.map(|(input, (built, planned))| input.subject(built, planned)).collect();
        let found = check_all(&subjects);
        let planned: Vec<_> = planned.into_iter().map(Planned::into_owned).collect();
        let ends = inputs.into_iter().zip(built).zip(planned.into_iter().zip(found));
        ends.map(|((input, built), (planned, found))| input.finish(built, planned, found)).collect()
    }

    /// Returns whether the entry file is a template or definition, not a `.pipe` file.
    pub fn is_document(&self) -> bool {
        self.is_document
    }

    /// Returns the results of checking.
    pub fn result(&self) -> &CheckResult {
        &self.result
    }

    /// Returns the results of checking, if nothing is to be built.
    pub fn into_result(self) -> CheckResult {
        self.result
    }

    /// Returns the diagnostics in reading order, with their severities according to the settings.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.result.diagnostics
    }

    /// Returns every file that was read.
    pub fn sources(&self) -> &SourceMap {
        &self.result.sources
    }

    /// Returns every file of the project that version control does not ignore.
    pub fn tracked(&self) -> Arc<Tracked> {
        self.files.system().tracked()
    }

    /// Returns the diagnostics with the texts that they point into.
    pub fn report(&self) -> Report<'_> {
        Report { sources: self.sources(), diagnostics: self.diagnostics() }
    }

    /// Returns whether errors prevent building.
    pub fn has_errors(&self) -> bool {
        self.diagnostics().iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns the entry file.
    pub fn entry(&self) -> FileId {
        self.entry.file
    }

    /// Returns the parsed text of a `.pipe` file: the entry file, or one that it imports.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Parsed>> {
        self.trees.iter().find(|tree| tree.ast.span.file == file && !self.is_document)
    }

    /// Returns what every identifier refers to.
    pub fn names(&self) -> &Index {
        &self.names
    }

    /// Returns the resolved file.
    pub fn hir(&self) -> &Hir {
        &self.hir
    }

    /// Returns the plan: what it needs in AWS.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns whether a pipeline of the file deploys the template that is built from the file.
    pub fn updates_itself(&self) -> bool {
        self.own_template.is_some()
    }

    /// Returns the name of the stack to which a pipeline of the file deploys the file's own template.
    pub fn own_stack(&self) -> Option<&str> {
        self.own_template.as_ref()?.stack.as_deref()
    }

    /// Returns the names of the pipelines, in order.
    pub fn pipelines(&self) -> impl Iterator<Item = &str> {
        self.plan.pipelines.iter().map(|pipeline| pipeline.name.as_str())
    }

    /// Returns whether a pipeline has a name, in AWS or in the file.
    pub fn has_pipeline(&self, name: &str) -> bool {
        self.plan.pipelines.iter().any(|pipeline| pipeline.is_called(name))
    }

    /// Returns the text of the target; `None` if there are errors, no pipeline, or several for a target that takes one.
    pub fn build(&self, notation: Notation) -> Option<String> {
        if self.has_errors() || self.plan.pipelines.is_empty() {
            return None;
        }
        let document = self.document()?;
        Some(match notation {
            Notation::Json => json(&document, self.target),
            Notation::Yaml => emit::yaml(&document),
        })
    }

    /// Returns the target as JSON, even if there are errors: for comparisons, not for deployment.
    pub fn draft(&self) -> Option<String> {
        self.document().map(|document| emit::compact_json_text(&document))
    }

    fn document(&self) -> Option<serde_json::Value> {
        Some(match self.target {
            Target::Cloudformation => emit::template(&self.plan).into_json(),
            Target::Support => match self.site().ok()? {
                Site::Home => emit::support(&self.plan).into_json(),
                site => emit::support_of(&self.plan, &site).into_json(),
            },
            Target::Codepipeline => emit::pipeline_json(&self.plan, self.one_pipeline()?, &self.known),
        })
    }

    /// Returns the requested pipeline, or the only one.
    fn one_pipeline(&self) -> Option<&PipelinePlan> {
        match (&self.pipeline, self.plan.pipelines.as_slice()) {
            (Some(name), pipelines) => pipelines.iter().find(|pipeline| pipeline.is_called(name)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Returns the kinds and names of the resources in the support template; the pipeline's definition refers to most
    /// of them by these names.
    pub fn companions(&self) -> Vec<(&'static str, String)> {
        let plan = &*self.plan.seen_from(&Site::Home);
        let owned = |node: Entity| plan.identity(node).is_some_and(Identity::is_owned);
        let named = |entity: Entity| {
            let name = plan.name(entity).filter(|_| owned(entity))?;
            Some((entity.word(), plan.text(&name, &self.known).0))
        };
        let of_kind = |kind| plan.entities(kind).filter_map(named);
        let mut all: Vec<_> = COMPANIONS_FIRST.into_iter().flat_map(of_kind).collect();
        all.extend(plan.action_types.iter().map(|made| (Kind::Provider.word(), made.id.provider.clone())));
        all.extend([Kind::Role, Kind::Project].into_iter().flat_map(of_kind));
        all
    }

    /// Returns the logical IDs of the resources that files of the repository add to the support template.
    pub fn extra_resources(&self) -> impl Iterator<Item = &str> {
        self.plan.extra.of(plan::Section::Resources).map(|entry| entry.name.node.as_str())
    }

    /// Returns the file with all shorthands expanded, as `.pipe` text; `None` if there are errors or nothing is
    /// declared.
    pub fn expand(&self) -> Option<String> {
        let text =
            if self.has_errors() { String::new() } else { format::print(&raise(&self.hir, &self.plan, self.entry)) };
        (!text.is_empty()).then_some(text)
    }

    /// Returns the kinds and names of the resources in the support template that are attached to the requested
    /// pipeline: the definition does not refer to them.
    pub fn attached(&self) -> Vec<(&'static str, String)> {
        let plan = &self.plan;
        let Some(pipeline) = self.one_pipeline() else { return Vec::new() };
        let wanted = |id: PipelineId| plan.pipelines[id].name == pipeline.name;
        let rules = plan.rules.iter().filter(|rule| wanted(rule.pipeline)).map(|rule| ("event rule", &rule.identity));
        let told = plan.notifications.iter().filter(|it| wanted(it.pipeline));
        let told = told.map(|it| ("notification", &it.identity));
        let webhooks = plan.webhooks.iter().filter(|it| wanted(it.pipeline)).map(|it| ("webhook", &it.identity));
        let dashboards = plan.dashboards.iter().filter(|it| wanted(it.pipeline));
        let dashboards = dashboards.map(|it| ("dashboard", &it.identity));
        let named = |(kind, identity): (&'static str, &Identity)| {
            Some((kind, plan.text(identity.name.as_ref()?, &self.known).0))
        };
        rules.chain(told).chain(webhooks).chain(dashboards).filter_map(named).collect()
    }

    /// Returns the stages of the requested pipeline with a disabled inbound transition, each with the reason: the
    /// definition has no field for them.
    pub fn disabled_stages(&self) -> Vec<(&str, &str)> {
        let stages = self.one_pipeline().into_iter().flat_map(|pipeline| &pipeline.stages);
        stages.filter_map(|stage| Some((stage.name.as_str(), stage.disabled.as_deref()?))).collect()
    }

    /// Returns whether the requested pipeline starts an execution after it is updated: the definition has no field for
    /// that either.
    pub fn restarts(&self) -> bool {
        self.one_pipeline().is_some_and(PipelinePlan::restarts)
    }

    /// Returns the name of the requested pipeline, or of the only one.
    pub fn pipeline_name(&self) -> Option<&str> {
        self.one_pipeline().map(|pipeline| pipeline.name.as_str())
    }

    /// Returns the pipelines as a drawing; `None` if there are errors or no pipeline.
    pub fn graph(&self, drawing: Drawing) -> Option<String> {
        (!self.has_errors() && !self.plan.pipelines.is_empty()).then(|| emit::graph(&self.plan, drawing))
    }

    /// Returns the permissions of a role, by its name; `None` if there are errors.
    pub fn role(&self, name: &str) -> Option<RoleLookup> {
        if self.has_errors() {
            return None;
        }
        Some(match self.plan.role_named(name) {
            Some(role) => RoleLookup::Found(emit::explain_role(&self.plan, role, self.sources())),
            None => RoleLookup::Unknown(self.plan.roles.iter().map(|role| role.display.clone()).collect()),
        })
    }

    /// Returns the names of all roles, in order; `None` if there are errors.
    pub fn roles(&self) -> Option<Vec<&str>> {
        (!self.has_errors()).then(|| self.plan.roles.iter().map(|role| role.display.as_str()).collect())
    }
}

/// Returns indented JSON, or compact JSON if CloudFormation would reject so large a template.
fn json(document: &serde_json::Value, target: Target) -> String {
    let text = emit::json_text(document);
    let past = limit("template-bytes").is_some_and(|limit| text.len() > limit.looser());
    if past && target != Target::Codepipeline { emit::compact_json_text(document) } else { text }
}

/// Returns whether a text seems to define a pipeline: a line starts with the word. This works for invalid text too, so
/// that a mistake in the header does not hide the file.
pub fn holds_pipeline(text: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix("pipeline");
        rest.is_some_and(|rest| rest.starts_with(|next: char| next.is_whitespace() || matches!(next, '"' | '{')))
    })
}

#[cfg(test)]
mod tests {
    use super::holds_pipeline;

    #[test]
    fn tells_entry_files_from_libraries() {
        assert!(holds_pipeline("// text\npipeline App {}"));
        assert!(holds_pipeline("if x {\n\tpipeline \"a b\" {\n"));
        assert!(!holds_pipeline("component C() {\n  pipelines = 1\n}\n"));
        assert!(!holds_pipeline("// the pipeline App\n"));
    }
}
