//! Actions of every provider.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::{self, ActionType, Category, Header, SlotType};
use crate::diagnostic::families::names;
use crate::hir::{
    Action, ActionId, ArtifactFile, ArtifactId, BOUNDARY, EnvironmentId, Filter, Input, LoopId, Origin, Setting,
    StackPair, Statement, Text, UseId, Value, ValueKind,
};
use crate::resolve::gives;
use crate::resolve::place::Place;
use crate::slots::{self, Shape, SlotSet, is_configured, require, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ActionHead, Clauses, ExprKind, StackVerb, Stmt, StmtKind};

use super::Lowerer;
use super::attributes::{Attributes, Owner, literal, settings};
use super::declare::Owned;
use super::expand::{Placed, Surroundings};
use super::expression::Context;
use super::scope::ScopeId;

/// An action that has an id, but no values yet.
#[derive(Debug, Clone)]
pub(super) struct ActionDraft<'a> {
    pub(super) name: Spanned<String>,
    pub(super) symbol: String,
    /// What it is called: the symbol, with what loops and instances add.
    pub(super) called: String,
    pub(super) stage: usize,
    /// The names its values see.
    pub(super) scope: ScopeId,
    /// Where its name is visible.
    pub(super) local: ScopeId,
    /// Where the names of its artifacts are visible.
    pub(super) body: ScopeId,
    /// What loops and instances add to the names of its artifacts.
    pub(super) suffix: Rc<str>,
    /// The `use` statements that led here.
    pub(super) trail: Rc<[UseId]>,
    /// The loops around it.
    pub(super) loops: Arc<[LoopId]>,
    pub(super) category: Category,
    pub(super) action_type: Arc<ActionType>,
    pub(super) form: Form<'a>,
    pub(super) statement: &'a Stmt,
    /// The namespace asked for, if it is known at compile time.
    pub(super) namespace: Option<String>,
    pub(super) outputs: Vec<ArtifactId>,
    /// The two actions of its statement, where that makes two.
    pub(super) pair: Option<StackPair>,
    /// The environment it runs in.
    pub(super) environment: Option<Spanned<EnvironmentId>>,
    pub(super) incomplete: bool,
}

/// An action's block.
#[derive(Debug, Clone, Default)]
pub(super) struct ActionBody {
    /// Its attributes.
    pub(super) attributes: Attributes,
    /// What could not be read.
    pub(super) unread: Unread,
    /// `on push`, `on pull-request`
    pub(super) filters: Vec<Filter>,
    /// `allow`, `deny`
    pub(super) statements: Vec<Statement>,
}

/// What of an action's block could not be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unread {
    /// A statement.
    pub(super) statement: bool,
    /// An attribute that the action does not have, or has twice.
    pub(super) attribute: bool,
}

impl Unread {
    /// Whether anything was left out.
    pub(super) fn any(self) -> bool {
        self.statement || self.attribute
    }
}

