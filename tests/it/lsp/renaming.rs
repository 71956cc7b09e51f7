//! Renaming: in every file, rejected if it would break something, and with its effects in AWS.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{Client, everything};
use crate::program::{BUILDSPEC, CLEAN};

fn client(files: &[(&str, &str)]) -> Client {
    let more = [("buildspec.yml", BUILDSPEC), ("dotpipe.toml", "")];
    let all: Vec<_> = more.into_iter().chain(files.iter().copied()).collect();
    let mut client = Client::new(&all);
    for (path, text) in files.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|it| it == "pipe")) {
        client.open(path, text);
        client.found(path);
    }
    client
}

fn rename(client: &mut Client, path: &str, at: &str, new: &str) -> Result<Value, String> {
    let offset = client.text(path).find(at).unwrap_or_else(|| panic!("no {at}"));
    let mut params = client.at(path, offset);
    params["newName"] = json!(new);
    let id = client.send("textDocument/rename", params);
    client.wait(&id).map_err(|error| error.message)
}

/// Returns the text of a file after a renaming.
fn renamed(client: &mut Client, path: &str, at: &str, new: &str) -> String {
    let edit = rename(client, path, at, new).expect("it can be renamed");
    // Edits that keep a resource's name are only suggestions.
    let edits = client.edits_of(&edit, path).into_iter().filter(|edit| edit["annotationId"] != "keep");
    client.edited(path, &edits.collect::<Vec<_>>())
}

#[test]
fn a_name_changes_where_it_is_used() {
    let mut client = client(&[("pipeline.pipe", CLEAN)]);
    let artifact = renamed(&mut client, "pipeline.pipe", "App { repository", "Code");
    assert_eq!(artifact, CLEAN.replace("-> App", "-> Code").replace("from App", "from Code"));
    let stage = renamed(&mut client, "pipeline.pipe", "Build {", "Compile");
    assert_eq!(stage, CLEAN.replace("stage Build", "stage Compile"));
}

#[test]
fn there_and_back_is_the_same() {
    for name in ["Fetch", "App { repository", "Package", "Builder }", "Source"] {
        let mut client = client(&[("pipeline.pipe", CLEAN)]);
        let old: String = name.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let there = renamed(&mut client, "pipeline.pipe", name, "Renamed");
        assert_ne!(there, CLEAN);
        client.replace("pipeline.pipe", &there);
        let back = renamed(&mut client, "pipeline.pipe", "Renamed", &old);
        assert_eq!(back, CLEAN);
    }
}

#[test]
fn a_component_changes_in_the_files_that_import_it() {
    let lib = "component Step(app: Artifact) {\n  build codebuild Step from app { project = Builder }\n}\n\
               project Builder { image = \"aws/codebuild/standard:7.0\" }\n";
    let entry = "import { Step } from \"./lib.pipe\"\npipeline App {\n  stage Source {\n    source codecommit Fetch -> App { \
                 repository = \"app\", branch = \"main\" }\n  }\n  stage Build {\n    use Step(app = App)\n  }\n}\n";
    let mut client = client(&[("lib.pipe", lib), ("pipeline.pipe", entry)]);
    let edit = rename(&mut client, "pipeline.pipe", "Step(app", "Work").expect("it can be renamed");
    let in_lib = client.edited("lib.pipe", &client.edits_of(&edit, "lib.pipe"));
    assert_eq!(in_lib, lib.replace("component Step", "component Work"));
    let in_entry = client.edited("pipeline.pipe", &client.edits_of(&edit, "pipeline.pipe"));
    assert_eq!(in_entry, entry.replace("Step", "Work"));
    let edit = rename(&mut client, "lib.pipe", "app: Artifact", "code").expect("it can be renamed");
    let in_entry = client.edited("pipeline.pipe", &client.edits_of(&edit, "pipeline.pipe"));
    assert_eq!(in_entry, entry.replace("app = App", "code = App"));
}

