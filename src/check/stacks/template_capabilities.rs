//! E0407 and W0408: the capabilities that an action acknowledges, and those that its template needs.

use camino::Utf8PathBuf;

use crate::catalog::ExampleValue;
use crate::check::support::deploys::{Deploy, deploys, stack_sets};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase};
use crate::hir::{Value, ValueKind};
use crate::plan::StackTree;
use crate::source::Span;
use crate::workspace::template::{Capability, CapabilityNeed};

pub(super) const RULE: Rule = Rule { name: "template-capabilities", codes: &[Code::E0407, Code::W0408], run: check };

/// Compares both lists of each deploy.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for deploy in deploys(subject).into_iter().chain(stack_sets(subject)) {
        let Some(given) = given(&deploy) else { continue };
        let needs = needs(subject, &deploy);
        let lacking: Vec<&Need> = needs.iter().filter(|need| !is_acknowledged(&given, need.need.capability)).collect();
        if let Some(first) = lacking.first() {
            findings.push(missing(&deploy, &given, &lacking, first));
        } else if deploy.template.is_complete() {
            let needs: Vec<CapabilityNeed> = needs.into_iter().map(|need| need.need).collect();
            findings.extend(needless(&deploy, &given, &needs));
        }
    }
}

/// A capability that a deploy needs, and the template that needs it: that of the stack, or a nested one.
struct Need {
    need: CapabilityNeed,
    path: Utf8PathBuf,
}

fn is_acknowledged(given: &[Capability], capability: Capability) -> bool {
    given.iter().any(|given| *given >= capability && same_kind(*given, capability))
}

/// Returns whether both are for IAM or both for macros. `CAPABILITY_NAMED_IAM` includes `CAPABILITY_IAM`.
fn same_kind(a: Capability, b: Capability) -> bool {
    (a == Capability::AutoExpand) == (b == Capability::AutoExpand)
}

