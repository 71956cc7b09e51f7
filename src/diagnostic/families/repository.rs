//! E0211: files of the repository that a pipeline uses.

use camino::Utf8Path;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// The parser's message for a second `: ` in one line.
const MAPPING_IN_TEXT: &str = "mapping values are not allowed in this context";

/// Messages of the parser that most people meet, and what they mean.
const WORDS: [(&str, &str); 6] = [
    ("invalid trailing content", "unexpected text after the closing quotation mark"),
    ("simple key expect", "expected `:` after the key"),
    ("did not find expected node content", "expected a value"),
    ("expected ',' or ']'", "expected `,` or `]`"),
    ("expected ',' or '}'", "expected `,` or `}`"),
    ("did not find expected <document start>", "expected the end of the file"),
];

/// How to write a command that YAML does not read as a string.
pub const QUOTE_COMMAND: &str = "put the whole command in quotes, or write it as a block after `|`";

/// A buildspec that is not valid YAML. `in_command`: because of a command that starts with a character that has a
/// meaning in YAML.
pub fn buildspec_not_parsed(
    shown: &str,
    reason: &str,
    place: Span,
    (unfinished_key, in_command): (Option<Span>, bool),
) -> Diagnostic {
    let found = not_parsed(shown, reason, place, unfinished_key);
    if in_command { found.help(QUOTE_COMMAND) } else { found }
}

/// A file whose name promises JSON.
pub fn not_json(path: &Utf8Path, place: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not valid JSON"), place, reason)
}

/// A file that is not valid YAML, which includes JSON. `shown` is a description of the file that ends with its path.
/// The reason is the parser's.
pub fn not_parsed(shown: &str, reason: &str, place: Span, unfinished_key: Option<Span>) -> Diagnostic {
    let format = if shown.ends_with(".json`") { "JSON" } else { "YAML" };
    let in_text = reason == MAPPING_IN_TEXT;
    let label = match reason {
        MAPPING_IN_TEXT => "YAML reads the text before this as a key",
        _ => WORDS.iter().find(|(of_parser, _)| reason.contains(of_parser)).map_or(reason, |(_, words)| words),
    };
    let diagnostic = Diagnostic::new(Code::E0211, format!("{shown} is not valid {format}"), place, label);
    match unfinished_key {
        Some(key) => diagnostic.label(key, "a `:` may be missing here"),
        None if in_text => {
            diagnostic.help("put quotation marks around the value: it contains a colon followed by a space")
        }
        None => diagnostic,
    }
}

/// A readable file that is not a template.
pub fn no_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not a CloudFormation template"), place, "has no `Resources`")
}

/// A duplicate key of a mapping.
pub fn repeated_key(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0216, format!("duplicate key `{}`", key.node), key.span, "overrides the first one")
        .label(first, "this value is ignored")
        .help("merge both under one key, or remove one of them")
}
