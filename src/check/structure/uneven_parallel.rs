//! I0506: branches of a `parallel` that wait for each other.

use crate::check::{Rule, Subject};
use crate::diagnostic::families::structure;
use crate::diagnostic::{Code, Diagnostics};

pub(super) const RULE: Rule = Rule { name: "uneven-parallel", codes: &[Code::I0506], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for uneven in subject.plan.pipelines.iter().flat_map(|pipeline| &pipeline.uneven) {
        diagnostics.push(structure::uneven_parallel(uneven.span, &uneven.lengths));
    }
}
