//! E0450, W0451, E0454: names that a template does not declare, and resources that depend on each other.

use crate::catalog::template_language as language;
use crate::check::support::inside_templates::{DeclaredNames, InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{and_list, or_list};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::uses::{TemplateUse, UseKind, uses};

pub(super) const RULE: Rule =
    Rule { name: "template-references", codes: &[Code::E0450, Code::W0451, Code::E0454], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in inside_templates(subject) {
        let Some(root) = inside.root() else { continue };
        // The additions of a macro or a module are not known.
        if !inside.template.declares_all_names() || inside.template.modules().next().is_some() {
            continue;
        }
        let names = DeclaredNames::of(inside);
        let uses = uses(root);
        unknown_names(inside, &names, &uses, findings);
        unknown_attributes(inside, &names, &uses, findings);
        findings.extend(circles(inside, &names, &uses));
    }
}

/// The expected kind of declaration for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Value,
    Parameter,
    Resource,
    Condition,
    Mapping,
    Key,
}

impl Wanted {
    fn words(self) -> &'static str {
        match self {
            Self::Value => "resource or parameter",
            Self::Parameter => "parameter",
            Self::Resource => "resource",
            Self::Condition => "condition",
            Self::Mapping => "mapping",
            Self::Key => "key",
        }
    }
}

/// A name that nothing declares, with the spans that use it.
struct Unknown<'a> {
    wanted: Wanted,
    name: &'a str,
    places: Vec<(Span, &'static str)>,
    near: Option<String>,
    /// The mapping that lacks a key.
    mapping: Option<&'a str>,
}

fn unknown_names(inside: &InsideTemplate, names: &DeclaredNames<'_>, uses: &[TemplateUse], findings: &mut Findings) {
    let mut found: Vec<Unknown<'_>> = Vec::new();
    for used in uses {
        let Some((wanted, name, mapping)) = unknown(names, used) else { continue };
        let key = |other: &&mut Unknown<'_>| {
            other.wanted == wanted && other.name == name.as_str() && other.mapping == mapping
        };
        if let Some(other) = found.iter_mut().find(key) {
            other.places.push((name.span, used.by));
            continue;
        }
        let near =
            generated(names, name.as_str()).or_else(|| near(names, wanted, name.as_str(), mapping).map(str::to_owned));
        found.push(Unknown { wanted, name: name.as_str(), places: vec![(name.span, used.by)], near, mapping });
    }
    findings.extend(found.iter().map(|unknown| nothing_named(inside, unknown)));
}

/// Returns the undeclared name that a use refers to.
fn unknown<'a>(
    names: &DeclaredNames<'_>,
    used: &'a TemplateUse,
) -> Option<(Wanted, &'a Spanned<String>, Option<&'a str>)> {
    let name = used.name.as_str();
    let is_parameter = || names.parameters.contains(&name) || language::pseudo_parameters().iter().any(|it| it == name);
    // `Ref` to a resource that SAM generates: `Function.Version`.
    let head = name.split('.').next().filter(|head| is_of_sam(names, head)).unwrap_or(name);
    let wanted = match &used.kind {
        UseKind::Value if used.before_resources => (!is_parameter()).then_some(Wanted::Parameter),
        UseKind::Value if generated(names, name).is_some() || names.lacks_alias(name) => Some(Wanted::Value),
        UseKind::Value => (!is_parameter() && !names.has_resource(head)).then_some(Wanted::Value),
        UseKind::Attribute(_) | UseKind::Order => (!names.has_resource(name)).then_some(Wanted::Resource),
        UseKind::Condition => (!names.conditions.contains(&name)).then_some(Wanted::Condition),
        UseKind::Mapping(keys) => match names.mappings.iter().find(|entry| entry.key.as_str() == name) {
            None => Some(Wanted::Mapping),
            Some(mapping) => return unknown_key(mapping, keys).map(|key| (Wanted::Key, key, Some(name))),
        },
    };
    // A name that `Fn::Sub` does not accept is reported by another rule.
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || ".:_".contains(c)) && !name.is_empty();
    wanted.filter(|_| is_name).map(|wanted| (wanted, &used.name, None))
}

