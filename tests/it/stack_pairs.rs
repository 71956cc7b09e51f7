//! Attributes of a stack statement are applied to both of its actions in every notation.

use dotpipe::compilation::{Compilation, Notation, Request};
use serde_json::Value as Json;

use crate::support::compile;

/// Returns the actions of the last stage of the only pipeline.
fn actions(text: &str) -> Vec<Json> {
    let compilation: Compilation = compile(("pipeline.pipe", text), &[], &Request::default());
    let said = dotpipe::render::short::render(&[compilation.report()]);
    let built = compilation.build(Notation::Json).unwrap_or_else(|| panic!("{said}"));
    let template: Json = serde_json::from_str(&built).expect("it is JSON");
    let resources = template["Resources"].as_object().expect("it has resources");
    let pipeline = resources.values().find(|it| it["Type"] == "AWS::CodePipeline::Pipeline").expect("there is one");
    let stages = pipeline["Properties"]["Stages"].as_array().expect("it has stages");
    stages.last().and_then(|stage| stage["Actions"].as_array()).expect("it has actions").clone()
}

fn deploying(before: &str, statement: &str) -> Vec<Json> {
    actions(&format!(
        r#"
{before}
pipeline Delivery {{
  stage Source {{ source codecommit Fetch -> App {{ repository = "app", branch = "main" }} }}
  stage Deploy {{ {statement} }}
}}
"#
    ))
}

fn names(actions: &[Json]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["Name"].as_str()).collect()
}

#[test]
fn names_of_the_two_actions_may_be_computed() {
    for (before, value) in [
        ("", r#"{ prepare = "Web-one", execute = "Web-two" }"#),
        ("let pre = \"Web\"", r#"{ prepare = "${pre}-one", execute = "${pre}-two" }"#),
        ("let names = { prepare = \"Web-one\", execute = \"Web-two\" }", "names"),
        ("option pre: string = \"Web\"", r#"{ prepare = "${pre}-one", execute = join([pre, "two"], "-") }"#),
    ] {
        let made = deploying(before, &format!("deploy stack app from App::template.yaml {{ actions = {value} }}"));
        assert_eq!(names(&made), ["Web-one", "Web-two"], "{before} {value}");
    }
}

#[test]
fn a_mode_makes_one_action_wherever_it_stands() {
    for (before, block) in [
        ("", "mode = create-update"),
        ("option direct: bool = true", "if direct { mode = create-update }"),
        ("option pair: bool = false", "if pair { } else { mode = create-update }"),
        ("let mode = \"create-update\"", "mode = \"${mode}\""),
    ] {
        let made = deploying(
            before,
            &format!(
                "deploy stack app from App::template.yaml {{\n{block}\ncapabilities = [CAPABILITY_AUTO_EXPAND]\n}}"
            ),
        );
        let modes: Vec<&Json> = made.iter().map(|action| &action["Configuration"]["ActionMode"]).collect();
        assert_eq!(modes, ["CREATE_UPDATE"], "{before} {block}");
    }
    let pair = deploying(
        "option direct: bool = false",
        "deploy stack app from App::template.yaml { if direct { mode = create-update } }",
    );
    assert_eq!(names(&pair), ["app.GenerateChangeSet", "app.ExecuteChangeSet"]);
}

#[test]
fn both_actions_speak_of_one_stack_and_one_change_set() {
    for statement in [
        r#"deploy stack app from App::template.yaml { configuration = { StackName = "web", ChangeSetName = "all" } }"#,
        r#"prepare stack app from App::template.yaml { configuration = { StackName = "web", ChangeSetName = "all" } }
           execute stack app"#,
        r#"prepare stack app from App::template.yaml { name = "web", change-set = "all" }
           execute stack app"#,
    ] {
        let made = deploying("", statement);
        assert_eq!(made.len(), 2);
        for action in &made {
            let configuration = &action["Configuration"];
            assert_eq!(
                (&configuration["StackName"], &configuration["ChangeSetName"]),
                (&Json::from("web"), &Json::from("all")),
                "{statement}"
            );
        }
        assert_ne!(made[0]["Configuration"]["ActionMode"], made[1]["Configuration"]["ActionMode"]);
    }
    let made = deploying(
        "",
        r#"deploy stack app from App::template.yaml -> Outputs { configuration = { OutputFileName = "out.json" } }"#,
    );
    assert_eq!(made[0]["Configuration"]["OutputFileName"], Json::Null);
    assert_eq!(made[1]["Configuration"]["OutputFileName"], "out.json");
}

#[test]
fn a_namespace_may_be_computed() {
    for (before, value) in [("", "\"built\""), ("let ns = \"built\"", "ns"), ("let ns = \"bui\"", "\"${ns}lt\"")] {
        let made = actions(&format!(
            r##"
{before}
pipeline Delivery {{
  stage Source {{
    source codecommit Fetch -> App {{ repository = "app", branch = "main", namespace = {value} }}
  }}
  stage Deploy {{ deploy s3 Publish from App {{ bucket = "site", extract = false, key = "#{{built.CommitId}}" }} }}
}}
"##
        ));
        assert_eq!(made[0]["Configuration"]["ObjectKey"], "#{built.CommitId}", "{before}");
    }
}
