//! The roles CloudFormation deploys stacks under: what the templates behind them need.

use std::collections::BTreeSet;

use crate::catalog::{RoleKind, optional, permissions};
use crate::hir::{Action, ActionId, Entity, PipelineId, ValueKind};
use crate::source::Span;
use crate::workspace::Workspace;
use crate::workspace::packaging::{Packaging, Reference};
use crate::workspace::template::{CodeLocation, MadeResource, PolicyReference, Role, Template};

use super::super::grant::Values;
use super::super::names::logical_id;
use super::super::store::site_of;
use super::super::templates::{TemplateBehind, template_behind};
use super::super::{
    Condition, ConfigurationValue, Effect, Expr, Grant, Node, Piece, Plan, Purpose, RolePlan, Site, UnknownTemplate,
    configuration,
};
use super::scope::StackScope;
use super::{Derived, Naming, environment, lookups, note};

/// The configuration key that holds the role.
const ROLE_ARN: &str = "RoleArn";

/// An action on a stack that needs a role.
struct Deploy {
    pipeline: PipelineId,
    action: ActionId,
    stack: Expr,
    /// Where the stack is.
    site: Site,
    span: Span,
}

/// Gives every deploy of a stack that names no role one, the same for all deploys of one stack.
pub fn derive(naming: &Naming, workspace: &Workspace, plan: &mut Plan) {
    let mut made: Vec<(Expr, Site, usize)> = Vec::new();
    for deploy in deploys(naming, plan) {
        if let Some(Node::Role(given)) = given(naming, plan, &deploy) {
            let (needed, ..) = needs(naming, workspace, plan, &deploy);
            let needed = plan.at_home(needed, &deploy.site);
            note(plan, Node::Role(given), needed);
            set_role(naming, plan, &deploy, given);
            continue;
        }
        let known = made.iter().find(|(stack, site, _)| (stack, site) == (&deploy.stack, &deploy.site));
        let index = if let Some((.., index)) = known {
            *index
        } else {
            plan.roles.push(role(naming, plan, &deploy));
            made.push((deploy.stack.clone(), deploy.site.clone(), plan.roles.len() - 1));
            plan.roles.len() - 1
        };
        fill(naming, workspace, plan, &deploy, index);
        set_role(naming, plan, &deploy, index);
    }
    imported(naming, workspace, plan);
}

/// Notes what the roles that exist already must allow.
fn imported(naming: &Naming, workspace: &Workspace, plan: &mut Plan) {
    for (index, pipeline) in naming.scope.hir.pipelines.iter().enumerate() {
        for (action, hir) in pipeline.actions() {
            let Some(ValueKind::Entity(Entity::Role(role))) = hir.value(ROLE_ARN).map(|value| &value.kind) else {
                continue;
            };
            let planned = plan.action(PipelineId(index), action).and_then(|it| it.configuration.get("StackName"));
            let Some(stack) = planned.map(|stack| stack.text.clone()) else { continue };
            let deploy =
                Deploy { pipeline: PipelineId(index), action, stack, site: site_of(plan, hir), span: hir.span };
            let (needed, ..) = needs(naming, workspace, plan, &deploy);
            let needed = plan.at_home(needed, &deploy.site);
            note(plan, Node::Role(role.0), needed);
        }
    }
}

/// The role that the environment of a deploy names for CloudFormation.
fn given(naming: &Naming, plan: &mut Plan, deploy: &Deploy) -> Option<Node> {
    let environment = hir_action(naming, deploy)?.environment.as_ref()?.node.0;
    let role = plan.environments.get(environment)?.role?;
    environment::place(plan, role, environment);
    Some(role)
}

/// The actions whose type takes a stack's role and that name none.
fn deploys(naming: &Naming, plan: &Plan) -> Vec<Deploy> {
    let mut deploys = Vec::new();
    for (index, pipeline) in plan.pipelines.iter().enumerate() {
        for planned in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            let hir = naming.scope.hir.pipelines.get(index).and_then(|it| it.actions.get(planned.id.0));
            let Some(slot) = hir.and_then(|action| action.action_type.slot_of_key(ROLE_ARN)) else { continue };
            let values = Values::of_configuration(&planned.configuration, &pipeline.name, planned.span);
            let wanted =
                slot.derived && configuration::fits(slot, &values) && !planned.configuration.contains_key(ROLE_ARN);
            if let Some(stack) = planned.configuration.get("StackName").filter(|_| wanted) {
                deploys.push(Deploy {
                    pipeline: PipelineId(index),
                    action: planned.id,
                    stack: stack.text.clone(),
                    site: hir.map(|action| site_of(plan, action)).unwrap_or_default(),
                    span: planned.span,
                });
            }
        }
    }
    deploys
}

