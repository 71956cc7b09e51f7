//! The central object for every front end: converts a project's text to diagnostics and results. No I/O of its own.

mod deployment;
mod given;
mod modules;
mod own_template;
mod project;
mod size;
mod stored;
mod suppression;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::build::build;
use crate::catalog::limits::limit;
use crate::check::{PipelineDocument, Shared, Subject, check, is_about_documents, unlisted_region};
use crate::decompile::Wording;
use crate::diagnostic::families::phases;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::emit;
use crate::expand::UnusedInput;
use crate::format;
use crate::hir::{Hir, Kind, PipelineId};
use crate::plan::{self, ActionFiles, Entity, Identity, Known, PipelinePlan, Plan, Site, World};
use crate::raise::raise;
use crate::render::Report;
use crate::resolve::{Index, Resolved, resolve};
use crate::settings::Settings;
use crate::source::{FileId, SourceMap, Span, Spanned};
use crate::syntax::{Parsed, rewrite};
use crate::workspace::document::first_alias;
use crate::workspace::pipeline_document::{ARE_COMPILED, DocumentKind};
use crate::workspace::{Lookups, Workspace};

use modules::{Checkout, Loader};
use own_template::OwnTemplate;

pub use crate::emit::Drawing;
pub use deployment::{Asked, DeploymentPart, DeploymentStep, NoPart};
pub use project::{Entry, Project, SettingsFile};
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
    /// Runs the stages for an entry file of the workspace. The files of all diagnostics, including those of the
    /// settings, belong to the workspace's sources.
    pub fn new(workspace: Workspace, entry: FileId, settings: &Settings, request: &Request) -> Self {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(settings.diagnostics.iter().cloned());
        let mut loader = Loader::load(&workspace, entry, request.document);
        diagnostics.extend(std::mem::take(&mut loader.diagnostics));
        let values = given::files(&workspace, request);
        let modules = loader.modules();
        let Resolved { index: names, diagnostics: unknown } = resolve(&modules);
        diagnostics.extend(unknown);
        let built = build(&modules, &names, &given::inputs(settings, &values, request));
        diagnostics.extend(built.diagnostics);
        diagnostics.extend(given::unknown(&values, &built.unused_inputs, request));
        diagnostics.extend(values.diagnostics);
        let wording = loader.wording.take().filter(|_| ARE_COMPILED);
        let folder = loader.folder.take();
        let trees = loader.into_trees();
        let mut hir = built.hir;
        if let Some(Checkout(folder)) = folder {
            hir.set_checkout(folder.as_deref());
        }
        let world = if request.target == Target::Cloudformation { World::Template } else { World::Split };
        let own = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.node.clone());
        let asked = Known { account: request.account.clone(), region: request.region.clone() };
        let settled = Known { account: own(&settings.account), region: own(&settings.region) };
        let known = plan::home(&hir, asked, settled);
        let own_template = own_template::of(&hir, &workspace, entry);
        let action_files = &ActionFiles::new(&hir, &workspace);
        let plan = match &own_template {
            Some(own) => own.plan(&hir, &workspace, world, &known),
            None => plan::plan(action_files, world, &known),
        };
        let document = wording.as_ref().map(|_| workspace.document_of(entry));
        let findings = document.as_ref().map_or(&[][..], |document| &document.findings);
        let root = document.as_ref().and_then(|document| document.root.as_ref());
        let kind = wording.as_ref().map(|wording| wording.kind);
        let document = root.zip(kind).map(|(root, kind)| PipelineDocument { root, kind, findings });
        let shared = &Shared::default();
        let subject = Subject { hir: &hir, plan: &plan, workspace: &workspace, action_files, document, shared };
        diagnostics.extend(check(&subject));
        finish_wording(&mut diagnostics, wording.as_ref().zip(document), &workspace.sources());
        diagnostics.extend(unknown_regions(&hir, settings, request));
        if request.target == Target::Codepipeline && !diagnostics.has_errors() {
            let missing = plan::unresolved(&plan, request.pipeline.as_deref(), &known);
            diagnostics.extend(missing.iter().map(|(span, what)| phases::unknown_for_json(what, *span)));
            let left_out = plan::left_out(&plan, request.pipeline.as_deref(), &known).filter(|_| missing.is_empty());
            let left_out = left_out.map(|(it, condition)| phases::left_out(&it.name, condition, it.identity.span));
            diagnostics.extend(left_out);
        }
        let commented = suppression::documents(&workspace, entry);
        let (sources, lookups) = workspace.into_parts();
        if !diagnostics.has_errors() {
            diagnostics.extend(size::check(&plan, &sources, request.target));
        }
        let mut diagnostics = diagnostics.without_moot().into_sorted(&sources);
        suppression::apply(&mut diagnostics, &sources, &trees, &commented, entry);
        let asked = |input: &UnusedInput| given::is_asked(request, input);
        Self {
            entry: Span::new(entry, 0, sources.file(entry).text().len()),
            result: CheckResult {
                sources,
                diagnostics: settings.apply(diagnostics),
                unknown_inputs: built.unused_inputs.into_iter().filter(asked).collect(),
                pipelines: plan.pipelines.iter().map(|pipeline| pipeline.name.clone()).collect(),
                lookups,
            },
            trees,
            // A document has no names of the language.
            names: if wording.is_some() { Index::default() } else { names },
            hir,
            plan,
            target: request.target,
            known,
            pipeline: request.pipeline.clone(),
            part: request.part.clone(),
            own_template,
            is_document: wording.is_some(),
        }
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
            Target::Cloudformation => emit::template(&self.plan).to_json(),
            Target::Support => match self.site().ok()? {
                Site::Home => emit::support(&self.plan).to_json(),
                site => emit::support_of(&self.plan, &site).to_json(),
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

/// Converts diagnostics to the words of a document, or writes the edits of a `.pipe` file.
fn finish_wording(
    diagnostics: &mut Diagnostics,
    document: Option<(&Wording, PipelineDocument<'_>)>,
    sources: &SourceMap,
) {
    let Some((wording, PipelineDocument { root, findings, .. })) = document else {
        diagnostics.each_from(0, |found| found.write_intents(|intent| rewrite::edits(intent, sources)));
        return;
    };
    diagnostics.each_from(0, |found| wording.apply(found, is_about_documents(found.rule), root, sources));
    // Rules about documents report a value in the words of the document.
    let is_of_value = |found: &Diagnostic| matches!(found.code, Code::E0101 | Code::E0106 | Code::E0107);
    let of_documents = diagnostics.iter().filter(|found| is_about_documents(found.rule) && is_of_value(found));
    let reported: Vec<Span> = of_documents.map(|found| found.primary.span).collect();
    diagnostics.retain(|found| {
        let is_own = is_about_documents(found.rule);
        Wording::is_about(found, is_own) && (is_own || !reported.contains(&found.primary.span))
    });
    if first_alias(findings).is_some() {
        // The text at a span may also be the value of other nodes.
        diagnostics.each_from(0, |found| found.edits.clear());
    }
}

/// Reports Regions of the settings and of the request that AWS does not list.
fn unknown_regions(hir: &Hir, settings: &Settings, request: &Request) -> Vec<Diagnostic> {
    let settled = settings.region.as_ref().and_then(|it| unlisted_region(&it.node, it.span, Some("\"")));
    let built_for = hir.pipelines.first().map(|pipeline| pipeline.symbol.span);
    let asked = request.region.as_deref().zip(built_for).and_then(|(code, place)| unlisted_region(code, place, None));
    settled.into_iter().chain(asked).collect()
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
