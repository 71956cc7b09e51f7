//! Compares the rules with `aws-sam-translator`, whose output for `fixtures/templates.yaml` is
//! `fixtures/translated.json`. The conformance tests run the translator and compare its output with that file.

use serde_json::{Map, Value, json};

use super::super::{LogicalId, MadeResource, Template};
use crate::source::SourceMap;
use crate::workspace::document::{Document, DocumentOrigin, Node, NodeKind};

/// Properties that permissions are derived from. Where the translator writes one, the rules must, too.
const RELEVANT: &[&str] = &[
    "ApplicationName",
    "AssumeRolePolicyDocument",
    "DestinationArn",
    "Endpoint",
    "EventBusName",
    "EventSourceArn",
    "FunctionName",
    "GroupName",
    "HostedZoneId",
    "HostedZoneName",
    "KmsKeyArn",
    "LayerName",
    "LogConfig",
    "LogGroupName",
    "ManagedPolicyArns",
    "Name",
    "OperatorRole",
    "Path",
    "PermissionsBoundary",
    "PermissionsConfig",
    "Policies",
    "Queues",
    "Role",
    "RoleArn",
    "Roles",
    "ServiceConfig",
    "ServiceRoleArn",
    "StateMachineName",
    "TableName",
    "Target",
    "TargetFunctionArn",
    "Targets",
    "TopicArn",
    "Topics",
];
/// Properties whose content the rules leave open; only their presence is compared. A record set group contains the
/// records of all APIs with the same zone.
const OPEN: &[&str] = &["Policies", "RecordSets"];
/// Properties that are carried over as written, but that the translator changes or drops.
const AS_WRITTEN: &[&str] =
    &["BodyS3Location", "Code", "Content", "DefinitionS3Location", "PolicyDocument", "TemplateURL"];

