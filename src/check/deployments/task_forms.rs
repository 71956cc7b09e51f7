//! E0443, W0443: parts of a task definition that Amazon ECS rejects: keys and values of another form, incomplete log
//! options, and names, ports, volumes, and memory that do not fit.

use crate::catalog::nested_properties::{ObjectForm, TASK_DEFINITION, object_forms};
use crate::catalog::numbers::number;
use crate::catalog::regions;
use crate::catalog::resource_properties::{NumberLimits, PropertyShape, ResourceProperty};
use crate::catalog::task_parts::{ARNS, ArnPart, LimitedPart, NOT_IN_VPC, NOT_ON_FARGATE, UnsupportedValue};
use crate::check::support::object_forms::{each_object, is_written_out, meant};
use crate::check::support::task_files::{FARGATE, TaskDefinition, amount, each_written_task};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, Style};

pub(super) const RULE: Rule = Rule { name: "task-forms", codes: &[Code::E0443, Code::W0443], run: check };

/// The key of the containers.
const CONTAINERS: &str = "containerDefinitions";

/// The options that the log driver `awslogs` needs, and the one that it needs on AWS Fargate.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html> (2026-11-30)
const OF_LOGS: [&str; 2] = ["awslogs-group", REGION];
const REGION: &str = "awslogs-region";
const ON_FARGATE: &str = "awslogs-stream-prefix";

/// The maximum length of the name of a family or container.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-30)
const LONGEST: usize = 255;

/// The keys of a task that are strings, but often written as numbers.
const SIZES: [&str; 2] = ["cpu", "memory"];

/// How the command of a health check starts. `NONE` is Docker's.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html> (2026-11-30)
const OF_HEALTH_CHECK: [&str; 3] = ["CMD", "CMD-SHELL", "NONE"];

/// The label of what Amazon ECS rejects.
const REJECTED: &str = "Amazon ECS rejects the task definition";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_written_task(subject, |task, label| {
        let form = if task.in_template { Vec::new() } else { other_forms(task.node) };
        let limited = limited(&task);
        let is_inside = |found: &Diagnostic| limited.iter().any(|(value, _)| value.covers(found.primary.span));
        let form = form.into_iter().filter(|found| !is_inside(found)).collect::<Vec<_>>();
        let limited = limited.into_iter().map(|(_, found)| found);
        let found = form.into_iter().chain(limited).chain(parts(&task)).chain(memory(&task));
        findings.extend(found.map(|diagnostic| diagnostic.labels(label)));
    });
}

/// Compares a file with the form of the request that registers it. The form of resources is checked with all templates.
fn other_forms(root: &Node) -> Vec<Diagnostic> {
    let Some(forms) = object_forms(TASK_DEFINITION) else { return Vec::new() };
    let mut found = Vec::new();
    each_object(&forms, ("", None), root, &mut |form, object| found.extend(other_form(form, object)));
    found
}

fn other_form(form: &ObjectForm, object: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let is_missing = |property: &&ResourceProperty| object.get(property.name).is_none();
    let mut named: Vec<&str> = Vec::new();
    for Entry { key, value } in object.entries() {
        if let Some(property) = form.properties.iter().find(|property| property.name == key.node) {
            let is_size = form.path.is_empty() && SIZES.contains(&property.name);
            found.extend(
                other_value(property, key, value).or_else(|| unquoted(property, key, value).filter(|_| !is_size)),
            );
            continue;
        }
        // Descriptions of registered definitions have more keys, which are ignored.
        let near = meant(form, object, &key.node);
        named.extend(near);
        let is_reported = near == Some(CONTAINERS) && form.path.is_empty();
        found.extend(near.filter(|_| !is_reported).map(|near| misspelled_key(key, near)));
    }
    // The rule about the whole definition reports what its top level lacks.
    let is_named = |property: &&ResourceProperty| property.required || needs_name(form, property);
    let missing = form.properties.iter().filter(is_missing).find(is_named).filter(|_| !form.path.is_empty());
    let missing = missing.filter(|property| !named.contains(&property.name)).zip(object.entries().first());
    found.extend(missing.map(|(property, first)| lacks_key(form, property.name, first.key.span)));
    found
}

