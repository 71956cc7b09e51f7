//! W0304: declared and never used.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::hir::{BucketId, ConnectionId, EnvironmentId, KeyId, ProjectId, ProviderId, RepositoryId, RoleId, TopicId};
use crate::hir::{Entity, Hir, Part, PartKind, Project, Provider, Statement, Value, ValueKind};

use super::Subject;
use super::runtime_text::references;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.hir.incomplete || subject.hir.pipelines.is_empty() {
        return;
    }
    things(subject, diagnostics);
    let by_text = variables_in_text(subject.hir);
    let unused = subject.hir.unused.iter().filter(|value| !is_in_extra(subject, &value.name.node));
    let unused = unused.filter(|value| value.keyword != "variable" || !by_text.contains(&value.name.node));
    diagnostics.extend(unused.map(|value| names::unused(value.keyword, &value.name)));
}

/// The pipeline variables that CodePipeline's own `#{variables.Name}` names.
fn variables_in_text(hir: &Hir) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for pipeline in &hir.pipelines {
        let of_actions = pipeline.actions.iter().flat_map(|action| action.configuration.values());
        for setting in of_actions.chain(pipeline.rules().flat_map(|rule| rule.configuration.values())) {
            setting.value.each_part(&mut |part| match &part.kind {
                PartKind::Namespace(namespace, name) if namespace == "variables" => {
                    found.insert(name.clone());
                }
                PartKind::Literal(text) => {
                    let named = references(text).filter(|reference| reference.namespace == "variables");
                    found.extend(named.map(|reference| reference.variable.to_owned()));
                }
                _ => {}
            });
        }
    }
    found
}

/// Whether a file of resources refers to a name of the template.
fn is_in_extra(subject: &Subject<'_>, name: &str) -> bool {
    subject.plan.extra.references.iter().any(|reference| reference.node == name)
}

fn things(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let hir = subject.hir;
    let used = used_things(hir);
    for (kind, entity) in declared(hir) {
        let symbol = hir.symbol(entity);
        let identity = subject.plan.identity(crate::plan::node(entity));
        let in_extra = identity.is_some_and(|identity| is_in_extra(subject, &identity.logical_id));
        if !used.contains(&entity) && !in_extra && !hir.left_out.contains(&symbol.node) {
            diagnostics.push(names::unused(kind, symbol));
        }
    }
}

fn declared(hir: &Hir) -> Vec<(&'static str, Entity)> {
    let mut all = Vec::new();
    all.extend((0..hir.projects.len()).map(|index| ("project", Entity::Project(ProjectId(index)))));
    all.extend((0..hir.buckets.len()).map(|index| ("bucket", Entity::Bucket(BucketId(index)))));
    all.extend((0..hir.topics.len()).map(|index| ("topic", Entity::Topic(TopicId(index)))));
    all.extend((0..hir.roles.len()).map(|index| ("role", Entity::Role(RoleId(index)))));
    all.extend((0..hir.connections.len()).map(|index| ("connection", Entity::Connection(ConnectionId(index)))));
    all.extend((0..hir.repositories.len()).map(|index| ("repository", Entity::Repository(RepositoryId(index)))));
    all.extend((0..hir.providers.len()).map(|index| ("provider", Entity::Provider(ProviderId(index)))));
    all.extend((0..hir.keys.len()).map(|index| ("key", Entity::Key(KeyId(index)))));
    all.extend((0..hir.environments.len()).map(|index| ("environment", Entity::Environment(EnvironmentId(index)))));
    all
}

fn used_things(hir: &Hir) -> BTreeSet<Entity> {
    let mut used: BTreeSet<Entity> = hir.mentioned.clone();
    for pipeline in &hir.pipelines {
        used.extend(pipeline.role.as_ref().map(|role| Entity::Role(role.node)));
        used.extend(pipeline.store.bucket.as_ref().map(|bucket| Entity::Bucket(bucket.node)));
        pipeline.tags.iter().for_each(|(_, value)| note(value, &mut used));
        pipeline.store.key.iter().chain(&pipeline.raw).for_each(|value| note(value, &mut used));
        used.extend(pipeline.notifications.iter().map(|it| Entity::Topic(it.topic.node)));
        let of_events = pipeline.events.iter().flat_map(|event| event.attributes.values());
        of_events.for_each(|attribute| note(&attribute.value, &mut used));
        for rule in pipeline.rules() {
            used.extend(rule.role.as_ref().map(|role| Entity::Role(role.node)));
            rule.configuration.values().for_each(|setting| note(&setting.value, &mut used));
        }
        for action in &pipeline.actions {
            used.extend(action.role.as_ref().map(|role| Entity::Role(role.node)));
            used.extend(action.environment.as_ref().map(|environment| Entity::Environment(environment.node)));
            action.configuration.values().for_each(|setting| note(&setting.value, &mut used));
            let of_type = |provider: &Provider| Arc::ptr_eq(&provider.action_type, &action.action_type);
            let provider = hir.providers.iter().position(of_type);
            used.extend(provider.map(|index| Entity::Provider(ProviderId(index))));
        }
    }
    for environment in &hir.environments {
        let roles = environment.role.iter().chain(&environment.action_role);
        used.extend(roles.map(|role| Entity::Role(role.node)));
        environment.declaration.attributes.values().for_each(|attribute| note(&attribute.value, &mut used));
    }
    hir.projects.iter().for_each(|project| of_project(project, &mut used));
    for role in &hir.roles {
        role.declaration.attributes.values().for_each(|attribute| note(&attribute.value, &mut used));
        of_statements(&role.statements, &mut used);
        role.declaration.raw.iter().for_each(|raw| note(raw, &mut used));
    }
    let others = hir.buckets.iter().map(|it| (&it.attributes, &it.raw));
    let others = others.chain(hir.topics.iter().map(|it| (&it.attributes, &it.raw)));
    let others = others.chain(hir.repositories.iter().map(|it| (&it.attributes, &it.raw)));
    let others = others.chain(hir.providers.iter().map(|it| (&it.declaration.attributes, &it.declaration.raw)));
    let others = others.chain(hir.keys.iter().map(|it| (&it.attributes, &it.raw)));
    for (attributes, raw) in others.chain(hir.connections.iter().map(|it| (&it.attributes, &it.raw))) {
        for attribute in attributes.values() {
            note(&attribute.value, &mut used);
        }
        if let Some(raw) = raw {
            note(raw, &mut used);
        }
    }
    used
}

fn of_project(project: &Project, used: &mut BTreeSet<Entity>) {
    used.extend(project.role.as_ref().map(|role| Entity::Role(role.node)));
    project.env.iter().for_each(|(_, value)| note(value, used));
    project.declaration.attributes.values().for_each(|attribute| note(&attribute.value, used));
    project.declaration.raw.iter().for_each(|raw| note(raw, used));
    of_statements(&project.statements, used);
}

fn of_statements(statements: &[Statement], used: &mut BTreeSet<Entity>) {
    for statement in statements {
        statement.resources.iter().chain(&statement.condition).for_each(|value| note(value, used));
    }
}

/// Notes the things that a value names.
fn note(value: &Value, used: &mut BTreeSet<Entity>) {
    let mut of_part = |part: &Part| {
        if let PartKind::Member(entity, _) = &part.kind {
            used.insert(*entity);
        }
    };
    value.each_part(&mut of_part);
    match &value.kind {
        ValueKind::Entity(entity) => {
            used.insert(*entity);
        }
        ValueKind::List(items) => items.iter().for_each(|item| note(item, used)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| note(value, used)),
        ValueKind::Raw(inner) => note(inner, used),
        _ => {}
    }
}
