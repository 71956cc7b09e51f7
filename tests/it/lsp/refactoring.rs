//! Refactorings: their edits, and that none of them changes the build.

use std::fs;

use serde_json::{Value, json};

use super::client::{Client, position};
use crate::cases;
use crate::program::BUILDSPEC;

const FILE: &str = "pipeline.pipe";
const TEMPLATE: &str = "Parameters:\n  Size: { Type: String, Default: s }\n  Env: { Type: String, Default: dev }\nResources:\n  Topic: { Type: \
                        'AWS::SNS::Topic' }\n";

fn client(files: &[(&str, &str)]) -> Client {
    let mut all = vec![("buildspec.yml", BUILDSPEC), ("template.yaml", TEMPLATE), ("dotpipe.toml", "")];
    all.extend(files);
    let mut client = Client::new(&all);
    client.open_file(FILE);
    client.found(FILE);
    client
}

/// Returns the refactorings available for a part of the text.
fn offered(client: &mut Client, start: usize, end: usize) -> Vec<Value> {
    let text = client.text(FILE);
    let range = json!({ "start": position(text, start), "end": position(text, end) });
    let uri = client.uri(FILE);
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
    client.ask("textDocument/codeAction", params).as_array().cloned().expect("a list")
}

/// Returns the text after applying the refactoring with this title, for a selection from the first of these words to
/// the last.
fn after(client: &mut Client, (first, last): (&str, &str), title: &str) -> String {
    let text = client.text(FILE).to_owned();
    let start = text.find(first).unwrap_or_else(|| panic!("no {first:?}"));
    let end = text.rfind(last).map_or(start, |at| at + last.len());
    let end = if first == last { start } else { end };
    let all = offered(client, start, end);
    let titles: Vec<_> = all.iter().map(|action| action["title"].as_str().expect("a title")).collect();
    let found = all.iter().find(|action| action["title"] == title).unwrap_or_else(|| panic!("{title}: {titles:?}"));
    let edits = client.edits_of(&found["edit"], FILE);
    client.edited(FILE, &edits)
}

const SPLIT: &str = "split into `prepare stack` and `execute stack`";
const JOIN: &str = "combine `prepare stack` and `execute stack` into `deploy stack`";

fn with_stage(stage: &str) -> String {
    format!(
        "pipeline App {{\n  stage Source {{\n    source codecommit Fetch -> App {{\n      repository = \"app\"\n      \
         branch     = \"main\"\n    }}\n  }}\n{stage}}}\n"
    )
}

#[test]
fn a_stack_is_split_and_combined_again() {
    let stage = "  stage Deploy {\n    deploy stack shop from App::template.yaml -> Out {\n      capabilities     = \
                 [CAPABILITY_IAM] // for the role\n      namespace        = \"Shop\"\n      region           = \
                 \"eu-west-1\"\n      output-file-name = \"out.json\"\n      actions          = { prepare = \"Ready\", execute = \
                 \"Go\" }\n    }\n    build codebuild Check from Out { project = Builder }\n  }\n";
    let text = with_stage(stage) + "\nproject Builder { image = \"aws/codebuild/standard:7.0\" }\n";
    let mut client = client(&[(FILE, &text)]);
    let split = after(&mut client, ("deploy stack", "deploy stack"), SPLIT);
    let wanted = "    prepare stack shop from App::template.yaml {\n      capabilities = [CAPABILITY_IAM] // for the role\n      \
                  region       = \"eu-west-1\"\n      actions      = { prepare = \"Ready\" }\n    }\n    execute stack shop \
                  -> Out {\n      namespace        = \"Shop\"\n      region           = \"eu-west-1\"\n      output-file-name \
                  = \"out.json\"\n      actions          = { execute = \"Go\" }\n    }\n";
    assert!(split.contains(wanted), "{split}");
    client.replace(FILE, &split);
    client.found(FILE);
    for cursor in ["prepare stack", "execute stack"] {
        let joined = after(&mut client, (cursor, cursor), JOIN);
        assert!(joined.contains("    deploy stack shop from App::template.yaml -> Out {\n"), "{joined}");
        assert!(joined.contains("actions          = { prepare = \"Ready\", execute = \"Go\" }\n"), "{joined}");
        assert!(!joined.contains("execute stack"), "{joined}");
    }
}

