//! Names that two stages have swapped: each uses what is named after the other.

use std::collections::BTreeMap;

use crate::catalog::Category;
use crate::check::support::environment_words::{words, words_of_stage};
use crate::check::{Place, Subject};
use crate::hir::{Action, Pipeline, Value, ValueKind};
use crate::source::Span;

/// Two names, each in the stage of the other.
pub(in crate::check) struct Swapped<'a> {
    pub first: NamedPlace<'a>,
    pub second: NamedPlace<'a>,
}

impl Swapped<'_> {
    /// Returns whether a value is one of the two names.
    pub fn has(&self, value: &Value) -> bool {
        std::ptr::eq(self.first.value, value) || std::ptr::eq(self.second.value, value)
    }
}

/// A name in the configuration of an action.
#[derive(Clone)]
pub(in crate::check) struct NamedPlace<'a> {
    pub place: Place<'a>,
    pub name: &'a str,
    pub span: Span,
    value: &'a Value,
    /// The key, and whether it says what the action works on.
    key: String,
    is_target: bool,
    words: Vec<String>,
}

impl NamedPlace<'_> {
    /// Returns the stage of the action.
    pub fn stage(&self) -> &str {
        self.place.pipeline.stages.get(self.place.action.stage).map_or("", |stage| stage.name.as_str())
    }
}

/// Words in the names of stages that say what a stage does, and not for which environment.
const OF_EVERY_STAGE: [&str; 9] =
    ["and", "approve", "build", "check", "deploy", "deployment", "release", "stage", "verify"];

/// Words in the names of variables that refer to another environment on purpose.
const OF_OTHERS: [&str; 18] = [
    "backup",
    "baseline",
    "compare",
    "failover",
    "from",
    "mirror",
    "next",
    "other",
    "partner",
    "peer",
    "previous",
    "primary",
    "promote",
    "reference",
    "remote",
    "replica",
    "secondary",
    "standby",
];

/// Returns the names that two stages of a pipeline have swapped, one for each pair of actions.
pub(in crate::check) fn swapped<'a>(subject: &Subject<'a>) -> Vec<Swapped<'a>> {
    let mut groups: BTreeMap<String, Vec<NamedPlace<'a>>> = BTreeMap::new();
    let is_complete = |it: &Place<'_>| !it.action.incomplete && !it.pipeline.incomplete;
    let can_swap = |it: &Place<'_>| uses_names(it.action) && uses_names_in_several_stages(it.pipeline);
    for place in subject.actions().filter(can_swap).filter(is_complete) {
        for named in names(subject, place) {
            let pipeline = place.pipeline.name.node.as_str();
            groups.entry([pipeline, &place.action.action_type.provider, &named.key].join("/")).or_default().push(named);
        }
    }
    let mut found: Vec<Swapped<'a>> = Vec::new();
    for group in groups.values() {
        for (index, second) in group.iter().enumerate() {
            let is_before = |first: &&NamedPlace<'_>| {
                first.place.action.stage < second.place.action.stage
                    && first.place.action.category == second.place.action.category
            };
            for first in group.iter().take(index).filter(is_before) {
                let is_known = |it: &Swapped<'_>| {
                    it.first.place.id == first.place.id
                        && it.second.place.id == second.place.id
                        && it.first.place.pipeline_id == first.place.pipeline_id
                };
                // A stage that also uses its own name has swapped nothing.
                let has = |one: &NamedPlace<'_>, other: &NamedPlace<'_>| {
                    group.iter().any(|it| it.place.action.stage == one.place.action.stage && it.words == other.words)
                };
                let is_right = has(first, second) || has(second, first);
                if !is_right && !found.iter().any(is_known) && are_swapped(subject, first, second) {
                    found.push(Swapped { first: first.clone(), second: second.clone() });
                }
            }
        }
    }
    found
}

/// Returns whether an action does something with what its configuration names.
fn uses_names(action: &Action) -> bool {
    matches!(action.category, Category::Deploy | Category::Invoke | Category::Test)
}

fn uses_names_in_several_stages(pipeline: &Pipeline) -> bool {
    let mut stages = pipeline.actions.iter().filter(|action| uses_names(action)).map(|action| action.stage);
    stages.next().is_some_and(|first| stages.any(|stage| stage != first))
}

fn are_swapped(subject: &Subject<'_>, first: &NamedPlace<'_>, second: &NamedPlace<'_>) -> bool {
    if first.words == second.words || first.span.covers(second.span) {
        return false;
    }
    let of = |named: &NamedPlace<'_>| words_of_stage(subject.hir, named.place.pipeline, named.place.action.stage);
    let (of_first, of_second) = (of(first), of(second));
    let marks = |own: &[String], other: &[String]| -> Vec<String> {
        let is_mark = |word: &&String| !other.contains(word) && !OF_EVERY_STAGE.contains(&word.as_str());
        own.iter().filter(is_mark).cloned().collect()
    };
    let (one, two) = (marks(&of_first, &of_second), marks(&of_second, &of_first));
    let has = |named: &NamedPlace<'_>, marks: &[String]| named.words.iter().any(|word| marks.contains(word));
    let crossed = || has(first, &two) && !has(first, &one) && has(second, &one) && !has(second, &two);
    let plain = |marked: &NamedPlace<'_>, other: &NamedPlace<'_>, marks: &[String], own: &[String]| {
        has(marked, marks) && !has(marked, own) && !has(other, marks) && !has(other, own)
    };
    let is_pair = crossed() && rest(&first.words, &two) == rest(&second.words, &one)
        || plain(second, first, &one, &two) && rest(&second.words, &one) == first.words
        || plain(first, second, &two, &one) && rest(&first.words, &two) == second.words;
    is_pair && !names_own(subject, first, &one) && !names_own(subject, second, &two)
}

/// Returns the words of a name without those of a stage.
fn rest(words: &[String], marks: &[String]) -> Vec<String> {
    words.iter().filter(|word| !marks.contains(word)).cloned().collect()
}

/// Returns whether the action of a variable also names its own environment, so that it uses both on purpose.
fn names_own(subject: &Subject<'_>, named: &NamedPlace<'_>, marks: &[String]) -> bool {
    !named.is_target
        && names(subject, named.place)
            .iter()
            .any(|other| !other.is_target && other.words.iter().any(|word| marks.contains(word)))
}

/// Returns the names of resources, addresses, and the like in the configuration of an action.
fn names<'a>(subject: &Subject<'a>, place: Place<'a>) -> Vec<NamedPlace<'a>> {
    let action: &Action = place.action;
    let mut found = Vec::new();
    for (key, setting) in &action.configuration {
        let value = &setting.value;
        let is_target = action.action_type.works_on.iter().any(|it| it == key);
        let named = |key: String, value: &'a Value| {
            let name = match &value.kind {
                ValueKind::Entity(entity) => subject.hir.symbol(*entity).as_str(),
                _ => value.as_str()?,
            };
            Some(NamedPlace { place, name, span: value.span, value, key, is_target, words: words(name) })
        };
        match &value.kind {
            ValueKind::Map(entries) => {
                for (name, value) in entries {
                    let is_other = words(&name.node).iter().any(|word| OF_OTHERS.contains(&word.as_str()));
                    // The name of an environment alone is a value, not the name of a resource.
                    let named = named(format!("{key}.{}", name.node), value);
                    found.extend(named.filter(|named| !is_other && named.words.len() > 1));
                }
            }
            _ => found.extend(named(key.clone(), value)),
        }
    }
    found
}
