//! Finds the declarations of an attempt that do not build what they represent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::catalog::Kind;
use crate::compare::{ComparedKind, DefinedResource, Keys, NormalValue, Pipelines};
use crate::decompile::INTERFACE;
use crate::source::FileId;
use crate::syntax::ast::{Stmt, StmtKind};
use crate::syntax::parse;
use crate::workspace::document::{Document, DocumentOrigin, Node};

use super::candidates::Candidates;
use super::comments::logical_id;
use super::{Attempt, BuiltError, Importer};

/// Returns the declarations to leave out, each with the reason. `plain`: the attempt without any declarations.
pub(super) fn of(
    importer: &Importer<'_>,
    attempt: &Attempt,
    plain: &Attempt,
    candidates: &Candidates,
) -> BTreeMap<String, String> {
    let all = |reason: &str| -> BTreeMap<String, String> {
        candidates.names().map(|name| (name.clone(), reason.to_owned())).collect()
    };
    let Some((built, comparison)) = &attempt.built else { return all("the declarations build nothing") };
    let mut found = BTreeMap::new();
    for (id, symbol) in &candidates.declared {
        let pair = (importer.before.resources.get(id), built.resources.get(id));
        if let Some(reason) = resource_reason(pair) {
            found.insert(id.clone(), reason);
        }
        let added = built.resources.keys().find(|new| {
            let is_its_own = new.starts_with(id.as_str()) || new.contains(symbol.as_str());
            is_its_own && !importer.before.resources.contains_key(*new)
        });
        if let Some(new) = added {
            found.entry(id.clone()).or_insert_with(|| format!("dotpipe would add {new}"));
        }
    }
    for id in candidates.unnamed() {
        let pair = (importer.before.resources.get(id), built.resources.get(id));
        found.extend(resource_reason(pair).map(|reason| (id.clone(), reason)));
    }
    for (kind, names) in [
        (ComparedKind::Parameter, &candidates.params),
        (ComparedKind::Condition, &candidates.conditions),
        (ComparedKind::Mapping, &candidates.mappings),
    ] {
        let (before, after) = (section(&importer.before, kind), section(built, kind));
        for name in names {
            let differs = match (before.get(name), after.get(name)) {
                (Some(old), Some(new)) => first_difference(old, new),
                (_, None) => Some("nothing uses it".to_owned()),
                (None, Some(_)) => None,
            };
            found.extend(differs.map(|reason| (name.clone(), reason)));
        }
    }
    let declared = declared_in(importer.document.file, attempt, candidates);
    found.extend(by_errors(attempt, plain, &declared, &found));
    let before = plain.built.as_ref().map_or(0, |(_, comparison)| comparison.differences.len());
    if found.is_empty() && comparison.differences.len() > before {
        return all("the declarations build something else");
    }
    found
}

/// Returns the entries of a section of a template.
fn section(pipelines: &Pipelines, kind: ComparedKind) -> BTreeMap<String, NormalValue> {
    let found = pipelines.sections.iter().find(|(known, _)| *known == kind);
    found.map(|(_, entries)| entries.clone()).unwrap_or_default()
}

/// Returns the parameters that get a pattern because they become part of JSON.
pub(super) fn guarded(importer: &Importer<'_>, attempt: &Attempt, candidates: &Candidates) -> BTreeSet<String> {
    const PATTERN: &str = "AllowedPattern";
    let Some((built, _)) = &attempt.built else { return BTreeSet::new() };
    let read = |pipelines| section(pipelines, ComparedKind::Parameter);
    let (before, after) = (read(&importer.before), read(built));
    let has_pattern = |params: &BTreeMap<String, NormalValue>, name: &str| {
        params.get(name).and_then(NormalValue::as_map).is_some_and(|keys| keys.contains_key(PATTERN))
    };
    let unguarded = candidates.params.iter().filter(|name| !candidates.open_params.contains(*name));
    unguarded.filter(|name| has_pattern(&after, name) && !has_pattern(&before, name)).cloned().collect()
}

/// Returns whether the console shows the parameters as before.
pub(super) fn has_same_interface(importer: &Importer<'_>, attempt: &Attempt) -> bool {
    let origin = DocumentOrigin::File(importer.document.file);
    let Some(built) = attempt.json.as_ref().and_then(|json| Document::parse(json, origin).root) else { return true };
    let read = |root: &Node| NormalValue::read(root.at(&["Metadata", INTERFACE])?, Keys::AsWritten);
    read(&built) == read(importer.document.root)
}

/// Returns why a resource is not what it was.
fn resource_reason(pair: (Option<&DefinedResource>, Option<&DefinedResource>)) -> Option<String> {
    let (Some(old), Some(new)) = pair else { return Some("its declaration does not build it".to_owned()) };
    if old == new {
        return None;
    }
    if old.resource_type != new.resource_type {
        return Some(format!("dotpipe creates {} instead", new.resource_type));
    }
    let key = |old: &BTreeMap<String, NormalValue>, new: &BTreeMap<String, NormalValue>| {
        old.keys().chain(new.keys()).find(|key| old.get(*key) != new.get(*key)).cloned()
    };
    let differing = key(&old.properties, &new.properties).or_else(|| key(&old.attributes, &new.attributes));
    let key = differing.unwrap_or_default();
    let had =
        |resource: &DefinedResource| resource.properties.contains_key(&key) || resource.attributes.contains_key(&key);
    Some(change(&key, had(old), had(new)))
}

