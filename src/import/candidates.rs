//! Which resources other than pipelines get their own statement, and their names there.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Kind, declaration, template_language};
use crate::collections::HashSet;
use crate::decompile::{Additions, DeclaredAdditions, INTERFACE, is_policy_of, kind_of, service_of, started_by};
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
    /// Those of them that get no pattern although they become part of JSON.
    pub(super) open_params: BTreeSet<String>,
    /// Conditions.
    pub(super) conditions: BTreeSet<String>,
    /// Mappings.
    pub(super) mappings: BTreeSet<String>,
    /// The parameters that the console shows in groups or with labels; none if no statement can say how.
    pub(super) shown_params: Option<BTreeSet<String>>,
    /// The policies of declared roles that are resources, each with its role.
    policies: BTreeMap<String, String>,
    /// Event rules that are statements of the pipelines that they start.
    rules: BTreeSet<String>,
    /// Why a resource or parameter is not declared although its kind has a declaration, by name.
    pub(super) kept: BTreeMap<String, String>,
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
                Some(reason) => drop(found.kept.insert(entry.key.node.clone(), reason)),
                None => declared.push((entry, kind)),
            }
        }
        let role_ids: Vec<&str> =
            declared.iter().filter(|(_, kind)| *kind == Kind::Role).map(|(entry, _)| entry.key.node.as_str()).collect();
        let mut attached = Vec::new();
        for entry in entries(root, "Resources") {
            if let Some(role) = role_ids.iter().find(|role| is_policy_of(&entry.value, role)) {
                attached.push(entry);
                found.policies.insert(entry.key.node.clone(), (*role).to_owned());
            }
        }
        // A parameter that only the file of resources refers to should stay there.
        let statements: Vec<&Entry> =
            pipelines(root).chain(declared.iter().map(|(entry, _)| *entry)).chain(attached).chain(rules).collect();
        let mut referred = referred_by(statements.iter().copied());
        found.add_conditions(root, &statements, &taken);
        let tests = entries(root, "Conditions").iter().filter(|entry| found.conditions.contains(&entry.key.node));
        referred.extend(referred_by(tests));
        let params = entries(root, "Parameters").iter().filter(|entry| referred.contains(&entry.key.node));
        for entry in params {
            match param_stays(entry, &taken) {
                Some(reason) => drop(found.kept.insert(entry.key.node.clone(), reason)),
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

    /// Returns the resources that are statements in other blocks: the policies of roles, and the event rules of pipelines.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = &String> {
        self.policies.keys().chain(&self.rules)
    }

    /// Adds the conditions and mappings that statements may refer to.
    fn add_conditions(&mut self, root: &Node, statements: &[&Entry], taken: &HashSet<String>) {
        let is_free = |name: &str| {
            let is_param = root.at(&["Parameters", name]).is_some() || root.at(&["Resources", name]).is_some();
            is_identifier(name)
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !is_param
                && !taken.contains(name)
        };
        let section =
            |name: &str| entries(root, name).iter().filter(|entry| is_free(&entry.key.node)).collect::<Vec<_>>();
        let (conditions, mappings) = (section("Conditions"), section("Mappings"));
        let mut open: Vec<&Entry> = statements.to_vec();
        while let Some(entry) = open.pop() {
            each(&entry.value, &mut |node| {
                let Some(call) = node.intrinsic() else { return };
                let first = || call.argument.items().first().and_then(Node::literal);
                let name = match call.name.as_ref() {
                    "Condition" => call.argument.text(),
                    "Fn::If" | "Fn::FindInMap" => first(),
                    _ => None,
                };
                let Some(name) = name else { return };
                if call.name == "Fn::FindInMap" {
                    let is_it = |entry: &&&Entry| entry.key.node == name && is_mapping(&entry.value);
                    self.mappings.extend(mappings.iter().find(is_it).map(|entry| entry.key.node.clone()));
                } else if let Some(condition) = conditions.iter().find(|entry| entry.key.node == name)
                    && !self.conditions.contains(name)
                {
                    self.conditions.insert(name.to_owned());
                    open.push(condition);
                }
            });
        }
        for name in self.conditions.clone() {
            let function = root.at(&["Conditions", &name]).and_then(not_in_conditions);
            if let Some(function) = function {
                self.conditions.remove(&name);
                self.kept.insert(name, format!("no condition of the language has {function}"));
            }
        }
        // A mapping and a condition can have the same name.
        self.conditions.retain(|name| !self.mappings.contains(name));
    }

    /// Returns the names in the template of everything to declare.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        let values = self.params.iter().chain(&self.conditions).chain(&self.mappings);
        self.declared.keys().chain(self.unnamed()).chain(values)
    }

    /// Returns whether there is nothing to declare.
    pub(super) fn is_empty(&self) -> bool {
        self.names().next().is_none()
    }

    /// Returns the first additions to the statements.
    pub(super) fn additions(&self) -> Additions {
        let declared = |(id, symbol): (&String, &String)| {
            (id.clone(), DeclaredAdditions { symbol: symbol.clone(), ..DeclaredAdditions::default() })
        };
        // Nothing in the file names a policy or a rule.
        let unnamed = self.unnamed().map(|id| declared((id, id)));
        let declared = self.declared.iter().map(declared).chain(unnamed).collect();
        Additions {
            declared,
            params: self.params.clone(),
            conditions: self.conditions.clone(),
            mappings: self.mappings.clone(),
            open_params: self.open_params.clone(),
            interface: self.says_interface(),
            ..Additions::default()
        }
    }

    /// Returns whether statements say how the console shows parameters: if all of those are declared.
    pub(super) fn says_interface(&self) -> bool {
        self.shown_params.as_ref().is_some_and(|shown| !shown.is_empty() && shown.is_subset(&self.params))
    }

    /// Excludes a candidate.
    pub(super) fn leave(&mut self, name: &str, reason: String) {
        let is_policy = self.policies.remove(name).is_some();
        self.policies.retain(|_, role| role != name);
        let is_inside = self.rules.remove(name) | is_policy;
        let is_let = self.conditions.remove(name) | self.mappings.remove(name);
        let is_known = self.declared.remove(name).is_some() | self.params.remove(name) | is_let | is_inside;
        if is_known {
            self.kept.insert(name.to_owned(), reason);
        }
    }

    /// Returns a name that nothing else in the file has: the logical ID, if possible.
    fn free_symbol(&self, id: &str, kind: Kind, taken: &HashSet<String>) -> String {
        let is_free = |name: &String| {
            let is_value = |names: &BTreeSet<String>| names.contains(name);
            let is_taken = [&self.params, &self.conditions, &self.mappings].into_iter().any(is_value);
            !taken.contains(name) && !is_taken && self.declared.values().all(|known| known != name)
        };
        let word = kind.word();
        let with_kind =
            format!("{id}{}{}", word.get(..1).unwrap_or_default().to_uppercase(), word.get(1..).unwrap_or_default());
        let numbered = (2..).map(|number| format!("{with_kind}{number}"));
        let names = [id.to_owned(), with_kind.clone()].into_iter().chain(numbered);
        names.into_iter().find(is_free).unwrap_or(with_kind)
    }
}

