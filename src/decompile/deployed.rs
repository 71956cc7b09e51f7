//! Conditions and mappings of templates, and the functions that use them.

use crate::source::Span;
use crate::syntax::ast::{self, Access, CompareOp, Expr, ExprKind, Reference, Stmt, StmtKind, is_identifier, tree};
use crate::workspace::document::{Intrinsic, Node};

use super::plain_values::plain;
use super::values::{Names, Reading};
use super::{Reader, TreePurpose, wording};

/// How many functions the condition of a value may consist of where it is written out.
const FUNCTIONS: usize = 64;

impl Reader<'_> {
    /// Returns `let name = ...` for every mapping and condition that is to be declared.
    pub(super) fn lets(&mut self) -> Vec<Stmt> {
        let mut found = Vec::new();
        for section in ["Mappings", "Conditions"] {
            for entry in self.root.get(section).map(Node::entries).unwrap_or_default() {
                let name = entry.key.node.as_str();
                let value = match section {
                    "Mappings" => self.names.maps.contains(name).then(|| plain(&entry.value)),
                    _ if self.names.tests.contains(name) => self.names.test(&entry.value, &mut FUNCTIONS.clone()),
                    _ => None,
                };
                let Some(value) = value else { continue };
                let place = entry.key.span;
                self.words.push(wording::Region::listed(place.to(entry.value.span), self.names.kind, "let"));
                let declared = ast::Let { keyword: place, name: tree::ident(name, place), ty: None, value };
                found.push(tree::statement(StmtKind::Let(declared), None, place));
            }
        }
        found
    }
}

impl Names<'_> {
    /// Converts `Fn::If`; `branch` converts its values. `None` if the language cannot express its condition, or `branch`
    /// cannot convert a value.
    pub(super) fn choice(&self, node: &Node, branch: &dyn Fn(&Node) -> Option<Expr>) -> Option<Expr> {
        let call = node.intrinsic().filter(|call| call.name == "Fn::If")?;
        let [condition, then, otherwise] = call.argument.items() else { return None };
        let condition = self.condition(condition.literal()?, condition.span, &mut FUNCTIONS.clone())?;
        let value = |node: &Node| {
            if node.is_no_value() { Some(tree::expr(ExprKind::Null, node.span)) } else { branch(node) }
        };
        let kind = ExprKind::Conditional {
            condition: Box::new(condition),
            then: Box::new(value(then)?),
            otherwise: Box::new(value(otherwise)?),
        };
        Some(tree::expr(kind, node.span))
    }

    /// Converts an `Fn::If` between strings.
    pub(super) fn text_choice(&self, node: &Node, reading: Reading) -> Option<Expr> {
        let has_value = |node: &Node| !node.is_no_value() && (node.scalar().is_some() || node.intrinsic().is_some());
        self.choice(node, &|branch| has_value(branch).then(|| self.text(branch, reading)))
            .filter(|value| !has_null(value))
    }

    /// Returns the condition with a name: its `let` in an import, and otherwise what it tests.
    pub(super) fn condition(&self, name: &str, span: Span, budget: &mut usize) -> Option<Expr> {
        if self.purpose == TreePurpose::Import {
            return self.tests.contains(name).then(|| tree::reference(&[name], span));
        }
        self.test(self.conditions?.get(name)?, budget)
    }

    /// Converts condition functions.
    fn test(&self, node: &Node, budget: &mut usize) -> Option<Expr> {
        *budget = budget.checked_sub(1)?;
        let call = node.intrinsic()?;
        let items = call.argument.items();
        let kind = match call.name.as_ref() {
            "Condition" => return self.condition(call.argument.text()?, node.span, budget),
            "Fn::Equals" => self.comparison(items, CompareOp::Equal)?,
            "Fn::Not" => {
                let [inner] = items else { return None };
                match inner.intrinsic() {
                    Some(Intrinsic { name, argument, .. }) if name == "Fn::Equals" => {
                        self.comparison(argument.items(), CompareOp::NotEqual)?
                    }
                    _ => ExprKind::Not(Box::new(self.test(inner, budget)?)),
                }
            }
            "Fn::And" | "Fn::Or" if items.len() > 1 => {
                let all = items.iter().map(|item| self.test(item, budget)).collect::<Option<Vec<Expr>>>()?;
                if call.name == "Fn::And" { ExprKind::And(all) } else { ExprKind::Or(all) }
            }
            _ => return None,
        };
        Some(tree::expr(kind, node.span))
    }

    fn comparison(&self, items: &[Node], op: CompareOp) -> Option<ExprKind> {
        let [left, right] = items else { return None };
        // What is the same everywhere is no condition.
        if left.literal().is_some() && right.literal().is_some() {
            return None;
        }
        Some(ExprKind::Compare { left: Box::new(self.compared(left)?), op, right: Box::new(self.compared(right)?) })
    }

    /// Converts a value that CloudFormation knows before it creates resources: a literal, a parameter, or a value of a
    /// mapping.
    fn compared(&self, node: &Node) -> Option<Expr> {
        let call = node.intrinsic();
        let is_known = match call.as_ref().map(|call| call.name.as_ref()) {
            None => node.literal().is_some(),
            Some("Ref") => node.referred().is_some_and(|name| {
                self.params.contains(name.as_str()) || name.starts_with("AWS::") && name != "AWS::NotificationARNs"
            }),
            Some("Fn::FindInMap") => return self.lookup(node),
            Some(_) => false,
        };
        is_known.then(|| self.text(node, Reading::Plain))
    }

    /// Converts `Fn::FindInMap` with a key that is known at deployment.
    pub(super) fn lookup(&self, node: &Node) -> Option<Expr> {
        let call = node.intrinsic().filter(|call| call.name == "Fn::FindInMap")?;
        let [map, first, second] = call.argument.items() else { return None };
        let map = map.literal().filter(|map| self.maps.contains(map))?;
        // The value by known keys does not need the mapping.
        if first.literal().is_some() {
            return None;
        }
        let second = match second.literal().filter(|key| is_identifier(key)) {
            Some(key) => Access::Member(tree::ident(key, second.span)),
            None => Access::Index(self.compared(second)?),
        };
        let accesses = vec![Access::Index(self.compared(first)?), second];
        let reference = Reference { head: tree::ident(map, node.span), accesses, span: node.span };
        Some(tree::expr(ExprKind::Reference(reference), node.span))
    }
}

/// Returns whether one of the values of a choice is no value.
pub(super) fn has_null(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Null => true,
        ExprKind::Conditional { then, otherwise, .. } => has_null(then) || has_null(otherwise),
        _ => false,
    }
}
