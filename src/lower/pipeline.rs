//! Pipelines: a draft that names everything first, then the values.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::{self, PipelineType, Slot};
use crate::diagnostic::families::{artifacts, names, stacks};
use crate::hir::{
    Action, ActionId, Artifact, ArtifactId, ArtifactStore, BOUNDARY, EnvironmentId, Pipeline, StackPair, Stage, Step,
    Value, ValueKind, Variable,
};
use crate::resolve::place::Place;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ParamKind, Stmt, StmtKind};

use super::Lowerer;
use super::action::ActionDraft;
use super::attributes::{Attributes, Owner, literal};
use super::declare::Declared;
use super::expand::{Placed, Surroundings};
use super::expression::Context;
use super::scope::{Binding, ScopeId, Scopes};

/// A pipeline whose actions and artifacts have ids, but no values yet.
pub(super) struct PipelineDraft<'a> {
    declared: Declared<'a, ast::Named>,
    statements: Vec<Placed<'a>>,
    at: Surroundings,
    pub(super) variables: Vec<Variable>,
    stages: Vec<Stage>,
    /// By stage: the statements of its conditions.
    conditions: Vec<Vec<Placed<'a>>>,
    pub(super) actions: Vec<ActionDraft<'a>>,
    incomplete: bool,
    pub(super) artifacts: Vec<Artifact>,
    /// By name: where it is visible, and which.
    artifact_index: HashMap<String, Vec<(ScopeId, ArtifactId)>>,
    /// By name in AWS: where it is made.
    artifact_names: HashMap<String, Span>,
}

impl<'a> PipelineDraft<'a> {
    /// The artifact of a name that is visible in a scope: the innermost.
    pub(super) fn artifact(&self, name: &str, scopes: &Scopes<'a>, scope: ScopeId) -> Option<ArtifactId> {
        let known = self.artifact_index.get(name)?;
        let near = known.iter().filter_map(|(local, id)| Some((scopes.distance(scope, *local)?, *id)));
        near.min_by_key(|(distance, _)| *distance).map(|(_, id)| id)
    }

    /// Of an artifact that is not visible in a scope: where it is made, and whether the scope is that of a component, which
    /// sees nothing of the pipeline.
    pub(super) fn hidden_artifact(&self, name: &str, scopes: &Scopes<'a>, scope: ScopeId) -> Option<(Span, bool)> {
        let (_, id) = self.artifact_index.get(name)?.first()?;
        let made = self.artifacts.get(id.0)?.name.span;
        Some((made, scopes.distance(scope, self.at.scope).is_none()))
    }