/// Returns whether a container needs a property that the model of the request does not require.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html> (2026-11-30)
fn needs_name(form: &ObjectForm, property: &ResourceProperty) -> bool {
    form.path == CONTAINERS && matches!(property.name, "name" | "image")
}

/// Checks the type of a value, and whether it is one of those that are listed.
fn other_value(property: &ResourceProperty, key: &Spanned<String>, value: &Node) -> Option<Diagnostic> {
    let text = value.scalar();
    if is_filled_in(value) || value.is_null() {
        return None;
    }
    match (property.shape, text) {
        (Some(PropertyShape::List), Some(_)) => Some(not_a_list(key)),
        (Some(PropertyShape::List), None) if !value.entries().is_empty() => Some(not_a_list(key)),
        (Some(PropertyShape::List), None) => value.items().iter().find_map(|item| unlisted(property, key, item)),
        (Some(PropertyShape::Object), None) if value.items().is_empty() => None,
        (Some(PropertyShape::Text) | None, None) if value.items().is_empty() && value.entries().is_empty() => None,
        (Some(PropertyShape::Object), _) => Some(other_type(key, PropertyShape::Object.words(), value)),
        (Some(shape), None) => Some(other_type(key, shape.words(), value)),
        (None, None) => None,
        (Some(PropertyShape::Text) | None, Some(_)) => unlisted(property, key, value),
        (Some(shape), Some(scalar)) => {
            let is_number = number(&scalar.text).is_some();
            let is_boolean = matches!(scalar.text.as_str(), "true" | "false");
            let fits = if shape == PropertyShape::Number { is_number } else { is_boolean };
            match (fits, scalar.style == Style::Plain) {
                (true, true) => out_of_range(property, key, value),
                (true, false) => Some(quoted(key, shape.words(), &scalar.text, value.span)),
                (false, _) => Some(other_type(key, shape.words(), value)),
            }
        }
    }
}

/// Reports a number or a boolean instead of a string.
fn unquoted(property: &ResourceProperty, key: &Spanned<String>, value: &Node) -> Option<Diagnostic> {
    let scalar =
        value.scalar().filter(|scalar| scalar.style == Style::Plain && property.shape == Some(PropertyShape::Text))?;
    if is_filled_in(value) || value.is_null() {
        return None;
    }
    let is_other = number(&scalar.text).is_some() || matches!(scalar.text.as_str(), "true" | "false");
    is_other.then(|| quoted(key, "a string", &format!("\"{}\"", scalar.text), value.span))
}

/// Reports a number outside of the limits of a key.
fn out_of_range(property: &ResourceProperty, key: &Spanned<String>, value: &Node) -> Option<Diagnostic> {
    let (limits, given): (NumberLimits, f64) = property.limits().zip(number(value.literal()?))?;
    (!limits.allow(given)).then(|| {
        let message = format!("`{}` cannot be {given}", key.node);
        Diagnostic::new(Code::E0443, message, value.span, REJECTED).help(format!("write {}", limits.near(given)))
    })
}

/// Returns whether a value has a placeholder that a command may replace.
fn is_filled_in(value: &Node) -> bool {
    value.text().is_some_and(|text| text.contains(['<', '$', '{', '%', '@']))
}

/// Reports a value that is not one of those that a key takes.
fn unlisted(property: &ResourceProperty, key: &Spanned<String>, value: &Node) -> Option<Diagnostic> {
    let text = value.literal().filter(|_| !is_filled_in(value))?;
    if property.values().next().is_none() || property.values().any(|known| known == text) {
        return None;
    }
    let message = match key.as_str() {
        "requiresCompatibilities" => format!("`{text}` is not a launch type"),
        key => format!("`{text}` is not a value of `{key}`"),
    };
    let found = Diagnostic::new(Code::E0443, message, value.span, REJECTED);
    Some(match similar(text, property.values()) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("write {}", wording::or_list(property.values()))),
    })
}