fn role(naming: &Naming, plan: &Plan, deploy: &Deploy) -> RolePlan {
    let owner = plan.pipelines.get(deploy.pipeline.0).map_or("dotpipe", |pipeline| pipeline.name.as_str());
    let hir = hir_action(naming, deploy);
    let symbol =
        deploy.stack.as_text().map_or_else(|| hir.map(|it| it.symbol.clone()).unwrap_or_default(), str::to_owned);
    let place = match &deploy.site {
        Site::Home => None,
        Site::Region(region) => Some(region.as_str()),
        Site::Environment(index) => plan.environments.get(*index).map(|it| it.identity.symbol.as_str()),
    };
    // IAM knows no regions: what is made in several places for a stack of one name has the place in its own.
    let local = place.map_or_else(|| symbol.clone(), |place| format!("{symbol}-{place}"));
    let mut role = Derived {
        display: place.map_or_else(|| format!("{symbol}.role"), |place| format!("{place}.{symbol}.role")),
        owner,
        what: format!("{local}-deploy"),
        logical: logical_id("Role", &format!("{local}-deploy")),
        service: "cloudformation",
        purpose: Purpose::Stack,
        span: deploy.span,
    }
    .plan(naming);
    if deploy.site != Site::Home {
        role.identity.name.clone_from(&role.identity.fixed);
        role.identity.site = deploy.site.clone();
    }
    role
}

fn hir_action<'a>(naming: &Naming<'a>, deploy: &Deploy) -> Option<&'a Action> {
    naming.scope.hir.pipelines.get(deploy.pipeline.0)?.actions.get(deploy.action.0)
}

/// What the role of a deploy must allow; what is not known of that, and types whose permissions nobody publishes.
type Needed = (Vec<Grant>, Option<UnknownTemplate>, Vec<String>);

fn needs(naming: &Naming, workspace: &Workspace, plan: &Plan, deploy: &Deploy) -> Needed {
    let Some(action) = hir_action(naming, deploy) else { return Needed::default() };
    let takes_template = action.value("TemplatePath").is_some() || action.template_origin.is_some();
    if !takes_template {
        return Needed::default();
    }
    match template_behind(naming.scope.hir, workspace, deploy.pipeline, action) {
        TemplateBehind::Found { template, packaging, .. } => {
            let packaging = packaging.as_ref().map(|both| &both.0);
            let there = |expr: Expr| plan.translated(&expr, &Site::Home, &deploy.site);
            let bucket = packaging.and_then(|packaging| code_bucket(naming, deploy, packaging)).map(there);
            let overridden = |name: &str| overridden(naming, deploy, name).map(there);
            let stack = there(deploy.stack.clone());
            let needs =
                Needs { template: &template, stack: &stack, cause: action.span, bucket, overridden: &overridden };
            let found = needs.grants();
            (found.0, None, found.1)
        }
        TemplateBehind::Missing(path, span) => {
            (Vec::new(), Some(unknown(deploy, span, Some(path.to_string()))), Vec::new())
        }
        TemplateBehind::Synthesized | TemplateBehind::Unknown => {
            let place = action.value("TemplatePath").map_or(action.span, |value| value.span);
            (Vec::new(), Some(unknown(deploy, place, None)), Vec::new())
        }
    }
}

/// Adds what a deploy needs to the stack's role.
fn fill(naming: &Naming, workspace: &Workspace, plan: &mut Plan, deploy: &Deploy, index: usize) {
    let (grants, unknown, unhandled) = needs(naming, workspace, plan, deploy);
    if let Some(role) = plan.roles.get_mut(index) {
        role.grants.extend(grants);
        role.unknown = role.unknown.take().or(unknown);
        role.unhandled.extend(unhandled);
        role.unhandled.sort();
        role.unhandled.dedup();
    }
}

fn unknown(deploy: &Deploy, template: Span, path: Option<String>) -> UnknownTemplate {
    UnknownTemplate { action: (deploy.pipeline, deploy.action), template, path }
}

/// Writes the role into the action's configuration.
fn set_role(naming: &Naming, plan: &mut Plan, deploy: &Deploy, index: usize) {
    let Some(hir) = hir_action(naming, deploy) else { return };
    if let Some(action) = plan.action_mut(deploy.pipeline, deploy.action) {
        let text = Piece::Arn(Node::Role(index)).into();
        let value = ConfigurationValue { text, span: action.span, attribute: action.span };
        action.configuration.insert(ROLE_ARN.to_owned(), value);
        let rendered = std::mem::take(&mut action.configuration);
        action.configuration = configuration::in_catalogue_order(rendered, &hir.action_type);
    }
}

