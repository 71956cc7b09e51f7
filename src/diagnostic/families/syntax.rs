//! E0001, E0002, E0004, E0005, E0007: syntax errors.

use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A token other than `expected`. Both contain their backticks.
pub fn expected(expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("expected {expected}, found {found}"), span, "")
}

/// An unexpected token.
pub fn unexpected(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("unexpected {found}"), span, "")
}

/// Returns the equivalent of another language's statement.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "job" | "jobs" | "phase" => "a pipeline consists of stages: `stage Name { ... }`",
        "step" | "steps" | "task" => "a stage consists of actions, for example `build codebuild Name { ... }`",
        "resource" | "resources" | "data" | "module" => {
            "declare a `project`, `bucket`, `role`, `topic`, or `connection`; add other resources with `resources = file(\"resources.yaml\")`"
        }
        "var" | "local" | "locals" | "const" => "name a value with `let name = value`",
        "output" | "outputs" => "the template needs no outputs: resources of the file refer to each other by name",
        "grant" | "permit" => "write a permission as `allow read on Name`",
        "needs" | "depends-on" => "actions run in the order written; `parallel { ... }` starts them together",
        _ => return in_other_formats(word),
    })
}

/// Returns how a setting of pipelines in CloudFormation and Terraform is written here.
pub fn in_other_formats(word: &str) -> Option<&'static str> {
    Some(match word.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
        "trigger" | "triggers" => {
            "a change in a source starts the pipeline; to start it at other times, add `on schedule \"rate(1 day)\"` to the pipeline"
        }
        "artifactstore" | "artifactstores" | "artifacts" => {
            "name the artifact bucket in a block of the pipeline: `artifacts { bucket = \"my-bucket\" }`"
        }
        "parameter" | "parameters" => "declare a parameter of the template with `param Name: string`",
        _ => return None,
    })
}

/// Returns whether a word starts a statement of another language, whose block is also in that language.
pub fn is_foreign(word: &str) -> bool {
    matches!(word, "resource" | "data" | "module" | "terraform" | "locals" | "jobs" | "steps")
}

/// A statement that starts with an unknown word. `rest` is what follows the word.
pub fn unknown_statement(word: &str, rest: &str, span: Span, known: &[&str]) -> Diagnostic {
    let unknown = Diagnostic::new(Code::E0002, format!("unknown statement `{word}`"), span, "");
    if let Some(help) = elsewhere(word) {
        return unknown.help(help);
    }
    // Nearly every word is similar to a short one. What follows shows whether a statement is meant.
    let line = rest.lines().next().unwrap_or_default();
    let header = ["{", "->", " from "].iter().any(|mark| line.contains(mark)) && !line.starts_with(['{', '"', '\'']);
    let near = similar(word, known.iter().copied()).filter(|_| word.len() > 3 || header);
    match near {
        Some(_) => unknown.suggest(span, near),
        None if rest.starts_with(['{', '"', '\'', '[']) || rest.starts_with(|c: char| c.is_ascii_digit()) => {
            let mut unknown = unknown;
            "missing `=` after this".clone_into(&mut unknown.primary.text);
            unknown.help(format!("write `{word} = {}` for an attribute", shown_value(line))).edit(span.after(), " =")
        }
        None => unknown.help(format!("write `{word} = value` for an attribute")),
    }
}

/// Longer values are not repeated in the help.
const SHOWN_VALUE: usize = 40;

/// Returns the value at the start of a line, if it is short and complete.
fn shown_value(line: &str) -> &str {
    let value = line.split("//").next().unwrap_or_default().trim_end().trim_end_matches(',');
    let closes = |open: char, close: char| value.matches(open).count() == value.matches(close).count();
    let whole = closes('{', '}') && closes('[', ']') && value.matches('"').count().is_multiple_of(2);
    match value {
        value if whole && value.len() <= SHOWN_VALUE => value,
        value if value.starts_with('{') => "{ ... }",
        _ => "...",
    }
}

/// A file in another format.
pub fn foreign(format: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0001,
        format!("this file is {format}, not the pipeline language"),
        span,
        format!("starts like {format}"),
    )
    .help("a pipeline file starts like this: `pipeline MyApp {`")
}

/// A document that cannot be parsed.
pub fn not_a_document(format: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("this file is not valid {format}: {reason}"), span, "")
}

/// A document that does not define a pipeline.
pub fn no_pipeline(format: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("this {format} file defines no pipeline"), span, "")
        .note("dotpipe reads .pipe files, templates with an `AWS::CodePipeline::Pipeline` resource, and the JSON of `get-pipeline`")
}

