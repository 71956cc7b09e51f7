//! E0415, W0415, I0860 to W0863: stacks whose derived role does not fit, because the stack's resources or their names
//! are unknown.

use std::borrow::Cow;

use camino::Utf8Path;

use crate::catalog::resource_names::{Source, resource_names};
use crate::catalog::{Category, ExampleValue, template_language};
use crate::check::support::deletions::meant;
use crate::check::support::globs::arns_meet;
use crate::check::support::policy_resources::open;
use crate::check::support::required_files::is_pipeline_file;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{AllowCode, AllowedOn, Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Action, ArtifactFile, ArtifactId, Permission, PipelineId, RoleId, StackMode, Value, ValueKind};
use crate::plan::repository;
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
    let mut reported: Vec<Span> = Vec::new();
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
            // One action of a component may deploy several stacks.
            if reported.contains(&template) {
                continue;
            }
            reported.push(template);
            let found = role_of_unknown(stack, template, source(subject, &users).as_ref(), first.action.word.is_none());
            findings.about(
                *first,
                match users.iter().find_map(|place| other_artifact(subject, *place)) {
                    Some(other) => found
                        .label(other.span, "this artifact contains such a file")
                        .help(format!("did you mean artifact `{}`?", other.node)),
                    None => found,
                },
            );
        } else if users.iter().all(|place| is_delete(place.action) && meant(subject, *place).is_none()) {
            findings.about(*first, role_of_deleted(stack, first.action.name.span));
        }
    }
}

/// Reports derived roles that are broader or narrower than their deployments require, each once.
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
            // One template can be deployed to several locations.
            let is_allowed = || allows_some(first.action, &gap.kind) || is_no_type(&gap.kind);
            if said.contains(gap) || gap.what == GapKind::Unpublished && is_allowed() {
                continue;
            }
            said.push(gap.clone());
            let at = Deployed { resource: &gap.resource, kind: &gap.kind, span: gap.span, stack, deploy };
            let found = match &gap.what {
                GapKind::Unpublished => unpublished_type(&at),
                // Once per template: the other resources need the same fix.
                GapKind::Wide { actions, on, could } => {
                    let others = role.gaps.iter().filter(|other| {
                        *other != gap && matches!(&other.what, GapKind::Wide { on: same, could: danger, .. } if same == on && danger == could)
                    });
                    let others: Vec<RoleGap> = others.cloned().collect();
                    let found = wide_permission(&at, actions, &subject.plan.readable(on), could);
                    let found = found.labels(others.iter().take(2).map(|other| (other.span, "needed here, too")));
                    said.extend(others);
                    found
                }
                GapKind::AnyRole { service } => any_role_passed(&at, service.as_deref()),
            };
            findings.about(first, found);
        }
        let own =
            first.action.template_origin.as_ref().is_some_and(|origin| is_pipeline_file(Utf8Path::new(&origin.node)));
        if let Some(found) = writes_iam(role, stack, deploy, own) {
            findings.about(first, found);
        }
    }
}

/// Returns whether AWS has no such type, which another rule reports.
fn is_no_type(kind: &str) -> bool {
    kind.starts_with("AWS::Serverless::") || kind.starts_with("AWS::") && !template_language::is_resource_type(kind)
}

/// Returns whether a statement of the stack allows calls of the service that a type belongs to.
fn allows_some(action: &Action, kind: &str) -> bool {
    let service = kind.split("::").nth(1).unwrap_or_default();
    let allowed = action.statements.iter().filter(|statement| !statement.deny);
    let mut actions = allowed.flat_map(|statement| match &statement.permission {
        Permission::Actions(actions) => actions.as_slice(),
        Permission::Verb(_) => &[],
    });
    actions.any(|it| it.node.split(':').next().is_some_and(|of| of == "*" || of.eq_ignore_ascii_case(service)))
}

/// Reports that a role can change permissions in the account, unless a boundary limits it.
fn writes_iam(role: &RolePlan, stack: &str, deploy: Span, own: bool) -> Option<Diagnostic> {
    let bound = |grant: &Grant| grant.conditions.iter().any(|condition| condition.key == "iam:PermissionsBoundary");
    // Calls that do not support the condition on the boundary, such as changes of a trust policy, are limited to roles
    // with the boundary.
    if role.all_grants().any(bound) {
        return None;
    }
    let free = role.all_grants().filter(|grant| grant.effect == Effect::Allow);
    let mut actions: Vec<&str> = free
        .flat_map(|grant| &grant.actions)
        .map(|action| &**action)
        .filter(|action| WRITES.contains(action))
        .collect();
    actions.sort_unstable();
    actions.dedup();
    (!actions.is_empty()).then(|| stack_writes_iam(stack, deploy, &actions, own))
}

/// Returns whether an action passes this role to CloudFormation.
fn uses(subject: &Subject<'_>, place: Place<'_>, index: RoleId) -> bool {
    let planned = subject.plan.action(place.pipeline_id, place.id);
    let role = planned.and_then(|action| action.configuration.get("RoleArn"));
    role.is_some_and(|role| role.text == Expr::from(Piece::Arn(Entity::Role(index))))
}

