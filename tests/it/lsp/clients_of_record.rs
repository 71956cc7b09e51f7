//! Capabilities recorded from real editors: each editor receives diagnostics and quick fixes, and nothing that it does
//! not support.

use serde_json::{Value, json};

use super::client::{Client, EDITORS, editor};
use crate::program::{BUILDSPEC, CLEAN};

fn with(name: &str, text: &str) -> Client {
    Client::with(&[("pipeline.pipe", text), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")], &editor(name))
}

/// Returns the diagnostics as the editor receives them: by a request, or by notifications.
fn findings(client: &mut Client, path: &str) -> Vec<Value> {
    if client.capabilities.get("diagnosticProvider").is_some() {
        let params = json!({ "textDocument": { "uri": client.uri(path) } });
        return client.ask("textDocument/diagnostic", params)["items"].as_array().cloned().expect("a list");
    }
    client.found(path)
}

#[test]
fn every_editor_gets_findings_and_fixes() {
    let faulty = CLEAN.replace("repository =", "repositor =");
    for (name, _) in EDITORS {
        let mut client = with(name, &faulty);
        client.open("pipeline.pipe", &faulty);
        let found = findings(&mut client, "pipeline.pipe");
        assert_eq!(found.len(), 1, "{name}: {found:#?}");
        let message = found[0]["message"].as_str().expect("a text");
        assert!(message.contains("help: did you mean `repository`?"), "{name}: {message}");
        let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") }, "range": found[0]["range"],
            "context": { "diagnostics": found } });
        let actions = client.ask("textDocument/codeAction", params);
        let first = &actions[0];
        assert_eq!(
            (&first["title"], &first["isPreferred"]),
            (&json!("did you mean `repository`?"), &json!(true)),
            "{name}"
        );
        let edits = client.edits_of(&first["edit"], "pipeline.pipe");
        // The text is ASCII, so that columns are the same in all encodings.
        assert_eq!(client.edited("pipeline.pipe", &edits), CLEAN, "{name}");
    }
}

#[test]
fn nothing_is_sent_that_an_editor_did_not_offer() {
    let offered =
        |capabilities: &Value, path: &str| !matches!(capabilities.pointer(path), None | Some(Value::Bool(false)));
    let text =
        CLEAN.replace("project = Builder", "project = Builder\n      env = { A = \"${Fetch.CommitId}\" }\n      x = 1");
    let text = format!("{text}project Builder {{ image = \"aws/codebuild/standard:7.0\" }}\n");
    for (name, _) in EDITORS {
        let capabilities = editor(name);
        let offers = |path: &str| offered(&capabilities, path);
        let mut client = with(name, &text);
        client.open("pipeline.pipe", &text);
        let found = findings(&mut client, "pipeline.pipe");
        assert!(found.len() > 1, "{name}: {found:#?}");
        let has = |key: &str| found.iter().any(|it| it.get(key).is_some());
        let path = "/textDocument/publishDiagnostics/relatedInformation";
        assert_eq!(has("relatedInformation"), offers(path), "{name}");
        assert_eq!(has("codeDescription"), offers("/textDocument/publishDiagnostics/codeDescriptionSupport"), "{name}");
        let is_shown = found.iter().any(|it| it["message"].as_str().is_some_and(|it| it.contains("pipeline.pipe:")));
        assert_eq!(is_shown, !offers(path), "{name}: other places are in the message instead");
        let asked: Vec<&str> = client.asked.iter().map(|request| request.method.as_str()).collect();
        let watches = offers("/workspace/didChangeWatchedFiles/dynamicRegistration");
        let syncs = offers("/textDocument/synchronization/dynamicRegistration");
        assert_eq!(asked.contains(&"client/registerCapability"), watches || syncs, "{name}: {asked:?}");
        let encoding = client.capabilities["positionEncoding"].as_str().unwrap_or("utf-16").to_owned();
        let encodings = capabilities.pointer("/general/positionEncodings").and_then(Value::as_array).cloned();
        let knows_utf8 = encodings.is_some_and(|known| known.contains(&json!("utf-8")));
        assert_eq!(encoding, if knows_utf8 { "utf-8" } else { "utf-16" }, "{name}");
    }
}

/// For an editor that supports no other encoding, columns are UTF-16 code units in both directions.
#[test]
fn positions_behind_wide_characters_are_right() {
    let text = CLEAN.replace("{ repository = ", "{ /* 🦀é */ repositor = ");
    for (name, crab) in [("emacs", 2), ("neovim", 4)] {
        let mut client = with(name, &text);
        client.open("pipeline.pipe", &text);
        let found = findings(&mut client, "pipeline.pipe");
        let e = if name == "emacs" { 1 } else { 2 };
        let start = text.lines().nth(2).and_then(|line| line.find("/* ")).expect("it is there") + "/* ".len();
        let column = start + crab + e + " */ ".len();
        assert_eq!(found[0]["range"]["start"], json!({ "line": 2, "character": column }), "{name}");
        // The missing `y` is typed in these columns.
        let at = json!({ "line": 2, "character": column + "repositor".len() });
        let document = json!({ "uri": client.uri("pipeline.pipe"), "version": 2 });
        let change = json!({ "range": { "start": at, "end": at }, "text": "y" });
        client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        client.until("nothing", |client| client.published["pipeline.pipe"] == (Some(2), Vec::new()));
    }
}
