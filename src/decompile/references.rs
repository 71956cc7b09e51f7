//! Converts `#{namespace.name}` to `Action.name`: references to the output variables of earlier actions, and to
//! variables of the pipeline.

use crate::collections::{HashMap, HashSet};
use crate::source::Spanned;
use crate::syntax::ast::{
    ActionHead, Block, Expr, ExprKind, Stmt, StmtKind, StringPart, StringPartKind, is_identifier, tree,
};

use super::slots::text_of;

/// What `#{...}` can refer to.
#[derive(Debug, Default)]
struct Sources {
    /// Actions by their namespaces.
    actions: HashMap<String, String>,
    /// Variables of the pipeline.
    variables: HashSet<String>,
}

/// The namespace of the pipeline's own variables.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html> (2026-11-29)
const VARIABLES: &str = "variables";

/// Replaces the references in a pipeline's statements by the names of the file. Commands are unchanged: they receive
/// run-time values in another way.
pub(super) fn resolve(statements: &mut [Stmt]) {
    let mut sources = Sources::default();
    let mut names: HashMap<String, usize> = HashMap::default();
    for statement in &*statements {
        collect(statement, &mut sources, &mut names);
    }
    // A name that two actions share needs the stage before it.
    sources.actions.retain(|_, name| names.get(name) == Some(&1) && is_identifier(name));
    sources.variables.retain(|name| is_identifier(name) && !names.contains_key(name));
    let mut known = Sources { actions: HashMap::default(), variables: sources.variables.clone() };
    for statement in statements {
        rewrite(statement, &known);
        // References can only be to what runs before.
        let mut found = Sources::default();
        collect(statement, &mut found, &mut HashMap::default());
        known.actions.extend(found.actions.into_iter().filter(|(space, _)| sources.actions.contains_key(space)));
    }
}

/// Collects the name and namespace of an action, and those inside a statement.
fn collect(statement: &Stmt, sources: &mut Sources, names: &mut HashMap<String, usize>) {
    let (name, block) = match &statement.kind {
        StmtKind::Action(action) => (action.name.literal(), action.block.as_ref()),
        StmtKind::StackAction(action) => (action.name.literal(), action.block.as_ref()),
        StmtKind::Param(param) => {
            sources.variables.insert(param.name.node.clone());
            return;
        }
        _ => {
            let inner = statement.blocks().into_iter().flat_map(|block| &block.statements);
            inner.for_each(|statement| collect(statement, sources, names));
            return;
        }
    };
    let Some(name) = name else { return };
    *names.entry(name.to_owned()).or_default() += 1;
    let spaces = block.into_iter().flat_map(|block| &block.statements).filter_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) if attribute.key.node == "namespace" => text_of(&attribute.value),
        _ => None,
    });
    let is_stack = matches!(statement.kind, StmtKind::StackAction(_));
    // References to the outputs of a stack have another form.
    sources.actions.extend(spaces.filter(|_| !is_stack).map(|space| (space.to_owned(), name.to_owned())));
}

fn rewrite(statement: &mut Stmt, sources: &Sources) {
    match &mut statement.kind {
        StmtKind::Action(action) if !matches!(action.head, ActionHead::Run) => in_block(action.block.as_mut(), sources),
        StmtKind::StackAction(action) => in_block(action.block.as_mut(), sources),
        StmtKind::Stage(named) => {
            // The actions of a stage can refer to those of earlier stages, and to earlier ones in their own.
            let mut known = Sources { actions: sources.actions.clone(), variables: sources.variables.clone() };
            for statement in &mut named.block.statements {
                rewrite(statement, &known);
                collect(statement, &mut known, &mut HashMap::default());
            }
        }
        StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => {
            unnamed.block.statements.iter_mut().for_each(|statement| rewrite(statement, sources));
        }
        _ => {}
    }
}

fn in_block(block: Option<&mut Block>, sources: &Sources) {
    for statement in block.into_iter().flat_map(|block| &mut block.statements) {
        if let StmtKind::Attribute(attribute) = &mut statement.kind
            && attribute.key.node != "raw"
        {
            in_value(&mut attribute.value, sources);
        }
    }
}

fn in_value(value: &mut Expr, sources: &Sources) {
    match &mut value.kind {
        ExprKind::String(parts) => {
            for part in parts.iter_mut() {
                in_part(part, sources);
            }
            if let [StringPart { kind: StringPartKind::Interpolation(only), .. }] = parts.as_mut_slice() {
                let only = std::mem::replace(only.as_mut(), tree::expr(ExprKind::Null, value.span));
                *value = only;
            }
        }
        ExprKind::List(items) => items.iter_mut().for_each(|item| in_value(item, sources)),
        ExprKind::Map(entries) => entries.iter_mut().for_each(|entry| in_value(&mut entry.value, sources)),
        _ => {}
    }
}

fn in_part(part: &mut StringPart, sources: &Sources) {
    let StringPartKind::Runtime(name) = &part.kind else { return };
    let Some((space, variable)) = name.split_once('.') else { return };
    if !is_identifier(variable) {
        return;
    }
    let reference = match sources.actions.get(space) {
        Some(action) => tree::reference(&[action, variable], part.span),
        None if space == VARIABLES && sources.variables.contains(variable) => tree::reference(&[variable], part.span),
        None => return,
    };
    part.kind = StringPartKind::Interpolation(Box::new(reference));
}

/// Returns the names of the artifacts that statements of a pipeline produce.
pub(super) fn produced(statements: &[Stmt]) -> HashSet<String> {
    fn add(statement: &Stmt, found: &mut HashSet<String>) {
        let outputs = match &statement.kind {
            StmtKind::Action(action) => action.clauses.to.as_slice(),
            StmtKind::StackAction(action) => action.clauses.to.as_slice(),
            _ => &[],
        };
        found.extend(outputs.iter().map(|output: &crate::syntax::ast::Output| output.name.node.clone()));
        let inner = statement.blocks().into_iter().flat_map(|block| &block.statements);
        inner.for_each(|statement| add(statement, found));
    }
    let mut found = HashSet::default();
    for statement in statements {
        add(statement, &mut found);
    }
    found
}

/// Removes input artifacts that no statement produces: the action that produces them is not among the statements.
pub(super) fn without_unproduced(statements: &mut [Stmt], produced: &HashSet<String>) {
    for statement in statements {
        match &mut statement.kind {
            StmtKind::Action(action) => action.clauses.from.retain(|from| is_produced(from, produced)),
            StmtKind::StackAction(action) => action.clauses.from.retain(|from| is_produced(from, produced)),
            StmtKind::Stage(named) => without_unproduced(&mut named.block.statements, produced),
            StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => {
                without_unproduced(&mut unnamed.block.statements, produced);
            }
            _ => {}
        }
    }
}

fn is_produced(from: &Expr, produced: &HashSet<String>) -> bool {
    let name: Option<&Spanned<String>> = match &from.kind {
        ExprKind::Reference(reference) => Some(&reference.head),
        ExprKind::ArtifactFile { artifact, .. } => Some(artifact),
        _ => None,
    };
    name.is_none_or(|name| produced.contains(&name.node))
}
