//! E0430: organizational units in a StackSet with self-managed permissions, and accounts in one with service-managed
//! permissions. E0808: invalid account IDs.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html> (2026-11-23)

use crate::catalog::accounts::is_account_id;
use crate::check::support::deploys::STACK_SET;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::environments;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "stack-set-targets", codes: &[Code::E0430, Code::E0808], run: check };

/// The key with the targets of the stacks of a set.
const TARGETS: &str = "DeploymentTargets";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(value) = place.action.value(TARGETS) else { continue };
        let model = model(subject, place);
        for (target, span) in targets(value) {
            let is_unit = ["ou-", "r-"].iter().any(|start| target.starts_with(start));
            let is_number = target.bytes().all(|byte| byte.is_ascii_digit()) && !target.is_empty();
            match &model {
                Some(model) if is_unit && model.permissions == SELF_MANAGED => {
                    findings.push(unit_with_own_roles(target, span, model));
                }
                _ if is_number && !is_account_id(target) => {
                    findings.push(environments::bad_account(target, true, false, span));
                }
                Some(model) if is_number && model.permissions == SERVICE_MANAGED => {
                    findings.push(account_of_organization(target, span, model));
                }
                _ => {}
            }
        }
    }
}

/// The permission models, in AWS's form.
const SELF_MANAGED: &str = "SELF_MANAGED";
const SERVICE_MANAGED: &str = "SERVICE_MANAGED";

/// The permission model of a StackSet.
#[derive(Debug)]
struct Model<'a> {
    permissions: &'a str,
    said: Said,
}

/// What determines the permission model.
#[derive(Debug, Clone, Copy)]
enum Said {
    /// The action does not set it.
    Default,
    /// The action itself.
    Here(Span),
    /// The action that deploys the StackSet. The span is its name.
    OfSet(Span),
}

/// Returns the permission model of the StackSet of an action, or `None` if it is unknown.
fn model<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<Model<'a>> {
    let key = "PermissionModel";
    match place.action.value(key) {
        Some(value) => Some(Model { permissions: value.as_str()?, said: Said::Here(value.span) }),
        None if place.action.action_type.slot_of_key(key).is_some() => {
            Some(Model { permissions: SELF_MANAGED, said: Said::Default })
        }
        None => model_of_set(subject, place),
    }
}

/// Returns the permission model of the StackSet that an action adds instances to, if one other action deploys it.
fn model_of_set<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<Model<'a>> {
    let set = place.action.literal(STACK_SET)?;
    let deploys = |other: &Place<'_>| {
        let is_set = other.action.action_type.slot_of_key("PermissionModel").is_some();
        is_set && !other.action.incomplete && other.action.literal(STACK_SET) == Some(set)
    };
    let mut deploying = subject.actions().filter(deploys);
    let only = deploying.next().filter(|_| deploying.next().is_none())?;
    Some(Model { said: Said::OfSet(only.action.name.span), ..model(subject, only)? })
}

/// Returns the accounts and units. In a string, they are separated by commas.
fn targets(value: &Value) -> Vec<(&str, Span)> {
    match &value.kind {
        ValueKind::List(items) => items.iter().filter_map(|item| Some((item.as_str()?, item.span))).collect(),
        _ => match value.as_str() {
            Some(text) if !text.contains("::") => text.split(',').map(|it| (it.trim(), value.span)).collect(),
            _ => Vec::new(),
        },
    }
}

/// An organizational unit in a StackSet with self-managed permissions.
fn unit_with_own_roles(unit: &str, place: Span, model: &Model<'_>) -> Diagnostic {
    let what = if unit.starts_with("r-") { "the root of an organization" } else { "an organizational unit" };
    let diagnostic = Diagnostic::new(
        Code::E0430,
        format!("`{unit}` is {what}, which needs permission model `service-managed`"),
        place,
        "permission model `self-managed` accepts account IDs only",
    );
    match model.said {
        Said::Here(said) => diagnostic
            .label(said, "set here")
            .help(phrase!["write ", PipeCode::set("permission-model", "service-managed")]),
        Said::OfSet(set) => diagnostic.label(set, "this StackSet is self-managed").help(phrase![
            "list account IDs, or set ",
            PipeCode::set("permission-model", "service-managed"),
            " in the StackSet"
        ]),
        Said::Default => diagnostic.help(phrase![
            "add ",
            PipeCode::set("permission-model", "service-managed"),
            ", or list account IDs"
        ]),
    }
}

/// An account in a StackSet with service-managed permissions.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html> (2026-11-30)
fn account_of_organization(account: &str, place: Span, model: &Model<'_>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0430,
        format!("`{account}` is an account, which needs permission model `self-managed`"),
        place,
        "permission model `service-managed` accepts organizational units only",
    );
    let help = "list organizational units, such as `ou-ab12-cdef3456`";
    match model.said {
        Said::OfSet(set) => diagnostic.label(set, "this StackSet is service-managed").help(help),
        Said::Here(said) => diagnostic.label(said, "set here").help(help),
        Said::Default => diagnostic.help(help),
    }
}
