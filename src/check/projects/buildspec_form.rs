//! E0214, W0213, W0215: buildspecs that CodeBuild would reject, keys that it would ignore, variables that it does not
//! export.

use std::sync::Arc;

use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository::QUOTE_COMMAND;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{PartKind, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Buildspec, Home, Malformed, UnknownKey};

pub(super) const RULE: Rule =
    Rule { name: "buildspec-form", codes: &[Code::W0213, Code::E0214, Code::W0215], run: check };

/// The values of `on-failure`; `RETRY` also with a number of retries, with a pattern, or with both.
const ON_FAILURE: [&str; 3] = ["ABORT", "CONTINUE", "RETRY"];
/// The values of `file-format` of a report, in any case.
const FORMATS: [&str; 10] = [
    "CLOVERXML",
    "COBERTURAXML",
    "CUCUMBERJSON",
    "JACOCOXML",
    "JUNITXML",
    "NUNIT3XML",
    "NUNITXML",
    "SIMPLECOV",
    "TESTNGXML",
    "VISUALSTUDIOTRX",
];

/// The phases of a build.
const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];

/// Checks every buildspec once.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let mut idle = SeenBuilds::default();
    for (pipeline_id, pipeline) in subject.pipelines() {
        for (id, action) in pipeline.actions() {
            for part in subject.action_files.builds(pipeline_id, id) {
                if part.spec.phases.is_empty() && is_readable(&part.spec) && idle.is_new(part) {
                    missing(&part.spec, "phases", findings);
                }
                if seen.is_new(part) {
                    look(subject, &part.spec, Used::of(subject, part), findings);
                }
            }
            let Some(build) = subject.action_files.build(pipeline_id, id) else { continue };
            if let Some(project) = repository::project(subject.hir, action) {
                exports(&Environment::of(action, Some(project), build), findings);
            }
            if seen.is_new(build) {
                look(subject, &build.spec, Used::of(subject, build), findings);
            }
        }
    }
}

/// Returns whether it is a mapping at all. If not, other problems follow from that.
fn is_readable(spec: &Buildspec) -> bool {
    spec.error.is_none() && !spec.malformed.iter().any(|malformed| malformed.path.is_empty())
}

/// What the pipelines use of a build.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    artifacts: bool,
    exports: bool,
}

impl Used {
    fn of(subject: &Subject<'_>, build: &Arc<Build>) -> Self {
        let mut used = Self::default();
        if !build.spec.hides_artifacts() && !build.spec.hides_exports() {
            return used;
        }
        let runs = |place: &Place<'_>| {
            subject.action_files.build(place.pipeline_id, place.id).is_some_and(|other| Arc::ptr_eq(other, build))
        };
        for place in subject.actions().filter(runs) {
            used.artifacts |= !place.action.outputs.is_empty();
            place.pipeline.each_value(place.pipeline_id, &mut |value| {
                value.value.each_part(&mut |part| {
                    used.exports |= matches!(&part.kind, PartKind::Output(id, _) if *id == place.id);
                });
            });
        }
        used
    }

    /// Whether something fails because of a key that CodeBuild ignores.
    fn needs(self, unknown: &UnknownKey) -> bool {
        self.artifacts && unknown.hides_artifacts() || self.exports && unknown.hides_exports()
    }
}

fn look(subject: &Subject<'_>, spec: &Buildspec, used: Used, findings: &mut Findings) {
    let mut found = Findings::default();
    form(subject, spec, used, &mut found);
    // Computed text cannot be edited.
    if spec.computed {
        found.leave_unchanged();
    }
    findings.append(found);
}

fn form(subject: &Subject<'_>, spec: &Buildspec, used: Used, findings: &mut Findings) {
    if !is_readable(spec) {
        return;
    }
    for malformed in &spec.malformed {
        let Malformed { path, expected, span } = malformed;
        let is_command =
            *expected == "a list of strings" && (path.ends_with(".commands") || path.ends_with(".finally"));
        let written = subject.written(*span);
        let read_as = is_command.then(|| read_as(written.shown()));
        findings.push(malformed_buildspec(path, expected, *span, read_as));
    }
    keys(spec, used, findings);
    match &spec.version {
        Some(version) if !matches!(version.node.as_str(), "0.1" | "0.2") => {
            findings.push(unknown_version(version));
        }
        Some(_) => {}
        None => missing(spec, "version", findings),
    }
    values(spec, findings);
    runtimes(spec, findings);
}

