//! The permissions of derived roles, as shown by `dotpipe explain role`.

use crate::program::{code, project, run, stderr, stdout};

/// Returns the permissions of a role, with each `on ...` line appended to its actions.
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
    // Values that are only known at run time can be anything.
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

/// Returns a role with permissions that the file allows and denies in addition to the derived ones.
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
    // The derived permissions are kept.
    assert!(allowed_beside_derived("other.role").contains("allow sns:CreateTopic"));
    assert!(!allowed_beside_derived("test.app-test.role").contains("deny"));
}

/// A pipeline that deploys to another account with one declared role, and to its own account with another.
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
    // The role in the other account has a fixed name, by which the pipeline can reference it.
    assert!(there["Resources"]["RoleThere"]["Properties"]["RoleName"].is_string(), "{there:#}");
    assert!(there["Resources"]["RoleHere"].is_null() && home["Resources"]["RoleThere"].is_null());
    let here = &home["Resources"]["RoleHere"];
    assert!(here.is_object() && here["Properties"]["RoleName"].is_null(), "{here:#}");
    // The roles in the other accounts read the artifacts, so the bucket policy allows them access, including roles that
    // already exist.
    let policy = home["Resources"]["BucketAppArtifactsPolicy"].to_string();
    for role in ["222222222222:role/App-prod-action", "333333333333:role/pipelines"] {
        assert!(policy.contains(role), "{role} in {policy}");
    }
}

#[test]
fn grants_point_at_the_action_that_needs_them() {
    let role = explained(&[("pipeline.pipe", PLACES), ("template.yaml", TEMPLATE)], "prod.action-role");
    let because = |action: &str| role.split("\n\n").find(|grant| grant.contains(action))?.rsplit_once("required by: ");
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
        format!("arn:${{AWS::Partition}}:kinesis:{here}:stream/x"),
        format!("arn:${{AWS::Partition}}:logs:{here}:log-group:*"),
        // CloudFormation shortens names that are too long for IAM.
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop*".to_owned(),
    ] {
        assert!(role.contains(&format!("on {resource}\n")), "{resource} is not in\n{role}");
    }
    let call = "allow lambda:InvokeFunction\n  on arn:aws:lambda:eu-west-1:111122223333:function:task\n";
    let tell = "allow sns:Publish\n  on arn:aws:sns:eu-west-1:111122223333:alerts\n";
    assert!(role.contains(call) && role.contains(tell), "{role}");
}

