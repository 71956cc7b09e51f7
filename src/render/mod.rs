//! Renders diagnostics as text. There is one file per output format.

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

/// The diagnostics of one compilation, and the texts that they refer to.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The files of all spans of the diagnostics.
    pub sources: &'a SourceMap,
    /// The diagnostics, in output order.
    pub diagnostics: &'a [Diagnostic],
}

impl<'a> Report<'a> {
    /// Returns the file that was checked: the first one, since the others are read for it.
    fn entry(&self) -> Option<&'a SourceFile> {
        self.sources.files().next().map(|(_, file)| file)
    }
}

/// The number of diagnostics of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of infos.
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
    /// Writes `2 errors, 1 warning`; nothing if there are no diagnostics.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info")];
        let words: Vec<String> =
            parts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests;
