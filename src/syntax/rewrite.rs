//! Converts intents to edits of `.pipe` text.

use crate::diagnostic::{Edit, Intent};
use crate::source::{SourceMap, Span};

use super::quoted;

/// Returns the edits for an intent, or `None` if they cannot be determined.
pub fn edits(intent: &Intent, sources: &SourceMap) -> Option<Vec<Edit>> {
    let text = |place: Span| sources.file(place.file).text();
    let (span, replacement) = match intent {
        Intent::SetAttribute { given: Some(span), value, .. } => (*span, value.clone()),
        Intent::SetAttribute { block, attribute, value, given: None } => {
            first_in(*block, text(*block), &format!("{attribute} = {value}"))?
        }
        Intent::AddStatement { after, statement } => last_in(*after, text(*after), statement)?,
        // One string with `${...}` may stand for many values, in a loop or a component.
        Intent::SetString { place, .. } if is_composed(text(*place).get(place.range())?) => return None,
        Intent::SetString { place, text } => (*place, quoted(text)),
        Intent::SetName { place, name } => {
            let is_quoted = text(*place).get(place.range()).is_some_and(|written| written.starts_with('"'));
            (*place, if is_quoted { quoted(name) } else { name.clone() })
        }
        Intent::ReplaceAttribute { attribute, word, value } => (*attribute, format!("{word} = {value}")),
        Intent::Remove { attribute } => {
            let text = text(*attribute);
            (whole_line(*attribute, text).or_else(|| with_comma(*attribute, text))?, String::new())
        }
        Intent::RemoveOutput { header, artifact } => (output_clause(*header, *artifact, text(*header))?, String::new()),
    };
    Some(vec![Edit { span, replacement }])
}

/// Returns whether a string contains values: `${...}`, but not `$${...}`.
fn is_composed(written: &str) -> bool {
    written.replace("$$", "").contains("${")
}

/// Inserts at the start of a header's block, or in a new block if it has none.
fn first_in(header: Span, text: &str, attribute: &str) -> Option<(Span, String)> {
    let tail = text.get(header.end as usize..)?;
    let blanks = tail.len() - tail.trim_start_matches([' ', '\t']).len();
    let Some(body) = tail.trim_start_matches([' ', '\t']).strip_prefix('{') else {
        return Some((header.after(), format!(" {{ {attribute} }}")));
    };
    let at = header.end as usize + blanks + 1;
    let place = Span::new(header.file, at, at);
    match body.split_once('\n') {
        Some((rest, lines)) if rest.trim().is_empty() => {
            let indent: String = lines.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
            Some((place, format!("\n{indent}{attribute}")))
        }
        _ => Some((place, format!(" {attribute},"))),
    }
}

/// Inserts after the last part of a block, on the same line if the block ends there.
fn last_in(last: Span, text: &str, statement: &str) -> Option<(Span, String)> {
    let (before, tail) = (text.get(..last.start as usize)?, text.get(last.end as usize..)?);
    let rest = tail.lines().next().unwrap_or_default();
    if rest.contains('}') {
        return Some((last.after(), format!(", {statement}")));
    }
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let indent: String = text.get(begin..)?.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let end = last.end as usize + rest.len();
    Some((Span::new(last.file, end, end), format!("\n{indent}{statement}")))
}

/// Returns the `-> Artifact` at the end of a header, with the spaces before it, if it is the only output.
fn output_clause(header: Span, artifact: Span, text: &str) -> Option<Span> {
    let before = text.get(header.range().start..artifact.range().start)?;
    let kept = before.trim_end().strip_suffix("->")?.trim_end();
    (header.end == artifact.end).then(|| Span::new(header.file, header.range().start + kept.len(), header.range().end))
}

/// Returns an attribute on a line with others, with the comma after or before it.
fn with_comma(attribute: Span, text: &str) -> Option<Span> {
    let (before, tail) = (text.get(..attribute.start as usize)?, text.get(attribute.end as usize..)?);
    if let Some(rest) = tail.trim_start_matches([' ', '\t']).strip_prefix(',') {
        let end = text.len() - rest.trim_start_matches([' ', '\t']).len();
        return Some(Span::new(attribute.file, attribute.start as usize, end));
    }
    let kept = before.trim_end_matches([' ', '\t']).strip_suffix(',')?;
    Some(Span::new(attribute.file, kept.len(), attribute.end as usize))
}

