//! W0613: dashboards that show nothing.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "dashboards", codes: &[Code::W0613], run: check };

/// The metrics that a dashboard shows by default.
const SHOWN: [&str; 3] = ["duration", "failures", "builds"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let Some(dashboard) = &pipeline.dashboard else { continue };
        let builds = pipeline.actions.iter().any(|action| action.action_type.runs_project())
            || pipeline.rules().any(|rule| rule.value("ProjectName").is_some());
        let shows = |word: &str| dashboard.shows(word) && (word != "builds" || builds || subject.hir.incomplete);
        if SHOWN.into_iter().any(shows) {
            continue;
        }
        let off = SHOWN.iter().filter(|word| !dashboard.shows(word)).filter_map(|word| dashboard.attributes.get(*word));
        let off: Vec<Span> = off.map(|attribute| attribute.word).collect();
        findings.push(empty_dashboard(&pipeline.symbol.node, dashboard.span, &off));
    }
}

/// An empty dashboard. `switched_off` are the settings that turn its widgets off.
fn empty_dashboard(pipeline: &str, place: Span, switched_off: &[Span]) -> Diagnostic {
    let message = format!("the dashboard of pipeline `{pipeline}` shows no metrics");
    let diagnostic = Diagnostic::new(Code::W0613, message, place, "");
    let diagnostic = switched_off.iter().fold(diagnostic, |it, span| it.label(*span, "turned off here"));
    diagnostic.help("remove `dashboard`, or turn on one of its metrics")
}
