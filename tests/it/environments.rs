//! Support templates of other accounts and Regions: which are built, and that all templates use the same names.

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::program::{CLEAN, code, project, run, stderr, stdout};

const PIPELINE: &str = r#"
pipeline App {
  account = "111111111111"
  region  = eu-west-1
  stage Source {
    source codecommit Fetch -> App { repository = "app", branch = "main" }
  }
  stage Deploy {
    deploy stack dev in here from App::template.yaml
    deploy stack app in prod from App::template.yaml
  }
}

environment here {}
environment prod {
  account = "222222222222"
  region  = us-east-1
}
"#;

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: \"2010-09-09\"
Resources:
  Topic:
    Type: AWS::SNS::Topic
";

fn folder(pipeline: &str) -> TempDir {
    project(&[("pipeline.pipe", pipeline), ("template.yaml", TEMPLATE)])
}

fn built(folder: &TempDir, options: &[&str]) -> Json {
    let output = run(folder, &[&["build"], options].concat());
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).expect("it is JSON")
}

#[test]
fn the_order_of_the_stacks_is_printed() {
    let folder = folder(PIPELINE);
    let order = |options: &[&str]| stderr(&run(&folder, &[&["build"], options].concat())).to_owned();
    assert_eq!(
        order(&["-o", "app.yaml"]),
        "\
deploy these stacks, in this order:
  1. artifact bucket for Region us-east-1, in account 111111111111, Region us-east-1
     dotpipe build pipeline.pipe --target support --artifact-bucket us-east-1 -o App-us-east-1.yaml
     aws cloudformation deploy --region us-east-1 --stack-name App-us-east-1 --template-file App-us-east-1.yaml
  2. roles of environment prod, in account 222222222222, Region us-east-1, with credentials for that account
     dotpipe build pipeline.pipe --target support --env prod -o App-prod.yaml
     aws cloudformation deploy --region us-east-1 --stack-name App-prod --template-file App-prod.yaml --capabilities CAPABILITY_NAMED_IAM
  3. the pipeline, in account 111111111111, Region eu-west-1
     aws cloudformation deploy --region eu-west-1 --stack-name App --template-file app.yaml --capabilities CAPABILITY_NAMED_IAM
"
    );
    let json = order(&["--target", "codepipeline"]);
    let last = "  4. the pipeline, in account 111111111111, Region eu-west-1
     aws codepipeline create-pipeline --region eu-west-1 --cli-input-json file://pipeline.json
     to update after changes: aws codepipeline update-pipeline --region eu-west-1 --cli-input-json file://pipeline.json\n";
    assert!(json.contains("--target support -o support.yaml") && json.ends_with(last), "{json}");
    assert_eq!(order(&["--target", "support", "--env", "prod"]), "");
}

#[test]
fn stacks_of_environments_and_of_regions_have_different_names() {
    let folder =
        folder(&PIPELINE.replace("in prod", "in us-east-1").replace("environment prod", "environment us-east-1"));
    let output = run(&folder, &["build", "-o", "app.yaml"]);
    let order = stderr(&output);
    let after = |option: &str| {
        let found: Vec<&str> = order.split(option).skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
        found.join(" ")
    };
    assert_eq!(after("--stack-name "), "App-us-east-1 App-env-us-east-1 App");
    assert_eq!(after(" -o "), "App-us-east-1.yaml App-env-us-east-1.yaml");
}

#[test]
fn the_printed_commands_can_be_run() {
    let long = format!("P{}", "p".repeat(99));
    let text = PIPELINE
        .replace("pipeline App", &format!("param Size: string\nparam Note: string = \"none\"\n\npipeline {long}"))
        .replace("branch = \"main\" }", "branch = \"main\" }\n    source s3 Site -> Site { bucket = Size, key = Note }")
        .replace("prod", "eu_prod_with_a_name_of_fifty_characters_and_no_fewer");
    let folder = folder(&text);
    let order = |options: &[&str]| stderr(&run(&folder, &[&["build", "-o", "app.yaml"], options].concat())).to_owned();
    let asked = order(&[]);
    let stacks: Vec<&str> =
        asked.split("--stack-name ").skip(1).filter_map(|rest| rest.split_ascii_whitespace().next()).collect();
    assert_eq!(stacks.len(), 3, "{asked}");
    for stack in stacks {
        assert!(stack.len() <= 128 && stack.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{stack}");
    }
    assert!(asked.contains("-eu-prod-with-a-name-of-fifty-characters-and-no-fewer --template-file"), "{asked}");
    assert!(asked.ends_with(" --parameter-overrides 'Size=<value>'\n"), "{asked}");
    let given = order(&["--param", "Size=small", "--param", "Note=it's here"]);
    assert!(
        given.contains(r#"--artifact-bucket us-east-1 --param Size=small --param "Note=it's here" -o "#),
        "{given}"
    );
    assert!(given.ends_with(" --parameter-overrides Size=small \"Note=it's here\"\n"), "{given}");
}

#[test]
fn places_without_a_template_are_wrong_usage() {
    let folder = folder(PIPELINE);
    for (options, wanted) in [
        (
            &["--target", "support", "--env", "prd"][..],
            "error: no environment of `pipeline.pipe` is named `prd`; did you mean `prod`?\n",
        ),
        (&["--target", "support", "--env", "here"], "error: environment `here` needs no roles or resources\n"),
        (
            &["--target", "support", "--artifact-bucket", "eu-north-1"],
            "error: the pipeline has no artifact bucket in Region `eu-north-1`; choose `us-east-1`\n",
        ),
        (&["--env", "prod"], "error: `--env` and `--artifact-bucket` require `--target support`\n"),
    ] {
        let output = run(&folder, &[&["build"], options].concat());
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(2), "", wanted));
    }
}