/// Returns the line of an attribute if nothing else is on it.
fn whole_line(attribute: Span, text: &str) -> Option<Span> {
    let start = text.get(..attribute.start as usize)?.rfind('\n')? + 1;
    let end = attribute.end as usize + text.get(attribute.end as usize..)?.find('\n')? + 1;
    let around = [text.get(start..attribute.start as usize)?, text.get(attribute.end as usize..end)?];
    around.iter().all(|text| text.trim().is_empty()).then(|| Span::new(attribute.file, start, end))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Intent;
    use crate::source::{SourceMap, Span};

    /// Returns the text after an intent about the spans of two words in it.
    fn after(text: &str, intent: impl FnOnce(&dyn Fn(&str) -> Span) -> Intent) -> Option<String> {
        let mut sources = SourceMap::default();
        let file = sources.add("a.pipe".into(), text);
        let place = |word: &str| {
            let start = text.find(word).expect("the text holds it");
            Span::new(file, start, start + word.len())
        };
        let edits = super::edits(&intent(&place), &sources)?;
        let mut text = text.to_owned();
        for edit in &edits {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        Some(text)
    }

    #[test]
    fn attributes_go_first_into_a_block() {
        let set = |text: &str| {
            let intent = |place: &dyn Fn(&str) -> Span| Intent::SetAttribute {
                block: place("deploy stack A"),
                attribute: "x",
                given: None,
                value: "1".to_owned(),
            };
            after(text, intent)
        };
        assert_eq!(set("deploy stack A\n").as_deref(), Some("deploy stack A { x = 1 }\n"));
        assert_eq!(set("deploy stack A { y = 2 }").as_deref(), Some("deploy stack A { x = 1, y = 2 }"));
        assert_eq!(set("deploy stack A {\n  y = 2\n}").as_deref(), Some("deploy stack A {\n  x = 1\n  y = 2\n}"));
    }

    #[test]
    fn statements_go_last_into_a_block() {
        let add = |text: &str| {
            let intent = |place: &dyn Fn(&str) -> Span| Intent::AddStatement {
                after: place("y = 2"),
                statement: "allow read on B".to_owned(),
            };
            after(text, intent)
        };
        assert_eq!(add("role A { y = 2 }").as_deref(), Some("role A { y = 2, allow read on B }"));
        assert_eq!(add("role A {\n  y = 2\n}").as_deref(), Some("role A {\n  y = 2\n  allow read on B\n}"));
    }

    #[test]
    fn names_and_strings_keep_their_form() {
        let name = |text: &str, at: &'static str| {
            after(text, move |place: &dyn Fn(&str) -> Span| Intent::SetName { place: place(at), name: "C".to_owned() })
        };
        assert_eq!(name("{ B = 1 }", "B").as_deref(), Some("{ C = 1 }"));
        assert_eq!(name("{ \"B\" = 1 }", "\"B\"").as_deref(), Some("{ \"C\" = 1 }"));
        let text = "a \"b\" \\".to_owned();
        let set = |place: &dyn Fn(&str) -> Span| Intent::SetString { place: place("b"), text };
        assert_eq!(after("a = b", set).as_deref(), Some(r#"a = "a \"b\" \\""#));
        let set = |place: &dyn Fn(&str) -> Span| Intent::SetString { place: place("b"), text: "${x}".to_owned() };
        assert_eq!(after("a = b", set).as_deref(), Some(r#"a = "$${x}""#), "text is no value");
        let set = |place: &dyn Fn(&str) -> Span| Intent::SetString { place: place("\"b${x}\""), text: "c".to_owned() };
        assert_eq!(after("a = \"b${x}\"", set), None, "other values of `x` would be lost");
    }

    #[test]
    fn an_output_is_removed_with_its_arrow() {
        let remove = |text: &str, header: &'static str| {
            let intent = move |place: &dyn Fn(&str) -> Span| Intent::RemoveOutput {
                header: place(header),
                artifact: place("B"),
            };
            after(text, intent)
        };
        assert_eq!(remove("build x A from S -> B {", "build x A from S -> B").as_deref(), Some("build x A from S {"));
        assert_eq!(remove("build x A -> B, C {", "build x A -> B, C"), None);
    }

    #[test]
    fn an_attribute_is_removed_with_its_line() {
        let remove =
            |text: &str| after(text, |place: &dyn Fn(&str) -> Span| Intent::Remove { attribute: place("y = 2") });
        assert_eq!(remove("role A {\n  y = 2\n}").as_deref(), Some("role A {\n}"));
        assert_eq!(remove("role A { x = 1, y = 2 }").as_deref(), Some("role A { x = 1 }"));
        assert_eq!(remove("role A { y = 2, x = 1 }").as_deref(), Some("role A { x = 1 }"));
        assert_eq!(remove("role A { y = 2 }"), None);
    }
}
