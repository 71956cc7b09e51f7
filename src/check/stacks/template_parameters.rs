//! E0404, E0405, E0406, E0455: problems with the parameters of a deployed template.

use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::hir::{ArtifactFile, Text, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::template::{Parameter, pattern};

pub(super) const RULE: Rule =
    Rule { name: "template-parameters", codes: &[Code::E0404, Code::E0405, Code::E0406, Code::E0455], run: check };

/// Compares the parameters of each deploy action with those of its template.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = deploys(subject).into_iter().chain(stack_sets(subject)).collect::<Vec<_>>();
    let mut rejected: Vec<Span> = Vec::new();
    for deploy in all.iter().filter(|deploy| deploy.template.declares_all_names()) {
        let given = Given::of(subject, deploy);
        for (name, value) in &given.values {
            match deploy.template.parameter(&name.node) {
                Some(parameter) => {
                    let misfit = value.as_ref().and_then(|value| Some((value, misfit(parameter, &value.node)?)));
                    if let Some((value, misfit)) = misfit {
                        let said = parameter.constraint.as_deref();
                        // A value of another place is not to be seen here.
                        let is_shown = subject.written(value.span).unquoted() == value.node;
                        let found = parameter_value(&parameter.name.node, value, &misfit, said);
                        let found = if is_shown { found } else { found.note(value_is(&value.node)) };
                        findings.about(deploy.as_place(), found);
                    }
                }
                None => findings.push(unknown(&given, deploy, name)),
            }
        }
        if given.all_known {
            missing(deploy, &given, findings);
            for parameter in deploy.template.parameters.iter().filter(|parameter| !given.has(parameter)) {
                let Some(value) = parameter.default.as_ref().and_then(Node::spanned) else { continue };
                if let Some(misfit) = misfit(parameter, &value.node).filter(|_| !rejected.contains(&value.span)) {
                    rejected.push(value.span);
                    findings.push(default_rejected(deploy, parameter, &value, &misfit));
                }
            }
        }
    }
}

/// The parameters that a deploy sets.
struct Given {
    /// Names, and literal values.
    values: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// Whether these are all.
    all_known: bool,
}

impl Given {
    /// Returns whether a parameter has a value.
    fn has(&self, parameter: &Parameter) -> bool {
        self.values.iter().any(|(name, _)| name.node == parameter.name.node)
    }

    fn of(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Self {
        let mut given = Self { values: Vec::new(), all_known: true };
        match deploy.action.value(key(deploy)).map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => {
                given.values.extend(entries.iter().map(|(name, value)| (name.clone(), written(value))));
            }
            Some(ValueKind::Text(text)) if deploy.operation.is_some() => match in_json(subject, deploy, text) {
                Some(entries) => given.values.extend(entries),
                None => given.all_known = false,
            },
            Some(_) => given.all_known = false,
            None => {}
        }
        match deploy.action.value("TemplateConfiguration").map(|value| &value.kind) {
            Some(ValueKind::ArtifactFile(file)) => match configuration(subject, deploy, file) {
                // Values in `parameters` take precedence.
                Some(entries) => {
                    let own: Vec<String> = given.values.iter().map(|(name, _)| name.node.clone()).collect();
                    given.values.extend(entries.into_iter().filter(|(name, _)| !own.contains(&name.node)));
                }
                None => given.all_known = false,
            },
            Some(_) => given.all_known = false,
            None => {}
        }
        given
    }
}

