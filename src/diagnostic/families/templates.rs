//! E0404 to W0413: what a deploy action passes to its template, and the template itself.

use crate::diagnostic::{Code, Diagnostic, Intent, suggest, wording};
use crate::source::{Span, Spanned};

/// A template whose code is not in S3. `places` holds the properties that name a local path.
pub fn not_packaged(template: &str, places: &[(&str, Span)], sam: bool, deployed: Span) -> Diagnostic {
    let message = format!("template `{template}` refers to code that is not packaged");
    let diagnostic = Diagnostic::new(Code::E0416, message, deployed, "deployed directly from the source");
    let property = places.first().map_or("", |(property, _)| *property);
    let diagnostic = places
        .iter()
        .take(3)
        .fold(diagnostic, |diagnostic, (_, place)| diagnostic.label(*place, "local path, not in S3"));
    let diagnostic = if property == "TemplateURL" {
        diagnostic.note("the deployment would fail with \"TemplateURL must be a supported URL\"")
    } else if sam && matches!(property, "CodeUri" | "ContentUri" | "DefinitionUri") {
        diagnostic.note(format!("the deployment would fail with \"'{property}' is not a valid S3 Uri\""))
    } else {
        diagnostic
    };
    diagnostic.help("run `aws cloudformation package` in a build, and deploy the template it writes")
}

/// A deploy sets a parameter that the template does not have.
pub fn unknown_parameter(
    template: &str,
    name: &Spanned<String>,
    quoted: bool,
    near: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let message = format!("template `{template}` has no parameter `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::E0404, message, name.span, "");
    match (near, known) {
        (Some(near), _) => {
            let text = if quoted { format!("\"{near}\"") } else { near.to_owned() };
            diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, text)
        }
        (None, []) => diagnostic.help("remove it; the template has no parameters"),
        (None, [only]) => diagnostic.help(format!("its only parameter is `{only}`")),
        (None, few) if few.len() <= 7 => {
            diagnostic.help(format!("its parameters are {}", wording::and_list(few.iter().copied())))
        }
        _ => diagnostic,
    }
}

/// Parameters without a default that a deploy does not set.
pub fn parameters_missing(
    template: &str,
    parameters: &[&Spanned<String>],
    place: Span,
    has_attribute: bool,
) -> Diagnostic {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.as_str()).collect();
    let noun = if names.len() == 1 { "parameter" } else { "parameters" };
    let listed = wording::and_list(names.iter().copied());
    let message = format!("template `{template}` needs {noun} {listed}");
    let mut diagnostic = Diagnostic::new(Code::E0405, message, place, format!("sets no value for {listed}"));
    for parameter in parameters.iter().take(3) {
        diagnostic = diagnostic.label(parameter.span, "has no default");
    }
    let entries: Vec<String> = names.iter().map(|name| format!("{name} = \"...\"")).collect();
    let entries = entries.join(", ");
    diagnostic.help(if has_attribute {
        format!("add `{entries}` to `parameters`")
    } else {
        format!("add `parameters = {{ {entries} }}`")
    })
}

/// Why a value does not fit a parameter.
#[derive(Debug, Clone)]
pub enum Misfit<'a> {
    /// Not one of these `AllowedValues`.
    NotAllowed(&'a [Spanned<String>]),
    /// The parameter's type, declared here, is `Number`.
    NotANumber(Span),
    /// Not matched by this `AllowedPattern`.
    Pattern(&'a Spanned<String>),
    /// `MinLength`, `MaxLength`, `MinValue` or `MaxValue`.
    Limit {
        /// Which one.
        name: &'static str,
        /// The figure.
        bound: Spanned<String>,
    },
}

/// A value that the template rejects. `said`: the template's own message for that.
pub fn parameter_value(name: &str, value: &Spanned<String>, misfit: &Misfit<'_>, said: Option<&str>) -> Diagnostic {
    let diagnostic = misfit_of(name, value, misfit);
    match said {
        Some(said) => {
            let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
            diagnostic.note(format!("the template says: {line}"))
        }
        None => diagnostic,
    }
}

fn misfit_of(name: &str, value: &Spanned<String>, misfit: &Misfit<'_>) -> Diagnostic {
    let found = &value.node;
    match misfit {
        Misfit::NotANumber(declared) => {
            let message = format!("parameter `{name}` takes a number, not `{found}`");
            Diagnostic::new(Code::E0406, message, value.span, "").label(*declared, "declared as a number")
        }
        Misfit::NotAllowed(values) => {
            let message = format!("`{found}` is not an allowed value of parameter `{name}`");
            let mut diagnostic = Diagnostic::new(Code::E0406, message, value.span, "");
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                diagnostic = diagnostic.label(first.span.to(last.span), "its `AllowedValues`");
            }
            let allowed = || values.iter().map(|value| value.node.as_str());
            match suggest::similar(found, allowed()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if values.len() <= 7 => diagnostic.help(format!("write {}", wording::or_list(allowed()))),
                None => diagnostic,
            }
        }
        Misfit::Pattern(pattern) => {
            let message = format!("value does not match the pattern of parameter `{name}`");
            Diagnostic::new(Code::E0406, message, value.span, "rejected by its `AllowedPattern`")
                .label(pattern.span, "the whole value must match")
        }
        Misfit::Limit { name: limit, bound } => {
            let side = if limit.starts_with("Min") { "at least" } else { "at most" };
            let message = match bound.node.parse() {
                Ok(length) if limit.ends_with("Length") => {
                    format!("parameter `{name}` must have {side} {}", wording::count(length, "character"))
                }
                _ => format!("parameter `{name}` must be {side} {}", bound.node),
            };
            Diagnostic::new(Code::E0406, message, value.span, "")
                .label(bound.span, format!("`{limit}` of the parameter"))
        }
    }
}

