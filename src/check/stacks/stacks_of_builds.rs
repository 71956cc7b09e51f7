//! W0405, E0406, E0407: deployments by the commands of a build that CloudFormation rejects.

use crate::check::support::built_stacks::BuiltStack;
use crate::check::support::parameter_values::{OF_TEMPLATES, misfit, rejected};
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::shell::WordPart;
use crate::workspace::template::Capability;

pub(super) const RULE: Rule =
    Rule { name: "stacks-of-builds", codes: &[Code::W0405, Code::E0406, Code::E0407], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let source = SourceFolder::of(subject, place);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in subject.action_files.builds(place.pipeline_id, place.id).chain(own) {
            let certain = build.commands.invocations.iter().filter(|call| call.certain && repository::is_sound(build));
            let files = subject.action_files;
            for stack in certain.filter_map(|call| BuiltStack::of(files, place, source.as_ref(), (build, call))) {
                if !seen.contains(&stack.call.span) {
                    seen.push(stack.call.span);
                    parameters(&stack, findings);
                    findings.extend(capability(&stack));
                }
            }
        }
    }
}

fn parameters(stack: &BuiltStack<'_>, findings: &mut Findings) {
    let given = stack.overrides();
    for (name, value) in &given.values {
        let Some(parameter) = stack.template.parameter(&name.node) else { continue };
        if let Some(value) = value
            && let Some(misfit) = misfit(parameter, &value.node)
        {
            let value = (Some(value.node.as_str()), value.span);
            findings.push(rejected(Code::E0406, &name.node, value, &misfit, OF_TEMPLATES));
        }
    }
    let is_given = |name: &str| given.values.iter().any(|(given, _)| given.node == name);
    let lacking: Vec<&str> = stack
        .template
        .parameters
        .iter()
        .filter(|parameter| parameter.default.is_none() && !is_given(&parameter.name.node))
        .map(|parameter| parameter.name.node.as_str())
        .collect();
    if given.all_known && !lacking.is_empty() {
        // The AWS CLI ignores values without a parameter.
        let unknown =
            given.values.iter().map(|(name, _)| name).find(|name| stack.template.parameter(&name.node).is_none());
        findings.push(match (lacking.as_slice(), unknown) {
            ([only], Some(unknown)) => no_value_by_name(stack, only, unknown),
            _ => no_values(stack, &lacking),
        });
    }
}

/// Reports a capability that the template needs and the command does not acknowledge. A change set expands macros without one.
fn capability(stack: &BuiltStack<'_>) -> Option<Diagnostic> {
    let need = stack.template.iam_capability()?;
    let words = stack.call.values_of("--capabilities");
    let literal = |parts: &[WordPart]| match parts {
        [WordPart::Text(text)] => Some(text.clone()),
        _ => None,
    };
    let given: Vec<String> = words.iter().map(|word| literal(&word.parts)).collect::<Option<_>>()?;
    let names: Vec<&str> = given.iter().flat_map(|word| word.split([' ', ','])).collect();
    let is_enough = names.contains(&need.capability.name()) || names.contains(&Capability::NamedIam.name());
    let place = words.first().map_or(stack.call.span, |word| word.whole);
    (!is_enough).then(|| no_capability(stack, need.capability, (place, need.span), &names))
}

/// A parameter without a value. An existing stack keeps its value.
fn no_values(stack: &BuiltStack<'_>, lacking: &[&str]) -> Diagnostic {
    let (first, others) = (lacking.first().copied().unwrap_or_default(), lacking.len() - 1);
    let message = match others {
        0 => format!("parameter `{first}` of `{}` has no value", stack.path),
        more => {
            format!("parameter `{first}` of `{}`, and {}, have no value", stack.path, wording::count(more, "other"))
        }
    };
    let written: Vec<String> = lacking.iter().map(|name| format!("{name}=...")).collect();
    Diagnostic::new(Code::W0405, message, stack.call.span, "cannot create the stack")
        .help(format!("add `{}` to `--parameter-overrides`", written.join(" ")))
}

/// A parameter without a value, beside a value without a parameter.
fn no_value_by_name(stack: &BuiltStack<'_>, lacking: &str, unknown: &Spanned<String>) -> Diagnostic {
    let message = format!("parameter `{lacking}` of `{}` has no value", stack.path);
    Diagnostic::new(Code::W0405, message, unknown.span, format!("the template has no parameter `{}`", unknown.node))
        .did_you_mean(&format!("{lacking}=..."))
}

/// A capability that the command does not acknowledge.
fn no_capability(
    stack: &BuiltStack<'_>,
    needed: Capability,
    (place, cause): (Span, Span),
    given: &[&str],
) -> Diagnostic {
    let needed = needed.name();
    let label = if given.is_empty() {
        "acknowledges no capabilities".to_owned()
    } else {
        format!("acknowledges {} only", given.join(", "))
    };
    Diagnostic::new(Code::E0407, format!("template `{}` needs {needed}", stack.path), place, label)
        .label(cause, "needs it")
        .help(format!("add `--capabilities {needed}` to the command"))
}
