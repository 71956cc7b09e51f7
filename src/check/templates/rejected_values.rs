//! E0471: values that a service rejects when the stack creates the resource. E0461: properties of which a resource needs
//! one.

use crate::catalog::networks::Cidr;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::{Entry, Node};
use crate::workspace::shell::is_variable;
use crate::workspace::template::Resource;
use crate::workspace::template::uses::{TemplateUse, UseKind, uses};

pub(super) const RULE: Rule = Rule { name: "rejected-values", codes: &[Code::E0461, Code::E0471], run: check };

const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];
const TABLE: &str = "AWS::DynamoDB::Table";

/// The variables that AWS Lambda sets.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime> (2026-11-30)
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// How the names of parameters cannot start.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html> (2026-11-30)
const OF_AWS: [&str; 2] = ["aws", "ssm"];

/// The rules of security groups: in a property of the group, or resources of their own.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html> (2026-11-30)
const GROUP: &str = "AWS::EC2::SecurityGroup";
const OF_GROUPS: [&str; 2] = ["SecurityGroupEgress", "SecurityGroupIngress"];
const RULES: [&str; 2] = ["AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"];

/// The protocols with ports, by name and by number.
const WITH_PORTS: [&str; 4] = ["tcp", "udp", "6", "17"];

/// The types that need one of several properties.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html> and
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html> (2026-11-30)
const ONE_OF: [(&str, &[&str]); 2] = [
    (
        "AWS::EC2::Route",
        &[
            "GatewayId",
            "NatGatewayId",
            "CarrierGatewayId",
            "CoreNetworkArn",
            "EgressOnlyInternetGatewayId",
            "InstanceId",
            "LocalGatewayId",
            "NetworkInterfaceId",
            "OdbNetworkArn",
            "TransitGatewayId",
            "VpcEndpointId",
            "VpcPeeringConnectionId",
        ],
    ),
    ("AWS::Events::Rule", &["EventPattern", "ScheduleExpression"]),
];

/// The types with a path in IAM. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html> (2026-11-30)
const IDENTITIES: [&str; 5] =
    ["AWS::IAM::Group", "AWS::IAM::InstanceProfile", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"];

/// The services of dynamic references.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html> (2026-11-30)
const REFERENCES: [&str; 3] = ["secretsmanager", "ssm", "ssm-secure"];
const REFERENCE: &str = "{{resolve:";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let mut found = Vec::new();
        for resource in &inside.template.resources {
            let kind = resource.kind.node.as_str();
            match kind {
                _ if FUNCTIONS.contains(&kind) => {
                    variables(resource.property("Environment"), &mut found);
                    found.extend(resource.property("Architectures").and_then(architectures));
                }
                _ if RULES.contains(&kind) => found.extend(resource.node.get("Properties").and_then(security_rule)),
                GROUP => {
                    let lists = OF_GROUPS.into_iter().filter_map(|name| resource.property(name));
                    found.extend(lists.flat_map(Node::items).filter_map(security_rule));
                }
                "AWS::SSM::Parameter" => found.extend(resource.property("Name").and_then(parameter_name)),
                "AWS::SQS::Queue" => found.extend(deduplication(resource)),
                TABLE => {
                    found.extend(resource.property("KeySchema").and_then(two_hash_keys));
                    found.extend(expiry(resource));
                }
                _ => {}
            }
            if IDENTITIES.contains(&kind) {
                found.extend(identity_path(resource));
            }
            // Of the resources around a pipeline, the rules about documents report these.
            found.extend(one_of(resource).filter(|_| !inside.own));
            if let Some(properties) = resource.node.get("Properties") {
                references(properties, &mut found);
            }
        }
        for section in inside.section("Globals").filter(|section| section.key.node == "Function") {
            variables(section.value.get("Environment"), &mut found);
        }
        let has_table = inside.template.resources.iter().any(|resource| resource.kind.node == TABLE);
        let used = inside.root().filter(|_| has_table).map(uses).unwrap_or_default();
        found.extend(used.iter().filter_map(|used| stream(inside, used)));
        findings.extend(found);
    });
}

/// Returns whether a function may add keys to a map.
fn is_open(node: &Node) -> bool {
    node.intrinsic().is_some() || node.entries().iter().any(|it| it.key.node.starts_with("Fn::"))
}

/// Reports variables of functions that AWS Lambda sets itself, or whose names it does not accept.
fn variables(environment: Option<&Node>, found: &mut Vec<Diagnostic>) {
    let variables = environment.and_then(|environment| environment.get("Variables"));
    for Entry { key, .. } in variables.map(Node::entries).unwrap_or_default() {
        let name = key.node.as_str();
        if RESERVED.contains(&name) {
            let message = format!("a function cannot set the variable `{name}`");
            let found_one = Diagnostic::new(Code::E0471, message, key.span, "AWS Lambda sets it");
            found.push(found_one.help("remove it, or choose another name"));
        } else if !is_variable(name) && !name.starts_with("Fn::") && !name.contains(['{', '$', '<']) && !name.is_empty()
        {
            let message = format!("`{name}` is not the name of a variable of a function");
            let found_one = Diagnostic::new(Code::E0471, message, key.span, "letters, digits, and `_` only");
            found.push(found_one.help(format!("write `{}`", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))));
        }
    }
}

