//! W0964: a resource that is named after another stage, which uses it, too, although names differ by stage.

use crate::catalog::{Category, Phase, Slot, SlotType};
use crate::check::support::environment_words::{difference, is_environment, replaced, words, words_of_stage};
use crate::check::support::swapped::swapped;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::pieces;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "other-targets", codes: &[Code::W0964], run: check };

/// A name of a resource in the configuration of an action.
struct Target<'a> {
    place: Place<'a>,
    key: &'a str,
    name: &'a str,
    span: Span,
    value: &'a Value,
}

impl Target<'_> {
    fn stage(&self) -> usize {
        self.place.action.stage
    }

    /// Returns whether two names are names of the same kind of resource.
    fn is_like(&self, other: &Self) -> bool {
        let (one, other_type) = (&self.place.action.action_type, &other.place.action.action_type);
        self.place.pipeline_id == other.place.pipeline_id
            && self.key == other.key
            && one.provider == other_type.provider
            && one.categories == other_type.categories
    }

    fn stage_name(&self) -> &str {
        self.place.pipeline.stages.get(self.stage()).map_or("", |stage| stage.name.as_str())
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let targets: Vec<Target<'_>> = subject.actions().filter(|it| !it.action.incomplete).flat_map(targets).collect();
    let swapped = swapped(subject);
    for target in targets.iter().filter(|target| !swapped.iter().any(|it| it.has(target.value))) {
        // Stacks are told apart by their templates, and deleting one is the purpose of a stage at times.
        if target.place.action.stack_operation().is_some() {
            continue;
        }
        if let Some(found) = of_other_stage(subject, target, &targets) {
            findings.about(target.place, found);
        }
    }
    for place in subject.actions().filter(|it| !it.action.incomplete && it.action.category == Category::Test) {
        if let Some(found) = tested_early(subject, place, &targets) {
            findings.about(place, found);
        }
    }
}

