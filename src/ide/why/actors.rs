//! The actor of a message: the role in it identifies the project, stack, or pipeline that uses it.

use crate::catalog::faults::session;
use crate::compilation::Compilation;
use crate::diagnostic::wording::tick;
use crate::hir::{ActionId, Entity, PipelineId, ProjectId, RoleId};
use crate::plan::{ActionPlan, Expr, Piece, Purpose, RoleOrigin, RolePlan};
use crate::source::Span;

use super::incidents::Incident;

/// The project, stack, or pipeline that acted.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// A description: `project X`.
    pub(super) words: String,
    /// Its span.
    pub(super) place: Span,
    /// A description of the block for a statement; `None` if it does not support statements.
    pub(super) block: Option<String>,
}

/// Information about the actor in a message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trace<'a> {
    /// The ARN of the role, or of its session.
    pub(super) principal: Option<&'a str>,
    /// `build`, `stack`, or `pipeline`, from the wording.
    pub(super) who: Option<&'a str>,
    /// Whether the message is about the network of a build.
    pub(super) in_vpc: bool,
}

/// Returns the name of the role and of the session in an ARN: `assumed-role/NAME/SESSION` or `role/path/NAME`.
fn role_in(arn: &str) -> Option<(&str, Option<&str>)> {
    let resource = arn.splitn(6, ':').nth(5)?;
    if let Some(rest) = resource.strip_prefix("assumed-role/") {
        let (name, session) = rest.split_once('/').unwrap_or((rest, ""));
        return Some((name, Some(session).filter(|session| !session.is_empty())));
    }
    let name = resource.strip_prefix("role/")?;
    Some((name.rsplit('/').next().unwrap_or(name), None))
}

/// Returns the kind of actor that uses a role, by its session: `build`, `stack`, `pipeline`.
pub(super) fn kind(trace: Trace<'_>) -> Option<&str> {
    let by_session = || session(role_in(trace.principal?)?.1?);
    by_session().or(trace.who)
}

/// Returns a description of an actor that the file does not identify.
pub(super) fn unknown(trace: Trace<'_>) -> Option<String> {
    let name = trace.principal.and_then(role_in).map(|(name, _)| tick(name));
    Some(match (kind(trace)?, name) {
        ("build", Some(name)) => format!("role {name} of a build's project"),
        ("build", None) => "role of the build's project".to_owned(),
        ("stack", Some(name)) => format!("role {name} of the stack's deployment"),
        ("stack", None) => "role of the stack's deployment".to_owned(),
        (_, Some(name)) => format!("role {name} of the pipeline"),
        (_, None) => "role of the pipeline".to_owned(),
    })
}

/// Finds the actor in the file.
pub(super) fn find(compilation: &Compilation, trace: Trace<'_>, incident: &Incident) -> Option<Actor> {
    let role = trace.principal.and_then(role_in).and_then(|(name, _)| role_named(compilation, name));
    if let Some(actor) = role.and_then(|role| of_role(compilation, role)) {
        return Some(actor);
    }
    let named = trace.principal.and_then(role_in).filter(|_| kind(trace) == Some("build"));
    if let Some(project) = named.and_then(|(name, _)| project_in(compilation, name)) {
        return of_project(compilation, project);
    }
    // The role is not one of the file. Only the output of a command identifies its user.
    let is_foreign = trace.principal.and_then(role_in).is_some();
    if is_foreign && incident.name("project").or(incident.name("action")).or(incident.name("stack")).is_none() {
        return None;
    }
    match kind(trace)? {
        "build" => build(compilation, incident, trace.in_vpc),
        "stack" => stack(compilation, incident),
        _ => pipeline(compilation, incident),
    }
}

/// Returns the planned role with a name in AWS: a fixed name, or one that CloudFormation generated from the logical ID.
fn role_named(compilation: &Compilation, name: &str) -> Option<RoleId> {
    let roles = || compilation.plan().roles.entries();
    let fixed = roles().find(|(id, _)| {
        let own = compilation.plan().name(Entity::Role(*id));
        own.is_some_and(|own| matches(&pattern(&own), name))
    });
    if let Some((id, _)) = fixed {
        return Some(id);
    }
    // `STACK-LOGICALID-RANDOM`, with each part shortened if the whole is longer than 64 characters.
    let parts: Vec<&str> = name.split('-').collect();
    let fits = |role: &RolePlan| {
        let id = role.identity.logical_id.as_str();
        let is_part = |part: &&str| *part == id || part.len() >= 12 && id.starts_with(*part);
        role.identity.is_owned() && !id.is_empty() && parts.iter().any(is_part)
    };
    let is_whole = |role: &RolePlan| parts.contains(&role.identity.logical_id.as_str());
    let fitting = roles().filter(|(_, role)| fits(role));
    fitting.max_by_key(|(_, role)| (is_whole(role), role.identity.logical_id.len())).map(|(id, _)| id)
}

