//! Converts snippets to plain text, for editors without snippets.

use super::items::{Item, ItemKind};

/// Removes the placeholders of a snippet: `${1:text}` becomes `text`, `${1|a,b|}` becomes `a`, and `$1` is removed.
pub fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => out.extend(rest.next()),
            '$' if rest.peek() == Some(&'{') => {
                rest.next();
                let inner: String = rest.by_ref().take_while(|letter| *letter != '}').collect();
                if let Some((_, text)) = inner.split_once(':') {
                    out.push_str(text);
                } else if let Some((_, choices)) = inner.split_once('|') {
                    out.push_str(choices.split([',', '|']).next().unwrap_or_default());
                }
            }
            '$' => while rest.next_if(char::is_ascii_digit).is_some() {},
            _ => out.push(letter),
        }
    }
    out
}

/// Returns the text that an editor without snippets inserts: the first words, and for an attribute the `=`.
pub fn plain_text(item: &Item) -> String {
    let is_attribute = item.kind == ItemKind::Attribute && item.snippet.contains(" = ");
    if is_attribute { format!("{} = ", item.label) } else { item.label.clone() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn places_to_fill_in_are_their_texts() {
        assert_eq!(plain("a ${1:Name} -> $2 { x = ${3|true,false|} }$0"), "a Name ->  { x = true }");
        assert_eq!(plain("\\${x\\} \\$1 \\\\"), "${x} $1 \\");
    }
}
