//! `option` and `param`: types, defaults, and values from outside.

use crate::catalog::Words;
use crate::catalog::numbers::number;
use crate::catalog::template_language::{STORED_VALUE, is_parameter_type};
use crate::collections::IndexMap;
use crate::diagnostic::families::names;
use crate::diagnostic::suggest::similar;
use crate::evaluate::{Binding, Context, Evaluator, ScopeId, literals, read_duration};
use crate::hir::{Param, ParamId, ParamItem, ParamType, Text, Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::resolve::words::{DURATION, SECRET};
use crate::source::Spanned;
use crate::syntax::ast::{self, ParamKind, StmtKind, Type, TypeKind};

use super::expander::{Expander, ParamBlock};
use super::inputs::{Given, Inputs, UnusedInput};
use super::surroundings::Surroundings;

/// The most declared names that lead from one type to another.
const TYPE_NAMES: usize = 32;

impl<'a> Expander<'_, 'a> {
    /// Declares `option name: type = default` with its default or the value from outside.
    pub(crate) fn declare_option(&mut self, param: &'a ast::Param, at: &Surroundings) {
        let scope = at.scope;
        self.state.param_blocks.push(ParamBlock { param, id: None, at: at.clone() });
        let value = match self.state.inputs.options.get(&param.name.node) {
            Some(Given::Written(text)) => as_duration(self.resolved_type(&param.ty, scope), given(param, text)),
            Some(Given::Value(value)) => as_duration(self.resolved_type(&param.ty, scope), value.clone()),
            None => self.option_default(param, scope),
        };
        let reported = self.values.diagnostics.len();
        let fits = self.values.check_type(&param.ty, &value, &param.name.node, scope);
        if let Some(Given::Written(text)) = self.state.inputs.options.get(&param.name.node) {
            self.values
                .diagnostics
                .each_from(reported, |diagnostic| names::set_outside(diagnostic, &param.name.node, text));
        }
        let value = if fits { self.values.completed(&param.ty, value, scope) } else { Value::poisoned(value.span) };
        self.values.bind(scope, &param.name, DefinitionKind::Option, Binding::Value(value));
    }

    fn option_default(&mut self, param: &'a ast::Param, scope: ScopeId) -> Value {
        if let Some(default) = &param.default {
            return self.values.evaluate(default, Context::of_scope(scope), Words::Value);
        }
        self.values.diagnostics.push(names::option_without_value(&param.name));
        Value::poisoned(param.name.span)
    }

    /// Declares `param name: type = default`.
    pub(crate) fn declare_param(&mut self, param: &'a ast::Param, doc: Option<&Spanned<String>>, at: &Surroundings) {
        let scope = at.scope;
        self.values.check_name("parameter", &param.name);
        let default = self.values.default_text(param, Context::of_scope(scope));
        let ty = self.param_type(&param.ty, scope, TYPE_NAMES).unwrap_or_else(|| {
            if self.values.is_known_type(&param.ty, scope) {
                self.values.diagnostics.push(names::not_in_templates(&param.name.node, param.ty.span));
            }
            self.values.incomplete = true;
            ParamType::one(ParamItem::Text)
        });
        let entry = Param {
            name: param.name.clone(),
            ty: Spanned::new(ty, param.ty.span),
            is_flag: is_named(self.resolved_type(&param.ty, scope), "bool"),
            secret: is_named(self.resolved_type(&param.ty, scope), SECRET),
            default,
            allowed: literals(self.resolved_type(&param.ty, scope)),
            doc: doc.map(|doc| doc.node.clone()),
            given: self.state.inputs.params.get(&param.name.node).cloned(),
            attributes: IndexMap::default(),
        };
        let id = ParamId(self.values.params.len());
        self.values.params.push(entry);
        self.values.bind(scope, &param.name, DefinitionKind::Param, Binding::Param(id));
        self.state.param_blocks.push(ParamBlock { param, id: Some(id), at: at.clone() });
    }

    /// Returns the type of a template parameter for a type of the language; `None` if there is none. `names` limits the
    /// number of declared names on the way.
    fn param_type(&self, ty: &'a Type, scope: ScopeId, names: usize) -> Option<ParamType> {
        let found = match &ty.kind {
            TypeKind::Optional(inner) => return self.param_type(inner, scope, names),
            TypeKind::Literal(_) | TypeKind::Union(_) => {
                (!literals(ty).is_empty()).then_some(ParamType::one(ParamItem::Text))?
            }
            TypeKind::List(inner) => {
                let element = self.param_type(inner, scope, names)?;
                (!element.is_list && !element.is_stored).then_some(ParamType { is_list: true, ..element })?
            }
            TypeKind::Named { name, arguments } => match (name.node.as_str(), arguments.as_slice()) {
                (STORED_VALUE, [inner]) => {
                    let stored = self.param_type(inner, scope, names)?;
                    (!stored.is_stored).then_some(ParamType { is_stored: true, ..stored })?
                }
                ("string" | SECRET | "bool", []) => ParamType::one(ParamItem::Text),
                ("number", []) => ParamType::one(ParamItem::Number),
                (existing, []) if existing.contains("::") => ParamType::one(ParamItem::Existing(existing.to_owned())),
                _ => {
                    let (ty, home) = self.values.declared_type(name, scope)?;
                    return self.param_type(ty, home, names.checked_sub(1)?);
                }
            },
            TypeKind::Record(_) => return None,
        };
        is_parameter_type(&found.aws()).then_some(found)
    }

    /// Returns the type that declared names lead to.
    fn resolved_type(&self, ty: &'a Type, scope: ScopeId) -> &'a Type {
        let (mut ty, mut scope) = (ty, scope);
        for _ in 0..TYPE_NAMES {
            match &ty.kind {
                TypeKind::Optional(inner) => ty = inner,
                TypeKind::Named { name, .. } => match self.values.declared_type(name, scope) {
                    Some(next) => (ty, scope) = next,
                    None => break,
                },
                _ => break,
            }
        }
        ty
    }
}

/// Returns the values from outside that no statement takes, except those whose names may be in unreadable text.
pub(crate) fn unused_inputs(values: &Evaluator<'_>, inputs: &Inputs) -> Vec<UnusedInput> {
    let of_kind = |kind: ParamKind| {
        let all = values.modules.iter().flat_map(|module| &module.ast.statements);
        let declared = all.filter_map(move |statement| match &statement.kind {
            StmtKind::Param(param) if param.kind == kind => Some(param.name.node.as_str()),
            _ => None,
        });
        declared.collect::<Vec<_>>()
    };
    let (options, params) = (of_kind(ParamKind::Option), of_kind(ParamKind::Param));
    let look = |kind, name: &String, declared: &[&str], others: &[&str]| UnusedInput {
        kind,
        name: name.clone(),
        similar: similar(name, declared.iter().copied()).map(str::to_owned),
        other_kind: others.contains(&name.as_str()),
    };
    let unknown =
        |name: &&String, declared: &[&str]| !declared.contains(&name.as_str()) && !values.names.is_unreadable(name);
    let given_options = inputs.options.keys().filter(|name| unknown(name, &options));
    let given_params = inputs.params.keys().filter(|name| unknown(name, &params));
    given_options
        .map(|name| look(ParamKind::Option, name, &options, &params))
        .chain(given_params.map(|name| look(ParamKind::Param, name, &params, &options)))
        .collect()
}

/// Parses a value given as text as the option's type.
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
        TypeKind::Named { name, .. } if name.node == "number" && number(given).is_some() => {
            ValueKind::Number(given.to_owned())
        }
        _ => text(given),
    };
    Value::new(kind, span)
}

/// Converts a string to a duration, for values from outside.
fn as_duration(ty: &Type, value: Value) -> Value {
    let is_duration = is_named(ty, DURATION);
    match value.as_str().filter(|_| is_duration).and_then(read_duration) {
        Some(seconds) => Value::new(ValueKind::Duration(seconds), value.span),
        None => value,
    }
}

/// Returns whether a type has this name.
fn is_named(ty: &Type, wanted: &str) -> bool {
    matches!(&ty.kind, TypeKind::Named { name, .. } if name.node == wanted)
}
