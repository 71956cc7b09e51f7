//! E0003 and E0006: statements that are well formed but have no meaning where they stand, or none at all.

use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// `stage` inside `project`.
pub fn misplaced(word: &str, keyword: Span, inside: &str, allowed_in: &[&str]) -> Diagnostic {
    let place = if inside.is_empty() { "at the top of a file".to_owned() } else { format!("inside {}", block(inside)) };
    let diagnostic = Diagnostic::new(
        Code::E0003,
        format!("`{word}` cannot stand {place}"),
        keyword,
        "not a statement of this block",
    );
    match allowed_in {
        [] => diagnostic,
        [""] => diagnostic.help(format!("move `{word}` to the top of the file")),
        places => {
            let inside: Vec<&str> = places.iter().copied().filter(|place| !place.is_empty()).collect();
            let top = if inside.len() < places.len() { ", or at the top of the file" } else { "" };
            diagnostic.help(format!("`{word}` belongs inside {}{top}", wording::or_list(inside)))
        }
    }
}

/// A block by its word, or in words of its own.
fn block(inside: &str) -> String {
    if inside.starts_with("an ") { inside.to_owned() } else { wording::tick(inside) }
}

/// `prepare stackset`, `delete stack-instances`. `sets`: of stack sets, not of their instances.
pub fn only_deployed(sets: bool, deletes: bool, place: Span) -> Diagnostic {
    let (noun, word, command) = if sets {
        ("stack sets", "stackset", "delete-stack-set")
    } else {
        ("stack instances", "stack-instances", "delete-stack-instances")
    };
    let message = format!("CodePipeline only deploys {noun}");
    let diagnostic = Diagnostic::new(Code::E0006, message, place, "no action of CodePipeline does this");
    if deletes {
        return diagnostic.help(format!("remove the statement, and run `aws cloudformation {command}` outside"));
    }
    diagnostic.help(format!("write `deploy {word}`, which has no change set"))
}

/// `on pushes {}`
pub fn unknown_event(event: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let written = format!("on {}", event.node);
    let diagnostic = Diagnostic::new(
        Code::E0002,
        format!("unknown statement `{written}`"),
        event.span,
        "nothing of this name happens",
    );
    match similar(&written, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("what can happen: {}", wording::or_list(known.iter().copied()))),
    }
}

/// `on push retry {}`
pub fn surplus_clause(words: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("`{words}` takes nothing but a block"), place, "not expected here")
        .help(format!("write `{words} {{ ... }}`"))
}

/// `on schedule "..." {}`
pub fn surplus_block(words: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("`{words}` takes no block"), place, "not expected here")
        .help("remove the block")
}

/// `connection Hub for github`: only a role is for something. `attribute` holds what was meant, where one does.
pub fn surplus_for(keyword: &str, given: &Spanned<String>, attribute: Option<&str>) -> Diagnostic {
    let message = format!("`{keyword}` takes no `for`");
    let diagnostic = Diagnostic::new(Code::E0001, message, given.span, "only roles are for a service");
    match attribute {
        Some(attribute) => {
            diagnostic.help(format!("write `{{ {attribute} = {} }}` in place of `for {}`", given.node, given.node))
        }
        None => diagnostic.help(format!("remove `for {}`", given.node)),
    }
}

/// `name = value` outside every block.
pub fn attribute_at_top(key: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0003,
        format!("attribute `{}` cannot stand at the top of a file", key.node),
        key.span,
        "belongs to no block",
    )
    .help(format!("move it into the block it is about, or write `let {} = ...` for a value of your own", key.node))
}

/// `disabled = true`: the attribute takes a reason. `line`: the line to remove, where that is what is meant.
pub fn flag_for_reason(attribute: &str, flag: bool, place: Span, line: Option<Span>) -> Diagnostic {
    let message = format!("`{attribute}` takes text, not `true` or `false`");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "this is `true` or `false`");
    if flag {
        return diagnostic.help(format!("say why: `{attribute} = \"...\"`"));
    }
    let diagnostic = diagnostic.help("remove it: runs may enter the stage unless a reason is given");
    match line {
        Some(line) => diagnostic.edit(line, ""),
        None => diagnostic,
    }
}
