//! What beside the pipelines is worth a statement of its own, and what it is called there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::catalog::{Kind, declaration, template_language};
use crate::decompile::{Additions, DeclaredAdditions, INTERFACE, kind_of};
use crate::syntax::ast::is_identifier;
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::pipeline_document::pipelines;

/// What CodeBuild calls a source and artifacts that come from a pipeline.
const OF_PIPELINE: &str = "CODEPIPELINE";

/// The former type of connections.
const FORMER_CONNECTION: &str = "AWS::CodeStarConnections::Connection";

/// What is to be declared, and why the rest is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Candidates {
    /// The names of resources in the `.pipe` file, by logical ID.
    pub(super) declared: BTreeMap<String, String>,
    /// Parameters.
    pub(super) params: BTreeSet<String>,
    /// Those of them that get no pattern although they become part of JSON.
    pub(super) open_params: BTreeSet<String>,
    /// The parameters that the console shows in groups or with labels; none if no statement can say how.
    pub(super) shown_params: Option<BTreeSet<String>>,
    /// Why a resource or a parameter is not declared although there is a declaration of its kind, by its name.
    pub(super) stays: BTreeMap<String, String>,
}

impl Candidates {
    /// Those of a template.
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
        // What only the file of resources refers to is better off there.
        let referred = referred_by(pipelines(root).chain(declared.iter().map(|(entry, _)| *entry)));
        let params = entries(root, "Parameters").iter().filter(|entry| referred.contains(&entry.key.node));
        for entry in params {
            match param_stays(entry, &taken) {
                Some(reason) => drop(found.stays.insert(entry.key.node.clone(), reason)),
                None => drop(found.params.insert(entry.key.node.clone())),
            }
        }
        found.shown_params = root.at(&["Metadata", INTERFACE]).and_then(shown_params);
        for (entry, kind) in declared {
            let symbol = found.free_symbol(&entry.key.node, kind, &taken);
            found.declared.insert(entry.key.node.clone(), symbol);
        }
        found
    }

    /// Whether there is nothing to declare.
    pub(super) fn is_empty(&self) -> bool {
        self.declared.is_empty() && self.params.is_empty()
    }

    /// What the statements start with.
    pub(super) fn additions(&self) -> Additions {
        let declared = |(id, symbol): (&String, &String)| {
            (id.clone(), DeclaredAdditions { symbol: symbol.clone(), ..DeclaredAdditions::default() })
        };
        let declared = self.declared.iter().map(declared).collect();
        Additions {
            declared,
            params: self.params.clone(),
            open_params: self.open_params.clone(),
            interface: self.says_interface(),
            ..Additions::default()
        }
    }

    /// Whether statements say how the console shows parameters: if all of those are declared.
    pub(super) fn says_interface(&self) -> bool {
        self.shown_params.as_ref().is_some_and(|shown| !shown.is_empty() && shown.is_subset(&self.params))
    }

    /// Leaves one out.
    pub(super) fn leave(&mut self, name: &str, reason: String) {
        let is_known = self.declared.remove(name).is_some() | self.params.remove(name);
        if is_known {
            self.stays.insert(name.to_owned(), reason);
        }
    }

    /// A name that nothing else in the file has: the logical ID, if possible.
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

/// Why a parameter has no statement.
fn param_stays(entry: &Entry, taken: &HashSet<String>) -> Option<String> {
    if !is_identifier(&entry.key.node) || taken.contains(&entry.key.node) {
        return Some("the name means something else in the pipeline".to_owned());
    }
    let parameter_type = entry.value.get("Type").and_then(Node::literal).unwrap_or_default();
    // Other spellings of lists of strings.
    let is_other_spelling = parameter_type == "List<String>" || parameter_type.ends_with("<CommaDelimitedList>");
    if is_other_spelling || !template_language::is_parameter_type(parameter_type) {
        return Some(format!("no `param` has the type {parameter_type}"));
    }
    let slots = declaration("param").map(|entry| entry.slot.as_slice()).unwrap_or_default();
    let is_said = |key: &str| ["Type", "Default"].contains(&key) || slots.iter().any(|it| it.key.as_deref() == Some(key));
    let other = entry.value.entries().iter().find(|it| !is_said(&it.key.node))?;
    Some(format!("no `param` has {}", other.key.node))
}

/// The parameters that the console shows in groups or with labels; none if there is more than that.
fn shown_params(interface: &Node) -> Option<BTreeSet<String>> {
    let is_known = |entry: &Entry| ["ParameterGroups", "ParameterLabels"].contains(&entry.key.node.as_str());
    let labels = interface.get("ParameterLabels").map(Node::entries).unwrap_or_default();
    let mut found: BTreeSet<String> = labels.iter().map(|entry| entry.key.node.clone()).collect();
    let mut grouped = BTreeSet::new();
    for group in interface.get("ParameterGroups").map(Node::items).unwrap_or_default() {
        for member in group.get("Parameters").map(Node::items).unwrap_or_default() {
            // A parameter is in one group.
            grouped.insert(member.literal()?.to_owned()).then_some(())?;
        }
    }
    found.extend(grouped);
    interface.entries().iter().all(is_known).then_some(found)
}

/// Why a resource has no statement.
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

/// The kind of declaration for a resource.
fn kind(entry: &Entry) -> Option<Kind> {
    kind_of(entry.value.get("Type").and_then(Node::literal).unwrap_or_default())
}

/// The names of resources and parameters that these resources refer to.
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

/// Texts in pipelines: names of stages, actions, artifacts, and variables are among them.
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
