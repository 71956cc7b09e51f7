//! Calls: secrets, intrinsics, and the few functions for strings and lists. All of them are total.

use crate::catalog::{Phase, Words};
use crate::diagnostic::families::{attributes, names, phases, secrets};
use crate::diagnostic::suggest;
use crate::hir::{PartKind, Secret, Text, Value, ValueKind};
use crate::resolve::words::FUNCTIONS;
use crate::slots::describe;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Argument, Ident, is_identifier};

use super::evaluator::{Context, Evaluator};
use super::expression::part_value;
use super::limits::surplus;

impl<'a> Evaluator<'a> {
    /// Evaluates a call.
    pub(crate) fn call(
        &mut self,
        callee: &'a [Ident],
        arguments: &'a [Argument],
        span: Span,
        context: Context,
    ) -> Value {
        let name: Vec<&str> = callee.iter().map(|part| part.node.as_str()).collect();
        let name = name.join(".");
        let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            self.unknown_function(name, callee, arguments, span, context);
            return Value::poisoned(span);
        };
        let positional: Vec<&'a Argument> = arguments.iter().filter(|argument| argument.name.is_none()).collect();
        let named: Vec<&'a Argument> = arguments.iter().filter(|argument| argument.name.is_some()).collect();
        let made = match (name.as_str(), positional.as_slice(), named.as_slice()) {
            ("secret", [id], keys) => self.secret(id, keys, span, context),
            ("ssm", [path], []) => self.call_text(path, context).map(ValueKind::Parameter),
            ("yaml", [text], []) => self.call_text(text, context).map(ValueKind::InlineYaml),
            ("cfn.ref", [id], []) => self.call_literal(id, context).map(|id| {
                self.named.insert(id.clone());
                deploy(PartKind::Ref(id), span)
            }),
            ("cfn.att", [id, attribute], []) => self.attribute_of(id, attribute, span, context),
            ("cfn.import", [export], []) => {
                self.call_text(export, context).map(|export| deploy(PartKind::Import(export), span))
            }
            ("cfn.raw", [raw], []) => {
                let value = self.evaluate(&raw.value, context, Words::Value);
                Some(ValueKind::Raw(Box::new(value)))
            }
            (
                "concat" | "contains" | "join" | "keys" | "length" | "lower" | "replace" | "split" | "upper",
                values,
                [],
            ) => self.plain_function(&name, usage, values, span, context),
            _ => {
                self.diagnostics.push(names::wrong_arguments(&name, usage, span));
                None
            }
        };
        Value::new(made.unwrap_or(ValueKind::Poisoned), span)
    }

    /// Evaluates a function of strings, lists, and maps that are known at compile time.
    fn plain_function(
        &mut self,
        name: &str,
        usage: &str,
        arguments: &[&'a Argument],
        span: Span,
        context: Context,
    ) -> Option<ValueKind> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.evaluate(&argument.value, context, Words::Value);
            values.push(self.known_now(name, value)?);
        }
        if !self.may_copy(surplus(name, &values), span) {
            return None;
        }
        let made = applied(name, &values, span);
        if made.is_none() {
            self.diagnostics.push(names::wrong_arguments(name, usage, span));
        }
        made
    }

    /// Returns a value that is known now; reports one that is known later.
    fn known_now(&mut self, function: &str, value: Value) -> Option<Value> {
        if value.is_poisoned() {
            return None;
        }
        let (phase, place) = value.phase();
        let takes_later = matches!(function, "contains" | "length" | "concat");
        if phase == Phase::Compile || (takes_later && !matches!(value.kind, ValueKind::LateList(_))) {
            return Some(value);
        }
        let shown = self.shown(place);
        let what = format!("the argument of `{function}`");
        self.diagnostics.push(phases::too_late(&what, Phase::Compile, phase, &shown, place, None));
        None
    }

    fn unknown_function(
        &mut self,
        name: String,
        callee: &[Ident],
        arguments: &'a [Argument],
        span: Span,
        context: Context,
    ) {
        for argument in arguments {
            self.evaluate(&argument.value, context, Words::Value);
        }
        if callee.first().is_some_and(|first| self.is_reported(first.span)) {
            return;
        }
        let near = suggest::similar(&name, FUNCTIONS.iter().map(|(known, _)| *known));
        let place = match (callee.first(), callee.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => span,
        };
        let known: Vec<&str> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
        self.diagnostics.push(names::unknown_function(&Spanned::new(name, place), near, &known));
    }

    fn secret(&mut self, id: &'a Argument, named: &[&'a Argument], span: Span, context: Context) -> Option<ValueKind> {
        let place = id.value.span;
        let id = self.call_text(id, context)?;
        if let Some((name, selectors)) = id.as_literal().and_then(divided_secret) {
            let shown = id.as_literal().unwrap_or_default();
            self.diagnostics.push(secrets::key_in_name(shown, name, &selectors, place));
            return None;
        }
        let mut secret = Secret::whole(id);
        for argument in named {
            let word = argument.name.as_ref().map(|name| name.node.as_str()).unwrap_or_default();
            let selector = match word {
                "key" => &mut secret.key,
                "stage" => &mut secret.stage,
                "version" => &mut secret.version,
                _ => {
                    self.diagnostics.push(names::wrong_arguments("secret", FUNCTIONS[0].1, span));
                    return None;
                }
            };
            if selector.is_some() {
                self.diagnostics.push(names::wrong_arguments("secret", FUNCTIONS[0].1, span));
                return None;
            }
            *selector = Some(self.call_text(argument, context)?);
        }
        Some(ValueKind::Secret(secret))
    }

    fn attribute_of(
        &mut self,
        id: &'a Argument,
        attribute: &'a Argument,
        span: Span,
        context: Context,
    ) -> Option<ValueKind> {
        let id = self.call_literal(id, context)?;
        let attribute = self.call_literal(attribute, context)?;
        Some(deploy(PartKind::Att(id, attribute), span))
    }

    fn call_text(&mut self, argument: &'a Argument, context: Context) -> Option<Text> {
        let value = self.evaluate(&argument.value, context, Words::Value);
        match value.kind {
            ValueKind::Text(text) => Some(text),
            ValueKind::Poisoned => None,
            other => {
                let found = attributes::wrong_type("the argument", "a string", describe(&other), value.span);
                let written = self.shown(value.span);
                self.diagnostics.push(if is_identifier(&written) {
                    let help = format!("write the name as a string: `\"{written}\"`");
                    found.help(help)
                } else {
                    found
                });
                None
            }
        }
    }

    pub(crate) fn call_literal(&mut self, argument: &'a Argument, context: Context) -> Option<String> {
        let text = self.call_text(argument, context)?;
        self.compile_time("the argument", &text, argument.value.span).map(|text| text.node)
    }
}

