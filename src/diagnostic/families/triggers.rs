//! E0601 to E0603, E0640: what starts a pipeline and what CodePipeline cannot filter.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// `tags` together with `branches` or `paths` in one filter.
pub fn tags_and(other: &str, tags: Span, other_span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0601,
        format!("one filter cannot have both `tags` and `{other}`"),
        tags,
        "a push is to a tag or to a branch, never both",
    )
    .label(other_span, "conflicts with this")
    .help("write two `on push { ... }` filters; either one starts the pipeline")
}

/// A filter in something other than a source with a connection.
pub fn without_connection(event: &str, place: Span, owner: &str, is_source: bool) -> Diagnostic {
    let help = if is_source {
        "remove it to start the pipeline on every change, or access the repository through a connection"
    } else {
        "move it into the source that starts the pipeline"
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

/// Two equal filters.
pub fn filter_twice(event: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0640, format!("duplicate `on {event}` filter"), place, "repeated here")
        .label(first, "first one")
        .note("CodePipeline rejects duplicate filters")
        .help("remove one of them")
}

/// More filters of a kind than a trigger can have.
pub fn too_many_filters(action: &str, event: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("source `{action}` has {count} `on {event}` filters; CodePipeline allows at most {most}"),
        place,
        "",
    )
    .help("put several patterns in one filter; any match is enough")
}

/// More patterns than a list can have.
pub fn too_many_patterns(word: &str, left_out: bool, count: usize, most: usize, place: Span) -> Diagnostic {
    let what = if left_out { "patterns with `!`" } else { "patterns" };
    Diagnostic::new(Code::E0603, format!("`{word}` has {count} {what}; CodePipeline allows at most {most}"), place, "")
        .help("move some to another filter, or combine patterns: `{a,b}` matches both")
}

/// An empty pattern or one that is too long.
pub fn pattern_length(count: usize, most: usize, place: Span) -> Diagnostic {
    let characters = wording::count(count, "character");
    let message = format!("the pattern has {characters}; CodePipeline allows 1 to {most}");
    Diagnostic::new(Code::E0603, message, place, if count == 0 { "empty pattern" } else { "" })
}

/// `branches = []`
pub fn no_patterns(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("`{word}` has no patterns; CodePipeline needs at least 1"),
        place,
        "empty list",
    )
    .help(format!("add a pattern, for example `{word} = [\"**\"]`"))
}
