//! Compares pipelines by stage and action.

use std::collections::BTreeMap;

use crate::catalog::create_only::Replacement;
use crate::collections::HashMap;
use crate::source::Span;

use super::defined::{ComparedKind, DefinedAction, DefinedPipeline, DefinedStage};
use super::difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyPath, KeyStep};
use super::normal::NormalValue;
use super::order::{Pairs, merged};
use super::values::{Comparer, Position};

/// Fields that exist only in templates, and tags, which `get-pipeline` does not print.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html>
/// (2026-11-29)
const TEMPLATE_ONLY: [&str; 3] = ["disableInboundStageTransitions", "restartExecutionOnUpdate", "tags"];

/// The key under which a new logical ID is reported.
pub const LOGICAL_ID: &str = "logical ID";

/// An action without a counterpart in its own stage.
#[derive(Clone, Copy)]
struct Loose<'d> {
    stage: &'d DefinedStage,
    action: &'d DefinedAction,
    /// Whether the other side has the stage; otherwise the whole stage is reported.
    in_both: bool,
}

impl Comparer {
    /// Compares two definitions of one pipeline.
    pub(super) fn pipelines(&mut self, before: &DefinedPipeline, after: &DefinedPipeline) {
        let parts = [pipeline_part(after)];
        let position = Position::of(&parts);
        if let (Some(old), Some(new)) = (&before.id, &after.id)
            && old != new
        {
            self.new_logical_id(&parts, old, new);
        }
        if self.deployable {
            self.maps(&position, &before.attributes, &after.attributes);
        }
        let (mut old, mut new) = (before.fields.clone(), after.fields.clone());
        if self.across {
            for key in TEMPLATE_ONLY {
                old.remove(key);
                new.remove(key);
            }
        }
        self.maps(&position, &old, &new);
        let start = self.found.len();
        self.stages(&parts, before, after);
        let order = Ranks::of(before, after);
        if let Some(found) = self.found.get_mut(start..) {
            found.sort_by_cached_key(|difference| order.rank(&difference.parts));
        }
    }

    /// Reports a pipeline that only one side has.
    pub(super) fn whole_pipeline(&mut self, pipeline: &DefinedPipeline, change: DifferenceKind) {
        let Some(span) = pipeline.fields.values().next().map(|value| value.span) else { return };
        let mut fields = pipeline.fields.clone();
        let stages = pipeline.stages.iter().map(stage_value).collect();
        fields.insert("stages".to_owned(), NormalValue::list(stages, span));
        let is_deleted = self.deployable && change == DifferenceKind::Removed;
        let value = NormalValue::map(fields, span);
        self.whole(vec![pipeline_part(pipeline)], change, value, is_deleted.then_some(Consequence::Deleted));
    }

    /// Reports a resource with another logical ID: CloudFormation creates one and deletes the other.
    pub(super) fn new_logical_id(&mut self, parts: &[ComparedPart], old: &NormalValue, new: &NormalValue) {
        self.found.push(Difference {
            parts: parts.to_vec(),
            key: vec![KeyStep::Key(LOGICAL_ID.to_owned())],
            change: DifferenceKind::Changed,
            before: Some(old.clone()),
            after: Some(new.clone()),
            consequence: self.deployable.then_some(Consequence::Replaced(Replacement::Certain)),
        });
    }

    /// Reports a part that only one side has.
    pub(super) fn whole(
        &mut self,
        parts: Vec<ComparedPart>,
        change: DifferenceKind,
        value: NormalValue,
        consequence: Option<Consequence>,
    ) {
        let (before, after) = if change == DifferenceKind::Removed { (Some(value), None) } else { (None, Some(value)) };
        self.found.push(Difference { parts, key: KeyPath::new(), change, before, after, consequence });
    }

