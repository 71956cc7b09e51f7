//! The calls to AWS in the commands of a build (`data/commands.txt`).
//!
//! There is one line per command, sorted by bytes: `PROGRAM OPERATION TAB CALL CALL ...`, where CALL is
//! `ACTION[+][=RESOURCE][?OPTION][!OPTION][~ACTION]`. RESOURCE is the last field of the ARN; without it, the action
//! applies to no resource. In it, `{--option}` is the value of that option, `{--option:path}` the value without a
//! leading slash, `{--option:tree}` also with everything below it if it ends with a slash, `{--option:last}` the part
//! after its last slash, `{--option:function}` the value without a qualifier, `{--option:group}` the value with the
//! suffix of a log group, `{--option:bucket}` the value without `s3://`, `{--option:secret}` the value with the suffix
//! of a secret, `{--option:key}` a key or any key for an alias, and `{--option:named}` the value after any path. A number instead of an option is the position of an
//! argument. An option whose value is an ARN replaces the whole ARN; a missing option is replaced by `*`. `?--option`
//! applies only with, `!--option` only without that option, and `~ACTION` only to a role that does not allow that
//! action on any resource. `+` marks one of many permissions that the command needs, which depend on what it deploys.
//!
//! Other operations of the AWS CLI call the IAM action with the same name, if there is one ([`by_name`]).
//!
//! Options and operations: <https://docs.aws.amazon.com/cli/latest/reference/>. Actions and resources:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/>. What `cloudformation deploy` and `package` call:
//! <https://github.com/aws/aws-cli/tree/v2/awscli/customizations/cloudformation>; `sam`:
//! <https://github.com/aws/aws-sam-cli>; `cdk`: <https://github.com/aws/aws-cdk/discussions/36788>; `serverless`:
//! <https://www.serverless.com/framework/docs/providers/aws/guide/credentials>; `copilot`:
//! <https://aws.github.io/copilot-cli/docs/manifest/pipeline/> (2026-11-28).

use std::sync::Arc;

use super::permissions::{self, IamAction};
use super::table::{Table, table};

static COMMANDS: Table = table!("commands");

/// A call that a command makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandCall {
    /// The IAM action.
    pub action: &'static str,
    /// The last field of the ARN; `None` if the action applies to no resource.
    pub resource: Option<&'static str>,
    /// The option that is required for the call.
    pub with: Option<&'static str>,
    /// The option that prevents the call.
    pub without: Option<&'static str>,
    /// An action that is sufficient instead.
    pub instead: Option<&'static str>,
    /// Whether the command needs more permissions, which depend on what it deploys.
    pub is_partial: bool,
}

/// Returns the calls of a command, given its program and operation: `aws ssm get-parameter`.
pub fn calls(command: &str) -> impl Iterator<Item = CommandCall> {
    COMMANDS.line(command).unwrap_or_default().split(' ').filter(|word| !word.is_empty()).map(call)
}

fn call(mut word: &'static str) -> CommandCall {
    let mut cut = |mark: char| {
        let (before, tail) = word.rsplit_once(mark)?;
        word = before;
        Some(tail)
    };
    let instead = cut('~');
    let without = cut('!');
    let with = cut('?');
    let (action, resource) = word.split_once('=').map_or((word, None), |(action, resource)| (action, Some(resource)));
    let (action, is_partial) = action.strip_suffix('+').map_or((action, false), |action| (action, true));
    CommandCall { action, resource, with, without, instead, is_partial }
}