    /// Of the name of a stage, or of an action: whether it is a stage, and the artifacts that it produces and a scope sees.
    pub(super) fn outputs_of(&self, name: &str, scopes: &Scopes<'a>, scope: ScopeId) -> Option<(bool, Vec<&str>)> {
        let stage = self.stages.iter().position(|stage| stage.name.node == name);
        let is_of = |action: &&ActionDraft<'a>| match stage {
            Some(index) => action.stage == index,
            None => action.symbol == name,
        };
        let mut actions = self.actions.iter().filter(is_of).peekable();
        if stage.is_none() {
            actions.peek()?;
        }
        let produced = actions.flat_map(|action| &action.outputs).filter_map(|id| {
            let name = self.artifacts.get(id.0)?.name.node.as_str();
            (self.artifact(name, scopes, scope) == Some(*id)).then_some(name)
        });
        Some((stage.is_some(), produced.collect()))
    }

    pub(super) fn artifact_names(&self) -> impl Iterator<Item = &str> {
        self.artifacts.iter().map(|artifact| artifact.name.node.as_str())
    }

    /// How references name the actions.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|action| action.symbol.as_str())
    }

    /// The actions that a name means in a scope, the innermost: for a stack, the one behind which its outputs can be read.
    pub(super) fn actions_named(
        &self,
        name: &str,
        stacks_only: bool,
        scopes: &Scopes<'a>,
        scope: ScopeId,
    ) -> Vec<ActionId> {
        // Of a stack that is only prepared, the preparation is meant; a check refuses its outputs.
        let deploys = |action: &ActionDraft<'a>| action.symbol == name && action.has_outputs();
        let any = !stacks_only || self.actions.iter().any(deploys);
        let mut found: Vec<(usize, ActionId)> = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let fits = action.symbol == name && (action.has_outputs() || !any);
            if fits && (action.makes_stack() || !stacks_only) {
                found.extend(scopes.distance(scope, action.local).map(|distance| (distance, ActionId(index))));
            }
        }
        let least = found.iter().map(|(distance, _)| *distance).min();
        found.into_iter().filter(|(distance, _)| Some(*distance) == least).map(|(_, id)| id).collect()
    }

    /// The actions of a name that one environment has, in whichever loop, seen from the pipeline's own text.
    pub(super) fn actions_in_environment(
        &self,
        name: &str,
        stacks_only: bool,
        environment: EnvironmentId,
        scopes: &Scopes<'a>,
        scope: ScopeId,
    ) -> Vec<ActionId> {
        if scopes.distance(scope, self.at.scope).is_none() {
            return Vec::new();
        }
        let fits = |action: &ActionDraft<'a>| {
            let there = action.environment.as_ref().is_some_and(|used| used.node == environment);
            let kind = action.makes_stack() || !stacks_only;
            action.symbol == name && action.has_outputs() && there && kind && action.trail.is_empty()
        };
        let found = self.actions.iter().enumerate().filter(|(_, action)| fits(action));
        found.map(|(index, _)| ActionId(index)).collect()
    }

    /// The action that makes an artifact, as references name it.
    pub(super) fn maker(&self, artifact: ArtifactId) -> Option<&str> {
        let makes = |action: &&ActionDraft<'a>| action.outputs.contains(&artifact);
        self.actions.iter().find(makes).map(|action| action.symbol.as_str())
    }

    /// The stage of an action that a name means somewhere in the pipeline, where the name itself is not visible.
    pub(super) fn stage_with(&self, name: &str) -> Option<&str> {
        let index = self.actions.iter().position(|action| action.symbol == name && action.has_outputs())?;
        Some(self.stage_of(ActionId(index)))
    }

    pub(super) fn actions_in_stage(&self, stage: &str, name: &str) -> Vec<ActionId> {
        let index = self.stages.iter().position(|known| known.name.node == stage);
        let matching =
            |action: &ActionDraft<'a>| Some(action.stage) == index && action.symbol == name && action.has_outputs();
        let found = self.actions.iter().enumerate().filter(|(_, action)| matching(action));
        found.map(|(index, _)| ActionId(index)).collect()
    }

    pub(super) fn has_stack(&self, name: &str) -> bool {
        self.actions.iter().any(|action| action.symbol == name && action.makes_stack())
    }

    pub(super) fn stage_of(&self, action: ActionId) -> &str {
        let stage = self.actions.get(action.0).and_then(|action| self.stages.get(action.stage));
        stage.map_or("", |stage| stage.name.node.as_str())
    }

    /// Where an action's name stands.
    pub(super) fn name_span(&self, action: ActionId) -> Option<Span> {
        self.actions.get(action.0).map(|action| action.name.span)
    }

    /// The action with an explicit namespace, and how references name it.
    pub(super) fn action_of_namespace(&self, namespace: &str) -> Option<(ActionId, &str)> {
        let position = self.actions.iter().position(|action| action.namespace.as_deref() == Some(namespace))?;
        let action = self.actions.get(position)?;
        Some((ActionId(position), action.symbol.as_str()))
    }

    pub(super) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().filter_map(|action| action.namespace.as_deref())
    }

    /// Takes an artifact in; the place of the first, when there is one of its name already.
    fn add_artifact(&mut self, symbol: &str, local: ScopeId, artifact: Artifact) -> Result<ArtifactId, Span> {
        if let Some(first) = self.artifact_names.get(&artifact.name.node) {
            return Err(*first);
        }
        let id = ArtifactId(self.artifacts.len());
        self.artifact_names.insert(artifact.name.node.clone(), artifact.name.span);
        self.artifact_index.entry(symbol.to_owned()).or_default().push((local, id));
        self.artifacts.push(artifact);
        Ok(id)
    }
}

