//! E0502: a pipeline with fewer than two stages.

use crate::catalog::limits::limit;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::structure;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(least) = limit("stages-min") else { return };
    for (_, pipeline) in subject.pipelines() {
        let count = pipeline.stages.len();
        if count < least.value && !pipeline.incomplete {
            diagnostics.push(structure::too_few_stages(&pipeline.symbol, count, least.value));
        }
    }
}
