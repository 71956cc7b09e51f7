//! Comments that explain why a part of an import is not in the language's own words, and comments from the document.

use std::collections::BTreeMap;

use crate::format;
use crate::source::FileId;
use crate::syntax::ast::{ActionHead, Entry, Expr, ExprKind, Stmt, StmtKind};
use crate::syntax::parse;

/// The remarks to add as comments.
pub(super) struct ImportComments {
    /// Why resources and parameters are in the file of resources, by name.
    pub(super) kept: BTreeMap<String, String>,
    /// The document's comments before and in declared parts, by name in the template.
    pub(super) above: BTreeMap<String, Vec<String>>,
}

/// A comment, and the position of the statement after it.
type Remark = (usize, String);

/// Returns the text with comments.
pub(super) fn add(text: &str, file: FileId, remarks: &ImportComments) -> String {
    let parsed = parse(file, text);
    let mut comments = Vec::new();
    for statement in &parsed.ast.statements {
        comments.extend(from_document(text, statement, remarks));
        if matches!(&statement.kind, StmtKind::Attribute(attribute) if attribute.key.node == "resources") {
            comments.extend(not_declared(statement, remarks));
        }
        of_statement(text, statement, remarks, &mut comments);
    }
    comments.sort_by_key(|(at, _)| *at);
    let mut commented = text.to_owned();
    for (at, comment) in comments.into_iter().rev() {
        let Some(before) = commented.get(..at) else { continue };
        let starts_line = before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let line_end = if starts_line { "" } else { "\n" };
        commented.insert_str(at, &format!("{line_end}{comment}"));
    }
    match format::format(&commented) {
        Ok(formatted) if formatted.is_whole => formatted.text,
        _ => text.to_owned(),
    }
}

/// Returns the document's comments before a declaration.
fn from_document(text: &str, statement: &Stmt, remarks: &ImportComments) -> Option<Remark> {
    let name = match &statement.kind {
        StmtKind::Param(param) => &param.name.node,
        StmtKind::Pipeline(named) => logical_id(&named.block.statements)?,
        StmtKind::Resource(_) | StmtKind::Policy(_) | StmtKind::On(_) => {
            logical_id(&statement.blocks().first()?.statements)?
        }
        _ => return None,
    };
    let lines = remarks.above.get(name)?;
    // Documentation comes directly before its statement.
    let start = statement.doc.as_ref().map_or(statement.span, |doc| doc.span).range().start;
    let at = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let mut comment = String::new();
    for line in lines {
        comment.extend(["//", line, "\n"]);
    }
    Some((at, comment))
}

/// Returns the logical ID that a block sets.
pub(super) fn logical_id(statements: &[Stmt]) -> Option<&String> {
    statements.iter().find_map(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) if attribute.key.node == "logical-id" => literal(&attribute.value),
        _ => None,
    })
}

fn literal(value: &Expr) -> Option<&String> {
    match &value.kind {
        ExprKind::String(parts) => match parts.as_slice() {
            [crate::syntax::ast::StringPart { kind: crate::syntax::ast::StringPartKind::Text(text), .. }] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the comment with the reasons why resources are in the resources file.
fn not_declared(statement: &Stmt, remarks: &ImportComments) -> Option<Remark> {
    let lines = remarks.kept.iter().map(|(name, reason)| format!("// - {name}: {reason}\n"));
    let list = lines.collect::<String>();
    (!list.is_empty()).then(|| (statement.span.range().start, format!("// Not declared here:\n{list}")))
}

/// Collects the comments for a statement and what is in it.
fn of_statement(text: &str, statement: &Stmt, remarks: &ImportComments, comments: &mut Vec<Remark>) {
    let at = statement.span.range().start;
    match &statement.kind {
        StmtKind::Attribute(attribute) if attribute.key.node == "raw" => {
            comments.push((at, raw_reason(&attribute.value)));
        }
        StmtKind::Policy(_) | StmtKind::On(_) => comments.extend(from_document(text, statement, remarks)),
        StmtKind::Action(action) if action.head == ActionHead::Generic => {
            comments.push((at, "// dotpipe has no statement for this action type.\n".to_owned()));
        }
        _ => {}
    }
    for inner in statement.blocks().into_iter().flat_map(|block| &block.statements) {
        of_statement(text, inner, remarks, comments);
    }
}

/// Returns why `raw` is there.
fn raw_reason(value: &Expr) -> String {
    let entries = entries(value);
    let (left_out, set): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.value.kind == ExprKind::Null);
    let paths = |entries: &[&Entry]| entries.iter().map(|entry| path(entry)).collect::<Vec<String>>().join(", ");
    let line = |verb: &str, entries: &[&Entry]| {
        (!entries.is_empty()).then(|| format!("// No attribute {verb} {}.\n", paths(entries)))
    };
    line("sets", &set).into_iter().chain(line("leaves out", &left_out)).collect()
}

/// Returns the path of what an entry sets, through maps with a single entry.
fn path(entry: &Entry) -> String {
    match entries(&entry.value) {
        [only] if !only.key.node.contains("::") && only.key.node != "Ref" => {
            format!("{}.{}", entry.key.node, path(only))
        }
        _ => entry.key.node.clone(),
    }
}

fn entries(value: &Expr) -> &[Entry] {
    match &value.kind {
        ExprKind::Map(entries) => entries,
        _ => &[],
    }
}