fn keys(spec: &Buildspec, used: Used, findings: &mut Findings) {
    for unknown in &spec.unknown_keys {
        let code = if used.needs(unknown) { Code::E0214 } else { Code::W0213 };
        if let Some(home) = unknown.home() {
            let is_phase = home == Home::Under("phases");
            // A phase at the top is reported with the missing `phases`.
            if !(is_phase && unknown.section.is_empty() && spec.phases.is_empty()) {
                let is_top = is_phase && unknown.section.is_empty();
                let code = if is_top || unknown.section == "phases" { Code::E0214 } else { code };
                findings.push(misplaced_key(code, unknown, home));
            }
            continue;
        }
        // Keys such as `.common` and `x-common` contain YAML anchors.
        let hidden = unknown.key.node.starts_with(['.', '_']) || unknown.key.node.starts_with("x-");
        let near = similar(&unknown.key.node, unknown.known.iter().copied());
        let near = near.or_else(|| with_part(&unknown.key.node, unknown.known)).filter(|_| !hidden);
        let stray = unknown.section == "env" && unknown.holds_text;
        if stray && near.is_none() && !unknown.key.node.contains('-') {
            findings.push(variable_beside_variables(&unknown.key));
        } else if near.is_some() || stray || !hidden && is_closed(&unknown.section) {
            // "Invalid buildspec phase name"
            let code = if unknown.section == "phases" && !hidden { Code::E0214 } else { code };
            findings.push(unknown_buildspec_key(code, unknown, near));
        }
    }
}

/// Returns whether a section has no keys of the user. At the top, unknown keys often contain YAML anchors.
fn is_closed(section: &str) -> bool {
    let first = section.split('.').next().unwrap_or_default();
    section == "phases" || first == "batch" || CLOSED.contains(&first) && section != "reports"
}

/// The sections with a fixed set of keys, and with parts that have one.
const CLOSED: [&str; 5] = ["artifacts", "cache", "phases", "proxy", "reports"];

/// Returns the key of which a word is a part: `build-matrix` for `matrix`, `base-directory` for `base-dir`, and
/// `runtime-versions` for `runtimes`.
fn with_part(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let start = word.trim_end_matches('s');
    let contains = |name: &&str| {
        let ends = name.strip_suffix(word).is_some_and(|rest| rest.ends_with('-'));
        ends || start.len() > SHORTEST_PART && name.starts_with(start)
    };
    known.iter().copied().find(contains)
}

/// The length of a word that is not yet the start of a key.
const SHORTEST_PART: usize = 3;

/// Checks for runtimes that CodeBuild does not install: it reads them in the first phase only.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.phases.install.runtime-versions>
fn runtimes(spec: &Buildspec, findings: &mut Findings) {
    for phase in
        spec.phases.iter().filter(|phase| phase.name.node != "install" && PHASES.contains(&phase.name.as_str()))
    {
        if let (Some(place), Some(_)) = (phase.runtimes_key, phase.runtimes.first()) {
            findings.push(runtimes_elsewhere(&phase.name.node, place));
        }
    }
}

/// The shells of CodeBuild, by how their names end.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.shell> (2026-11-30)
const SHELLS: [&str; 4] = ["bash", "/bin/sh", "powershell.exe", "cmd.exe"];

/// Names of these shells that may also work.
const SHELL_NAMES: [&str; 2] = ["cmd", "powershell"];

/// Checks values from a fixed set, and the required parts of a phase or a report.
fn values(spec: &Buildspec, findings: &mut Findings) {
    if let Some(shell) = &spec.env.shell
        && !SHELLS.iter().any(|known| shell.node.ends_with(known) || known.ends_with(&format!("/{}", shell.node)))
        && !shell.node.contains('$')
        && !SHELL_NAMES.contains(&shell.node.as_str())
    {
        findings.push(not_a_value("shell", shell, &SHELLS));
    }
    for phase in spec.phases.iter().filter(|phase| OF_COMMANDS.contains(&phase.name.as_str())) {
        let section = format!("phases.{}", phase.name.node);
        let broken = spec.malformed.iter().any(|malformed| malformed.path.starts_with(&section))
            || spec.unknown_keys.iter().any(|unknown| unknown.section == section);
        if !broken && !phase.commands.is_empty() && phase.commands.iter().all(|command| command.finally) {
            findings.push(no_commands(&phase.name));
        }
    }
    for on_failure in spec.phases.iter().filter_map(|phase| phase.on_failure.as_ref()) {
        let upper = on_failure.node.to_ascii_uppercase();
        if !ON_FAILURE.contains(&upper.as_str()) && !upper.starts_with("RETRY-") {
            findings.push(not_a_value("on-failure", on_failure, &ON_FAILURE));
        }
    }
    for report in &spec.reports {
        if let Some(format) = &report.format
            && !FORMATS.contains(&format.node.to_ascii_uppercase().as_str())
        {
            findings.push(not_a_value("file-format", format, &FORMATS));
        }
        let slip = |key: &str| similar(key, ["files"]).is_some();
        let section = format!("reports.{}", report.group.node);
        let broken = spec.malformed.iter().any(|malformed| malformed.path == section)
            || spec.unknown_keys.iter().any(|unknown| unknown.section == section && slip(&unknown.key.node));
        if !report.has_files && !broken {
            findings.push(report_without_files(&report.group));
        }
    }
}

