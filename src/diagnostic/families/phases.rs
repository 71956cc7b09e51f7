//! E0701 to E0706: when a value is known, and run-time variables.

use crate::catalog::Phase;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A value that is known too late for where it stands. `shown` is what the user wrote.
pub fn too_late(what: &str, needed: Phase, found: Phase, shown: &str, place: Span, set_at: Option<Span>) -> Diagnostic {
    let (code, fixed, known) = match (needed, found) {
        (Phase::Compile, Phase::Deploy) => {
            (Code::E0702, "must be known when dotpipe runs", "when the template is deployed")
        }
        (Phase::Compile, _) => (Code::E0701, "must be known when dotpipe runs", "while the pipeline runs"),
        _ => (Code::E0701, "is fixed when the pipeline is created", "while it runs"),
    };
    let label = if found == Phase::Run { "run-time value" } else { "deploy-time value" };
    let mut diagnostic =
        Diagnostic::new(code, format!("{what} {fixed}, but `{shown}` is known only {known}"), place, label);
    if let Some(span) = set_at {
        diagnostic = diagnostic.label(span, "sets it at run time");
    }
    diagnostic.help(match needed {
        Phase::Compile => "an `option` or a literal is known at compile time",
        _ => {
            "an `option` is known at compile time and a `param` at deployment; run-time values fit in `parameters`, `env`, messages and rules"
        }
    })
}

/// A list that is known at deployment, where each element becomes something of its own. `shown` is what the user wrote.
pub fn uncounted(attribute: &str, shown: &str, place: Span) -> Diagnostic {
    let message = format!(
        "the elements of `{attribute}` are counted when dotpipe runs, but `{shown}` is known only when the template is deployed"
    );
    Diagnostic::new(Code::E0702, message, place, "a list of unknown length")
        .help("list the elements: `[A, B]`; each of them may be a `param`")
}

/// `#{namespace.Name}` that nothing sets.
pub fn unset_namespace(namespace: &str, place: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0705,
        format!("nothing in this pipeline sets the namespace `{namespace}`"),
        place,
        "no action has this namespace",
    );
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("refer to the action instead: `${Action.Variable}`"),
    }
}

/// `#{...}` that is not a namespace, a dot and a name.
pub fn malformed_variable(name: &str, place: Span) -> Diagnostic {
    if name.contains("${") {
        let message = "`#{...}` names a namespace, and takes no `${...}`";
        return Diagnostic::new(Code::E0705, message, place, "nothing is filled in here")
            .help("refer to the action instead: `${Action.Variable}`");
    }
    let message = format!("`#{{{name}}}` is not a namespace and a variable");
    Diagnostic::new(Code::E0705, message, place, "takes the form `#{namespace.Variable}`")
        .note("AWS: \"Valid format for a pipeline execution variable reference is a namespace and a key ...\"")
        .help("refer to the action instead: `${Action.Variable}`")
}

/// `#{codepipeline.Name}` that CodePipeline does not set. `only`: the one that it does.
pub fn not_built_in(variable: &str, only: &str, place: Span) -> Diagnostic {
    let message = format!("CodePipeline sets no variable `{variable}`");
    Diagnostic::new(Code::E0705, message, place, "not in namespace `codepipeline`")
        .help(format!("its only variable of a run is `#{{codepipeline.{only}}}`"))
}

/// `#{variables.Name}` that the pipeline does not declare.
pub fn undeclared_variable(variable: &str, place: Span, similar: Option<&str>) -> Diagnostic {
    let message = format!("the pipeline has no variable `{variable}`");
    let diagnostic = Diagnostic::new(Code::E0705, message, place, "not declared in this pipeline");
    match similar {
        Some(near) => {
            let typed = format!("${{{near}}}");
            diagnostic.help(format!("did you mean `{typed}`?")).edit(place, typed)
        }
        None => diagnostic.help(format!("declare it in the pipeline: `variable {variable}: string = \"...\"`")),
    }
}

