//! E0701, E0702, E0705, W0706: phases at which values are known, and run-time variables.

use crate::catalog::Phase;
use crate::diagnostic::{Code, Diagnostic, DocumentHelp, DocumentText, wording};
use crate::source::Span;

/// A value that is known too late for its use. `shown` is the value as written.
pub fn too_late(what: &str, needed: Phase, found: Phase, shown: &str, place: Span, set_at: Option<Span>) -> Diagnostic {
    let (code, fixed, known) = match (needed, found) {
        (Phase::Compile, Phase::Deploy) => {
            (Code::E0702, "must be known when dotpipe runs", "when the template is deployed")
        }
        (Phase::Compile, _) => (Code::E0701, "must be known when dotpipe runs", "when the pipeline runs"),
        _ => (Code::E0701, "is fixed when the pipeline is created", "when the pipeline runs"),
    };
    let label = if found == Phase::Run { "run-time value" } else { "deploy-time value" };
    let mut diagnostic =
        Diagnostic::new(code, format!("{what} {fixed}, but `{shown}` is known only {known}"), place, label);
    if let Some(span) = set_at {
        diagnostic = diagnostic.label(span, "set by this action");
    }
    diagnostic.help(match needed {
        Phase::Compile => "use an `option` or a literal value",
        _ => "use an `option` or a `param`; run-time values are allowed in `parameters`, `env`, messages, and some arguments of rules",
    })
}

/// A list that is known at deployment where the number of elements is required. `shown` is the list as written.
pub fn uncounted(attribute: &str, shown: &str, place: Span) -> Diagnostic {
    let message = format!("the number of elements of `{shown}` is known only at deployment");
    Diagnostic::new(Code::E0702, message, place, format!("`{attribute}` needs it when dotpipe runs"))
        .help("list the elements, `[A, B]`; each of them can be a `param`")
}

/// A condition around statements that is known at deployment. `whole` is the condition as written.
pub fn late_condition(shown: &str, place: Span, whole: &str) -> Diagnostic {
    let message = format!(
        "a condition must be known when dotpipe runs, but `{shown}` is known only when the template is deployed"
    );
    Diagnostic::new(Code::E0702, message, place, "deploy-time value")
        .help(format!("choose the value of each element with `{whole} ? a : b`, or use an `option`"))
}

/// An attribute in an `if` whose condition is known at deployment.
pub fn conditional_attribute(word: &str, place: Span, (condition, written): (&str, Span)) -> Diagnostic {
    let message = format!(
        "whether `{word}` is set must be known when dotpipe runs, but `{condition}` is known only at deployment"
    );
    Diagnostic::new(Code::E0702, message, place, "set in the `if`")
        .label(written, "known only when the template is deployed")
        .help(format!(
            "set it outside of the `if`: if `{word}` can be known at deployment, `{word} = condition ? a : b` chooses \
             the value; otherwise, let the condition depend on an `option`"
        ))
}

/// A statement in an `if` whose condition is known at deployment. `word`: the words that it starts with.
pub fn conditional_statement(word: &str, place: Span, (condition, written): (&str, Span)) -> Diagnostic {
    let message = format!("`{word}` must be known when dotpipe runs, but `{condition}` is known only at deployment");
    Diagnostic::new(Code::E0702, message, place, "cannot depend on a deploy-time condition")
        .label(written, "known only when the template is deployed")
        .help("move it out of the `if`, or let the condition depend on an `option`")
}

/// A choice at deployment between values that CloudFormation cannot choose between. `is_map`: they are maps.
pub fn not_chosen(attribute: &str, is_map: bool, place: Span) -> Diagnostic {
    let message = format!("`{attribute}` must be known when dotpipe runs, but a condition chooses it at deployment");
    let diagnostic = Diagnostic::new(Code::E0702, message, place, "this condition");
    if is_map {
        return diagnostic.help("move the condition into the entries of the map: `key = condition ? a : b`");
    }
    diagnostic.help("let the condition depend on an `option`")
}

/// Returns the typed references to a variable that some actions set, or a form to fill in if there are none.
fn typed(variable: &str, setters: &[&str]) -> String {
    let all: Vec<String> = setters.iter().map(|action| format!("${{{action}.{variable}}}")).collect();
    if all.is_empty() { "`${Action.Variable}`".to_owned() } else { wording::or_list(all.iter().map(String::as_str)) }
}