/// Returns the names that say what an action changes or starts.
fn targets(place: Place<'_>) -> impl Iterator<Item = Target<'_>> {
    let action = place.action;
    let acts = matches!(action.category, Category::Deploy | Category::Invoke);
    let identifies = move |key: &str| {
        let known = &action.action_type;
        let names = |slot: &Slot| {
            slot.key.as_deref() == Some(key)
                && slot.required
                && slot.ty == SlotType::String
                && slot.phase == Phase::Deploy
        };
        known.works_on.iter().any(|it| it == key) || known.slot.iter().any(names)
    };
    action.configuration.iter().filter(move |(key, _)| acts && identifies(key)).filter_map(move |(key, setting)| {
        let name = setting.value.as_str()?;
        Some(Target { place, key, name, span: setting.value.span, value: &setting.value })
    })
}

/// Reports a target whose name contains the word of another stage.
fn of_other_stage(subject: &Subject<'_>, target: &Target<'_>, targets: &[Target<'_>]) -> Option<Diagnostic> {
    let own = words_of_stage(subject.hir, target.place.pipeline, target.stage());
    let of_name = words(target.name);
    if of_name.iter().any(|word| own.contains(word)) {
        return None;
    }
    if let Some(found) = named_elsewhere(subject, target, &own).or_else(|| of_other_environment(subject, target, &own))
    {
        return Some(found);
    }
    let other = targets.iter().find(|other| {
        other.stage() != target.stage() && other.is_like(target) && other.name == target.name && {
            let of_stage = words_of_stage(subject.hir, other.place.pipeline, other.stage());
            of_stage.iter().any(|word| is_environment(word) && of_name.contains(word))
        }
    })?;
    let (word, by) = convention(target.place, other.stage(), targets)?;
    let fits = of_name.contains(&words(&word).concat()) && !deploys_again(target.place.action, other.place.action);
    let meant = replaced(target.name, &words(&word).concat(), &by);
    fits.then(|| named_after(target, other, &meant))
}

/// Reports a target that is named after a later stage, if commands of a build name the counterpart of its own stage.
fn named_elsewhere(subject: &Subject<'_>, target: &Target<'_>, own: &[String]) -> Option<Diagnostic> {
    let place = target.place;
    let mut environments = own.iter().filter(|word| is_environment(word));
    let word = environments.next().filter(|_| environments.next().is_none())?;
    let of_name = words(target.name);
    let later = (target.stage() + 1..place.pipeline.stages.len()).find(|stage| {
        let of_stage = words_of_stage(subject.hir, place.pipeline, *stage);
        of_stage.iter().any(|word| is_environment(word) && of_name.contains(word))
    })?;
    let other = words_of_stage(subject.hir, place.pipeline, later).into_iter().find(|word| of_name.contains(word))?;
    let meant = replaced(target.name, &other, word);
    let mut builds = subject.actions().filter(|it| it.pipeline_id == place.pipeline_id);
    let is_known =
        builds.any(|it| subject.action_files.build(it.pipeline_id, it.id).is_some_and(|it| it.mentions(&meant)));
    let stage = place.pipeline.stages.get(later).map(|stage| &stage.name)?;
    let is_target = place.action.action_type.works_on.iter().any(|key| key == target.key);
    (is_known && is_target).then(|| named_after_stage(target, stage, &meant))
}

/// Reports a target with the name of a stack of its stage and of another declared environment than that of the stage.
fn of_other_environment(subject: &Subject<'_>, target: &Target<'_>, own: &[String]) -> Option<Diagnostic> {
    let place = target.place;
    let environments = || subject.hir.environments.iter().map(|it| it.declaration.symbol.node.as_str());
    let (stem, last) = target.name.rsplit_once('-')?;
    let meant = environments().find(|name| words(name).iter().all(|word| own.contains(word)))?;
    let other = environments().find(|name| *name == last && *name != meant)?;
    let in_stage = |action: &&Action| action.stage == place.action.stage && action.stack_operation().is_some();
    let is_stack = place.pipeline.actions.iter().filter(in_stage).any(|action| action.symbol == stem);
    let message =
        format!("stage `{}` uses `{}`, which is named after environment `{other}`", target.stage_name(), target.name);
    is_stack.then(|| {
        Diagnostic::new(Code::W0964, message, target.span, "another environment")
            .did_you_mean(&format!("{stem}-{meant}"))
    })
}

/// Returns the words by which names of two stages differ, as they are written: that of the other stage, and that of
/// the place's own.
fn convention(place: Place<'_>, other: usize, targets: &[Target<'_>]) -> Option<(String, String)> {
    let of = |stage: usize| {
        targets.iter().filter(move |it| it.place.pipeline_id == place.pipeline_id && it.stage() == stage)
    };
    of(place.action.stage).find_map(|one| {
        of(other).filter(|two| two.is_like(one)).find_map(|two| {
            let (own, others) = difference(one.name, two.name)?;
            let written = |name: &str, word: &str| {
                pieces(name).find(|it| words(it).concat() == word).map(str::to_ascii_lowercase)
            };
            (is_environment(&own) && is_environment(&others))
                .then(|| Some((written(two.name, &others)?, written(one.name, &own)?)))?
        })
    })
}

/// Returns whether both deploy to the same target, which is a problem of its own.
fn deploys_again(first: &Action, second: &Action) -> bool {
    let keys = &first.action_type.works_on;
    let same = |key: &String| match (first.value(key), second.value(key)) {
        (Some(one), Some(other)) => one.same(other),
        (one, other) => one.is_none() && other.is_none(),
    };
    first.category == Category::Deploy && !keys.is_empty() && keys.iter().all(same)
}

/// Reports a test whose variable names what a later stage deploys, although its own stage deploys the counterpart.
fn tested_early(subject: &Subject<'_>, place: Place<'_>, targets: &[Target<'_>]) -> Option<Diagnostic> {
    let Some(ValueKind::Map(variables)) = place.action.value("EnvironmentVariables").map(|value| &value.kind) else {
        return None;
    };
    let stage = place.action.stage;
    let own = words_of_stage(subject.hir, place.pipeline, stage);
    let of_pipeline = || {
        targets
            .iter()
            .filter(|it| it.place.pipeline_id == place.pipeline_id && it.place.action.category == Category::Deploy)
    };
    for (name, value) in variables {
        // A test that compares two environments has a variable for each.
        let last = |name: &str| words(name).pop();
        let is_alone = variables.iter().filter(|(other, _)| last(&other.node) == last(&name.node)).count() == 1;
        let Some(text) = value.as_str().filter(|_| is_alone) else { continue };
        let of_text = words(text);
        let pair = of_pipeline().filter(|it| it.stage() > stage && contains(text, it.name)).find_map(|later| {
            let differs = |counterpart: &&Target<'_>| {
                let of_later = words_of_stage(subject.hir, place.pipeline, later.stage());
                difference(later.name, counterpart.name).is_some_and(|(word, own_word)| {
                    (is_environment(&word) && is_environment(&own_word) || of_later.contains(&word))
                        && own.contains(&own_word)
                        && !of_text.contains(&own_word)
                        && !words(&name.node).contains(&word)
                })
            };
            let mut counterparts = of_pipeline().filter(|it| it.stage() == stage && it.is_like(later));
            Some((later, counterparts.find(differs)?))
        });
        if let Some((later, counterpart)) = pair {
            return Some(not_deployed_yet(place, value.span, later, counterpart));
        }
    }
    None
}

/// Returns whether a text contains a name of several words as a whole.
fn contains(text: &str, name: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    words(name).len() > 1
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
            !is_word(before) && !is_word(after)
        })
}

/// A resource of another stage.
fn named_after(target: &Target<'_>, other: &Target<'_>, meant: &str) -> Diagnostic {
    let (own, named) = (target.stage_name(), other.stage_name());
    let message = format!("stage `{own}` uses `{}`, which is named after stage `{named}`", target.name);
    let found = Diagnostic::new(Code::W0964, message, target.span, "another environment");
    let found = if other.span.covers(target.span) {
        found
    } else {
        found.label(other.span, format!("stage `{named}` uses it, too"))
    };
    found.did_you_mean(meant)
}

/// A target with the name of a later stage.
fn named_after_stage(target: &Target<'_>, stage: &Spanned<String>, meant: &str) -> Diagnostic {
    let message =
        format!("stage `{}` uses `{}`, which is named after stage `{}`", target.stage_name(), target.name, stage.node);
    Diagnostic::new(Code::W0964, message, target.span, "another environment").did_you_mean(meant)
}

/// A test of what a later stage deploys.
fn not_deployed_yet(place: Place<'_>, value: Span, later: &Target<'_>, own: &Target<'_>) -> Diagnostic {
    let message =
        format!("`{}` uses `{}` before stage `{}` deploys it", place.action.name.node, later.name, later.stage_name());
    Diagnostic::new(Code::W0964, message, value, "another environment")
        .label(own.span, format!("stage `{}` deploys this", own.stage_name()))
        .label(later.span, "deployed here")
        .help(format!("use `{}`", own.name))
}
