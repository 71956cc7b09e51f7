//! Output for GitLab: a code quality report, which merge requests show.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format> (2026-11-29)

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::{Report, text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;

/// Returns a JSON list with one object per diagnostic, pretty-printed and terminated by a newline.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut fingerprints = Fingerprints::default();
    let mut violations = Vec::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            violations.push(Violation::new(report.sources, diagnostic, &mut fingerprints));
        }
    }
    // Strings and numbers only: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(&violations).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: ViolationLocation,
}

#[derive(Serialize)]
struct ViolationLocation {
    /// Relative to the root of the repository, if that is the working folder.
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Violation {
    fn new(sources: &SourceMap, diagnostic: &Diagnostic, fingerprints: &mut Fingerprints) -> Self {
        let span = diagnostic.primary.span;
        let severity = match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        };
        let path = sources.file(span.file).path().to_string();
        Self {
            // A merge request shows one line.
            description: text::whole(diagnostic).replace('\n', "; "),
            check_name: diagnostic.code.as_str(),
            fingerprint: fingerprints.of(sources, diagnostic),
            severity,
            location: ViolationLocation {
                path,
                lines: Lines { begin: sources.start(span).line, end: sources.end(span).line },
            },
        }
    }
}
