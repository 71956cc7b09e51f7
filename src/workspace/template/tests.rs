use proptest::prelude::*;

use super::*;
use crate::source::SourceMap;

fn parse(text: &str) -> (SourceMap, Template) {
    let mut sources = SourceMap::default();
    let file = sources.add("template.yaml".into(), text);
    let template = Template::parse(text, DocumentOrigin::File(file));
    (sources, template)
}

/// Returns the types that one SAM resource expands to, sorted and deduplicated.
fn made(kind: &str, properties: &str) -> Vec<String> {
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  X:\n    Type: AWS::Serverless::{kind}\n    Properties: {properties}\n"
    );
    let (_, template) = parse(&text);
    assert_eq!(template.error, None, "{text}");
    let mut kinds: Vec<_> = template.made_resources().iter().map(|made| made.kind.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

const SAM: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, prod]
    AllowedPattern: '[a-z]+'
    MaxLength: 4
  Table: { Type: String, Default: '', NoEcho: true }
Globals:
  Function:
    Runtime: nodejs20.x
    Tracing: Active
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Api:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties:
      CodeUri: src/
      Policies:
        - AmazonS3ReadOnlyAccess
        - !Sub arn:${AWS::Partition}:iam::aws:policy/X
        - !Ref Extra
        - SQSPollerPolicy: { QueueName: q }
      Events:
        Get: { Type: Api, Properties: { Path: /, Method: get } }
        Queue:
          Type: SQS
          Properties: { Queue: !GetAtt Q.Arn }
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders-worker
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: [ecs-tasks.amazonaws.com] }
            Action: sts:AssumeRole
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
Outputs:
  Url:
    Value: !Sub https://${ServerlessRestApi}/
    Export: { Name: app-url }
";

#[test]
fn reads_names_with_their_places() {
    let (sources, template) = parse(SAM);
    let stage = template.parameter("Stage").expect("a parameter");
    assert_eq!(sources.slice(stage.name.span), "Stage");
    assert_eq!(stage.kind.as_ref().map(Spanned::as_str), Some("String"));
    assert_eq!(sources.slice(stage.allowed_values[1].span), "prod");
    assert_eq!(stage.allowed_pattern.as_ref().map(Spanned::as_str), Some("[a-z]+"));
    assert_eq!(stage.limits[0].0, "MaxLength");
    assert!(stage.default.is_none());
    let table = template.parameter("Table").expect("a parameter");
    assert!(table.no_echo && table.default.as_ref().and_then(Node::literal) == Some(""));
    let url = template.output("Url").expect("an output");
    assert_eq!(url.export.as_ref().map(|name| sources.slice(name.span)), Some("app-url"));
    assert_eq!(url.value.as_ref().map(|value| sources.slice(value.span)), Some("!Sub https://${ServerlessRestApi}/"));
    let api = template.resource("Api").expect("a resource");
    assert_eq!(sources.slice(api.kind.span), "AWS::Serverless::Function");
    assert_eq!(api.condition.as_ref().map(Spanned::as_str), Some("IsProd"));
    assert_eq!(template.conditions[0].node, "IsProd");
    assert!(template.is_sam() && template.is_complete());
    let worker = template.resource("Worker").expect("a resource");
    assert_eq!(worker.explicit_name().map(|entry| sources.slice(entry.key.span)), Some("RoleName"));
}

#[test]
fn capabilities_point_at_their_causes() {
    let (sources, template) = parse(SAM);
    let needs = template.required_capabilities();
    let shown: Vec<_> =
        needs.iter().map(|need| (need.capability.name(), sources.slice(need.span), need.direct_only)).collect();
    assert_eq!(
        shown,
        [
            ("CAPABILITY_AUTO_EXPAND", "AWS::Serverless-2016-10-31", true),
            ("CAPABILITY_IAM", "AWS::Serverless::Function", false),
            ("CAPABILITY_NAMED_IAM", "RoleName", false),
        ]
    );
    assert_eq!(template.iam_capability().map(|need| need.capability), Some(Capability::NamedIam));
    let (_, plain) =
        parse("Resources:\n  P: {Type: AWS::IAM::Policy, Properties: {PolicyName: x}}\n  B: {Type: AWS::S3::Bucket}\n");
    let needs: Vec<_> = plain.required_capabilities().iter().map(|need| need.capability).collect();
    assert_eq!(needs, [Capability::Iam]);
}