#[test]
fn what_would_change_the_output_is_not_offered() {
    let between = "  stage Deploy {\n    prepare stack shop from App::template.yaml\n    approve Look\n    execute stack shop\n  }\n";
    let direct = "  stage Deploy {\n    deploy stack shop from App::template.yaml { mode = create-update }\n  }\n";
    for (stage, word) in [(between, "prepare stack"), (between, "execute stack"), (direct, "deploy stack")] {
        let mut client = client(&[(FILE, &with_stage(stage))]);
        let at = client.text(FILE).find(word).expect("it is there");
        assert_eq!(offered(&mut client, at, at), Vec::<Value>::new(), "{word}");
    }
}

#[test]
fn a_stack_beside_others_is_split_into_a_sequence() {
    let stage = "  stage Deploy {\n    parallel {\n      deploy stack one from App::template.yaml\n      deploy stack two from \
                 App::template.yaml\n    }\n  }\n";
    let mut client = client(&[(FILE, &with_stage(stage))]);
    let split = after(&mut client, ("deploy stack one", "deploy stack one"), SPLIT);
    let wanted =
        "      sequence {\n        prepare stack one from App::template.yaml\n        execute stack one\n      }\n";
    assert!(split.contains(wanted), "{split}");
}

#[test]
fn statements_become_a_component_with_parameters_for_what_they_use() {
    let stage = "  variable Ticket: string = \"none\"\n  let limit = 3\n  stage Deploy {\n    for env in [{ name = \"dev\", size = 1 }, { \
                 name = \"prod\", size = 2 }] {\n      // Before it is there.\n      approve Look { message = \"${env.name} \
                 ${Fetch.CommitId} ${Ticket}\" }\n      deploy stack shop from App::template.yaml {\n        parameters = { Size = \
                 \"${env.size}\" }\n      }\n    }\n  }\n";
    let mut client = client(&[(FILE, &with_stage(stage))]);
    let found = after(&mut client, ("approve", "Size = \"${env.size}\" }\n      }"), "extract a component");
    let component = "\n}\n\ncomponent Steps(\n  env: { name: string, size: number }\n  commit-id: string\n  Ticket: string\n  app: \
                     Artifact\n) {\n  approve Look { message = \"${env.name} ${commit-id} ${Ticket}\" }\n  deploy stack shop from \
                     app::template.yaml {\n    parameters = { Size = \"${env.size}\" }\n  }\n}\n";
    assert!(found.ends_with(component), "{found}");
    let used = "      // Before it is there.\n      use Steps(env = env, commit-id = Fetch.CommitId, Ticket = Ticket, app = App)\n";
    assert!(found.contains(used), "{found}");
}

#[test]
fn similar_statements_become_a_component_with_parameters_for_what_differs() {
    let stages = "  /// The first.\n  stage Dev {\n    deploy stack app-dev from App::template.yaml {\n      parameters = { Env = \"dev\", \
                  Size = \"1\" }\n    }\n  }\n  stage Prod {\n    deploy stack app-prod from App::template.yaml {\n      parameters = { Env = \
                  \"prod\", Size = \"1\" }\n    }\n  }\n";
    let mut client = client(&[(FILE, &with_stage(stages))]);
    let found = after(
        &mut client,
        ("stage Dev", "Size = \"1\" }\n    }\n  }"),
        "extract a component from 2 similar statements",
    );
    let used = "  use Stages(stage = \"Dev\", stack = \"dev\", app = App)\n  use Stages(stage = \"Prod\", stack = \"prod\", app = App)\n";
    assert!(found.contains(used), "{found}");
    let component = "component Stages(stage: string, stack: string, app: Artifact) {\n  /// The first.\n  stage \"${stage}\" {\n    deploy \
                     stack \"app-${stack}\" from app::template.yaml {\n      parameters = { Env = stack, Size = \"1\" }\n    }\n  }\n}\n";
    assert!(found.ends_with(component), "{found}");
}

