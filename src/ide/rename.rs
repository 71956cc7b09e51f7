//! Renames something in every file that refers to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::Kind;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Diagnostic, Edit, Intent};
use crate::resolve::{Definition, DefinitionKind, gives};
use crate::source::{FileId, Span};
use crate::syntax::ast::{ExprKind, Resource, ResourceBody, Stmt, StmtKind, StringPartKind, is_identifier};
use crate::syntax::{quoted, rewrite};

use super::outline::{each_statement, each_value};
use super::trial::trials;
use super::{Host, Snapshot, references};

/// A name that can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamable {
    /// The span of the name, without quotes.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// The result of a renaming.
#[derive(Debug, Clone)]
pub struct Renaming {
    /// The edits by file: span, and new text.
    pub edits: Edits,
    /// The consequences in AWS, if it treats the new name as another resource.
    pub cost: Option<Cost>,
}

/// The consequences of a new name in AWS.
#[derive(Debug, Clone)]
pub struct Cost {
    /// A description for people.
    pub text: String,
    /// The change that avoids them: an attribute with the current name in AWS.
    pub pin: Option<(Arc<Snapshot>, Edit)>,
}

/// Returns the name that can be changed at an offset.
///
/// # Errors
///
/// The reason why there is none, for people.
pub fn renamable(snapshot: &Snapshot, file: FileId, offset: u32) -> Result<Renamable, String> {
    let names = snapshot.compilation().names();
    let refused = || "there is no name here that a file defines".to_owned();
    let mention = names.mention_at(file, offset).ok_or_else(refused)?;
    let definition = names.definition_at(file, offset).and_then(|id| names.definition(id)).ok_or_else(refused)?;
    if definition.name.is_empty() {
        return Err("this name is computed".to_owned());
    }
    let written = snapshot.compilation().sources().slice(mention.span);
    if unquoted(written) != definition.name {
        return Err("this name is written with escapes".to_owned());
    }
    Ok(Renamable { span: inside_quotes(mention.span, written), name: definition.name.clone() })
}

fn unquoted(written: &str) -> &str {
    let inner = |quote: char| written.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(written)
}

fn inside_quotes(span: Span, written: &str) -> Span {
    if unquoted(written).len() == written.len() {
        return span;
    }
    Span { start: span.start + 1, end: span.end - 1, ..span }
}

/// Renames what is at an offset.
///
/// # Errors
///
/// The reason why it cannot have this name, for people.
pub fn rename(host: &mut Host, path: &Utf8Path, offset: u32, new: &str) -> Result<Renaming, String> {
    let snapshot = host.snapshot_of(path).cloned().ok_or("this file was not read yet")?;
    let file = snapshot.file_of(path).ok_or("this file was not read yet")?.id();
    let renamed = renamable(&snapshot, file, offset)?;
    if new == renamed.name {
        return Ok(Renaming { edits: Vec::new(), cost: None });
    }
    if !is_identifier(new) {
        return Err(format!("{} is not a name: letters, digits, hyphens, and underscores", tick(new)));
    }
    let names = snapshot.compilation().names();
    let definition = names.definition_at(file, offset).and_then(|id| names.definition(id)).cloned();
    let definition = definition.ok_or("there is no name here that a file defines")?;
    let mut places = references(host.snapshots(), path, offset, true);
    places.extend(run_variables(&snapshot, &definition));
    let edits = edits(&places, &renamed.name, new);
    if let Some(found) = new_error(host, &edits, &renamed.name, new) {
        return Err(format!("renaming to {} would cause an error: {}", tick(new), found.message));
    }
    Ok(Renaming { edits, cost: cost(&snapshot, &definition) })
}

