//! Stages: the order of actions, conditions, and results on failure.

use std::collections::BTreeMap;

use crate::catalog;
use crate::collections::HashMap;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Expr, ExprKind, Named, On, OnClause, Outcome, Stmt, StmtKind, Unnamed, tree};
use crate::workspace::document::{Node, NodeKind};

use super::actions::{ReadAction, artifacts};
use super::pairs::folded;
use super::slots::Form;
use super::triggers::Filters;
use super::{Reader, existence, unread, wording};

impl<'d> Reader<'d> {
    /// Converts the stages of a pipeline. `disabled`: those with a disabled inbound transition.
    pub(super) fn stages(&mut self, node: &'d Node, disabled: &HashMap<String, Expr>) -> Vec<Stmt> {
        let mut filters = self.filters(node);
        let Some(stages) = self.names.get(node, "Stages") else {
            return if self.is_import() { Vec::new() } else { vec![unread(node.span)] };
        };
        let mut statements = Vec::new();
        let (nodes, partial) = elements(stages, self.is_import());
        // An import adds what is not read in AWS's words.
        if partial && !self.is_import() {
            statements.push(unread(stages.span));
        }
        if !self.is_import() {
            statements.extend(self.names.open_artifacts(&nodes));
        }
        for (index, stage) in nodes.into_iter().enumerate() {
            self.at = (self.at.0, index, 0);
            let mut statement = self.stage(stage, index, disabled, &mut filters);
            if let (Some(condition), StmtKind::Stage(named)) = (self.condition_of(stages, stage), &mut statement.kind) {
                named.block.statements.insert(0, condition);
            }
            statements.push(statement);
        }
        // An action that is not found may be the one that starts the pipeline.
        if filters.are_left() && !self.is_import() {
            statements.push(unread(stages.span));
        }
        statements
    }

    /// Returns the attribute for the condition under which an element of a list exists.
    fn condition_of(&self, list: &Node, element: &Node) -> Option<Stmt> {
        let mut elements = list.items().iter().filter_map(conditional);
        let (condition, _) = elements.find(|(_, it)| std::ptr::eq(*it, element))?;
        // A check needs only which actions depend on the same condition.
        let known = if self.is_import() { self.names.condition(condition, element.span, &mut 1) } else { None };
        let condition = known.unwrap_or_else(|| tree::text(condition, element.span));
        Some(tree::attribute(existence::CONDITION, condition))
    }

    fn stage(&mut self, node: &'d Node, index: usize, disabled: &HashMap<String, Expr>, filters: &mut Filters) -> Stmt {
        let name = self.names.get(node, "Name");
        let known = name.and_then(|name| self.names.known_text(name));
        let place = name.map_or(node.span, Node::text_span);
        let mut statements = Vec::new();
        if let Some(reason) = known.as_ref().and_then(|name| disabled.get(name)) {
            statements.push(tree::attribute("disabled", reason.clone()));
        }
        if let Some(raw) = self.additions.stages.get(&(self.at.0, self.at.1)) {
            statements.push(tree::attribute("raw", tree::expr(ExprKind::Map(raw.clone()), node.span)));
        }
        statements.extend(self.conditions(node, "BeforeEntry", "entry"));
        let actions = self.names.get(node, "Actions");
        if actions.is_none() && !self.is_import() {
            statements.push(unread(node.span));
        }
        if let Some(actions) = actions {
            let (nodes, partial) = elements(actions, self.is_import());
            if partial && !self.is_import() {
                statements.push(unread(actions.span));
            }
            let mut read: Vec<ReadAction<'_>> = Vec::new();
            for (position, action) in nodes.into_iter().enumerate() {
                self.at.2 = position;
                let name = self.names.get(action, "Name").and_then(|name| self.names.known_text(name));
                let own = name.map(|name| filters.take(&name)).unwrap_or_default();
                let last = read.iter().map(|action| action.run_order).max().filter(|_| !self.is_import());
                let mut action_read = self.action(action, own, last.map_or(1, |last| last + 1));
                if let Some(condition) = self.condition_of(actions, action) {
                    action_read.add(condition);
                }
                read.push(action_read);
            }
            statements.extend(if self.is_import() { ordered_steps(read) } else { steps(read) });
        }
        statements.extend(self.conditions(node, "OnSuccess", "success"));
        statements.extend(self.on_failure(node));
        self.words.push(wording::Region::listed(node.span, self.names.kind, "stage"));
        let expression = name.filter(|_| known.is_none()).and_then(|name| self.names.expression(name));
        let written = known.unwrap_or_else(|| format!("Stage{}", index + 1));
        if let Some(expression) = expression {
            self.names.computed.add(&written, expression);
        }
        let named =
            Named { keyword: place, name: tree::name(&written, place), block: tree::block(statements, node.span) };
        tree::statement(StmtKind::Stage(named), None, node.span)
    }

