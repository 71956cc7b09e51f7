//! `option`, `param` and `variable`: types, defaults and values from outside.

use crate::diagnostic::families::names;
use crate::hir::{Param, Text, Value, ValueKind, Variable};
use crate::source::Spanned;
use crate::syntax::ast::{self, Type, TypeKind};

use super::Lowerer;
use super::coerce::describe;
use super::expression::{Context, Words};
use super::scope::{Binding, ScopeId};

/// The types whose values can be written down.
const TYPES: [&str; 3] = ["string", "number", "bool"];

impl<'a> Lowerer<'a> {
    /// `option name: type = default`, or the value from outside.
    pub(super) fn declare_option(&mut self, param: &'a ast::Param, scope: ScopeId) {
        let value = match self.inputs.options.get(&param.name.node) {
            Some(text) => given(param, text),
            None => self.option_default(param, scope),
        };
        let fits = self.check_type(&param.ty, &value, &param.name.node);
        let value = if fits { value } else { Value::poisoned(value.span) };
        self.bind("option", scope, &param.name, Binding::Value(value));
    }

    fn option_default(&mut self, param: &'a ast::Param, scope: ScopeId) -> Value {
        if let Some(default) = &param.default {
            return self.evaluate(default, Context::of_scope(scope), Words::Value);
        }
        self.diagnostics.push(names::option_without_value(&param.name));
        Value::poisoned(param.name.span)
    }

    /// `param name: type = default`
    pub(super) fn declare_param(&mut self, param: &'a ast::Param, doc: Option<&Spanned<String>>, scope: ScopeId) {
        self.check_name("logical-id", &param.name);
        let default = self.default_text(param, Context::of_scope(scope));
        let entry = Param {
            name: param.name.clone(),
            ty: cloudformation_type(&param.ty),
            default,
            allowed: literals(&param.ty),
            doc: doc.map(|doc| doc.node.clone()),
            given: self.inputs.params.get(&param.name.node).cloned(),
        };
        let id = crate::hir::ParamId(self.hir.params.len());
        self.hir.params.push(entry);
        self.bind("param", scope, &param.name, Binding::Param(id));
    }

    /// `variable name: type = default`
    pub(super) fn variable(
        &mut self,
        param: &'a ast::Param,
        doc: Option<&Spanned<String>>,
        context: Context,
    ) -> Variable {
        self.check_name("variable", &param.name);
        let default = self.default_text(param, context);
        Variable {
            name: param.name.clone(),
            default,
            allowed: literals(&param.ty),
            doc: doc.map(|doc| doc.node.clone()),
        }
    }

    /// The default as text, of the declared type.
    fn default_text(&mut self, param: &'a ast::Param, context: Context) -> Option<Spanned<String>> {
        let Some(default) = &param.default else {
            self.known_type(&param.ty);
            return None;
        };
        let value = self.evaluate(default, context, Words::Value);
        if !self.check_type(&param.ty, &value, &param.name.node) {
            return None;
        }
        let place = value.span;
        match value.kind {
            ValueKind::Text(text) => self.compile_time("a default", &text, place),
            ValueKind::Bool(flag) => Some(Spanned::new(flag.to_string(), place)),
            ValueKind::Number(text) => Some(Spanned::new(text, place)),
            ValueKind::List(items) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                Some(Spanned::new(items.join(","), place))
            }
            _ => None,
        }
    }

    /// Whether a value is of a type; reports it otherwise.
    pub(super) fn check_type(&mut self, ty: &'a Type, value: &Value, name: &str) -> bool {
        if !self.known_type(ty) {
            return false;
        }
        if value.is_poisoned() {
            return true;
        }
        if matches(ty, value) {
            return true;
        }
        let allowed = literals(ty);
        if let (false, Some(written)) = (allowed.is_empty(), value.as_str()) {
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            self.diagnostics.push(names::not_allowed(name, written, value.span, &allowed, false));
            return false;
        }
        let found = describe(&value.kind);
        self.diagnostics.push(names::wrong_type(name, &shown(ty), found, value.span));
        false
    }

    /// Whether all names in a type exist; reports the first that does not.
    fn known_type(&mut self, ty: &'a Type) -> bool {
        match &ty.kind {
            TypeKind::Named { name, .. } if TYPES.contains(&name.node.as_str()) => true,
            TypeKind::Named { name, .. } => {
                if !self.symbols.is_forgiven(&name.node) {
                    self.diagnostics.push(names::unknown_type(name, &TYPES));
                }
                false
            }
            TypeKind::Literal(_) => true,
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.known_type(inner),
            TypeKind::Union(terms) => terms.iter().all(|term| self.known_type(term)),
            TypeKind::Record(fields) => fields.iter().all(|field| self.known_type(&field.ty)),
        }
    }
}

