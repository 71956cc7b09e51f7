//! Formats a comparison as text: lines for people, and the formats based on them.

mod human;
mod json;
mod markdown;
mod shorten;

use std::collections::BTreeSet;

use crate::collections::HashMap;
use crate::diagnostic::wording::count;

use super::defined::{CONDITION, ComparedKind};
use super::difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyStep};
use super::normal::NormalValue;
use super::{Comparison, LOGICAL_ID};

pub use human::render as human;
pub use json::{ComparedDocument, render as json};
pub use markdown::render as markdown;

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ReportLine {
    /// `+`, `-`, `~`, or nothing for a heading.
    sign: Option<char>,
    /// Its nesting depth.
    depth: usize,
    /// The full text.
    text: String,
    /// The consequence in CloudFormation.
    consequence: Option<Consequence>,
}

/// The differences of a part, and those of the parts in it.
#[derive(Default)]
struct Branch<'c> {
    part: Option<&'c ComparedPart>,
    own: Vec<&'c Difference>,
    below: Vec<Self>,
    /// The indices of `below`.
    places: HashMap<(ComparedKind, &'c str), usize>,
}

impl<'c> Branch<'c> {
    fn of(comparison: &'c Comparison) -> Self {
        let mut root = Self::default();
        for difference in &comparison.differences {
            let mut at = &mut root;
            for part in &difference.parts {
                let next = at.below.len();
                let index = *at.places.entry((part.kind, part.name.as_str())).or_insert(next);
                if index == next {
                    at.below.push(Self { part: Some(part), ..Self::default() });
                }
                let Some(next) = at.below.get_mut(index) else { break };
                at = next;
            }
            at.own.push(difference);
        }
        root
    }

    /// Returns the difference of the part as a whole.
    fn whole(&self, moved: bool) -> Option<&'c Difference> {
        let wanted = |change| match change {
            DifferenceKind::Added | DifferenceKind::Removed => !moved,
            DifferenceKind::Moved => moved,
            _ => false,
        };
        self.own.iter().copied().find(|it| it.key.is_empty() && wanted(it.change))
    }

    fn lines(&self, depth: usize, width: usize, out: &mut Vec<ReportLine>) {
        let whole = self.whole(false);
        if let Some(part) = self.part {
            let moved = self.whole(true);
            let is_group = matches!(part.kind, ComparedKind::Pipeline | ComparedKind::Stage | ComparedKind::Role);
            let sign = match (whole, moved) {
                (Some(difference), _) | (None, Some(difference)) => Some(difference.change.sign()),
                (None, None) => (!is_group).then_some('~'),
            };
            let from_to =
                moved.map(|it| format!(", moved: {} -> {}", shown(it.before.as_ref()), shown(it.after.as_ref())));
            let text = format!("{}{}", heading(part), from_to.unwrap_or_default());
            out.push(ReportLine { sign, depth, text, consequence: whole.and_then(|it| it.consequence) });
            if let Some(whole) = whole {
                inside(whole, depth + 1, out);
            }
        }
        let below = depth + usize::from(self.part.is_some());
        let is_value = |it: &&&Difference| {
            !(it.key.is_empty()
                && matches!(it.change, DifferenceKind::Added | DifferenceKind::Removed | DifferenceKind::Moved))
        };
        let own = self.own.iter().filter(is_value);
        own.for_each(|difference| value_lines(difference, below, width, out));
        for branch in &self.below {
            branch.lines(below, width, out);
        }
    }
}

/// Kinds whose parts are listed under their own heading.
const LISTED: [(ComparedKind, &str); 7] = [
    (ComparedKind::Resource, "resources"),
    (ComparedKind::Parameter, "parameters"),
    (ComparedKind::Mapping, "mappings"),
    (ComparedKind::Condition, "conditions"),
    (ComparedKind::Rule, "rules"),
    (ComparedKind::Output, "outputs"),
    (ComparedKind::Template, "other sections"),
];

