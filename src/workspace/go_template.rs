//! Templates in the language of Go, as Helm charts contain them: their actions, which stand in `{{ }}`, and their blocks.
//!
//! <https://pkg.go.dev/text/template> (2026-11-30)

use std::ops::Range;

/// An action of a template.
#[derive(Debug, PartialEq, Eq)]
pub struct TemplateAction {
    /// The bytes from `{{` to `}}`.
    pub range: Range<usize>,
    /// Its words, without the blanks between them.
    pub words: Vec<TemplateWord>,
    /// The innermost block around it. An `else` and an `end` are in none.
    pub around: Option<Around>,
}

/// A block around an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// The index of the action that begins the block.
    pub begin: usize,
    /// Whether the action is in a part after `else`.
    pub in_else: bool,
}

/// A word of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateWord {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TemplateWordKind,
}

/// The kinds of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateWordKind {
    /// A keyword or a function.
    Name,
    /// A field or a variable with its fields: `.Values.image`, `$name`, `.`.
    Field,
    /// A text in quotation marks.
    Text,
    /// A number, a parenthesis, an operator.
    Other,
}

/// Why a template cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// An action has no `}}`.
    Unclosed,
    /// A brace in an action that is not its end.
    Brace,
    /// A text that does not end in its line.
    Text,
    /// A block without `end`.
    NoEnd,
    /// An `end` without a block.
    LoneEnd,
    /// An `else` outside `if`, `with`, and `range`.
    LoneElse,
}

/// Returns the actions of a template.
///
/// # Errors
///
/// The first problem and its place, if the template cannot be read.
pub fn actions(text: &str) -> Result<Vec<TemplateAction>, (Problem, Range<usize>)> {
    let mut found: Vec<TemplateAction> = Vec::new();
    let mut around: Vec<Around> = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(mut action) = action(text, start)? else {
            from = end_of_comment(text, start).ok_or((Problem::Unclosed, start..start + 2))?;
            continue;
        };
        from = action.range.end;
        let keyword = action.words.first().filter(|word| word.kind == TemplateWordKind::Name);
        match keyword.and_then(|word| text.get(word.range.clone())) {
            Some("if" | "with" | "range" | "define" | "block") => {
                action.around = around.last().copied();
                around.push(Around { begin: found.len(), in_else: false });
            }
            Some("else") => {
                let begins = |open: &Around| {
                    found.get(open.begin).is_some_and(|begin| matches!(begin.keyword(text), "if" | "with" | "range"))
                };
                let open = around.last_mut().filter(|open| begins(open));
                open.ok_or((Problem::LoneElse, action.range.clone()))?.in_else = true;
            }
            Some("end") => {
                around.pop().ok_or((Problem::LoneEnd, action.range.clone()))?;
            }
            _ => action.around = around.last().copied(),
        }
        found.push(action);
    }
    match around.pop().and_then(|open| found.get(open.begin)) {
        Some(open) => Err((Problem::NoEnd, open.range.clone())),
        None => Ok(found),
    }
}

/// The most blocks around an action that are looked at.
const MOST_AROUND: usize = 50;

impl TemplateAction {
    /// Returns the blocks around it, the innermost first. `all`: the actions of the template.
    pub fn blocks<'a>(&self, all: &'a [Self]) -> impl Iterator<Item = (&'a Self, Around)> {
        let begin = |around: Around| Some((all.get(around.begin)?, around));
        let outer = move |(action, _): &(&'a Self, Around)| action.around.and_then(begin);
        std::iter::successors(self.around.and_then(begin), outer).take(MOST_AROUND)
    }

    /// Returns its first word if that is a name, or an empty text.
    pub fn keyword<'t>(&self, text: &'t str) -> &'t str {
        let first = self.words.first().filter(|word| word.kind == TemplateWordKind::Name);
        first.and_then(|word| text.get(word.range.clone())).unwrap_or_default()
    }
}

