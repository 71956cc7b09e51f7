//! I0506: branches of a `parallel` that wait for each other.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::structure;

pub(super) const RULE: Rule = Rule { name: "uneven-parallel", codes: &[Code::I0506], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for uneven in subject.plan.pipelines.iter().flat_map(|pipeline| &pipeline.uneven) {
        findings.push(structure::uneven_parallel(uneven.span, &uneven.lengths));
    }
}