/// A pipeline whose commands deploy something, with run-time values in them.
const COMMANDS: &str = "
pipeline Shop {
  variable Note: string = \"none\"
  stage Source {
    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
  }
  stage Check {
    on entry require { run([\"make smoke\"], from = App) } else fail
    run Lint from App {
      env      = { Fetch_BranchName = \"taken\" }
      commands = [\"echo ${Fetch.CommitMessage} on=${Fetch.BranchName}\", \"echo \\\"${Note}s\\\" ${Fetch.CommitMessage}\"]
    }
    run Pack from App -> Packed(\"dist\") { commands = [\"make\"] }
    run Own from Packed { commands = [\"make\"], action-role = Named }
  }
  stage Deploy {
    deploy stack shop from App::template.yaml { role = Deployer }
  }
}
role Deployer for cloudformation = \"arn:aws:iam::111122223333:role/deployer\"
role Named for pipeline {
  allow [\"s3:GetObject\"] on \"*\"
  allow [\"logs:CreateLogStream\", \"logs:PutLogEvents\"] on \"*\"
}
";

#[test]
fn code_of_the_repository_runs_under_a_role_of_its_own() {
    let files = [("pipeline.pipe", COMMANDS), ("template.yaml", "Resources: {}\n")];
    let pipelines = explained(&files, "Shop.role");
    let trusted = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${AWS::StackName}/RoleShop/*";
    for (role, writes) in
        [("Shop.Check.Lint.role", false), ("Shop.Check.Pack.role", true), ("Shop.Check.Commands.rule-role", false)]
    {
        let own = explained(&files, role);
        assert!(own.contains(&format!("when aws:PrincipalArn ArnLike {trusted}\n")), "{own}");
        assert!(own.contains("allow logs:CreateLogStream, logs:PutLogEvents\n"), "{own}");
        assert!(own.contains("allow s3:GetObject, s3:GetObjectVersion\n"), "{own}");
        assert_eq!(own.contains("s3:PutObject"), writes, "{own}");
        for absent in ["allow cloudformation:", "allow iam:", "allow sts:", "s3:ListBucket", "logs:CreateLogGroup"] {
            assert!(!own.contains(absent), "{absent} in\n{own}");
        }
        assert!(pipelines.contains(&format!("on ${{{role}.arn}}\n")), "{pipelines}");
    }
    assert!(!pipelines.contains("logs:"), "{pipelines}");
    assert!(explained(&files, "Named").contains(trusted));
}

#[test]
fn run_time_values_reach_commands_as_environment_variables() {
    let folder = project(&[("pipeline.pipe", COMMANDS), ("template.yaml", "Resources: {}\n")]);
    let output = run(
        &folder,
        &["build", "pipeline.pipe", "--target", "codepipeline", "--account", "111122223333", "--region", "eu-west-1"],
    );
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    let lint = &json["pipeline"]["stages"][1]["actions"][0];
    assert_eq!(
        lint["commands"],
        serde_json::json!([
            "echo \"$Fetch_CommitMessage\" on=\"$Fetch_BranchName_2\"",
            "echo \"${variables_Note}s\" \"$Fetch_CommitMessage\"",
        ])
    );
    let variables = lint["environmentVariables"].as_array().unwrap();
    let values: Vec<_> = variables.iter().map(|it| (it["name"].as_str(), it["value"].as_str())).collect();
    assert_eq!(
        values,
        [
            (Some("Fetch_BranchName"), Some("taken")),
            (Some("Fetch_CommitMessage"), Some("#{Fetch.CommitMessage}")),
            (Some("Fetch_BranchName_2"), Some("#{Fetch.BranchName}")),
            (Some("variables_Note"), Some("#{variables.Note}")),
        ]
    );
    assert_eq!(lint["roleArn"], "arn:aws:iam::111122223333:role/Shop-Check-Lint-action");
}

#[test]
fn a_full_clone_is_limited_to_its_repository_where_that_is_asked_for() {
    let text = |only: &str| {
        format!(
            "
connection Git = \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"
pipeline App {{
  stage Source {{
    source github Fetch -> App {{
      connection = Git
      repository = \"acme/orders\"
      branch     = \"main\"
      clone      = full
      {only}
    }}
  }}
  stage Build {{ build codebuild Package from App {{ project = Builder }} }}
}}
project Builder {{ image = \"aws/codebuild/standard:7.0\" }}
"
        )
    };
    let wide = text("");
    let narrow = text("only-repository = true");
    let files = [
        ("pipeline.pipe", narrow.as_str()),
        ("buildspec.yml", "version: 0.2\nphases: { build: { commands: [\"make\"] } }\n"),
    ];
    let role = explained(&files, "Builder.role");
    for prefix in ["codeconnections", "codestar-connections"] {
        let condition = format!("when {prefix}:FullRepositoryId StringEquals acme/orders\n");
        assert!(role.contains(&format!("allow {prefix}:UseConnection\n")) && role.contains(&condition), "{role}");
    }
    // Not all of the pipeline's own requests specify a repository.
    assert!(!explained(&files, "App.role").contains("FullRepositoryId"));
    let files = [
        ("pipeline.pipe", wide.as_str()),
        ("buildspec.yml", "version: 0.2\nphases: { build: { commands: [\"make\"] } }\n"),
    ];
    assert!(!explained(&files, "Builder.role").contains("FullRepositoryId"));
}

#[test]
fn a_connection_that_is_created_is_said_to_be_pending() {
    let text = |connection: &str| {
        format!(
            "
{connection}
pipeline App {{
  stage Source {{
    source github Fetch -> App {{ connection = Git, repository = \"acme/orders\", branch = \"main\" }}
  }}
  stage Build {{ build codebuild Package from App {{ project = Builder }} }}
}}
project Builder {{ image = \"aws/codebuild/standard:7.0\" }}
"
        )
    };
    let built = |text: &str| {
        let folder = project(&[
            ("pipeline.pipe", text),
            ("buildspec.yml", "version: 0.2\nphases: { build: { commands: [\"make\"] } }\n"),
        ]);
        let output = run(&folder, &["build", "pipeline.pipe"]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        stderr(&output).contains(
            "after the first deployment, complete the connection: Git (sources that use it fail until then)\n",
        )
    };
    assert!(built(&text("connection Git { provider = github }")));
    let existing = "connection Git = \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"";
    assert!(!built(&text(existing)));
}

/// A pipeline that deploys `template.yaml` as a stack `app`.
const STACK: &str = "
pipeline App {
  stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\" } }
  stage Deploy { deploy stack app from App::template.yaml { capabilities = [\"CAPABILITY_NAMED_IAM\"] } }
}
";

/// How names of a template's resources are set: the properties, and the resources that the stack's role must contain
/// for them.
const NAMES: &[(&str, &[&str])] = &[
    ("X: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: logs, PolicyDocument: {} } }", &["s3:::logs"]),
    (
        "B: { Type: 'AWS::S3::Bucket' }\n  X: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: !Ref B, PolicyDocument: {} } }",
        &["s3:::app-b-*"],
    ),
    ("X: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: a/b } }", &[":secret:a/b-??????"]),
    ("X: { Type: 'AWS::SecretsManager::Secret' }", &[":secret:X-*"]),
    ("X: { Type: 'AWS::SSM::Parameter', Properties: { Name: /a/b, Type: String, Value: x } }", &[":parameter/a/b"]),
    ("X: { Type: 'AWS::SSM::Parameter', Properties: { Type: String, Value: x } }", &[":parameter/CFN-X-*"]),
    (
        "X: { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: Z1, Name: a.example.com, Type: A } }",
        &["hostedzone/Z1"],
    ),
    (
        "X: { Type: 'AWS::Logs::MetricFilter', Properties: { LogGroupName: /aws/x, FilterPattern: x, MetricTransformations: [] } }",
        &[":log-group:/aws/x:*"],
    ),
    ("X: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: f, AuthType: NONE } }", &[":function:f"]),
    (
        "X: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: !Sub 'arn:aws:sns:eu-west-1:111122223333:t', Protocol: email } }",
        &[":sns:eu-west-1:111122223333:t"],
    ),
    (
        "X: { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: {}, Queues: [!If [A, !Ref Q, 'https://sqs/1/q']] } }\n  Q: { Type: 'AWS::SQS::Queue' }",
        &[":app-Q-*", ":q"],
    ),
    (
        "R: { Type: 'AWS::IAM::Role', Properties: { Path: /a/, AssumeRolePolicyDocument: {} } }\n  X: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: p, PolicyDocument: {}, Roles: [!Ref R] } }",
        &[":role/a/app-R-*"],
    ),
    ("X: { Type: 'AWS::IAM::User' }", &[":user/app-X-*"]),
    (
        "X: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x.s3.amazonaws.com/t' } }",
        &[":stack/app-X-*/*"],
    ),
    ("X: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: team/x } }", &[":repository/team/x"]),
];

#[test]
fn a_stacks_role_names_what_the_template_names() {
    for (resources, names) in NAMES {
        let template =
            format!("Conditions: {{ A: !Equals [!Ref AWS::Region, eu-west-1] }}\nResources:\n  {resources}\n");
        let role = explained(&[("pipeline.pipe", STACK), ("template.yaml", &template)], "app.role");
        for name in *names {
            assert!(role.lines().any(|line| line.ends_with(name)), "{name} is not in\n{role}");
        }
        for kind in ["role/*", "user/*", "group/*", "secret:*", "s3:::*", "parameter/*", "hostedzone/*", "function:*"] {
            assert!(
                !role.lines().any(|line| line.trim_start().starts_with("on ") && line.ends_with(kind)),
                "{kind} in\n{role}"
            );
        }
    }
}

#[test]
fn a_stacks_role_passes_what_its_resources_are_given() {
    let template = "
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      Path: /a/
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: 'sts:AssumeRole' }] }
  T: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: !GetAtt R.Arn, ExecutionRoleArn: 'arn:aws:iam::111122223333:role/x' } }
  S:
    Type: AWS::Scheduler::Schedule
    Properties:
      FlexibleTimeWindow: { Mode: 'OFF' }
      ScheduleExpression: rate(1 day)
      Target: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:q', RoleArn: !Sub 'arn:aws:iam::111122223333:role/y' }
";
    let role = explained(&[("pipeline.pipe", STACK), ("template.yaml", template)], "app.role");
    let passes = |arn: &str, service: &str| {
        let text = format!("{arn}\n  when iam:PassedToService StringEquals {service}.amazonaws.com\n");
        assert!(role.contains(&text), "{text} is not in\n{role}");
    };
    passes(":role/a/app-R-*", "ecs-tasks");
    passes("on arn:aws:iam::111122223333:role/x", "ecs-tasks");
    passes("on arn:aws:iam::111122223333:role/y", "scheduler");
}

#[test]
fn parameters_are_looked_up_by_the_stacks_role_and_by_the_one_that_makes_the_change_set() {
    let template = "
Parameters:
  Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /team/image }
  Vpc: { Type: 'AWS::EC2::VPC::Id', Default: vpc-0a1b2c3d }
Resources:
  Q: { Type: 'AWS::SQS::Queue' }
";
    for role in ["app.role", "App.role"] {
        let role = explained(&[("pipeline.pipe", STACK), ("template.yaml", template)], role);
        assert!(role.contains("allow ssm:GetParameters\n") && role.contains(":parameter/team/image\n"), "{role}");
        assert!(role.contains("allow ec2:DescribeVpcs\n"), "{role}");
    }
}

#[test]
fn a_boundary_is_demanded_of_what_a_template_creates() {
    let pipeline = STACK.replace(
        "[\"CAPABILITY_NAMED_IAM\"] }",
        "[\"CAPABILITY_IAM\"], permissions-boundary = \"arn:aws:iam::111122223333:policy/edge\" }",
    );
    let template = "
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      PermissionsBoundary: arn:aws:iam::111122223333:policy/edge
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }] }
";
    let role = explained(&[("pipeline.pipe", &pipeline), ("template.yaml", template)], "app.role");
    let bounded = "when iam:PermissionsBoundary StringEquals arn:aws:iam::111122223333:policy/edge\n";
    for action in ["iam:CreateRole", "iam:PutRolePolicy"] {
        let statement = role.split("\n\n").find(|statement| statement.contains(action)).expect("the role may do this");
        assert!(statement.contains(bounded), "{statement}");
    }
    assert!(!role.contains("iam:DeleteRolePermissionsBoundary"), "{role}");
}