/// The phases that need `commands`.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-30)
const OF_COMMANDS: [&str; 3] = ["pre_build", "build", "post_build"];

/// Checks for variables that CodeBuild does not export.
fn exports(environment: &Environment<'_>, findings: &mut Findings) {
    for name in &environment.build.spec.env.exported {
        let secret = environment.value(&name.node).and_then(|value| match &value.kind {
            ValueKind::Secret(_) => Some(("a secret", value.span)),
            ValueKind::Parameter(_) => Some(("from Parameter Store", value.span)),
            _ => None,
        });
        if name.node.starts_with("AWS_") || secret.is_some() {
            findings.push(not_exported(name, secret));
        }
    }
}

/// Reports a missing section, unless a typo in its name is reported.
fn missing(spec: &Buildspec, section: &str, findings: &mut Findings) {
    let is_slip = |key: &UnknownKey| similar(&key.key.node, key.known.iter().copied());
    let slip = spec.unknown_keys.iter().any(|key| match key.section.as_str() {
        "" => similar(&key.key.node, [section]).is_some(),
        // The builds of a batch may have their own buildspecs.
        "batch" => section == "phases" && is_slip(key).is_some(),
        _ => false,
    });
    let follows = |path: &str| path == section || section == "phases" && path.starts_with("batch");
    let broken = spec.malformed.iter().any(|malformed| follows(&malformed.path));
    let batch = spec.batch.as_ref().filter(|batch| batch.only_others).map(|batch| batch.key);
    let unknown = spec.unknown_keys.iter().filter(|key| key.section.is_empty()).map(|key| &key.key);
    let stray: Vec<&Spanned<String>> = unknown.filter(|key| PHASES.contains(&key.as_str())).collect();
    if let Some(place) = start(spec, section).filter(|_| !slip && !broken) {
        findings.push(incomplete_buildspec(section, batch, &stray, place));
    }
}

/// Returns the span of a key of the buildspec, for a label.
fn start(spec: &Buildspec, section: &str) -> Option<Span> {
    if section == "version" {
        return spec.first_key;
    }
    let version = spec.version.as_ref().map(|version| version.span);
    let phase = spec.phases.first().map(|phase| phase.name.span);
    let artifacts = spec.artifacts.as_ref().map(|artifacts| artifacts.key.span);
    version.or(phase).or(artifacts)
}

/// A buildspec without a required section. `stray` are phases at the same level as the other sections.
fn incomplete_buildspec(section: &str, batch: Option<Span>, stray: &[&Spanned<String>], place: Span) -> Diagnostic {
    let found = Diagnostic::new(Code::E0214, format!("buildspec has no `{section}`"), place, "");
    match batch {
        _ if section == "version" => found.help("add `version: 0.2` as the first line"),
        Some(batch) => found.label(batch, "each build of the batch has its own buildspec").help(phrase![
            "set ",
            PipeCode::set("batch-enabled", "true"),
            " in the action to run these builds; `phases` is not needed then"
        ]),
        None => match stray {
            [] => found.help("add `phases` with the commands to run"),
            [first, ..] => {
                let list = wording::and_list(stray.iter().map(|key| key.as_str()));
                found.label(first.span, "belongs under `phases`").help(format!("move {list} under `phases:`, indented"))
            }
        },
    }
}

/// A buildspec version that does not exist.
fn unknown_version(version: &Spanned<String>) -> Diagnostic {
    let message = format!("buildspec version `{}` does not exist", version.node);
    Diagnostic::new(Code::E0214, message, version.span, "").help("write `0.2`").edit(version.span, "0.2")
}

