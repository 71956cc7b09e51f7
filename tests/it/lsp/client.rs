//! A client in the same process, which opens and changes documents, sends requests, and records everything that the
//! server sends.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use dotpipe::lsp::{Connection, serve};
use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any response takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Marks the position of the cursor in the texts of tests.
pub const CURSOR: &str = "<|>";

/// The recorded `initialize` parameters of real editors.
pub const EDITORS: [(&str, &str); 4] = [
    ("emacs", include_str!("clients/emacs-28.2-eglot-1.9.json")),
    ("helix", include_str!("clients/helix-25.07.1.json")),
    ("neovim", include_str!("clients/nvim-0.11.4.json")),
    ("vscode", include_str!("clients/vscode-1.139.1-client-9.json")),
];

/// Returns the capabilities of a recorded editor.
pub fn editor(name: &str) -> Value {
    let (_, recorded) = EDITORS.iter().find(|(known, _)| *known == name).expect("it was recorded");
    let recorded: Value = serde_json::from_str(recorded).expect("it is JSON");
    recorded["params"]["capabilities"].clone()
}

/// Returns the capabilities of a client that supports everything and counts bytes, so that offsets are easy to compare.
pub fn everything() -> Value {
    let mut capabilities = editor("vscode");
    capabilities["general"]["positionEncodings"] = json!(["utf-8"]);
    capabilities["workspace"]["diagnostics"] = json!({});
    capabilities["textDocument"]["synchronization"]["dynamicRegistration"] = json!(false);
    capabilities
}

pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<bool>>,
    folder: TempDir,
    next: i32,
    versions: BTreeMap<String, i32>,
    texts: BTreeMap<String, String>,
    /// What was published for each file, by its path relative to the folder: the version and the diagnostics.
    pub published: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// The number of publications for each file.
    pub publications: BTreeMap<String, usize>,
    /// The requests of the server.
    pub asked: Vec<Request>,
    /// The other notifications of the server.
    pub told: Vec<Notification>,
    answers: BTreeMap<RequestId, Response>,
    /// The capabilities of the server.
    pub capabilities: Value,
}

