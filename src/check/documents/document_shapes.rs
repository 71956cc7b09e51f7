//! E0104, E0105, E0106, E0107: unknown and missing keys, and values of the wrong type, in the pipelines of a document
//! and their related resources.

use std::borrow::Cow;

use crate::catalog::numbers::number;
use crate::catalog::shapes::{DocumentShape, ShapeKey, ShapeType, shape, shape_of_type};
use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::support::object_forms::choices;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, NodeKind, Style};
use crate::workspace::pipeline_document::{self, DocumentKind};

pub(super) const RULE: Rule =
    Rule { name: "document-shapes", codes: &[Code::E0104, Code::E0105, Code::E0106, Code::E0107], run: check };

/// Keys of a pipeline that only templates have, and those that only definitions have.
const OF_TEMPLATES: [&str; 3] = ["Tags", "RestartExecutionOnUpdate", "DisableInboundStageTransitions"];
const OF_DEFINITIONS: [&str; 1] = ["Version"];

/// The key of a rule that CloudFormation does not have.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-codepipeline-pipeline-ruledeclaration.html>
/// (2026-11-30)
const RULE_TIMEOUT: &str = "TimeoutInMinutes";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    let look = Look { document };
    match document.kind {
        DocumentKind::Definition => {
            if let Some(form) = shape("Pipeline") {
                let node = pipeline_document::definition(document.root);
                look.map(form, node, &Owner { called: Cow::Borrowed("the pipeline"), place: node.span }, findings);
            }
        }
        DocumentKind::Template => {
            let resources = document.root.get("Resources").map(Node::entries).unwrap_or_default();
            for resource in resources {
                let ty = resource.value.get("Type").and_then(Node::literal).unwrap_or_default();
                let Some(form) = shape_of_type(ty) else { continue };
                // Projects that no pipeline runs are not checked.
                if form.name == "Project" && !is_used(&document, &resource.key.node) {
                    continue;
                }
                let owner = Owner {
                    called: Cow::Owned(format!("{} `{}`", noun(form), resource.key.node)),
                    place: resource.key.span,
                };
                match resource.value.get("Properties") {
                    Some(properties) => look.map(form, properties, &owner, findings),
                    None => look.required(&[], &owner, findings),
                }
            }
        }
    }
}

/// Returns whether a pipeline of the template runs a project.
fn is_used(document: &Document<'_>, project: &str) -> bool {
    pipelines(document).any(|(_, node)| names(node, project))
}

fn names(node: &Node, id: &str) -> bool {
    node.referred().as_deref() == Some(id)
        || node.entries().iter().any(|entry| names(&entry.value, id))
        || node.items().iter().any(|item| names(item, id))
}

/// Returns the name of a shape, without its article.
fn noun(form: &DocumentShape) -> &str {
    form.called.split_once(' ').map_or(form.called.as_str(), |(_, noun)| noun)
}

/// The owner of a set of keys.
struct Owner<'a> {
    called: Cow<'a, str>,
    place: Span,
}

#[derive(Clone, Copy)]
struct Look<'a> {
    document: Document<'a>,
}

