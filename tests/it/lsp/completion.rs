//! Completion and signature help in incomplete text.

use serde_json::{Value, json};

use super::client::{CURSOR, Client, editor};
use crate::program::BUILDSPEC;

const TEMPLATE: &str = "Parameters:\n  Size:\n    Type: String\n  Zone:\n    Type: String\n    Default: a\n\
                        Resources:\n  Topic:\n    Type: AWS::SNS::Topic\nOutputs:\n  TopicArn:\n    Value: !Ref Topic\n";
const SPEC: &str = "version: 0.2\nenv:\n  exported-variables: [VERSION]\nphases:\n  build:\n    commands: [make]\n\
                    artifacts:\n  files: [app.zip, conf/prod.json]\n";

/// Returns a pipeline with most kinds of names, which contains the text under test in the last stage.
fn around(inside: &str) -> String {
    format!(
        "option size: string = \"small\"\nparam Email: string\nlet prefix = \"x\"\n\
         environment prod {{\n  account = \"222222222222\"\n  settings = {{ color = \"blue\" }}\n}}\n\
         pipeline App {{\n  stage Source {{\n    source codecommit Fetch -> Code {{ repository = \"a\", branch = \"b\" }}\n  }}\n  \
         stage Build {{\n    build codebuild Pack from Code -> Made {{ project = Builder }}\n  }}\n  \
         stage Deploy {{\n    deploy stack app from Code::template.yaml {{ parameters = {{ Size = \"1\" }} }}\n  }}\n  \
         stage Last {{\n    {inside}\n    approve ActionFiles\n  }}\n}}\n\
         project Builder {{ image = \"aws/codebuild/standard:7.0\" }}\nbucket Files\ntopic Ops\n\
         component Step(code: Artifact, count: number = 1) {{\n  approve Wait\n}}\n"
    )
}

fn client() -> Client {
    let mut client = Client::new(&[
        ("buildspec.yml", SPEC),
        ("template.yaml", TEMPLATE),
        ("other.yml", BUILDSPEC),
        ("lib/steps.pipe", "component Other() {\n  approve Wait\n}\n"),
        ("dotpipe.toml", ""),
    ]);
    let before = around("");
    client.open("pipeline.pipe", &before);
    client.found("pipeline.pipe");
    client
}

/// Returns the completions at the cursor, after the text before it was compiled.
fn list(client: &mut Client, text: &str) -> Vec<Value> {
    let at = text.find(CURSOR).expect("a cursor");
    client.replace("pipeline.pipe", &text.replace(CURSOR, ""));
    let params = client.at("pipeline.pipe", at);
    client.ask("textDocument/completion", params)["items"].as_array().cloned().expect("a list")
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["label"].as_str()).collect()
}

/// Returns the labels suggested inside the last stage.
fn offered(client: &mut Client, inside: &str) -> Vec<String> {
    let items = list(client, &around(inside));
    labels(&items).into_iter().map(str::to_owned).collect()
}

fn assert_offers(client: &mut Client, inside: &str, wanted: &[&str], unwanted: &[&str]) {
    let offered = offered(client, inside);
    let missing: Vec<_> = wanted.iter().filter(|it| !offered.iter().any(|label| label == **it)).collect();
    let surplus: Vec<_> = unwanted.iter().filter(|it| offered.iter().any(|label| label == **it)).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{inside}\nmissing {missing:?}, surplus {surplus:?}\n{offered:?}"
    );
}

#[test]
fn statements_fit_their_place() {
    let mut client = client();
    assert_offers(
        &mut client,
        "<|>",
        &["build", "approve", "deploy stack", "parallel", "use", "name", "on failure"],
        &["stage", "pipeline", "property"],
    );
    assert_offers(&mut client, "ap<|>", &["approve"], &["stage"]);
    let text = around("").replace("topic Ops", "topic Ops\n<|>");
    let items = list(&mut client, &text);
    let top = labels(&items);
    assert!(top.contains(&"pipeline") && top.contains(&"project") && !top.contains(&"stage"), "{top:?}");
    assert_offers(&mut client, "run Do from Code {\n      <|>\n    }", &["commands", "allow"], &["build", "pipeline"]);
}