/// The bucket the packaging command uploads to: named in the command, or the value of a variable of the build.
fn code_bucket(naming: &Naming, deploy: &Deploy, packaging: &Packaging) -> Option<Expr> {
    let name = match packaging.bucket.as_ref()?.reference() {
        Reference::Literal(name) => return Some(Expr::text(name)),
        Reference::Variable(name) => name,
        Reference::Computed(_) => return Some(Expr::text("*")),
    };
    let hir = naming.scope.hir;
    let pipeline = hir.pipelines.get(deploy.pipeline.0)?;
    let projects = pipeline.actions.iter().filter_map(Action::project).filter_map(|id| hir.projects.get(id.0));
    let mut env = projects.flat_map(|project| &project.env);
    env.find(|(variable, _)| variable.node == name).map(|(_, value)| naming.scope.plain(value))
}

/// What the action sets a parameter of the template to; a run-time value may be anything.
fn overridden(naming: &Naming, deploy: &Deploy, name: &str) -> Option<Expr> {
    let action = hir_action(naming, deploy)?;
    let ValueKind::Map(entries) = &action.value("ParameterOverrides")?.kind else { return None };
    let (_, value) = entries.iter().find(|(key, _)| key.node == name)?;
    Some(super::super::grant::open_runtime(&naming.scope.plain(value)))
}

/// What deploying a template needs.
struct Needs<'a> {
    template: &'a Template,
    stack: &'a Expr,
    cause: Span,
    bucket: Option<Expr>,
    /// What the action says of a parameter of the template.
    overridden: &'a dyn Fn(&str) -> Option<Expr>,
}

