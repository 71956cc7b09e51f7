//! W0433: `replace-on-failure` for a stack that stores data.

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::StackMode;
use crate::source::{Span, Spanned};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "replaced-data", codes: &[Code::W0433], run: check };

/// Resources whose data is deleted with them, unless a policy retains it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html> (2026-11-23)
const KEEPS_DATA: [&str; 6] = [
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::Elasticsearch::Domain",
    "AWS::OpenSearchService::Domain",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for deploy in deploys(subject)
        .iter()
        .filter(|it| it.operation.is_some_and(|operation| operation.mode == StackMode::ReplaceOnFailure))
    {
        let Some(mode) = deploy.action.value("ActionMode") else { continue };
        let lost = |resource: &&Resource| {
            KEEPS_DATA.contains(&resource.kind.node.as_str())
                && resource.node.get("DeletionPolicy").is_none()
                && !is_protected(resource)
        };
        if let Some(resource) = deploy.template.resources.iter().find(lost) {
            let stack = deploy.action.literal("StackName").unwrap_or(&deploy.action.symbol);
            findings.about(deploy.as_place(), data_replaced(stack, mode.span, &resource.id));
        }
    }
}

/// Returns whether it may be protected from deletion: `DeletionProtectionEnabled: true`, `DeletionProtection: ACTIVE`.
fn is_protected(resource: &Resource) -> bool {
    let switch = |property: &str| resource.node.at(&["Properties", property]);
    let given = ["DeletionProtectionEnabled", "DeletionProtection"].into_iter().find_map(switch);
    given.is_some_and(|value| value.text().is_none_or(|text| !matches!(text, "false" | "INACTIVE")))
}

/// A stack that is replaced with its data.
fn data_replaced(stack: &str, mode: Span, resource: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0433,
        format!("`replace-on-failure` can delete `{}` of stack `{stack}`", resource.node),
        mode,
        "a failed stack is deleted and created again",
    )
    .label(resource.span, "its data would be deleted too")
    .help("remove `mode` to deploy with a change set, or set `DeletionPolicy: Retain` on the resource")
}
