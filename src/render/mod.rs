//! Diagnostics to text: one file an output format.

pub mod checkstyle;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod narrated;
pub mod page;
pub mod role;
pub mod sarif;
pub mod short;
mod snippet;
mod text;
mod xml;

pub use text::line as printable;

use crate::diagnostic::wording::count;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceFile, SourceMap};

/// The diagnostics of one compilation and the texts they point into.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The files that every span of the diagnostics lies in.
    pub sources: &'a SourceMap,
    /// The diagnostics, in the order they are printed.
    pub diagnostics: &'a [Diagnostic],
}

impl<'a> Report<'a> {
    /// The file that was checked: the first one, since the others are read for it.
    fn entry(&self) -> Option<&'a SourceFile> {
        self.sources.files().next().map(|(_, file)| file)
    }
}

/// How many diagnostics there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of infos.
    pub infos: usize,
}

impl Summary {
    /// Counts the diagnostics of all reports.
    pub fn of(reports: &[Report<'_>]) -> Self {
        let mut summary = Self::default();
        for diagnostic in reports.iter().flat_map(|report| report.diagnostics) {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
        }
        summary
    }
}

impl std::fmt::Display for Summary {
    /// `2 errors, 1 warning`; nothing if there is no finding.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info")];
        let words: Vec<String> =
            parts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests;
