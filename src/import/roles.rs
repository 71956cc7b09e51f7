//! Leaves out roles if the derived ones allow everything that they allow (`--derive-roles`).

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::{
    Comparison, DefinedAction, DefinedPermission, DefinedStage, Difference, Fragment, NormalKind, NormalValue,
    PermissionEffect, PermissionSet, Pipelines, compare,
};
use crate::decompile::{Additions, is_policy_of};
use crate::workspace::document::{Document, DocumentOrigin, Entry, Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::pipelines;

use super::{Attempt, Importer};

const ROLE: &str = "AWS::IAM::Role";
const DEPENDS_ON: &str = "DependsOn";

/// What happened to a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleOutcome {
    /// It is derived, with these differences in its permissions.
    Derived(Vec<Difference>),
    /// It is kept for this reason.
    Kept(String),
}

/// Leaves out roles of pipelines and declared projects. Returns what happened to each of these roles.
pub(super) fn derive(importer: &Importer<'_>, plain: Attempt) -> (Attempt, BTreeMap<String, RoleOutcome>) {
    let root = importer.document.root;
    let mut outcomes = BTreeMap::new();
    let is_used = |entry: &&Entry| {
        let is_role = entry.value.get("Type").and_then(Node::literal) == Some(ROLE);
        is_role && !users(root, &entry.key.node, &plain.additions).is_empty()
    };
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    let mut candidates: BTreeSet<String> = resources.iter().filter(is_used).map(|it| it.key.node.clone()).collect();
    loop {
        let chosen = removable(root, &plain.additions, &mut candidates, &mut outcomes);
        if chosen.is_empty() {
            break;
        }
        let mut additions = plain.additions.clone();
        additions.left_out = chosen.keys().chain(chosen.values().flatten()).cloned().collect();
        additions.declared.retain(|id, _| !additions.left_out.contains(id));
        let attempt = importer.attempt(additions);
        let Some(judged) = Judged::of(importer, &attempt) else { break };
        let uncovered: Vec<(String, String)> =
            chosen.keys().filter_map(|role| Some((role.clone(), judged.uncovered(role)?))).collect();
        if uncovered.is_empty() {
            if !judged.comparison.differences.is_empty() {
                break;
            }
            let derived = |role: &String| (role.clone(), RoleOutcome::Derived(judged.permissions(role)));
            outcomes.extend(chosen.keys().map(derived));
            let built = attempt.built.map(|(after, _)| (after, judged.comparison));
            return (Attempt { built, ..attempt }, outcomes);
        }
        for (role, reason) in uncovered {
            candidates.remove(&role);
            outcomes.insert(role, RoleOutcome::Kept(reason));
        }
    }
    let reason = "without it, something else would change".to_owned();
    outcomes.extend(candidates.into_iter().map(|role| (role, RoleOutcome::Kept(reason.clone()))));
    (plain, outcomes)
}

/// Returns the candidates to which no remaining resource refers, each with its policies, and adds the reasons for the other roles.
fn removable(
    root: &Node,
    additions: &Additions,
    candidates: &mut BTreeSet<String>,
    outcomes: &mut BTreeMap<String, RoleOutcome>,
) -> BTreeMap<String, Vec<String>> {
    loop {
        let of_role = |role: &String| (role.clone(), policies_of(root, role));
        let chosen: BTreeMap<String, Vec<String>> = candidates.iter().map(of_role).collect();
        let gone: BTreeSet<&str> =
            chosen.iter().flat_map(|(role, own)| own.iter().chain([role])).map(String::as_str).collect();
        let reasons: Vec<(String, String)> = chosen
            .iter()
            .filter_map(|(role, own)| Some((role.clone(), kept_by(root, (role, own), &gone, additions)?)))
            .collect();
        if reasons.is_empty() {
            return chosen;
        }
        for (role, reason) in reasons {
            candidates.remove(&role);
            outcomes.insert(role, RoleOutcome::Kept(reason));
        }
    }
}

/// Returns the policies that are attached only to this role.
fn policies_of(root: &Node, role: &str) -> Vec<String> {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    resources.iter().filter(|it| is_policy_of(&it.value, role)).map(|it| it.key.node.clone()).collect()
}

/// Returns the pipelines and declared projects that assume a role, or whose actions do.
fn users<'n>(root: &'n Node, role: &str, additions: &Additions) -> Vec<&'n Entry> {
    let has_role = |entry: &&Entry| roles_of(entry).iter().any(|node| node.referred().as_deref() == Some(role));
    own_entries(root, additions).filter(has_role).collect()
}

/// Returns the pipelines and the declared resources.
fn own_entries<'n>(root: &'n Node, additions: &Additions) -> impl Iterator<Item = &'n Entry> {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    let declared: BTreeSet<&str> = pipelines(root)
        .map(|entry| entry.key.node.as_str())
        .chain(additions.declared.keys().map(String::as_str))
        .collect();
    let declared: BTreeSet<String> = declared.into_iter().map(str::to_owned).collect();
    resources.iter().filter(move |entry| declared.contains(&entry.key.node))
}

