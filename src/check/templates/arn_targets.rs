//! E0462: ARNs of services that a property does not take. W0888, E0808, E0819, W0819: ARNs in a template with a part
//! that its service does not have.

use crate::catalog::arn_targets::{ArnTarget, arn_targets, other_start};
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::regions::unlisted;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, Scalar};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule =
    Rule { name: "arn-targets", codes: &[Code::E0462, Code::E0808, Code::E0819, Code::W0819, Code::W0888], run: check };

/// The resources of a document with pipelines that other rules check.
const DEFINED: [&str; 4] =
    ["AWS::CodeBuild::Project", "AWS::CodePipeline::Pipeline", "AWS::CodePipeline::Webhook", "AWS::Events::Rule"];

/// The elements of policies with ARNs whose last part another rule compares with the actions.
const OF_POLICIES: [&str; 2] = ["NotResource", "Resource"];

/// The parts of an ARN: the prefix, the partition, the service, the Region, the account, and the resource.
const PARTS: usize = 6;
const ACCOUNT: usize = 12;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rows = arn_targets().map(|file| file.target.as_slice()).unwrap_or_default();
    each_template(subject, findings, |inside, findings| {
        let mut found = Vec::new();
        for resource in &inside.template.resources {
            let Some(properties) = resource.node.get("Properties") else { continue };
            if !inside.own || !DEFINED.contains(&resource.kind.node.as_str()) {
                arns(properties, "", &mut found);
            }
            for row in rows.iter().filter(|row| row.resource_type == resource.kind.node) {
                for path in &row.paths {
                    let path: Vec<&str> = path.split('.').collect();
                    targets((inside, row), properties, &path, "", &mut found);
                }
            }
        }
        findings.extend(found);
    });
}

/// Collects the faults of the ARNs at a path.
fn targets(of: (&InsideTemplate, &ArnTarget), node: &Node, path: &[&str], key: &str, found: &mut Vec<Diagnostic>) {
    match path.split_first() {
        None => found.extend(other_service(of, node, key)),
        Some((&"*", rest)) => node.one_or_more().iter().for_each(|item| targets(of, item, rest, key, found)),
        Some((next, rest)) => {
            if let Some(inner) = node.get(next) {
                targets(of, inner, rest, next, found);
            }
        }
    }
}

/// Reports the ARN of a service that the property does not take.
fn other_service((inside, row): (&InsideTemplate, &ArnTarget), node: &Node, key: &str) -> Option<Diagnostic> {
    if let Some(id) = node.referred() {
        let resource = inside.template.resource(&id)?;
        let kind = resource.kind.node.as_str();
        // What the outputs of a nested stack or a custom resource are is not known.
        let is_open = kind == "AWS::Serverless::Application"
            || !kind.starts_with("AWS::")
            || kind.starts_with("AWS::CloudFormation::")
            || kind.ends_with("::MODULE");
        return (!is_open && !row.types.iter().any(|known| known == kind))
            .then(|| of_other_type(key, resource, row, node.span));
    }
    let text = node.literal().filter(|text| text.starts_with("arn:"))?;
    let service =
        text.split(':').nth(2).filter(|service| !service.is_empty() && !service.contains(['$', '{', '<', '*']))?;
    (!row.services.iter().any(|known| known == service)).then(|| of_other_service(key, service, row, node.text_span()))
}

/// Collects the faults of all ARNs in a value.
fn arns(node: &Node, key: &str, found: &mut Vec<Diagnostic>) {
    let text = node.intrinsic().filter(|call| call.name == "Fn::Sub").and_then(|call| match call.argument.items() {
        [] => call.argument.scalar(),
        items => items.first().and_then(Node::scalar),
    });
    let plain = node.scalar().filter(|_| node.tag.is_none());
    if let Some(scalar) = text.or(plain) {
        found.extend(fault(scalar, OF_POLICIES.contains(&key)));
    }
    if text.is_none() {
        node.items().iter().for_each(|item| arns(item, key, found));
        for Entry { key, value } in node.entries() {
            arns(value, &key.node, found);
        }
    }
}

/// Returns the parts of an ARN, each with its offset. `:` in `${...}` does not separate.
fn parts(text: &str) -> Option<Vec<(usize, &str)>> {
    if !text.starts_with("arn:") || text.contains(char::is_whitespace) {
        return None;
    }
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && found.len() + 1 < PARTS => {
                found.push((start, text.get(start..at)?));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push((start, text.get(start..)?));
    (found.len() == PARTS).then_some(found)
}

fn fault(scalar: &Scalar, of_policy: bool) -> Option<Diagnostic> {
    let parts = parts(&scalar.text)?;
    let [_, _, (_, service), region, account, (start, resource)] = parts.as_slice() else { return None };
    let place = |(start, text): &(usize, &str)| scalar.map.span(*start..start + text.len());
    let is_literal = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    // In an integration of API Gateway, the account is the name of a service.
    if account.1.chars().all(|c| c.is_ascii_digit()) && !account.1.is_empty() && account.1.len() != ACCOUNT {
        return Some(no_account(account.1, place(account)));
    }
    if is_literal(region.1)
        && let Some(found) = unlisted(region.1, place(region), Some(""))
    {
        return Some(found);
    }
    let (wrong, right) = other_start(service, resource).filter(|_| !of_policy)?;
    Some(other_form(service, (wrong, right), scalar.map.span(*start..start + wrong.len())))
}

/// A resource of another type than a property takes.
fn of_other_type(key: &str, resource: &Resource, row: &ArnTarget, place: Span) -> Diagnostic {
    let Spanned { node: kind, span } = &resource.kind;
    let message = format!("`{key}` does not take a resource of type `{kind}`");
    let types = row.types.iter().filter(|known| !known.starts_with("AWS::Serverless::")).map(String::as_str);
    Diagnostic::new(Code::E0462, message, place, format!("refers to `{}`", resource.id.node))
        .label(*span, "of this type")
        .help(format!("refer to a resource of type {}", wording::or_list(types)))
}

/// The ARN of another service than a property takes.
fn of_other_service(key: &str, service: &str, row: &ArnTarget, place: Span) -> Diagnostic {
    let message = format!("`{key}` does not take an ARN of the service `{service}`");
    let services = row.services.iter().map(String::as_str);
    Diagnostic::new(Code::E0462, message, place, "").help(format!("write an ARN of {}", wording::or_list(services)))
}

/// An account of the wrong length.
fn no_account(account: &str, place: Span) -> Diagnostic {
    let message = format!("the account ID in this ARN is not {ACCOUNT} digits: `{account}`");
    Diagnostic::new(Code::E0808, message, place, "")
}

/// The last part of an ARN in the form of another service.
fn other_form(service: &str, (wrong, right): (&str, &str), place: Span) -> Diagnostic {
    let message = format!("the last part of an ARN of `{service}` does not start with `{wrong}`");
    let found = Diagnostic::new(Code::W0888, message, place, "");
    match right {
        "" => found.help(format!("remove `{wrong}`")),
        right => found.help(format!("write `{right}`")).edit(place, right),
    }
}
