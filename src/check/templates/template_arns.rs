//! E0462: `Ref` in a template, which returns a name or a URL, where an ARN is needed, and ARNs where a name is needed.

use crate::catalog::ref_values::ref_without_arn;
use crate::catalog::resource_names::role_properties;
use crate::catalog::template_language::attributes;
use crate::check::support::documents::{attribute_of, get_att_of_arn, inner};
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::task_files::DEFINITION;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "template-arns", codes: &[Code::E0462], run: check };

/// Properties that take an ARN, although their name does not say so.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html> (2026-11-29)
const PROPERTIES: [(&str, &str); 2] = [("AWS::Lambda::Function", "Role"), ("AWS::Serverless::Function", "Role")];

/// Types whose properties accept a name instead of an ARN, or that other rules check.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>,
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>,
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html>, and the
/// pattern of `EndpointConfig` in the resource schema of `CloudConnector` (2026-11-29)
const EITHER: [&str; 6] = [
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::ECS::TaskDefinition",
    "AWS::IoTManagedIntegrations::CloudConnector",
    "AWS::Lambda::Url",
    "AWS::SSM::MaintenanceWindowTask",
];

/// Properties that take the name of a resource, each with its path; `*` is every element.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
/// (2026-11-30)
const NAMES: [(&str, &[&str]); 11] = [
    ("AWS::CodeBuild::Project", &["LogsConfig", "CloudWatchLogs", "GroupName"]),
    ("AWS::CodeDeploy::DeploymentGroup", &["ApplicationName"]),
    ("AWS::CodePipeline::Webhook", &["TargetPipeline"]),
    ("AWS::IAM::InstanceProfile", &["Roles", "*"]),
    ("AWS::IAM::ManagedPolicy", &["Roles", "*"]),
    ("AWS::IAM::Policy", &["Roles", "*"]),
    ("AWS::IAM::RolePolicy", &["RoleName"]),
    ("AWS::Logs::MetricFilter", &["LogGroupName"]),
    ("AWS::Logs::SubscriptionFilter", &["LogGroupName"]),
    ("AWS::S3::BucketPolicy", &["Bucket"]),
    ("AWS::SQS::QueuePolicy", &[QUEUES, "*"]),
];

/// A property that takes URLs, which `Ref` returns.
const QUEUES: &str = "Queues";

/// Most services also accept the ID of a key.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html> (2026-11-30)
const KEY: &str = "AWS::KMS::Key";

/// Properties whose keys are chosen by the user.
const OWN_NAMES: [&str; 4] = ["DefinitionSubstitutions", "Parameters", "Tags", "Variables"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let mut found: Vec<Diagnostic> = Vec::new();
        for Entry { value, .. } in inside.section("Resources") {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            // Of the resources around a pipeline, the rules about documents report these.
            let is_compared = inside.own && kind == "AWS::Events::Rule";
            // The properties of custom resources are arbitrary.
            if !kind.starts_with("AWS::") || kind == "AWS::CloudFormation::CustomResource" {
                continue;
            }
            let paths = NAMES.iter().filter(|(of, _)| *of == kind).map(|(_, path)| *path);
            paths.for_each(|path| names(value.get("Properties"), path, "", &mut found));
            let of_roles: Vec<&str> = role_properties(kind).collect();
            if let Some(properties) = value.get("Properties").filter(|_| kind != DEFINITION && !of_roles.is_empty()) {
                roles(properties, &of_roles, &mut found);
            }
            if let Some(properties) = value.get("Properties").filter(|_| !EITHER.contains(&kind) && !is_compared) {
                let own = PROPERTIES.iter().find(|(of, _)| *of == kind).map(|(_, property)| *property);
                let entry = own.and_then(|key| properties.entry(key));
                found.extend(entry.and_then(|entry| fault(inside, entry).or_else(|| bare_name(entry))));
                found.extend(events(kind, properties).filter_map(|entry| fault(inside, entry)));
                nested(inside, properties, &mut found);
            }
        }
        findings.extend(found);
    });
}

/// The properties of the events of a SAM function that take an ARN.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html>,
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-dynamodb.html>, and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-kinesis.html>
/// (2026-11-30)
const OF_EVENTS: [(&str, &str); 3] = [("SQS", "Queue"), ("DynamoDB", "Stream"), ("Kinesis", "Stream")];

/// Returns the properties of the events of a SAM function that take an ARN.
fn events<'n>(kind: &str, properties: &'n Node) -> impl Iterator<Item = &'n Entry> {
    let events = properties.get("Events").filter(|_| kind == "AWS::Serverless::Function");
    events.map_or(&[][..], Node::entries).iter().filter_map(|event| {
        let of = event.value.get("Type")?.literal()?;
        let (_, property) = OF_EVENTS.iter().find(|(known, _)| *known == of)?;
        event.value.get("Properties")?.entry(property)
    })
}

/// Collects the faults of all properties whose names end in `Arn`.
fn nested(inside: &InsideTemplate, node: &Node, found: &mut Vec<Diagnostic>) {
    if node.intrinsic().is_some() {
        return;
    }
    for entry in node.entries().iter().filter(|entry| !OWN_NAMES.contains(&entry.key.as_str())) {
        if entry.key.node.ends_with("Arn") {
            found.extend(fault(inside, entry));
        }
        nested(inside, &entry.value, found);
    }
    node.items().iter().for_each(|item| nested(inside, item, found));
}

