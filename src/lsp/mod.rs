//! The language server: provides `ide` through the Language Server Protocol.
//!
//! ```text
//! client ── main loop (documents; never compiles) ──┬── worker: newest text wins ── Snapshot ── diagnostics, hover, ...
//!                                                   └── typing: the text now, and the last Snapshot ── completion, ...
//! ```
//!
//! <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/> (2026-11-29)

mod capabilities;
mod client;
mod convert;
mod documents;
mod formatting;
mod main_loop;
mod markup;
mod outbox;
mod protocol;
mod publish;
mod requests;
mod shared;
mod typing;
mod uris;
mod worker;

pub use lsp_server::Connection;
pub use main_loop::serve;

/// Serves a client over standard input and output until it exits. Returns whether it requested a shutdown before.
///
/// # Errors
///
/// If standard input or output fails.
pub fn serve_stdio() -> std::io::Result<bool> {
    let (connection, threads) = Connection::stdio();
    let in_order = serve(connection);
    threads.join()?;
    Ok(in_order)
}