/// Checks the parts of a definition that must fit each other.
fn parts(task: &TaskDefinition<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(task.get("family").and_then(|name| other_name("family", name)));
    let on_fargate = task.is_for(FARGATE).is_some();
    let shares_port = task.get("networkMode").and_then(Node::literal) == Some("awsvpc");
    let volumes: Option<Vec<&str>> = task
        .list(task.node, "volumes")
        .and_then(|list| list.iter().map(|volume| task.of(volume, "name")?.literal()).collect());
    found.extend(without_essential(task));
    found.extend(ARNS.iter().flat_map(|part| other_arns(task, part)));
    let checks = task.entries("containerDefinitions.healthCheck.command");
    found.extend(checks.into_iter().filter_map(|command| health_check(task, &command.value)));
    let limits = task.entries("containerDefinitions.ulimits").into_iter().flat_map(|limits| limits.value.items());
    found.extend(limits.filter_map(|limit| above_hard_limit(task, limit)));
    for container in task.containers().filter(|container| is_written_out(container)) {
        found.extend(task.of(container, "name").and_then(|name| other_name("container", name)));
        found.extend(task.of(container, "logConfiguration").and_then(|logs| log_options(task, logs, on_fargate)));
        found.extend(set_twice(task, container));
        for ports in task.list(container, "portMappings").unwrap_or_default() {
            found.extend(ports_differ(task, ports).filter(|_| shares_port));
        }
        for mount in task.list(container, "mountPoints").unwrap_or_default() {
            let volume = task.of(mount, "sourceVolume").and_then(Node::spanned).zip(volumes.as_ref());
            found.extend(volume.and_then(|(name, volumes)| no_volume(&name, volumes)));
        }
    }
    found
}

/// Reports a secret with the name of a variable or of another secret.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>, and the message in
/// <https://github.com/dagster-io/dagster/issues/11622> (2026-11-30)
fn set_twice(task: &TaskDefinition<'_>, container: &Node) -> Option<Diagnostic> {
    let names = |key: &str| -> Vec<Spanned<String>> {
        let list = task.list(container, key).unwrap_or_default().iter();
        list.filter_map(|item| task.of(item, "name")?.spanned()).collect()
    };
    let (variables, secrets) = (names("environment"), names("secrets"));
    secrets.iter().enumerate().find_map(|(at, secret)| {
        let mut others = variables.iter().chain(secrets.iter().take(at));
        let first = others.find(|other| other.node == secret.node)?;
        let message = format!("variable `{}` of the container is set twice", secret.node);
        let found = Diagnostic::new(Code::E0443, message, secret.span, REJECTED).label(first.span, "the first one");
        Some(found.help("remove one of them"))
    })
}

/// Reports containers of which none is essential.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html> (2026-11-30)
fn without_essential(task: &TaskDefinition<'_>) -> Option<Diagnostic> {
    let is_other = |container: &Node| {
        let value = task.of(container, "essential").filter(|_| is_written_out(container));
        value.and_then(Node::as_bool) == Some(false)
    };
    let mut containers = task.containers().peekable();
    let first = task.of(containers.peek()?, "essential")?.span;
    containers.all(is_other).then(|| {
        Diagnostic::new(Code::E0443, "no container is essential", first, REJECTED)
            .help(format!("write `true` for the container that the task needs, or remove `{}`", task.key("essential")))
    })
}

/// Reports the parts that the task cannot have where it runs, or with its network mode, each with the span of its value.
fn limited(task: &TaskDefinition<'_>) -> Vec<(Span, Diagnostic)> {
    let mut found: Vec<(Span, Diagnostic)> = Vec::new();
    let mode = task.get("networkMode").filter(|mode| mode.literal() == Some("awsvpc")).map(|mode| mode.span);
    let kinds: [(Option<Span>, &[LimitedPart], [&str; 2]); 2] = [
        (task.is_for(FARGATE), &NOT_ON_FARGATE, ["AWS Fargate", "runs on AWS Fargate"]),
        (mode, &NOT_IN_VPC, ["network mode `awsvpc`", "the mode of the task"]),
    ];
    for (place, parts, [kind, label]) in kinds {
        let Some(place) = place else { continue };
        for part in parts {
            for Entry { key, value } in task.entries(part.path) {
                let refused =
                    refused(part.refused, value).filter(|_| found.iter().all(|(seen, _)| *seen != value.span));
                found.extend(
                    refused.map(|other| (value.span, not_here(part.refused, key, other, kind).label(place, label))),
                );
            }
        }
    }
    found
}

