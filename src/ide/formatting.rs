//! Formatting of a file, of a range, and of the line being typed.

use std::ops::Range;

use crate::format::{self, INDENT};
use crate::source::FileId;
use crate::syntax::ast::{File, Stmt};
use crate::syntax::{depth_at, parse};

/// A range of a text and its replacement.
type TextEdit = (Range<usize>, String);

/// Returns the edits that format a text. What cannot be parsed is not changed.
pub fn format_file(text: &str) -> Vec<TextEdit> {
    format::format(text).map_or_else(|_| Vec::new(), |formatted| format::edits(text, &formatted.text))
}

/// Returns the edits that format the statements that a range touches.
pub fn format_range(text: &str, range: Range<usize>) -> Vec<TextEdit> {
    let tree = parse(FileId::of_path("".into()), text).ast;
    let range = whole_statements(&tree, range);
    // The indentation of a statement precedes it.
    let start = text.get(..range.start).map_or(0, |before| before.trim_end_matches([' ', '\t']).len());
    let is_inside = |(edit, _): &TextEdit| start <= edit.start && edit.end <= range.end || edit.end == range.start;
    let mut edits = format_file(text);
    edits.retain(is_inside);
    for (edit, replacement) in &mut edits {
        // Line breaks before the first statement are not part of the range.
        if edit.start < start
            && let (Some(old), Some(new)) =
                (text.get(edit.clone()).and_then(|gap| gap.rfind('\n')), replacement.rfind('\n'))
        {
            edit.start += old + 1;
            *replacement = replacement.get(new + 1..).unwrap_or_default().to_owned();
        }
    }
    edits.retain(|(edit, replacement)| text.get(edit.clone()) != Some(replacement.as_str()));
    edits
}

/// Extends a range to the statements that it touches, in the innermost block that contains it.
fn whole_statements(file: &File, range: Range<usize>) -> Range<usize> {
    let mut statements: &[Stmt] = &file.statements;
    loop {
        let mut touched = statements.iter().filter(|statement| {
            let span = statement.span.range();
            span.start <= range.end && range.start <= span.end
        });
        let Some(first) = touched.next() else { return range };
        let last = touched.next_back();
        let inner = first.blocks().into_iter().find(|block| {
            let span = block.span.range();
            last.is_none() && span.start < range.start && range.end < span.end
        });
        match inner {
            Some(block) => statements = &block.statements,
            None => {
                return range.start.min(first.span.range().start)
                    ..range.end.max(last.unwrap_or(first).span.range().end);
            }
        }
    }
}

/// Returns the edit that indents the line at an offset, or `None` if it is already indented or inside strings and
/// comments.
pub fn indent_line(text: &str, offset: usize) -> Option<TextEdit> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.split('\n').next()?;
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    let words = line.get(blanks..)?.trim_end();
    let depth = depth_at(text, start)?;
    let closes = words.starts_with(['}', ']', ')']);
    let continues = ["in ", "from ", "-> "].iter().any(|clause| words.starts_with(clause));
    let depth = depth.saturating_sub(usize::from(closes)) + if continues { 2 } else { 0 };
    let wanted = " ".repeat(depth * INDENT);
    (line.get(..blanks)? != wanted).then(|| (start..start + blanks, wanted))
}

#[cfg(test)]
mod tests {
    use super::{format_range, indent_line};

    fn applied(text: &str, edits: Vec<super::TextEdit>) -> String {
        let mut text = text.to_owned();
        for (range, replacement) in edits.into_iter().rev() {
            text.replace_range(range, &replacement);
        }
        text
    }

    #[test]
    fn a_range_is_formatted_with_its_statements() {
        let text = "let  a=1\n\n\n   let  b=2\nlet  c=3\n";
        let at = text.find('b').unwrap_or_default();
        assert_eq!(applied(text, format_range(text, at..at)), "let  a=1\n\n\nlet b = 2\nlet  c=3\n");
        let text = "pipeline  P {\n    stage  A { }\n stage  B {\napprove   C\n }\n}\n";
        let at = text.find('C').unwrap_or_default();
        let wanted = "pipeline  P {\n    stage  A { }\n stage  B {\n    approve C\n }\n}\n";
        assert_eq!(applied(text, format_range(text, at..at)), wanted);
    }

    #[test]
    fn a_line_is_indented_while_it_is_typed() {
        let indented = |before: &str, tail: &str| {
            let text = format!("{before}{tail}");
            indent_line(&text, before.len()).map(|edit| applied(&text, vec![edit]))
        };
        assert_eq!(indented("a {\n", "").as_deref(), Some("a {\n  "));
        assert_eq!(indented("a {\n  b = f({\n", "\n").as_deref(), Some("a {\n  b = f({\n    \n"));
        assert_eq!(indented("a {\n  }", "\n").as_deref(), Some("a {\n}\n"));
        assert_eq!(indented("a {\n}", ""), None);
        assert_eq!(indented("a = '''\n", "  x"), None, "text is left alone");
        assert_eq!(indented("/* a {\n", ""), None, "a comment is left alone");
        assert_eq!(indented("build x Y\n", "from A").as_deref(), Some("build x Y\n    from A"));
        assert_eq!(indented("// a {\n", ""), None);
    }
}
