//! Escapes text for XML 1.0.

/// Escapes text for the content of an element, or for the value of an attribute in double quotes. Characters that XML
/// cannot contain are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // These would be normalized in an attribute.
            '\t' => out += "&#9;",
            '\n' => out += "&#10;",
            '\r' => out += "&#13;",
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn an_xml_parser_reads_what_was_escaped() {
        let text = "a < b && \"c\" > 'd'\r\n\té ]]> -- \u{1b}\u{ffff}";
        let document = format!("<a b=\"{0}\">{0}</a>", escaped(text));
        let document = roxmltree::Document::parse(&document).expect("it is XML");
        let wanted = text.replace(['\u{1b}', '\u{ffff}'], "\u{fffd}");
        let root = document.root_element();
        assert_eq!((root.attribute("b"), root.text()), (Some(wanted.as_str()), Some(wanted.as_str())));
    }
}
