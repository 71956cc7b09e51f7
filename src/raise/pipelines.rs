//! Pipelines, stages, and steps.

use crate::catalog::{self, Category, PipelineType};
use crate::hir::{
    ActionId, BOUNDARY, BucketId, ConditionId, Entity, Moment, OnFailure, Pipeline, RegionStore, RoleId, Stage, Step,
    Variable,
};
use crate::source::{Span, Spanned};
use crate::syntax::ast::tree;
use crate::syntax::ast::{
    self, Entry, Expr, ExprKind, Named, On, OnClause, Outcome, ParamKind, Settings, Stmt, StmtKind, Unnamed,
};

use super::Raiser;
use super::deployed::around_part;

impl Raiser<'_> {
    /// Returns the statement of a pipeline.
    pub(super) fn pipeline(&self, pipeline: &Pipeline) -> Stmt {
        let span = pipeline.span;
        let mut statements = self.attributes(pipeline);
        statements.extend(pipeline.statements.iter().map(|it| self.allow(it)));
        statements.extend(self.store(pipeline));
        statements.extend(pipeline.variables.iter().map(variable));
        let schedules = pipeline.schedules.iter().map(|it| (it.rule.condition, self.schedule(it)));
        statements.extend(self.in_ifs(schedules.collect()));
        statements.extend(self.around(pipeline));
        let stages = pipeline.stages.iter();
        let stages = stages.map(|it| (around_part(it.cfn_condition.as_ref()), self.stage(pipeline, it)));
        statements.extend(self.in_ifs(stages.collect()));
        let name = tree::name(&pipeline.symbol.node, pipeline.symbol.span);
        let named = Named { keyword: span, name, block: tree::block(statements, span) };
        tree::statement(StmtKind::Pipeline(named), pipeline.doc.as_deref(), span)
    }

    fn attributes(&self, pipeline: &Pipeline) -> Vec<Stmt> {
        let span = pipeline.span;
        let slots = catalog::declaration("pipeline");
        let word = |attribute: &str, aws: &str| {
            let slot = slots.and_then(|entry| entry.slot_of_attribute(attribute));
            let known = slot.and_then(|slot| slot.values.iter().find(|(_, value)| *value == aws));
            known.map_or(aws, |(word, _)| word.as_str()).to_owned()
        };
        let kind = match pipeline.pipeline_type {
            _ if pipeline.type_left_out => "default",
            PipelineType::V1 => "V1",
            PipelineType::V2 => "V2",
        };
        let name = &pipeline.name;
        let deploy_name = pipeline.deploy_name.as_ref().map(|name| self.value(name, None));
        let tags = pipeline.tags.iter().map(|(key, value)| Entry { key: key.clone(), value: self.value(value, None) });
        let tags: Vec<Entry> = tags.collect();
        let values = [
            (
                "name",
                deploy_name.or_else(|| (name.node != pipeline.symbol.node).then(|| tree::text(&name.node, name.span))),
            ),
            ("generate", (!pipeline.generate).then(|| tree::flag(false, span))),
            ("named", (!pipeline.named).then(|| tree::flag(false, span))),
            ("type", pipeline.pipeline_type_span.map(|span| tree::word(&word("type", kind), span))),
            ("mode", pipeline.mode.as_ref().map(|mode| tree::word(&word("mode", &mode.node), mode.span))),
            ("role", pipeline.role.as_ref().map(|role| self.role(role))),
            (BOUNDARY, pipeline.boundary.as_ref().map(|arn| self.value(arn, None))),
            ("account", pipeline.account.as_ref().map(|it| tree::text(&it.node, it.span))),
            ("region", pipeline.region.as_ref().map(|it| tree::word(&it.node, it.span))),
            ("restart-on-update", pipeline.restart_on_update.then(|| tree::flag(true, span))),
            ("tags", (!tags.is_empty()).then(|| tree::expr(ExprKind::Map(tags), span))),
            ("raw", pipeline.raw.as_ref().map(|raw| self.value(raw, None))),
            ("resource-attributes", pipeline.resource_attributes.as_ref().map(|it| self.value(it, None))),
            ("logical-id", pipeline.logical_id.as_ref().map(|id| tree::text(&id.node, id.span))),
        ];
        values.into_iter().filter_map(|(word, value)| Some(tree::attribute(word, value?))).collect()
    }

    /// Returns `artifacts { ... }`.
    fn store(&self, pipeline: &Pipeline) -> Option<Stmt> {
        let store = &pipeline.store;
        let span = store.span?;
        let bucket = store.bucket.as_ref();
        let values = [
            ("bucket", bucket.map(|bucket| self.bucket(bucket))),
            ("key", store.key.as_ref().map(|key| self.value(key, None))),
            ("regions", self.region_stores(&store.regions, span)),
            ("expire", store.expire.as_ref().map(|days| tree::duration(u64::from(days.node) * 86_400, days.span))),
        ];
        let statements = values.into_iter().filter_map(|(word, value)| Some(tree::attribute(word, value?)));
        let block = tree::block(statements.collect(), span);
        let settings = Settings { keyword: tree::ident("artifacts", span), block };
        Some(tree::statement(StmtKind::Settings(settings), None, span))
    }

    /// Returns the artifact buckets for other Regions.
    fn region_stores(&self, stores: &[RegionStore], span: Span) -> Option<Expr> {
        let store = |store: &RegionStore| {
            let bucket = self.bucket(&store.bucket);
            let value = match &store.key {
                None => bucket,
                Some(key) => {
                    let entry = |word: &str, value: Expr| Entry { key: tree::ident(word, value.span), value };
                    let entries = vec![entry("bucket", bucket), entry("key", self.value(key, None))];
                    tree::expr(ExprKind::Map(entries), store.region.span)
                }
            };
            Entry { key: store.region.clone(), value }
        };
        let entries: Vec<Entry> = stores.iter().map(store).collect();
        (!entries.is_empty()).then(|| tree::expr(ExprKind::Map(entries), span))
    }

    /// Returns a reference to a role.
    pub(super) fn role(&self, role: &Spanned<RoleId>) -> Expr {
        self.entity(Entity::Role(role.node), role.span)
    }

    /// Returns a reference to a bucket.
    fn bucket(&self, bucket: &Spanned<BucketId>) -> Expr {
        self.entity(Entity::Bucket(bucket.node), bucket.span)
    }

    fn stage(&self, pipeline: &Pipeline, stage: &Stage) -> Stmt {
        let disabled = stage.disabled.as_ref().map(|why| tree::attribute("disabled", tree::text(&why.node, why.span)));
        let condition = stage.cfn_condition.as_ref();
        let condition = condition.and_then(|it| self.existence(it)).map(|it| tree::attribute("cfn-condition", it));
        let raw = stage.raw.as_ref().map(|raw| tree::attribute("raw", self.value(raw, None)));
        let mut statements: Vec<Stmt> = disabled.into_iter().chain(condition).chain(raw).collect();
        let (before, tail): (Vec<_>, Vec<_>) = stage.conditions.iter().partition(|it| it.moment == Moment::Entry);
        statements.extend(before.into_iter().map(|condition| self.condition(condition)));
        statements.extend(self.steps(pipeline, &stage.steps, true));
        statements.extend(tail.into_iter().map(|condition| self.condition(condition)));
        statements.extend(stage.on_failure.as_ref().map(on_failure));
        let name = tree::name(&stage.name.node, stage.name.span);
        let named = Named { keyword: stage.span, name, block: tree::block(statements, stage.span) };
        tree::statement(StmtKind::Stage(named), stage.doc.as_deref(), stage.span)
    }

    /// Returns steps. `in_order`: they run one after another, so that a sequence among them is unnecessary.
    fn steps(&self, pipeline: &Pipeline, steps: &[Step], in_order: bool) -> Vec<Stmt> {
        self.in_ifs(self.placed_steps(pipeline, steps, in_order))
    }

    /// Returns steps, each with the condition of the `if` around it.
    fn placed_steps(
        &self,
        pipeline: &Pipeline,
        steps: &[Step],
        in_order: bool,
    ) -> Vec<(Option<Spanned<ConditionId>>, Stmt)> {
        let mut statements = Vec::new();
        for step in steps {
            match step {
                Step::Action(id) => {
                    let condition = around_part(pipeline.actions[*id].cfn_condition.as_ref());
                    statements.push((condition, self.step(pipeline, *id)));
                }
                Step::Sequence(inner) if in_order && !has_source(pipeline, step) => {
                    statements.extend(self.placed_steps(pipeline, inner, true));
                }
                Step::Sequence(inner) => {
                    let span = span_of(pipeline, step);
                    let block = tree::block(self.steps(pipeline, inner, true), span);
                    let kind = StmtKind::Sequence(Unnamed { keyword: span, block });
                    statements.push((None, tree::statement(kind, None, span)));
                }
                Step::Parallel(inner, span) => {
                    let block = tree::block(self.steps(pipeline, inner, false), *span);
                    let kind = StmtKind::Parallel(Unnamed { keyword: *span, block });
                    statements.push((None, tree::statement(kind, None, *span)));
                }
            }
        }
        statements
    }

    /// Returns one action; the second of a pair does not repeat the documentation.
    fn step(&self, pipeline: &Pipeline, id: ActionId) -> Stmt {
        let action = &pipeline.actions[id];
        self.action(id, action, action.pair.is_none_or(|pair| pair.prepare == id))
    }
}