/// A template whose resource has a type that is nearly that of a pipeline.
pub fn misspelled_pipeline_type(near: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, "this template defines no pipeline", span, "CloudFormation has no such type")
        .suggest(span, Some(near))
}

/// `feature/x` as a value.
pub fn unquoted(written: &str, span: Span) -> Diagnostic {
    let quoted = format!("\"{written}\"");
    Diagnostic::new(Code::E0001, format!("string `{written}` needs quotes"), span, "neither a name nor a number")
        .help(format!("write `{quoted}`"))
        .edit(span, quoted)
}

/// A duration with a fraction. `whole` is the same in a shorter unit.
pub fn fractional_duration(written: &str, whole: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("duration `{written}` has a fraction"), span, "durations are whole numbers")
        .help(format!("write `{whole}`"))
        .edit(span, whole)
}

/// A letter outside ASCII in a name.
pub fn name_character(character: char, span: Span) -> Diagnostic {
    let message = format!("a name without quotes cannot contain `{character}`");
    Diagnostic::new(Code::E0001, message, span, "use ASCII letters, digits, `_`, and `-`")
}

/// A word in full-width letters.
pub fn full_width(written: &str, plain: &str, span: Span) -> Diagnostic {
    let message = format!("`{written}` uses full-width letters");
    Diagnostic::new(Code::E0001, message, span, "names use ASCII letters")
        .help(format!("write `{plain}`"))
        .edit(span, plain)
}

/// A token that is not allowed in this statement. `gap` is what to remove.
pub fn needless(written: &str, wanted: &str, span: Span, gap: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("expected {wanted}, found `{written}`"), span, "")
        .help(format!("remove the `{written}`"))
        .edit(gap, "")
}

/// A header without its block.
pub fn brace_missing(end: Span) -> Diagnostic {
    expected("`{`", "end of line", end).help("write `{` at the end of the line").edit(end, " {")
}

/// An unclosed delimiter. `end` is the empty span where the closer belongs; `outer` contains the closers of the
/// enclosing open delimiters up to the end of the text, and where those are opened. `written` is what to add.
pub fn unclosed(
    opener: &str,
    closer: &str,
    span: Span,
    (end, written): (Span, &str),
    outer: &[(&str, Span)],
) -> Diagnostic {
    let what = match opener {
        "\"" | "'" => "string",
        "\"\"\"" | "'''" => "multi-line string",
        "/*" => "comment",
        "${" => "interpolation",
        "{" => "block",
        "[" => "list",
        _ => "parenthesis",
    };
    let closers: String = std::iter::once(closer).chain(outer.iter().map(|(closer, _)| *closer)).collect();
    let mut diagnostic = Diagnostic::new(Code::E0004, format!("{what} is never closed"), span, "opened here")
        .label(end, format!("missing `{closers}`?"))
        .help(format!("close it with `{closers}`"))
        .edit(end, written);
    for (_, opened) in outer.iter().take(3) {
        diagnostic = diagnostic.label(*opened, "also not closed");
    }
    diagnostic
}

/// A closing delimiter without an opening one. `early` is the opener of the enclosing block, which continues below.
pub fn unopened(closer: &str, span: Span, early: Option<Span>) -> Diagnostic {
    let label = if early.is_some() { "indented too far to close that block" } else { "nothing to close here" };
    let diagnostic = Diagnostic::new(Code::E0001, format!("unexpected `{closer}`"), span, label)
        .help(format!("remove it, or add the `{}` that it closes", opener_of(closer)))
        .edit(span, "");
    match early {
        Some(open) => diagnostic.label(open, "this block continues below"),
        None => diagnostic,
    }
}

fn opener_of(closer: &str) -> &'static str {
    match closer {
        "]" => "[",
        ")" => "(",
        _ => "{",
    }
}

/// A different closer from the one that the opener requires.
pub fn mismatched((opener, wanted): (&str, &str), open: Span, closer: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("expected `{wanted}`, found `{closer}`"), span, "")
        .label(open, format!("`{opener}` is opened here"))
        .suggest(span, Some(wanted))
}

/// Deeper nesting than the compiler supports.
pub fn too_deep(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0007, format!("nested more than {limit} levels deep"), span, "limit exceeded here")
        .help("move inner parts into a `let` or `component`")
}

/// A missing value after the `=` at `span`.
pub fn value_missing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0005, "value missing after `=`", span, "expected a value on this line")
        .help("write the value on the same line, or remove the line")
}