impl<'a> Lowerer<'a> {
    /// Drafts every pipeline, then fills the drafts in.
    pub(super) fn pipelines(&mut self) {
        for declared in self.symbols.pipelines.clone() {
            self.current = Some(self.drafts.len());
            let trail = declared.at.trail.clone();
            let draft = self.traced(&trail, |this| this.draft(declared));
            self.drafts.push(draft);
        }
        for index in 0..self.drafts.len() {
            self.current = Some(index);
            if let Some(pipeline) = self.fill(index) {
                self.hir.pipelines.push(pipeline);
            }
        }
        self.current = None;
        self.unused_lets();
    }

    fn draft(&mut self, declared: Declared<'a, ast::Named>) -> PipelineDraft<'a> {
        let scope = self.scopes.child(declared.at.scope);
        let at = Surroundings { scope, local: scope, global: scope, ..declared.at.clone() };
        let body = self.expand(&declared.node.block.statements, Place::Pipeline, "pipeline", &at);
        self.hir.incomplete |= body.incomplete;
        let mut draft = PipelineDraft {
            declared,
            statements: body.statements.clone(),
            at,
            variables: Vec::new(),
            stages: Vec::new(),
            conditions: Vec::new(),
            actions: Vec::new(),
            artifacts: Vec::new(),
            artifact_index: HashMap::new(),
            artifact_names: HashMap::new(),
            incomplete: body.incomplete,
        };
        for placed in body.statements {
            let trail = placed.at.trail.clone();
            self.traced(&trail, |this| match &placed.statement.kind {
                StmtKind::Param(param) if param.kind == ParamKind::Variable => {
                    this.draft_variable(param, placed.statement, &mut draft);
                }
                StmtKind::Stage(named) => this.draft_stage(named, &placed, &mut draft),
                StmtKind::Update(update) => {
                    let trails = &placed.at.trail;
                    this.diagnostics.push(stacks::update_repeated(update.keyword, !trails.is_empty()));
                    this.give_up(placed.statement);
                    draft.incomplete = true;
                }
                _ => {}
            });
        }
        draft
    }

    fn draft_variable(&mut self, param: &'a ast::Param, statement: &'a Stmt, draft: &mut PipelineDraft<'a>) {
        let variable = self.variable(param, statement.doc.as_ref(), Context::of_scope(draft.at.scope));
        let id = crate::hir::VariableId(draft.variables.len());
        self.bind(draft.at.scope, &param.name, Binding::Variable(id));
        draft.variables.push(variable);
    }

    fn draft_stage(&mut self, named: &'a ast::Named, placed: &Placed<'a>, draft: &mut PipelineDraft<'a>) {
        let at = placed.at.with_scope(self.scopes.child(placed.at.scope));
        let body = self.expand(&named.block.statements, Place::Stage, "stage", &at);
        let attributes = self.stage_attributes(named, &body.statements);
        let name = self.stage_name(named, &attributes, &placed.at);
        let incomplete = body.incomplete || name.is_none();
        let name = name.unwrap_or_else(|| Spanned::new(String::new(), named.name.span));
        if let Some(first) = draft.stages.iter().find(|stage| stage.name.node == name.node && !name.node.is_empty()) {
            self.diagnostics.push(names::duplicate("stage", &name, first.name.span));
        }
        let index = draft.stages.len();
        draft.stages.push(Stage {
            name,
            doc: placed.statement.doc.as_ref().map(|doc| doc.node.clone()),
            steps: Vec::new(),
            loops: Arc::clone(&placed.at.loops),
            on_failure: None,
            conditions: Vec::new(),
            disabled: literal(&attributes, "disabled"),
            span: named.keyword.to(named.name.span),
            incomplete,
        });
        let steps = self.draft_steps(&body.statements, index, draft);
        let on_failure = self.on_failure(&body.statements);
        let on = |placed: &Placed<'a>| matches!(placed.statement.kind, StmtKind::On(_));
        draft.conditions.push(body.statements.into_iter().filter(on).collect());
        if let Some(stage) = draft.stages.get_mut(index) {
            stage.steps = steps;
            stage.on_failure = on_failure;
        }
    }

    /// The attributes of a stage.
    fn stage_attributes(&mut self, named: &'a ast::Named, statements: &[Placed<'a>]) -> Attributes {
        let slots = super::action::declared_slots("stage");
        let shown = format!("stage `{}`", self.shown(named.name.span).trim_matches('"'));
        let owner = Owner { shown: &shown, place: named.name.span };
        self.attributes(statements, &slots, owner)
    }

