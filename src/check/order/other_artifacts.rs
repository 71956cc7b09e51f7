//! W0957: a target that is deployed from the source, although another stage deploys it from a build, or from the same
//! build, run again, or from another artifact than its counterpart.

use camino::Utf8Path;

use crate::catalog::Category;
use crate::check::support::deletions::stack;
use crate::check::support::environment_words::{
    difference, is_environment, is_production, precedes_production, words, words_of_stage,
};
use crate::check::support::rivals::{are_alternatives, same_place};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Action, ArtifactFile, Input, Setting, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "other-artifacts", codes: &[Code::W0957], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    wholes(subject, findings);
    differing(subject, findings);
    rebuilt(subject, findings);
    let deploying: Vec<DeployedFile<'_>> = subject.actions().flat_map(DeployedFile::of).collect();
    let mut reported: Vec<Span> = Vec::new();
    for (index, later) in deploying.iter().enumerate() {
        let place = later.place;
        let tested = deploying.iter().take(index).find(|first| {
            first.place.pipeline_id == place.pipeline_id
                && subject.plan.ran_before(place.pipeline_id, first.place.id, place.id)
                && first.replaced_by(later)
                && is_built(first.place, first.file)
                && is_source(place, later.file)
        });
        if let Some(first) = tested.filter(|_| !reported.contains(&place.action.name.span)) {
            reported.push(place.action.name.span);
            let what = match place.action.stack_operation() {
                Some(_) => format!("stack `{}`", place.action.symbol),
                None => format!("`{}`", place.action.name.node),
            };
            findings.about(place, from_source(&what, &artifact(place, later.file), first.file.path_span));
        }
    }
}

/// A file of an artifact that an action deploys.
struct DeployedFile<'a> {
    place: Place<'a>,
    key: &'a str,
    file: &'a ArtifactFile,
}

impl<'a> DeployedFile<'a> {
    fn of(place: Place<'a>) -> impl Iterator<Item = Self> {
        let deploys = place.action.category == Category::Deploy && !place.action.incomplete;
        let settings = place.action.configuration.iter().filter(move |_| deploys);
        settings.filter_map(move |(key, setting)| match &setting.value.kind {
            ValueKind::ArtifactFile(file) => Some(Self { place, key, file }),
            _ => None,
        })
    }

    /// Returns whether a later action deploys the same file to the same stack, or a file of this name with the same
    /// provider.
    fn replaced_by(&self, later: &Self) -> bool {
        let (Some(path), Some(other)) = (self.file.path.as_literal(), later.file.path.as_literal()) else {
            return false;
        };
        let is_same = match stack(self.place.action) {
            Some(name) => stack(later.place.action) == Some(name) && path == other,
            None => {
                self.place.action.stack_operation().is_none()
                    && self.place.action.action_type.provider == later.place.action.action_type.provider
                    && Utf8Path::new(path).file_name() == Utf8Path::new(other).file_name()
            }
        };
        is_same && self.key == later.key
    }
}

/// Returns the actions that deploy an artifact as a whole.
fn deploying_wholes<'a>(subject: &Subject<'a>) -> Vec<(Place<'a>, Input)> {
    subject
        .actions()
        .filter(|place| {
            let action = place.action;
            let is_whole = !action.action_type.works_on.is_empty() && action.stack_operation().is_none();
            action.category == Category::Deploy && !action.incomplete && is_whole
        })
        .filter_map(|place| match place.action.inputs.as_slice() {
            [input] => Some((place, *input)),
            _ => None,
        })
        .collect()
}

/// Returns whether two actions have the same settings, or one of them has more.
fn have_same_keys(one: &Place<'_>, other: &Place<'_>) -> bool {
    let all_of = |one: &Place<'_>, other: &Place<'_>| {
        one.action.configuration.keys().all(|key| other.action.configuration.contains_key(key))
    };
    all_of(one, other) || all_of(other, one)
}