/// Returns the key with the values of parameters.
fn key(deploy: &Deploy<'_>) -> &'static str {
    if deploy.operation.is_some() { "ParameterOverrides" } else { "Parameters" }
}

/// Returns parameters in JSON text, or `None` if they cannot be read.
fn in_json(subject: &Subject<'_>, deploy: &Deploy<'_>, text: &Text) -> Option<Entries> {
    let text = text.as_literal()?;
    let whole = deploy.action.value("ParameterOverrides")?.span;
    let inner = Span::new(whole.file, whole.range().start + 1, whole.range().end.saturating_sub(1));
    let word_for_word = inner.len() == text.len() && subject.written(inner).is(text);
    let origin = if word_for_word { DocumentOrigin::Inside(inner) } else { DocumentOrigin::At(whole) };
    let root = Document::parse(text, origin).root?;
    let entries = root.entries();
    (!entries.is_empty()).then(|| entries.iter().map(|entry| (entry.key.clone(), entry.value.spanned())).collect())
}

/// Returns a literal value as CloudFormation receives it.
fn written(value: &Value) -> Option<Spanned<String>> {
    let text = match &value.kind {
        ValueKind::Number(text) => text.clone(),
        ValueKind::Bool(flag) => flag.to_string(),
        ValueKind::Text(text) => text.as_literal()?.to_owned(),
        _ => return None,
    };
    Some(Spanned::new(text, value.span))
}

type Entries = Vec<(Spanned<String>, Option<Spanned<String>>)>;

/// Returns the `Parameters` of a template configuration file of the repository, or `None` if it cannot be read.
fn configuration(subject: &Subject<'_>, deploy: &Deploy<'_>, file: &ArtifactFile) -> Option<Entries> {
    let path = subject.behind.repository_file(deploy.pipeline_id, file)?;
    let document = subject.workspace.document(&path).ok()?;
    let root = document.root.as_ref()?;
    let Some(parameters) = root.get("Parameters") else {
        // A file that is not a configuration, or has a typo, is reported separately.
        let is_empty = root.entries().iter().all(|entry| ["Tags", "StackPolicy"].contains(&entry.key.as_str()));
        return (is_empty && root.items().is_empty()).then(Vec::new);
    };
    // A list is reported separately.
    let entries = Some(parameters.entries()).filter(|_| parameters.items().is_empty())?;
    Some(entries.iter().map(|entry| (entry.key.clone(), entry.value.spanned())).collect())
}

fn unknown(given: &Given, deploy: &Deploy<'_>, name: &Spanned<String>) -> Diagnostic {
    let known = || deploy.template.parameters.iter().map(|parameter| parameter.name.node.as_str());
    unknown_parameter(deploy.path.as_str(), name, meant(given, deploy, &name.node), &known().collect::<Vec<_>>())
}

/// The parameter that an unknown name means: a similar one, or else the only one without a value that has a part of the name.
fn meant<'a>(given: &Given, deploy: &Deploy<'a>, name: &str) -> Option<&'a str> {
    let names = || deploy.template.parameters.iter().map(|parameter| parameter.name.node.as_str());
    similar(name, names()).or_else(|| {
        let lower = name.to_ascii_lowercase();
        let has_part = |other: &str| {
            let other = other.to_ascii_lowercase();
            lower.starts_with(&other) || lower.ends_with(&other) || other.starts_with(&lower) || other.ends_with(&lower)
        };
        let free = deploy.template.parameters.iter().filter(|it| it.default.is_none() && !given.has(it));
        let mut free = free.map(|parameter| parameter.name.node.as_str()).filter(|other| has_part(other));
        free.next().filter(|_| free.next().is_none())
    })
}

fn missing(deploy: &Deploy<'_>, given: &Given, findings: &mut Findings) {
    let is_given = |parameter: &&Parameter| given.has(parameter);
    // A similar name is reported separately.
    let near = |parameter: &&Parameter| {
        let unknown = given.values.iter().filter(|(name, _)| deploy.template.parameter(&name.node).is_none());
        unknown.into_iter().any(|(name, _)| meant(given, deploy, &name.node) == Some(parameter.name.as_str()))
    };
    let lacking: Vec<&Parameter> = deploy
        .template
        .parameters
        .iter()
        .filter(|parameter| parameter.default.is_none() && !is_given(parameter) && !near(parameter))
        .collect();
    if !lacking.is_empty() {
        let attribute = deploy.action.configuration.get(key(deploy));
        let place = attribute.map_or_else(|| deploy.place(), |setting| setting.attribute);
        findings.push(parameters_missing(deploy.path.as_str(), &lacking, place, attribute.is_some()));
    }
}

/// Returns why a value does not fit its parameter.
fn misfit<'a>(parameter: &'a Parameter, value: &str) -> Option<Misfit<'a>> {
    let declared = parameter.kind.as_ref()?;
    let kind = declared.node.as_str();
    let number = value.trim().parse::<f64>().ok();
    if kind == "Number" && number.is_none() {
        return Some(Misfit::NotANumber(declared.span));
    }
    if kind == "CommaDelimitedList" {
        return value.split(',').find_map(|item| unmatched(parameter, item.trim()));
    }
    if !matches!(kind, "String" | "Number") {
        return None;
    }
    let same = |allowed: &Spanned<String>| {
        allowed.node == value || (kind == "Number" && allowed.node.trim().parse::<f64>().ok() == number)
    };
    if !parameter.allowed_values.is_empty() && !parameter.allowed_values.iter().any(same) {
        return Some(Misfit::NotAllowed(&parameter.allowed_values));
    }
    let limit = parameter.limits.iter().find_map(|(limit, bound)| breaks(limit, bound, value, number));
    limit.or_else(|| if kind == "String" { unmatched(parameter, value) } else { None })
}

fn unmatched<'a>(parameter: &'a Parameter, value: &str) -> Option<Misfit<'a>> {
    let pattern = parameter.allowed_pattern.as_ref()?;
    (pattern::matches(&pattern.node, value) == Some(false)).then_some(Misfit::Pattern(pattern))
}

