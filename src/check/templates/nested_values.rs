//! E0404, E0405: parameters of nested stacks. E0409: outputs of nested stacks.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::plan::{NestedStack, NestedTemplate, StackTree};
use crate::source::{Span, Spanned};
use crate::workspace::template::Template;
use crate::workspace::template::uses::{TemplateUse, UseKind, uses};

pub(super) const RULE: Rule =
    Rule { name: "nested-values", codes: &[Code::E0404, Code::E0405, Code::E0409], run: check };

/// The prefix of `Fn::GetAtt` attributes of a nested stack.
const OUTPUTS: &str = "Outputs.";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    let inside = inside_templates(subject);
    for place in subject.actions() {
        let Some(tree) = subject.action_files.tree(place.pipeline_id, place.id) else { continue };
        for tree in tree.all() {
            let Some(own) = inside.iter().find(|inside| inside.path == tree.path) else { continue };
            if seen.contains(&tree.path) || !own.template.declares_all_names() {
                continue;
            }
            seen.push(tree.path.clone());
            one(own, tree, findings);
        }
    }
}

fn one(inside: &InsideTemplate, tree: &StackTree, findings: &mut Findings) {
    let uses = inside.root().map(uses).unwrap_or_default();
    for child in &tree.children {
        let NestedTemplate::Read(nested) = &child.template else { continue };
        if nested.template.declares_all_names() {
            outputs(child, nested, &uses, findings);
            parameters(child, nested, findings);
        }
    }
}

/// Checks for outputs that the template of a nested stack does not have.
fn outputs(child: &NestedStack, nested: &StackTree, uses: &[TemplateUse], findings: &mut Findings) {
    let known = || nested.template.outputs.iter().map(|output| output.name.as_str());
    let mut reported: Vec<&str> = Vec::new();
    for used in uses.iter().filter(|used| used.name.node == child.id) {
        let UseKind::Attribute(attribute) = &used.kind else { continue };
        let Some(name) = attribute.node.strip_prefix(OUTPUTS) else { continue };
        if !known().any(|known| known == name) && !reported.contains(&name) {
            reported.push(name);
            findings.push(unknown_output(&nested.path, name, attribute.span, similar(name, known()), child.place));
        }
    }
}

/// Checks for parameters that the template of a nested stack does not have, or that have no value.
fn parameters(child: &NestedStack, nested: &StackTree, findings: &mut Findings) {
    let given = child.parameters.as_ref();
    if given.is_some_and(|given| given.intrinsic().is_some()) {
        return;
    }
    let given: Vec<&Spanned<String>> =
        given.map_or(&[][..], |given| given.entries()).iter().map(|entry| &entry.key).collect();
    if given.iter().any(|key| key.node.starts_with("Fn::")) {
        return;
    }
    let template: &Template = &nested.template;
    let has = |name: &str| given.iter().any(|key| key.node == name);
    let free = || template.parameters.iter().map(|parameter| parameter.name.as_str()).filter(|name| !has(name));
    let mut misspelled: Vec<&str> = Vec::new();
    for key in given.iter().filter(|key| template.parameters.iter().all(|known| known.name.node != key.node)) {
        let near = similar(&key.node, free());
        misspelled.extend(near);
        findings.push(unknown_parameter(&nested.path, key, near, child.place));
    }
    let lacking = template.parameters.iter().filter(|it| it.default.is_none() && !has(it.name.as_str()));
    let lacking: Vec<&str> =
        lacking.map(|parameter| parameter.name.as_str()).filter(|name| !misspelled.contains(name)).collect();
    if !lacking.is_empty() {
        findings.push(without_value(&nested.path, &child.id, &lacking, child.place));
    }
}

/// An output that the nested stack does not have.
fn unknown_output(template: &Utf8Path, name: &str, place: Span, near: Option<&str>, stack: Span) -> Diagnostic {
    let message = format!("template `{template}` has no output `{name}`");
    let found = Diagnostic::new(Code::E0409, message, place, "").label(stack, "the template of the nested stack");
    match near {
        Some(near) => found.did_you_mean(&format!("{OUTPUTS}{near}")),
        None => found,
    }
}

/// A parameter that the nested stack does not have.
fn unknown_parameter(template: &Utf8Path, key: &Spanned<String>, near: Option<&str>, stack: Span) -> Diagnostic {
    let message = format!("template `{template}` has no parameter `{}`", key.node);
    let found = Diagnostic::new(Code::E0404, message, key.span, "").label(stack, "the template of the nested stack");
    match near {
        Some(_) => found.suggest(key.span, near),
        None => found.help(format!("remove `{}`, or add it to the `Parameters` of the template", key.node)),
    }
}

/// Parameters of a nested stack without a value.
fn without_value(template: &Utf8Path, id: &str, missing: &[&str], stack: Span) -> Diagnostic {
    let message = format!("nested stack `{id}` sets no value for {}", wording::and_list(missing.iter().copied()));
    Diagnostic::new(Code::E0405, message, stack, format!("`{template}` has no default for it"))
        .help(format!("add {} to its `Parameters`", wording::and_list(missing.iter().copied())))
}