#[test]
fn what_a_statement_lacks_is_added_at_once() {
    let stage = "  stage Build {\n    build codebuild Pack from App\n  }\n  stage Ship {\n    deploy s3 Copy from App { extract = true }\n  }\n";
    let text = with_stage(stage) + "\nproject Builder { image = \"aws/codebuild/standard:7.0\" }\nbucket Packages\n";
    let mut client = client(&[(FILE, &text)]);
    let found = after(&mut client, ("Pack", "Pack"), "add `project = Builder`");
    assert!(found.contains("    build codebuild Pack from App { project = Builder }\n"), "{found}");
    let found = after(&mut client, ("Copy", "Copy"), "add `bucket = Packages`");
    assert!(found.contains("{ extract = true, bucket = Packages }\n"), "{found}");
}

#[test]
fn a_name_that_another_file_declares_is_imported() {
    let stage = "  stage Deploy {\n    use Ship(app = App)\n  }\n";
    let text = format!(
        "import {{ Look }} from \"./lib/review.pipe\"\n\n{}",
        with_stage(&stage.replace("    use", "    use Look()\n    use"))
    );
    let library = "component Ship(app: Artifact) {\n  deploy stack shop from app::template.yaml\n}\n";
    let review = "component Look() {\n  approve Look\n}\ncomponent Ship() {\n  approve Ship\n}\n";
    let files = [
        (FILE, text.as_str()),
        ("lib/ship.pipe", library),
        ("lib/review.pipe", review),
        ("other/app.pipe", "component Shipped() {}"),
    ];
    let mut client = client(&files);
    let found = after(&mut client, ("Ship(app", "Ship(app"), "import `Ship` from `./lib/ship.pipe`");
    let wanted =
        "import { Look } from \"./lib/review.pipe\"\nimport { Ship } from \"./lib/ship.pipe\"\n\npipeline App {\n";
    assert!(found.starts_with(wanted), "{found}");
    // The other component with this name has no parameters.
    let at = client.text(FILE).find("Ship(app").expect("it is there");
    assert_eq!(offered(&mut client, at, at).len(), 1);
}

/// Collects the range of each statement, and of each pair of consecutive statements in the same block.
fn selections(symbols: &[Value], text: &str, found: &mut Vec<(usize, usize)>) {
    let place = |symbol: &Value| {
        let at = |end: &str| super::client::offset(text, &symbol["range"][end]);
        (at("start"), at("end"))
    };
    for (index, symbol) in symbols.iter().enumerate() {
        let (start, end) = place(symbol);
        found.push((start, end));
        found.extend(symbols.get(index + 1).map(|next| (start, place(next).1)));
        if let Some(inner) = symbol["children"].as_array() {
            selections(inner, text, found);
        }
    }
}

fn built(client: &mut Client) -> Value {
    let argument = json!({ "uri": client.uri(FILE), "notation": "json" });
    client.ask("workspace/executeCommand", json!({ "command": "dotpipe.build", "arguments": [argument] }))
}

#[test]
fn every_change_of_an_example_keeps_what_is_built() {
    let (mut rewritten, mut extracted) = (0, 0);
    for entry in cases::entries("examples").into_iter().filter(|entry| entry.ends_with(FILE)) {
        let mut files = cases::beside(&entry);
        let text = fs::read_to_string(&entry).expect("examples are text");
        files.insert(FILE.to_owned(), text.clone());
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let mut client = Client::new(&files);
        client.open(FILE, &text);
        client.found(FILE);
        let symbols = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": client.uri(FILE) } }));
        let mut places = Vec::new();
        selections(symbols.as_array().expect("a list"), &text, &mut places);
        let cursors: Vec<_> = places.iter().map(|(start, _)| (*start, *start)).collect();
        places.extend(cursors);
        places.sort_unstable();
        places.dedup();
        let before = built(&mut client);
        for (start, end) in cases::share(places) {
            for action in offered(&mut client, start, end) {
                let title = action["title"].as_str().expect("a title").to_owned();
                let count = if action["kind"] == "refactor.extract" { &mut extracted } else { &mut rewritten };
                *count += 1;
                let edits = client.edits_of(&action["edit"], FILE);
                let changed = client.edited(FILE, &edits);
                client.replace(FILE, &changed);
                assert_eq!(built(&mut client), before, "{}: {title}\n{changed}", entry.display());
                client.replace(FILE, &text);
            }
        }
    }
    println!("{rewritten} rewritten, {extracted} extracted");
    assert!(extracted > 10, "{rewritten} rewritten, {extracted} extracted");
}
