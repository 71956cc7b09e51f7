//! Tests of whole plans.

mod read_back;
pub mod sample;

use std::collections::BTreeSet;

use crate::catalog::Category;
use crate::hir::*;
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::file_system::Memory;

use super::known::partition;
use super::*;
use sample::{Sample, setting};

fn planned(sample: &Sample) -> Plan {
    plan(&ActionFiles::new(&sample.hir, &sample::repository()), World::Template, &Known::default())
}

/// Returns `actions on resources` for each permission of a role.
fn grants(plan: &Plan, display: &str) -> Vec<String> {
    let role = plan.role_named(display).unwrap_or_else(|| panic!("role {display}"));
    let text = |expr: &Expr| plan.readable(expr);
    let line = |grant: &Grant| {
        let resources: Vec<String> = grant.resources.iter().map(text).collect();
        let conditions: Vec<String> =
            grant.conditions.iter().map(|it| format!(" if {} {}", it.key, text(&it.values[0]))).collect();
        format!("{} on {}{}", grant.actions.join(" "), resources.join(" "), conditions.concat())
    };
    role.grants.iter().map(line).collect()
}

#[test]
fn the_pair_runs_one_after_the_other() {
    let plan = planned(&sample::tutorial());
    let positions: Vec<_> = plan.pipelines[PipelineId(0)].positions.iter().map(|it| (it.stage, it.run_order)).collect();
    assert_eq!(positions, [(0, 1), (1, 1), (2, 1), (2, 2)]);
    assert!(plan.ran_before(PipelineId(0), ActionId(2), ActionId(3)));
    assert!(plan.collisions.is_empty());
}

#[test]
fn artifacts_expire_unless_a_stage_can_roll_back_to_them() {
    let expiry_with = |on_failure| {
        let mut sample = sample::tutorial();
        let stage = &mut sample.hir.pipelines[PipelineId(0)].stages[2];
        stage.on_failure = Some(Spanned::new(on_failure, stage.span));
        planned(&sample).buckets.iter().map(|bucket| bucket.expire).collect::<Vec<_>>()
    };
    let retried = expiry_with(OnFailure::RetryFailed);
    assert!(retried.contains(&Some(90)), "{retried:?}");
    assert_eq!(expiry_with(OnFailure::Rollback), vec![None; retried.len()]);
}

#[test]
fn branches_run_in_layers_and_uneven_ones_are_noted() {
    let mut sample = sample::tutorial();
    let pipeline = &mut sample.hir.pipelines[PipelineId(0)];
    let mut second = pipeline.actions[ActionId(1)].clone();
    second.stage = 2;
    pipeline.actions.push(second.clone());
    pipeline.actions.push(second);
    let span = pipeline.stages[2].span;
    let pair = Step::Sequence(vec![Step::Action(ActionId(2)), Step::Action(ActionId(3))]);
    pipeline.stages[2].steps =
        vec![Step::Parallel(vec![Step::Action(ActionId(4)), pair], span), Step::Action(ActionId(5))];
    let plan = planned(&sample);
    let orders: Vec<u32> =
        plan.pipelines[PipelineId(0)].positions.as_slice()[2..].iter().map(|it| it.run_order).collect();
    assert_eq!(orders, [1, 2, 1, 3]);
    assert_eq!(plan.pipelines[PipelineId(0)].uneven, [UnevenParallel { span, lengths: vec![1, 2], stage: 2 }]);
}

