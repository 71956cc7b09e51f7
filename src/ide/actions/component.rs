//! Extracts selected statements to a component. The outer names that they use become its parameters, and so do the
//! differences between similar statements.

use crate::diagnostic::Edit;
use crate::resolve::Index;
use crate::source::Span;
use crate::syntax::ast::{Stmt, StmtKind};

use super::free_names::{self, Naming, Parameters};
use super::{Proposal, Site, varying};

/// Consecutive statements of one block.
struct Selected<'s> {
    statements: &'s [Stmt],
    /// The top-level statement that contains them.
    top: &'s Stmt,
}

/// Returns the proposals for selected statements. Each list contains alternatives.
pub(super) fn proposals(site: &Site<'_>) -> Vec<Vec<Proposal>> {
    let Some(selected) = selected(site) else { return Vec::new() };
    let namings = [Naming::Lowercase, Naming::AsWritten];
    let each = namings.iter().filter_map(|naming| extract_each(site, &selected, *naming)).collect();
    let all = namings.iter().filter_map(|naming| extract(site, &selected, *naming)).collect();
    vec![each, all]
}

/// Returns the statements that a selection touches, in the innermost block that contains it.
fn selected<'s>(site: &Site<'s>) -> Option<Selected<'s>> {
    let text = site.file.text().get(site.range.start as usize..site.range.end as usize)?;
    if text.trim().is_empty() {
        return None;
    }
    let blanks = |trimmed: &str| u32::try_from(text.len() - trimmed.len()).unwrap_or(0);
    let (start, end) = (site.range.start + blanks(text.trim_start()), site.range.end - blanks(text.trim_end()));
    let mut statements: &[Stmt] = &site.tree.ast.statements;
    let mut outer: Vec<&Stmt> = Vec::new();
    loop {
        let touches = |it: &Stmt| {
            let begin = it.doc.as_ref().map_or(it.span.start, |doc| doc.span.start.min(it.span.start));
            begin < end && start < it.span.end
        };
        let first = statements.iter().position(touches)?;
        let last = statements.iter().rposition(touches)?;
        let only = statements.get(first).filter(|_| first == last);
        let inner = only.and_then(|only| {
            let holds = |block: &&crate::syntax::ast::Block| block.span.start < start && end < block.span.end;
            Some((only, only.blocks().into_iter().find(holds)?))
        });
        if let Some((only, block)) = inner {
            outer.push(only);
            statements = &block.statements;
            continue;
        }
        let selected = statements.get(first..=last)?;
        let fits = outer.last().is_some_and(|parent| parent.kind.holds_steps()) && selected.iter().all(is_step);
        return fits.then_some(Selected { statements: selected, top: outer.first()? });
    }
}

/// Returns whether a statement can be part of a component.
fn is_step(statement: &Stmt) -> bool {
    matches!(
        statement.kind,
        StmtKind::Stage(_)
            | StmtKind::Update(_)
            | StmtKind::Parallel(_)
            | StmtKind::Sequence(_)
            | StmtKind::For(_)
            | StmtKind::If(_)
            | StmtKind::Use(_)
            | StmtKind::StackAction(_)
            | StmtKind::Action(_)
    )
}

/// Extracts one component of all statements.
fn extract(site: &Site<'_>, selected: &Selected<'_>, naming: Naming) -> Option<Proposal> {
    let mut parameters = Parameters::default();
    free_names::add(&mut parameters, site, (selected.statements, &[]), (1, naming))?;
    let body = whole(site, selected.statements)?;
    free_names::export(&mut parameters, site, body)?;
    let name = unused_name(site.names(), selected.statements);
    let edits = vec![
        Edit { span: body, replacement: use_of(&name, &parameters, 0) },
        component(site, selected.top, &name, body, &parameters)?,
    ];
    Some(Proposal::new("extract a component", edits))
}

