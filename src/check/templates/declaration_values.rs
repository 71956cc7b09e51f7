//! E0452: declarations of a template with keys or values that CloudFormation does not accept. E0463: attributes of
//! resources that cannot be functions.

use crate::catalog::template_language as language;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node, NodeKind};

pub(super) const RULE: Rule = Rule { name: "declaration-values", codes: &[Code::E0452, Code::E0463], run: check };

/// The keys of a rule, and of an assertion.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html> (2026-11-30)
const OF_RULES: [&str; 2] = ["Assertions", "RuleCondition"];
const OF_ASSERTIONS: [&str; 2] = ["Assert", "AssertDescription"];

/// The attributes of a resource whose values are no functions.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html>
/// (2026-11-30). CloudFormation accepts functions as deletion policies: <https://github.com/aws-cloudformation/cfn-lint/pull/2784>
const PLAIN: [&str; 2] = ["Condition", "DependsOn"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let extensions = inside.template.transforms.iter().any(|it| it.node == "AWS::LanguageExtensions");
        inside.section("Parameters").for_each(|entry| findings.extend(parameter(entry)));
        inside.section("Rules").for_each(|entry| findings.extend(rule(entry)));
        inside.section("Outputs").for_each(|entry| findings.extend(output(inside, entry)));
        if !extensions {
            inside.section("Mappings").for_each(|entry| findings.extend(mapping(entry)));
        }
        let description = inside.root().and_then(|root| root.entry("Description"));
        findings.extend(description.and_then(|it| literal_text(it, "the template")));
        for Entry { key, value } in inside.section("Resources") {
            let other = inside.section("Parameters").find(|parameter| parameter.key.node == key.node);
            findings.extend(other.map(|parameter| same_name(key, &parameter.key)));
            let call =
                PLAIN.iter().filter_map(|name| value.entry(name)).find(|attribute| has_function(&attribute.value));
            findings.extend(call.map(|attribute| computed_attribute(&key.node, &attribute.key, &attribute.value)));
        }
    });
}

/// Returns whether a value is a function, or a list with one.
fn has_function(node: &Node) -> bool {
    node.intrinsic().is_some() || node.items().iter().any(|item| item.intrinsic().is_some())
}

fn parameter(Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let known = || language::parameter_keys().iter().map(String::as_str);
    for entry in value.entries() {
        if !known().any(|name| name == entry.key.node) {
            return Some(unknown_key("parameter", &key.node, &entry.key, similar(&entry.key.node, known()), known()));
        }
    }
    if let Some(no_echo) = value.get("NoEcho").filter(|it| it.literal().is_some() && it.as_bool().is_none()) {
        let message = format!("`NoEcho` of parameter `{}` must be `true` or `false`", key.node);
        return Some(Diagnostic::new(Code::E0452, message, no_echo.span, "").help("write `true`"));
    }
    let default = value.entry("Default").filter(|entry| entry.value.scalar().is_none() || entry.value.tag.is_some());
    default
        .map(|entry| computed(&entry.key, &format!("parameter `{}`", key.node), &entry.value))
        .or_else(|| literal_text(value.entry("Description")?, &format!("parameter `{}`", key.node)))
}

/// Reports a key that is written for one that is missing. Others are ignored.
fn rule(Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let instead = |node: &Node, needed: &'static str, known: &[&'static str]| {
        let is_open = node.intrinsic().is_some() || node.get(needed).is_some();
        let entry = node.entries().iter().find(|entry| !is_open && !known.contains(&entry.key.as_str()))?;
        let near = similar(&entry.key.node, [needed]).map(str::to_owned);
        Some(unknown_key("rule", &key.node, &entry.key, near.as_deref(), known.iter().copied()))
    };
    let assertions = value.get(OF_RULES[0]).map(Node::items).unwrap_or_default();
    let mut of_assertions =
        assertions.iter().filter_map(|assertion| instead(assertion, OF_ASSERTIONS[0], &OF_ASSERTIONS));
    instead(value, OF_RULES[0], &OF_RULES).or_else(|| of_assertions.next())
}

/// Checks that a mapping has two levels of keys, and values that are known before.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html> (2026-11-30)
fn mapping(Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let rows = value.entries().iter().filter(|row| !row.key.node.starts_with("Fn::"));
    rows.into_iter().find_map(|row| {
        if let Some(scalar) = row.value.scalar().filter(|_| row.value.tag.is_none() && !row.value.is_null()) {
            return Some(one_level(&key.node, &row.key, &scalar.text, &row.value));
        }
        let values = row.value.entries().iter().filter(|_| row.value.intrinsic().is_none());
        values.into_iter().find_map(|entry| {
            let call = entry.value.intrinsic().or_else(|| entry.value.items().iter().find_map(Node::intrinsic));
            match call {
                Some(call) if call.name == "Fn::Transform" => None,
                Some(_) => Some(computed_mapping(&key.node, entry)),
                None => matches!(entry.value.kind, NodeKind::Mapping(_)).then(|| three_levels(&key.node, entry)),
            }
        })
    })
}

