//! Values that are known at deployment: conditions, choices, and maps in which values are looked up.

use serde_json::{Value, json};

use super::client::{CURSOR, Client};
use crate::program::BUILDSPEC;

const PIPELINE: &str = "param Stage: \"dev\" | \"prod\" = \"dev\"\n\
    let IsProd = Stage == \"prod\"\n\
    let Levels = { dev = { size = \"small\", max = \"1\" }, prod = { size = \"large\", max = \"9\" } }\n\
    pipeline App {\n  stage Source {\n    source codecommit Fetch -> Code {\n      repository = \"a\"\n      \
    branch = IsProd ? \"main\" : \"develop\"\n    }\n  }\n  stage Build {\n    \
    build codebuild Pack from Code { project = Builder, env = { SIZE = Levels[Stage].size } }\n    \
    if IsProd {\n      approve Ship { notify = Ops }\n    }\n  }\n}\n\
    project Builder { image = \"aws/codebuild/standard:7.0\" }\n\
    if IsProd {\n  topic Ops\n}\n";

fn client() -> Client {
    let mut client = Client::new(&[("pipeline.pipe", PIPELINE), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")]);
    client.open("pipeline.pipe", PIPELINE);
    assert_eq!(client.codes("pipeline.pipe"), Vec::<String>::new());
    client
}

/// Returns the answer about the position of the cursor in a part of the pipeline.
fn ask(client: &mut Client, method: &str, part: &str, more: &Value) -> Value {
    let cursor = part.find(CURSOR).expect("a cursor");
    let start = PIPELINE.find(&part.replace(CURSOR, "")).unwrap_or_else(|| panic!("no {part:?}"));
    let mut params = client.at("pipeline.pipe", start + cursor);
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    client.ask(method, params)
}

/// Returns the lines that places are in.
fn lines(places: &Value, key: &str) -> Vec<u64> {
    let line = |place: &Value| place[key]["start"]["line"].as_u64().expect("a line");
    let mut lines: Vec<u64> = places.as_array().into_iter().flatten().map(line).collect();
    lines.sort_unstable();
    lines
}

/// Returns the number of the line that contains a text.
fn line(text: &str) -> u64 {
    let at = PIPELINE.find(text).expect("the text");
    u64::try_from(PIPELINE[..at].matches('\n').count()).expect("it fits")
}

#[test]
fn conditions_and_maps_have_definitions_and_references() {
    let mut client = client();
    let definition = ask(&mut client, "textDocument/definition", "branch = Is<|>Prod", &json!({}));
    assert_eq!(lines(&definition, "targetRange"), [line("let IsProd")]);
    let definition = ask(&mut client, "textDocument/definition", "Levels[Sta<|>ge]", &json!({}));
    assert_eq!(lines(&definition, "targetRange"), [line("param Stage")]);
    let definition = ask(&mut client, "textDocument/definition", "SIZE = Lev<|>els", &json!({}));
    assert_eq!(lines(&definition, "targetRange"), [line("let Levels")]);
    // A name in an `if` leads to a declaration in another one.
    let definition = ask(&mut client, "textDocument/definition", "notify = O<|>ps", &json!({}));
    assert_eq!(lines(&definition, "targetRange"), [line("topic Ops")]);
    let all = json!({ "context": { "includeDeclaration": true } });
    let references = ask(&mut client, "textDocument/references", "let Is<|>Prod", &all);
    let wanted = [line("let IsProd"), line("branch ="), line("    if IsProd"), line("if IsProd {\n  topic")];
    assert_eq!(lines(&references, "range"), wanted);
}

#[test]
fn hover_shows_conditions_and_maps() {
    let mut client = client();
    let mut hover = |part: &str| {
        let found = ask(&mut client, "textDocument/hover", part, &json!({}));
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let condition = hover("branch = Is<|>Prod");
    assert!(condition.contains("Stage == \"prod\""), "{condition}");
    let map = hover("SIZE = Lev<|>els");
    assert!(map.contains("Levels"), "{map}");
    let topic = hover("topic O<|>ps");
    assert!(topic.contains("Ops"), "{topic}");
}

#[test]
fn renaming_reaches_conditions_brackets_and_branches() {
    let mut client = client();
    let mut renamed = |part: &str, new: &str| {
        let edit = ask(&mut client, "textDocument/rename", part, &json!({ "newName": new }));
        let edits = client.edits_of(&edit, "pipeline.pipe").into_iter().filter(|edit| edit["annotationId"] != "keep");
        client.edited("pipeline.pipe", &edits.collect::<Vec<_>>())
    };
    assert_eq!(renamed("let Is<|>Prod", "IsLive"), PIPELINE.replace("IsProd", "IsLive"));
    assert_eq!(renamed("SIZE = Lev<|>els", "Sizes"), PIPELINE.replace("Levels", "Sizes"));
    assert_eq!(renamed("[Sta<|>ge]", "Level"), PIPELINE.replace("Stage", "Level"));
}

#[test]
fn brackets_offer_the_keys_of_the_map_and_values() {
    let mut client = client();
    let mut offered = |typed: &str| -> Vec<String> {
        let text = PIPELINE.replace("Levels[Stage].size", typed);
        let at = text.find(CURSOR).expect("a cursor");
        client.replace("pipeline.pipe", &text.replace(CURSOR, ""));
        let params = client.at("pipeline.pipe", at);
        let items = client.ask("textDocument/completion", params)["items"].as_array().cloned().expect("a list");
        items.iter().filter_map(|item| item["label"].as_str().map(str::to_owned)).collect()
    };
    let values = offered("Levels[<|>].size");
    assert!(["\"dev\"", "\"prod\"", "Stage"].iter().all(|it| values.iter().any(|label| label == it)), "{values:?}");
    let keys = offered("Levels[\"<|>\"].size");
    assert!(["dev", "prod"].iter().all(|it| keys.iter().any(|label| label == it)), "{keys:?}");
    let fields = offered("Levels[Stage].<|>");
    assert!(["size", "max"].iter().all(|it| fields.iter().any(|label| label == it)), "{fields:?}");
    let second = offered("Levels[Stage][<|>]");
    assert!(second.iter().any(|label| label == "\"size\""), "{second:?}");
}
