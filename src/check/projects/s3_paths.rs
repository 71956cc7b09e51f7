//! E0235, W0236: commands `aws s3` for one file or object that are given a folder or a prefix, or the reverse.
//!
//! Facts: <https://docs.aws.amazon.com/cli/latest/reference/s3/#single-local-file-and-s3-object-operations>, and the section
//! after it (2026-11-30)

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::program_arguments;
use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{PartKind, ValueKind};
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{GivenValue, Invocation};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "s3-paths", codes: &[Code::E0235, Code::W0236], run: check };

/// Folders that build tools fill, and that no tool writes as a file.
const FILLED: [&str; 8] = ["_site", "cdk.out", "coverage", "dist", "htmlcov", "node_modules", "public", "target"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        let source = SourceFolder::of(subject, place);
        for build in subject.action_files.builds(place.pipeline_id, place.id).chain(own) {
            if seen.is_new(build) {
                let paths = Paths { build, source: source.as_ref() };
                let environment = Environment::of(place.action, repository::project(subject.hir, place.action), build);
                findings.extend(build.commands.invocations.iter().filter_map(|call| {
                    let local = Locals { environment };
                    local.check(call).or_else(|| paths.check(call))
                }));
            }
        }
    }
}

/// What is known about the arguments of commands that need the URI of an object.
#[derive(Clone, Copy)]
struct Locals<'a> {
    environment: Environment<'a>,
}

impl Locals<'_> {
    /// Checks for a command neither of whose arguments is in a bucket.
    fn check(self, call: &Invocation) -> Option<Diagnostic> {
        let operation = call.operation(2);
        let ["s3", command] = operation.as_slice() else { return None };
        let name = format!("aws s3 {command}");
        let arguments = program_arguments::of(&name)?;
        let options: Vec<_> = arguments.options().chain(program_arguments::everywhere()).collect();
        let takes_value = |written: &str| {
            let mut flags = options.iter().filter(|option| option.flag);
            !flags.any(|option| written.strip_prefix("--").is_some_and(|it| option.name.starts_with(it)))
        };
        let given = call.arguments(takes_value);
        if call.extended || call.is_for_windows() || call.program != "aws" {
            return None;
        }
        match (*command, given.get(2..)?) {
            ("cp" | "mv" | "sync", [only]) if only.parts.iter().all(|part| matches!(part, WordPart::Text(_))) => {
                Some(no_target(&name, only.whole))
            }
            ("cp" | "mv" | "sync", [from, to]) if self.is_local(from) && self.is_local(to) => {
                let is_meant = |given: &GivenValue| matches!(given.parts.first(), Some(WordPart::Text(own)) if own.starts_with("s3:"));
                let meant = if is_meant(from) { from } else { to };
                Some(both_local(&name, meant, from.whole.to(to.whole)))
            }
            ("rm" | "mb" | "rb", [only]) if self.is_local(only) => Some(both_local(&name, only, only.whole)),
            _ => None,
        }
    }

    /// Returns whether an argument certainly starts with something other than `s3://`.
    fn is_local(self, given: &GivenValue) -> bool {
        let first = given.parts.iter().find(|part| !matches!(part, WordPart::Text(text) if text.is_empty()));
        match first {
            Some(WordPart::Text(text)) => !text.starts_with("s3://") && !"s3://".starts_with(text.as_str()),
            Some(WordPart::Variable(name)) => !self.environment.build.commands.assigns(name) && self.is_name(name),
            _ => false,
        }
    }

    /// Returns whether the value of a variable is known, and starts with something other than `s3://`.
    fn is_name(self, variable: &str) -> bool {
        let is_other = |text: &str| !text.is_empty() && !text.starts_with("s3:");
        if self.environment.batch.is_some_and(|batch| batch.sets(variable)) {
            return false;
        }
        if let Some(value) = self.environment.value(variable) {
            let ValueKind::Text(text) = &value.kind else { return false };
            return match text.parts.first().map(|part| &part.kind) {
                Some(PartKind::Literal(text)) => is_other(text),
                Some(PartKind::Member(_, word)) => matches!(word.as_str(), "arn" | "name"),
                _ => false,
            };
        }
        let variables = &self.environment.build.spec.env.variables;
        variables.iter().any(|own| own.name.node == variable && is_other(&own.value.node))
    }
}

/// What is known about the files of a build.
struct Paths<'a> {
    build: &'a Arc<Build>,
    source: Option<&'a SourceFolder<'a>>,
}

