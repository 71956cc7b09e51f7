//! Inlay hints: what dotpipe adds to a file and only a compilation knows.

use std::collections::BTreeSet;

use crate::catalog::{self, Slot, SlotType};
use crate::resolve::gives;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Argument, Block, Clauses, Expr, ExprKind, Name, ResourceBody, Stmt, StmtKind};

use super::Snapshot;
use super::complete::parameters_of;
use super::navigate::actions_in;
use super::outline::{each_statement, each_value};

/// The most names that a hint shows.
const SHOWN: usize = 3;

/// An inlay hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The span at which it is shown.
    pub at: Span,
    /// The text.
    pub text: String,
    /// Its kind.
    pub kind: HintKind,
}

/// The kind of a hint. Each can be turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HintKind {
    /// The names in AWS, if they differ from those in the file.
    Names,
    /// The run order of an action.
    RunOrder,
    /// Input artifacts that values refer to, so that the header need not.
    Inputs,
    /// The name of a function's argument.
    Arguments,
    /// Sizes, timeouts, and modes that are not set.
    Defaults,
}

/// Returns the hints of a file, in order.
pub fn hints(snapshot: &Snapshot, file: FileId) -> Vec<Hint> {
    let Some(tree) = snapshot.tree(file) else { return Vec::new() };
    let mut found = Vec::new();
    each_statement(&tree.ast.statements, &mut |statement| {
        match &statement.kind {
            StmtKind::Action(action) => of_action(snapshot, statement, &action.clauses, &action.name, &mut found),
            StmtKind::StackAction(action) => of_action(snapshot, statement, &action.clauses, &action.name, &mut found),
            StmtKind::Pipeline(pipeline) => {
                defaults(("pipeline", pipeline.name.span), Some(&pipeline.block), &mut found);
            }
            StmtKind::Resource(resource) => {
                let block = match &resource.body {
                    ResourceBody::Block(block) => Some(block),
                    ResourceBody::None => None,
                    ResourceBody::Imported(_) => return,
                };
                defaults((resource.kind.word(), resource.name.span), block, &mut found);
            }
            _ => {}
        }
        each_value(statement, &mut |value| arguments(snapshot, value, &mut found));
    });
    found.sort_by_key(|hint| (hint.at, hint.kind));
    found
}

/// Adds unset attributes of a block that determine a size, a timeout, or an order.
fn defaults((word, name): (&str, Span), block: Option<&Block>, found: &mut Vec<Hint>) {
    let Some(declaration) = catalog::declaration(word) else { return };
    let matters = |slot: &&Slot| {
        matches!(slot.ty, SlotType::Minutes | SlotType::Enum) && slot.key.is_some() && !gives(block, &slot.attribute)
    };
    let shown = |slot: &Slot| {
        let default = slot.default.as_ref().or(slot.emit.as_ref())?;
        let word = slot.values.iter().find(|(_, aws)| *aws == default).map_or(default, |(word, _)| word);
        Some(format!("{} = {word}", slot.attribute))
    };
    let all: Vec<String> = declaration.slot.iter().filter(matters).filter_map(shown).collect();
    if !all.is_empty() {
        found.push(Hint { at: name.after(), text: all.join(", "), kind: HintKind::Defaults });
    }
}

/// Adds the names of the arguments of a function.
fn arguments(snapshot: &Snapshot, value: &Expr, found: &mut Vec<Hint>) {
    let ExprKind::Call { callee, arguments } = &value.kind else { return };
    let name = callee.iter().map(|part| part.node.as_str()).collect::<Vec<_>>().join(".");
    let names = parameters_of(&name);
    let is_plain = |argument: &&Argument| argument.name.is_none();
    if arguments.len() < 2 || !arguments.iter().all(|argument| is_plain(&argument)) {
        return;
    }
    for (argument, name) in arguments.iter().zip(names) {
        let says_it = snapshot.compilation().sources().slice(argument.value.span) == name;
        if !name.is_empty() && !says_it {
            let at = argument.value.span.before();
            found.push(Hint { at, text: format!("{name}:"), kind: HintKind::Arguments });
        }
    }
}

/// Adds the names of actions in AWS, if they differ from those in the file.
fn generated_names(written: &Name, names: &[&str], found: &mut Vec<Hint>) {
    if names.iter().all(|name| written.literal() == Some(*name)) {
        return;
    }
    let mut shown: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    let more = format!("{} more", names.len().saturating_sub(SHOWN));
    if names.len() > SHOWN {
        shown.push(&more);
    }
    found.push(Hint { at: written.span.after(), text: format!("= {}", shown.join(", ")), kind: HintKind::Names });
}

fn of_action(snapshot: &Snapshot, statement: &Stmt, clauses: &Clauses, name: &Name, found: &mut Vec<Hint>) {
    let plan = snapshot.compilation().plan();
    let mut names: Vec<&str> = Vec::new();
    let mut orders = BTreeSet::new();
    let mut inputs = BTreeSet::new();
    for (pipeline, action) in actions_in(snapshot, statement.span) {
        let Some(planned) = plan.action(pipeline, action) else { continue };
        names.push(&planned.name);
        let stage = plan.position_of(pipeline, action).map(|position| position.stage);
        let stages = plan.pipelines.get(pipeline).map(|pipeline| &pipeline.stages);
        let has_others = stages.zip(stage).and_then(|(stages, stage)| stages.get(stage));
        if has_others.is_some_and(|stage| stage.actions.len() > 1) {
            orders.insert(planned.run_order);
        }
        inputs.extend(planned.inputs.iter().map(String::as_str));
    }
    generated_names(name, &names, found);
    let end = clauses.end().unwrap_or(name.span).after();
    if !orders.is_empty() {
        let orders: Vec<String> = orders.iter().map(u32::to_string).collect();
        found.push(Hint { at: end, text: format!("run order {}", orders.join(", ")), kind: HintKind::RunOrder });
    }
    let written: Vec<&str> = clauses
        .from
        .iter()
        .filter_map(|input| match &input.kind {
            ExprKind::Reference(reference) => Some(reference.head.node.as_str()),
            ExprKind::ArtifactFile { artifact, .. } => Some(artifact.node.as_str()),
            _ => None,
        })
        .collect();
    // In a component, the header contains a parameter.
    let is_open = written.iter().any(|name| !inputs.contains(name));
    let others: Vec<&str> = inputs.iter().copied().filter(|input| !written.contains(input)).collect();
    if !others.is_empty() && !is_open {
        found.push(Hint { at: end, text: format!("from {}", others.join(", ")), kind: HintKind::Inputs });
    }
}
