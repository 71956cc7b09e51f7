//! W0101: rules that a condition contains twice.

use crate::check::{Findings, Rule, RulePlace, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "repeated-rules", codes: &[Code::W0101], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let places: Vec<RulePlace<'_>> = subject.rules().filter(|place| !place.rule.incomplete).collect();
    for (index, place) in places.iter().enumerate() {
        let earlier = places.iter().take(index).rev();
        let mut beside = earlier.take_while(|other| std::ptr::eq(other.condition, place.condition));
        if let Some(first) = beside.find(|other| is_same(other, place)) {
            findings.push(twice(place.rule.span, first.rule.span));
        }
    }
}

/// Returns whether two rules always have the same result. Rules that run something may not.
fn is_same(one: &RulePlace<'_>, other: &RulePlace<'_>) -> bool {
    let (one, other) = (one.rule, other.rule);
    let runs = |rule: &crate::hir::ConditionRule| !rule.inputs.is_empty() || rule.project().is_some();
    let is_set = |(key, setting): (&String, &crate::hir::Setting)| {
        other.value(key).is_some_and(|value| value.same(&setting.value) && !value.is_poisoned())
    };
    one.word == other.word
        && one.span != other.span
        && !runs(one)
        && one.configuration.len() == other.configuration.len()
        && !one.configuration.is_empty()
        && one.configuration.iter().all(is_set)
        && one.region.as_ref().map(|it| &it.node) == other.region.as_ref().map(|it| &it.node)
        && one.role.as_ref().map(|it| it.node) == other.role.as_ref().map(|it| it.node)
}

/// A rule that repeats another one.
fn twice(place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0101, "the condition contains this rule twice", place, "repeated here")
        .label(first, "first one")
        .help("remove one of them, or correct the second one")
}
