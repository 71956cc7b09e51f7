//! E0211: JSON and YAML files that an action reads but that cannot be parsed, or have another form.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::{FolderFile, Slot};
use crate::check::support::json_errors::{of_json_file, reason};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArtifactId, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Node, Style};

pub(super) const RULE: Rule = Rule { name: "parsed-files", codes: &[Code::E0211], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let [input, ..] = place.action.inputs.as_slice() else { continue };
        for slot in &place.action.action_type.slot {
            let Some(value) = slot.key.as_deref().and_then(|key| place.action.value(key)) else { continue };
            let reading = Reading { subject, place, artifact: input.artifact };
            if slot.input_file {
                reading.files(slot, value, &mut seen, findings);
            }
            if let (Some(file), Some(folder)) = (&slot.folder_file, value.as_str()) {
                reading.in_folder(file, folder, value.span, &mut seen, findings);
            }
        }
    }
}

/// A file that an action reads from an artifact.
struct Reading<'a> {
    subject: &'a Subject<'a>,
    place: Place<'a>,
    artifact: ArtifactId,
}

impl Reading<'_> {
    /// Checks the files that a value names.
    fn files(&self, slot: &Slot, value: &Value, seen: &mut Vec<Utf8PathBuf>, findings: &mut Findings) {
        let items = match &value.kind {
            // Whether each file of a list has one document or several depends on its purpose.
            ValueKind::List(items) if slot.mapping_file => items.as_slice(),
            ValueKind::List(_) => &[],
            _ => std::slice::from_ref(value),
        };
        for path in items.iter().filter_map(Value::as_str) {
            if [".json", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending))
                && let Some(path) =
                    self.subject.action_files.repository_file_in(self.place.pipeline_id, self.artifact, path)
                && let Some(root) = self.parsed(&path, seen, findings)
                && slot.mapping_file
                && root.entries().is_empty()
                && !root.is_null()
                && root.scalar().is_none_or(|scalar| scalar.style == Style::Plain)
            {
                findings.push(not_a_mapping(&path, &root));
            }
        }
    }

    /// Checks the file in a folder.
    fn in_folder(
        &self,
        file: &FolderFile,
        folder: &str,
        named: Span,
        seen: &mut Vec<Utf8PathBuf>,
        findings: &mut Findings,
    ) {
        let folder = folder.trim_start_matches("./").trim_matches('/');
        let files = &self.subject.action_files.contents(self.place.pipeline_id, self.artifact).files;
        if folder.contains("..") || folder.contains("://") || !files.holds_folder(folder) {
            return;
        }
        let inside = format!("{folder}/{}", file.name);
        let Some(path) = self.subject.action_files.repository_file_in(self.place.pipeline_id, self.artifact, &inside)
        else {
            return;
        };
        if !self.subject.workspace.files().is_file(&path) {
            return findings.push(no_file_in_folder(file, folder, named));
        }
        let Some(root) = self.parsed(&path, seen, findings) else { return };
        for key in file.keys.iter().filter(|key| root.get(key).is_none()) {
            let near =
                root.entries().iter().map(|entry| &entry.key).find(|own| similar(&own.node, [key.as_str()]).is_some());
            findings.push(lacks_key(&path, key, near, start(&root)));
        }
    }

    /// Returns the tree of a file that has not been checked yet, and reports a file that cannot be read.
    fn parsed(&self, path: &Utf8Path, seen: &mut Vec<Utf8PathBuf>, findings: &mut Findings) -> Option<Node> {
        if seen.iter().any(|known| known == path) {
            return None;
        }
        let document = self.subject.workspace.document(path).ok()?;
        seen.push(path.to_owned());
        if let Some(error) = &document.error {
            let kind = format!("`{path}`");
            findings.push(family::not_parsed(&kind, &error.message, error.span, error.unfinished_key));
            return None;
        }
        if let Some((place, error)) = of_json_file(self.subject, path) {
            findings.push(family::not_json(path, place, &reason(&error)));
            return None;
        }
        document.root.clone()
    }
}

/// Returns the span of the first key or element, for a label.
fn start(root: &Node) -> Span {
    let key = root.entries().first().map(|entry| entry.key.span);
    key.or_else(|| root.items().first().map(|item| item.span)).unwrap_or(root.span)
}

/// A list or a string instead of a mapping.
fn not_a_mapping(path: &Utf8Path, root: &Node) -> Diagnostic {
    let found =
        |what: &str| Diagnostic::new(Code::E0211, format!("`{path}` must be a mapping, not {what}"), start(root), "");
    match root.scalar() {
        Some(_) => found("a string").help("write `name: value`, with a space after the colon"),
        None => found("a list").help("write `name: value` without `-`"),
    }
}

/// A folder without the file that defines its kind.
fn no_file_in_folder(file: &FolderFile, folder: &str, place: Span) -> Diagnostic {
    let message = format!("folder `{folder}` has no `{}`", file.name);
    Diagnostic::new(Code::E0211, message, place, format!("not a {}", file.kind))
        .help(format!("name the folder that contains `{}`", file.name))
}

/// A file without a key that it must have.
fn lacks_key(path: &Utf8Path, key: &str, near: Option<&Spanned<String>>, place: Span) -> Diagnostic {
    let message = format!("`{path}` has no `{key}`");
    match near {
        Some(near) => {
            Diagnostic::new(Code::E0211, message, near.span, "").help(format!("write `{key}`")).edit(near.span, key)
        }
        None => Diagnostic::new(Code::E0211, message, place, "").help(format!("add `{key}: ...`")),
    }
}
