//! Roles: those that the file declares, and those that are derived.

mod action;
mod boundary;
mod build;
mod buildspec_env;
mod environment;
mod follow;
mod keys;
mod lookups;
mod pipeline;
mod scope;
mod stack;
mod statement;
mod template_needs;
mod trust;
mod written;

pub use template_needs::handler_calls;
pub use trust::{limits as trust_limits, names as trusted_names};

use crate::catalog::{Kind, RoleKind};
use crate::hir::{Arena, Entity, RoleId, RolePolicy, Value};
use crate::source::Span;

use super::changes::{Change, Changes};
use super::declared::{Naming, texts};
use super::grant::GrantValues;
use super::names::{NameKind, logical_id};
use super::properties::properties;
use super::value::ValueScope;
use super::{Condition, Data, Expr, Identity, Plan, PolicyPlan, PolicyResource, Purpose, RoleOrigin, RolePlan};

/// Attributes of a role that are planned here rather than copied.
const PLANNED: [&str; 2] = ["name", "managed"];

/// Plans the declared and imported roles.
pub fn declared(naming: &Naming) -> Arena<RoleId, RolePlan> {
    let scope = naming.scope;
    let role = |(id, role): (RoleId, &crate::hir::Role)| {
        let identity = naming.declared(Entity::Role(id), &role.declaration);
        let service = role.service.as_ref().map(|service| service.node.clone());
        RolePlan {
            display: role.declaration.symbol.node.clone(),
            trusted_account: None,
            trust: service
                .as_deref()
                .map(trust)
                .filter(|_| role.declaration.generates() && !role.states_trust())
                .unwrap_or_default(),
            principals: role.declaration.value("trusts").map(|value| scope.data(value)),
            grants: statement::grants(&scope, &role.statements),
            policies: role.policies.iter().map(|policy| named_policy(&scope, policy)).collect(),
            generate: role.declaration.generates(),
            must_allow: Vec::new(),
            managed: texts(&scope, &role.declaration.attributes, "managed"),
            properties: properties(&scope, "role", &role.declaration.attributes, &PLANNED),
            origin: if identity.is_owned() { RoleOrigin::Declared } else { RoleOrigin::Imported },
            unknown: None,
            unhandled: Vec::new(),
            gaps: Vec::new(),
            overflow: None,
            raw: role.declaration.raw().map(|raw| scope.data(raw)),
            service,
            identity,
        }
    };
    scope.hir.roles.entries().map(role).collect()
}

/// Returns the plan of a policy of a declared role.
fn named_policy(scope: &ValueScope<'_>, policy: &RolePolicy) -> PolicyPlan {
    let value = |word: &str| policy.attributes.get(word).map(|attribute| &attribute.value);
    let resource = |logical_id: &str| PolicyResource {
        logical_id: logical_id.to_owned(),
        attributes: value("resource-attributes").map(|value| scope.data(value)),
    };
    let further = value("statements").map(|value| scope.data(value));
    PolicyPlan {
        name: value("name").map_or_else(|| Expr::text(policy.name.node.as_str()), |name| scope.plain(name)),
        grants: statement::grants(scope, &policy.statements),
        further: if let Some(Data::List(items)) = further { items } else { Vec::new() },
        resource: value("logical-id").and_then(Value::as_str).map(resource),
        span: policy.name.span,
    }
}

/// Returns the conditions of the trust policy for a service: only on behalf of this account, if AWS documents that the
/// service states for whom it acts. It does not for CodePipeline, whose roles cannot be passed to a pipeline of another
/// account either (`iam:PassRole` never crosses accounts):
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html>, nor for
/// CloudFormation. CodeBuild:
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html>, EventBridge:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-service-confused-deputy-prevention.html>
/// (2026-11-23)
fn trust(service: &str) -> Vec<Condition> {
    match service {
        "codebuild" | "events" => {
            vec![Condition::equals("aws:SourceAccount", Expr::pseudo("AccountId"))]
        }
        _ => Vec::new(),
    }
}