#[test]
fn the_pipelines_role_is_the_sum_of_its_actions() {
    insta::assert_snapshot!(grants(&planned(&sample::tutorial()), "MyAppPipeline.role").join("\n"), @r#"
    s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning s3:ListBucket on ${MyAppPipeline.artifacts.arn} if aws:ResourceAccount ${AWS::AccountId}
    s3:GetObject s3:GetObjectVersion s3:PutObject on ${MyAppPipeline.artifacts.arn}/* if aws:ResourceAccount ${AWS::AccountId}
    codecommit:CancelUploadArchive codecommit:GetBranch codecommit:GetCommit codecommit:GetUploadArchiveStatus codecommit:UploadArchive on arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:my-app
    codebuild:BatchGetBuilds codebuild:StartBuild codebuild:StopBuild on arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/${AWS::StackName}-MyAppBuilder
    cloudformation:CreateChangeSet cloudformation:DeleteChangeSet cloudformation:DescribeChangeSet on arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/my-app-stack/* if cloudformation:ChangeSetName my-app-stack-changes
    cloudformation:DescribeStacks on arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/my-app-stack/*
    iam:PassRole on ${my-app-stack.role.arn} if iam:PassedToService cloudformation.amazonaws.com
    cloudformation:DescribeChangeSet cloudformation:ExecuteChangeSet on arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/my-app-stack/* if cloudformation:ChangeSetName my-app-stack-changes
    cloudformation:DescribeStackEvents cloudformation:DescribeStacks on arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/my-app-stack/*
    "#);
}

#[test]
fn a_value_that_is_known_at_deployment_needs_what_each_value_needs() {
    let starts = |batch: Value| {
        let mut sample = sample::tutorial();
        let package = &mut sample.hir.pipelines[PipelineId(0)].actions[ActionId(1)];
        package.configuration.insert("BatchEnabled".into(), Setting { raw: true, ..setting(batch) });
        let role = grants(&planned(&sample), "MyAppPipeline.role").join(" ");
        ["codebuild:StartBuild ", "codebuild:StartBuildBatch "].map(|action| role.contains(action))
    };
    let span = sample::tutorial().at("Package");
    let late = Value::new(ValueKind::Text(Text::of(PartKind::Ref("Batch".to_owned()), span)), span);
    assert_eq!(starts(Value::text("false", span)), [true, false]);
    assert_eq!(starts(Value::text("true", span)), [true, true]);
    assert_eq!(starts(late), [true, true]);
}

#[test]
fn the_builds_role_covers_log_artifacts_and_what_is_allowed() {
    insta::assert_snapshot!(grants(&planned(&sample::tutorial()), "MyAppBuilder.role").join("\n"), @r#"
    logs:CreateLogStream logs:PutLogEvents on arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/${AWS::StackName}-MyAppBuilder:log-stream:*
    s3:GetBucketAcl s3:GetBucketLocation on ${MyAppPipeline.artifacts.arn} if aws:ResourceAccount ${AWS::AccountId}
    s3:GetObject s3:GetObjectVersion on ${MyAppPipeline.artifacts.arn}/* if aws:ResourceAccount ${AWS::AccountId}
    s3:PutObject on ${MyAppPipeline.artifacts.arn}/* if aws:ResourceAccount ${AWS::AccountId}
    s3:GetBucketLocation s3:ListBucket on ${Packages.arn}
    s3:GetObject s3:GetObjectVersion on ${Packages.arn}/*
    s3:AbortMultipartUpload s3:ListMultipartUploadParts s3:PutObject on ${Packages.arn}/*
    "#);
}

#[test]
fn the_stacks_role_follows_from_the_template() {
    insta::assert_snapshot!(grants(&planned(&sample::tutorial()), "my-app-stack.role").join("\n"), @r#"
    s3:GetObject s3:GetObjectVersion on ${Packages.arn}/*
    cloudformation:CreateChangeSet on arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/Serverless-2016-10-31
    iam:PassRole on arn:${AWS::Partition}:iam::${AWS::AccountId}:role/my-app-stack-HelloRole-* if iam:PassedToService lambda.amazonaws.com
    lambda:CreateFunction lambda:DeleteFunction lambda:DeleteFunctionCodeSigningConfig lambda:DeleteFunctionConcurrency lambda:GetFunction lambda:GetFunctionCodeSigningConfig lambda:GetFunctionRecursionConfig lambda:GetFunctionScalingConfig lambda:GetRuntimeManagementConfig lambda:ListTags lambda:PublishVersion lambda:PutFunctionConcurrency lambda:PutFunctionRecursionConfig lambda:PutRuntimeManagementConfig lambda:TagResource lambda:UntagResource lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:my-app-stack-Hello-*
    iam:CreateRole iam:DeleteRole iam:DeleteRolePolicy iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoleTags iam:PutRolePolicy iam:TagRole iam:UntagRole iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription on arn:${AWS::Partition}:iam::${AWS::AccountId}:role/my-app-stack-HelloRole-*
    iam:AttachRolePolicy iam:DetachRolePolicy on arn:${AWS::Partition}:iam::${AWS::AccountId}:role/my-app-stack-HelloRole-* if iam:PolicyARN arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
    lambda:AddPermission lambda:GetPolicy lambda:RemovePermission on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:my-app-stack-Hello-*
    apigateway:DELETE apigateway:GET apigateway:PATCH apigateway:POST apigateway:PUT on arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/* arn:${AWS::Partition}:apigateway:${AWS::Region}::/tags/*
    apigateway:DELETE apigateway:GET apigateway:PATCH apigateway:POST apigateway:PUT apigateway:UpdateRestApiPolicy on arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/* arn:${AWS::Partition}:apigateway:${AWS::Region}::/tags/*
    apigateway:DELETE apigateway:GET apigateway:PATCH apigateway:POST apigateway:PUT on arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/* arn:${AWS::Partition}:apigateway:${AWS::Region}::/tags/*
    "#);
}

#[test]
fn names_in_a_template_narrow_the_stacks_role() {
    let sample = sample::tutorial();
    let template = "Resources:
  Named: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '${AWS::StackName}-work' } }
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /app/log } }
  Files: { Type: AWS::S3::Bucket }
  Worker: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} } }
";
    let files = [("buildspec.yml", sample::BUILDSPEC), ("template.yaml", template)];
    let plan = plan(
        &ActionFiles::new(&sample.hir, &Workspace::new(Memory::new(files), "")),
        World::Template,
        &Known::default(),
    );
    let role = grants(&plan, "my-app-stack.role").join("\n");
    let here = "${AWS::Region}:${AWS::AccountId}";
    for expected in [
        format!("sqs:{here}:my-app-stack-work\n"),
        format!("logs:{here}:log-group:/app/log arn:${{AWS::Partition}}:logs:{here}:log-group:/app/log:*"),
        "logs:DescribeResourcePolicies on *".to_owned(),
        "s3:::my-app-stack-files-*".to_owned(),
        "role/my-app-stack-Worker-*".to_owned(),
    ] {
        assert!(role.contains(&expected), "{expected} in {role}");
    }
    for absent in ["iam:AttachRolePolicy", "PermissionsBoundary", "iam:PassRole", "kms:", "logs:PutResourcePolicy"] {
        assert!(!role.contains(absent), "{absent} in {role}");
    }
}

#[test]
fn roles_that_sam_makes_are_made_and_passed() {
    let sample = sample::tutorial();
    let template = "Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Handler: a.b, Runtime: nodejs22.x, CodeUri: src, AutoPublishAlias: live } }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      DeploymentPreference: { Type: AllAtOnce }
      Events: { Clock: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } } }
  Other: { Type: AWS::Serverless::Function, Properties: { Role: 'arn:aws:iam::111122223333:role/other' } }
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies: [AWSLambdaRole]
      Events:
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
        Start: { Type: Api, Properties: { Path: /, Method: post } }
";
    let files = [("buildspec.yml", sample::BUILDSPEC), ("template.yaml", template)];
    let plan = plan(
        &ActionFiles::new(&sample.hir, &Workspace::new(Memory::new(files), "")),
        World::Template,
        &Known::default(),
    );
    let role = grants(&plan, "my-app-stack.role");
    let arn = |id: &str| format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/my-app-stack-{id}-*");
    for (id, service) in [
        ("FnRole", "lambda"),
        ("CodeDeployServiceRole", "codedeploy"),
        ("FnClockRole", "scheduler"),
        ("FlowRole", "states"),
        ("FlowDailyRole", "events"),
        ("FlowStartRole", "apigateway"),
    ] {
        let pass = format!("iam:PassRole on {} if iam:PassedToService {service}.amazonaws.com", arn(id));
        assert!(role.contains(&pass), "{pass} in {role:#?}");
        let create = |grant: &&String| grant.starts_with("iam:CreateRole ") && grant.ends_with(&arn(id));
        assert!(role.iter().any(|grant| create(&grant)), "{id} in {role:#?}");
    }
    let stack = plan.role_named("my-app-stack.role").expect("the stack's role");
    let attach =
        stack.grants.iter().filter(|grant| grant.actions.iter().any(|action| action == "iam:AttachRolePolicy"));
    let policies = format!("{:?}", attach.map(|grant| &grant.conditions).collect::<Vec<_>>());
    assert!(policies.contains("service-role/AWSCodeDeployRoleForLambda"), "{policies}");
    assert!(policies.contains("service-role/AWSLambdaRole"), "{policies}");
    let roles_of_nobody = ["OtherRole", "FnLiveRole", "role/my-app-stack-Fn*"];
    assert!(!roles_of_nobody.iter().any(|name| role.join("\n").contains(name)), "{role:#?}");
}

#[test]
fn nested_stacks_are_followed() {
    let sample = sample::tutorial();
    let outer = "Parameters: { Topic: { Type: String, Default: news } }
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: inner/net.yaml, Parameters: { Name: !Ref Topic, Other: !Sub '${AWS::StackName}-x' } }
";
    let inner =
        "Parameters: { Name: { Type: String }, Path: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b } }
Resources:
  Files: { Type: AWS::S3::Bucket }
  Deep: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ../deep.yaml } }
";
    let deep = "Resources: { Queue: { Type: AWS::SQS::Queue } }\n";
    let files = [
        ("buildspec.yml", sample::BUILDSPEC),
        ("template.yaml", outer),
        ("inner/net.yaml", inner),
        ("deep.yaml", deep),
    ];
    let plan = plan(
        &ActionFiles::new(&sample.hir, &Workspace::new(Memory::new(files), "")),
        World::Template,
        &Known::default(),
    );
    let role = grants(&plan, "my-app-stack.role").join("\n");
    for expected in [
        ":stack/my-app-stack-Net-*/*",
        ":stack/my-app-stack-Net-*-Deep-*/*",
        "s3:::my-app-stack-net-*-files-*",
        "sqs:${AWS::Region}:${AWS::AccountId}:my-app-stack-Net-*-Deep-*-Queue-*",
        "parameter/a/b",
    ] {
        assert!(role.contains(expected), "{expected} in {role}");
    }
    assert!(!role.contains("stack/*"), "{role}");
}