#[test]
fn generated_roles_have_the_boundary_of_their_pipeline_or_environment() {
    let text = "
        environment prod {
          account              = \"222222222222\"
          region               = eu-west-1
          permissions-boundary = \"arn:aws:iam::222222222222:policy/there\"
        }
        pipeline One {
          region               = eu-west-1
          permissions-boundary = \"arn:aws:iam::${AWS::AccountId}:policy/here\"
          stage Source {
            source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
          }
          stage Build {
            build codebuild Test from App { project = Shared }
            run Check from App { commands = [\"true\"] }
          }
          stage Deploy { deploy stack app in prod from App::template.yaml }
        }
        pipeline Two {
          region = eu-west-1
          stage Source {
            source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
          }
          stage Build {
            build codebuild Test from App { project = Shared }
            build codebuild Own from App { project = Alone }
          }
        }
        project Shared { image = \"aws/codebuild/standard:8.0\" }
        project Alone { image = \"aws/codebuild/standard:8.0\" }
        ";
    let template = "Resources: { Queue: { Type: AWS::SQS::Queue } }\n";
    let spec = "version: 0.2\nphases: { build: { commands: [make] } }\n";
    let folder = project(&[("pipeline.pipe", text), ("template.yaml", template), ("buildspec.yml", spec)]);
    let boundaries = |options: &[&str]| {
        let output = run(&folder, &[&["build", "--account", "111111111111"], options].concat());
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        let built: serde_json::Value = serde_json::from_str(stdout(&output)).expect("it is JSON");
        let resources = built["Resources"].as_object().expect("it has resources").clone();
        let roles = resources.into_iter().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role");
        roles.map(|(id, role)| (id, role["Properties"]["PermissionsBoundary"].to_string())).collect::<Vec<_>>()
    };
    for (id, boundary) in boundaries(&[]) {
        // A project has the boundary of the first pipeline that has one; `Two` has none.
        let expected = if id.contains("Two") || id.contains("Alone") { "null" } else { "policy/here" };
        assert!(boundary.contains(expected), "{id}: {boundary}");
    }
    let there = boundaries(&["--target", "support", "--env", "prod"]);
    assert_eq!(there.len(), 2, "{there:?}");
    assert!(there.iter().all(|(_, boundary)| boundary == "\"arn:aws:iam::222222222222:policy/there\""), "{there:?}");
}
