//! W0961: an artifact that is stored as one archive, with the name of a file in it.

use crate::check::support::catalog_conditions::Conditions;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Action, ActionId, PartKind, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "stored-archives", codes: &[Code::W0961], run: check };

/// Extensions of files that are not archives and that browsers and programs read.
const PLAIN: [&str; 18] = [
    "css", "csv", "gif", "htm", "html", "ico", "jpg", "js", "json", "md", "pdf", "png", "svg", "toml", "txt", "xml",
    "yaml", "yml",
];

/// The keys of the action that stores an artifact.
const EXTRACT: &str = "Extract";
const KEY: &str = "ObjectKey";

/// The key of a source that fetches one object, which need not be an archive.
const FETCHED: &str = "S3ObjectKey";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        let Some(setting) = place.action.configuration.get(EXTRACT) else { continue };
        let Some(key) = place.action.value(KEY).filter(|_| conditions.text(EXTRACT) == Some("false")) else { continue };
        let ValueKind::Text(text) = &key.kind else { continue };
        let Some(PartKind::Literal(end)) = text.parts.last().map(|part| &part.kind) else { continue };
        let Some((_, extension)) = end.rsplit('/').next().and_then(|name| name.rsplit_once('.')) else { continue };
        if PLAIN.contains(&extension.to_ascii_lowercase().as_str()) && !is_object(place) {
            findings.push(one_archive(extension, key.span, setting.attribute.to(setting.value.span)));
        } else if let Some(counterpart) = extracted(subject, place) {
            let stage = place.pipeline.stages.get(counterpart.stage).map_or("", |stage| stage.name.as_str());
            findings.about(place, not_extracted(&place.action.name, stage, setting.value.span, counterpart.name.span));
        }
    }
}

/// Returns the action of the same name in another stage that extracts the same artifact.
fn extracted<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a Action> {
    let own = place.action;
    let is_counterpart = |(id, action): &(ActionId, &Action)| {
        let counterpart = Place { id: *id, action, ..place };
        action.stage != own.stage
            && action.symbol == own.symbol
            && action.inputs.first().map(|it| it.artifact) == own.inputs.first().map(|it| it.artifact)
            && Conditions::of(subject, counterpart).is_some_and(|it| it.text(EXTRACT) == Some("true"))
    };
    place.pipeline.actions().find(is_counterpart).map(|(_, action)| action)
}

/// An artifact that is stored in one stage as it is, and extracted in another.
fn not_extracted(name: &Spanned<String>, stage: &str, setting: Span, other: Span) -> Diagnostic {
    let message = format!("`{}` stores one zip file here, but extracts it in stage `{stage}`", name.node);
    Diagnostic::new(Code::W0961, message, setting, "stores the artifact as it is")
        .label(other, "extracted here")
        .help(phrase!["write ", PipeCode::set("extract", "true"), ", or give the two actions different names"])
}

/// Returns whether the artifact is an object of a bucket, unchanged.
fn is_object(place: Place<'_>) -> bool {
    let producers = place.action.inputs.iter().filter_map(|input| place.pipeline.artifacts.get(input.artifact));
    let mut producers = producers.filter_map(|artifact| place.pipeline.actions.get(artifact.producer));
    producers.any(|producer| producer.action_type.slot_of_key(FETCHED).is_some())
}

/// A zip file with the name of another file.
fn one_archive(extension: &str, place: Span, setting: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0961,
        format!("the artifact is stored as one zip file, not as a .{extension} file"),
        place,
        "the name of the zip file",
    )
    .label(setting, "stores the artifact as it is")
    .help(phrase![
        "write ",
        PipeCode::set("extract", "true"),
        " with the folder for the files as `key`, or end the key in `.zip`"
    ])
}