    fn stages(&mut self, parts: &[ComparedPart], before: &DefinedPipeline, after: &DefinedPipeline) {
        let (old, new) = (&before.stages, &after.stages);
        let (old_names, new_names) = (names(old.iter().map(|it| &it.name)), names(new.iter().map(|it| &it.name)));
        let mut pairs = Pairs::by_name(&old_names, &new_names);
        pairs.also(|one, other| match (old.get(one), new.get(other)) {
            (Some(one), Some(other)) => same_but_name(&one.fields, &other.fields) && one.actions == other.actions,
            _ => false,
        });
        let (mut lost, mut gained) = (Vec::new(), Vec::new());
        for (one, other) in &pairs.both {
            let (Some(one), Some(other)) = (old.get(*one), new.get(*other)) else { continue };
            let here = [parts, &[stage_part(other)]].concat();
            self.maps(&Position::of(&here), &one.fields, &other.fields);
            self.actions(&here, one, other, &mut lost, &mut gained);
        }
        for (one, other) in pairs.moved() {
            let Some(stage) = new.get(other) else { continue };
            let here = [parts, &[stage_part(stage)]].concat();
            self.moved(here, &follows(&old_names, one), &follows(&new_names, other), stage.name.span);
        }
        let removed = pairs.only_before.iter().filter_map(|index| old.get(*index));
        let added = pairs.only_after.iter().filter_map(|index| new.get(*index));
        let loose = |stage| move |action| Loose { stage, action, in_both: false };
        lost.extend(removed.clone().flat_map(|stage| stage.actions.iter().map(loose(stage))));
        gained.extend(added.clone().flat_map(|stage| stage.actions.iter().map(loose(stage))));
        self.between_stages(parts, &lost, &gained);
        for stage in removed {
            self.whole([parts, &[stage_part(stage)]].concat(), DifferenceKind::Removed, stage_value(stage), None);
        }
        for stage in added {
            self.whole([parts, &[stage_part(stage)]].concat(), DifferenceKind::Added, stage_value(stage), None);
        }
    }

    /// Compares the actions of a stage that both sides have.
    fn actions<'d>(
        &mut self,
        parts: &[ComparedPart],
        before: &'d DefinedStage,
        after: &'d DefinedStage,
        lost: &mut Vec<Loose<'d>>,
        gained: &mut Vec<Loose<'d>>,
    ) {
        let (old, new) = (&before.actions, &after.actions);
        let (old_names, new_names) = (names(old.iter().map(|it| &it.name)), names(new.iter().map(|it| &it.name)));
        let mut pairs = Pairs::by_name(&old_names, &new_names);
        pairs.also(|one, other| match (old.get(one), new.get(other)) {
            (Some(one), Some(other)) => same_but_name(&one.fields, &other.fields),
            _ => false,
        });
        for (one, other) in &pairs.both {
            if let (Some(one), Some(other)) = (old.get(*one), new.get(*other)) {
                let here = [parts, &[action_part(other)]].concat();
                self.maps(&Position::of(&here), &one.fields, &other.fields);
            }
        }
        for (one, other) in pairs.moved() {
            let Some(action) = new.get(other) else { continue };
            // The order in the file has no meaning if it follows from the run orders.
            let order =
                |action: Option<&DefinedAction>| action.and_then(|action| action.fields.get("runOrder")).cloned();
            if order(old.get(one)) == order(Some(action)) {
                let here = [parts, &[action_part(action)]].concat();
                self.moved(here, &follows(&old_names, one), &follows(&new_names, other), action.name.span);
            }
        }
        let of = |stage, actions: &'d [DefinedAction], index: &usize| {
            Some(Loose { stage, action: actions.get(*index)?, in_both: true })
        };
        lost.extend(pairs.only_before.iter().filter_map(|index| of(before, old, index)));
        gained.extend(pairs.only_after.iter().filter_map(|index| of(after, new, index)));
    }

    /// Pairs the actions that moved to another stage, and reports the others.
    fn between_stages(&mut self, parts: &[ComparedPart], lost: &[Loose<'_>], gained: &[Loose<'_>]) {
        let [old_names, new_names] = [lost, gained].map(|all| names(all.iter().map(|it| &it.action.name)));
        let mut pairs = Pairs::by_name(&old_names, &new_names);
        let kind = |it: Option<&Loose<'_>>| it.and_then(|it| it.action.fields.get("actionTypeId")).cloned();
        // Two actions with one name that do something else are two actions, and so are those of an added stage and a
        // removed one.
        let (same, other): (Vec<_>, Vec<_>) = pairs.both.iter().partition(|(one, other)| {
            let (one, other) = (lost.get(*one), gained.get(*other));
            let in_both = one.is_some_and(|it| it.in_both) || other.is_some_and(|it| it.in_both);
            in_both && kind(one) == kind(other)
        });
        pairs.both = same;
        pairs.only_before.extend(other.iter().map(|(one, _)| one));
        pairs.only_after.extend(other.iter().map(|(_, other)| other));
        for (one, other) in &pairs.both {
            let (Some(one), Some(other)) = (lost.get(*one), gained.get(*other)) else { continue };
            let here = [parts, &[stage_part(other.stage), action_part(other.action)]].concat();
            let [old, new] = [one, other].map(|it| format!("stage {}", it.stage.name));
            self.moved(here.clone(), &old, &new, other.action.name.span);
            self.maps(&Position::of(&here), &one.action.fields, &other.action.fields);
        }
        let left = |all: &[usize], from: &[Loose<'_>], change| {
            let found = all.iter().filter_map(|index| from.get(*index)).filter(|it| it.in_both);
            let part = |it: &Loose<'_>| [parts, &[stage_part(it.stage), action_part(it.action)]].concat();
            found.map(|it| (part(it), change, action_value(it.action))).collect::<Vec<_>>()
        };
        let mut all = left(&pairs.only_before, lost, DifferenceKind::Removed);
        all.extend(left(&pairs.only_after, gained, DifferenceKind::Added));
        for (part, change, value) in all {
            self.whole(part, change, value, None);
        }
    }

    fn moved(&mut self, parts: Vec<ComparedPart>, before: &str, after: &str, span: Span) {
        self.found.push(Difference {
            parts,
            key: KeyPath::new(),
            change: DifferenceKind::Moved,
            before: Some(NormalValue::literal(before, span)),
            after: Some(NormalValue::literal(after, span)),
            consequence: None,
        });
    }
}

