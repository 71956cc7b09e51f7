//! Call hierarchy: which components are used where.

use camino::Utf8PathBuf;

use super::places::place;
use super::{Failure, Worker, ide, lsp, narrow, path_of};
use crate::ide::Caller;
use crate::source::Span;

/// Returns the component at a position.
pub(super) fn prepare(
    worker: &mut Worker,
    params: &lsp::CallHierarchyPrepareParams,
) -> Result<Option<Vec<lsp::CallHierarchyItem>>, Failure> {
    let Some(place) = place(worker, &params.text_document_position_params) else { return Ok(None) };
    let found = ide::caller_at(place.snapshot, place.file.id(), place.offset);
    Ok(found.map(|caller| vec![item(worker, &caller)]))
}

/// Returns the users of a component.
pub(super) fn incoming(
    worker: &mut Worker,
    params: &lsp::CallHierarchyIncomingCallsParams,
) -> Result<Vec<lsp::CallHierarchyIncomingCall>, Failure> {
    let Some((path, offset)) = target(worker, &params.item) else { return Ok(Vec::new()) };
    let found = ide::incoming(worker.host.snapshots(), &path, offset);
    let call = |(caller, places): (Caller, Vec<Span>)| lsp::CallHierarchyIncomingCall {
        from: item(worker, &caller),
        from_ranges: ranges(worker, &caller, &places),
    };
    Ok(found.into_iter().map(call).collect())
}

/// Returns the components that a component uses.
pub(super) fn outgoing(
    worker: &mut Worker,
    params: &lsp::CallHierarchyOutgoingCallsParams,
) -> Result<Vec<lsp::CallHierarchyOutgoingCall>, Failure> {
    let Some((path, offset)) = target(worker, &params.item) else { return Ok(Vec::new()) };
    let found = ide::outgoing(worker.host.snapshots(), &path, offset);
    let call = |(used, places): (Caller, Vec<Span>)| lsp::CallHierarchyOutgoingCall {
        to: item(worker, &used),
        from_ranges: ranges(worker, &used, &places),
    };
    Ok(found.into_iter().map(call).collect())
}

fn target(worker: &Worker, item: &lsp::CallHierarchyItem) -> Option<(Utf8PathBuf, u32)> {
    let path = path_of(&item.uri.0);
    let snapshot = worker.host.snapshot_of(&path)?;
    let file = snapshot.file_of(&path)?;
    let offset = worker.convert.offset(file.text(), file.lines(), item.selection_range.start);
    Some((path, narrow(offset)))
}

fn ranges(worker: &Worker, caller: &Caller, places: &[Span]) -> Vec<lsp::Range> {
    let sources = caller.snapshot.compilation().sources();
    places.iter().map(|span| worker.convert.range(sources.file(span.file), *span)).collect()
}

fn item(worker: &Worker, caller: &Caller) -> lsp::CallHierarchyItem {
    let lsp::Location { uri, range } = worker.convert.location(&caller.snapshot, caller.span);
    let selection_range = worker.convert.location(&caller.snapshot, caller.name_span).range;
    let kind = if caller.is_component { lsp::SymbolKind::Class } else { lsp::SymbolKind::Module };
    let detail = if caller.is_component { "component" } else { "pipeline" };
    lsp::CallHierarchyItem {
        name: caller.name.clone(),
        kind,
        tags: None,
        detail: Some(detail.to_owned()),
        uri,
        range,
        selection_range,
        data: None,
    }
}