/// Returns how a document refers to a variable that some actions set.
fn by_namespace(namespace: &str, variable: &str, setters: &[&str]) -> DocumentHelp {
    match setters.first() {
        Some(action) => DocumentHelp::Variable { action: (*action).to_owned(), variable: variable.to_owned() },
        None => DocumentHelp::OtherNamespace(namespace.to_owned()),
    }
}

/// Adds how to declare a variable of the pipeline.
fn declare(diagnostic: Diagnostic, variable: &str) -> Diagnostic {
    diagnostic
        .help(format!("declare it in the pipeline: `variable {variable}: string = \"...\"`"))
        .help_in_document(DocumentText::with_keys(|key| format!("add it to the {} of the pipeline", key("Variables"))))
}

/// Adds which typed reference to write, with an edit if there is only one.
fn typed_instead(diagnostic: Diagnostic, (namespace, variable): (&str, &str), setters: &[&str]) -> Diagnostic {
    let place = diagnostic.primary.span;
    let diagnostic = diagnostic
        .help(format!("write {} instead", typed(variable, setters)))
        .help_in_document(by_namespace(namespace, variable, setters));
    if let [only] = setters { diagnostic.edit(place, format!("${{{only}.{variable}}}")) } else { diagnostic }
}

/// `#{namespace.Name}` that nothing sets, in a string without other syntax. `raw` is whether it is in single quotes;
/// `setters` are the actions that set a variable with its name.
pub fn unset_in_plain_text(
    (namespace, variable): (&str, &str),
    place: Span,
    raw: bool,
    setters: &[&str],
) -> Diagnostic {
    let message = format!("nothing in this pipeline sets `#{{{namespace}.{variable}}}`");
    let diagnostic = Diagnostic::new(Code::E0705, message, place, "CodePipeline resolves this as a variable");
    if namespace == "variables" {
        return declare(diagnostic, variable);
    }
    let reference = typed(variable, setters);
    if raw {
        return diagnostic
            .note("this also applies in single quotes")
            .help(format!("write {reference} in a double-quoted string, or avoid `#{{` in the string"))
            .help_in_document(by_namespace(namespace, variable, setters));
    }
    diagnostic.help(format!("write {reference} instead")).help_in_document(by_namespace(namespace, variable, setters))
}

/// `#{namespace.Name}` that nothing sets. `setters` are the actions that set a variable with its name.
pub fn unset_namespace(
    (namespace, variable): (&str, &str),
    place: Span,
    similar: Option<&str>,
    setters: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0705,
        format!("nothing in this pipeline sets the namespace `{namespace}`"),
        place,
        "CodePipeline resolves this as a variable",
    );
    match similar {
        Some(near) => diagnostic.did_you_mean(near),
        None => typed_instead(diagnostic, (namespace, variable), setters),
    }
}

/// `#{...}` that is not a namespace, a dot, and a name. `setters` are the actions that set a variable with its name.
pub fn malformed_variable(name: &str, variable: &str, place: Span, setters: &[&str]) -> Diagnostic {
    if name.contains("${") {
        let message = "`#{...}` cannot contain `${...}`";
        return Diagnostic::new(Code::E0705, message, place, "not replaced here")
            .help("write `${Action.Variable}` instead")
            .help_in_document("write the name of the variable");
    }
    let message = format!("`#{{{name}}}` is not a valid variable reference");
    let diagnostic = Diagnostic::new(Code::E0705, message, place, "expected `#{namespace.Variable}`")
        .note("AWS: \"Valid format for a pipeline execution variable reference is a namespace and a key ...\"");
    typed_instead(diagnostic, (name.split('.').next().unwrap_or(name), variable), setters)
}

/// How long the reference at the start of `#{...}` is, if another one begins before the brace that closes it.
pub fn unclosed_length(name: &str) -> Option<usize> {
    let is_reference = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '-' | '.');
    let length = name.find(|c: char| !is_reference(c))?;
    let (reference, rest) = name.split_at(length);
    let complete = reference
        .split_once('.')
        .is_some_and(|(namespace, variable)| !namespace.is_empty() && !variable.is_empty() && !variable.ends_with('.'));
    (complete && (rest.contains("${") || rest.contains("#{"))).then_some(length)
}

