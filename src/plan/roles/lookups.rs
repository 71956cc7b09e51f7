//! The lookups and calls of a template's deployment: parameters, secrets, and the functions and topics of custom
//! resources.

use crate::source::Span;
use crate::workspace::document::Node;
use crate::workspace::template::Resource;

use super::super::Expr;
use super::super::grant::GrantValues;
use super::follow::Found;
use super::scope::{StackScope, shape};

/// The prefix of public parameters of AWS.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html> (2026-11-23)
const PUBLIC: &str = "/aws/service/";

/// The service tokens of custom resources.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html> (2026-11-28)
const FUNCTION: &str = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}";
const TOPIC: &str = "arn:${Partition}:sns:${Region}:${Account}:${TopicName}";

/// The number of fields in a secret's ARN. The name of a secret has no colons.
const ARN_FIELDS: usize = 7;

/// Adds the lookups and calls of the template.
pub fn add(scope: &StackScope, cause: Span, values: &mut GrantValues) {
    parameters(scope, cause, values);
    let outputs = scope.template.outputs.iter().filter_map(|output| output.value.as_ref());
    let resources = scope.template.resources.iter().map(|resource| &resource.node);
    for node in resources.chain(&scope.template.globals).chain(outputs) {
        add_references(scope, node, cause, values);
    }
    for resource in &scope.template.resources {
        if let Some(token) = resource.property("ServiceToken") {
            add_token(scope, resource, token, cause, values);
        }
    }
}

/// Adds the lookups of the template's parameters: their values, and whether the resource that they name exists.
pub fn parameters(scope: &StackScope, cause: Span, values: &mut GrantValues) {
    for parameter in &scope.template.parameters {
        let kind = parameter.kind.as_ref().map_or("", |kind| kind.node.as_str());
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            let default = parameter.default.as_ref().and_then(Node::text).map(Expr::text);
            let name = (scope.overridden)(&parameter.name.node).or(default).unwrap_or_else(|| Expr::text("*"));
            add_parameter(name, cause, values);
        }
        let of_list = kind.split_once("List<").and_then(|(_, rest)| rest.trim_end_matches('>').split('<').next());
        let inner = kind.split_once("Value<").map(|(_, rest)| rest.trim_end_matches('>'));
        values.set("ParameterType", Expr::text(of_list.or(inner).unwrap_or(kind)), cause);
    }
}

fn add_parameter(name: Expr, cause: Span, values: &mut GrantValues) {
    let (key, name) = match name.as_text() {
        Some(text) if text.starts_with(PUBLIC) => ("PublicParameter", Expr::text(text.trim_start_matches('/'))),
        Some(text) => ("Parameter", Expr::text(text.trim_start_matches('/'))),
        None => ("Parameter", name),
    };
    values.set(key, name, cause);
}

/// Adds `{{resolve:...}}` anywhere in a declaration.
fn add_references(scope: &StackScope, node: &Node, cause: Span, values: &mut GrantValues) {
    for entry in node.entries() {
        add_references(scope, &entry.value, cause, values);
    }
    for item in node.items() {
        add_references(scope, item, cause, values);
    }
    let mut rest = node.scalar().map_or("", |scalar| scalar.text.as_str());
    while let Some((_, tail)) = rest.split_once("{{resolve:") {
        let Some((reference, after)) = tail.split_once("}}") else { break };
        rest = after;
        match reference.split_once(':') {
            Some(("ssm" | "ssm-secure", name)) => {
                let name = name.split(':').next().unwrap_or(name);
                add_parameter(scope.follow(|follow| follow.text(name)), cause, values);
            }
            Some(("secretsmanager", id)) => values.set("Secret", secret(scope, id), cause),
            _ => {}
        }
    }
}

/// Returns the ARN pattern of a secret. AWS appends a hyphen and six characters to the name.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html> (2026-11-23)
fn secret(scope: &StackScope, id: &str) -> Expr {
    if id.starts_with("arn:") {
        let arn: Vec<&str> = id.splitn(ARN_FIELDS + 1, ':').take(ARN_FIELDS).collect();
        return scope.follow(|follow| follow.text(&arn.join(":")));
    }
    let name = id.split(':').next().unwrap_or(id);
    Expr::arn("secretsmanager", Expr::text("secret:").then(scope.follow(|follow| follow.text(name))).then("-??????"))
}

/// Adds the function or topic of a custom resource.
fn add_token(scope: &StackScope, resource: &Resource, token: &Node, cause: Span, values: &mut GrantValues) {
    let custom =
        resource.kind.node.starts_with("Custom::") || resource.kind.node == "AWS::CloudFormation::CustomResource";
    if !custom {
        return;
    }
    let found = scope.follow(|follow| follow.value(token));
    let is_topic = |found: &Found| match found {
        Found::Text(arn) => shape(arn).split(':').nth(2) == Some("sns"),
        Found::Made(made) => made.kind == "AWS::SNS::Topic",
    };
    let (topics, functions): (Vec<Found>, Vec<Found>) = found.into_iter().partition(is_topic);
    for (key, pattern, found) in [("CustomTopic", TOPIC, topics), ("CustomFunction", FUNCTION, functions)] {
        scope.named(pattern, found).into_iter().for_each(|arn| values.set(key, arn, cause));
    }
}
