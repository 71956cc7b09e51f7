//! Evaluates expressions as far as compile time allows.

use crate::catalog::Words;
use crate::diagnostic::families::{artifacts, attributes, names};
use crate::diagnostic::{Code, suggest};
use crate::hir::{ArtifactFile, ArtifactId, Part, PartKind, Text, Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::slots::describe;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Expr, ExprKind, TimeUnit};

use super::evaluator::{Context, Evaluator};
use super::limits::EXPANSION_LIMIT;
use super::scope::{Binding, LetEntry, LetId, LetState};

/// Pseudo parameters of CloudFormation.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html> (2026-11-23)
const PSEUDO_PARAMETERS: [&str; 8] =
    ["AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId", "StackName", "URLSuffix"];

impl<'a> Evaluator<'a> {
    /// Evaluates an expression.
    pub(crate) fn evaluate(&mut self, expression: &'a Expr, context: Context, words: Words) -> Value {
        let value = self.deeper(expression.span, |this| this.evaluate_here(expression, context, words));
        value.unwrap_or_else(|| Value::poisoned(expression.span))
    }

    fn evaluate_here(&mut self, expression: &'a Expr, context: Context, words: Words) -> Value {
        let span = expression.span;
        let kind = match &expression.kind {
            ExprKind::String(parts) => ValueKind::Text(self.text(parts, context)),
            ExprKind::Bool(flag) => ValueKind::Bool(*flag),
            ExprKind::Null => ValueKind::Null,
            ExprKind::Number(text) => ValueKind::Number(text.clone()),
            ExprKind::Percent(number) => ValueKind::Percent(*number),
            ExprKind::Duration { amount, unit } => ValueKind::Duration(seconds(*amount, *unit)),
            ExprKind::Range(from, to) => ValueKind::Range(*from, *to),
            ExprKind::ArtifactFile { artifact, path, path_span } => {
                self.artifact_file(artifact, path, *path_span, span, context)
            }
            ExprKind::Call { callee, arguments } => return self.call(callee, arguments, span, context),
            ExprKind::Reference(reference) => return self.reference(reference, context, words),
            ExprKind::List(items) => {
                ValueKind::List(items.iter().map(|item| self.evaluate(item, context, words)).collect())
            }
            ExprKind::Map(entries) => self.map(entries, context, words),
            ExprKind::Not(_) | ExprKind::Compare { .. } | ExprKind::And(_) | ExprKind::Or(_) => {
                self.truth_value(expression, context)
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                return self.conditional((condition, then, otherwise), span, context, words);
            }
            ExprKind::ListFor { name, list, element, condition } => {
                self.comprehension(name, list, element, condition.as_deref(), context, words)
            }
            ExprKind::Error => {
                self.incomplete = true;
                ValueKind::Poisoned
            }
        };
        Value::new(kind, span)
    }

    /// Evaluates `[for name in list : element if condition]`.
    fn comprehension(
        &mut self,
        name: &'a ast::Ident,
        list: &'a Expr,
        element: &'a Expr,
        condition: Option<&'a Expr>,
        context: Context,
        words: Words,
    ) -> ValueKind {
        let over = self.evaluate(list, context, Words::Value);
        let Some(items) = self.items(over, list.span) else { return ValueKind::Poisoned };
        let mut made = Vec::with_capacity(items.len());
        let definition = self.names.defined(name, |kind| kind == DefinitionKind::Loop);
        for item in items {
            if !self.make(list.span) {
                return ValueKind::Poisoned;
            }
            let scope = self.scopes.child(context.scope);
            if let Some(definition) = definition {
                self.scopes.bind(scope, definition, name, Binding::Value(item));
            }
            let context = Context { scope, ..context };
            match condition.map(|condition| self.condition(condition, context)) {
                Some(None) => return ValueKind::Poisoned,
                Some(Some(false)) => {}
                None | Some(Some(true)) => made.push(self.evaluate(element, context, words)),
            }
        }
        ValueKind::List(made)
    }

    /// Returns the elements that a loop iterates over. If they are not a list that is known now, reports that and
    /// returns `None`.
    pub(crate) fn items(&mut self, list: Value, span: Span) -> Option<Vec<Value>> {
        match list.kind {
            ValueKind::List(items) => Some(items),
            ValueKind::Range(from, to) if to.saturating_sub(from) <= EXPANSION_LIMIT as u64 => {
                Some((from..=to).map(|number| Value::new(ValueKind::Number(number.to_string()), span)).collect())
            }
            ValueKind::Poisoned => None,
            other => {
                let found = describe(&other);
                let late = matches!(other, ValueKind::LateList(_));
                let wanted = if late { "a list that is known when dotpipe runs" } else { "a list" };
                let wrong = attributes::wrong_type("for", wanted, found, span);
                self.diagnostics.push(wrong);
                None
            }
        }
    }

