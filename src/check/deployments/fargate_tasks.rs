//! E0443: task definitions that AWS Fargate cannot run.

use crate::catalog::Category;
use crate::catalog::fargate::{FargateMemory, LOG_DRIVERS, SIZES};
use crate::catalog::numbers;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::object_forms::is_written_out;
use crate::check::support::task_files::{
    DEFINITION, FARGATE, TaskDefinition, amount, definitions_of, each_task_definition,
};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Value, ValueKind};
use crate::source::Span;
use crate::workspace::document::{Entry, Node, long_form};

pub(super) const RULE: Rule = Rule { name: "fargate-tasks", codes: &[Code::E0443], run: check };

/// The key with the artifacts of images, by placeholder.
const IMAGES: &str = "Image1ArtifactName";

/// The resource type of services.
const SERVICE: &str = "AWS::ECS::Service";

/// The only network mode of Fargate.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html> (2026-11-29)
const NETWORK: &str = "awsvpc";

/// The other network modes. Names that do not exist are reported with the form of the definition.
const OTHERS: [&str; 3] = ["bridge", "host", "none"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_task_definition(subject, |place, root| {
        let pulled = &images_of_ecr(subject, place);
        let task = TaskDefinition { node: root, in_template: false };
        findings.extend(Definition { task, pulled }.faults());
    });
    each_template(subject, findings, |inside, findings| {
        for (_, task) in definitions_of(inside) {
            let definition = Definition { task, pulled: &[] };
            findings.extend(definition.faults().into_iter().chain(definition.sizes_in_map(inside)));
        }
        for (id, properties) in services(inside) {
            findings.extend(service(inside, id, properties));
        }
    });
}

/// Returns the placeholders of a task definition that the action replaces with images of Amazon ECR: those of sources,
/// and those of builds that log in to it.
fn images_of_ecr(subject: &Subject<'_>, place: Place<'_>) -> Vec<String> {
    let Some(ValueKind::Map(entries)) = place.action.value(IMAGES).map(|value| &value.kind) else { return Vec::new() };
    let is_of_ecr = |value: &Value| {
        let ValueKind::Artifact(id) = value.kind else { return false };
        let Some(producer) = place.pipeline.artifacts.get(id).map(|artifact| artifact.producer) else { return false };
        let is_source = place.pipeline.actions.get(producer).is_some_and(|it| it.category == Category::Source);
        let build = subject.action_files.build(place.pipeline_id, producer);
        is_source || build.is_some_and(|build| build.mentions("ecr get-login-password"))
    };
    entries.iter().filter(|(_, value)| is_of_ecr(value)).map(|(name, _)| name.node.clone()).collect()
}

/// Returns the services of a template, without those with computed keys.
fn services(inside: &InsideTemplate) -> impl Iterator<Item = (&str, &Node)> {
    let services = inside.section("Resources").filter(|entry| kind(entry) == Some(SERVICE));
    let properties = services.filter_map(|entry| Some((entry.key.as_str(), entry.value.get("Properties")?)));
    properties.filter(|(_, node)| is_written_out(node))
}

fn kind(entry: &Entry) -> Option<&str> {
    entry.value.get("Type").and_then(Node::literal)
}

/// A task definition, and the placeholders in it that stand for images of Amazon ECR.
struct Definition<'a> {
    task: TaskDefinition<'a>,
    pulled: &'a [String],
}

impl<'a> Definition<'a> {
    fn faults(&self) -> Vec<Diagnostic> {
        let Some(place) = self.task.is_for(FARGATE).filter(|_| is_written_out(self.task.node)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        match self.task.get("networkMode") {
            None => found.push(self.no_network(place)),
            Some(mode) if mode.literal().is_some_and(|mode| OTHERS.contains(&mode)) => {
                found.push(self.other_network(mode));
            }
            Some(_) => {}
        }
        let missing: Vec<String> =
            ["cpu", "memory"].iter().filter(|key| self.task.get(key).is_none()).map(|key| self.task.key(key)).collect();
        if missing.is_empty() {
            found.extend(self.size());
        } else {
            found.push(no_size(&missing, place));
        }
        found.extend(self.log_drivers());
        found.extend(self.without_role(place));
        found
    }

    /// Checks whether Fargate has the size.
    fn size(&self) -> Option<Diagnostic> {
        self.fits(self.task.get("cpu")?, self.task.get("memory")?)
    }

    fn fits(&self, cpu: &Node, memory: &Node) -> Option<Diagnostic> {
        let Some(units) = amount(cpu.literal()?, "vCPU") else { return no_amount(cpu, "vCPU") };
        let Some(size) = SIZES.iter().find(|size| size.cpu == units) else {
            return Some(self.no_such_cpu(cpu.literal()?, cpu.span));
        };
        let Some(given) = amount(memory.literal()?, "GB") else { return no_amount(memory, "GB") };
        (!size.memory.has(given)).then(|| self.no_such_memory(units, given, memory.span, &size.memory))
    }

    /// Checks the sizes that a mapping of the template has for each of its keys.
    fn sizes_in_map(&self, inside: &InsideTemplate) -> Vec<Diagnostic> {
        let row = |node: &'a Node| {
            let call = node.intrinsic().filter(|call| call.name == "Fn::FindInMap")?;
            let [map, key, column] = call.argument.items() else { return None };
            Some((map.literal()?, long_form(key), column.literal()?, node.span))
        };
        let of = |key: &str| self.task.get(key).and_then(row);
        let (Some(cpu), Some(memory), Some(_)) = (of("cpu"), of("memory"), self.task.is_for(FARGATE)) else {
            return Vec::new();
        };
        let Some(map) = inside.section("Mappings").find(|map| map.key.node == cpu.0) else { return Vec::new() };
        if (cpu.0, &cpu.1) != (memory.0, &memory.1) {
            return Vec::new();
        }
        let size = |Entry { value, .. }: &Entry| {
            let (cpu, given) = (value.get(cpu.2)?, value.get(memory.2)?);
            let found = self.fits(cpu, given)?;
            Some(found.label(memory.3, "used here"))
        };
        map.value.entries().iter().filter_map(size).collect()
    }