/// Returns whether a resource has a type of SAM, so `Ref` can refer to what it generates.
fn is_of_sam(names: &DeclaredNames<'_>, id: &str) -> bool {
    names.kind_of(id).is_none_or(|kind| kind.node.starts_with("AWS::Serverless::"))
}

/// The resources that SAM generates for a function or a state machine, by the name after the dot.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>
/// (2026-11-30)
const GENERATED: [&str; 2] = ["Alias", "Version"];
const SAM_FUNCTION: &str = "AWS::Serverless::Function";

/// Returns the generated resource whose name is misspelled: `Post.Version` for `Post.Versions`.
fn generated(names: &DeclaredNames<'_>, name: &str) -> Option<String> {
    let (head, tail) = name.split_once('.')?;
    let kind = names.kind_of(head)?;
    let has_versions = matches!(kind.node.as_str(), "AWS::Serverless::Function" | "AWS::Serverless::StateMachine");
    let near = similar(tail, GENERATED).filter(|_| has_versions && !GENERATED.contains(&tail))?;
    Some(format!("{head}.{near}"))
}

/// Returns the literal key that a mapping does not have.
fn unknown_key<'a>(mapping: &Entry, keys: &'a [Option<Spanned<String>>]) -> Option<&'a Spanned<String>> {
    let rows = mapping.value.entries();
    if rows.is_empty() || rows.iter().any(|row| row.key.node.starts_with("Fn::")) {
        return None;
    }
    let [first, second] = keys else { return None };
    let row = first.as_ref().map(|key| (key, mapping.value.get(key.as_str())));
    if let Some((key, None)) = row {
        return Some(key);
    }
    let second = second.as_ref()?;
    let has = |row: &Node| row.get(second.as_str()).is_some();
    let known = match row {
        // Another rule reports a mapping with one level of keys.
        Some((_, Some(row))) => row.scalar().is_some() || has(row),
        _ => rows.iter().any(|row| has(&row.value)),
    };
    (!known).then_some(second)
}

fn near<'a>(names: &'a DeclaredNames<'_>, wanted: Wanted, name: &str, mapping: Option<&str>) -> Option<&'a str> {
    let resources = names.resources.iter().map(|entry| entry.key.as_str());
    let parameters = names.parameters.iter().copied();
    let pseudo = language::pseudo_parameters().iter().map(String::as_str);
    match wanted {
        Wanted::Value => similar(name, resources.chain(parameters).chain(pseudo)),
        Wanted::Parameter => similar(name, parameters.chain(pseudo)),
        Wanted::Resource => similar(name, resources),
        Wanted::Condition => similar(name, names.conditions.iter().copied()),
        Wanted::Mapping => similar(name, names.mappings.iter().map(|entry| entry.key.as_str())),
        Wanted::Key => {
            let mapping = names.mappings.iter().find(|entry| Some(entry.key.as_str()) == mapping)?;
            let rows = mapping.value.entries();
            let inner = rows.iter().flat_map(|row| row.value.entries());
            similar(name, rows.iter().chain(inner).map(|entry| entry.key.as_str()))
        }
    }
}

