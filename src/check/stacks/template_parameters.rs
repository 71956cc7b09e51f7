//! E0404, E0405, E0406, E0455: problems with the parameters of a deployed template.

use camino::Utf8PathBuf;

use crate::catalog::form_patterns::matches;
use crate::catalog::template_language::parameter_form;
use crate::check::support::deploys::{Deploy, STACK_SET, deploys, stack_sets};
use crate::check::support::environment_words::{words, words_of_stage};
use crate::check::support::given_parameters::{Given, OVERRIDES, key, written};
use crate::check::support::parameter_values::{Misfit, OF_TEMPLATES, misfit, rejected};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase, wording};
use crate::hir::ValueKind;
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::template::Parameter;

pub(super) const RULE: Rule =
    Rule { name: "template-parameters", codes: &[Code::E0404, Code::E0405, Code::E0406, Code::E0455], run: check };

/// Compares the parameters of each deploy action with those of its template.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sets = stack_sets(subject);
    let adds_instances = |place: &Place<'_>| {
        !place.action.action_type.deploys_stack() && place.action.action_type.slot_of_key("TemplatePath").is_none()
    };
    subject.actions().filter(adds_instances).for_each(|place| of_instances(place, &sets, findings));
    let all = deploys(subject).into_iter().chain(sets).collect::<Vec<_>>();
    let mut reported: Vec<Span> = Vec::new();
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
                        let found = found.labels(
                            subject
                                .origin(value.span, &value.node, |_| false)
                                .map(|origin| (origin.place, origin.label())),
                        );
                        findings.about(deploy.as_place(), found);
                    } else if let Some(value) = value {
                        findings.extend(other_form(parameter, value));
                    }
                }
                None => findings.push(unknown(subject, &given, deploy, name)),
            }
        }
        if given.all_known {
            missing(subject, deploy, &given, findings);
            for parameter in deploy.template.parameters.iter().filter(|parameter| !given.has(parameter)) {
                let Some(value) = parameter.default.as_ref().and_then(Node::read) else { continue };
                if let Some(misfit) = misfit(parameter, &value.node).filter(|_| !reported.contains(&value.span)) {
                    reported.push(value.span);
                    findings.push(default_rejected(deploy, parameter, &value, &misfit));
                }
            }
        }
    }
}

/// Compares the parameters of an action that adds instances to a StackSet with those of the template that another
/// action deploys.
fn of_instances(place: Place<'_>, sets: &[Deploy<'_>], findings: &mut Findings) {
    let Some(ValueKind::Map(entries)) = place.action.value(OVERRIDES).map(|value| &value.kind) else { return };
    let Some(set) = place.action.literal(STACK_SET).filter(|_| !place.action.incomplete) else { return };
    let of_set: Vec<&Deploy<'_>> = sets.iter().filter(|deploy| deploy.action.literal(STACK_SET) == Some(set)).collect();
    let [deploy] = of_set.as_slice() else { return };
    if !deploy.template.declares_all_names() {
        return;
    }
    for (name, value) in entries {
        let Some(parameter) = deploy.template.parameter(&name.node) else {
            let known: Vec<&str> = deploy.template.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let near = similar(&name.node, known.iter().copied());
            findings.push(unknown_parameter(deploy.path.as_str(), name, near, &known, true));
            continue;
        };
        if let Some(value) = written(value)
            && let Some(misfit) = misfit(parameter, &value.node)
        {
            let said = parameter.constraint.as_deref();
            findings.about(place, parameter_value(&parameter.name.node, &value, &misfit, said));
        }
    }
}

fn unknown(subject: &Subject<'_>, given: &Given, deploy: &Deploy<'_>, name: &Spanned<String>) -> Diagnostic {
    let alone = !subject.written(name.span).shown().contains('=');
    let known = || deploy.template.parameters.iter().map(|parameter| parameter.name.node.as_str());
    unknown_parameter(deploy.path.as_str(), name, meant(given, deploy, &name.node), &known().collect::<Vec<_>>(), alone)
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

fn missing(subject: &Subject<'_>, deploy: &Deploy<'_>, given: &Given, findings: &mut Findings) {
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
        let own = words_of_stage(subject.hir, deploy.pipeline, deploy.action.stage);
        let file = given.file.as_ref();
        findings.push(parameters_missing(deploy.path.as_str(), &lacking, place, (file, attribute.is_some()), &own));
    }
}