    /// Returns the name of the log driver of a container.
    fn log_driver(&self, container: &'a Node) -> Option<&'a Node> {
        container.get(&self.task.key("logConfiguration"))?.get(&self.task.key("logDriver"))
    }

    fn log_drivers(&self) -> Vec<Diagnostic> {
        let drivers = self.task.containers().filter_map(|container| self.log_driver(container));
        let other = drivers.filter_map(|node| Some((node.literal()?, node.span)));
        other.filter(|(name, _)| !LOG_DRIVERS.contains(name)).map(|(name, place)| other_driver(name, place)).collect()
    }

    fn is_of_ecr(&self, image: &Node) -> bool {
        let placeholder = image.literal().and_then(|text| text.strip_prefix('<')?.strip_suffix('>'));
        mentions(image, ".dkr.ecr.") || placeholder.is_some_and(|name| self.pulled.iter().any(|known| known == name))
    }

    /// Checks for what only an execution role can do before the containers start.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html> (2026-11-29)
    fn without_role(&self, place: Span) -> Option<Diagnostic> {
        if self.task.get("executionRoleArn").is_some() {
            return None;
        }
        let of_container = |container: &'a Node| {
            let image = container.get(&self.task.key("image")).filter(|image| self.is_of_ecr(image));
            let logs = self.log_driver(container).filter(|driver| driver.literal() == Some("awslogs"));
            let secrets = container.get(&self.task.key("secrets")).filter(|secrets| !secrets.items().is_empty());
            let reasons = [
                (image, "Amazon ECS needs the role to pull this image"),
                (logs, "Amazon ECS needs the role to write these logs"),
                (secrets, "Amazon ECS needs the role to read these secrets"),
            ];
            reasons.into_iter().find_map(|(node, reason)| Some((node?.span, reason)))
        };
        let (reason, label) = self.task.containers().find_map(of_container)?;
        let key = self.task.key("executionRoleArn");
        let message = format!("task definition for AWS Fargate has no `{key}`");
        let found = Diagnostic::new(Code::E0443, message, reason, label).label(place, "runs on AWS Fargate");
        Some(found.help(format!("add `{key}` with the ARN of a role that Amazon ECS can assume")))
    }

    /// A definition without a network mode.
    fn no_network(&self, place: Span) -> Diagnostic {
        let key = self.task.key("networkMode");
        Diagnostic::new(Code::E0443, format!("task definition for AWS Fargate has no `{key}`"), place, "")
            .note("Amazon ECS rejects it: \"Fargate only supports network mode \'awsvpc\'\"")
            .help(format!("add `{}`", self.task.pair("networkMode", NETWORK)))
    }

    /// A network mode that Fargate does not have.
    fn other_network(&self, mode: &Node) -> Diagnostic {
        let message = format!("AWS Fargate has no network mode `{}`", mode.literal().unwrap_or_default());
        Diagnostic::new(Code::E0443, message, mode.span, "")
            .note("Amazon ECS rejects it: \"Fargate only supports network mode \'awsvpc\'\"")
            .help(format!("write `{NETWORK}`"))
            .edit(mode.span, if self.task.in_template { NETWORK.to_owned() } else { format!("\"{NETWORK}\"") })
    }

    /// CPU units that Fargate does not have.
    fn no_such_cpu(&self, cpu: &str, place: Span) -> Diagnostic {
        let sizes: Vec<String> = SIZES.iter().map(|size| size.cpu.to_string()).collect();
        Diagnostic::new(Code::E0443, format!("AWS Fargate has no tasks with {cpu} CPU units"), place, REJECTED)
            .help(format!("set `{}` to {}", self.task.key("cpu"), wording::or_list(sizes.iter().map(String::as_str))))
    }