/// Returns what a task cannot have of the value of a part.
fn refused(refused: UnsupportedValue, value: &Node) -> Option<&Node> {
    let is_empty = value.items().is_empty() && value.entries().is_empty();
    if value.intrinsic().is_some() || value.is_null() || is_filled_in(value) {
        return None;
    }
    let text = value.literal();
    let is_refused = match refused {
        UnsupportedValue::Any => !is_empty || text.is_some_and(|text| !text.is_empty()),
        UnsupportedValue::Value(known) => text == Some(known),
        UnsupportedValue::Above(most) => text.and_then(number).is_some_and(|number| number > f64::from(most)),
        UnsupportedValue::Other(known) => {
            let is_other = |item: &&Node| {
                let name = item.literal().filter(|_| !is_filled_in(item));
                name.is_some_and(|name| name.trim_start_matches("CAP_") != known)
            };
            return value.items().iter().find(is_other);
        }
    };
    is_refused.then_some(value)
}

/// Reports the ARNs of something else.
fn other_arns(task: &TaskDefinition<'_>, part: &ArnPart) -> Vec<Diagnostic> {
    let other = |Entry { key, value }: &Entry| {
        let text = value.literal().filter(|text| text.starts_with("arn:") && !is_filled_in(value))?;
        let mut parts = text.splitn(6, ':').skip(2);
        let service = parts.next()?;
        let resource = parts.nth(2).unwrap_or_default();
        let fits = |(of, start): &(&str, &str)| *of == service && resource.starts_with(start);
        (!part.of.iter().any(fits)).then(|| other_arn(key, part, value.span))
    };
    task.entries(part.path).into_iter().filter_map(other).collect()
}

/// Reports the command of a health check that does not say how it runs.
fn health_check(task: &TaskDefinition<'_>, command: &Node) -> Option<Diagnostic> {
    let first = command.items().first()?;
    let text = first.literal().filter(|text| !OF_HEALTH_CHECK.contains(text) && !is_filled_in(first))?;
    let word = if text.contains(' ') { "CMD-SHELL" } else { "CMD" };
    let word = if task.in_template { word.to_owned() } else { format!("\"{word}\"") };
    let message = "the command of a health check must start with `CMD` or `CMD-SHELL`";
    Some(Diagnostic::new(Code::E0443, message, first.span, REJECTED).help(format!("add `{word}` before it")))
}

/// Reports a soft limit above the hard limit. Negative numbers mean no limit.
fn above_hard_limit(task: &TaskDefinition<'_>, limit: &Node) -> Option<Diagnostic> {
    let of = |key: &str| Some((task.of(limit, key)?, number(task.of(limit, key)?.literal()?)?));
    let ((soft, given), (hard, most)) = of("softLimit").zip(of("hardLimit"))?;
    (most >= 0.0 && (given > most || given < 0.0)).then(|| {
        let message = format!("soft limit {given} is above hard limit {most}");
        Diagnostic::new(Code::E0443, message, soft.span, "the container would not start")
            .label(hard.span, "the hard limit")
            .help(format!("set `{}` to at most {most}", task.key("softLimit")))
    })
}

/// A part that the task cannot have. `kind` is what refuses it.
fn not_here(refused: UnsupportedValue, key: &Spanned<String>, value: &Node, kind: &str) -> Diagnostic {
    let text = value.literal().unwrap_or_default();
    let is_whole = matches!(refused, UnsupportedValue::Any | UnsupportedValue::Value("true"));
    let message = match refused {
        _ if is_whole => format!("{kind} does not support `{}`", key.node),
        UnsupportedValue::Above(_) => format!("`{}` cannot be {text} on {kind}", key.node),
        _ => format!("{kind} does not support `{text}` for `{}`", key.node),
    };
    let found = Diagnostic::new(Code::E0443, message, if is_whole { key.span } else { value.span }, "");
    match refused {
        UnsupportedValue::Above(most) => found.help(format!("write at most {most}")),
        _ if is_whole => found.help(format!("remove `{}`", key.node)),
        _ => found.help(format!("remove `{text}`")),
    }
}