/// Returns whether a map can be a value of the language: its values are strings, or lists of strings.
fn is_mapping(node: &Node) -> bool {
    let is_text = |node: &Node| node.literal().is_some();
    let is_value = |node: &Node| is_text(node) || !node.items().is_empty() && node.items().iter().all(is_text);
    let is_row = |row: &Entry| {
        let entries = row.value.entries();
        !entries.is_empty() && entries.iter().all(|entry| is_value(&entry.value))
    };
    !node.entries().is_empty() && node.entries().iter().all(is_row)
}

/// Returns a function in a condition that the language cannot express there.
fn not_in_conditions(node: &Node) -> Option<String> {
    const POSSIBLE: [&str; 7] = ["Condition", "Fn::And", "Fn::Equals", "Fn::FindInMap", "Fn::Not", "Fn::Or", "Ref"];
    let mut found = None;
    each(node, &mut |node| {
        let name = node.intrinsic().map(|call| call.name.into_owned());
        found = found.take().or(name.filter(|name| !POSSIBLE.contains(&name.as_str())));
    });
    found
}

fn is_candidate(kind: Kind) -> bool {
    !matches!(kind, Kind::Pipeline | Kind::Environment | Kind::Provider)
}

fn entries<'n>(root: &'n Node, section: &str) -> &'n [Entry] {
    root.get(section).map(Node::entries).unwrap_or_default()
}

/// Returns why a parameter has no statement.
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
    let is_stated =
        |key: &str| ["Type", "Default"].contains(&key) || slots.iter().any(|it| it.key.as_deref() == Some(key));
    let other = entry.value.entries().iter().find(|it| !is_stated(&it.key.node))?;
    Some(format!("no `param` has {}", other.key.node))
}

/// Returns the parameters that the console shows in groups or with labels; `None` if there is more than that.
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
    let mut found = HashSet::default();
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
