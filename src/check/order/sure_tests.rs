//! W0953: tests that cannot fail.

use crate::catalog::Category;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::support::test_words::{
    compares, is_named_test, is_test, lenient_option, probes, probes_and_searches, runs_tests, skipping_option,
};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, PartKind};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::packaging::{Loss, LostResult};

pub(super) const RULE: Rule = Rule { name: "sure-tests", codes: &[Code::W0953], run: check };

/// Formats of reports that do not contain results of tests.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-30)
const COVERAGE: [&str; 4] = ["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let mut reported: Vec<Span> = Vec::new();
    for place in subject
        .actions()
        .filter(|place| matches!(place.action.category, Category::Test | Category::Build | Category::Compute))
    {
        let files = &subject.action_files;
        let of_project = files.build(place.pipeline_id, place.id);
        let own = files.own_commands(place.pipeline_id, place.id);
        let Some(build) = of_project.or(own) else { continue };
        if !seen.is_new(build) || !is_posix(subject, place.action, build) {
            continue;
        }
        let lenient = options(place, build);
        let is_own = of_project.is_none();
        let tested: Vec<&LostResult> =
            build.commands.lost.iter().filter(|lost| is_reported(build, lost) && tests(place, lost)).collect();
        for (index, lost) in tested.iter().enumerate() {
            let said = lenient.iter().any(|(_, script)| *script == lost.script);
            if !said && !is_same_cause(&tested, index) {
                findings.about(place, cannot_fail(place, lost, is_own));
            }
        }
        in_scripts(subject, place, build, (&mut reported, findings));
        if let Some(lost) = lost_question(place, build) {
            findings.about(place, cannot_fail(place, lost, is_own));
        }
        for (found, _) in lenient {
            findings.about(place, found);
        }
    }
}

/// Checks the shell scripts of the repository that a build runs, and the scripts of its `package.json`.
fn in_scripts(
    subject: &Subject<'_>,
    place: Place<'_>,
    build: &Build,
    (reported, findings): (&mut Vec<Span>, &mut Findings),
) {
    let Some(source) = SourceFolder::of(subject, place) else { return };
    // `bash -e` stops at the first failure.
    let is_strict = ["bash -e", "sh -e"].iter().any(|call| build.mentions(call));
    let scripts = if is_strict { Vec::new() } else { source.shell_scripts(build) };
    let in_files = scripts.iter().flat_map(|script| script.commands.lost.iter().map(move |lost| (script, lost, None)));
    let of_packages = source.lost_in_package_scripts(build);
    let in_packages = of_packages.iter().map(|(lost, span)| (build, lost, Some((*span, "run here"))));
    for (script, lost, label) in in_files.chain(in_packages) {
        if is_reported(script, lost) && tests(place, lost) && !reported.contains(&lost.script) {
            reported.push(lost.script);
            findings.about(place, cannot_fail(place, lost, true).labels(label));
        }
    }
}

/// Returns whether a shell like `sh` runs the commands, as far as this is known.
fn is_posix(subject: &Subject<'_>, action: &Action, build: &Build) -> bool {
    let names = |text: &str, word: &str| text.to_ascii_lowercase().contains(word);
    let attributes = repository::project(subject.hir, action).map(|project| &project.declaration.attributes);
    let on_windows = ["image", "environment-type"].iter().any(|word| {
        let attribute = attributes.and_then(|attributes| attributes.get(*word));
        attribute.and_then(|attribute| attribute.value.as_str()).is_some_and(|value| names(value, "windows"))
    });
    let shell = build.spec.env.shell.as_ref().map_or("sh", |shell| shell.node.as_str());
    !on_windows && !names(shell, "powershell") && !names(shell, "cmd")
}

/// Returns whether nothing in the other commands of a build may still ask for a lost result.
fn is_reported(build: &Build, lost: &LostResult) -> bool {
    match lost.loss {
        Loss::Filter => ["pipefail", "PIPESTATUS"].iter().all(|word| !build.mentions(word)),
        Loss::Background => !build.mentions("wait"),
        _ => true,
    }
}

