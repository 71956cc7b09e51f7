//! The statements of `docs/deploying.md` about updates.

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::program::{CLEAN, code, project, read, run, stderr, stdout};

const UPDATE: &str = include_str!("../deploying/update.pipe");
const SELF_UPDATE: &str = include_str!("../deploying/self-update.pipe");

const SPEC: &str = "version: 0.2\nphases:\n  build:\n    commands: [npm test]\n";

/// Returns the logical IDs of a template, with their types.
fn resources(folder: &TempDir) -> Vec<(String, String)> {
    let output = run(folder, &["build"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let template: Json = serde_json::from_str(stdout(&output)).expect("it is JSON");
    let resources = template.get("Resources").and_then(Json::as_object).expect("it has resources");
    let kind = |resource: &Json| resource.get("Type").and_then(Json::as_str).unwrap_or_default().to_owned();
    resources.iter().map(|(id, resource)| (id.clone(), kind(resource))).collect()
}

/// The role that deploys the template is derived from the template, which contains that role.
#[test]
fn the_template_of_a_pipeline_that_updates_itself_is_built_in_one_step() {
    let folder = project(&[("pipeline.pipe", SELF_UPDATE)]);
    let build = |options: &[&str]| {
        let output = run(&folder, &[&["build"], options].concat());
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        output
    };
    assert_eq!(code(&run(&folder, &["check"])), Some(1), "the template is not there yet");
    let first = stderr(&build(&["-o", "pipeline.yaml"])).to_owned();
    assert!(first.contains("aws cloudformation deploy --stack-name Shop --template-file pipeline.yaml "), "{first}");
    let written = read(&folder, "pipeline.yaml");
    build(&["-o", "pipeline.yaml"]);
    assert_eq!(read(&folder, "pipeline.yaml"), written);
    assert_eq!(stdout(&build(&["--yaml"])), written, "the file on the disk gives the same");
    assert!(written.contains("codepipeline:UpdatePipeline") && written.contains("CAPABILITY_IAM"), "{written}");
    // Another project requires other permissions, which are in the first build with the project.
    let more = SELF_UPDATE.replace("build codebuild Test from Code { project = Builder }", "parallel {\n      build codebuild Test from Code { project = Builder }\n      build codebuild Lint from Code { project = Linter }\n    }");
    let more = format!("{more}\nproject Linter {{ image = \"aws/codebuild/standard:8.0\" }}\n");
    std::fs::write(folder.path().join("pipeline.pipe"), more).expect("it is written");
    build(&["-o", "pipeline.yaml"]);
    let written = read(&folder, "pipeline.yaml");
    assert!(written.contains("role/Shop-RoleLinterBuild-*"), "{written}");
    assert_eq!(stdout(&build(&["--yaml"])), written);
}

/// Every command knows that the template deployed by `update` is the one that is built.
#[test]
fn update_deploys_what_is_built_of_its_own_file() {
    let folder = project(&[("pipeline.pipe", UPDATE), ("buildspec.yml", SPEC)]);
    let of = |arguments: &[&str]| {
        let output = run(&folder, arguments);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        output
    };
    of(&["check", "--deny", "warnings"]);
    let built = of(&["build", "-o", "pipeline.yaml"]);
    assert!(stderr(&built).contains("deploy --stack-name Shop --template-file pipeline.yaml"), "{}", stderr(&built));
    let template = read(&folder, "pipeline.yaml");
    assert_eq!(stdout(&of(&["build", "--yaml"])), template, "the file that was written changes nothing");
    for expected in [
        "dotpipe build pipeline.pipe --root . -o pipeline.yaml",
        "RestartExecutionOnUpdate: true",
        "codepipeline:UpdatePipeline",
        "role/Shop-RoleBuilderBuild-*",
        "project/${AWS::StackName}-*",
    ] {
        assert!(template.contains(expected), "{expected} in\n{template}");
    }
    // Only the action that builds reads the program.
    let reads = |role: &str| stdout(&of(&["explain", "role", role])).contains("acme-tools");
    assert!(reads("Shop.Self.Self-Template.role") && !reads("Shop.role"));
    // The expanded form builds the same template.
    let long = stdout(&of(&["expand"])).to_owned();
    assert!(!long.contains("\n  update Self") && long.contains("deploy cloudformation Self"), "{long}");
    std::fs::write(folder.path().join("pipeline.pipe"), &long).expect("it is written");
    assert_eq!(stdout(&of(&["build", "--yaml"])), template);
}

#[test]
fn a_pipeline_that_updates_itself_needs_a_stack() {
    let folder = project(&[("pipeline.pipe", UPDATE)]);
    let output =
        run(&folder, &["build", "--target", "codepipeline", "--account", "111122223333", "--region", "eu-west-1"]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("updates itself, so it has to be in a stack"), "{}", stderr(&output));
}

#[test]
fn a_missing_template_that_is_not_the_output_is_an_error() {
    let folder = project(&[("pipeline.pipe", &SELF_UPDATE.replace("Code::pipeline.yaml", "Code::other.yaml"))]);
    let output = run(&folder, &["build", "-o", "pipeline.yaml"]);
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).contains("artifact `Code` has no file `other.yaml`"), "{}", stderr(&output));
}

