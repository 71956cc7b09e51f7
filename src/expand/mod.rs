//! What a block comes to: the flat list of its statements, with loops, conditions and components written out, and with names
//! bound to their values.
//!
//! What a loop runs over and what a condition depends on are values; `evaluate` makes them. What becomes of the statements is for
//! `build`.

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

pub(crate) use expander::{Expander, Expansion, ParamBlock};
pub use inputs::{Given, Inputs, UnusedInput};
pub(crate) use params::unused_inputs;
pub use shorthand::write_out;
pub(crate) use surroundings::{Body, Placed, Surroundings};
