//! The calls to AWS in the commands of a build (`data/commands.txt`).
//!
//! There is one line per command, sorted by bytes: `PROGRAM OPERATION TAB CALL CALL ...`, where CALL is
//! `ACTION[=RESOURCE][?OPTION][!OPTION][~ACTION]`. RESOURCE is the last field of the ARN; without it, the action
//! applies to no resource. In it, `{--option}` is the value of that option, `{--option:path}` the value without a
//! leading slash, `{--option:last}` the part after its last slash, `{--option:function}` the value without a qualifier,
//! and `{--option:secret}` the value with the suffix of a secret. An option whose value is an ARN replaces the whole
//! ARN; a missing option is replaced by `*`. `?--option` applies only with, `!--option` only without that option, and
//! `~ACTION` only to a role that does not allow that action on any resource.
//!
//! Options and operations: <https://docs.aws.amazon.com/cli/latest/reference/>. Actions and resources:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/>. What `cloudformation deploy` and `package` call:
//! <https://github.com/aws/aws-cli/tree/v2/awscli/customizations/cloudformation>; `sam`:
//! <https://github.com/aws/aws-sam-cli>; `cdk`: <https://github.com/aws/aws-cdk/discussions/36788>; `serverless`:
//! <https://www.serverless.com/framework/docs/providers/aws/guide/credentials>; `copilot`:
//! <https://aws.github.io/copilot-cli/docs/manifest/pipeline/> (2026-11-28).

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
    CommandCall { action, resource, with, without, instead }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions;

    #[test]
    fn every_call_is_of_a_known_action() {
        assert!(COMMANDS.heads().is_sorted());
        for command in COMMANDS.heads() {
            for call in calls(command) {
                let known = permissions::iam_action(call.action);
                let name = known.as_ref().map(|known| known.name.as_str());
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
