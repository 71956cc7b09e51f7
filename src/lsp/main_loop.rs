//! Reads the client's messages in order. It keeps the current documents; other threads do all work.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use camino::Utf8PathBuf;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::capabilities::{initialize_result, open_documents, watched_files};
use super::client::Client;
use super::convert::Convert;
use super::documents::Document;
use super::outbox::{Failure, Outbox};
use super::protocol as lsp;
use super::requests;
use super::shared::Shared;
use super::typing::{self, Asked, Typing};
use super::uris::path_of;
use super::worker::{Question, Task, Worker};
use crate::ide::FileChange;

/// The stack size of a thread that compiles: nested text needs stack.
const STACK: usize = 16 << 20;

/// Serves a client until it exits. Returns whether it requested a shutdown before.
pub fn serve(connection: Connection) -> bool {
    let Ok((id, params)) = connection.initialize_start() else { return false };
    let convert = Convert { client: Client::new(&params), ..Convert::default() };
    let result = initialize_result(&convert.client);
    let outbox = Arc::new(Outbox::new(connection));
    outbox.open(&id);
    outbox.answer(id, Ok(result));
    let shared = Arc::new(Shared::default());
    let (tasks, taken) = channel();
    let worker = {
        let (convert, outbox, shared) = (convert.clone(), Arc::clone(&outbox), Arc::clone(&shared));
        let run = move || Worker::new(convert, outbox, shared).run(&taken);
        std::thread::Builder::new().name("compile".to_owned()).stack_size(STACK).spawn(run)
    };
    let (typed, asked) = channel();
    let typing = {
        let (convert, outbox, shared) = (convert.clone(), Arc::clone(&outbox), Arc::clone(&shared));
        let run = move || Typing::new(convert, outbox, shared).run(&asked);
        std::thread::Builder::new().name("typing".to_owned()).stack_size(STACK).spawn(run)
    };
    let (Ok(worker), Ok(typing)) = (worker, typing) else { return false };
    let documents = BTreeMap::new();
    let server = Server { convert, outbox, shared, documents, folders: folders(&params), tasks, typed };
    let in_order = server.run();
    // Their channels are closed now.
    let _ = (worker.join(), typing.join());
    in_order
}

/// Returns the folders of the workspace.
fn folders(params: &Value) -> Vec<Utf8PathBuf> {
    let listed = params.get("workspaceFolders").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(|folder| folder.get("uri")?.as_str());
    let mut folders: Vec<_> = listed.map(path_of).collect();
    if folders.is_empty() {
        let root = params.get("rootUri").and_then(Value::as_str).map(path_of);
        let root = root.or_else(|| params.get("rootPath").and_then(Value::as_str).map(Utf8PathBuf::from));
        folders.extend(root.filter(|root| root.is_absolute()));
    }
    folders
}

struct Server {
    convert: Convert,
    outbox: Arc<Outbox>,
    shared: Arc<Shared>,
    documents: BTreeMap<Utf8PathBuf, Document>,
    folders: Vec<Utf8PathBuf>,
    tasks: Sender<Task>,
    typed: Sender<Asked>,
}

/// Whether to continue.
#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    Exit,
}

impl Server {
    fn run(mut self) -> bool {
        let outbox = Arc::clone(&self.outbox);
        let mut is_shut_down = false;
        for message in &outbox.connection().receiver {
            match message {
                Message::Request(request) if request.method == "shutdown" => {
                    is_shut_down = true;
                    outbox.open(&request.id);
                    outbox.answer(request.id, Ok(Value::Null));
                }
                Message::Request(request) if is_shut_down => {
                    outbox.open(&request.id);
                    let failure = Failure::new(ErrorCode::InvalidRequest, "the server is shut down");
                    outbox.answer(request.id, Err(failure));
                }
                Message::Request(request) => self.request(request),
                Message::Notification(notification) => {
                    let taken = catch_unwind(AssertUnwindSafe(|| self.notification(notification)));
                    match taken {
                        Ok(Next::Exit) => return is_shut_down,
                        Ok(Next::Continue) => {}
                        Err(_) => self.shared.report_panic(&outbox),
                    }
                }
                // Nothing depends on the client's responses.
                Message::Response(Response { .. }) => {}
            }
        }
        false
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        self.outbox.open(&id);
        if !requests::is_known(&method) && !typing::is_known(&method) {
            let failure = Failure::new(ErrorCode::MethodNotFound, format!("no such method: {method}"));
            self.outbox.answer(id, Err(failure));
            return;
        }
        let uri = params.pointer("/textDocument/uri").or_else(|| params.pointer("/item/uri")).and_then(Value::as_str);
        let about = uri.map(path_of).and_then(|path| {
            let version = self.documents.get(&path)?.version;
            Some((path, version))
        });
        if typing::is_known(&method) {
            let document = about.as_ref().and_then(|(path, _)| self.documents.get(path)).cloned();
            let _ = self.typed.send((Question { id, method, params, about }, document));
        } else {
            self.send(Task::Question(Question { id, method, params, about }));
        }
    }

