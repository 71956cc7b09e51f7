//! Expands a block to the flat list of its statements, with loops, conditions, and components resolved and names bound
//! to their values.
//!
//! The lists that loops iterate over and the conditions are values, which `evaluate` computes. `build` handles the
//! resulting statements.

mod alternatives;
mod bindings;
mod block;
mod components;
mod expander;
mod imports;
mod inputs;
mod params;
mod placement;
mod shorthand;
mod surroundings;

pub(crate) use expander::{Expander, Expansion};
pub use inputs::{Given, Inputs, UnusedInput};
pub(crate) use params::unused_inputs;
pub use shorthand::write_out;
pub(crate) use surroundings::{Body, Placed, Surroundings};
