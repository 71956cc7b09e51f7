//! The thread that compiles. The newest text wins: intermediate versions are not compiled. Requests about meaning are
//! answered here, too, once their text has been compiled.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use lsp_server::{ErrorCode, RequestId};
use serde_json::{Value, json};

use super::convert::Convert;
use super::documents::Document;
use super::outbox::{Failure, Outbox};
use super::publish::Publisher;
use super::requests;
use super::requests::tokens::SentTokens;
use super::shared::Shared;
use crate::collections::{HashMap, HashSet};
use crate::ide::{FileChange, Host, has_document_extension};

/// The interval at which files are polled whose changes the client does not report.
const POLL: Duration = Duration::from_secs(1);

/// A task, in the order of the client's messages.
pub(super) enum Task {
    /// A document was opened or has changed.
    Document(Utf8PathBuf, Document),
    /// A document was closed.
    Closed(Utf8PathBuf),
    /// Files have changed on the disk.
    Files(Vec<(Utf8PathBuf, FileChange)>),
    /// The folders of the workspace have changed to these.
    Folders(Vec<Utf8PathBuf>),
    /// A request.
    Question(Question),
}

/// A request.
pub(super) struct Question {
    pub(super) id: RequestId,
    pub(super) method: String,
    pub(super) params: Value,
    /// Its document, and the version of that document at the time of the request.
    pub(super) about: Option<(Utf8PathBuf, i32)>,
}

/// The state of the thread.
pub(super) struct Worker {
    pub(super) host: Host,
    pub(super) convert: Convert,
    pub(super) publisher: Publisher,
    pub(super) documents: BTreeMap<Utf8PathBuf, Document>,
    pub(super) sent_tokens: HashMap<Utf8PathBuf, SentTokens>,
    outbox: Arc<Outbox>,
    shared: Arc<Shared>,
    /// Entry files to compile.
    dirty: VecDeque<Utf8PathBuf>,
    /// Entry files whose compilation failed. They are skipped until something changes.
    failed: HashSet<Utf8PathBuf>,
    questions: Vec<Question>,
    /// Whether something was compiled other than a document of the client.
    has_compiled: bool,
    /// The files of other languages whose texts the client was requested to send.
    synced: BTreeSet<Utf8PathBuf>,
    next_poll: Instant,
}

impl Worker {
    pub(super) fn new(convert: Convert, outbox: Arc<Outbox>, shared: Arc<Shared>) -> Self {
        Self {
            host: Host::default(),
            convert,
            publisher: Publisher::default(),
            documents: BTreeMap::new(),
            sent_tokens: HashMap::default(),
            outbox,
            shared,
            dirty: VecDeque::new(),
            failed: HashSet::default(),
            questions: Vec::new(),
            has_compiled: false,
            synced: BTreeSet::new(),
            next_poll: Instant::now(),
        }
    }

    /// Runs until the channel is closed.
    pub(super) fn run(mut self, tasks: &Receiver<Task>) {
        loop {
            if self.dirty.is_empty() && self.questions.is_empty() {
                match tasks.recv_timeout(self.pause()) {
                    Ok(task) => self.guarded(|worker| worker.take(task)),
                    Err(RecvTimeoutError::Timeout) => self.guarded(Self::idle),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            for task in tasks.try_iter() {
                self.guarded(|worker| worker.take(task));
            }
            if let Some(entry) = self.next() {
                self.compile(&entry);
            }
            if self.dirty.is_empty() {
                self.guarded(Self::settle);
            }
            // A client that asks all the time must not keep diagnostics back.
            if self.publisher.next().is_some_and(|due| due <= Instant::now()) {
                self.guarded(Self::idle);
            }
            self.answer();
        }
    }

    /// Returns the next entry file to compile. Open ones take precedence.
    fn next(&mut self) -> Option<Utf8PathBuf> {
        let open = self.dirty.iter().position(|entry| self.documents.contains_key(entry));
        self.dirty.remove(open.unwrap_or_default())
    }

    /// Returns how long to wait for a task.
    fn pause(&self) -> Duration {
        let held = self.publisher.next().map(|at| at.saturating_duration_since(Instant::now()));
        let poll =
            (!self.convert.client.watches_files).then(|| self.next_poll.saturating_duration_since(Instant::now()));
        held.into_iter().chain(poll).min().unwrap_or(Duration::from_secs(3600))
    }

    /// Runs work. A panic ends only that work.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            self.shared.report_panic(&self.outbox);
        }
    }

