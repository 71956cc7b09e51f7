//! What `docs/deploying.md` says of updates.

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::program::{CLEAN, code, project, read, run, stderr, stdout};

const SELF_UPDATE: &str = include_str!("../deploying/self-update.pipe");

/// The logical IDs of a template, with their types.
fn resources(folder: &TempDir) -> Vec<(String, String)> {
    let output = run(folder, &["build"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let template: Json = serde_json::from_str(stdout(&output)).expect("it is JSON");
    let resources = template.get("Resources").and_then(Json::as_object).expect("it has resources");
    let kind = |resource: &Json| resource.get("Type").and_then(Json::as_str).unwrap_or_default().to_owned();
    resources.iter().map(|(id, resource)| (id.clone(), kind(resource))).collect()
}

/// The role that deploys the template follows from the template, which holds that role.
#[test]
fn the_template_of_a_pipeline_that_updates_itself_settles_with_the_second_build() {
    let start = SELF_UPDATE.find("  stage Update").expect("it is there");
    let end = SELF_UPDATE.find("  stage Build").expect("it is there");
    let without = format!("{}{}", &SELF_UPDATE[..start], &SELF_UPDATE[end..]);
    let folder = project(&[("pipeline.pipe", &without)]);
    let build = || {
        let output = run(&folder, &["build", "-o", "pipeline.yaml"]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        read(&folder, "pipeline.yaml")
    };
    let first = build();
    std::fs::write(folder.path().join("pipeline.pipe"), SELF_UPDATE).expect("it is written");
    let (second, third, fourth) = (build(), build(), build());
    assert!(first != second && second != third, "the role takes two builds");
    assert_eq!(third, fourth);
    assert!(third.contains("codepipeline:UpdatePipeline") && third.contains("CAPABILITY_IAM"), "{third}");
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