/// Reports a second instruction set. <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html> (2026-11-30)
fn architectures(list: &Node) -> Option<Diagnostic> {
    let [first, second, ..] = list.items() else { return None };
    let is_plain = list.intrinsic().is_none() && first.literal().is_some() && second.literal().is_some();
    is_plain.then(|| {
        Diagnostic::new(Code::E0471, "a function has one architecture", second.span, "a second one")
            .label(first.span, "the architecture")
            .help("write one of them, and a function for each architecture")
    })
}

/// Checks the ports and the addresses of a rule of a security group.
fn security_rule(rule: &Node) -> Option<Diagnostic> {
    if is_open(rule) {
        return None;
    }
    let number = |name: &str| rule.get(name)?.literal()?.trim().parse::<i32>().ok();
    let protocol = rule.get("IpProtocol").and_then(Node::literal).unwrap_or_default().to_ascii_lowercase();
    if WITH_PORTS.contains(&protocol.as_str()) {
        if let Some(missing) = ["FromPort", "ToPort"].into_iter().find(|name| rule.get(name).is_none()) {
            return Some(no_port(missing, &protocol, rule.entry("IpProtocol")?.value.span));
        }
        if let (Some(from), Some(to)) = (number("FromPort"), number("ToPort"))
            && from > to
        {
            return Some(reversed_ports((from, to), rule.get("FromPort")?.span, rule.get("ToPort")?.span));
        }
    }
    let range = rule.get("CidrIp")?;
    let text = range.literal().filter(|text| !text.contains(['{', '<', '$']) && !text.is_empty())?;
    Cidr::parse(text).is_none().then(|| no_range(text, range.span))
}

/// Reports the name of a parameter that starts like those of AWS.
fn parameter_name(name: &Node) -> Option<Diagnostic> {
    let call = name.intrinsic().filter(|call| call.name == "Fn::Sub");
    let text = name.literal().or_else(|| call.as_ref()?.argument.text())?;
    let lower = text.to_ascii_lowercase();
    // In a path, the first part is one of these words.
    let is_first = |start: &&&str| match lower.strip_prefix('/') {
        Some(path) => path.split('/').next() == Some(**start),
        None => lower.starts_with(**start),
    };
    let start = OF_AWS.iter().find(is_first)?;
    let message = format!("the name of a parameter cannot start with `{start}`");
    Some(
        Diagnostic::new(Code::E0471, message, name.text_span(), "")
            .note("the deployment would fail with \"No access to reserved parameter name\"")
            .help("choose another first word"),
    )
}

/// Reports a path that does not start and end with `/`.
fn identity_path(resource: &Resource) -> Option<Diagnostic> {
    let path = resource.property("Path")?;
    let text = path.literal().filter(|text| !text.contains(['{', '<', '$']) && !text.is_empty())?;
    (!text.starts_with('/') || !text.ends_with('/')).then(|| {
        let message = format!("path `{text}` does not start and end with `/`");
        let wanted = format!("/{}/", text.trim_matches('/'));
        Diagnostic::new(Code::E0471, message, path.text_span(), "").help(format!("write `{wanted}`"))
    })
}

/// Reports a property that only FIFO queues have.
fn deduplication(queue: &Resource) -> Option<Diagnostic> {
    let entry =
        queue.property_entry("ContentBasedDeduplication").filter(|entry| entry.value.as_bool() == Some(true))?;
    let is_plain = queue.property("FifoQueue").is_none_or(|fifo| fifo.as_bool() == Some(false));
    (is_plain && !queue.node.get("Properties").is_some_and(is_open)).then(|| {
        let message = format!("`ContentBasedDeduplication` of queue `{}` needs `FifoQueue`", queue.id.node);
        Diagnostic::new(Code::E0471, message, entry.key.span, "only for FIFO queues")
            .help("add `FifoQueue: true`, and a name that ends with `.fifo`")
    })
}

/// Reports a key with two partition keys.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html> (2026-11-30)
fn two_hash_keys(schema: &Node) -> Option<Diagnostic> {
    let [first, second] = schema.items() else { return None };
    let [of_first, of_second] = [first, second].map(|key| key.get("KeyType").filter(|it| it.literal() == Some("HASH")));
    let (first, second) = (of_first?, of_second?);
    Some(
        Diagnostic::new(Code::E0471, "a table has one partition key", second.span, "a second one")
            .label(first.span, "the partition key")
            .help("write `RANGE`"),
    )
}

