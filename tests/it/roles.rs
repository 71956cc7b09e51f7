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
          allow [\"sqs:SendMessage\"] on \"*\" when { StringEquals = { \"aws:SourceVpc\" = [\"vpc-1\", \"vpc-2\"] } }
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
    has("allow sqs:SendMessage\n  on *\n  when aws:SourceVpc StringEquals vpc-1 or vpc-2\n");
}

/// A role with what the file allows and denies beside its derived permissions.
fn allowed_beside_derived(role: &str) -> String {
    let files = [
        ("pipeline.pipe", include_str!("../ui/roles/allowed-beside-derived/pipeline.pipe")),
        ("template.yaml", include_str!("../ui/roles/allowed-beside-derived/template.yaml")),
    ];
    explained(&files, role)
}

#[test]
fn statements_beside_derived_permissions_are_added_to_the_role_of_their_block() {
    let added = [
        ("App.role", "allow cloudwatch:PutMetricData\n  on *\n  when cloudwatch:namespace StringEquals app\n"),
        ("test.app-test.role", "allow sns:TagResource\n  on arn:aws:sns:eu-west-1:*:app-*\n"),
        ("prod.app-prod.role", "deny sns:DeleteTopic\n  on arn:aws:sns:*:*:*\n"),
        ("other.role", "allow s3:AbortMultipartUpload, s3:ListMultipartUploadParts, s3:PutObject\n"),
        ("prod.action-role", "allow cloudformation:ListStacks\n  on *\n"),
        ("prod.action-role", "allow s3:GetObject, s3:GetObjectVersion\n  on arn:${AWS::Partition}:s3:::"),
    ];
    for (role, statement) in added {
        let found = allowed_beside_derived(role);
        assert!(found.contains(statement), "{statement} is not in\n{found}");
    }
    // The derived permissions stay.
    assert!(allowed_beside_derived("other.role").contains("allow sns:CreateTopic"));
    assert!(!allowed_beside_derived("test.app-test.role").contains("deny"));
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
    deploy stack guest in theirs from App::template.yaml
    invoke lambda Check in prod {
      function = \"check\"
    }
  }
}

environment prod {
  account = \"222222222222\"
  role    = There
}
environment here { role = Here }
environment theirs {
  account     = \"333333333333\"
  role        = \"arn:aws:iam::333333333333:role/stacks\"
  action-role = \"arn:aws:iam::333333333333:role/pipelines\"
}
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
    // The roles there read the artifacts, so their bucket lets them in, also one that exists already.
    let policy = home["Resources"]["BucketAppArtifactsPolicy"].to_string();
    for role in ["222222222222:role/App-prod-action", "333333333333:role/pipelines"] {
        assert!(policy.contains(role), "{role} in {policy}");
    }
}

#[test]
fn grants_point_at_the_action_that_needs_them() {
    let role = explained(&[("pipeline.pipe", PLACES), ("template.yaml", TEMPLATE)], "prod.action-role");
    let because = |action: &str| role.split("\n\n").find(|grant| grant.contains(action))?.rsplit_once("because of ");
    let line = |action: &str| because(action).map(|(_, place)| place.trim_end());
    assert_eq!(line("cloudformation:CreateChangeSet"), Some("pipeline.pipe:9"), "{role}");
    assert_eq!(line("lambda:InvokeFunction"), Some("pipeline.pipe:12"), "{role}");
}

#[test]
fn stacks_read_the_secrets_and_the_sealed_code_of_their_templates() {
    let text = "
        pipeline App {
          account = \"111111111111\"
          region  = eu-west-1
          stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\" } }
          stage Build { build codebuild Package from App -> Built { project = Builder } }
          stage Deploy { deploy stack shop in prod from Built::packaged.yaml { capabilities = [CAPABILITY_IAM] } }
        }
        environment prod { account = \"222222222222\" }
        key Sealing
        bucket Packages { key = Sealing }
        project Builder {
          image = \"aws/codebuild/standard:7.0\"
          env   = { PACKAGES = Packages.name }
          allow write on Packages
        }
        ";
    let buildspec = "version: 0.2\nphases: { build: { commands: [aws cloudformation package \
                     --template-file template.yaml --s3-bucket $PACKAGES --output-template-file packaged.yaml] } }\n\
                     artifacts: { files: [packaged.yaml] }\n";
    let secret = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:db-AbCdEf";
    let template = format!(
        "Resources:
  News:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: '{{{{resolve:secretsmanager:{secret}:SecretString:password}}}}'
  Code:
    Type: AWS::Lambda::LayerVersion
    Properties: {{ Content: layer/ }}
"
    );
    let files =
        [("pipeline.pipe", text), ("buildspec.yml", buildspec), ("template.yaml", &template), ("layer/x.txt", "x")];
    let role = explained(&files, "prod.shop.role");
    assert!(role.contains(&format!("on {secret}\n")), "{role}");
    let sealed = role.split("\n\n").find(|grant| grant.contains("kms:Decrypt")).unwrap_or_default();
    assert!(sealed.contains("alias/App-Sealing and kms:ViaService StringEquals s3."), "{role}");
    let folder = project(&files);
    let output = run(&folder, &["build"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let home: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let policy = home["Resources"]["KeySealing"]["Properties"]["KeyPolicy"].to_string();
    assert!(policy.contains("222222222222:role/App-shop-prod-deploy"), "{policy}");
}

#[test]
fn stacks_make_what_has_the_names_of_their_templates() {
    let pipeline = "
        pipeline App {
          stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\" } }
          stage Deploy { deploy stack shop from App::template.yaml { capabilities = [CAPABILITY_IAM] } }
        }
        ";
    let template = "Parameters: { Other: { Type: String, Default: x } }
Resources:
  Named: { Type: 'AWS::SNS::Topic', Properties: { TopicName: !Ref 'AWS::StackName' } }
  Joined: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${AWS::StackName}-jobs' } }
  Open: { Type: 'AWS::Kinesis::Stream', Properties: { Name: !Ref Other } }
  Taken: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: !ImportValue names } }
  RoleOfTheWorkersThatPackWhatCustomersOfTheShopHaveOrderedToday:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } }
  Task:
    Type: AWS::CloudFormation::CustomResource
    Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:task' }
  Alert: { Type: 'Custom::Alert', Properties: { ServiceToken: 'arn:aws:sns:eu-west-1:111122223333:alerts' } }
";
    let role = explained(&[("pipeline.pipe", pipeline), ("template.yaml", template)], "shop.role");
    let here = "${AWS::Region}:${AWS::AccountId}";
    for resource in [
        format!("arn:${{AWS::Partition}}:sns:{here}:shop"),
        format!("arn:${{AWS::Partition}}:sqs:{here}:shop-jobs"),
        format!("arn:${{AWS::Partition}}:kinesis:{here}:stream/*"),
        format!("arn:${{AWS::Partition}}:logs:{here}:log-group:*"),
        // CloudFormation shortens what is too long for IAM.
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop*".to_owned(),
    ] {
        assert!(role.contains(&format!("on {resource}\n")), "{resource} is not in\n{role}");
    }
    let call = "allow lambda:InvokeFunction\n  on arn:aws:lambda:eu-west-1:111122223333:function:task\n";
    let tell = "allow sns:Publish\n  on arn:aws:sns:eu-west-1:111122223333:alerts\n";
    assert!(role.contains(call) && role.contains(tell), "{role}");
}
