//! Symbols, folding, and selections.

use std::fmt::Write;

use serde_json::{Value, json};

use super::client::{Client, editor, position};
use crate::program::{BUILDSPEC, CLEAN};

fn client(text: &str, capabilities: &Value) -> Client {
    let mut client = Client::with(&[("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")], capabilities);
    client.open("pipeline.pipe", text);
    client
}

fn tree(symbols: &Value, depth: usize, out: &mut String) {
    for symbol in symbols.as_array().expect("a list") {
        let detail = symbol["detail"].as_str().map(|detail| format!(" ({detail})")).unwrap_or_default();
        let name = symbol["name"].as_str().expect("a name");
        let _ = writeln!(out, "{}{name}{detail}", "  ".repeat(depth));
        tree(&symbol["children"], depth + 1, out);
    }
}

#[test]
fn symbols_are_the_statements_with_names() {
    let mut client = client(CLEAN, &super::client::everything());
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let symbols = client.ask("textDocument/documentSymbol", params);
    let mut out = String::new();
    tree(&symbols, 0, &mut out);
    insta::assert_snapshot!(out, @"
    App (pipeline)
      Source (stage)
        Fetch (source codecommit)
      Build (stage)
        Package (build codebuild)
    Builder (project)
    ");
    assert_eq!(client.slice("pipeline.pipe", &symbols[1]["selectionRange"]), "Builder");
}

#[test]
fn an_editor_without_nested_symbols_gets_a_list() {
    let mut client = client(CLEAN, &editor("helix"));
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let symbols = client.ask("textDocument/documentSymbol", params);
    let names: Vec<_> =
        symbols.as_array().expect("a list").iter().map(|it| (&it["name"], &it["containerName"])).collect();
    assert_eq!(names[2], (&json!("Fetch"), &json!("Source")));
    assert_eq!(names.len(), 6);
}

#[test]
fn names_of_the_workspace_are_found_by_their_letters() {
    let lib = "component Step() {\n  approve Wait\n}\n";
    let entry = format!("import {{ Step }} from \"./lib.pipe\"\n{CLEAN}");
    let files =
        [("pipeline.pipe", entry.as_str()), ("lib.pipe", lib), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    let mut client = Client::new(&files);
    let names = |client: &mut Client, query: &str| {
        let found = client.ask("workspace/symbol", json!({ "query": query }));
        let found = found.as_array().expect("a list").iter();
        found.map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut client, "stp"), ["Step"]);
    assert_eq!(names(&mut client, "bldr"), ["Builder"]);
    assert!(names(&mut client, "").len() > 5);
}

#[test]
fn blocks_comments_and_imports_fold() {
    let text = "import { A } from \"./a.pipe\"\nimport { B } from \"./b.pipe\"\n\n// one\n// two\npipeline App {\n  stage S {\n    \
                approve X {\n      message = '''\n        a\n        b\n        '''\n    }\n  }\n}\n";
    let mut client = client(text, &super::client::everything());
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let folds = client.ask("textDocument/foldingRange", params);
    let folds: Vec<String> = folds
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| format!("{}-{} {}", it["startLine"], it["endLine"], it["kind"].as_str().unwrap_or("code")))
        .collect();
    assert_eq!(folds, ["0-1 imports", "3-4 comment", "5-13 code", "6-12 code", "7-11 code", "8-10 code"]);
}

#[test]
fn selections_grow_from_the_word_to_the_file() {
    let mut client = client(CLEAN, &super::client::everything());
    let at = CLEAN.find("main").expect("it is there") + 1;
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") }, "positions": [position(CLEAN, at)] });
    let selections = client.ask("textDocument/selectionRange", params);
    let mut parts = Vec::new();
    let mut next = &selections[0];
    while !next.is_null() {
        parts.push(client.slice("pipeline.pipe", &next["range"]).to_owned());
        next = &next["parent"];
    }
    assert_eq!(parts[..3], ["main", "\"main\"", "branch = \"main\""]);
    assert!(parts.windows(2).all(|pair| pair[1].contains(&pair[0]) && pair[0].len() < pair[1].len()), "{parts:#?}");
    assert_eq!(parts.last().map(String::as_str), Some(CLEAN));
}
