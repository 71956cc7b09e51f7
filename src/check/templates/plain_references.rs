//! W0707: `${Name}` in strings without `Fn::Sub`, which reach AWS as they are written.

use crate::catalog::template_language as language;
use crate::check::support::inside_templates::{DeclaredNames, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::workspace::document::{Entry, Node, Scalar};
use crate::workspace::template::uses::variables;

pub(super) const RULE: Rule = Rule { name: "plain-references", codes: &[Code::W0707], run: check };

/// Properties with a text in another language, which may have variables of its own: of a shell, a state machine, a template,
/// a query. For state machines, CloudFormation replaces `${Name}` itself:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>
/// (2026-11-30)
const TEXTS: [&str; 8] = ["Body", "Code", "Command", "Content", "Definition", "Query", "Schema", "Script"];
const PARTS: [&str; 9] =
    ["BuildSpec", "Buildspec", "Command", "EntryPoint", "Pattern", "Sql", "SQL", "Template", "UserData"];

/// Types whose properties another program receives, or that other rules read.
const OPEN: [&str; 3] =
    ["AWS::CloudFormation::CustomResource", "AWS::CodePipeline::Pipeline", "AWS::StepFunctions::StateMachine"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let names = DeclaredNames::of(inside);
        for Entry { value, .. } in inside.section("Resources") {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            if let Some(properties) =
                value.get("Properties").filter(|_| kind.starts_with("AWS::") && !OPEN.contains(&kind))
            {
                strings(&names, properties, findings);
            }
        }
        for Entry { value, .. } in inside.section("Outputs") {
            value.get("Value").into_iter().for_each(|value| strings(&names, value, findings));
            value.at(&["Export", "Name"]).into_iter().for_each(|name| strings(&names, name, findings));
        }
    });
}

/// Returns whether a property contains text in another language.
fn is_text(key: &str) -> bool {
    TEXTS.iter().any(|end| key.ends_with(end))
        || PARTS.iter().any(|part| key.contains(part))
        || key.starts_with("Fn::ForEach")
}

fn strings(names: &DeclaredNames<'_>, node: &Node, findings: &mut Findings) {
    if let Some(call) = node.intrinsic() {
        match call.name.as_ref() {
            // Its variables are strings of their own.
            "Fn::Sub" => {
                let values = call.argument.items().get(1).map(Node::entries).unwrap_or_default();
                for entry in values {
                    strings(names, &entry.value, findings);
                }
            }
            "Fn::If" | "Fn::Join" => call.argument.items().iter().for_each(|item| strings(names, item, findings)),
            _ => {}
        }
        return;
    }
    if let Some(scalar) = node.scalar().filter(|scalar| node.tag.is_none() && !scalar.text.contains(['\n', '`'])) {
        findings.extend(reference(names, scalar));
    }
    node.items().iter().for_each(|item| strings(names, item, findings));
    let entries = node.entries().iter().filter(|entry| !is_text(&entry.key.node));
    entries.for_each(|entry| strings(names, &entry.value, findings));
}

/// Reports a reference to something that the template has.
fn reference(names: &DeclaredNames<'_>, scalar: &Scalar) -> Option<Diagnostic> {
    let range = variables(&scalar.text).into_iter().find(|range| {
        let name = scalar.text.get(range.clone()).unwrap_or_default();
        let head = name.split('.').next().unwrap_or_default();
        let is_word = name.starts_with(|c: char| c.is_ascii_uppercase());
        let is_pseudo = language::pseudo_parameters().iter().any(|known| known == name);
        is_pseudo || is_word && (names.parameters.contains(&name) || names.has_resource(head))
    })?;
    let name = scalar.text.get(range.clone())?.to_owned();
    let place = scalar.map.span(range.start.saturating_sub(2)..range.end + 1);
    let message = format!("`${{{name}}}` is not replaced in a string without `Fn::Sub`");
    let whole = scalar.text.clone();
    Some(
        Diagnostic::new(Code::W0707, message, place, "taken literally")
            .help_in(move |notation| format!("write `{}`", notation.substituted(&whole))),
    )
}
