//! W0953: tests that cannot fail.

use crate::catalog::Category;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::test_words::{compares, is_test, lenient_option, probes, runs_tests};
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
    for place in subject
        .actions()
        .filter(|place| matches!(place.action.category, Category::Test | Category::Build | Category::Compute))
    {
        let files = &subject.action_files;
        let of_project = files.build(place.pipeline_id, place.id);
        let Some(build) = of_project.or_else(|| files.own_commands(place.pipeline_id, place.id)) else { continue };
        if !seen.is_new(build) {
            continue;
        }
        let is_test_action = place.action.category == Category::Test;
        let reads_result = ["pipefail", "PIPESTATUS"].iter().any(|word| build.mentions(word));
        for command in build.spec.commands().filter(|command| !command.finally) {
            let text = command.text.trim();
            if let Some(option) = text.lines().find_map(lenient_option) {
                findings.about(place, lenient(place, option, command.span));
                continue;
            }
            let copy = [COPY].into_iter().filter(|_| !reads_result);
            let end = SUCCESS.into_iter().chain(copy).find_map(|success| Some((success, text.rfind(success)?)));
            let Some((success, at)) = end.filter(|(success, at)| is_last(text, *at, success)) else { continue };
            // The command before it is the test.
            let before = text.get(..at).unwrap_or_default();
            let tested = before.rsplit(['\n', ';']).next().unwrap_or_default();
            let is_substituted = tested.matches("$(").count() > tested.matches(')').count();
            let is_probe = is_test_action && (is_test(tested) || compares(tested) || probes(tested));
            if !is_substituted && (is_probe || runs_tests(tested)) {
                findings.about(
                    place,
                    cannot_fail(place, tested.trim(), (success, text.get(at..).unwrap_or(success)), command.span),
                );
            }
        }
    }
}

/// Returns whether nothing that could fail follows.
fn is_last(text: &str, at: usize, success: &str) -> bool {
    let tail = text.get(at + success.len()..).unwrap_or_default();
    !tail.contains(['\n', ';', '&', '|'])
}

/// A test with an option that ignores its failure.
fn lenient(place: Place<'_>, option: &str, span: Span) -> Diagnostic {
    let name = &place.action.name.node;
    let message = format!("{} `{name}` succeeds even if this command finds failures", place.action.category.word());
    Diagnostic::new(Code::W0953, message, span, format!("`{option}` ignores failures"))
        .help(format!("remove `{option}`"))
}

/// A test whose failure is ignored.
fn cannot_fail(place: Place<'_>, command: &str, (success, end): (&str, &str), span: Span) -> Diagnostic {
    let name = &place.action.name.node;
    let message = match place.action.category {
        Category::Test => format!("test `{name}` passes even if `{command}` fails"),
        category => format!("{} `{name}` succeeds even if `{command}` fails", category.word()),
    };
    if success == COPY {
        return Diagnostic::new(Code::W0953, message, span, "the result is that of `tee`")
            .help("set `shell: bash` under `env`, and run `set -o pipefail` before it");
    }
    Diagnostic::new(Code::W0953, message, span, format!("`{success}` ignores the result"))
        .help(format!("remove `{end}`"))
}