fn has_source(pipeline: &Pipeline, step: &Step) -> bool {
    let mut found = false;
    let is_source = |id: ActionId| pipeline.actions.get(id).is_some_and(|it| it.category == Category::Source);
    step.each_action(&mut |id| found |= is_source(id));
    found
}

/// Returns the span of the first action of a step.
fn span_of(pipeline: &Pipeline, step: &Step) -> Span {
    let mut first = None;
    step.each_action(&mut |id| first = first.or(pipeline.actions.get(id).map(|action| action.span)));
    first.unwrap_or(pipeline.span)
}

fn variable(variable: &Variable) -> Stmt {
    let span = variable.name.span;
    let ty = if variable.allowed.is_empty() {
        tree::named_type("string", span)
    } else {
        tree::union(&variable.allowed, span)
    };
    let default = variable.default.as_ref().map(|default| tree::text(&default.node, default.span));
    let name = variable.name.clone();
    let kind = StmtKind::Param(ast::Param { kind: ParamKind::Variable, keyword: span, name, ty, default, block: None });
    tree::statement(kind, variable.doc.as_deref(), span)
}

fn on_failure(outcome: &Spanned<OnFailure>) -> Stmt {
    let span = outcome.span;
    let (word, detail) = match outcome.node {
        OnFailure::RetryFailed => ("retry", Some("failed")),
        OnFailure::RetryAll => ("retry", Some("all")),
        OnFailure::Rollback => ("rollback", None),
    };
    let outcome = Outcome { word: tree::ident(word, span), detail: detail.map(|detail| tree::ident(detail, span)) };
    let on = On {
        keyword: span,
        event: tree::ident("failure", span),
        clause: Some(OnClause::Outcome(outcome)),
        block: None,
    };
    tree::statement(StmtKind::On(on), None, span)
}