/// Checks deployments of one output of a build whose counterparts in other environments deploy another output of it.
fn differing(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying = deploying_wholes(subject);
    let artifact = |(place, input): &(Place<'_>, Input)| place.pipeline.artifacts.get(input.artifact).cloned();
    let mut reported: Vec<Span> = Vec::new();
    for (index, one) in deploying.iter().enumerate() {
        let Some(own) = artifact(one) else { continue };
        let producer = one.0.pipeline.actions.get(own.producer);
        let is_built = producer.is_some_and(|it| it.category != Category::Source && !it.incomplete);
        if !is_built || reported.contains(&one.1.span) {
            continue;
        }
        let counterparts: Vec<(usize, &(Place<'_>, Input))> = deploying
            .iter()
            .enumerate()
            .filter(|(other, it)| *other != index && are_counterparts(subject, one.0, it.0))
            .collect();
        let others: Vec<_> = counterparts.iter().filter(|(_, it)| it.1.artifact != one.1.artifact).collect();
        // With a single counterpart, the one that was deployed first is what was tested.
        let Some((_, other)) = others.first().filter(|(first, _)| others.len() > 1 || *first < index) else {
            continue;
        };
        let Some(tested) = artifact(other) else { continue };
        let is_same = others.iter().all(|(_, it)| it.1.artifact == other.1.artifact);
        if others.len() == counterparts.len()
            && is_same
            && tested.producer == own.producer
            && !names_environment(&own.name.node)
            && !names_environment(&tested.name.node)
        {
            reported.push(one.1.span);
            let is_known = others.len() > 1;
            let build = producer.map_or("", |it| it.name.as_str());
            let names = (&Spanned::new(own.name.node, one.1.span), &Spanned::new(tested.name.node, other.1.span));
            findings.about(one.0, other_output((one.0, other.0), names, build, is_known));
        }
    }
}

/// Returns whether a name says that something is for one environment.
fn names_environment(name: &str) -> bool {
    words(name).iter().any(|word| is_of_environment(word))
}

fn is_of_environment(word: &str) -> bool {
    is_production(word) || precedes_production(word)
}

/// Returns whether two actions deploy the same to two environments: their targets differ in the word for an environment, or
/// have the same names in another Region or account. If a name is computed, those of the actions decide.
fn are_counterparts(subject: &Subject<'_>, one: Place<'_>, other: Place<'_>) -> bool {
    let (action, second) = (one.action, other.action);
    let keys = &action.action_type.works_on;
    if one.pipeline_id != other.pipeline_id
        || action.action_type.provider != second.action_type.provider
        || !have_same_keys(&one, &other)
        || are_alternatives(subject, one.pipeline_id, one.id, other.id)
    {
        return false;
    }
    let by_word = |first: &str, second: &str| {
        difference(first, second).is_some_and(|(one, other)| is_of_environment(&one) && is_of_environment(&other))
    };
    let pairs: Option<Vec<(&str, &str)>> =
        keys.iter().map(|key| Some((action.literal(key)?, second.literal(key)?))).collect();
    match pairs {
        Some(pairs) if pairs.iter().all(|(first, second)| first == second) => !same_place(subject.plan, action, second),
        Some(pairs) => pairs.iter().all(|(first, second)| first == second || by_word(first, second)),
        None => by_word(&action.name.node, &second.name.node),
    }
}

/// Checks actions that deploy an artifact as a whole: an earlier one with the same provider deploys a build.
fn wholes(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying = deploying_wholes(subject);
    let category = |place: &Place<'_>, input: &Input| {
        let artifact = place.pipeline.artifacts.get(input.artifact)?;
        Some(place.pipeline.actions.get(artifact.producer)?.category)
    };
    let mut reported: Vec<Span> = Vec::new();
    for (index, (later, input)) in deploying.iter().enumerate() {
        let tested = deploying.iter().take(index).find(|(first, built)| {
            first.pipeline_id == later.pipeline_id
                && subject.plan.ran_before(later.pipeline_id, first.id, later.id)
                && first.action.action_type.provider == later.action.action_type.provider
                && have_same_keys(first, later)
                && category(first, built).is_some_and(|category| category != Category::Source)
                && category(later, input) == Some(Category::Source)
        });
        // The actions of a loop have one place.
        if let Some((_, built)) = tested.filter(|_| !reported.contains(&input.span)) {
            reported.push(input.span);
            let name = later.pipeline.artifacts.get(input.artifact).map(|artifact| artifact.name.node.clone());
            let artifact = Spanned::new(name.unwrap_or_default(), input.span);
            findings.about(*later, from_source(&format!("`{}`", later.action.name.node), &artifact, built.span));
        }
    }
}

/// Checks deployments of what a build produces that has already run with the same settings and inputs, and whose artifact has
/// been deployed before.
fn rebuilt(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying: Vec<Deployment<'_>> = subject.actions().filter_map(Deployment::of).collect();
    let mut reported: Vec<Span> = Vec::new();
    for (index, later) in deploying.iter().enumerate() {
        let tested = deploying.iter().take(index).find(|first| {
            first.place.pipeline_id == later.place.pipeline_id
                && first.place.action.action_type.provider == later.place.action.action_type.provider
                && first.place.action.configuration.keys().eq(later.place.action.configuration.keys())
                && first.path == later.path
                && first.build.id != later.build.id
                && subject.plan.ran_before(later.place.pipeline_id, first.place.id, later.build.id)
                && (are_two_environments(subject, first.place, later.place)
                    || are_targets_of_one(first.place.action, later.place.action))
                && is_same_build(first.build.action, later.build.action)
        });
        // The actions of a loop have one place.
        if let Some(first) = tested.filter(|_| !reported.contains(&later.artifact.span)) {
            reported.push(later.artifact.span);
            findings.about(later.place, built_again(later, first.artifact.span));
        }
    }
}

/// An action that deploys what a build produces.
struct Deployment<'a> {
    place: Place<'a>,
    build: Place<'a>,
    artifact: Spanned<String>,
    /// The template, for a stack.
    path: Option<&'a str>,
}

impl<'a> Deployment<'a> {
    fn of(place: Place<'a>) -> Option<Self> {
        let action = place.action;
        let is_deployment = action.category == Category::Deploy && !action.incomplete;
        let (id, span, path) = match (action.value("TemplatePath").map(|value| &value.kind), action.inputs.as_slice()) {
            _ if !is_deployment => return None,
            (Some(ValueKind::ArtifactFile(file)), _) => (file.artifact?, file.path_span, Some(file.path.as_literal()?)),
            (None, [input]) if !action.action_type.works_on.is_empty() => (input.artifact, input.span, None),
            _ => return None,
        };
        let artifact = place.pipeline.artifacts.get(id)?;
        let producer = place.pipeline.actions.get(artifact.producer)?;
        let build = Place { id: artifact.producer, action: producer, ..place };
        let is_build = producer.category == Category::Build && !producer.incomplete;
        is_build.then(|| Self { place, build, artifact: Spanned::new(artifact.name.node.clone(), span), path })
    }
}

/// Returns whether the stages of two actions are named after different environments.
fn are_two_environments(subject: &Subject<'_>, first: Place<'_>, later: Place<'_>) -> bool {
    let environments = |place: Place<'_>| {
        let mut found = words_of_stage(subject.hir, place.pipeline, place.action.stage);
        found.retain(|word| is_environment(word));
        found
    };
    let (one, other) = (environments(first), environments(later));
    !one.is_empty() && !other.is_empty() && one.iter().all(|word| !other.contains(word))
}

