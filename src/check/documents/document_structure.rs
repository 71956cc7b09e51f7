//! E0104, E0105, E0106, E0107, W0113, E0130, W0619: keys of pipelines that refer to other parts of the pipeline, and fields that
//! only some actions have.

use crate::catalog::{Header, Kind, Slot, SlotType, names, rule_type, rule_words};
use crate::check::support::documents::{Document, arn_for_name, inner, name_for_arn, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::{self, DocumentKind};

pub(super) const RULE: Rule = Rule {
    name: "document-structure",
    codes: &[Code::E0104, Code::E0105, Code::E0106, Code::E0107, Code::W0113, Code::E0130, Code::W0619],
    run: check,
};

/// Fields of an action that only those of the category Compute have.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-29)
const OF_COMPUTE: [&str; 2] = ["Commands", "OutputVariables"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        let stages = document.items(pipeline, "Stages");
        transitions(document, pipeline, stages, findings);
        triggers(document, pipeline, findings);
        for stage in stages {
            rules(document, stage, findings);
            for action in document.items(stage, "Actions") {
                fields(document, action, findings);
                primary_source(document, action, findings);
                values(document, action, findings);
            }
        }
    }
    if document.kind == DocumentKind::Template {
        for pipeline in pipeline_document::pipelines(document.root) {
            custom_types(document, pipeline, findings);
        }
    }
}

/// Checks for disabled transitions into stages that do not exist.
fn transitions(document: Document<'_>, pipeline: &Node, stages: &[Node], findings: &mut Findings) {
    let names: Option<Vec<&str>> =
        stages.iter().map(|stage| document.get(stage, "Name").and_then(Node::literal)).collect();
    let Some(names) = names else { return };
    for transition in document.items(pipeline, "DisableInboundStageTransitions") {
        let Some(name) = transition.get("StageName") else { continue };
        if let Some(text) = name.literal().filter(|text| !names.contains(text)) {
            findings.push(no_stage(text, inner(name), &names));
        }
    }
}

/// Checks for triggers of actions that do not exist, which CodePipeline rejects.
fn triggers(document: Document<'_>, pipeline: &Node, findings: &mut Findings) {
    let actions: Vec<&Node> = document.actions(pipeline).collect();
    let names: Option<Vec<&str>> =
        actions.iter().map(|action| document.get(action, "Name").and_then(Node::literal)).collect();
    let Some(names) = names.filter(|names| !names.is_empty()) else { return };
    let is_connection = |action: &&&Node| {
        let action_type = document.action_type(action);
        action_type.is_some_and(|it| it.filters)
    };
    let connections: Vec<&str> =
        actions.iter().filter(is_connection).filter_map(|it| document.get(it, "Name")?.literal()).collect();
    for trigger in document.items(pipeline, "Triggers") {
        let git = document.get(trigger, "GitConfiguration");
        let Some(name) = git.and_then(|git| document.get(git, "SourceActionName")) else { continue };
        if let Some(text) = name.literal().filter(|text| !names.contains(text)) {
            findings.push(no_action(text, inner(name), &connections));
        }
    }
}

/// Checks for rules of conditions that do not exist.
fn rules(document: Document<'_>, stage: &Node, findings: &mut Findings) {
    for moment in ["BeforeEntry", "OnSuccess", "OnFailure"] {
        let conditions = document.get(stage, moment).map(|it| document.items(it, "Conditions")).unwrap_or_default();
        for rule in conditions.iter().flat_map(|condition| document.items(condition, "Rules")) {
            let provider = document.get(rule, "RuleTypeId").and_then(|id| document.get(id, "Provider"));
            let Some((provider, text)) = provider.and_then(|it| Some((it, it.literal()?))) else { continue };
            let mut known = rule_words().filter_map(rule_type);
            let Some(own) = known.find(|rule| rule.provider == text) else {
                let known: Vec<&str> = rule_words().filter_map(rule_type).map(|rule| rule.provider.as_str()).collect();
                findings.push(no_rule(text, inner(provider), &known));
                continue;
            };
            let keys: Vec<&str> = own.slot.iter().filter_map(|slot| slot.key.as_deref()).collect();
            for Entry { key, .. } in document.get(rule, "Configuration").map(Node::entries).unwrap_or_default() {
                if !keys.contains(&key.as_str()) && !key.node.starts_with("Fn::") {
                    findings.push(unknown_key(key, text, &keys));
                }
            }
        }
    }
}

