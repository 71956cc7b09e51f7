//! W0304: declared and never used.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::hir::{BucketId, ConnectionId, ProjectId, RoleId, TopicId};
use crate::hir::{Entity, Hir, Part, PartKind, Project, Statement, Value, ValueKind};

use crate::source::{FileId, Span, Spanned};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.hir.incomplete || subject.hir.pipelines.is_empty() {
        return;
    }
    let words = Words::of(subject);
    things(subject.hir, &words, diagnostics);
    bindings(subject.hir, &words, diagnostics);
}

fn things(hir: &Hir, words: &Words, diagnostics: &mut Diagnostics) {
    let used = used_things(hir);
    for (kind, entity) in declared(hir) {
        let symbol = hir.symbol(entity);
        if !used.contains(&entity) && words.may_be_unused(symbol) {
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
    all
}

fn used_things(hir: &Hir) -> BTreeSet<Entity> {
    let mut used = BTreeSet::new();
    for pipeline in &hir.pipelines {
        used.extend(pipeline.role.as_ref().map(|role| Entity::Role(role.node)));
        used.extend(pipeline.store.bucket.as_ref().map(|bucket| Entity::Bucket(bucket.node)));
        pipeline.tags.iter().for_each(|(_, value)| note(value, &mut used));
        pipeline.store.key.iter().chain(&pipeline.raw).for_each(|value| note(value, &mut used));
        for action in &pipeline.actions {
            used.extend(action.role.as_ref().map(|role| Entity::Role(role.node)));
            action.configuration.values().for_each(|setting| note(&setting.value, &mut used));
        }
    }
    hir.projects.iter().for_each(|project| of_project(project, &mut used));
    for role in &hir.roles {
        role.attributes.values().for_each(|attribute| note(&attribute.value, &mut used));
        of_statements(&role.statements, &mut used);
        role.raw.iter().for_each(|raw| note(raw, &mut used));
    }
    let others = hir.buckets.iter().map(|it| (&it.attributes, &it.raw));
    let others = others.chain(hir.topics.iter().map(|it| (&it.attributes, &it.raw)));
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
    project.attributes.values().for_each(|attribute| note(&attribute.value, used));
    project.raw.iter().for_each(|raw| note(raw, used));
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

/// Names of values are looked for in the text: their values have been put in by now.
fn bindings(hir: &Hir, words: &Words, diagnostics: &mut Diagnostics) {
    for binding in &hir.bindings {
        let same_name = hir.bindings.iter().filter(|other| other.name.node == binding.name.node);
        let places: BTreeSet<Span> = same_name.map(|other| other.name.span).collect();
        if words.count(&binding.name.node) == places.len() {
            diagnostics.push(names::unused(binding.keyword, &binding.name));
        }
    }
}

/// How often each word stands in the files of the language, outside comments.
struct Words {
    counts: HashMap<String, usize>,
    /// Whether something may have been left out: a branch that is not taken, a component that is not used.
    conditional: bool,
}

impl Words {
    fn of(subject: &Subject<'_>) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut conditional = false;
        let bindings = subject.hir.bindings.iter().map(|binding| binding.name.span.file);
        let pipelines = subject.hir.pipelines.iter().map(|pipeline| pipeline.span.file);
        let files: BTreeSet<FileId> = bindings.chain(pipelines).chain(things_files(subject.hir)).collect();
        for file in files {
            for line in subject.workspace.text(file).lines().map(without_comment) {
                conditional |= line.contains('?');
                for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')) {
                    conditional |= matches!(word, "if" | "for" | "component" | "import");
                    *counts.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
        Self { counts, conditional }
    }

    fn count(&self, word: &str) -> usize {
        self.counts.get(word).copied().unwrap_or_default()
    }

    /// Whether a thing that nothing refers to is unused beyond doubt.
    fn may_be_unused(&self, symbol: &Spanned<String>) -> bool {
        !self.conditional || self.count(&symbol.node) == 1
    }
}

fn things_files(hir: &Hir) -> impl Iterator<Item = FileId> {
    declared(hir).into_iter().map(|(_, entity)| hir.symbol(entity).span.file)
}

/// A line without the comment at its end. A `//` behind a quotation mark that is not closed is text.
fn without_comment(line: &str) -> &str {
    let is_comment = |(index, _): &(usize, &str)| {
        line.get(..*index).is_some_and(|before| before.matches('"').count().is_multiple_of(2) && !before.ends_with(':'))
    };
    let comment = line.match_indices("//").find(is_comment);
    comment.and_then(|(index, _)| line.get(..index)).unwrap_or(line)
}