/// Returns whether another diagnostic has the same remedy: about the end of the same pipeline, or an earlier command of the
/// same script.
fn is_same_cause(tested: &[&LostResult], index: usize) -> bool {
    let Some(lost) = tested.get(index) else { return false };
    let in_script = |other: &&&LostResult| other.script == lost.script && other.loss == lost.loss;
    match lost.loss {
        Loss::Filter => {
            // A command that runs tests is the one to name; otherwise, that is the last one, which compares.
            let runs = |lost: &LostResult| runs_tests(&lost.command) && !lost.command.contains('|');
            let mut earlier = tested.iter().take(index).filter(in_script);
            let mut later = tested.iter().skip(index + 1).filter(in_script);
            earlier.any(|other| runs(other) && other.by.ends_with(lost.by.as_str()))
                || !runs(lost) && later.any(|other| lost.by.ends_with(other.by.as_str()))
        }
        Loss::Next { .. } => tested.iter().take(index).any(|other| in_script(&other)),
        _ => false,
    }
}

/// Returns whether a command tests something.
fn tests(place: Place<'_>, lost: &LostResult) -> bool {
    let command = lost.command.as_str();
    let is_probe = match lost.loss {
        Loss::Fallback => is_test(command) || compares(command) || probes(command),
        Loss::Filter if filter(lost) == "tee" => is_test(command) || compares(command) || probes(command),
        Loss::Filter => is_named_test(command) || probes_and_searches(command),
        Loss::Next { quiet: true } => is_named_test(command) || compares(command) || probes(command),
        Loss::Condition => probes(command),
        Loss::Next { quiet: false } | Loss::Background | Loss::Round => false,
    };
    runs_tests(command) || is_probe && place.action.category == Category::Test
}

/// Returns the program at the end of a pipeline, whose result counts.
fn filter(lost: &LostResult) -> &str {
    let end = lost.by.rsplit('|').next().unwrap_or_default();
    end.split_whitespace().next().unwrap_or_default()
}

/// Returns the only command of an action that does anything, if it is a script whose failure is ignored, and the action
/// exists only to ask: it is a test, or it reads what a stack outputs, and produces nothing.
fn lost_question<'a>(place: Place<'_>, build: &'a Build) -> Option<&'a LostResult> {
    let action = place.action;
    let [lost] = build.commands.lost.as_slice() else { return None };
    let mut others = build.spec.commands().filter(|command| !command.span.covers(lost.script));
    let prepares = |text: &str| PREPARING.iter().any(|start| text.trim_start().starts_with(start));
    let is_script = |word: &str| SCRIPTS.iter().any(|extension| word.ends_with(extension));
    let asks = || {
        let mut found = false;
        let settings = action.configuration.values();
        settings.for_each(|setting| {
            setting.value.each_part(&mut |part| found |= matches!(part.kind, PartKind::Output(..)));
        });
        found && action.outputs.is_empty() && action.value("OutputVariables").is_none()
    };
    let is_question = lost.loss == Loss::Fallback
        && !tests(place, lost)
        && others.all(|command| prepares(&command.text))
        && lost.command.split_whitespace().take(2).any(is_script)
        && (action.category == Category::Test || action.category == Category::Compute && asks());
    is_question.then_some(lost)
}

/// The starts of commands that prepare others.
const PREPARING: [&str; 8] = ["apt-get ", "cd ", "chmod ", "echo ", "export ", "npm ci", "npm install", "pip"];

/// The ends of the names of scripts.
const SCRIPTS: [&str; 6] = [".js", ".mjs", ".php", ".py", ".rb", ".sh"];

