//! E0202: an artifact that is used before it is produced, or in parallel with the action that produces it.

use crate::catalog::Category;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, by_run_order};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "artifact-order", codes: &[Code::E0202], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Uses of artifacts in the first stage are reported separately; their order may be right in a later stage.
    for place in subject.actions().filter(|place| place.action.stage > 0) {
        for input in &place.action.inputs {
            let artifact = place.pipeline.artifact(input.artifact);
            // Sources have run by then; sources outside the first stage are reported separately.
            if place.pipeline.action(artifact.producer).category == Category::Source {
                continue;
            }
            if !subject.plan.ran_before(place.pipeline_id, artifact.producer, place.id) {
                let own = artifact.producer == place.id;
                let producer =
                    Place { id: artifact.producer, action: place.pipeline.action(artifact.producer), ..place };
                let order = (!own).then(|| (producer.owner(), place.owner()));
                findings.push(used_before_produced(&artifact.name, input.span, order));
            }
        }
    }
}

/// An action reads an artifact that no earlier action has produced. `order` is the producer and the action; `None` if
/// they are the same.
fn used_before_produced(artifact: &Spanned<String>, used: Span, order: Option<(String, String)>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is produced", artifact.node),
        used,
        "not available when this action starts",
    )
    .label(artifact.span, format!("`{}` is produced here", artifact.node));
    match order {
        Some((producer, reader)) => {
            let help = format!("move {producer} before {reader}");
            let diagnostic = diagnostic.help(format!("{help}; actions inside one `parallel` block start together"));
            diagnostic.help_in_document(by_run_order(&help))
        }
        None => diagnostic.help("remove this input; an action cannot read its own output"),
    }
}
