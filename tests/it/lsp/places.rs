//! Hover, definitions, references, and links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{CURSOR, Client, editor};

const SPEC: &str = "version: 0.2\nenv:\n  exported-variables: [VERSION]\nphases:\n  build:\n    commands: [make]\n\
                    artifacts:\n  files:\n    - template.yaml\n    - app.zip\n";
const TEMPLATE: &str = "Parameters:\n  Size:\n    Type: String\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n\
                        Outputs:\n  TopicArn:\n    Value: !Ref Topic\n";
const PIPELINE: &str = "/// Where the code is.\npipeline App {\n  stage Source {\n    source codecommit Fetch -> Code {\n      \
                        repository = \"a\"\n      branch = \"b\"\n    }\n  }\n  stage Build {\n    build codebuild Pack from Code \
                        -> Made { project = Builder }\n  }\n  stage Deploy {\n    deploy stack app from Made::template.yaml {\n      \
                        parameters = { Size = \"1\" }\n    }\n    approve Look {\n      message = \"${Pack.VERSION} \
                        ${app.TopicArn}\"\n    }\n  }\n}\nproject Builder {\n  image = \"aws/codebuild/standard:7.0\"\n  buildspec = \
                        \"buildspec.yml\"\n}\n";

fn files() -> [(&'static str, &'static str); 4] {
    [("pipeline.pipe", PIPELINE), ("buildspec.yml", SPEC), ("template.yaml", TEMPLATE), ("dotpipe.toml", "")]
}

fn client() -> Client {
    let mut client = Client::new(&files());
    client.open("pipeline.pipe", PIPELINE);
    client.open("buildspec.yml", SPEC);
    client.open("template.yaml", TEMPLATE);
    assert_eq!(client.codes("pipeline.pipe"), Vec::<String>::new());
    client
}

/// Returns the offset of the cursor in a part of the pipeline.
fn at(part: &str) -> usize {
    let cursor = part.find(CURSOR).expect("a cursor");
    let part = part.replace(CURSOR, "");
    let start = PIPELINE.find(&part).unwrap_or_else(|| panic!("no {part:?}"));
    assert_eq!(PIPELINE.matches(&part).count(), 1, "{part:?} is there several times");
    start + cursor
}

