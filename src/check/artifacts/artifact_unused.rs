//! W0204: an artifact that no action reads.

use crate::catalog::Count;
use crate::check::support::artifact_functions::functions;
use crate::check::{Findings, Rule, Subject};
use crate::collections::HashSet;
use crate::diagnostic::{Code, Diagnostic, Intent, Phrase, PipeCode, phrase};
use crate::hir::{ArtifactId, Pipeline, PipelineId};
use crate::source::{Span, Spanned};
use crate::workspace::packaging::INPUT_FOLDER;

pub(super) const RULE: Rule = Rule { name: "artifact-unused", codes: &[Code::W0204], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.incomplete {
        return;
    }
    for (pipeline_id, pipeline) in subject.pipelines() {
        let of_actions = pipeline.actions.iter().flat_map(|action| &action.inputs);
        let of_rules = pipeline.rules().flat_map(|rule| &rule.inputs);
        let read: HashSet<ArtifactId> = of_actions.chain(of_rules).map(|input| input.artifact).collect();
        // An artifact that a function or a key names although it is not an input is reported separately.
        let functions: Vec<_> = pipeline.actions.iter().flat_map(functions).collect();
        let settings = pipeline.actions.iter().flat_map(|action| action.configuration.values());
        let raw: Vec<&str> = settings.filter(|it| it.raw).filter_map(|setting| setting.value.as_str()).collect();
        let named = |name: &str| {
            functions.iter().any(|function| function.artifact.node == name)
                || raw.iter().any(|text| text.split("::").next() == Some(name))
        };
        for (id, artifact) in pipeline.artifacts().filter(|(id, it)| !read.contains(id) && !named(&it.name.node)) {
            if read_without_input(subject, pipeline_id, pipeline, &artifact.name.node) {
                continue;
            }
            let producer = pipeline.action(artifact.producer);
            let count = producer.outputs.len();
            let Count { min, max } = producer.action_type.outputs;
            // A source must have its output, whether or not it is read. Too many outputs are reported separately.
            if min < count && count <= max && producer.outputs.contains(&id) {
                let found = unused(&artifact.name, &producer.name.node, producer.span, count == 1);
                let is_empty = producer.stack_operation().is_some() && producer.value("OutputFileName").is_none();
                // A later action may be meant to read it instead of what it reads.
                let later = pipeline.actions.iter().any(|it| it.stage > producer.stage && !it.inputs.is_empty());
                let found = if later { found.guess() } else { found };
                findings.push(if is_empty { found.help(empty(&artifact.name.node, &producer.symbol)) } else { found });
            }
        }
    }
}

/// Whether the commands of a build use the folder of an artifact that is not its input, which is reported as such.
fn read_without_input(subject: &Subject<'_>, id: PipelineId, pipeline: &Pipeline, artifact: &str) -> bool {
    let variable = format!("{INPUT_FOLDER}{artifact}");
    let mut builds = pipeline.actions().flat_map(|(action, _)| subject.action_files.builds(id, action));
    builds.any(|build| build.commands.reads.iter().any(|read| read.node.name == variable))
}

/// The help for an artifact that contains nothing.
fn empty(artifact: &str, producer: &str) -> Phrase {
    phrase![
        "remove ",
        PipeCode::to_artifact(artifact),
        format!(" from `{producer}`, or set `output-file-name` and use the artifact in a later action")
    ]
}

/// An artifact that is never read. `header` is that of its producer; `only` is whether the producer has no other
/// output.
fn unused(artifact: &Spanned<String>, producer: &str, header: Span, only: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::W0204, format!("artifact `{}` is never used", artifact.node), artifact.span, "");
    let diagnostic = diagnostic.intend(Intent::RemoveOutput { header, artifact: artifact.span });
    if only {
        return diagnostic.help(phrase![
            "use it in a later action, or remove ",
            PipeCode::to_artifact(artifact.node.as_str()),
            format!(" from `{producer}`")
        ]);
    }
    diagnostic.help(format!("use it in a later action, or remove it from the outputs of `{producer}`"))
}