    /// Returns what happens if the stage fails, without a condition and with one.
    fn on_failure(&mut self, node: &'d Node) -> Vec<Stmt> {
        let mut statements = self.conditions(node, "OnFailure", "failure");
        let Some(entry) = self.names.entry(node, "OnFailure") else { return statements };
        let Some(result) = self.names.get(&entry.value, "Result") else { return statements };
        let span = result.text_span();
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

    /// Returns `on entry require { rules } else outcome`.
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
                    statements.extend((!self.is_import()).then(|| unread(condition.span)));
                    continue;
                }
            };
            let rules = self.names.get(condition, "Rules").map(Node::items).unwrap_or_default();
            let read: Vec<Expr> = rules.iter().filter_map(|rule| self.rule(rule)).collect();
            if read.len() < rules.len() {
                statements.extend((!self.is_import()).then(|| unread(condition.span)));
                continue;
            }
            let word = tree::ident(word, result.map_or(span, Node::text_span));
            let clause = OnClause::Require { rules: read, outcome: Outcome { word, detail: None } };
            let on = On { keyword: span, event: tree::ident(event, span), clause: Some(clause), block: None };
            statements.push(tree::statement(StmtKind::On(on), None, span));
        }
        statements
    }

    /// Returns a rule as a call; `None` if the language does not have it.
    fn rule(&mut self, node: &'d Node) -> Option<Expr> {
        let names = &self.names;
        let provider = names.get(names.get(node, "RuleTypeId")?, "Provider")?.literal()?;
        let known = catalog::rule_words().filter_map(|word| catalog::rule_type(word).map(|it| (word, it)));
        let (word, rule_type) = known.into_iter().find(|(_, rule)| rule.provider == provider)?;
        let inputs = artifacts(names, node, "InputArtifacts");
        let read: Vec<&str> = inputs.iter().map(|input| input.node.as_str()).collect();
        let span = names.get(node, "Name").map_or(node.span, Node::text_span);
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
            arguments.push((Some("name"), tree::text(&names.known_text(name)?, name.text_span())));
        }
        if let Some(role) = names.get(node, "RoleArn") {
            let role =
                names.slot(catalog::declaration("rule")?.slot_of_attribute("role")?, role, Form::Property, &[])?;
            arguments.push((Some("role"), role));
        }
        if let Some(region) = names.get(node, "Region") {
            arguments.push((Some("region"), tree::word(&names.known_text(region)?, region.text_span())));
        }
        self.words.push(wording::Region::of_slots(node.span, self.names.kind, &rule_type.slot));
        Some(tree::call(&[word], arguments, span))
    }
}

/// Returns the condition under which an element of a list exists, and the element, if the alternative is no element.
pub fn conditional(node: &Node) -> Option<(&str, &Node)> {
    let argument = match &node.tag {
        Some(tag) if tag.node == "If" => node,
        Some(_) => return None,
        None => match node.entries() {
            [only] if only.key.node == "Fn::If" => &only.value,
            _ => return None,
        },
    };
    let [condition, element, otherwise] = argument.items() else { return None };
    let is_absent =
        otherwise.intrinsic().is_some_and(|it| it.name == "Ref" && it.argument.text() == Some("AWS::NoValue"));
    let is_plain = is_absent && element.intrinsic().is_none();
    is_plain.then_some((condition.literal()?, element))
}

