//! E0462: references to another kind of resource than a property takes.

use crate::catalog::reference_kinds::{ReferenceKind, reference_kinds};
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::object_forms::choices;
use crate::check::support::reference_kinds::kind_of;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "reference-kinds", codes: &[Code::E0462], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            // The properties of others are arbitrary.
            let is_known =
                resource.kind.node.starts_with("AWS::") && !resource.kind.node.starts_with("AWS::CloudFormation::");
            if let Some(properties) = resource.node.get("Properties").filter(|_| is_known) {
                entries(inside, properties, findings);
            }
        }
    });
}

fn entries(inside: &InsideTemplate, node: &Node, findings: &mut Findings) {
    if node.intrinsic().is_some() {
        return;
    }
    for Entry { key, value } in node.entries() {
        let wanted = reference_kinds().iter().find(|kind| kind.properties.contains(&key.node));
        let found = wanted.and_then(|wanted| {
            let mut items = value.one_or_more().iter().flat_map(choices);
            items.find_map(|item| other(inside, key, wanted, item).or_else(|| plain(inside, wanted, item)))
        });
        findings.extend(found);
        entries(inside, value, findings);
    }
    node.items().iter().for_each(|item| entries(inside, item, findings));
}

/// Reports a reference to another kind.
fn other(inside: &InsideTemplate, key: &Spanned<String>, wanted: &ReferenceKind, item: &Node) -> Option<Diagnostic> {
    let kind = kind_of(&inside.template, item).filter(|kind| kind.word != wanted.word)?;
    let id = item.referred()?;
    let is_ref = item.intrinsic().is_some_and(|call| call.name == "Ref");
    let mut fitting = inside.template.resources.iter().filter(|resource| wanted.types.contains(&resource.kind.node));
    let only = fitting.next().filter(|_| fitting.next().is_none()).map(|resource| resource.id.node.clone());
    let declared = inside.template.resource(&id).map(|resource| resource.kind.span);
    let declared = declared.or_else(|| inside.template.parameter(&id)?.kind.as_ref().map(|kind| kind.span));
    Some(other_kind(&key.node, wanted, (&id, kind, is_ref), item.span, declared, only))
}

/// Reports the logical ID of a resource that fits, as a string.
fn plain(inside: &InsideTemplate, wanted: &ReferenceKind, item: &Node) -> Option<Diagnostic> {
    let id = item.literal()?;
    let is_fitting = wanted.types.contains(&inside.template.resource(id)?.kind.node);
    let id = is_fitting.then(|| id.to_owned())?;
    let message = format!("`{id}` is a string here, not the resource");
    let found = Diagnostic::new(Code::E0462, message, item.text_span(), format!("not the ID of {}", wanted.word));
    Some(found.help_in(move |notation| format!("write `{}`", notation.reference(&id))))
}

/// A reference to a resource of another kind.
fn other_kind(
    property: &str,
    wanted: &ReferenceKind,
    (id, kind, is_ref): (&str, &ReferenceKind, bool),
    place: Span,
    declared: Option<Span>,
    only: Option<String>,
) -> Diagnostic {
    let message = format!("`{property}` takes {}, but `{id}` is {}", wanted.words, kind.word);
    let message = if is_ref { message } else { format!("`{property}` takes {}, not {}", wanted.words, kind.word) };
    let found = Diagnostic::new(Code::E0462, message, place, "").labels(declared.map(|place| (place, "of this type")));
    match only {
        Some(only) => found.help_in(move |notation| format!("write `{}`", notation.reference(&only))),
        None => found.help(format!("refer to {}", wanted.word)),
    }
}
