//! References to a pipeline whose name is only known at deployment.

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use serde_json::Value as Json;

use crate::support::compile;

const PIPELINE: &str = r#"
param Env: string
topic Ops
pipeline Delivery {
  name = "${AWS::StackName}-${Env}"
  notify Ops on [failed]
  dashboard { duration = true }
  stage Source { source codecommit Fetch -> App { repository = "app", branch = "main" } }
  stage Deploy { deploy s3 Publish from App { bucket = "site", extract = true } }
}
"#;

fn compiled(text: &str, target: Target) -> Compilation {
    compile(("pipeline.pipe", text), &[], &Request { target, ..Request::default() })
}

fn codes(compilation: &Compilation) -> Vec<&str> {
    compilation.diagnostics().iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn roles_rules_targets_and_notifications_follow_the_name() {
    let compilation = compiled(PIPELINE, Target::Cloudformation);
    assert_eq!(codes(&compilation), [""; 0]);
    let built = compilation.build(Notation::Json).expect("it has no errors");
    let template: Json = serde_json::from_str(&built).expect("it is JSON");
    let resources = template["Resources"].as_object().expect("it has resources");
    let of_type = |wanted: &str| resources.values().find(|it| it["Type"] == wanted).expect("there is one");
    let pipeline = of_type("AWS::CodePipeline::Pipeline");
    assert_eq!(pipeline["Properties"]["Name"]["Fn::Sub"], "${AWS::StackName}-${Env}");
    for wanted in ["AWS::Events::Rule", "AWS::CodeStarNotifications::NotificationRule", "AWS::CloudWatch::Dashboard"] {
        let properties = of_type(wanted)["Properties"].to_string();
        assert!(properties.contains("${AWS::StackName}-${Env}"), "{wanted}: {properties}");
    }
    let starts = resources.values().find(|it| it.to_string().contains("codepipeline:StartPipelineExecution"));
    let starts = starts.expect("a role may start it").to_string();
    assert!(starts.contains(":${AWS::StackName}-${Env}"), "{starts}");
    // The name in the file would be the name of a pipeline that does not exist.
    assert!(!built.contains(":Delivery"), "{built}");
}

#[test]
fn the_json_cannot_have_such_a_name() {
    let compilation = compiled(PIPELINE, Target::Codepipeline);
    assert!(codes(&compilation).contains(&"E0702"), "{:?}", codes(&compilation));
    assert!(compilation.build(Notation::Json).is_none());
}