/// The ARN of something else.
fn other_arn(key: &Spanned<String>, part: &ArnPart, place: Span) -> Diagnostic {
    let message = format!("`{}` is not the ARN of {}", key.node, part.what);
    let forms = part.of.iter().map(|(service, start)| match *service {
        "iam" => format!("arn:aws:iam::<account>:{start}<name>"),
        "s3" => "arn:aws:s3:::<bucket>/<key>".to_owned(),
        service => format!("arn:aws:{service}:<region>:<account>:{start}<name>"),
    });
    let forms: Vec<String> = forms.collect();
    Diagnostic::new(Code::E0443, message, place, REJECTED)
        .help(format!("write an ARN of the form {}", wording::or_list(forms.iter().map(String::as_str))))
}

/// Reports a name with other characters.
fn other_name(what: &str, name: &Node) -> Option<Diagnostic> {
    let text = name.literal().filter(|text| !is_filled_in(name) && !text.is_empty())?;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.chars().all(is_allowed) && text.len() <= LONGEST {
        return None;
    }
    let message = format!("`{text}` is not the name of a {what}");
    let found = Diagnostic::new(Code::E0443, message, name.span, "1 to 255 letters, digits, `-`, and `_`");
    let allowed: String = text.chars().map(|c| if is_allowed(c) { c } else { '-' }).collect();
    Some(if text.len() > LONGEST { found } else { found.help(format!("write `{allowed}`")) })
}

/// Reports an option that the log driver lacks.
fn log_options(task: &TaskDefinition<'_>, logs: &Node, on_fargate: bool) -> Option<Diagnostic> {
    let driver = logs.entry(&task.key("logDriver")).filter(|driver| driver.value.literal() == Some("awslogs"))?;
    let options = logs.entry(&task.key("options"));
    if options.is_some_and(|options| !is_written_out(&options.value) && options.value.text().is_none()) {
        return None;
    }
    let needed = OF_LOGS.into_iter().chain(on_fargate.then_some(ON_FARGATE));
    let given = |name: &str| options.and_then(|options| options.value.get(name));
    let Some(missing) = needed.into_iter().find(|name| given(name).is_none()) else {
        return other_region(given(REGION)?);
    };
    let place = options.map_or(driver.value.span, |options| options.key.span);
    let message = format!("the log driver `awslogs` needs the option `{missing}`");
    let label = if missing == ON_FARGATE { "AWS Fargate requires it" } else { REJECTED };
    let help = format!(
        "add {} to `{}`",
        if task.in_template { format!("`{missing}`") } else { format!("`\"{missing}\"`") },
        task.key("options")
    );
    Some(Diagnostic::new(Code::E0443, message, place, label).help(help))
}

/// Reports a Region that does not exist.
fn other_region(region: &Node) -> Option<Diagnostic> {
    let code = region.literal().filter(|code| !is_filled_in(region) && !regions::is_plausible(code))?;
    let message = format!("AWS has no Region `{code}`");
    let found = Diagnostic::new(Code::W0443, message, region.span, "the container would not start");
    Some(found.suggest(region.span, similar(code, regions::codes())))
}

/// Reports ports that must be equal, because the task has a network interface of its own.
fn ports_differ(task: &TaskDefinition<'_>, ports: &Node) -> Option<Diagnostic> {
    let port = |key: &str| task.of(ports, key).and_then(Node::spanned);
    let (host, own) = port("hostPort").zip(port("containerPort"))?;
    (host.node != own.node && host.node != "0").then(|| {
        let message = format!("host port {} differs from container port {}", host.node, own.node);
        Diagnostic::new(Code::E0443, message, host.span, "must be equal in network mode `awsvpc`")
            .label(own.span, "the container's port")
            .help(format!("remove `{}`", task.key("hostPort")))
    })
}

/// Compares the memory of the containers with each other and with that of the task.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html> (2026-11-30)
fn memory(task: &TaskDefinition<'_>) -> Option<Diagnostic> {
    let whole = task.get("memory");
    let mut sum: u32 = 0;
    for container in task.containers() {
        let size =
            |key: &str| task.of(container, key).map(|node| (node, node.literal().and_then(|text| text.parse().ok())));
        let (limit, reserved): (Option<(&Node, Option<u32>)>, _) = (size("memory"), size("memoryReservation"));
        if let (Some((node, Some(limit))), Some((other, Some(reserved)))) = (limit, reserved)
            && limit < reserved
        {
            return Some(below_reservation(limit, reserved, node.span, other.span));
        }
        if let (None, None, None, Some(place)) = (whole, limit, reserved, task.is_for("EC2")) {
            let first = container.entries().first().filter(|_| is_written_out(container))?;
            return Some(no_memory(task, first.key.span, place));
        }
        let Some((node, size)) = reserved.or(limit) else { continue };
        sum = sum.checked_add(size?)?;
        let all = amount(whole?.literal()?, "GB")?;
        if sum > all {
            return Some(too_much_memory(task, sum, all, node.span, whole?.span));
        }
    }
    None
}

