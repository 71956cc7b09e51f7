//! Output for programs: one JSON document with all data of the diagnostics.
//!
//! The format is versioned. Fields may be added within a version; readers should ignore unknown ones. Lines and columns
//! count from 1, columns in characters (Unicode scalar values); `byte` counts from 0.

use serde::Serialize;

use super::{Report, Summary};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::{LineColumn, SourceMap, Span};

/// The version of the format. It is incremented when a field is removed or changes its meaning.
pub const VERSION: u32 = 1;

/// Returns the document, pretty-printed and terminated by a newline.
pub fn render(reports: &[Report<'_>]) -> String {
    let diagnostics = reports
        .iter()
        .flat_map(|report| report.diagnostics.iter().map(|diagnostic| Finding::new(report.sources, diagnostic)));
    let summary = Summary::of(reports);
    let document = Document {
        version: VERSION,
        files: reports.iter().filter_map(Report::entry).map(|file| file.path().as_str()).collect(),
        diagnostics: diagnostics.collect(),
        summary: Counts { errors: summary.errors, warnings: summary.warnings, infos: summary.infos },
    };
    // Strings, numbers, and lists only: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<&'a str>,
    diagnostics: Vec<Finding<'a>>,
    summary: Counts,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    labels: Vec<Other<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    edits: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    guess: bool,
}

impl<'a> Finding<'a> {
    fn new(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code.as_str(),
            severity: diagnostic.severity.word(),
            message: &diagnostic.message,
            place: Place::new(sources, diagnostic.primary.span),
            label: &diagnostic.primary.text,
            labels: diagnostic.secondary.iter().map(|label| Other::new(sources, label)).collect(),
            notes: &diagnostic.notes,
            help: diagnostic.help.as_deref(),
            edits: diagnostic
                .edits
                .iter()
                .map(|edit| Change { place: Place::new(sources, edit.span), replacement: &edit.replacement })
                .collect(),
            guess: !diagnostic.edits.is_empty() && !diagnostic.has_certain_fix(sources),
        }
    }
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

impl<'a> Place<'a> {
    fn new(sources: &'a SourceMap, span: Span) -> Self {
        Self {
            file: sources.file(span.file).path().as_str(),
            start: Position::new(span.start, sources.start(span)),
            end: Position::new(span.end, sources.end(span)),
        }
    }
}

#[derive(Serialize)]
struct Position {
    byte: u32,
    line: usize,
    column: usize,
}

impl Position {
    fn new(byte: u32, place: LineColumn) -> Self {
        Self { byte, line: place.line, column: place.column }
    }
}

#[derive(Serialize)]
struct Other<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

impl<'a> Other<'a> {
    fn new(sources: &'a SourceMap, label: &'a Label) -> Self {
        Self { place: Place::new(sources, label.span), text: &label.text }
    }
}

#[derive(Serialize)]
struct Change<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}
