//! E0301: `cfn.ref` and `cfn.att` to what the template does not have.

use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostics, suggest};
use crate::hir::{Buildspec, Hir, Ownership, Part, PartKind, Statement, Text, Value};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let extra_unread = !subject.plan.extra.faults.is_empty();
    if subject.hir.incomplete || subject.hir.pipelines.is_empty() || extra_unread {
        return;
    }
    let known = std::cell::LazyCell::new(|| subject.plan.logical_ids());
    each_part(subject.hir, &mut |part| {
        let (PartKind::Ref(id) | PartKind::Att(id, _)) = &part.kind else { return };
        if !id.starts_with("AWS::") && !known.contains(id) {
            let near = suggest::similar(id, known.iter().map(String::as_str));
            diagnostics.push(names::unknown_logical_id(id, part.span, near));
        }
    });
}

/// Calls `visit` with every piece of text that gets into the template.
fn each_part(hir: &Hir, visit: &mut dyn FnMut(&Part)) {
    hir.statements().for_each(|(_, statement)| of_statement(statement, visit));
    for pipeline in &hir.pipelines {
        let tags = pipeline.tags.iter().map(|(_, value)| value);
        let whole = tags.chain(&pipeline.store.key).chain(&pipeline.raw).chain(&pipeline.deploy_name);
        whole.for_each(|value| value.each_part(visit));
        let of_events = pipeline.events.iter().flat_map(|event| event.attributes.values());
        let told = pipeline.notifications.iter().flat_map(|notification| notification.attributes.values());
        let shown = pipeline.dashboard.iter().flat_map(|dashboard| dashboard.attributes.values());
        let filters = pipeline.actions.iter().flat_map(|action| &action.filters);
        let beside = of_events.chain(told).chain(shown).chain(filters.flat_map(|filter| filter.attributes.values()));
        beside.for_each(|attribute| attribute.value.each_part(visit));
        for rule in pipeline.rules() {
            rule.configuration.values().for_each(|setting| setting.value.each_part(visit));
        }
        for action in &pipeline.actions {
            action.configuration.values().for_each(|setting| setting.value.each_part(visit));
        }
    }
    for project in &hir.projects {
        project.env.iter().for_each(|(_, value)| value.each_part(visit));
        if let Buildspec::Inline(text) | Buildspec::Path(text) = &project.buildspec {
            text.node.parts.iter().for_each(&mut *visit);
        }
        let name = project.declaration.name.as_ref().map(|name| &name.node);
        of_thing(
            name,
            &project.declaration.ownership,
            project.declaration.attributes.values().map(|it| &it.value).chain(&project.declaration.raw),
            visit,
        );
    }
    for role in &hir.roles {
        let name = role.declaration.name.as_ref().map(|name| &name.node);
        of_thing(
            name,
            &role.declaration.ownership,
            role.declaration.attributes.values().map(|it| &it.value).chain(&role.declaration.raw),
            visit,
        );
    }
    for bucket in &hir.buckets {
        let name = bucket.name.as_ref().map(|name| &name.node);
        of_thing(name, &bucket.ownership, bucket.attributes.values().map(|it| &it.value).chain(&bucket.raw), visit);
    }
    for topic in &hir.topics {
        let name = topic.name.as_ref().map(|name| &name.node);
        of_thing(name, &topic.ownership, topic.attributes.values().map(|it| &it.value).chain(&topic.raw), visit);
    }
    let providers = hir.providers.iter().map(|it| &it.declaration);
    let environments = hir.environments.iter().map(|it| &it.declaration);
    let plain = hir.connections.iter().chain(&hir.keys).chain(&hir.repositories);
    for it in plain.chain(providers).chain(environments) {
        of_thing(None, &it.ownership, it.attributes.values().map(|it| &it.value).chain(&it.raw), visit);
    }
}

fn of_thing<'a>(
    name: Option<&'a Text>,
    ownership: &'a Ownership,
    values: impl Iterator<Item = &'a Value>,
    visit: &mut dyn FnMut(&Part),
) {
    name.into_iter().flat_map(|name| &name.parts).for_each(&mut *visit);
    if let Ownership::Imported(value) = ownership {
        value.each_part(visit);
    }
    values.for_each(|value| value.each_part(visit));
}

fn of_statement(statement: &Statement, visit: &mut dyn FnMut(&Part)) {
    statement.resources.iter().chain(&statement.condition).for_each(|value| value.each_part(visit));
}
