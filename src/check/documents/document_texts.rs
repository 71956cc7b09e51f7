//! E0705, W0707: references to variables in the configuration of actions and rules that CodePipeline does not replace.

use crate::check::support::documents::{Document, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "document-texts", codes: &[Code::E0705, Code::W0707], run: check };

/// The namespace of the variables of a pipeline.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html> (2026-11-30)
const OF_PIPELINE: &str = "variables";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        let stages = document.items(pipeline, "Stages");
        let mut namespaces: Vec<&str> = vec![OF_PIPELINE];
        namespaces.extend(document.actions(pipeline).filter_map(|action| document.get(action, "Namespace")?.literal()));
        let conditions = ["BeforeEntry", "OnSuccess", "OnFailure"]
            .iter()
            .flat_map(|moment| stages.iter().filter_map(|stage| document.get(stage, moment)))
            .flat_map(|moment| document.items(moment, "Conditions"));
        let rules = conditions.flat_map(|condition| document.items(condition, "Rules"));
        for owner in document.actions(pipeline).chain(rules) {
            let configuration = document.get(owner, "Configuration");
            for Entry { value, .. } in configuration.map(Node::entries).unwrap_or_default() {
                text(value, &namespaces, findings);
            }
        }
    }
}

/// Checks a value. In `Fn::Sub`, `${...}` is a reference of the template.
fn text(node: &Node, namespaces: &[&str], findings: &mut Findings) {
    let call = node.intrinsic();
    if call.as_ref().is_some_and(|call| call.name != "Fn::Sub") {
        return;
    }
    let in_call = call.as_ref().map(|call| call.argument);
    let (Some(scalar), is_sub) = (in_call.unwrap_or(node).scalar(), call.is_some()) else { return };
    let found = references(&scalar.text, namespaces);
    for Reference { at, name, is_closed, sign } in found.filter(|found| found.sign == '#' || !is_sub) {
        let length = name.len() + 2 + usize::from(is_closed);
        let place = scalar.map.span(at..at + length);
        match (sign, is_closed) {
            ('#', false) => findings.push(never_closed(name, place)),
            ('$', true) => findings.push(other_sign(name, place)),
            _ => {}
        }
    }
}

/// What looks like a reference to a variable.
struct Reference<'t> {
    at: usize,
    name: &'t str,
    is_closed: bool,
    sign: char,
}

fn references<'t>(text: &'t str, namespaces: &[&str]) -> impl Iterator<Item = Reference<'t>> {
    let starts = text.match_indices('{').filter_map(|(at, _)| {
        let at = at.checked_sub(1)?;
        let sign = text.get(at..)?.chars().next().filter(|sign| matches!(sign, '#' | '$'))?;
        let rest = text.get(at + 2..)?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-@.".contains(c);
        let name = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len()))?;
        let is_closed = rest.get(name.len()..)?.starts_with('}');
        Some(Reference { at, name, is_closed, sign })
    });
    let known =
        |name: &str| name.split_once('.').is_some_and(|(space, key)| !key.is_empty() && namespaces.contains(&space));
    starts.filter(|found| known(found.name)).collect::<Vec<_>>().into_iter()
}

/// `#{Namespace.Name` without `}`.
fn never_closed(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0705, format!("`#{{{name}` is not closed"), place, "not a variable without `}`")
        .help(format!("write `#{{{name}}}`"))
}

/// `${Namespace.Name}`
fn other_sign(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::W0707, format!("CodePipeline does not replace `${{{name}}}`"), place, "taken literally")
        .help(format!("write `#{{{name}}}`"))
}
