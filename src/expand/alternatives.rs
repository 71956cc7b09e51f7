//! The values that a block sets for an attribute, each with its conditions.

use crate::syntax::ast::{Else, Expr, ExprKind, Ident, If, Stmt, StmtKind, tree};

/// The values of one attribute.
#[derive(Debug, Default)]
pub(super) struct Alternatives<'a> {
    /// The value outside of all conditions.
    always: Option<&'a Expr>,
    /// Values in an `if`, in the order written, each with the conjunction of its conditions.
    under: Vec<(Expr, &'a Expr)>,
    /// Whether one of the values always applies.
    complete: bool,
}

impl<'a> Alternatives<'a> {
    /// Collects the values that a block sets for an attribute.
    pub(super) fn of(statements: &'a [Stmt], word: &str) -> Self {
        let mut found = Self::default();
        found.complete = found.collect(statements, word, None);
        found
    }

    /// Adds the values of a block under a condition. Returns whether one of them always applies.
    fn collect(&mut self, statements: &'a [Stmt], word: &str, under: Option<&Expr>) -> bool {
        let mut complete = false;
        for statement in statements {
            match &statement.kind {
                StmtKind::Attribute(attribute) if attribute.key.node == word => {
                    match under {
                        Some(condition) => self.under.push((condition.clone(), &attribute.value)),
                        None => self.always = self.always.or(Some(&attribute.value)),
                    }
                    complete = true;
                }
                StmtKind::If(branch) => complete |= self.branches(branch, word, under),
                _ => {}
            }
        }
        complete
    }

    fn branches(&mut self, branch: &'a If, word: &str, under: Option<&Expr>) -> bool {
        let taken = all_of(under, branch.condition.clone());
        let mut complete = self.collect(&branch.block.statements, word, Some(&taken));
        let not_taken = all_of(under, not(branch.condition.clone()));
        complete &= match &branch.otherwise {
            Some(Else::Block(block)) => self.collect(&block.statements, word, Some(&not_taken)),
            Some(Else::If(next)) => self.branches(next, word, Some(&not_taken)),
            None => false,
        };
        complete
    }

    /// Returns every value.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a Expr> {
        self.under.iter().map(|(_, value)| *value).chain(self.always)
    }

    /// Returns whether one of the values always applies.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Returns whether the attribute is not set at all.
    pub(super) fn is_empty(&self) -> bool {
        self.values().next().is_none()
    }

    /// Returns the value outside of all conditions, if there are no others.
    pub(super) fn only(&self) -> Option<&'a Expr> {
        self.always.filter(|_| self.under.is_empty())
    }

    /// Joins the values, each converted by `become_`, to one expression. `otherwise`: the value if none applies.
    pub(super) fn joined(&self, become_: &dyn Fn(&Expr) -> Expr, otherwise: Option<Expr>) -> Option<Expr> {
        let mut under = self.under.iter().rev();
        let last = match self.always.map(become_) {
            Some(always) => always,
            None if self.complete => become_(under.next()?.1),
            None => otherwise?,
        };
        Some(under.fold(last, |otherwise, (condition, value)| {
            let then = become_(value);
            let span = then.span;
            let (condition, then, otherwise) = (Box::new(condition.clone()), Box::new(then), Box::new(otherwise));
            tree::expr(ExprKind::Conditional { condition, then, otherwise }, span)
        }))
    }

    /// Returns the statements for each alternative, in an `if` where it has a condition. `of` gets `None` for no value.
    pub(super) fn statements(&self, of: &dyn Fn(Option<&Expr>) -> Vec<Stmt>) -> Vec<Stmt> {
        let last = of(self.always);
        self.under.iter().rev().fold(last, |otherwise, (condition, value)| {
            let span = condition.span;
            let branch = If {
                keyword: span,
                condition: condition.clone(),
                block: tree::block(of(Some(value)), span),
                otherwise: (!otherwise.is_empty()).then(|| Else::Block(tree::block(otherwise, span))),
            };
            vec![tree::statement(StmtKind::If(branch), None, span)]
        })
    }
}

/// Returns two keys of an attribute in one block that can both apply.
pub(super) fn set_twice<'a>(statements: &'a [Stmt], word: &str) -> Option<(&'a Ident, &'a Ident)> {
    let mut keys = Vec::new();
    for statement in statements {
        match &statement.kind {
            StmtKind::Attribute(attribute) if attribute.key.node == word => keys.push(&attribute.key),
            StmtKind::If(branch) => {
                let blocks = branch.branches();
                let inside = blocks.iter().find_map(|block| set_twice(&block.statements, word));
                if inside.is_some() {
                    return inside;
                }
                keys.extend(blocks.into_iter().find_map(|block| first_key(&block.statements, word)));
            }
            _ => {}
        }
    }
    match keys.as_slice() {
        [first, second, ..] => Some((first, second)),
        _ => None,
    }
}

fn first_key<'a>(statements: &'a [Stmt], word: &str) -> Option<&'a Ident> {
    statements.iter().find_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) if attribute.key.node == word => Some(&attribute.key),
        StmtKind::If(branch) => branch.branches().into_iter().find_map(|block| first_key(&block.statements, word)),
        _ => None,
    })
}

fn not(condition: Expr) -> Expr {
    let span = condition.span;
    tree::expr(ExprKind::Not(Box::new(condition)), span)
}

fn all_of(under: Option<&Expr>, condition: Expr) -> Expr {
    let span = condition.span;
    match under {
        Some(under) => tree::expr(ExprKind::And(vec![under.clone(), condition]), span),
        None => condition,
    }
}
