//! Stages: the order of actions, conditions, and what happens on failure.

use std::collections::{BTreeMap, HashMap};

use crate::catalog;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Expr, ExprKind, Named, On, OnClause, Outcome, Stmt, StmtKind, Unnamed, tree};
use crate::workspace::document::Node;

use super::actions::{ReadAction, artifacts};
use super::slots::Form;
use super::triggers::Filters;
use super::values::inner;
use super::{Reader, unread, wording};

impl<'d> Reader<'d> {
    /// The stages of a pipeline; `disabled`: those that no run may enter.
    pub(super) fn stages(&mut self, node: &'d Node, disabled: &HashMap<String, Expr>) -> Vec<Stmt> {
        let mut filters = self.filters(node);
        let Some(stages) = self.names.get(node, "Stages") else { return vec![unread(node.span)] };
        let mut statements = Vec::new();
        let (nodes, partial) = self.elements(stages);
        if partial {
            statements.push(unread(stages.span));
        }
        for (index, stage) in nodes.into_iter().enumerate() {
            statements.push(self.stage(stage, index, disabled, &mut filters));
        }
        statements
    }

    /// The elements of a list. Of those that a condition decides, the ones that are there in some case; whether there are such.
    fn elements(&self, list: &'d Node) -> (Vec<&'d Node>, bool) {
        let mut found = Vec::new();
        let mut partial = false;
        self.add_elements(list, &mut found, &mut partial, 0);
        (found, partial)
    }