impl Look<'_> {
    fn map(self, form: &'static DocumentShape, node: &Node, owner: &Owner<'_>, findings: &mut Findings) {
        if node.intrinsic().is_some() {
            return;
        }
        let NodeKind::Mapping(entries) = &node.kind else {
            findings.push(wrong_type(&owner.called, "a map", node));
            return;
        };
        if entries.iter().any(|entry| entry.key.node.starts_with("Fn::")) {
            return;
        }
        let named = self.name_of(form, node);
        let owner = named.as_ref().unwrap_or(owner);
        let keys: Vec<ShapeKey<'static>> = form.keys().filter(|key| self.has(form, key.name)).collect();
        // CloudFormation generates a name for a pipeline without one.
        let needs_name = form.name == "Pipeline" && self.document.kind == DocumentKind::Definition;
        let is_required = |key: &&ShapeKey<'_>| key.required || needs_name && key.name == "Name";
        let mut missing: Vec<&str> = keys.iter().filter(is_required).map(|key| key.name).collect();
        for entry in entries {
            let Some(key) = keys.iter().find(|key| self.document.key(key.name) == entry.key.node) else {
                let near = self.unknown(&keys, entry, owner, findings);
                // A misspelled key is not reported as missing as well.
                missing.retain(|name| near.as_deref() != Some(self.document.key(name).as_ref()));
                continue;
            };
            missing.retain(|name| *name != key.name);
            self.value(form, key, entry, findings);
        }
        self.missing(form, node, &missing, owner, findings);
    }

    /// Returns an owner that is identified by its name.
    fn name_of(self, form: &DocumentShape, node: &Node) -> Option<Owner<'static>> {
        if !matches!(form.name.as_str(), "Stage" | "Action") {
            return None;
        }
        let name = node.get(&self.document.key("Name"))?;
        Some(Owner { called: Cow::Owned(format!("{} `{}`", noun(form), name.literal()?)), place: inner(name) })
    }

    fn has(self, form: &DocumentShape, key: &str) -> bool {
        let is_template = self.document.kind == DocumentKind::Template;
        match form.name.as_str() {
            "Pipeline" if is_template => !OF_DEFINITIONS.contains(&key),
            "Pipeline" => !OF_TEMPLATES.contains(&key),
            "Rule" => !is_template || key != RULE_TIMEOUT,
            _ => true,
        }
    }

    /// Reports an unknown key. Returns the key that is meant.
    fn unknown(
        self,
        keys: &[ShapeKey<'_>],
        entry: &Entry,
        owner: &Owner<'_>,
        findings: &mut Findings,
    ) -> Option<String> {
        let known: Vec<String> = keys.iter().map(|key| self.document.key(key.name).into_owned()).collect();
        let fold = |text: &str| text.to_ascii_lowercase();
        let same_letters = known.iter().find(|key| fold(key) == fold(&entry.key.node));
        let near = same_letters
            .map(String::as_str)
            .or_else(|| suggest::similar(&entry.key.node, known.iter().map(String::as_str)))
            .or_else(|| known.iter().map(String::as_str).find(|key| is_start(&entry.key.node, key)))
            .map(str::to_owned);
        findings.push(unknown_key(&entry.key, &owner.called, near.as_deref()));
        near
    }

    fn missing(
        self,
        form: &'static DocumentShape,
        node: &Node,
        missing: &[&str],
        owner: &Owner<'_>,
        findings: &mut Findings,
    ) {
        self.required(missing, owner, findings);
        let given: Vec<&Entry> = form.one_of.iter().filter_map(|key| node.entry(&self.document.key(key))).collect();
        let keys: Vec<String> = form.one_of.iter().map(|key| self.document.key(key).into_owned()).collect();
        match given.as_slice() {
            [] if !form.one_of.is_empty() => findings.push(none_of(&keys, owner)),
            [first, second, ..] => findings.push(both_of(&second.key, &first.key, &owner.called)),
            _ => {}
        }
    }

    fn required(self, missing: &[&str], owner: &Owner<'_>, findings: &mut Findings) {
        for name in missing {
            findings.push(missing_key(&self.document.key(name), owner));
        }
    }

    fn value(self, form: &'static DocumentShape, key: &ShapeKey<'static>, entry: &Entry, findings: &mut Findings) {
        // The API has a map of stores, by Region.
        if key.name == "ArtifactStores" && self.document.kind == DocumentKind::Definition {
            self.stores(entry, findings);
            return;
        }
        for value in choices(&entry.value).into_iter().filter(|value| value.intrinsic().is_none()) {
            self.chosen(form, key, (&entry.key, value), findings);
        }
    }

    /// Checks a value that is not computed, or that a condition chooses.
    fn chosen(
        self,
        form: &'static DocumentShape,
        key: &ShapeKey<'static>,
        (written, value): (&Spanned<String>, &Node),
        findings: &mut Findings,
    ) {
        let name = self.document.key(key.name);
        if !key.list {
            self.one(form, key, &name, value, findings);
            return;
        }
        let NodeKind::Sequence(items) = &value.kind else {
            findings.push(not_a_list(&name, written, value, self.document.kind));
            return;
        };
        if items.is_empty() && form.filled.iter().any(|filled| filled == key.name) {
            findings.push(empty(&name, "element", written.span));
        }
        for item in items.iter().filter(|item| item.intrinsic().is_none()) {
            self.one(form, key, &name, item, findings);
        }
    }

    fn stores(self, entry: &Entry, findings: &mut Findings) {
        let NodeKind::Mapping(stores) = &entry.value.kind else {
            findings.push(wrong_type("`artifactStores`", "a map from Regions to artifact stores", &entry.value));
            return;
        };
        let Some(form) = shape("ArtifactStore") else { return };
        for store in stores {
            let owner = Owner {
                called: Cow::Owned(format!("the artifact store of `{}`", store.key.node)),
                place: store.key.span,
            };
            self.map(form, &store.value, &owner, findings);
        }
    }

    fn one(
        self,
        form: &'static DocumentShape,
        key: &ShapeKey<'static>,
        name: &str,
        node: &Node,
        findings: &mut Findings,
    ) {
        let shown = format!("`{name}`");
        match key.ty {
            ShapeType::Any => {}
            ShapeType::Shape(inner_form) => {
                if let Some(inner_form) = shape(inner_form) {
                    let owner = Owner { called: Cow::Borrowed(&inner_form.called), place: first_line(node) };
                    self.map(inner_form, node, &owner, findings);
                }
            }
            ShapeType::Map => self.texts(&shown, node, findings),
            ShapeType::Text => {
                if !self.is_text(node) {
                    findings.push(wrong_type(&shown, "a string", node));
                } else if node.literal() == Some("") && form.filled.iter().any(|filled| filled == key.name) {
                    findings.push(empty(name, "character", node.span));
                } else if let (Some(allowed), Some(text)) = (form.values.get(key.name), node.literal())
                    && !allowed.iter().any(|known| Self::is_same(form, known, text))
                    && !text.contains("{{resolve:")
                {
                    findings.push(not_allowed(&shown, text, allowed, inner(node)));
                }
            }
            ShapeType::Flag => {
                let is_flag = match (node.scalar(), self.document.kind) {
                    (Some(scalar), DocumentKind::Definition) => scalar.style == Style::Plain && is_truth(&scalar.text),
                    (Some(scalar), DocumentKind::Template) => {
                        is_truth(&scalar.text.to_ascii_lowercase())
                            || node.plain().is_some() && node.as_bool().is_some()
                    }
                    (None, _) => false,
                };
                if !is_flag {
                    findings.push(wrong_type(&shown, "`true` or `false`", node));
                }
            }
            ShapeType::Number => self.number(form, key, &shown, node, findings),
        }
    }

    fn number(
        self,
        form: &'static DocumentShape,
        key: &ShapeKey<'static>,
        shown: &str,
        node: &Node,
        findings: &mut Findings,
    ) {
        let strict = self.document.kind == DocumentKind::Definition;
        let scalar = node.scalar().filter(|scalar| !strict || scalar.style == Style::Plain);
        let Some(number) = scalar.and_then(|scalar| scalar.text.trim().parse::<i64>().ok()) else {
            findings.push(wrong_type(shown, "a whole number", node));
            return;
        };
        let Some([least, most]) = form.range.get(key.name) else { return };
        if u64::try_from(number).is_ok_and(|number| (*least..=*most).contains(&number)) {
            return;
        }
        findings.push(out_of_range(shown, *least, *most, inner(node)));
    }

    /// Checks a map of strings: the configuration of an action.
    fn texts(self, shown: &str, node: &Node, findings: &mut Findings) {
        let NodeKind::Mapping(entries) = &node.kind else {
            findings.push(wrong_type(shown, "a map of strings", node));
            return;
        };
        for entry in entries.iter().filter(|entry| entry.value.intrinsic().is_none()) {
            if !self.is_text(&entry.value) {
                let key = format!("`{}`", entry.key.node);
                findings.push(no_configuration_value(&key, &entry.value));
            }
        }
    }

    /// Returns whether a string is a value. CloudFormation accepts `linuxContainer` for `LINUX_CONTAINER`, which old
    /// templates contain.
    fn is_same(form: &DocumentShape, known: &str, text: &str) -> bool {
        let fold = |text: &str| text.replace('_', "").to_ascii_lowercase();
        known == text || form.name.starts_with("Project") && form.name != "ProjectVariable" && fold(known) == fold(text)
    }

    /// Returns whether a value is a string, or one that CloudFormation converts to a string.
    fn is_text(self, node: &Node) -> bool {
        match (node.scalar(), self.document.kind) {
            (Some(scalar), DocumentKind::Definition) => scalar.style == Style::Quoted,
            (Some(_), DocumentKind::Template) => !node.is_null(),
            (None, _) => false,
        }
    }
}