#[test]
fn roles_and_policies() {
    let (sources, template) = parse(SAM);
    let roles: Vec<_> = template.roles().into_iter().map(|role| (role.id, role.name, role.services)).collect();
    assert_eq!(
        roles,
        [
            ("ApiRole".into(), None, vec!["lambda.amazonaws.com".into()]),
            ("Worker".into(), Some("orders-worker".into()), vec!["ecs-tasks.amazonaws.com".to_owned()]),
        ]
    );
    let aws = |name: &str| PolicyReference::Arn(format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}"));
    let policies = template.managed_policies();
    let found: Vec<_> = policies.iter().map(|policy| (policy.policy.clone(), sources.slice(policy.span))).collect();
    assert_eq!(
        found,
        [
            (aws("service-role/AWSLambdaBasicExecutionRole"), "AWS::Serverless::Function"),
            (aws("AWSXrayWriteOnlyAccess"), "AWS::Serverless::Function"),
            (aws("service-role/AWSLambdaSQSQueueExecutionRole"), "AWS::Serverless::Function"),
            (aws("AmazonS3ReadOnlyAccess"), "AmazonS3ReadOnlyAccess"),
            (aws("X"), "!Sub arn:${AWS::Partition}:iam::aws:policy/X"),
            (PolicyReference::Local("Extra".into()), "!Ref Extra"),
            (
                PolicyReference::Arn("arn:aws:iam::aws:policy/ReadOnlyAccess".into()),
                "'arn:aws:iam::aws:policy/ReadOnlyAccess'"
            ),
        ]
    );
}

/// The expected types are the output of `aws-sam-translator` 1.115.0 for the same input.
#[test]
fn sam_functions_expand() {
    let base = ["AWS::IAM::Role", "AWS::Lambda::Function"];
    let with = |more: &[&str]| {
        let mut all: Vec<_> = base.iter().chain(more).map(ToString::to_string).collect();
        all.sort();
        all
    };
    assert_eq!(made("Function", "{CodeUri: .}"), with(&[]));
    assert_eq!(made("Function", "{Role: x}"), ["AWS::Lambda::Function"]);
    assert_eq!(made("Function", "{AutoPublishAlias: live}"), with(&["AWS::Lambda::Alias", "AWS::Lambda::Version"]));
    assert_eq!(
        made("Function", "{Role: x, DeploymentPreference: {Type: AllAtOnce}}"),
        with(&["AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"])
    );
    assert_eq!(made("Function", "{DeploymentPreference: {Enabled: false}}"), with(&[]));
    assert_eq!(
        made("Function", "{FunctionUrlConfig: {AuthType: NONE}}"),
        with(&["AWS::Lambda::Permission", "AWS::Lambda::Url"])
    );
    assert_eq!(made("Function", "{FunctionUrlConfig: {AuthType: AWS_IAM}}"), with(&["AWS::Lambda::Url"]));
    assert_eq!(
        made(
            "Function",
            "{EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}, OnSuccess: {Type: SNS, Destination: x}}}}"
        ),
        with(&["AWS::Lambda::EventInvokeConfig", "AWS::SQS::Queue"])
    );
    let event = |event: &str| made("Function", &format!("{{Events: {{E: {event}}}}}"));
    assert_eq!(
        event("{Type: Api, Properties: {Path: /, Method: get}}"),
        with(&[
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Stage",
            "AWS::Lambda::Permission"
        ])
    );
    assert_eq!(event("{Type: Api, Properties: {RestApiId: !Ref A}}"), with(&["AWS::Lambda::Permission"]));
    assert_eq!(
        event("{Type: HttpApi}"),
        with(&["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::Lambda::Permission"])
    );
    assert_eq!(event("{Type: Schedule}"), with(&["AWS::Events::Rule", "AWS::Lambda::Permission"]));
    assert_eq!(event("{Type: ScheduleV2}"), with(&["AWS::Scheduler::Schedule"]));
    assert_eq!(
        event("{Type: SNS, Properties: {SqsSubscription: true}}"),
        with(&[
            "AWS::Lambda::EventSourceMapping",
            "AWS::SNS::Subscription",
            "AWS::SQS::Queue",
            "AWS::SQS::QueuePolicy"
        ])
    );
    assert_eq!(event("{Type: SNS}"), with(&["AWS::Lambda::Permission", "AWS::SNS::Subscription"]));
}