    /// Switches to a client that pulls the diagnostics of all files.
    pub(super) fn pull_workspace(&mut self) {
        self.publisher.pull_workspace((&self.convert, &self.outbox));
    }

    /// Shows the user a warning.
    pub(super) fn warn(&self, message: &str) {
        self.outbox.notify("window/showMessage", json!({ "type": 2, "message": message }));
    }

    fn take(&mut self, task: Task) {
        match task {
            Task::Document(path, document) => self.take_document(&path, document),
            Task::Closed(path) => {
                self.documents.remove(&path);
                self.sent_tokens.remove(&path);
                self.convert.versions.remove(&path);
                self.publisher.note_closed(&path);
                if path.is_absolute() {
                    self.convert.uris.remove(&path);
                }
                self.host.close_document(&path);
                let gone = !path.is_file();
                let affected = if gone { self.host.affected_by_new(&path) } else { self.host.affected_by(&path) };
                self.compile_again(affected);
                self.publish(&path);
            }
            Task::Files(changes) => {
                let affected = self.host.files_changed(&changes);
                self.compile_again(affected);
            }
            Task::Folders(folders) => {
                self.host.find_entries(&folders);
                let wanted = self.host.wanted_entries().into_iter();
                let new = wanted.filter(|entry| self.host.snapshot(entry).is_none()).collect();
                self.compile_again(new);
            }
            Task::Question(question) => self.questions.push(question),
        }
    }

    fn take_document(&mut self, path: &Utf8Path, document: Document) {
        let is_new = !self.host.is_open(path);
        self.convert.uris.insert(path.to_owned(), document.uri.clone());
        self.convert.versions.insert(path.to_owned(), document.version);
        self.host.set_document(path, &document.text);
        self.documents.insert(path.to_owned(), document);
        let is_unread = is_new && self.host.snapshot_of(path).is_none();
        // Editors also send templates that no pipeline reads. Opening one affects no other file, unless it is not saved
        // yet.
        let is_news = is_unread && (path.extension() == Some("pipe") || !path.is_file());
        let affected = if is_news { self.host.affected_by_new(path) } else { self.host.affected_by(path) };
        if is_new && !is_unread {
            self.publish(path);
        }
        self.compile_again(affected);
    }

    fn compile_again(&mut self, entries: Vec<Utf8PathBuf>) {
        for entry in entries {
            self.failed.remove(&entry);
            if !self.dirty.contains(&entry) {
                self.dirty.push_back(entry);
            }
        }
    }

    fn compile(&mut self, entry: &Utf8Path) {
        let mut touched: BTreeSet<Utf8PathBuf> =
            self.host.snapshot(entry).map(|snapshot| snapshot.paths().collect()).unwrap_or_default();
        touched.insert(entry.to_owned());
        match catch_unwind(AssertUnwindSafe(|| self.host.compile(entry))) {
            Ok(Some(snapshot)) => {
                self.has_compiled |= !self.documents.contains_key(entry);
                touched.extend(snapshot.paths());
                self.shared.set_snapshot(entry, Some(snapshot));
            }
            Ok(None) => {
                self.shared.set_snapshot(entry, None);
                self.failed.insert(entry.to_owned());
            }
            Err(_) => {
                self.failed.insert(entry.to_owned());
                self.shared.report_panic(&self.outbox);
            }
        }
        self.guarded(|worker| touched.iter().for_each(|path| worker.publish(path)));
    }

    /// Does the remaining work when nothing is to be compiled: handles entry files that are new or no longer wanted.
    fn settle(&mut self) {
        for gone in self.host.drop_unwanted() {
            self.shared.set_snapshot(gone.entry(), None);
            gone.paths().for_each(|path| self.publish(&path));
        }
        let wanted = self.host.wanted_entries();
        let new =
            wanted.into_iter().filter(|entry| self.host.snapshot(entry).is_none() && !self.failed.contains(entry));
        let new: Vec<_> = new.collect();
        self.dirty.extend(new);
        self.publisher.refresh(&self.outbox);
        if std::mem::take(&mut self.has_compiled) && self.dirty.is_empty() {
            self.refresh_annotations();
        }
        self.sync_more();
    }

    /// Hints and lenses depend on other files, too. A client that requested them before a compilation requests them
    /// again.
    fn refresh_annotations(&self) {
        if self.convert.client.refreshes_hints {
            self.outbox.request("workspace/inlayHint/refresh", json!(null));
        }
        if self.convert.client.refreshes_lenses {
            self.outbox.request("workspace/codeLens/refresh", json!(null));
        }
    }