/// Returns whether a key is the start of a longer one: `Policy` of `PolicyDocument`.
fn is_start(written: &str, key: &str) -> bool {
    written.len() >= SHORTEST_START
        && key.strip_prefix(written).is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// The minimum length of such a start.
const SHORTEST_START: usize = 4;

fn is_truth(text: &str) -> bool {
    matches!(text, "true" | "false")
}

/// Returns the start of a map, which is its name if it has one.
fn first_line(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |entry| entry.key.span)
}

/// Returns the type of a value, with its article.
fn described(node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::Sequence(_) => "a list",
        NodeKind::Mapping(_) => "a map",
        NodeKind::Scalar(_) if node.is_null() => "nothing",
        NodeKind::Scalar(scalar) if scalar.style != Style::Plain => "a string",
        NodeKind::Scalar(scalar) if is_truth(&scalar.text) => "a boolean",
        NodeKind::Scalar(scalar) if number(&scalar.text).is_some() => "a number",
        NodeKind::Scalar(_) => "a string",
    }
}

/// A key that does not exist.
fn unknown_key(key: &Spanned<String>, owner: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0104, format!("{owner} has no key `{}`", key.node), key.span, "");
    match near {
        Some(_) => diagnostic.suggest(key.span, near),
        None => diagnostic.help(format!("remove `{}`", key.node)),
    }
}