/// Returns the only project whose name is a part of the name of a role.
fn project_in(compilation: &Compilation, role: &str) -> Option<ProjectId> {
    let hir = compilation.hir();
    let ids = hir.projects.entries().map(|(id, _)| id);
    let mut named = ids.filter(|id| role.split('-').any(|part| part == hir.symbol(Entity::Project(*id)).as_str()));
    named.next().filter(|_| named.next().is_none())
}

/// Returns an expression as a pattern, with `*` for parts that only AWS knows.
pub(super) fn pattern(expr: &Expr) -> String {
    expr.pieces().iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "*" }).collect()
}

/// Returns whether a pattern with `*` matches a whole text. A pattern without any literal text matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pieces: Vec<&str> = pattern.split('*').collect();
    if pieces.iter().all(|piece| piece.len() < 2) {
        return false;
    }
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    let [_, middle @ .., _] = pieces.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    middle.iter().all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = rest.get(at + piece.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

fn of_role(compilation: &Compilation, id: RoleId) -> Option<Actor> {
    let plan = compilation.plan();
    let role = plan.roles.get(id)?;
    match role.origin {
        RoleOrigin::Derived(Purpose::Build(project)) => of_project(compilation, project),
        RoleOrigin::Derived(Purpose::Pipeline(pipeline)) => of_pipeline(compilation, pipeline),
        RoleOrigin::Declared | RoleOrigin::Imported => {
            let words = format!("role {}", tick(&role.identity.symbol));
            let block = (role.origin == RoleOrigin::Declared).then(|| words.clone());
            Some(Actor { words, place: role.identity.span, block })
        }
        RoleOrigin::Derived(_) => {
            let user = users(compilation, id).next()?;
            of_action(compilation, user.0, user.1)
        }
    }
}

/// Returns the actions that use a role, or pass it.
fn users(compilation: &Compilation, role: RoleId) -> impl Iterator<Item = (PipelineId, ActionId)> {
    let names = move |expr: &Expr| expr.pieces().contains(&Piece::Arn(Entity::Role(role)));
    let uses = move |action: &ActionPlan| {
        action.role.as_ref().is_some_and(names) || action.configuration.values().any(|value| names(&value.text))
    };
    compilation.plan().pipelines.entries().flat_map(move |(id, pipeline)| {
        let actions = pipeline.stages.iter().flat_map(|stage| &stage.actions);
        actions.filter(move |action| uses(action)).map(move |action| (id, action.id)).collect::<Vec<_>>()
    })
}

fn of_project(compilation: &Compilation, id: ProjectId) -> Option<Actor> {
    let project = compilation.hir().projects.get(id)?;
    let symbol = &project.declaration.symbol;
    let own = format!("project {}", tick(&symbol.node));
    // With a declared role, the statement belongs in that role.
    let declared = project.role().and_then(|role| compilation.hir().roles.get(role.node));
    let block = declared.map_or_else(|| own.clone(), |role| format!("role {}", tick(&role.declaration.symbol.node)));
    Some(Actor { words: own, place: symbol.span, block: Some(block) })
}

fn of_pipeline(compilation: &Compilation, id: PipelineId) -> Option<Actor> {
    let name = &compilation.hir().pipelines.get(id)?.name;
    let words = format!("pipeline {}", tick(&name.node));
    // With a declared role, the statement belongs in that role.
    let plan = compilation.plan();
    let role = plan.pipelines.get(id)?.role.and_then(|role| plan.role(role));
    let declared = role.filter(|role| role.origin == RoleOrigin::Declared);
    let block = declared.map_or_else(|| words.clone(), |role| format!("role {}", tick(&role.identity.symbol)));
    Some(Actor { words, place: name.span, block: Some(block) })
}

fn of_action(compilation: &Compilation, pipeline: PipelineId, id: ActionId) -> Option<Actor> {
    let action = compilation.hir().pipelines.get(pipeline)?.actions.get(id)?;
    let stack = action.stack_operation().is_some();
    let (what, name) = if stack { ("stack", &action.symbol) } else { ("action", &action.name.node) };
    let words = format!("{what} {}", tick(name));
    let block = action.project().is_none().then(|| words.clone());
    Some(Actor { words, place: action.name.span, block })
}

/// Returns the project of the incident, or the only one.
fn build(compilation: &Compilation, incident: &Incident, in_vpc: bool) -> Option<Actor> {
    let hir = compilation.hir();
    let has_vpc =
        |id: &ProjectId| hir.projects.get(*id).is_some_and(|it| it.declaration.attributes.contains_key("vpc"));
    let ids = || hir.projects.entries().map(|(id, _)| id).filter(|id| !in_vpc || has_vpc(id));
    if let Some(name) = incident.name("project") {
        let is_it = |id: &ProjectId| {
            let own = compilation.plan().name(Entity::Project(*id));
            hir.symbol(Entity::Project(*id)).node == name || own.is_some_and(|own| matches(&pattern(&own), name))
        };
        return ids().find(is_it).and_then(|id| of_project(compilation, id));
    }
    if let Some((pipeline, action)) = action_of(compilation, incident) {
        return match hir.pipelines.get(pipeline)?.actions.get(action)?.project() {
            Some(project) => of_project(compilation, project),
            None => of_action(compilation, pipeline, action),
        };
    }
    let mut all = ids();
    let only = all.next().filter(|_| all.next().is_none())?;
    of_project(compilation, only)
}

/// Returns the stack of the incident, or the only one.
fn stack(compilation: &Compilation, incident: &Incident) -> Option<Actor> {
    if let Some((pipeline, action)) = action_of(compilation, incident) {
        return of_action(compilation, pipeline, action);
    }
    let mut names: Vec<&str> = Vec::new();
    let mut found = None;
    for (id, pipeline) in compilation.hir().pipelines.entries() {
        for (action, it) in pipeline.actions().filter(|(_, it)| it.stack_operation().is_some()) {
            if !names.contains(&it.symbol.as_str()) {
                names.push(&it.symbol);
                found = Some((id, action));
            }
        }
    }
    let (pipeline, action) = found.filter(|_| names.len() == 1)?;
    of_action(compilation, pipeline, action)
}

fn pipeline(compilation: &Compilation, incident: &Incident) -> Option<Actor> {
    if let Some((pipeline, action)) = action_of(compilation, incident) {
        let planned = compilation.plan().action(pipeline, action);
        return match planned.and_then(|planned| planned.role.as_ref()) {
            Some(_) => of_action(compilation, pipeline, action),
            None => of_pipeline(compilation, pipeline),
        };
    }
    let mut all = compilation.hir().pipelines.entries();
    let (only, _) = all.next().filter(|_| all.next().is_none())?;
    of_pipeline(compilation, only)
}

/// Returns the action that an incident names, directly or by its stack.
pub(super) fn action_of(compilation: &Compilation, incident: &Incident) -> Option<(PipelineId, ActionId)> {
    let action = incident.name("action");
    let stage = incident.name("stage");
    let stack = incident.name("stack").filter(|_| action.is_none());
    for (id, pipeline) in compilation.hir().pipelines.entries() {
        for (action_id, it) in pipeline.actions() {
            let in_stage = || pipeline.stages.get(it.stage).map(|stage| stage.name.as_str());
            let is_named = action == Some(it.name.as_str()) && (stage.is_none() || stage == in_stage());
            let is_stack = stack.is_some() && it.literal("StackName") == stack;
            if is_named || is_stack {
                return Some((id, action_id));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_out_of_arns() {
        assert_eq!(
            role_in("arn:aws:sts::111122223333:assumed-role/a-b/AWSCodeBuild-1"),
            Some(("a-b", Some("AWSCodeBuild-1")))
        );
        assert_eq!(role_in("arn:aws:iam::111122223333:role/service-role/x"), Some(("x", None)));
        assert_eq!(role_in("arn:aws:iam::111122223333:user/x"), None);
    }

    #[test]
    fn patterns_match_whole_names() {
        assert!(matches("*-packages-*", "shop-packages-1") && !matches("a*b", "aXb"));
        assert!(matches("app", "app") && !matches("app", "apps") && !matches("*", "x"));
        assert!(matches("shop-*-eu", "shop-1-eu") && !matches("shop-*-eu", "shop-1-us"));
    }
}
