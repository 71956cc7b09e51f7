//! W0204: an artifact that no action reads.

use std::collections::HashSet;

use crate::catalog::Count;
use crate::check::support::artifact_functions::functions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::artifacts;
use crate::hir::ArtifactId;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "artifact-unused", codes: &[Code::W0204], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.incomplete {
        return;
    }
    for (_, pipeline) in subject.pipelines() {
        let of_actions = pipeline.actions.iter().flat_map(|action| &action.inputs);
        let of_rules = pipeline.rules().flat_map(|rule| &rule.inputs);
        let read: HashSet<ArtifactId> = of_actions.chain(of_rules).map(|input| input.artifact).collect();
        // One that a function reads without its being an input is reported as such.
        let functions: Vec<_> = pipeline.actions.iter().flat_map(functions).collect();
        let named = |name: &str| functions.iter().any(|function| function.artifact.node == name);
        for (id, artifact) in pipeline.artifacts().filter(|(id, it)| !read.contains(id) && !named(&it.name.node)) {
            let producer = pipeline.action(artifact.producer);
            let count = producer.outputs.len();
            let Count { min, max } = producer.action_type.outputs;
            // A source has to have its output, whether or not somebody reads it; more than may be are reported as such.
            if min < count && count <= max && producer.outputs.contains(&id) {
                let clause = clause(subject, producer.span, artifact.name.span);
                findings.push(artifacts::unused(&artifact.name, &producer.name.node, count == 1, clause));
            }
        }
    }
}

/// The `-> Artifact` at the end of a header, with the blanks before it, where it is the only output.
fn clause(subject: &Subject<'_>, header: Span, artifact: Span) -> Option<Span> {
    let text = subject.workspace.text(header.file);
    let before = text.get(header.range().start..artifact.range().start)?;
    let kept = before.trim_end().strip_suffix("->")?.trim_end();
    (header.end == artifact.end).then(|| Span::new(header.file, header.range().start + kept.len(), header.range().end))
}