fn hover(client: &mut Client, part: &str) -> String {
    let params = client.at("pipeline.pipe", at(part));
    let found = client.ask("textDocument/hover", params);
    found["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

/// Returns the definitions of the name at a position, as `file: text of the line`.
fn definitions(client: &mut Client, part: &str) -> Vec<String> {
    let params = client.at("pipeline.pipe", at(part));
    let found = client.ask("textDocument/definition", params);
    let target = |link: &Value| {
        let uri = link["targetUri"].as_str().expect("a URI");
        let path = uri.rsplit('/').next().expect("a name").to_owned();
        let line = link["targetRange"]["start"]["line"].as_u64().expect("a line");
        let line = client.text(&path).lines().nth(usize::try_from(line).expect("it fits")).expect("it is there");
        format!("{path}: {}", line.trim())
    };
    found.as_array().into_iter().flatten().map(target).collect()
}

#[test]
fn hover_of_an_attribute_says_what_it_is_to_aws() {
    let mut client = client();
    insta::assert_snapshot!(hover(&mut client, "repos<|>itory = "), @r#"
    ```pipe
    repository = "..."
    ```
    Repository name.

    - type: string, required
    - known: at deployment at the latest
    - limits: 1 to 100
    - AWS key: `RepositoryName`

    [AWS documentation](https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html)
    "#);
    assert!(hover(&mut client, "source code<|>commit").contains("**"), "a provider");
    assert!(hover(&mut client, "pipe<|>line App").contains("AWS documentation"), "a keyword");
}

#[test]
fn hover_of_names_says_what_only_a_compilation_knows() {
    let mut client = client();
    let artifact = hover(&mut client, "Pack from Co<|>de");
    assert!(artifact.contains("Produced by action `Fetch`") && artifact.contains("Read by `Pack`"), "{artifact}");
    let made = hover(&mut client, "app from Ma<|>de");
    assert!(made.contains("Files: `app.zip`, `template.yaml`"), "{made}");
    let action = hover(&mut client, "codebuild Pa<|>ck");
    assert!(action.contains("run order 1") && action.contains("namespace `Pack`"), "{action}");
    assert!(action.contains("`codebuild:"), "{action}");
    let project = hover(&mut client, "project Buil<|>der {");
    assert!(project.contains("Role `Builder.role`") && project.contains("permissions"), "{project}");
    let stack = hover(&mut client, "deploy stack a<|>pp");
    assert!(stack.contains("Role `") && stack.contains("sns:"), "{stack}");
    let pipeline = hover(&mut client, "pipeline A<|>pp {");
    assert!(pipeline.contains("Where the code is."), "{pipeline}");
    let variable = hover(&mut client, "Pack.VER<|>SION");
    assert!(variable.contains("variable of action `Pack`"), "{variable}");
}

#[test]
fn hover_explains_keywords_fields_verbs_and_pseudo_parameters() {
    let mut client = client();
    let text = PIPELINE.replace(
        "    approve Look {",
        "    for env in [{ name = \"a\" }] {\n      approve Look-first { message = \"${env.name} ${AWS::Region}\" }\n    }\n    approve Look {",
    ) + "bucket Files\nrole Helper for codebuild { allow write on Files }\nlet from = \"x\"\n";
    client.replace("pipeline.pipe", &text);
    client.found("pipeline.pipe");
    let mut hover = |before: &str, word: &str| {
        let at = text.find(&format!("{before}{word}")).expect("it is there") + before.len() + 1;
        let params = client.at("pipeline.pipe", at);
        let found = client.ask("textDocument/hover", params);
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert!(hover("", "let from").contains("a name for a value"));
    assert!(hover("codebuild Pack ", "from Code").contains("input artifacts"));
    assert!(hover("", "approve Look-first").contains("a manual approval"));
    assert!(hover("for ", "env in").contains("element env: { name: string }"));
    assert!(hover("${env.", "name} ").contains("name: string"));
    assert!(hover("AWS::", "Region").contains("pseudo parameter"));
    let verb = hover("allow ", "write on");
    assert!(verb.contains("on a bucket: ") && verb.contains("`s3:PutObject`"), "{verb}");
    assert_eq!(hover("name = ", "\"a\""), "", "text is no keyword");
}

#[test]
fn an_editor_without_markdown_gets_plain_text() {
    let mut client = Client::with(&files(), &editor("emacs"));
    client.open("pipeline.pipe", PIPELINE);
    let params = client.at("pipeline.pipe", at("repos<|>itory = "));
    let found = client.ask("textDocument/hover", params);
    assert_eq!(found["contents"]["kind"], "plaintext");
    let text = found["contents"]["value"].as_str().expect("a text");
    assert!(!text.contains('`') && text.contains("AWS key: RepositoryName"), "{text}");
}

#[test]
fn a_code_in_a_comment_shows_its_page() {
    let mut client = client();
    let text = format!("// dotpipe: allow(W0204) it is for later\n{PIPELINE}");
    client.replace("pipeline.pipe", &text);
    let params = client.at("pipeline.pipe", text.find("0204").expect("it is there"));
    let found = client.ask("textDocument/hover", params);
    assert!(found["contents"]["value"].as_str().expect("a text").starts_with("# W0204"), "{found}");
}

#[test]
fn definitions_lead_into_other_languages() {
    let mut client = client();
    assert_eq!(definitions(&mut client, "project = Buil<|>der"), ["pipeline.pipe: project Builder {"]);
    assert_eq!(definitions(&mut client, "app from Ma<|>de").len(), 1);
    assert_eq!(definitions(&mut client, "buildspec = \"build<|>spec.yml"), ["buildspec.yml: version: 0.2"]);
    assert_eq!(
        definitions(&mut client, "Made::temp<|>late.yaml"),
        ["buildspec.yml: - template.yaml", "template.yaml: Parameters:"]
    );
    assert_eq!(definitions(&mut client, "{ Si<|>ze = "), ["template.yaml: Size:"]);
    assert_eq!(definitions(&mut client, "${Pack.VER<|>SION}"), ["buildspec.yml: exported-variables: [VERSION]"]);
    assert_eq!(definitions(&mut client, "${app.Topic<|>Arn}"), ["template.yaml: TopicArn:"]);
    assert_eq!(definitions(&mut client, "repos<|>itory = "), Vec::<String>::new());
}

/// Returns a position in a file of another language.
fn place_in(client: &Client, path: &str, word: &str) -> Value {
    client.at(path, client.text(path).find(word).expect("it is there"))
}

#[test]
fn other_languages_lead_back_to_the_pipeline() {
    let mut client = client();
    let wanted = [
        ("buildspec.yml", "template.yaml", "Made::template.yaml"),
        ("buildspec.yml", "VERSION", "message = \"${Pack.VERSION}"),
        ("template.yaml", "Size", "parameters = { Size"),
        ("template.yaml", "TopicArn", "${app.TopicArn}"),
    ];
    for (path, word, named) in wanted {
        let mut params = place_in(&client, path, word);
        let line = PIPELINE.lines().position(|line| line.contains(named)).expect("it is there");
        let found = client.ask("textDocument/definition", params.clone());
        assert_eq!(found[0]["targetRange"]["start"]["line"], line, "{word}: {found}");
        params["context"] = json!({ "includeDeclaration": true });
        let found = client.ask("textDocument/references", params.clone());
        let files: BTreeSet<_> =
            found.as_array().expect("a list").iter().map(|it| it["uri"].as_str().expect("a URI")).collect();
        assert_eq!(files, BTreeSet::from([&*client.uri(path), &*client.uri("pipeline.pipe")]), "{word}");
        let found = client.ask("textDocument/hover", params);
        let text = found["contents"]["value"].as_str().expect("a text");
        assert!(text.starts_with("Used in:") && text.contains(&format!("pipeline.pipe:{}", line + 1)), "{text}");
    }
    let params = place_in(&client, "template.yaml", "Resources");
    assert_eq!(client.ask("textDocument/definition", params), Value::Null);
    // From the declaration, they are the same positions.
    let mut params = client.at("pipeline.pipe", at("{ Si<|>ze = "));
    params["context"] = json!({ "includeDeclaration": true });
    assert_eq!(client.ask("textDocument/references", params).as_array().map(Vec::len), Some(2));
    assert!(hover(&mut client, "Made::temp<|>late.yaml").contains("`buildspec.yml:9`"));
}

#[test]
fn an_editor_is_asked_to_send_questions_about_other_files() {
    let mut client = Client::with(&files(), &editor("vscode"));
    client.open("pipeline.pipe", PIPELINE);
    let is_for_templates = |it: &Value| {
        it["registerOptions"]["documentSelector"][0]["pattern"].as_str().is_some_and(|pattern| pattern.contains("yaml"))
    };
    let registers = |client: &Client, method: &str| {
        let asked = client.asked.iter().filter(|it| it.method == "client/registerCapability");
        let mut all = asked.flat_map(|it| it.params["registrations"].as_array().cloned().unwrap_or_default());
        all.any(|it| it["method"] == method && is_for_templates(&it))
    };
    for method in ["textDocument/didOpen", "textDocument/definition", "textDocument/hover", "textDocument/references"] {
        client.until(method, |client| registers(client, method));
    }
}

#[test]
fn outputs_are_found_behind_their_word() {
    let text = PIPELINE.replace("${app.TopicArn}", "${app.outputs.TopicArn} #{Pack.VERSION}");
    let mut client = client();
    client.replace("pipeline.pipe", &text);
    let target = |client: &mut Client, word: &str| {
        let params = client.at("pipeline.pipe", text.find(word).expect("it is there") + word.len());
        let found = client.ask("textDocument/definition", params);
        found[0]["targetUri"].as_str().map(|uri| uri.rsplit('/').next().unwrap_or_default().to_owned())
    };
    assert_eq!(target(&mut client, "app.outputs.Topic").as_deref(), Some("template.yaml"));
    assert_eq!(target(&mut client, "#{Pack.VERS").as_deref(), Some("buildspec.yml"));
}

#[test]
fn references_are_found_across_files_and_entries() {
    let lib = "component Step(app: Artifact) {\n  build codebuild Step from app { project = Builder }\n}\n\
               project Builder { image = \"aws/codebuild/standard:7.0\" }\n";
    let entry = "import { Step } from \"./lib.pipe\"\npipeline App {\n  stage Source {\n    source codecommit Fetch -> App { \
                 repository = \"app\", branch = \"main\" }\n  }\n  stage Build {\n    use Step(app = App)\n  }\n}\n";
    let other = entry.replace("pipeline App", "pipeline Other");
    let files = [
        ("a.pipe", entry),
        ("b.pipe", other.as_str()),
        ("lib.pipe", lib),
        ("buildspec.yml", SPEC),
        ("dotpipe.toml", ""),
    ];
    let mut client = Client::new(&files);
    client.open("lib.pipe", lib);
    client.found("lib.pipe");
    let mut params = client.at("lib.pipe", lib.find("Step").expect("it is there"));
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.ask("textDocument/references", params.clone());
    let mut places: Vec<String> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            format!(
                "{}:{}",
                it["uri"].as_str().expect("a URI").rsplit('/').next().expect("a name"),
                it["range"]["start"]["line"]
            )
        })
        .collect();
    places.sort();
    assert_eq!(places, ["a.pipe:0", "a.pipe:6", "b.pipe:0", "b.pipe:6", "lib.pipe:0"]);
    params["context"] = json!({ "includeDeclaration": false });
    assert_eq!(client.ask("textDocument/references", params).as_array().map(Vec::len), Some(4));
}

#[test]
fn highlights_tell_the_definition_from_uses() {
    let mut client = client();
    let params = client.at("pipeline.pipe", at("Pack from Co<|>de"));
    let found = client.ask("textDocument/documentHighlight", params);
    let kinds: Vec<_> = found.as_array().expect("a list").iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, [json!(3), json!(2)]);
}

#[test]
fn links_lead_to_files_and_pages() {
    let mut client = client();
    let params = json!({ "textDocument": { "uri": client.uri("pipeline.pipe") } });
    let found = client.ask("textDocument/documentLink", params);
    let links: Vec<String> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            let target = it["target"].as_str().expect("a target");
            let target = if target.starts_with("file:") { target.rsplit('/').next().expect("a name") } else { "page" };
            format!("{} -> {target}", client.slice("pipeline.pipe", &it["range"]))
        })
        .collect();
    assert_eq!(
        links,
        [
            "codecommit -> page",
            "codebuild -> page",
            "template.yaml -> template.yaml",
            "\"buildspec.yml\" -> buildspec.yml",
        ]
    );
}