fn is_delete(action: &Action) -> bool {
    action.stack_operation().is_some_and(|operation| operation.mode == StackMode::DeleteOnly)
}

/// Returns the span of a template that is not known, or `None` if that follows from a reported problem.
fn unknown(subject: &Subject<'_>, role: &RolePlan, users: &[Place<'_>]) -> Option<Span> {
    let unknown = role.unknown.as_ref().filter(|unknown| unknown.path.is_none())?;
    let place = users.iter().find(|place| (place.pipeline_id, place.id) == unknown.action)?;
    match place.action.value("TemplatePath") {
        Some(Value { kind: ValueKind::ArtifactFile(file), .. }) => {
            is_sound(subject, place.pipeline_id, file).then_some(file.path_span)
        }
        // A string that does not name a file of an artifact is reported separately.
        Some(value) if value.as_str().is_some_and(|text| !text.contains("::")) => None,
        _ => Some(unknown.template),
    }
}

/// Returns the source of the template, if its contents are unknown.
fn source<'a>(subject: &Subject<'a>, users: &[Place<'a>]) -> Option<UnknownSource<'a>> {
    users.iter().find_map(|place| {
        let ValueKind::ArtifactFile(file) = &place.action.value("TemplatePath")?.kind else { return None };
        let artifact = place.pipeline.artifacts.get(file.artifact?)?;
        let producer = &place.pipeline.actions[artifact.producer];
        let path = Utf8Path::new(file.path.as_literal()?);
        let is_here = producer.checkout.is_none() && subject.workspace.files().tracked().contains_key(path);
        let is_source = producer.category == Category::Source;
        is_source.then_some(UnknownSource {
            name: &producer.symbol,
            span: producer.declared,
            here: is_here.then_some(path),
        })
    })
}

/// Returns the only other output of a build in the pipeline in which the template is a file of the repository.
fn other_artifact<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<&'a Spanned<String>> {
    let ValueKind::ArtifactFile(file) = &place.action.value("TemplatePath")?.kind else { return None };
    let path = file.path.as_literal()?;
    let holds = |id: ArtifactId| subject.action_files.repository_file_in(place.pipeline_id, id, path).is_some();
    let of_builds = place.pipeline.artifacts.entries().filter(|(id, artifact)| {
        let producer = &place.pipeline.actions[artifact.producer];
        Some(*id) != file.artifact && producer.category != Category::Source
    });
    let mut others = of_builds.filter(|(id, _)| holds(*id)).map(|(_, artifact)| &artifact.name);
    others.next().filter(|_| others.next().is_none())
}

/// A source whose contents are unknown.
struct UnknownSource<'a> {
    /// Its name in the file.
    name: &'a str,
    span: Span,
    /// The template, if this repository has one at its path.
    here: Option<&'a Utf8Path>,
}

/// Returns whether the build that produces a file could be read, and can produce the file.
fn is_sound(subject: &Subject<'_>, pipeline_id: PipelineId, file: &ArtifactFile) -> bool {
    let pipeline = &subject.hir.pipelines[pipeline_id];
    let Some(id) = file.artifact else { return false };
    let Some(producer) = pipeline.artifacts.get(id).map(|artifact| artifact.producer) else { return false };
    let build = subject.action_files.build(pipeline_id, producer);
    let unreadable = repository::buildspec(subject.hir, pipeline, &pipeline.actions[producer]).is_some()
        && !build.is_some_and(|build| {
            let is_single = pipeline.actions[producer].outputs.len() < 2;
            let lacks = build.spec.hides_artifacts() || is_single && build.spec.lacks_primary();
            repository::is_sound(build) && !lacks
        });
    let files = &subject.action_files.contents(pipeline_id, id).files;
    let absent = file.path.as_literal().is_some_and(|path| matches!(files.contains(path), Presence::Absent { .. }));
    !unreadable && !absent
}

/// A resource of a deployed template, and the deploy.
#[derive(Debug, Clone, Copy)]
struct Deployed<'a> {
    /// Its logical ID.
    resource: &'a str,
    /// Its type.
    kind: &'a str,
    /// Its span in the template.
    span: Span,
    /// The stack.
    stack: &'a str,
    /// The span that names the stack.
    deploy: Span,
}

/// A stack whose template lets anyone who can push it obtain any permission. `own` is whether the template is built
/// from a pipeline file: then a boundary would be missing on the roles that dotpipe generates.
fn stack_writes_iam(stack: &str, deploy: Span, actions: &[&str], own: bool) -> Diagnostic {
    let first = actions.first().copied().unwrap_or_default();
    let message = format!("anyone who can push the template of stack `{stack}` can obtain any permission");
    Diagnostic::new(Code::I0860, message, deploy, format!("its role allows {}", wording::tick(first))).help(
        if own {
            "limit who can push to the repository"
        } else {
            "limit who can push, or set `permissions-boundary` on the stack and `PermissionsBoundary` on each role, user, and function in its template"
        },
    )
}

