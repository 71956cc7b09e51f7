//! E0601 to E0603, E0640: what starts a pipeline and what CodePipeline cannot filter.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// `tags` beside `branches` or `paths` in one filter.
pub fn tags_and(other: &str, tags: Span, other_span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0601,
        format!("one filter cannot have both `tags` and `{other}`"),
        tags,
        "a push is of a tag or of a branch, never of both",
    )
    .label(other_span, format!("`{other}` stands here"))
    .help("write two filters, each `on push { ... }`; either one starts the pipeline")
}

/// A filter in something that is no source behind a connection.
pub fn without_connection(event: &str, place: Span, owner: &str, is_source: bool) -> Diagnostic {
    let help = if is_source {
        "remove it: every change that the source brings starts the pipeline; or reach the repository by a connection"
    } else {
        "move it into the source whose changes start the pipeline"
    };
    Diagnostic::new(
        Code::E0602,
        format!("`on {event}` needs a source with a connection"),
        place,
        format!("{owner} has no connection"),
    )
    .note("AWS: \"Triggers for connections must reference a CodeStarSourceConnection action.\"")
    .help(help)
}

/// Two filters of one kind that ask for the same.
pub fn filter_twice(event: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0640, format!("the same filter `on {event}` is written twice"), place, "written again here")
        .label(first, "first written here")
        .note("CodePipeline takes no filter twice in one list")
        .help("remove one of them")
}

/// More filters of a kind than a trigger holds.
pub fn too_many_filters(action: &str, event: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("source `{action}` has {count} filters `on {event}`; CodePipeline allows at most {most}"),
        place,
        "too many",
    )
    .help("put several patterns into one filter: any of them is enough")
}

/// More patterns than a list holds.
pub fn too_many_patterns(word: &str, left_out: bool, count: usize, most: usize, place: Span) -> Diagnostic {
    let what = if left_out { "patterns with `!`" } else { "patterns" };
    Diagnostic::new(
        Code::E0603,
        format!("`{word}` has {count} {what}; CodePipeline allows at most {most}"),
        place,
        "too many",
    )
    .help("put the others into another filter, or join patterns: `{a,b}` stands for both")
}

/// An empty pattern or one that is too long.
pub fn pattern_length(count: usize, most: usize, place: Span) -> Diagnostic {
    let characters = wording::count(count, "character");
    let message = format!("the pattern has {characters}; CodePipeline takes from 1 to {most}");
    Diagnostic::new(Code::E0603, message, place, if count == 0 { "nothing to compare with" } else { "too long" })
}

/// `branches = []`
pub fn no_patterns(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("`{word}` has no patterns; CodePipeline needs at least 1"),
        place,
        "an empty list",
    )
    .help(format!("write a pattern, for example `{word} = [\"**\"]`"))
}
