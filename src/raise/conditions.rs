//! Conditions of stages: every rule is a call, even a comparison.

use crate::catalog::Header;
use crate::hir::{ConditionRule, StageCondition, ValueKind};
use crate::syntax::ast::tree;
use crate::syntax::ast::{Expr, On, OnClause, Outcome, Stmt, StmtKind};

use super::Raiser;

impl Raiser<'_> {
    /// Returns `on entry require { rules } else outcome`.
    pub(super) fn condition(&self, condition: &StageCondition) -> Stmt {
        let span = condition.span;
        let word = tree::ident(condition.outcome.node.word(), condition.outcome.span);
        let clause = OnClause::Require {
            rules: condition.rules.iter().map(|rule| self.rule(rule)).collect(),
            outcome: Outcome { word, detail: None },
        };
        let event = tree::ident(condition.moment.word(), span);
        let on = On { keyword: span, event, clause: Some(clause), block: None };
        tree::statement(StmtKind::On(on), None, span)
    }

    /// Returns `word(first, name = value)`.
    fn rule(&self, rule: &ConditionRule) -> Expr {
        let span = rule.span;
        let mut arguments: Vec<(Option<&str>, Expr)> = Vec::new();
        for (key, setting) in &rule.configuration {
            let Some(slot) = rule.rule_type.slot_of_key(key) else { continue };
            let first = rule.inputs.first().map(|input| input.artifact);
            let is_first = matches!(setting.value.kind, ValueKind::Artifact(id) if Some(id) == first);
            if slot.header == Some(Header::PrimaryInput) && is_first && rule.inputs.len() > 1 {
                continue;
            }
            let value = self.value(&setting.value, Some(slot));
            if slot.attribute == rule.rule_type.first {
                arguments.insert(0, (None, value));
            } else {
                arguments.push((Some(&slot.attribute), value));
            }
        }
        let mut inputs: Vec<Expr> =
            rule.inputs.iter().map(|it| tree::reference(&[self.artifact(it.artifact)], it.span)).collect();
        let from = match inputs.len() {
            0 => None,
            1 => inputs.pop(),
            _ => Some(tree::list(inputs, span)),
        };
        arguments.extend(from.map(|from| (Some("from"), from)));
        arguments.extend(rule.name.as_ref().map(|name| (Some("name"), tree::text(&name.node, name.span))));
        arguments.extend(rule.role.as_ref().map(|role| (Some("role"), self.role(role))));
        arguments.extend(rule.region.as_ref().map(|region| (Some("region"), tree::word(&region.node, region.span))));
        tree::call(&[rule.word], arguments, span)
    }
}