/// Returns the name or ARN of a secret, and the key, stage, and version after it in CodeBuild's notation; `None` if
/// there is nothing after it.
fn divided_secret(id: &str) -> Option<(&str, Vec<&str>)> {
    // arn:<partition>:secretsmanager:<region>:<account>:secret:<name>
    let fields = if id.starts_with("arn:") { 7 } else { 1 };
    let (end, _) = id.match_indices(':').nth(fields - 1)?;
    let (name, tail) = (id.get(..end)?, id.get(end + 1..)?);
    Some((name, tail.split(':').collect()))
}

/// Returns the result of a plain function; `None` if the arguments do not fit.
fn applied(name: &str, values: &[Value], span: Span) -> Option<ValueKind> {
    let text = |text: String| ValueKind::Text(Text::literal(text, span));
    let texts =
        |items: Vec<String>| ValueKind::List(items.into_iter().map(|item| Value::new(text(item), span)).collect());
    let as_text = |value: &Value| match &value.kind {
        ValueKind::Number(number) => Some(number.clone()),
        ValueKind::Bool(flag) => Some(flag.to_string()),
        _ => value.as_str().map(str::to_owned),
    };
    Some(match (name, values) {
        ("contains", [Value { kind: ValueKind::List(items), .. }, wanted]) => {
            ValueKind::Bool(items.iter().any(|item| item.same(wanted) || same_text(item, wanted)))
        }
        ("contains", [of, wanted]) => ValueKind::Bool(of.as_str()?.contains(wanted.as_str()?)),
        ("length", [Value { kind: ValueKind::List(items), .. }]) => ValueKind::Number(items.len().to_string()),
        ("length", [Value { kind: ValueKind::Map(entries), .. }]) => ValueKind::Number(entries.len().to_string()),
        ("length", [of]) => ValueKind::Number(of.as_str()?.chars().count().to_string()),
        ("keys", [Value { kind: ValueKind::Map(entries), .. }]) => {
            texts(entries.iter().map(|(key, _)| key.node.clone()).collect())
        }
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                let ValueKind::List(items) = &list.kind else { return None };
                all.extend(items.iter().cloned());
            }
            ValueKind::List(all)
        }
        ("join", [Value { kind: ValueKind::List(items), .. }, separator]) => {
            let items: Option<Vec<String>> = items.iter().map(as_text).collect();
            text(items?.join(separator.as_str()?))
        }
        ("split", [of, separator]) if !separator.as_str()?.is_empty() => {
            texts(of.as_str()?.split(separator.as_str()?).map(str::to_owned).collect())
        }
        ("replace", [of, from, to]) if !from.as_str()?.is_empty() => {
            text(of.as_str()?.replace(from.as_str()?, to.as_str()?))
        }
        ("lower", [of]) => text(of.as_str()?.to_lowercase()),
        ("upper", [of]) => text(of.as_str()?.to_uppercase()),
        _ => return None,
    })
}

fn same_text(left: &Value, right: &Value) -> bool {
    left.as_str().is_some() && left.as_str() == right.as_str()
}

fn deploy(kind: PartKind, span: Span) -> ValueKind {
    part_value(kind, span).kind
}
