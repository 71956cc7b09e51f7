//! W0960: pipelines that start themselves, or each other in turn.

use crate::catalog::Category;
use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::coverage;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Entity, Filter, FilterEvent, Pipeline, PipelineId, StartEvent, Value, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::packaging::Invocation;

pub(super) const RULE: Rule = Rule { name: "self-starts", codes: &[Code::W0960], run: check };

/// A pipeline that starts another one or itself.
struct Start {
    from: PipelineId,
    to: PipelineId,
    place: Span,
    how: &'static str,
}

/// An action starts the other pipeline.
const STARTED: &str = "started here";

/// A build pushes the image.
const IMAGE: &str = "pushes the image that is its source";

/// A build or a deployment writes an object.
const OBJECT: &str = "writes the object that is its source";

/// A build pushes a commit.
const COMMIT: &str = "pushes to the branch that is its source";

/// The events about the executions of pipelines.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html> (2026-11-30)
const EXECUTIONS: &str = "CodePipeline Pipeline Execution State Change";

/// An event of a pipeline starts a pipeline.
const OWN_EVENTS: &str = "starts the pipeline on its own events";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut starts = starts(subject);
    // If pipelines start each other, the reported one does not depend on their order in the file.
    let name = |id: PipelineId| subject.hir.pipelines.get(id).map_or("", |pipeline| pipeline.symbol.as_str());
    starts.sort_by_key(|start| name(start.from));
    let mut reported: Vec<PipelineId> = Vec::new();
    for start in &starts {
        let mut reached = vec![start.to];
        let mut index = 0;
        while let Some(current) = reached.get(index).copied() {
            let next = starts.iter().filter(|next| next.from == current).map(|next| next.to);
            let new: Vec<PipelineId> = next.filter(|next| !reached.contains(next)).collect();
            reached.extend(new);
            index += 1;
        }
        if reached.contains(&start.from) && !reported.contains(&start.from) {
            reported.extend(reached);
            findings.push(endless(name(start.from), start.place, start.how, start.to == start.from));
        }
    }
}

fn starts(subject: &Subject<'_>) -> Vec<Start> {
    let mut starts = Vec::new();
    let sources = subject.actions().filter(|source| source.action.category == Category::Source);
    let watched: Vec<_> =
        sources.filter(|source| source.action.action_type.change_detection.is_some() && is_watched(source)).collect();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        if let Some((to, span)) = started(subject, place) {
            starts.push(Start { from: place.pipeline_id, to, place: span, how: STARTED });
        }
        for source in &watched {
            let change = changes(place, source.action).or_else(|| pushes(subject, place, source));
            if let Some((place_, how)) = change {
                starts.push(Start { from: place.pipeline_id, to: source.pipeline_id, place: place_, how });
            }
        }
    }
    for (to, pipeline) in subject.pipelines() {
        for event in &pipeline.events {
            let heard = subject.pipelines().filter(|(_, other)| hears(event, other));
            starts.extend(heard.map(|(from, _)| Start { from, to, place: event.span, how: OWN_EVENTS }));
        }
    }
    starts
}

/// Returns the pipeline of this file that an action starts, by its declaration or by its name.
fn started(subject: &Subject<'_>, place: Place<'_>) -> Option<(PipelineId, Span)> {
    let value = place.action.value("PipelineName")?;
    let action = place.action;
    match &value.kind {
        ValueKind::Entity(Entity::Pipeline(to)) => Some((*to, value.span)),
        ValueKind::Text(text) if action.region.is_none() && action.environment.is_none() && action.role.is_none() => {
            let name = text.as_literal()?;
            let home = |pipeline: &Pipeline| {
                let text = |setting: &Option<Spanned<String>>| setting.as_ref().map(|it| it.node.clone());
                (text(&pipeline.account), text(&pipeline.region))
            };
            let is_called = |other: &Pipeline| {
                other.name.node == name && other.deploy_name.is_none() && home(other) == home(place.pipeline)
            };
            let (to, _) = subject.pipelines().find(|(_, other)| is_called(other))?;
            Some((to, value.span))
        }
        _ => None,
    }
}