impl Paths<'_> {
    fn check(&self, call: &Invocation) -> Option<Diagnostic> {
        let operation = call.operation(2);
        let ["s3", command] = operation.as_slice() else { return None };
        if call.program != "aws" || call.has("--recursive") {
            return None;
        }
        let (verb, from) = (call.positional(1)?, call.positional(2)?);
        match *command {
            "cp" | "mv" if is_object(&from) => is_prefix(&from).then(|| one_object(command, &from, call.positional(3))),
            "rm" => (is_object(&from) && is_prefix(&from)).then(|| one_object(command, &from, None)),
            "cp" | "mv" => {
                let to = call.positional(3).filter(is_object)?;
                self.is_folder(call, &from).then(|| folder(command, &from, to.whole))
            }
            "sync" => {
                call.positional(3).filter(is_object)?;
                self.is_file(call, &from).then(|| file(&from, verb.whole))
            }
            _ => None,
        }
    }

    /// Returns the path of a local argument, relative to the source's folder.
    fn path(call: &Invocation, given: &GivenValue) -> Option<Utf8PathBuf> {
        let [WordPart::Text(path)] = given.parts.as_slice() else { return None };
        let is_plain = !path.starts_with(['/', '~', '-']) && !path.contains(['*', '?', '[', '{']);
        normalize(&call.directory.as_ref().filter(|_| is_plain)?.join(path)).ok()
    }

    fn is_folder(&self, call: &Invocation, given: &GivenValue) -> bool {
        // The variables before it do not matter.
        if let Some(WordPart::Text(end)) = given.parts.last()
            && (end.ends_with('/') && !end.contains(['*', '?']) || given.parts.len() == 1 && end == ".")
        {
            return true;
        }
        let Some(path) = Self::path(call, given).filter(|path| !path.as_str().is_empty()) else { return false };
        let commands = &self.build.commands;
        if commands.writes.iter().any(|written| written.path == path) {
            return false;
        }
        let in_source = self.source.is_some_and(|source| source.holds(&path) && !source.has_file(&path));
        let is_base = || {
            let bases = self.build.spec.artifacts.iter().filter_map(|artifacts| artifacts.base_directory.as_ref());
            bases.into_iter().any(|base| normalize(Utf8Path::new(&base.node)).is_ok_and(|base| base == path))
        };
        let is_filled = || path.file_name().is_some_and(|name| FILLED.contains(&name));
        in_source || commands.output_folders.iter().any(|folder| folder.path == path) || is_base() || is_filled()
    }

    fn is_file(&self, call: &Invocation, given: &GivenValue) -> bool {
        let path = Self::path(call, given);
        path.zip(self.source).is_some_and(|(path, source)| source.has_file(&path))
    }
}

fn is_object(given: &GivenValue) -> bool {
    matches!(given.parts.first(), Some(WordPart::Text(text)) if text.starts_with("s3://"))
}

/// Returns whether an argument is the start of the keys of objects rather than a key.
fn is_prefix(given: &GivenValue) -> bool {
    matches!(given.parts.last(), Some(WordPart::Text(text)) if text.ends_with('/') || text.ends_with("/*"))
}

/// A command without its second argument.
fn no_target(command: &str, place: Span) -> Diagnostic {
    let message = format!("`{command}` needs a source and a destination");
    Diagnostic::new(Code::E0235, message, place, "the only argument")
        .help("add the destination, for example `s3://BUCKET/`")
}

/// A command for objects none of whose arguments is the URI of one.
fn both_local(command: &str, meant: &GivenValue, place: Span) -> Diagnostic {
    let message = format!("`{command}` needs an argument that starts with `s3://`");
    let found = Diagnostic::new(Code::E0235, message, place, "\"Invalid argument type\"");
    match meant.parts.as_slice() {
        [WordPart::Text(text)] => {
            let text = text.rsplit_once(":::").map_or(text.as_str(), |(_, name)| name);
            let path = text.trim_start_matches("s3:").trim_start_matches("S3:").trim_start_matches('/');
            found.help(format!("write `s3://{path}`"))
        }
        [WordPart::Variable(name)] => found.help(format!("write `\"s3://${name}\"`")),
        _ => found.help("write `s3://` before the name of the bucket"),
    }
}

/// A folder for a command that copies one file.
fn folder(command: &str, from: &GivenValue, to: Span) -> Diagnostic {
    let shown = match from.parts.as_slice() {
        [WordPart::Text(path)] => format!("`{path}`"),
        _ => "the source".to_owned(),
    };
    let message = format!("{shown} is a folder, but `aws s3 {command}` takes one file");
    let end = Span::new(to.file, to.range().end, to.range().end);
    Diagnostic::new(Code::E0235, message, from.whole, "takes a folder only with `--recursive`")
        .help("add `--recursive`")
        .edit(end, " --recursive")
}

/// A file for a command that copies folders.
fn file(from: &GivenValue, verb: Span) -> Diagnostic {
    let [WordPart::Text(path)] = from.parts.as_slice() else {
        return Diagnostic::new(Code::E0235, "`aws s3 sync` takes a folder", from.whole, "this is a file");
    };
    let message = format!("`{path}` is a file, but `aws s3 sync` takes a folder");
    Diagnostic::new(Code::E0235, message, from.whole, "the command skips it").help("write `aws s3 cp`").edit(verb, "cp")
}

/// A prefix for a command that is for one object.
fn one_object(command: &str, from: &GivenValue, to: Option<GivenValue>) -> Diagnostic {
    let is_pattern = matches!(from.parts.last(), Some(WordPart::Text(text)) if text.ends_with('*'));
    let message = format!("`aws s3 {command}` is for one object, but this is a prefix");
    let label = if is_pattern { "`*` is part of the key" } else { "only the object with exactly this key" };
    let found = Diagnostic::new(Code::W0236, message, from.whole, label);
    if is_pattern {
        return found.help("remove `*`, and add `--recursive`");
    }
    let last = to.map_or(from.whole, |to| to.whole);
    found.help("add `--recursive`").edit(Span::new(last.file, last.range().end, last.range().end), " --recursive")
}
