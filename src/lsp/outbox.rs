//! Everything that is sent to the client: each request is answered once, and notes which of them are not yet.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde_json::Value;

/// Why a request has no result.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    code: ErrorCode,
    message: String,
}

impl Failure {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The parameters are not those of the protocol.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParams, message)
    }

    /// The text has changed since the question.
    pub(super) fn outdated() -> Self {
        Self::new(ErrorCode::ContentModified, "the document has changed")
    }

    /// What was asked for cannot be done, which the client shows.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::RequestFailed, message)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::invalid(error.to_string())
    }
}

/// The way to the client.
pub(super) struct Outbox {
    connection: Connection,
    open: Mutex<HashSet<RequestId>>,
    next: AtomicI32,
}

impl Outbox {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, open: Mutex::default(), next: AtomicI32::new(1) }
    }

    /// What the client sends.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn send(&self, message: impl Into<Message>) {
        // The client may be gone; the main loop finds out.
        let _ = self.connection.sender.send(message.into());
    }

    /// Takes a request in.
    pub(super) fn open(&self, id: &RequestId) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Whether a request still wants an answer.
    pub(super) fn is_open(&self, id: &RequestId) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Answers a request, unless it has been answered: it was canceled then.
    pub(super) fn answer(&self, id: RequestId, result: Result<Value, Failure>) {
        if self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
            self.send(match result {
                Ok(value) => Response::new_ok(id, value),
                Err(failure) => Response::new_err(id, failure.code as i32, failure.message),
            });
        }
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: impl Serialize) {
        self.send(Notification::new(method.to_owned(), params));
    }

    /// Sends a request whose answer nothing depends on.
    pub(super) fn request(&self, method: &str, params: impl Serialize) {
        let id = format!("dotpipe-{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.send(Request::new(id.into(), method.to_owned(), params));
    }
}
