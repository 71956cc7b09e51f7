//! Conditions and maps whose values CloudFormation chooses at deployment.

use crate::hir::{
    ConditionId, ExistenceCondition, Mapping, MappingLookup, TemplateCondition, Test, Text, ValueChoice, ValueKind,
};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Access, CompareOp, Expr, ExprKind, Reference, Stmt, StmtKind, is_identifier, tree};

use super::Raiser;

impl Raiser<'_> {
    /// Returns a `let` for each map in which values are looked up, and for each condition with a name.
    pub(super) fn lets(&self) -> Vec<Stmt> {
        // In the order of their first uses, the expansion would have another one than the file.
        let mut mappings: Vec<&Mapping> = self.hir.mappings.iter().collect();
        mappings.sort_by_key(|mapping| mapping.name.as_str());
        let mappings = mappings.into_iter().map(|mapping| self.mapping(mapping));
        let named = self.hir.conditions.iter().filter_map(|condition| {
            let given = condition.given.as_ref()?;
            Some(declared(&condition.name, given.span, self.test(condition, given.span)))
        });
        mappings.chain(named).collect()
    }

    fn mapping(&self, mapping: &Mapping) -> Stmt {
        let span = mapping.given.span;
        let entry = |(key, value): &(Spanned<String>, crate::hir::Value)| ast::Entry {
            key: key.clone(),
            value: self.value(value, None),
        };
        let map = tree::expr(ExprKind::Map(mapping.entries.iter().map(entry).collect()), span);
        declared(&mapping.name, span, map)
    }

    /// Returns the name of the condition of a stage or an action, if a file of `resources` defines it.
    pub(super) fn existence(&self, condition: &Spanned<ExistenceCondition>) -> Option<Expr> {
        let name = match &condition.node {
            ExistenceCondition::Named(name) => Some(name),
            ExistenceCondition::Tested(id) => self.conjuncts(*id).into_iter().find_map(|part| self.named(part)),
        };
        name.map(|name| tree::text(name, condition.span))
    }

    /// Returns the conditions that are all true if a condition is.
    fn conjuncts(&self, id: ConditionId) -> Vec<ConditionId> {
        match &self.hir.conditions[id] {
            TemplateCondition { given: None, test: Test::And(parts), .. } => parts.clone(),
            _ => vec![id],
        }
    }

    /// Returns the name of a condition that a file of `resources` defines.
    fn named(&self, id: ConditionId) -> Option<&String> {
        match &self.hir.conditions[id].test {
            Test::Named(name) => Some(name),
            _ => None,
        }
    }

    /// Puts statements with a condition into `if` statements.
    pub(super) fn in_ifs(&self, statements: Vec<(Option<Spanned<ConditionId>>, Stmt)>) -> Vec<Stmt> {
        let mut found: Vec<Stmt> = Vec::new();
        let mut last: Option<Spanned<ConditionId>> = None;
        for (condition, statement) in statements {
            let same = condition.is_some() && condition.map(|it| it.node) == last.map(|it| it.node);
            let Some(own) = condition else {
                found.push(statement);
                last = None;
                continue;
            };
            match found.last_mut().map(|statement| &mut statement.kind) {
                Some(StmtKind::If(branch)) if same => branch.block.statements.push(statement),
                _ => found.push(self.in_if(own, statement)),
            }
            last = condition;
        }
        found
    }

    fn in_if(&self, condition: Spanned<ConditionId>, statement: Stmt) -> Stmt {
        let span = condition.span;
        let parts = self.conjuncts(condition.node).into_iter().filter(|part| self.named(*part).is_none());
        let mut tests: Vec<Expr> = parts.map(|part| self.tested(part, span)).collect();
        let condition = match tests.pop() {
            Some(only) if tests.is_empty() => only,
            Some(last) => {
                tests.push(last);
                tree::expr(ExprKind::And(tests), span)
            }
            None => return statement,
        };
        let branch = ast::If { keyword: span, condition, block: tree::block(vec![statement], span), otherwise: None };
        tree::statement(StmtKind::If(branch), None, span)
    }

    /// Returns a condition: its name, or else what it tests.
    pub(super) fn tested(&self, id: ConditionId, span: Span) -> Expr {
        let condition = &self.hir.conditions[id];
        match condition.given {
            Some(_) => tree::reference(&[&condition.name], span),
            None => self.test(condition, span),
        }
    }

    fn test(&self, condition: &TemplateCondition, span: Span) -> Expr {
        let all = |ids: &[ConditionId]| ids.iter().map(|id| self.tested(*id, span)).collect();
        let compare = |left: &Text, op, right: &Text| {
            let (left, right) = (Box::new(self.text(left, false, span)), Box::new(self.text(right, false, span)));
            ExprKind::Compare { left, op, right }
        };
        let kind = match &condition.test {
            Test::Equal(left, right) => compare(left, CompareOp::Equal, right),
            Test::Not(id) => match &self.hir.conditions[*id] {
                TemplateCondition { given: None, test: Test::Equal(left, right), .. } => {
                    compare(left, CompareOp::NotEqual, right)
                }
                _ => ExprKind::Not(Box::new(self.tested(*id, span))),
            },
            Test::And(ids) => ExprKind::And(all(ids)),
            Test::Or(ids) => ExprKind::Or(all(ids)),
            Test::Named(name) => return tree::text(name, span),
        };
        tree::expr(kind, span)
    }

    /// Returns `condition ? then : otherwise`.
    pub(super) fn choice(&self, choice: &ValueChoice, span: Span) -> Expr {
        let value = |value: &crate::hir::Value| match &value.kind {
            ValueKind::Text(text) => self.text(text, true, value.span),
            _ => self.value(value, None),
        };
        let kind = ExprKind::Conditional {
            condition: Box::new(self.tested(choice.condition, choice.place)),
            then: Box::new(value(&choice.then)),
            otherwise: Box::new(value(&choice.otherwise)),
        };
        tree::expr(kind, span)
    }

    /// Returns `Map[key].field`.
    pub(super) fn lookup(&self, lookup: &MappingLookup, span: Span) -> Expr {
        let mapping = &self.hir.mappings[lookup.mapping];
        let key = |text: &Text| match text.as_literal().filter(|text| is_identifier(text)) {
            Some(name) => Access::Member(tree::ident(name, span)),
            None => Access::Index(self.text(text, false, span)),
        };
        let keys = if mapping.is_nested { lookup.keys.as_slice() } else { &lookup.keys[..1] };
        let reference =
            Reference { head: tree::ident(&mapping.name, span), accesses: keys.iter().map(key).collect(), span };
        tree::expr(ExprKind::Reference(reference), span)
    }
}

/// Returns the condition of the `if` around a stage or an action.
pub(super) fn around_part(condition: Option<&Spanned<ExistenceCondition>>) -> Option<Spanned<ConditionId>> {
    let condition = condition?;
    Some(Spanned::new(condition.node.tested()?, condition.span))
}

fn declared(name: &str, span: Span, value: Expr) -> Stmt {
    let kind = StmtKind::Let(ast::Let { keyword: span, name: tree::ident(name, span), ty: None, value });
    tree::statement(kind, None, span)
}