/// The order of stages and actions: that after the change, with removed ones in their old positions.
struct Ranks {
    stages: HashMap<String, usize>,
    /// By stage.
    actions: HashMap<String, HashMap<String, usize>>,
}

impl Ranks {
    fn of(before: &DefinedPipeline, after: &DefinedPipeline) -> Self {
        let mut actions: HashMap<String, Vec<String>> = HashMap::default();
        for stage in after.stages.iter().chain(&before.stages) {
            let known = actions.entry(stage.name.to_string()).or_default();
            *known = merged(std::mem::take(known), &names(stage.actions.iter().map(|it| &it.name)));
        }
        let [old, new] = [before, after].map(|it| names(it.stages.iter().map(|stage| &stage.name)));
        let actions = actions.into_iter().map(|(stage, names)| (stage, ranks(names))).collect();
        Self { stages: ranks(merged(new, &old)), actions }
    }

    /// Ranks differences of a stage itself before those of its actions.
    fn rank(&self, parts: &[ComparedPart]) -> (Option<usize>, Option<usize>) {
        let stage = parts.get(1).and_then(|stage| self.stages.get(&stage.name)).copied();
        let actions = parts.get(1).and_then(|stage| self.actions.get(&stage.name));
        (stage, actions.zip(parts.get(2)).and_then(|(actions, action)| actions.get(&action.name)).copied())
    }
}

fn ranks(names: Vec<String>) -> HashMap<String, usize> {
    let mut ranks = HashMap::default();
    for (index, name) in names.into_iter().enumerate() {
        ranks.entry(name).or_insert(index);
    }
    ranks
}

fn names<'v>(values: impl Iterator<Item = &'v NormalValue>) -> Vec<String> {
    values.map(ToString::to_string).collect()
}

/// Describes a position in a list.
fn follows(names: &[String], index: usize) -> String {
    let before = index.checked_sub(1).and_then(|before| names.get(before));
    before.map_or_else(|| "first".to_owned(), |name| format!("after {name}"))
}

fn same_but_name(one: &BTreeMap<String, NormalValue>, other: &BTreeMap<String, NormalValue>) -> bool {
    one.iter().filter(|(key, _)| *key != "name").eq(other.iter().filter(|(key, _)| *key != "name"))
}

/// Returns the part for a pipeline, with the name that the file gives it.
pub(super) fn pipeline_part(pipeline: &DefinedPipeline) -> ComparedPart {
    let name = pipeline.fields.get("name").map(ToString::to_string);
    let name = pipeline.id.as_ref().map(ToString::to_string).or(name).unwrap_or_default();
    ComparedPart { kind: ComparedKind::Pipeline, name, detail: String::new() }
}

fn stage_part(stage: &DefinedStage) -> ComparedPart {
    ComparedPart { kind: ComparedKind::Stage, name: stage.name.to_string(), detail: String::new() }
}

/// Returns the part for an action, with its provider.
fn action_part(action: &DefinedAction) -> ComparedPart {
    let id = action.fields.get("actionTypeId");
    let word = |key: &str| id.and_then(|id| id.get(key)).map(ToString::to_string);
    let detail: Vec<String> = [word("category"), word("provider")].into_iter().flatten().collect();
    ComparedPart { kind: ComparedKind::Action, name: action.name.to_string(), detail: detail.join(" ") }
}

fn action_value(action: &DefinedAction) -> NormalValue {
    NormalValue::map(action.fields.clone(), action.name.span)
}

fn stage_value(stage: &DefinedStage) -> NormalValue {
    let mut fields = stage.fields.clone();
    let actions = stage.actions.iter().map(action_value).collect();
    fields.insert("actions".to_owned(), NormalValue::list(actions, stage.name.span));
    NormalValue::map(fields, stage.name.span)
}