#[test]
fn parameters_have_types_and_attributes() {
    let mut client = client();
    let with = |param: &str| around("").replace("topic Ops", &format!("topic Ops\n{param}"));
    for (param, wanted, unwanted) in [
        ("param Size: <|>", "AWS::EC2::VPC::Id", "min-length"),
        ("param Size: AWS::EC2::<|>", "VPC::Id", "AWS::EC2::VPC::Id"),
        ("param Size: string { <|> }", "min-length", "approve"),
        ("param Size: string = \"a\" {\n  min-length = 2\n  <|>\n}", "max-length", "min-length"),
        ("option size: string { <|> }", "if", "min-length"),
    ] {
        let items = list(&mut client, &with(param));
        let offered = labels(&items);
        assert!(!offered.contains(&unwanted), "{param}: {offered:?}");
        assert!(offered.contains(&wanted) || wanted == "if", "{param}: {offered:?}");
    }
}

#[test]
fn attributes_come_required_first_without_those_given() {
    let mut client = client();
    let offered = offered(&mut client, "source codecommit Again -> More {\n      branch = \"x\"\n      <|>\n    }");
    assert_eq!(offered.first().map(String::as_str), Some("repository"), "{offered:?}");
    assert!(!offered.contains(&"branch".to_owned()), "{offered:?}");
    let items = list(&mut client, &around("build codebuild More from Code { pro<|> }"));
    let project = items.iter().find(|item| item["label"] == "project").expect("it is offered");
    assert_eq!(project["textEdit"]["newText"], "project = $1");
    assert_eq!(client.slice("pipeline.pipe", &project["textEdit"]["range"]), "pro");
    assert!(project["documentation"]["value"].as_str().expect("a text").contains("ProjectName"), "{project}");
    // The value already exists.
    let items = list(&mut client, &around("build codebuild More from Code { pro<|> = Builder }"));
    let project = items.iter().find(|item| item["label"] == "project").expect("it is offered");
    assert_eq!(project["textEdit"]["newText"], "project");
}

#[test]
fn headers_complete_in_text_that_cannot_be_read() {
    let mut client = client();
    assert_offers(&mut client, "build <|>", &["codebuild"], &["s3", "stack"]);
    assert_offers(&mut client, "deploy co<|>", &["codedeploy", "stack"], &["codecommit"]);
    assert_offers(&mut client, "build codebuild More <|>", &["from", "->", "in"], &["codebuild"]);
    assert_offers(&mut client, "build codebuild More from <|>", &["Code", "Made"], &["Builder", "from"]);
    assert_offers(&mut client, "build codebuild More from Co<|>", &["Code", "Made"], &["Builder"]);
    assert_offers(&mut client, "build codebuild More from Code, <|>", &["Code", "Made"], &["Builder"]);
    assert_offers(&mut client, "deploy s3 More in <|>", &["prod"], &["Code"]);
    assert_offers(&mut client, "on <|>", &["failure", "entry"], &["push", "schedule"]);
    assert_offers(&mut client, "use <|>", &["Step"], &["Code"]);
    assert_offers(&mut client, "use Step(<|>)", &["code", "count"], &[]);
    assert_offers(&mut client, "use Step(code = <|>)", &["Code", "Made"], &["code", "Builder"]);
}

#[test]
fn values_are_of_the_kind_that_fits() {
    let mut client = client();
    assert_offers(&mut client, "build codebuild More from Code { project = <|> }", &["Builder"], &["Files", "Code"]);
    assert_offers(
        &mut client,
        "deploy stack b from Code::template.yaml { capabilities = [<|>] }",
        &["CAPABILITY_IAM"],
        &["Builder"],
    );
    assert_offers(
        &mut client,
        "approve More { message = \"${<|>}\" }",
        &["size", "prefix", "Email", "Fetch", "join"],
        &["Code"],
    );
    assert_offers(&mut client, "approve More { message = \"${<|>", &["size", "Fetch"], &["Code"]);
    assert_offers(&mut client, "approve More { topic = <|> }", &["Ops"], &["Code"]);
}

