//! The resolved pipeline, made of what the files declare.
//!
//! Two passes. The first gives every declaration its id, so that names can be used before the line that declares them;
//! the second fills in what it says. `expand` gives the statements of each block, `evaluate` their values; whatever cannot be
//! made is reported once and becomes a poisoned value.

mod action;
mod around;
mod attributes;
mod builder;
mod conditions;
mod declare;
mod drafts;
mod early;
mod environment;
mod generic;
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

/// Makes the resolved pipelines of an entry file and the files that it imports. Imported files stand before those that import
/// them, the entry last. `names`: what their identifiers stand for.
pub fn build(modules: &[Module<'_>], names: &Index, inputs: &Inputs) -> Built {
    let mut builder = Builder::new(modules, names, inputs);
    builder.declare_all();
    builder.params();
    builder.resources();
    builder.pipelines();
    builder.finish()
}
