//! I0630: sources that are polled for changes.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "polled-sources", codes: &[Code::I0630], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(detection) = &place.action.action_type.change_detection else { continue };
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        // The key that turns off polling, set to the opposite value.
        let polls = |key: &&String| planned.configuration.get(*key).is_some_and(|it| it.text.as_text() == Some("true"));
        if let Some(key) = detection.set.keys().find(polls)
            && let Some(setting) = place.action.configuration.get(key)
        {
            let word = setting.word(key, place.action.action_type.slot_of_key(key));
            findings.about(place, polled(&place.action.name.node, word, setting.attribute.to(setting.value.span)));
        }
    }
}

/// A source that CodePipeline polls for changes.
fn polled(source: &str, word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0630,
        format!("source `{source}` is polled for changes"),
        place,
        "no event rule starts the pipeline",
    )
    .note("CodePipeline stops polling, without notice, when the pipeline has not run for 30 days")
    .help(format!("remove `{word}` to start the pipeline with an event rule"))
}