/// What a deploy acknowledges, and a need it leaves out.
#[derive(Debug)]
pub struct Acknowledged<'a> {
    /// The template.
    pub path: &'a str,
    /// The list; the action's name where there is none.
    pub place: Span,
    /// What is acknowledged.
    pub given: Vec<&'static str>,
    /// What is not.
    pub lacking: &'a str,
    /// The IAM type or the macro that needs it.
    pub cause: &'a str,
    /// Its place in the template.
    pub cause_span: Span,
    /// Whether SAM creates the resource that needs it.
    pub generated: bool,
    /// The list to write.
    pub list: String,
    /// The change that writes it.
    pub intent: Intent,
}

/// A template needs a capability that the deploy does not acknowledge.
pub fn capability_missing(acknowledged: &Acknowledged<'_>) -> Diagnostic {
    let Acknowledged { path, place, lacking, cause_span, .. } = *acknowledged;
    let named = lacking == "CAPABILITY_NAMED_IAM";
    let label = match acknowledged.given.as_slice() {
        [] => "acknowledges no capabilities".to_owned(),
        given if named && given.contains(&"CAPABILITY_IAM") => "acknowledges unnamed IAM resources only".to_owned(),
        given => format!("acknowledges {} only", given.join(", ")),
    };
    let message = format!("template `{path}` needs {lacking}");
    let diagnostic = Diagnostic::new(Code::E0407, message, place, label)
        .label(cause_span, reason(acknowledged.cause, named, acknowledged.generated));
    diagnostic.help(format!("write `capabilities = {}`", acknowledged.list)).intend(acknowledged.intent.clone())
}

fn reason(cause: &str, named: bool, generated: bool) -> String {
    let what = match cause {
        "AWS::IAM::AccessKey" => "an IAM access key",
        "AWS::IAM::Group" => "an IAM group",
        "AWS::IAM::InstanceProfile" => "an IAM instance profile",
        "AWS::IAM::ManagedPolicy" => "an IAM managed policy",
        "AWS::IAM::Policy" => "an IAM policy",
        "AWS::IAM::Role" => "an IAM role",
        "AWS::IAM::User" => "an IAM user",
        "AWS::IAM::UserToGroupAddition" => "a user added to an IAM group",
        other => return format!("macro `{other}` changes the template"),
    };
    match (named, generated) {
        (true, _) => format!("{what} with a custom name"),
        (false, true) => format!("SAM creates {what} for this"),
        (false, false) => what.to_owned(),
    }
}

/// A deploy acknowledges a capability that its template does not need.
pub fn capability_needless(
    template: &str,
    capability: &str,
    place: Span,
    instead: Option<String>,
    intent: Intent,
) -> Diagnostic {
    let message = format!("template `{template}` does not need {capability}");
    let label = if instead.is_some() { "more than it needs" } else { "nothing in the template requires it" };
    let diagnostic = Diagnostic::new(Code::W0408, message, place, label);
    let help = match instead {
        Some(list) => format!("write `capabilities = {list}`"),
        None => "remove `capabilities`".to_owned(),
    };
    diagnostic.help(help).intend(intent)
}

/// A stack has no such output.
pub fn unknown_output(template: &str, name: &str, place: Span, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("template `{template}` has no output `{name}`");
    let diagnostic = Diagnostic::new(Code::E0409, message, place, "");
    match (near, known) {
        (Some(_), _) => diagnostic.suggest(place, near),
        (None, []) => diagnostic.note("the template has no outputs"),
        (None, [only]) => diagnostic.help(format!("its only output is `{only}`")),
        (None, few) if few.len() <= 7 => {
            diagnostic.help(format!("its outputs are {}", wording::and_list(few.iter().copied())))
        }
        _ => diagnostic,
    }
}

/// Packaged code that expires.
pub fn code_expires(bucket: &str, expire: Span, command: Span) -> Diagnostic {
    let message = format!("packaged code in bucket `{bucket}` expires");
    Diagnostic::new(Code::W0413, message, expire, "the code of earlier deployments is deleted")
        .label(command, "the build uploads packaged code to it")
        .note("CloudFormation reads the code again when it rolls back or updates a function")
        .help("remove `expire`; noncurrent versions still expire")
}

/// A template in the repository that is larger than CloudFormation allows.
pub fn too_many(template: &str, what: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let (count, most) = (wording::number(count), wording::number(most));
    let message = format!("template `{template}` has {count} {what}s; CloudFormation allows at most {most}");
    Diagnostic::new(Code::E0505, message, place, "").help("split it into several stacks")
}

/// A file of pipelines whose template is larger than CloudFormation allows.
pub fn made_too_large(what: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let (count, most) = (wording::number(count), wording::number(most));
    let message = format!("this file generates a template with {count} {what}s; CloudFormation allows at most {most}");
    Diagnostic::new(Code::E0505, message, place, "one template contains all pipelines of the file")
        .help("move pipelines into separate files")
}

/// A function that a pipeline waits for and that cannot report its result. `sam`: SAM creates its role.
pub fn never_answers(function: &str, place: Span, declared: Span, sam: bool) -> Diagnostic {
    let message = format!("function `{function}` cannot report its result to CodePipeline");
    let diagnostic = Diagnostic::new(Code::W0904, message, place, "the action waits until it times out")
        .label(declared, "its role lacks codepipeline:PutJob*Result");
    if sam {
        return diagnostic.help("add `CodePipelineLambdaExecutionPolicy: {}` to its `Policies`");
    }
    diagnostic
        .help("allow `codepipeline:PutJobSuccessResult` and `codepipeline:PutJobFailureResult` on `\"*\"` in its role")
}
