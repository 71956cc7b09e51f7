//! E0604, E0605, E0607, and other faults of `on entry|success|failure require { ... } else ...`.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// `on entry` without `require { ... }`.
pub fn without_rules(moment: &str, place: Span) -> Diagnostic {
    let result = if moment == "entry" { "fail" } else { "rollback" };
    Diagnostic::new(Code::E0001, format!("`on {moment}` needs rules"), place, "expected `require { ... }` after this")
        .help(format!("write `on {moment} require {{ ... }} else {result}`, with one rule per line"))
}

/// `else` with a result that is not possible there. `known`: it is at another moment.
pub fn wrong_result(moment: &str, word: &Spanned<String>, allowed: &[&str], known: bool) -> Diagnostic {
    let all: Vec<String> = allowed.iter().map(|word| format!("else {word}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let message = format!("`on {moment}` cannot have the result `else {}`", word.node);
    let label = if known { "only for other conditions" } else { "no such result" };
    let diagnostic = Diagnostic::new(Code::E0107, message, word.span, label);
    match crate::diagnostic::suggest::similar(&word.node, allowed.iter().copied()).filter(|_| !known) {
        Some(near) => diagnostic.suggest(word.span, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(all))),
    }
}

/// `else rollback all`
pub fn surplus_detail(outcome: &str, detail: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("unexpected `{}` after `else {outcome}`", detail.node), detail.span, "")
        .help(format!("remove `{}`", detail.node))
}

/// A call of a rule that does not exist.
pub fn unknown_rule(name: &Spanned<String>, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0301, format!("no rule named `{}`", name.node), name.span, "");
    match similar {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None => diagnostic.help(format!(
            "use one of {}, or a comparison such as `Checkout.BranchName == \"main\"`",
            known.iter().map(|word| wording::tick(word)).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// A second argument without its name.
pub fn unnamed_argument(rule: &str, first: &str, place: Span) -> Diagnostic {
    let message = format!("only the first argument of `{rule}` can be given without its name");
    Diagnostic::new(Code::E0106, message, place, "this argument needs a name")
        .note(format!("the first argument is `{first}`"))
        .help("write it as `name = value`")
}

/// A value that is not a rule.
pub fn not_a_rule(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "expected a rule, found another value", place, "CodePipeline cannot evaluate this")
        .help("write a comparison such as `Checkout.BranchName == \"main\"`, or a rule such as `alarm(\"name\")`")
}

/// `a && b`
pub fn no_and(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "rules cannot be joined with `&&`", place, "")
        .help("write each rule on its own line; all of them must succeed")
}

/// `a || b`
pub fn no_or(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "rules cannot be joined with `||`", place, "")
        .note("a condition is met only when all of its rules succeed")
        .help("to accept several values of a variable, write `matches(Checkout.BranchName, \"main|release\")`")
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
    Diagnostic::new(Code::E0106, "a comparison in a rule takes a single variable", place, "more than a variable")
        .help("write only the variable here and move the rest into the value; `contains` compares a part")
}

/// Two conditions for one moment.
pub fn second_condition(stage: &str, moment: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0604, format!("stage `{stage}` has two `on {moment}` conditions"), place, "second condition")
        .label(first, "first condition")
        .help("move all rules into one condition")
}

/// A rule that cannot skip a stage.
pub fn cannot_skip(rule: &str, place: Span, skip: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0605,
        format!("a condition with rule `{rule}` cannot skip the stage"),
        place,
        "neither a variable check nor a Lambda function",
    )
    .label(skip, "`else skip` allows only these two kinds of rule")
    .help("write `else fail`, or use a Lambda function as the rule")
}

/// `on failure retry` beside `on failure require`.
pub fn result_with_rules(outcome: &str, place: Span, rules: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0607,
        format!("`on failure {outcome}` cannot be combined with `on failure` rules"),
        place,
        "would apply whatever the rules evaluate to",
    )
    .label(rules, "rules are here")
    .note("AWS: \"... cannot have a failure exit gate configured with both top level result and conditions\"")
    .help("remove one of them; CodePipeline allows either a result or rules")
}

/// More rules than a condition can have.
pub fn too_many_rules(moment: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("the `on {moment}` condition has {count} rules; CodePipeline allows at most {most}"),
        place,
        "exceeds the limit",
    )
    .help("combine rules: `matches` compares several values, and `run` runs several commands")
}

/// Fewer artifacts than a rule needs.
pub fn needs_artifact(rule: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0205, format!("rule `{rule}` needs an artifact"), place, "")
        .help("add an artifact: `from = Artifact`")
}

/// More artifacts than a rule takes.
pub fn surplus_artifacts(rule: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let (takes, label) = match most {
        0 => ("no artifacts".to_owned(), "would never be read"),
        _ => (format!("at most {}, not {count}", wording::count(most, "artifact")), "exceeds the limit"),
    };
    Diagnostic::new(Code::E0206, format!("rule `{rule}` takes {takes}"), place, label)
}

/// An artifact that is not available yet when a condition is evaluated.
pub fn artifact_not_available(artifact: &Spanned<String>, moment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is produced", artifact.node),
        place,
        format!("not available `on {moment}` of this stage"),
    )
    .label(artifact.span, format!("`{}` is produced here", artifact.node))
    .help("use an artifact of an earlier stage")
}

/// A variable that is not set yet when a condition is evaluated.
pub fn variable_not_set(action: &str, variable: &str, moment: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0704,
        format!("`{action}.{variable}` is used before `{action}` has run"),
        place,
        format!("not set yet `on {moment}` of this stage"),
    )
    .label(set_at, "set by this action")
    .help("use a variable of an earlier stage")
}

/// An output of a stack that is not deployed yet when a condition is evaluated.
pub fn output_not_known(stack: &str, output: &str, moment: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0410,
        format!("output `{output}` is used before stack `{stack}` is deployed"),
        place,
        format!("not known yet `on {moment}` of this stage"),
    )
    .label(set_at, "deployed here")
    .help("use an output of a stack that an earlier stage deploys")
}

/// A window that is not a valid expression. `mended`: the expression that is meant.
pub fn not_a_window(text: &str, place: Span, fault: &str, mended: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0609, format!("`{text}` is not a deployment window"), place, fault.to_owned());
    match mended {
        Some(mended) => diagnostic.help(format!("write `\"{mended}\"`")).edit(place, format!("\"{mended}\"")),
        None => diagnostic.help("seconds come first; write, for example, `window(\"* * 9-17 ? * MON-FRI *\")`"),
    }
}

/// `matches` with an invalid regular expression.
pub fn not_a_pattern(text: &str, fault: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0614, format!("`{text}` is not a regular expression"), place, fault.to_owned())
        .help("escape special characters with `\\`, or use `contains`")
}
