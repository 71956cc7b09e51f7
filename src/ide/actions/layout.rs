//! Inserts attributes into a block, or into a new one.

use crate::diagnostic::Edit;
use crate::source::Span;
use crate::syntax::ast::{Block, Stmt};

use super::Site;

/// Returns a statement with attributes.
pub(super) fn with_block(header: &str, attributes: &[String], indent: &str) -> String {
    match attributes {
        [] => header.to_owned(),
        [only] if !only.contains('\n') => format!("{header} {{ {only} }}"),
        several => {
            let lines = several.join(&format!("\n{indent}  "));
            format!("{header} {{\n{indent}  {lines}\n{indent}}}")
        }
    }
}

/// Returns the edit that adds attributes after those of a statement.
pub(super) fn attributes_added(
    site: &Site<'_>,
    statement: &Stmt,
    block: Option<&Block>,
    added: &[String],
) -> Option<Edit> {
    if added.is_empty() {
        return None;
    }
    let indent = site.indentation(statement.span.start);
    Some(match (block, block.and_then(|block| block.statements.last())) {
        (Some(block), Some(last)) => after_last(site, block, last, added),
        (Some(block), None) => {
            Edit { span: block.span, replacement: with_block("", added, indent).trim_start().to_owned() }
        }
        (None, _) => Edit { span: statement.span.after(), replacement: with_block("", added, indent) },
    })
}

/// Returns the edit that adds statements after the last one of a block.
fn after_last(site: &Site<'_>, block: &Block, last: &Stmt, added: &[String]) -> Edit {
    if !site.text(block.span).contains('\n') {
        return Edit { span: last.span.after(), replacement: format!(", {}", added.join(", ")) };
    }
    // After a comment at the end of the line.
    let rest = site.file.text().get(last.span.range().end..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let comment = if line.trim_start().starts_with("//") { line.len() } else { 0 };
    let end = last.span.range().end + comment;
    let indent = site.indentation(last.span.start);
    let separator = format!("\n{indent}");
    let replacement = format!("{separator}{}", added.join(&separator));
    Edit { span: Span::new(last.span.file, end, end), replacement }
}
