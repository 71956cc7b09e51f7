//! The requests that are answered from the last compilation.

#![expect(clippy::unnecessary_wraps, reason = "handlers have one form, whether they can fail or not")]

use lsp_server::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::convert::narrow;
use super::outbox::Failure;
use super::protocol as lsp;
use super::uris::path_of;
use super::worker::Worker;
use crate::ide;

pub(super) mod actions;
pub(super) mod annotations;
mod calls;
pub(super) mod commands;
mod diagnostics;
mod places;
mod renaming;
pub(super) mod tokens;

/// Answers a request.
type Handler = fn(&mut Worker, Value) -> Result<Value, Failure>;

/// The requests of this thread.
const HANDLERS: [(&str, Handler); 20] = [
    ("callHierarchy/incomingCalls", |worker, params| handle(worker, params, calls::incoming)),
    ("callHierarchy/outgoingCalls", |worker, params| handle(worker, params, calls::outgoing)),
    ("textDocument/codeAction", |worker, params| handle(worker, params, actions::code_actions)),
    ("textDocument/codeLens", |worker, params| handle(worker, params, annotations::lenses)),
    ("textDocument/definition", |worker, params| handle(worker, params, places::definition)),
    ("textDocument/diagnostic", |worker, params| handle(worker, params, diagnostics::pull)),
    ("textDocument/documentHighlight", |worker, params| handle(worker, params, places::highlights)),
    ("textDocument/documentLink", |worker, params| handle(worker, params, places::links)),
    ("textDocument/hover", |worker, params| handle(worker, params, places::hover)),
    ("textDocument/inlayHint", |worker, params| handle(worker, params, annotations::hints)),
    ("textDocument/prepareCallHierarchy", |worker, params| handle(worker, params, calls::prepare)),
    ("textDocument/prepareRename", |worker, params| handle(worker, params, renaming::prepare)),
    ("textDocument/references", |worker, params| handle(worker, params, places::references)),
    ("textDocument/rename", |worker, params| handle(worker, params, renaming::rename)),
    ("textDocument/semanticTokens/full", |worker, params| handle(worker, params, tokens::tokens)),
    ("textDocument/semanticTokens/full/delta", |worker, params| handle(worker, params, tokens::changed_tokens)),
    ("textDocument/semanticTokens/range", |worker, params| handle(worker, params, tokens::tokens_of_range)),
    ("workspace/diagnostic", |worker, params| handle(worker, params, diagnostics::pull_workspace)),
    ("workspace/executeCommand", |worker, params| handle(worker, params, commands::execute)),
    ("workspace/symbol", |worker, params| handle(worker, params, places::workspace_symbols)),
];

/// Returns whether a request is supported.
pub(super) fn is_known(method: &str) -> bool {
    HANDLERS.iter().any(|(known, _)| *known == method)
}

/// Answers a request.
pub(super) fn answer(worker: &mut Worker, method: &str, params: Value) -> Result<Value, Failure> {
    match HANDLERS.iter().find(|(known, _)| *known == method) {
        Some((_, handler)) => handler(worker, params),
        None => Err(Failure::new(ErrorCode::MethodNotFound, method)),
    }
}

fn handle<P: DeserializeOwned, R: Serialize>(
    worker: &mut Worker,
    params: Value,
    handler: fn(&mut Worker, &P) -> Result<R, Failure>,
) -> Result<Value, Failure> {
    let params = serde_json::from_value(params)?;
    Ok(serde_json::to_value(handler(worker, &params)?)?)
}
