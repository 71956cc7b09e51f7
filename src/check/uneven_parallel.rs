//! I0506: branches of a `parallel` that wait for each other.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::structure;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for uneven in subject.plan.pipelines.iter().flat_map(|pipeline| &pipeline.uneven) {
        diagnostics.push(structure::uneven_parallel(uneven.span, &uneven.lengths));
    }
}
