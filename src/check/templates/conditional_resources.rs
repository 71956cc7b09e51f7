//! W0467: references to resources that exist only under a condition, from what exists in any case.

use crate::check::support::inside_templates::{DeclaredNames, InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, TemplateNotation};
use crate::source::Spanned;
use crate::workspace::document::Node;
use crate::workspace::template::uses::{TemplateUse, UseKind, uses};

pub(super) const RULE: Rule = Rule { name: "conditional-resources", codes: &[Code::W0467], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in inside_templates(subject) {
        let Some(root) = inside.root().filter(|_| inside.template.declares_all_names()) else { continue };
        let names = DeclaredNames::of(inside);
        let mut reported: Vec<(String, String)> = Vec::new();
        for used in uses(root) {
            // A dependency on a resource that does not exist is ignored.
            let refers = matches!(used.kind, UseKind::Value | UseKind::Attribute(_)) && !used.before_resources;
            let condition = names.resource(used.name.as_str()).and_then(|entry| entry.value.get("Condition"));
            let condition = condition.and_then(Node::spanned).filter(|_| refers && used.condition.is_none());
            let (Some(condition), Some(by)) = (condition, used.owner.clone().or_else(|| used.output.clone())) else {
                continue;
            };
            let key = (by.clone(), used.name.node.clone());
            if !used.chosen && !reported.contains(&key) && constant(inside, &condition.node, NESTING) != Some(true) {
                reported.push(key);
                findings.push(may_not_exist(&used, &by, &condition).labels(inside.deployed_here()));
            }
        }
    }
}

/// Conditions that refer to each other more often than this are not followed.
const NESTING: usize = 8;

/// Returns the value of a condition that compares only constants; `None` if it depends on anything else.
fn constant(inside: &InsideTemplate, name: &str, nesting: usize) -> Option<bool> {
    let declared = inside.section("Conditions").find(|entry| entry.key.node == name)?;
    value(inside, &declared.value, nesting.checked_sub(1)?)
}

fn value(inside: &InsideTemplate, node: &Node, nesting: usize) -> Option<bool> {
    let call = node.intrinsic()?;
    let items = call.argument.items();
    let values = || items.iter().map(|item| value(inside, item, nesting));
    match (call.name.as_ref(), items) {
        ("Condition", _) => constant(inside, call.argument.text()?, nesting),
        ("Fn::Equals", [one, other]) => {
            let literals = one.literal().zip(other.literal())?;
            (!literals.0.contains("{{") && !literals.1.contains("{{")).then_some(literals.0 == literals.1)
        }
        ("Fn::Not", [only]) => value(inside, only, nesting).map(|truth| !truth),
        ("Fn::And", _) if values().all(|it| it == Some(true)) => Some(true),
        ("Fn::And", _) => values().any(|it| it == Some(false)).then_some(false),
        ("Fn::Or", _) if values().any(|it| it == Some(true)) => Some(true),
        ("Fn::Or", _) => values().all(|it| it == Some(false)).then_some(false),
        _ => None,
    }
}

/// A reference to a resource that may not exist.
fn may_not_exist(used: &TemplateUse, by: &str, condition: &Spanned<String>) -> Diagnostic {
    let name = &used.name.node;
    let message = format!("`{by}` refers to `{name}`, which exists only if `{}` is true", condition.node);
    let call = |notation: TemplateNotation| match &used.kind {
        UseKind::Attribute(attribute) => notation.attribute(name, &attribute.node),
        _ => notation.reference(name),
    };
    Diagnostic::new(
        Code::W0467,
        message,
        used.name.span,
        "\"Unresolved resource dependencies\" if the condition is false",
    )
    .label(condition.span, format!("condition of `{name}`"))
    .help_in(|notation| {
        if used.owner.is_none() {
            return format!("add `{}` to `{by}`", notation.text_entry("Condition", &condition.node));
        }
        let choice = notation.only_if(&condition.node, &call(notation));
        format!("write `{choice}`, or add `{}` to `{by}`", notation.text_entry("Condition", &condition.node))
    })
}
