//! Formatting of files, selections, and the line being typed.

use serde_json::{Value, json};

use super::client::{Client, position};

const TEXT: &str = "let  a=1 // é\n\n\npipeline  P {\n    stage  S { }\n stage  T {\napprove   A\n build  }\n}\n";

fn client(text: &str) -> Client {
    let mut client = Client::new(&[("dotpipe.toml", "")]);
    client.open("pipeline.pipe", text);
    client
}

/// Returns the text after the edits of a response.
fn answered(client: &mut Client, method: &str, mut params: Value) -> String {
    params["textDocument"] = json!({ "uri": client.uri("pipeline.pipe") });
    params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
    let edits = client.ask(method, params);
    client.edited("pipeline.pipe", edits.as_array().expect("a list"))
}

#[test]
fn a_file_is_formatted_with_small_edits() {
    let mut client = client(TEXT);
    assert_eq!(client.capabilities["documentFormattingProvider"], true);
    let wanted = "let a = 1 // é\n\npipeline P {\n  stage S {}\n  stage T {\n    approve A\n build\n  }\n}\n";
    assert_eq!(answered(&mut client, "textDocument/formatting", json!({})), wanted);
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") }, "options": options });
    for edit in client.ask("textDocument/formatting", params).as_array().expect("a list") {
        let replaced = client.slice("pipeline.pipe", &edit["range"]);
        assert!(
            replaced.chars().all(|letter| " \n,".contains(letter)),
            "only spaces and line ends change: {replaced:?}"
        );
    }
}

#[test]
fn a_selection_is_formatted_alone() {
    let mut client = client(TEXT);
    let at = position(TEXT, TEXT.find("approve").expect("it is there"));
    let formatted =
        answered(&mut client, "textDocument/rangeFormatting", json!({ "range": { "start": at, "end": at } }));
    assert_eq!(formatted, TEXT.replace("\napprove   A", "\n    approve A"));
}

#[test]
fn the_line_being_typed_is_indented() {
    let text = "pipeline P {\n  stage S {\n";
    let mut client = client(text);
    let typed = |client: &mut Client, text: &str, ch: &str| {
        client.replace("pipeline.pipe", text);
        let params = json!({ "position": position(text, text.len()), "ch": ch });
        answered(client, "textDocument/onTypeFormatting", params)
    };
    assert_eq!(typed(&mut client, text, "\n"), "pipeline P {\n  stage S {\n    ");
    assert_eq!(typed(&mut client, "pipeline P {\n  stage S {\n    }", "}"), "pipeline P {\n  stage S {\n  }");
    let string = "let a = '''\n";
    assert_eq!(typed(&mut client, string, "\n"), string, "strings are left alone");
}