/// Reports an expiry without the attribute that contains the time.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TimeToLiveSpecification.html> (2026-11-30)
fn expiry(table: &Resource) -> Option<Diagnostic> {
    let Entry { key, value } = table.property_entry("TimeToLiveSpecification")?;
    let is_on = value.get("Enabled").is_some_and(|enabled| enabled.as_bool() == Some(true)) && !is_open(value);
    (is_on && value.get("AttributeName").is_none()).then(|| {
        let message = format!("`{}` of table `{}` needs `AttributeName`", key.node, table.id.node);
        Diagnostic::new(Code::E0461, message, key.span, "").help("add `AttributeName` with the attribute for the time")
    })
}

/// Reports a resource without any of the properties of which it needs one.
fn one_of(resource: &Resource) -> Option<Diagnostic> {
    let (_, names) = ONE_OF.iter().find(|(kind, _)| *kind == resource.kind.node)?;
    let properties = resource.node.get("Properties")?;
    if is_open(properties) || names.iter().any(|name| properties.get(name).is_some()) {
        return None;
    }
    // A misspelled one is reported where it is written.
    let is_meant = |entry: &Entry| similar(&entry.key.node, names.iter().copied()).is_some();
    let few = names.iter().take(2).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    (!properties.entries().iter().any(is_meant)).then(|| {
        let message = format!("resource `{}` needs {few}", resource.id.node);
        let message = if names.len() > 2 { format!("route `{}` has no target", resource.id.node) } else { message };
        Diagnostic::new(Code::E0461, message, resource.kind.span, "").help(format!("add {few} to its `Properties`"))
    })
}

/// Reports the stream of a table that has none.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html> (2026-11-30)
fn stream(inside: &InsideTemplate, used: &TemplateUse) -> Option<Diagnostic> {
    let UseKind::Attribute(attribute) = &used.kind else { return None };
    let table = inside.template.resource(used.name.as_str()).filter(|table| table.kind.node == TABLE)?;
    let properties = table.node.get("Properties").filter(|properties| !is_open(properties))?;
    (attribute.node == "StreamArn" && properties.get("StreamSpecification").is_none()).then(|| {
        Diagnostic::new(Code::E0471, format!("table `{}` has no stream", table.id.node), used.name.span, "")
            .label(table.id.span, "without `StreamSpecification`")
            .help_in(|notation| {
                let view = notation.text_entry("StreamViewType", "NEW_AND_OLD_IMAGES");
                format!("add `{}` to the table", notation.entry("StreamSpecification", &format!("{{ {view} }}")))
            })
    })
}

/// Collects dynamic references to services that have none.
fn references(node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(scalar) = node.scalar()
        && let Some(start) = scalar.text.find(REFERENCE)
    {
        let start = start + REFERENCE.len();
        let rest = scalar.text.get(start..).unwrap_or_default();
        let service = rest.split([':', '}']).next().unwrap_or_default();
        let is_plain = service.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !service.is_empty();
        if is_plain && !REFERENCES.contains(&service) {
            found.push(no_reference(service, scalar.map.span(start..start + service.len())));
        }
    }
    node.items().iter().for_each(|item| references(item, found));
    node.entries().iter().for_each(|entry| references(&entry.value, found));
}

/// A dynamic reference to another service.
fn no_reference(service: &str, place: Span) -> Diagnostic {
    let message = format!("`{service}` has no dynamic references");
    let found = Diagnostic::new(Code::E0471, message, place, "");
    match similar(service, REFERENCES) {
        near @ Some(_) => found.suggest(place, near),
        None => found.help(format!("write {}", wording::or_list(REFERENCES))),
    }
}

/// A rule for a protocol with ports that has none.
fn no_port(missing: &str, protocol: &str, place: Span) -> Diagnostic {
    let message = format!("a rule for `{protocol}` needs `FromPort` and `ToPort`");
    Diagnostic::new(Code::E0461, message, place, format!("`{missing}` is missing")).help(format!("add `{missing}`"))
}

/// Ports in the wrong order.
fn reversed_ports((from, to): (i32, i32), first: Span, last: Span) -> Diagnostic {
    let message = format!("`FromPort` {from} is greater than `ToPort` {to}");
    Diagnostic::new(Code::E0471, message, first, "").label(last, "the last port").help("exchange them")
}

/// Text that is not a range of addresses.
fn no_range(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{text}` is not a range of IPv4 addresses");
    let found = Diagnostic::new(Code::E0471, message, place, "");
    match text.parse::<std::net::Ipv4Addr>() {
        Ok(address) if address.is_unspecified() => found.help("write `0.0.0.0/0` for all addresses"),
        Ok(_) => found.help(format!("write `{text}/32` for this address")),
        Err(_) => found.help("write a range such as `10.0.0.0/16`"),
    }
}