    fn notification(&mut self, notification: Notification) -> Next {
        let Notification { method, params } = notification;
        match method.as_str() {
            "exit" => return Next::Exit,
            "initialized" => self.initialized(),
            "$/cancelRequest" => self.cancel(&params),
            "textDocument/didOpen" => {
                if let Some(lsp::DidOpenTextDocumentParams { text_document }) = read(params) {
                    let path = path_of(&text_document.uri.0);
                    self.set(path, Document::new(text_document.uri, text_document.version, &text_document.text));
                }
            }
            "textDocument/didChange" => {
                if let Some(lsp::DidChangeTextDocumentParams { text_document, content_changes }) = read(params) {
                    let path = path_of(&text_document.text_document_identifier.uri.0);
                    if let Some(document) = self.documents.get(&path) {
                        let changed = document.changed(text_document.version, content_changes, &self.convert);
                        self.set(path, changed);
                    }
                }
            }
            "textDocument/didClose" => {
                if let Some(lsp::DidCloseTextDocumentParams { text_document }) = read(params) {
                    let path = path_of(&text_document.uri.0);
                    self.documents.remove(&path);
                    self.send(Task::Closed(path));
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Some(lsp::DidChangeWatchedFilesParams { changes }) = read(params) {
                    let change = |event: lsp::FileEvent| {
                        let is_changed = event.kind == lsp::FileChangeType::Changed;
                        let change = if is_changed { FileChange::Changed } else { FileChange::CameOrWent };
                        (path_of(&event.uri.0), change)
                    };
                    self.send(Task::Files(changes.into_iter().map(change).collect()));
                }
            }
            "workspace/didChangeWorkspaceFolders" => self.change_folders(&params),
            // `didSave`, `$/setTrace`, and similar notifications require no action.
            _ => {}
        }
        Next::Continue
    }

    fn initialized(&self) {
        if self.convert.client.watches_files {
            self.outbox.request("client/registerCapability", watched_files());
        }
        if self.convert.client.syncs_documents {
            self.outbox.request("client/registerCapability", open_documents(&self.convert.client));
        }
        self.send(Task::Folders(self.folders.clone()));
    }

    fn cancel(&self, params: &Value) {
        let id = match params.get("id") {
            Some(Value::String(id)) => RequestId::from(id.clone()),
            Some(id) => match id.as_i64().and_then(|id| i32::try_from(id).ok()) {
                Some(id) => RequestId::from(id),
                None => return,
            },
            None => return,
        };
        self.outbox.answer(id, Err(Failure::new(ErrorCode::RequestCanceled, "canceled")));
    }

    fn set(&mut self, path: Utf8PathBuf, document: Document) {
        self.documents.insert(path.clone(), document.clone());
        self.send(Task::Document(path, document));
    }

    fn change_folders(&mut self, params: &Value) {
        let paths = |key: &str| {
            let folders = params.pointer(key).and_then(Value::as_array).into_iter().flatten();
            folders.filter_map(|folder| folder.get("uri")?.as_str().map(path_of)).collect::<Vec<_>>()
        };
        let (added, removed) = (paths("/event/added"), paths("/event/removed"));
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
        self.send(Task::Folders(self.folders.clone()));
    }

    fn send(&self, task: Task) {
        // The worker outlives this thread.
        let _ = self.tasks.send(task);
    }
}

/// Returns the parameters of a notification, if they are valid.
fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}
