//! W0608: what starts a pipeline.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// No source reports changes. `switch`: the setting that switches that off.
pub fn never(pipeline: &Spanned<String>, switch: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0608,
        format!("nothing ever starts pipeline `{}`", pipeline.node),
        switch,
        "changes in the source go unnoticed",
    )
    .note("it still runs when started by hand or by `aws codepipeline start-pipeline-execution`")
    .help("remove the setting, so that a change starts the pipeline")
}
