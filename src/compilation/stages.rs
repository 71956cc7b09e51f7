//! The stages of a compilation for one entry file. Each takes what the previous one made.

use std::sync::Arc;

use crate::build::build;
use crate::check::{PipelineDocument, Shared, Subject, is_about_documents, unlisted_region};
use crate::decompile::Wording;
use crate::diagnostic::families::phases;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::expand::UnusedInput;
use crate::hir::Hir;
use crate::plan::{self, ActionFiles, Known, Plan, World};
use crate::resolve::{Index, Resolved, resolve};
use crate::settings::{Settings, Values};
use crate::source::{FileId, SourceMap, Span, Spanned};
use crate::syntax::{Parsed, rewrite};
use crate::workspace::Workspace;
use crate::workspace::document::{Document, first_alias, looks_like_json};
use crate::workspace::pipeline_document::ARE_COMPILED;

use super::modules::{Checkout, Loader};
use super::own_template::{self, OwnTemplate};
use super::{CheckResult, Compilation, Request, Target, given, size, suppression};

/// An entry file of a workspace, and what its compilation depends on. The files of all diagnostics, including those of
/// the settings, belong to the workspace's sources.
#[derive(Debug)]
pub struct CompilationInput<'a> {
    /// The view of the project.
    pub workspace: Workspace,
    /// The entry file.
    pub entry: FileId,
    /// The settings for it.
    pub settings: &'a Settings,
    /// What is asked for.
    pub request: &'a Request,
}

/// An entry file and what it imports, as text and trees.
pub(super) struct Read<'a> {
    loader: Loader<'a>,
    values: Values,
    diagnostics: Diagnostics,
}

/// The resolved pipelines.
pub(super) struct Built {
    hir: Hir,
    names: Index,
    trees: Vec<Arc<Parsed>>,
    unused_inputs: Vec<UnusedInput>,
    /// The words of a document, and its tree.
    document: Option<(Wording, Arc<Document>)>,
    diagnostics: Diagnostics,
}

/// The plan, and what the rules also read.
pub(super) struct Planned<'a> {
    action_files: ActionFiles<'a>,
    shared: Shared,
    owned: PlannedOwned,
}

/// The plan, without references to the stages before.
pub(super) struct PlannedOwned {
    plan: Plan,
    known: Known,
    own_template: Option<OwnTemplate>,
}

impl Planned<'_> {
    pub(super) fn into_owned(self) -> PlannedOwned {
        self.owned
    }
}

impl Read<'_> {
    pub(super) fn resolve(&mut self) -> Index {
        let Resolved { index, diagnostics } = resolve(&self.loader.modules());
        self.diagnostics.extend(diagnostics);
        index
    }
}

impl Built {
    fn pipeline_document(&self) -> Option<(&Wording, PipelineDocument<'_>)> {
        let (wording, document) = self.document.as_ref()?;
        let root = document.root.as_ref()?;
        Some((wording, PipelineDocument { root, kind: wording.kind, findings: &document.findings }))
    }
}

