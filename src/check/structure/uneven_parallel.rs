//! I0506: branches of a `parallel` that wait for each other.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "uneven-parallel", codes: &[Code::I0506], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for uneven in subject.plan.pipelines.iter().flat_map(|pipeline| &pipeline.uneven) {
        findings.push(uneven_parallel(uneven.span, &uneven.lengths));
    }
}

/// Branches of different lengths.
fn uneven_parallel(keyword: Span, lengths: &[u32]) -> Diagnostic {
    let list: Vec<String> = lengths.iter().map(u32::to_string).collect();
    Diagnostic::new(
        Code::I0506,
        "branches of `parallel` wait for each other after each step",
        keyword,
        format!("branches of {} steps", wording::listed(&list)),
    )
    .note("CodePipeline starts the second step of a branch only after the first steps of all branches have finished")
}
