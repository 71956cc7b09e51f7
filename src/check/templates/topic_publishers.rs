//! W0618: topics whose policies do not let a service publish that sends notifications to them.

use crate::check::support::documents::inner;
use crate::check::support::inside_templates::{InsideTemplate, with_merged};
use crate::check::support::policy_documents::{WrittenPolicy, policies_in};
use crate::check::support::policy_statements::{everyone, may_name};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::{Node, PolicyStatement};

pub(super) const RULE: Rule = Rule { name: "topic-publishers", codes: &[Code::W0618], run: check };

/// The types of rules, the keys under `Targets` that name a topic, and the services that publish.
/// <https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html> (2026-11-30)
const PUBLISHERS: [(&str, &str, &str); 2] = [
    ("AWS::CodeStarNotifications::NotificationRule", "TargetAddress", "codestar-notifications.amazonaws.com"),
    ("AWS::Events::Rule", "Arn", "events.amazonaws.com"),
];

const TOPIC: &str = "AWS::SNS::Topic";
const PUBLISH: &str = "sns:Publish";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names() && !inside.merged) {
        let policies = policies_in(inside);
        let mut seen: Vec<(String, &str)> = Vec::new();
        for rule in inside.section("Resources") {
            let kind = rule.value.get("Type").and_then(Node::literal).unwrap_or_default();
            let Some((_, key, service)) = PUBLISHERS.iter().find(|(known, ..)| *known == kind) else { continue };
            let targets = rule.value.at(&["Properties", "Targets"]).map(Node::items).unwrap_or_default();
            // A role publishes for the rule.
            for target in targets.iter().filter(|target| target.get("RoleArn").is_none()) {
                let Some(address) = target.get(key) else { continue };
                let Some(topic) = address.referred().filter(|id| is_topic(inside, id)) else { continue };
                if seen.iter().any(|(known, by)| *known == topic && by == service) {
                    continue;
                }
                if let Some(place) = rejecting(&policies, &topic, service) {
                    findings.push(rejected(&topic, service, address.span, place).labels(inside.deployed_here()));
                    seen.push((topic, service));
                }
            }
        }
    }
}

fn is_topic(inside: &InsideTemplate, id: &str) -> bool {
    let declared = inside.section("Resources").find(|entry| entry.key.node == id);
    declared.and_then(|entry| entry.value.get("Type")).and_then(Node::literal) == Some(TOPIC)
}

/// Returns the principal of a policy of the topic that does not let a service publish. In doubt, the policy does: other
/// policies may be outside the template.
fn rejecting(policies: &[WrittenPolicy<'_>], topic: &str, service: &str) -> Option<Span> {
    let mut place = None;
    for policy in policies.iter().filter(|policy| policy.of.starts_with("AWS::SNS::")) {
        let properties = policy.owner.value.get("Properties")?;
        let topics = properties.get("Topics").or_else(|| properties.get("TopicArn"))?.one_or_more();
        // A topic that is referred to in another way may be this one.
        let is_other = |node: &Node| node.referred().is_some_and(|id| id != topic);
        if topics.iter().all(is_other) {
            continue;
        }
        for statement in PolicyStatement::all(policy.document)?.filter(|statement| !statement.is_computed()) {
            if lets_publish(statement, service) {
                return None;
            }
            place = place.or(statement.principals("Service").first().map(inner));
        }
    }
    place
}

/// Returns whether a statement may let a service publish.
fn lets_publish(statement: PolicyStatement<'_>, service: &str) -> bool {
    if statement.denies() || !may_name(statement, PUBLISH) {
        return false;
    }
    let Some(principal) = statement.principal() else { return true };
    if principal.entries().is_empty() || principal.intrinsic().is_some() {
        return true;
    }
    let mut services = statement.principals("Service").iter();
    services.any(|node| node.literal().is_none_or(|name| name == service)) || everyone(statement).is_some()
}

/// A topic whose policy does not let a service publish.
fn rejected(topic: &str, service: &str, used: Span, principal: Span) -> Diagnostic {
    let message = format!("topic `{topic}` rejects what `{service}` publishes");
    Diagnostic::new(Code::W0618, message, principal, "the policy lets another service publish")
        .label(used, "publishes to the topic")
        .help(format!("add `{service}` to `Service`"))
}
