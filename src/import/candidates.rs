//! Which resources other than pipelines get their own statement, and their names there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::catalog::Kind;
use crate::decompile::{Additions, DeclaredAdditions, kind_of};
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
    /// Why a resource or parameter is not declared although its kind has a declaration, by name.
    pub(super) stays: BTreeMap<String, String>,
}

impl Candidates {
    /// Finds the candidates of a template.
    pub(super) fn of(root: &Node) -> Self {
        let taken = names_in_pipelines(root);
        let mut found = Self::default();
        let projects = entries(root, "Resources").iter().filter(|entry| kind(entry) == Some(Kind::Project));
        let referred = referred_by(pipelines(root).chain(projects));
        let mut declared = Vec::new();
        for entry in entries(root, "Resources") {
            let Some(kind) = kind(entry).filter(|kind| is_candidate(*kind)) else { continue };
            match resource_stays(entry, kind, &referred) {
                Some(reason) => drop(found.stays.insert(entry.key.node.clone(), reason)),
                None => declared.push((entry, kind)),
            }
        }
        // A parameter that only the file of resources refers to should stay there.
        let referred = referred_by(pipelines(root).chain(declared.iter().map(|(entry, _)| *entry)));
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

    /// Returns whether there is nothing to declare.
    pub(super) fn is_empty(&self) -> bool {
        self.declared.is_empty() && self.params.is_empty()
    }

    /// Returns the first additions to the statements.
    pub(super) fn additions(&self) -> Additions {
        let declared = |(id, symbol): (&String, &String)| {
            (id.clone(), DeclaredAdditions { symbol: symbol.clone(), ..DeclaredAdditions::default() })
        };
        let declared = self.declared.iter().map(declared).collect();
        Additions { declared, params: self.params.clone(), ..Additions::default() }
    }

    /// Excludes a candidate.
    pub(super) fn leave(&mut self, name: &str, reason: String) {
        let is_known = self.declared.remove(name).is_some() | self.params.remove(name);
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
    !matches!(kind, Kind::Pipeline | Kind::Environment | Kind::Provider | Kind::Role)
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
        _ if !referred.contains(&entry.key.node) => Some("no pipeline and no project refers to it".to_owned()),
        _ => None,
    }
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