/// The commands of the AWS CLI whose name is not the IAM prefix of the service.
/// <https://docs.aws.amazon.com/cli/latest/reference/>,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/> (2026-11-30)
const PREFIXES: [(&str, &str); 39] = [
    ("accessanalyzer", "access-analyzer"),
    ("amp", "aps"),
    ("application-insights", "applicationinsights"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("cloudhsmv2", "cloudhsm"),
    ("codeguruprofiler", "codeguru-profiler"),
    ("configservice", "config"),
    ("customer-profiles", "profile"),
    ("deploy", "codedeploy"),
    ("docdb", "rds"),
    ("dynamodbstreams", "dynamodb"),
    ("efs", "elasticfilesystem"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("greengrassv2", "greengrass"),
    ("kinesisanalyticsv2", "kinesisanalytics"),
    ("lex-models", "lex"),
    ("lexv2-models", "lex"),
    ("location", "geo"),
    ("mwaa", "airflow"),
    ("neptune", "rds"),
    ("opensearch", "es"),
    ("opensearchserverless", "aoss"),
    ("personalize-runtime", "personalize"),
    ("pinpoint", "mobiletargeting"),
    ("resourcegroupstaggingapi", "tag"),
    ("s3api", "s3"),
    ("s3control", "s3"),
    ("sagemaker-runtime", "sagemaker"),
    ("service-quotas", "servicequotas"),
    ("servicecatalog-appregistry", "servicecatalog"),
    ("sesv2", "ses"),
    ("sso-admin", "sso"),
    ("stepfunctions", "states"),
    ("timestream-query", "timestream"),
    ("timestream-write", "timestream"),
];

/// Services with operations that need no permission although IAM has an action with their name, or whose permission
/// can come from elsewhere: API Gateway names HTTP methods, Amazon Cognito and AWS STS have operations for users, and
/// the policy of a key alone can allow its use.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>,
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html> (2026-11-30)
const OTHERWISE: [&str; 8] =
    ["apigateway", "apigatewayv2", "cognito-identity", "cognito-idp", "kms", "sso", "sso-oidc", "sts"];

/// Returns the IAM action that an operation of the AWS CLI calls, by its name: `ec2:DescribeRegions` for
/// `ec2 describe-regions`.
pub fn by_name(service: &str, operation: &str) -> Option<Arc<IamAction>> {
    if OTHERWISE.contains(&service) {
        return None;
    }
    let prefix = PREFIXES.iter().find(|(name, _)| *name == service).map_or(service, |(_, prefix)| prefix);
    permissions::iam_action(&format!("{prefix}:{}", operation.replace('-', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_of_a_known_action() {
        assert!(COMMANDS.heads().is_sorted());
        for command in COMMANDS.heads() {
            for call in calls(command) {
                let known = permissions::iam_action(call.action);
                let name = known.as_ref().map(|known| known.name);
                assert_eq!(name, Some(call.action), "{command}");
                let limited = known.is_some_and(|known| !known.resources.is_empty());
                assert!(call.resource.is_none() || limited, "{command}: {} works on no resource", call.action);
                if let Some(action) = call.instead {
                    assert!(permissions::iam_action(action).is_some(), "{command}: {action}");
                }
            }
        }
    }

    #[test]
    fn an_operation_is_an_action_by_its_name() {
        let name = |service, operation| by_name(service, operation).map(|action| action.name);
        assert_eq!(name("ec2", "describe-regions"), Some("ec2:DescribeRegions"));
        assert_eq!(name("resourcegroupstaggingapi", "get-resources"), Some("tag:GetResources"));
        assert_eq!(name("rds", "describe-db-instances"), Some("rds:DescribeDBInstances"));
        assert_eq!(name("sts", "get-session-token"), None);
        assert_eq!(name("s3", "presign"), None);
        for (_, prefix) in PREFIXES {
            assert!(permissions::actions_of(prefix).next().is_some(), "{prefix}");
        }
        assert!(PREFIXES.is_sorted());
    }

    #[test]
    fn a_call_is_read_from_its_line() {
        let found: Vec<_> = calls("aws cloudformation deploy").collect();
        assert_eq!(found[0].action, "cloudformation:DescribeStacks");
        assert_eq!(found[0].resource, Some("stack/{--stack-name}/*"));
        assert_eq!(found[3].without, Some("--no-execute-changeset"));
        assert_eq!(found[4].with, Some("--role-arn"));
        let deploy: Vec<_> = calls("cdk deploy").collect();
        assert_eq!(
            (deploy[0].resource, deploy[0].instead),
            (Some("role/cdk-*"), Some("cloudformation:CreateChangeSet"))
        );
        assert_eq!(calls("aws sts get-caller-identity").count(), 0);
    }
}
