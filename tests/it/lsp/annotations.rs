//! Semantic tokens, inlay hints, code lenses, call hierarchy, and commands.

use serde_json::{Value, json};

use super::client::{Client, everything};
use crate::program::{BUILDSPEC, CLEAN};

fn client(text: &str) -> Client {
    let mut client = Client::new(&[("pipeline.pipe", text), ("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")]);
    client.open("pipeline.pipe", text);
    client.found("pipeline.pipe");
    client
}

fn document(client: &Client) -> Value {
    json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } })
}

fn everywhere(client: &Client) -> Value {
    let mut params = document(client);
    params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } });
    params
}

#[test]
fn tokens_say_what_words_mean_and_when_values_are_known() {
    let text = format!("option size: string = \"small\"\nparam Mail: string\n{}", CLEAN.replace("\"main\"", "size"));
    let mut client = client(&text);
    let params = document(&client);
    let legend = client.capabilities["semanticTokensProvider"]["legend"].clone();
    let found = client.ask("textDocument/semanticTokens/full", params);
    let data: Vec<usize> = found["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| usize::try_from(it.as_u64().expect("a number")).expect("it fits"))
        .collect();
    let (mut line, mut column) = (0, 0);
    let mut tokens = Vec::new();
    for token in data.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let word = &text.lines().nth(line).expect("it is there")[column..column + token[2]];
        let kind = legend["tokenTypes"][token[3]].as_str().expect("a type");
        let modifiers = legend["tokenModifiers"].as_array().expect("a list").iter().enumerate();
        let modifiers =
            modifiers.filter(|(bit, _)| token[4] & (1 << bit) != 0).map(|(_, it)| it.as_str().expect("a word"));
        tokens.push(format!("{word} {kind} {}", modifiers.collect::<Vec<_>>().join(" ")).trim_end().to_owned());
    }
    for wanted in [
        "size variable declaration compile",
        "Mail variable declaration deploy",
        "App namespace declaration",
        "codecommit class",
        "Fetch function declaration",
        "repository property",
        "size variable compile",
        "Builder variable",
    ] {
        assert!(tokens.contains(&wanted.to_owned()), "{wanted}: {tokens:#?}");
    }
    let part = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 9 } } });
    let few = client.ask("textDocument/semanticTokens/range", part);
    assert!(few["data"].as_array().map_or(0, Vec::len) < found["data"].as_array().map_or(0, Vec::len));
}

const TWO: &str = "pipeline App {\n  stage Source {\n    source codecommit Fetch -> Code { repository = \"app\", branch = \"main\" }\n  }\n  \
                   stage Build {\n    build codebuild One from Code { project = Builder }\n    build codebuild Two from Code { project = \
                   Builder }\n    use Step(code = Code, count = 2)\n  }\n}\ncomponent Step(code: Artifact, count: number) {\n  approve Wait\n}\n\
                   project Builder { image = \"aws/codebuild/standard:7.0\" }\n";

fn hints(client: &mut Client) -> Vec<String> {
    let params = everywhere(client);
    let found = client.ask("textDocument/inlayHint", params);
    let hint = |it: &Value| {
        format!("{}:{} {}", it["position"]["line"], it["position"]["character"], it["label"].as_str().expect("a text"))
    };
    found.as_array().expect("a list").iter().map(hint).collect()
}

#[test]
fn hints_show_run_orders() {
    let mut client = client(TWO);
    assert_eq!(hints(&mut client), ["5:33 run order 1", "6:33 run order 2", "11:14 run order 3"]);
}

#[test]
fn hints_show_names_and_arguments() {
    let text = TWO.replace(
        "    use Step(code = Code, count = 2)\n",
        "    for env in [\"dev\", \"prod\"] {\n      approve Look { message = replace(env, \"d\", \"D\") }\n    }\n    deploy stack app from \
         Code::template.yaml\n    use Step(code = Code, count = 2) as two\n",
    );
    let mut client = client(&text);
    let shown: Vec<String> = hints(&mut client).into_iter().filter(|it| !it.contains("run order")).collect();
    assert_eq!(
        shown,
        [
            "8:18 = Look-dev, Look-prod",
            "8:39 text:",
            "8:44 from:",
            "8:49 to:",
            "10:20 = app.GenerateChangeSet, app.ExecuteChangeSet",
            "15:14 = Wait-two",
        ]
    );
}