#[test]
fn other_sam_types_expand() {
    assert_eq!(made("SimpleTable", "{}"), ["AWS::DynamoDB::Table"]);
    assert_eq!(made("LayerVersion", "{}"), ["AWS::Lambda::LayerVersion"]);
    assert_eq!(made("HttpApi", "{}"), ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"]);
    assert_eq!(
        made("StateMachine", "{Role: x, Events: {E: {Type: Schedule}}}"),
        ["AWS::Events::Rule", "AWS::IAM::Role", "AWS::StepFunctions::StateMachine"]
    );
    assert_eq!(made("Application", "{}"), ["AWS::CloudFormation::Stack"]);
    let (_, plain) = parse("Resources: {F: {Type: AWS::Serverless::Function}}\n");
    assert_eq!(plain.made_resources()[0].kind, "AWS::Serverless::Function");
}

#[test]
fn code_comes_from_somewhere() {
    let text = "\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {CodeUri: src}}
Resources:
  A: {Type: AWS::Serverless::Function}
  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://b/k}}
  C: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}
  D: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: !Ref B, S3Key: k}}}
  E: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub x}}
";
    let (sources, template) = parse(text);
    let found: Vec<_> = template
        .code_sources()
        .into_iter()
        .map(|source| (source.id, source.location, sources.slice(source.span).to_owned()))
        .collect();
    assert_eq!(
        found,
        [
            ("A".into(), CodeLocation::Local("src".into()), "src".into()),
            ("B".into(), CodeLocation::S3, "s3://b/k".into()),
            ("D".into(), CodeLocation::S3, "{S3Bucket: !Ref B, S3Key: k}".into()),
            ("E".into(), CodeLocation::Computed, "!Sub x".to_owned()),
        ]
    );
    assert!(!template.is_complete());
}

#[test]
fn macros_make_a_template_open() {
    for text in [
        "Transform: [Mine]\nResources: {}\n",
        "Resources:\n  Fn::ForEach::X: [A, [b], {}]\n",
        "Resources:\n  A: {Type: T, Fn::Transform: {Name: AWS::Include}}\n",
        "a: b\n",
        "a: b: c\n",
    ] {
        assert!(!parse(text).1.is_complete(), "{text}");
    }
    let (sources, included) = parse("Resources:\n  A: {Type: T, Properties: !Transform {Name: AWS::Include}}\n");
    assert_eq!(
        included.inline_transforms.iter().map(|name| sources.slice(name.span)).collect::<Vec<_>>(),
        ["!Transform"]
    );
    assert!(parse("{\"Resources\": {\"B\": {\"Type\": \"AWS::S3::Bucket\"}}}").1.is_complete());
}

proptest! {
    #[test]
    fn never_panics(text in "(Resources|Transform|Globals|Function|AWS::Serverless::Function|AWS::IAM::Role|Type|Properties|Events|Role|: |\\n|  |- |a|!Ref |\\[|\\]|\\{|\\}|,|&x |\\*x|<<){0,40}") {
        let (_, template) = parse(&text);
        template.required_capabilities();
        template.managed_policies();
        template.roles();
        template.code_sources();
    }
}
