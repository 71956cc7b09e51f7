//! E0604, E0605, E0607, and what else is wrong with `on entry|success|failure require { ... } else ...`.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// `on entry` without `require { ... }`.
pub fn without_rules(moment: &str, place: Span) -> Diagnostic {
    let outcome = if moment == "entry" { "fail" } else { "rollback" };
    Diagnostic::new(Code::E0001, format!("`on {moment}` needs rules"), place, "`require { ... }` is missing behind it")
        .help(format!("write `on {moment} require {{ ... }} else {outcome}`, with a rule on each line"))
}

/// `else` with something that cannot happen there. `known`: it can elsewhere.
pub fn wrong_outcome(moment: &str, word: &Spanned<String>, allowed: &[&str], known: bool) -> Diagnostic {
    let all: Vec<String> = allowed.iter().map(|word| format!("else {word}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let message = format!("`on {moment}` cannot end in `else {}`", word.node);
    let label = if known { "not possible at this moment" } else { "not an outcome" };
    let diagnostic = Diagnostic::new(Code::E0107, message, word.span, label);
    match crate::diagnostic::suggest::similar(&word.node, allowed.iter().copied()).filter(|_| !known) {
        Some(near) => diagnostic.suggest(word.span, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(all))),
    }
}

/// `else rollback all`
pub fn surplus_detail(outcome: &str, detail: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::E0001, format!("`else {outcome}` takes nothing behind it"), detail.span, "not expected here")
        .help(format!("remove `{}`", detail.node))
}

/// A call of a rule that does not exist.
pub fn unknown_rule(name: &Spanned<String>, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0301, format!("no rule named `{}`", name.node), name.span, "unknown rule");
    match similar {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None => diagnostic.help(format!(
            "rules are {}, and comparisons such as `Checkout.BranchName == \"main\"`",
            known.iter().map(|word| wording::tick(word)).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// A second argument without its word.
pub fn unnamed_argument(rule: &str, first: &str, place: Span) -> Diagnostic {
    let message = format!("only the first argument of `{rule}` stands without its name");
    Diagnostic::new(Code::E0106, message, place, "an argument without its name")
        .note(format!("the first argument is `{first}`"))
        .help("write `name = value`")
}

/// Something that asks nothing.
pub fn not_a_rule(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "this is not a rule", place, "nothing that CodePipeline could ask")
        .help("write a comparison such as `Checkout.BranchName == \"main\"`, or a rule such as `alarm(\"name\")`")
}

/// `a && b`
pub fn no_and(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "rules are not joined by `&&`", place, "several rules in one")
        .help("write each rule on a line of its own: all of them must hold")
}

/// `a || b`
pub fn no_or(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "a condition cannot hold by one of several rules", place, "`||` joins rules here")
        .note("a condition of CodePipeline is met when all of its rules succeed")
        .help("`matches(Checkout.BranchName, \"main|release\")` accepts several values of a variable")
}

/// `!a`
pub fn no_not(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "a rule cannot be turned round by `!`", place, "a rule with `!` before it")
        .help("a comparison can: write `!=` for `==`")
}

/// A comparison of what is known before the run.
pub fn no_variable(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a rule compares a variable of the run, and this holds none",
        place,
        "known before the pipeline runs",
    )
    .help("name a variable of an action or of the pipeline; `if` decides what is known when dotpipe runs")
}

/// A text with more than the variable in it.
pub fn several_variables(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "a rule checks one variable, with nothing around it", place, "more than a variable")
        .help("name the variable alone, and put what is around it into the value; `contains` looks for a part")
}

/// Two conditions for one moment.
pub fn second_condition(stage: &str, moment: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0604,
        format!("stage `{stage}` has two conditions `on {moment}`"),
        place,
        "CodePipeline takes one for each moment",
    )
    .label(first, "the first one")
    .help("put the rules into one condition: all of them must hold")
}

/// A rule that cannot skip a stage.
pub fn cannot_skip(rule: &str, place: Span, skip: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0605,
        format!("a condition with rule `{rule}` cannot skip the stage"),
        place,
        "neither about a variable nor a Lambda function",
    )
    .label(skip, "`else skip` takes these two only")
    .help("write `else fail`, or ask a Lambda function")
}

/// `on failure retry` beside `on failure require`.
pub fn outcome_beside_rules(outcome: &str, place: Span, rules: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0607,
        format!("`on failure {outcome}` cannot stand beside rules for the failure"),
        place,
        "happens whatever the rules say",
    )
    .label(rules, "the rules")
    .note("AWS: \"... cannot have a failure exit gate configured with both top level result and conditions\"")
    .help("keep one of them: CodePipeline takes an outcome or rules")
}

/// More rules than a condition holds.
pub fn too_many_rules(moment: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        format!("the condition `on {moment}` has {count} rules; CodePipeline allows at most {most}"),
        place,
        "too many",
    )
    .help("`matches` compares with several values at once, and `run` asks several questions")
}

/// Fewer artifacts than a rule needs.
pub fn needs_artifact(rule: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0205, format!("rule `{rule}` needs an artifact"), place, "none given")
        .help("name what it works on: `from = Artifact`")
}

/// More artifacts than a rule takes.
pub fn surplus_artifacts(rule: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let takes = if most == 0 { "no artifacts".to_owned() } else { format!("at most {most} artifacts") };
    let label = if most == 0 { "reads nothing".to_owned() } else { format!("{count} are given") };
    Diagnostic::new(Code::E0206, format!("rule `{rule}` takes {takes}"), place, label)
}

/// An artifact that is not there yet when a condition is asked.
pub fn artifact_not_there(artifact: &Spanned<String>, moment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0202,
        format!("artifact `{}` is used before it is made", artifact.node),
        place,
        format!("not there yet `on {moment}` of this stage"),
    )
    .label(artifact.span, format!("`{}` is made here", artifact.node))
    .help("name an artifact of an earlier stage")
}

/// A variable that is not set yet when a condition is asked.
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

/// An output of a stack that is not deployed yet when a condition is asked.
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

/// A window that is no expression for one. `mended`: the expression that is meant.
pub fn not_a_window(text: &str, place: Span, fault: &str, mended: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0609, format!("`{text}` is not a deployment window"), place, fault.to_owned());
    match mended {
        Some(mended) => diagnostic.help(format!("write `\"{mended}\"`")).edit(place, format!("\"{mended}\"")),
        None => diagnostic.help("write, for example, `window(\"* * 9-17 ? * MON-FRI *\")`: seconds come first"),
    }
}

/// `matches` with something that is no regular expression.
pub fn not_a_pattern(text: &str, fault: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0614, format!("`{text}` is not a regular expression"), place, fault.to_owned())
        .help("write `\\` before a character that stands for itself, or use `contains`")
}