/// Returns whether two actions deploy one application to two targets.
fn are_targets_of_one(first: &Action, later: &Action) -> bool {
    let Some((last, application)) = first.action_type.works_on.split_last() else { return false };
    let pair = |key: &String| Some((first.literal(key)?, later.literal(key)?));
    let is_same = |key: &String| pair(key).is_some_and(|(one, other)| one == other);
    !application.is_empty() && application.iter().all(is_same) && pair(last).is_some_and(|(one, other)| one != other)
}

/// Returns whether two builds have the same settings and the same inputs.
fn is_same_build(first: &Action, second: &Action) -> bool {
    let same = |(key, one): (&String, &Setting)| {
        second.value(key).is_some_and(|other| !one.value.is_poisoned() && one.value.same(other))
    };
    let inputs = |action: &Action| action.inputs.iter().map(|input| input.artifact).collect::<Vec<_>>();
    first.action_type.provider == second.action_type.provider
        && !first.configuration.is_empty()
        && first.configuration.len() == second.configuration.len()
        && first.configuration.iter().all(same)
        && inputs(first) == inputs(second)
        && first.environment.as_ref().map(|it| it.node) == second.environment.as_ref().map(|it| it.node)
}

fn producer(place: Place<'_>, file: &ArtifactFile) -> Option<Category> {
    let artifact = place.pipeline.artifacts.get(file.artifact?)?;
    Some(place.pipeline.actions.get(artifact.producer)?.category)
}

fn is_built(place: Place<'_>, file: &ArtifactFile) -> bool {
    producer(place, file).is_some_and(|category| category != Category::Source)
}

fn is_source(place: Place<'_>, file: &ArtifactFile) -> bool {
    producer(place, file) == Some(Category::Source)
}

fn artifact(place: Place<'_>, file: &ArtifactFile) -> Spanned<String> {
    let name = file.artifact.and_then(|id| place.pipeline.artifacts.get(id)).map(|artifact| artifact.name.node.clone());
    Spanned::new(name.unwrap_or_default(), file.path_span)
}

/// A target that gets the result of another run of the build.
fn built_again(later: &Deployment<'_>, tested: Span) -> Diagnostic {
    let what = later.place.owner();
    let what = what.strip_prefix("action ").unwrap_or(&what);
    let build = later.build.action;
    let message = format!("{what} is deployed from `{}`, not from the build that was tested", later.artifact.node);
    Diagnostic::new(Code::W0957, message, later.artifact.span, format!("`{}` builds it again", build.name.node))
        .label(tested, "deployed from the first build here")
        .label(build.name.span, "same project and inputs as the first build")
        .help("deploy the same artifact in every stage")
}

/// A target that gets another output of the build than its counterpart. `is_known`: several counterparts agree.
fn other_output(
    (one, other): (Place<'_>, Place<'_>),
    (own, tested): (&Spanned<String>, &Spanned<String>),
    build: &str,
    is_known: bool,
) -> Diagnostic {
    let (name, counterpart) = (&one.action.name.node, &other.action.name.node);
    let message = format!("`{name}` deploys `{}`, but `{counterpart}` deploys `{}`", own.node, tested.node);
    Diagnostic::new(Code::W0957, message, own.span, format!("another output of `{build}`"))
        .label(tested.span, "the same target in another environment")
        .help(if is_known {
            phrase!["write ", PipeCode::from_artifact(tested.node.as_str())]
        } else {
            "deploy the same artifact in every stage".into()
        })
}

/// A target whose last deployment does not use what was tested.
fn from_source(what: &str, artifact: &Spanned<String>, tested: Span) -> Diagnostic {
    let message = format!("{what} is deployed from `{}`, not from the build that was tested", artifact.node);
    Diagnostic::new(Code::W0957, message, artifact.span, "comes from the source, without a build")
        .label(tested, "deployed from the build here")
        .help("deploy the same artifact in every stage")
}
