//! Adds the import of a name that another file of the project declares.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::compilation::holds_pipeline;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Diagnostic, Edit};
use crate::resolve::Meaning;
use crate::source::paths::slashed;
use crate::source::{FileId, Span};
use crate::syntax::ast::{ExprKind, File, Import, StmtKind, StringPart, StringPartKind};
use crate::syntax::{parse, quoted};

use super::{Proposal, Site};

/// Returns the name at a problem, if nothing defines it.
pub(super) fn wanted<'s>(site: &Site<'s>, problem: &Diagnostic) -> Option<&'s str> {
    let place = problem.primary.span;
    let mention = site.names().mention_at(place.file, place.start)?;
    (mention.meaning == Meaning::Unknown && place.covers(mention.span)).then(|| site.text(mention.span))
}

/// Returns the imports that would define a name. `files` are those of the project, by their absolute paths. Files with
/// a pipeline are excluded: the import would build their pipeline, too.
pub(super) fn proposals(site: &Site<'_>, name: &str, files: &[(Utf8PathBuf, Arc<str>)]) -> Vec<Proposal> {
    let here = site.snapshot.path_of(site.file.id());
    let others = files.iter().filter(|(path, text)| *path != here && text.contains(name) && !holds_pipeline(text));
    let from = others.filter_map(|(path, text)| {
        let exports = exports(&parse(FileId::of_path(path), text).ast, name);
        if exports { relative(here.parent()?, path) } else { None }
    });
    from.map(|path| {
        let title = format!("import {} from {}", tick(name), tick(&path));
        Proposal::new(title, vec![import(site, name, &path)])
    })
    .collect()
}

/// Returns whether a file declares a name at its top level.
fn exports(file: &File, name: &str) -> bool {
    file.statements.iter().any(|statement| match &statement.kind {
        StmtKind::TypeDecl(it) => it.name.node == name,
        StmtKind::Param(it) => it.name.node == name,
        StmtKind::Let(it) => it.name.node == name,
        StmtKind::Component(it) => it.name.node == name,
        StmtKind::Resource(it) => it.name.literal() == Some(name),
        _ => false,
    })
}

/// Returns a path relative to a folder, as imports contain it.
fn relative(folder: &Utf8Path, path: &Utf8Path) -> Option<String> {
    let shared = folder.ancestors().find(|ancestor| path.starts_with(ancestor))?;
    let up = folder.strip_prefix(shared).ok()?.components().count();
    let rest = path.strip_prefix(shared).ok()?;
    let start = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    Some(format!("{start}{}", slashed(rest)))
}

/// Returns the edit that imports a name: it extends an import from the same file, or adds one.
fn import(site: &Site<'_>, name: &str, path: &str) -> Edit {
    let file = &site.tree.ast;
    let mut imports = file.statements.iter().filter_map(|statement| match &statement.kind {
        StmtKind::Import(import) => Some((statement, import)),
        _ => None,
    });
    let same = imports.clone().find(|(_, import)| written_path(import) == Some(path) && import.alias.is_none());
    if let Some(last) = same.and_then(|(_, import)| import.names.last()) {
        return Edit { span: last.span.after(), replacement: format!(", {name}") };
    }
    let line = format!("import {{ {name} }} from {}", quoted(path));
    if let Some((last, _)) = imports.next_back() {
        return Edit { span: last.span.after(), replacement: format!("\n{line}") };
    }
    match (&file.edition, file.statements.first()) {
        (_, Some(first)) => {
            let start = first.doc.as_ref().map_or(first.span.start, |doc| doc.span.start.min(first.span.start));
            Edit { span: Span { start, end: start, ..first.span }, replacement: format!("{line}\n\n") }
        }
        (Some(edition), None) => Edit { span: edition.span.after(), replacement: format!("\n{line}") },
        (None, None) => Edit { span: file.span.before(), replacement: format!("{line}\n") },
    }
}

fn written_path(import: &Import) -> Option<&str> {
    let ExprKind::String(parts) = &import.path.kind else { return None };
    match parts.as_slice() {
        [StringPart { kind: StringPartKind::Text(text), .. }] => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn paths_are_relative_to_the_importing_file() {
        let path = |folder: &str, path: &str| relative(folder.into(), path.into());
        assert_eq!(path("/p", "/p/lib.pipe").as_deref(), Some("./lib.pipe"));
        assert_eq!(path("/p/a/b", "/p/c/lib.pipe").as_deref(), Some("../../c/lib.pipe"));
    }
}
