//! Quick fixes.

use serde_json::{Value, json};

use super::client::{Client, position};
use crate::program::{BUILDSPEC, CLEAN};

fn client(text: &str) -> Client {
    let mut client = Client::new(&[("pipeline.pipe", text), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")]);
    client.open("pipeline.pipe", text);
    client.found("pipeline.pipe");
    client
}

fn actions(client: &mut Client, part: &str, only: Option<&str>) -> Vec<Value> {
    let text = client.text("pipeline.pipe").to_owned();
    let at = text.find(part).expect("it is there");
    let range = json!({ "start": position(&text, at), "end": position(&text, at) });
    let mut context = json!({ "diagnostics": [] });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let uri = client.uri("pipeline.pipe");
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    client.ask("textDocument/codeAction", params).as_array().cloned().expect("a list")
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["title"].as_str()).collect()
}

#[test]
fn a_finding_offers_its_edit_for_itself_and_all_of_its_code() {
    let text = CLEAN.replace("repository =", "repositor =").replace("branch =", "brnch =");
    let mut client = client(&text);
    let found = actions(&mut client, "repositor", None);
    assert_eq!(titles(&found), ["did you mean `repository`?", "fix all E0104 in this file"]);
    let edits = client.edits_of(&found[1]["edit"], "pipeline.pipe");
    assert_eq!(client.edited("pipeline.pipe", &edits), CLEAN);
    assert_eq!(found[1]["diagnostics"].as_array().map(Vec::len), Some(2));
    assert!(actions(&mut client, "project Builder", None).is_empty());
}

#[test]
fn everything_is_fixed_on_request() {
    let text = CLEAN.replace("repository =", "repositor =").replace("branch = \"main\"", "branch: \"main\"");
    let mut client = client(&text);
    let found = actions(&mut client, "pipeline", Some("source.fixAll"));
    let edits = client.edits_of(&found[0]["edit"], "pipeline.pipe");
    assert_eq!(client.edited("pipeline.pipe", &edits), CLEAN);
    assert_eq!(found[0]["kind"], "source.fixAll");
    assert_eq!(actions(&mut client, "pipeline", Some("source")).len(), 1);
    assert!(actions(&mut client, "repositor", Some("refactor")).is_empty());
}

#[test]
fn a_warning_can_be_suppressed_where_it_is() {
    let text = format!("{CLEAN}\n  topic Unused\n");
    let mut client = client(&text);
    let found = actions(&mut client, "Unused", None);
    let silence = found.iter().find(|action| action["title"] == "suppress W0304 here").expect("it is offered");
    let edits = client.edits_of(&silence["edit"], "pipeline.pipe");
    let after = client.edited("pipeline.pipe", &edits);
    assert!(after.contains("\n  // dotpipe: allow(W0304) reason\n  topic Unused\n"), "{after}");
    client.replace("pipeline.pipe", &after);
    assert_eq!(client.codes("pipeline.pipe"), Vec::<String>::new());
}