/// Extracts one component of similar statements, with a `use` for each of them.
fn extract_each(site: &Site<'_>, selected: &Selected<'_>, naming: Naming) -> Option<Proposal> {
    let [first, _, ..] = selected.statements else { return None };
    let mut parameters = Parameters::default();
    let replaced = varying::add(&mut parameters, site, selected.statements)?;
    let uses = selected.statements.len();
    free_names::add(&mut parameters, site, (std::slice::from_ref(first), &replaced), (uses, naming))?;
    let body = whole(site, std::slice::from_ref(first))?;
    let name = unused_name(site.names(), std::slice::from_ref(first));
    let mut edits = vec![component(site, selected.top, &name, body, &parameters)?];
    for (index, statement) in selected.statements.iter().enumerate() {
        let span = whole(site, std::slice::from_ref(statement))?;
        edits.push(Edit { span, replacement: use_of(&name, &parameters, index) });
    }
    Some(Proposal::new(format!("extract a component from {uses} similar statements"), edits))
}

/// Returns the span of statements, including the documentation of the first one.
fn whole(site: &Site<'_>, statements: &[Stmt]) -> Option<Span> {
    let (first, last) = (statements.first()?, statements.last()?);
    let start = first.doc.as_ref().map_or(first.span.start, |doc| doc.span.start.min(first.span.start));
    let span = Span { start, end: last.span.end, ..first.span };
    (!site.text(span).is_empty()).then_some(span)
}

fn use_of(name: &str, parameters: &Parameters, index: usize) -> String {
    let argument = |it: &free_names::Parameter| Some(format!("{} = {}", it.name, it.arguments.get(index)?));
    let arguments: Vec<String> = parameters.all.iter().filter_map(argument).collect();
    format!("use {name}({})", arguments.join(", "))
}

/// Returns the edit that adds a component after the statement that contained its body.
fn component(site: &Site<'_>, top: &Stmt, name: &str, body: Span, parameters: &Parameters) -> Option<Edit> {
    let text = site.file.text();
    let formals: Vec<String> = parameters.all.iter().map(|it| format!("{}: {}", it.name, it.ty)).collect();
    let mut edits = parameters.edits.clone();
    edits.retain(|edit| body.covers(edit.span));
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut written = site.text(body).to_owned();
    for edit in edits {
        let range = edit.span.range();
        let place = range.start - body.range().start..range.end - body.range().start;
        written.get(place.clone())?;
        written.replace_range(place, &edit.replacement);
    }
    let body = indented(&written, site.indentation(body.start).len());
    let rest = text.get(top.span.range().end..)?;
    let at = top.span.range().end + rest.find('\n').unwrap_or(rest.len());
    let at = if text.get(..at)?.ends_with('\r') { at - 1 } else { at };
    let replacement = format!("\n\ncomponent {name}({}) {{\n{body}\n}}", formals.join(", "));
    Some(Edit { span: Span::new(site.file.id(), at, at), replacement })
}

/// Indents lines to the depth of a top-level block. `depth` is their current indentation.
fn indented(text: &str, depth: usize) -> String {
    let mut lines = text.lines();
    let mut written = format!("  {}", lines.next().unwrap_or_default());
    for line in lines {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let line = line.get(blanks.min(depth)..).unwrap_or_default();
        written.push('\n');
        if !line.is_empty() {
            written.push_str("  ");
            written.push_str(line);
        }
    }
    written
}

/// Returns an unused name for a component of statements.
fn unused_name(names: &Index, statements: &[Stmt]) -> String {
    let is_stage = |statement: &Stmt| matches!(statement.kind, StmtKind::Stage(_) | StmtKind::Update(_));
    let base = if statements.iter().any(is_stage) { "Stages" } else { "Steps" };
    let is_taken = |name: &str| names.definitions().any(|(_, definition)| definition.name == name);
    let numbered = (2..).map(|number| format!("{base}{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_else(|| base.to_owned())
}
