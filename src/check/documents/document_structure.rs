//! E0104, E0105, E0106, E0107, E0130, W0619: keys of pipelines that refer to other parts of the pipeline, and fields that only
//! some actions have.

use std::sync::Arc;

use crate::catalog::{ActionType, Category, Header, Owner, by_aws, rule_type, rule_words};
use crate::check::support::documents::{Document, arn_for_name, inner, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::{self, DocumentKind};

pub(super) const RULE: Rule = Rule {
    name: "document-structure",
    codes: &[Code::E0104, Code::E0105, Code::E0106, Code::E0107, Code::E0130, Code::W0619],
    run: check,
};

/// Fields of an action that only those of the category Compute have.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-29)
const OF_COMPUTE: [&str; 2] = ["Commands", "OutputVariables"];

/// The provider of the sources that triggers name.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html> (2026-11-29)
const CONNECTION: &str = "CodeStarSourceConnection";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        let stages = document.items(pipeline, "Stages");
        transitions(document, pipeline, stages, findings);
        triggers(document, pipeline, stages, findings);
        for stage in stages {
            rules(document, stage, findings);
            for action in document.items(stage, "Actions") {
                fields(document, action, findings);
                primary_source(document, action, findings);
                arns_for_names(document, action, findings);
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
fn triggers(document: Document<'_>, pipeline: &Node, stages: &[Node], findings: &mut Findings) {
    let actions: Vec<&Node> = stages.iter().flat_map(|stage| document.items(stage, "Actions")).collect();
    let names: Option<Vec<&str>> =
        actions.iter().map(|action| document.get(action, "Name").and_then(Node::literal)).collect();
    let Some(names) = names.filter(|names| !names.is_empty()) else { return };
    let is_connection = |action: &&&Node| {
        let id = document.get(action, "ActionTypeId");
        id.and_then(|id| document.get(id, "Provider")).and_then(Node::literal) == Some(CONNECTION)
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
            let known: Vec<&str> = rule_words().filter_map(rule_type).map(|rule| rule.provider.as_str()).collect();
            if !known.contains(&text) {
                findings.push(no_rule(text, inner(provider), &known));
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
    let Some(action_type) = type_of_aws(document, action).filter(|_| inputs.len() > 1) else { return };
    let slot = action_type.slot.iter().find(|slot| slot.header == Some(Header::PrimaryInput));
    let Some(key) = slot.and_then(|slot| slot.key.as_deref()) else { return };
    let configuration = document.get(action, "Configuration");
    if configuration.is_none_or(|node| node.intrinsic().is_none() && node.get(key).is_none()) {
        let name = document.get(action, "Name");
        let shown = name.and_then(Node::literal).unwrap_or("?");
        findings.push(no_primary(shown, key, name.map_or(action.span, inner)));
    }
}

/// Returns the action type of an action, if AWS provides it.
fn type_of_aws(document: Document<'_>, action: &Node) -> Option<Arc<ActionType>> {
    let id = document.get(action, "ActionTypeId")?;
    let text = |key: &str| document.get(id, key).and_then(Node::literal);
    let category = text("Category").and_then(Category::from_aws)?;
    by_aws(Owner::Aws, category, text("Provider")?).map(|(_, action_type)| action_type)
}

/// Checks for action types of the template that may be created after the pipeline.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html> (2026-11-29)
fn custom_types(document: Document<'_>, pipeline: &Entry, findings: &mut Findings) {
    let Some(properties) = pipeline.value.get("Properties") else { return };
    for made in document.resources("AWS::CodePipeline::CustomActionType") {
        let provider = made.value.at(&["Properties", "Provider"]).and_then(Node::literal);
        let Some(provider) = provider else { continue };
        let category = made.value.at(&["Properties", "Category"]).and_then(Node::literal);
        let stages = document.items(properties, "Stages");
        let actions = stages.iter().flat_map(|stage| document.items(stage, "Actions"));
        let of_type = |action: &&Node| {
            let id = document.get(action, "ActionTypeId");
            let text = |key: &str| id.and_then(|id| document.get(id, key));
            text("Owner").and_then(Node::literal) == Some("Custom")
                && text("Category").and_then(Node::literal) == category
                && text("Provider").and_then(Node::literal) == Some(provider)
        };
        let Some(action) = actions.into_iter().find(of_type) else { continue };
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

/// Reports ARNs in the configuration of an action where the name of a resource belongs.
fn arns_for_names(document: Document<'_>, action: &Node, findings: &mut Findings) {
    let Some(action_type) = type_of_aws(document, action) else { return };
    for entry in document.get(action, "Configuration").map(Node::entries).unwrap_or_default() {
        let slot = action_type.slot_of_key(&entry.key.node);
        if slot.is_some_and(|slot| slot.member.as_deref() == Some("name")) {
            findings.extend(arn_for_name(&entry.key.node, &entry.value));
        }
    }
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
