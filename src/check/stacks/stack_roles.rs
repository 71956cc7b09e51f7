//! E0415, W0415, I0860 to W0863: stacks whose derived role does not fit, because nothing says what the stack holds, or which resource it is.

use camino::Utf8Path;

use crate::catalog::Category;
use crate::check::support::deletions::meant;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::roles::{self, Deployed};
use crate::diagnostic::families::stacks;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ArtifactFile, Permission, Pipeline, RoleId, StackMode, Value, ValueKind};
use crate::plan::repository::{self, Contents};
use crate::plan::{Effect, Entity, Expr, GapKind, Grant, Piece, Purpose, RoleGap, RoleOrigin, RolePlan};
use crate::source::{Span, Spanned};
use crate::workspace::artifact::Presence;

pub(super) const RULE: Rule = Rule {
    name: "stack-roles",
    codes: &[Code::E0415, Code::W0415, Code::I0860, Code::W0861, Code::W0862, Code::W0863],
    run: check,
};

/// Calls that decide what roles, users, and groups allow.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html> (2026-11-28): who may create a
/// role and attach any policy can give itself any permission.
const WRITES: [&str; 9] = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.incomplete {
        return;
    }
    gaps(subject, findings);
    for (index, role) in subject.plan.roles.entries() {
        let is_empty = role.grants.is_empty() && role.unhandled.is_empty() && role.raw.is_none();
        if role.origin != RoleOrigin::Derived(Purpose::Stack) || !is_empty {
            continue;
        }
        let users: Vec<Place<'_>> = subject.actions().filter(|place| uses(subject, *place, index)).collect();
        let Some(first) = users.first() else { continue };
        let stack = first.action.stack_operation().and_then(|operation| operation.stack.as_literal());
        let stack = stack.unwrap_or(&first.action.symbol);
        if let Some(template) = unknown(subject, role, &users) {
            findings.about(*first, stacks::role_of_unknown(stack, template, elsewhere(subject, &users)));
        } else if users.iter().all(|place| is_delete(place.action) && meant(subject, *place).is_none()) {
            findings.about(*first, stacks::role_of_deleted(stack, first.action.name.span));
        }
    }
}

/// Where derived roles are wider or narrower than what they deploy, each place once.
fn gaps(subject: &Subject<'_>, findings: &mut Findings) {
    let mut said: Vec<RoleGap> = Vec::new();
    for (index, role) in subject.plan.roles.entries() {
        if role.origin != RoleOrigin::Derived(Purpose::Stack) {
            continue;
        }
        let Some(first) = subject.actions().find(|place| uses(subject, *place, index)) else { continue };
        let stack = first.action.stack_operation().and_then(|operation| operation.stack.as_literal());
        let stack = stack.unwrap_or(&first.action.symbol);
        let deploy = first.action.name.span;
        for gap in &role.gaps {
            // One template can be deployed to several places.
            if said.contains(gap) || gap.what == GapKind::Unpublished && allows_some(first.action, &gap.kind) {
                continue;
            }
            said.push(gap.clone());
            let at = Deployed { resource: &gap.resource, kind: &gap.kind, span: gap.span, stack, deploy };
            let found = match &gap.what {
                GapKind::Unpublished => roles::unpublished_type(&at),
                GapKind::Wide { actions, on, could } => {
                    roles::wide_permission(&at, actions, &subject.plan.readable(on), could)
                }
                GapKind::AnyRole { service } => roles::any_role_passed(&at, service.as_deref()),
            };
            findings.about(first, found);
        }
        if let Some(found) = writes_iam(role, stack, deploy) {
            findings.about(first, found);
        }
    }
}

/// Whether a statement of the stack allows calls of the service that a type belongs to.
fn allows_some(action: &Action, kind: &str) -> bool {
    let service = kind.split("::").nth(1).unwrap_or_default();
    let allowed = action.statements.iter().filter(|statement| !statement.deny);
    let mut actions = allowed.flat_map(|statement| match &statement.permission {
        Permission::Actions(actions) => actions.as_slice(),
        Permission::Verb(_) => &[],
    });
    actions.any(|it| it.node.split(':').next().is_some_and(|of| of == "*" || of.eq_ignore_ascii_case(service)))
}