impl Client {
    /// Creates a client that supports everything, in a folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &everything())
    }

    /// Creates a client with these capabilities.
    pub fn with(files: &[(&str, &str)], capabilities: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), files);
        let (connection, other) = Connection::memory();
        let server = std::thread::spawn(move || serve(other));
        let mut client = Self {
            connection,
            server: Some(server),
            folder,
            next: 0,
            versions: BTreeMap::new(),
            texts: BTreeMap::new(),
            published: BTreeMap::new(),
            publications: BTreeMap::new(),
            asked: Vec::new(),
            told: Vec::new(),
            answers: BTreeMap::new(),
            capabilities: Value::Null,
        };
        let root = client.uri("");
        let params = json!({ "processId": null, "rootUri": root, "capabilities": capabilities,
            "workspaceFolders": [{ "uri": root, "name": "test" }] });
        client.capabilities = client.ask("initialize", params)["capabilities"].clone();
        client.tell("initialized", json!({}));
        client
    }

    /// Returns the folder of the workspace.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there")
    }

    /// Returns the URI of a file in the folder. A path with a scheme is already a URI.
    pub fn uri(&self, path: &str) -> String {
        if path.contains(':') {
            return path.to_owned();
        }
        let folder = self.folder();
        let folder = folder.to_str().expect("a UTF-8 path");
        if path.is_empty() { format!("file://{folder}") } else { format!("file://{folder}/{path}") }
    }

    fn path(&self, uri: &str) -> String {
        let start = format!("{}/", self.uri(""));
        uri.strip_prefix(&start).unwrap_or(uri).to_owned()
    }

    /// Writes files, and notifies the server if the client watches them.
    pub fn write(&mut self, files: &[(&str, &str)]) {
        let is_new: Vec<bool> = files.iter().map(|(path, _)| !self.folder().join(path).exists()).collect();
        write(&self.folder(), files);
        let event = |((path, _), is_new): (&(&str, &str), &bool)| json!({ "uri": self.uri(path), "type": if *is_new { 1 } else { 2 } });
        let changes: Vec<Value> = files.iter().zip(&is_new).map(event).collect();
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }

    pub fn tell(&self, method: &str, params: Value) {
        let notification = Notification { method: method.to_owned(), params };
        self.connection.sender.send(notification.into()).expect("the server listens");
    }

    /// Sends a request and returns its ID.
    pub fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(request.into()).expect("the server listens");
        id
    }

    /// Waits for the response to a request.
    pub fn wait(&mut self, id: &RequestId) -> Result<Value, lsp_server::ResponseError> {
        self.until("an answer", |client| client.answers.contains_key(id));
        self.answers.remove(id).expect("it is there").response_result
    }

    /// Sends a request and returns its result. A request that was canceled because the text changed is sent again.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.wait(&id).unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Response(response) => {
                let twice = self.answers.insert(response.id.clone(), response);
                assert!(twice.is_none(), "answered twice: {twice:?}");
            }
            Message::Request(request) => {
                let answer = Response::new_ok(request.id.clone(), Value::Null);
                let _ = self.connection.sender.send(answer.into());
                self.asked.push(request);
            }
            Message::Notification(it) if it.method == "textDocument/publishDiagnostics" => {
                let path = self.path(it.params["uri"].as_str().expect("a URI"));
                let version = it.params["version"].as_i64();
                let before = self.published.get(&path).and_then(|(version, _)| *version);
                assert!(version.is_none() || before <= version, "versions of {path} fall: {before:?}, {version:?}");
                let list = it.params["diagnostics"].as_array().cloned().expect("a list");
                *self.publications.entry(path.clone()).or_default() += 1;
                self.published.insert(path, (version, list));
            }
            Message::Notification(it) => self.told.push(it),
        }
    }

    /// Receives messages until a condition holds.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            let left = end.saturating_duration_since(Instant::now());
            match self.connection.receiver.recv_timeout(left) {
                Ok(message) => self.take(message),
                Err(error) => {
                    let found = self.published.iter().map(|(path, (_, list))| (path, brief(list)));
                    panic!("waited for {what}: {error}; published: {:?}", found.collect::<Vec<_>>())
                }
            }
        }
    }

    /// Receives messages for this duration.
    pub fn listen(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(message) = self.connection.receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.take(message);
        }
    }

    /// Opens a document.
    pub fn open(&mut self, path: &str, text: &str) {
        self.versions.insert(path.to_owned(), 1);
        self.texts.insert(path.to_owned(), text.to_owned());
        let document = json!({ "uri": self.uri(path), "languageId": "pipe", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens a document with the text of its file.
    pub fn open_file(&mut self, path: &str) {
        let text = fs::read_to_string(self.folder().join(path)).expect("it is there");
        self.open(path, &text);
    }

    pub fn close(&mut self, path: &str) {
        self.versions.remove(path);
        self.published.remove(path);
        let params = json!({ "textDocument": { "uri": self.uri(path) } });
        self.tell("textDocument/didClose", params);
    }

    /// Returns the text of an open document.
    pub fn text(&self, path: &str) -> &str {
        &self.texts[path]
    }

    /// Replaces a byte range of an open document. The client must use UTF-8 positions.
    pub fn edit(&mut self, path: &str, range: std::ops::Range<usize>, new: &str) {
        let text = self.texts.get_mut(path).expect("it is open");
        let (start, end) = (position(text, range.start), position(text, range.end));
        text.replace_range(range, new);
        let version = self.versions.get_mut(path).expect("it is open");
        *version += 1;
        let document = json!({ "uri": "", "version": *version });
        let change = json!({ "range": { "start": start, "end": end }, "text": new });
        let mut params = json!({ "textDocument": document, "contentChanges": [change] });
        params["textDocument"]["uri"] = json!(self.uri(path));
        self.tell("textDocument/didChange", params);
    }

    /// Replaces the text of an open document.
    pub fn replace(&mut self, path: &str, new: &str) {
        self.texts.insert(path.to_owned(), new.to_owned());
        let version = self.versions.get_mut(path).expect("it is open");
        *version += 1;
        let params = json!({ "textDocument": { "uri": "", "version": *version }, "contentChanges": [{ "text": new }] });
        let mut params = params;
        params["textDocument"]["uri"] = json!(self.uri(path));
        self.tell("textDocument/didChange", params);
    }

    /// Waits for the diagnostics of an open document's current version, and returns them.
    pub fn found(&mut self, path: &str) -> Vec<Value> {
        let version = self.versions[path].into();
        let newest = |client: &Self| client.published.get(path).is_some_and(|(it, _)| *it == Some(version));
        self.until(&format!("findings in {path}"), newest);
        self.published[path].1.clone()
    }

    /// Waits until everything is compiled and what is due is published: only then does the server answer a request about
    /// all documents.
    pub fn settle(&mut self) {
        self.ask("workspace/symbol", json!({ "query": "nothing" }));
    }

    /// Returns `line code` of each diagnostic, once no diagnostics are held back.
    pub fn codes(&mut self, path: &str) -> Vec<String> {
        self.found(path);
        if self.versions[path] > 1 {
            // What is new on the line being typed is held back for 150 ms.
            self.listen(Duration::from_millis(160));
        }
        self.settle();
        brief(&self.published[path].1)
    }

    /// Waits until a file has these diagnostics, given as `line code`.
    pub fn expect(&mut self, path: &str, wanted: &[&str]) {
        let holds = |client: &Self| match client.published.get(path) {
            Some((_, list)) => brief(list) == wanted,
            None => wanted.is_empty(),
        };
        self.until(&format!("{wanted:?} in {path}"), holds);
    }

    /// Returns the parameters of a request about a position in a document.
    pub fn at(&self, path: &str, offset: usize) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) }, "position": position(self.text(path), offset) })
    }

    /// Returns the part of a document in a range of a response.
    pub fn slice(&self, path: &str, range: &Value) -> &str {
        let text = self.text(path);
        &text[offset(text, &range["start"])..offset(text, &range["end"])]
    }

    /// Returns the text of a document after the edits of a response.
    pub fn edited(&self, path: &str, edits: &[Value]) -> String {
        edited(self.text(path), edits)
    }

    /// Returns the edits for a document in a workspace edit of either form.
    pub fn edits_of(&self, edit: &Value, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        if let Some(changes) = edit["changes"][&uri].as_array() {
            return changes.clone();
        }
        let documents = edit["documentChanges"].as_array().into_iter().flatten();
        let of_document = documents.filter(|it| it["textDocument"]["uri"] == uri.as_str());
        of_document.flat_map(|it| it["edits"].as_array().cloned().unwrap_or_default()).collect()
    }
}