#[test]
fn text_that_names_variables_changes_too() {
    let text = CLEAN
        .replace("project = Builder", "project = Builder, env = { A = \"#{Fetch.CommitId}\", B = Fetch.BranchName }");
    let mut client = client(&[("pipeline.pipe", &text)]);
    let after = renamed(&mut client, "pipeline.pipe", "Fetch ->", "Checkout");
    assert_eq!(after, text.replace("Fetch", "Checkout"));
}

#[test]
fn what_would_break_is_refused() {
    let mut client =
        client(&[("pipeline.pipe", &format!("{CLEAN}project Other {{ image = \"aws/codebuild/standard:7.0\" }}\n"))]);
    let refused = rename(&mut client, "pipeline.pipe", "Other", "Builder").expect_err("it is taken");
    assert!(refused.contains("would cause an error"), "{refused}");
    let refused = rename(&mut client, "pipeline.pipe", "Other", "a b").expect_err("it is no name");
    assert!(refused.contains("is not a name"), "{refused}");
    let refused = rename(&mut client, "pipeline.pipe", "repository", "x").expect_err("it is an attribute");
    assert!(refused.contains("no name here"), "{refused}");
    let params = client.at("pipeline.pipe", client.text("pipeline.pipe").find("Other").expect("it is there"));
    let prepared = client.ask("textDocument/prepareRename", params);
    assert_eq!(prepared["placeholder"], "Other");
    assert_eq!(client.slice("pipeline.pipe", &prepared["range"]), "Other");
}

#[test]
fn the_cost_in_aws_is_told() {
    let more = "project = Builder, env = { A = Files.name } }\n    deploy stack my-stack from App::template.yaml";
    let text = format!("{}bucket Files\n", CLEAN.replace("project = Builder }", more));
    let template = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
    let mut with_annotations = client(&[("template.yaml", template), ("pipeline.pipe", &text)]);
    let edit = rename(&mut with_annotations, "pipeline.pipe", "Files\n", "Store").expect("it can be renamed");
    let annotations = &edit["changeAnnotations"];
    let cost = annotations["rename"]["description"].as_str().expect("a text");
    assert!(cost.contains("does not move"), "{cost}");
    assert_eq!(annotations["keep"]["needsConfirmation"], true);
    let edits = edit["documentChanges"][0]["edits"].as_array().expect("a list").clone();
    assert!(edits.iter().all(|edit| edit["annotationId"] == "rename" || edit["annotationId"] == "keep"), "{edits:?}");
    // With the suggested edit, the template contains the same resource.
    let built = |client: &mut Client| {
        let argument = json!({ "uri": client.uri("pipeline.pipe") });
        let built =
            client.ask("workspace/executeCommand", json!({ "command": "dotpipe.build", "arguments": [argument] }));
        built.as_str().expect("a text").to_owned()
    };
    let before = built(&mut with_annotations);
    let after = with_annotations.edited("pipeline.pipe", &edits);
    with_annotations.replace("pipeline.pipe", &after);
    assert_eq!(built(&mut with_annotations), before, "{after}");
    let stack = rename(&mut with_annotations, "pipeline.pipe", "my-stack", "other").expect("it can be renamed");
    let edits = stack["documentChanges"][0]["edits"].as_array().expect("a list").clone();
    let after = with_annotations.edited("pipeline.pipe", &edits);
    assert!(after.contains("deploy stack other from App::template.yaml { name = \"my-stack\" }"), "{after}");
    let mut capabilities = everything();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let files = [
        ("pipeline.pipe", text.as_str()),
        ("template.yaml", template),
        ("buildspec.yml", BUILDSPEC),
        ("dotpipe.toml", ""),
    ];
    let mut plain = Client::with(&files, &capabilities);
    plain.open("pipeline.pipe", &text);
    let edit = rename(&mut plain, "pipeline.pipe", "Files\n", "Store").expect("it can be renamed");
    assert!(edit.get("changes").is_some() && edit.get("changeAnnotations").is_none(), "{edit}");
    let warned = plain.told.iter().position(|it| it.method == "window/showMessage").expect("it is said");
    let warned = plain.told.remove(warned);
    let message = warned.params["message"].as_str().expect("a text");
    assert!(message.contains("add `logical-id = \""), "{message}");
}