#[test]
fn members_come_from_types_buildspecs_and_templates() {
    let mut client = client();
    let inside =
        |value: &str| format!("build codebuild More from Code {{ project = Builder, env = {{ A = {value} }} }}");
    assert_offers(&mut client, &inside("Fetch.<|>"), &["CommitId", "BranchName"], &["VERSION"]);
    assert_offers(&mut client, &inside("Pack.<|>"), &["VERSION"], &["CommitId"]);
    assert_offers(&mut client, &inside("app.<|>"), &["TopicArn"], &["CommitId"]);
    assert_offers(&mut client, &inside("Files.<|>"), &["name", "arn"], &["CommitId"]);
    assert_offers(&mut client, &inside("prod.settings.<|>"), &["color"], &["name"]);
    assert_offers(&mut client, &inside("AWS::<|>"), &["Region", "AccountId"], &["name"]);
    assert_offers(&mut client, &inside("cfn.<|>"), &["ref", "import"], &["secret"]);
}

#[test]
fn files_and_parameters_come_from_the_repository() {
    let mut client = client();
    assert_offers(&mut client, "deploy stack b from Code::<|>", &["template.yaml", "buildspec.yml"], &["app.zip"]);
    assert_offers(&mut client, "deploy s3 More from Made::<|>", &["app.zip", "conf/prod.json"], &["template.yaml"]);
    let items = list(&mut client, &around("deploy s3 More from Made::conf/<|>"));
    let file = items.iter().find(|item| item["label"] == "prod.json").unwrap_or_else(|| panic!("{:?}", labels(&items)));
    assert_eq!(file["textEdit"]["newText"], "prod.json");
    let text = around("").replace("parameters = { Size = \"1\" }", "parameters = { Size = \"1\", <|> }");
    let items = list(&mut client, &text);
    assert_eq!(labels(&items), ["Zone"]);
    let text = around("").replace("image = \"aws", "buildspec = \"<|>\", image = \"aws");
    let items = list(&mut client, &text);
    assert_eq!(labels(&items), ["buildspec.yml", "other.yml", "template.yaml"]);
    let items = list(&mut client, &format!("import {{ Other }} from \"<|>\"\n{}", around("")));
    assert_eq!(labels(&items), ["./lib/steps.pipe"]);
}

#[test]
fn nothing_is_offered_in_comments_but_codes() {
    let mut client = client();
    assert_eq!(offered(&mut client, "// bui<|>"), Vec::<String>::new());
    let codes = offered(&mut client, "// dotpipe: allow(<|>)\n    approve More");
    assert!(codes.contains(&"W0204".to_owned()) && !codes.contains(&"E0201".to_owned()), "{codes:?}");
}

#[test]
fn an_editor_without_snippets_gets_text() {
    let files = [("pipeline.pipe", ""), ("dotpipe.toml", ""), ("buildspec.yml", SPEC)];
    let mut client = Client::with(&files, &editor("emacs"));
    let text = around("build codebuild More from Code { pro }");
    client.open("pipeline.pipe", &text);
    let at = text.find("pro }").expect("it is there") + 3;
    let params = client.at("pipeline.pipe", at);
    let items = client.ask("textDocument/completion", params)["items"].as_array().cloned().expect("a list");
    let project = items.iter().find(|item| item["label"] == "project").expect("it is offered");
    assert_eq!((&project["textEdit"]["newText"], &project["insertTextFormat"]), (&json!("project = "), &json!(1)));
    assert!(items.iter().all(|item| item["insertTextFormat"] == 1), "{items:#?}");
}

#[test]
fn signatures_say_which_argument_is_typed() {
    let mut client = client();
    let mut help = |inside: &str| {
        let text = around(inside);
        let at = text.find(CURSOR).expect("a cursor");
        client.replace("pipeline.pipe", &text.replace(CURSOR, ""));
        let params = client.at("pipeline.pipe", at);
        let help = client.ask("textDocument/signatureHelp", params);
        let signature = &help["signatures"][0];
        (signature["label"].as_str().unwrap_or_default().to_owned(), signature["activeParameter"].as_u64())
    };
    let replace = "replace(text, \"from\", \"to\")".to_owned();
    assert_eq!(help("approve More { message = replace(<|>) }"), (replace.clone(), Some(0)));
    assert_eq!(help("approve More { message = replace(size, <|>) }"), (replace, Some(1)));
    let step = "Step(code: Artifact, count: number = 1)".to_owned();
    assert_eq!(help("use Step(code = Code, <|>)"), (step.clone(), Some(1)));
    assert_eq!(help("use Step(count = <|>)"), (step, Some(1)));
    assert_eq!(help("approve <|>More"), (String::new(), None));
}

