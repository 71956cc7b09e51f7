//! E0235, W0236: commands `aws s3` for one file or object that are given a folder or a prefix, or the reverse.
//!
//! Facts: <https://docs.aws.amazon.com/cli/latest/reference/s3/#single-local-file-and-s3-object-operations>, and the section
//! after it (2026-11-30)

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
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
                findings.extend(build.commands.invocations.iter().filter_map(|call| paths.check(call)));
            }
        }
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