/// Returns all lines, with values shortened to the width.
fn lines(comparison: &Comparison, width: usize) -> Vec<ReportLine> {
    let mut out = Vec::new();
    let root = Branch::of(comparison);
    let of_kind = |kind| root.below.iter().filter(move |branch| branch.part.is_some_and(|part| part.kind == kind));
    for kind in [ComparedKind::Pipeline, ComparedKind::Role] {
        for branch in of_kind(kind) {
            branch.lines(0, width, &mut out);
        }
    }
    for (kind, title) in LISTED {
        let mut branches = of_kind(kind).peekable();
        if branches.peek().is_some() {
            out.push(ReportLine { sign: None, depth: 0, text: title.to_owned(), consequence: None });
        }
        for branch in branches {
            branch.lines(1, width, &mut out);
        }
    }
    out
}

/// The type of most resources with permissions.
const ROLE: &str = "AWS::IAM::Role";

/// Returns the heading of a part: its kind and name.
fn heading(part: &ComparedPart) -> String {
    let detail = if part.detail.is_empty() { String::new() } else { format!(" ({})", part.detail) };
    match part.kind {
        ComparedKind::Role if part.detail == ROLE => format!("permissions of {}", part.name),
        ComparedKind::Role => format!("permissions of {}{detail}", part.name),
        ComparedKind::Pipeline | ComparedKind::Stage | ComparedKind::Action => {
            format!("{} {}{detail}", part.kind.word(), part.name)
        }
        _ => format!("{}{detail}", part.name),
    }
}

/// Lists the stages and actions of what is added or removed as a whole.
fn inside(difference: &Difference, depth: usize, out: &mut Vec<ReportLine>) {
    let Some(value) = difference.before.as_ref().or(difference.after.as_ref()) else { return };
    let kind = difference.parts.last().map(|part| part.kind);
    let (key, word) = match kind {
        Some(ComparedKind::Pipeline) => ("stages", "stage"),
        Some(ComparedKind::Stage) => ("actions", "action"),
        _ => return,
    };
    for item in value.get(key).map(NormalValue::items).unwrap_or_default() {
        let name = item.get("name").map_or_else(|| item.to_string(), ToString::to_string);
        let text = format!("{word} {name}{}", provider(item));
        out.push(ReportLine { sign: Some(difference.change.sign()), depth, text, consequence: None });
    }
}

/// Returns the provider of an action, in parentheses.
fn provider(action: &NormalValue) -> String {
    let word = |key: &str| action.get("actionTypeId").and_then(|id| id.get(key)).map(ToString::to_string);
    match (word("category"), word("provider")) {
        (Some(category), Some(provider)) => format!(" ({category} {provider})"),
        _ => String::new(),
    }
}

