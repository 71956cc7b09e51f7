//! Output for people: source snippets with labels, drawn by miette.
//!
//! miette draws one file in one box. A diagnostic therefore becomes a header, one box for each location (the primary
//! one first), notes, and help, all drawn by the same handler so that they look uniform.

use std::fmt::Write as _;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters, ThemeStyles,
};

use super::snippet::{self, Group, Snippet};
use super::{Report, Summary, text};
use crate::diagnostic::{Diagnostic, Severity};

/// The style of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colors.
    pub color: bool,
    /// Whether to use characters other than ASCII.
    pub unicode: bool,
    /// The columns of the terminal.
    pub width: usize,
}

impl Default for Look {
    /// Returns the style for a file or a pipe: no color, 80 columns.
    fn default() -> Self {
        Self { color: false, unicode: true, width: 80 }
    }
}

/// Draws every diagnostic and a summary line.
pub fn render(reports: &[Report<'_>], look: Look) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.diagnostics {
            draw(&mut out, report, diagnostic, look);
            out.push('\n');
        }
    }
    let summary = Summary::of(reports);
    if summary != Summary::default() {
        let _ = writeln!(out, "{summary}");
    }
    out
}

/// Draws one diagnostic.
fn draw(out: &mut String, report: &Report<'_>, diagnostic: &Diagnostic, look: Look) {
    let pen = Pen { severity: diagnostic.severity, look: Look { width: look.width.max(40), ..look } };
    let title = format!("{}[{}]:", diagnostic.severity.word(), diagnostic.code);
    out.push_str(&pen.header(&title, &text::line(&diagnostic.message)));
    let groups = snippet::group(report.sources, &diagnostic.primary, &diagnostic.secondary);
    let number_width = groups.iter().map(Group::number_width).max().unwrap_or(1);
    for group in &groups {
        out.push_str(&pen.snippet(group, number_width));
    }
    for note in &diagnostic.notes {
        // Notes are drawn like help. miette supports only help, and both words have the same length.
        out.push_str(&pen.advice(note).replacen("help:", "note:", 1));
    }
    if let Some(help) = &diagnostic.help {
        out.push_str(&pen.advice(help));
    }
}

/// The style of one diagnostic.
struct Pen {
    severity: Severity,
    look: Look,
}

impl Pen {
    /// Draws `error[E0201]: message`, with further lines indented.
    fn header(&self, title: &str, message: &str) -> String {
        let mut theme = self.theme();
        title.clone_into(&mut theme.characters.error);
        // It precedes continuation lines.
        theme.characters.vbar = ' ';
        let first = self.look.width.saturating_sub(title.chars().count() + 1);
        let part = Part { message: text::wrap(message, first), ..Part::empty() };
        let drawn = render_part(theme, &part);
        drawn.strip_prefix("  ").map_or(drawn.clone(), str::to_owned)
    }

    /// Draws a box with the lines of one location.
    fn snippet(&self, group: &Group<'_>, number_width: usize) -> String {
        // Before the text: a space, the number, a space, the bar, a space.
        let gutter = number_width + 4;
        let room = self.look.width.saturating_sub(gutter);
        let snippet = Snippet::new(group, room, if self.look.unicode { "…" } else { "~" });
        let mut theme = self.theme();
        let secondary = theme.styles.help;
        let primary = theme.styles.error;
        theme.styles.highlights =
            group.marks.iter().map(|mark| if mark.primary { primary } else { secondary }).collect();
        let labels = group.marks.iter().zip(&snippet.ranges).map(|(mark, range)| {
            let center = snippet.column(range.start.midpoint(range.end));
            let label = text::wrap(&mark.text, room.saturating_sub(center + 4).max(30));
            let label = Some(label).filter(|label| !label.is_empty());
            let span = SourceSpan::from(range.clone());
            if mark.primary {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            }
        });
        let labels = labels.collect();
        let part = Part { labels, source: Some(Lines { place: group.place(), snippet }), ..Part::empty() };
        let indent = " ".repeat(number_width - group.number_width());
        // The first line is the empty message.
        render_part(theme, &part).lines().skip(1).fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "{indent}{}", line.trim_end());
            out
        })
    }

    /// Draws `  help: text`.
    fn advice(&self, advice: &str) -> String {
        let help = text::wrap(&text::paragraph(advice), self.look.width.saturating_sub(8));
        render_part(self.theme(), &Part { help: Some(help), ..Part::empty() }).lines().skip(1).fold(
            String::new(),
            |mut out, line| {
                let _ = writeln!(out, "{}", line.trim_end());
                out
            },
        )
    }

    /// Returns miette's theme. A part has no severity, so the color of an error is that of the diagnostic.
    fn theme(&self) -> GraphicalTheme {
        let characters = if self.look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let mut styles = if self.look.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        styles.error = match self.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        GraphicalTheme { characters, styles }
    }
}

fn render_part(theme: GraphicalTheme, part: &Part) -> String {
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(0)
        .with_wrap_lines(false)
        .without_primary_span_start()
        .without_syntax_highlighting();
    let mut out = String::new();
    // Writing to a string fails only if the part is inconsistent. What was drawn until then is still correct.
    let _ = handler.render_report(&mut out, part);
    out
}

/// A part of a diagnostic in miette's terms.
#[derive(Debug)]
struct Part {
    message: String,
    labels: Vec<LabeledSpan>,
    source: Option<Lines>,
    help: Option<String>,
}

impl Part {
    fn empty() -> Self {
        Self { message: String::new(), labels: Vec::new(), source: None, help: None }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Part {}

impl miette::Diagnostic for Part {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| -> Box<dyn std::fmt::Display> { Box::new(help) })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|lines| -> &dyn SourceCode { lines })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The lines of one box. They are returned for every span, so that miette neither searches the file nor splits the box.
#[derive(Debug)]
struct Lines {
    place: String,
    snippet: Snippet,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.snippet.text;
        Ok(Box::new(MietteSpanContents::new_named(
            self.place.clone(),
            text.as_bytes(),
            (0, text.len()).into(),
            self.snippet.first_line,
            0,
            text.lines().count(),
        )))
    }
}
