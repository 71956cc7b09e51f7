//! E0466: queues and event source mappings that Amazon SQS or AWS Lambda rejects although each value is valid by itself.
//! W0466: queues whose messages reappear while a function still processes them.

use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "queue-settings", codes: &[Code::E0466, Code::W0466], run: check };

/// The suffix of the names of FIFO queues and topics.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html> and
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html> (2026-11-30)
const FIFO: &str = ".fifo";

/// The types with such names, and the properties for the name and for being FIFO.
const NAMED: [(&str, &str, &str, &str); 2] =
    [("AWS::SQS::Queue", "QueueName", "FifoQueue", "queue"), ("AWS::SNS::Topic", "TopicName", "FifoTopic", "topic")];

const QUEUE: &str = "AWS::SQS::Queue";
const MAPPING: &str = "AWS::Lambda::EventSourceMapping";
const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// The keys of a redrive policy, in which the limit is needed beside the queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html> (2026-11-30)
const REDRIVE: [&str; 2] = ["deadLetterTargetArn", "maxReceiveCount"];

/// Defaults in seconds: how long a message stays hidden, and how long a function may run.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html> and
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html> (2026-11-30)
const HIDDEN: u32 = 30;
const RUNS: u32 = 3;

/// The largest batch of a FIFO queue, and that of a standard queue without a batching window.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html> (2026-11-30)
const BATCH: u32 = 10;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            findings.extend(name(inside, resource));
            if resource.kind.node == QUEUE {
                findings.extend(redrive(inside, resource));
            }
            for source in sources(resource) {
                findings.extend(batch(inside, &source));
                findings.extend(hidden(inside, &source));
            }
        }
    });
}

/// Returns whether a queue or a topic is FIFO, if that is known.
fn is_fifo(resource: &Resource, property: &str) -> Option<bool> {
    resource.property(property).map_or(Some(false), Node::as_bool)
}

/// Checks the name of a queue or a topic.
fn name(inside: &InsideTemplate, resource: &Resource) -> Option<Diagnostic> {
    let (_, name, property, word) = NAMED.iter().find(|(kind, ..)| *kind == resource.kind.node)?;
    let node = resource.property(name)?;
    let substituted = || node.intrinsic().filter(|call| call.name == "Fn::Sub").and_then(|call| call.argument.text());
    let text = node.literal().or_else(substituted)?;
    // The end of the name may be a parameter.
    let last = text.strip_suffix('}').and_then(|text| text.rsplit_once("${")).map(|(_, name)| name);
    let values = last.and_then(|name| inside.template.parameter(name)).map(|parameter| &parameter.allowed_values);
    let is_plain = values.is_some_and(|all| !all.is_empty() && !all.iter().any(|value| value.node.ends_with(FIFO)));
    let is_open = text.ends_with('}') && !is_plain;
    match is_fifo(resource, property)? {
        false if text.ends_with(FIFO) => Some(fifo_name(&resource.id.node, word, property, node.span)),
        true if !text.ends_with(FIFO) && !is_open => {
            let set = resource.property(property).map_or(node.span, |set| set.span);
            Some(plain_name(&resource.id.node, word, node.span, set))
        }
        _ => None,
    }
}

/// Checks the dead-letter queue of a queue.
fn redrive(inside: &InsideTemplate, resource: &Resource) -> Option<Diagnostic> {
    let Entry { key, value: policy } = resource.property_entry("RedrivePolicy")?;
    if policy.intrinsic().is_some() || policy.entries().is_empty() {
        return None;
    }
    if let Some(missing) = REDRIVE.iter().find(|key| policy.get(key).is_none()) {
        let unknown = policy.entries().iter().filter(|entry| !REDRIVE.contains(&entry.key.as_str()));
        let meant = unknown.into_iter().find(|entry| similar(&entry.key.node, [*missing]).is_some());
        return Some(no_redrive_key(missing, meant.map(|entry| &entry.key), key));
    }
    let target = policy.get("deadLetterTargetArn")?;
    let dead = inside.template.resource(&target.referred()?).filter(|dead| dead.kind.node == QUEUE)?;
    let (own, other) = (is_fifo(resource, "FifoQueue")?, is_fifo(dead, "FifoQueue")?);
    (own != other).then(|| other_kind(resource, dead, own, target.span))
}

/// The queue and the function of an event source mapping.
struct Source<'a> {
    queue: String,
    function: String,
    /// The properties of the mapping, or of the event.
    properties: &'a Node,
    place: Span,
}

/// Returns the event sources that are queues, as far as the mapping says so.
fn sources(resource: &Resource) -> Vec<Source<'_>> {
    let Some(properties) = resource.node.get("Properties") else { return Vec::new() };
    if resource.kind.node == MAPPING {
        let referred = |name: &str| properties.get(name)?.referred();
        let place = properties.entry("EventSourceArn").map_or(resource.id.span, |entry| entry.key.span);
        let both = referred("EventSourceArn").zip(referred("FunctionName"));
        return both.map(|(queue, function)| Source { queue, function, properties, place }).into_iter().collect();
    }
    let events = properties.get("Events").filter(|_| resource.kind.node == "AWS::Serverless::Function");
    events.map_or(&[][..], Node::entries).iter().filter_map(|event| of_event(resource, event)).collect()
}

/// Returns the source of an event of a SAM function.
fn of_event<'a>(function: &Resource, Entry { key, value }: &'a Entry) -> Option<Source<'a>> {
    let properties = value.get("Properties").filter(|_| value.get("Type").and_then(Node::literal) == Some("SQS"))?;
    let queue = properties.get("Queue")?.referred()?;
    Some(Source { queue, function: function.id.node.clone(), properties, place: key.span })
}