#[test]
fn what_a_template_looks_up_and_calls_is_granted() {
    let sample = sample::tutorial();
    let template = "Parameters:
  Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /aws/service/ami }
  Zone: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /net/zone }
Resources:
  Db: { Type: AWS::SNS::Topic, Properties: { DisplayName: '{{resolve:secretsmanager:db:SecretString:user}} {{resolve:ssm:/a/b:3}}' } }
  Call: { Type: Custom::Thing, Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:thing' } }
";
    let files = [("buildspec.yml", sample::BUILDSPEC), ("template.yaml", template)];
    let plan = plan(
        &ActionFiles::new(&sample.hir, &Workspace::new(Memory::new(files), "")),
        World::Template,
        &Known::default(),
    );
    let role = grants(&plan, "my-app-stack.role").join("\n");
    let here = "${AWS::Region}:${AWS::AccountId}";
    let arn = "arn:${AWS::Partition}";
    for expected in [
        format!("ssm:GetParameters on {arn}:ssm:{here}:parameter/net/zone {arn}:ssm:{here}:parameter/a/b\n"),
        format!("ssm:GetParameters on {arn}:ssm:${{AWS::Region}}::parameter/aws/service/ami\n"),
        format!("secretsmanager:GetSecretValue on {arn}:secretsmanager:{here}:secret:db-??????\n"),
        "lambda:InvokeFunction on arn:aws:lambda:eu-west-1:111122223333:function:thing\n".to_owned(),
    ] {
        assert!(role.contains(&expected), "{expected} in {role}");
    }
}