impl CompilationInput<'_> {
    pub(super) fn read(&self) -> Read<'_> {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(self.settings.diagnostics.iter().cloned());
        let mut loader = Loader::load(&self.workspace, self.entry, self.request.document);
        diagnostics.extend(std::mem::take(&mut loader.diagnostics));
        Read { loader, values: given::files(&self.workspace, self.request), diagnostics }
    }

    pub(super) fn build(&self, read: Read<'_>, names: Index) -> Built {
        let Read { mut loader, values, mut diagnostics } = read;
        let built = build(&loader.modules(), &names, &given::inputs(self.settings, &values, self.request));
        diagnostics.extend(built.diagnostics);
        diagnostics.extend(given::unknown(&values, &built.unused_inputs, self.request));
        diagnostics.extend(values.diagnostics);
        let wording = loader.wording.take().filter(|_| ARE_COMPILED);
        let mut hir = built.hir;
        if let Some(Checkout(folder)) = loader.folder.take() {
            hir.set_checkout(folder.as_deref());
        }
        let document = wording.map(|wording| (wording, self.workspace.document_of(self.entry)));
        let trees = loader.into_trees();
        Built { hir, names, trees, unused_inputs: built.unused_inputs, document, diagnostics }
    }

    pub(super) fn plan<'b>(&'b self, built: &'b Built) -> Planned<'b> {
        let (hir, workspace, request) = (&built.hir, &self.workspace, self.request);
        let world = if request.target == Target::Cloudformation { World::Template } else { World::Split };
        let own = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.node.clone());
        let asked = Known { account: request.account.clone(), region: request.region.clone() };
        let settled = Known { account: own(&self.settings.account), region: own(&self.settings.region) };
        let known = plan::home(hir, asked, settled);
        let own_template = own_template::of(hir, workspace, self.entry);
        let action_files = ActionFiles::new(hir, workspace);
        let plan = match &own_template {
            Some(own) => own.plan(hir, workspace, world, &known),
            None => plan::plan(&action_files, world, &known),
        };
        Planned { action_files, shared: Shared::default(), owned: PlannedOwned { plan, known, own_template } }
    }

    /// Returns the input of the rules.
    pub(super) fn subject<'b>(&'b self, built: &'b Built, planned: &'b Planned<'b>) -> Subject<'b> {
        Subject {
            hir: &built.hir,
            plan: &planned.owned.plan,
            workspace: &self.workspace,
            action_files: &planned.action_files,
            document: built.pipeline_document().map(|(_, document)| document),
            shared: &planned.shared,
        }
    }

    /// Returns the compilation with what the rules found.
    pub(super) fn finish(self, mut built: Built, planned: PlannedOwned, found: Diagnostics) -> Compilation {
        let Self { workspace, entry, settings, request } = self;
        let PlannedOwned { plan, known, own_template } = planned;
        let mut diagnostics = std::mem::take(&mut built.diagnostics);
        diagnostics.extend(found);
        finish_wording(&mut diagnostics, built.pipeline_document(), &workspace.sources());
        diagnostics.extend(unknown_regions(&built.hir, settings, request));
        if request.target == Target::Codepipeline && !diagnostics.has_errors() {
            let missing = plan::unresolved(&plan, request.pipeline.as_deref(), &known);
            diagnostics.extend(missing.iter().map(|(span, what)| phases::unknown_for_json(what, *span)));
            let left_out = plan::left_out(&plan, request.pipeline.as_deref(), &known).filter(|_| missing.is_empty());
            let left_out = left_out.map(|(it, condition)| phases::left_out(&it.name, condition, it.identity.span));
            diagnostics.extend(left_out);
        }
        let commented = suppression::documents(&workspace, entry);
        let (files, sources, lookups) = workspace.into_parts();
        if !diagnostics.has_errors() {
            diagnostics.extend(size::check(&plan, &sources, request.target));
        }
        let mut diagnostics = diagnostics.without_moot().into_sorted(&sources);
        let Built { hir, names, trees, unused_inputs, document, .. } = built;
        suppression::apply(&mut diagnostics, &sources, &trees, &commented, entry);
        let asked = |input: &UnusedInput| given::is_asked(request, input);
        Compilation {
            entry: Span::new(entry, 0, sources.file(entry).text().len()),
            result: CheckResult {
                sources,
                diagnostics: settings.apply(diagnostics),
                unknown_inputs: unused_inputs.into_iter().filter(asked).collect(),
                pipelines: plan.pipelines.iter().map(|pipeline| pipeline.name.clone()).collect(),
                lookups,
            },
            trees,
            // A document has no names of the language.
            names: if document.is_some() { Index::default() } else { names },
            hir,
            plan,
            target: request.target,
            known,
            pipeline: request.pipeline.clone(),
            part: request.part.clone(),
            own_template,
            is_document: document.is_some(),
            files,
        }
    }
}

/// Converts diagnostics to the words of a document, or writes the edits of a `.pipe` file.
fn finish_wording(
    diagnostics: &mut Diagnostics,
    document: Option<(&Wording, PipelineDocument<'_>)>,
    sources: &SourceMap,
) {
    diagnostics.each_from(0, |found| found.choose_notation(|file| looks_like_json(sources.file(file).text())));
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
