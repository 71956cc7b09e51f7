//! Comparisons that have the same result for every value.

use crate::diagnostic::families::values;
use crate::diagnostic::suggest;
use crate::hir::{Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::slots::describe;
use crate::source::Span;
use crate::syntax::ast::{Access, Expr, ExprKind, Ident, StmtKind, Type, TypeKind};

use super::evaluator::{Context, Evaluator};
use super::scope::{Binding, ScopeId};
use super::types::literals;

impl<'a> Evaluator<'a> {
    /// Reports two values that differ and could not be equal.
    pub(crate) fn never_equal(
        &mut self,
        (left, left_value): (&'a Expr, &Value),
        (right, right_value): (&'a Expr, &Value),
        place: Span,
        context: Context,
    ) {
        if let (Some(one), Some(other)) = (sort(left_value), sort(right_value))
            && one != other
        {
            let (found, compared) = (describe(&left_value.kind), describe(&right_value.kind));
            let shown = self.shown(left.span);
            let plain = plain(right_value).filter(|_| one != Sort::Text);
            self.diagnostics.push(values::different_types(&shown, found, compared, place, plain.as_deref()));
            return;
        }
        self.never_allowed((left, left_value), (right, right_value), context);
    }

    /// Reports a string that the value on the other side cannot be, according to its type.
    pub(super) fn never_allowed(
        &mut self,
        (left, left_value): (&'a Expr, &Value),
        (right, right_value): (&'a Expr, &Value),
        context: Context,
    ) {
        for (written, value, other) in [(left, right_value, right), (right, left_value, left)] {
            let allowed = self.possible(written, context);
            let Some(text) = value.as_str().filter(|text| !allowed.is_empty() && !allowed.iter().any(|it| it == text))
            else {
                continue;
            };
            let near = suggest::similar(text, allowed.iter().map(String::as_str));
            let shown = self.shown(written.span);
            self.diagnostics.push(values::no_such_value(&shown, text, other.span, &allowed, near));
            return;
        }
    }

    /// Returns the strings that an expression may evaluate to, if its type lists them.
    fn possible(&self, expression: &'a Expr, context: Context) -> Vec<String> {
        let ExprKind::Reference(reference) = &expression.kind else { return Vec::new() };
        let Some(mut found) = self.resolved_type(&reference.head, context) else { return Vec::new() };
        for access in &reference.accesses {
            let Access::Member(name) = access else { return Vec::new() };
            let Some((fields, scope)) = self.record(found.0, found.1) else { return Vec::new() };
            let Some(field) = fields.iter().find(|field| field.name.node == name.node) else { return Vec::new() };
            found = (&field.ty, scope);
        }
        let (ty, scope) = found;
        match &ty.kind {
            TypeKind::Named { name, .. } => {
                self.declared_type(name, scope).map_or_else(Vec::new, |(ty, _)| literals(ty))
            }
            _ => literals(ty),
        }
    }

    /// Returns the type of an option, a `param`, a typed value, or a parameter of a component, and the scope in which the type was
    /// written.
    fn resolved_type(&self, name: &Ident, context: Context) -> Option<(&'a Type, ScopeId)> {
        let (id, kind) = self.definition_of(name)?;
        if matches!(kind, DefinitionKind::Option | DefinitionKind::Param) {
            let statements = self.modules.iter().flat_map(|module| &module.ast.statements);
            let mut options = statements.filter_map(|statement| match &statement.kind {
                StmtKind::Param(param) => Some(param),
                _ => None,
            });
            let option = options.find(|option| self.names.defined(&option.name, |known| known == kind) == Some(id))?;
            return Some((&option.ty, context.scope));
        }
        match self.binding(context.scope, id)? {
            Binding::Let(id) => self.scopes.lets.get(id.0)?.ty,
            _ => None,
        }
    }
}

/// The sorts of values: only values of the same sort can be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Flag,
    Number,
    Text,
    List,
    Map,
    Declaration,
}

/// Returns the sort of a value; `None` for one that may be of several, such as `null`.
fn sort(value: &Value) -> Option<Sort> {
    Some(match value.kind {
        ValueKind::Bool(_) => Sort::Flag,
        ValueKind::Number(_) => Sort::Number,
        ValueKind::Text(_) | ValueKind::Word(_) => Sort::Text,
        ValueKind::List(_) => Sort::List,
        ValueKind::Map(_) => Sort::Map,
        ValueKind::Entity(_) => Sort::Declaration,
        _ => return None,
    })
}

/// Returns the boolean or number that a string spells.
fn plain(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let flag = match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    };
    flag.map(str::to_owned).or_else(|| text.parse::<u64>().ok().map(|number| number.to_string()))
}