/// A value on a later line than its `=`. `gap` is the span from the `=` to the value.
pub fn value_below(equals: Span, gap: Span) -> Diagnostic {
    value_missing(equals).help("move the value to the line with the `=`").edit(gap, " ")
}

/// `# comment`
pub fn hash_comment(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, "`#` does not start a comment", span, "")
        .help("comments start with `//`")
        .edit(span, "//")
}

/// A character that is not allowed in any file, or a space other than the ordinary one.
pub fn control_character(character: char, span: Span) -> Diagnostic {
    let number = u32::from(character);
    if character.is_whitespace() && !character.is_control() {
        let name = if character == '\u{a0}' { "no-break space" } else { "space" };
        return Diagnostic::new(Code::E0001, format!("unexpected {name} (U+{number:04X})"), span, "")
            .help("replace it with a space")
            .edit(span, " ");
    }
    let kind = if character.is_control() { "control" } else { "invisible" };
    Diagnostic::new(
        Code::E0001,
        format!("unexpected {kind} character U+{number:04X}"),
        span,
        "not visible in most editors",
    )
    .help("remove it")
    .edit(span, "")
}

/// `;` between statements.
pub fn semicolon(span: Span, line_ends: bool) -> Diagnostic {
    let replacement = if line_ends { "" } else { "," };
    let help = if line_ends { "remove it" } else { "write `,`" };
    Diagnostic::new(Code::E0001, "`;` does not end a statement", span, "a new line or a comma does")
        .help(help)
        .edit(span, replacement)
}

/// One token instead of another, with the reason as the label.
pub fn written_for(written: &str, meant: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("expected `{meant}`, found `{written}`"), span, reason)
        .help(format!("write `{meant}`"))
        .edit(span, meant)
}

/// Namespaces of expressions in GitHub Actions.
const GITHUB_CONTEXTS: [&str; 10] =
    ["github", "env", "vars", "secrets", "inputs", "steps", "needs", "matrix", "runner", "job"];

/// `${{ name }}`, as in GitHub Actions. `inner`: what is in the braces.
pub fn double_braces(inner: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::new(Code::E0001, "`${{ ... }}` is GitHub Actions syntax", span, "");
    if GITHUB_CONTEXTS.contains(&inner.split('.').next().unwrap_or_default()) {
        return found.help("declare a `param`, and write its name as `${Name}`");
    }
    let written = format!("${{{inner}}}");
    found.help(format!("write `{written}`")).edit(span, written)
}

/// `name: value`. `edit` is `=` with the missing spaces around it.
pub fn colon(span: Span, edit: &str) -> Diagnostic {
    Diagnostic::new(Code::E0001, "expected `=`, found `:`", span, "values follow `=`")
        .help("write `=`")
        .edit(span, edit)
}

/// `2 days` instead of `2d`.
pub fn long_duration(written: &str, meant: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0001,
        format!("`{written}` is not a duration"),
        span,
        "units are `ms`, `s`, `m`, `h`, and `d`",
    )
    .help(format!("write `{meant}`"))
    .edit(span, meant)
}

/// `{` on the line after its header. `gap` is the span from the header to the brace.
pub fn brace_below(brace: Span, gap: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, "`{` must be on the same line as its header", brace, "")
        .help("move `{` to the end of the line above")
        .edit(gap, " ")
}

/// `\q` in a string.
pub fn unknown_escape(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("unknown escape `{written}` in a string"), span, "")
        .help("double the backslash, or use single quotes: `'...'`")
        .edit(span, format!("\\{written}"))
}

/// A number that is too large for any quantity.
pub fn number_too_large(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("number `{written}` is too large"), span, "")
}

/// A typographic quotation mark. `close` is the one that ends the string, if straight ones can replace both.
pub fn curly_quote(found: &str, span: Span, close: Option<Span>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0001, format!("expected a value, found {found}"), span, "typographic quotation mark")
            .help("use straight quotes: `\"...\"`");
    match close {
        Some(close) => diagnostic.edit(span, "\"").edit(close, "\""),
        None => diagnostic,
    }
}

/// `pipe 1` after the first statement.
pub fn edition_not_first(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, "the edition must come before the first statement", span, "")
        .help("move this line to the start of the file")
}

/// Lines that start with `-`, as in YAML. `gap` is the span from the `=` to the last element.
pub fn dash_list(dash: Span, gap: Span, list: &str) -> Diagnostic {
    Diagnostic::new(Code::E0001, "lists are written `[a, b]`, not with dashes", dash, "")
        .help("put the elements in brackets")
        .edit(gap, list)
}