/// Reports a value that is not the ID of what the parameter's type names.
fn other_form(parameter: &Parameter, value: &Spanned<String>) -> Option<Diagnostic> {
    let kind = parameter.kind.as_ref()?;
    let (form, is_list) = parameter_form(&kind.node)?;
    let is_open = value.node.contains(['{', '<', '$']);
    let mut items = value.node.split(',').map(str::trim).filter(|_| is_list);
    let whole = (!is_list).then_some(value.node.as_str());
    let other = whole.into_iter().chain(&mut items).find(|text| !is_open && !matches(&form.pattern, text))?;
    let message = format!("`{other}` is not {}, which parameter `{}` takes", form.of, parameter.name.node);
    Some(
        Diagnostic::new(Code::E0406, message, value.span, "")
            .label(kind.span, "declared with this type")
            .help(format!("write {}, such as `{}`", form.words, form.example)),
    )
}

/// A parameter that is set but that the template does not have.
fn unknown_parameter(
    template: &str,
    name: &Spanned<String>,
    near: Option<&str>,
    known: &[&str],
    alone: bool,
) -> Diagnostic {
    let message = format!("template `{template}` has no parameter `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::E0404, message, name.span, "");
    match (near, known) {
        (Some(near), _) => {
            let diagnostic = diagnostic.did_you_mean(near);
            // In a document, all parameters of a set are one string.
            if alone {
                diagnostic.intend(Intent::SetName { place: name.span, name: near.to_owned() })
            } else {
                diagnostic
            }
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
fn parameters_missing(
    template: &str,
    parameters: &[&Parameter],
    place: Span,
    (file, has_attribute): (Option<&Spanned<Utf8PathBuf>>, bool),
    own: &[String],
) -> Diagnostic {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let noun = if names.len() == 1 { "parameter" } else { "parameters" };
    let listed = wording::and_list(names.iter().copied());
    let message = format!("template `{template}` needs {noun} {listed}");
    let mut diagnostic = Diagnostic::new(Code::E0405, message, place, format!("deployed without a value for {listed}"));
    for parameter in parameters.iter().take(3) {
        diagnostic = diagnostic.label(parameter.name.span, "has no default");
    }
    if let Some(file) = file {
        diagnostic = diagnostic.label(file.span, "no value here, either");
    }
    let entry = |parameter: &&Parameter| {
        // Another allowed value may be that of another environment.
        let mut allowed = parameter.allowed_values.iter().map(Spanned::as_str);
        let is_own = |value: &&str| own.contains(&words(value).concat());
        let only = if parameter.allowed_values.len() == 1 { allowed.next() } else { allowed.find(is_own) };
        let (name, value) = (&parameter.name.node, only.unwrap_or("..."));
        if file.is_some() { format!("\"{name}\": \"{value}\"") } else { format!("{name} = \"{value}\"") }
    };
    let entries: Vec<String> = parameters.iter().map(entry).collect();
    let entries = entries.join(", ");
    if let Some(file) = file {
        let file = file.node.as_str().trim_start_matches("./");
        return diagnostic.help(format!("add `{entries}` to the `Parameters` of `{file}`"));
    }
    if has_attribute {
        return diagnostic.help(format!("add `{entries}` to `parameters`"));
    }
    let value = if names.len() == 1 { "a value" } else { "values" };
    diagnostic
        .help(phrase!["add ", PipeCode::set("parameters", format!("{{ {entries} }}"))])
        .help_in_document(format!("add `ParameterOverrides` with {value} for {listed}"))
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
    let diagnostic = rejected(Code::E0406, name, (Some(&value.node), value.span), misfit, OF_TEMPLATES);
    match said {
        Some(said) => {
            let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
            diagnostic.note(format!("the template says: {line}"))
        }
        None => diagnostic,
    }
}
