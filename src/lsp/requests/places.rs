//! Hover, definitions, references, and links: what is at a position, and where it leads.

use lsp_server::ErrorCode;

use super::{Failure, Worker, ide, lsp, narrow, path_of};
use crate::ide::{LinkTarget, Snapshot};
use crate::lsp::convert::Convert;
use crate::lsp::markup::markup;
use crate::source::SourceFile;

/// The position of a request, in the compilation that read its file.
pub(super) struct Place<'w> {
    pub(super) snapshot: &'w std::sync::Arc<Snapshot>,
    pub(super) file: &'w SourceFile,
    pub(super) offset: u32,
}

/// Returns the position of a request.
pub(super) fn place<'w>(worker: &'w Worker, params: &lsp::TextDocumentPositionParams) -> Option<Place<'w>> {
    let path = path_of(&params.text_document.uri.0);
    let snapshot = worker.host.snapshot_of(&path)?;
    let file = snapshot.file_of(&path)?;
    let offset = narrow(worker.convert.offset(file.text(), file.lines(), params.position));
    Some(Place { snapshot, file, offset })
}

/// Returns the hover text for a position.
pub(super) fn hover(worker: &mut Worker, params: &lsp::HoverParams) -> Result<Option<lsp::Hover>, Failure> {
    let Some(Place { snapshot, file, offset }) = place(worker, &params.text_document_position_params) else {
        return Ok(None);
    };
    let found = ide::hover(snapshot, file.id(), offset);
    Ok(found.map(|hover| lsp::Hover {
        contents: lsp::Contents::MarkupContent(markup(&hover.text, worker.convert.client.markdown_hover)),
        range: Some(worker.convert.range(file, hover.span)),
    }))
}

/// Returns the definition of the name at a position.
pub(super) fn definition(
    worker: &mut Worker,
    params: &lsp::DefinitionParams,
) -> Result<Option<lsp::DefinitionResponse>, Failure> {
    let Some(Place { snapshot, file, offset }) = place(worker, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(found) = ide::definition(snapshot, file.id(), offset) else { return Ok(None) };
    let convert = &worker.convert;
    if !convert.client.definition_links {
        let all = found.targets.iter().map(|target| convert.location(snapshot, *target)).collect();
        return Ok(Some(lsp::DefinitionResponse::Definition(lsp::Definition::LocationList(all))));
    }
    let origin = convert.range(file, found.origin);
    let link = |target: &crate::source::Span| {
        let lsp::Location { uri, range } = convert.location(snapshot, *target);
        lsp::LocationLink {
            origin_selection_range: Some(origin),
            target_uri: uri,
            target_range: range,
            target_selection_range: range,
        }
    };
    Ok(Some(lsp::DefinitionResponse::DefinitionLinkList(found.targets.iter().map(link).collect())))
}

/// Returns the references to the name at a position.
pub(super) fn references(worker: &mut Worker, params: &lsp::ReferenceParams) -> Result<Vec<lsp::Location>, Failure> {
    let position = &params.text_document_position_params;
    let path = path_of(&position.text_document.uri.0);
    let Some(Place { offset, .. }) = place(worker, position) else { return Ok(Vec::new()) };
    let found = ide::references(worker.host.snapshots(), &path, offset, params.context.include_declaration);
    Ok(found.iter().map(|(snapshot, span)| worker.convert.location(snapshot, *span)).collect())
}

/// Returns the occurrences in a document of the name at a position.
pub(super) fn highlights(
    worker: &mut Worker,
    params: &lsp::DocumentHighlightParams,
) -> Result<Vec<lsp::DocumentHighlight>, Failure> {
    let Some(Place { snapshot, file, offset }) = place(worker, &params.text_document_position_params) else {
        return Ok(Vec::new());
    };
    let found = ide::highlights(snapshot, file.id(), offset);
    let highlight = |(span, defines): (crate::source::Span, bool)| lsp::DocumentHighlight {
        range: worker.convert.range(file, span),
        kind: Some(if defines { lsp::DocumentHighlightKind::Write } else { lsp::DocumentHighlightKind::Read }),
    };
    Ok(found.into_iter().map(highlight).collect())
}

/// Returns the links of a document.
pub(super) fn links(worker: &mut Worker, params: &lsp::DocumentLinkParams) -> Result<Vec<lsp::DocumentLink>, Failure> {
    let path = path_of(&params.text_document.uri.0);
    let Some(snapshot) = worker.host.snapshot_of(&path) else { return Ok(Vec::new()) };
    let Some(file) = snapshot.file_of(&path) else { return Ok(Vec::new()) };
    let convert = &worker.convert;
    let link = |link: ide::Link| lsp::DocumentLink {
        range: convert.range(file, link.span),
        target: Some(match link.to {
            LinkTarget::File(id) => convert.uri(&snapshot.path_of(id)),
            LinkTarget::Page(page) => lsp::Uri(page.to_owned()),
        }),
        ..lsp::DocumentLink::default()
    };
    Ok(ide::links(snapshot, file.id()).into_iter().map(link).collect())
}

/// The most names that a search of the workspace returns.
const NAMES: usize = 500;

/// Returns the names of the workspace that match a query.
pub(super) fn workspace_symbols(
    worker: &mut Worker,
    params: &lsp::WorkspaceSymbolParams,
) -> Result<Vec<lsp::SymbolInformation>, Failure> {
    if params.query.len() > 1000 {
        return Err(Failure::new(ErrorCode::InvalidParams, "the query is too long"));
    }
    let found = ide::workspace_names(worker.host.snapshots(), &params.query, NAMES);
    let symbol = |name: ide::WorkspaceName| {
        let location = worker.convert.location(&name.snapshot, name.definition.span);
        let kind = ide::SymbolKind::Definition(name.definition.kind);
        let noun = name.definition.kind.noun().to_owned();
        Convert::flat_symbol(name.definition.name, kind, Some(noun), location)
    };
    Ok(found.into_iter().map(symbol).collect())
}