/// A missing required key.
fn missing_key(key: &str, owner: &Owner<'_>) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("{} needs `{key}`", owner.called), owner.place, "")
        .help(format!("add `{key}`"))
}

/// None of several keys of which one is required.
fn none_of(keys: &[String], owner: &Owner<'_>) -> Diagnostic {
    let keys = wording::or_list(keys.iter().map(String::as_str));
    Diagnostic::new(Code::E0105, format!("{} needs {keys}", owner.called), owner.place, "").help(format!("add {keys}"))
}

/// Two keys of which only one can be set.
fn both_of(second: &Spanned<String>, first: &Spanned<String>, owner: &str) -> Diagnostic {
    let message = format!("{owner} has both `{}` and `{}`", first.node, second.node);
    Diagnostic::new(Code::E0104, message, second.span, "")
        .label(first.span, "the other one")
        .help(format!("remove `{}` if all actions run in one Region; otherwise, remove `{}`", second.node, first.node))
}

/// A value of the wrong type.
fn wrong_type(what: &str, wanted: &str, node: &Node) -> Diagnostic {
    let place = if node.scalar().is_some() { inner(node) } else { first_line(node) };
    Diagnostic::new(Code::E0106, format!("{what} takes {wanted}, not {}", described(node)), place, "")
}

/// A value that should be a list.
fn not_a_list(name: &str, key: &Spanned<String>, node: &Node, kind: DocumentKind) -> Diagnostic {
    let found = Diagnostic::new(Code::E0106, format!("`{name}` takes a list, not {}", described(node)), key.span, "");
    // The API takes JSON.
    found.help(match kind {
        DocumentKind::Definition => "write the elements in `[ ]`",
        DocumentKind::Template => "begin each element with `- `, or write the elements in `[ ]`",
    })
}

/// A value of a configuration that is not a string.
fn no_configuration_value(key: &str, node: &Node) -> Diagnostic {
    let diagnostic = wrong_type(key, "a string", node).note("all values of `Configuration` are strings");
    match &node.kind {
        // AWS reads lists of words as comma-separated strings.
        NodeKind::Sequence(items) if items.iter().all(|item| item.literal().is_some()) && !items.is_empty() => {
            let words: Vec<&str> = items.iter().filter_map(Node::literal).collect();
            diagnostic.help(format!("write the elements in one string: `\"{}\"`", words.join(",")))
        }
        NodeKind::Mapping(_) | NodeKind::Sequence(_) => diagnostic.help("write the JSON of the value as a string"),
        NodeKind::Scalar(scalar) => diagnostic.help(format!("write `\"{}\"`", scalar.text)),
    }
}

/// A value that is not among those allowed.
fn not_allowed(what: &str, text: &str, allowed: &[String], place: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0107, format!("`{text}` is not a valid value for {what}"), place, "");
    match suggest::similar_term(text, allowed.iter().map(String::as_str)) {
        Some(near) => diagnostic.suggest(place, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(allowed.iter().map(String::as_str)))),
    }
}

/// An empty string or list.
fn empty(name: &str, what: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{name}` needs at least one {what}"), place, "")
        .help(format!("add one, or remove `{name}`"))
}

/// A number outside of its range.
fn out_of_range(what: &str, least: u64, most: u64, place: Span) -> Diagnostic {
    let message = format!(
        "{what} must be from {} to {}",
        wording::number(usize::try_from(least).unwrap_or_default()),
        wording::number(usize::try_from(most).unwrap_or_default())
    );
    Diagnostic::new(Code::E0106, message, place, "")
}