/// Returns what YAML reads instead of a command, and why.
fn read_as(command: &str) -> &'static str {
    match command.chars().next() {
        Some('{') => "YAML reads this as a mapping, because it starts with `{`",
        Some('[') => "YAML reads this as a list, because it starts with `[`",
        Some('-') => "YAML reads this as a list, because it starts with `- `",
        _ => "YAML reads this as a mapping, because it contains `: `",
    }
}

/// A value of a type that the format does not allow. `read_as`: what YAML reads instead of a command.
fn malformed_buildspec(path: &str, expected: &str, place: Span, read_as: Option<&str>) -> Diagnostic {
    let message = format!("`{path}` in the buildspec must be {expected}");
    let found = Diagnostic::new(Code::E0214, message, place, read_as.unwrap_or_default());
    if read_as.is_none() { found } else { found.help(QUOTE_COMMAND) }
}

/// A key that buildspecs do not have.
fn unknown_buildspec_key(code: Code, unknown: &UnknownKey, near: Option<&str>) -> Diagnostic {
    let diagnostic = no_such_key(code, unknown);
    match near {
        Some(_) => diagnostic.suggest(unknown.key.span, near),
        None => diagnostic.help(format!("use {}", wording::or_list(unknown.known.iter().copied()))),
    }
}

fn no_such_key(code: Code, unknown: &UnknownKey) -> Diagnostic {
    let (section, key) = (&unknown.section, &unknown.key);
    let what = if section.is_empty() { "buildspec".to_owned() } else { format!("`{section}` in the buildspec") };
    Diagnostic::new(code, format!("{what} has no key `{}`", key.node), key.span, "")
}

/// A key of the format at a level where it has no meaning.
fn misplaced_key(code: Code, unknown: &UnknownKey, home: Home<'_>) -> Diagnostic {
    let key = &unknown.key.node;
    no_such_key(code, unknown).help(match home {
        Home::Top => format!("move `{key}` to the top level, not indented"),
        Home::Under(parent) => format!("move `{key}` under `{parent}:`, indented"),
    })
}

/// Runtimes in a phase other than the first.
fn runtimes_elsewhere(phase: &str, place: Span) -> Diagnostic {
    let message = format!("`phases.{phase}` in the buildspec has no key `runtime-versions`");
    Diagnostic::new(Code::W0213, message, place, "CodeBuild installs no runtime here")
        .help("move `runtime-versions` to the phase `install`")
}

/// A phase with `finally` only.
fn no_commands(phase: &Spanned<String>) -> Diagnostic {
    let message = format!("`phases.{}` in the buildspec has no `commands`", phase.node);
    Diagnostic::new(Code::W0213, message, phase.span, "required according to AWS").help("move the list to `commands`")
}

/// A variable directly under `env`.
fn variable_beside_variables(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`env` in the buildspec has no key `{}`", key.node);
    Diagnostic::new(Code::W0213, message, key.span, "not set as a variable")
        .help(format!("move `{}` under `variables:`", key.node))
}

/// A value that a key does not accept.
fn not_a_value(key: &str, value: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a valid value for `{key}`", value.node);
    let diagnostic = Diagnostic::new(Code::E0214, message, value.span, "");
    match similar(&value.node, known.iter().copied()) {
        near @ Some(_) => diagnostic.suggest(value.span, near),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A report group without files.
fn report_without_files(group: &Spanned<String>) -> Diagnostic {
    let message = format!("report group `{}` has no `files`", group.node);
    Diagnostic::new(Code::E0214, message, group.span, "")
        .help("add the files with the results, for example `files: [\"reports/*.xml\"]`")
}

/// A variable that CodeBuild does not export. `secret` is the kind of its value, with the span that sets it.
fn not_exported(name: &Spanned<String>, secret: Option<(&str, Span)>) -> Diagnostic {
    let message = format!("variable `{}` cannot be exported", name.node);
    let diagnostic = |label: &str| Diagnostic::new(Code::W0215, message, name.span, label);
    match secret {
        Some((kind, place)) => diagnostic("CodeBuild does not export values from Secrets Manager or Parameter Store")
            .label(place, format!("its value is {kind}"))
            .help(format!("remove `{}` from `exported-variables`", name.node)),
        None => diagnostic("CodeBuild does not export variables whose names start with `AWS_`")
            .help("copy it into a variable with another name, and export that variable"),
    }
}
