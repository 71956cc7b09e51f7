//! E0212, E0207: `Fn::GetArtifactAtt` and `Fn::GetParam` in the parameters of a stack, which CodePipeline itself
//! evaluates.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html>
//! (2026-11-23)

use crate::check::support::artifact_files::{Wanted, missing};
use crate::check::support::artifact_functions::functions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::artifacts::{Named, with_input};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "artifact-functions", codes: &[Code::E0107, Code::E0207, Code::E0212], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        for function in functions(place.action) {
            let name_of = |input: &crate::hir::Input| place.pipeline.artifact(input.artifact).name.as_str();
            let input = place.action.inputs.iter().find(|input| name_of(input) == function.artifact.node);
            let Some(input) = input else {
                let inputs: Vec<&str> = place.action.inputs.iter().map(name_of).collect();
                let Spanned { node: artifact, span } = &function.artifact;
                let is_made = place.pipeline.artifacts.iter().any(|known| known.name.node == *artifact);
                findings.push(function_not_an_input(function.name, artifact, *span, &inputs, is_made));
                continue;
            };
            if let Some(attribute) = function.attribute.as_ref().filter(|it| !ATTRIBUTES.contains(&it.node.as_str())) {
                findings.push(no_attribute(attribute));
            }
            if let Some(file) = &function.file {
                let wanted = Wanted { artifact: input.artifact, path: &file.node, span: file.span, named: Named::Path };
                findings.extend(missing(subject, place.pipeline_id, &wanted));
            }
        }
    }
}

/// The attributes that `Fn::GetArtifactAtt` can return.
const ATTRIBUTES: [&str; 3] = ["BucketName", "ObjectKey", "URL"];

/// `Fn::GetArtifactAtt` with an attribute that artifacts do not have.
fn no_attribute(attribute: &Spanned<String>) -> Diagnostic {
    let message = format!("an artifact has no attribute `{}`", attribute.node);
    let diagnostic = Diagnostic::new(Code::E0107, message, attribute.span, "");
    match suggest::similar(&attribute.node, ATTRIBUTES) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("write {}", wording::or_list(ATTRIBUTES.into_iter()))),
    }
}

/// A function of CodePipeline that reads an artifact that is not an input of the action. `is_made` is whether an action
/// produces it.
fn function_not_an_input(function: &str, artifact: &str, place: Span, inputs: &[&str], is_made: bool) -> Diagnostic {
    let message = format!("`{function}` reads `{artifact}`, which is not an input of the action");
    let diagnostic = Diagnostic::new(Code::E0212, message, place, "");
    match inputs {
        _ if is_made => diagnostic
            .help(format!("add `{artifact}` after `from` in the header of the action"))
            .help_in_document(with_input("", artifact)),
        [] => diagnostic,
        [only] => diagnostic.help(format!("write `{only}`, the only input of the action")),
        inputs => diagnostic.help(format!("use one of its inputs: {}", wording::or_list(inputs.iter().copied()))),
    }
}
