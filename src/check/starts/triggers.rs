//! E0601, E0602, E0603, E0640: `on push` and `on pull-request` that CodePipeline refuses. E0105: a filter without patterns.

use std::collections::BTreeSet;

use crate::catalog::limits::{Limit, limit};
use crate::catalog::{self, Category};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::{names, triggers};
use crate::hir::{Filter, FilterEvent, ValueKind};

pub(super) const RULE: Rule =
    Rule { name: "triggers", codes: &[Code::E0105, Code::E0601, Code::E0602, Code::E0603, Code::E0640], run: check };

/// The attributes of a filter that hold patterns.
const PATTERNS: [&str; 3] = ["branches", "tags", "paths"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(first) = place.action.filters.first() else { continue };
        if !place.action.action_type.filters {
            let is_source = place.action.category == Category::Source;
            findings
                .about(place, triggers::without_connection(first.event.word(), first.span, &place.owner(), is_source));
            continue;
        }
        for filter in place.action.filters.iter().filter(|filter| !filter.incomplete) {
            combination(filter, findings);
            patterns(filter, findings);
        }
        filters(place, findings);
    }
}

/// A push is of a tag or of a branch, never of both; paths only narrow branches.
fn combination(filter: &Filter, findings: &mut Findings) {
    if filter.event != FilterEvent::Push {
        return;
    }
    let word = |word: &str| filter.attributes.get(word).map(|attribute| attribute.word);
    match (word("tags"), word("branches"), word("paths")) {
        (Some(tags), Some(branches), _) => findings.push(triggers::tags_and("branches", tags, branches)),
        (Some(tags), None, Some(paths)) => findings.push(triggers::tags_and("paths", tags, paths)),
        (None, None, _) => {
            let slot = catalog::declaration("push").and_then(|it| it.slot_of_attribute("branches"));
            let example = slot.map(catalog::Slot::example).unwrap_or_default();
            findings.push(names::missing_attribute("`on push`", "branches", &example, filter.span, None));
        }
        _ => {}
    }
}

/// How many patterns a list holds, and how long they are.
fn patterns(filter: &Filter, findings: &mut Findings) {
    let (Some(count), Some(length)) = (limit("patterns"), limit("pattern")) else { return };
    for word in PATTERNS {
        let Some(attribute) = filter.attributes.get(word) else { continue };
        for left_out in [false, true] {
            let all: Vec<_> = filter.patterns(word, left_out).collect();
            if let Some(first) = all.get(count.value) {
                findings.push(triggers::too_many_patterns(word, left_out, all.len(), count.value, first.span));
            }
            for pattern in all {
                let characters = pattern.node.chars().count();
                if characters == 0 || characters > length.value {
                    findings.push(triggers::pattern_length(characters, length.value, pattern.span));
                }
            }
        }
        if matches!(&attribute.value.kind, ValueKind::List(items) if items.is_empty()) {
            findings.push(triggers::no_patterns(word, attribute.value.span));
        }
    }
}

/// How many filters of a kind a source has.
fn filters(place: Place<'_>, findings: &mut Findings) {
    let action = place.action;
    let Some(Limit { value: most, .. }) = limit("filters") else { return };
    for event in [FilterEvent::Push, FilterEvent::PullRequest] {
        let all: Vec<&Filter> = action.filters.iter().filter(|filter| filter.event == event).collect();
        if let Some(surplus) = all.get(*most) {
            let name = &action.name.node;
            findings.about(place, triggers::too_many_filters(name, event.word(), all.len(), *most, surplus.span));
        }
        for (index, filter) in all.iter().enumerate().filter(|(_, filter)| !filter.incomplete) {
            if let Some(first) = all.iter().take(index).find(|earlier| same(earlier, filter)) {
                findings.push(triggers::filter_twice(event.word(), filter.span, first.span));
            }
        }
    }
}

/// Whether two filters let the same changes through, however their patterns are ordered.
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
