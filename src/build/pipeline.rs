//! Pipelines: a draft that assigns all names first, then the values.

use std::sync::Arc;

use crate::catalog::PipelineType;
use crate::diagnostic::families::{artifacts, attributes, names, stacks};
use crate::evaluate::{Binding, Context, PipelineNames, ScopeId, literals};
use crate::expand::{Placed, Surroundings};
use crate::hir::{
    Action, ActionId, Artifact, ArtifactStore, BOUNDARY, Pipeline, RegionStore, StackPair, Stage, Step, Value,
    ValueKind, Variable, VariableId,
};
use crate::resolve::DefinitionKind;
use crate::resolve::place::Place;
use crate::slots::{Attributes, Owner, Shape, SlotSet, describe, flag, literal, slots_of};
use crate::source::Spanned;
use crate::syntax::ast::{self, ParamKind, Stmt, StmtKind};

use super::attributes::raw_gives;
use super::builder::Builder;
use super::drafts::{ActionDraft, Declared, PipelineDraft};

/// The word for a pipeline whose output has no type.
const DEFAULT_TYPE: &str = "default";

impl<'a> Builder<'a> {
    /// Drafts every pipeline, then fills the drafts in.
    pub(super) fn pipelines(&mut self) {
        for declared in self.pipelines.clone() {
            self.values.current = Some(self.drafts.len());
            let trail = declared.at.trail.clone();
            let mut draft = self.traced(&trail, |this| this.draft(declared));
            self.values.pipelines.push(std::mem::take(&mut draft.names));
            self.drafts.push(draft);
        }
        for index in 0..self.drafts.len() {
            self.values.current = Some(index);
            if let Some(pipeline) = self.fill(index) {
                self.hir.pipelines.push(pipeline);
            }
        }
        self.values.current = None;
        self.values.unused_lets();
    }

