//! The explanation of a role, for a terminal.

use super::human::Look;
use super::page::filled;

/// The prefixes of lines, and the ANSI styles of the prefixes.
const STYLES: [(&str, &str); 5] =
    [("role ", "1"), ("allow ", "32"), ("must allow ", "32"), ("deny ", "31"), ("  required by: ", "2")];

/// Returns the explanation in color, wrapped to the terminal's width. Continuation lines are indented further.
pub fn terminal(text: &str, look: Look) -> String {
    let line = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        filled(&styled(line, look), look.width.max(40), &" ".repeat(indent + 4))
    };
    text.lines().map(line).collect()
}

fn styled(line: &str, look: Look) -> String {
    let known =
        STYLES.iter().filter(|_| look.color).find_map(|(start, style)| Some((start, style, line.strip_prefix(start)?)));
    match known {
        Some((start, style, rest)) => format!("\u{1b}[{style}m{}\u{1b}[0m {rest}", start.trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_continued_and_verbs_have_colors() {
        let text = "role B.role (derived)\n\nallow s3:GetObject, s3:GetObjectVersion, s3:PutObject\n  on ${P.arn}/*\n";
        let look = Look { color: false, unicode: true, width: 40 };
        let wanted =
            "role B.role (derived)\n\nallow s3:GetObject, s3:GetObjectVersion,\n    s3:PutObject\n  on ${P.arn}/*\n";
        assert_eq!(terminal(text, look), wanted);
        let colored = terminal(text, Look { color: true, ..look });
        assert!(colored.contains("\u{1b}[32mallow\u{1b}[0m s3:GetObject, s3:GetObjectVersion,\n"), "{colored:?}");
        assert_eq!(colored.replace("\u{1b}[32m", "").replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), wanted);
    }
}