/// Says that a role may change what the account allows, unless a boundary limits that.
fn writes_iam(role: &RolePlan, stack: &str, deploy: Span) -> Option<Diagnostic> {
    let bound = |grant: &Grant| grant.conditions.iter().any(|condition| condition.key == "iam:PermissionsBoundary");
    // What the boundary's own condition cannot be on, such as the trust of a role, works on bounded roles only.
    if role.grants.iter().any(bound) {
        return None;
    }
    let free = role.grants.iter().filter(|grant| grant.effect == Effect::Allow);
    let mut actions: Vec<&str> =
        free.flat_map(|grant| &grant.actions).map(String::as_str).filter(|action| WRITES.contains(action)).collect();
    actions.sort_unstable();
    actions.dedup();
    (!actions.is_empty()).then(|| roles::stack_writes_iam(stack, deploy, &actions))
}

/// Whether an action hands this role to CloudFormation.
fn uses(subject: &Subject<'_>, place: Place<'_>, index: RoleId) -> bool {
    let planned = subject.plan.action(place.pipeline_id, place.id);
    let role = planned.and_then(|action| action.configuration.get("RoleArn"));
    role.is_some_and(|role| role.text == Expr::from(Piece::Arn(Entity::Role(index))))
}

fn is_delete(action: &Action) -> bool {
    action.stack_operation().is_some_and(|operation| operation.mode == StackMode::DeleteOnly)
}

/// The place of a template that nothing is known about; none where that is due to something reported already.
fn unknown(subject: &Subject<'_>, role: &RolePlan, users: &[Place<'_>]) -> Option<Span> {
    let unknown = role.unknown.as_ref().filter(|unknown| unknown.path.is_none())?;
    let place = users.iter().find(|place| (place.pipeline_id, place.id) == unknown.action)?;
    match place.action.value("TemplatePath") {
        Some(Value { kind: ValueKind::ArtifactFile(file), .. }) => {
            is_sound(subject, place.pipeline, file).then_some(file.path_span)
        }
        // Text that names no file of an artifact is reported as such.
        Some(value) if value.as_str().is_some_and(|text| !text.contains("::")) => None,
        _ => Some(unknown.template),
    }
}

/// The source that the template comes from, where this repository holds such a file and is not said to be that source.
fn elsewhere<'a>(subject: &Subject<'a>, users: &[Place<'a>]) -> Option<&'a Spanned<String>> {
    users.iter().find_map(|place| {
        let ValueKind::ArtifactFile(file) = &place.action.value("TemplatePath")?.kind else { return None };
        let artifact = place.pipeline.artifacts.get(file.artifact?)?;
        let producer = &place.pipeline.actions[artifact.producer];
        let path = Utf8Path::new(file.path.as_literal()?);
        let is_here = subject.workspace.files().tracked().contains_key(path);
        (producer.category == Category::Source && producer.checkout.is_none() && is_here).then_some(&producer.name)
    })
}

/// Whether the build that makes a file could be read, and can make the file.
fn is_sound(subject: &Subject<'_>, pipeline: &Pipeline, file: &ArtifactFile) -> bool {
    let (hir, workspace) = (subject.hir, subject.workspace);
    let Some(id) = file.artifact else { return false };
    let Some(producer) = pipeline.artifacts.get(id).and_then(|it| pipeline.actions.get(it.producer)) else {
        return false;
    };
    let unreadable = repository::buildspec(hir, pipeline, producer).is_some()
        && !repository::build(hir, workspace, pipeline, producer).is_some_and(|build| repository::is_sound(&build));
    let Contents { files, .. } = repository::contents(hir, workspace, pipeline, id);
    let absent = file.path.as_literal().is_some_and(|path| matches!(files.contains(path), Presence::Absent { .. }));
    !unreadable && !absent
}