/// Collects every role ARN and bucket name of a document, as text without `Fn::Sub`.
fn names(json: &Json, found: &mut Vec<String>) {
    match json {
        Json::String(text) => found.push(text.clone()),
        Json::Array(items) => items.iter().for_each(|item| names(item, found)),
        Json::Object(entries) => entries.values().for_each(|value| names(value, found)),
        _ => {}
    }
}

fn says(json: &Json, text: &str) -> bool {
    let mut found = Vec::new();
    names(json, &mut found);
    found.iter().any(|name| name == text)
}

#[test]
fn all_templates_speak_of_the_same_things() {
    let folder = folder(PIPELINE);
    let template = built(&folder, &[]);
    let support = built(&folder, &["--target", "support"]);
    let prod = built(&folder, &["--target", "support", "--env", "prod"]);
    let store = built(&folder, &["--target", "support", "--artifact-bucket", "us-east-1"]);
    let resource =
        |document: &Json, id: &str, property: &str| document["Resources"][id]["Properties"][property].clone();
    // The pipeline's role has the same name in both templates, and the other account trusts that name.
    for home in [&template, &support] {
        assert_eq!(resource(home, "RoleApp", "RoleName"), "App-pipeline");
    }
    assert!(says(&prod, "arn:${AWS::Partition}:iam::111111111111:role/App-pipeline"), "{prod:#}");
    // The roles of the other account, as referenced by the pipeline and the bucket.
    assert_eq!(resource(&prod, "RoleProdAction", "RoleName"), "App-prod-action");
    let action_role = "arn:${AWS::Partition}:iam::222222222222:role/App-prod-action";
    assert!(says(&template, action_role) && says(&store, action_role));
    assert_eq!(resource(&prod, "RoleAppProdDeploy", "RoleName"), "App-app-prod-deploy");
    assert!(says(&template, "arn:${AWS::Partition}:iam::222222222222:role/App-app-prod-deploy"));
    // The bucket and the key of the other Region.
    let bucket = "app-artifacts-${AWS::AccountId}-us-east-1";
    assert_eq!(resource(&store, "BucketAppArtifactsUsEast1", "BucketName")["Fn::Sub"], bucket);
    assert!(says(&template, bucket));
    assert!(says(&prod, "arn:${AWS::Partition}:s3:::app-artifacts-111111111111-us-east-1/*"), "{prod:#}");
    assert_eq!(resource(&store, "KeyAppArtifactsUsEast1Alias", "AliasName"), "alias/App-artifacts");
    assert!(says(&prod, "alias/App-artifacts"));
    // A resource that is created here is not also created there.
    assert!(template["Resources"]["RoleProdAction"].is_null() && prod["Resources"]["RoleApp"].is_null());
}

#[test]
fn an_unknown_home_account_is_a_parameter_there() {
    let folder = folder(&PIPELINE.replace("  account = \"111111111111\"\n", ""));
    let prod = built(&folder, &["--target", "support", "--env", "prod"]);
    assert_eq!(prod["Parameters"]["PipelineAccount"]["Type"], "String");
    assert!(says(&prod, "arn:${AWS::Partition}:iam::${PipelineAccount}:role/App-pipeline"), "{prod:#}");
    let told = stderr(&run(&folder, &["build"])).to_owned();
    assert!(told.contains(" --parameter-overrides 'PipelineAccount=<account id>'\n"), "{told}");
    let prod = built(&folder, &["--target", "support", "--env", "prod", "--account", "333333333333"]);
    assert!(prod["Parameters"].is_null() && says(&prod, "arn:${AWS::Partition}:iam::333333333333:role/App-pipeline"));
}