/// `#{namespace.Name}` in text that is taken as it is, which nothing sets.
pub fn unset_in_plain_text(namespace: &str, variable: &str, place: Span) -> Diagnostic {
    let message = format!("nothing in this pipeline sets `#{{{namespace}.{variable}}}`");
    Diagnostic::new(Code::E0705, message, place, "CodePipeline reads this as a variable")
        .note("CodePipeline looks for `#{...}` in quotes of every kind")
        .help("refer to the action: `\"${Action.Variable}\"`, or write the text another way")
}

/// `#{Action.Name}`: an action's name where the name of its namespace belongs.
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
        format!("`#{{...}}` is checked only as text; `{typed}` is the typed form"),
        place,
        "CodePipeline's own syntax",
    )
    .help(format!("write `{typed}`"))
    .edit(place, typed)
}

/// A value that the JSON of a pipeline needs now and nobody has given.
pub fn unknown_for_json(what: &str, place: Span) -> Diagnostic {
    let (shown, help) = match what {
        "AWS::AccountId" => {
            ("the account".to_owned(), "say which: `--account 111122223333`, or `account` in dotpipe.toml".to_owned())
        }
        "AWS::Region" => {
            ("the region".to_owned(), "say which: `--region eu-west-1`, or `region` in dotpipe.toml".to_owned())
        }
        other => match other.strip_prefix("connection ") {
            Some(name) => (
                format!("the ARN of connection `{name}`"),
                format!("make the connection first, then name it: `connection {name} = \"arn:...\"`"),
            ),
            None if other.starts_with("cfn.") => {
                (format!("`{other}`"), "give the value itself: CloudFormation takes no part here".to_owned())
            }
            None => (format!("`{other}`"), format!("say what it is: `--param {other}=...`")),
        },
    };
    Diagnostic::new(
        Code::E0702,
        format!("the pipeline's JSON must hold {shown}, which is known only at deployment"),
        place,
        "needed here",
    )
    .help(help)
}

/// Where a run-time value in a command cannot become an environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InCommand {
    /// In single quotes.
    SingleQuotes,
    /// In an expansion of the shell.
    Expansion,
    /// In what a second interpreter reads as code.
    SecondShell,
    /// In a command for Windows.
    Windows,
    /// In a command of a rule.
    OfRule,
}

/// A run-time value that a shell would read as part of a command.
pub fn in_command(place: InCommand, span: Span) -> Diagnostic {
    let (label, help) = match place {
        InCommand::SingleQuotes => (
            "a shell replaces no variable in single quotes",
            "use double quotes: the value becomes an environment variable",
        ),
        InCommand::Expansion => (
            "inside an expansion of the shell",
            "name the value in `env = { VALUE = ... }` and expand that variable here",
        ),
        InCommand::SecondShell => (
            "a second interpreter reads this as code",
            "name the value in `env = { VALUE = ... }` and let the inner command expand `\"$VALUE\"`",
        ),
        InCommand::Windows => (
            "the shell of Windows reads this as code",
            "name the value in `env = { VALUE = ... }` and use that variable here",
        ),
        InCommand::OfRule => (
            "a rule has no environment variables to hand it over",
            "run a project instead: `codebuild(Project, env = { VALUE = ... })`",
        ),
    };
    Diagnostic::new(Code::E0773, "a shell would run what this run-time value holds", span, label)
        .note("whoever writes a commit message, names a branch or starts the pipeline would choose the command")
        .help(help)
}

/// Text of others inside JSON. `commit`: the commit that the text belongs to.
pub fn in_json(shown: &str, attribute: &str, commit: Option<&str>, span: Span) -> Diagnostic {
    let message = format!("`{shown}` may hold quotes and line ends, which break `{attribute}`");
    let diagnostic = Diagnostic::new(Code::W0775, message, span, "CodePipeline puts it into JSON as it is");
    match commit {
        Some(commit) => diagnostic.help(format!("use `{commit}`")),
        None => diagnostic,
    }
}
