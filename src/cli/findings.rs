//! Printing what was found, in the format asked for.

use std::collections::HashSet;

use clap::ValueEnum;

use super::{Outcome, output, terminal};
use crate::compilation::Compilation;
use crate::diagnostic::wording::number;
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{Report, github, human, json, narrated, sarif, short};
use crate::source::SourceMap;

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the lines concerned with labels drawn in; on standard error
    #[default]
    Human,
    /// One line a finding, as compilers print them; on standard error
    Short,
    /// Plain sentences, for screen readers; on standard error
    Narrated,
    /// One JSON document with everything; on standard output
    Json,
    /// SARIF 2.1.0, for code scanning; on standard output
    Sarif,
    /// Workflow commands that GitHub Actions turns into annotations; on standard output
    Github,
}

/// Which findings count as errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Warnings fail the run, as errors do
    Warnings,
}

/// Findings that are printed; who has more of them reads no further.
const LIMIT: usize = 1000;

/// Prints the diagnostics of all compilations, each once, and says how the command ends because of them.
pub(super) fn print(compilations: &[Compilation], format: Format, deny: Option<Deny>) -> Outcome {
    show(compilations, format, deny, &|_| true)
}

/// Prints errors and warnings, for commands that show something else: what is only good to know is for `check` and `build`.
pub(super) fn print_problems(compilation: &Compilation) -> Outcome {
    show(std::slice::from_ref(compilation), Format::Human, None, &|severity| severity != Severity::Info)
}

fn show(
    compilations: &[Compilation],
    format: Format,
    deny: Option<Deny>,
    wanted: &dyn Fn(Severity) -> bool,
) -> Outcome {
    let mut seen = HashSet::new();
    let mut lists: Vec<Vec<Diagnostic>> = compilations
        .iter()
        .map(|compilation| {
            let sources = compilation.sources();
            let wanted = compilation.diagnostics().iter().filter(|diagnostic| wanted(diagnostic.severity));
            let fresh = wanted.filter(|diagnostic| seen.insert(identity(sources, diagnostic)));
            fresh.map(|diagnostic| raised(diagnostic.clone(), deny)).collect()
        })
        .collect();
    let faulty = lists.iter().flatten().any(|diagnostic| diagnostic.severity == Severity::Error);
    let left_out = shorten(&mut lists);
    let reports: Vec<Report<'_>> = compilations
        .iter()
        .zip(&lists)
        .map(|(compilation, diagnostics)| Report { sources: compilation.sources(), diagnostics })
        .collect();
    let printed = match format {
        Format::Human => say(&human::render(&reports, terminal::look())),
        Format::Short => say(&short::render(&reports)),
        Format::Narrated => say(&narrated::render(&reports)),
        Format::Json => output::deliver(&json::render(&reports), None),
        Format::Sarif => output::deliver(&sarif::render(&reports), None),
        Format::Github => output::deliver(&github::render(&reports), None),
    };
    if left_out > 0 {
        let (shown, left_out) = (number(LIMIT), number(left_out));
        terminal::say(&format!("the first {shown} findings are shown, {left_out} more are not\n"));
    }
    printed.max(if faulty { Outcome::Faulty } else { Outcome::Clean })
}

/// Keeps the first findings; how many are left out.
fn shorten(lists: &mut [Vec<Diagnostic>]) -> usize {
    let mut room = LIMIT;
    let mut left_out = 0;
    for list in lists {
        left_out += list.len().saturating_sub(room);
        list.truncate(room);
        room -= list.len();
    }
    left_out
}

fn say(text: &str) -> Outcome {
    terminal::say(text);
    Outcome::Clean
}

/// Two entry files may import one faulty file: it is reported once.
fn identity(sources: &SourceMap, diagnostic: &Diagnostic) -> (String, u32, &'static str, String) {
    let span = diagnostic.primary.span;
    let path = sources.file(span.file).path().to_string();
    (path, span.start, diagnostic.code.as_str(), diagnostic.message.clone())
}

fn raised(mut diagnostic: Diagnostic, deny: Option<Deny>) -> Diagnostic {
    if deny == Some(Deny::Warnings) && diagnostic.severity == Severity::Warning {
        diagnostic.severity = Severity::Error;
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn a_thousand_findings_are_enough() {
        let mut sources = SourceMap::default();
        let span = Span::new(sources.add("x.pipe".into(), ""), 0, 0);
        let some = |count: usize| vec![Diagnostic::new(Code::E0001, "message", span, ""); count];
        let mut lists = vec![some(600), some(700), some(3)];
        assert_eq!(shorten(&mut lists), 303);
        assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [600, 400, 0]);
    }

    #[test]
    fn denied_warnings_are_errors() {
        let mut sources = SourceMap::default();
        let span = Span::new(sources.add("x.pipe".into(), ""), 0, 0);
        let with = |severity| Diagnostic { severity, ..Diagnostic::new(Code::E0001, "message", span, "") };
        let denied = |severity| raised(with(severity), Some(Deny::Warnings)).severity;
        assert_eq!(denied(Severity::Warning), Severity::Error);
        assert_eq!(denied(Severity::Info), Severity::Info);
        assert_eq!(raised(with(Severity::Warning), None).severity, Severity::Warning);
    }
}