fn unknown_attributes(
    inside: &InsideTemplate,
    names: &DeclaredNames<'_>,
    uses: &[TemplateUse],
    findings: &mut Findings,
) {
    let mut reported: Vec<(String, String)> = Vec::new();
    for used in uses {
        let UseKind::Attribute(attribute) = &used.kind else { continue };
        let kind = names.kind_of(used.name.as_str()).or_else(|| names.generated_kind(used.name.as_str()));
        let Some(kind) = kind else { continue };
        let head = attribute.node.split('.').next().unwrap_or_default();
        // SAM converts its types to others. Only that of functions keeps its logical ID and its attributes.
        let is_generated = GENERATED.contains(&head) || head.starts_with("Destination");
        let lasting = match kind.node.as_str() {
            SAM_FUNCTION if !is_generated => "AWS::Lambda::Function",
            of_sam if of_sam.starts_with("AWS::Serverless::") => continue,
            other => other,
        };
        let Some(known) = language::attributes(lasting) else { continue };
        let key = (kind.node.clone(), attribute.node.clone());
        if head.is_empty() || known.contains(&head) || reported.contains(&key) {
            continue;
        }
        reported.push(key);
        findings.push(no_attribute(inside, attribute, &kind, &known));
    }
}

/// Returns one cycle of resources that refer to each other for each group of them.
fn circles(inside: &InsideTemplate, names: &DeclaredNames<'_>, uses: &[TemplateUse]) -> Vec<Diagnostic> {
    let index = |id: &str| names.resources.iter().position(|entry| entry.key.as_str() == id);
    // SAM moves references to the resources that it generates.
    let is_sam = |id: &str| names.kind_of(id).is_none_or(|kind| kind.node.starts_with("AWS::Serverless::"));
    let mut edges: Vec<Vec<(usize, Span)>> = vec![Vec::new(); names.resources.len()];
    for used in uses {
        let is_reference = matches!(used.kind, UseKind::Value | UseKind::Attribute(_) | UseKind::Order);
        let Some(owner) = used.owner.as_deref().filter(|owner| is_reference && !is_sam(owner)) else { continue };
        if let (Some(from), Some(to)) = (index(owner), index(used.name.as_str()))
            && let Some(list) = edges.get_mut(from)
        {
            list.push((to, used.name.span));
        }
    }
    let mut done = vec![false; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        if done.get(start).copied().unwrap_or(true) {
            continue;
        }
        let Some(circle) = shortest_circle(&edges, start, &done) else { continue };
        for (from, ..) in &circle {
            if let Some(cell) = done.get_mut(*from) {
                *cell = true;
            }
        }
        let id = |at: usize| names.resources.get(at).map_or("", |entry| entry.key.as_str());
        let steps: Vec<(&str, &str, Span)> =
            circle.iter().map(|(from, to, span)| (id(*from), id(*to), *span)).collect();
        found.push(circular(inside, &steps));
    }
    found
}

/// Returns the shortest path from a resource to itself that avoids resources in known cycles.
fn shortest_circle(edges: &[Vec<(usize, Span)>], start: usize, done: &[bool]) -> Option<Vec<(usize, usize, Span)>> {
    let mut from: Vec<Option<(usize, Span)>> = vec![None; edges.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for (to, span) in edges.get(at).into_iter().flatten() {
            if *to == start {
                let mut circle = vec![(at, start, *span)];
                let mut back = at;
                while let Some((before, span)) = from.get(back).copied().flatten().filter(|_| back != start) {
                    circle.push((before, back, span));
                    back = before;
                }
                circle.reverse();
                return Some(circle);
            }
            let is_new = from.get(*to).is_some_and(Option::is_none) && !done.get(*to).copied().unwrap_or(true);
            if is_new {
                if let Some(cell) = from.get_mut(*to) {
                    *cell = Some((at, *span));
                }
                queue.push_back(*to);
            }
        }
    }
    None
}

