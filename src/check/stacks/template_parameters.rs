//! E0404, E0405, E0406, E0455: the parameters of a deployed template.

use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::support::parameter_values::{Misfit, OF_TEMPLATES, misfit, rejected};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::hir::{ArtifactFile, Text, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::template::Parameter;

pub(super) const RULE: Rule =
    Rule { name: "template-parameters", codes: &[Code::E0404, Code::E0405, Code::E0406, Code::E0455], run: check };

/// Compares the parameters of each deploy action with those of its template.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = deploys(subject).into_iter().chain(stack_sets(subject)).collect::<Vec<_>>();
    let mut reported: Vec<Span> = Vec::new();
    for deploy in all.iter().filter(|deploy| deploy.template.declares_all_names()) {
        let given = Given::of(subject, deploy);
        for (name, value) in &given.values {
            match deploy.template.parameter(&name.node) {
                Some(parameter) => {
                    let misfit = value.as_ref().and_then(|value| Some((value, misfit(parameter, &value.node)?)));
                    if let Some((value, misfit)) = misfit {
                        let said = parameter.constraint.as_deref();
                        findings.push(parameter_value(&parameter.name.node, value, &misfit, said));
                    }
                }
                None => findings.push(unknown(deploy, name)),
            }
        }
        if given.all_known {
            missing(deploy, &given, findings);
            for parameter in deploy.template.parameters.iter().filter(|parameter| !given.has(parameter)) {
                let Some(value) = parameter.default.as_ref().and_then(Node::spanned) else { continue };
                if let Some(misfit) = misfit(parameter, &value.node).filter(|_| !reported.contains(&value.span)) {
                    reported.push(value.span);
                    findings.push(default_rejected(deploy, parameter, &value, &misfit));
                }
            }
        }
    }
}

/// What a deploy gives.
struct Given {
    /// Names, and values where they are written out.
    values: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// Whether these are all.
    all_known: bool,
}

impl Given {
    /// Whether a parameter has a value.
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
                // What `parameters` gives wins.
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

/// The key with the values of parameters.
fn key(deploy: &Deploy<'_>) -> &'static str {
    if deploy.operation.is_some() { "ParameterOverrides" } else { "Parameters" }
}

/// Parameters written as JSON text, as AWS takes them; none if they cannot be read.
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

/// A value as CloudFormation gets it, if it is written out.
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

/// The `Parameters` of a template configuration file of the repository; none if it cannot be read.
fn configuration(subject: &Subject<'_>, deploy: &Deploy<'_>, file: &ArtifactFile) -> Option<Entries> {
    let path = subject.behind.repository_file(deploy.pipeline_id, file)?;
    let document = subject.workspace.document(&path).ok()?;
    let root = document.root.as_ref()?;
    let Some(parameters) = root.get("Parameters") else {
        // Something else than a configuration, or one with a slip: reported as such.
        let is_empty = root.entries().iter().all(|entry| ["Tags", "StackPolicy"].contains(&entry.key.as_str()));
        return (is_empty && root.items().is_empty()).then(Vec::new);
    };
    // A list is reported as such.
    let entries = Some(parameters.entries()).filter(|_| parameters.items().is_empty())?;
    Some(entries.iter().map(|entry| (entry.key.clone(), entry.value.spanned())).collect())
}

fn unknown(deploy: &Deploy<'_>, name: &Spanned<String>) -> Diagnostic {
    let known = || deploy.template.parameters.iter().map(|parameter| parameter.name.node.as_str());
    unknown_parameter(deploy.path.as_str(), name, similar(&name.node, known()), &known().collect::<Vec<_>>())
}

fn missing(deploy: &Deploy<'_>, given: &Given, findings: &mut Findings) {
    let is_given = |parameter: &&Parameter| given.has(parameter);
    // A near miss has been reported as such.
    let near = |parameter: &&Parameter| {
        let unknown = given.values.iter().filter(|(name, _)| deploy.template.parameter(&name.node).is_none());
        unknown.into_iter().any(|(name, _)| similar(&name.node, [parameter.name.as_str()]).is_some())
    };
    let lacking: Vec<&Parameter> = deploy
        .template
        .parameters
        .iter()
        .filter(|parameter| parameter.default.is_none() && !is_given(parameter) && !near(parameter))
        .collect();
    let lacking: Vec<&Spanned<String>> = lacking.into_iter().map(|parameter| &parameter.name).collect();
    if !lacking.is_empty() {
        let attribute = deploy.action.configuration.get(key(deploy));
        let place = attribute.map_or_else(|| deploy.place(), |setting| setting.attribute);
        findings.push(parameters_missing(deploy.path.as_str(), &lacking, place, attribute.is_some()));
    }
}

/// A deploy sets a parameter that the template does not have.
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
fn parameters_missing(template: &str, parameters: &[&Spanned<String>], place: Span, has_attribute: bool) -> Diagnostic {
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

/// A default that its own parameter rejects, where the deployment gives no other value.
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

/// A value that the template rejects. `said`: the message for this in the template.
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