#[test]
fn changed_tokens_are_sent_alone() {
    let mut client = client(TWO);
    let params = document(&client);
    let first = client.ask("textDocument/semanticTokens/full", params);
    let at = TWO.find("pipeline App").expect("it is there");
    client.edit("pipeline.pipe", at..at, "option Size: string = \"s\"\n");
    let mut params = document(&client);
    params["previousResultId"] = first["resultId"].clone();
    let changed = client.ask("textDocument/semanticTokens/full/delta", params.clone());
    let whole = document(&client);
    let whole = client.ask("textDocument/semanticTokens/full", whole);
    let mut data = first["data"].as_array().expect("a list").clone();
    for edit in changed["edits"].as_array().expect("a list").iter().rev() {
        let number = |key: &str| usize::try_from(edit[key].as_u64().expect("a number")).expect("it fits");
        let new = edit["data"].as_array().cloned().unwrap_or_default();
        data.splice(number("start")..number("start") + number("deleteCount"), new);
    }
    assert_eq!(json!(data), whole["data"]);
    assert!(changed["edits"][0]["data"].as_array().expect("a list").len() < 30, "{changed}");
    // An older list is no longer stored.
    assert_eq!(client.ask("textDocument/semanticTokens/full/delta", params)["data"], whole["data"]);
}

#[test]
fn lenses_lead_to_roles_graph_and_template() {
    let mut client = client(TWO);
    let params = document(&client);
    let found = client.ask("textDocument/codeLens", params);
    let lens = |it: &Value| {
        let at = client.slice("pipeline.pipe", &it["range"]);
        format!(
            "{at}: {} {}",
            it["command"]["title"].as_str().expect("a title"),
            it["command"]["command"].as_str().expect("a name")
        )
    };
    let lenses: Vec<String> = found.as_array().expect("a list").iter().map(lens).collect();
    assert!(lenses.contains(&"App: graph dotpipe.graph".to_owned()), "{lenses:#?}");
    assert!(lenses.contains(&"App: template dotpipe.build".to_owned()), "{lenses:#?}");
    assert!(lenses.contains(&"Step: used once ".to_owned()), "{lenses:#?}");
    let of_role = |name: &str| {
        lenses.iter().any(|it| it.starts_with(&format!("{name}: role: ")) && it.ends_with("dotpipe.explainRole"))
    };
    assert!(of_role("App") && of_role("Builder"), "{lenses:#?}");
    // The command of each lens can be executed with its arguments.
    for lens in found.as_array().expect("a list").clone() {
        if lens["command"]["command"] != "" {
            let params = json!({ "command": lens["command"]["command"], "arguments": lens["command"]["arguments"] });
            let text = client.ask("workspace/executeCommand", params);
            assert!(text.as_str().is_some_and(|text| text.len() > 20), "{lens}: {text}");
        }
    }
}

#[test]
fn calls_lead_from_components_to_what_uses_them_and_back() {
    let mut client = client(TWO);
    let at = TWO.find("Step(code = ").expect("it is there");
    let params = client.at("pipeline.pipe", at);
    let prepared = client.ask("textDocument/prepareCallHierarchy", params);
    assert_eq!((&prepared[0]["name"], &prepared[0]["detail"]), (&json!("Step"), &json!("component")));
    let incoming = client.ask("callHierarchy/incomingCalls", json!({ "item": prepared[0] }));
    assert_eq!(incoming[0]["from"]["name"], "App");
    assert_eq!(client.slice("pipeline.pipe", &incoming[0]["fromRanges"][0]), "Step");
    let outgoing = client.ask("callHierarchy/outgoingCalls", json!({ "item": incoming[0]["from"] }));
    assert_eq!(outgoing[0]["to"]["name"], "Step");
    assert_eq!(outgoing.as_array().map(Vec::len), Some(1));
}