fn shown(value: Option<&NormalValue>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

/// Adds the lines for a value that differs: one, or three if it has two long values.
fn value_lines(difference: &Difference, depth: usize, width: usize, out: &mut Vec<ReportLine>) {
    // The sign and the indentation come first.
    let room = width.saturating_sub(2 * depth + 2).max(40);
    let label = label(difference);
    let (before, after) = (difference.before.as_ref(), difference.after.as_ref());
    let mut add = |sign, depth, text, consequence| out.push(ReportLine { sign: Some(sign), depth, text, consequence });
    let (sign, consequence) = (difference.change.sign(), difference.consequence);
    match difference.change {
        DifferenceKind::Gained | DifferenceKind::Lost => add(sign, depth, permission(before.or(after)), consequence),
        DifferenceKind::Added | DifferenceKind::Removed => {
            let value = before.or(after).filter(|value| !names_itself(difference, value));
            let text = value.map_or(label.clone(), |value| format!("{label}: {value}"));
            add(sign, depth, shorten::single(&shorten::one_line(&text), room), consequence);
        }
        DifferenceKind::Changed | DifferenceKind::Moved => {
            let label = if difference.change == DifferenceKind::Moved { format!("{label}, order") } else { label };
            let (label, before, after) = shorten::pair(label, (before, after), room);
            let line = format!("{label}: {before} -> {after}");
            if line.chars().count() <= room {
                add(sign, depth, line, consequence);
            } else {
                add(sign, depth, format!("{label}:"), consequence);
                add('-', depth + 1, before, None);
                add('+', depth + 1, after, None);
            }
        }
    }
}

/// Returns whether an item has nothing but the name that is in the label.
fn names_itself(difference: &Difference, value: &NormalValue) -> bool {
    matches!(difference.key.last(), Some(KeyStep::Item(_)))
        && value.as_map().is_some_and(|entries| entries.len() == 1 && entries.contains_key("name"))
}

/// Returns the label of a difference, in words if the path has a better-known name.
fn label(difference: &Difference) -> String {
    let of_pipeline = difference.parts.first().is_some_and(|part| part.kind == ComparedKind::Pipeline);
    match difference.key.as_slice() {
        [KeyStep::Key(key)] if key == CONDITION && of_pipeline => "condition in the template".to_owned(),
        [KeyStep::Key(key)] if key == LOGICAL_ID => key.clone(),
        [KeyStep::Key(key), KeyStep::Item(item)] if of_pipeline => match key.as_str() {
            "inputArtifacts" => format!("input artifact {item}"),
            "outputArtifacts" => format!("output artifact {item}"),
            "variables" => format!("variable {item}"),
            "triggers" => format!("trigger {item}"),
            "tags" => format!("tag {item}"),
            _ => difference.path(),
        },
        _ => difference.path(),
    }
}

/// Formats a permission like a statement of the language.
fn permission(value: Option<&NormalValue>) -> String {
    let part = |key: &str| value.and_then(|value| value.get(key));
    let actions: Vec<String> =
        part("actions").map(NormalValue::items).unwrap_or_default().iter().map(ToString::to_string).collect();
    let (effect, on) = (shown(part("effect")), shown(part("on")));
    let when = |value: &NormalValue| {
        let all: Vec<String> = value.one_or_more().iter().map(ToString::to_string).collect();
        format!(" when {}", all.join(" and "))
    };
    let when = part("when").map(when).unwrap_or_default();
    match (actions.as_slice(), effect.contains("trust")) {
        ([], _) => format!("{effect} {on}{when}"),
        (actions, true) => format!("{effect} {on} ({}){when}", actions.join(", ")),
        (actions, false) => format!("{effect} {} on {on}{when}", actions.join(", ")),
    }
}

/// Returns the summary line: the number of differences and their consequences in CloudFormation. `None` if there are no
/// differences.
fn summary(comparison: &Comparison) -> Option<String> {
    let differences = &comparison.differences;
    let of = |consequence: &dyn Fn(Consequence) -> bool| {
        let with = differences.iter().filter(|it| it.consequence.is_some_and(consequence));
        with.filter_map(|it| it.parts.last()).collect::<BTreeSet<&ComparedPart>>().len()
    };
    let mut parts = vec![count(differences.len(), "difference")];
    let certain = |it| it == Consequence::Replaced(crate::catalog::create_only::Replacement::Certain);
    let possible = |it| it == Consequence::Replaced(crate::catalog::create_only::Replacement::Possible);
    for (amount, what) in [
        (of(&certain), "would be replaced"),
        (of(&possible), "could be replaced"),
        (of(&|it| it == Consequence::Deleted), "would be deleted"),
    ] {
        if amount > 0 {
            parts.push(format!("{} {what}", count(amount, "resource")));
        }
    }
    (!differences.is_empty()).then(|| parts.join(", "))
}

/// Describes what could not be compared. `None` if everything could.
fn not_compared(comparison: &Comparison) -> Option<String> {
    let unknown = comparison.unknown;
    let verb = if unknown == 1 { "is" } else { "are" };
    (unknown > 0).then(|| {
        format!("{} of the template {verb} known only at deployment, and not compared", count(unknown, "value"))
    })
}
