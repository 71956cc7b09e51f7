//! What derived roles may do, as `dotpipe explain role` shows it.

use crate::program::{code, project, run, stderr, stdout};

/// The grants of a role: each line `on ...` behind the actions.
fn explained(files: &[(&str, &str)], role: &str) -> String {
    let folder = project(files);
    let output = run(&folder, &["explain", "role", role]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    stdout(&output).to_owned()
}

#[test]
fn builds_reach_what_their_project_and_their_run_name() {
    let text = "
        param Image: string = \"tools\"
        pipeline App {
          variable team: string = \"shop\"
          stage Source {
            source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
          }
          stage Build {
            build codebuild Package from App {
              project = Builder
              env     = { TOKEN = secret(\"app/${Fetch.BranchName}/token\"), KEY = ssm(\"/app/${team}/key\") }
            }
          }
        }
        bucket Logs
        bucket Cache
        project Builder {
          image = \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/${Image}:latest\"
          logs  = { s3 = \"${Logs.arn}/builds\" }
          cache = \"${Cache.arn}/builds\"
        }
        ";
    let role = explained(&[("pipeline.pipe", text)], "Builder.role");
    let has = |text: &str| assert!(role.contains(text), "{text} is not in\n{role}");
    let here = "${AWS::Region}:${AWS::AccountId}";
    // What is known only while the pipeline runs may be anything.
    has(&format!("on arn:${{AWS::Partition}}:secretsmanager:{here}:secret:app/*/token-??????\n"));
    has(&format!("on arn:${{AWS::Partition}}:ssm:{here}:parameter/app/*/key\n"));
    assert!(!role.contains("#{"), "{role}");
    has("on arn:${AWS::Partition}:ecr:eu-west-1:111122223333:repository/${Image}\n");
    has("allow s3:PutObject\n  on ${Logs.arn}/builds/*\n");
    has("allow s3:GetBucketAcl, s3:GetBucketLocation\n  on ${Logs.arn}\n");
    has("on ${Cache.arn}/builds/*\n");
    has("on ${Cache.arn}\n");
}

/// A pipeline that deploys into another account under a declared role, and at home under another.
const PLACES: &str = "
pipeline App {
  account = \"111111111111\"
  region  = eu-west-1
  stage Source {
    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
  }
  stage Deploy {
    deploy stack shop in prod from App::template.yaml
    deploy stack own in here from App::template.yaml
  }
}

environment prod {
  account = \"222222222222\"
  role    = There
}
environment here { role = Here }
role There for cloudformation { managed = [\"arn:aws:iam::aws:policy/AdministratorAccess\"] }
role Here for cloudformation { managed = [\"arn:aws:iam::aws:policy/AdministratorAccess\"] }
";
const TEMPLATE: &str = "Resources:\n  News: { Type: \"AWS::SNS::Topic\" }\n";

#[test]
fn a_declared_role_is_made_where_its_environment_is() {
    let folder = project(&[("pipeline.pipe", PLACES), ("template.yaml", TEMPLATE)]);
    let built = |options: &[&str]| -> serde_json::Value {
        let output = run(&folder, &[&["build"], options].concat());
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    };
    let (home, there) = (built(&[]), built(&["--target", "support", "--env", "prod"]));
    // The other account's goes by a name that the pipeline knows.
    assert!(there["Resources"]["RoleThere"]["Properties"]["RoleName"].is_string(), "{there:#}");
    assert!(there["Resources"]["RoleHere"].is_null() && home["Resources"]["RoleThere"].is_null());
    let here = &home["Resources"]["RoleHere"];
    assert!(here.is_object() && here["Properties"]["RoleName"].is_null(), "{here:#}");
    // The role there reads the artifacts, so their bucket lets it in.
    let policy = home["Resources"]["BucketAppArtifactsPolicy"].to_string();
    assert!(policy.contains("222222222222:role/App-prod-action"), "{home:#}");
}

#[test]
fn grants_point_at_the_action_that_needs_them() {
    let role = explained(&[("pipeline.pipe", PLACES), ("template.yaml", TEMPLATE)], "prod.action-role");
    let stack = role.split("\n\n").find(|grant| grant.contains("cloudformation:CreateChangeSet"));
    assert!(stack.is_some_and(|grant| grant.ends_with("because of pipeline.pipe:9")), "{role}");
}