/// What an action was written as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    /// `build codebuild Name`, `approve Name`
    Written(&'a ast::Action),
    /// A stack statement, or one half of one.
    Stack(&'a ast::StackAction, Origin),
    /// `deploy stackset Name`, `deploy stack-instances Name`
    StackSet(&'a ast::StackAction),
}

impl Form<'_> {
    /// The provider's word in the file; none if `action` names the type as AWS does.
    fn word(self) -> Option<String> {
        let word = match self {
            Self::Written(action) => match &action.head {
                ActionHead::Approve => "manual",
                ActionHead::Run => "commands",
                ActionHead::Generic => return None,
                ActionHead::Typed { provider, .. } => &provider.node,
            },
            Self::Stack(..) => "cloudformation",
            Self::StackSet(action) if action.kind.node == ast::StackKind::StackInstances => "stack-instances",
            Self::StackSet(_) => "stackset",
        };
        Some(word.to_owned())
    }
}

impl<'a> ActionDraft<'a> {
    /// An action as its header says, called what it is called in the file.
    pub(super) fn new(
        placed: &Placed<'a>,
        name: Owned,
        stage: usize,
        category: Category,
        action_type: Arc<ActionType>,
        form: Form<'a>,
    ) -> Self {
        Self {
            symbol: name.symbol.node,
            called: name.full.node.clone(),
            name: name.full,
            stage,
            scope: placed.at.scope,
            local: name.local,
            body: placed.at.local,
            suffix: Rc::clone(&placed.at.suffix),
            trail: Rc::clone(&placed.at.trail),
            loops: Arc::clone(&placed.at.loops),
            category,
            action_type,
            form,
            statement: placed.statement,
            namespace: None,
            outputs: Vec::new(),
            pair: None,
            environment: None,
            incomplete: false,
        }
    }

    pub(super) fn clauses(&self) -> &'a Clauses {
        match self.form {
            Form::Written(action) => &action.clauses,
            Form::Stack(action, _) | Form::StackSet(action) => &action.clauses,
        }
    }

    pub(super) fn block(&self) -> Option<&'a ast::Block> {
        match self.form {
            Form::Written(action) => action.block.as_ref(),
            Form::Stack(action, _) | Form::StackSet(action) => action.block.as_ref(),
        }
    }

    /// The `->` clause, if this action is the one that makes its artifacts: of a pair, the second half.
    pub(super) fn output_clauses(&self) -> &'a [ast::Output] {
        let pair = matches!(self.form, Form::Stack(action, _) if action.verb.node == StackVerb::Deploy);
        if pair && self.prepares() { &[] } else { &self.clauses().to }
    }

    pub(super) fn is_stack(&self) -> bool {
        matches!(self.form, Form::Stack(..))
    }

    /// Whether it works on a stack, whose outputs are then its variables.
    pub(super) fn makes_stack(&self) -> bool {
        self.is_stack() || self.action_type.deploys_stack()
    }

    /// Whether `Name.Variable` can mean this action: a change set or a deleted stack has no outputs.
    pub(super) fn has_outputs(&self) -> bool {
        !self.prepares() && !matches!(self.form, Form::Stack(_, Origin::DeleteStack))
    }

    /// Whether it executes a change set that another statement prepares.
    pub(super) fn executes_only(&self) -> bool {
        matches!(self.form, Form::Stack(action, _) if action.verb.node == StackVerb::Execute)
    }

    /// Whether it prepares a change set.
    pub(super) fn prepares(&self) -> bool {
        matches!(self.form, Form::Stack(_, Origin::PrepareStack))
    }
}

