//! Rename.

use std::collections::HashMap;

use camino::Utf8PathBuf;

use super::places::place;
use super::{Failure, Worker, ide, lsp, path_of};
use crate::diagnostic::Edit;
use crate::ide::Snapshot;

/// Returns the name that can be changed at a position.
pub(super) fn prepare(
    worker: &mut Worker,
    params: &lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenamePlaceholder>, Failure> {
    let Some(place) = place(worker, &params.text_document_position_params) else { return Ok(None) };
    let found = ide::renamable(place.snapshot, place.file.id(), place.offset).map_err(Failure::refused)?;
    let range = worker.convert.range(place.file, found.span);
    Ok(Some(lsp::PrepareRenamePlaceholder { range, placeholder: found.name }))
}

/// Returns the edits for a new name.
pub(super) fn rename(worker: &mut Worker, params: &lsp::RenameParams) -> Result<lsp::WorkspaceEdit, Failure> {
    let position = &params.text_document_position_params;
    let path = path_of(&position.text_document.uri.0);
    let offset = place(worker, position).map(|place| place.offset).ok_or_else(|| Failure::refused("no such file"))?;
    let found = ide::rename(&mut worker.host, &path, offset, &params.new_name).map_err(Failure::refused)?;
    let convert = &worker.convert;
    let mut files: Vec<(Utf8PathBuf, Vec<lsp::TextEdit>)> = Vec::new();
    for (snapshot, edits) in &found.edits {
        for (span, new_text) in edits {
            let file = snapshot.compilation().sources().file(span.file);
            let edit = lsp::TextEdit { range: convert.range(file, *span), new_text: new_text.clone() };
            let path = snapshot.path_of(span.file);
            match files.iter_mut().find(|(known, _)| *known == path) {
                Some((_, edits)) => edits.push(edit),
                None => files.push((path, vec![edit])),
            }
        }
    }
    let mut edit = convert.changes(files);
    let Some(cost) = found.cost else { return Ok(edit) };
    if convert.client.change_annotations && edit.document_changes.is_some() {
        annotate(&mut edit, &cost.text);
        if let Some((snapshot, pin)) = &cost.pin {
            offer(&mut edit, worker, snapshot, pin);
        }
        return Ok(edit);
    }
    let keep = cost.pin.map(|(_, pin)| format!(" To keep what is there, add `{}`.", attribute_of(&pin)));
    worker.warn(&format!("{}{}", cost.text, keep.unwrap_or_default()));
    Ok(edit)
}

/// Returns the attribute that an edit adds, without the characters around it.
fn attribute_of(edit: &Edit) -> &str {
    edit.replacement.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '{' | '}' | ','))
}

/// Adds the consequences of the changes, if the client shows them.
fn annotate(edit: &mut lsp::WorkspaceEdit, cost: &str) {
    let annotation = lsp::ChangeAnnotation {
        label: "Rename".to_owned(),
        needs_confirmation: Some(false),
        description: Some(cost.to_owned()),
    };
    edit.change_annotations = Some(HashMap::from([("rename".to_owned(), annotation)]));
    for change in edit.document_changes.iter_mut().flatten() {
        let lsp::DocumentChange::TextDocumentEdit(document) = change else { continue };
        for change in &mut document.edits {
            if let lsp::Edit::TextEdit(text_edit) = change {
                let (annotation_id, text_edit) = ("rename".to_owned(), text_edit.clone());
                *change = lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit });
            }
        }
    }
}

/// Adds the change that avoids the consequences. The client asks whether to apply it.
fn offer(edit: &mut lsp::WorkspaceEdit, worker: &Worker, snapshot: &Snapshot, pin: &Edit) {
    let file = snapshot.compilation().sources().file(pin.span.file);
    let text_edit = lsp::TextEdit { range: worker.convert.range(file, pin.span), new_text: pin.replacement.clone() };
    let added = lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id: "keep".to_owned(), text_edit });
    let uri = worker.convert.uri(&snapshot.path_of(file.id()));
    for change in edit.document_changes.iter_mut().flatten() {
        if let lsp::DocumentChange::TextDocumentEdit(document) = change
            && document.text_document.text_document_identifier.uri == uri
        {
            document.edits.push(added);
            let annotation = lsp::ChangeAnnotation {
                label: "Keep what AWS has under the old name".to_owned(),
                needs_confirmation: Some(true),
                description: Some(format!("Adds `{}`.", attribute_of(pin))),
            };
            edit.change_annotations.get_or_insert_default().insert("keep".to_owned(), annotation);
            return;
        }
    }
}
