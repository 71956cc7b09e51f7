//! Runs the program as an editor does, with random edits for some time: it responds to everything, shows nothing
//! outdated, and does not use more and more memory.
//!
//! ```sh
//! DOTPIPE_SECONDS=600 cargo test --test it lsp::endurance -- --nocapture
//! ```

use std::fs;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{brief, everything, position};
use super::robustness::{Random, places};
use crate::cases;

/// Longer than any response takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The number of edits between two checks of the shown diagnostics.
const ROUND: usize = 250;

/// A server in a separate process.
struct Server {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Message>,
    next: i32,
    uri: String,
    version: i64,
    text: String,
    shown: Option<(i64, Vec<String>)>,
    publications: usize,
}

impl Server {
    fn start(folder: &Path, text: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_dotpipe");
        let mut process =
            Command::new(program).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let input = process.stdin.take().expect("it was asked for");
        let mut output = BufReader::new(process.stdout.take().expect("it was asked for"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let root = format!("file://{}", folder.display());
        let uri = format!("{root}/pipeline.pipe");
        let mut server = Self {
            process,
            input,
            messages,
            next: 0,
            uri,
            version: 1,
            text: text.to_owned(),
            shown: None,
            publications: 0,
        };
        let folders = json!([{ "uri": root, "name": "test" }]);
        let params =
            json!({ "processId": null, "rootUri": root, "capabilities": everything(), "workspaceFolders": folders });
        let id = server.ask("initialize", params);
        server.answer(&id).expect("it starts");
        server.tell("initialized", json!({}));
        let document = json!({ "uri": server.uri, "languageId": "pipe", "version": 1, "text": text });
        server.tell("textDocument/didOpen", json!({ "textDocument": document }));
        server
    }

    fn send(&mut self, message: &Message) {
        message.write(&mut self.input).expect("it reads");
        self.input.flush().expect("it reads");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&Notification { method: method.to_owned(), params }.into());
    }

    fn ask(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(&Request { id: id.clone(), method: method.to_owned(), params }.into());
        id
    }

    /// Receives messages until the response to a request arrives.
    fn answer(&mut self, id: &RequestId) -> Result<Value, lsp_server::ResponseError> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Message::Response(response)) if response.id == *id => return response.response_result,
                Ok(message) => self.take(message),
                Err(error) => panic!("no answer: {error}\n{}", self.text),
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.send(&Response::new_ok(request.id, Value::Null).into()),
            Message::Notification(it)
                if it.method == "textDocument/publishDiagnostics" && it.params["uri"] == self.uri =>
            {
                self.publications += 1;
                let list = it.params["diagnostics"].as_array().cloned().unwrap_or_default();
                self.shown = Some((it.params["version"].as_i64().expect("a version"), brief(&list)));
            }
            Message::Notification(it) => assert_ne!(it.method, "window/showMessage", "{}", it.params),
            Message::Response(_) => {}
        }
    }

    fn edit(&mut self, range: std::ops::Range<usize>, new: &str) {
        let message = self.change(range, new);
        self.send(&message);
    }

    /// Changes the text and returns the notification of the change.
    fn change(&mut self, range: std::ops::Range<usize>, new: &str) -> Message {
        let (start, end) = (position(&self.text, range.start), position(&self.text, range.end));
        self.text.replace_range(range, new);
        self.version += 1;
        let change = json!({ "range": { "start": start, "end": end }, "text": new });
        let document = json!({ "uri": self.uri, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        Notification { method: "textDocument/didChange".to_owned(), params }.into()
    }

    fn replace(&mut self, text: &str) {
        let range = 0..self.text.len();
        self.edit(range, text);
    }

    /// Returns the diagnostics of the current text, once none are held back.
    fn found(&mut self) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        let mut quiet = Duration::from_millis(400);
        loop {
            let is_newest = self.shown.as_ref().is_some_and(|(version, _)| *version == self.version);
            let wait = if is_newest { quiet } else { end.saturating_duration_since(Instant::now()) };
            match self.messages.recv_timeout(wait) {
                Ok(message) => self.take(message),
                Err(_) if is_newest => break,
                Err(error) => panic!("nothing is shown of the newest text: {error}\n{}", self.text),
            }
            quiet = Duration::from_millis(400);
        }
        self.shown.clone().map(|(_, codes)| codes).unwrap_or_default()
    }

    /// Returns the memory use in kilobytes, if the system provides it.
    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns a folder with an example, and the example's text.
fn example(name: &str) -> (TempDir, String) {
    let entry = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("pipeline.pipe");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(&entry).expect("examples are text");
    for (path, text) in cases::beside(&entry).into_iter().chain([("pipeline.pipe".to_owned(), text.clone())]) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
        fs::write(path, text).expect("files are written");
    }
    (folder, text)
}