/// A derived role that allows a powerful action on all resources of a type.
fn wide_permission(at: &Deployed<'_>, actions: &[Cow<'static, str>], on: &str, could: &str) -> Diagnostic {
    let first = actions.first().map_or("", |action| &**action);
    let names = resource_names(at.kind);
    let fits = |(pattern, _): &&(&str, Vec<Source>)| arns_meet(&open(pattern), &open(on));
    let own = names.patterns.iter().find(fits).map(|(_, sources)| sources.as_slice()).unwrap_or_default();
    let (label, help) = if own.iter().any(|source| matches!(source, Source::Own(Some(_)))) {
        (
            format!("the template does not show the name that this {} has in AWS", at.kind),
            "write the name in the template, or set the stack's role with ",
        )
    } else if own.iter().any(|source| matches!(source, Source::Own(None))) {
        (format!("AWS chooses the ID of this {}", at.kind), "set the stack's role with ")
    } else {
        (
            format!("the template does not show which resource this {} uses", at.kind),
            "write its name in the template, or set the stack's role with ",
        )
    };
    Diagnostic::new(
        Code::W0861,
        format!("the role of stack `{}` allows {} on `{on}`", at.stack, wording::tick(first)),
        at.span,
        label,
    )
    .label(at.deploy, "deployed here")
    .note(format!("actions allowed on it: {}", wording::ticks(actions)))
    .note(format!("anyone who can push the template could {could}"))
    .help(phrase![help, PipeCode::set("role", "...")])
}

/// A resource type whose permissions are not published.
fn unpublished_type(at: &Deployed<'_>) -> Diagnostic {
    let service = at.kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
    Diagnostic::new(
        Code::W0862,
        format!("the role of stack `{}` has no permissions for {}", at.stack, at.kind),
        at.span,
        "AWS does not publish the permissions it needs",
    )
    .label(at.deploy, "deployed here")
    .note(format!("without an `allow` in the stack's block, creating `{}` fails with AccessDenied", at.resource))
    .help(phrase![
        "add ",
        PipeCode::Allow(AllowCode::of_actions(&[&format!("{service}:*")], vec![AllowedOn::Arn("*".to_owned())])),
        " or a narrower statement to the stack's block, or set its role with ",
        PipeCode::set("role", "...")
    ])
}

/// A derived role that can pass any role, because the template does not show which one it needs.
fn any_role_passed(at: &Deployed<'_>, service: Option<&str>) -> Diagnostic {
    let to = service.map_or_else(|| "to any service".to_owned(), |service| format!("to {service}"));
    Diagnostic::new(
        Code::W0863,
        format!("the role of stack `{}` allows `iam:PassRole` on every role", at.stack),
        at.span,
        format!("the template does not show which role `{}` gets", at.resource),
    )
    .label(at.deploy, "deployed here")
    .note(format!("anyone who can push the template could pass any role in the account {to}"))
    .help("write the role's ARN in the template, or pass it as the value of a parameter")
}

/// A stack with an unknown template, so that its derived role has no permissions. `generic` is whether it is an
/// `action` with a type; `source` is the origin of the template, if no build produces it.
fn role_of_unknown(stack: &str, template: Span, source: Option<&UnknownSource<'_>>, generic: bool) -> Diagnostic {
    let label = if source.is_some() {
        "dotpipe cannot read this file"
    } else if generic {
        "dotpipe cannot tell which file this is"
    } else {
        "the file that this template is generated from is unknown"
    };
    let message = format!("cannot derive the role of stack `{stack}`: its template is unknown");
    let diagnostic = Diagnostic::new(Code::E0415, message, template, label).note(
        "the role would have no permissions, so the deployment would fail when CloudFormation creates a resource",
    );
    if generic {
        return diagnostic.help(phrase![
            "add ",
            PipeCode::set("RoleArn", ExampleValue::text("arn:...")),
            " to `configuration`, the ARN of a role that CloudFormation can assume"
        ]);
    }
    let Some(source) = source else {
        return diagnostic.help(phrase![
            "write ",
            PipeCode::set("origin", ExampleValue::text("template.yaml")),
            " with the path of that file, or set a role with ",
            PipeCode::set("role", "...")
        ]);
    };
    let diagnostic = diagnostic.label(source.span, "the contents of this source are unknown");
    if let Some(path) = source.here {
        return diagnostic.help(phrase![
            "write ",
            PipeCode::set("origin", ExampleValue::text(path)),
            ", or ",
            PipeCode::set("checkout", ExampleValue::text(".")),
            format!(" in `{}` if it contains the files of this repository, or set a role with ", source.name),
            PipeCode::set("role", "...")
        ]);
    }
    diagnostic.help(phrase![
        "write ",
        PipeCode::set("origin", ExampleValue::text("template.yaml")),
        " with the path of a template in this repository, or set a role with ",
        PipeCode::set("role", "...")
    ])
}

/// A stack that is only deleted, so that its resources are unknown.
fn role_of_deleted(stack: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0415,
        format!("cannot derive the role of stack `{stack}`: its resources are unknown"),
        place,
        "no action in this file deploys it",
    )
    .note("the role would have no permissions: if the stack exists, its deletion would fail at the first resource")
    .help("set `role` to the role that deployed the stack")
}
