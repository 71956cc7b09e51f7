//! Event rules that an import declares, as `on event` or `on schedule` of the pipelines that they start.

use crate::catalog;
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, On, OnClause, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::pipeline_document;

use super::Reader;
use super::actions::attribute;
use super::chosen::{beside_properties, is_in};
use super::slots::Form;
use super::values::{Reading, written};

/// The type of event rules.
const RULE: &str = "AWS::Events::Rule";

/// The property with the schedule of a rule.
const SCHEDULE: &str = "ScheduleExpression";

/// The properties of a rule that attributes set, other than the pattern.
const SAID: [(&str, &str); 3] = [("Name", "name"), ("Description", "description"), ("EventBusName", "bus")];

/// Returns the pipeline that is the only target of an event rule, if the target has a role.
pub fn started_by<'n>(rule: &Node, root: &'n Node) -> Option<&'n str> {
    if rule.get("Type").and_then(Node::literal) != Some(RULE) {
        return None;
    }
    let properties = rule.get("Properties")?;
    let [target] = properties.get("Targets")?.items() else { return None };
    target.get("RoleArn")?;
    let arn = target.get("Arn")?;
    let named = names_in(arn);
    let is_meant = |entry: &&Entry| {
        let name = entry.value.at(&["Properties", "Name"]).and_then(Node::literal);
        named.contains(&entry.key.node) || name.is_some_and(|name| ends_with(arn, &format!(":{name}")))
    };
    let pipeline = pipeline_document::pipelines(root).find(is_meant)?.key.node.as_str();
    let is_started = match (properties.get("EventPattern"), properties.get(SCHEDULE)) {
        (Some(pattern), None) => pattern.intrinsic().is_none(),
        // A rule for a schedule is always on the default event bus.
        (None, Some(schedule)) => schedule.literal().is_some() && properties.get("EventBusName").is_none(),
        _ => false,
    };
    is_started.then_some(pipeline)
}

/// Returns whether a string in a value ends with `end`.
fn ends_with(node: &Node, end: &str) -> bool {
    node.text().is_some_and(|text| text.ends_with(end))
        || node.entries().iter().any(|entry| ends_with(&entry.value, end))
        || node.items().iter().any(|item| ends_with(item, end))
}

/// Returns the logical IDs to which a value refers.
fn names_in(node: &Node) -> Vec<String> {
    let mut found: Vec<String> = node.referred().into_iter().collect();
    if let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::Sub") {
        let text = call.argument.text().or_else(|| call.argument.items().first()?.text());
        found.extend(text.map(sub_parts).unwrap_or_default().into_iter().filter_map(|part| match part {
            SubPart::Name(name) => Some(name.to_owned()),
            SubPart::Text(_) => None,
        }));
    }
    found.extend(node.entries().iter().flat_map(|entry| names_in(&entry.value)));
    found.extend(node.items().iter().flat_map(names_in));
    found
}

impl<'d> Reader<'d> {
    /// Returns `on event` or `on schedule` for the declared rules that start a pipeline.
    pub(super) fn start_events(&self, pipeline: &str) -> Vec<Stmt> {
        let resources = self.root.get("Resources").map(Node::entries).unwrap_or_default();
        let declared = resources.iter().filter(|it| self.additions.declared.contains_key(&it.key.node));
        let own = declared.filter(|it| started_by(&it.value, self.root) == Some(pipeline));
        own.filter_map(|it| self.start_event(it)).collect()
    }

    fn start_event(&self, entry: &'d Entry) -> Option<Stmt> {
        let place = entry.key.span;
        let node = entry.value.get("Properties")?;
        let raw = &self.additions.declared.get(&entry.key.node)?.raw;
        let schedule = node.entry(SCHEDULE).filter(|_| !is_in(raw, &[SCHEDULE]));
        let event = if schedule.is_some() { "schedule" } else { "event" };
        let slots = catalog::declaration(event)?;
        let mut statements = vec![tree::attribute("logical-id", tree::text(&entry.key.node, place))];
        statements.extend(beside_properties(entry, self.additions));
        statements.push(tree::attribute("generate", tree::flag(false, place)));
        for (key, word) in SAID {
            let found = node.entry(key).filter(|_| !is_in(raw, &[key]));
            statements.extend(found.map(|found| attribute(word, found, self.names.text(&found.value, Reading::Plain))));
        }
        let slot = |word: &str| slots.slot_of_attribute(word);
        if let (Some(state), Some(slot)) = (node.entry("State").filter(|_| !is_in(raw, &["State"])), slot("state")) {
            let value = self.names.slot(slot, &state.value, Form::Property, &[]);
            statements.extend(value.map(|value| attribute("state", state, value)));
        }
        for found in node.get("EventPattern").map(Node::entries).unwrap_or_default() {
            let Some(slot) = slot(&found.key.node).filter(|_| !is_in(raw, &["EventPattern", &found.key.node])) else {
                continue;
            };
            let value = written(self.root, self.names.kind, self.additions, &found.value);
            statements.push(attribute(&slot.attribute, found, value));
        }
        if let Some([target]) = node.get("Targets").map(Node::items) {
            let id =
                target.entry("Id").filter(|_| !is_in(raw, &["Targets"])).and_then(|id| Some((id, id.value.literal()?)));
            statements.extend(id.map(|(id, text)| attribute("target-id", id, tree::text(text, id.value.span))));
            let role = target.entry("RoleArn").zip(slot("role"));
            statements.extend(role.and_then(|(role, slot)| {
                let value = self.names.slot(slot, &role.value, Form::Property, &[])?;
                Some(attribute("role", role, value))
            }));
        }
        if !raw.is_empty() {
            statements.push(tree::attribute("raw", map(raw.clone(), entry)));
        }
        let block = Some(tree::block(statements, entry.value.span));
        let text = schedule.and_then(|schedule| Some((schedule.value.literal()?, schedule.value.span)));
        let clause = text.map(|(text, span)| OnClause::Text(tree::text(text, span)));
        let on = On { keyword: place, event: tree::ident(event, place), clause, block };
        Some(tree::statement(StmtKind::On(on), None, place))
    }
}

fn map(entries: Vec<MapEntry>, entry: &Entry) -> Expr {
    tree::expr(ExprKind::Map(entries), entry.key.span)
}
