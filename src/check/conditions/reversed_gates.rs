//! W0974: conditions that fail while their alarm is quiet, and succeed while it is in alarm.

use crate::catalog::ExampleValue;
use crate::check::{Findings, Rule, RulePlace, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::ValueKind;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "reversed-gates", codes: &[Code::W0974], run: check };

/// The key with the states in which a condition fails, and the states.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html> (2026-11-30)
const STATES: &str = "AlarmStates";
const QUIET: &str = "OK";
const LOUD: &str = "ALARM";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.rules().filter(|place| !place.rule.incomplete) {
        findings.extend(quiet_only(place).map(|span| reversed(place, span)));
    }
}

/// Returns the span of the states if they include that of an alarm that is quiet, and not that of one that is not.
fn quiet_only(place: RulePlace<'_>) -> Option<Span> {
    let value = place.rule.value(STATES)?;
    let ValueKind::List(items) = &value.kind else { return None };
    let states: Vec<&str> = items.iter().map(|item| item.as_str()).collect::<Option<_>>()?;
    (states.contains(&QUIET) && !states.contains(&LOUD)).then_some(value.span)
}

/// A condition whose states are those in which it should succeed.
fn reversed(place: RulePlace<'_>, span: Span) -> Diagnostic {
    let stage = place.pipeline.stages.get(place.stage).map_or("", |stage| stage.name.as_str());
    let message = format!("the condition of stage `{stage}` fails while its alarm is quiet");
    Diagnostic::new(Code::W0974, message, span, "the condition fails in these states, not in the others")
        .help(phrase!["write ", PipeCode::set("states", ExampleValue::words(&["alarm"]))])
}