/// Converts actions to statements of an import by their run orders: sources start together in any case, and run orders
/// that do not follow from the order of the statements are written.
fn ordered_steps(mut actions: Vec<ReadAction<'_>>) -> Vec<Stmt> {
    let mut orders: Vec<u32> = actions.iter().map(|action| action.run_order).collect();
    orders.sort_unstable();
    orders.dedup();
    let all_sources = actions.iter().all(ReadAction::is_source);
    for action in &mut actions {
        let derived = orders.iter().position(|order| *order == action.run_order).map_or(1, |at| at + 1);
        if action.run_order as usize != derived || (all_sources && action.run_order != 1) {
            let value = tree::number(&action.run_order.to_string(), action.node.span);
            action.add(tree::attribute("run-order", value));
        }
    }
    if all_sources {
        return actions.into_iter().map(|action| action.statement).collect();
    }
    let mut groups: Vec<Vec<ReadAction<'_>>> = Vec::new();
    for order in orders {
        let (group, rest): (Vec<_>, Vec<_>) = actions.into_iter().partition(|action| action.run_order == order);
        actions = rest;
        match groups.last().and_then(|first| folded(first, &group)) {
            Some(pairs) => {
                groups.pop();
                groups.push(pairs);
            }
            None => groups.push(group),
        }
    }
    groups.into_iter().filter_map(step).collect()
}

/// Groups actions by their run orders: those with the same one run at the same time.
fn steps(actions: Vec<ReadAction<'_>>) -> Vec<Stmt> {
    let mut groups: BTreeMap<u32, Vec<ReadAction<'_>>> = BTreeMap::new();
    for action in actions {
        groups.entry(action.run_order).or_default().push(action);
    }
    groups.into_values().filter_map(step).collect()
}

/// Returns actions that start together, as one statement.
fn step(group: Vec<ReadAction<'_>>) -> Option<Stmt> {
    let place = |action: &ReadAction<'_>| action.name.as_ref().map_or(action.node.span, |name| name.span);
    let keyword: Span = group.first().map_or(Span::new(crate::source::FileId::of_path("".into()), 0, 0), place);
    let mut statements: Vec<Stmt> = group.into_iter().map(|action| action.statement).collect();
    if statements.len() == 1 {
        return statements.pop();
    }
    let block = tree::block(statements, keyword);
    Some(tree::statement(StmtKind::Parallel(Unnamed { keyword, block }), None, keyword))
}

/// Returns a list of strings.
pub(super) fn texts(items: Vec<Spanned<String>>, span: Span) -> Expr {
    tree::expr(ExprKind::List(items.into_iter().map(|item| tree::text(&item.node, item.span)).collect()), span)
}

/// Returns the elements of a list, including conditional ones, and whether there are conditional ones. For an import,
/// only plain conditions on an element are resolved.
fn elements(list: &Node, is_import: bool) -> (Vec<&Node>, bool) {
    if is_import {
        let items = list.items().iter().map(|item| conditional(item).map_or(item, |(_, it)| it));
        let (found, others): (Vec<_>, Vec<_>) = items.partition(|item| item.intrinsic().is_none());
        return (found, list.intrinsic().is_some() || !others.is_empty());
    }
    let mut found = Vec::new();
    let mut partial = false;
    add_elements(list, &mut found, &mut partial, 0);
    partial |= list.intrinsic().is_none() && !matches!(list.kind, NodeKind::Sequence(_));
    (found, partial)
}

/// Collects the same elements in a list. `partial`: whether some are conditional.
fn add_elements<'d>(node: &'d Node, found: &mut Vec<&'d Node>, partial: &mut bool, depth: u32) {
    let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::If" && depth < 32) else {
        match (node.intrinsic(), node.items()) {
            (Some(call), _) if call.name == "Ref" => *partial |= call.argument.text() != Some("AWS::NoValue"),
            (Some(_), _) => *partial = true,
            (None, items) => items.iter().for_each(|item| match item.intrinsic() {
                Some(_) => add_elements(item, found, partial, depth + 1),
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
            _ => add_elements(branch, found, partial, depth + 1),
        }
        if found.len() > before {
            return;
        }
    }
}