    fn add_elements(&self, node: &'d Node, found: &mut Vec<&'d Node>, partial: &mut bool, depth: u32) {
        // The node itself lives as long as the document, which `resolved` does not say.
        let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::If" && depth < 32) else {
            match (node.intrinsic(), node.items()) {
                (Some(call), _) if call.name == "Ref" => *partial |= call.argument.text() != Some("AWS::NoValue"),
                (Some(_), _) => *partial = true,
                (None, items) => items.iter().for_each(|item| match item.intrinsic() {
                    Some(_) => self.add_elements(item, found, partial, depth + 1),
                    None => found.push(item),
                }),
            }
            return;
        };
        *partial = true;
        let items = node.items().get(1..).or_else(|| node.get(&call.name)?.items().get(1..)).unwrap_or_default();
        for branch in items {
            let before = found.len();
            match (branch.intrinsic(), branch.entries().is_empty()) {
                (None, false) => found.push(branch),
                _ => self.add_elements(branch, found, partial, depth + 1),
            }
            if found.len() > before {
                return;
            }
        }
    }

    fn stage(&mut self, node: &'d Node, index: usize, disabled: &HashMap<String, Expr>, filters: &mut Filters) -> Stmt {
        let name = self.names.get(node, "Name");
        let known = name.and_then(|name| self.names.known_text(name));
        let place = name.map_or(node.span, inner);
        let mut statements = Vec::new();
        if let Some(reason) = known.as_ref().and_then(|name| disabled.get(name)) {
            statements.push(tree::attribute("disabled", reason.clone()));
        }
        statements.extend(self.conditions(node, "BeforeEntry", "entry"));
        if let Some(actions) = self.names.get(node, "Actions") {
            let (nodes, partial) = self.elements(actions);
            if partial {
                statements.push(unread(actions.span));
            }
            let mut read = Vec::new();
            for action in nodes {
                let name = self.names.get(action, "Name").and_then(|name| self.names.known_text(name));
                let own = name.map(|name| filters.take(&name)).unwrap_or_default();
                read.push(self.action(action, own));
            }
            statements.extend(steps(read));
        }
        statements.extend(self.conditions(node, "OnSuccess", "success"));
        statements.extend(self.on_failure(node));
        self.words.push(wording::Region::listed(node.span, self.names.kind, "stage"));
        let written = known.unwrap_or_else(|| format!("Stage{}", index + 1));
        let named =
            Named { keyword: place, name: tree::name(&written, place), block: tree::block(statements, node.span) };
        tree::statement(StmtKind::Stage(named), None, node.span)
    }

    /// What happens if the stage fails, without a condition and with one.
    fn on_failure(&mut self, node: &'d Node) -> Vec<Stmt> {
        let mut statements = self.conditions(node, "OnFailure", "failure");
        let Some(entry) = self.names.entry(node, "OnFailure") else { return statements };
        let Some(result) = self.names.get(&entry.value, "Result") else { return statements };
        let span = inner(result);
        let mode = self.names.get(&entry.value, "RetryConfiguration").and_then(|it| self.names.get(it, "RetryMode"));
        let detail = match mode.and_then(Node::literal) {
            Some("ALL_ACTIONS") => Some("all"),
            Some("FAILED_ACTIONS") => Some("failed"),
            _ => None,
        };
        let word = match result.literal() {
            Some("ROLLBACK") => "rollback",
            Some("RETRY") => "retry",
            _ => return statements,
        };
        let outcome = Outcome { word: tree::ident(word, span), detail: detail.map(|detail| tree::ident(detail, span)) };
        let event = tree::ident("failure", entry.key.span);
        let on = On { keyword: entry.key.span, event, clause: Some(OnClause::Outcome(outcome)), block: None };
        statements.push(tree::statement(StmtKind::On(on), None, entry.key.span));
        statements
    }

    /// `on entry require { rules } else outcome`
    fn conditions(&mut self, node: &'d Node, key: &str, event: &str) -> Vec<Stmt> {
        let Some(entry) = self.names.entry(node, key) else { return Vec::new() };
        let conditions = self.names.get(&entry.value, "Conditions").map(Node::items).unwrap_or_default();
        let mut statements = Vec::new();
        for condition in conditions {
            let span = entry.key.span;
            let result = self.names.get(condition, "Result");
            let word = match result.and_then(Node::literal) {
                Some("SKIP") => "skip",
                Some("ROLLBACK") => "rollback",
                Some("FAIL") => "fail",
                _ => {
                    statements.push(unread(condition.span));
                    continue;
                }
            };
            let rules = self.names.get(condition, "Rules").map(Node::items).unwrap_or_default();
            let read: Vec<Expr> = rules.iter().filter_map(|rule| self.rule(rule)).collect();
            if read.len() < rules.len() {
                statements.push(unread(condition.span));
                continue;
            }
            let word = tree::ident(word, result.map_or(span, inner));
            let clause = OnClause::Require { rules: read, outcome: Outcome { word, detail: None } };
            let on = On { keyword: span, event: tree::ident(event, span), clause: Some(clause), block: None };
            statements.push(tree::statement(StmtKind::On(on), None, span));
        }
        statements
    }

    /// A rule as a call; none if the language does not know it.
    fn rule(&mut self, node: &'d Node) -> Option<Expr> {
        let names = &self.names;
        let provider = names.get(names.get(node, "RuleTypeId")?, "Provider")?.literal()?;
        let known = catalog::rule_words().filter_map(|word| catalog::rule_type(word).map(|it| (word, it)));
        let (word, rule_type) = known.into_iter().find(|(_, rule)| rule.provider == provider)?;
        let inputs = artifacts(names, node, "InputArtifacts");
        let read: Vec<&str> = inputs.iter().map(|input| input.node.as_str()).collect();
        let span = names.get(node, "Name").map_or(node.span, inner);
        let mut arguments: Vec<(Option<&str>, Expr)> = Vec::new();
        let configuration = names.get(node, "Configuration").map(Node::entries).unwrap_or_default();
        for slot in &rule_type.slot {
            let Some(key) = slot.key.as_deref() else { continue };
            let (found, form) = match configuration.iter().find(|entry| entry.key.node == key) {
                Some(entry) => (&entry.value, Form::Text),
                None => match names.get(node, key) {
                    Some(found) => (found, Form::Property),
                    None => continue,
                },
            };
            let value = names.slot(slot, found, form, &read)?;
            if slot.attribute == rule_type.first {
                arguments.insert(0, (None, value));
            } else {
                arguments.push((Some(&slot.attribute), value));
            }
        }
        let from: Vec<Expr> = inputs.iter().map(|input| tree::reference(&[&input.node], input.span)).collect();
        match from.as_slice() {
            [] => {}
            [only] => arguments.push((Some("from"), only.clone())),
            _ => arguments.push((Some("from"), tree::list(from, span))),
        }
        if let Some(name) = names.get(node, "Name") {
            arguments.push((Some("name"), tree::text(&names.known_text(name)?, inner(name))));
        }
        if let Some(region) = names.get(node, "Region") {
            arguments.push((Some("region"), tree::word(&names.known_text(region)?, inner(region))));
        }
        Some(tree::call(&[word], arguments, span))
    }
}

/// Actions by their run orders: those with the same one side by side.
fn steps(actions: Vec<ReadAction<'_>>) -> Vec<Stmt> {
    let mut groups: BTreeMap<u32, Vec<ReadAction<'_>>> = BTreeMap::new();
    for action in actions {
        groups.entry(action.run_order).or_default().push(action);
    }
    let step = |group: Vec<ReadAction<'_>>| {
        let place = |action: &ReadAction<'_>| action.name.as_ref().map_or(action.node.span, |name| name.span);
        let keyword: Span = group.first().map_or(Span::new(crate::source::FileId::of_path("".into()), 0, 0), place);
        let mut statements: Vec<Stmt> = group.into_iter().map(|action| action.statement).collect();
        match statements.len() {
            1 => statements.pop(),
            _ => {
                let block = tree::block(statements, keyword);
                Some(tree::statement(StmtKind::Parallel(Unnamed { keyword, block }), None, keyword))
            }
        }
    };
    groups.into_values().filter_map(step).collect()
}

/// A list of texts.
pub(super) fn texts(items: Vec<Spanned<String>>, span: Span) -> Expr {
    tree::expr(ExprKind::List(items.into_iter().map(|item| tree::text(&item.node, item.span)).collect()), span)
}