    fn map(&mut self, entries: &'a [ast::Entry], context: Context, words: Words) -> ValueKind {
        let mut map: Vec<(Spanned<String>, Value)> = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some((first, _)) = map.iter().find(|(key, _)| key.node == entry.key.node) {
                self.diagnostics.push(names::duplicate("key", &entry.key, first.span));
                continue;
            }
            let value = self.evaluate(&entry.value, context, words);
            map.push((entry.key.clone(), value));
        }
        ValueKind::Map(map)
    }

    /// Evaluates `Artifact::file` or `AWS::Region`.
    fn artifact_file(
        &mut self,
        artifact: &'a ast::Ident,
        path: &'a [ast::StringPart],
        path_span: Span,
        span: Span,
        context: Context,
    ) -> ValueKind {
        let path = self.text(path, context);
        let known = self.diagnostics.len();
        if artifact.node == "AWS" {
            return self.pseudo_parameter(&path, path_span, span);
        }
        let id = self.artifact_before_file(artifact, context);
        // A declaration of a module, written like a file.
        if let Some(name) = path.as_literal().filter(|name| name.chars().all(char::is_alphanumeric)) {
            self.explain(known, Code::E0106, format!("write `{}.{name}`", artifact.node));
        }
        ValueKind::ArtifactFile(ArtifactFile { artifact: id, artifact_span: artifact.span, path, path_span })
    }

    /// Returns the artifact of `Artifact::file`: the one with that name, or the value of a component's parameter.
    fn artifact_before_file(&mut self, name: &'a ast::Ident, context: Context) -> Option<ArtifactId> {
        let value = self.bare(name, context, Words::Artifact);
        match value.kind {
            ValueKind::Artifact(id) => return Some(id),
            ValueKind::Poisoned => {}
            other => {
                let wrong = artifacts::no_artifact(&name.node, describe(&other), name.span);
                self.diagnostics.push(wrong);
            }
        }
        self.incomplete = true;
        None
    }

    /// Adds help to the only diagnostic since `known`, if it has this code and no help.
    pub(crate) fn explain(&mut self, known: usize, code: Code, help: String) {
        if self.diagnostics.len() == known + 1
            && let Some(last) = self.diagnostics.get_mut(known)
            && last.code == code
            && last.help.is_none()
        {
            *last = last.clone().help(help);
        }
    }

    fn pseudo_parameter(&mut self, name: &Text, place: Span, span: Span) -> ValueKind {
        let wanted = name.as_literal().unwrap_or_default();
        if PSEUDO_PARAMETERS.contains(&wanted) {
            return ValueKind::Text(Text::of(PartKind::Pseudo(wanted.to_owned()), span));
        }
        let unknown = Spanned::new(wanted.to_owned(), place);
        let near = suggest::similar(wanted, PSEUDO_PARAMETERS);
        self.diagnostics.push(names::unknown("CloudFormation pseudo parameter", &unknown, near, None));
        ValueKind::Poisoned
    }

    /// Returns the default of a parameter or variable as text, after checking its type.
    pub(crate) fn default_text(&mut self, param: &'a ast::Param, context: Context) -> Option<Spanned<String>> {
        let Some(default) = &param.default else {
            self.known_type(&param.ty, context.scope);
            return None;
        };
        let value = self.evaluate(default, context, Words::Value);
        let place = value.span;
        if !self.check_type(&param.ty, &value, &param.name.node, context.scope) {
            // There is a default, although a wrong one.
            return value.as_str().map(|text| Spanned::new(text.to_owned(), place));
        }
        match value.kind {
            ValueKind::Text(text) => self.compile_time("a default", &text, place),
            ValueKind::Bool(flag) => Some(Spanned::new(flag.to_string(), place)),
            ValueKind::Number(text) => Some(Spanned::new(text, place)),
            ValueKind::List(items) => {
                let text = |item: &'_ Value| match &item.kind {
                    ValueKind::Number(text) => Some(text.clone()),
                    ValueKind::Bool(flag) => Some(flag.to_string()),
                    _ => item.as_str().map(str::to_owned),
                };
                let items: Vec<String> = items.iter().filter_map(text).collect();
                Some(Spanned::new(items.join(","), place))
            }
            _ => None,
        }
    }

    /// Returns the value of a `let` or an argument, and evaluates it on first use.
    pub(crate) fn let_value(&mut self, id: LetId, used: Span) -> Value {
        let Some(entry) = self.scopes.lets.get(id.0).cloned() else { return Value::poisoned(used) };
        match entry.state {
            LetState::Done(value) => return self.copied(&value, used),
            LetState::Running { .. } => {
                let path = self.running_lets(id);
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                self.diagnostics.push(names::circular(&path, entry.name.span));
                self.scopes.lets.iter_mut().for_each(LetEntry::mark_circular);
                return Value::poisoned(used);
            }
            LetState::Waiting => {}
        }
        self.set_let(id, LetState::Running { circular: false });
        let context = Context { scope: entry.scope, pipeline: entry.pipeline };
        let value = self.evaluate(entry.value, context, entry.words);
        let circular = self.scopes.lets.get(id.0).is_some_and(LetEntry::is_circular);
        let fits = entry.ty.is_none_or(|(ty, scope)| self.check_type(ty, &value, &entry.name.node, scope));
        let value = match entry.ty {
            _ if !fits || circular => Value::poisoned(used),
            Some((ty, scope)) => self.completed(ty, value, scope),
            None => value,
        };
        let value = self.named_condition(id, value);
        let copy = self.copied(&value, used);
        self.set_let(id, LetState::Done(value));
        copy
    }

    pub(crate) fn set_let(&mut self, id: LetId, state: LetState) {
        if let Some(entry) = self.scopes.lets.get_mut(id.0) {
            entry.state = state;
        }
    }

    /// Returns the names in the cycle that `id` closes; the first is repeated at the end.
    fn running_lets(&self, id: LetId) -> Vec<String> {
        let name = |entry: &LetEntry<'_>| entry.name.node.clone();
        let running = self.scopes.lets.iter().filter(|entry| matches!(entry.state, LetState::Running { .. }));
        let mut path: Vec<String> = running.map(name).collect();
        if let Some(entry) = self.scopes.lets.get(id.0) {
            let first = name(entry);
            path.retain(|other| *other != first);
            path.insert(0, first.clone());
            path.push(first);
        }
        path
    }

    /// Returns the value of a binding.
    pub(crate) fn bound(&mut self, binding: &Binding, used: Span) -> Value {
        match binding {
            Binding::Value(value) => self.copied(value, used),
            Binding::Let(id) => self.let_value(*id, used),
            Binding::Param(id) => {
                let text = Text::of(PartKind::Param(*id), used);
                let is_list = self.params.get(*id).is_some_and(|param| param.ty.node.is_list);
                Value::new(if is_list { ValueKind::LateList(text) } else { ValueKind::Text(text) }, used)
            }
            Binding::Variable(id) => Value::new(ValueKind::Text(Text::of(PartKind::Variable(*id), used)), used),
            Binding::Declaration(entity) => {
                self.mention(*entity);
                Value::new(ValueKind::Entity(*entity), used)
            }
            Binding::Artifact(id) => Value::new(ValueKind::Artifact(*id), used),
            Binding::Component(_) | Binding::Type(_) | Binding::Instance(_) | Binding::Module(_) => {
                self.diagnostics.push(names::no_value(self.shown(used).as_str(), used));
                Value::poisoned(used)
            }
        }
    }

    /// Evaluates the values that nothing uses, to report their errors.
    pub(crate) fn unused_lets(&mut self) {
        for index in 0..self.scopes.lets.len() {
            let Some(entry) = self.scopes.lets.get(index) else { continue };
            if matches!(entry.state, LetState::Waiting) {
                self.let_value(LetId(index), entry.name.span);
            }
        }
    }
}

/// Returns the seconds of a duration such as `30m`.
pub(crate) fn read_duration(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (amount, unit) = text.split_at_checked(end)?;
    let unit = match unit {
        "ms" => TimeUnit::Milliseconds,
        "s" => TimeUnit::Seconds,
        "m" => TimeUnit::Minutes,
        "h" => TimeUnit::Hours,
        "d" => TimeUnit::Days,
        _ => return None,
    };
    Some(seconds(amount.parse().ok()?, unit))
}

fn seconds(amount: u64, unit: TimeUnit) -> u64 {
    match unit {
        TimeUnit::Milliseconds => amount.div_ceil(1000),
        TimeUnit::Seconds => amount,
        TimeUnit::Minutes => amount.saturating_mul(60),
        TimeUnit::Hours => amount.saturating_mul(3600),
        TimeUnit::Days => amount.saturating_mul(86_400),
    }
}

/// Creates text of one run-time or deploy-time part.
pub(crate) fn part_value(kind: PartKind, span: Span) -> Value {
    Value::new(ValueKind::Text(Text { parts: vec![Part { kind, span }] }), span)
}
