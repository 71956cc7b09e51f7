//! Which resources other than pipelines get their own statement, and their names there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::catalog::Kind;
use crate::decompile::{Additions, DeclaredAdditions, is_policy_of, kind_of, service_of, started_by};
use crate::syntax::ast::is_identifier;
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::pipelines;

/// CodeBuild's type for a source and artifacts that come from a pipeline.
const OF_PIPELINE: &str = "CODEPIPELINE";

/// The former type of connections.
const FORMER_CONNECTION: &str = "AWS::CodeStarConnections::Connection";

/// What to declare, and why the rest is not declared.
#[derive(Debug, Clone, Default)]
pub(super) struct Candidates {
    /// The names of resources in the `.pipe` file, by logical ID.
    pub(super) declared: BTreeMap<String, String>,
    /// Parameters.
    pub(super) params: BTreeSet<String>,
    /// The policies of declared roles that are resources, each with its role.
    policies: BTreeMap<String, String>,
    /// Event rules that are statements of the pipelines that they start.
    rules: BTreeSet<String>,
    /// Why a resource or parameter is not declared although its kind has a declaration, by name.
    pub(super) stays: BTreeMap<String, String>,
}

impl Candidates {
    /// Finds the candidates of a template.
    pub(super) fn of(root: &Node) -> Self {
        let taken = names_in_pipelines(root);
        let mut found = Self::default();
        let projects = entries(root, "Resources").iter().filter(|entry| kind(entry) == Some(Kind::Project));
        let is_rule = |entry: &&Entry| started_by(&entry.value, root).is_some();
        let rules: Vec<&Entry> = entries(root, "Resources").iter().filter(is_rule).collect();
        found.rules = rules.iter().map(|entry| entry.key.node.clone()).collect();
        let referred = referred_by(pipelines(root).chain(projects).chain(rules.iter().copied()));
        let mut declared = Vec::new();
        for entry in entries(root, "Resources") {
            let Some(kind) = kind(entry).filter(|kind| is_candidate(*kind)) else { continue };
            match resource_stays(entry, kind, &referred) {
                Some(reason) => drop(found.stays.insert(entry.key.node.clone(), reason)),
                None => declared.push((entry, kind)),
            }
        }
        let roles: Vec<&str> =
            declared.iter().filter(|(_, kind)| *kind == Kind::Role).map(|(entry, _)| entry.key.node.as_str()).collect();
        let mut attached = Vec::new();
        for entry in entries(root, "Resources") {
            if let Some(role) = roles.iter().find(|role| is_policy_of(&entry.value, role)) {
                attached.push(entry);
                found.policies.insert(entry.key.node.clone(), (*role).to_owned());
            }
        }
        // A parameter that only the file of resources refers to should stay there.
        let referred =
            referred_by(pipelines(root).chain(declared.iter().map(|(entry, _)| *entry)).chain(attached).chain(rules));
        let params = entries(root, "Parameters").iter().filter(|entry| referred.contains(&entry.key.node));
        for entry in params {
            match param_stays(entry, &taken) {
                Some(reason) => drop(found.stays.insert(entry.key.node.clone(), reason)),
                None => drop(found.params.insert(entry.key.node.clone())),
            }
        }
        for (entry, kind) in declared {
            let symbol = found.free_symbol(&entry.key.node, kind, &taken);
            found.declared.insert(entry.key.node.clone(), symbol);
        }
        found
    }

    /// Returns the resources that are statements in other blocks: the policies of roles, and the event rules of pipelines.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = &String> {
        self.policies.keys().chain(&self.rules)
    }

    /// Returns whether there is nothing to declare.
    pub(super) fn is_empty(&self) -> bool {
        self.declared.is_empty() && self.params.is_empty() && self.rules.is_empty()
    }

    /// Returns the first additions to the statements.
    pub(super) fn additions(&self) -> Additions {
        let declared = |(id, symbol): (&String, &String)| {
            (id.clone(), DeclaredAdditions { symbol: symbol.clone(), ..DeclaredAdditions::default() })
        };
        // Nothing in the file names a policy or a rule.
        let unnamed = self.unnamed().map(|id| declared((id, id)));
        let declared = self.declared.iter().map(declared).chain(unnamed).collect();
        Additions { declared, params: self.params.clone(), ..Additions::default() }
    }

    /// Excludes a candidate.
    pub(super) fn leave(&mut self, name: &str, reason: String) {
        let is_policy = self.policies.remove(name).is_some();
        self.policies.retain(|_, role| role != name);
        let is_inside = self.rules.remove(name) | is_policy;
        let is_known = self.declared.remove(name).is_some() | self.params.remove(name) | is_inside;
        if is_known {
            self.stays.insert(name.to_owned(), reason);
        }
    }

    /// Returns a name that nothing else in the file has: the logical ID, if possible.
    fn free_symbol(&self, id: &str, kind: Kind, taken: &HashSet<String>) -> String {
        let is_free = |name: &String| {
            !taken.contains(name) && !self.params.contains(name) && self.declared.values().all(|known| known != name)
        };
        let word = kind.word();
        let with_kind =
            format!("{id}{}{}", word.get(..1).unwrap_or_default().to_uppercase(), word.get(1..).unwrap_or_default());
        let numbered = (2..).map(|number| format!("{with_kind}{number}"));
        let names = [id.to_owned(), with_kind.clone()].into_iter().chain(numbered);
        names.into_iter().find(is_free).unwrap_or(with_kind)
    }
}

