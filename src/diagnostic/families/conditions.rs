//! E0001, E0106, E0107, E0301: problems in `on entry|success|failure require { ... } else ...`.

use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase, wording};
use crate::source::{Span, Spanned};

/// `on entry` without `require { ... }`.
pub fn without_rules(moment: &str, place: Span) -> Diagnostic {
    let result = if moment == "entry" { "fail" } else { "rollback" };
    Diagnostic::new(Code::E0001, format!("`on {moment}` needs rules"), place, "expected `require { ... }` after this")
        .help(format!("write `on {moment} require {{ ... }} else {result}`, with one rule per line"))
}

/// `else` with a result that is not possible there. `known` is whether it is possible at another moment.
pub fn wrong_result(moment: &'static str, word: &Spanned<String>, allowed: &[&str], known: bool) -> Diagnostic {
    let all: Vec<Phrase> = allowed.iter().map(|word| PipeCode::or_else(*word).into()).collect();
    let message = phrase![PipeCode::on(moment), " cannot have the result ", PipeCode::or_else(word.node.as_str())];
    let label = if known { "only for other conditions" } else { "no such result" };
    let diagnostic = Diagnostic::new(Code::E0107, message, word.span, label);
    match crate::diagnostic::suggest::similar(&word.node, allowed.iter().copied()).filter(|_| !known) {
        Some(near) => diagnostic.suggest(word.span, Some(near)),
        None => diagnostic.help(phrase!["write ", Phrase::joined(all, "or")]),
    }
}

/// `else rollback all`
pub fn surplus_detail(outcome: &str, detail: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("unexpected `{}` after `else {outcome}`", detail.node), detail.span, "")
        .help(format!("remove `{}`", detail.node))
}

/// A call of a rule that does not exist. `variable` is the name of a branch for an example.
pub fn unknown_rule(name: &Spanned<String>, similar: Option<&str>, known: &[&str], variable: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0301, format!("no rule named `{}`", name.node), name.span, "");
    match similar {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None => diagnostic.help(format!(
            "use one of {}, or a comparison such as `{variable} == \"main\"`",
            known.iter().map(|word| wording::tick(word)).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// A second argument without its name. `shown` is the argument as written; `fitting` are the parameters that accept
/// such a value.
pub fn unnamed_argument(rule: &str, shown: &str, place: Span, fitting: &[&str]) -> Diagnostic {
    let message = format!("only the first argument of `{rule}` can be given without its name");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "");
    name_argument(diagnostic, shown, fitting)
}

/// Adds which name to write before an argument.
pub fn name_argument(diagnostic: Diagnostic, shown: &str, fitting: &[&str]) -> Diagnostic {
    let start = diagnostic.primary.span.before();
    match fitting {
        [only] => diagnostic.help(format!("write `{only} = {shown}`")).edit(start, format!("{only} = ")),
        [] => diagnostic.help("remove this argument"),
        several => {
            let names: Vec<String> = several.iter().map(|name| format!("{name} =")).collect();
            diagnostic.help(format!("write {} before it", wording::or_list(names.iter().map(String::as_str))))
        }
    }
}

/// A value that is not a rule. `compared` is the variable that it is, if it may be one; `variable` is one for an
/// example.
pub fn not_a_rule(place: Span, compared: Option<&str>, variable: &str) -> Diagnostic {
    let message = "expected a rule, found another value";
    let diagnostic = Diagnostic::new(Code::E0106, message, place, "CodePipeline cannot evaluate this");
    match compared {
        Some(compared) => diagnostic.help(format!("compare it with a value: `{compared} == \"...\"`")),
        None => diagnostic
            .help(format!("write a comparison such as `{variable} == \"main\"`, or a rule such as `alarm(\"name\")`")),
    }
}

/// `a && b`
pub fn no_and(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "rules cannot be joined with `&&`", place, "")
        .help("write each rule on its own line; all of them must succeed")
}

/// `a || b`
pub fn no_or(place: Span, variable: &str) -> Diagnostic {
    Diagnostic::new(Code::E0106, "rules cannot be joined with `||`", place, "")
        .note("a condition is met only when all of its rules succeed")
        .help(format!("to accept several values of a variable, write `matches({variable}, \"main|release\")`"))
}

/// `!a`
pub fn no_not(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "a rule cannot be negated with `!`", place, "")
        .help("to negate a comparison, write `!=` instead of `==`")
}

/// A comparison of values that are known before the execution.
pub fn no_variable(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a comparison in a rule needs a variable of the execution",
        place,
        "already known when dotpipe runs",
    )
    .help("compare a variable of an action or of the pipeline; for values known when dotpipe runs, use `if`")
}

/// A string with more than the variable in it.
pub fn several_variables(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a comparison in a rule needs a single variable",
        place,
        "this string also contains other text",
    )
    .help("write only the variable here; to compare a part of its value, use `contains`")
}
