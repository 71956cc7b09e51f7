//! The roles with which CloudFormation deploys stacks, and the permissions that their templates need.

use std::sync::Arc;

use crate::hir::{Action, ActionId, Entity, EnvironmentId, PipelineId, Project, RoleId, ValueKind};
use crate::source::Span;
use crate::workspace::packaging::{Packaging, Reference};
use crate::workspace::template::Template;

use super::super::changes::{Change, Changes};
use super::super::grant::GrantValues;
use super::super::names::logical_id;
use super::super::templates::DeployedTemplate;
use super::super::{
    ConfigurationValue, Expr, Grant, Piece, Plan, Purpose, RolePlan, Site, UnknownTemplate, configuration,
};
use super::template_needs::{Needed, TemplateNeeds};
use super::{Derived, Naming};

/// The configuration key of the role.
const ROLE_ARN: &str = "RoleArn";

/// An action on a stack that needs a role.
struct Deploy {
    pipeline: PipelineId,
    action: ActionId,
    stack: Expr,
    /// The location of the stack.
    site: Site,
    span: Span,
}

/// Derives a role for every stack whose deploy does not name one. All deploys of one stack share it.
pub fn roles(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    let mut created: Vec<(Expr, Site, RoleId)> = Vec::new();
    // Several pipelines of a file can update the same stack. Its permissions are derived once.
    let mut deployed: Vec<(RoleId, Arc<Template>, Vec<Grant>)> = Vec::new();
    for deploy in deploys(naming, plan) {
        if let Some((given, environment)) = given(naming, plan, &deploy) {
            changes.push(Change::Located(given, environment));
            changes.extend(needed(naming, plan, &deploy, given));
            changes.extend(configured(naming, plan, &deploy, given));
            continue;
        }
        let known = created.iter().find(|(stack, site, _)| (stack, site) == (&deploy.stack, &deploy.site));
        let index = if let Some((.., index)) = known {
            *index
        } else {
            let role = changes.roles.push(role(naming, plan, &deploy));
            created.push((deploy.stack.clone(), deploy.site.clone(), role));
            role
        };
        changes.extend(configured(naming, plan, &deploy, index));
        let template = own_template(naming, &deploy);
        let same = |(role, other, _): &&(RoleId, Arc<Template>, Vec<Grant>)| {
            *role == index && template.as_ref().is_some_and(|template| Arc::ptr_eq(template, other))
        };
        if let Some((.., lookups)) = deployed.iter().find(same) {
            let lookups = lookups.iter().map(|grant| Grant { cause: deploy.span, ..grant.clone() }).collect();
            changes.push(Change::Lookups(deploy.pipeline, deploy.action, lookups));
            continue;
        }
        let known = needs(naming, plan, &deploy);
        changes.push(Change::Lookups(deploy.pipeline, deploy.action, known.needed.lookups.clone()));
        deployed.extend(template.map(|template| (index, template, known.needed.lookups.clone())));
        if let Some(role) = changes.roles.get_mut(index) {
            fill(role, known);
        }
    }
    changes
}

/// Returns the template of the file itself, if an action deploys it without values for its parameters.
fn own_template(naming: &Naming, deploy: &Deploy) -> Option<Arc<Template>> {
    let action = hir_action(naming, deploy).filter(|action| action.value("ParameterOverrides").is_none())?;
    match naming.action_files.template(deploy.pipeline, deploy.action) {
        DeployedTemplate::Found { path, template, packaging: None } if path.extension() == Some("pipe") => {
            action.template_origin.is_some().then(|| Arc::clone(template))
        }
        _ => None,
    }
}

/// Records the permissions that existing roles must have.
pub fn imported(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, pipeline) in naming.scope.hir.pipelines.entries() {
        for (action, hir) in pipeline.actions() {
            let Some(ValueKind::Entity(Entity::Role(role))) = hir.value(ROLE_ARN).map(|value| &value.kind) else {
                continue;
            };
            let Some(planned) = plan.action(index, action) else { continue };
            let Some(stack) = planned.configuration.get("StackName").map(|stack| stack.text.clone()) else { continue };
            let deploy = Deploy { pipeline: index, action, stack, site: planned.site.clone(), span: hir.span };
            changes.extend(needed(naming, plan, &deploy, *role));
        }
    }
    changes
}

/// Records the lookups of a deploy with a role of the file, and the permissions that the role must have.
fn needed(naming: &Naming, plan: &Plan, deploy: &Deploy, role: RoleId) -> [Change; 2] {
    let Needed { lookups, grants, .. } = needs(naming, plan, deploy).needed;
    let grants = plan.at_home(grants, &deploy.site);
    [Change::Lookups(deploy.pipeline, deploy.action, lookups), Change::Needed(Entity::Role(role), grants)]
}

/// Returns the role that the environment of a deploy names for CloudFormation, and that environment.
fn given(naming: &Naming, plan: &Plan, deploy: &Deploy) -> Option<(RoleId, EnvironmentId)> {
    let environment = hir_action(naming, deploy)?.environment.as_ref()?.node;
    match plan.environments.get(environment)?.role? {
        Entity::Role(role) => Some((role, environment)),
        _ => None,
    }
}

/// Returns the actions whose type accepts a stack role and that do not name one.
fn deploys(naming: &Naming, plan: &Plan) -> Vec<Deploy> {
    let mut deploys = Vec::new();
    for (index, pipeline) in plan.pipelines.entries() {
        for planned in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            let hir = naming.scope.hir.pipelines.get(index).and_then(|it| it.actions.get(planned.id));
            let Some(slot) = hir.and_then(|action| action.action_type.slot_of_key(ROLE_ARN)) else { continue };
            let values = GrantValues::of_configuration(&planned.configuration, &pipeline.name, planned.span);
            let wanted =
                slot.derived && configuration::fits(slot, &values) && !planned.configuration.contains_key(ROLE_ARN);
            if let Some(stack) = planned.configuration.get("StackName").filter(|_| wanted) {
                deploys.push(Deploy {
                    pipeline: index,
                    action: planned.id,
                    stack: stack.text.clone(),
                    site: planned.site.clone(),
                    span: planned.span,
                });
            }
        }
    }
    deploys
}

