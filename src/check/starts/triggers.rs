//! E0601, E0602, E0603, E0640: `on push` and `on pull-request` that CodePipeline rejects. E0105: a filter without patterns.

use std::collections::BTreeSet;

use crate::catalog::limits::{Limit, limit};
use crate::catalog::{self, Category, ExampleValue};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::attributes;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Filter, FilterEvent, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { name: "triggers", codes: &[Code::E0105, Code::E0601, Code::E0602, Code::E0603, Code::E0640], run: check };

/// The attributes of a filter that contain patterns.
const PATTERNS: [&str; 3] = ["branches", "tags", "paths"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(first) = place.action.filters.first() else { continue };
        if !place.action.action_type.filters {
            // Nothing is known about a provider that does not exist.
            if place.action.action_type.slot.is_empty() {
                continue;
            }
            let is_source = place.action.category == Category::Source;
            let mut connections = subject.hir.connections.iter().map(|it| it.symbol.node.as_str());
            let connection = connections.next().filter(|_| connections.next().is_none());
            let found = without_connection(first.event.word(), first.span, &place.owner(), is_source, connection);
            findings.about(place, found);
            continue;
        }
        for filter in place.action.filters.iter().filter(|filter| !filter.incomplete) {
            combination(filter, findings);
            patterns(filter, findings);
        }
        filters(place, findings);
    }
}

/// Checks that a push filter is for tags or for branches, not for both. Paths only narrow branches.
fn combination(filter: &Filter, findings: &mut Findings) {
    if filter.event != FilterEvent::Push {
        return;
    }
    let word = |word: &str| filter.attributes.get(word).map(|attribute| attribute.word);
    match (word("tags"), word("branches"), word("paths")) {
        (Some(tags), Some(branches), _) => findings.push(tags_and("branches", tags, branches)),
        (Some(tags), None, Some(paths)) => findings.push(tags_and("paths", tags, paths)),
        (None, None, _) => {
            let slot = catalog::declaration("push").and_then(|it| it.slot_of_attribute("branches"));
            let example = slot.map_or_else(|| ExampleValue::texts(&["..."]), catalog::Slot::example);
            findings.push(attributes::missing_attribute(
                &PipeCode::on("push").into(),
                "branches",
                &example,
                filter.span,
                None,
            ));
        }
        _ => {}
    }
}

/// Checks the number of patterns in a list, and their lengths.
fn patterns(filter: &Filter, findings: &mut Findings) {
    let (Some(count), Some(length)) = (limit("patterns"), limit("pattern")) else { return };
    for word in PATTERNS {
        let Some(attribute) = filter.attributes.get(word) else { continue };
        for left_out in [false, true] {
            let all: Vec<_> = filter.patterns(word, left_out).collect();
            if let Some(first) = all.get(count.value) {
                findings.push(too_many_patterns(word, left_out, all.len(), count.value, first.span));
            }
            for pattern in all {
                let characters = pattern.node.chars().count();
                if characters == 0 || characters > length.value {
                    findings.push(pattern_length(characters, length.value, pattern.span));
                }
            }
        }
        if matches!(&attribute.value.kind, ValueKind::List(items) if items.is_empty()) {
            findings.push(no_patterns(word, attribute.value.span));
        }
    }
}

/// Checks the number of filters of a kind in a source.
fn filters(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Some(Limit { value: most, .. }) = limit("filters") else { return };
    for event in [FilterEvent::Push, FilterEvent::PullRequest] {
        let all: Vec<&Filter> = action.filters.iter().filter(|filter| filter.event == event).collect();
        if let Some(surplus) = all.get(*most) {
            let name = &action.name.node;
            findings.about(place, too_many_filters(name, event.word(), all.len(), *most, surplus.span));
        }
        for (index, filter) in all.iter().enumerate().filter(|(_, filter)| !filter.incomplete) {
            if let Some(first) = all.iter().take(index).find(|earlier| same(earlier, filter)) {
                findings.push(filter_twice(event.word(), filter.span, first.span));
            }
        }
    }
}

