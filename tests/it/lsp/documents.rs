//! Templates and definitions in an editor: they have the diagnostics of `check`, and none of the features for `.pipe`
//! files.

use serde_json::{Value, json};

use super::client::{Client, editor, everything, position};
use crate::program::BUILDSPEC;

const TEMPLATE: &str = include_str!("../../faults/0-seed/template.yaml");
const DEFINITION: &str = include_str!("../../faults/0-seed/pipeline.json");

/// Creates a client for a project without errors, with this template.
fn client(text: &str, capabilities: &Value) -> Client {
    let files = [("infra/pipeline.yaml", text), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    Client::with(&files, capabilities)
}

fn typo() -> String {
    TEMPLATE.replace("CodeCommit Repository State Change", "CodeCommit Repository Change")
}

/// Returns the line of a text, counted from 1.
fn line_of(text: &str, part: &str) -> usize {
    text[..text.find(part).expect("it is there")].matches('\n').count() + 1
}

#[test]
fn an_open_template_has_findings_until_it_is_closed() {
    let text = typo();
    let mut client = client(&text, &everything());
    client.open_file("infra/pipeline.yaml");
    let wanted = format!("{} W0617", line_of(&text, "CodeCommit Repository Change"));
    assert_eq!(client.codes("infra/pipeline.yaml"), [wanted.as_str()]);
    client.replace("infra/pipeline.yaml", TEMPLATE);
    client.expect("infra/pipeline.yaml", &[]);
    client.replace("infra/pipeline.yaml", &text);
    client.expect("infra/pipeline.yaml", &[&wanted]);
    client.close("infra/pipeline.yaml");
    client.expect("infra/pipeline.yaml", &[]);
}

#[test]
fn other_documents_have_no_findings() {
    let mut client = Client::new(&[("dotpipe.toml", "")]);
    for (name, text) in [
        ("queue.yaml", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"),
        ("ci.yml", "stages: [build]\nname: x\n"),
        ("broken.yaml", "a: [\n"),
        ("package.json", "{\"name\": \"x\"}"),
    ] {
        client.open(name, text);
    }
    client.settle();
    assert!(client.published.values().all(|(_, list)| list.is_empty()), "{:?}", client.published);
    let faulty = DEFINITION.replace("\"CodeCommit\"", "\"CodeComit\"");
    client.open("def.json", &faulty);
    client.until("findings", |client| client.published.get("def.json").is_some_and(|(_, list)| !list.is_empty()));
}

#[test]
fn a_template_that_becomes_one_and_is_one_no_more() {
    let mut client = Client::new(&[("dotpipe.toml", ""), ("buildspec.yml", BUILDSPEC)]);
    client.open("x.yaml", "a: 1\n");
    client.replace("x.yaml", &typo());
    client.expect("x.yaml", &[&format!("{} W0617", line_of(&typo(), "CodeCommit Repository Change"))]);
    client.replace("x.yaml", "a: 1\n");
    client.expect("x.yaml", &[]);
}

/// Returns the code actions for a part of the open template.
fn actions(client: &mut Client, part: &str) -> Vec<Value> {
    let path = "infra/pipeline.yaml";
    let text = client.text(path).to_owned();
    let at = text.find(part).expect("it is there");
    let range = json!({ "start": position(&text, at), "end": position(&text, at) });
    let params =
        json!({ "textDocument": { "uri": client.uri(path) }, "range": range, "context": { "diagnostics": [] } });
    client.ask("textDocument/codeAction", params).as_array().cloned().expect("a list")
}

#[test]
fn findings_offer_their_edit_and_a_comment() {
    let text = typo();
    let mut client = client(&text, &everything());
    client.open_file("infra/pipeline.yaml");
    client.codes("infra/pipeline.yaml");
    let found = actions(&mut client, "CodeCommit Repository Change");
    let titles: Vec<_> = found.iter().filter_map(|action| action["title"].as_str()).collect();
    assert_eq!(titles, ["did you mean `CodeCommit Repository State Change`?", "suppress W0617 here"]);
    let edits = client.edits_of(&found[0]["edit"], "infra/pipeline.yaml");
    assert!(client.edited("infra/pipeline.yaml", &edits) == TEMPLATE);
    let edits = client.edits_of(&found[1]["edit"], "infra/pipeline.yaml");
    let suppressed = client.edited("infra/pipeline.yaml", &edits);
    let comment = "        # dotpipe: allow(W0617) reason\n        - CodeCommit Repository Change\n";
    assert!(suppressed.contains(comment));
    client.replace("infra/pipeline.yaml", &suppressed);
    client.expect("infra/pipeline.yaml", &[]);
    let at = suppressed.find("W0617").expect("it is there");
    let params = client.at("infra/pipeline.yaml", at);
    let hover = client.ask("textDocument/hover", params);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("W0617")), "{hover}");
}