#[test]
fn what_is_made_is_what_the_translator_makes() {
    let (_, templates) = read(include_str!("fixtures/templates.yaml"));
    let expected: Map<String, Value> =
        serde_json::from_str(include_str!("fixtures/translated.json")).expect("the translator prints JSON");
    assert_eq!(templates.entries().len(), expected.len());
    let mut wrong = Vec::new();
    for case in templates.entries() {
        let name = &case.key.node;
        let translated = expected[name].as_object().expect("resources by name");
        let mut template = case.value.clone();
        if let NodeKind::Mapping(entries) = &mut template.kind {
            let (_, transform) = read("Transform: AWS::Serverless-2016-10-31");
            entries.extend(transform.entries().iter().cloned());
        }
        let mut read = Template::default();
        read.read(&template);
        let made = read.made_resources();
        wrong.extend(compare(made, translated).into_iter().map(|text| format!("{name}: {text}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn read(text: &str) -> (SourceMap, Node) {
    let mut sources = SourceMap::default();
    let file = sources.add("templates.yaml".into(), text);
    let document = Document::parse(text, DocumentOrigin::File(file));
    (sources, document.root.expect("YAML"))
}

fn compare(made: &[MadeResource], translated: &Map<String, Value>) -> Vec<String> {
    let matches = |made: &MadeResource, id: &str, resource: &Value| {
        let same = match &made.id {
            LogicalId::Exact(own) => own == id,
            LogicalId::Prefix(prefix) => id.starts_with(prefix.as_str()),
        };
        same && resource["Type"] == made.kind.as_str()
    };
    let mut wrong = Vec::new();
    for resource in made {
        if !translated.iter().any(|(id, other)| matches(resource, id, other)) {
            wrong.push(format!("{} {:?} is not made", resource.kind, resource.id));
        }
    }
    for (id, resource) in translated {
        let alike: Vec<_> = made.iter().filter(|made| matches(made, id, resource)).collect();
        if alike.is_empty() {
            wrong.push(format!("{} {id} is missing", resource["Type"]));
        }
        let faults = alike.iter().map(|made| properties(made, &resource["Properties"]));
        let fewest = faults.min_by_key(Vec::len).unwrap_or_default();
        wrong.extend(fewest.into_iter().map(|fault| format!("{} {id}: {fault}", resource["Type"])));
    }
    wrong
}

fn properties(made: &MadeResource, expected: &Value) -> Vec<String> {
    let empty = Map::new();
    let expected = expected.as_object().unwrap_or(&empty);
    let mut wrong = Vec::new();
    for entry in made.properties.as_ref().map(Node::entries).unwrap_or_default() {
        let key = entry.key.as_str();
        let own = plain(&entry.value);
        if AS_WRITTEN.contains(&key) || own.is_null() || own == json!({}) {
            continue;
        }
        match expected.get(key) {
            None => wrong.push(format!("{key} is {own}, but SAM writes none")),
            Some(_) if OPEN.contains(&key) => {}
            Some(value) => {
                let value = normal(value.clone());
                if !agrees(&own, &value) {
                    wrong.push(format!("{key} is {own}, but SAM writes {value}"));
                }
            }
        }
    }
    for (key, value) in expected.iter().filter(|(key, _)| RELEVANT.contains(&key.as_str())) {
        let nothing = normal(value.clone()) == json!([]);
        if !nothing && made.property(key).is_none() {
            wrong.push(format!("{key} is missing, SAM writes {value}"));
        }
    }
    wrong
}

/// Returns whether everything on the left is the same on the right.
fn agrees(own: &Value, expected: &Value) -> bool {
    match (own, expected) {
        (Value::Object(own), Value::Object(expected)) => {
            own.iter().all(|(key, value)| expected.get(key).is_some_and(|other| agrees(value, other)))
        }
        (Value::Array(own), Value::Array(expected)) => {
            own.iter().all(|value| expected.iter().any(|other| agrees(value, other)))
                && expected.iter().all(|value| own.iter().any(|other| agrees(other, value)))
        }
        // The translator replaces references to parameters with their values.
        (Value::Object(own), Value::String(_)) if own.contains_key("Ref") => true,
        _ => own == expected,
    }
}

/// Converts a node to JSON, with functions in their long form.
fn plain(node: &Node) -> Value {
    if node.is_no_value() {
        return Value::Null;
    }
    let bare = match &node.kind {
        NodeKind::Scalar(scalar) => Value::String(scalar.text.clone()),
        NodeKind::Sequence(items) => Value::Array(items.iter().map(plain).filter(|value| !value.is_null()).collect()),
        NodeKind::Mapping(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.node.clone(), plain(&entry.value))).collect())
        }
    };
    normal(match &node.tag {
        Some(tag) if tag.node == "Ref" => json!({ "Ref": bare }),
        Some(tag) => json!({ format!("Fn::{}", tag.node): bare }),
        None => bare,
    })
}

/// Normalizes a value.
fn normal(value: Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        Value::String(text) => Value::String(text.replace("arn:aws:", "arn:${AWS::Partition}:")),
        Value::Array(items) => {
            let items = items.into_iter().map(normal).flat_map(|item| match item.get("Fn::If") {
                Some(Value::Array(cases)) => cases.iter().skip(1).cloned().collect(),
                _ => vec![item],
            });
            Value::Array(items.filter(|item| !item.is_null()).collect())
        }
        Value::Object(entries) => {
            let entries: Map<String, Value> = entries.into_iter().map(|(key, value)| (key, normal(value))).collect();
            match (entries.get("Fn::Sub"), entries.get("Fn::GetAtt"), entries.get("Ref")) {
                (Some(text @ Value::String(_)), ..) => text.clone(),
                (_, Some(Value::String(text)), _) => json!({"Fn::GetAtt": text.split('.').collect::<Vec<_>>()}),
                (_, _, Some(Value::String(text))) if text == "AWS::NoValue" => Value::Null,
                _ => Value::Object(entries),
            }
        }
        Value::Null => Value::Null,
    }
}
