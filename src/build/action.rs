//! Actions of every provider.

use std::sync::Arc;

use crate::catalog::{self, ActionType, Category, Header, SlotType, Words};
use crate::collections::IndexMap;
use crate::diagnostic::families::{artifacts, attributes, names};
use crate::evaluate::Context;
use crate::expand::{Placed, Surroundings};
use crate::hir::{Action, ActionId, ArtifactFile, BOUNDARY, Input, Origin, Setting, Text, Value, ValueKind};
use crate::resolve::gives;
use crate::resolve::place::Place;
use crate::slots::{self, Attributes, Owner, Shape, SlotSet, is_configured, literal, require, settings, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ActionHead, ExprKind, StmtKind};

use super::attributes::raw_gives;
use super::builder::Builder;
use super::drafts::{ActionBody, ActionDraft, Form, Unread};

/// Parts of an action that rules read elsewhere: setting them in `raw` hides them from the rules.
const PARTS: [&str; 4] = ["ActionTypeId", "Configuration", "InputArtifacts", "OutputArtifacts"];

impl<'a> Builder<'a> {
    /// Drafts an action. If its type is unknown, reports that and returns none.
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
            self.values.give_up(placed.statement.span);
            return Vec::new();
        };
        let draft = ActionDraft::new(placed, name, stage, category, action_type, Form::Written(action));
        let namespace = self.explicit_namespace(&draft);
        vec![ActionDraft { incomplete: !complete, namespace, ..draft }]
    }

    /// Returns the namespace that the block of an action sets.
    pub(super) fn explicit_namespace(&mut self, draft: &ActionDraft<'a>) -> Option<String> {
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
        let declared = self.declared_provider(provider, at.scope).map(|it| Arc::clone(&it.action_type));
        let found = match &declared {
            // Unreadable categories have been reported.
            Some(own) if own.categories.is_empty() || own.categories.contains(&wanted) => Some(Arc::clone(own)),
            Some(_) => None,
            None => catalog::action_type_for(&provider.node, wanted, &|word| gives(block, word)),
        };
        if let Some(found) = found {
            return Some((wanted, found));
        }
        let can = declared.as_ref().map_or_else(|| catalog::categories(&provider.node), |own| &own.categories);
        if can.is_empty() {
            if !self.values.is_explained(provider) {
                let own = self.values.entities.names_of(catalog::Kind::Provider).filter(|name| *name != provider.node);
                let own: Vec<String> = own.map(str::to_owned).collect();
                let mut known: Vec<&str> = own.iter().map(String::as_str).collect();
                known.extend(catalog::words_for(wanted).map(|word: &str| word));
                if wanted == Category::Deploy {
                    known.push("stack");
                }
                let meant = catalog::words_called(wanted, &provider.node);
                self.values.diagnostics.push(names::unknown_provider(&category.node, provider, &known, &meant));
            }
        } else {
            let statement = |can: &Category| match can {
                Category::Approval | Category::Compute => can.word().to_owned(),
                _ => format!("{} {}", can.word(), provider.node),
            };
            let can: Vec<String> = can.iter().map(statement).collect();
            let can: Vec<&str> = can.iter().map(String::as_str).collect();
            self.values.diagnostics.push(names::wrong_category(category, &provider.node, &can));
        }
        None
    }

    /// Fills in a draft.
    pub(super) fn action(&mut self, id: ActionId, draft: ActionDraft<'a>, context: Context) -> Action {
        let context = Context { scope: draft.scope, ..context };
        self.values.environment = draft.environment.as_ref().map(|environment| environment.node);
        self.values.only_input = match draft.clauses().from.as_slice() {
            [one] => match &one.kind {
                ExprKind::Reference(reference) if self.values.names_artifact(&reference.head) => {
                    Some(reference.head.node.clone())
                }
                _ => None,
            },
            _ => None,
        };
        let action = match draft.form {
            Form::Written(action) => self.written(draft, action, context),
            Form::Stack(action, origin) => self.stack_action((id, draft), action, origin, context),
            Form::StackSet(action) => self.stack_set_action(draft, action, context),
        };
        self.values.environment = None;
        self.values.only_input = None;
        action
    }

    fn written(&mut self, draft: ActionDraft<'a>, action: &'a ast::Action, context: Context) -> Action {
        let action_type = Arc::clone(&draft.action_type);
        let generic = matches!(action.head, ActionHead::Generic);
        let slots = slots_of(Shape::Action { action_type: &action_type, category: draft.category, generic });
        let shown = format!("action `{}`", draft.symbol.node).into();
        let owner = Owner { shown: &shown, place: draft.name.span };
        let ActionBody { attributes, unread, filters, statements } =
            self.action_body(draft.block(), &slots, owner, context);
        if !unread.statement {
            require(
                &attributes,
                slots.iter().filter(|slot| !is_configured(&attributes, slot)),
                owner,
                &mut self.values,
            );
            self.require_configured(&attributes, &slots, owner);
        }
        if generic && !draft.incomplete {
            self.check_listed(&action_type, draft.category, &attributes);
        }
        let mut configuration = settings(&attributes, slots.configured());
        let (inputs, lost_input) = self.header(&draft, &mut configuration, context);
        let mut built = self.assemble(draft, &attributes, configuration, inputs, action.header());
        built.incomplete |= unread.any() || lost_input;
        built.filters = filters;
        built.statements = statements;
        built
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
        let at = Surroundings::of(self.values.scopes.child(context.scope));
        let body = self.expand(&block.statements, Place::Action, "an action", &at);
        let written = body.statements.iter().filter(|it| matches!(it.statement.kind, StmtKind::Attribute(_))).count();
        let attributes = self.attributes(&body.statements, slots, owner);
        let (statements, lost) = self.statements(&body.statements);
        let unread = Unread { statement: body.incomplete || lost, attribute: attributes.len() < written };
        ActionBody { attributes, unread, filters: self.filters(&body.statements), statements }
    }

    /// Evaluates the `from` clause: input artifacts, and the file that fills a slot of the configuration. Returns the
    /// inputs, and whether one of them could not be read.
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
                ExprKind::Reference(reference) if self.values.names_artifact(&reference.head) => {
                    if reference.accesses.is_empty() {
                        self.values.bare(&reference.head, context, Words::Artifact)
                    } else {
                        let shown = self.values.shown(item.span);
                        self.values.diagnostics.push(artifacts::not_a_file(&shown, item.span));
                        Value::poisoned(item.span)
                    }
                }
                ExprKind::Reference(reference) => self.values.reference(reference, context, Words::Value),
                _ => self.values.evaluate(item, context, Words::Artifact),
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
                                attributes::wrong_type("from", "an artifact here", "a file in an artifact", item.span);
                            self.values.diagnostics.push(wrong);
                        }
                    }
                }
                _ => {
                    self.values.incomplete = true;
                    lost = true;
                }
            }
        }
        (inputs, lost)
    }

    /// Assembles an action from what all forms have in common.
    pub(super) fn assemble(
        &mut self,
        draft: ActionDraft<'a>,
        attributes: &Attributes,
        mut configuration: IndexMap<String, Setting>,
        mut inputs: Vec<Input>,
        span: Span,
    ) -> Action {
        slots::add_raw(attributes, &mut configuration, &mut self.values);
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
                    self.values.check_name("action", &draft.name);
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
            declared: draft.symbol.span,
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
            role: self.role_of_attribute(attributes, "action-role"),
            statements: Vec::new(),
            boundary: attributes.get(BOUNDARY).map(|attribute| attribute.value.clone()),
            environment: draft.environment,
            region: literal(attributes, "region"),
            timeout: number(attributes, "timeout"),
            run_order: number(attributes, "run-order"),
            cfn_condition: self.existence(attributes, draft.under),
            starts_under: None,
            raw: attributes.get("raw").map(|attribute| attribute.value.clone()),
            origin,
            pair: draft.pair,
            template_origin: literal(attributes, "origin"),
            checkout: checkout(attributes),
            filters: Vec::new(),
            doc: draft.statement.doc.as_ref().map(|doc| doc.node.clone()),
            span,
            incomplete: draft.incomplete || PARTS.iter().any(|part| raw_gives(attributes, part)),
        }
    }

    /// Replaces text that names a file of an input by that file, as in `configuration = { TemplatePath =
    /// "Artifact::file" }`.
    fn files_in_text(&self, action_type: &ActionType, inputs: &[Input], configuration: &mut IndexMap<String, Setting>) {
        let Some(draft) = self.values.current.and_then(|index| self.values.pipelines.get(index)) else { return };
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
            let path_span = if self.values.shown(exact) == path { exact } else { whole };
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

/// Adds every artifact that a value refers to as an input.
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

/// Returns the folder of `checkout = "folder"`; for `false`, an empty string, which means that the source is not this
/// repository.
fn checkout(attributes: &Attributes) -> Option<Spanned<String>> {
    let attribute = attributes.get("checkout")?;
    match &attribute.value.kind {
        ValueKind::Bool(false) => Some(Spanned::new(String::new(), attribute.value.span)),
        _ => literal(attributes, "checkout"),
    }
}

/// Assumes that a single Git source is this repository, unless its `checkout` says otherwise.
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
