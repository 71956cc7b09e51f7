//! W0953: tests that cannot fail.

use crate::catalog::Category;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::test_words::is_test;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "sure-tests", codes: &[Code::W0953], run: check };

/// Suffixes that turn the result of a command into success.
const SUCCESS: [&str; 4] = ["|| true", "|| :", "|| exit 0", "|| echo"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| place.action.category == Category::Test) {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id) else { continue };
        if !seen.is_new(build) {
            continue;
        }
        for command in build.spec.commands().filter(|command| !command.finally) {
            let text = command.text.trim();
            let end = SUCCESS.iter().find_map(|success| Some((success, text.rfind(success)?)));
            let Some((success, at)) = end.filter(|(success, at)| is_last(text, *at, success)) else { continue };
            // The command before it is the test.
            let before = text.get(..at).unwrap_or_default();
            let tested = before.rsplit(['\n', ';']).next().unwrap_or_default();
            if is_test(tested) {
                findings.about(place, cannot_fail(&place.action.name.node, tested.trim(), success, command.span));
            }
        }
    }
}

/// Returns whether nothing that could fail follows.
fn is_last(text: &str, at: usize, success: &str) -> bool {
    let tail = text.get(at + success.len()..).unwrap_or_default();
    !tail.contains(['\n', ';', '&', '|'])
}

/// A test whose failure is ignored.
fn cannot_fail(action: &str, command: &str, success: &str, place: Span) -> Diagnostic {
    let message = format!("test `{action}` passes even if `{command}` fails");
    Diagnostic::new(Code::W0953, message, place, format!("`{success}` ignores the result"))
        .help(format!("remove `{success}`"))
}