#[test]
fn the_event_rule_may_start_this_pipeline() {
    let start = "codepipeline:StartPipelineExecution on arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:MyAppPipeline";
    assert_eq!(grants(&planned(&sample::tutorial()), "MyAppPipeline.events-role"), [start]);
}

#[test]
fn a_missing_template_is_known_to_be_missing() {
    let sample = sample::tutorial();
    let empty = Workspace::new(Memory::new([("buildspec.yml", sample::BUILDSPEC)]), "");
    let plan = plan(&ActionFiles::new(&sample.hir, &empty), World::Template, &Known::default());
    let role = plan.role_named("my-app-stack.role").expect("the stack's role");
    assert_eq!(role.unknown.as_ref().and_then(|it| it.path.as_deref()), Some("template.yaml"));
    assert!(role.grants.is_empty());
}

/// Returns the tutorial with a parameter override that uses `Fetch.CommitId` and the Region.
fn with_parameters() -> Sample {
    let mut sample = sample::tutorial();
    let span = sample.at("deploy stack");
    let part = |kind| Part { kind, span };
    let text = Text {
        parts: vec![
            part(PartKind::Literal("v\"".into())),
            part(PartKind::Output(ActionId(0), "CommitId".into())),
            part(PartKind::Pseudo("Region".into())),
        ],
    };
    let entry = (Spanned::new("Version".to_owned(), span), Value::new(ValueKind::Text(text), span));
    let map = Value::new(ValueKind::Map(vec![entry]), span);
    sample.hir.pipelines[PipelineId(0)].actions[ActionId(2)]
        .configuration
        .insert("ParameterOverrides".into(), setting(map));
    sample
}

#[test]
fn a_used_variable_makes_a_namespace_and_json_holds_both_later_phases() {
    let plan = planned(&with_parameters());
    let fetch = plan.action(PipelineId(0), ActionId(0)).expect("the source");
    assert_eq!(fetch.namespace.as_deref(), Some("Fetch"));
    let prepare = plan.action(PipelineId(0), ActionId(2)).expect("the change set");
    assert_eq!(prepare.namespace, None);
    let pieces = prepare.configuration["ParameterOverrides"].text.pieces();
    assert_eq!(
        pieces,
        [
            Piece::Text("{\"Version\":\"v\\\"#{Fetch.CommitId}".into()),
            Piece::Pseudo("Region".into()),
            Piece::Text("\"}".into()),
        ]
    );
}