/// A key with another spelling.
fn misspelled_key(key: &Spanned<String>, near: &str) -> Diagnostic {
    Diagnostic::new(Code::E0443, format!("a task definition has no key `{}` here", key.node), key.span, "")
        .did_you_mean(near)
        .edit(key.span, format!("\"{near}\""))
}

/// An object without a required key.
fn lacks_key(form: &ObjectForm, missing: &str, place: Span) -> Diagnostic {
    let owner = match form.path.rsplit('.').next() {
        Some(CONTAINERS) => "container".to_owned(),
        name => format!("`{}`", name.unwrap_or_default()),
    };
    let message = format!("{owner} without `{missing}`");
    Diagnostic::new(Code::E0443, message, place, REJECTED).help(format!("add `\"{missing}\": ...`"))
}

/// A value that must be a list.
fn not_a_list(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` takes a list", key.node);
    Diagnostic::new(Code::E0443, message, key.span, REJECTED).help("write its elements in `[ ]`")
}

/// A value of another type.
fn other_type(key: &Spanned<String>, wanted: &str, value: &Node) -> Diagnostic {
    let place = if value.scalar().is_some() { value.span } else { key.span };
    Diagnostic::new(Code::E0443, format!("`{}` takes {wanted}", key.node), place, REJECTED)
}

/// A number or a boolean in quotation marks, or a string without them.
fn quoted(key: &Spanned<String>, wanted: &str, text: &str, place: Span) -> Diagnostic {
    let given = match wanted {
        "a string" if text.starts_with("\"t") || text.starts_with("\"f") => "a boolean",
        "a string" => "a number",
        _ => "a string",
    };
    let message = format!("`{}` takes {wanted}, not {given}", key.node);
    Diagnostic::new(Code::W0443, message, place, "").help(format!("write `{text}`")).edit(place, text.to_owned())
}

/// A volume that the task does not have.
fn no_volume(name: &Spanned<String>, volumes: &[&str]) -> Option<Diagnostic> {
    if volumes.contains(&name.as_str()) {
        return None;
    }
    let message = format!("the task definition has no volume `{}`", name.node);
    let found = Diagnostic::new(Code::E0443, message, name.span, REJECTED);
    Some(match similar(&name.node, volumes.iter().copied()) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("add `{}` to `volumes`", name.node)),
    })
}

/// A container with a limit below what it reserves.
fn below_reservation(limit: u32, reserved: u32, place: Span, other: Span) -> Diagnostic {
    let message = format!("container with a limit of {limit} MiB reserves {reserved} MiB");
    Diagnostic::new(Code::E0443, message, place, "the limit")
        .label(other, "the reservation")
        .note("Amazon ECS rejects the task definition")
        .help(format!("set the limit to more than {reserved}"))
}

/// A container without memory, in a task without memory.
fn no_memory(task: &TaskDefinition<'_>, place: Span, launch: Span) -> Diagnostic {
    let key = task.key("memory");
    Diagnostic::new(Code::E0443, "neither the container nor the task has memory", place, REJECTED)
        .label(launch, "on Amazon EC2, one of them needs it")
        .help(format!(
            "add `{}` to the container",
            if task.in_template { format!("{key}: 512") } else { format!("\"{key}\": 512") }
        ))
}

/// Containers that need more memory than the task has.
fn too_much_memory(task: &TaskDefinition<'_>, sum: u32, whole: u32, place: Span, of_task: Span) -> Diagnostic {
    let message = format!("the containers need {sum} MiB of memory, but the task has {whole} MiB");
    Diagnostic::new(Code::E0443, message, place, REJECTED)
        .label(of_task, "the memory of the task")
        .help(format!("lower the memory of a container, or raise `{}` of the task", task.key("memory")))
}
