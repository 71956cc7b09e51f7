//! Output for the Warnings plugin of Jenkins, and other tools that read reports of Checkstyle.
//!
//! <https://checkstyle.org/result_reports.html> (2026-11-29)

use std::fmt::Write;

use super::xml::escaped;
use super::{Report, text};
use crate::collections::IndexMap;

/// The version of Checkstyle whose format is used.
const VERSION: &str = "10.0";

/// Returns an XML document with one element per file that has diagnostics.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut files: IndexMap<String, String> = IndexMap::default();
    for report in reports {
        for diagnostic in report.diagnostics {
            let span = diagnostic.primary.span;
            let path = report.sources.file(span.file).path().to_string();
            let start = report.sources.start(span);
            let _ = writeln!(
                files.entry(path).or_default(),
                r#"    <error line="{}" column="{}" severity="{}" message="{}" source="dotpipe.{}"/>"#,
                start.line,
                start.column,
                diagnostic.severity.word(),
                escaped(&text::whole(diagnostic)),
                diagnostic.code,
            );
        }
    }
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"{VERSION}\">\n");
    for (path, errors) in files {
        let _ = write!(out, "  <file name=\"{}\">\n{errors}  </file>\n", escaped(&path));
    }
    out += "</checkstyle>\n";
    out
}