#[test]
fn commands_print_what_the_program_prints() {
    let mut client = client(TWO);
    let uri = client.uri("pipeline.pipe");
    let mut run = |command: &str, more: Value| {
        let mut argument = json!({ "uri": uri });
        argument.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let id = client.send("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }));
        client.wait(&id).map_err(|error| error.message)
    };
    let text = |result: Result<Value, String>| result.expect("it works").as_str().expect("a text").to_owned();
    assert!(text(run("dotpipe.build", json!({}))).contains("AWS::CodePipeline::Pipeline"));
    assert!(text(run("dotpipe.build", json!({ "notation": "json" }))).starts_with('{'));
    assert!(text(run("dotpipe.expand", json!({}))).contains("approve Wait"));
    assert!(text(run("dotpipe.graph", json!({}))).starts_with("<svg"));
    assert!(text(run("dotpipe.graph", json!({ "drawing": "mermaid" }))).contains("flowchart"));
    let roles = run("dotpipe.explainRole", json!({})).expect("it works");
    assert!(roles.as_array().expect("a list").contains(&json!("Builder.role")), "{roles}");
    assert!(text(run("dotpipe.explainRole", json!({ "role": "Builder.role" }))).contains("trusts codebuild"));
    assert!(
        text(run("dotpipe.why", json!({ "message": "Stage name 'Build' is used more than once" })))
            .contains("Meaning:")
    );
    assert!(run("dotpipe.explainRole", json!({ "role": "None" })).is_err());
    assert!(run("dotpipe.none", json!({})).is_err());
}

#[test]
fn nodes_of_a_graph_lead_to_their_statements() {
    let mut client = client(TWO);
    let uri = client.uri("pipeline.pipe");
    let argument = json!({ "uri": uri, "places": true });
    let graph = client.ask("workspace/executeCommand", json!({ "command": "dotpipe.graph", "arguments": [argument] }));
    let drawing = graph["drawing"].as_str().expect("a text").to_owned();
    let places = graph["places"].as_array().expect("a list").clone();
    let shown: Vec<String> = places
        .iter()
        .map(|place| {
            let id = place["id"].as_str().expect("a text");
            assert!(drawing.contains(&format!("id=\"{id}\"")), "{id} is not drawn");
            let statement = client.slice("pipeline.pipe", &place["range"]);
            format!("{id}: {}", statement.lines().next().unwrap_or_default())
        })
        .collect();
    assert_eq!(drawing.matches("class=\"stage\"").count() + drawing.matches("class=\"action ").count(), shown.len());
    assert_eq!(
        shown,
        [
            "p0s0: stage Source {",
            "p0a0: source codecommit Fetch -> Code { repository = \"app\", branch = \"main\" }",
            "p0s1: stage Build {",
            "p0a1: build codebuild One from Code { project = Builder }",
            "p0a2: build codebuild Two from Code { project = Builder }",
            "p0a3: approve Wait",
        ]
    );
}

#[test]
fn kinds_of_hints_can_be_switched_off() {
    // `initializationOptions` are not part of the capabilities, so this test sends its own `initialize`.
    let (connection, other) = dotpipe::lsp::Connection::memory();
    let server = std::thread::spawn(move || dotpipe::lsp::serve(other));
    let send = |id: i32, method: &str, params: Value| {
        let request = lsp_server::Request { id: id.into(), method: method.to_owned(), params };
        connection.sender.send(request.into()).expect("the server listens");
    };
    let tell = |method: &str, params: Value| {
        let notification = lsp_server::Notification { method: method.to_owned(), params };
        connection.sender.send(notification.into()).expect("the server listens");
    };
    let options = json!({ "inlayHints": { "runOrders": false } });
    send(
        1,
        "initialize",
        json!({ "processId": null, "rootUri": null, "capabilities": everything(), "initializationOptions": options }),
    );
    tell("initialized", json!({}));
    let document = json!({ "uri": "untitled:a", "languageId": "pipe", "version": 1, "text": TWO });
    tell("textDocument/didOpen", json!({ "textDocument": document }));
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    send(2, "textDocument/inlayHint", json!({ "textDocument": { "uri": "untitled:a" }, "range": range }));
    let labels = loop {
        match connection.receiver.recv().expect("an answer") {
            lsp_server::Message::Response(response) if response.id == 2.into() => {
                let found = response.response_result.expect("it works");
                break found.as_array().expect("a list").iter().map(|it| it["label"].clone()).collect::<Vec<_>>();
            }
            _ => {}
        }
    };
    assert!(labels.is_empty(), "{labels:?}");
    send(3, "shutdown", Value::Null);
    tell("exit", Value::Null);
    assert!(server.join().expect("the server does not panic"));
}
