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
