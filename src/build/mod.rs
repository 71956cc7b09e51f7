//! Builds the resolved pipeline from what the files declare.
//!
//! There are two passes. The first assigns an ID to every declaration, so that names can be used before the line that
//! declares them; the second fills in the contents. `expand` returns the statements of each block, and `evaluate` their
//! values; a value that cannot be built is reported once and becomes a poisoned value.

mod action;
mod attributes;
mod builder;
mod conditions;
mod declare;
mod drafts;
mod early;
mod environment;
mod existence;
mod generic;
mod monitoring;
mod params;
mod permissions;
mod pipeline;
mod provider;
mod quoted_names;
mod resource;
mod stack;
mod stack_set;
mod starts;

#[cfg(test)]
mod tests;

use crate::expand::Inputs;
use crate::resolve::{Index, Module};

use builder::Builder;
pub use builder::Built;

/// Builds the resolved pipelines of an entry file and the files that it imports. Imported files come before those that
/// import them, and the entry file comes last. `names`: what their identifiers refer to.
pub fn build(modules: &[Module<'_>], names: &Index, inputs: &Inputs) -> Built {
    let mut builder = Builder::new(modules, names, inputs);
    builder.declare_all();
    builder.params();
    builder.resources();
    builder.pipelines();
    builder.finish()
}
