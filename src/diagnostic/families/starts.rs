//! W0608 to W0610, I0630, W0631, W0641, and the patterns of events: what starts a pipeline.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
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

/// A pipeline variable without a default, in a pipeline that starts by itself.
pub fn nobody_gives(variable: &Spanned<String>, starter: Span) -> Diagnostic {
    let name = &variable.node;
    Diagnostic::new(
        Code::W0641,
        format!("variable `{name}` has no default, and the pipeline starts by itself"),
        variable.span,
        "nobody gives it a value then",
    )
    .label(starter, "starts the pipeline")
    .note("CodePipeline starts no run in which a variable has no value")
    .help("give it a default behind `=`")
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

/// A bucket of somebody else whose changes start a pipeline.
pub fn silent_bucket(bucket: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0609,
        format!("bucket `{bucket}` has to send its events to EventBridge"),
        place,
        "not made by this file",
    )
    .note("otherwise changes go unnoticed, and nothing says so")
    .help("turn on Amazon EventBridge among the bucket's event notifications, where that is not done yet")
}

/// A source beside one of the same repository. `branches`: its own and the other one's.
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
        format!("brings branch `{branch}`"),
    )
    .label(first, format!("brings branch `{other}`"))
    .note("CodePipeline notices changes in one of the branches only")
    .help("write `on push { branches = [...] }` in the source whose changes matter, or make two pipelines")
}

/// A comparison in the pattern of an event that EventBridge does not have.
pub fn unknown_comparison(key: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a comparison of event patterns", key.node);
    let diagnostic = Diagnostic::new(Code::E0107, message, key.span, "not a comparison");
    if let Some(near) = suggest::similar(&key.node, known.iter().copied()) {
        return diagnostic.suggest(key.span, Some(near));
    }
    let known: Vec<String> = known.iter().map(|word| wording::tick(word)).collect();
    diagnostic.help(format!("comparisons are {}", known.join(", ")))
}

/// `numeric` with something that is no comparison of numbers.
pub fn not_numeric(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "`numeric` takes signs and numbers in turn", place, "not a comparison of numbers")
        .help("write, for example, `[\">\", 0, \"<=\", 5]`")
}

/// A source that CodePipeline asks for changes.
pub fn polled(source: &str, word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0630,
        format!("source `{source}` is polled for changes"),
        place,
        "no event starts the pipeline",
    )
    .note("polling ends, and nothing says so, when the pipeline has not run for 30 days")
    .help(format!("remove `{word}`: an event rule then starts the pipeline"))
}

/// An event that tells of changes in a source, which start the pipeline anyway.
pub fn twice(pipeline: &str, event: Span, source: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0631,
        format!("a change in the source starts pipeline `{pipeline}` twice"),
        event,
        "this event tells of the same changes",
    )
    .label(source.span, "changes in it start the pipeline by themselves")
    .help("remove `on event`")
}