/// Describes what a declaration would do to a key.
fn change(key: &str, before: bool, after: bool) -> String {
    let verb = match (before, after) {
        (false, true) => "add",
        (true, false) => "leave out",
        _ => "change",
    };
    format!("its declaration would {verb} {key}")
}

fn first_difference(old: &NormalValue, new: &NormalValue) -> Option<String> {
    if old == new {
        return None;
    }
    let (Some(old), Some(new)) = (old.as_map(), new.as_map()) else {
        return Some("its declaration would change it".to_owned());
    };
    let key = old.keys().chain(new.keys()).find(|key| old.get(*key) != new.get(*key))?;
    Some(change(key, old.contains_key(key), new.contains_key(key)))
}

/// Returns the declarations that new errors point to.
fn by_errors(
    attempt: &Attempt,
    plain: &Attempt,
    declared: &[DeclaredPlace],
    known: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut old: Vec<&str> = plain.errors.iter().map(|error| error.text.as_str()).collect();
    let is_new = |error: &&BuiltError| match old.iter().position(|text| *text == error.text) {
        Some(at) => {
            old.swap_remove(at);
            false
        }
        None => true,
    };
    let new: Vec<&BuiltError> = attempt.errors.iter().filter(is_new).collect();
    if new.is_empty() {
        return BTreeMap::new();
    }
    let mut found = BTreeMap::new();
    for error in new {
        let reason = || format!("`dotpipe check` would report {}", error.text);
        let is_meant = |place: &&DeclaredPlace| {
            error.positions.iter().any(|at| place.range.contains(at))
                || error.text.contains(&format!("`{}`", place.symbol))
                || error.text.contains(&format!("`{}`", place.name))
        };
        let mut meant: Vec<&DeclaredPlace> = declared.iter().filter(is_meant).collect();
        if meant.is_empty() {
            let words = words_at(&attempt.files.pipeline, &error.positions);
            meant = declared.iter().filter(|place| words.contains(&place.symbol.as_str())).collect();
        }
        // Without the declaration of the role, a project has no such error.
        if meant.iter().any(|place| place.is_role) {
            meant.retain(|place| place.is_role);
        }
        // An error that no declaration explains can be due to any of them.
        let meant = if meant.is_empty() && known.is_empty() { declared.iter().collect() } else { meant };
        found.extend(meant.into_iter().map(|place| (place.name.clone(), reason())));
    }
    found
}

/// Returns the words of the lines at these positions.
fn words_at<'t>(text: &'t str, positions: &[usize]) -> Vec<&'t str> {
    let line = |at: &usize| {
        let start = text.get(..*at)?.rfind('\n').map_or(0, |end| end + 1);
        text.get(start..)?.lines().next()
    };
    let lines = positions.iter().filter_map(line);
    lines.flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')).collect()
}

/// A declaration in the `.pipe` file.
struct DeclaredPlace {
    /// Its name in the template.
    name: String,
    /// Its name in the file.
    symbol: String,
    range: Range<usize>,
    /// Whether it is a role.
    is_role: bool,
}

/// Returns the declarations of an attempt.
fn declared_in(file: FileId, attempt: &Attempt, candidates: &Candidates) -> Vec<DeclaredPlace> {
    let statements = parse(file, &attempt.files.pipeline).ast.statements;
    let place = |statement: &Stmt| {
        let (name, symbol) = declared_name(statement, candidates)?;
        let is_role = matches!(&statement.kind, StmtKind::Resource(resource) if resource.kind == Kind::Role);
        Some(DeclaredPlace { name, symbol, range: statement.span.range(), is_role })
    };
    let mut places: Vec<DeclaredPlace> = statements.iter().filter_map(place).collect();
    for statement in statements.iter().filter(|it| matches!(it.kind, StmtKind::Pipeline(_))) {
        let inner = statement.blocks().into_iter().flat_map(|block| &block.statements);
        let rules = inner.filter(|it| matches!(it.kind, StmtKind::On(_)));
        places.extend(rules.filter_map(|rule| {
            let id = logical_id(&rule.blocks().first()?.statements)?;
            Some(DeclaredPlace { name: id.clone(), symbol: id.clone(), range: rule.span.range(), is_role: false })
        }));
    }
    places
}

/// Returns the names of a declaration in the template and in the file.
fn declared_name(statement: &Stmt, candidates: &Candidates) -> Option<(String, String)> {
    match &statement.kind {
        StmtKind::Param(param) => Some((param.name.node.clone(), param.name.node.clone())),
        StmtKind::Let(value) => Some((value.name.node.clone(), value.name.node.clone())),
        StmtKind::Resource(resource) => {
            let symbol = resource.name.literal()?;
            let (id, _) = candidates.declared.iter().find(|(_, known)| *known == symbol)?;
            Some((id.clone(), symbol.to_owned()))
        }
        _ => None,
    }
}
