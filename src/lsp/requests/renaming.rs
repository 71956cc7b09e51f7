//! Rename.

use std::collections::HashMap;

use camino::Utf8PathBuf;

use super::places::place;
use super::{Failure, Worker, ide, lsp, path_of};

/// What can be renamed at a place.
pub(super) fn prepare(
    worker: &mut Worker,
    params: &lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenamePlaceholder>, Failure> {
    let Some(place) = place(worker, &params.text_document_position_params) else { return Ok(None) };
    let found = ide::renamable(place.snapshot, place.file.id(), place.offset).map_err(Failure::refused)?;
    let range = worker.convert.range(place.file, found.span);
    Ok(Some(lsp::PrepareRenamePlaceholder { range, placeholder: found.name }))
}

/// The changes of a new name.
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
    if let Some(cost) = found.cost {
        if convert.client.change_annotations && edit.document_changes.is_some() {
            annotate(&mut edit, &cost);
        } else {
            worker.warn(&cost);
        }
    }
    Ok(edit)
}

/// Has the client ask before it changes anything.
fn annotate(edit: &mut lsp::WorkspaceEdit, cost: &str) {
    let id = "cost".to_owned();
    let annotation = lsp::ChangeAnnotation {
        label: "Rename what AWS sees as another thing".to_owned(),
        needs_confirmation: Some(true),
        description: Some(cost.to_owned()),
    };
    edit.change_annotations = Some(HashMap::from([(id.clone(), annotation)]));
    for change in edit.document_changes.iter_mut().flatten() {
        let lsp::DocumentChange::TextDocumentEdit(document) = change else { continue };
        for change in &mut document.edits {
            if let lsp::Edit::TextEdit(text_edit) = change {
                let (annotation_id, text_edit) = (id.clone(), text_edit.clone());
                *change = lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit });
            }
        }
    }
}
