//! E0440, W0440: parts of the service in an AppSpec for Amazon ECS that AWS would reject: its network, its platform
//! version, its capacity providers, and what its hooks call.

use crate::catalog::appspec::{AppSpecValue, AppSpecs, appspecs};
use crate::catalog::form_patterns::matches;
use crate::catalog::forms::form;
use crate::catalog::numbers::number;
use crate::catalog::regions;
use crate::check::support::appspecs::{AppSpecOrigin, each_appspec, known, not_a_list, required, wrong_value};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::site_of;
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "appspec-services", codes: &[Code::E0440, Code::W0440], run: check };

/// The mappings of which another rule checks the keys.
const CHECKED: [&str; 2] = ["Properties", "LoadBalancerInfo"];

/// The key whose values AWS adds to most often.
const PLATFORM: &str = "PlatformVersion";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(forms) = appspecs() else { return };
    each_appspec(subject, |place, appspec| {
        let is_open = appspec.wanted.for_servers || appspec.origin == AppSpecOrigin::Template;
        let Some(root) = appspec.document.root.as_ref().filter(|_| !is_open) else { return };
        if let Some([only]) = either(root, "Resources").map(Node::items)
            && let Some(service) = only.entries().first()
            && let Some(properties) = either(&service.value, "Properties")
        {
            mapping(forms, "Properties", properties, findings);
        }
        hooks(subject, place, root, findings);
    });
}

/// Returns the value of a key, which may be written in lowercase.
fn either<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.entries().iter().find(|entry| entry.key.node.eq_ignore_ascii_case(key)).map(|entry| &entry.value)
}

/// Checks a mapping of the service, and what is below it.
fn mapping(forms: &AppSpecs, name: &str, node: &Node, findings: &mut Findings) {
    let keys = forms.keys_of(name);
    if node.entries().is_empty() || keys.is_empty() {
        return;
    }
    if !CHECKED.contains(&name) {
        required(node, &keys, findings);
    }
    for Entry { key, value } in node.entries() {
        let Some((name, _)) = keys.iter().find(|(name, _)| key.node.eq_ignore_ascii_case(name)) else { continue };
        let values = forms.values.get(*name);
        if values.is_some_and(|values| values.list) && known(value).is_some_and(|text| !is_filled_in(text)) {
            findings.push(not_a_list(name, value.span, "- ..."));
            continue;
        }
        for item in value.one_or_more() {
            mapping(forms, name, item, findings);
            let text = known(item).filter(|text| !is_filled_in(text));
            findings.extend(values.zip(text).and_then(|(values, text)| other_value(name, values, text, item.span)));
        }
    }
}

/// Returns whether a command may replace parts of a value.
fn is_filled_in(text: &str) -> bool {
    text.is_empty() || text.contains(['<', '$', '{', '%'])
}

/// Reports a value that a key does not take.
fn other_value(key: &str, values: &AppSpecValue, text: &str, place: Span) -> Option<Diagnostic> {
    let words: Vec<&str> = values.words.iter().map(String::as_str).collect();
    if !words.is_empty() && !words.contains(&text) {
        let found = wrong_value(key, text, place, &words);
        let is_newer = key == PLATFORM && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        return Some(if is_newer { unknown_platform(text, place) } else { found });
    }
    if let Some(form) = values.form.as_deref().and_then(form).filter(|form| !matches(&form.pattern, text)) {
        let message = format!("`{text}` is not {}", form.of);
        let found = Diagnostic::new(Code::E0440, message, place, form.words.clone());
        return Some(found.help(format!("write an ID such as `{}`", form.example)));
    }
    let most = values.most?;
    let is_allowed = number(text).is_some_and(|number| number >= 0.0 && number <= f64::from(most));
    (!is_allowed).then(|| {
        Diagnostic::new(Code::E0440, format!("`{text}` is not a valid value for `{key}`"), place, "")
            .help(format!("write a number from 0 to {most}"))
    })
}

/// Checks what the hooks call: one function each, in the Region of the deployment.
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-ecs>
/// (2026-11-30)
fn hooks(subject: &Subject<'_>, place: Place<'_>, root: &Node, findings: &mut Findings) {
    let site = site_of(subject.plan, place.action);
    let region = subject.plan.region_of(&site).filter(|_| place.action.role.is_none());
    for Entry { key, value } in either(root, "Hooks").map_or(&[][..], Node::items).iter().flat_map(Node::entries) {
        if !value.items().is_empty() || !value.entries().is_empty() {
            findings.push(not_one_function(key, value));
            continue;
        }
        let Some(text) = known(value).filter(|text| !is_filled_in(text)) else { continue };
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["arn", _, "lambda", other, _, "function", name, ..] if is_name(name) => {
                if let Some(region) = region.filter(|region| region != other && regions::is_plausible(other)) {
                    findings.push(other_region(key, (other, region), text, value.span));
                }
            }
            [name] | [name, _] if is_name(name) => {}
            _ => findings.push(not_a_function(text, value.span)),
        }
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html> (2026-11-30)
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A platform version that was not known when the list was written.
fn unknown_platform(text: &str, place: Span) -> Diagnostic {
    let message = format!("AWS Fargate has no platform version `{text}`");
    Diagnostic::new(Code::W0440, message, place, "as far as dotpipe knows").help("write `LATEST`")
}

/// A hook with something else than one function.
fn not_one_function(key: &Spanned<String>, value: &Node) -> Diagnostic {
    let message = format!("hook `{}` takes the name of one function", key.node);
    let place = value.items().first().map_or(key.span, |item| item.span);
    let found = Diagnostic::new(Code::E0440, message, place, "");
    match value.items() {
        [only] => match known(only).or_else(|| only.entries().first().and_then(|entry| known(&entry.value))) {
            Some(text) => found.help(format!("write `{}: {text}`", key.node)),
            None => found,
        },
        _ => found.help(format!("write the name of the function after `{}:`", key.node)),
    }
}

/// A hook that is no function.
fn not_a_function(text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0440, format!("`{text}` is not a Lambda function"), place, "hooks call Lambda functions")
        .help("write the name or the ARN of a Lambda function")
}

/// A hook whose function is in another Region.
fn other_region(key: &Spanned<String>, (other, own): (&str, &str), text: &str, place: Span) -> Diagnostic {
    let message = format!("the function of hook `{}` is in Region `{other}`", key.node);
    let meant = text.replacen(other, own, 1);
    Diagnostic::new(Code::W0440, message, place, format!("the deployment runs in Region `{own}`"))
        .help(format!("write `{meant}` if the function also exists there"))
}
