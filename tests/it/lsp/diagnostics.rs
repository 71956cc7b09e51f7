//! Diagnostics: the same as those of `check`, in every file, and stable during typing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::client::{Client, offset};
use crate::cases;
use crate::program::{self, BUILDSPEC, CLEAN};

fn project(text: &str) -> Client {
    Client::new(&[("pipeline.pipe", text), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")])
}

/// A diagnostic: its file, first and last byte, code, severity, and message.
type Found = (String, usize, usize, String, String, String);

/// Returns the diagnostics of `check` for a folder or a file in it.
fn checked(folder: &Path, what: &str) -> BTreeSet<Found> {
    let output = program::dotpipe(folder).args(["check", "--format", "json", what]).output().expect("it runs");
    let output: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let byte = |place: &Value| usize::try_from(place["byte"].as_u64().expect("a number")).expect("it fits");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = |it: &Value| {
        (
            text(&it["file"]),
            byte(&it["start"]),
            byte(&it["end"]),
            text(&it["code"]),
            text(&it["severity"]),
            text(&it["message"]),
        )
    };
    output["diagnostics"].as_array().expect("a list").iter().map(found).collect()
}

/// Returns the diagnostics that the client received.
fn published(client: &Client) -> BTreeSet<Found> {
    let mut all = BTreeSet::new();
    for (path, (_, list)) in client.published.iter().filter(|(_, (_, list))| !list.is_empty()) {
        let text = fs::read_to_string(client.folder().join(path)).expect("it is there");
        for it in list {
            let severity = match it["severity"].as_u64() {
                Some(1) => "error",
                Some(2) => "warning",
                _ => "info",
            };
            let message = it["message"].as_str().expect("a text");
            let (start, end) = (offset(&text, &it["range"]["start"]), offset(&text, &it["range"]["end"]));
            let code = it["code"].as_str().expect("a code").to_owned();
            all.insert((path.clone(), start, end, code, severity.to_owned(), message.to_owned()));
        }
    }
    all
}

/// Asserts that both have the same diagnostics. For the client, the label, the notes, and the help follow the message.
fn assert_same(client: &Client, what: &str) {
    let (checked, published) = (checked(&client.folder(), what), published(client));
    let same = |one: &Found, other: &Found| {
        // `check` shows paths relative to the working directory; the server, relative to the project root.
        let root = one.0.split_inclusive('/').next().filter(|root| root.ends_with('/')).unwrap_or("\0");
        (&one.0, one.1, one.2, &one.3, &one.4) == (&other.0, other.1, other.2, &other.3, &other.4)
            && (other.5.starts_with(&one.5) || other.5.starts_with(&one.5.replace(root, "")))
    };
    let missing: Vec<_> = checked.iter().filter(|one| !published.iter().any(|other| same(one, other))).collect();
    let extra: Vec<_> = published.iter().filter(|other| !checked.iter().any(|one| same(one, other))).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:#?}\nextra: {extra:#?}");
}

#[test]
fn findings_come_when_a_document_opens_and_go_when_it_is_mended() {
    let mut client = project(CLEAN);
    client.open("pipeline.pipe", &CLEAN.replace("repository", "repositor"));
    assert_eq!(client.codes("pipeline.pipe"), ["3 E0104"]);
    let found = client.found("pipeline.pipe").remove(0);
    assert_eq!(client.slice("pipeline.pipe", &found["range"]), "repositor");
    assert_eq!((&found["severity"], &found["source"]), (&json!(1), &json!("dotpipe")));
    let at = client.text("pipeline.pipe").find("repositor ").expect("it is there") + "repositor".len();
    client.edit("pipeline.pipe", at..at, "y");
    assert_eq!(client.found("pipeline.pipe"), Vec::<Value>::new());
}

#[test]
fn files_that_are_not_open_have_findings_too() {
    let buildspec = format!("{BUILDSPEC}\nartefacts: {{}}\n");
    let files = [
        ("a/pipeline.pipe", CLEAN),
        ("a/buildspec.yml", buildspec.as_str()),
        ("a/dotpipe.toml", "accont = \"1\"\n"),
        ("b/pipeline.pipe", &CLEAN.replace("Builder }", "Bilder }")),
        ("b/dotpipe.toml", ""),
        ("b/buildspec.yml", BUILDSPEC),
        (".gitignore", "ignored\n"),
        ("ignored/pipeline.pipe", "pipeline {"),
    ];
    let mut client = Client::new(&files);
    let line = buildspec.lines().count();
    client.expect("a/buildspec.yml", &[&format!("{line} W0213")]);
    client.expect("a/dotpipe.toml", &["1 E0011"]);
    client.expect("b/pipeline.pipe", &["6 E0301"]);
    assert_eq!(client.published.get("ignored/pipeline.pipe"), None);
    assert_same(&client, ".");
    client.write(&[("a/dotpipe.toml", ""), ("a/buildspec.yml", BUILDSPEC)]);
    client.expect("a/buildspec.yml", &[]);
    client.expect("a/dotpipe.toml", &[]);
}

#[test]
fn unsaved_texts_of_other_files_count() {
    let mut client = project(CLEAN);
    client.open_file("pipeline.pipe");
    assert_eq!(client.codes("pipeline.pipe"), Vec::<String>::new());
    client.open("buildspec.yml", &format!("{BUILDSPEC}\nartefacts: {{}}\n"));
    client.expect("buildspec.yml", &[&format!("{} W0213", BUILDSPEC.lines().count() + 2)]);
    client.open("dotpipe.toml", "[lints]\nW0213 = \"error\"\n");
    client.until("an error", |client| client.published["buildspec.yml"].1[0]["severity"] == 1);
    client.close("dotpipe.toml");
    client.until("a warning", |client| client.published["buildspec.yml"].1[0]["severity"] == 2);
    client.close("buildspec.yml");
    client.until("nothing", |client| client.published.get("buildspec.yml").is_some_and(|(_, list)| list.is_empty()));
}

#[test]
fn an_imported_file_is_shown_through_what_imports_it() {
    let lib = "component Step(app: Artifact) {\n  build codebuild Step from app { project = Builder }\n}\n\
               project Builder { image = \"aws/codebuild/standard:7.0\" }\n";
    let entry = "import { Step } from \"./lib.pipe\"\npipeline App {\n  stage Source {\n    source codecommit Fetch -> App { \
                 repository = \"app\", branch = \"main\" }\n  }\n  stage Build {\n    use Step(app = App)\n  }\n}\n";
    let files = [("pipeline.pipe", entry), ("lib.pipe", lib), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    let mut client = Client::new(&files);
    client.open("lib.pipe", lib);
    let before = client.codes("lib.pipe");
    assert_same(&client, ".");
    client.replace("lib.pipe", &lib.replace("component Step", "component Stop"));
    client.expect("pipeline.pipe", &["1 E0301", "7 E0301"]);
    client.replace("lib.pipe", lib);
    client.expect("pipeline.pipe", &[]);
    assert_eq!(client.codes("lib.pipe"), before);
}

#[test]
fn files_that_come_are_checked_unless_they_are_ignored() {
    let mut client = project(CLEAN);
    client.write(&[(".gitignore", "made\n")]);
    let faulty = CLEAN.replace("repository", "repositor");
    client.write(&[
        ("made/a.pipe", &faulty),
        (".hidden/a.pipe", &faulty),
        ("b/a.pipe", &faulty),
        ("notes.pipe", "let a = 1\n"),
    ]);
    client.expect("b/a.pipe", &["3 E0104"]);
    assert_same(&client, ".");
    client.write(&[("b/a.pipe", CLEAN)]);
    client.expect("b/a.pipe", &[]);
    // Settings with entries take precedence.
    client.write(&[("b/a.pipe", &faulty), ("dotpipe.toml", "entry = [\"pipeline.pipe\"]\n")]);
    client.expect("b/a.pipe", &[]);
    client.settle();
    assert_same(&client, ".");
}

#[test]
fn documents_without_a_path_are_compiled_alone() {
    let mut client = project(CLEAN);
    client.open("untitled:Untitled-1", "pipeline App {\n  stge Source {\n  }\n}\n");
    assert!(client.codes("untitled:Untitled-1").contains(&"2 E0002".to_owned()));
    client.close("untitled:Untitled-1");
    client.until("nothing", |client| {
        client.published.get("untitled:Untitled-1").is_some_and(|(_, list)| list.is_empty())
    });
}

#[test]
fn what_is_new_on_the_line_being_typed_waits_for_quiet() {
    let mut client = project(CLEAN);
    client.open_file("pipeline.pipe");
    assert_eq!(client.found("pipeline.pipe"), Vec::<Value>::new());
    let at = CLEAN.find("repository").expect("it is there");
    client.edit("pipeline.pipe", at..at, "x");
    assert_eq!(client.found("pipeline.pipe"), Vec::<Value>::new(), "held back");
    client.expect("pipeline.pipe", &["3 E0104"]);
    // Resulting diagnostics in other places are shown immediately.
    let at = client.text("pipeline.pipe").find("Builder {").expect("it is there");
    client.edit("pipeline.pipe", at..at, "X");
    let found: Vec<_> = client.found("pipeline.pipe").iter().map(|it| it["code"].clone()).collect();
    assert!(found.contains(&json!("E0301")), "{found:?}");
}

#[test]
fn a_burst_of_keys_is_answered_for_the_last() {
    let mut client = project(CLEAN);
    client.open_file("pipeline.pipe");
    client.codes("pipeline.pipe");
    let before = client.publications["pipeline.pipe"];
    for _ in 0..100 {
        client.edit("pipeline.pipe", 0..0, "/");
    }
    client.found("pipeline.pipe");
    let answered = client.publications["pipeline.pipe"] - before;
    assert!(answered <= 20, "{answered} publications");
}

#[test]
fn canceled_and_outdated_requests_are_answered_once() {
    let mut client = project(CLEAN);
    client.open_file("pipeline.pipe");
    let context = json!({ "diagnostics": [] });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") }, "range": range, "context": context });
    let mut codes = BTreeSet::new();
    for _ in 0..20 {
        let canceled = client.send("textDocument/codeAction", params.clone());
        client.tell("$/cancelRequest", json!({ "id": serde_json::to_value(&canceled).expect("a number") }));
        let outdated = client.send("textDocument/codeAction", params.clone());
        client.edit("pipeline.pipe", 0..0, "\n");
        codes.insert(client.wait(&canceled).err().map(|error| error.code));
        codes.insert(client.wait(&outdated).err().map(|error| error.code));
    }
    assert!(codes.iter().flatten().all(|code| [-32800, -32801].contains(code)), "{codes:?}");
    assert!(codes.contains(&Some(-32801)), "{codes:?}");
    let unknown = client.send("textDocument/moniker", json!({}));
    assert_eq!(client.wait(&unknown).err().map(|error| error.code), Some(-32601));
    let malformed = client.send("textDocument/codeAction", json!({ "textDocument": 1 }));
    assert_eq!(client.wait(&malformed).err().map(|error| error.code), Some(-32602));
}

#[test]
fn a_client_that_asks_is_not_sent_what_it_asks_for() {
    let mut capabilities = super::client::everything();
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let faulty = CLEAN.replace("repository", "repositor");
    let files = [("pipeline.pipe", faulty.as_str()), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    let mut client = Client::with(&files, &capabilities);
    client.expect("pipeline.pipe", &["3 E0104"]);
    client.open("pipeline.pipe", &faulty);
    client.expect("pipeline.pipe", &[]);
    let pull = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let found = client.ask("textDocument/diagnostic", pull.clone());
    assert_eq!(found["items"][0]["code"], "E0104");
    client.replace("pipeline.pipe", &CLEAN.replace("branch", "brnch"));
    assert_eq!(client.ask("textDocument/diagnostic", pull.clone())["items"], json!([]), "held back");
    client.until("a request to ask again", |client| {
        client.asked.iter().any(|request| request.method == "workspace/diagnostic/refresh")
    });
    assert_eq!(client.ask("textDocument/diagnostic", pull)["items"][0]["code"], "E0104");
    client.close("pipeline.pipe");
    client.expect("pipeline.pipe", &["3 E0104"]);
}

#[test]
fn all_files_can_be_asked_for_at_once() {
    let faulty = CLEAN.replace("repository", "repositor");
    let spec = format!("{BUILDSPEC}\nartefacts: {{}}\n");
    let files =
        [("pipeline.pipe", faulty.as_str()), ("other.pipe", CLEAN), ("buildspec.yml", &spec), ("dotpipe.toml", "")];
    let mut capabilities = super::client::everything();
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut client = Client::with(&files, &capabilities);
    assert_eq!(client.capabilities["diagnosticProvider"]["workspaceDiagnostics"], true);
    client.expect("pipeline.pipe", &["3 E0104"]);
    let ask = |client: &mut Client, known: &[(String, String)]| -> Vec<(String, String, Vec<String>)> {
        let known: Vec<_> = known.iter().map(|(uri, id)| json!({ "uri": uri, "value": id })).collect();
        let found = client.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
        let item = |it: &Value| {
            let text = |key: &str| it[key].as_str().expect("a text").to_owned();
            let codes = super::client::brief(it["items"].as_array().map_or(&[][..], Vec::as_slice));
            (text("uri"), text("resultId"), codes)
        };
        found["items"].as_array().expect("a list").iter().map(item).collect()
    };
    let first = ask(&mut client, &[]);
    let pipe = client.uri("pipeline.pipe");
    let found = first.iter().find(|(uri, _, _)| *uri == pipe).expect("it has findings");
    assert_eq!(found.2, ["3 E0104"]);
    assert!(first.iter().any(|(uri, _, codes)| uri.ends_with("buildspec.yml") && codes.len() == 1), "{first:?}");
    // Sent diagnostics are withdrawn, and unchanged ones are not sent again.
    client.expect("pipeline.pipe", &[]);
    client.expect("buildspec.yml", &[]);
    let known: Vec<_> = first.iter().map(|(uri, id, _)| (uri.clone(), id.clone())).collect();
    let second = ask(&mut client, &known);
    assert!(second.iter().all(|(_, _, codes)| codes.is_empty()), "{second:?}");
    client.write(&[("pipeline.pipe", CLEAN)]);
    client.until("a request to ask again", |client| {
        client.asked.iter().any(|request| request.method == "workspace/diagnostic/refresh")
    });
    let third = ask(&mut client, &known);
    let found = third.iter().find(|(uri, _, _)| *uri == pipe).expect("it had findings");
    assert!(found.2.is_empty() && known.iter().all(|(_, id)| *id != found.1), "{third:?}");
}

#[test]
fn files_are_looked_at_where_the_client_does_not_watch_them() {
    let files = [("pipeline.pipe", CLEAN), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    let mut client = Client::with(&files, &super::client::editor("neovim"));
    client.open_file("pipeline.pipe");
    client.found("pipeline.pipe");
    client.listen(Duration::from_millis(1500));
    let path = client.folder().join("buildspec.yml");
    fs::write(&path, format!("{BUILDSPEC}\nartefacts: {{}}\n")).expect("it is written");
    client.expect("buildspec.yml", &[&format!("{} W0213", BUILDSPEC.lines().count() + 2)]);
}

/// The number of projects that are compared at once, because `check` prints a limited number of diagnostics.
const AT_ONCE: usize = 60;

#[test]
fn every_example_and_case_has_the_findings_of_check() {
    let all: Vec<_> = cases::entries("examples").into_iter().chain(cases::entries("tests/ui")).collect();
    assert!(all.len() > 300, "{} cases", all.len());
    for some in cases::share(all).chunks(AT_ONCE) {
        let mut client = Client::new(&[]);
        // The folder is searched before the files exist.
        client.settle();
        for (number, entry) in some.iter().enumerate() {
            let folder = client.folder().join(format!("case-{number}"));
            let mut files = cases::beside(entry);
            files.insert("pipeline.pipe".to_owned(), fs::read_to_string(entry).expect("cases are text"));
            files.entry("dotpipe.toml".to_owned()).or_default();
            files.entry("buildspec.yml".to_owned()).or_insert_with(|| BUILDSPEC.to_owned());
            for (path, text) in &files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
                fs::write(path, text).expect("files are written");
            }
        }
        let folders = json!({ "event": { "added": [{ "uri": client.uri(""), "name": "test" }], "removed": [] } });
        client.tell("workspace/didChangeWorkspaceFolders", folders);
        // The response is sent once everything is compiled.
        client.settle();
        assert_same(&client, ".");
    }
}

/// Text that is inserted.
const SNIPPETS: [&str; 12] = ["{", "}", "\"", "${", "from ", "-> ", "\n", "::", "x", " = ", "//", "é🦀"];

#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static str),
    Remove(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), select(&SNIPPETS[..])).prop_map(|(at, text)| Change::Insert(at, text)),
        (any::<Index>(), 1_usize..9).prop_map(|(at, length)| Change::Remove(at, length)),
    ]
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases::share_of(20), ..ProptestConfig::default() })]

    /// After any edits, the diagnostics are those of a check of the saved text.
    #[test]
    fn findings_after_any_edits_are_those_of_check(changes in prop::collection::vec(change(), 1..12)) {
        let seed = include_str!("../../../examples/serverless-app/pipeline.pipe");
        let mut client = Client::new(&[
            ("pipeline.pipe", seed),
            ("buildspec.yml", include_str!("../../../examples/serverless-app/buildspec.yml")),
            ("template.yaml", include_str!("../../../examples/serverless-app/template.yaml")),
            ("dotpipe.toml", include_str!("../../../examples/serverless-app/dotpipe.toml")),
        ]);
        client.open("pipeline.pipe", seed);
        for change in &changes {
            let text = client.text("pipeline.pipe").to_owned();
            match change {
                Change::Insert(at, snippet) => {
                    let at = boundary(&text, at.index(text.len() + 1));
                    client.edit("pipeline.pipe", at..at, snippet);
                }
                Change::Remove(at, length) => {
                    let at = boundary(&text, at.index(text.len() + 1));
                    let end = boundary(&text, at + length).max(at);
                    client.edit("pipeline.pipe", at..end, "");
                }
            }
        }
        client.codes("pipeline.pipe");
        let text = client.text("pipeline.pipe").to_owned();
        fs::write(client.folder().join("pipeline.pipe"), text).expect("it is written");
        assert_same(&client, "pipeline.pipe");
    }
}
