//! The format for a comment on a pull request.

use std::fmt::Write as _;

use crate::render::printable;

use super::{lines, not_compared, summary};
use crate::compare::{Comparison, Consequence};

/// The maximum number of bytes of the listing: GitHub accepts comments of 65,536 characters.
/// <https://github.com/orgs/community/discussions/41331> (2026-11-29)
const LONGEST: usize = 60_000;

/// The width to which values are shortened.
const WIDTH: usize = 120;

/// Returns the consequences in CloudFormation that lose something, then the differences as a listing that code hosts
/// color.
pub fn render(comparison: &Comparison) -> String {
    let mut out = String::new();
    match summary(comparison) {
        Some(summary) => {
            let _ = writeln!(out, "**Pipeline changes:** {summary}.");
        }
        None => out.push_str("**Pipeline changes:** none.\n"),
    }
    if let Some(note) = not_compared(comparison) {
        let _ = writeln!(out, "\n{}.", capitalized(&note));
    }
    let alarms = comparison.differences.iter().filter_map(|difference| {
        let consequence = difference.consequence.filter(|it| *it != Consequence::Retained)?;
        let part = difference.parts.last()?;
        let detail = if part.detail.is_empty() { part.kind.word() } else { &part.detail };
        let path = difference.path();
        let because = if path.is_empty() { String::new() } else { format!(", because `{}` differs", inline(&path)) };
        Some(format!("- `{}` ({}) {consequence}{because}.\n", inline(&part.name), inline(detail)))
    });
    let alarms: String = alarms.collect();
    if !alarms.is_empty() {
        let _ = write!(out, "\n{alarms}");
    }
    let listing = listing(comparison);
    if !listing.is_empty() {
        let fence = fence(&listing);
        let _ = write!(out, "\n{fence}diff\n{listing}{fence}\n");
    }
    out
}

fn listing(comparison: &Comparison) -> String {
    let mut listing = String::new();
    for line in lines(comparison, WIDTH) {
        // Code hosts color lines that start with `!`.
        let sign = line.sign.map_or(' ', |sign| if sign == '~' { '!' } else { sign });
        let consequence = line.consequence.map(|it| format!("  [{it}]")).unwrap_or_default();
        let text = printable(&line.text);
        let written = format!("{sign} {:indent$}{text}{consequence}\n", "", indent = 2 * line.depth);
        if listing.len() + written.len() > LONGEST {
            listing.push_str("  ...\n");
            break;
        }
        listing.push_str(&written);
    }
    listing
}

/// Returns backticks that do not occur in a text.
fn fence(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// Returns a text between backticks.
fn inline(text: &str) -> String {
    printable(text).replace('`', "'")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