    /// Publishes the diagnostics of a file, unless a compilation that may change them is due.
    pub(super) fn publish(&mut self, path: &Utf8Path) {
        let is_due =
            |entry: &Utf8PathBuf| self.host.snapshot(entry).is_some_and(|snapshot| snapshot.file_of(path).is_some());
        if self.dirty.iter().any(is_due) {
            return;
        }
        let document = self.documents.get(path);
        let read = self.host.snapshot_of(path).and_then(|snapshot| snapshot.file_of(path));
        let is_stale = |document: &Document| read.is_some_and(|file| *file.text() != *document.text);
        if document.is_some_and(is_stale) {
            return;
        }
        let findings = self.host.findings(path);
        self.publisher.update(path, &findings, document, (&self.convert, &self.outbox));
    }

    fn idle(&mut self) {
        for path in self.publisher.due() {
            self.publish(&path);
        }
        self.publisher.refresh(&self.outbox);
        if !self.convert.client.watches_files && Instant::now() >= self.next_poll {
            let changes = self.host.written_since();
            if !changes.is_empty() {
                self.take(Task::Files(changes));
            }
            self.next_poll = Instant::now() + POLL;
        }
    }

    /// Registers for the texts of the files of other languages that compilations read, so that unsaved changes are
    /// used.
    fn sync_more(&mut self) {
        if !self.convert.client.syncs_more {
            return;
        }
        let read = self.host.snapshots().flat_map(|snapshot| snapshot.paths());
        // Other characters have a special meaning in patterns.
        let plain = |path: &Utf8PathBuf| !path.as_str().contains(['*', '?', '{', '}', '[', ']', ',', '!']);
        // Possible templates are sent anyway.
        let is_sent = |path: &Utf8Path| self.convert.client.syncs_documents && has_document_extension(path);
        let is_other = |path: &Utf8PathBuf| path.extension() != Some("pipe") && !is_sent(path);
        let read: BTreeSet<_> = read.filter(|path| path.is_absolute() && is_other(path) && plain(path)).collect();
        if read == self.synced {
            return;
        }
        let kinds =
            ["didOpen", "didChange", "didClose"].into_iter().chain(self.convert.client.asks_more.iter().copied());
        let id = |kind: &str| format!("dotpipe-{kind}");
        if !self.synced.is_empty() {
            let gone = kinds.clone().map(|kind| json!({ "id": id(kind), "method": format!("textDocument/{kind}") }));
            let gone: Vec<_> = gone.collect();
            self.outbox.request("client/unregisterCapability", json!({ "unregisterations": gone }));
        }
        if !read.is_empty() {
            let selector: Vec<_> =
                read.iter().map(|path| json!({ "scheme": "file", "pattern": path.as_str() })).collect();
            let new = kinds.map(|kind| {
                let mut options = json!({ "documentSelector": selector });
                if kind == "didChange" {
                    options["syncKind"] = json!(2);
                }
                json!({ "id": id(kind), "method": format!("textDocument/{kind}"), "registerOptions": options })
            });
            let new: Vec<_> = new.collect();
            self.outbox.request("client/registerCapability", json!({ "registrations": new }));
        }
        self.synced = read;
    }

    /// Answers the requests whose documents have been compiled.
    fn answer(&mut self) {
        let mut waiting = Vec::new();
        for question in std::mem::take(&mut self.questions) {
            if !self.outbox.is_open(&question.id) {
                continue;
            }
            if self.is_waiting(&question) {
                waiting.push(question);
                continue;
            }
            let is_outdated = question.about.as_ref().is_some_and(|(path, version)| {
                self.documents.get(path).is_none_or(|document| document.version != *version)
            });
            let result = if is_outdated {
                Err(Failure::outdated())
            } else {
                catch_unwind(AssertUnwindSafe(|| requests::answer(self, &question.method, question.params)))
                    .unwrap_or_else(|_| {
                        self.shared.report_panic(&self.outbox);
                        Err(Failure::new(ErrorCode::InternalError, "this request made the server panic"))
                    })
            };
            self.outbox.answer(question.id, result);
        }
        self.questions = waiting;
    }

    fn is_waiting(&self, question: &Question) -> bool {
        let reads = |entry: &Utf8PathBuf, path: &Utf8Path| {
            entry == path || self.host.snapshot(entry).is_none_or(|snapshot| snapshot.file_of(path).is_some())
        };
        match &question.about {
            Some((path, _)) => self.dirty.iter().any(|entry| reads(entry, path)),
            None => !self.dirty.is_empty(),
        }
    }
}