    /// The stage's name in AWS.
    fn stage_name(
        &mut self,
        named: &'a ast::Named,
        attributes: &Attributes,
        at: &Surroundings,
    ) -> Option<Spanned<String>> {
        let symbol = self.declared_name(&named.name, at)?.full;
        let given = literal(attributes, "name");
        if given.is_none() {
            self.check_name("stage", &symbol);
        }
        Some(given.unwrap_or(symbol))
    }

    fn draft_steps(&mut self, statements: &[Placed<'a>], stage: usize, draft: &mut PipelineDraft<'a>) -> Vec<Step> {
        let mut steps = Vec::new();
        for placed in statements {
            let trail = placed.at.trail.clone();
            let step = self.traced(&trail, |this| match &placed.statement.kind {
                StmtKind::Action(action) => {
                    let drafts = this.draft_action(action, placed, stage);
                    this.add_actions(drafts, stage, draft)
                }
                StmtKind::StackAction(action) => {
                    let drafts = match action.kind.node {
                        ast::StackKind::Stack => this.draft_stack(action, placed, stage),
                        _ => this.draft_stack_set(action, placed, stage),
                    };
                    this.add_actions(drafts, stage, draft)
                }
                StmtKind::Parallel(block) => {
                    let inner = this.draft_block(&block.block, "parallel", stage, &placed.at, draft);
                    Some(Step::Parallel(inner, block.keyword))
                }
                StmtKind::Sequence(block) => {
                    let inner = this.draft_block(&block.block, "sequence", stage, &placed.at, draft);
                    Some(Step::Sequence(inner))
                }
                _ => None,
            });
            steps.extend(step);
        }
        steps
    }

    fn draft_block(
        &mut self,
        block: &'a ast::Block,
        word: &str,
        stage: usize,
        at: &Surroundings,
        draft: &mut PipelineDraft<'a>,
    ) -> Vec<Step> {
        let at = at.with_scope(self.scopes.child(at.scope));
        let body = self.expand(&block.statements, Place::Steps, word, &at);
        let owner_shown = format!("`{word}`");
        let owner = Owner { shown: &owner_shown, place: block.span };
        self.attributes(&body.statements, &[], owner);
        if let Some(stage) = draft.stages.get_mut(stage) {
            stage.incomplete |= body.incomplete;
        }
        self.draft_steps(&body.statements, stage, draft)
    }

    /// Gives drafted actions their ids, and their outputs theirs. A change-set pair is one step: a sequence of two.
    /// None of them: the action could not be read, which the stage remembers.
    fn add_actions(
        &mut self,
        mut drafts: Vec<ActionDraft<'a>>,
        stage: usize,
        draft: &mut PipelineDraft<'a>,
    ) -> Option<Step> {
        self.place_in_environment(&mut drafts);
        if let (true, Some(stage)) = (drafts.is_empty(), draft.stages.get_mut(stage)) {
            stage.incomplete = true;
        }
        let mut steps = Vec::with_capacity(drafts.len());
        let first = ActionId(draft.actions.len());
        let pair = StackPair { prepare: first, execute: ActionId(first.0 + 1) };
        let pair = Some(pair).filter(|_| drafts.len() == 2);
        for mut action in drafts {
            let id = ActionId(draft.actions.len());
            action.pair = pair;
            for output in action.output_clauses() {
                let full = format!("{}{}", output.name.node, action.suffix);
                let name = Spanned::new(full, output.name.span);
                self.check_name("artifact", &name);
                let contents = self.contents(&output.contents, action.scope);
                let artifact = Artifact { name, producer: id, contents };
                match draft.add_artifact(&output.name.node, action.body, artifact) {
                    Ok(artifact) => action.outputs.push(artifact),
                    Err(first) => {
                        action.incomplete = true;
                        self.hir.incomplete = true;
                        self.diagnostics.push(artifacts::produced_twice(&output.name, first));
                    }
                }
            }
            draft.actions.push(action);
            steps.push(Step::Action(id));
        }
        match steps.len() {
            0 => None,
            1 => steps.pop(),
            _ => Some(Step::Sequence(steps)),
        }
    }

    fn contents(&mut self, files: &'a [ast::Expr], scope: ScopeId) -> Vec<Spanned<String>> {
        let mut contents = Vec::new();
        for file in files {
            if let ast::ExprKind::String(parts) = &file.kind {
                let text = self.text(parts, Context::of_scope(scope));
                contents.extend(self.compile_time("a file", &text, file.span));
            }
        }
        contents
    }

    fn fill(&mut self, index: usize) -> Option<Pipeline> {
        let draft = self.drafts.get(index)?;
        let declared = draft.declared.clone();
        let statements = draft.statements.clone();
        let context = Context { scope: draft.at.scope, pipeline: Some(index) };
        let trail = draft.at.trail.clone();
        let slots: Vec<&Slot> =
            catalog::declaration("pipeline").map(|entry| entry.slot.iter().collect()).unwrap_or_default();
        let shown = format!("pipeline `{}`", declared.symbol.node);
        let owner = Owner { shown: &shown, place: declared.symbol.span };
        let (attributes, store, schedules, (allowed, unread)) = self.traced(&trail, |this| {
            let attributes = this.attributes(&statements, &slots, owner);
            let store = this.artifact_store(&statements);
            (attributes, store, this.schedules(&statements, context), this.statements(&statements))
        });
        let events = self.start_events(&statements);
        let notifications = self.notifications(&statements);
        let dashboard = self.traced(&trail, |this| this.dashboard(&statements));
        let mut actions = self.filled_actions(index, context);
        super::action::default_checkout(&mut actions);
        let stages = self.filled_stages(index);
        let name = literal(&attributes, "name");
        let deploy_name =
            attributes.get("name").map(|name| &name.value).filter(|value| name.is_none() && !value.is_poisoned());
        let deploy_name = deploy_name.cloned();
        if name.is_none() {
            self.check_name("pipeline", &declared.symbol);
        }
        let type_value = literal(&attributes, "type");
        let role = self.role_given(&attributes, "role");
        let account = self.account(&attributes);
        let draft = self.drafts.get(index)?;
        Some(Pipeline {
            name: name.unwrap_or_else(|| declared.symbol.clone()),
            deploy_name,
            doc: declared.statement.doc.as_ref().map(|doc| doc.node.clone()),
            pipeline_type: match type_value.as_ref().map(|value| value.node.as_str()) {
                Some("V1") => PipelineType::V1,
                _ => PipelineType::V2,
            },
            pipeline_type_span: type_value.map(|value| value.span),
            mode: literal(&attributes, "mode"),
            role,
            statements: allowed,
            boundary: attributes.get(BOUNDARY).map(|attribute| attribute.value.clone()),
            account,
            region: literal(&attributes, "region"),
            variables: draft.variables.clone().into(),
            tags: map_of(&attributes, "tags"),
            restart_on_update: flag_of(&attributes, "restart-on-update"),
            store,
            schedules,
            events,
            notifications,
            dashboard,
            stages,
            actions: actions.into(),
            artifacts: draft.artifacts.clone().into(),
            raw: attributes.get("raw").map(|attribute| attribute.value.clone()),
            logical_id: literal(&attributes, "logical-id"),
            span: declared.node.keyword.to(declared.node.name.span),
            symbol: declared.symbol,
            incomplete: draft.incomplete || unread,
        })
    }

    /// The actions of a draft with their values. Those that execute what another statement prepares come last, for they
    /// take its names.
    fn filled_actions(&mut self, index: usize, context: Context) -> Vec<Action> {
        let drafts = self.drafts.get(index).map(|draft| draft.actions.clone()).unwrap_or_default();
        self.change_sets.clear();
        self.misnamed.clear();
        let mut drafts: Vec<(usize, ActionDraft<'a>)> = drafts.into_iter().enumerate().collect();
        drafts.sort_by_key(|(_, draft)| draft.executes_only());
        let mut filled = Vec::with_capacity(drafts.len());
        for (position, draft) in drafts {
            let (trail, id) = (draft.trail.clone(), ActionId(position));
            filled.push((position, self.traced(&trail, |this| this.action(id, draft, context))));
        }
        filled.sort_by_key(|(position, _)| *position);
        filled.into_iter().map(|(_, action)| action).collect()
    }

    /// The stages of a draft with their conditions.
    fn filled_stages(&mut self, index: usize) -> Vec<Stage> {
        let Some(draft) = self.drafts.get(index) else { return Vec::new() };
        let (mut stages, statements) = (draft.stages.clone(), draft.conditions.clone());
        for (stage, statements) in stages.iter_mut().zip(&statements) {
            stage.conditions = self.conditions(statements);
        }
        stages
    }

    /// The `artifacts { ... }` block.
    fn artifact_store(&mut self, statements: &[Placed<'a>]) -> ArtifactStore {
        let mut blocks = statements.iter().filter_map(|placed| match &placed.statement.kind {
            StmtKind::Settings(settings) if settings.keyword.node == "artifacts" => Some((settings, &placed.at)),
            _ => None,
        });
        let Some((settings, at)) = blocks.next() else { return ArtifactStore::default() };
        if let Some((second, _)) = blocks.next() {
            let name = Spanned::new("artifacts".to_owned(), second.keyword.span);
            self.diagnostics.push(names::duplicate("block", &name, settings.keyword.span));
        }
        let inner = self.expand(&settings.block.statements, Place::Plain, "artifacts", at).statements;
        let slots: Vec<&Slot> =
            catalog::declaration("artifacts").map(|entry| entry.slot.iter().collect()).unwrap_or_default();
        let owner = Owner { shown: "`artifacts`", place: settings.keyword.span };
        let attributes = self.attributes(&inner, &slots, owner);
        let bucket = self.bucket_given(&attributes, "bucket");
        let expire = literal(&attributes, "expire");
        ArtifactStore {
            bucket,
            key: attributes.get("key").map(|attribute| attribute.value.clone()),
            expire: expire.and_then(|days| Some(Spanned::new(days.node.parse().ok()?, days.span))),
            span: Some(settings.keyword.span),
        }
    }
}

fn map_of(attributes: &Attributes, word: &str) -> Vec<(Spanned<String>, Value)> {
    match attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::Map(entries)) => entries.clone(),
        _ => Vec::new(),
    }
}

pub(super) fn flag_of(attributes: &Attributes, word: &str) -> bool {
    matches!(attributes.get(word).map(|attribute| &attribute.value.kind), Some(ValueKind::Bool(true)))
}
