//! E0502: a pipeline with fewer than two stages.

use crate::catalog::limits::limit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::structure;

pub(super) const RULE: Rule = Rule { name: "stage-count", codes: &[Code::E0502], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(least) = limit("stages-min") else { return };
    for (_, pipeline) in subject.pipelines() {
        let count = pipeline.stages.len();
        if count < least.value && !pipeline.incomplete {
            findings.push(structure::too_few_stages(&pipeline.symbol, count, least.value));
        }
    }
}