/// Returns whether two filters match the same changes, regardless of the order of their patterns.
fn same(one: &Filter, other: &Filter) -> bool {
    let words = |filter: &Filter, word: &str| -> Option<BTreeSet<String>> {
        let value = &filter.attributes.get(word)?.value;
        let ValueKind::List(items) = &value.kind else { return None };
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let given = |filter: &Filter| filter.attributes.keys().cloned().collect::<BTreeSet<String>>();
    !one.incomplete
        && given(one) == given(other)
        && one.attributes.keys().all(|word| words(one, word).is_some_and(|own| Some(own) == words(other, word)))
}

/// `tags` combined with `branches` or `paths` in one filter.
fn tags_and(other: &str, tags: Span, other_span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0601,
        format!("one filter cannot have both `tags` and `{other}`"),
        tags,
        "a push updates a tag or a branch, never both",
    )
    .label(other_span, "conflicts with this")
    .help(phrase!["write two ", PipeCode::on_with("push", "{ ... }"), " filters; either one starts the pipeline"])
}

/// A filter in something other than a source with a connection.
fn without_connection(
    event: &'static str,
    place: Span,
    owner: &str,
    is_source: bool,
    connection: Option<&str>,
) -> Diagnostic {
    let event = PipeCode::on(event);
    let help = if is_source {
        let instead = match connection {
            Some(connection) => phrase!["`source github` with ", PipeCode::set("connection", connection)],
            None => "`source github`, with `connection GitHub { provider = github }`".into(),
        };
        phrase![
            "remove ",
            event.clone(),
            " to start the pipeline on every change, or use a source with a connection, such as ",
            instead
        ]
    } else {
        phrase!["remove ", event.clone(), ", or write it in a source that accesses its repository through a connection"]
    };
    Diagnostic::new(
        Code::E0602,
        phrase![event, " needs a source with a connection"],
        place,
        format!("{owner} has no connection"),
    )
    .note("AWS: \"Triggers for connections must reference a CodeStarSourceConnection action.\"")
    .help(help)
    .help_in_document("remove the trigger, or access the repository through a connection")
}

/// Two equal filters.
fn filter_twice(event: &'static str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0640, phrase!["duplicate ", PipeCode::on(event), " filter"], place, "repeated here")
        .label(first, "first one")
        .note("CodePipeline rejects duplicate filters")
        .help("remove one of them")
}

/// More filters of a kind than a trigger can have.
fn too_many_filters(action: &str, event: &'static str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        phrase![
            format!("source `{action}` has {count} "),
            PipeCode::on(event),
            format!(" filters; CodePipeline allows at most {most}")
        ],
        place,
        "",
    )
    .help("put several patterns in one filter; any match is enough")
}

/// More patterns than a list can have.
fn too_many_patterns(word: &str, left_out: bool, count: usize, most: usize, place: Span) -> Diagnostic {
    let what = if left_out { "patterns with `!`" } else { "patterns" };
    Diagnostic::new(Code::E0603, format!("`{word}` has {count} {what}; CodePipeline allows at most {most}"), place, "")
        .help("move some to another filter, or combine patterns: `{a,b}` matches both")
}

/// An empty pattern or one that is too long.
fn pattern_length(count: usize, most: usize, place: Span) -> Diagnostic {
    let characters = wording::count(count, "character");
    let message = format!("the pattern has {characters}; CodePipeline allows 1 to {most}");
    Diagnostic::new(Code::E0603, message, place, if count == 0 { "empty pattern" } else { "" })
}

/// `branches = []`
fn no_patterns(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("`{word}` has no patterns; CodePipeline needs at least 1"),
        place,
        "empty list",
    )
    .help(phrase!["add a pattern, for example ", PipeCode::set(word, ExampleValue::texts(&["**"]))])
}