/// Returns the command of a build that pushes what a source reads, and how.
fn pushes(subject: &Subject<'_>, place: Place<'_>, source: &Place<'_>) -> Option<(Span, &'static str)> {
    let project = place.action.project().and_then(|id| subject.hir.projects.get(id));
    let own = subject.action_files.own_commands(place.pipeline_id, place.id);
    let mut builds = subject.action_files.builds(place.pipeline_id, place.id).chain(own);
    builds.find_map(|build| {
        let environment = Environment::of(place.action, project, build);
        let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
        let mut certain = build.commands.invocations.iter().filter(|call| call.certain);
        certain.find_map(|call| {
            let how = if pushes_image(&calls, call, source.action) {
                IMAGE
            } else if pushes_commit(&calls, call, place, source) {
                COMMIT
            } else if uploads(&calls, call, source.action) {
                OBJECT
            } else {
                return None;
            };
            Some((call.span, how))
        })
    })
}

/// Returns whether a command copies a file to the object that a source reads.
fn uploads(calls: &Calls<'_>, call: &Invocation, source: &Action) -> bool {
    let ("aws", ["s3", "cp" | "mv"]) = (call.program.as_str(), call.operation(2).as_slice()) else { return false };
    let (Some(bucket), Some(key)) = (source.value("S3Bucket"), source.literal("S3ObjectKey")) else { return false };
    let bucket = match &bucket.kind {
        ValueKind::Entity(entity) => coverage::name_pattern(calls.plan, *entity),
        _ => bucket.as_str().unwrap_or_default().to_owned(),
    };
    let target = call.positional(3).map(|given| calls.pattern(&given.parts));
    !matches!(bucket.as_str(), "" | "*")
        && !call.has("--dryrun")
        && target.is_some_and(|target| target == format!("s3://{bucket}/{key}"))
}

/// Returns whether a command pushes the image that a source reads.
fn pushes_image(calls: &Calls<'_>, call: &Invocation, source: &Action) -> bool {
    let has_tag = source.action_type.slot_of_key("ImageTag").is_some();
    let Some((repository, image)) = source.value("RepositoryName").zip(calls.pushed_image(call)) else { return false };
    let same = match &repository.kind {
        ValueKind::Entity(entity) => image.named == Some(*entity),
        _ => repository.as_str() == Some(image.name.as_str()),
    };
    has_tag && same && source.literal("ImageTag").unwrap_or("latest") == image.tag
}

/// Returns whether a command pushes a commit to the branch of a source, in the clone that the build gets from it.
fn pushes_commit(calls: &Calls<'_>, call: &Invocation, place: Place<'_>, source: &Place<'_>) -> bool {
    let (Some(branch), Some("CODEBUILD_CLONE_REF")) =
        (source.action.literal("BranchName"), source.action.literal("OutputArtifactFormat"))
    else {
        return false;
    };
    let producer =
        repository::primary_input(place.action).and_then(|id| Some(place.pipeline.artifacts.get(id)?.producer));
    let is_clone = place.pipeline_id == source.pipeline_id
        && producer == Some(source.id)
        && call.directory.as_ref().is_some_and(|folder| folder.as_str().is_empty());
    let starts = |filter: &Filter| {
        filter.event == FilterEvent::Push
            && filter.attributes.len() == 1
            && filter.patterns("branches", false).any(|pattern| pattern.node == branch)
    };
    let is_push = call.program == "git" && call.operation(1) == ["push"] && !call.has("--dry-run") && !call.has("-n");
    let invocations = &calls.environment.build.commands.invocations;
    let is_elsewhere = |other: &Invocation| matches!(other.operation(1).as_slice(), ["remote" | "clone" | "submodule"]);
    let has_others = invocations.iter().any(|other| other.program == "git" && is_elsewhere(other));
    let word = |index: usize| call.positional(index).map(|given| calls.pattern(&given.parts)).unwrap_or_default();
    let reference = word(2);
    let target = reference.rsplit(':').next().unwrap_or_default().trim_start_matches('+');
    is_push
        && is_clone
        && !has_others
        && (source.action.filters.is_empty() || source.action.filters.iter().any(starts))
        && word(1) == "origin"
        && target.strip_prefix("refs/heads/").unwrap_or(target) == branch
}

