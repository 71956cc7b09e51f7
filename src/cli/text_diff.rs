//! Differences between texts, for people and for programs.

use std::fmt::Write;

use camino::Utf8Path;
use similar::TextDiff;

use super::terminal;
use crate::render::printable;

/// The context of the changed lines.
#[derive(Debug, Clone, Copy)]
pub(super) enum Context<'a> {
    /// A line before and after. The path is printed elsewhere.
    Line,
    /// Three lines and the path, in the format of `patch` and `git apply`.
    File(&'a Utf8Path),
}

/// Returns a unified diff for standard output: in color for people, exact for programs.
pub(super) fn unified(before: &str, after: &str, context: Context<'_>) -> String {
    match terminal::output_look() {
        Some(look) => difference(before, after, context, look.color),
        None => exact(before, after, context),
    }
}

fn exact(before: &str, after: &str, context: Context<'_>) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    match context {
        Context::Line => unified.context_radius(1),
        Context::File(path) => unified.context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")),
    };
    unified.to_string()
}

/// Returns the differing lines, prefixed with `-` or `+`, with some context.
pub(super) fn difference(before: &str, after: &str, context: Context<'_>, color: bool) -> String {
    let mut out = String::new();
    for line in exact(before, after, context).lines() {
        let line = printable(line.strip_suffix('\r').unwrap_or(line));
        let style = match line.chars().next() {
            Some('-') => "31",
            Some('+') => "32",
            Some('@') => "36",
            _ => "",
        };
        let _ = if color && !style.is_empty() {
            writeln!(out, "\u{1b}[{style}m{line}\u{1b}[0m")
        } else {
            writeln!(out, "{line}")
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_show_lines_and_no_control_characters() {
        let shown = difference("a\nb\u{1b}\nc\r\nd\ne\n", "a\nB\nc\r\nd\ne\n", Context::Line, false);
        assert_eq!(shown, "@@ -1,3 +1,3 @@\n a\n-b␛\n+B\n c\n");
        let colored = difference("a\n", "b\n", Context::Line, true);
        assert!(colored.contains("\u{1b}[31m-a\u{1b}[0m\n\u{1b}[32m+b\u{1b}[0m\n"));
    }

    #[test]
    fn files_are_named_as_patch_reads_them() {
        let diff = exact("a\n", "b\n", Context::File("x/y.pipe".into()));
        assert_eq!(diff, "--- a/x/y.pipe\n+++ b/x/y.pipe\n@@ -1 +1 @@\n-a\n+b\n");
    }
}
