//! E0701, E0702, E0705, W0706: when a value is known, and run-time variables.

use crate::catalog::Phase;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A value that is known too late for where it is used. `shown` is what the user wrote.
pub fn too_late(what: &str, needed: Phase, found: Phase, shown: &str, place: Span, set_at: Option<Span>) -> Diagnostic {
    let (code, fixed, known) = match (needed, found) {
        (Phase::Compile, Phase::Deploy) => {
            (Code::E0702, "must be known when dotpipe runs", "when the template is deployed")
        }
        (Phase::Compile, _) => (Code::E0701, "must be known when dotpipe runs", "when the pipeline runs"),
        _ => (Code::E0701, "is fixed when the pipeline is created", "when it runs"),
    };
    let label = if found == Phase::Run { "run-time value" } else { "deploy-time value" };
    let mut diagnostic =
        Diagnostic::new(code, format!("{what} {fixed}, but `{shown}` is known only {known}"), place, label);
    if let Some(span) = set_at {
        diagnostic = diagnostic.label(span, "set by this action");
    }
    diagnostic.help(match needed {
        Phase::Compile => "use an `option` or a literal value",
        _ => "use an `option` or a `param`; run-time values are allowed in `parameters`, `env`, messages, and rules",
    })
}

/// A list that is known at deployment, where each element becomes something of its own. `shown` is what the user wrote.
pub fn uncounted(attribute: &str, shown: &str, place: Span) -> Diagnostic {
    let message = format!(
        "the number of elements of `{attribute}` must be known when dotpipe runs, but `{shown}` is known only when the template is deployed"
    );
    Diagnostic::new(Code::E0702, message, place, "deploy-time value")
        .help("list the elements, `[A, B]`; each of them can be a `param`")
}

/// `#{namespace.Name}` that nothing sets.
pub fn unset_namespace(namespace: &str, place: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0705,
        format!("nothing in this pipeline sets the namespace `{namespace}`"),
        place,
        "not the namespace of an action",
    );
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("use a typed reference instead: `${Action.Variable}`"),
    }
}

/// `#{...}` that is not a namespace, a dot and a name.
pub fn malformed_variable(name: &str, place: Span) -> Diagnostic {
    if name.contains("${") {
        let message = "`#{...}` cannot contain `${...}`";
        return Diagnostic::new(Code::E0705, message, place, "not replaced here")
            .help("use a typed reference instead: `${Action.Variable}`");
    }
    let message = format!("`#{{{name}}}` is not a namespace and a variable name");
    Diagnostic::new(Code::E0705, message, place, "expected `#{namespace.Variable}`")
        .note("AWS: \"Valid format for a pipeline execution variable reference is a namespace and a key ...\"")
        .help("use a typed reference instead: `${Action.Variable}`")
}

/// `#{codepipeline.Name}` that CodePipeline does not set. `only`: the one that it does.
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
            diagnostic.help(format!("did you mean `{typed}`?")).edit(place, typed)
        }
        None => diagnostic.help(format!("declare it in the pipeline: `variable {variable}: string = \"...\"`")),
    }
}

/// `#{Action.Name}`: an action's name instead of its namespace.
pub fn action_for_namespace(action: &str, variable: &str, place: Span) -> Diagnostic {
    let typed = format!("${{{action}.{variable}}}");
    let message = format!("nothing in this pipeline sets the namespace `{action}`");
    Diagnostic::new(Code::E0705, message, place, format!("`{action}` is an action, not a namespace"))
        .help(format!("write `{typed}`"))
        .edit(place, typed)
}

/// `#{namespace.Name}` that has a typed form.
pub fn typed_form(action: &str, variable: &str, place: Span) -> Diagnostic {
    let typed = format!("${{{action}.{variable}}}");
    Diagnostic::new(
        Code::W0706,
        format!("untyped variable `#{{...}}`; the typed form is `{typed}`"),
        place,
        "CodePipeline's syntax",
    )
    .help(format!("write `{typed}`"))
    .edit(place, typed)
}

/// A value that the JSON of a pipeline needs and that is not known.
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