impl Needs<'_> {
    fn grants(&self) -> (Vec<Grant>, Vec<String>) {
        let made = self.template.made_resources();
        let scope = StackScope { template: self.template, stack: self.stack, made: &made };
        let mut grants = self.fixed(&scope);
        let mut unhandled = Vec::new();
        for resource in &made {
            match permissions::handlers(&resource.kind) {
                Some(handlers) => {
                    let all = [handlers.create, handlers.read, handlers.update, handlers.delete].concat();
                    grants.extend(self.of_resource(&scope, resource, &all.into_iter().collect(), &mut unhandled));
                }
                None => unhandled.push(resource.kind.clone()),
            }
        }
        grants.extend(self.attachments(&scope));
        unhandled.sort();
        unhandled.dedup();
        (grants, unhandled)
    }

    /// What does not come from a resource's handlers.
    fn fixed(&self, scope: &StackScope) -> Vec<Grant> {
        let mut values = Values::new(self.cause);
        let packaged = self.template.code_sources().iter().any(|code| matches!(code.location, CodeLocation::Local(_)));
        if let Some(bucket) = self.bucket.as_ref().filter(|_| packaged) {
            values.set("CodeBucket", bucket.clone(), self.cause);
        }
        for transform in self.template.transforms.iter().filter_map(|name| name.node.strip_prefix("AWS::")) {
            values.set("Transform", Expr::text(transform), self.cause);
        }
        lookups::add(scope, self.overridden, self.cause, &mut values);
        let set = || RoleKind::Stack.grants().into_iter().flat_map(|set| &set.grant);
        let mut grants = values.grants(set());
        let mut pass = |role: Expr, service: &str| {
            let mut values = Values::new(self.cause);
            values.set("PassedRole", role, self.cause);
            values.set("PassedService", Expr::text(service), self.cause);
            grants.extend(values.grants(set()));
        };
        for role in self.template.roles() {
            role.services.iter().for_each(|service| pass(role_arn(scope, &role), service));
        }
        for (arn, service) in self.foreign_roles(scope) {
            pass(arn, service);
        }
        grants
    }

    /// Roles made elsewhere that the template gives to functions and state machines, and the service each is for.
    fn foreign_roles(&self, scope: &StackScope) -> Vec<(Expr, &'static str)> {
        let mut found: Vec<(Expr, &'static str)> = Vec::new();
        for resource in scope.made {
            let (property, service) = match resource.kind.as_str() {
                "AWS::Lambda::Function" => ("Role", "lambda.amazonaws.com"),
                "AWS::StepFunctions::StateMachine" => ("RoleArn", "states.amazonaws.com"),
                _ => continue,
            };
            let Some(role) = resource.property(property) else { continue };
            let arn = self.given_arn(scope, role);
            found.extend(
                arn.filter(|arn| !found.iter().any(|known| known == &(arn.clone(), service))).map(|arn| (arn, service)),
            );
        }
        found
    }

    /// An ARN that a property has as text, or from a parameter.
    fn given_arn(&self, scope: &StackScope, value: &crate::workspace::document::Node) -> Option<Expr> {
        if let Some(text) = value.literal() {
            return text.starts_with("arn:").then(|| Expr::text(text));
        }
        let call = value.intrinsic()?;
        match (call.name.as_ref(), call.argument.text()) {
            ("Fn::Sub", Some(text)) => text.starts_with("arn:").then(|| scope.substituted(text)),
            ("Ref", Some(name)) => {
                let parameter = self.template.parameters.iter().find(|parameter| parameter.name.node == name)?;
                let default = parameter.default.as_ref().and_then(crate::workspace::document::Node::text);
                let arn = (self.overridden)(name).or_else(|| default.map(Expr::text))?;
                Some(if arn.as_text() == Some("*") { role_pattern() } else { arn })
            }
            ("Fn::ImportValue", _) => Some(role_pattern()),
            _ => None,
        }
    }

    /// A resource's handler permissions, by what they can be limited to. Those that AWS's reference does not list go to
    /// `unhandled`.
    fn of_resource(
        &self,
        scope: &StackScope,
        made: &MadeResource,
        actions: &BTreeSet<String>,
        unhandled: &mut Vec<String>,
    ) -> Vec<Grant> {
        let mut groups: Vec<(Vec<Expr>, Vec<String>)> = Vec::new();
        for action in actions.iter().filter(|action| self.wanted(made, action)) {
            let Some(known) = permissions::iam_action(action) else {
                unhandled.push(action.clone());
                continue;
            };
            let resources = scope.resources(made, &known.name, &known.resources);
            match groups.iter_mut().find(|(other, _)| *other == resources) {
                Some((_, names)) => names.push(known.name),
                None => groups.push((resources, vec![known.name])),
            }
        }
        let reason = format!("create, read, update and delete {} `{}`", made.kind, made.cause);
        let grant = |(resources, actions): (Vec<Expr>, Vec<String>)| Grant {
            effect: Effect::Allow,
            actions,
            resources,
            conditions: Vec::new(),
            reason: reason.clone(),
            cause: self.cause,
        };
        groups.into_iter().map(grant).collect()
    }

    /// Left out: what has grants of its own here, and calls for properties that the resource does not have.
    fn wanted(&self, made: &MadeResource, action: &str) -> bool {
        let own =
            ["iam:PassRole", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "s3:GetObject", "s3:GetObjectVersion"];
        if own.contains(&action) {
            return false;
        }
        let Some(words) = optional::properties_that_need(&made.kind, action) else { return true };
        let declared = self.template.resource(&made.cause).map(|resource| &resource.node);
        declared.into_iter().chain(&self.template.globals).any(|node| mentions(node, words))
    }

    /// Attaching managed policies, and only those that the template names.
    fn attachments(&self, scope: &StackScope) -> Vec<Grant> {
        let roles: Vec<Expr> = self.template.roles().iter().map(|role| role_arn(scope, role)).collect();
        let mut policies: Vec<Expr> = Vec::new();
        for attached in self.template.managed_policies() {
            let arn = match &attached.policy {
                PolicyReference::Arn(arn) => scope.substituted(arn),
                PolicyReference::Name(name) => {
                    Expr::fill("arn:${Partition}:iam::aws:policy/", &|_| None).then(name.as_str())
                }
                PolicyReference::Local(id) => Expr::fill("arn:${Partition}:iam::${Account}:policy/", &|_| None)
                    .then(scope.generated(id, "-*", 128, false)),
                PolicyReference::Unknown => continue,
            };
            if !policies.contains(&arn) {
                policies.push(arn);
            }
        }
        if policies.is_empty() || roles.is_empty() {
            return Vec::new();
        }
        let actions = &["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
        let mut grant = Grant::allow(actions, roles, "attach the managed policies that the template names", self.cause);
        grant.conditions =
            vec![Condition { operator: "ArnLike".to_owned(), key: "iam:PolicyARN".to_owned(), values: policies }];
        vec![grant]
    }
}

/// The ARN of a role that the template makes.
fn role_arn(scope: &StackScope, role: &Role) -> Expr {
    let name = match &role.name {
        Some(name) => Expr::text(name.as_str()),
        None if role.named => Expr::text("*"),
        None => scope.generated(&role.id, "-*", 64, false),
    };
    Expr::fill("arn:${Partition}:iam::${Account}:role/", &|_| None).then(name)
}

/// Any role of the account: for one whose name the template does not show.
fn role_pattern() -> Expr {
    Expr::fill("arn:${Partition}:iam::${Account}:role/*", &|_| None)
}

/// Whether a key anywhere in a declaration contains one of these words.
fn mentions(node: &crate::workspace::document::Node, words: &[String]) -> bool {
    node.entries()
        .iter()
        .any(|entry| words.iter().any(|word| entry.key.node.contains(word.as_str())) || mentions(&entry.value, words))
        || node.items().iter().any(|item| mentions(item, words))
}
