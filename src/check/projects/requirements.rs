//! E0226: requirements of pip that are not valid.

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::packaging::Invocation;
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "requirements", codes: &[Code::E0226], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let mut read: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let source = SourceFolder::of(subject, place);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in subject.action_files.builds(place.pipeline_id, place.id).chain(own) {
            if !seen.is_new(build) {
                continue;
            }
            let is_install = |call: &&Invocation| {
                matches!(call.program.as_str(), "pip" | "pip3") && call.operation(1) == ["install"]
            };
            for call in build.commands.invocations.iter().filter(is_install) {
                findings.extend(in_command(call));
                for found in source.iter().flat_map(|source| in_files(call, source)) {
                    if !read.contains(&found) {
                        read.push(found);
                        findings.push(single_equals(found));
                    }
                }
            }
        }
    }
}

/// Returns a diagnostic for the first requirement of a command with a single `=`.
fn in_command(call: &Invocation) -> Option<Diagnostic> {
    let mut given = (1..).map_while(|index| call.positional(index));
    let wrong = given.find(|given| match given.parts.as_slice() {
        [WordPart::Text(text)] => equals(text).is_some(),
        [WordPart::Text(text), WordPart::Variable(_)] => equals(&format!("{text}0")).is_some(),
        _ => false,
    });
    wrong.map(|given| single_equals(given.whole))
}

/// Returns the requirements with a single `=` in the files of a command.
fn in_files(call: &Invocation, source: &SourceFolder<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for given in call.options("-r").chain(call.options("--requirement")) {
        let (Some(folder), [WordPart::Text(path)]) = (&call.directory, given.parts.as_slice()) else { continue };
        let Some((file, text)) = source.read(&folder.join(path)) else { continue };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let words = line.trim_end().split(['#', ';']).next().unwrap_or_default().trim_end();
            if equals(words).is_some() {
                found.push(Span::new(file, start, start + words.len()));
            }
            start += line.len();
        }
    }
    found
}

/// Returns where a requirement has a single `=` after its name: `name=1.2`.
/// <https://packaging.python.org/en/latest/specifications/dependency-specifiers/> (2026-11-30)
fn equals(text: &str) -> Option<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let name = text.find(|c: char| !is_name(c)).filter(|length| *length > 0)?;
    let extras = text.get(name..)?.strip_prefix('[').and_then(|rest| rest.find(']')).map_or(0, |length| length + 2);
    let after = text.get(name + extras..)?.strip_prefix('=')?;
    let is_single =
        after.starts_with(|c: char| c.is_ascii_digit()) && text.starts_with(|c: char| c.is_ascii_alphabetic());
    is_single.then_some(name + extras)
}

/// A requirement with `=` instead of `==`.
fn single_equals(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0226, "requirement of pip with a single `=`", place, "\"Invalid requirement\"")
        .help("write `==`")
}