/// Reads an action, or returns `None` if it is a comment.
fn action(text: &str, start: usize) -> Result<Option<TemplateAction>, (Problem, Range<usize>)> {
    let mut at = start + 2;
    if text.get(at..).is_some_and(|rest| rest.starts_with('-')) {
        at += 1;
    }
    let mut words = Vec::new();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return Err((Problem::Unclosed, start..start + 2)) };
        if rest.starts_with("}}") || rest.starts_with("-}}") {
            let end = at + rest.find("}}").unwrap_or_default() + 2;
            return Ok(Some(TemplateAction { range: start..end, words, around: None }));
        }
        if rest.starts_with("/*") && words.is_empty() {
            return Ok(None);
        }
        let (length, kind) = match c {
            '{' | '}' => return Err((Problem::Brace, at..at + 1)),
            '"' | '\'' => (quoted(rest, c).ok_or((Problem::Text, at..at + 1))?, TemplateWordKind::Text),
            '`' => (
                2 + rest.get(1..).and_then(|rest| rest.find('`')).ok_or((Problem::Text, at..at + 1))?,
                TemplateWordKind::Text,
            ),
            '.' | '$' => (word(rest), TemplateWordKind::Field),
            _ if c.is_alphabetic() || c == '_' => (word(rest), TemplateWordKind::Name),
            _ if c.is_ascii_digit() => (word(rest), TemplateWordKind::Other),
            _ => (c.len_utf8(), TemplateWordKind::Other),
        };
        if !c.is_whitespace() {
            words.push(TemplateWord { range: at..at + length, kind });
        }
        at += length;
    }
}

/// Returns the length of a name or a field with its fields.
fn word(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))).unwrap_or(rest.len())
}

/// Returns the length of a text in quotation marks, which ends in its line.
fn quoted(rest: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns the position after a comment.
fn end_of_comment(text: &str, start: usize) -> Option<usize> {
    let end = start + text.get(start..)?.find("*/")?;
    Some(end + text.get(end..)?.find("}}")? + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Option<(Problem, &str)> {
        actions(text).err().map(|(problem, range)| (problem, &text[range]))
    }

    #[test]
    fn actions_are_read() {
        let text =
            "{{- if .Values.a }}{{ include \"b c\" . | quote }}{{ else }}{{/* } */}}{{ $x := 1 }}{{ end -}}\n{{ .y }}";
        let read = actions(text).unwrap();
        let words = |action: &TemplateAction| -> Vec<String> {
            action.words.iter().map(|word| text[word.range.clone()].to_owned()).collect()
        };
        assert_eq!(words(&read[0]), ["if", ".Values.a"]);
        assert_eq!(words(&read[1]), ["include", "\"b c\"", ".", "|", "quote"]);
        assert_eq!(read[1].around, Some(Around { begin: 0, in_else: false }));
        assert_eq!(read[1].blocks(&read).map(|(block, _)| block.keyword(text)).collect::<Vec<_>>(), ["if"]);
        assert_eq!(words(&read[3]), ["$x", ":", "=", "1"]);
        assert_eq!(read[3].around, Some(Around { begin: 0, in_else: true }));
        assert_eq!(&text[read[4].range.clone()], "{{ end -}}");
        assert_eq!(read[5].around, None);
    }

    #[test]
    fn problems_are_found() {
        assert_eq!(problem("{{ \"}}\" }} {{ `{{` }} {{ \"\\\"\" }}"), None);
        assert_eq!(problem("a {{ .b }\n"), Some((Problem::Brace, "}")));
        assert_eq!(problem("a {{ .b \n"), Some((Problem::Unclosed, "{{")));
        assert_eq!(problem("{{/* a"), Some((Problem::Unclosed, "{{")));
        assert_eq!(problem("{{ \"a }}\n"), Some((Problem::Text, "\"")));
        assert_eq!(problem("{{ range .a }}b"), Some((Problem::NoEnd, "{{ range .a }}")));
        assert_eq!(problem("{{ end }}"), Some((Problem::LoneEnd, "{{ end }}")));
        assert_eq!(problem("{{ define \"a\" }}{{ else }}"), Some((Problem::LoneElse, "{{ else }}")));
    }

    #[test]
    fn never_panics() {
        let text =
            "{{- if \u{e4}.\u{fc} }}\u{20ac}{{ \"\\\u{e4}\" | f `\u{e4}` 'x' }}{{ else }}{{/* \u{e4} */}}{{ end -}}";
        for (at, _) in text.char_indices() {
            let _ = actions(&text[..at]);
            let _ = actions(&text[at..]);
        }
    }
}