#[test]
fn members_follow_their_dots() {
    let mut client = client();
    assert_offers(&mut client, "invoke lambda F { function = \"${app.<|>}\" }", &["outputs", "TopicArn"], &[]);
    assert_offers(&mut client, "invoke lambda F { function = \"${app.outputs.<|>}\" }", &["TopicArn"], &["outputs"]);
    assert_offers(&mut client, "invoke lambda F { function = \"${Build.<|>}\" }", &["Pack"], &["Fetch"]);
    assert_offers(&mut client, "invoke lambda F { function = \"${Build.Pack.<|>}\" }", &["VERSION"], &[]);
    // The text around the cursor was compiled before.
    let typed =
        "for env in [{ name = \"a\", size = { cpu = 1 } }] {\n      approve Look { message = \"${env.NAME}\" }\n    }";
    client.replace("pipeline.pipe", &around(&typed.replace("NAME", "name")));
    client.found("pipeline.pipe");
    assert_offers(&mut client, &typed.replace("NAME", "<|>"), &["name", "size"], &["cpu"]);
    assert_offers(&mut client, &typed.replace("NAME", "size.<|>"), &["cpu"], &["name"]);
    let used = "use Ship(app = Code) as first\n    invoke lambda F { function = \"${MEMBER}\" }";
    let component = "component Ship(app: Artifact) {\n  deploy stack shop from app::template.yaml\n}\n";
    let with = |member: &str| around(&used.replace("MEMBER", member)) + component;
    client.replace("pipeline.pipe", &with("first.shop.outputs.TopicArn").replace(CURSOR, ""));
    client.found("pipeline.pipe");
    let found = list(&mut client, &with("first.<|>"));
    assert_eq!(labels(&found), ["shop"]);
    let found = list(&mut client, &with("first.shop.outputs.<|>"));
    assert_eq!(labels(&found), ["TopicArn"]);
    let module =
        |member: &str| format!("import \"./lib/steps.pipe\" as lib\n{}", around(&format!("use lib.{member}()")));
    client.replace("pipeline.pipe", &module("Other"));
    client.found("pipeline.pipe");
    let found = list(&mut client, &module("<|>"));
    assert!(labels(&found).contains(&"Other"), "{found:?}");
}

#[test]
fn blocks_at_the_end_of_a_file_need_not_be_closed() {
    let mut client = client();
    let before = "component Step(code: Artifact) {\n  approve Wait\n}\npipeline App {\n  stage Source {\n    source codecommit Fetch -> Code { \
                  repository = \"a\", branch = \"b\" }\n  }\n  stage Build {\n    ";
    let typed = [
        ("build <|>", "codebuild"),
        ("deploy <|>", "stack"),
        ("use <|>", "Step"),
        ("use Step(<|>", "code"),
        ("deploy stack x from <|>", "Code"),
        ("approve Look { message = \"${Fetch.<|>", "CommitId"),
        ("<|>", "approve"),
    ];
    let closed = "\n    approve Wait\n  }\n}\n";
    for (earlier, end) in [("", ""), ("\n", "\n"), ("\n  }\n", "\n  }\n"), (closed, closed), (closed, "")] {
        for (typed, wanted) in typed {
            // The earlier text is unclosed in the same way, or was closed.
            client.replace("pipeline.pipe", &format!("{before}{earlier}"));
            client.found("pipeline.pipe");
            let found = list(&mut client, &format!("{before}{typed}{end}"));
            assert!(labels(&found).contains(&wanted), "{typed:?} before {end:?}: {:?}", labels(&found));
        }
    }
}
