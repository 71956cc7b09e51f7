//! Which CloudFormation resources a SAM template makes: tables of rules.
//!
//! Fact sources (2026-11-23): `aws-sam-translator` 1.115.0 run over one template for every row, and
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>.

use crate::source::Span;
use crate::workspace::document::{Entry, Kind, Node};

use super::{LogicalId, MadeResource, Resource, Template, is_no_value};

/// The macro that expands SAM.
pub(super) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// When a rule applies. Paths lead through mappings.
enum When {
    Always,
    Has(&'static [&'static str]),
    Lacks(&'static [&'static str]),
    Is(&'static [&'static str], &'static str),
    IsNot(&'static [&'static str], &'static str),
}

use When::{Always, Has, Is, IsNot, Lacks};

/// All conditions hold, hence these types are made.
type Rule = (&'static [When], &'static [&'static str]);

const ROLE: &[&str] = &["AWS::IAM::Role"];
const PERMISSION: &[&str] = &["AWS::Lambda::Permission"];
const MAPPING: &[&str] = &["AWS::Lambda::EventSourceMapping"];
const RULE: &[&str] = &["AWS::Events::Rule", "AWS::Lambda::Permission"];
const RULE_ROLE: &[&str] = &["AWS::Events::Rule", "AWS::IAM::Role"];
const REST_API: &[&str] = &["AWS::ApiGateway::Deployment", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage"];
const HTTP_API: &[&str] = &["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"];
const QUEUE: &[&str] = &["AWS::SQS::Queue", "AWS::SQS::QueuePolicy"];
const RECORDS: &[&str] = &["AWS::Route53::RecordSetGroup"];

/// Rules on a resource's properties, by SAM type.
const RESOURCES: &[(&str, &[Rule])] = &[
    (
        "AWS::Serverless::Function",
        &[
            (&[Always], &["AWS::Lambda::Function"]),
            (&[Lacks(&["Role"])], ROLE),
            (&[Has(&["AutoPublishAlias"])], &["AWS::Lambda::Alias", "AWS::Lambda::Version"]),
            (
                &[Has(&["DeploymentPreference"]), IsNot(&["DeploymentPreference", "Enabled"], "false")],
                &["AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"],
            ),
            (
                &[
                    Has(&["DeploymentPreference"]),
                    IsNot(&["DeploymentPreference", "Enabled"], "false"),
                    Lacks(&["DeploymentPreference", "Role"]),
                ],
                ROLE,
            ),
            (&[Has(&["FunctionUrlConfig"])], &["AWS::Lambda::Url"]),
            (&[Has(&["FunctionUrlConfig"]), IsNot(&["FunctionUrlConfig", "AuthType"], "AWS_IAM")], PERMISSION),
            (&[Has(&["EventInvokeConfig"])], &["AWS::Lambda::EventInvokeConfig"]),
            (ON_SUCCESS_QUEUE, &["AWS::SQS::Queue"]),
            (ON_FAILURE_QUEUE, &["AWS::SQS::Queue"]),
            (ON_SUCCESS_TOPIC, &["AWS::SNS::Topic"]),
            (ON_FAILURE_TOPIC, &["AWS::SNS::Topic"]),
        ],
    ),
    (
        "AWS::Serverless::Api",
        &[
            (&[Always], REST_API),
            (&[Has(&["Domain"])], &["AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::DomainName"]),
            (&[Has(&["Domain", "Route53"])], RECORDS),
            (&[Has(&["Auth", "Authorizers"])], PERMISSION),
            (
                &[Has(&["Auth", "UsagePlan"]), IsNot(&["Auth", "UsagePlan", "CreateUsagePlan"], "NONE")],
                &["AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::UsagePlanKey"],
            ),
        ],
    ),
    (
        "AWS::Serverless::HttpApi",
        &[
            (&[Always], HTTP_API),
            (&[Has(&["Domain"])], &["AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::DomainName"]),
            (&[Has(&["Domain", "Route53"])], RECORDS),
            (&[Has(&["Auth", "Authorizers"])], PERMISSION),
        ],
    ),
    ("AWS::Serverless::SimpleTable", &[(&[Always], &["AWS::DynamoDB::Table"])]),
    ("AWS::Serverless::LayerVersion", &[(&[Always], &["AWS::Lambda::LayerVersion"])]),
    ("AWS::Serverless::Application", &[(&[Always], &["AWS::CloudFormation::Stack"])]),
    (
        "AWS::Serverless::StateMachine",
        &[
            (&[Always], &["AWS::StepFunctions::StateMachine"]),
            (&[Lacks(&["Role"])], ROLE),
            (
                &[Has(&["AutoPublishAlias"])],
                &["AWS::StepFunctions::StateMachineAlias", "AWS::StepFunctions::StateMachineVersion"],
            ),
        ],
    ),
    ("AWS::Serverless::Connector", &[(&[Always], &["AWS::IAM::ManagedPolicy"])]),
    (
        "AWS::Serverless::GraphQLApi",
        &[
            (&[Always], &["AWS::AppSync::GraphQLApi", "AWS::AppSync::GraphQLSchema", "AWS::IAM::Role"]),
            (&[Has(&["ApiKeys"])], &["AWS::AppSync::ApiKey"]),
            (&[Has(&["DataSources"])], &["AWS::AppSync::DataSource", "AWS::IAM::ManagedPolicy"]),
            (&[Has(&["Functions"])], &["AWS::AppSync::FunctionConfiguration"]),
            (&[Has(&["Resolvers"])], &["AWS::AppSync::Resolver"]),
            (&[Has(&["DomainName"])], &["AWS::AppSync::DomainName", "AWS::AppSync::DomainNameApiAssociation"]),
            (&[Has(&["Cache"])], &["AWS::AppSync::ApiCache"]),
        ],
    ),
];

const ON_SUCCESS: &[&str] = &["EventInvokeConfig", "DestinationConfig", "OnSuccess", "Type"];
const ON_SUCCESS_TARGET: &[&str] = &["EventInvokeConfig", "DestinationConfig", "OnSuccess", "Destination"];
const ON_FAILURE: &[&str] = &["EventInvokeConfig", "DestinationConfig", "OnFailure", "Type"];
const ON_FAILURE_TARGET: &[&str] = &["EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"];
const ON_SUCCESS_QUEUE: &[When] = &[Is(ON_SUCCESS, "SQS"), Lacks(ON_SUCCESS_TARGET)];
const ON_FAILURE_QUEUE: &[When] = &[Is(ON_FAILURE, "SQS"), Lacks(ON_FAILURE_TARGET)];
const ON_SUCCESS_TOPIC: &[When] = &[Is(ON_SUCCESS, "SNS"), Lacks(ON_SUCCESS_TARGET)];
const ON_FAILURE_TOPIC: &[When] = &[Is(ON_FAILURE, "SNS"), Lacks(ON_FAILURE_TARGET)];
const DEAD_LETTERS: &[When] = &[Is(&["DeadLetterConfig", "Type"], "SQS"), Lacks(&["DeadLetterConfig", "Arn"])];

/// Rules on an event's properties, by the event's type, for functions.
const FUNCTION_EVENTS: &[(&str, &[Rule])] = &[
    ("AlexaSkill", &[(&[Always], PERMISSION)]),
    ("Api", &[(&[Always], PERMISSION), (&[Lacks(&["RestApiId"])], REST_API)]),
    ("CloudWatchEvent", &[(&[Always], RULE), (DEAD_LETTERS, QUEUE)]),
    ("CloudWatchLogs", &[(&[Always], &["AWS::Lambda::Permission", "AWS::Logs::SubscriptionFilter"])]),
    ("Cognito", &[(&[Always], PERMISSION)]),
    ("DocumentDB", &[(&[Always], MAPPING)]),
    ("DynamoDB", &[(&[Always], MAPPING)]),
    ("EventBridgeRule", &[(&[Always], RULE), (DEAD_LETTERS, QUEUE)]),
    ("HttpApi", &[(&[Always], PERMISSION), (&[Lacks(&["ApiId"])], HTTP_API)]),
    ("IoTRule", &[(&[Always], &["AWS::IoT::TopicRule", "AWS::Lambda::Permission"])]),
    ("Kinesis", &[(&[Always], MAPPING)]),
    ("MQ", &[(&[Always], MAPPING)]),
    ("MSK", &[(&[Always], MAPPING)]),
    ("S3", &[(&[Always], PERMISSION)]),
    (
        "SNS",
        &[
            (&[Always], &["AWS::SNS::Subscription"]),
            (&[Lacks(&["SqsSubscription"])], PERMISSION),
            (&[Has(&["SqsSubscription"])], MAPPING),
            (&[Has(&["SqsSubscription"]), Lacks(&["SqsSubscription", "QueueArn"])], QUEUE),
        ],
    ),
    ("SQS", &[(&[Always], MAPPING)]),
    ("Schedule", &[(&[Always], RULE), (DEAD_LETTERS, QUEUE)]),
    ("ScheduleV2", SCHEDULE_V2),
    ("SelfManagedKafka", &[(&[Always], MAPPING)]),
];

const SCHEDULE_V2: &[Rule] =
    &[(&[Always], &["AWS::Scheduler::Schedule"]), (&[Lacks(&["RoleArn"])], ROLE), (DEAD_LETTERS, QUEUE)];

/// The same for state machines.
const STATE_MACHINE_EVENTS: &[(&str, &[Rule])] = &[
    ("Api", &[(&[Always], ROLE), (&[Lacks(&["RestApiId"])], REST_API)]),
    ("CloudWatchEvent", &[(&[Always], RULE_ROLE), (DEAD_LETTERS, QUEUE)]),
    ("EventBridgeRule", &[(&[Always], RULE_ROLE), (DEAD_LETTERS, QUEUE)]),
    ("Schedule", &[(&[Always], RULE_ROLE), (DEAD_LETTERS, QUEUE)]),
    ("ScheduleV2", SCHEDULE_V2),
];

/// The section of `Globals` whose values a SAM type inherits.
const GLOBALS: &[(&str, &str)] = &[
    ("AWS::Serverless::Function", "Function"),
    ("AWS::Serverless::Api", "Api"),
    ("AWS::Serverless::HttpApi", "HttpApi"),
    ("AWS::Serverless::SimpleTable", "SimpleTable"),
    ("AWS::Serverless::StateMachine", "StateMachine"),
    ("AWS::Serverless::LayerVersion", "LayerVersion"),
];

impl Template {
    /// Every resource that deploying the template makes, SAM expanded, in the order of their causes. A SAM type that is not
    /// known here stands for itself.
    pub fn made_resources(&self) -> Vec<MadeResource> {
        let mut made = Vec::new();
        for resource in &self.resources {
            let id = &resource.id.node;
            let rules = RESOURCES.iter().find(|(kind, _)| *kind == resource.kind.node).filter(|_| self.is_sam());
            match rules {
                None => made.push(MadeResource {
                    kind: resource.kind.node.clone(),
                    id: LogicalId::Exact(id.clone()),
                    cause: id.clone(),
                    span: resource.kind.span,
                    generated: false,
                    properties: resource.node.get("Properties").cloned(),
                }),
                Some((_, rules)) => {
                    let first = made.len();
                    apply(rules, |path| self.inherited(resource, path), id, resource.kind.span, &mut made);
                    let last = |kind: &str| kind.rsplit("::").next().unwrap_or_default().to_owned();
                    let own = made.iter_mut().skip(first).find(|it| last(&it.kind) == last(&resource.kind.node));
                    if let Some(own) = own {
                        own.id = LogicalId::Exact(id.clone());
                        own.properties = self.properties(resource);
                    }
                    expand_events(resource, &mut made);
                }
            }
            if let Some(connectors) = resource.node.entry("Connectors").filter(|_| self.is_sam()) {
                let span = connectors.key.span;
                made.push(generated("AWS::IAM::ManagedPolicy", id, span));
            }
        }
        made
    }

    /// The properties of a resource, with what it inherits from `Globals`.
    pub fn properties(&self, resource: &Resource) -> Option<Node> {
        let own = resource.node.get("Properties");
        let section = GLOBALS.iter().find(|(kind, _)| *kind == resource.kind.node).map(|(_, section)| *section);
        let inherited = section.and_then(|section| self.globals.as_ref()?.get(section));
        match (inherited, own) {
            (Some(inherited), Some(own)) => Some(merged(inherited, own)),
            (inherited, own) => own.or(inherited).cloned(),
        }
    }

    /// A property of a SAM resource, its own or from `Globals`.
    pub fn inherited<'a>(&'a self, resource: &'a Resource, path: &[&str]) -> Option<&'a Node> {
        let own = resource.node.get("Properties").and_then(|properties| properties.at(path));
        let section = || GLOBALS.iter().find(|(kind, _)| *kind == resource.kind.node).map(|(_, section)| *section);
        own.or_else(|| self.globals.as_ref()?.get(section()?)?.at(path))
            .filter(|node| !is_no_value(node) && !node.is_null())
    }
}

/// `Type` and `Properties` of a SAM resource's events.
pub(super) fn events(resource: &Resource) -> impl Iterator<Item = (&Node, Option<&Node>)> {
    let events = resource.property("Events").map(Node::entries).unwrap_or_default();
    events.iter().filter_map(|event| Some((event.value.get("Type")?, event.value.get("Properties"))))
}

/// `Globals` and a resource's own value: mappings are merged, lists are joined, other values stand instead of the global ones.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
/// (2026-11-28)
fn merged(global: &Node, own: &Node) -> Node {
    let plain = |node: &Node| node.intrinsic().is_none();
    let kind = match (&global.kind, &own.kind) {
        (Kind::Mapping(inherited), Kind::Mapping(entries)) if plain(global) && plain(own) => {
            let mut all = inherited.clone();
            for entry in entries {
                match all.iter_mut().find(|other| other.key.node == entry.key.node) {
                    Some(other) => {
                        *other = Entry { key: entry.key.clone(), value: merged(&other.value, &entry.value) };
                    }
                    None => all.push(entry.clone()),
                }
            }
            Kind::Mapping(all)
        }
        (Kind::Sequence(inherited), Kind::Sequence(items)) if plain(global) && plain(own) => {
            Kind::Sequence(inherited.iter().chain(items).cloned().collect())
        }
        _ => return own.clone(),
    };
    Node { kind, span: own.span, tag: None }
}

fn generated(kind: &str, cause: &str, span: Span) -> MadeResource {
    let (kind, cause) = (kind.to_owned(), cause.to_owned());
    MadeResource { kind, id: LogicalId::Prefix(cause.clone()), cause, span, generated: true, properties: None }
}

fn expand_events(resource: &Resource, made: &mut Vec<MadeResource>) {
    let table = match resource.kind.node.as_str() {
        "AWS::Serverless::Function" => FUNCTION_EVENTS,
        "AWS::Serverless::StateMachine" => STATE_MACHINE_EVENTS,
        _ => return,
    };
    for (kind, properties) in events(resource) {
        let Some((_, rules)) = table.iter().find(|(name, _)| Some(*name) == kind.literal()) else { continue };
        let lookup = |path: &[&str]| properties?.at(path).filter(|node| !is_no_value(node));
        apply(rules, lookup, &resource.id.node, kind.span, made);
    }
}

fn apply<'a>(
    rules: &[Rule],
    lookup: impl Fn(&[&str]) -> Option<&'a Node>,
    id: &str,
    span: Span,
    made: &mut Vec<MadeResource>,
) {
    let is = |path: &[&str], text: &str| {
        let node = lookup(path)?;
        let value = node.literal()?;
        Some(value == text || matches!((node.as_bool(), text), (Some(false), "false")))
    };
    let holds = |when: &When| match when {
        Always => true,
        Has(path) => lookup(path).is_some_and(|node| node.as_bool() != Some(false)),
        Lacks(path) => lookup(path).is_none_or(|node| node.as_bool() == Some(false)),
        Is(path, text) => is(path, text) == Some(true),
        IsNot(path, text) => is(path, text) != Some(true),
    };
    for (conditions, kinds) in rules {
        if conditions.iter().all(holds) {
            made.extend(kinds.iter().map(|kind| generated(kind, id, span)));
        }
    }
}
