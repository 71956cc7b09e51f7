//! Pipelines: a draft that names everything first, then the values.

use std::collections::HashMap;

use crate::catalog::{self, PipelineType, Slot};
use crate::diagnostic::families::{artifacts, names};
use crate::hir::{
    ActionId, Artifact, ArtifactId, ArtifactStore, Entity, Pipeline, Stage, Step, Value, ValueKind, Variable,
};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ParamKind, Stmt, StmtKind};

use super::Lowerer;
use super::action::ActionDraft;
use super::attributes::{Attributes, Owner, literal};
use super::declare::Declared;
use super::expression::Context;
use super::placement::Place;
use super::resource::role_of;
use super::scope::{Binding, ScopeId, Scopes};

/// A pipeline whose actions and artifacts have ids, but no values yet.
pub(super) struct PipelineDraft<'a> {
    declared: Declared<'a, ast::Named>,
    statements: Vec<&'a Stmt>,
    scope: ScopeId,
    pub(super) variables: Vec<Variable>,
    stages: Vec<Stage>,
    stage_statements: Vec<Vec<&'a Stmt>>,
    pub(super) actions: Vec<ActionDraft<'a>>,
    artifacts: Vec<Artifact>,
    artifact_index: HashMap<String, ArtifactId>,
}

impl<'a> PipelineDraft<'a> {
    pub(super) fn artifact(&self, name: &str) -> Option<ArtifactId> {
        self.artifact_index.get(name).copied()
    }

    pub(super) fn artifact_names(&self) -> impl Iterator<Item = &str> {
        self.artifacts.iter().map(|artifact| artifact.name.node.as_str())
    }

