//! Converts values to expressions: scalars and CloudFormation's functions.

use crate::catalog::Kind;
use crate::catalog::spellings::api_key;
use crate::collections::{HashMap, HashSet};
use crate::source::Span;
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, StringPart, StringPartKind, is_identifier, tree};
use crate::workspace::document::{
    Document, DocumentOrigin, Entry, Intrinsic, Node, NodeKind, Style, SubPart, sub_parts,
};
use crate::workspace::pipeline_document::{self, DocumentKind};

use super::computed_names::ComputedNames;
use super::functions::{attribute, substituted};
use super::plain_values::{plain, scalar_value};
use super::raw::untagged;
use super::resources::kind_of;
use super::string_parts::{FIRST, coded_parts, interpolation, literal, merged};
use super::{Additions, TreePurpose};

/// The return values of `Ref` and `Fn::GetAtt` for a resource, and their names in the language.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html> (2026-11-29)
const MEMBERS: [(Kind, &str, &str); 19] = [
    (Kind::Bucket, "Ref", "name"),
    (Kind::Bucket, "Arn", "arn"),
    (Kind::Bucket, "DomainName", "domain-name"),
    (Kind::Bucket, "RegionalDomainName", "regional-domain-name"),
    (Kind::Project, "Ref", "name"),
    (Kind::Project, "Arn", "arn"),
    (Kind::Role, "Ref", "name"),
    (Kind::Role, "Arn", "arn"),
    (Kind::Role, "RoleId", "id"),
    (Kind::Repository, "Ref", "name"),
    (Kind::Repository, "Arn", "arn"),
    (Kind::Repository, "RepositoryUri", "uri"),
    (Kind::Pipeline, "Ref", "name"),
    (Kind::Topic, "Ref", "arn"),
    (Kind::Topic, "TopicArn", "arn"),
    (Kind::Topic, "TopicName", "name"),
    (Kind::Connection, "Ref", "arn"),
    (Kind::Connection, "ConnectionArn", "arn"),
    (Kind::Key, "Arn", "arn"),
];

/// The attributes that a template from dotpipe writes differently.
const OTHERWISE: [(Kind, &str); 3] =
    [(Kind::Topic, "TopicArn"), (Kind::Connection, "ConnectionArn"), (Kind::Repository, "RepositoryUri")];

/// What the document declares, by logical ID.
pub(super) struct Names<'d> {
    root: &'d Node,
    pub(super) kind: DocumentKind,
    pub(super) purpose: TreePurpose,
    /// The resources, each with its kind if the language has declarations of its type.
    pub(super) resources: HashMap<&'d str, (Option<Kind>, &'d Entry)>,
    /// `Parameters`
    pub(super) parameters: HashMap<&'d str, &'d Node>,
    mappings: Option<&'d Node>,
    pub(super) conditions: Option<&'d Node>,
    /// Resources that a statement of the language declares, each with its name in the tree; others are referred to by
    /// logical ID.
    pub(super) declared: HashMap<&'d str, (Kind, String)>,
    /// Parameters that a statement of the language declares.
    pub(super) params: HashSet<&'d str>,
    /// Conditions that a statement of the language declares.
    pub(super) tests: HashSet<&'d str>,
    /// Mappings that a statement of the language declares.
    pub(super) maps: HashSet<&'d str>,
    /// Names that are known only at deployment.
    pub(super) computed: ComputedNames,
}

/// The limit for nested functions in a composed text.
const DEEPEST: u32 = 16;

/// How a string may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it is.
    Plain,
    /// CodePipeline replaces `#{namespace.name}` in it.
    Run,
}

