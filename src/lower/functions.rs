//! Calls: `secret(...)`, `ssm(...)`, `yaml(...)`, `cfn.*(...)`.

use crate::diagnostic::families::names;
use crate::diagnostic::suggest;
use crate::hir::{PartKind, Secret, Text, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Argument, Ident};

use super::Lowerer;
use super::coerce::describe;
use super::expression::{Context, Words, part_value};

/// Every function and how it is called.
const FUNCTIONS: [(&str, &str); 7] = [
    ("secret", "secret(\"name\", key = \"json-key\")"),
    ("ssm", "ssm(\"/parameter/name\")"),
    ("yaml", "yaml('''...''')"),
    ("cfn.ref", "cfn.ref(\"LogicalId\")"),
    ("cfn.att", "cfn.att(\"LogicalId\", \"Attribute\")"),
    ("cfn.import", "cfn.import(\"ExportName\")"),
    ("cfn.raw", "cfn.raw({ \"Fn::Select\" = [0, ...] })"),
];

impl<'a> Lowerer<'a> {
    /// Evaluates a call.
    pub(super) fn call(
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
            ("cfn.ref", [id], []) => self.call_literal(id, context).map(|id| deploy(PartKind::Ref(id), span)),
            ("cfn.att", [id, attribute], []) => self.attribute_of(id, attribute, span, context),
            ("cfn.import", [export], []) => {
                self.call_text(export, context).map(|export| deploy(PartKind::Import(export), span))
            }
            ("cfn.raw", [raw], []) => {
                let value = self.evaluate(&raw.value, context, Words::Value);
                Some(ValueKind::Raw(Box::new(value)))
            }
            _ => {
                self.diagnostics.push(names::wrong_arguments(&name, usage, span));
                None
            }
        };
        Value::new(made.unwrap_or(ValueKind::Poisoned), span)
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
        let near = suggest::similar(&name, FUNCTIONS.iter().map(|(known, _)| *known));
        let place = match (callee.first(), callee.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => span,
        };
        self.diagnostics.push(names::unknown("function", &Spanned::new(name, place), near, None));
    }

    fn secret(&mut self, id: &'a Argument, named: &[&'a Argument], span: Span, context: Context) -> Option<ValueKind> {
        let id = self.call_text(id, context)?;
        let key = match named {
            [] => None,
            [key] if key.name.as_ref().is_some_and(|name| name.node == "key") => Some(self.call_text(key, context)?),
            _ => {
                self.diagnostics.push(names::wrong_arguments("secret", FUNCTIONS[0].1, span));
                return None;
            }
        };
        Some(ValueKind::Secret(Secret { id, key }))
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
                let found = describe(&other);
                self.diagnostics.push(names::wrong_type("the argument", "text", found, value.span));
                None
            }
        }
    }

    fn call_literal(&mut self, argument: &'a Argument, context: Context) -> Option<String> {
        let text = self.call_text(argument, context)?;
        self.compile_time("the argument", &text, argument.value.span).map(|text| text.node)
    }
}

fn deploy(kind: PartKind, span: Span) -> ValueKind {
    part_value(kind, span).kind
}
