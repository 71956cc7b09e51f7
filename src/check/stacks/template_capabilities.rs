//! E0407 and W0408: the capabilities that a deploy acknowledges and those its template needs.

use camino::Utf8PathBuf;

use crate::check::support::deploys::{Deploy, deploys};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::templates::{self, Acknowledged};
use crate::diagnostic::{Code, Diagnostic, Intent};
use crate::hir::{Value, ValueKind};
use crate::workspace::template::{Capability, CapabilityNeed};

pub(super) const RULE: Rule = Rule { name: "template-capabilities", codes: &[Code::E0407, Code::W0408], run: check };

/// Compares both lists of each deploy.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for deploy in deploys(subject) {
        let Some(given) = given(&deploy) else { continue };
        let needs = needs(subject, &deploy);
        let lacking: Vec<&Need> = needs.iter().filter(|need| !is_acknowledged(&given, need.need.capability)).collect();
        if let Some(first) = lacking.first() {
            findings.push(missing(subject, &deploy, &given, &lacking, first));
        } else if deploy.template.is_complete() {
            let needs: Vec<CapabilityNeed> = needs.into_iter().map(|need| need.need).collect();
            findings.extend(needless(subject, &deploy, &given, &needs));
        }
    }
}

/// A capability that a deploy needs, and the template that needs it: that of the stack, or one nested in it.
struct Need {
    need: CapabilityNeed,
    path: Utf8PathBuf,
}

fn is_acknowledged(given: &[Capability], capability: Capability) -> bool {
    given.iter().any(|given| *given >= capability && same_kind(*given, capability))
}

/// `CAPABILITY_NAMED_IAM` includes `CAPABILITY_IAM`; macros have one of their own.
fn same_kind(a: Capability, b: Capability) -> bool {
    (a == Capability::AutoExpand) == (b == Capability::AutoExpand)
}

/// The capabilities acknowledged; none where they cannot be read.
fn given(deploy: &Deploy<'_>) -> Option<Vec<Capability>> {
    let Some(value) = deploy.action.value("Capabilities") else { return Some(Vec::new()) };
    let words: Vec<&str> = match &value.kind {
        ValueKind::List(items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => value.as_str()?.split(',').map(str::trim).collect(),
    };
    let all = [Capability::Iam, Capability::NamedIam, Capability::AutoExpand];
    words.into_iter().map(|word| all.into_iter().find(|capability| capability.name() == word)).collect()
}

/// The strongest IAM capability, and that for macros: where the deploy makes no change set, and for macros of nested stacks,
/// which no change set expands beforehand.
///
/// "You must acknowledge IAM capabilities for nested stacks that contain IAM resources":
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-stack.html>. Macros of nested
/// stacks: <https://github.com/aws/copilot-cli/pull/1024> (2026-11-28).
fn needs(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Vec<Need> {
    let tree = deploy.tree(subject);
    let all: Vec<Need> = tree
        .all()
        .into_iter()
        .enumerate()
        .flat_map(|(index, stack)| {
            let wanted = move |need: &CapabilityNeed| {
                need.capability != Capability::AutoExpand || deploy.is_direct() || index > 0
            };
            let needs = stack.template.required_capabilities().into_iter().filter(wanted);
            needs.map(|need| Need { need, path: stack.path.clone() }).collect::<Vec<_>>()
        })
        .collect();
    let (macros, iam): (Vec<Need>, Vec<Need>) =
        all.into_iter().partition(|need| need.need.capability == Capability::AutoExpand);
    let stronger = |best: Need, next: Need| if next.need.capability > best.need.capability { next } else { best };
    iam.into_iter().reduce(stronger).into_iter().chain(macros.into_iter().next()).collect()
}

fn missing(
    _subject: &Subject<'_>,
    deploy: &Deploy<'_>,
    given: &[Capability],
    lacking: &[&Need],
    first: &Need,
) -> Diagnostic {
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
        value: list(&all),
    };
    templates::capability_missing(&Acknowledged {
        path: first.path.as_str(),
        place: setting.map_or(deploy.action.name.span, |setting| setting.value.span),
        given: given.iter().map(|capability| capability.name()).collect(),
        lacking: first.need.capability.name(),
        cause: &first.need.cause,
        cause_span: first.need.span,
        generated: first.need.generated,
        list: list(&all),
        intent,
    })
}

/// `[CAPABILITY_IAM]`
fn list(capabilities: &[Capability]) -> String {
    let names: Vec<&str> = capabilities.iter().map(|capability| capability.name()).collect();
    format!("[{}]", names.join(", "))
}

/// A capability that nothing in a template fully known needs.
fn needless(
    _subject: &Subject<'_>,
    deploy: &Deploy<'_>,
    given: &[Capability],
    needs: &[CapabilityNeed],
) -> Option<Diagnostic> {
    let setting = deploy.action.configuration.get("Capabilities")?;
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
            value: list(&enough),
        }
    };
    let instead = (!enough.is_empty()).then(|| list(&enough));
    Some(templates::capability_needless(deploy.path.as_str(), surplus.name(), setting.value.span, instead, intent))
}