/// Returns whether changes start the pipeline, because nothing turns that off.
fn is_watched(source: &Place<'_>) -> bool {
    let detection = source.action.action_type.change_detection.as_ref();
    let is_off = |(key, off): (&String, &String)| source.action.literal(key) == Some(off);
    detection.is_some_and(|detection| detection.off.is_empty() || !detection.off.iter().all(is_off))
}

/// Returns whether an action writes what a source reads, and how.
fn changes(place: Place<'_>, source: &Action) -> Option<(Span, &'static str)> {
    let action = place.action;
    let same = |own: &str, other: &str| {
        let (one, two) = (action.value(own)?, source.value(other)?);
        (!one.is_poisoned() && one.same(two)).then_some(one.span)
    };
    let has_tag = source.action_type.slot_of_key("ImageTag").is_some();
    if let Some(span) = same("ECRRepositoryName", "RepositoryName").filter(|_| has_tag) {
        let tag = source.literal("ImageTag").unwrap_or("latest");
        let pushes = match action.value("ImageTags").map(|tags| &tags.kind) {
            Some(ValueKind::List(items)) => items.iter().any(|item| item.as_str() == Some(tag)),
            Some(_) => false,
            None => action.action_type.slot_of_key("ImageTags").is_some() && tag == "latest",
        };
        return pushes.then_some((span, IMAGE));
    }
    let span = same("BucketName", "S3Bucket")?;
    let read = source.literal("S3ObjectKey")?;
    let prefix = action.value("ObjectKey").map_or(Some(""), Value::as_str)?;
    let writes = match &action.value("Extract")?.kind {
        ValueKind::Bool(true) => !prefix.is_empty() && read.starts_with(prefix),
        ValueKind::Bool(false) => prefix == read,
        _ => false,
    };
    writes.then_some((span, OBJECT))
}

/// Returns whether an event is one of a pipeline's own.
fn hears(event: &StartEvent, pipeline: &Pipeline) -> bool {
    let list = |value: &Value| -> Vec<String> {
        match &value.kind {
            ValueKind::List(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let of_pipelines =
        event.attributes.get("source").is_some_and(|it| list(&it.value).iter().any(|it| it == "aws.codepipeline"));
    let fields: &[_] = match event.attributes.get("detail").map(|detail| &detail.value.kind) {
        Some(ValueKind::Map(fields)) => fields,
        Some(_) => return false,
        None => &[],
    };
    let names = fields.iter().find(|(key, _)| key.node == "pipeline").map(|(_, value)| match &value.kind {
        ValueKind::List(items) => items.iter().any(|item| match &item.kind {
            ValueKind::Text(text) => text.as_literal() == Some(pipeline.name.as_str()),
            _ => false,
        }),
        _ => false,
    });
    // Without a name, it matches all pipelines, among them this one.
    let is_any = || {
        let states = fields.iter().find(|(key, _)| key.node == "state").map(|(_, value)| list(value));
        let ends = states.is_none_or(|states| states.iter().any(|state| state == "SUCCEEDED" || state == "STARTED"));
        let kinds = event.attributes.get("detail-type").map(|kinds| list(&kinds.value));
        let of_executions = kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == EXECUTIONS));
        ends && of_executions && fields.iter().all(|(key, _)| key.node == "state")
    };
    of_pipelines && names.unwrap_or_else(is_any)
}

/// An endless sequence of executions.
fn endless(name: &str, place: Span, how: &str, itself: bool) -> Diagnostic {
    let message = if itself {
        format!("each execution of pipeline `{name}` starts the next one")
    } else {
        format!("pipeline `{name}` and the pipeline that it starts here start each other")
    };
    Diagnostic::new(Code::W0960, message, place, how.to_owned()).help(match how {
        STARTED => "remove this action, or the one that starts this pipeline",
        COMMIT => "push to another branch, or push only a tag",
        OWN_EVENTS => "remove this event, or limit it to other pipelines",
        _ => "remove one of the triggers, or write to a location other than the source",
    })
}