/// Returns the nodes in which a pipeline or project names its role, and the roles of its actions and their stacks.
fn roles_of(entry: &Entry) -> Vec<&Node> {
    fn add<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
        if node.get("ActionTypeId").is_some() {
            found.extend(node.get("RoleArn"));
            found.extend(node.at(&["Configuration", "RoleArn"]));
            return;
        }
        node.entries().iter().for_each(|entry| add(&entry.value, found));
        node.items().iter().for_each(|item| add(item, found));
    }
    let Some(properties) = entry.value.get("Properties") else { return Vec::new() };
    let mut found: Vec<&Node> = properties.get("RoleArn").into_iter().chain(properties.get("ServiceRole")).collect();
    if let Some(stages) = properties.get("Stages") {
        add(stages, &mut found);
    }
    found
}

/// Returns the reason why a role and its policies cannot be left out: a condition, or a reference. `gone`: all resources that are
/// left out.
fn kept_by(
    root: &Node,
    (role, policies): (&str, &[String]),
    gone: &BTreeSet<&str>,
    additions: &Additions,
) -> Option<String> {
    let own: BTreeSet<&str> = own_entries(root, additions).map(|entry| entry.key.node.as_str()).collect();
    let leaves: BTreeSet<&str> = policies.iter().map(String::as_str).chain(Some(role)).collect();
    for section in root.entries() {
        for entry in section.value.entries() {
            let name = entry.key.node.as_str();
            let is_resource = section.key.node == "Resources";
            if is_resource && leaves.contains(name) && entry.value.get("Condition").is_some() {
                return Some("a condition decides whether it exists".to_owned());
            }
            if is_resource && gone.contains(name) {
                continue;
            }
            let is_own = is_resource && own.contains(name);
            let except = if is_own { roles_of(entry) } else { Vec::new() };
            if refers(&entry.value, &leaves, &except, is_own) {
                return Some(format!("{name} refers to it"));
            }
        }
    }
    None
}

/// Returns whether a node refers to one of these resources, except in the nodes `except` and in `DependsOn` of declared
/// resources.
fn refers(node: &Node, names: &BTreeSet<&str>, except: &[&Node], is_own: bool) -> bool {
    if except.iter().any(|place| std::ptr::eq(*place, node)) {
        return false;
    }
    if let Some(call) = node.intrinsic() {
        let text = call.argument.text().or_else(|| call.argument.items().first()?.text());
        let in_text = match (call.name.as_ref(), text) {
            ("Fn::Sub", Some(text)) => sub_parts(text).into_iter().any(|part| match part {
                SubPart::Name(name) => name.split('.').next().is_some_and(|name| names.contains(name)),
                SubPart::Text(_) => false,
            }),
            _ => false,
        };
        if in_text || node.referred().is_some_and(|name| names.contains(name.as_str())) {
            return true;
        }
    }
    let in_entry = |entry: &Entry| {
        if entry.key.node == DEPENDS_ON {
            let mut waits_for = entry.value.one_or_more().iter().filter_map(Node::literal);
            return !is_own && waits_for.any(|name| names.contains(name));
        }
        refers(&entry.value, names, except, is_own)
    };
    node.entries().iter().any(in_entry) || node.items().iter().any(|item| refers(item, names, except, is_own))
}

/// An attempt with derived roles, compared with the document.
struct Judged {
    /// The permissions in the document and in the attempt.
    before: Pipelines,
    after: Pipelines,
    /// The derived roles, by the role that they replace.
    derived: BTreeMap<String, BTreeSet<String>>,
    /// Roles that actions assume: only their pipeline has to be trusted.
    of_actions: BTreeSet<String>,
    /// The other differences.
    comparison: Comparison,
}