/// Checks for fields that actions of other categories do not have.
fn fields(document: Document<'_>, action: &Node, findings: &mut Findings) {
    let category = document.get(action, "ActionTypeId").and_then(|id| document.get(id, "Category"));
    let Some(category) = category.and_then(Node::literal).filter(|category| *category != "Compute") else { return };
    for field in OF_COMPUTE {
        if let Some(entry) = action.entry(&document.key(field)) {
            findings.push(only_compute(&entry.key, category));
        }
    }
    for output in document.items(action, "OutputArtifacts") {
        if let Some(entry) = output.entry(&document.key("Files")) {
            findings.push(only_compute(&entry.key, category));
        }
    }
}

/// Checks for several inputs without a primary source.
fn primary_source(document: Document<'_>, action: &Node, findings: &mut Findings) {
    let inputs = document.items(action, "InputArtifacts");
    let Some(action_type) = document.action_type(action).filter(|_| inputs.len() > 1) else { return };
    let slot = action_type.slot.iter().find(|slot| slot.header == Some(Header::PrimaryInput));
    let Some(key) = slot.and_then(|slot| slot.key.as_deref()) else { return };
    let configuration = document.get(action, "Configuration");
    if configuration.is_none_or(|node| node.intrinsic().is_none() && node.get(key).is_none()) {
        let name = document.get(action, "Name");
        let shown = name.and_then(Node::literal).unwrap_or("?");
        findings.push(no_primary(shown, key, name.map_or(action.span, inner)));
    }
}

/// Checks for action types of the template that may be created after the pipeline.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html> (2026-11-29)
fn custom_types(document: Document<'_>, pipeline: &Entry, findings: &mut Findings) {
    let Some(properties) = pipeline.value.get("Properties") else { return };
    for made in document.resources("AWS::CodePipeline::CustomActionType") {
        let provider = made.value.at(&["Properties", "Provider"]).and_then(Node::literal);
        let Some(provider) = provider else { continue };
        let category = made.value.at(&["Properties", "Category"]).and_then(Node::literal);
        let of_type = |action: &&Node| {
            let id = document.get(action, "ActionTypeId");
            let text = |key: &str| id.and_then(|id| document.get(id, key));
            text("Owner").and_then(Node::literal) == Some("Custom")
                && text("Category").and_then(Node::literal) == category
                && text("Provider").and_then(Node::literal) == Some(provider)
        };
        let Some(action) = document.actions(properties).find(of_type) else { continue };
        let after = pipeline.value.get("DependsOn").map(Node::one_or_more).unwrap_or_default();
        let waits =
            after.iter().any(|id| id.literal() == Some(made.key.as_str())) || refers(properties, &made.key.node);
        if !waits {
            let place = document
                .get(action, "ActionTypeId")
                .map_or(action.span, |id| document.get(id, "Provider").map_or(id.span, inner));
            findings.push(too_early(&pipeline.key, &made.key, place));
        }
    }
}

/// Checks the configuration of an action for values of another form than AWS takes.
fn values(document: Document<'_>, action: &Node, findings: &mut Findings) {
    let Some(action_type) = document.action_type(action) else { return };
    for Entry { key, value } in document.get(action, "Configuration").map(Node::entries).unwrap_or_default() {
        let Some(slot) = action_type.slot_of_key(&key.node) else { continue };
        match slot.member.as_deref() {
            Some("name") => findings.extend(arn_for_name(&key.node, value)),
            Some("arn") => {
                let by_ref = matches!(slot.to, Some(Kind::Topic | Kind::Connection));
                findings.extend(name_for_arn(&key.node, value, by_ref));
            }
            _ => {}
        }
        findings.extend(computed_arn(slot, &key.node, value));
        let Some(text) = value.literal() else { continue };
        let is_value = || slot.values.iter().any(|(_, aws)| aws == text);
        // The language's word for a value is not AWS's.
        if let Some((_, aws)) = slot.values.iter().find(|(word, _)| *word == text).filter(|_| !is_value()) {
            findings.push(not_the_value(&key.node, &Spanned::new(text.to_owned(), inner(value)), aws));
        }
        if slot.ty == SlotType::Shorthand {
            findings.extend(not_parameters(&key.node, text, inner(value)));
        }
    }
}

/// An ARN, which names of some kinds exclude.
const ANY_ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:name";

/// Reports an ARN that `Fn::Sub` composes where only a name is valid.
fn computed_arn(slot: &Slot, key: &str, value: &Node) -> Option<Diagnostic> {
    let call = value.intrinsic().filter(|call| call.name == "Fn::Sub")?;
    let arn = call.argument.text().filter(|text| text.starts_with("arn:"))?;
    names::check(slot.charset.as_deref()?, ANY_ARN)?;
    let name = arn.rsplit([':', '/']).next().unwrap_or_default();
    let message = format!("`{key}` takes a name, not an ARN");
    let is_computed = name.contains("${");
    Some(Diagnostic::new(Code::E0106, message, value.span, "").help_in(|notation| {
        let name = if is_computed { notation.substituted(name) } else { name.to_owned() };
        format!("write `{name}`")
    }))
}

