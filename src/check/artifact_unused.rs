//! W0204: an artifact that no action reads.

use std::collections::HashSet;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::artifacts;
use crate::hir::ArtifactId;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.hir.incomplete {
        return;
    }
    for (_, pipeline) in subject.pipelines() {
        let read: HashSet<ArtifactId> =
            pipeline.actions.iter().flat_map(|action| &action.inputs).map(|input| input.artifact).collect();
        for (id, artifact) in pipeline.artifacts().filter(|(id, _)| !read.contains(id)) {
            let producer = pipeline.action(artifact.producer);
            // A source has to have its output, whether or not somebody reads it.
            if producer.action_type.outputs.min < producer.outputs.len() && producer.outputs.contains(&id) {
                diagnostics.push(artifacts::unused(&artifact.name, &producer.name.node, producer.outputs.len() == 1));
            }
        }
    }
}