    /// How references name the actions.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|action| action.symbol.as_str())
    }

    /// The actions that a name means: for a stack, the one behind which its outputs can be read.
    pub(super) fn actions_named(&self, name: &str) -> Vec<ActionId> {
        self.select(|action| action.symbol == name && action.has_outputs())
    }

    pub(super) fn actions_in_stage(&self, stage: &str, name: &str) -> Vec<ActionId> {
        let index = self.stages.iter().position(|known| known.name.node == stage);
        self.select(|action| Some(action.stage) == index && action.symbol == name && action.has_outputs())
    }

    pub(super) fn has_stack(&self, name: &str) -> bool {
        self.actions.iter().any(|action| action.symbol == name && action.is_stack())
    }

    pub(super) fn stack_actions(&self, name: &str) -> Vec<ActionId> {
        let deploying = self.select(|action| action.symbol == name && action.is_stack() && action.has_outputs());
        if deploying.is_empty() {
            // A stack that is only prepared: its outputs are refused by a check.
            return self.select(|action| action.symbol == name && action.is_stack());
        }
        deploying
    }

    fn select(&self, wanted: impl Fn(&ActionDraft<'a>) -> bool) -> Vec<ActionId> {
        let found = self.actions.iter().enumerate().filter(|(_, action)| wanted(action));
        found.map(|(index, _)| ActionId(index)).collect()
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

    /// Names an output artifact; `None`, and the place of the first, when it exists already.
    fn add_artifact(&mut self, artifact: Artifact) -> Result<ArtifactId, Span> {
        if let Some(first) = self.artifact(&artifact.name.node).and_then(|id| self.artifacts.get(id.0)) {
            return Err(first.name.span);
        }
        let id = ArtifactId(self.artifacts.len());
        self.artifact_index.insert(artifact.name.node.clone(), id);
        self.artifacts.push(artifact);
        Ok(id)
    }
}

impl<'a> Lowerer<'a> {
    /// Drafts every pipeline, then fills the drafts in.
    pub(super) fn pipelines(&mut self) {
        for declared in self.symbols.pipelines.clone() {
            let draft = self.draft(declared);
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
        let block = &declared.node.block;
        let statements = self.admitted(&block.statements, Place::Pipeline, "pipeline");
        let scope = self.scopes.child(Scopes::root());
        self.bind_values(&statements, scope);
        let mut draft = PipelineDraft {
            declared,
            statements: statements.clone(),
            scope,
            variables: Vec::new(),
            stages: Vec::new(),
            stage_statements: Vec::new(),
            actions: Vec::new(),
            artifacts: Vec::new(),
            artifact_index: HashMap::new(),
        };
        for statement in statements {
            match &statement.kind {
                StmtKind::Param(param) if param.kind == ParamKind::Variable => {
                    self.draft_variable(param, statement, &mut draft);
                }
                StmtKind::Stage(named) => self.draft_stage(named, statement, &mut draft),
                _ => {}
            }
        }
        draft
    }

    fn draft_variable(&mut self, param: &'a ast::Param, statement: &'a Stmt, draft: &mut PipelineDraft<'a>) {
        let variable = self.variable(param, statement.doc.as_ref(), Context::of_scope(draft.scope));
        let id = crate::hir::VariableId(draft.variables.len());
        self.bind("variable", draft.scope, &param.name, Binding::Variable(id));
        draft.variables.push(variable);
    }

    fn draft_stage(&mut self, named: &'a ast::Named, statement: &'a Stmt, draft: &mut PipelineDraft<'a>) {
        let statements = self.admitted(&named.block.statements, Place::Steps, "stage");
        let scope = self.scopes.child(draft.scope);
        self.bind_values(&statements, scope);
        let mut incomplete = statements.len() < named.block.statements.len() || has_error(&statements);
        let name = self.stage_name(named, &statements, scope);
        incomplete |= name.is_none();
        let name = name.unwrap_or_else(|| Spanned::new(String::new(), named.name.span));
        if let Some(first) = draft.stages.iter().find(|stage| stage.name.node == name.node && !name.node.is_empty()) {
            self.diagnostics.push(names::duplicate("stage", &name, first.name.span));
        }
        let index = draft.stages.len();
        draft.stages.push(Stage {
            name,
            doc: statement.doc.as_ref().map(|doc| doc.node.clone()),
            steps: Vec::new(),
            span: named.keyword.to(named.name.span),
            incomplete,
        });
        let steps = self.draft_steps(&statements, index, scope, draft);
        if let Some(stage) = draft.stages.get_mut(index) {
            stage.steps = steps;
        }
        draft.stage_statements.push(statements);
    }

    /// The stage's name in AWS.
    fn stage_name(
        &mut self,
        named: &'a ast::Named,
        statements: &[&'a Stmt],
        scope: ScopeId,
    ) -> Option<Spanned<String>> {
        let slots: Vec<&Slot> =
            catalog::declaration("stage").map(|entry| entry.slot.iter().collect()).unwrap_or_default();
        let symbol = self.name(&named.name, scope)?;
        let shown = format!("stage `{}`", symbol.node);
        let owner = Owner { shown: &shown, place: named.name.span };
        let attributes = self.attributes(statements, &slots, owner, Context::of_scope(scope));
        let given = literal(&attributes, "name");
        if given.is_none() {
            self.check_name("stage", &symbol);
        }
        Some(given.unwrap_or(symbol))
    }

    fn draft_steps(
        &mut self,
        statements: &[&'a Stmt],
        stage: usize,
        scope: ScopeId,
        draft: &mut PipelineDraft<'a>,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        for statement in statements {
            match &statement.kind {
                StmtKind::Action(action) => {
                    let drafts = self.draft_action(action, statement, stage, scope);
                    steps.extend(self.add_actions(drafts, stage, draft));
                }
                StmtKind::StackAction(action) => {
                    let drafts = self.draft_stack(action, statement, stage, scope);
                    steps.extend(self.add_actions(drafts, stage, draft));
                }
                StmtKind::Parallel(block) => {
                    let inner = self.draft_block(&block.block, "parallel", stage, scope, draft);
                    steps.push(Step::Parallel(inner, block.keyword));
                }
                StmtKind::Sequence(block) => {
                    let inner = self.draft_block(&block.block, "sequence", stage, scope, draft);
                    steps.push(Step::Sequence(inner));
                }
                StmtKind::Error(_) => {
                    if let Some(stage) = draft.stages.get_mut(stage) {
                        stage.incomplete = true;
                    }
                }
                _ => {}
            }
        }
        steps
    }

    fn draft_block(
        &mut self,
        block: &'a ast::Block,
        word: &str,
        stage: usize,
        scope: ScopeId,
        draft: &mut PipelineDraft<'a>,
    ) -> Vec<Step> {
        let statements = self.admitted(&block.statements, Place::Steps, word);
        let inner = self.scopes.child(scope);
        self.bind_values(&statements, inner);
        let owner_shown = format!("`{word}`");
        let owner = Owner { shown: &owner_shown, place: block.span };
        self.attributes(&statements, &[], owner, Context::of_scope(inner));
        if statements.len() < block.statements.len()
            && let Some(stage) = draft.stages.get_mut(stage)
        {
            stage.incomplete = true;
        }
        self.draft_steps(&statements, stage, inner, draft)
    }

    /// Gives drafted actions their ids, and their outputs theirs. A change-set pair is one step: a sequence of two.
    /// None of them: the action could not be read, which the stage remembers.
    fn add_actions(
        &mut self,
        drafts: Vec<ActionDraft<'a>>,
        stage: usize,
        draft: &mut PipelineDraft<'a>,
    ) -> Option<Step> {
        if let (true, Some(stage)) = (drafts.is_empty(), draft.stages.get_mut(stage)) {
            stage.incomplete = true;
        }
        let mut steps = Vec::with_capacity(drafts.len());
        for mut action in drafts {
            let id = ActionId(draft.actions.len());
            for output in action.output_clauses() {
                self.check_name("artifact", &output.name);
                let contents = self.contents(&output.contents, action.scope);
                let artifact = Artifact { name: output.name.clone(), producer: id, contents };
                match draft.add_artifact(artifact) {
                    Ok(artifact) => action.outputs.push(artifact),
                    Err(first) => {
                        action.incomplete = true;
                        self.hir.incomplete = true;
                        self.diagnostics.push(artifacts::made_twice(&output.name, first));
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
        let context = Context { scope: draft.scope, pipeline: Some(index) };
        let count = draft.actions.len();
        let slots: Vec<&Slot> =
            catalog::declaration("pipeline").map(|entry| entry.slot.iter().collect()).unwrap_or_default();
        let shown = format!("pipeline `{}`", declared.symbol.node);
        let owner = Owner { shown: &shown, place: declared.symbol.span };
        let attributes = self.attributes(&statements, &slots, owner, context);
        let store = self.artifact_store(&statements, context);
        let mut actions = Vec::with_capacity(count);
        for position in 0..count {
            let action = self.drafts.get(index).and_then(|draft| draft.actions.get(position)).cloned()?;
            actions.push(self.action(action, context));
        }
        super::action::default_checkout(&mut actions);
        let name = literal(&attributes, "name");
        if name.is_none() {
            self.check_name("pipeline", &declared.symbol);
        }
        let type_value = literal(&attributes, "type");
        let draft = self.drafts.get(index)?;
        Some(Pipeline {
            name: name.unwrap_or_else(|| declared.symbol.clone()),
            doc: declared.statement.doc.as_ref().map(|doc| doc.node.clone()),
            pipeline_type: match type_value.as_ref().map(|value| value.node.as_str()) {
                Some("V1") => PipelineType::V1,
                _ => PipelineType::V2,
            },
            pipeline_type_span: type_value.map(|value| value.span),
            mode: literal(&attributes, "mode"),
            role: role_of(&attributes, "role"),
            variables: draft.variables.clone(),
            tags: map_of(&attributes, "tags"),
            restart_on_update: flag_of(&attributes, "restart-on-update"),
            store,
            stages: draft.stages.clone(),
            actions,
            artifacts: draft.artifacts.clone(),
            raw: attributes.get("raw").map(|attribute| attribute.value.clone()),
            logical_id: literal(&attributes, "logical-id"),
            span: declared.node.keyword.to(declared.node.name.span),
            symbol: declared.symbol,
            incomplete: has_error(&statements) || statements.len() < declared.node.block.statements.len(),
        })
    }

    /// The `artifacts { ... }` block.
    fn artifact_store(&mut self, statements: &[&'a Stmt], context: Context) -> ArtifactStore {
        let mut blocks = statements.iter().filter_map(|statement| match &statement.kind {
            StmtKind::Settings(settings) => Some(settings),
            _ => None,
        });
        let Some(settings) = blocks.next() else { return ArtifactStore::default() };
        if let Some(second) = blocks.next() {
            let name = Spanned::new("artifacts".to_owned(), second.keyword.span);
            self.diagnostics.push(names::duplicate("block", &name, settings.keyword.span));
        }
        let inner = self.admitted(&settings.block.statements, Place::Plain, "artifacts");
        let slots: Vec<&Slot> =
            catalog::declaration("artifacts").map(|entry| entry.slot.iter().collect()).unwrap_or_default();
        let owner = Owner { shown: "`artifacts`", place: settings.keyword.span };
        let attributes = self.attributes(&inner, &slots, owner, context);
        let bucket = attributes.get("bucket").and_then(|attribute| match attribute.value.kind {
            ValueKind::Entity(Entity::Bucket(id)) => Some(Spanned::new(id, attribute.value.span)),
            _ => None,
        });
        let expire = literal(&attributes, "expire");
        ArtifactStore {
            bucket,
            key: attributes.get("key").map(|attribute| attribute.value.clone()),
            expire: expire.and_then(|days| Some(Spanned::new(days.node.parse().ok()?, days.span))),
            span: Some(settings.keyword.span),
        }
    }
}

fn has_error(statements: &[&Stmt]) -> bool {
    statements.iter().any(|statement| matches!(statement.kind, StmtKind::Error(_)))
}

fn map_of(attributes: &Attributes, word: &str) -> Vec<(Spanned<String>, Value)> {
    match attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::Map(entries)) => entries.clone(),
        _ => Vec::new(),
    }
}

fn flag_of(attributes: &Attributes, word: &str) -> bool {
    matches!(attributes.get(word).map(|attribute| &attribute.value.kind), Some(ValueKind::Bool(true)))
}
