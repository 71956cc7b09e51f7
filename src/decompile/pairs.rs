//! Folds an action that prepares a change set and the action after it that executes it to one `deploy stack`.

use crate::source::Spanned;
use crate::syntax::ast::{
    self, ActionHead, Attribute, Entry, Expr, ExprKind, StackAction, StackKind, StackVerb, Stmt, StmtKind, same_value,
    tree,
};

use super::actions::ReadAction;
use super::slots::text_of;

/// The attributes that both actions of a pair share, since the statement has them once.
const SHARED: [&str; 5] = ["stack", "change-set", "action-role", "region", "cfn-condition"];

/// The attributes that only the action that executes the change set has.
const OF_EXECUTION: [&str; 3] = ["mode", "namespace", "output-file-name"];

/// Keys of the configuration that the statement sets for both actions, or for the other one.
const OF_BOTH: [&str; 4] = ["ActionMode", "StackName", "ChangeSetName", "OutputFileName"];

/// The attributes that the statement expresses in other words.
const SAID: [&str; 3] = ["mode", "stack", "change-set"];

/// Folds two groups of actions, of which the second runs after the first, if each action of the first prepares what one
/// of the second executes.
pub(super) fn folded<'d>(first: &[ReadAction<'d>], second: &[ReadAction<'d>]) -> Option<Vec<ReadAction<'d>>> {
    if first.is_empty() || first.len() != second.len() {
        return None;
    }
    let fold = |prepare: &ReadAction<'d>| {
        let mut partners = second.iter().filter(|execute| is_pair(prepare, execute));
        let execute = partners.next().filter(|_| partners.next().is_none())?;
        one(prepare, execute)
    };
    let pairs: Vec<ReadAction<'d>> = first.iter().map(fold).collect::<Option<_>>()?;
    let mut names: Vec<&str> =
        pairs.iter().filter_map(|pair| pair.name.as_ref().map(|name| name.node.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() == pairs.len()).then_some(pairs)
}

fn is_pair(prepare: &ReadAction<'_>, execute: &ReadAction<'_>) -> bool {
    let (Some(first), Some(second)) = (of_stack(prepare), of_stack(execute)) else { return false };
    let attributes = |action: &ast::Action| -> Vec<String> {
        attributes_of(action).map(|attribute| attribute.key.node.clone()).collect()
    };
    let known =
        attributes(second).iter().all(|word| SHARED.contains(&word.as_str()) || OF_EXECUTION.contains(&word.as_str()));
    let foreign = attributes(first)
        .iter()
        .any(|word| matches!(word.as_str(), "namespace" | "output-file-name" | "raw" | "run-order" | "name"));
    let own_keys = match value_of(first, "configuration").map(|value| &value.kind) {
        Some(ExprKind::Map(entries)) => {
            entries.iter().any(|entry| OF_BOTH.contains(&entry.key.node.as_str()) || entry.value.kind == ExprKind::Null)
        }
        _ => false,
    };
    let shared = SHARED.iter().all(|word| match (value_of(first, word), value_of(second, word)) {
        (Some(one), Some(other)) => same_value(one, other),
        (one, other) => one.is_none() && other.is_none(),
    });
    let mode = |action: &ast::Action| value_of(action, "mode").map(word_of);
    known
        && !foreign
        && !own_keys
        && shared
        && value_of(first, "stack").is_some()
        && mode(first).as_deref() == Some("change-set-replace")
        && mode(second).as_deref() == Some("change-set-execute")
        && first.clauses.to.is_empty()
        && second.clauses.from.is_empty()
}

/// Returns the statement of a pair.
fn one<'d>(prepare: &ReadAction<'d>, execute: &ReadAction<'d>) -> Option<ReadAction<'d>> {
    let (first, second) = (of_stack(prepare)?, of_stack(execute)?);
    let (prepare_name, execute_name) = (prepare.name.as_ref()?, execute.name.as_ref()?);
    let stack = value_of(first, "stack")?;
    let place = execute_name.span;
    let symbol = text_of(stack).unwrap_or(&execute_name.node).to_owned();
    let mut statements = Vec::new();
    if text_of(stack).is_none() {
        statements.push(tree::attribute("name", stack.clone()));
    }
    let mut own = Vec::new();
    for (word, name, ending) in
        [("prepare", prepare_name, ".GenerateChangeSet"), ("execute", execute_name, ".ExecuteChangeSet")]
    {
        if name.node != format!("{symbol}{ending}") {
            own.push(Entry { key: tree::ident(word, name.span), value: tree::text(&name.node, name.span) });
        }
    }
    if !own.is_empty() {
        statements.push(tree::attribute("actions", tree::expr(ExprKind::Map(own), place)));
    }
    let change_set = value_of(first, "change-set").filter(|value| !is_derived(value, stack));
    statements.extend(change_set.map(|value| tree::attribute("change-set", value.clone())));
    let is_stated = |statement: &&Stmt| match &statement.kind {
        StmtKind::Attribute(attribute) => SAID.contains(&attribute.key.node.as_str()),
        _ => false,
    };
    statements.extend(block_of(first).iter().filter(|it| !is_stated(it)).cloned());
    let is_of_execution = |statement: &&Stmt| match &statement.kind {
        StmtKind::Attribute(attribute) => matches!(attribute.key.node.as_str(), "namespace" | "output-file-name"),
        _ => false,
    };
    statements.extend(block_of(second).iter().filter(is_of_execution).cloned());
    let mut clauses = first.clauses.clone();
    clauses.to.clone_from(&second.clauses.to);
    let action = StackAction {
        verb: Spanned::new(StackVerb::Deploy, place),
        kind: Spanned::new(StackKind::Stack, place),
        name: tree::name(&symbol, place),
        clauses,
        block: (!statements.is_empty()).then(|| tree::block(statements, place)),
    };
    let statement = tree::statement(StmtKind::StackAction(action), None, prepare.node.span);
    let name = Some(Spanned::new(symbol, place));
    Some(ReadAction { node: prepare.node, name, run_order: prepare.run_order, statement })
}

/// Returns whether a change set has the name that is derived from its stack's.
fn is_derived(change_set: &Expr, stack: &Expr) -> bool {
    match (text_of(change_set), text_of(stack)) {
        (Some(change_set), Some(stack)) => change_set.strip_suffix("-changes") == Some(stack),
        _ => false,
    }
}

fn of_stack<'a>(action: &'a ReadAction<'_>) -> Option<&'a ast::Action> {
    match &action.statement.kind {
        StmtKind::Action(it) => match &it.head {
            ActionHead::Typed { provider, .. } if provider.node == "cloudformation" => Some(it),
            _ => None,
        },
        _ => None,
    }
}

fn block_of(action: &ast::Action) -> &[Stmt] {
    action.block.as_ref().map(|block| block.statements.as_slice()).unwrap_or_default()
}

fn attributes_of(action: &ast::Action) -> impl Iterator<Item = &Attribute> {
    block_of(action).iter().filter_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => Some(attribute),
        _ => None,
    })
}

fn value_of<'a>(action: &'a ast::Action, word: &str) -> Option<&'a Expr> {
    attributes_of(action).find(|attribute| attribute.key.node == word).map(|attribute| &attribute.value)
}

/// Returns the text of a bare word or a string.
fn word_of(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Reference(reference) => reference.head.node.clone(),
        _ => text_of(value).unwrap_or_default().to_owned(),
    }
}
