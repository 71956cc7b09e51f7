//! E0207: files that an action reads from its input artifact without naming the artifact. E0205: no artifact to read
//! from.

use camino::Utf8Path;

use crate::catalog::Slot;
use crate::check::support::artifact_files::{Wanted, missing};
use crate::check::support::catalog_conditions::Conditions;
use crate::check::support::source_folder::dockerfile_of;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::artifacts::{Named, add_input};
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase};
use crate::hir::{ArtifactId, Input, Value, ValueKind};
use crate::source::Span;
use crate::workspace::artifact::{ArtifactContents, Presence};
use crate::workspace::file_system::holds;

pub(super) const RULE: Rule = Rule { name: "input-files", codes: &[Code::E0205, Code::E0207], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        let action_type = &place.action.action_type;
        for slot in &action_type.slot {
            let applies =
                slot.input_file && (slot.input_file_when.is_empty() || conditions.all_hold(&slot.input_file_when));
            if applies {
                one(subject, place, slot, findings);
            }
            if slot.input_folder {
                folder(subject, place, slot, findings);
            }
            if slot.dockerfile_folder {
                dockerfile(subject, place, slot, findings);
            }
            if !slot.artifact_files.is_empty() {
                in_map(subject, place, slot, findings);
            }
        }
        if let ([first, ..], [input]) = (action_type.input_files.as_slice(), place.action.inputs.as_slice()) {
            let named = Named::Unnamed { provider: &action_type.provider, or: None };
            any_of(subject, place, (&action_type.input_files, first), (input.artifact, input.span), named, findings);
        }
    }
}

/// Checks the file of one key: the one that it names, or the one that AWS reads by default.
fn one(subject: &Subject<'_>, place: Place<'_>, slot: &Slot, findings: &mut Findings) {
    let value = slot.key.as_deref().and_then(|key| place.action.value(key));
    let input = match place.action.inputs.as_slice() {
        [] if value.is_some_and(|value| !value.is_poisoned()) => {
            let needs_none = place.action.action_type.inputs.min == 0;
            let at = value.map_or(place.action.name.span, |value| value.span);
            let without = nothing_to_read(
                (&place.owner(), place.action.name.span),
                &slot.attribute,
                at,
                crate::check::support::readable::only_readable(subject, place),
            );
            findings.extend(needs_none.then_some(without));
            return;
        }
        [only] => only,
        _ => return,
    };
    match (value, &slot.default) {
        (Some(Value { kind: ValueKind::List(items), .. }), _) => {
            for item in items {
                named(subject, place, input, item, findings);
            }
        }
        (Some(value), _) => named(subject, place, input, value, findings),
        (None, Some(file)) => {
            let named = Named::Unnamed { provider: &place.action.action_type.provider, or: Some(&slot.attribute) };
            let wanted = Wanted { artifact: input.artifact, path: file, span: input.span, named };
            findings.extend(missing(subject, place.pipeline_id, &wanted));
        }
        (None, None) => {}
    }
}

fn named(subject: &Subject<'_>, place: Place<'_>, input: &Input, value: &Value, findings: &mut Findings) {
    let Some(text) = value.as_str() else { return };
    let path = text.trim_start_matches("./").trim_start_matches('/');
    let contents = subject.action_files.contents(place.pipeline_id, input.artifact);
    // URLs, patterns, and folders are interpreted by the action.
    if path.is_empty() || path.contains("::") || path.contains(['*', '?']) || text.contains("://") {
        return;
    }
    if !matches!(contents.files, ArtifactContents::Open) && contents.files.holds_folder(path) {
        return;
    }
    let wanted = Wanted { artifact: input.artifact, path, span: value.span, named: Named::Path };
    findings.extend(missing(subject, place.pipeline_id, &wanted));
}

/// Checks the folder of one key.
fn folder(subject: &Subject<'_>, place: Place<'_>, slot: &Slot, findings: &mut Findings) {
    let [input] = place.action.inputs.as_slice() else { return };
    let Some(value) = slot.key.as_deref().and_then(|key| place.action.value(key)) else { return };
    let Some(path) = value.as_str().map(|text| text.trim_matches('/').trim_start_matches("./")) else { return };
    let contents = &subject.action_files.contents(place.pipeline_id, input.artifact).files;
    let is_path = !path.is_empty() && !path.contains("://") && !path.contains("..") && path != ".";
    let ArtifactContents::Tracked { files, folder } = contents else {
        let inside = slot.folder_file.as_ref().map(|file| format!("{path}/{}", file.name));
        if let (true, Some(Presence::Absent { known })) = (is_path, inside.map(|inside| contents.contains(&inside))) {
            let artifact = &place.pipeline.artifact(input.artifact).name.node;
            let fixed = known.iter().map(|known| known.path.split(['*', '?', '[', '{']).next().unwrap_or_default());
            let folders = fixed.filter_map(|path| Some(path.rsplit_once('/')?.0));
            let near = similar_path(path, folders);
            // A pattern that matches nothing in the source is the fault.
            let tracked = subject.workspace.files().tracked();
            if near.is_some_and(|near| !holds(&tracked, Utf8Path::new(near)) && holds(&tracked, Utf8Path::new(path))) {
                return;
            }
            findings.push(no_folder(artifact, path, value.span, near, IN_BUILD));
        }
        return;
    };
    if is_path && !contents.holds_folder(path) && !files.contains_key(&folder.join(path)) {
        let artifact = &place.pipeline.artifact(input.artifact).name.node;
        let folders = files.keys().filter_map(|file| file.strip_prefix(folder).ok()?.parent());
        let near = similar_path(path, folders.map(Utf8Path::as_str).filter(|folder| !folder.is_empty()));
        findings.push(no_folder(artifact, path, value.span, near, IN_REPOSITORY));
    }
}