fn role(naming: &Naming, plan: &Plan, deploy: &Deploy) -> RolePlan {
    let owner = plan.pipelines.get(deploy.pipeline).map_or("dotpipe", |pipeline| pipeline.name.as_str());
    let hir = hir_action(naming, deploy);
    let symbol =
        deploy.stack.as_text().map_or_else(|| hir.map(|it| it.symbol.clone()).unwrap_or_default(), str::to_owned);
    let place = match &deploy.site {
        Site::Home => None,
        Site::Region(region) => Some(region.as_str()),
        Site::Environment(index) => plan.environments.get(*index).map(|it| it.identity.symbol.as_str()),
    };
    // IAM has no Regions: roles for stacks with the same name in several Regions contain the Region in their names.
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
    naming.scope.hir.pipelines.get(deploy.pipeline)?.actions.get(deploy.action)
}

/// The permissions that the role of a deploy needs, and what is not known about them.
#[derive(Default)]
struct Known {
    needed: Needed,
    unknown: Option<UnknownTemplate>,
}

fn needs(naming: &Naming, plan: &Plan, deploy: &Deploy) -> Known {
    let Some(action) = hir_action(naming, deploy) else { return Known::default() };
    let takes_template = action.value("TemplatePath").is_some() || action.template_origin.is_some();
    if !takes_template {
        return Known::default();
    }
    let unknown = |place, path| Known { unknown: Some(unknown(deploy, place, path)), ..Known::default() };
    match naming.action_files.template(deploy.pipeline, deploy.action) {
        DeployedTemplate::Found { packaging, .. } => {
            let Some(tree) = naming.action_files.tree(deploy.pipeline, deploy.action) else { return Known::default() };
            let packaging = packaging.as_ref().map(|both| &both.0);
            let there = |expr: Expr| plan.translated(&expr, &Site::Home, &deploy.site);
            let bucket = packaging.and_then(|packaging| code_bucket(naming, deploy, packaging)).map(there);
            let overridden = |name: &str| overridden(naming, deploy, name).map(there);
            let stack = there(deploy.stack.clone());
            let needs = TemplateNeeds {
                template: &tree.template,
                stack: &stack,
                cause: action.span,
                bucket: bucket.as_ref(),
                overridden: &overridden,
            };
            Known { needed: needs.of_tree(tree), unknown: None }
        }
        DeployedTemplate::Missing(path, span) => unknown(*span, Some(path.to_string())),
        DeployedTemplate::Synthesized | DeployedTemplate::Unknown => {
            unknown(action.value("TemplatePath").map_or(action.span, |value| value.span), None)
        }
    }
}

/// Adds the permissions that a deploy needs to the stack's role.
fn fill(role: &mut RolePlan, Known { needed, unknown }: Known) {
    role.grants.extend(needed.grants);
    role.unknown = role.unknown.take().or(unknown);
    role.unhandled.extend(needed.unhandled);
    role.unhandled.sort();
    role.unhandled.dedup();
    for gap in needed.gaps {
        if !role.gaps.contains(&gap) {
            role.gaps.push(gap);
        }
    }
}

fn unknown(deploy: &Deploy, template: Span, path: Option<String>) -> UnknownTemplate {
    UnknownTemplate { action: (deploy.pipeline, deploy.action), template, path }
}

/// Returns the change that adds the role to the action's configuration.
fn configured(naming: &Naming, plan: &Plan, deploy: &Deploy, role: RoleId) -> Option<Change> {
    let action = plan.action(deploy.pipeline, deploy.action)?;
    let mut configuration = action.configuration.clone();
    let value = ConfigurationValue::fixed(Piece::Arn(Entity::Role(role)).into(), action.span);
    configuration.insert(ROLE_ARN.to_owned(), value);
    let ordered = configuration::in_catalog_order(configuration, &hir_action(naming, deploy)?.action_type);
    Some(Change::Configuration(deploy.pipeline, deploy.action, ordered))
}

/// Returns the bucket that the packaging command uploads to: named in the command, or the value of a variable of the
/// build.
fn code_bucket(naming: &Naming, deploy: &Deploy, packaging: &Packaging) -> Option<Expr> {
    let name = match packaging.bucket.as_ref()?.reference() {
        Reference::Literal(name) => return Some(Expr::text(name)),
        Reference::Variable(name) => name,
        Reference::Computed(_) => return Some(Expr::text("*")),
    };
    let hir = naming.scope.hir;
    let pipeline = &hir.pipelines[deploy.pipeline];
    let projects = pipeline.actions.iter().filter_map(Action::project).filter_map(|id| hir.projects.get(id));
    let mut env = projects.flat_map(Project::env);
    env.find(|(variable, _)| variable.node == name).map(|(_, value)| naming.scope.plain(value))
}

/// Returns the value that the action sets for a parameter of the template. A run-time value can be any string.
fn overridden(naming: &Naming, deploy: &Deploy, name: &str) -> Option<Expr> {
    let action = hir_action(naming, deploy)?;
    let ValueKind::Map(entries) = &action.value("ParameterOverrides")?.kind else { return None };
    let (_, value) = entries.iter().find(|(key, _)| key.node == name)?;
    Some(naming.scope.granted().plain(value))
}
