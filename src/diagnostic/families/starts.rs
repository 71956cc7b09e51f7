//! W0608, E0609: what starts a pipeline.

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

/// `on schedule "0 3 * * *"`
pub fn not_a_schedule(text: &str, place: Span, fault: &str) -> Diagnostic {
    Diagnostic::new(Code::E0609, format!("`{text}` is not a schedule"), place, fault)
        .help("write, for example, `on schedule \"cron(0 3 * * ? *)\"` for every night at three, UTC")
}

/// `on schedule` with nothing behind it, or with something else.
pub fn without_schedule(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0609, "`on schedule` needs a schedule", place, "a text is missing behind it")
        .help("write, for example, `on schedule \"cron(0 3 * * ? *)\"` for every night at three, UTC")
}