/// Checks the size of the batches.
fn batch(inside: &InsideTemplate, source: &Source<'_>) -> Option<Diagnostic> {
    let queue = inside.template.resource(&source.queue).filter(|queue| queue.kind.node == QUEUE)?;
    let size = source.properties.get("BatchSize")?;
    number(size).filter(|size| *size > BATCH)?;
    if is_fifo(queue, "FifoQueue")? {
        return Some(fifo_batch(&queue.id, size.span));
    }
    let window = source.properties.get("MaximumBatchingWindowInSeconds");
    let is_missing = window.is_none_or(|window| number(window) == Some(0));
    is_missing.then(|| no_window(size.span, window.map(|window| window.span)))
}

/// Checks that messages stay hidden while the function runs.
fn hidden(inside: &InsideTemplate, source: &Source<'_>) -> Option<Diagnostic> {
    let queue = inside.template.resource(&source.queue).filter(|queue| queue.kind.node == QUEUE)?;
    let function = inside.template.resource(&source.function);
    let function = function.filter(|function| FUNCTIONS.contains(&function.kind.node.as_str()))?;
    let set = queue.property("VisibilityTimeout");
    let runs = inside.template.inherited(function, &["Timeout"]);
    let (hidden, most) = (set.map_or(Some(HIDDEN), number)?, runs.map_or(Some(RUNS), number)?);
    let place = set.map_or(queue.id.span, |set| set.span);
    let timeout = runs.map_or(function.id.span, |runs| runs.span);
    (hidden < most)
        .then(|| too_short(&queue.id.node, &function.id.node, (hidden, most), (place, timeout, source.place)))
}

/// Returns a literal number.
fn number(node: &Node) -> Option<u32> {
    node.literal()?.trim().parse().ok()
}

/// The name of a FIFO queue for a standard one.
fn fifo_name(id: &str, word: &str, property: &str, place: Span) -> Diagnostic {
    let message = format!("{word} `{id}` is a standard {word}, whose name cannot end with `.fifo`");
    Diagnostic::new(Code::E0466, message, place, "").help(format!("add `{property}: true`, or remove `.fifo`"))
}

/// The name of a standard queue for a FIFO one.
fn plain_name(id: &str, word: &str, place: Span, set: Span) -> Diagnostic {
    let message = format!("{word} `{id}` is a FIFO {word}, whose name must end with `.fifo`");
    Diagnostic::new(Code::E0466, message, place, "").label(set, format!("FIFO {word}")).help("add `.fifo` to the name")
}

/// A redrive policy without one of its keys.
fn no_redrive_key(key: &str, meant: Option<&Spanned<String>>, policy: &Spanned<String>) -> Diagnostic {
    let message = format!("`RedrivePolicy` needs `{key}`");
    match meant {
        Some(written) => {
            Diagnostic::new(Code::E0466, message, written.span, "unknown key").suggest(written.span, Some(key))
        }
        None => Diagnostic::new(Code::E0466, message, policy.span, "").help(format!("add `{key}`")),
    }
}

/// A dead-letter queue of the other kind.
fn other_kind(queue: &Resource, dead: &Resource, is_fifo: bool, place: Span) -> Diagnostic {
    let [own, other] = if is_fifo { ["FIFO", "standard"] } else { ["standard", "FIFO"] };
    let (queue, id) = (&queue.id.node, &dead.id.node);
    let message = format!("dead-letter queue `{id}` is a {other} queue, but `{queue}` is a {own} queue");
    let set = dead.property("FifoQueue").map(|set| (set.span, "FIFO queue"));
    let help = if is_fifo { "add `FifoQueue: true` to" } else { "remove `FifoQueue` from" };
    Diagnostic::new(Code::E0466, message, place, "both must be of the same kind")
        .labels(set)
        .help(format!("{help} `{id}`"))
}

/// A batch of a FIFO queue that is too large.
fn fifo_batch(queue: &Spanned<String>, place: Span) -> Diagnostic {
    let message = format!("`{}` is a FIFO queue, whose batches have at most {BATCH} messages", queue.node);
    Diagnostic::new(Code::E0466, message, place, "").label(queue.span, "the queue").suggest(place, Some("10"))
}

/// A large batch without the window that it needs.
fn no_window(place: Span, window: Option<Span>) -> Diagnostic {
    let message = format!("a batch of more than {BATCH} messages needs a batching window");
    Diagnostic::new(Code::E0466, message, place, "")
        .labels(window.map(|window| (window, "at least 1")))
        .help_in(|notation| format!("add `{}`, or more", notation.entry("MaximumBatchingWindowInSeconds", "1")))
}

/// Messages that reappear too early.
fn too_short(queue: &str, function: &str, (hidden, runs): (u32, u32), places: (Span, Span, Span)) -> Diagnostic {
    let (place, timeout, source) = places;
    let message = format!("messages of `{queue}` reappear before `{function}` times out");
    Diagnostic::new(Code::W0466, message, place, format!("hidden for {hidden} s"))
        .label(timeout, format!("runs for up to {runs} s"))
        .label(source, "receives the messages")
        .note(format!(
            "creating the event source mapping fails with \"Queue visibility timeout: {hidden} seconds is less than Function \
             timeout: {runs} seconds\""
        ))
        .help(format!("set `VisibilityTimeout` to at least {runs}; AWS recommends {}", runs.saturating_mul(6)))
}
