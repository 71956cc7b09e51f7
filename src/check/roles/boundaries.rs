//! E0885: roles and users of a template without the permissions boundary that their stack requires.

use crate::catalog::ExampleValue;
use crate::catalog::accounts::is_account_id;
use crate::check::support::deploys::{Deploy, deploys};
use crate::check::support::required_files::is_pipeline_file;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Environment, Pipeline};
use crate::plan::{Purpose, RoleOrigin, RolePlan};
use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::{Resource, Template};

pub(super) const RULE: Rule = Rule { name: "boundaries", codes: &[Code::E0885], run: check };

/// The property for the boundary.
const PROPERTY: &str = "PermissionsBoundary";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let deploys = deploys(subject);
    for deploy in &deploys {
        let Some(demanded) = subject.hir.boundary(deploy.pipeline, deploy.action) else { continue };
        let arn = demanded.as_str();
        // An ARN of something else is reported separately.
        if arn.is_some_and(|arn| arn.starts_with("arn:") && !arn.contains(":policy/")) {
            continue;
        }
        if !deploy.has_derived_role(subject) || is_of_another_account(subject, deploy, arn) {
            continue;
        }
        let generated = is_pipeline_file(deploy.path);
        // Those of one pipeline get the same one.
        let mut derived: Option<Option<&str>> = None;
        for resource in &deploy.template.resources {
            let Some(what) = created(deploy.template, resource) else { continue };
            let given = deploy.template.inherited(resource, &[PROPERTY]);
            let differs = |given: &Node| arn.is_some_and(|demanded| is_other_policy(given, demanded));
            if !given.is_none_or(differs) {
                continue;
            }
            let shown = arn.map_or_else(|| subject.written(demanded.span).shown().to_owned(), str::to_owned);
            if generated {
                let role = subject.plan.roles.iter().find(|role| role.identity.logical_id == resource.id.node);
                let Some(role) = role else { continue };
                if role.origin == RoleOrigin::Declared {
                    findings.push(declared_without(deploy, role, &shown, demanded.span));
                } else {
                    derived = derived.or(Some(other_pipeline(subject, role, deploy.pipeline)));
                }
            } else {
                let place = given.map_or(resource.kind.span, |given| given.span);
                let found = no_boundary(what, &resource.id.node, place, &shown, demanded.span, given.is_some());
                let is_other = |other: &&Deploy<'_>| {
                    let boundary = subject.hir.boundary(other.pipeline, other.action);
                    other.path == deploy.path && boundary.is_some_and(|boundary| !boundary.same(demanded))
                };
                findings.push(if deploys.iter().any(|other| is_other(&other)) {
                    found.help("add a parameter `Boundary`, set it for each stack, and write `PermissionsBoundary: !Ref Boundary`")
                } else {
                    found
                });
            }
        }
        let shown = arn.map_or_else(|| subject.written(demanded.span).shown().to_owned(), |arn| format!("\"{arn}\""));
        findings.extend(derived.map(|other| derived_without(deploy, demanded.span, other, &shown)));
    }
}

/// Returns whether a boundary is not the policy with this ARN. A partition, Region, or account may be computed.
fn is_other_policy(given: &Node, demanded: &str) -> bool {
    if let Some(given) = given.literal() {
        return given != demanded;
    }
    let name = |arn: &str| Some(arn.rsplit(':').next()?.to_owned()).filter(|name| name.starts_with("policy/"));
    let written = given.intrinsic().filter(|call| call.name == "Fn::Sub").and_then(|call| call.argument.text());
    match (written.and_then(name), name(demanded)) {
        (Some(given), Some(demanded)) => !given.contains("${") && given != demanded,
        _ => false,
    }
}