/// A value given as text, read as the option's type.
fn given(param: &ast::Param, given: &str) -> Value {
    let span = param.name.span;
    let text = |text: &str| ValueKind::Text(Text::literal(text, span));
    let kind = match &param.ty.kind {
        TypeKind::List(_) => {
            let items = given.split(',').filter(|item| !item.is_empty());
            ValueKind::List(items.map(|item| Value::new(text(item), span)).collect())
        }
        TypeKind::Named { name, .. } if name.node == "bool" => match given {
            "true" => ValueKind::Bool(true),
            "false" => ValueKind::Bool(false),
            other => text(other),
        },
        TypeKind::Named { name, .. } if name.node == "number" && given.parse::<f64>().is_ok() => {
            ValueKind::Number(given.to_owned())
        }
        _ => text(given),
    };
    Value::new(kind, span)
}

/// Whether a readable value is of a type whose names exist.
fn matches(ty: &Type, value: &Value) -> bool {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "string" => matches!(value.kind, ValueKind::Text(_)),
            "number" => matches!(value.kind, ValueKind::Number(_)),
            _ => matches!(value.kind, ValueKind::Bool(_)),
        },
        TypeKind::Literal(literal) => value.as_str() == Some(literal),
        TypeKind::List(inner) => match &value.kind {
            ValueKind::List(items) => items.iter().all(|item| matches(inner, item)),
            _ => false,
        },
        TypeKind::Optional(inner) => value.kind == ValueKind::Null || matches(inner, value),
        TypeKind::Union(terms) => terms.iter().any(|term| matches(term, value)),
        TypeKind::Record(fields) => match &value.kind {
            ValueKind::Map(entries) => fields.iter().all(|field| {
                let entry = entries.iter().find(|(key, _)| key.node == field.name.node);
                entry.map_or(matches!(field.ty.kind, TypeKind::Optional(_)), |(_, value)| matches(&field.ty, value))
            }),
            _ => false,
        },
    }
}

/// The texts of a union of texts.
fn literals(ty: &Type) -> Vec<String> {
    match &ty.kind {
        TypeKind::Literal(text) => vec![text.clone()],
        TypeKind::Union(terms) if terms.iter().all(|term| matches!(term.kind, TypeKind::Literal(_))) => {
            terms.iter().flat_map(literals).collect()
        }
        _ => Vec::new(),
    }
}

fn cloudformation_type(ty: &Type) -> &'static str {
    match &ty.kind {
        TypeKind::Named { name, .. } if name.node == "number" => "Number",
        TypeKind::List(_) => "CommaDelimitedList",
        TypeKind::Optional(inner) => cloudformation_type(inner),
        _ => "String",
    }
}

/// A type in words.
fn shown(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "string" => "text".to_owned(),
            "number" => "a number".to_owned(),
            _ => "`true` or `false`".to_owned(),
        },
        TypeKind::Literal(text) => format!("`\"{text}\"`"),
        TypeKind::List(inner) => format!("a list whose elements are {}", shown(inner)),
        TypeKind::Optional(inner) => format!("{} or `null`", shown(inner)),
        TypeKind::Union(terms) => terms.iter().map(shown).collect::<Vec<_>>().join(" or "),
        TypeKind::Record(_) => "a map with the fields of its type".to_owned(),
    }
}
