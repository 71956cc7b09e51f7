//! Printing diagnostics in the selected format.

use clap::ValueEnum;

use super::{Outcome, output, terminal};
use crate::collections::HashSet;
use crate::compilation::{CheckResult, Compilation};
use crate::diagnostic::wording::{count, number};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::render::{Report, checkstyle, github, gitlab, human, json, junit, narrated, sarif, short};
use crate::source::SourceMap;

/// The output format of diagnostics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Annotated source, for people (stderr)
    #[default]
    Human,
    /// One line per diagnostic, as compilers print them (stderr)
    Short,
    /// Plain sentences, for screen readers (stderr)
    Narrated,
    /// One JSON document with everything (stdout)
    Json,
    /// SARIF 2.1.0, for code scanning (stdout)
    Sarif,
    /// Workflow commands, which GitHub Actions shows as annotations (stdout)
    Github,
    /// A code quality report, for merge requests in GitLab (stdout)
    Gitlab,
    /// JUnit XML, for test reports of CodeBuild and others (stdout)
    Junit,
    /// Checkstyle XML, for the Warnings plugin of Jenkins and others (stdout)
    Checkstyle,
}

/// Diagnostics to treat as errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Exit with code 1 on warnings, too
    Warnings,
}

/// The warnings and infos to report. Errors are always reported.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    /// Prefixes of codes to report. Default: all.
    pub(super) select: Vec<String>,
    /// Prefixes of codes to exclude.
    pub(super) ignore: Vec<String>,
}

impl Selection {
    pub(super) fn takes(&self, code: Code) -> bool {
        let in_list = |list: &[String]| list.iter().any(|start| code.as_str().starts_with(start.as_str()));
        let is_error = code.severity() == Severity::Error;
        is_error || ((self.select.is_empty() || in_list(&self.select)) && !in_list(&self.ignore))
    }
}

/// Parses a code prefix for `--select` and `--ignore`.
pub(super) fn code_start(text: &str) -> Result<String, String> {
    let start = text.to_ascii_uppercase();
    let mut codes = Code::ALL.iter().filter(|code| !start.is_empty() && code.as_str().starts_with(&start)).peekable();
    if codes.peek().is_none() {
        return Err("no code starts with this; `dotpipe explain` lists the codes".to_owned());
    }
    if codes.all(|code| code.severity() == Severity::Error) {
        return Err("errors are always reported".to_owned());
    }
    Ok(start)
}

/// The maximum number of diagnostics to print.
const LIMIT: usize = 1000;

/// Prints the diagnostics of all compilations without duplicates, and returns the resulting outcome.
pub(super) fn print(compilations: &[CheckResult], format: Format, deny: Option<Deny>) -> Outcome {
    print_lists(compilations, distinct(compilations, &|_| true), format, deny)
}

/// Prints errors and warnings, for commands with another output. Infos are for `check` and `build`.
pub(super) fn print_problems(compilation: &Compilation) -> Outcome {
    let problems = |diagnostic: &Diagnostic| diagnostic.severity != Severity::Info;
    let results = std::slice::from_ref(compilation.result());
    print_lists(results, distinct(results, &problems), Format::Human, None)
}

/// Returns the selected diagnostics of each compilation. Diagnostics that several of them report are in the first list
/// only.
pub(super) fn select(compilations: &[CheckResult], selection: &Selection) -> Vec<Vec<Diagnostic>> {
    distinct(compilations, &|diagnostic| selection.takes(diagnostic.code))
}

fn distinct(compilations: &[CheckResult], wanted: &dyn Fn(&Diagnostic) -> bool) -> Vec<Vec<Diagnostic>> {
    let mut seen = HashSet::default();
    let of_one = |compilation: &CheckResult| {
        let sources = compilation.sources();
        let wanted = compilation.diagnostics().iter().filter(|diagnostic| wanted(diagnostic));
        wanted.filter(|diagnostic| seen.insert(identity(sources, diagnostic))).cloned().collect()
    };
    compilations.iter().map(of_one).collect()
}

/// Prints these diagnostics, a list for each compilation, and returns the resulting outcome.
pub(super) fn print_lists(
    compilations: &[CheckResult],
    lists: Vec<Vec<Diagnostic>>,
    format: Format,
    deny: Option<Deny>,
) -> Outcome {
    let raise = |list: Vec<Diagnostic>| list.into_iter().map(|diagnostic| raised(diagnostic, deny)).collect();
    let mut lists: Vec<Vec<Diagnostic>> = lists.into_iter().map(raise).collect();
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
        Format::Gitlab => output::deliver(&gitlab::render(&reports), None),
        Format::Junit => output::deliver(&junit::render(&reports), None),
        Format::Checkstyle => output::deliver(&checkstyle::render(&reports), None),
    };
    if left_out > 0 {
        let (shown, left_out) = (number(LIMIT), number(left_out));
        terminal::say(&format!("showing the first {shown} diagnostics; {left_out} more are not shown\n"));
    }
    printed.max(if faulty { Outcome::Faulty } else { Outcome::Clean })
}

/// Returns the line for a terminal if there are no diagnostics.
pub(super) fn nothing_found(files: usize) -> String {
    format!("no problems in {}\n", count(files, "file"))
}

/// Keeps the first diagnostics, and returns how many it removed.
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

/// Identifies a diagnostic in a file that several entry files import.
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
    fn at_most_a_thousand_diagnostics_are_printed() {
        let mut sources = SourceMap::default();
        let span = Span::new(sources.add("x.pipe".into(), ""), 0, 0);
        let some = |count: usize| vec![Diagnostic::new(Code::E0001, "message", span, ""); count];
        let mut lists = vec![some(600), some(700), some(3)];
        assert_eq!(shorten(&mut lists), 303);
        assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [600, 400, 0]);
    }

    #[test]
    fn errors_are_never_deselected() {
        let selection = |select: &[&str], ignore: &[&str]| Selection {
            select: select.iter().map(|it| (*it).to_owned()).collect(),
            ignore: ignore.iter().map(|it| (*it).to_owned()).collect(),
        };
        let taken = |selection: &Selection| {
            [Code::E0001, Code::W0204, Code::W0304, Code::I0506].map(|code| selection.takes(code))
        };
        assert_eq!(taken(&selection(&[], &[])), [true; 4]);
        assert_eq!(taken(&selection(&["W02"], &[])), [true, true, false, false]);
        assert_eq!(taken(&selection(&["W"], &["W0304"])), [true, true, false, false]);
        assert_eq!(taken(&selection(&[], &["I", "W0204"])), [true, false, true, false]);
        assert_eq!(code_start("w02").as_deref(), Ok("W02"));
        assert!(code_start("E0201").is_err() && code_start("X").is_err() && code_start("").is_err());
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
