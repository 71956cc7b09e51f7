//! Output for screen readers: plain sentences without drawings, in which every location has its line and column in
//! words.

use std::fmt::Write as _;

use super::{Report, Summary, text};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::SourceMap;

/// The maximum length of a quoted line, in characters.
const QUOTE: usize = 200;

/// Returns a paragraph for each diagnostic and a summary sentence.
pub fn render(reports: &[Report<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            narrate(&mut out, report.sources, diagnostic);
            out.push('\n');
        }
    }
    let summary = Summary::of(reports);
    if summary != Summary::default() {
        let _ = writeln!(out, "In all: {summary}.");
    }
    out
}

fn narrate(out: &mut String, sources: &SourceMap, diagnostic: &Diagnostic) {
    let _ = writeln!(
        out,
        "{} {}: {}.",
        capital(diagnostic.severity.word()),
        diagnostic.code,
        text::line(&diagnostic.message)
    );
    place(out, "Place", sources, &diagnostic.primary);
    for label in &diagnostic.secondary {
        place(out, "See also", sources, label);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "Note: {}", text::paragraph(note));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "Help: {}", text::paragraph(help));
    }
}

/// Writes `Place: app.pipe, line 3, columns 5 to 9: why here.` and the line itself.
fn place(out: &mut String, word: &str, sources: &SourceMap, label: &Label) {
    let span = label.span;
    let (start, end) = (sources.start(span), sources.end(span));
    let file = sources.file(span.file);
    let path = text::line(file.path().as_str());
    let extent = if start.line != end.line {
        format!(
            "from line {}, column {}, to line {}, column {}",
            start.line,
            start.column,
            end.line,
            end.column.max(2) - 1
        )
    } else if end.column > start.column + 1 {
        format!("line {}, columns {} to {}", start.line, start.column, end.column - 1)
    } else {
        format!("line {}, column {}", start.line, start.column)
    };
    let _ = write!(out, "{word}: {path}, {extent}");
    if !label.text.is_empty() {
        let _ = write!(out, ": {}", text::line(&label.text));
    }
    out.push_str(".\n");
    let line = file.lines().line_range(file.text(), start.line - 1).and_then(|range| file.text().get(range));
    let line = if label.secret { "(not shown)".to_owned() } else { text::line(line.unwrap_or_default().trim()) };
    if !line.is_empty() && line.chars().count() <= QUOTE {
        let _ = writeln!(out, "Line {}: {line}", start.line);
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
