//! W0953: tests that cannot fail.

use crate::catalog::Category;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::test_words::{is_test, lenient_option, probes, runs_tests};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "sure-tests", codes: &[Code::W0953], run: check };

/// Suffixes that turn the result of a command into success.
const SUCCESS: [&str; 6] = ["|| true", "|| :", "|| exit 0", "|| echo", "; true", "; exit 0"];

/// The program that copies its input to a file, and whose result is that of a pipeline that it ends.
const COPY: &str = "| tee";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let build = match place.action.category {
            Category::Test | Category::Build => subject.action_files.build(place.pipeline_id, place.id),
            _ => subject.action_files.own_commands(place.pipeline_id, place.id),
        };
        let Some(build) = build.filter(|build| seen.is_new(build)) else { continue };
        let reads_result = ["pipefail", "PIPESTATUS"].iter().any(|word| build.mentions(word));
        for command in build.spec.commands().filter(|command| !command.finally) {
            let text = command.text.trim();
            let copy = [COPY].into_iter().filter(|_| !reads_result);
            let end = SUCCESS.into_iter().chain(copy).find_map(|success| Some((success, text.rfind(success)?)));
            if let Some((success, at)) = end.filter(|(success, at)| is_last(text, *at, success)) {
                // The command before it is the test.
                let before = text.get(..at).unwrap_or_default();
                let tested = before.rsplit(['\n', ';']).next().unwrap_or_default();
                let is_substituted = tested.matches("$(").count() > tested.matches(')').count();
                let counts = match place.action.category {
                    Category::Test => is_test(tested) || probes(tested),
                    Category::Build => runs_tests(tested),
                    _ => runs_tests(tested) || is_test(tested),
                };
                if !is_substituted && (counts || runs_tests(tested)) {
                    findings.about(place, cannot_fail(place, tested.trim(), success, command.span));
                }
            } else if let Some((program, option)) = text.lines().find_map(lenient_option) {
                findings.about(place, switched_off(place, program, option, command.span));
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
fn cannot_fail(place: Place<'_>, command: &str, success: &str, span: Span) -> Diagnostic {
    let message = format!("{} even if `{command}` fails", passes(place));
    if success == COPY {
        return Diagnostic::new(Code::W0953, message, span, "the result is that of `tee`")
            .help("set `shell: bash` under `env`, and run `set -o pipefail` before it");
    }
    Diagnostic::new(Code::W0953, message, span, format!("`{success}` ignores the result"))
        .help(format!("remove `{success}`"))
}

/// A program of tests with an option that ignores their result.
fn switched_off(place: Place<'_>, program: &str, option: &str, span: Span) -> Diagnostic {
    let message = format!("{} even if the tests of `{program}` fail", passes(place));
    Diagnostic::new(Code::W0953, message, span, format!("`{option}` ignores the result"))
        .help(format!("remove `{option}`"))
}

/// Returns the subject and the verb of a message: `test X passes`.
fn passes(place: Place<'_>) -> String {
    let name = &place.action.name.node;
    match place.action.category {
        Category::Test => format!("test `{name}` passes"),
        Category::Build => format!("build `{name}` succeeds"),
        _ => format!("action `{name}` succeeds"),
    }
}