/// Returns the text after edits.
pub fn edited(text: &str, edits: &[Value]) -> String {
    let mut edits: Vec<_> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(text, &range["start"]), offset(text, &range["end"]), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| std::cmp::Reverse((*start, *end)));
    let mut text = text.to_owned();
    for (start, end, new) in edits {
        text.replace_range(start..end, new);
    }
    text
}

/// Returns `line code` of each diagnostic.
pub fn brief(list: &[Value]) -> Vec<String> {
    let line = |found: &Value| found["range"]["start"]["line"].as_u64().expect("a line") + 1;
    list.iter().map(|found| format!("{} {}", line(found), found["code"].as_str().expect("a code"))).collect()
}

/// Returns the position of an offset, with the column in bytes.
pub fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": before.matches('\n').count(), "character": offset - start })
}

/// Returns the offset of a position, with the column in bytes.
pub fn offset(text: &str, position: &Value) -> usize {
    let line = usize::try_from(position["line"].as_u64().expect("a line")).expect("it fits");
    let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    start + usize::try_from(position["character"].as_u64().expect("a column")).expect("it fits")
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
        fs::write(path, text).expect("files are written");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let id = self.send("shutdown", Value::Null);
        self.wait(&id).expect("it shuts down");
        self.tell("exit", Value::Null);
        let server = self.server.take().expect("it was started");
        assert!(server.join().expect("the server does not panic"), "it ends in order");
        assert!(self.answers.is_empty(), "nobody asked: {:?}", self.answers);
        let panics: Vec<_> = self.told.iter().filter(|it| it.method == "window/showMessage").collect();
        assert!(panics.is_empty(), "{panics:?}");
    }
}
