//! E0001, E0002, E0003, E0006, E0106: well-formed statements that are not allowed where they are, or not supported.

use crate::catalog::ExampleValue;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::source::{Span, Spanned};

/// `stage` inside `project`.
pub fn misplaced(word: &str, keyword: Span, inside: &str, allowed_in: &[&str]) -> Diagnostic {
    let place =
        if inside.is_empty() { "at the top level of a file".to_owned() } else { format!("inside {}", block(inside)) };
    let diagnostic = Diagnostic::new(Code::E0003, format!("`{word}` is not allowed {place}"), keyword, "");
    match allowed_in {
        [] => diagnostic,
        [""] => diagnostic.help(format!("move `{word}` to the top level of the file")),
        places => {
            let inside: Vec<&str> = places.iter().copied().filter(|place| !place.is_empty()).collect();
            let top = if inside.len() < places.len() { ", or at the top level of the file" } else { "" };
            diagnostic.help(format!("`{word}` belongs inside {}{top}", wording::or_list(inside)))
        }
    }
}

/// Returns a block by its keyword, or by a description.
fn block(inside: &str) -> String {
    if inside.starts_with("an ") { inside.to_owned() } else { wording::tick(inside) }
}

/// `prepare stackset`, `delete stack-instances`. `sets` is whether it is for StackSets rather than their instances.
pub fn only_deployed(sets: bool, deletes: bool, place: Span) -> Diagnostic {
    let (noun, word, command) = if sets {
        ("StackSets", "stackset", "delete-stack-set")
    } else {
        ("stack instances", "stack-instances", "delete-stack-instances")
    };
    let message = format!("CodePipeline cannot {} {noun}", if deletes { "delete" } else { "prepare change sets for" });
    let diagnostic = Diagnostic::new(Code::E0006, message, place, "no CodePipeline action does this");
    if deletes {
        return diagnostic
            .help(format!("remove this statement, and run `aws cloudformation {command}` outside the pipeline"));
    }
    diagnostic.help(format!("use `deploy {word}`, which needs no change set"))
}

/// `on pushes {}`
pub fn unknown_event(event: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let written = format!("on {}", event.node);
    let diagnostic = Diagnostic::new(Code::E0002, format!("unknown statement `{written}`"), event.span, "not an event");
    match similar(&written, known.iter().copied()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("events are {}", wording::or_list(known.iter().copied()))),
    }
}

/// `on push retry {}`. `clause` is the surplus clause, as written.
pub fn surplus_clause(words: &str, clause: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("`{words}` accepts only a block"), place, "")
        .help(format!("remove `{clause}`, and write the attributes in `{words} {{ ... }}`"))
}

/// `on schedule "..." {}`
pub fn surplus_block(words: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("`{words}` cannot have a block"), place, "").help("remove the block")
}

/// `connection Hub for github`: only a role supports `for`. `attribute` is the attribute that is meant, if there is
/// one.
pub fn surplus_for(keyword: &str, given: &Spanned<String>, attribute: Option<&str>) -> Diagnostic {
    let message = format!("`{keyword}` cannot have `for`");
    let diagnostic = Diagnostic::new(Code::E0001, message, given.span, "only `role` can have `for`");
    match attribute {
        Some(attribute) => {
            diagnostic.help(format!("write `{{ {attribute} = {} }}` instead of `for {}`", given.node, given.node))
        }
        None => diagnostic.help(format!("remove `for {}`", given.node)),
    }
}

/// `name = value` outside every block.
pub fn attribute_at_top(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0003,
        format!("attribute `{}` is not allowed at the top level of a file", key.node),
        key.span,
        "",
    )
    .help(format!("move it into a block, or declare a value with `let {} = ...`", key.node))
}

/// `disabled = true`: the attribute takes a reason. `line` is the line to remove, if that is what is meant.
pub fn flag_for_reason(attribute: &str, flag: bool, place: Span, line: Option<Span>) -> Diagnostic {
    let message = format!("`{attribute}` takes a string, not `true` or `false`");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "expected a reason");
    if flag {
        return diagnostic.help(phrase!["give the reason: ", PipeCode::set(attribute, ExampleValue::text("..."))]);
    }
    let diagnostic = diagnostic.help(format!("remove `{attribute}`; the transition is enabled by default"));
    match line {
        Some(line) => diagnostic.edit(line, ""),
        None => diagnostic,
    }
}