impl Judged {
    fn of(importer: &Importer<'_>, attempt: &Attempt) -> Option<Self> {
        let left_out = &attempt.additions.left_out;
        let (built, _) = attempt.built.as_ref()?;
        let (mut old, mut new) = (importer.before.clone(), built.clone());
        let mut derived: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut derived_by_pipeline: Vec<(String, Option<String>)> = Vec::new();
        let mut replace =
            |before: &mut BTreeMap<String, NormalValue>, after: &BTreeMap<String, NormalValue>, key: &str| {
                let role = before.get(key).and_then(role_id).filter(|role| left_out.contains(role));
                if let (Some(role), Some(value)) = (role, after.get(key)) {
                    derived.entry(role).or_default().extend(role_id(value));
                    before.insert(key.to_owned(), value.clone());
                }
            };
        let mut of_actions = BTreeSet::new();
        for (before, after) in old.pipelines.iter_mut().zip(&new.pipelines) {
            replace(&mut before.fields, &after.fields, "roleArn");
            let own = after.fields.get("roleArn").and_then(role_id);
            for (before, after) in actions(&mut before.stages).zip(after.stages.iter().flat_map(|it| &it.actions)) {
                let role = before.fields.get("roleArn").and_then(role_id).filter(|role| left_out.contains(role));
                of_actions.extend(role.clone());
                replace(&mut before.fields, &after.fields, "roleArn");
                if let Some(role) = role.filter(|_| !after.fields.contains_key("roleArn")) {
                    // The pipeline does it under its own role.
                    before.fields.remove("roleArn");
                    derived_by_pipeline.push((role, own.clone()));
                }
                let key = "configuration";
                let configurations = (before.fields.get_mut(key).map(|it| &mut it.kind), after.fields.get(key));
                if let (Some(NormalKind::Map(before)), Some(after)) = configurations {
                    after.as_map().into_iter().for_each(|after| replace(before, after, "RoleArn"));
                }
            }
            without_dependencies(&mut before.attributes, left_out);
        }
        for (id, before) in &mut old.resources {
            let Some(after) = new.resources.get(id) else { continue };
            replace(&mut before.properties, &after.properties, "ServiceRole");
            without_dependencies(&mut before.attributes, left_out);
        }
        for (role, own) in derived_by_pipeline {
            derived.entry(role).or_default().extend(own);
        }
        old.resources.retain(|id, _| !left_out.contains(id));
        let roles: BTreeSet<&String> = derived.values().flatten().collect();
        let known: BTreeSet<String> = old.resources.keys().cloned().collect();
        let is_of_role = |id: &String| roles.iter().any(|role| id.starts_with(role.as_str()));
        new.resources.retain(|id, _| known.contains(id) || !is_of_role(id));
        let comparison = compare(&old, &new.in_run_order());
        let tree = Document::parse(attempt.json.as_ref()?, DocumentOrigin::File(importer.document.file)).root?;
        let (before, after) = (Pipelines::read(importer.document.root), Pipelines::read(&tree));
        Some(Self { before, after, derived, of_actions, comparison })
    }

    /// Returns the permissions of the derived roles for a role.
    fn allowed(&self, role: &str) -> PermissionSet {
        let roles = self.derived.get(role).into_iter().flatten();
        roles.filter_map(|role| self.after.permissions.get(role)).flatten().cloned().collect()
    }

    /// Returns what the role allows but the derived roles do not.
    fn uncovered(&self, role: &str) -> Option<String> {
        let derived = self.allowed(role);
        let is_ignored =
            |it: &&DefinedPermission| it.effect == PermissionEffect::Trust && self.of_actions.contains(role);
        let old = self.before.permissions.get(role).into_iter().flatten().filter(|it| !is_ignored(it));
        let lost: Vec<&DefinedPermission> = old.filter(|it| !derived.iter().any(|new| new.covers(it))).collect();
        let first = lost.first()?;
        let what = match first.effect {
            PermissionEffect::ManagedPolicy => format!("has no managed policy {}", first.on),
            PermissionEffect::Trust => format!("does not trust {}", first.on),
            effect => format!("does not {} {} on {}", effect.word(), first.action, first.on),
        };
        let more = lost.len() - 1;
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        Some(format!("the derived role {what}{more}"))
    }

    /// Returns how the permissions differ.
    fn permissions(&self, role: &str) -> Vec<Difference> {
        let Some(resource) = self.before.resources.get(role) else { return Vec::new() };
        let only = |permissions: PermissionSet| Pipelines {
            kind: self.before.kind,
            pipelines: Vec::new(),
            resources: BTreeMap::from([(role.to_owned(), resource.clone())]),
            permissions: BTreeMap::from([(role.to_owned(), permissions)]),
            sections: Vec::new(),
        };
        let old = self.before.permissions.get(role).cloned().unwrap_or_default();
        compare(&only(old), &only(self.allowed(role))).differences
    }
}

fn actions(stages: &mut [DefinedStage]) -> impl Iterator<Item = &mut DefinedAction> {
    stages.iter_mut().flat_map(|stage| &mut stage.actions)
}

/// Returns the logical ID of the role whose ARN or name a value is.
fn role_id(value: &NormalValue) -> Option<String> {
    match value.fragments()? {
        [Fragment::Attribute(id, _) | Fragment::Ref(id)] => Some(id.clone()),
        _ => None,
    }
}

/// Removes what is left out from the attributes of a resource.
fn without_dependencies(attributes: &mut BTreeMap<String, NormalValue>, left_out: &BTreeSet<String>) {
    let Some(names) = attributes.get(DEPENDS_ON) else { return };
    let is_kept = |name: &&NormalValue| name.as_literal().is_none_or(|name| !left_out.contains(name));
    let kept: Vec<NormalValue> = names.one_or_more().iter().filter(is_kept).cloned().collect();
    let span = names.span;
    if kept.is_empty() {
        attributes.remove(DEPENDS_ON);
    } else {
        attributes.insert(DEPENDS_ON.to_owned(), NormalValue::list(kept, span));
    }
}