#[test]
fn the_pipelines_own_account_and_region_need_nothing_else() {
    let folder = folder(&PIPELINE.replace("\"111111111111\"", "\"222222222222\"").replace("eu-west-1", "us-east-1"));
    let output = run(&folder, &["build"]);
    assert_eq!((code(&output), stderr(&output)), (Some(0), ""));
    let template: Json = serde_json::from_str(stdout(&output)).expect("it is JSON");
    let mut kinds: Vec<&str> = Vec::new();
    for resource in template["Resources"].as_object().expect("it has resources").values() {
        kinds.extend(resource["Type"].as_str());
    }
    assert!(!kinds.contains(&"AWS::KMS::Key"), "{kinds:?}");
    assert!(!says(&template, "us-east-1"), "{template:#}");
}

#[test]
fn a_rule_in_another_region_has_its_artifacts_there() {
    let rule = |text: &str| {
        let condition = format!("stage Deploy {{\n    on success require {{ {text} }} else fail");
        folder(
            &PIPELINE
                .replace("stage Deploy {", &condition)
                .replace("    deploy stack app in prod from App::template.yaml\n", ""),
        )
    };
    let stores = |folder: &TempDir| {
        let template = built(folder, &[]);
        let resources = template["Resources"].as_object().expect("there are resources").clone();
        let pipeline = resources.values().find(|it| it["Type"] == "AWS::CodePipeline::Pipeline");
        pipeline.expect("there is a pipeline")["Properties"].clone()
    };
    let reading = rule("run([\"ls\"], from = App, region = us-west-2)");
    let regions: Vec<String> = stores(&reading)["ArtifactStores"]
        .as_array()
        .expect("there are several stores")
        .iter()
        .map(|store| store["Region"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(regions, ["eu-west-1", "us-west-2"]);
    assert!(built(&reading, &["--target", "support", "--artifact-bucket", "us-west-2"])["Resources"].is_object());
    let alarm = rule("alarm(\"errors\", region = us-west-2)");
    assert!(stores(&alarm)["ArtifactStore"].is_object());
}

#[test]
fn regions_asked_for_and_settled_are_looked_up() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", "region = \"eu-wset-1\"\n")]);
    let output = run(&folder, &["build", "--region", "us-esat-1", "-o", "template.json"]);
    let report = stderr(&output);
    assert_eq!(code(&output), Some(1), "{report}");
    assert!(report.contains("`us-esat-1` is not a Region") && report.contains("did you mean `us-east-1`?"), "{report}");
    assert!(report.contains("dotpipe.toml:1:10") && report.contains("did you mean `eu-west-1`?"), "{report}");
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", "region = \"eu-west-1\"\n")]);
    let output = run(&folder, &["build", "--region", "us-east-1", "-o", "template.json"]);
    assert!(!stderr(&output).contains("region `"), "{}", stderr(&output));
}

/// Each action of a loop over environments uses the role of its own iteration, whatever its name: unquoted names differ
/// between the iterations; quoted names do not.
#[test]
fn actions_of_a_loop_get_the_role_of_their_own_environment() {
    for (deploy, stack) in [("Publish", "app"), ("\"Publish\"", "\"app\"")] {
        let text = format!(
            r#"
pipeline App {{
  account = "111111111111"
  region  = eu-west-1
  stage Source {{ source codecommit Fetch -> App {{ repository = "app", branch = "main" }} }}
  for env in [dev, prod] {{
    stage "to-${{env.account}}" {{
      deploy s3 {deploy} in env from App {{ bucket = "site-${{env.name}}", extract = true }}
      deploy stack {stack} in env from App::template.yaml
    }}
  }}
}}
environment dev {{ account = "222222222222" }}
environment prod {{ account = "333333333333" }}
"#
        );
        let template = built(&folder(&text), &[]);
        let resources = template["Resources"].as_object().expect("it has resources");
        let pipeline = resources.values().find(|it| it["Type"] == "AWS::CodePipeline::Pipeline").expect("there is one");
        let mut actions = 0;
        for stage in pipeline["Properties"]["Stages"].as_array().expect("it has stages") {
            let Some(account) = stage["Name"].as_str().and_then(|name| name.strip_prefix("to-")) else { continue };
            for action in stage["Actions"].as_array().expect("it has actions") {
                let role = action["RoleArn"].to_string();
                assert!(role.contains(&format!(":{account}:role/")), "{}: {role}", action["Name"]);
                actions += 1;
            }
        }
        assert_eq!(actions, 6);
    }
}