impl<'d> Names<'d> {
    pub(super) fn of(root: &'d Node, kind: DocumentKind, purpose: TreePurpose) -> Self {
        let section = |name: &str| if kind == DocumentKind::Template { root.get(name) } else { None };
        let entries = |name: &str| section(name).map(Node::entries).unwrap_or_default();
        let resource = |entry: &'d Entry| {
            let ty = entry.value.get("Type").and_then(Node::literal).unwrap_or_default();
            (entry.key.node.as_str(), (kind_of(ty), entry))
        };
        Self {
            root,
            kind,
            purpose,
            resources: entries("Resources").iter().map(resource).collect(),
            parameters: entries("Parameters").iter().map(|it| (it.key.node.as_str(), &it.value)).collect(),
            mappings: section("Mappings"),
            conditions: section("Conditions"),
            declared: HashMap::default(),
            tests: HashSet::default(),
            maps: HashSet::default(),
            computed: ComputedNames::default(),
            params: match purpose {
                TreePurpose::Check => {
                    let names = entries("Parameters").iter().map(|entry| entry.key.node.as_str());
                    names.filter(|name| is_identifier(name)).collect()
                }
                TreePurpose::Import => HashSet::default(),
            },
        }
    }

    /// Adds what an import declares.
    pub(super) fn declare_chosen(&mut self, additions: &Additions) {
        for (id, (kind, _)) in &self.resources {
            if let (Some(kind), Some(chosen)) = (*kind, additions.declared.get(*id)) {
                self.declared.insert(id, (kind, chosen.symbol.clone()));
            }
        }
        // A pipeline with a name is referred to by that.
        let unnamed = |it: &&Entry| is_identifier(&it.key.node) && it.value.at(&["Properties", "Name"]).is_none();
        for entry in pipeline_document::pipelines(self.root).filter(unnamed) {
            self.declared.insert(&entry.key.node, (Kind::Pipeline, entry.key.node.clone()));
        }
        self.params.extend(self.parameters.keys().filter(|name| additions.params.contains(**name)));
        let names = |section: Option<&'d Node>| {
            let entries = section.map(Node::entries).unwrap_or_default();
            entries.iter().map(|entry| entry.key.node.as_str()).collect::<Vec<_>>()
        };
        self.tests.extend(names(self.conditions).into_iter().filter(|name| additions.conditions.contains(*name)));
        self.maps.extend(names(self.mappings).into_iter().filter(|name| additions.mappings.contains(*name)));
    }

    /// Returns the value of a key in the pipeline's structure, which starts with a lowercase letter in a definition.
    pub(super) fn entry<'n>(&self, node: &'n Node, key: &str) -> Option<&'n Entry> {
        match self.kind {
            DocumentKind::Template => node.entry(key),
            DocumentKind::Definition => node.entry(&api_key(key)),
        }
    }

    pub(super) fn get<'n>(&self, node: &'n Node, key: &str) -> Option<&'n Node> {
        self.entry(node, key).map(|entry| some_branch(&entry.value))
    }

    /// Returns whether a condition is true, if it always has the same result.
    fn outcome(&self, name: &str, depth: u32) -> Option<bool> {
        self.truth(self.conditions?.get(name)?, depth + 1)
    }

    fn truth(&self, node: &Node, depth: u32) -> Option<bool> {
        if depth > 32 {
            return None;
        }
        let call = node.intrinsic()?;
        let items = call.argument.items();
        match call.name.as_ref() {
            "Condition" => self.outcome(call.argument.text()?, depth),
            "Fn::Equals" => match items {
                [left, right] => Some(left.literal()? == right.literal()?),
                _ => None,
            },
            "Fn::Not" => self.truth(items.first()?, depth + 1).map(|truth| !truth),
            "Fn::And" | "Fn::Or" => {
                let wanted = call.name == "Fn::Or";
                let known: Vec<Option<bool>> = items.iter().map(|item| self.truth(item, depth + 1)).collect();
                if known.contains(&Some(wanted)) {
                    return Some(wanted);
                }
                known.iter().all(Option::is_some).then_some(!wanted)
            }
            _ => None,
        }
    }

    /// Resolves a node: to the branch that an `Fn::If` takes, or the value that an `Fn::FindInMap` returns. Returns the
    /// node itself if that is unknown, and `None` for `AWS::NoValue`.
    pub(super) fn resolved<'n>(&'n self, node: &'n Node) -> Option<&'n Node> {
        let mut node = node;
        for _ in 0..32 {
            let Some(call) = node.intrinsic() else { return Some(node) };
            if self.purpose == TreePurpose::Import && call.name != "Ref" {
                return Some(node);
            }
            let next = match (call.name.as_ref(), call.argument.items()) {
                ("Ref", _) if call.argument.text() == Some("AWS::NoValue") => return None,
                ("Fn::If", [condition, then, otherwise]) => {
                    condition.text().and_then(|name| self.outcome(name, 0)).map(|it| if it { then } else { otherwise })
                }
                ("Fn::FindInMap", [map, first, second]) => self.found_in_map(map, [first, second]),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return Some(node),
            }
        }
        Some(node)
    }

    /// Returns the value in a mapping, if all keys that are possible lead to the same one.
    fn found_in_map<'n>(&'n self, map: &'n Node, keys: [&'n Node; 2]) -> Option<&'n Node> {
        let map = self.mappings?.get(map.literal()?)?;
        let mut found: Option<&Node> = None;
        for first in self.possible_keys(keys[0], map) {
            let row = map.get(first)?;
            for second in self.possible_keys(keys[1], row) {
                let value = row.get(second)?;
                if found.is_some_and(|known| known.literal().is_none() || known.literal() != value.literal()) {
                    return None;
                }
                found = found.or(Some(value));
            }
        }
        found
    }

    /// Returns the keys of a map that a node can be: those that a parameter allows, or any key.
    fn possible_keys<'n>(&'n self, key: &'n Node, map: &'n Node) -> Vec<&'n str> {
        if let Some(literal) = key.literal() {
            return vec![literal];
        }
        let param = key.intrinsic().filter(|call| call.name == "Ref").and_then(|call| call.argument.text());
        let allowed = param.and_then(|name| self.parameters.get(name)?.get("AllowedValues"));
        let allowed: Option<Vec<&str>> = allowed.map(|list| list.items().iter().filter_map(Node::literal).collect());
        allowed.unwrap_or_else(|| map.entries().iter().map(|entry| entry.key.node.as_str()).collect())
    }

    /// Returns a string that has to be known: a literal, or by the defaults of parameters.
    pub(super) fn known_text(&self, node: &Node) -> Option<String> {
        self.composed(node, &|_| None, 0)
    }

    /// Returns the text that functions compose of literals and parameters. `unknown` returns the text for the name of a
    /// parameter without a default, or of a resource.
    pub(super) fn composed(&self, node: &Node, unknown: &dyn Fn(&str) -> Option<String>, depth: u32) -> Option<String> {
        let node = self.resolved(node).filter(|_| depth < DEEPEST)?;
        if let Some(text) = node.literal() {
            return Some(text.to_owned());
        }
        let call = node.intrinsic()?;
        let named = |name: &str| self.default_of(name).or_else(|| unknown(name));
        match (call.name.as_ref(), call.argument.items()) {
            ("Ref", _) => named(call.argument.text()?),
            ("Fn::Join", [separator, list]) if !list.items().is_empty() => {
                let part = |item| self.composed(item, unknown, depth + 1);
                let parts: Option<Vec<String>> = list.items().iter().map(part).collect();
                Some(parts?.join(separator.literal()?))
            }
            ("Fn::Sub", _) => {
                let (text, given) = substituted(&call)?;
                let piece = |piece| match piece {
                    SubPart::Text(text) => Some(text.to_owned()),
                    SubPart::Name(name) => match given.and_then(|given| given.get(name)) {
                        Some(value) => self.composed(value, unknown, depth + 1),
                        None => named(name),
                    },
                };
                sub_parts(text).into_iter().map(piece).collect::<Option<Vec<_>>>().map(|all| all.concat())
            }
            _ => None,
        }
    }

    /// Returns the default of a parameter; `None` if it is looked up at deployment.
    pub(super) fn default_of(&self, name: &str) -> Option<String> {
        let parameter = self.parameters.get(name).filter(|_| self.purpose == TreePurpose::Check)?;
        let looked_up = parameter.get("Type").and_then(Node::literal).is_some_and(|it| it.starts_with("AWS::SSM"));
        let default = parameter.get("Default").and_then(Node::literal).filter(|_| !looked_up)?;
        (!default.is_empty()).then(|| default.to_owned())
    }

    /// Converts a string to an expression: a reference or function alone if it consists only of one.
    pub(super) fn text(&self, node: &Node, reading: Reading) -> Expr {
        let mut parts = self.parts(node, reading);
        match parts.as_mut_slice() {
            [StringPart { kind: StringPartKind::Interpolation(only), .. }] => {
                std::mem::replace(only.as_mut(), tree::expr(ExprKind::Null, node.span))
            }
            _ => tree::expr(ExprKind::String(parts), node.text_span()),
        }
    }

    /// Returns the parts of a string.
    pub(super) fn parts(&self, node: &Node, reading: Reading) -> Vec<StringPart> {
        let Some(node) = self.resolved(node) else { return Vec::new() };
        if node.tag.is_none()
            && let Some(scalar) = node.scalar()
        {
            return literal(&scalar.text, &|range| scalar.map.span(range), reading);
        }
        let span = node.span;
        let Some(call) = node.intrinsic() else { return vec![interpolation(self.raw(node), span)] };
        let found = match (call.name.as_ref(), call.argument.items()) {
            ("Ref", _) => call.argument.text().map(|name| vec![interpolation(self.reference(name, span), span)]),
            ("Fn::GetAtt", _) => {
                attribute(&call).map(|(id, name)| vec![interpolation(self.attribute(&id, &name, span), span)])
            }
            ("Fn::ImportValue", _) if node.tag.is_none() || call.argument.scalar().is_some() => {
                let export = if node.tag.is_some() { untagged(node) } else { call.argument.clone() };
                let export = self.text(&export, Reading::Plain);
                Some(vec![interpolation(tree::call(&["cfn", "import"], vec![(None, export)], span), span)])
            }
            ("Fn::Join", [separator, list]) => self.joined(separator, list, reading, span),
            ("Fn::Sub", _) => self.substitution(&call, reading, span),
            ("Fn::If", _) => self.text_choice(node, reading).map(|value| vec![interpolation(value, span)]),
            ("Fn::FindInMap", _) => self.lookup(node).map(|value| vec![interpolation(value, span)]),
            _ => None,
        };
        found.unwrap_or_else(|| vec![interpolation(self.raw(node), span)])
    }

    fn joined(&self, separator: &Node, list: &Node, reading: Reading, span: Span) -> Option<Vec<StringPart>> {
        let separator = separator.literal()?;
        let NodeKind::Sequence(items) = &list.kind else { return None };
        if list.tag.is_some() {
            return None;
        }
        let mut parts: Vec<StringPart> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 && !separator.is_empty() {
                parts.push(StringPart { kind: StringPartKind::Text(separator.to_owned()), span });
            }
            parts.extend(self.parts(item, Reading::Plain));
        }
        Some(merged(parts, reading))
    }

    fn substitution(&self, call: &Intrinsic<'_>, reading: Reading, span: Span) -> Option<Vec<StringPart>> {
        let (text, given) = substituted(call)?;
        let scalar = call.argument.items().first().unwrap_or(call.argument).scalar();
        let place = |piece: &str| {
            let start = piece.as_ptr().addr() - text.as_ptr().addr();
            scalar.map_or(span, |scalar| scalar.map.span(start..start + piece.len()))
        };
        let mut parts = Vec::new();
        for piece in sub_parts(text) {
            match piece {
                SubPart::Text(text) => {
                    parts.push(StringPart { kind: StringPartKind::Text(text.to_owned()), span: place(text) });
                }
                SubPart::Name(name) => {
                    if let Some(value) = given.and_then(|given| given.get(name)) {
                        parts.extend(self.parts(value, Reading::Plain));
                    } else {
                        let value = match name.split_once('.') {
                            Some((id, attribute)) => self.attribute(id, attribute, span),
                            None => self.reference(name, span),
                        };
                        parts.push(interpolation(value, span));
                    }
                }
            }
        }
        Some(merged(parts, reading))
    }

    /// Converts `Ref`.
    fn reference(&self, name: &str, span: Span) -> Expr {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            let path = tree::text_parts(pseudo, span);
            return tree::expr(
                ExprKind::ArtifactFile { artifact: tree::ident("AWS", span), path, path_span: span },
                span,
            );
        }
        if self.params.contains(name) {
            return tree::reference(&[name], span);
        }
        match self.member(name, "Ref") {
            Some((symbol, member)) => tree::reference(&[symbol, member], span),
            None => tree::call(&["cfn", "ref"], vec![(None, tree::text(name, span))], span),
        }
    }

    /// Converts `Fn::GetAtt`.
    fn attribute(&self, id: &str, attribute: &str, span: Span) -> Expr {
        if let Some((symbol, member)) = self.member(id, attribute) {
            tree::reference(&[symbol, member], span)
        } else {
            let arguments = vec![(None, tree::text(id, span)), (None, tree::text(attribute, span))];
            tree::call(&["cfn", "att"], arguments, span)
        }
    }

    /// Returns the language's names for a declared resource and one of its attributes.
    fn member(&self, id: &str, attribute: &str) -> Option<(&str, &'static str)> {
        let (kind, symbol) = self.declared.get(id)?;
        let is_exact = self.purpose == TreePurpose::Check || !OTHERWISE.contains(&(*kind, attribute));
        let known = MEMBERS.iter().find(|(known, aws, _)| is_exact && known == kind && *aws == attribute);
        known.map(|(_, _, member)| (symbol.as_str(), *member))
    }

    /// Returns the declared resource whose name or ARN a value is, by its name in the language. For an import, it has
    /// to be the `member` that a reference to the resource means.
    pub(super) fn declared_resource(&self, node: &Node, wanted: Kind, member: Option<&str>) -> Option<&str> {
        let node = self.resolved(node)?;
        let call = node.intrinsic()?;
        let (id, attribute) = match call.name.as_ref() {
            "Ref" => (node.referred()?, "Ref".to_owned()),
            "Fn::GetAtt" => attribute(&call)?,
            "Fn::Sub" => {
                let (text, _) = substituted(&call)?;
                match sub_parts(text).as_slice() {
                    [SubPart::Name(name)] => {
                        let (id, attribute) = name.split_once('.').unwrap_or((name, "Ref"));
                        (id.to_owned(), attribute.to_owned())
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let (_, symbol) = self.declared.get(id.as_str()).filter(|(kind, _)| *kind == wanted)?;
        let is_meant = || self.member(&id, &attribute).map(|(_, found)| found) == member;
        (self.purpose == TreePurpose::Check || is_meant()).then_some(symbol)
    }

    /// Parses a string as JSON; returns `None` if it is not JSON.
    pub(super) fn json(&self, node: &Node, reading: Reading) -> Option<Expr> {
        let node = self.resolved(node)?;
        let parts = self.parts(node, reading);
        let mut coded = String::new();
        let mut pieces = Vec::new();
        for part in parts {
            match part.kind {
                StringPartKind::Text(text) => coded.push_str(&text),
                StringPartKind::Runtime(name) => {
                    coded.push_str("#{");
                    coded.push_str(&name);
                    coded.push('}');
                }
                StringPartKind::Interpolation(_) => {
                    coded.push(char::from_u32(FIRST + u32::try_from(pieces.len()).ok()?)?);
                    pieces.push(part);
                }
            }
        }
        let origin = match node.scalar() {
            Some(scalar)
                if node.tag.is_none() && pieces.is_empty() && scalar.map.span(0..coded.len()).len() == coded.len() =>
            {
                DocumentOrigin::Inside(scalar.map.span(0..coded.len()))
            }
            _ => DocumentOrigin::At(node.text_span()),
        };
        if !coded.trim_start().starts_with(['{', '[']) {
            return None;
        }
        serde_json::from_str::<serde::de::IgnoredAny>(&coded).ok()?;
        let root = Document::parse(&coded, origin).root?;
        Some(decoded(&root, &pieces, reading))
    }
}

/// Returns the structure of a node; for an `Fn::If`, that of the first branch with one.
pub(super) fn some_branch(node: &Node) -> &Node {
    let mut node = node;
    for _ in 0..32 {
        let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::If") else { return node };
        let branches = call.argument.items().get(1..).unwrap_or_default();
        let is_structure = |branch: &&Node| {
            let nested = branch.intrinsic().is_some_and(|call| call.name == "Fn::If");
            nested || branch.intrinsic().is_none() && branch.scalar().is_none()
        };
        match branches.iter().find(is_structure) {
            Some(branch) => node = branch,
            None => return node,
        }
    }
    node
}

/// Converts a value of a parsed string that contains placeholder characters.
fn decoded(node: &Node, pieces: &[StringPart], reading: Reading) -> Expr {
    match &node.kind {
        NodeKind::Scalar(scalar) if scalar.style == Style::Plain => scalar_value(&scalar.text, node.span),
        NodeKind::Scalar(scalar) => {
            let mut parts = coded_parts(&scalar.text, &|range| scalar.map.span(range), pieces, reading);
            match parts.as_mut_slice() {
                [StringPart { kind: StringPartKind::Interpolation(only), .. }] => {
                    std::mem::replace(only.as_mut(), tree::expr(ExprKind::Null, node.span))
                }
                _ => tree::expr(ExprKind::String(parts), node.text_span()),
            }
        }
        NodeKind::Sequence(items) => {
            tree::list(items.iter().map(|item| decoded(item, pieces, reading)).collect(), node.span)
        }
        NodeKind::Mapping(entries) => {
            let entry =
                |entry: &Entry| MapEntry { key: entry.key.clone(), value: decoded(&entry.value, pieces, reading) };
            let map = tree::expr(ExprKind::Map(entries.iter().map(entry).collect()), node.span);
            // CodePipeline's own functions are kept unchanged.
            let is_function = |entry: &Entry| matches!(entry.key.node.as_str(), "Fn::GetArtifactAtt" | "Fn::GetParam");
            if entries.iter().any(is_function) {
                return tree::call(&["cfn", "raw"], vec![(None, map)], node.span);
            }
            map
        }
    }
}

/// Converts a value to the forms of the language: references and strings in its own forms, everything else as it is.
pub fn written(root: &Node, kind: DocumentKind, additions: &Additions, node: &Node) -> Expr {
    fn value(names: &Names<'_>, node: &Node) -> Expr {
        let entry = |entry: &Entry| MapEntry { key: entry.key.clone(), value: value(names, &entry.value) };
        if let Some(choice) = names.choice(node, &|branch| Some(value(names, branch))) {
            return choice;
        }
        match &node.kind {
            _ if node.intrinsic().is_some() => names.text(node, Reading::Plain),
            NodeKind::Sequence(items) => tree::list(items.iter().map(|item| value(names, item)).collect(), node.span),
            NodeKind::Mapping(entries) => tree::expr(ExprKind::Map(entries.iter().map(entry).collect()), node.span),
            NodeKind::Scalar(_) => plain(node),
        }
    }
    let mut names = Names::of(root, kind, TreePurpose::Import);
    names.declare_chosen(additions);
    value(&names, node)
}