/// The form of a list of parameters in a string.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html> (2026-11-30)
const PARAMETER: &str = "ParameterKey=";

/// Reports parameters that are neither a list in AWS's shorthand or in JSON, nor a file of an artifact.
fn not_parameters(key: &str, text: &str, place: Span) -> Option<Diagnostic> {
    let is_other = text.trim_start().starts_with('[') || text.contains("::") || text.contains("#{");
    let words: Vec<&str> = text.split_whitespace().collect();
    if is_other || words.is_empty() || words.iter().all(|word| word.starts_with(PARAMETER)) {
        return None;
    }
    let pairs: Option<Vec<(&str, &str)>> = words.iter().map(|word| word.split_once('=')).collect();
    let message = format!("`{key}` takes `ParameterKey=...,ParameterValue=...`");
    let found = Diagnostic::new(Code::E0106, message, place, "");
    let pairs = pairs.filter(|pairs| pairs.iter().all(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric())));
    Some(match pairs {
        Some(pairs) => {
            let written: Vec<String> =
                pairs.iter().map(|(name, value)| format!("{PARAMETER}{name},ParameterValue={value}")).collect();
            found.help(format!("write `{}`", written.join(" ")))
        }
        None => found.help(
            "write one such pair for each parameter, separated by spaces, or the name of a file: `Artifact::file`",
        ),
    })
}

fn refers(node: &Node, id: &str) -> bool {
    node.referred().as_deref() == Some(id)
        || node.entries().iter().any(|entry| refers(&entry.value, id))
        || node.items().iter().any(|item| refers(item, id))
}

/// A disabled transition into a stage that does not exist.
fn no_stage(name: &str, place: Span, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::E0107, format!("the pipeline has no stage `{name}`"), place, "")
        .suggest(place, suggest::similar(name, known.iter().copied()))
}

/// A trigger of an action that does not exist. `connections` are the sources that a trigger can name.
fn no_action(name: &str, place: Span, connections: &[&str]) -> Diagnostic {
    let found =
        Diagnostic::new(Code::E0107, format!("the pipeline has no action `{name}`"), place, "named by a trigger")
            .note("AWS: \"Triggers for connections must reference a CodeStarSourceConnection action.\"");
    match (suggest::similar(name, connections.iter().copied()), connections) {
        (None, [only]) => found.help(format!("write `{only}`")).edit(place, *only),
        (near, _) => found.suggest(place, near),
    }
}

/// A rule that does not exist.
fn no_rule(name: &str, place: Span, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::E0130, format!("there is no rule `{name}`"), place, "")
        .suggest(place, suggest::similar(name, known.iter().copied()))
}

/// A key that the configuration of a rule does not have, as far as is known.
fn unknown_key(key: &Spanned<String>, rule: &str, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a known configuration key of {rule}", key.node);
    let found = Diagnostic::new(Code::W0113, message, key.span, "");
    let near = suggest::similar(&key.node, known.iter().copied());
    if near.is_some() {
        return found.suggest(key.span, near);
    }
    found.help(format!("remove `{}`, unless the key is newer than this version of dotpipe", key.node))
}

/// A word of the language for a value.
fn not_the_value(key: &str, given: &Spanned<String>, aws: &str) -> Diagnostic {
    let message = format!("`{}` is not a valid value for `{key}`", given.node);
    Diagnostic::new(Code::E0107, message, given.span, "").suggest(given.span, Some(aws))
}

/// A field that only actions of the category Compute have.
fn only_compute(key: &Spanned<String>, category: &str) -> Diagnostic {
    let message = format!("an action of the category {category} cannot have `{}`", key.node);
    Diagnostic::new(Code::E0104, message, key.span, "only actions of the category Compute have it")
        .help(format!("remove `{}`, or use the action type Commands", key.node))
}

/// Several inputs without a primary source.
fn no_primary(action: &str, key: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("action `{action}` needs `{key}`"), place, "it has several input artifacts")
        .help(format!("add `{key}` with the name of the input artifact that contains the buildspec"))
}

/// A pipeline that CloudFormation may create before its action type.
fn too_early(pipeline: &Spanned<String>, made: &Spanned<String>, place: Span) -> Diagnostic {
    let message = format!("pipeline `{}` may be created before action type `{}`", pipeline.node, made.node);
    Diagnostic::new(Code::W0619, message, place, "used here")
        .label(made.span, "the pipeline does not wait for this")
        .help(format!("add `DependsOn: {}` to the pipeline", made.node))
}
