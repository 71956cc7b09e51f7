//! The format for people, in a terminal or a file.

use std::fmt::Write as _;

use crate::render::human::Look;
use crate::render::printable;

use super::{ReportLine, lines, not_compared, summary};
use crate::compare::{Comparison, Consequence};

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BOLD: &str = "1";
const BOLD_RED: &str = "1;31";

/// The minimum width to which values are shortened; a narrower terminal wraps the lines.
const LEAST_WIDTH: usize = 80;

/// Returns the differences, with a summary line at the end. Empty if there is nothing to report.
pub fn render(comparison: &Comparison, look: Look) -> String {
    let mut out = String::new();
    for (index, line) in lines(comparison, look.width.max(LEAST_WIDTH)).iter().enumerate() {
        if index > 0 && line.depth == 0 {
            out.push('\n');
        }
        draw(&mut out, line, look);
    }
    if let Some(summary) = summary(comparison) {
        let _ = writeln!(out, "\n{summary}");
    }
    if let Some(note) = not_compared(comparison) {
        let _ = writeln!(out, "{note}");
    }
    out
}

fn draw(out: &mut String, line: &ReportLine, look: Look) {
    let style = match line.sign {
        Some('+') => GREEN,
        Some('-') => RED,
        Some(_) => YELLOW,
        None => BOLD,
    };
    let text = printable(&line.text);
    let whole = format!("{} {:indent$}{text}", line.sign.unwrap_or(' '), "", indent = 2 * line.depth);
    let _ = write!(out, "{}", painted(whole.trim_end(), style, look));
    if let Some(consequence) = line.consequence {
        let style = if consequence == Consequence::Retained { YELLOW } else { BOLD_RED };
        let _ = write!(out, "  {}", painted(&format!("[{consequence}]"), style, look));
    }
    out.push('\n');
}

fn painted(text: &str, style: &str, look: Look) -> String {
    if look.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
}
