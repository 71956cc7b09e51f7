//! E0444: image files that a build writes in another form than the deployment reads. E0445: containers that the deployed
//! service does not have.

use crate::check::support::built_files::{BuiltContents, built_file};
use crate::check::support::deploys::deploys;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{ArtifactId, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Document, DocumentOrigin, Node, Style};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "image-files", codes: &[Code::E0444, Code::E0445], run: check };

/// The formats of both files: <https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html>
/// (2026-11-28)
const LIST: &str = "imagedefinitions.json";
const DETAIL: &str = "imageDetail.json";
const DETAIL_FORM: &str = "{\"ImageURI\":\"...\"}";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        for (artifact, file) in wanted(place) {
            let Some(written) = built_file(subject, place, artifact, file) else { continue };
            let (BuiltContents::Text(text), false) = (&written.contents, seen.contains(&written.command)) else {
                continue;
            };
            seen.push(written.command);
            let root = Document::parse(text, DocumentOrigin::At(written.command)).root;
            if is_broken(text, root.is_some()) {
                findings.push(not_json(file, written.command));
                continue;
            }
            let Some(root) = root else { continue };
            if file == LIST {
                findings.extend(without_repository(subject, place, artifact, (&root, written.command)));
                list(subject, place, &root, written.command, findings);
                continue;
            }
            let Some(image) = root.get("ImageURI") else {
                findings.push(wrong_form(DETAIL, DETAIL_FORM, written.command));
                continue;
            };
            if let Some(image) = image.literal().filter(|image| is_unexpanded(image)) {
                findings.push(not_expanded(image, written.command, "{\"ImageURI\":\"%s\"}"));
            }
        }
    }
}

/// Returns the artifacts with an image file that an action reads, and the name of the file.
fn wanted(place: Place<'_>) -> Vec<(ArtifactId, &'static str)> {
    let mut found = Vec::new();
    for slot in &place.action.action_type.slot {
        let value = slot.key.as_deref().and_then(|key| place.action.value(key));
        if slot.artifact_files.iter().any(|file| file == DETAIL)
            && let Some(ValueKind::Map(entries)) = value.map(|value| &value.kind)
        {
            let artifacts = entries.iter().filter_map(|(_, value)| match value.kind {
                ValueKind::Artifact(id) => Some((id, DETAIL)),
                _ => None,
            });
            found.extend(artifacts);
        }
        let default = slot.input_file && slot.default.as_deref() == Some(LIST);
        if let ([input], true, None) = (place.action.inputs.as_slice(), default, value) {
            found.push((input.artifact, LIST));
        }
    }
    found
}

fn list(subject: &Subject<'_>, place: Place<'_>, root: &Node, command: Span, findings: &mut Findings) {
    let entries = root.items();
    let fits = |entry: &Node| entry.get("name").is_some() && entry.get("imageUri").is_some();
    if entries.is_empty() || !entries.iter().all(fits) {
        return findings.push(wrong_form(LIST, "[{\"name\":\"...\",\"imageUri\":\"...\"}]", command));
    }
    let images = || entries.iter().filter_map(|entry| entry.get("imageUri")?.literal());
    if images().any(str::is_empty) {
        return findings.push(no_image(command));
    }
    let images = images();
    if let Some(image) = images.into_iter().find(|image| is_unexpanded(image)) {
        return findings.push(not_expanded(image, command, "[{\"name\":\"app\",\"imageUri\":\"%s\"}]"));
    }
    let is_bare = |entry: &Node| {
        let image = entry.get("imageUri").and_then(Node::scalar);
        image.is_some_and(|image| image.style == Style::Plain && image.text == "?")
    };
    if entries.iter().any(is_bare) {
        return findings.push(not_json(LIST, command));
    }
    let Some(containers) = containers(subject, place) else { return };
    for name in entries.iter().filter_map(|entry| entry.get("name")?.literal()) {
        if !name.contains('?') && !containers.iter().any(|known| known.node == name) {
            findings.push(no_container(name, command, &containers));
        }
    }
}

/// Returns whether a text is meant as JSON but is not. `is_yaml`: YAML accepts it, as it does the filter of `jq` that
/// creates the file, whose keys need no quotation marks.
fn is_broken(text: &str, is_yaml: bool) -> bool {
    let inside = text.trim_start();
    let has_quotes = inside.trim_start_matches(['[', '{', ' ', '\n']).starts_with(['"', '\'']);
    // What is known only at run time may be a whole value.
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    inside.starts_with(['[', '{']) && (has_quotes || !is_yaml) && !is_json(text) && !is_json(&text.replace('?', "0"))
}