fn is_candidate(kind: Kind) -> bool {
    !matches!(kind, Kind::Pipeline | Kind::Environment | Kind::Provider)
}

fn entries<'n>(root: &'n Node, section: &str) -> &'n [Entry] {
    root.get(section).map(Node::entries).unwrap_or_default()
}

/// Returns why a parameter has no statement.
fn param_stays(entry: &Entry, taken: &HashSet<String>) -> Option<String> {
    /// The keys of a parameter that `param` can express.
    const SAID: [&str; 5] = ["Type", "Default", "AllowedValues", "NoEcho", "Description"];
    if !is_identifier(&entry.key.node) || taken.contains(&entry.key.node) {
        return Some("the name means something else in the pipeline".to_owned());
    }
    let parameter_type = entry.value.get("Type").and_then(Node::literal).unwrap_or_default();
    if !matches!(parameter_type, "String" | "Number" | "CommaDelimitedList") {
        return Some(format!("no `param` has the type {parameter_type}"));
    }
    let other = entry.value.entries().iter().find(|it| !SAID.contains(&it.key.node.as_str()))?;
    Some(format!("no `param` has {}", other.key.node))
}

/// Returns why a resource has no statement.
fn resource_stays(entry: &Entry, kind: Kind, referred: &HashSet<String>) -> Option<String> {
    if !is_identifier(&entry.key.node) {
        return Some("its logical ID is not a name".to_owned());
    }
    let properties = entry.value.get("Properties");
    match kind {
        Kind::Project => {
            let ty = |key: &str| properties?.at(&[key, "Type"])?.literal();
            (ty("Source") != Some(OF_PIPELINE) || ty("Artifacts") != Some(OF_PIPELINE))
                .then(|| "its source is not a pipeline".to_owned())
        }
        Kind::Connection if entry.value.get("Type").and_then(Node::literal) == Some(FORMER_CONNECTION) => {
            Some(format!("CloudFormation would replace it: dotpipe creates {} instead", Kind::Connection.resource()))
        }
        Kind::Role if !referred.contains(&entry.key.node) => {
            Some("no pipeline, project, or event rule of a pipeline refers to it".to_owned())
        }
        _ if !referred.contains(&entry.key.node) => Some("no pipeline and no project refers to it".to_owned()),
        Kind::Role => role_stays(properties?),
        _ => None,
    }
}

/// Returns the reason why a role has no statement.
fn role_stays(properties: &Node) -> Option<String> {
    if service_of(properties).is_none() {
        return Some("no `role` is for what assumes it".to_owned());
    }
    let policies = properties.get("Policies")?;
    let is_plain = |policy: &Node| {
        let statements = policy.at(&["PolicyDocument", "Statement"]);
        policy.intrinsic().is_none() && statements.is_some_and(|statements| statements.intrinsic().is_none())
    };
    let are_plain = policies.intrinsic().is_none() && policies.items().iter().all(is_plain);
    (!are_plain).then(|| "a function or a condition decides its policies".to_owned())
}

/// Returns the kind of declaration for a resource.
fn kind(entry: &Entry) -> Option<Kind> {
    kind_of(entry.value.get("Type").and_then(Node::literal).unwrap_or_default())
}

/// Returns the names of resources and parameters that these resources refer to.
fn referred_by<'n>(resources: impl Iterator<Item = &'n Entry>) -> HashSet<String> {
    let mut found = HashSet::new();
    for entry in resources {
        each(&entry.value, &mut |node| {
            found.extend(node.referred());
            let texts = node.intrinsic().filter(|call| call.name == "Fn::Sub").map(|call| call.argument);
            let text = texts.and_then(|argument| argument.text().or_else(|| argument.items().first()?.text()));
            found.extend(text.map(sub_parts).unwrap_or_default().into_iter().filter_map(|part| match part {
                SubPart::Name(name) => name.split('.').next().map(str::to_owned),
                SubPart::Text(_) => None,
            }));
        });
    }
    found
}

/// Returns the strings in pipelines, which include the names of stages, actions, artifacts, and variables.
fn names_in_pipelines(root: &Node) -> HashSet<String> {
    let mut found: HashSet<String> = pipelines(root).map(|entry| entry.key.node.clone()).collect();
    for entry in pipelines(root) {
        each(&entry.value, &mut |node| {
            let names = ["Name", "Namespace"].into_iter().filter_map(|key| node.get(key)?.literal());
            found.extend(names.map(str::to_owned));
        });
    }
    found
}

/// Calls `visit` with a node and everything in it.
fn each(node: &Node, visit: &mut dyn FnMut(&Node)) {
    visit(node);
    node.entries().iter().for_each(|entry| each(&entry.value, visit));
    node.items().iter().for_each(|item| each(item, visit));
}