#[test]
fn a_renamed_pipeline_keeps_its_resource_where_both_old_names_are_given() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let pipelines = || {
        let of_kind = |(_, kind): &(String, String)| kind == "AWS::CodePipeline::Pipeline";
        resources(&folder).into_iter().filter(of_kind).map(|(id, _)| id).collect::<Vec<_>>()
    };
    let write = |text: &str| std::fs::write(folder.path().join("pipeline.pipe"), text).expect("it is written");
    let before = pipelines();
    write(&CLEAN.replace("pipeline App {", "pipeline Store {"));
    assert_ne!(pipelines(), before);
    let id = before.first().expect("there is one");
    write(&CLEAN.replace("pipeline App {", &format!("pipeline Store {{\n  name = \"App\"\n  logical-id = \"{id}\"")));
    assert_eq!(pipelines(), before);
}

/// If the pipeline has a boundary, all generated roles have it, and the update cannot create roles without it.
#[test]
fn an_update_creates_only_roles_with_the_boundary() {
    let arn = "arn:aws:iam::111122223333:policy/limit";
    let text = UPDATE.replacen("pipeline Shop {", &format!("pipeline Shop {{\n  permissions-boundary = \"{arn}\""), 1);
    let folder = project(&[("pipeline.pipe", &text), ("buildspec.yml", SPEC)]);
    let output = run(&folder, &["build"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let template: Json = serde_json::from_str(stdout(&output)).expect("it is JSON");
    let resources = template.get("Resources").and_then(Json::as_object).expect("it has resources");
    let roles = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role");
    let mut creating = 0;
    for (id, role) in roles {
        let properties = &role["Properties"];
        assert_eq!(properties["PermissionsBoundary"], arn, "{id}");
        let policies = properties["Policies"].as_array().into_iter().flatten();
        for statement in
            policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().into_iter().flatten())
        {
            if statement["Action"].to_string().contains("\"iam:CreateRole\"") {
                creating += 1;
                assert_eq!(statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"], arn, "{id}: {statement}");
            }
        }
    }
    assert!(creating > 1, "{creating}");
    let long = stdout(&run(&folder, &["expand"])).to_owned();
    std::fs::write(folder.path().join("pipeline.pipe"), &long).expect("it is written");
    assert_eq!(stdout(&run(&folder, &["build"])), stdout(&output));
}

#[test]
fn attributes_of_an_update_follow_the_conditions_around_them() {
    let text = include_str!("../ui/updates/conditional-attributes.pipe");
    let folder = project(&[("conditional-attributes.pipe", text), ("buildspec.yml", SPEC)]);
    let build = |options: &[&str]| {
        let output = run(&folder, &[&["build", "conditional-attributes.pipe"], options].concat());
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let command = "dotpipe build conditional-attributes.pipe --root . -o conditional-attributes.yaml";
    let plain = build(&[]);
    for expected in [&format!("{command}\""), "\"StackName\": \"shop-main\"", "\"CREATE_UPDATE\""] {
        assert!(plain.contains(expected), "{expected} in\n{plain}");
    }
    let release = build(&["--set", "release=true"]);
    for expected in [&format!("{command} --set release=true"), "\"StackName\": \"Shop\"", "\"REPLACE_ON_FAILURE\""] {
        assert!(release.contains(expected), "{expected} in\n{release}");
    }
    let other = build(&["--set", "place=other"]);
    assert!(other.contains("dotpipe --version") && other.contains("\"StackName\": \"Shop\""), "{other}");
}