/// Checks the value, the description, and the name of the export.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html> (2026-11-30)
fn output(inside: &InsideTemplate, Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let own = format!("output `{}`", key.node);
    if let Some(entry) = value.entry("Value") {
        let is_map = !entry.value.entries().is_empty() && entry.value.intrinsic().is_none();
        let is_list = matches!(entry.value.kind, NodeKind::Sequence(_)) && entry.value.tag.is_none();
        if is_map && entry.value.entries().iter().all(|it| !it.key.node.starts_with("Fn::")) || is_list {
            return Some(not_one_string(&own, entry));
        }
    }
    if let Some(name) = value.at(&["Export", "Name"])
        && let Some(id) = name.referred()
        && inside.template.resource(&id).is_some()
    {
        return Some(name_of_resource(&key.node, &id, name));
    }
    literal_text(value.entry("Description")?, &own)
}

/// Reports a function where the text of a description belongs.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html> (2026-11-30)
fn literal_text(entry: &Entry, owner: &str) -> Option<Diagnostic> {
    entry.value.intrinsic().filter(|call| call.name != "Fn::Transform")?;
    Some(computed(&entry.key, owner, &entry.value))
}

/// A key that a declaration does not have.
fn unknown_key<'a>(
    what: &str,
    owner: &str,
    key: &Spanned<String>,
    near: Option<&str>,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let message = format!("{what} `{owner}` has the unknown key `{}`", key.node);
    let found = Diagnostic::new(Code::E0452, message, key.span, "");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("use {}", wording::or_list(known))),
    }
}

/// A function where CloudFormation takes literal text.
fn computed(key: &Spanned<String>, owner: &str, value: &Node) -> Diagnostic {
    let message = format!("`{}` of {owner} must be a literal string", key.node);
    Diagnostic::new(Code::E0452, message, value.span, "").help("write the text itself, without a function")
}

/// A function in a mapping.
fn computed_mapping(mapping: &str, entry: &Entry) -> Diagnostic {
    let message = format!("mapping `{mapping}` cannot contain functions");
    Diagnostic::new(Code::E0452, message, entry.value.span, "").help("write the value itself, or use `Fn::If` instead")
}

/// A mapping with more than two levels.
fn three_levels(mapping: &str, entry: &Entry) -> Diagnostic {
    let message = format!("mapping `{mapping}` has more than two levels of keys");
    let place = entry.value.entries().first().map_or(entry.value.span, |first| first.key.span);
    Diagnostic::new(Code::E0452, message, place, "the third level")
        .help("write strings or lists in the second level, or split the mapping")
}

/// A mapping with one level.
fn one_level(mapping: &str, key: &Spanned<String>, text: &str, value: &Node) -> Diagnostic {
    let message = format!("`{}` of mapping `{mapping}` needs a second level of keys", key.node);
    Diagnostic::new(Code::E0452, message, value.span, "").help_in(|notation| {
        format!("write `{{ {} }}`, and name the key in `Fn::FindInMap`", notation.text_entry("Value", text))
    })
}

/// An output that is a list or a map.
fn not_one_string(owner: &str, entry: &Entry) -> Diagnostic {
    let message = format!("the value of {owner} must be a string");
    let place = entry.value.entries().first().map_or(entry.value.span, |first| first.key.span);
    Diagnostic::new(Code::E0452, message, place, "").help("write one string; `Fn::Join` creates one from a list")
}

/// The name of an export that depends on a resource.
fn name_of_resource(output: &str, id: &str, name: &Node) -> Diagnostic {
    let message = format!("the name of export `{output}` cannot depend on resource `{id}`");
    Diagnostic::new(Code::E0452, message, name.span, "").help_in(|notation| {
        format!(
            "build the name of strings and parameters: `{}`",
            notation.substituted(&format!("${{AWS::StackName}}-{output}"))
        )
    })
}

/// A resource with the name of a parameter.
fn same_name(resource: &Spanned<String>, parameter: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is the name of a parameter and of a resource", resource.node);
    Diagnostic::new(Code::E0452, message, resource.span, "")
        .label(parameter.span, "the parameter")
        .help("rename one of them, also where it is used")
}

/// A function as the value of an attribute that takes none.
fn computed_attribute(id: &str, key: &Spanned<String>, value: &Node) -> Diagnostic {
    let message = format!("`{}` of resource `{id}` cannot be a function", key.node);
    let found = Diagnostic::new(Code::E0463, message, value.span, "");
    let referred = value.referred().or_else(|| value.items().iter().find_map(Node::referred));
    match (key.as_str(), referred) {
        ("DependsOn", Some(id)) => found.help(format!("write the logical ID itself: `{id}`")),
        ("Condition", _) => found.help("write the name of a condition"),
        _ => found.help("write the value itself"),
    }
}
