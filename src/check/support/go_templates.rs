//! The structure of templates of Helm charts: actions in `{{ }}`, and the blocks that they open and close.
//! <https://pkg.go.dev/text/template#hdr-Actions> (2026-11-30)

use std::ops::Range;

/// The actions that `end` closes.
const BLOCKS: [&str; 5] = ["block", "define", "if", "range", "with"];

/// Something with which a template cannot be parsed, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum TemplateFault {
    /// `{{` without `}}`.
    Open(Range<usize>),
    /// A block without `end`.
    NoEnd(String, Range<usize>),
    /// `end` without a block.
    NoBlock(Range<usize>),
}

/// An action: its place, and the text between the braces.
struct Action<'t> {
    place: Range<usize>,
    inside: &'t str,
}

/// Returns the first fault of a template.
pub(in crate::check) fn fault(text: &str) -> Option<TemplateFault> {
    let mut open: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{{")).map(|found| at + found) {
        let Some(action) = action(text, start) else { return Some(TemplateFault::Open(start..start + 2)) };
        let word = first_word(action.inside);
        if BLOCKS.contains(&word) {
            open.push((word.to_owned(), action.place.clone()));
        } else if word == "end" && open.pop().is_none() {
            return Some(TemplateFault::NoBlock(action.place));
        }
        at = action.place.end;
    }
    open.pop().map(|(word, place)| TemplateFault::NoEnd(word, place))
}

/// Returns the names in an action, such as `define "name"`, each with its place.
pub(in crate::check) fn names<'t>(text: &'t str, word: &str) -> Vec<(&'t str, Range<usize>)> {
    let start = format!("{word} \"");
    let named = |(at, _): (usize, &str)| {
        let from = at + start.len();
        let rest = text.get(from..)?;
        let name = rest.get(..rest.find(['"', '\n'])?)?;
        let is_word = !text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        is_word.then_some((name, from..from + name.len()))
    };
    text.match_indices(&start).filter_map(named).collect()
}

/// Returns the action that starts at these braces; `None` if it is not closed.
fn action(text: &str, start: usize) -> Option<Action<'_>> {
    let from = start + 2;
    let inside = text.get(from..)?;
    let end = |length: usize| from + length;
    let comment = inside.trim_start_matches('-').trim_start();
    if comment.starts_with("/*") {
        let length = inside.find("*/").and_then(|at| Some(at + inside.get(at..)?.find("}}")?))?;
        return Some(Action { place: start..end(length) + 2, inside: "" });
    }
    let mut quote = None;
    let mut letters = inside.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if let Some(mark) = quote {
            if letter == mark {
                quote = None;
            } else if letter == '\\' && mark != '`' {
                letters.next();
            }
            continue;
        }
        match letter {
            '`' | '"' | '\'' => quote = Some(letter),
            '}' if inside.get(at..)?.starts_with("}}") => {
                return Some(Action { place: start..end(at) + 2, inside: inside.get(..at)? });
            }
            '{' | '}' => return None,
            _ => {}
        }
    }
    None
}

/// Returns the first word of an action, after the hyphen that removes spaces.
fn first_word(inside: &str) -> &str {
    let inside = inside.strip_prefix('-').unwrap_or(inside).trim_start();
    inside.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::TemplateFault::{NoBlock, NoEnd, Open};
    use super::{fault, names};

    #[test]
    fn actions_and_blocks_are_closed() {
        assert_eq!(
            fault("a: {{ .Values.a }}\n{{- if .b -}}\nb: {{ \"}}\" | quote }}\n{{- else if .c }}\n{{ end }}"),
            None
        );
        assert_eq!(fault("{{/* {{ if }} */}}{{ `{{ raw` }}{{- /* a */ -}}"), None);
        assert_eq!(fault("a: {{ .Values.a }\nb: {{ .b }}"), Some(Open(3..5)));
        assert_eq!(fault("a: {{ .Values.a"), Some(Open(3..5)));
        assert_eq!(fault("{{ if .a }}b"), Some(NoEnd("if".to_owned(), 0..11)));
        assert_eq!(fault("{{ with .a }}{{ end }}{{- end }}"), Some(NoBlock(22..32)));
    }

    #[test]
    fn names_are_found_with_their_places() {
        let text = "{{ define \"app.name\" }}{{ include \"app.names\" . }}{{ end }}";
        assert_eq!(names(text, "define"), [("app.name", 11..19)]);
        assert_eq!(names(text, "include"), [("app.names", 35..44)]);
    }
}
