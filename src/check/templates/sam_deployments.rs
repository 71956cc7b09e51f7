//! E0461, W0460, W0462: gradual deployments of functions that SAM rejects, or of which it ignores a part.

use crate::catalog::sam::{SamFacts, sam_facts};
use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule =
    Rule { name: "sam-deployments", codes: &[Code::E0461, Code::W0460, Code::W0462], run: check };

/// The property of a function that describes how a new version replaces the previous one.
const PREFERENCE: &str = "DeploymentPreference";

/// The property that SAM requires with it.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html>
/// (2026-11-30)
const ALIAS: &str = "AutoPublishAlias";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facts) = sam_facts() else { return };
    let mut seen: Vec<Span> = Vec::new();
    for inside in inside_templates(subject) {
        if !inside.template.declares_all_names() || !inside.template.is_sam() {
            continue;
        }
        let functions = inside.template.resources.iter().filter(|it| it.kind.node == "AWS::Serverless::Function");
        for found in functions.flat_map(|function| one(inside, function, facts)) {
            // Functions share what `Globals` contains.
            if !seen.contains(&found.primary.span) {
                seen.push(found.primary.span);
                findings.push(found.labels(inside.deployed_here()));
            }
        }
    }
}

fn one(inside: &InsideTemplate, function: &Resource, facts: &SamFacts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let inherited = |path: &[&str]| inside.template.inherited(function, path);
    let Some(preference) = inherited(&[PREFERENCE]).filter(|node| is_literal(node)) else { return found };
    // Each key can come from `Globals`.
    let is_enabled = inherited(&[PREFERENCE, "Enabled"]).map_or(Some(true), Node::as_bool);
    if is_enabled == Some(false) {
        return found;
    }
    let own = function.node.get("Properties").and_then(|it| it.entry(PREFERENCE)).map(|entry| entry.key.span);
    let place = own.unwrap_or(function.id.span);
    if is_enabled == Some(true) {
        if inherited(&[ALIAS]).is_none() {
            found.push(lacks(&function.id.node, ALIAS, "add `AutoPublishAlias: live` to its `Properties`", place));
        }
        if inherited(&[PREFERENCE, "Type"]).is_none() {
            found.push(lacks(&function.id.node, "Type", "add `Type` to `DeploymentPreference`", place));
        }
    }
    if let Some(kind) = inherited(&[PREFERENCE, "Type"]) {
        let is_declared = |name: &str| {
            inside.template.resources.iter().any(|it| {
                it.kind.node == "AWS::CodeDeploy::DeploymentConfig"
                    && it.property("DeploymentConfigName").is_some_and(|own| own.literal() == Some(name))
            })
        };
        let unknown = literals(kind).into_iter().filter(|text| !facts.deployment_preferences.contains(&text.node));
        found.extend(unknown.filter(|text| !is_declared(&text.node)).filter_map(|text| unknown_type(&text, facts)));
    }
    let hooks = preference.get("Hooks").filter(|hooks| is_literal(hooks)).map(Node::entries).unwrap_or_default();
    let unknown = hooks.iter().map(|entry| &entry.key).filter(|key| !facts.deployment_hooks.contains(&key.node));
    found.extend(unknown.map(|key| unknown_hook(key, facts)));
    found
}

/// Returns whether all keys of a mapping are written.
fn is_literal(node: &Node) -> bool {
    node.intrinsic().is_none() && node.entries().iter().all(|Entry { key, .. }| !key.node.starts_with("Fn::"))
}

/// Returns a literal, or those that a condition chooses between.
fn literals(node: &Node) -> Vec<Spanned<String>> {
    match node.intrinsic() {
        Some(call) if call.name == "Fn::If" => call.argument.items().iter().skip(1).flat_map(literals).collect(),
        Some(_) => Vec::new(),
        None => node.spanned().into_iter().collect(),
    }
}

/// A property that SAM requires.
fn lacks(function: &str, property: &str, help: &str, place: Span) -> Diagnostic {
    let message = format!("`DeploymentPreference` of function `{function}` needs `{property}`");
    Diagnostic::new(Code::E0461, message, place, "SAM rejects the template").help(help)
}

/// A type that is the name of no known configuration. Configurations of the account can have any name.
fn unknown_type(text: &Spanned<String>, facts: &SamFacts) -> Option<Diagnostic> {
    let known = || facts.deployment_preferences.iter().map(String::as_str);
    let begins =
        ["Canary", "Linear"].into_iter().find(|word| text.node.starts_with(word) && text.node.contains("Percent"));
    let near = similar(&text.node, known());
    if begins.is_none() && near.is_none() {
        return None;
    }
    let message = format!("`{}` is not a known deployment configuration", text.node);
    let found = Diagnostic::new(Code::W0462, message, text.span, "the deployment fails unless the account has it");
    Some(match begins {
        Some(word) => found.help(format!("use {}", wording::or_list(known().filter(|it| it.starts_with(word))))),
        None => found.suggest(text.span, near),
    })
}

/// A hook that SAM ignores.
fn unknown_hook(key: &Spanned<String>, facts: &SamFacts) -> Diagnostic {
    let known = || facts.deployment_hooks.iter().map(String::as_str);
    let message = format!("`{}` is not a hook of `DeploymentPreference`", key.node);
    let found = Diagnostic::new(Code::W0460, message, key.span, "SAM ignores it; its function never runs");
    // `BeforeTraffic` is a synonym rather than a typo.
    let meant = match key.node.as_str() {
        name if name.starts_with("Before") || name.starts_with("Pre") => Some("PreTraffic"),
        name if name.starts_with("After") || name.starts_with("Post") => Some("PostTraffic"),
        name => similar(name, known()),
    };
    match meant {
        Some(_) => found.suggest(key.span, meant),
        None => found.help(format!("use {}", wording::or_list(known()))),
    }
}
