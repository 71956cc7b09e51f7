//! W0608 to W0610, I0630, W0631, W0641, and the patterns of events: what starts a pipeline.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// No source reports changes. `switch`: the setting that turns that off.
pub fn never(pipeline: &Spanned<String>, switch: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0608,
        format!("nothing starts pipeline `{}`", pipeline.node),
        switch,
        "source changes are not detected",
    )
    .note("you can still start it in the console or with `aws codepipeline start-pipeline-execution`")
    .help("remove the setting to start the pipeline on source changes")
}

/// A pipeline variable without a default, in a pipeline that starts automatically.
pub fn nobody_gives(variable: &Spanned<String>, starter: Span) -> Diagnostic {
    let name = &variable.node;
    Diagnostic::new(
        Code::W0641,
        format!("variable `{name}` has no default, but the pipeline starts automatically"),
        variable.span,
        "no value in that case",
    )
    .label(starter, "starts the pipeline")
    .note("CodePipeline does not start an execution while a variable has no value")
    .help(format!("add a default: `variable {name}: string = \"...\"`"))
}

/// `on schedule "0 3 * * *"`
pub fn not_a_schedule(text: &str, place: Span, fault: &str) -> Diagnostic {
    Diagnostic::new(Code::E0609, format!("`{text}` is not a schedule"), place, fault)
        .help("for example, `on schedule \"cron(0 3 * * ? *)\"` starts it every day at 03:00 UTC")
}

/// `on schedule` without a string after it.
pub fn without_schedule(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0609, "`on schedule` needs a schedule", place, "expected a string after it")
        .help("for example, `on schedule \"cron(0 3 * * ? *)\"` starts it every day at 03:00 UTC")
}

/// An existing bucket whose changes start a pipeline.
pub fn silent_bucket(bucket: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0609,
        format!("existing bucket `{bucket}` must send its events to EventBridge"),
        place,
        "not created by this file",
    )
    .note("otherwise changes do not start the pipeline, and AWS reports no error")
    .help("turn on Amazon EventBridge in the bucket's event notifications, if it is off")
}

/// A second source of the same repository. `branches`: its own and the other one's.
pub fn only_one_branch(
    repository: &str,
    (branch, other): (&str, &str),
    source: &Spanned<String>,
    first: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::W0610,
        format!("only one of two branches of `{repository}` starts the pipeline"),
        source.span,
        format!("uses branch `{branch}`"),
    )
    .label(first, format!("uses branch `{other}`"))
    .note("CodePipeline detects changes in only one of the branches")
    .help("write `on push { branches = [...] }` in the source that should start the pipeline, or use two pipelines")
}

/// An operator in an event pattern that EventBridge does not have.
pub fn unknown_comparison(key: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not an event pattern operator", key.node);
    let diagnostic = Diagnostic::new(Code::E0107, message, key.span, "");
    if let Some(near) = suggest::similar(&key.node, known.iter().copied()) {
        return diagnostic.suggest(key.span, Some(near));
    }
    let known: Vec<String> = known.iter().map(|word| wording::tick(word)).collect();
    diagnostic.help(format!("operators are {}", known.join(", ")))
}

/// `numeric` with something other than operators and numbers.
pub fn not_numeric(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "`numeric` takes alternating operators and numbers", place, "")
        .help("for example, `[\">\", 0, \"<=\", 5]`")
}

/// A source that CodePipeline polls for changes.
pub fn polled(source: &str, word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0630,
        format!("source `{source}` is polled for changes"),
        place,
        "no event rule starts the pipeline",
    )
    .note("CodePipeline stops polling, without notice, when the pipeline has not run for 30 days")
    .help(format!("remove `{word}` to start the pipeline with an event rule"))
}

/// An event that reports changes in a source, which start the pipeline anyway.
pub fn twice(pipeline: &str, event: Span, source: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0631,
        format!("a change in the source starts pipeline `{pipeline}` twice"),
        event,
        "this event reports the same changes",
    )
    .label(source.span, "its changes already start the pipeline")
    .help("remove `on event`")
}
