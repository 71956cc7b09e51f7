//! E0502: a pipeline with fewer than two stages.

use crate::catalog::limits::limit;
use crate::check::{Rule, Subject};
use crate::diagnostic::families::structure;
use crate::diagnostic::{Code, Diagnostics};

pub(super) const RULE: Rule = Rule { name: "stage-count", codes: &[Code::E0502], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(least) = limit("stages-min") else { return };
    for (_, pipeline) in subject.pipelines() {
        let count = pipeline.stages.len();
        if count < least.value && !pipeline.incomplete {
            diagnostics.push(structure::too_few_stages(&pipeline.symbol, count, least.value));
        }
    }
}