/// A reference to something that the template does not declare.
fn nothing_named(inside: &InsideTemplate, unknown: &Unknown<'_>) -> Diagnostic {
    let Unknown { wanted, name, places, near, mapping } = unknown;
    let message = match mapping {
        Some(mapping) => format!("mapping `{mapping}` has no key `{name}`"),
        None => format!("template `{}` has no {} `{name}`", inside.path, wanted.words()),
    };
    let (first, by) = places.first().copied().unwrap_or((inside.deployed, ""));
    let mut diagnostic = Diagnostic::new(Code::E0450, message, first, format!("used by `{by}`"));
    for (place, by) in places.iter().skip(1).take(2) {
        diagnostic = diagnostic.label(*place, format!("used by `{by}` here, too"));
    }
    let diagnostic = diagnostic.labels(inside.deployed_here());
    let diagnostic = match wanted {
        Wanted::Value | Wanted::Resource => {
            diagnostic.note(format!("the deployment would fail with \"Unresolved resource dependencies [{name}]\""))
        }
        Wanted::Parameter => diagnostic.note("in `Conditions` and `Rules`, `Ref` takes only parameters"),
        Wanted::Condition => {
            diagnostic.note(format!("the deployment would fail with \"unresolved condition dependency {name}\""))
        }
        Wanted::Mapping | Wanted::Key => {
            diagnostic.note("the deployment would fail with \"Unable to get mapping for ...\"")
        }
    };
    let attribute = name.split_once('.').filter(|(id, _)| inside.template.resource(id).is_some() && by == "Ref");
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None if attribute.is_some_and(|(_, attribute)| GENERATED.contains(&attribute)) => {
            let (id, _) = attribute.unwrap_or_default();
            diagnostic.help(format!("add `AutoPublishAlias: live` to the `Properties` of `{id}`"))
        }
        None if attribute.is_some() => diagnostic.help_in(|notation| {
            let (id, attribute) = attribute.unwrap_or_default();
            format!("write `{}`", notation.attribute(id, attribute))
        }),
        None if by == "Fn::Sub" => {
            diagnostic.help(format!("declare `{name}`, or write `${{!{name}}}` if it is text for something else"))
        }
        None => diagnostic.help(format!("declare `{name}`, or correct the name")),
    }
}

/// `Fn::GetAtt` with an attribute that the type does not have.
fn no_attribute(
    inside: &InsideTemplate,
    attribute: &Spanned<String>,
    kind: &Spanned<String>,
    known: &[&str],
) -> Diagnostic {
    let message = format!("`{}` has no attribute `{}`", kind.node, attribute.node);
    let diagnostic = Diagnostic::new(Code::W0451, message, attribute.span, "")
        .label(kind.span, "of this type")
        .labels(inside.deployed_here());
    let mut ending = known.iter().copied().filter(|it| it.ends_with(attribute.as_str()));
    let only = ending.next().filter(|_| ending.next().is_none());
    match similar(&attribute.node, known.iter().copied()).or(only) {
        Some(near) => diagnostic.did_you_mean(near),
        None if known.is_empty() => diagnostic.help("use `Ref`: the type has no attributes"),
        None if known.len() <= 8 => diagnostic.help(format!("use {}", or_list(known.iter().copied()))),
        None => diagnostic,
    }
}

/// Resources that depend on each other. `steps` are the references with their spans.
fn circular(inside: &InsideTemplate, steps: &[(&str, &str, Span)]) -> Diagnostic {
    let ids: Vec<&str> = steps.iter().map(|(from, ..)| *from).collect();
    let message = match ids.as_slice() {
        [only] => format!("resource `{only}` depends on itself"),
        _ => format!("resources {} depend on each other", and_list(ids.iter().copied())),
    };
    let place = steps.first().map_or(inside.deployed, |(.., span)| *span);
    let label = |(from, to, _): &(&str, &str, Span)| format!("`{from}` refers to `{to}`");
    let first = steps.first().map(label).unwrap_or_default();
    let mut diagnostic = Diagnostic::new(Code::E0454, message, place, first);
    for step in steps.iter().skip(1).take(4) {
        diagnostic = diagnostic.label(step.2, label(step));
    }
    diagnostic
        .labels(inside.deployed_here())
        .note(format!("the deployment would fail with \"Circular dependency between resources: [{}]\"", ids.join(", ")))
        .help("remove one of these references; for example, give a resource a fixed name, and write that name instead of the reference")
}