/// A derived role: `display` is `<name>.role`.
struct Derived<'a> {
    display: String,
    owner: &'a str,
    /// The part of its physical name after the pipeline's.
    what: String,
    logical: String,
    service: &'a str,
    purpose: Purpose,
    span: Span,
}

impl Derived<'_> {
    fn plan(self, naming: &Naming) -> RolePlan {
        let identity: Identity =
            naming.derived(NameKind::Of(Kind::Role), self.owner, &self.what, self.logical, self.span);
        let of_action = matches!(self.purpose, Purpose::Stack | Purpose::Action(_));
        let hir = naming.scope.hir;
        let condition = match self.purpose {
            Purpose::Pipeline(id) | Purpose::Code(id) | Purpose::Events(id) => hir.pipelines[id].condition.as_ref(),
            Purpose::Build(id) => hir.projects[id].declaration.condition.as_ref(),
            Purpose::Stack | Purpose::Action(_) => None,
        };
        let condition = hir.name_of_condition(condition);
        RolePlan {
            identity: Identity { symbol: self.display.clone(), of_action, condition, ..identity },
            display: self.display,
            service: Some(self.service.to_owned()),
            trusted_account: None,
            trust: trust(self.service),
            principals: None,
            grants: Vec::new(),
            policies: Vec::new(),
            generate: true,
            must_allow: Vec::new(),
            managed: Vec::new(),
            properties: Vec::new(),
            origin: RoleOrigin::Derived(self.purpose),
            unknown: None,
            unhandled: Vec::new(),
            gaps: Vec::new(),
            overflow: None,
            raw: None,
        }
    }
}

/// Adds every role that the file does not name: first the roles of builds, stacks, rules, and actions, then those that
/// pass them, then the permissions that follow from all of those.
pub fn derive(naming: &Naming, plan: Plan) -> Plan {
    // Builds, stacks, event rules, and actions in environments have roles of their own.
    let plan = plan
        .then(|plan| build::roles(naming, plan))
        .then(|plan| stack::roles(naming, plan))
        .then(|plan| stack::imported(naming, plan))
        // Only permissions that are derived from templates are limited, not those that the file writes.
        .then(|plan| boundary::demand(naming, plan))
        .then(|plan| events(naming, plan))
        .then(|plan| environment::roles(naming, plan));
    // A pipeline passes the roles of its actions, and uses its own role for actions without one.
    let of_pipeline = |plan: Plan, id| {
        plan.then(|plan| action::roles(naming, plan, id)).then(|plan| pipeline::role(naming, plan, id))
    };
    let pipelines = plan.pipelines.ids();
    pipelines
        .fold(plan, of_pipeline)
        .then(|plan| environment::grants(naming, plan))
        .then(|plan| written::statements(naming, plan))
        // These depend on permissions for buckets and topics.
        .then(keys::permissions)
        .then(environment::bucket_shares)
        .then(|plan| boundary::of_generated(naming, plan))
}

/// Derives one role for all event rules of a pipeline.
fn events(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, pipeline) in plan.pipelines.entries() {
        let first = plan.rules.iter().find(|rule| rule.pipeline == index && rule.role.is_none());
        let Some(span) = first.map(|rule| rule.identity.span) else { continue };
        let symbol = &pipeline.identity.symbol;
        let mut role = Derived {
            display: format!("{symbol}.events-role"),
            owner: &pipeline.name,
            what: "events".to_owned(),
            logical: logical_id("Role", &format!("{symbol}-events")),
            service: "events",
            purpose: Purpose::Events(index),
            span,
        }
        .plan(naming);
        let mut values = GrantValues::new(span);
        values.set("Pipeline", pipeline.aws_name(), span);
        role.grants = values.grants(RoleKind::Event.grants().into_iter().flat_map(|set| &set.grant));
        let role = changes.roles.push(role);
        changes.push(Change::EventsRole(index, role));
    }
    changes
}