impl<'a> Lowerer<'a> {
    /// Drafts an action; none when its type is unknown, which is reported.
    pub(super) fn draft_action(
        &mut self,
        action: &'a ast::Action,
        placed: &Placed<'a>,
        stage: usize,
    ) -> Vec<ActionDraft<'a>> {
        let (found, complete) = match &action.head {
            ActionHead::Generic => {
                let named = self.named_type(action, &placed.at);
                (Some((named.category, named.action_type)), named.complete)
            }
            head => (self.action_type(head, action.block.as_ref(), &placed.at), true),
        };
        let name = self.declared_name(&action.name, &placed.at);
        let (Some((category, action_type)), Some(name)) = (found, name) else {
            self.give_up(placed.statement);
            return Vec::new();
        };
        let draft = ActionDraft::new(placed, name, stage, category, action_type, Form::Written(action));
        let namespace = self.asked_namespace(&draft);
        vec![ActionDraft { incomplete: !complete, namespace, ..draft }]
    }

    /// The namespace that the block of an action asks for.
    pub(super) fn asked_namespace(&mut self, draft: &ActionDraft<'a>) -> Option<String> {
        self.early(draft.block(), &["namespace"], draft.scope).text("namespace").map(str::to_owned)
    }

    fn action_type(
        &mut self,
        head: &ActionHead,
        block: Option<&ast::Block>,
        at: &Surroundings,
    ) -> Option<(Category, Arc<ActionType>)> {
        let (category, provider) = match head {
            ActionHead::Approve => {
                return Some((Category::Approval, catalog::action_type("manual", Category::Approval)?));
            }
            ActionHead::Run => return Some((Category::Compute, catalog::action_type("commands", Category::Compute)?)),
            ActionHead::Generic => return None,
            ActionHead::Typed { category, provider } => (category, provider),
        };
        let wanted = match category.node.as_str() {
            "source" => Category::Source,
            "build" => Category::Build,
            "test" => Category::Test,
            "invoke" => Category::Invoke,
            _ => Category::Deploy,
        };
        let declared = self.declared_provider(&provider.node, at.scope).map(|it| Arc::clone(&it.action_type));
        let found = match &declared {
            // Categories that could not be read have been reported.
            Some(own) if own.categories.is_empty() || own.categories.contains(&wanted) => Some(Arc::clone(own)),
            Some(_) => None,
            None => catalog::action_type_for(&provider.node, wanted, &|word| gives(block, word)),
        };
        if let Some(found) = found {
            return Some((wanted, found));
        }
        let can = declared.as_ref().map_or_else(|| catalog::categories(&provider.node), |own| &own.categories);
        if can.is_empty() {
            if !self.is_explained(provider) {
                let own = self.symbols.names_of(catalog::Kind::Provider).filter(|name| *name != provider.node);
                let own: Vec<String> = own.map(str::to_owned).collect();
                let mut known: Vec<&str> = own.iter().map(String::as_str).collect();
                known.extend(catalog::words_for(wanted).map(|word: &str| word));
                if wanted == Category::Deploy {
                    known.push("stack");
                }
                let meant = catalog::words_called(wanted, &provider.node);
                self.diagnostics.push(names::unknown_provider(&category.node, provider, &known, &meant));
            }
        } else {
            let statement = |can: &Category| match can {
                Category::Approval | Category::Compute => can.word().to_owned(),
                _ => format!("{} {}", can.word(), provider.node),
            };
            let can: Vec<String> = can.iter().map(statement).collect();
            let can: Vec<&str> = can.iter().map(String::as_str).collect();
            self.diagnostics.push(names::wrong_category(category, &provider.node, &can));
        }
        None
    }

    /// Fills a draft in.
    pub(super) fn action(&mut self, id: ActionId, draft: ActionDraft<'a>, context: Context) -> Action {
        let context = Context { scope: draft.scope, ..context };
        self.environment = draft.environment.as_ref().map(|environment| environment.node);
        let action = match draft.form {
            Form::Written(action) => self.written(draft, action, context),
            Form::Stack(action, origin) => self.stack_action((id, draft), action, origin, context),
            Form::StackSet(action) => self.stack_set_action(draft, action, context),
        };
        self.environment = None;
        action
    }

    fn written(&mut self, draft: ActionDraft<'a>, action: &'a ast::Action, context: Context) -> Action {
        let action_type = Arc::clone(&draft.action_type);
        let generic = matches!(action.head, ActionHead::Generic);
        let slots = slots_of(Shape::Action { action_type: &action_type, category: draft.category, generic });
        let shown = format!("action `{}`", draft.symbol);
        let owner = Owner { shown: &shown, place: draft.name.span };
        let ActionBody { attributes, unread, filters, statements } =
            self.action_body(draft.block(), &slots, owner, context);
        if !unread.statement {
            require(&attributes, slots.iter().filter(|slot| !is_configured(&attributes, slot)), owner, self);
            self.require_configured(&attributes, &slots, owner);
        }
        if generic && !draft.incomplete {
            self.check_listed(&action_type, draft.category, &attributes);
        }
        let mut configuration = settings(&attributes, slots.configured());
        let (inputs, lost_input) = self.header(&draft, &mut configuration, context);
        let end = action.clauses.end().unwrap_or(action.name.span);
        let mut lowered = self.assemble(draft, &attributes, configuration, inputs, action.keyword.to(end));
        lowered.incomplete |= unread.any() || lost_input;
        lowered.filters = filters;
        lowered.statements = statements;
        lowered
    }

    /// Reads an action's block.
    pub(super) fn action_body(
        &mut self,
        block: Option<&'a ast::Block>,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
    ) -> ActionBody {
        let Some(block) = block else { return ActionBody::default() };
        let at = Surroundings::of(self.scopes.child(context.scope));
        let body = self.expand(&block.statements, Place::Action, "an action", &at);
        let written = body.statements.iter().filter(|it| matches!(it.statement.kind, StmtKind::Attribute(_))).count();
        let attributes = self.attributes(&body.statements, slots, owner);
        let (statements, lost) = self.statements(&body.statements);
        let unread = Unread { statement: body.incomplete || lost, attribute: attributes.len() < written };
        ActionBody { attributes, unread, filters: self.filters(&body.statements), statements }
    }

    /// The `from` clause: input artifacts, and the file that fills a slot of the configuration; and whether one of them
    /// could not be read.
    pub(super) fn header(
        &mut self,
        draft: &ActionDraft<'a>,
        configuration: &mut IndexMap<String, Setting>,
        context: Context,
    ) -> (Vec<Input>, bool) {
        let file_key = slots::header_key(&draft.action_type.slot, Header::FromFile).map(str::to_owned);
        let mut inputs = Vec::new();
        let mut lost = false;
        for item in &draft.clauses().from {
            let value = match &item.kind {
                ExprKind::Reference(reference)
                    if !reference.accesses.is_empty() && self.names_artifact(&reference.head, context) =>
                {
                    let shown = self.shown(item.span);
                    self.diagnostics.push(crate::diagnostic::families::artifacts::not_a_file(&shown, item.span));
                    Value::poisoned(item.span)
                }
                ExprKind::Reference(reference) if self.names_artifact(&reference.head, context) => {
                    match self.artifact(&reference.head, item.span, context) {
                        Some(id) => Value::new(ValueKind::Artifact(id), item.span),
                        None => Value::poisoned(item.span),
                    }
                }
                ExprKind::Reference(reference) => self.reference(reference, context, super::expression::Words::Value),
                _ => self.evaluate(item, context, super::expression::Words::Artifact),
            };
            match &value.kind {
                ValueKind::Artifact(id) => push_input(&mut inputs, Input { artifact: *id, span: item.span }),
                ValueKind::ArtifactFile(file) => {
                    match file.artifact {
                        Some(artifact) => push_input(&mut inputs, Input { artifact, span: file.artifact_span }),
                        None => lost = true,
                    }
                    match &file_key {
                        Some(key) if !configuration.contains_key(key) => {
                            let setting = Setting { value: value.clone(), attribute: item.span, raw: false };
                            configuration.insert(key.clone(), setting);
                        }
                        _ => {
                            let wrong =
                                names::wrong_type("from", "an artifact here", "a file in an artifact", item.span);
                            self.diagnostics.push(wrong);
                        }
                    }
                }
                _ => {
                    self.hir.incomplete = true;
                    lost = true;
                }
            }
        }
        (inputs, lost)
    }

    /// Whether a name where an artifact is wanted is an artifact's: it is one, or it is bound to nothing else.
    pub(super) fn names_artifact(&self, name: &ast::Ident, context: Context) -> bool {
        let draft = context.pipeline.and_then(|index| self.drafts.get(index));
        draft.is_some_and(|draft| draft.artifact(&name.node, &self.scopes, context.scope).is_some())
            || self.scopes.find(context.scope, &name.node).is_none()
    }

    /// Puts an action together from what all forms have in common.
    pub(super) fn assemble(
        &mut self,
        draft: ActionDraft<'a>,
        attributes: &Attributes,
        mut configuration: IndexMap<String, Setting>,
        mut inputs: Vec<Input>,
        span: Span,
    ) -> Action {
        slots::add_raw(attributes, &mut configuration, self);
        self.files_in_text(&draft.action_type, &inputs, &mut configuration);
        slots::add_primary_input(&draft.action_type.slot, &inputs, &mut configuration);
        for setting in configuration.values() {
            add_inputs(&setting.value, &mut inputs);
        }
        let order = |key: &str| draft.action_type.slot.iter().position(|slot| slot.key.as_deref() == Some(key));
        configuration.sort_by_cached_key(|key, _| order(key).map_or((true, 0), |place| (false, place)));
        let name = match literal(attributes, "name") {
            Some(name) if !draft.is_stack() => name,
            _ => {
                if !draft.is_stack() {
                    self.check_name("action", &draft.name);
                }
                draft.name.clone()
            }
        };
        let origin = match draft.form {
            Form::Written(_) | Form::StackSet(_) => Origin::Written,
            Form::Stack(_, origin) => origin,
        };
        Action {
            name,
            symbol: draft.called,
            word: draft.form.word(),
            stage: draft.stage,
            loops: draft.loops,
            used: draft.trail.last().copied(),
            category: draft.category,
            action_type: draft.action_type,
            inputs,
            outputs: draft.outputs,
            configuration,
            namespace: literal(attributes, "namespace"),
            role: self.role_given(attributes, "action-role"),
            statements: Vec::new(),
            boundary: attributes.get(BOUNDARY).map(|attribute| attribute.value.clone()),
            environment: draft.environment,
            region: literal(attributes, "region"),
            timeout: number(attributes, "timeout"),
            run_order: number(attributes, "run-order"),
            origin,
            pair: draft.pair,
            template_origin: literal(attributes, "origin"),
            checkout: checkout(attributes),
            filters: Vec::new(),
            doc: draft.statement.doc.as_ref().map(|doc| doc.node.clone()),
            span,
            incomplete: draft.incomplete,
        }
    }

    /// `configuration = { TemplatePath = "Artifact::file" }`: text that names a file of an input is that file.
    fn files_in_text(&self, action_type: &ActionType, inputs: &[Input], configuration: &mut IndexMap<String, Setting>) {
        let Some(draft) = self.current.and_then(|index| self.drafts.get(index)) else { return };
        for (key, setting) in configuration.iter_mut().filter(|(_, setting)| setting.raw) {
            let slot = action_type.slot_of_key(key);
            if slot.is_none_or(|slot| slot.ty != SlotType::ArtifactFile || slot.path_key.is_some()) {
                continue;
            }
            let Some((name, path)) = setting.value.as_str().and_then(|text| text.split_once("::")) else { continue };
            let is_named = |input: &&Input| {
                draft.artifacts.get(input.artifact.0).is_some_and(|artifact| artifact.name.node == name)
            };
            let Some(input) = inputs.iter().find(is_named).filter(|_| !path.is_empty()) else { continue };
            let whole = setting.value.span;
            let (start, end) = (whole.range().start + 1 + name.len() + 2, whole.range().end.saturating_sub(1));
            let exact = Span::new(whole.file, start.min(end), end);
            let path_span = if self.shown(exact) == path { exact } else { whole };
            setting.value.kind = ValueKind::ArtifactFile(ArtifactFile {
                artifact: Some(input.artifact),
                artifact_span: whole,
                path: Text::literal(path, path_span),
                path_span,
            });
        }
    }
}

