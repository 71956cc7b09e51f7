//! Output for GitHub Actions: workflow commands, which become annotations of the lines.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands> (2026-11-23). GitHub shows
//! ten errors and ten warnings per step; the log contains all of them.

use std::fmt::Write;

use super::{Report, text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;

/// Returns one command per diagnostic, each on its own line.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            command(&mut out, report.sources, diagnostic);
        }
    }
    out
}

fn command(out: &mut String, sources: &SourceMap, diagnostic: &Diagnostic) {
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let span = diagnostic.primary.span;
    let (start, end) = (sources.start(span), sources.end(span));
    let file = property(sources.file(span.file).path().as_str());
    let _ = write!(out, "::{name} file={file},line={},endLine={}", start.line, end.line);
    // Columns are meaningful on a single line only.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = writeln!(out, ",title={}::{}", property(diagnostic.code.as_str()), data(&text::whole(diagnostic)));
}

/// Escapes the text after the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_part_is_escaped() {
        assert_eq!(data("100%: a, b\r\nc"), "100%25: a, b%0D%0Ac");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