/// The Dockerfile of an image that the action builds.
fn dockerfile(subject: &Subject<'_>, place: Place<'_>, slot: &Slot, findings: &mut Findings) {
    let [input] = place.action.inputs.as_slice() else { return };
    let Some(file) = dockerfile_of(place.action, slot) else { return };
    let before = findings.len();
    folder(subject, place, slot, findings);
    if findings.len() > before {
        return;
    }
    // Docker takes the name in lowercase, too.
    let lowercase = file.path.as_str().replace("Dockerfile", "dockerfile");
    let contents = &subject.action_files.contents(place.pipeline_id, input.artifact).files;
    // A repository without any may get it from elsewhere.
    let is_one = |name: Option<&str>| name.is_some_and(|name| name.to_ascii_lowercase().contains("dockerfile"));
    if let ArtifactContents::Tracked { files, .. } = contents
        && !files.keys().any(|file| is_one(file.file_name()))
    {
        return;
    }
    if matches!(contents.contains(&lowercase), Presence::Absent { .. }) {
        let named = Named::Unnamed { provider: &place.action.action_type.provider, or: None };
        let span = file.span.unwrap_or(input.span);
        let wanted = Wanted { artifact: input.artifact, path: file.path.as_str(), span, named };
        findings.extend(missing(subject, place.pipeline_id, &wanted));
    }
}

/// Checks the artifacts of a map.
fn in_map(subject: &Subject<'_>, place: Place<'_>, slot: &Slot, findings: &mut Findings) {
    let Some(ValueKind::Map(entries)) = slot.key.as_deref().and_then(|key| place.action.value(key)).map(|it| &it.kind)
    else {
        return;
    };
    let Some(first) = slot.artifact_files.first() else { return };
    for (_, value) in entries {
        if let ValueKind::Artifact(id) = value.kind {
            let named = Named::Unnamed { provider: &place.action.action_type.provider, or: None };
            any_of(subject, place, (&slot.artifact_files, first), (id, value.span), named, findings);
        }
    }
}

/// Reports an artifact that contains none of several files.
fn any_of(
    subject: &Subject<'_>,
    place: Place<'_>,
    (files, first): (&[String], &str),
    (artifact, span): (ArtifactId, Span),
    named: Named<'_>,
    findings: &mut Findings,
) {
    let contents = subject.action_files.contents(place.pipeline_id, artifact);
    if files.iter().all(|file| matches!(contents.files.contains(file), Presence::Absent { .. })) {
        findings.extend(missing(subject, place.pipeline_id, &Wanted { artifact, path: first, span, named }));
    }
}

/// The help for a folder that is missing in a repository, or in the output of a build.
const IN_REPOSITORY: &str = "write the path of a folder in the repository";
const IN_BUILD: &str = "add the folder to the `files` of the artifact, or correct the path";

/// A folder that the artifact does not have.
fn no_folder(artifact: &str, path: &str, place: Span, near: Option<&str>, help: &'static str) -> Diagnostic {
    let message = format!("artifact `{artifact}` has no folder `{path}`");
    let diagnostic = Diagnostic::new(Code::E0207, message, place, "");
    match near {
        Some(near) => {
            diagnostic.help(format!("write `\"{near}\"`")).intend(Intent::SetString { place, text: near.to_owned() })
        }
        None => diagnostic.help(help),
    }
}

/// The path of a file in an input artifact, in an action without one.
fn nothing_to_read((owner, header): (&str, Span), attribute: &str, place: Span, candidate: Option<&str>) -> Diagnostic {
    let message = format!("{owner} has no input artifact to read `{attribute}` from");
    Diagnostic::new(Code::E0205, message, place, "a path in the input artifact")
        .label(header, "has no input")
        .help(phrase!["add an input after the name: ", PipeCode::from_artifact(candidate.unwrap_or("Artifact"))])
        .help_in_document(add_input(candidate))
}