/// Requests that are sent at random.
const QUESTIONS: [&str; 6] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/codeAction",
];

/// Returns the positions of the cursor in a client. A line break of two characters has no position between them.
fn cursors(text: &str) -> Vec<usize> {
    let is_inside = |at: &usize| text[..*at].ends_with('\r') && text[*at..].starts_with('\n');
    places(text, 1).into_iter().filter(|at| !is_inside(at)).collect()
}

fn question(server: &mut Server, random: &mut Random) {
    let starts = cursors(&server.text);
    let at = starts.get(random.below(starts.len())).copied().unwrap_or(0);
    let method = QUESTIONS[random.below(QUESTIONS.len())];
    let here = position(&server.text, at);
    let end = position(&server.text, server.text.len());
    let params = json!({ "textDocument": { "uri": server.uri }, "position": here,
        "range": { "start": here, "end": end }, "context": { "diagnostics": [] } });
    let id = server.ask(method, params);
    if random.below(4) == 0 {
        let number: i32 = server.next;
        server.tell("$/cancelRequest", json!({ "id": number }));
    }
    if let Err(error) = server.answer(&id) {
        assert_ne!(error.code, -32603, "{method}: {error:?}\n{}", server.text);
    }
}

#[test]
fn random_edits_for_a_while_change_nothing_for_good() {
    let default = if cases::one_of() == 1 { 2 } else { 1 };
    let seconds = std::env::var("DOTPIPE_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let end = Instant::now() + Duration::from_secs(seconds);
    let snippets = [
        "{",
        "}",
        "\"",
        "${",
        "'''",
        "/*",
        "\n",
        "from ",
        "-> ",
        "::",
        ".",
        "é🦀",
        "stage X {\n",
        "project = ",
        "\r\n",
    ];
    let (folder, seed) = example("environments");
    let mut server = Server::start(folder.path(), &seed);
    assert_eq!(server.found(), Vec::<String>::new());
    let mut random = Random::new(seconds);
    let (mut edits, mut first) = (0_usize, None);
    while Instant::now() < end {
        for _ in 0..ROUND {
            let starts = cursors(&server.text);
            let at = starts.get(random.below(starts.len() + 1)).copied().unwrap_or(server.text.len());
            if random.below(3) == 0 {
                let length = 1 + random.below(30);
                let until = starts.iter().copied().find(|end| *end >= at + length).unwrap_or(server.text.len());
                server.edit(at..until.max(at), "");
            } else {
                server.edit(at..at, snippets[random.below(snippets.len())]);
            }
            if random.below(20) == 0 {
                question(&mut server, &mut random);
            }
        }
        edits += ROUND;
        let found = server.found();
        let text = server.text.clone();
        let mut fresh = Server::start(folder.path(), &text);
        assert_eq!(fresh.found(), found, "{text}");
        server.replace(&seed);
        assert_eq!(server.found(), Vec::<String>::new());
        if edits >= 1000 {
            first = first.or(server.memory());
        }
    }
    let last = server.memory();
    println!(
        "{edits} edits in {seconds} s, {} publications; memory after 1,000 edits: {first:?} KB, at the end: {last:?} KB",
        server.publications
    );
    if let (Some(first), Some(last)) = (first, last) {
        assert!(
            last < first + first / 2 + 16_000,
            "memory grows: {first} KB after 1,000 edits, {last} KB after {edits}"
        );
    }
}

#[test]
fn a_burst_of_keys_is_answered_once() {
    let (folder, seed) = example("environments");
    let mut server = Server::start(folder.path(), &seed);
    server.found();
    let before = server.publications;
    let at = seed.find("stage ").expect("it is there");
    let typed = "stage Typed {\n  approve Look { message = \"a burst of keys\" }\n}\n".repeat(2);
    let mut burst = Vec::new();
    for (index, letter) in typed.chars().take(100).enumerate() {
        let message = server.change(at + index..at + index, &letter.to_string());
        message.write(&mut burst).expect("memory takes it");
    }
    server.input.write_all(&burst).expect("it reads");
    server.found();
    // One for the text being compiled, one for the last text, and one for diagnostics that are held back until the text
    // is stable.
    let answers = server.publications - before;
    assert!(answers <= 4, "{answers} publications for 100 keys");
}