/// Returns a diagnostic for each option with which a tool ignores failures or does not test, with the span of its script.
fn options(place: Place<'_>, build: &Build) -> Vec<(Diagnostic, Span)> {
    let commands = || build.spec.commands().filter(|command| !command.finally);
    let is_tested = || {
        commands().any(|command| command.text.lines().any(|line| runs_tests(line) && skipping_option(line).is_none()))
    };
    let mut reports = build.spec.reports.iter();
    let report = reports.find(|report| {
        let coverage = |format: &str| COVERAGE.contains(&format.to_ascii_uppercase().as_str());
        !report.format.as_ref().is_some_and(|format| coverage(&format.node))
    });
    let found = |text: &str, span: Span| {
        if let Some(option) = lenient_option(text) {
            return Some((lenient(place, &option, span), span));
        }
        let option = skipping_option(text).filter(|_| place.action.category == Category::Test || report.is_some())?;
        let skipped = (!is_tested()).then(|| skipped(place, &option, span))?;
        Some((skipped.labels(report.map(|report| (report.group.span, "expects results of tests"))), span))
    };
    commands().filter_map(|command| found(&command.text, command.span)).collect()
}

/// A test with an option that ignores its failure.
fn lenient(place: Place<'_>, option: &str, span: Span) -> Diagnostic {
    let name = &place.action.name.node;
    let message = format!("{} `{name}` succeeds even if this command finds failures", place.action.category.word());
    Diagnostic::new(Code::W0953, message, span, format!("`{option}` ignores failures"))
        .help(format!("remove `{option}`"))
}

/// A build that is expected to test, but does not.
fn skipped(place: Place<'_>, option: &str, span: Span) -> Diagnostic {
    let message = format!("{} `{}` runs no tests", place.action.category.word(), place.action.name.node);
    Diagnostic::new(Code::W0953, message, span, format!("`{option}` skips the tests"))
        .help(format!("remove `{option}`"))
}

/// A test whose failure is ignored. `is_own`: its commands are those of the action, which has no buildspec.
fn cannot_fail(place: Place<'_>, lost: &LostResult, is_own: bool) -> Diagnostic {
    let name = &place.action.name.node;
    let command = lost.command.lines().next().unwrap_or_default();
    let message = match place.action.category {
        Category::Test => format!("test `{name}` passes even if `{command}` fails"),
        category => format!("{} `{name}` succeeds even if `{command}` fails", category.word()),
    };
    let by = lost.by.as_str();
    let is_line = !by.contains('\n');
    let (label, help) = match lost.loss {
        Loss::Fallback if is_line => (format!("`{by}` ignores the result"), format!("remove `{by}`")),
        Loss::Fallback => {
            ("what follows `||` ignores the result".to_owned(), "end what follows `||` with `exit 1`".to_owned())
        }
        Loss::Filter => {
            let program = filter(lost);
            let help = match program {
                "tee" if !is_own => "set `shell: bash` under `env`, and run `set -o pipefail` before it".to_owned(),
                _ => format!("remove `{by}`"),
            };
            (format!("the result is that of `{program}`"), help)
        }
        Loss::Next { .. } if by.starts_with(';') => match by {
            "; true" | "; :" | "; exit 0" => (format!("`{by}` ignores the result"), format!("remove `{by}`")),
            _ => ("the result is that of the last command".to_owned(), "write `&&` instead of `;` after it".to_owned()),
        },
        Loss::Next { .. } => {
            let help =
                if lost.goes_on { "write `set -e` instead of `set +e`" } else { "start the script with `set -e`" };
            ("the result is that of the last command".to_owned(), help.to_owned())
        }
        Loss::Condition => {
            let help = if by.contains("else") || by.starts_with("if !") {
                "write `exit 1` before `fi`"
            } else {
                "write `else exit 1` before `fi`"
            };
            ("`if` succeeds when it fails".to_owned(), help.to_owned())
        }
        Loss::Background => ("nothing waits for its result".to_owned(), "remove the `&` after it".to_owned()),
        Loss::Round => ("only the last round of the loop counts".to_owned(), "write `|| exit 1` after it".to_owned()),
    };
    Diagnostic::new(Code::W0953, message, lost.span, label).help(help)
}
