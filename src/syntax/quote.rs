//! Writes strings in quotes, as the language does.

use std::fmt::Write;

/// Returns a text in quotes, such that parsing it gives the text again.
pub fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    escape(text, false, &mut written);
    written.push('"');
    written
}

/// Appends the text as it is written between quotes. `before_value`: an interpolation follows, so a `$` at the end
/// would escape it.
pub fn escape(text: &str, before_value: bool, written: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match (letter, rest.peek()) {
            ('"', _) => written.push_str("\\\""),
            ('\\', _) => written.push_str("\\\\"),
            ('\n', _) => written.push_str("\\n"),
            ('\t', _) => written.push_str("\\t"),
            ('\r', _) => written.push_str("\\r"),
            ('$', Some('{')) => written.push_str("$$"),
            ('$', None) if before_value => written.push_str("\\u{24}"),
            ('#', Some('{')) => written.push_str("\\u{23}"),
            (letter, _) if letter.is_control() || letter == '\u{feff}' => {
                let _ = write!(written, "\\u{{{:x}}}", u32::from(letter));
            }
            (letter, _) => written.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use crate::source::FileId;
    use crate::syntax::ast::{ExprKind, StmtKind, StringPart, StringPartKind};
    use crate::syntax::parse;

    #[test]
    fn quoted_text_reads_as_it_is() {
        let texts = ["a", "a \"b\" \\", "${x}", "$${x}", "#{a.B}", "$", "#", "a\nb\tc\r", "\u{feff}\u{7f}", "é🦀 '' }"];
        for text in texts {
            let file = parse(FileId::of_path("".into()), &format!("let a = {}\n", quoted(text)));
            assert!(!file.diagnostics.has_errors(), "{text:?}");
            let [only] = file.ast.statements.as_slice() else { panic!("{text:?}") };
            let StmtKind::Let(it) = &only.kind else { panic!("{text:?}") };
            let ExprKind::String(parts) = &it.value.kind else { panic!("{text:?}") };
            let [StringPart { kind: StringPartKind::Text(read), .. }] = parts.as_slice() else { panic!("{parts:?}") };
            assert_eq!(read, text);
        }
    }
}
