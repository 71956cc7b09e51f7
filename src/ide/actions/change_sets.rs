//! Converts `deploy stack` to `prepare stack` and `execute stack`, and back.

use std::fmt::Write;

use crate::diagnostic::{Edit, Intent};
use crate::resolve::gives;
use crate::source::Span;
use crate::syntax::ast::{Attribute, ExprKind, Name, Reference, StackAction, StackKind, StackVerb, Stmt, StmtKind};
use crate::syntax::rewrite;

use super::layout::{attributes_added, with_block};
use super::{Proposal, Site, block_around};

/// Attributes of the second action only.
const EXECUTE_ONLY: [&str; 2] = ["namespace", "output-file-name"];

/// Attributes that both actions need.
const SHARED: [&str; 3] = ["action-role", "region", "cfn-condition"];

/// Returns the proposals for the statement whose header is at the cursor.
pub(super) fn proposals(site: &Site<'_>) -> Vec<Proposal> {
    let around = site.around(site.range.start);
    let Some((statement, outer)) = around.split_last() else { return Vec::new() };
    let Some(action) = stack_action(statement) else { return Vec::new() };
    let header = Span { end: header_end(action).end, ..statement.span };
    if site.range.start < header.start || site.range.end > header.end {
        return Vec::new();
    }
    let parent = outer.last().copied();
    let proposal = match action.verb.node {
        StackVerb::Deploy => split(site, statement, action, parent),
        StackVerb::Prepare | StackVerb::Execute => join(site, statement, parent),
        StackVerb::Delete => None,
    };
    proposal.into_iter().collect()
}

fn stack_action(statement: &Stmt) -> Option<&StackAction> {
    match &statement.kind {
        StmtKind::StackAction(action) if action.kind.node == StackKind::Stack => Some(action),
        _ => None,
    }
}

fn header_end(action: &StackAction) -> Span {
    action.clauses.end().unwrap_or(action.name.span)
}

fn statements(action: &StackAction) -> &[Stmt] {
    action.block.as_ref().map_or(&[], |block| block.statements.as_slice())
}

fn attributes(action: &StackAction) -> impl Iterator<Item = (&Stmt, &Attribute)> {
    statements(action).iter().filter_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => Some((statement, attribute)),
        _ => None,
    })
}

/// Returns the value of an entry of `actions`, as written.
fn action_name<'s>(site: &Site<'s>, action: &StackAction, half: &str) -> Option<&'s str> {
    let (_, attribute) = attributes(action).find(|(_, attribute)| attribute.key.node == "actions")?;
    let ExprKind::Map(entries) = &attribute.value.kind else { return None };
    entries.iter().find(|entry| entry.key.node == half).map(|entry| site.text(entry.value.span))
}

fn split(site: &Site<'_>, statement: &Stmt, action: &StackAction, parent: Option<&Stmt>) -> Option<Proposal> {
    if gives(action.block.as_ref(), "mode") {
        return None;
    }
    let mut edits = vec![Edit { span: action.verb.span, replacement: "prepare".to_owned() }];
    let mut removed: Vec<&Stmt> = Vec::new();
    let mut second: Vec<String> = Vec::new();
    for (written, attribute) in attributes(action) {
        let word = attribute.key.node.as_str();
        if EXECUTE_ONLY.contains(&word) {
            removed.push(written);
            second.push(site.text(written.span).to_owned());
        } else if SHARED.contains(&word) {
            second.push(site.text(written.span).to_owned());
        } else if word == "actions" {
            match action_name(site, action, "prepare") {
                Some(name) => {
                    edits.push(Edit { span: attribute.value.span, replacement: format!("{{ prepare = {name} }}") });
                }
                None => removed.push(written),
            }
            second.extend(action_name(site, action, "execute").map(|it| format!("actions = {{ execute = {it} }}")));
        }
    }
    edits.extend(without(site, action, &removed)?);
    let mut header = format!("execute stack {}", site.text(action.name.span));
    if let Some(environment) = &action.clauses.environment {
        let _ = write!(header, " in {}", site.text(environment.span));
    }
    if let (Some(first), Some(last)) = (action.clauses.to.first(), action.clauses.to.last()) {
        let environment = action.clauses.environment.as_ref().map(|it| it.span);
        let before = action.clauses.from.last().map(|it| it.span).or(environment).unwrap_or(action.name.span);
        let clause = Span { end: last.span.end, ..before.after() };
        if site.has_comments(clause) {
            return None;
        }
        let _ = write!(header, " -> {}", site.text(first.span.to(last.span)));
        edits.push(Edit { span: clause, replacement: String::new() });
    }
    let indent = site.indentation(statement.span.start);
    let execute = with_block(&header, &second, indent);
    // Both would start at the same time.
    let (before, after) = match parent.map(|parent| &parent.kind) {
        Some(StmtKind::Parallel(_)) => (format!("sequence {{\n{indent}"), format!("\n{indent}}}")),
        _ => (String::new(), String::new()),
    };
    edits.push(Edit { span: statement.span.before(), replacement: before });
    edits.push(Edit { span: statement.span.after(), replacement: format!("\n{indent}{execute}{after}") });
    Some(Proposal::new("split into `prepare stack` and `execute stack`", edits))
}