#[test]
fn nothing_of_the_language_is_offered() {
    let mut client = client(TEMPLATE, &everything());
    client.open_file("infra/pipeline.yaml");
    client.codes("infra/pipeline.yaml");
    let document = json!({ "uri": client.uri("infra/pipeline.yaml") });
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    for part in ["Provider: CodeCommit", "MyAppBuild", "Stages", "Ref: BuildProject"] {
        let at = TEMPLATE.find(part).expect("it is there") + 1;
        let mut params = client.at("infra/pipeline.yaml", at);
        params["context"] = json!({ "includeDeclaration": true });
        params["positions"] = json!([params["position"]]);
        params["options"] = options.clone();
        params["ch"] = json!("\n");
        params["range"] = json!({ "start": params["position"], "end": { "line": 9999, "character": 0 } });
        for method in [
            "completion",
            "signatureHelp",
            "documentSymbol",
            "foldingRange",
            "selectionRange",
            "formatting",
            "rangeFormatting",
            "onTypeFormatting",
            "codeLens",
            "definition",
            "documentHighlight",
            "hover",
            "inlayHint",
            "prepareCallHierarchy",
            "references",
            "semanticTokens/full",
            "semanticTokens/range",
        ] {
            let answer = client.ask(&format!("textDocument/{method}"), params.clone());
            let list = answer.get("data").unwrap_or(&answer);
            assert!(list.is_null() || list.as_array().is_some_and(Vec::is_empty), "{method} at {part}: {answer}");
        }
        for method in ["prepareRename", "rename"] {
            params["newName"] = json!("Other");
            let id = client.send(&format!("textDocument/{method}"), params.clone());
            assert!(client.wait(&id).map_or(true, |answer| answer.is_null()), "{method} at {part}");
        }
    }
    let links = client.ask("textDocument/documentLink", json!({ "textDocument": document }));
    let linked: Vec<_> = links.as_array().into_iter().flatten().map(|link| &link["range"]).collect();
    assert!(linked.iter().any(|range| client.slice("infra/pipeline.yaml", range) == "buildspec.yml"), "{links}");
    let symbols = client.ask("workspace/symbol", json!({ "query": "" }));
    assert_eq!(symbols, json!([]));
    for command in ["dotpipe.build", "dotpipe.expand", "dotpipe.explainRole"] {
        let params = json!({ "command": command, "arguments": [document] });
        let id = client.send("workspace/executeCommand", params);
        let error = client.wait(&id).expect_err("nothing is generated from it");
        assert!(error.message.contains("not a .pipe file"), "{command}: {error:?}");
    }
    let graph = json!({ "command": "dotpipe.graph", "arguments": [document] });
    assert!(client.ask("workspace/executeCommand", graph).as_str().is_some_and(|text| text.starts_with("<svg")));
}

#[test]
fn findings_of_a_template_come_once_to_a_client_that_asks() {
    let text = typo();
    let mut client = client(&text, &editor("vscode"));
    client.open_file("infra/pipeline.yaml");
    // Until the editor sends a request, the server does not know that it will.
    client.until("findings", |client| {
        client.published.get("infra/pipeline.yaml").is_some_and(|(_, list)| list.len() == 1)
    });
    let params = json!({ "textDocument": { "uri": client.uri("infra/pipeline.yaml") } });
    let report = client.ask("textDocument/diagnostic", params.clone());
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1));
    client.until("none", |client| client.published["infra/pipeline.yaml"].1.is_empty());
    client.replace("infra/pipeline.yaml", &format!("# more\n{text}"));
    let report = client.ask("textDocument/diagnostic", params.clone());
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1));
    assert!(client.published["infra/pipeline.yaml"].1.is_empty(), "{:?}", client.published);
}

/// The pattern of files that can be templates.
const OF_TEMPLATES: &str = "**/*.{yaml,yml,json,template}";

/// Returns the server's registrations for templates.
fn registered(name: &str) -> Vec<String> {
    let mut client = client(TEMPLATE, &editor(name));
    client.open_file("infra/pipeline.yaml");
    client.until("findings", |client| client.published.contains_key("infra/pipeline.yaml"));
    let registrations = client.asked.iter().filter(|request| request.method == "client/registerCapability");
    let all: Vec<Value> = registrations
        .flat_map(|request| request.params["registrations"].as_array().cloned().expect("a list"))
        .collect();
    let of_templates = all.iter().filter(|it| {
        let pattern = it["registerOptions"]["documentSelector"][0]["pattern"].as_str();
        pattern == Some(OF_TEMPLATES)
    });
    of_templates.map(|it| it["method"].as_str().expect("a method").to_owned()).collect()
}

#[test]
fn editors_are_asked_for_templates_and_keep_their_formatters() {
    let wanted = ["didOpen", "didChange", "didClose", "codeAction", "definition", "hover", "references"];
    assert_eq!(registered("vscode"), wanted.map(|method| format!("textDocument/{method}")));
    assert_eq!(registered("neovim"), Vec::<String>::new(), "it cannot be asked");
}

#[test]
fn a_template_of_others_compiles_nothing_again() {
    let pipeline = "pipeline App {\n  stage Source {\n    source codecommit F -> A { repository = \"a\", branch = \"b\" }\n  }\n}\n";
    let files = [("app.pipe", pipeline), ("queue.yaml", "Resources: {}\n"), ("dotpipe.toml", "")];
    let mut client = Client::with(&files, &everything());
    client.open_file("app.pipe");
    client.codes("app.pipe");
    let before = client.publications["app.pipe"];
    client.open_file("queue.yaml");
    client.settle();
    assert_eq!(client.publications["app.pipe"], before);
}