/// `#{namespace.Name` without its brace. `is_action`: the namespace is the name of an action.
pub fn unclosed_variable(inner: &str, place: Span, is_action: bool) -> Diagnostic {
    let sign = if is_action { '$' } else { '#' };
    let written = format!("{sign}{{{inner}}}");
    let found = Diagnostic::new(Code::E0705, format!("`#{{{inner}` is never closed"), place, "missing `}`")
        .help(format!("write `{written}`"))
        .edit(place, written);
    match inner.split_once('.').filter(|_| is_action) {
        Some((action, variable)) => found.help_in_document(by_namespace(action, variable, &[action])),
        None => found,
    }
}

/// `#{codepipeline.Name}` that CodePipeline does not set. `only` is the one that it sets.
pub fn not_built_in(variable: &str, only: &str, place: Span) -> Diagnostic {
    let message = format!("CodePipeline has no variable `{variable}`");
    Diagnostic::new(Code::E0705, message, place, "not a variable of namespace `codepipeline`")
        .help(format!("write `#{{codepipeline.{only}}}`, its only variable"))
}

/// `#{variables.Name}` that the pipeline does not declare.
pub fn undeclared_variable(variable: &str, place: Span, similar: Option<&str>) -> Diagnostic {
    let message = format!("the pipeline has no variable `{variable}`");
    let diagnostic = Diagnostic::new(Code::E0705, message, place, "");
    match similar {
        Some(near) => {
            let typed = format!("${{{near}}}");
            let reference = format!("did you mean `#{{variables.{near}}}`?");
            diagnostic.did_you_mean(&typed).help_in_document(reference).edit(place, typed)
        }
        None => declare(diagnostic, variable),
    }
}

/// `#{Action.Name}`: an action's name instead of its namespace.
pub fn action_for_namespace(action: &str, variable: &str, place: Span) -> Diagnostic {
    let typed = format!("${{{action}.{variable}}}");
    let message = format!("nothing in this pipeline sets the namespace `{action}`");
    Diagnostic::new(Code::E0705, message, place, format!("`{action}` is an action, not a namespace"))
        .label_in_document(DocumentText::with_keys(|key| format!("action `{action}` has no {}", key("Namespace"))))
        .help(format!("write `{typed}`"))
        .help_in_document(by_namespace(action, variable, &[action]))
        .edit(place, typed)
}

/// `#{namespace.Name}` that has a typed form.
pub fn typed_form(namespace: &str, action: &str, variable: &str, place: Span) -> Diagnostic {
    let typed = format!("${{{action}.{variable}}}");
    Diagnostic::new(
        Code::W0706,
        format!("variable `#{{{namespace}.{variable}}}` is in CodePipeline's syntax"),
        place,
        format!("`{namespace}` is the namespace of action `{action}`"),
    )
    .help(format!("write `{typed}`"))
    .edit(place, typed)
}

/// A pipeline whose JSON is built although its condition is false with the given values.
pub fn left_out(pipeline: &str, condition: &str, place: Span) -> Diagnostic {
    let message = format!("pipeline `{pipeline}` does not exist: `{condition}` is false");
    Diagnostic::new(Code::E0702, message, place, "in an `if` that depends on parameters")
        .help("pass the values of an environment that has it: `--param NAME=VALUE`")
}

/// A value that the JSON of a pipeline needs but that is not known.
pub fn unknown_for_json(what: &str, place: Span) -> Diagnostic {
    let (shown, help) = match what {
        "AWS::AccountId" => {
            ("the account".to_owned(), "pass `--account 111122223333`, or set `account` in dotpipe.toml".to_owned())
        }
        "AWS::Region" => {
            ("the Region".to_owned(), "pass `--region eu-west-1`, or set `region` in dotpipe.toml".to_owned())
        }
        other => match other.strip_prefix("connection ") {
            Some(name) => (
                format!("the ARN of connection `{name}`"),
                format!("create the connection first, then use its ARN: `connection {name} = \"arn:...\"`"),
            ),
            None if other.starts_with("stored ") => {
                let name = other.trim_start_matches("stored ");
                (
                    format!("the value that Systems Manager stores for `{name}`"),
                    format!(
                        "declare `{name}` with the type of the stored value, and pass the value: `--param {name}=...`"
                    ),
                )
            }
            None if other.starts_with("cfn.") => (
                format!("`{other}`"),
                "write the value itself; CloudFormation is not involved in this target".to_owned(),
            ),
            None => (format!("`{other}`"), format!("pass `--param {other}=...`")),
        },
    };
    Diagnostic::new(
        Code::E0702,
        format!("the pipeline's JSON needs {shown}, which is known only at deployment"),
        place,
        "used here",
    )
    .help(help)
}