fn push_input(inputs: &mut Vec<Input>, input: Input) {
    if !inputs.iter().any(|known| known.artifact == input.artifact) {
        inputs.push(input);
    }
}

/// Every artifact that a value names is an input.
fn add_inputs(value: &Value, inputs: &mut Vec<Input>) {
    match &value.kind {
        ValueKind::Artifact(artifact) => push_input(inputs, Input { artifact: *artifact, span: value.span }),
        ValueKind::ArtifactFile(file) => {
            if let Some(artifact) = file.artifact {
                push_input(inputs, Input { artifact, span: file.artifact_span });
            }
        }
        ValueKind::List(items) => items.iter().for_each(|item| add_inputs(item, inputs)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| add_inputs(value, inputs)),
        ValueKind::Raw(inner) => add_inputs(inner, inputs),
        _ => {}
    }
}

fn number(attributes: &Attributes, word: &str) -> Option<Spanned<u32>> {
    let text = literal(attributes, word)?;
    Some(Spanned::new(text.node.parse().ok()?, text.span))
}

/// `checkout = "folder"`; `false` becomes an empty text, which means: not this repository.
fn checkout(attributes: &Attributes) -> Option<Spanned<String>> {
    let attribute = attributes.get("checkout")?;
    match &attribute.value.kind {
        ValueKind::Bool(false) => Some(Spanned::new(String::new(), attribute.value.span)),
        _ => literal(attributes, "checkout"),
    }
}

/// One Git source is this repository unless it says otherwise.
pub(super) fn default_checkout(actions: &mut [Action]) {
    let count = actions.iter().filter(|action| action.is_git_source()).count();
    for action in actions.iter_mut() {
        if count == 1 && action.is_git_source() && action.checkout.is_none() {
            action.checkout = Some(Spanned::new(".".to_owned(), action.name.span));
        }
        if action.checkout.as_ref().is_some_and(|folder| folder.node.is_empty()) {
            action.checkout = None;
        }
    }
}