    fn draft(&mut self, declared: Declared<'a, ast::Named>) -> PipelineDraft<'a> {
        let scope = self.values.scopes.child(declared.at.scope);
        let at = Surroundings { scope, local: scope, global: scope, under: None, ..declared.at.clone() };
        let body = self.expand(&declared.node.block.statements, Place::Pipeline, "pipeline", &at);
        self.values.incomplete |= body.incomplete;
        let mut draft = PipelineDraft {
            declared,
            statements: body.statements.clone(),
            at,
            stages: Vec::new(),
            conditions: Vec::new(),
            actions: Vec::new(),
            names: PipelineNames::new(scope),
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
                    this.values.diagnostics.push(stacks::update_repeated(update.keyword, !trails.is_empty()));
                    this.values.give_up(placed.statement.span);
                    draft.incomplete = true;
                }
                _ => {}
            });
        }
        draft
    }

    /// Drafts `variable name: type = default`.
    fn draft_variable(&mut self, param: &'a ast::Param, statement: &'a Stmt, draft: &mut PipelineDraft<'a>) {
        self.values.check_name("variable", &param.name);
        self.param_attributes(param, &draft.at.clone());
        let default = self.values.default_text(param, Context::of_scope(draft.at.scope));
        let id = VariableId(draft.names.variables.len());
        self.values.bind(draft.at.scope, &param.name, DefinitionKind::Variable, Binding::Variable(id));
        let doc = statement.doc.as_ref().map(|doc| doc.node.clone());
        draft.names.variables.push(Variable { name: param.name.clone(), default, allowed: literals(&param.ty), doc });
    }

    fn draft_stage(&mut self, named: &'a ast::Named, placed: &Placed<'a>, draft: &mut PipelineDraft<'a>) {
        let at = placed.at.inside(self.values.scopes.child(placed.at.scope));
        let body = self.expand(&named.block.statements, Place::Stage, "stage", &at);
        let attributes = self.stage_attributes(named, &body.statements);
        let name = self.stage_name(named, &attributes, &placed.at);
        let incomplete = body.incomplete || name.is_none();
        let name = name.unwrap_or_else(|| Spanned::new(String::new(), named.name.span));
        if let Some(first) = draft.stages.iter().find(|stage| stage.name.node == name.node && !name.node.is_empty()) {
            self.values.diagnostics.push(names::duplicate("stage", &name, first.name.span));
        }
        let index = draft.stages.len();
        draft.names.stages.push(name.node.clone());
        draft.names.has_raw_actions |= raw_gives(&attributes, "Actions");
        draft.stages.push(Stage {
            name,
            doc: placed.statement.doc.as_ref().map(|doc| doc.node.clone()),
            steps: Vec::new(),
            loops: Arc::clone(&placed.at.loops),
            on_failure: None,
            conditions: Vec::new(),
            cfn_condition: self.existence(&attributes, placed.at.under),
            raw: attributes.get("raw").map(|attribute| attribute.value.clone()),
            disabled: literal(&attributes, "disabled"),
            span: named.keyword.to(named.name.span),
            incomplete: incomplete || raw_gives(&attributes, "Actions"),
        });
        let steps = self.draft_steps(&body.statements, index, draft);
        let stage = draft.names.stages.last().cloned().unwrap_or_default();
        let on_failure = self.on_failure(&stage, &body.statements);
        let on = |placed: &Placed<'a>| matches!(placed.statement.kind, StmtKind::On(_));
        draft.conditions.push(body.statements.into_iter().filter(on).collect());
        if let Some(stage) = draft.stages.get_mut(index) {
            stage.steps = steps;
            stage.on_failure = on_failure;
        }
    }

    /// Reads the attributes of a stage.
    fn stage_attributes(&mut self, named: &'a ast::Named, statements: &[Placed<'a>]) -> Attributes {
        let slots = slots_of(Shape::Listed("stage"));
        let shown = format!("stage `{}`", self.values.shown(named.name.span).trim_matches('"')).into();
        let owner = Owner { shown: &shown, place: named.name.span };
        self.attributes(statements, &slots, owner)
    }

    /// Returns the stage's name in AWS.
    fn stage_name(
        &mut self,
        named: &'a ast::Named,
        attributes: &Attributes,
        at: &Surroundings,
    ) -> Option<Spanned<String>> {
        let symbol = self.declared_name(&named.name, at)?.full;
        let given = literal(attributes, "name");
        if given.is_none() {
            self.values.check_name("stage", &symbol);
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
        let at = at.with_scope(self.values.scopes.child(at.scope));
        let body = self.expand(&block.statements, Place::Steps, word, &at);
        let owner_shown = format!("`{word}`").into();
        let owner = Owner { shown: &owner_shown, place: block.span };
        self.attributes(&body.statements, &SlotSet::default(), owner);
        if let Some(stage) = draft.stages.get_mut(stage) {
            stage.incomplete |= body.incomplete;
        }
        self.draft_steps(&body.statements, stage, draft)
    }

    /// Assigns IDs to drafted actions and their outputs. A change-set pair is one step, a sequence of two. Returns
    /// `None` if there are no drafts because the action could not be read, which the stage records.
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
                self.values.check_name("artifact", &name);
                let contents = self.contents(&output.contents, action.scope);
                let artifact = Artifact { name, producer: id, contents };
                match draft.names.add_artifact(artifact) {
                    Ok(artifact) => {
                        self.values.bind_artifact(action.body, &output.name, artifact);
                        action.outputs.push(artifact);
                    }
                    Err(first) => {
                        action.incomplete = true;
                        self.values.incomplete = true;
                        self.values.diagnostics.push(artifacts::produced_twice(&output.name, first));
                    }
                }
            }
            let is_action = |kind| matches!(kind, DefinitionKind::Action { .. });
            action.definition = self.values.names.defined(&action.symbol, is_action);
            draft.names.actions.push(action.named());
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
                let text = self.values.text(parts, Context::of_scope(scope));
                contents.extend(self.values.compile_time("a file", &text, file.span));
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
        let slots = slots_of(Shape::Listed("pipeline"));
        let shown = format!("pipeline `{}`", declared.symbol.node).into();
        let owner = Owner { shown: &shown, place: declared.symbol.span };
        let (attributes, store, mut schedules, (allowed, unread)) = self.traced(&trail, |this| {
            let attributes = this.attributes(&statements, &slots, owner);
            let store = this.artifact_store(&statements);
            (attributes, store, this.schedules(&statements, context), this.statements(&statements))
        });
        let condition = self.resource_condition(&attributes, declared.at.under);
        let mut events = self.start_events(&statements);
        let mut notifications = self.notifications(&statements);
        let mut dashboard = self.traced(&trail, |this| this.dashboard(&statements));
        self.within_pipeline(condition, (&mut schedules, &mut events, &mut notifications, dashboard.as_mut()));
        let mut actions = self.filled_actions(index, context);
        super::action::default_checkout(&mut actions);
        let stages = self.filled_stages(index);
        let name = literal(&attributes, "name");
        let deploy_name =
            attributes.get("name").map(|name| &name.value).filter(|value| name.is_none() && !value.is_poisoned());
        let deploy_name = deploy_name.cloned();
        if name.is_none() {
            self.values.check_name("pipeline", &declared.symbol);
        }
        let type_value = literal(&attributes, "type");
        let pipeline_type = self.pipeline_type(index, type_value.as_ref(), (&attributes, &actions, &stages));
        let type_left_out = matches!(&type_value, Some(value) if value.node == DEFAULT_TYPE);
        let role = self.role_of_attribute(&attributes, "role");
        let account = self.account(&attributes);
        self.set_start_conditions(&mut actions, &stages, condition.as_ref());
        let (draft, names) = (self.drafts.get(index)?, self.values.pipelines.get(index)?);
        Some(Pipeline {
            name: name.unwrap_or_else(|| declared.symbol.clone()),
            deploy_name,
            doc: declared.statement.doc.as_ref().map(|doc| doc.node.clone()),
            pipeline_type,
            pipeline_type_span: type_value.map(|value| value.span),
            mode: literal(&attributes, "mode"),
            role,
            statements: allowed,
            boundary: attributes.get(BOUNDARY).map(|attribute| attribute.value.clone()),
            account,
            region: literal(&attributes, "region"),
            variables: names.variables.clone().into(),
            tags: map_of(&attributes, "tags"),
            restart_on_update: flag(&attributes, "restart-on-update"),
            store,
            schedules,
            events,
            notifications,
            dashboard,
            stages,
            actions: actions.into(),
            artifacts: names.artifacts.clone().into(),
            raw: attributes.get("raw").map(|attribute| attribute.value.clone()),
            resource_attributes: attributes.get("resource-attributes").map(|attribute| attribute.value.clone()),
            generate: !is_off(&attributes, "generate"),
            named: !is_off(&attributes, "named"),
            type_left_out,
            logical_id: literal(&attributes, "logical-id"),
            condition,
            span: declared.node.keyword.to(declared.node.name.span),
            symbol: declared.symbol,
            incomplete: draft.incomplete || unread || raw_gives(&attributes, "Stages"),
        })
    }

    /// Returns the type of a pipeline: that of its attribute, or else what its features need.
    fn pipeline_type(
        &self,
        index: usize,
        given: Option<&Spanned<String>>,
        (attributes, actions, stages): (&Attributes, &[Action], &[Stage]),
    ) -> PipelineType {
        let needs_v2 = self.values.pipelines.get(index).is_some_and(|names| !names.variables.is_empty())
            || actions.iter().any(|action| !action.filters.is_empty())
            || stages.iter().any(|stage| !stage.conditions.is_empty() || stage.on_failure.is_some())
            || attributes.contains_key("mode");
        match given.map(|value| value.node.as_str()) {
            Some("V1") => PipelineType::V1,
            Some(DEFAULT_TYPE) if !needs_v2 => PipelineType::V1,
            _ => PipelineType::V2,
        }
    }

    /// Fills in the actions of a draft. Those that execute what another statement prepares come last, because they use
    /// its names.
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

    /// Fills in the stages of a draft with their conditions.
    fn filled_stages(&mut self, index: usize) -> Vec<Stage> {
        let Some(draft) = self.drafts.get(index) else { return Vec::new() };
        let (mut stages, statements) = (draft.stages.clone(), draft.conditions.clone());
        for (stage, statements) in stages.iter_mut().zip(&statements) {
            stage.conditions = self.conditions(statements);
        }
        stages
    }

    /// Reads the `artifacts { ... }` block.
    fn artifact_store(&mut self, statements: &[Placed<'a>]) -> ArtifactStore {
        let mut blocks = statements.iter().filter_map(|placed| match &placed.statement.kind {
            StmtKind::Settings(settings) if settings.keyword.node == "artifacts" => Some((settings, &placed.at)),
            _ => None,
        });
        let Some((settings, at)) = blocks.next() else { return ArtifactStore::default() };
        if let Some((second, _)) = blocks.next() {
            let name = Spanned::new("artifacts".to_owned(), second.keyword.span);
            self.values.diagnostics.push(names::duplicate("block", &name, settings.keyword.span));
        }
        let inner = self.expand(&settings.block.statements, Place::Plain, "artifacts", at).statements;
        let slots = slots_of(Shape::Listed("artifacts"));
        let owner = Owner { shown: &"`artifacts`".into(), place: settings.keyword.span };
        let attributes = self.attributes(&inner, &slots, owner);
        let bucket = self.bucket_of_attribute(&attributes, "bucket");
        let expire = literal(&attributes, "expire");
        ArtifactStore {
            bucket,
            key: attributes.get("key").map(|attribute| attribute.value.clone()),
            regions: self.region_stores(&attributes),
            expire: expire.and_then(|days| Some(Spanned::new(days.node.parse().ok()?, days.span))),
            span: Some(settings.keyword.span),
        }
    }
}