/// Returns the spans of text that refers to a variable in CodePipeline's syntax: `#{Fetch.CommitId}`,
/// `#{variables.Name}`.
fn run_variables(snapshot: &Arc<Snapshot>, definition: &Definition) -> Vec<(Arc<Snapshot>, Span)> {
    let before = match definition.kind {
        DefinitionKind::Action { .. } => "",
        DefinitionKind::Variable => "variables.",
        _ => return Vec::new(),
    };
    let Some(tree) = snapshot.tree(definition.span.file) else { return Vec::new() };
    // The pipeline, or the component: others may have actions with the same name.
    let Some(top) = tree.ast.statements.iter().find(|it| it.span.covers(definition.span)) else { return Vec::new() };
    let mut found = Vec::new();
    each_statement(std::slice::from_ref(top), &mut |statement| {
        each_value(statement, &mut |value| {
            let ExprKind::String(parts) = &value.kind else { return };
            for part in parts {
                let StringPartKind::Runtime(text) = &part.kind else { continue };
                let Some(rest) = text.strip_prefix(before) else { continue };
                if rest.split('.').next() == Some(definition.name.as_str()) {
                    let start = part.span.start + narrow("#{".len() + before.len());
                    let end = start + narrow(definition.name.len());
                    found.push((Arc::clone(snapshot), Span { start, end, ..part.span }));
                }
            }
        });
    });
    found
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Spans and their new texts, by the compilation that contains them.
pub type Edits = Vec<(Arc<Snapshot>, Vec<(Span, String)>)>;

fn edits(places: &[(Arc<Snapshot>, Span)], old: &str, new: &str) -> Edits {
    let mut seen = BTreeSet::new();
    let mut edits: Edits = Vec::new();
    for (snapshot, span) in places {
        let written = snapshot.compilation().sources().slice(*span);
        let span = inside_quotes(*span, written);
        let is_name = snapshot.compilation().sources().slice(span) == old;
        if !is_name || !seen.insert((snapshot.path_of(span.file), span.start)) {
            continue;
        }
        let known = edits.iter_mut().find(|(other, spans)| {
            Arc::ptr_eq(other, snapshot) && spans.first().is_some_and(|(first, _)| first.file == span.file)
        });
        match known {
            Some((_, spans)) => spans.push((span, new.to_owned())),
            None => edits.push((Arc::clone(snapshot), vec![(span, new.to_owned())])),
        }
    }
    edits
}

/// Returns an error that the edits would cause.
fn new_error(host: &mut Host, edits: &Edits, old: &str, new: &str) -> Option<Diagnostic> {
    let mut texts: BTreeMap<Utf8PathBuf, String> = BTreeMap::new();
    for (snapshot, spans) in edits {
        let Some((first, _)) = spans.first() else { continue };
        let mut text = snapshot.compilation().sources().file(first.file).text().to_owned();
        let mut spans = spans.clone();
        spans.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, replacement) in spans {
            if text.get(span.range()).is_some() {
                text.replace_range(span.range(), &replacement);
            }
        }
        texts.insert(snapshot.path_of(first.file), text);
    }
    let old_message = |message: &str| message.replace(new, old);
    trials(host, &texts).iter().find_map(|trial| trial.new_error(old_message).cloned())
}

/// Returns the consequences of a new name in AWS, if it treats the name as another resource.
fn cost(snapshot: &Arc<Snapshot>, definition: &Definition) -> Option<Cost> {
    let tree = snapshot.tree(definition.span.file)?;
    let mut found: Option<&Stmt> = None;
    each_statement(&tree.ast.statements, &mut |statement| {
        if name_of(statement).is_some_and(|it| it.covers(definition.span)) {
            found = Some(statement);
        }
    });
    let statement = found?;
    let (text, attribute, old) = match &statement.kind {
        StmtKind::StackAction(action) if !gives(action.block.as_ref(), "name") => (
            "CloudFormation creates another stack under the new name. The stack of the old name stays.".to_owned(),
            "name",
            Some(definition.name.clone()),
        ),
        StmtKind::Param(_) => {
            let text = "The parameter of the template gets another name.".to_owned();
            return Some(Cost { text, pin: None });
        }
        StmtKind::Resource(resource) => {
            let id = logical_id(snapshot, statement.span, &definition.name);
            (resource_cost(resource)?, "logical-id", id)
        }
        _ => return None,
    };
    let pin = old.and_then(|old| pin(snapshot, statement, attribute, &old));
    Some(Cost { text, pin: pin.map(|edit| (Arc::clone(snapshot), edit)) })
}

/// Returns the span of the name of a statement, if AWS sees that name.
fn name_of(statement: &Stmt) -> Option<Span> {
    match &statement.kind {
        StmtKind::StackAction(action) => Some(action.name.span),
        StmtKind::Param(param) => Some(param.name.span),
        StmtKind::Resource(resource) => Some(resource.name.span),
        _ => None,
    }
}

/// Returns the logical ID of the only resource that a statement declares.
fn logical_id(snapshot: &Snapshot, statement: Span, name: &str) -> Option<String> {
    let plan = snapshot.compilation().plan();
    let declared = plan.nodes().filter_map(|node| plan.identity(node));
    let mut here = declared.filter(|it| it.is_owned() && statement.covers(it.span) && it.symbol == name);
    let only = here.next()?;
    here.next().is_none().then(|| only.logical_id.clone())
}

/// Returns the edit that sets the current name in AWS for a statement.
fn pin(snapshot: &Snapshot, statement: &Stmt, attribute: &'static str, old: &str) -> Option<Edit> {
    let end = match &statement.kind {
        StmtKind::StackAction(action) => action.clauses.end().unwrap_or(action.name.span),
        StmtKind::Resource(resource) => resource.name.span,
        _ => return None,
    };
    let header = Span { end: end.end, ..statement.span };
    let intent = Intent::SetAttribute { block: header, attribute, given: None, value: quoted(old) };
    rewrite::edits(&intent, snapshot.compilation().sources())?.into_iter().next()
}

fn resource_cost(resource: &Resource) -> Option<String> {
    let kind = resource.kind;
    let is_pinned = match &resource.body {
        ResourceBody::Imported(_) => true,
        ResourceBody::Block(block) => gives(Some(block), "logical-id"),
        ResourceBody::None => false,
    };
    if is_pinned || kind.resource().is_empty() {
        return None;
    }
    let data = matches!(kind, Kind::Bucket | Kind::Key | Kind::Repository);
    let lost = if data { " What the old one holds does not move." } else { "" };
    Some(format!(
        "CloudFormation creates another {} because its logical ID changes, and deletes or keeps the old one.{lost}",
        kind.word()
    ))
}