#[test]
fn a_namespace_keeps_clear_of_artifacts_and_of_what_is_asked_for() {
    let mut sample = with_parameters();
    sample.hir.pipelines[PipelineId(0)].artifacts[ArtifactId(0)].name.node = "Fetch".into();
    sample.hir.pipelines[PipelineId(0)].actions[ActionId(1)].namespace = Some(sample.name("Package"));
    let plan = planned(&sample);
    let namespace = |id| plan.action(PipelineId(0), ActionId(id)).and_then(|action| action.namespace.clone());
    assert_eq!(namespace(0).as_deref(), Some("FetchVariables"));
    assert_eq!(namespace(1).as_deref(), Some("Package"));
}

#[test]
fn what_the_json_cannot_know_is_named_with_its_place() {
    let sample = with_parameters();
    let plan = plan(&ActionFiles::new(&sample.hir, &sample::repository()), World::Split, &Known::default());
    let known = Known { account: Some("111122223333".into()), region: None };
    assert_eq!(unresolved(&plan, None, &known), [(sample.at("deploy stack"), "AWS::Region".to_owned())]);
    let known = Known { region: Some("cn-north-1".into()), ..known };
    assert_eq!(unresolved(&plan, None, &known), []);
    let arn = plan.text(&Piece::Arn(plan.pipelines[PipelineId(0)].role.expect("roles are derived")).into(), &known).0;
    assert_eq!(arn, "arn:aws-cn:iam::111122223333:role/MyAppPipeline-pipeline");
    let domain = |known: &Known| plan.text(&Expr::pseudo("URLSuffix"), known);
    assert_eq!(domain(&known), ("amazonaws.com.cn".to_owned(), vec![]));
    let known = Known { region: Some("us-gov-west-1".into()), ..known };
    assert_eq!(domain(&known), ("amazonaws.com".to_owned(), vec![]));
    let regions = ["eu-west-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "cn-north-1", "eusc-de-east-1"];
    assert_eq!(regions.map(partition), ["aws", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-cn", "aws-eusc"]);
}

#[test]
fn environment_variables_of_an_action_are_a_json_list() {
    let mut sample = sample::tutorial();
    let span = sample.at("project = MyAppBuilder");
    let secret = Secret { key: Some(Text::literal("token", span)), ..Secret::whole(Text::literal("ci/npm", span)) };
    let entries = vec![
        (Spanned::new("A".to_owned(), span), Value::text("a \"b\"", span)),
        (Spanned::new("B".to_owned(), span), Value::new(ValueKind::Secret(secret), span)),
        (Spanned::new("C".to_owned(), span), Value::new(ValueKind::Parameter(Text::literal("/ci/x", span)), span)),
    ];
    let env = setting(Value::new(ValueKind::Map(entries), span));
    sample.hir.pipelines[PipelineId(0)].actions[ActionId(1)].configuration.insert("EnvironmentVariables".into(), env);
    let plan = planned(&sample);
    let package = plan.action(PipelineId(0), ActionId(1)).expect("the build");
    assert_eq!(
        package.configuration["EnvironmentVariables"].text.as_text(),
        Some(concat!(
            r#"[{"name":"A","value":"a \"b\"","type":"PLAINTEXT"},"#,
            r#"{"name":"B","value":"ci/npm:token","type":"SECRETS_MANAGER"},"#,
            r#"{"name":"C","value":"/ci/x","type":"PARAMETER_STORE"}]"#
        ))
    );
    let role = grants(&plan, "MyAppBuilder.role").join("\n");
    let here = "${AWS::Region}:${AWS::AccountId}";
    assert!(role.contains(&format!("secretsmanager:{here}:secret:ci/npm-??????")), "{role}");
    assert!(role.contains(&format!("ssm:{here}:parameter/ci/x")), "{role}");
}

#[test]
fn an_owned_bucket_that_is_a_source_reports_its_changes() {
    let mut sample = sample::tutorial();
    let mut source = sample::action(&sample, 0, Category::Source, "s3", "Fetch");
    source.outputs = vec![ArtifactId(0)];
    let span = source.span;
    let packages = Value::new(ValueKind::Entity(Entity::Bucket(BucketId(0))), span);
    source.configuration.insert("S3Bucket".into(), setting(packages));
    source.configuration.insert("S3ObjectKey".into(), setting(Value::text("app.zip", span)));
    sample.hir.pipelines[PipelineId(0)].actions[ActionId(0)] = source;
    let plan = planned(&sample);
    assert!(plan.buckets[BucketId(0)].events && plan.buckets[BucketId(0)].versioned);
    assert_eq!(plan.rules.len(), 1);
    let role = grants(&plan, "MyAppPipeline.role").join("\n");
    assert!(role.contains("s3:GetObjectTagging s3:GetObjectVersionTagging s3:PutObjectTagging"), "{role}");
}

#[test]
fn an_imported_role_is_used_and_not_made() {
    let mut sample = sample::tutorial();
    let span = sample.at("deploy stack");
    let arn = "arn:aws:iam::111122223333:role/deep/path/deployer";
    let ownership = Ownership::Imported(Value::text(arn, span));
    sample.hir.roles.push(Role {
        declaration: Declaration::new(Spanned::new("Deployer".into(), span), ownership, span),
        service: Some(Spanned::new("cloudformation".into(), span)),
        statements: Vec::new(),
        policies: Vec::new(),
    });
    let role = Value::new(ValueKind::Entity(Entity::Role(RoleId(0))), span);
    sample.hir.pipelines[PipelineId(0)].actions[ActionId(2)].configuration.insert("RoleArn".into(), setting(role));
    let plan = planned(&sample);
    assert!(plan.role_named("my-app-stack.role").is_none());
    assert_eq!(plan.name(Entity::Role(RoleId(0))).as_ref().and_then(Expr::as_text), Some("deployer"));
    let pass = format!("iam:PassRole on {arn} if iam:PassedToService cloudformation.amazonaws.com");
    assert!(grants(&plan, "MyAppPipeline.role").contains(&pass));
}

/// Returns the length of the policy document without whitespace, as IAM counts it.
fn document_length(plan: &Plan, grants: &[Grant]) -> usize {
    let texts = |exprs: &[Expr]| exprs.iter().map(|expr| plan.readable(expr)).collect::<Vec<_>>();
    let statement = |grant: &Grant| {
        let mut statement = serde_json::json!({
            "Effect": "Allow", "Action": grant.actions, "Resource": texts(&grant.resources)
        });
        for condition in &grant.conditions {
            statement["Condition"][&condition.operator][&condition.key] = texts(&condition.values).into();
        }
        statement
    };
    let statements: Vec<_> = grants.iter().map(statement).collect();
    serde_json::json!({ "Version": "2012-10-17", "Statement": statements }).to_string().len()
}

/// Returns a plan whose first role has these permissions only.
fn plan_of_grants(grants: Vec<Grant>) -> Plan {
    let mut plan = planned(&sample::tutorial());
    plan.roles[RoleId(0)].grants = grants;
    plan.roles[RoleId(0)].managed.clear();
    plan
}

fn nowhere() -> Span {
    sample::tutorial().hir.pipelines[PipelineId(0)].span
}

fn bucket_number(number: usize) -> Expr {
    Expr::text(format!("arn:aws:s3:::a-bucket-with-quite-a-long-name-{number}/*"))
}

/// Returns permissions that cannot be merged, each with a long condition.
fn many_grants(count: usize) -> Vec<Grant> {
    let tagged = |number: usize| {
        let mut grant = Grant::allow(&["s3:GetObject"], vec![bucket_number(number)], "test", nowhere());
        let key = "aws:ResourceTag/the-team-that-is-called-in-the-night";
        grant.conditions = vec![Condition::equals(key, number.to_string())];
        grant
    };
    (0..count).map(tagged).collect()
}

#[test]
fn policies_are_full_and_within_their_limits() {
    let plan = plan_of_grants(many_grants(200));
    let parts = plan.policies(&plan.roles[RoleId(0)]);
    let inline = document_length(&plan, &parts.inline);
    assert!((policy::inline_limit() * 9 / 10..=policy::inline_limit()).contains(&inline), "{inline}");
    let (_, full) = parts.managed.split_last().unwrap();
    assert!(full.len() > 2);
    for grants in full {
        let length = document_length(&plan, grants);
        assert!((policy::managed_limit() * 9 / 10..=policy::managed_limit()).contains(&length), "{length}");
    }
}

#[test]
fn a_statement_too_long_for_a_policy_is_divided() {
    let actions: Vec<String> = (0..301).map(|number| format!("service:DoSomethingThatTakesLong{number}")).collect();
    let mut of_actions = Grant::allow(&[], vec![bucket_number(0)], "test", nowhere());
    of_actions.actions = actions.into_iter().map(Into::into).collect();
    let of_resources = Grant::allow(&["s3:GetObject"], (0..301).map(bucket_number).collect(), "test", nowhere());
    for grant in [of_actions, of_resources] {
        let plan = plan_of_grants(vec![grant.clone()]);
        let parts = plan.policies(&plan.roles[RoleId(0)]);
        assert!(parts.fits && document_length(&plan, &parts.inline) <= policy::inline_limit());
        assert!(parts.managed.iter().all(|grants| document_length(&plan, grants) <= policy::managed_limit()));
        let pairs = |grants: &[&Grant]| -> BTreeSet<(String, String)> {
            let pair = |grant: &&Grant| {
                let resources: Vec<String> = grant.resources.iter().map(|it| plan.readable(it)).collect();
                let with =
                    |action: &str| resources.iter().map(|it| (String::from(action), it.clone())).collect::<Vec<_>>();
                grant.actions.iter().map(|action| &**action).flat_map(with).collect::<Vec<_>>()
            };
            grants.iter().flat_map(pair).collect()
        };
        let divided: Vec<&Grant> = parts.inline.iter().chain(parts.managed.iter().flatten()).collect();
        assert_eq!(pairs(&divided), pairs(&[&grant]));
    }
}

#[test]
fn what_no_division_makes_fit_is_said() {
    let endless = Expr::text(format!("arn:aws:s3:::{}", "x".repeat(policy::managed_limit() - 100)));
    let plan = plan_of_grants(vec![Grant::allow(&["s3:GetObject"], vec![endless], "test", nowhere())]);
    assert!(!plan.policies(&plan.roles[RoleId(0)]).fits);

    let managed = |count: usize| {
        let plan = plan_of_grants(many_grants(count));
        plan.policies(&plan.roles[RoleId(0)]).managed.len()
    };
    // Each policy holds at least 400 / managed(400) of these grants.
    let least = 400 * (policy::managed_count() - 1) / managed(400);
    let full = |count: &usize| managed(*count) == policy::managed_count();
    let mut plan = plan_of_grants(many_grants((least..2000).step_by(10).find(full).unwrap()));
    assert!(plan.policies(&plan.roles[RoleId(0)]).fits);
    plan.roles[RoleId(0)].managed.push(Expr::text("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    assert!(!plan.policies(&plan.roles[RoleId(0)]).fits);
}

#[test]
fn what_overflows_a_role_spills_into_managed_policies_that_fit() {
    let mut plan = planned(&sample::tutorial());
    let span = plan.roles[RoleId(0)].identity.span;
    for number in 0..400 {
        let resource = Expr::text(format!("arn:aws:s3:::a-bucket-with-quite-a-long-name-{number}/*"));
        let mut grant = Grant::allow(&["s3:GetObject"], vec![resource], "test", span);
        grant.conditions = vec![Condition::equals("s3:prefix", number.to_string())];
        plan.roles[RoleId(0)].grants.push(grant);
    }
    let parts = plan.policies(&plan.roles[RoleId(0)]);
    assert!(parts.fits && parts.managed.len() > 3, "{} policies", parts.managed.len());
    let all = parts.inline.len() + parts.managed.iter().map(Vec::len).sum::<usize>();
    assert_eq!(all, merged(&plan.roles[RoleId(0)].grants).len());
}

#[test]
fn what_a_statement_allows_on_more_is_not_allowed_again() {
    let span = planned(&sample::tutorial()).roles[RoleId(0)].identity.span;
    let (queue, topic) = (Expr::text("arn:aws:sqs:::jobs"), Expr::text("arn:aws:sqs:::told"));
    let few = Grant::allow(&["sqs:GetQueueUrl", "sqs:SendMessage"], vec![queue.clone()], "test", span);
    let many = Grant::allow(&["sqs:SendMessage"], vec![queue, topic], "test", span);
    let mut limited = few.clone();
    limited.conditions = vec![Condition::equals("aws:SourceAccount", "111122223333".to_owned())];
    let found = merged(&[few, many.clone(), limited.clone()]);
    assert_eq!(found.iter().map(|grant| grant.actions.len()).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(found[0].actions, ["sqs:GetQueueUrl"]);
    assert_eq!((&found[1], &found[2]), (&many, &limited));
}

#[test]
fn two_things_of_one_name_collide() {
    let mut sample = sample::tutorial();
    let twin = sample::owned(&sample, "Packages");
    sample.hir.buckets.push(twin);
    let plan = planned(&sample);
    let names: Vec<_> = plan.collisions.iter().map(|it| (it.name.as_str(), it.named)).collect();
    assert_eq!(names, [("BucketPackages", None)]);
}

#[test]
fn a_build_in_a_network_with_an_image_of_ones_own_gets_what_that_takes() {
    let plan = planned(&sample::wide());
    let role = grants(&plan, "Test-It.role").join("\n");
    let here = "${AWS::Region}:${AWS::AccountId}";
    for expected in [
        format!("ec2:{here}:security-group/sg-0a1b2c3d"),
        "ec2:AuthorizedService codebuild.amazonaws.com".to_owned(),
        "arn:${AWS::Partition}:ecr:eu-west-1:${AWS::AccountId}:repository/team/image".to_owned(),
        "s3:GetObject s3:PutObject on arn:${AWS::Partition}:s3:::a-cache-of-ours/Test-It/*".to_owned(),
        "report-group/${AWS::StackName}-Test-It-unit".to_owned(),
    ] {
        assert!(role.contains(&expected), "{expected} in {role}");
    }
}

#[test]
fn actions_by_name_go_to_the_bucket_or_to_its_objects() {
    let plan = planned(&sample::wide());
    assert_eq!(
        grants(&plan, "Auditor"),
        [
            "s3:ListBucket on ${Packages.arn} if aws:ResourceAccount 111122223333",
            "s3:GetObject on ${Packages.arn}/* if aws:ResourceAccount 111122223333",
        ]
    );
    let topic = "sns:Publish on ${Releases.arn}".to_owned();
    assert!(grants(&plan, "MyAppPipeline.role").contains(&topic));
}

#[test]
fn keys_of_buckets_and_topics_are_allowed_to_those_who_use_them() {
    let mut sample = sample::wide();
    let span = sample.hir.buckets[BucketId(0)].span;
    let key = "arn:aws:kms:eu-west-1:111122223333:key/aaaabbbb-1111-2222-3333-444455556666";
    let attribute = |text: &str| Attribute { value: Value::text(text, span), word: span };
    sample.hir.buckets[BucketId(0)].attributes.insert("key".into(), attribute(key));
    sample.hir.topics[TopicId(0)].attributes.insert("key".into(), attribute("alias/news"));
    let plan = planned(&sample);
    let via = |service: &str, region: &str| format!(" if kms:ViaService {service}.{region}.${{AWS::URLSuffix}}");
    let writes = format!("kms:Decrypt kms:GenerateDataKey on {key}{}", via("s3", "eu-west-1"));
    assert!(grants(&plan, "MyAppBuilder.role").contains(&writes));
    let reads = format!("kms:Decrypt on {key}{}", via("s3", "eu-west-1"));
    assert!(grants(&plan, "my-app-stack.role").contains(&reads));
    let publishes = format!(
        "kms:Decrypt kms:GenerateDataKey on arn:${{AWS::Partition}}:kms:${{AWS::Region}}:${{AWS::AccountId}}:key/* \
         if kms:ResourceAliases alias/news{}",
        via("sns", "${AWS::Region}")
    );
    let pipeline = grants(&plan, "MyAppPipeline.role");
    assert!(pipeline.contains(&publishes), "{pipeline:#?}");
    let by_name = grants(&plan, "Auditor");
    assert!(!by_name.iter().any(|grant| grant.contains("kms:")), "{by_name:#?}");
}

#[test]
fn roles_made_elsewhere_are_passed_on_too() {
    let template = "
Parameters:
  Worker: { Type: String, Default: 'arn:aws:iam::111122223333:role/worker' }
Resources:
  One: { Type: AWS::Lambda::Function, Properties: { Role: 'arn:aws:iam::111122223333:role/one' } }
  Two: { Type: AWS::Lambda::Function, Properties: { Role: !Ref Worker } }
  Three: { Type: AWS::StepFunctions::StateMachine, Properties: { RoleArn: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/three' } }
";
    let sample = sample::tutorial();
    let files = [("buildspec.yml", sample::BUILDSPEC), ("template.yaml", template)];
    let plan = plan(
        &ActionFiles::new(&sample.hir, &Workspace::new(Memory::new(files), "")),
        World::Template,
        &Known::default(),
    );
    let role = grants(&plan, "my-app-stack.role");
    for (arn, service) in [
        ("arn:aws:iam::111122223333:role/one", "lambda"),
        ("arn:aws:iam::111122223333:role/worker", "lambda"),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/three", "states"),
    ] {
        let pass = format!("iam:PassRole on {arn} if iam:PassedToService {service}.amazonaws.com");
        assert!(role.contains(&pass), "{pass} in {role:#?}");
    }
}