impl Builder<'_> {
    /// Reads `regions = { us-east-1 = { bucket = B, key = K } }`; the bucket alone is enough.
    fn region_stores(&mut self, attributes: &Attributes) -> Vec<RegionStore> {
        let mut stores = Vec::new();
        let given = attributes.get("regions").map(|attribute| &attribute.value);
        if let Some(value) = given.filter(|value| !matches!(value.kind, ValueKind::Map(_) | ValueKind::Poisoned)) {
            let found =
                attributes::wrong_type("regions", "a map from Regions to buckets", describe(&value.kind), value.span);
            self.values.diagnostics.push(found);
        }
        for (region, value) in map_of(attributes, "regions") {
            let (bucket, key) = match &value.kind {
                ValueKind::Map(entries) => {
                    let field =
                        |name: &str| entries.iter().find(|(key, _)| key.node == name).map(|(_, value)| value.clone());
                    (field("bucket"), field("key"))
                }
                _ => (Some(value.clone()), None),
            };
            match bucket.and_then(|bucket| self.bucket_of(&bucket, "bucket")) {
                Some(bucket) => stores.push(RegionStore { region, bucket, key }),
                None if value.is_poisoned() => {}
                None => {
                    let shown = format!("the artifact store of `{}`", region.node);
                    let found = attributes::wrong_type(&shown, "a bucket", describe(&value.kind), value.span);
                    self.values.diagnostics.push(found);
                }
            }
        }
        stores
    }
}

fn map_of(attributes: &Attributes, word: &str) -> Vec<(Spanned<String>, Value)> {
    match attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::Map(entries)) => entries.clone(),
        _ => Vec::new(),
    }
}

/// Returns whether an attribute is `false`.
fn is_off(attributes: &Attributes, word: &str) -> bool {
    matches!(attributes.get(word).map(|attribute| &attribute.value.kind), Some(ValueKind::Bool(false)))
}
