//! `on entry|success|failure require { rules } else outcome`: the conditions of a stage.

use std::sync::Arc;

use crate::catalog::{self, Phase, SlotType, VARIABLE, Words};
use crate::collections::IndexMap;
use crate::diagnostic::families::{attributes, conditions, names};
use crate::diagnostic::{PipeCode, phrase, suggest};
use crate::evaluate::Context;
use crate::expand::Placed;
use crate::hir::{ConditionOutcome, ConditionRule, Input, Moment, PartKind, Setting, StageCondition, Value, ValueKind};
use crate::slots::{self, Attributes, Owner, Shape, SlotSet, describe, literal, require, settings, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Argument, CompareOp, Expr, ExprKind, Ident, On, OnClause, Outcome, StmtKind};

use super::builder::Builder;

impl<'a> Builder<'a> {
    /// Returns the conditions in the statements of a stage.
    pub(super) fn conditions(&mut self, statements: &[Placed<'a>]) -> Vec<StageCondition> {
        let mut found = Vec::new();
        for placed in statements {
            let StmtKind::On(on) = &placed.statement.kind else { continue };
            let moment = Moment::ALL.into_iter().find(|moment| moment.word() == on.event.node);
            let Some(moment) = moment else { continue };
            let context = self.values.context_in(placed.at.scope);
            let trail = placed.at.trail.clone();
            found.extend(self.traced(&trail, |this| this.condition_of(on, moment, context)));
        }
        found
    }

    fn condition_of(&mut self, on: &'a On, moment: Moment, context: Context) -> Option<StageCondition> {
        let span = on.keyword.to(on.event.span);
        let Some(OnClause::Require { rules: written, outcome }) = &on.clause else {
            // Other clauses of `on failure` are read with the stage.
            if moment != Moment::Failure {
                self.values.incomplete = true;
                self.values.diagnostics.push(conditions::without_rules(moment.word(), span));
            }
            return None;
        };
        if let Some(block) = &on.block {
            let words = format!("on {} require", moment.word());
            self.values.diagnostics.push(crate::diagnostic::families::statements::surplus_block(&words, block.span));
        }
        let rules: Vec<ConditionRule> = written.iter().filter_map(|rule| self.rule(rule, context)).collect();
        let incomplete = rules.len() < written.len() || rules.iter().any(|rule| rule.incomplete);
        self.values.incomplete |= incomplete;
        let outcome = self.condition_outcome(moment, outcome)?;
        Some(StageCondition { moment, outcome, rules, span, incomplete })
    }

    fn condition_outcome(&mut self, moment: Moment, written: &Outcome) -> Option<Spanned<ConditionOutcome>> {
        let may = moment.outcomes();
        let found = may.iter().find(|outcome| outcome.word() == written.word.node);
        let allowed: Vec<&str> = may.iter().map(|outcome| outcome.word()).collect();
        let Some(outcome) = found else {
            self.values.incomplete = true;
            let known = ConditionOutcome::ALL.iter().any(|outcome| outcome.word() == written.word.node);
            self.values.diagnostics.push(conditions::wrong_result(moment.word(), &written.word, &allowed, known));
            return None;
        };
        if let Some(detail) = &written.detail {
            self.values.diagnostics.push(conditions::surplus_detail(outcome.word(), detail));
        }
        Some(Spanned::new(*outcome, written.word.span))
    }

    /// Builds a rule. If the expression is not a rule, reports that and returns `None`.
    fn rule(&mut self, expression: &'a Expr, context: Context) -> Option<ConditionRule> {
        let span = expression.span;
        match &expression.kind {
            ExprKind::Call { callee, arguments } => self.called_rule(callee, arguments, span, context),
            ExprKind::Compare { left, op, right } => {
                let operator = catalog::signed_comparison(*op == CompareOp::Equal)?;
                let left = self.values.evaluate(left, context, Words::Text);
                let right = self.values.evaluate(right, context, Words::Text);
                self.comparison(left, right, (operator, span), true)
            }
            ExprKind::Error => {
                self.values.incomplete = true;
                None
            }
            other => {
                self.quietly(|this| this.values.evaluate(expression, context, Words::Enumeration));
                let example = self.branch_variable(context);
                self.values.diagnostics.push(match other {
                    ExprKind::And(_) => conditions::no_and(span),
                    ExprKind::Or(_) => conditions::no_or(span, &example),
                    ExprKind::Not(_) => conditions::no_not(span),
                    _ => conditions::not_a_rule(span, self.run_time_reference(expression).as_deref(), &example),
                });
                None
            }
        }
    }

    fn called_rule(
        &mut self,
        callee: &'a [Ident],
        arguments: &'a [Argument],
        span: Span,
        context: Context,
    ) -> Option<ConditionRule> {
        let words: Vec<&str> = callee.iter().map(|part| part.node.as_str()).collect();
        let written = words.join(".");
        if let Some((word, operator)) = catalog::called_comparisons().find(|(word, _)| *word == written) {
            let [variable, value] = arguments else {
                let usage = format!("{word}(Action.Variable, \"text\")");
                self.values.diagnostics.push(names::wrong_arguments(word, &usage, span));
                return None;
            };
            let variable = self.values.evaluate(&variable.value, context, Words::Text);
            let value = self.values.evaluate(&value.value, context, Words::Text);
            return self.comparison(variable, value, (operator, span), false);
        }
        let Some(word) = catalog::rule_words().find(|word| *word == written) else {
            for argument in arguments {
                self.quietly(|this| this.values.evaluate(&argument.value, context, Words::Enumeration));
            }
            let place = callee.first().zip(callee.last()).map_or(span, |(first, last)| first.span.to(last.span));
            let known: Vec<&str> =
                catalog::rule_words().chain(catalog::called_comparisons().map(|(word, _)| word)).collect();
            let near = suggest::similar(&written, known.iter().copied());
            let example = self.branch_variable(context);
            let rule = Spanned::new(written, place);
            self.values.diagnostics.push(conditions::unknown_rule(&rule, near, &known, &example));
            return None;
        };
        self.typed_rule(word, callee, arguments, span, context)
    }

    /// Returns a variable with the branch of a source in the pipeline, for an example.
    fn branch_variable(&self, context: Context) -> String {
        let pipeline = context.pipeline.and_then(|index| self.values.pipelines.get(index));
        let source = pipeline.and_then(|pipeline| pipeline.setters(BRANCH).into_iter().next());
        format!("{}.{BRANCH}", source.as_deref().unwrap_or("Source"))
    }

    /// Returns the source text of an expression that is a name with members, such as `Fetch.CommitId`.
    fn run_time_reference(&self, expression: &Expr) -> Option<String> {
        let ExprKind::Reference(reference) = &expression.kind else { return None };
        (!reference.accesses.is_empty()).then(|| self.values.shown(expression.span))
    }

    /// Builds `alarm("name", wait = 15m)`.
    fn typed_rule(
        &mut self,
        word: &'static str,
        callee: &'a [Ident],
        arguments: &'a [Argument],
        span: Span,
        context: Context,
    ) -> Option<ConditionRule> {
        let rule_type = Arc::clone(catalog::rule_type(word)?);
        let slots = slots_of(Shape::Rule(&rule_type));
        let shown = phrase!["rule ", PipeCode::Rule(word.to_owned())];
        let place = callee.first().map_or(span, |first| first.span);
        let owner = Owner { shown: &shown, place };
        let mut complete = true;
        let mut inputs = Vec::new();
        let mut read = Attributes::default();
        for (index, argument) in arguments.iter().enumerate() {
            let key = match &argument.name {
                Some(name) => name.clone(),
                None if index == 0 => Spanned::new(rule_type.first.clone(), argument.value.span),
                None => {
                    self.unnamed_argument((word, &rule_type.first), argument, arguments, &slots);
                    complete = false;
                    continue;
                }
            };
            if key.node == "from" {
                let (read, all) = self.rule_inputs(&argument.value, context);
                inputs = read;
                complete &= all;
                continue;
            }
            complete &= self.values.argument(&key, &argument.value, &slots, owner, context, &mut read).is_ok();
        }
        complete &= !read.values().any(|attribute| attribute.value.is_poisoned());
        if complete {
            complete = require(&read, slots.iter().filter(|slot| slot.attribute != "from"), owner, &mut self.values);
        }
        let mut configuration = settings(&read, &rule_type.slot);
        if word == VARIABLE {
            complete &= self.is_one_variable(&configuration);
        }
        slots::add_primary_input(&rule_type.slot, &inputs, &mut configuration);
        Some(ConditionRule {
            name: literal(&read, "name"),
            word,
            configuration,
            inputs,
            role: self.role_of_attribute(&read, "role"),
            region: literal(&read, "region"),
            rule_type,
            span,
            incomplete: !complete,
        })
    }

    /// Reports a further argument without its name. `first`: the parameter of the first argument.
    fn unnamed_argument(
        &mut self,
        (word, first): (&str, &str),
        argument: &Argument,
        arguments: &[Argument],
        slots: &SlotSet<'_>,
    ) {
        let given: Vec<&str> = arguments.iter().filter_map(|it| Some(it.name.as_ref()?.as_str())).collect();
        let free = slots.iter().filter(|slot| slot.attribute != first && !given.contains(&slot.attribute.as_str()));
        let fitting = free.filter(|slot| may_hold(slot.ty, &argument.value.kind));
        let fitting: Vec<&str> = fitting.map(|slot| slot.attribute.as_str()).collect();
        let shown = self.values.shown(argument.value.span);
        self.values.diagnostics.push(conditions::unnamed_argument(word, &shown, argument.value.span, &fitting));
    }

    /// Returns the artifact or artifacts that a rule reads, and whether all of them could be read.
    fn rule_inputs(&mut self, expression: &'a Expr, context: Context) -> (Vec<Input>, bool) {
        let value = self.values.evaluate(expression, context, Words::Artifact);
        let items = match value.kind {
            ValueKind::List(items) => items,
            kind => vec![Value { kind, span: value.span }],
        };
        let mut inputs: Vec<Input> = Vec::new();
        let mut complete = true;
        for item in items {
            match item.kind {
                ValueKind::Artifact(artifact) if inputs.iter().all(|known| known.artifact != artifact) => {
                    inputs.push(Input { artifact, span: item.span });
                }
                ValueKind::Artifact(_) => {}
                ValueKind::Poisoned => {
                    self.values.incomplete = true;
                    complete = false;
                }
                other => {
                    let found = describe(&other);
                    self.values.diagnostics.push(attributes::wrong_type("from", "artifacts", found, item.span));
                    complete = false;
                }
            }
        }
        (inputs, complete)
    }

    /// Builds the rule for a comparison; if it is symmetric, the variable may be on either side.
    fn comparison(
        &mut self,
        left: Value,
        right: Value,
        (operator, span): (&str, Span),
        symmetric: bool,
    ) -> Option<ConditionRule> {
        if left.is_poisoned() || right.is_poisoned() {
            self.values.incomplete = true;
            return None;
        }
        let swapped = symmetric && left.phase().0 < Phase::Run && right.phase().0 == Phase::Run;
        let (variable, value) = if swapped { (right, left) } else { (left, right) };
        if !is_variable(&variable) {
            self.values.diagnostics.push(if variable.phase().0 == Phase::Run {
                conditions::several_variables(variable.span)
            } else {
                conditions::no_variable(span)
            });
            return None;
        }
        let rule_type = Arc::clone(catalog::rule_type(VARIABLE)?);
        let slot = rule_type.slot_of_key("Value")?;
        let value = match value.kind {
            ValueKind::Number(text) => Value::text(text, value.span),
            ValueKind::Bool(flag) => Value::text(flag.to_string(), value.span),
            kind => Value { kind, span: value.span },
        };
        let value = slots::fit(slot, value, &mut self.values);
        let incomplete = value.is_poisoned();
        let operator = Value::text(operator, span);
        let written = [("Variable", variable), ("Operator", operator), ("Value", value)];
        let setting = |(key, value): (&str, Value)| {
            let attribute = value.span;
            (key.to_owned(), Setting { value, attribute, raw: false })
        };
        Some(ConditionRule {
            name: None,
            word: VARIABLE,
            configuration: written.into_iter().map(setting).collect(),
            inputs: Vec::new(),
            role: None,
            region: None,
            rule_type,
            span,
            incomplete,
        })
    }

    /// Returns whether the first argument of `variable(...)` is exactly one variable; otherwise reports it.
    fn is_one_variable(&mut self, configuration: &IndexMap<String, Setting>) -> bool {
        let Some(variable) = configuration.get("Variable").map(|setting| &setting.value) else { return true };
        if variable.is_poisoned() || is_variable(variable) {
            return true;
        }
        self.values.diagnostics.push(if variable.phase().0 == Phase::Run {
            conditions::several_variables(variable.span)
        } else {
            conditions::no_variable(variable.span)
        });
        false
    }
}

/// The variable of sources with the branch name.
const BRANCH: &str = "BranchName";

/// Returns whether a value, judged by its syntax, may be meant for an argument of a type.
fn may_hold(ty: SlotType, value: &ExprKind) -> bool {
    match value {
        ExprKind::Duration { .. } => matches!(ty, SlotType::Minutes | SlotType::Days),
        ExprKind::Number(_) => matches!(ty, SlotType::Integer | SlotType::Number),
        ExprKind::Bool(_) => matches!(ty, SlotType::Bool),
        ExprKind::List(_) => matches!(ty, SlotType::List | SlotType::EnumList),
        ExprKind::Map(_) => matches!(ty, SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Json),
        ExprKind::String(_) => matches!(ty, SlotType::String | SlotType::Reference | SlotType::Enum),
        _ => true,
    }
}

/// Returns whether a value is exactly one run-time variable.
fn is_variable(value: &Value) -> bool {
    let ValueKind::Text(text) = &value.kind else { return false };
    matches!(
        text.parts.as_slice(),
        [part] if matches!(part.kind, PartKind::Variable(_) | PartKind::Output(..) | PartKind::Namespace(..))
    )
}
