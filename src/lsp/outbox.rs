//! Sends everything to the client. Each request is answered once; those without an answer are tracked.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde_json::Value;

use crate::collections::HashSet;

/// The reason why a request has no result.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    code: ErrorCode,
    message: String,
}

impl Failure {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Returns the parameters are invalid.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParams, message)
    }

    /// Returns the text has changed since the request.
    pub(super) fn outdated() -> Self {
        Self::new(ErrorCode::ContentModified, "the document has changed")
    }

    /// Returns the request cannot be fulfilled. The client shows the reason.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::RequestFailed, message)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::invalid(error.to_string())
    }
}

/// The connection to the client.
pub(super) struct Outbox {
    connection: Connection,
    open: Mutex<HashSet<RequestId>>,
    next: AtomicI32,
}

impl Outbox {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, open: Mutex::default(), next: AtomicI32::new(1) }
    }

    /// Returns the connection, to receive messages.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn send(&self, message: impl Into<Message>) {
        // The client may be gone, which the main loop notices.
        let _ = self.connection.sender.send(message.into());
    }

    /// Records a new request.
    pub(super) fn open(&self, id: &RequestId) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Returns whether a request has no answer yet.
    pub(super) fn is_open(&self, id: &RequestId) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Answers a request, unless it already has an answer because it was canceled.
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

    /// Sends a request whose response is ignored.
    pub(super) fn request(&self, method: &str, params: impl Serialize) {
        let id = format!("dotpipe-{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.send(Request::new(id.into(), method.to_owned(), params));
    }
}
