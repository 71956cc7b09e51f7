//! E0457, E0464: sections of `Globals` and policy templates that SAM does not have. W0462: runtimes that AWS Lambda does not have.

use crate::catalog::resource_properties::resource_properties;
use crate::catalog::sam::{SamFacts, sam_facts};
use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::support::lambda_runtimes::{RUNTIME, unknown_runtime};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule =
    Rule { name: "sam-templates", codes: &[Code::E0457, Code::W0462, Code::E0464], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facts) = sam_facts() else { return };
    for inside in inside_templates(subject) {
        if !inside.template.declares_all_names() || !inside.template.is_sam() {
            continue;
        }
        let mut found: Vec<Diagnostic> = Vec::new();
        for Entry { key, value } in inside.section("Globals") {
            if let Some(properties) = facts.globals.get(&key.node) {
                globals(key, value, properties, &mut found);
            } else {
                let known = || facts.globals.keys().map(String::as_str);
                found.push(unknown_section(key, similar(&key.node, known()), known()));
            }
            found.extend(value.get(RUNTIME).and_then(unknown_runtime));
        }
        for Entry { value, .. } in inside.section("Resources") {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            let Some(properties) = value.get("Properties").filter(|_| kind.starts_with("AWS::Serverless::")) else {
                continue;
            };
            found.extend(properties.get(RUNTIME).and_then(unknown_runtime));
            if let Some(policies) = properties.get("Policies") {
                policy_templates(policies, facts, &mut found);
            }
        }
        findings.extend(found.into_iter().map(|diagnostic| shown(inside, diagnostic)));
    }
}

/// Checks for properties that a section of `Globals` does not accept: those that only a resource has, and misspelled
/// ones. Others may be new.
fn globals(section: &Spanned<String>, properties: &Node, known: &[String], found: &mut Vec<Diagnostic>) {
    let of_type = resource_properties(&format!("AWS::Serverless::{}", section.node));
    for Entry { key, .. } in properties.entries().iter().filter(|entry| !known.contains(&entry.key.node)) {
        let near = similar(&key.node, known.iter().map(String::as_str));
        let near = near.filter(|near| is_misspelling(&key.node, near) || near.eq_ignore_ascii_case(&key.node));
        let is_of_resource = of_type.iter().flat_map(|known| &**known).any(|property| property.name == key.node);
        if near.is_some() || is_of_resource {
            found.push(not_global(section, key, near.filter(|_| !is_of_resource)));
        }
    }
}

fn shown(inside: &InsideTemplate, diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.labels(inside.deployed_here())
}

/// Checks for policy templates that SAM does not have, or whose parameters are missing. Statements have other keys.
fn policy_templates(policies: &Node, facts: &SamFacts, found: &mut Vec<Diagnostic>) {
    for policy in policies.one_or_more().iter().filter(|policy| policy.intrinsic().is_none()) {
        let [Entry { key, value }] = policy.entries() else { continue };
        if key.node.starts_with("Fn::") || ["Statement", "Version", "Id", "PolicyDocument"].contains(&key.as_str()) {
            continue;
        }
        let Some(parameters) = facts.policy_templates.get(&key.node) else {
            let near = similar(&key.node, facts.policy_templates.keys().map(String::as_str));
            found.push(unknown_policy(key, near));
            continue;
        };
        let given = value.entries();
        if given.iter().any(|entry| entry.key.node.starts_with("Fn::")) {
            continue;
        }
        let missing: Vec<&str> = parameters
            .iter()
            .map(String::as_str)
            .filter(|name| given.iter().all(|entry| entry.key.node != *name))
            .collect();
        if !missing.is_empty() {
            let mut keys = given.iter().map(|entry| &entry.key);
            let unknown: Vec<_> = keys.clone().filter(|key| !parameters.contains(&key.node)).collect();
            let written = match unknown.as_slice() {
                [only] => Some(*only),
                _ => keys.find(|key| similar(&key.node, missing.iter().copied()).is_some()),
            };
            found.push(without_parameters(key, &missing, written));
        }
    }
}

/// A section of `Globals` that SAM does not have.
fn unknown_section<'a>(key: &Spanned<String>, near: Option<&str>, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let message = format!("`Globals` has no section `{}`", key.node);
    let found = Diagnostic::new(Code::E0457, message, key.span, "");
    match near {
        Some(_) => found.suggest(key.span, near),
        None => found.help(format!("use {}", wording::or_list(known))),
    }
}

/// A property that a section of `Globals` does not accept.
fn not_global(section: &Spanned<String>, key: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("`{}` in `Globals` has no property `{}`", section.node, key.node);
    let found = Diagnostic::new(Code::E0457, message, key.span, "\"is not a supported property\"");
    match near {
        Some(_) => found.suggest(key.span, near),
        None => found.help(format!("set `{}` in each `AWS::Serverless::{}`", key.node, section.node)),
    }
}

/// A policy template that SAM does not have.
fn unknown_policy(key: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("SAM has no policy template `{}`", key.node);
    let found = Diagnostic::new(Code::E0464, message, key.span, "neither a policy template nor a statement");
    found.suggest(key.span, near)
}

/// A policy template without its parameters.
fn without_parameters(key: &Spanned<String>, missing: &[&str], written: Option<&Spanned<String>>) -> Diagnostic {
    let names = wording::and_list(missing.iter().copied());
    let message = format!("policy template `{}` needs {names}", key.node);
    match (written, missing) {
        (Some(written), [only]) => {
            Diagnostic::new(Code::E0464, message, written.span, "").suggest(written.span, Some(only))
        }
        _ => Diagnostic::new(Code::E0464, message, key.span, "").help(format!("add {names} to the policy template")),
    }
}