/// Returns the pipeline of a derived role, if that is another pipeline.
fn other_pipeline<'a>(subject: &Subject<'a>, role: &RolePlan, own: &Pipeline) -> Option<&'a str> {
    let RoleOrigin::Derived(Purpose::Pipeline(id) | Purpose::Code(id) | Purpose::Events(id)) = &role.origin else {
        return None;
    };
    let pipeline = subject.hir.pipelines.get(*id)?;
    (pipeline.symbol.node != own.symbol.node).then_some(pipeline.symbol.node.as_str())
}

/// Returns whether the boundary is a policy of an account other than the stack's, which is reported separately.
fn is_of_another_account(subject: &Subject<'_>, deploy: &Deploy<'_>, arn: Option<&str>) -> bool {
    let account = subject.hir.environment(deploy.action).and_then(Environment::account);
    let named = arn.and_then(|arn| arn.split(':').nth(4));
    account.zip(named).is_some_and(|(account, named)| is_account_id(named) && account.node != named)
}

/// Returns the kind of the role or user that a resource creates.
fn created(template: &Template, resource: &Resource) -> Option<&'static str> {
    match resource.kind.node.as_str() {
        "AWS::IAM::Role" => Some("role"),
        "AWS::IAM::User" => Some("user"),
        "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
            template.inherited(resource, &["Role"]).is_none().then_some("the role of")
        }
        _ => None,
    }
}

/// A declared role in the template that is built from its own file.
fn declared_without(deploy: &Deploy<'_>, role: &RolePlan, boundary: &str, demanded: Span) -> Diagnostic {
    let (stack, name) = (stack_of(deploy), &role.display);
    let message = format!("role `{name}` does not have the permissions boundary that stack `{stack}` requires");
    Diagnostic::new(Code::E0885, message, role.identity.span, "the deployment would fail with AccessDenied")
        .label(demanded, "required here")
        .help(phrase![
            "add ",
            PipeCode::set("permissions-boundary", ExampleValue::text(boundary)),
            format!(" to role `{name}`")
        ])
}

/// The roles that dotpipe generates, in the template that is built from the file. `other`: the pipeline of these roles, if
/// another pipeline deploys the template.
fn derived_without(deploy: &Deploy<'_>, demanded: Span, other: Option<&str>, boundary: &str) -> Diagnostic {
    let stack = stack_of(deploy);
    let message = match other {
        Some(other) => {
            format!("stack `{stack}` requires a permissions boundary that the roles of `{other}` do not have")
        }
        None => format!("stack `{stack}` requires a permissions boundary that the generated roles do not have"),
    };
    let diagnostic = Diagnostic::new(Code::E0885, message, demanded, "the deployment would fail with AccessDenied");
    match other {
        Some(other) => diagnostic.help(phrase!["add ", PipeCode::set("permissions-boundary", boundary), format!(" to pipeline `{other}`")]),
        None => diagnostic.help(
            "move `permissions-boundary` to the pipeline: the roles that dotpipe generates for it then have the boundary",
        ),
    }
}

/// Returns the name of the stack that is deployed.
fn stack_of<'a>(deploy: &'a Deploy<'_>) -> &'a str {
    let stack = deploy.operation.as_ref().and_then(|operation| operation.stack.as_literal());
    stack.unwrap_or(&deploy.action.symbol)
}

/// A role or user of a template without the permissions boundary that its stack requires. `what` is `role`, `user`, or
/// `role of` for the role that SAM creates; `other` is whether it has another boundary.
fn no_boundary(what: &str, id: &str, place: Span, boundary: &str, demanded: Span, other: bool) -> Diagnostic {
    let message = if other {
        format!("{what} `{id}` has a different permissions boundary from the one that its stack requires")
    } else {
        format!("{what} `{id}` has no permissions boundary, but its stack requires one")
    };
    Diagnostic::new(Code::E0885, message, place, "the deployment would fail with AccessDenied")
        .label(demanded, "required here")
        .help(if other {
            format!("write `PermissionsBoundary: {boundary}`")
        } else {
            format!("add the property `PermissionsBoundary: {boundary}`")
        })
}