fn breaks(limit: &'static str, bound: &Spanned<String>, value: &str, number: Option<f64>) -> Option<Misfit<'static>> {
    let figure = bound.node.trim().parse::<f64>().ok()?;
    let length = u32::try_from(value.chars().count()).map_or(f64::MAX, f64::from);
    let broken = match limit {
        "MinLength" => length < figure,
        "MaxLength" => length > figure,
        "MinValue" => number? < figure,
        _ => number? > figure,
    };
    broken.then(|| Misfit::Limit { name: limit, bound: bound.clone() })
}

/// A parameter that is set but that the template does not have.
fn unknown_parameter(template: &str, name: &Spanned<String>, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("template `{template}` has no parameter `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::E0404, message, name.span, "");
    match (near, known) {
        (Some(near), _) => {
            let intent = Intent::SetName { place: name.span, name: near.to_owned() };
            diagnostic.help(format!("did you mean `{near}`?")).intend(intent)
        }
        (None, []) => diagnostic.help(format!("remove `{}`; the template has no parameters", name.node)),
        (None, [only]) => diagnostic.help(format!("write `{only}`, the only parameter of the template")),
        (None, few) if few.len() <= 7 => {
            diagnostic.help(format!("its parameters are {}", wording::and_list(few.iter().copied())))
        }
        _ => diagnostic,
    }
}

/// Parameters without a default that a deploy does not set.
fn parameters_missing(template: &str, parameters: &[&Parameter], place: Span, has_attribute: bool) -> Diagnostic {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let noun = if names.len() == 1 { "parameter" } else { "parameters" };
    let listed = wording::and_list(names.iter().copied());
    let message = format!("template `{template}` needs {noun} {listed}");
    let mut diagnostic = Diagnostic::new(Code::E0405, message, place, format!("deployed without a value for {listed}"));
    for parameter in parameters.iter().take(3) {
        diagnostic = diagnostic.label(parameter.name.span, "has no default");
    }
    let entry = |parameter: &&Parameter| {
        let value = parameter.allowed_values.first().map_or("...", |value| value.as_str());
        format!("{} = \"{value}\"", parameter.name.node)
    };
    let entries: Vec<String> = parameters.iter().map(entry).collect();
    let entries = entries.join(", ");
    diagnostic.help(if has_attribute {
        format!("add `{entries}` to `parameters`")
    } else {
        format!("add `parameters = {{ {entries} }}`")
    })
}

/// The reason that a value does not fit a parameter.
#[derive(Debug, Clone)]
enum Misfit<'a> {
    /// Not among these `AllowedValues`.
    NotAllowed(&'a [Spanned<String>]),
    /// The parameter's type, declared here, is `Number`.
    NotANumber(Span),
    /// Not matched by this `AllowedPattern`.
    Pattern(&'a Spanned<String>),
    /// `MinLength`, `MaxLength`, `MinValue`, or `MaxValue`.
    Limit {
        /// The name of the limit.
        name: &'static str,
        /// The limit.
        bound: Spanned<String>,
    },
}

/// A default that its own parameter rejects, if the deployment sets no other value.
fn default_rejected(
    deploy: &Deploy<'_>,
    parameter: &Parameter,
    value: &Spanned<String>,
    misfit: &Misfit<'_>,
) -> Diagnostic {
    let name = &parameter.name.node;
    let message = format!("default of parameter `{name}` is not a value that the parameter accepts");
    let diagnostic = Diagnostic::new(Code::E0455, message, value.span, "");
    let diagnostic = match misfit {
        Misfit::NotANumber(declared) => diagnostic.label(*declared, "declared as a number"),
        Misfit::NotAllowed(values) => match (values.first(), values.last()) {
            (Some(first), Some(last)) => diagnostic.label(first.span.to(last.span), "its `AllowedValues`"),
            _ => diagnostic,
        },
        Misfit::Pattern(pattern) => diagnostic.label(pattern.span, "the whole value must match"),
        Misfit::Limit { name, bound } => diagnostic.label(bound.span, format!("`{name}` of the parameter")),
    };
    diagnostic
        .label(deploy.place(), "deployed here without a value for it")
        .help(format!("correct the default, or set `{name}` in `parameters`"))
}

/// The longest value that is repeated.
const LONGEST_SHOWN: usize = 60;

/// What a value is that is computed.
fn value_is(value: &str) -> String {
    match value.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("the value is `{}...`", value.get(..end).unwrap_or_default()),
        None => format!("the value is `{value}`"),
    }
}

/// A value that the template rejects. `said` is the message of the template for this.
fn parameter_value(name: &str, value: &Spanned<String>, misfit: &Misfit<'_>, said: Option<&str>) -> Diagnostic {
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
            let message = format!("parameter `{name}` must be a number, not `{found}`");
            Diagnostic::new(Code::E0406, message, value.span, "").label(*declared, "declared as a number")
        }
        Misfit::NotAllowed(values) => {
            let message = format!("`{found}` is not an allowed value of parameter `{name}`");
            let mut diagnostic = Diagnostic::new(Code::E0406, message, value.span, "");
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                diagnostic = diagnostic.label(first.span.to(last.span), "its `AllowedValues`");
            }
            let allowed = || values.iter().map(|value| value.node.as_str());
            match similar(found, allowed()) {
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