/// Returns the acknowledged capabilities, or `None` if they cannot be read.
fn given(deploy: &Deploy<'_>) -> Option<Vec<Capability>> {
    let Some(value) = deploy.action.value("Capabilities") else { return Some(Vec::new()) };
    let words: Vec<&str> = match &value.kind {
        ValueKind::List(items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => value.as_str()?.split(',').map(str::trim).collect(),
    };
    let all = [Capability::Iam, Capability::NamedIam, Capability::AutoExpand];
    words.into_iter().map(|word| all.into_iter().find(|capability| capability.name() == word)).collect()
}

/// Returns the strongest IAM capability, and the one for macros if the action creates no change set, or for macros of
/// nested stacks, which no change set expands beforehand.
///
/// "You must acknowledge IAM capabilities for nested stacks that contain IAM resources":
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-stack.html>. Macros of
/// nested stacks: <https://github.com/aws/copilot-cli/pull/1024> (2026-11-28).
fn needs(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Vec<Need> {
    let stacks = deploy.tree(subject).map(StackTree::all).unwrap_or_default();
    let all: Vec<Need> = stacks
        .into_iter()
        .enumerate()
        .flat_map(|(index, stack)| {
            // The actions for StackSets have no capability for macros.
            let expands = deploy.operation.is_some() && (deploy.is_direct() || index > 0);
            let wanted = move |need: &CapabilityNeed| need.capability != Capability::AutoExpand || expands;
            let needs = stack.template.required_capabilities().into_iter().filter(wanted);
            needs.map(|need| Need { need, path: stack.path.clone() }).collect::<Vec<_>>()
        })
        .collect();
    let (macros, iam): (Vec<Need>, Vec<Need>) =
        all.into_iter().partition(|need| need.need.capability == Capability::AutoExpand);
    let stronger = |best: Need, next: Need| if next.need.capability > best.need.capability { next } else { best };
    iam.into_iter().reduce(stronger).into_iter().chain(macros.into_iter().next()).collect()
}

fn missing(deploy: &Deploy<'_>, given: &[Capability], lacking: &[&Need], first: &Need) -> Diagnostic {
    let mut all: Vec<Capability> =
        given.iter().copied().chain(lacking.iter().map(|need| need.need.capability)).collect();
    if all.contains(&Capability::NamedIam) {
        all.retain(|capability| *capability != Capability::Iam);
    }
    all.sort_unstable();
    all.dedup();
    let setting = deploy.action.configuration.get("Capabilities");
    let intent = Intent::SetAttribute {
        block: deploy.action.span,
        attribute: "capabilities",
        given: setting.map(|setting| setting.value.span),
        value: list(&all).to_string(),
    };
    capability_missing(&Acknowledged {
        path: first.path.as_str(),
        place: setting.map_or(deploy.action.name.span, |setting| setting.value.span),
        given: given.iter().map(|capability| capability.name()).collect(),
        lacking: first.need.capability.name(),
        cause: &first.need.cause,
        cause_span: first.need.span,
        direct: deploy.action.value("ActionMode").map(|mode| mode.span).filter(|_| deploy.is_direct()),
        generated: first.need.generated,
        list: list(&all),
        intent,
    })
}

/// Returns a list such as `[CAPABILITY_IAM]`.
fn list(capabilities: &[Capability]) -> ExampleValue {
    let names: Vec<&str> = capabilities.iter().map(|capability| capability.name()).collect();
    ExampleValue::words(&names)
}

/// Reports an unnecessary capability, if all of the template is known.
fn needless(deploy: &Deploy<'_>, given: &[Capability], needs: &[CapabilityNeed]) -> Option<Diagnostic> {
    let setting = deploy.action.configuration.get("Capabilities")?;
    // A missing transform is reported separately.
    let types = || deploy.template.resources.iter().map(|resource| resource.kind.as_str());
    if !deploy.template.is_sam() && types().any(|kind| kind.starts_with("AWS::Serverless::")) {
        return None;
    }
    let iam = needs.iter().map(|need| need.capability).find(|capability| *capability != Capability::AutoExpand);
    let macros = !deploy.template.transforms.is_empty();
    let is_needed = |capability: &Capability| match capability {
        Capability::AutoExpand => macros,
        Capability::Iam => iam.is_some(),
        Capability::NamedIam => iam == Some(Capability::NamedIam),
    };
    let surplus = given.iter().copied().find(|capability| !is_needed(capability))?;
    let mut enough: Vec<Capability> = given.iter().copied().filter(|capability| is_needed(capability)).collect();
    enough.extend(iam.filter(|iam| !enough.contains(iam)));
    enough.sort_unstable();
    let intent = if enough.is_empty() {
        Intent::Remove { attribute: setting.attribute.to(setting.value.span) }
    } else {
        Intent::SetAttribute {
            block: deploy.action.span,
            attribute: "capabilities",
            given: Some(setting.value.span),
            value: list(&enough).to_string(),
        }
    };
    let instead = (!enough.is_empty()).then(|| list(&enough));
    Some(capability_needless(deploy.path.as_str(), surplus, iam.is_some(), setting.value.span, instead, intent))
}

/// The capabilities that a deploy acknowledges, and a missing one.
#[derive(Debug)]
struct Acknowledged<'a> {
    /// The template.
    path: &'a str,
    /// The span of the list, or of the action's name if there is none.
    place: Span,
    /// The acknowledged capabilities.
    given: Vec<&'static str>,
    /// The missing capability.
    lacking: &'a str,
    /// The IAM type or the macro that needs it.
    cause: &'a str,
    /// Its span in the template.
    cause_span: Span,
    /// The mode of the deploy, if it creates no change set.
    direct: Option<Span>,
    /// Whether SAM creates the resource that needs it.
    generated: bool,
    /// The list to write.
    list: ExampleValue,
    /// The change that writes it.
    intent: Intent,
}

/// A template that needs a capability that the deploy does not acknowledge.
fn capability_missing(acknowledged: &Acknowledged<'_>) -> Diagnostic {
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
    let direct = acknowledged.direct.filter(|_| lacking == Capability::AutoExpand.name());
    let diagnostic = match direct {
        Some(mode) => diagnostic.label(mode, "deploys without a change set"),
        None => diagnostic,
    };
    diagnostic
        .help(phrase!["write ", PipeCode::set("capabilities", &acknowledged.list)])
        .intend(acknowledged.intent.clone())
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
        (false, true) => format!("SAM creates {what} for this resource"),
        (false, false) => what.to_owned(),
    }
}

/// A deploy that acknowledges a capability that its template does not need. `iam` is whether the template has IAM
/// resources.
fn capability_needless(
    template: &str,
    surplus: Capability,
    iam: bool,
    place: Span,
    instead: Option<ExampleValue>,
    intent: Intent,
) -> Diagnostic {
    let message = format!("template `{template}` does not need {}", surplus.name());
    let why = match surplus {
        Capability::AutoExpand => "the template uses no macros",
        Capability::NamedIam if iam => "no IAM resource in the template has a custom name",
        Capability::NamedIam | Capability::Iam => "the template has no IAM resources",
    };
    let diagnostic = Diagnostic::new(Code::W0408, message, place, why);
    let help = match instead {
        Some(list) => phrase!["write ", PipeCode::set("capabilities", list)],
        None => "remove `capabilities`".into(),
    };
    diagnostic.help(help).intend(intent)
}
