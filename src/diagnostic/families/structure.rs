//! E0501 to E0508, E0530, E0606: stages, their actions, and how many there may be.

use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// A source after the first stage.
pub fn source_outside(action: &Spanned<String>, first_stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("source `{}` is outside the first stage", action.node),
        action.span,
        "sources start the execution",
    )
    .label(first_stage.span, "the first stage")
    .note("AWS: \"Source actions can only be included in the first stage of the pipeline\"")
    .help(format!("move it to stage `{}`", first_stage.node))
}

/// Another action among the sources.
pub fn not_a_source(action: &Spanned<String>, next_stage: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0501,
        format!("action `{}` is in the first stage, which is for sources only", action.node),
        action.span,
        "not a source",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"");
    match next_stage {
        Some(stage) => diagnostic.help(format!("move it to stage `{stage}`")),
        None => diagnostic.help("move it to a separate stage"),
    }
}

/// A first stage of other actions.
pub fn no_source(stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("the first stage, `{}`, has no source", stage.node),
        stage.span,
        "nothing provides the input files",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"")
    .help("add a stage with a `source` action before it")
}

/// A pipeline of one stage, or of none.
pub fn too_few_stages(pipeline: &Spanned<String>, count: usize, least: usize) -> Diagnostic {
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

/// More stages or actions than any source allows.
pub fn too_large(owner: &str, count: usize, what: &str, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0503,
        format!("{owner} has {}; CodePipeline allows at most {}", wording::count(count, what), number(most)),
        place,
        "",
    )
    .help(if what == "variable" {
        format!("remove {}", wording::count(count.saturating_sub(most), what))
    } else {
        format!("remove {}, or split the pipeline", wording::count(count.saturating_sub(most), what))
    })
}

/// A count between two published figures.
pub fn disputed_size(owner: &str, count: usize, what: &str, stricter: usize, looser: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0503,
        format!(
            "{owner} has {}; AWS documents two limits, {stricter} and {}",
            wording::count(count, what),
            number(looser)
        ),
        place,
        format!("more than {stricter}"),
    )
    .note(format!("the CodePipeline user guide says {stricter}; other AWS pages say {}", number(looser)))
    .help(format!("use at most {} to be safe", wording::count(stricter, what)))
}

/// A loop and what it expands to.
#[derive(Debug, Clone, Copy)]
pub struct Repeated {
    /// The keyword.
    pub keyword: Span,
    /// What it runs over.
    pub list: Span,
    /// How many elements that has.
    pub elements: usize,
    /// How many of the items counted come from the loop.
    pub made: usize,
    /// How many there are in all.
    pub all: usize,
}

/// Puts a diagnostic about a size at the loop that causes it.
pub fn made_by_loop(mut diagnostic: Diagnostic, repeated: &Repeated, what: &str) -> Diagnostic {
    let owner = diagnostic.primary.span;
    diagnostic.primary.span = repeated.keyword;
    diagnostic.primary.text = format!("expands to {}", wording::count(repeated.made, what));
    diagnostic
        .label(repeated.list, wording::count(repeated.elements, "element"))
        .label(owner, format!("{} in total", wording::count(repeated.all, what)))
}

/// Two actions of a stage with one name.
pub fn action_name_twice(action: &Spanned<String>, first: Span, stage: &str) -> Diagnostic {
    let message = format!("two actions of stage `{stage}` are named `{}`", action.node);
    if action.span == first {
        return Diagnostic::new(Code::E0504, message, first, "repeated with the same name")
            .help("add a value to the name that is different for each element: `\"Name-${element}\"`");
    }
    Diagnostic::new(Code::E0504, message, action.span, "named again here")
        .label(first, "first named here")
        .help("rename one of them")
}

/// Branches of different lengths.
pub fn uneven_parallel(keyword: Span, lengths: &[u32]) -> Diagnostic {
    let list: Vec<String> = lengths.iter().map(u32::to_string).collect();
    Diagnostic::new(
        Code::I0506,
        "branches of `parallel` wait for each other step by step",
        keyword,
        format!("branches of {} steps", join(&list)),
    )
    .note("CodePipeline starts the second step of a branch only after the first steps of all branches have finished")
}

fn join(items: &[String]) -> String {
    match items {
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        other => other.concat(),
    }
}

/// A stage without actions.
pub fn empty_stage(stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0507,
        format!("stage `{}` has no actions", stage.node),
        stage.span,
        "a stage needs at least one action",
    )
    .help("add an action, or remove the stage")
}

/// Something that V1 lacks.
pub fn needs_version_two(what: &str, place: Span, asked: Span, said: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0508, format!("{what} needs a pipeline of type V2"), place, "not available in V1")
            .label(asked, "set here")
            .help("remove `type = V1`; the default is V2");
    match said {
        Some(text) => diagnostic.note(format!("AWS: \"{text}\"")),
        None => diagnostic,
    }
}

/// `on failure rollback` in a stage of sources.
pub fn rollback_of_sources(stage: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back: it contains sources", stage.node),
        place,
        "sources have nothing to roll back to",
    )
    .help("remove the statement, or move it to a stage that deploys")
}

/// `on failure rollback` in mode `parallel`.
pub fn rollback_in_parallel(stage: &Spanned<String>, place: Span, mode: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back in mode `parallel`", stage.node),
        place,
        "parallel executions have no previous one to roll back to",
    )
    .label(mode, "set here")
    .help("use mode `queued` or `superseded`, or remove the statement")
}

/// `on failure` with something that CodePipeline does not do.
pub fn unknown_outcome(place: Span, found: &str) -> Diagnostic {
    let label = if found.is_empty() { "nothing follows it" } else { "" };
    Diagnostic::new(Code::E0107, "`on failure` takes `retry` or `rollback`", place, label)
        .help("write `on failure retry`, `on failure retry all`, or `on failure rollback`")
}

/// Two `on failure` in a stage.
pub fn outcome_twice(place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, "duplicate `on failure` in a stage", place, "second one")
        .label(first, "first one")
        .help("remove one of them")
}

/// `raw` with the property for several artifact stores in addition to the one for a single one, or the reverse.
pub fn second_store(key: &Spanned<String>, made: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0530,
        format!("`raw` sets `{}`, but the pipeline already has `{made}`", key.node),
        key.span,
        "CodePipeline accepts only one of the two",
    )
    .help(format!("name your bucket with `artifacts {{ bucket = ... }}`, or set `{made}` instead"))
}
