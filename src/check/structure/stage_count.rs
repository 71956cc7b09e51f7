//! E0502: a pipeline with fewer than two stages.

use crate::catalog::limits::limit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "stage-count", codes: &[Code::E0502], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(least) = limit("stages-min") else { return };
    for (_, pipeline) in subject.pipelines() {
        let count = pipeline.stages.len();
        if count < least.value && !pipeline.incomplete {
            findings.push(too_few_stages(&pipeline.symbol, count, least.value));
        }
    }
}

/// A pipeline with one stage or none.
fn too_few_stages(pipeline: &Spanned<String>, count: usize, least: usize) -> Diagnostic {
    let has = if count == 0 { "no stages".to_owned() } else { wording::count(count, "stage") };
    let diagnostic = Diagnostic::new(
        Code::E0502,
        format!("pipeline `{}` has {has}; CodePipeline needs at least {least}", pipeline.node),
        pipeline.span,
        "",
    );
    if count == 0 {
        return diagnostic.help("add a stage with a source, and a stage that builds or deploys it");
    }
    diagnostic.help("add a stage that builds or deploys the source")
}
