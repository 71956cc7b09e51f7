//! E0501 to E0508, E0530, E0606: stages, their actions, and how many there may be.

use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// A source behind the first stage.
pub fn source_outside(action: &Spanned<String>, first_stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("source `{}` stands outside the first stage", action.node),
        action.span,
        "a source starts a run, so it cannot come later",
    )
    .label(first_stage.span, "the first stage")
    .note("AWS: \"Source actions can only be included in the first stage of the pipeline\"")
    .help("move it to the first stage")
}

/// Something else beside the sources.
pub fn not_a_source(action: &Spanned<String>, next_stage: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0501,
        format!("action `{}` stands in the first stage, which is for sources only", action.node),
        action.span,
        "not a source",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"");
    match next_stage {
        Some(stage) => diagnostic.help(format!("move it to stage `{stage}`")),
        None => diagnostic.help("move it to a stage of its own"),
    }
}

/// A first stage of other actions.
pub fn no_source(stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("the first stage, `{}`, has no source", stage.node),
        stage.span,
        "nothing brings the files in",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"")
    .help("put a stage with a `source` action before it")
}

/// A pipeline of one stage, or of none.
pub fn too_few_stages(pipeline: &Spanned<String>, count: usize, least: usize) -> Diagnostic {
    let has = if count == 0 { "no stages".to_owned() } else { wording::count(count, "stage") };
    let diagnostic = Diagnostic::new(
        Code::E0502,
        format!("pipeline `{}` has {has}; CodePipeline needs at least {least}", pipeline.node),
        pipeline.span,
        "too few stages",
    );
    if count == 0 {
        return diagnostic.help("write a stage with the sources, and one for what is done with them");
    }
    diagnostic.help("add a stage for what is done with the sources")
}

/// More stages or actions than any source allows.
pub fn too_large(owner: &str, count: usize, what: &str, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0503,
        format!("{owner} has {}; CodePipeline allows at most {}", wording::count(count, what), number(most)),
        place,
        "too many",
    )
}

/// A count between two published figures.
pub fn disputed_size(owner: &str, count: usize, what: &str, stricter: usize, looser: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0503,
        format!("{owner} has {}; AWS names two limits, {stricter} and {}", wording::count(count, what), number(looser)),
        place,
        format!("more than {stricter}"),
    )
    .note(format!("the user guide says {stricter}, other pages of AWS say {}", number(looser)))
}

/// A loop and what it makes.
#[derive(Debug, Clone, Copy)]
pub struct Repeated {
    /// The keyword.
    pub keyword: Span,
    /// What it runs over.
    pub list: Span,
    /// How many elements that has.
    pub elements: usize,
    /// How many of the things counted the loop makes.
    pub made: usize,
    /// How many there are in all.
    pub all: usize,
}

/// Puts a remark on a size at the loop that makes it.
pub fn made_by_loop(mut diagnostic: Diagnostic, repeated: &Repeated, what: &str) -> Diagnostic {
    let owner = diagnostic.primary.span;
    diagnostic.primary.span = repeated.keyword;
    diagnostic.primary.text = format!("makes {}", wording::count(repeated.made, what));
    diagnostic
        .label(repeated.list, wording::count(repeated.elements, "element"))
        .label(owner, format!("{} in all", wording::count(repeated.all, what)))
}

/// Two actions of a stage with one name.
pub fn action_name_twice(action: &Spanned<String>, first: Span, stage: &str) -> Diagnostic {
    let message = format!("two actions of stage `{stage}` are named `{}`", action.node);
    if action.span == first {
        return Diagnostic::new(Code::E0504, message, first, "named so each time this is written out")
            .help("put what tells them apart in its name: `\"Name-${element}\"`");
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
    .note("CodePipeline starts the second step of a branch when the first steps of all branches have ended")
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
        "a stage holds at least one action",
    )
    .help("add an action, or remove the stage")
}

/// Something that V1 lacks.
pub fn needs_version_two(what: &str, place: Span, asked: Span, said: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0508, format!("{what} needs a pipeline of type V2"), place, "not available in V1")
            .label(asked, "the type is set here")
            .help("remove `type = V1`: without it the pipeline is of type V2");
    match said {
        Some(text) => diagnostic.note(format!("AWS: \"{text}\"")),
        None => diagnostic,
    }
}

/// `on failure rollback` in a stage of sources.
pub fn rollback_of_sources(stage: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back: it holds sources", stage.node),
        place,
        "sources have nothing to go back to",
    )
    .help("remove the statement, or move it to a stage that deploys")
}

/// `on failure rollback` in mode `parallel`.
pub fn rollback_in_parallel(stage: &Spanned<String>, place: Span, mode: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back in mode `parallel`", stage.node),
        place,
        "there is no run before this one",
    )
    .label(mode, "the mode is set here")
    .help("use mode `queued` or `superseded`, or remove the statement")
}

/// `on failure` with something that CodePipeline does not do.
pub fn unknown_outcome(place: Span, found: &str) -> Diagnostic {
    let label = if found.is_empty() { "an outcome is missing" } else { "not an outcome" };
    Diagnostic::new(Code::E0107, "`on failure` takes `retry` or `rollback`", place, label)
        .help("write `on failure retry`, `on failure retry all` or `on failure rollback`")
}

/// Two `on failure` in a stage.
pub fn outcome_twice(place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, "the stage has `on failure` twice", place, "a stage does one thing when it fails")
        .label(first, "the first one")
        .help("keep one of them")
}

/// `raw` with the property for several artifact stores beside the one for a single one, or the reverse.
pub fn second_store(key: &Spanned<String>, made: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0530,
        format!("`raw` gives `{}` beside the pipeline's own `{made}`", key.node),
        key.span,
        "CodePipeline takes one of the two",
    )
    .help(format!("name your bucket with `artifacts {{ bucket = ... }}`, or give `{made}`"))
}