/// How attributes end that are not ARNs.
const NOT_ARNS: [&str; 3] = ["Name", "URL", "Url"];

/// Returns the fault of a property that takes an ARN.
fn fault(inside: &InsideTemplate, Entry { key, value }: &Entry) -> Option<Diagnostic> {
    // A name or a URL is never an ARN.
    if let Some(attribute) =
        attribute_of(value).filter(|it| !it.contains('.') && NOT_ARNS.iter().any(|end| it.ends_with(end)))
        && let Some(id) = value.referred()
    {
        let kind = inside.template.resource(&id).map(|resource| resource.kind.node.as_str());
        let is_known = |kind: &&str| kind.starts_with("AWS::") && !kind.starts_with("AWS::CloudFormation::");
        return kind.filter(is_known).map(|kind| named(key, (&id, attribute), kind, value));
    }
    let call = value.intrinsic().filter(|call| call.name == "Ref")?;
    let id = call.argument.text()?;
    let resource = inside.section("Resources").find(|entry| entry.key.node == id)?;
    let kind = resource.value.get("Type")?.literal()?;
    let returned = ref_without_arn(kind).filter(|_| kind != KEY)?;
    let attribute = if key.node == "Stream" && kind != "AWS::Kinesis::Stream" { "StreamArn" } else { "Arn" };
    Some(not_an_arn(key, (id, attribute), returned, value))
}

/// Reports a name where only an ARN is accepted.
fn bare_name(Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let text = value.literal().filter(|text| !text.starts_with("arn:") && !text.contains(['{', '<', '$']))?;
    let message = format!("`{}` takes an ARN, not `{text}`", key.node);
    (!text.is_empty() && !value.is_null()).then(|| {
        Diagnostic::new(Code::E0462, message, value.text_span(), "")
            .help(format!("write `arn:aws:iam::<account>:role/{text}`"))
    })
}

/// How the last part of ARNs in IAM starts that are never those of roles.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns> (2026-11-30)
const NO_ROLES: [&str; 3] = ["group/", "policy/", "user/"];

/// Collects the ARNs of something else where a role belongs.
fn roles(node: &Node, names: &[&str], found: &mut Vec<Diagnostic>) {
    if node.intrinsic().is_some() {
        return;
    }
    for Entry { key, value } in node.entries().iter().filter(|entry| !OWN_NAMES.contains(&entry.key.as_str())) {
        let arn = value.literal().filter(|text| names.contains(&key.as_str()) && text.starts_with("arn:"));
        let resource = arn.filter(|text| text.contains(":iam:")).and_then(|text| text.splitn(6, ':').nth(5));
        // Some properties also take instance profiles.
        if resource.is_some_and(|resource| NO_ROLES.iter().any(|kind| resource.starts_with(kind))) {
            found.push(not_a_role(key, value));
        }
        roles(value, names, found);
    }
    node.items().iter().for_each(|item| roles(item, names, found));
}

/// Collects the ARNs at the end of a path, where a name belongs.
fn names(node: Option<&Node>, path: &[&str], key: &str, found: &mut Vec<Diagnostic>) {
    let Some(node) = node else { return };
    match path.split_first() {
        None => found.extend(get_att_of_arn(node).map(|id| not_a_name(key, &id, node))),
        Some((&"*", rest)) => node.items().iter().for_each(|item| names(Some(item), rest, key, found)),
        Some((next, rest)) => names(node.get(next), rest, next, found),
    }
}

/// The ARN of a resource instead of its name.
fn not_a_name(key: &str, id: &str, value: &Node) -> Diagnostic {
    let wanted = if key == QUEUES { "URLs" } else { "a name" };
    let message = format!("`Fn::GetAtt` returns the ARN of `{id}`, but `{key}` takes {wanted}");
    let place = if value.tag.is_some() { value.span } else { inner(value) };
    Diagnostic::new(Code::E0462, message, place, "").help_in(|notation| format!("write `{}`", notation.reference(id)))
}

/// The ARN of something else than a role.
fn not_a_role(key: &Spanned<String>, value: &Node) -> Diagnostic {
    let message = format!("`{}` is not the ARN of a role", key.node);
    Diagnostic::new(Code::E0462, message, value.span, "")
        .help("write an ARN of the form `arn:aws:iam::<account>:role/<name>`")
}

/// A reference to a resource that is not its ARN.
fn not_an_arn(key: &Spanned<String>, (id, attribute): (&str, &str), returned: &str, value: &Node) -> Diagnostic {
    let message = format!("`Ref` returns the {returned} of `{id}`, but `{}` takes an ARN", key.node);
    let place = if value.tag.is_some() { value.span } else { inner(value) };
    Diagnostic::new(Code::E0462, message, place, "")
        .help_in(|notation| format!("write `{}`", notation.attribute(id, attribute)))
}

/// An attribute that is not an ARN. `kind`: the type of its resource.
fn named(key: &Spanned<String>, (id, attribute): (&str, &str), kind: &str, value: &Node) -> Diagnostic {
    let message = format!("attribute `{attribute}` of `{id}` is not an ARN, but `{}` takes one", key.node);
    let place = if value.tag.is_some() { value.span } else { inner(value) };
    let has_arn = attributes(kind).is_some_and(|known| known.contains(&"Arn"));
    Diagnostic::new(Code::E0462, message, place, "").help_in(|notation| {
        let wanted = if has_arn { notation.attribute(id, "Arn") } else { notation.reference(id) };
        format!("write `{wanted}`")
    })
}
