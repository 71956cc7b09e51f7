//! Any typed text: the server does not panic, responds to every request, and shows nothing outdated.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::client::{Client, brief, position};
use crate::cases;

/// Requests about a position that every client sends during typing.
const AT_A_PLACE: [&str; 7] = [
    "textDocument/completion",
    "textDocument/signatureHelp",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/prepareCallHierarchy",
];

/// Requests about a document.
const OF_A_DOCUMENT: [&str; 5] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/codeLens",
    "textDocument/documentLink",
];

fn example(entry: &PathBuf) -> (Client, String) {
    let text = fs::read_to_string(entry).expect("examples are text");
    let mut files = cases::beside(entry);
    files.insert("pipeline.pipe".to_owned(), text.clone());
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut client = Client::new(&files);
    client.open("pipeline.pipe", &text);
    client.found("pipeline.pipe");
    (client, text)
}

/// Sends all requests for a position. A response can be an error, but must not report a panic.
fn ask_everything(client: &mut Client, at: usize) {
    let place = client.at("pipeline.pipe", at);
    let document = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let here = position(client.text("pipeline.pipe"), at);
    let mut part = document.clone();
    part["range"] = json!({ "start": here, "end": here });
    part["context"] = json!({ "diagnostics": [] });
    let mut positions = document.clone();
    positions["positions"] = json!([here]);
    let mut references = place.clone();
    references["context"] = json!({ "includeDeclaration": true });
    let mut ids = Vec::new();
    ids.extend(AT_A_PLACE.map(|method| client.send(method, place.clone())));
    ids.extend(OF_A_DOCUMENT.map(|method| client.send(method, document.clone())));
    ids.push(client.send("textDocument/codeAction", part.clone()));
    // A selection to the end of the text, for refactorings.
    let mut selected = part.clone();
    selected["range"]["end"] = position(client.text("pipeline.pipe"), client.text("pipeline.pipe").len());
    ids.push(client.send("textDocument/codeAction", selected));
    let mut delta = document.clone();
    delta["previousResultId"] = json!("1");
    ids.push(client.send("textDocument/semanticTokens/full/delta", delta));
    ids.push(client.send("textDocument/inlayHint", part));
    ids.push(client.send("textDocument/selectionRange", positions));
    ids.push(client.send("textDocument/references", references));
    for id in ids {
        if let Err(error) = client.wait(&id) {
            assert_ne!(error.code, -32603, "{error:?}\n{}", client.text("pipeline.pipe"));
        }
    }
}

/// Returns the byte offset of every `step`th character.
pub fn places(text: &str, step: usize) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).step_by(step).collect()
}

#[test]
fn every_prefix_of_every_example_is_answered() {
    let examples = cases::entries("examples").into_iter();
    for entry in cases::share(examples.filter(|entry| entry.ends_with("pipeline.pipe")).collect()) {
        let (mut client, text) = example(&entry);
        client.replace("pipeline.pipe", "");
        let mut typed = 0;
        // Every prefix is compiled unless the next one arrives first; at some of them, all requests are sent.
        for (index, at) in places(&text, 1).into_iter().enumerate() {
            client.edit("pipeline.pipe", typed..typed, &text[typed..at]);
            typed = at;
            if index % 97 == 0 {
                ask_everything(&mut client, at);
            }
        }
        client.replace("pipeline.pipe", &text);
        let fresh = client.codes("pipeline.pipe");
        let (mut other, _) = example(&entry);
        assert_eq!(other.codes("pipeline.pipe"), fresh, "{}", entry.display());
    }
}

#[test]
fn every_word_can_be_missing() {
    for name in ["serverless-app", "environments", "guarded-release"] {
        let entry = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("pipeline.pipe");
        let (mut client, text) = example(&entry);
        let before = client.codes("pipeline.pipe");
        for (index, (start, end)) in cases::share(words(&text).into_iter().enumerate().collect()) {
            client.edit("pipeline.pipe", start..end, "");
            if index % 23 == 0 {
                ask_everything(&mut client, start);
            }
            client.edit("pipeline.pipe", start..start, &text[start..end]);
        }
        assert_eq!(client.codes("pipeline.pipe"), before, "{name}");
    }
}

/// Returns the byte ranges of words and symbols.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if let (Some(from), false) = (start, is_word) {
            found.push((from, at));
            start = None;
        }
        if is_word {
            start.get_or_insert(at);
        } else if !letter.is_whitespace() {
            found.push((at, at + letter.len_utf8()));
        }
    }
    found
}

/// A simple random number generator that produces the same changes in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ seed)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).expect("it fits")
    }
}

#[test]
fn random_edits_leave_nothing_stale() {
    let snippets =
        ["{", "}", "\"", "${", "'''", "/*", "\n", "from ", "-> ", "::", ".", "é🦀", "  stage X {\n", "project = "];
    let entry = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/environments/pipeline.pipe");
    let (mut client, seed) = example(&entry);
    let mut random = Random::new(0);
    // `DOTPIPE_EDITS` sets the number of edits.
    let edits = std::env::var("DOTPIPE_EDITS").ok().and_then(|it| it.parse().ok()).unwrap_or(400);
    for number in 0..edits {
        let text = client.text("pipeline.pipe").to_owned();
        let starts = places(&text, 1);
        let at = starts.get(random.below(starts.len() + 1)).copied().unwrap_or(text.len());
        if random.below(3) == 0 {
            let end = starts.iter().copied().find(|end| *end >= at + 1 + random.below(30)).unwrap_or(text.len());
            client.edit("pipeline.pipe", at..end.max(at), "");
        } else {
            client.edit("pipeline.pipe", at..at, snippets[random.below(snippets.len())]);
        }
        if number % 40 == 0 {
            let at = places(client.text("pipeline.pipe"), 1).get(random.below(100)).copied().unwrap_or(0);
            ask_everything(&mut client, at);
        }
        if number % 200 == 199 {
            let codes = client.codes("pipeline.pipe");
            let text = client.text("pipeline.pipe").to_owned();
            let (mut fresh, _) = example(&entry);
            fresh.replace("pipeline.pipe", &text);
            assert_eq!(fresh.codes("pipeline.pipe"), codes, "{text}");
            client.replace("pipeline.pipe", &seed);
        }
    }
    client.replace("pipeline.pipe", &seed);
    assert_eq!(brief(&client.found("pipeline.pipe")), Vec::<String>::new());
}

#[test]
fn malformed_messages_do_not_end_the_session() {
    let (mut client, text) =
        example(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/serverless-app/pipeline.pipe"));
    let before = client.codes("pipeline.pipe");
    for params in [Value::Null, json!([]), json!({ "textDocument": {} }), json!({ "textDocument": { "uri": 1 } })] {
        client.tell("textDocument/didOpen", params.clone());
        client.tell("textDocument/didChange", params.clone());
        client.tell("textDocument/didClose", params.clone());
        client.tell("$/cancelRequest", params.clone());
        client.tell("workspace/didChangeWatchedFiles", params.clone());
        for method in AT_A_PLACE.iter().chain(&OF_A_DOCUMENT) {
            let id = client.send(method, params.clone());
            let _ = client.wait(&id);
        }
    }
    let beyond = json!({ "line": 99_999, "character": 99_999 });
    for method in AT_A_PLACE {
        let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") }, "position": beyond });
        let id = client.send(method, params);
        let answer = client.wait(&id);
        assert!(answer.as_ref().err().is_none_or(|error| error.code != -32603), "{method}: {answer:?}");
    }
    assert_eq!(client.text("pipeline.pipe"), text);
    assert_eq!(client.codes("pipeline.pipe"), before);
}