    /// Memory that Fargate does not have for a number of CPU units.
    fn no_such_memory(&self, cpu: u32, memory: u32, place: Span, known: &FargateMemory) -> Diagnostic {
        let message = format!("AWS Fargate has no task size with {cpu} CPU units and {memory} MiB of memory");
        let values = match known {
            FargateMemory::Only(sizes) => {
                let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
                wording::or_list(sizes.iter().map(String::as_str)) + ", in MiB"
            }
            FargateMemory::Range(least, most, step) => {
                format!("a value from {least} to {most} MiB, in steps of {step} MiB")
            }
        };
        Diagnostic::new(Code::E0443, message, place, REJECTED)
            .help(format!("set `{}` to {values}", self.task.key("memory")))
    }
}

/// The label of a size that does not exist.
const REJECTED: &str = "Amazon ECS rejects the task definition";

/// Returns whether a string, or one in the arguments of a function, contains a text.
fn mentions(node: &Node, part: &str) -> bool {
    node.text().is_some_and(|text| text.contains(part))
        || node.items().iter().any(|item| mentions(item, part))
        || node.entries().iter().any(|entry| mentions(&entry.value, part))
}

/// Reports a size in another unit, such as `2 G`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-30)
fn no_amount(size: &Node, large: &str) -> Option<Diagnostic> {
    let text = size.literal()?;
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim();
    let unit = text.strip_prefix(number)?.trim();
    if numbers::number(number).is_none() || unit.is_empty() || unit.eq_ignore_ascii_case(large) {
        return None;
    }
    let found = Diagnostic::new(Code::E0443, format!("`{text}` is not a size of a task"), size.span, REJECTED);
    // `2048 MB` has a number in the small unit.
    let is_small = unit.to_ascii_lowercase().starts_with('m');
    Some(found.help(if is_small { format!("write `{number}`") } else { format!("write `{number} {large}`") }))
}

/// Checks a service that runs on Fargate.
fn service(inside: &InsideTemplate, name: &str, service: &Node) -> Vec<Diagnostic> {
    let Some(definition) = service.get("TaskDefinition") else { return Vec::new() };
    let named = definition.referred();
    let resource = named.as_deref().and_then(|id| inside.section("Resources").find(|entry| entry.key.node == id));
    let of_kind = resource.filter(|entry| kind(entry) == Some(DEFINITION));
    let Some((id, properties)) = of_kind.and_then(|entry| Some((&entry.key, entry.value.get("Properties")?))) else {
        return Vec::new();
    };
    let task = TaskDefinition { node: properties, in_template: true };
    if !is_written_out(properties) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let launch = service.get("LaunchType").filter(|launch| launch.literal() == Some(FARGATE));
    let types = task.get("requiresCompatibilities");
    let all_known =
        types.is_none_or(|types| types.intrinsic().is_none() && types.items().iter().all(|it| it.literal().is_some()));
    if let Some(launch) = launch.filter(|_| all_known && task.is_for(FARGATE).is_none()) {
        found.push(not_for_fargate(&id.node, launch.span, types.map_or(id.span, |types| types.span)));
    }
    let is_vpc = task.get("networkMode").filter(|mode| mode.literal() == Some(NETWORK));
    if let Some(mode) = is_vpc.filter(|_| launch.is_some() && service.get("NetworkConfiguration").is_none()) {
        found.push(no_subnets(name, definition.span, mode.span));
    }
    found
}

/// A definition without a size.
fn no_size(missing: &[String], place: Span) -> Diagnostic {
    let keys = wording::and_list(missing.iter().map(String::as_str));
    Diagnostic::new(Code::E0443, format!("task definition for AWS Fargate has no {keys}"), place, "")
        .note("Amazon ECS rejects it: on AWS Fargate, the size belongs to the task, not only to its containers")
        .help(format!("add {keys} next to the containers"))
}

/// A log driver that Fargate does not have.
fn other_driver(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, format!("AWS Fargate has no log driver `{name}`"), place, "")
        .help(format!("use {}", wording::or_list(LOG_DRIVERS)))
}

/// A service on Fargate whose task definition is not for Fargate.
fn not_for_fargate(task: &str, launch: Span, place: Span) -> Diagnostic {
    let message = format!("task definition `{task}` is not for AWS Fargate");
    Diagnostic::new(Code::E0443, message, place, "")
        .label(launch, "this service runs it on AWS Fargate")
        .note("the deployment would fail with \"Task definition does not support launch_type FARGATE\"")
        .help(format!("add `{FARGATE}` to its `RequiresCompatibilities`"))
}

/// A service without the subnets that the network mode of its tasks needs.
fn no_subnets(service: &str, place: Span, mode: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, format!("service `{service}` has no `NetworkConfiguration`"), place, "")
        .label(mode, "tasks with this network mode need it")
        .note(
            "the deployment would fail with \"Network Configuration must be provided when networkMode \'awsvpc\' is specified\"",
        )
        .help("add `NetworkConfiguration` with the subnets and security groups of the tasks")
}