/// Returns the edits that remove statements from a block. The block is removed with the last of them.
fn without(site: &Site<'_>, action: &StackAction, removed: &[&Stmt]) -> Option<Vec<Edit>> {
    let (Some(block), false) = (&action.block, removed.is_empty()) else { return Some(Vec::new()) };
    if removed.iter().any(|statement| site.has_comments(statement.span)) {
        return None;
    }
    if removed.len() == block.statements.len() {
        let whole = Span { end: block.span.end, ..header_end(action).after() };
        return (!site.has_comments(whole)).then(|| vec![Edit { span: whole, replacement: String::new() }]);
    }
    let sources = site.snapshot.compilation().sources();
    let edits = |statement: &&Stmt| rewrite::edits(&Intent::Remove { attribute: statement.span }, sources);
    let all: Option<Vec<Vec<Edit>>> = removed.iter().map(edits).collect();
    Some(all?.into_iter().flatten().collect())
}

fn join(site: &Site<'_>, statement: &Stmt, parent: Option<&Stmt>) -> Option<Proposal> {
    let siblings = match parent {
        Some(parent) => &block_around(parent, statement.span)?.statements,
        None => &site.tree.ast.statements,
    };
    let index = siblings.iter().position(|it| it.span.covers(statement.span))?;
    let is = |index: usize, verb: StackVerb| {
        let action = stack_action(siblings.get(index)?)?;
        (action.verb.node == verb).then_some(action)
    };
    let first = if is(index, StackVerb::Prepare).is_some() { index } else { index.checked_sub(1)? };
    let (prepare, execute) = (is(first, StackVerb::Prepare)?, is(first + 1, StackVerb::Execute)?);
    let (prepared, executed) = (siblings.get(first)?, siblings.get(first + 1)?);
    if !is_same_stack(site, prepare, execute) || executed.doc.is_some() {
        return None;
    }
    let gap = Span { end: executed.span.end, ..prepared.span.after() };
    if site.has_comments(gap) {
        return None;
    }
    let mut edits = vec![
        Edit { span: prepare.verb.span, replacement: "deploy".to_owned() },
        Edit { span: gap, replacement: String::new() },
    ];
    if let (Some(start), Some(end)) = (execute.clauses.to.first(), execute.clauses.to.last()) {
        let output = format!(" -> {}", site.text(start.span.to(end.span)));
        edits.push(Edit { span: header_end(prepare).after(), replacement: output });
    }
    let mut added = Vec::new();
    for (written, attribute) in attributes(execute) {
        let known = attributes(prepare).find(|(_, other)| other.key.node == attribute.key.node);
        match known {
            None => added.push(site.text(written.span).to_owned()),
            Some((_, other)) if attribute.key.node == "actions" => {
                let names = ["prepare", "execute"];
                let of = [prepare, execute];
                let entries = names
                    .iter()
                    .zip(of)
                    .filter_map(|(half, of)| action_name(site, of, half).map(|name| format!("{half} = {name}")));
                let entries: Vec<String> = entries.collect();
                let replacement = format!("{{ {} }}", entries.join(", "));
                edits.push(Edit { span: other.value.span, replacement });
            }
            Some(_) => {}
        }
    }
    edits.extend(attributes_added(site, prepared, prepare.block.as_ref(), &added));
    Some(Proposal::new("combine `prepare stack` and `execute stack` into `deploy stack`", edits))
}

/// Returns whether two statements have the same stack.
fn is_same_stack(site: &Site<'_>, one: &StackAction, other: &StackAction) -> bool {
    let name = |name: &Name| (name.literal().map(str::to_owned), name.quoted, site.text(name.span));
    let environment = |it: &Option<Reference>| it.as_ref().map(|it| site.text(it.span));
    name(&one.name) == name(&other.name)
        && environment(&one.clauses.environment) == environment(&other.clauses.environment)
}
