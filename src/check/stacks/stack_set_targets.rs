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
        let model = permission_model(subject, place);
        for (target, span) in targets(value) {
            let is_unit = ["ou-", "r-"].iter().any(|start| target.starts_with(start));
            if is_unit && !matches!(model, Model::Other | Model::OfOrganization(_)) {
                findings.push(unit_with_own_roles(target, span, model));
            } else if let (Model::OfOrganization(said), true) = (model, is_account_id(target)) {
                findings.push(account_of_organization(target, span, said));
            } else if target.bytes().all(|byte| byte.is_ascii_digit()) && !target.is_empty() && !is_account_id(target) {
                findings.push(environments::bad_account(target, true, false, span));
            }
        }
    }
}

/// The permission model of a StackSet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    /// Self-managed, by default.
    Default,
    /// Self-managed, as set here.
    Own(Span),
    /// Self-managed, in the action that deploys the StackSet. The span is its name.
    OfSet(Span),
    /// Service-managed. The span says so, or is the name of the action that deploys the StackSet.
    OfOrganization(Span),
    /// Unknown.
    Other,
}

fn permission_model(subject: &Subject<'_>, place: Place<'_>) -> Model {
    let key = "PermissionModel";
    match place.action.value(key) {
        None if place.action.action_type.slot_of_key(key).is_some() => Model::Default,
        None => model_of_set(subject, place).unwrap_or(Model::Other),
        Some(value) if value.as_str() == Some("SELF_MANAGED") => Model::Own(value.span),
        Some(value) if value.as_str() == Some("SERVICE_MANAGED") => Model::OfOrganization(value.span),
        _ => Model::Other,
    }
}

/// Returns the permission model of the StackSet that an action adds instances to, if one other action deploys it.
fn model_of_set(subject: &Subject<'_>, place: Place<'_>) -> Option<Model> {
    let set = place.action.literal(STACK_SET)?;
    let deploys = |other: &Place<'_>| {
        let is_set = other.action.action_type.slot_of_key("PermissionModel").is_some();
        is_set && !other.action.incomplete && other.action.literal(STACK_SET) == Some(set)
    };
    let mut deploying = subject.actions().filter(deploys);
    let only = deploying.next().filter(|_| deploying.next().is_none())?;
    match permission_model(subject, only) {
        Model::Other => None,
        Model::OfOrganization(_) => Some(Model::OfOrganization(only.action.name.span)),
        _ => Some(Model::OfSet(only.action.name.span)),
    }
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
fn unit_with_own_roles(unit: &str, place: Span, model: Model) -> Diagnostic {
    let what = if unit.starts_with("r-") { "the root of an organization" } else { "an organizational unit" };
    let diagnostic = Diagnostic::new(
        Code::E0430,
        format!("`{unit}` is {what}, which needs permission model `service-managed`"),
        place,
        "permission model `self-managed` accepts account IDs only",
    );
    match model {
        Model::Own(said) => diagnostic
            .label(said, "set here")
            .help(phrase!["write ", PipeCode::set("permission-model", "service-managed")]),
        Model::OfSet(set) => diagnostic.label(set, "this StackSet is self-managed").help(phrase![
            "list account IDs, or set ",
            PipeCode::set("permission-model", "service-managed"),
            " in the StackSet"
        ]),
        Model::Default | Model::OfOrganization(_) | Model::Other => diagnostic.help(phrase![
            "add ",
            PipeCode::set("permission-model", "service-managed"),
            ", or list account IDs"
        ]),
    }
}

/// An account in a StackSet with service-managed permissions, whose targets are organizational units:
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html>,
/// <https://github.com/aws/aws-cli/issues/8248> (2026-11-30)
fn account_of_organization(account: &str, place: Span, said: Span) -> Diagnostic {
    let message = format!("`{account}` is an account, but the StackSet deploys to organizational units");
    Diagnostic::new(Code::E0430, message, place, "permission model `service-managed` accepts no account IDs")
        .label(said, "service-managed")
        .help(phrase![
            "write the ID of an organizational unit, or ",
            PipeCode::set("permission-model", "self-managed"),
            " in the StackSet"
        ])
}
