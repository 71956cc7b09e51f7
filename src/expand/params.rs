//! `option` and `param`: types, defaults, and values from outside.

use crate::catalog::Words;
use crate::diagnostic::families::names;
use crate::diagnostic::suggest::similar;
use crate::evaluate::{Binding, Context, Evaluator, LIST_PARAMETER, ScopeId, literals};
use crate::hir::{Param, Text, Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::resolve::words::SECRET;
use crate::source::Spanned;
use crate::syntax::ast::{self, ParamKind, StmtKind, Type, TypeKind};

use super::expander::Expander;
use super::inputs::{Given, Inputs, UnusedInput};

impl<'a> Expander<'_, 'a> {
    /// Declares `option name: type = default` with its default or the value from outside.
    pub(crate) fn declare_option(&mut self, param: &'a ast::Param, scope: ScopeId) {
        let value = match self.state.inputs.options.get(&param.name.node) {
            Some(Given::Written(text)) => given(param, text),
            Some(Given::Value(value)) => value.clone(),
            None => self.option_default(param, scope),
        };
        let reported = self.values.diagnostics.len();
        let fits = self.values.check_type(&param.ty, &value, &param.name.node, scope);
        if let Some(Given::Written(text)) = self.state.inputs.options.get(&param.name.node) {
            self.values
                .diagnostics
                .each_from(reported, |diagnostic| names::set_outside(diagnostic, &param.name.node, text));
        }
        let value = if fits { value } else { Value::poisoned(value.span) };
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
    pub(crate) fn declare_param(&mut self, param: &'a ast::Param, doc: Option<&Spanned<String>>, scope: ScopeId) {
        self.values.check_name("parameter", &param.name);
        let default = self.values.default_text(param, Context::of_scope(scope));
        let entry = Param {
            name: param.name.clone(),
            ty: cloudformation_type(&param.ty),
            secret: is_secret(&param.ty),
            default,
            allowed: literals(&param.ty),
            doc: doc.map(|doc| doc.node.clone()),
            given: self.state.inputs.params.get(&param.name.node).cloned(),
        };
        let id = crate::hir::ParamId(self.values.params.len());
        self.values.params.push(entry);
        self.values.bind(scope, &param.name, DefinitionKind::Param, Binding::Param(id));
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
        TypeKind::Named { name, .. } if name.node == "number" && given.parse::<f64>().is_ok() => {
            ValueKind::Number(given.to_owned())
        }
        _ => text(given),
    };
    Value::new(kind, span)
}

/// Returns whether a parameter is of the type `secret`.
fn is_secret(ty: &Type) -> bool {
    matches!(&ty.kind, TypeKind::Named { name, .. } if name.node == SECRET)
}

fn cloudformation_type(ty: &Type) -> &'static str {
    match &ty.kind {
        TypeKind::Named { name, .. } if name.node == "number" => "Number",
        TypeKind::List(_) => LIST_PARAMETER,
        TypeKind::Optional(inner) => cloudformation_type(inner),
        _ => "String",
    }
}
