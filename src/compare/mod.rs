//! Differences between two documents that define pipelines: templates, or definitions of one pipeline.
//!
//! [`Pipelines::read`] converts a document to a normal form, in which values with the same meaning are equal; nothing
//! is resolved. [`difference`] compares two of them and returns nothing if both define the same.

mod conditional;
mod counterparts;
mod defined;
mod difference;
mod json_text;
mod normal;
mod order;
mod permissions;
mod policy_documents;
pub mod report;
mod resources;
mod show;
mod stages;
mod values;

#[cfg(test)]
mod tests;

use crate::workspace::pipeline_document::DocumentKind;

pub use defined::{CONDITION, ComparedKind, DefinedAction, DefinedPipeline, DefinedResource, DefinedStage, Pipelines};
pub use difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyPath, KeyStep};
pub use normal::{Fragment, Keys, NormalKind, NormalValue};
pub use permissions::{DefinedPermission, PermissionEffect, PermissionSet};
pub use stages::LOGICAL_ID;

use counterparts::Counterparts;
use order::Pairs;
use values::Comparer;

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, by part.
    pub differences: Vec<Difference>,
    /// The number of values that one side leaves to deployment, so that they cannot be compared with those of a
    /// definition.
    pub unknown: usize,
}

/// Returns the differences; empty if both documents define the same.
pub fn difference(before: &Pipelines, after: &Pipelines) -> Vec<Difference> {
    compare(before, after).differences
}

/// Compares two documents. If one is a template and the other a definition, only their pipelines are compared.
pub fn compare(before: &Pipelines, after: &Pipelines) -> Comparison {
    let deployable = before.kind == DocumentKind::Template && after.kind == DocumentKind::Template;
    let mut comparer = Comparer { across: before.kind != after.kind, deployable, ..Comparer::default() };
    let pairs = pairs(&before.pipelines, &after.pipelines);
    let counterparts = if deployable { Counterparts::of(before, after, &pairs.both) } else { Counterparts::default() };
    let before = counterparts.before.as_ref().unwrap_or(before);
    let (old, new) = (&before.pipelines, &after.pipelines);
    for (one, other) in &pairs.both {
        if let (Some(one), Some(other)) = (old.get(*one), new.get(*other)) {
            comparer.pipelines(one, other);
        }
    }
    for pipeline in pairs.only_before.iter().filter_map(|index| old.get(*index)) {
        comparer.whole_pipeline(pipeline, DifferenceKind::Removed);
    }
    for pipeline in pairs.only_after.iter().filter_map(|index| new.get(*index)) {
        comparer.whole_pipeline(pipeline, DifferenceKind::Added);
    }
    if deployable {
        comparer.templates(before, after, &counterparts.pairs);
    }
    Comparison { differences: comparer.found, unknown: comparer.unknown }
}

/// Pairs corresponding pipelines: by logical ID, by name, or because each side has only one left.
fn pairs(before: &[DefinedPipeline], after: &[DefinedPipeline]) -> Pairs {
    let mut pairs = Pairs::none(before.len(), after.len());
    let two = |one: usize, other: usize| Some((before.get(one)?, after.get(other)?));
    pairs.also(|one, other| two(one, other).is_some_and(|(one, other)| one.id.is_some() && one.id == other.id));
    pairs.also(|one, other| {
        let name = |pipeline: &DefinedPipeline| pipeline.fields.get("name").cloned();
        two(one, other).is_some_and(|(one, other)| name(one).is_some() && name(one) == name(other))
    });
    if let ([_], [_]) = (pairs.only_before.as_slice(), pairs.only_after.as_slice()) {
        pairs.also(|_, _| true);
    }
    pairs
}
