//! E0212, E0207: `Fn::GetArtifactAtt` and `Fn::GetParam` among the parameters of a stack, which CodePipeline itself fills in.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html>
//! (2026-11-23)

use crate::check::support::artifact_files::{Wanted, missing};
use crate::check::support::artifact_functions::functions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::artifacts::Named;
use crate::diagnostic::families::configuration;
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "artifact-functions", codes: &[Code::E0207, Code::E0212], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        for function in functions(place.action) {
            let name_of = |input: &crate::hir::Input| place.pipeline.artifact(input.artifact).name.as_str();
            let input = place.action.inputs.iter().find(|input| name_of(input) == function.artifact.node);
            let Some(input) = input else {
                let inputs: Vec<&str> = place.action.inputs.iter().map(name_of).collect();
                let Spanned { node: artifact, span } = &function.artifact;
                let is_made = place.pipeline.artifacts.iter().any(|known| known.name.node == *artifact);
                findings.push(configuration::function_not_an_input(function.name, artifact, *span, &inputs, is_made));
                continue;
            };
            if let Some(file) = &function.file {
                let wanted = Wanted { artifact: input.artifact, path: &file.node, span: file.span, named: Named::Path };
                findings.extend(missing(subject, place.pipeline, &wanted));
            }
        }
    }
}