/// Returns whether a text contains a variable that the shell has not replaced.
fn is_unexpanded(text: &str) -> bool {
    let rest = text.split_once('$').map(|(_, rest)| rest.trim_start_matches('{'));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// Reports the image of a list with one entry that is only the tag of the pushed image.
fn without_repository(
    subject: &Subject<'_>,
    place: Place<'_>,
    artifact: ArtifactId,
    (root, command): (&Node, Span),
) -> Option<Diagnostic> {
    let [entry] = root.items() else { return None };
    let image = entry.get("imageUri")?.literal()?;
    let build = subject.action_files.build(place.pipeline_id, place.pipeline.artifacts.get(artifact)?.producer)?;
    let reads =
        build.commands.reads.iter().filter(|read| command.covers(read.span)).map(|read| read.node.name.as_str());
    let variables: Vec<&str> = reads.collect();
    let calls = build.commands.invocations.iter().filter(|call| matches!(call.program.as_str(), "docker" | "podman"));
    let pushes = calls.filter(|call| call.operation(2).contains(&"push"));
    let mut tags = Vec::new();
    for push in pushes {
        let given = push.positional(push.operation(2).len())?;
        let [.., WordPart::Text(colon), WordPart::Variable(tag)] = given.parts.as_slice() else {
            return None;
        };
        let is_first = tags.is_empty() && !push.has("-a") && !push.has("--all-tags");
        tags.push((tag.clone(), given.whole));
        if !is_first || colon != ":" {
            return None;
        }
    }
    let (tag, whole) = tags.pop()?;
    let text = subject.workspace.text(whole.file);
    let written = text.get(whole.range())?.trim_matches(['"', '\'']);
    let only = variables.first().filter(|name| image == "?" && variables.len() == 1 && **name == tag)?;
    Some(only_tag(only, written, command))
}

/// Returns the containers of the service that an action deploys to, if a template of this file creates it.
fn containers(subject: &Subject<'_>, place: Place<'_>) -> Option<Vec<Spanned<String>>> {
    let service = place.action.value("ServiceName")?.as_str()?;
    for deploy in deploys(subject) {
        let services = deploy.template.resources.iter().filter(|it| it.kind.node == "AWS::ECS::Service");
        let named = |name: &Node| name.literal() == Some(service);
        let Some(found) = services.into_iter().find(|it| it.property("ServiceName").is_some_and(named)) else {
            continue;
        };
        let task = found.property("TaskDefinition")?.referred()?;
        let definition = deploy.template.resources.iter().find(|resource| resource.id.node == task)?;
        let list = definition.property("ContainerDefinitions")?;
        return list.items().iter().map(|container| container.get("Name")?.spanned()).collect();
    }
    None
}

/// A file that is not JSON.
fn not_json(file: &str, command: Span) -> Diagnostic {
    Diagnostic::new(Code::E0444, format!("this command does not write JSON to `{file}`"), command, "")
        .help("put the whole text in single quotes, and the values in with `printf`")
}

/// An entry without an image.
fn no_image(command: Span) -> Diagnostic {
    Diagnostic::new(Code::E0444, format!("`imageUri` in `{LIST}` is empty"), command, "`printf` gets no value for it")
        .help("add the image after the format: `printf '...' \"$REPOSITORY:$TAG\"`")
}

/// An image without its repository.
fn only_tag(variable: &str, pushed: &str, command: Span) -> Diagnostic {
    let message = format!("`imageUri` in `{LIST}` is only the tag of the image");
    Diagnostic::new(Code::E0444, message, command, format!("`${variable}` contains no repository"))
        .help(format!("write `\"{pushed}\"` instead of `\"${variable}\"`"))
}

/// An image whose variables the shell does not replace.
fn not_expanded(image: &str, command: Span, format: &str) -> Diagnostic {
    let message = format!("the shell does not replace the variables in `{image}`");
    Diagnostic::new(Code::E0444, message, command, "they are in single quotes, or escaped")
        .help(format!("write the values with `printf`: `printf '{format}' \"$IMAGE\"`"))
}

/// A file in another format.
fn wrong_form(file: &str, form: &str, command: Span) -> Diagnostic {
    let message = format!("`{file}` does not have the format that the deployment reads");
    Diagnostic::new(Code::E0444, message, command, "writes the file").help(format!("write `{form}`"))
}

/// A container that the service does not have.
fn no_container(name: &str, command: Span, known: &[Spanned<String>]) -> Diagnostic {
    let names = || known.iter().map(Spanned::as_str);
    let message = format!("the service has no container `{name}`");
    let mut diagnostic = Diagnostic::new(Code::E0445, message, command, "names the container");
    if let Some(first) = known.first() {
        diagnostic = diagnostic.label(first.span, "a container of its task definition");
    }
    match similar(name, names()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("use {}", wording::or_list(names()))),
    }
}
