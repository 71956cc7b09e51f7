//! Evaluates expressions to values: what is known at compile time is evaluated, and every value has a phase, which says
//! when it becomes known.
//!
//! The index says what an identifier refers to; evaluation finds its value where it is used. Nothing is expanded here:
//! `expand` handles the loops, conditions, and components of blocks, and requests the values that they depend on.

mod budget;
mod comparisons;
mod entities;
mod environments;
mod evaluator;
mod expression;
mod functions;
mod limits;
mod lookups;
mod pipeline_names;
mod quoted;
mod reference;
mod scope;
mod sink;
mod slot_values;
mod text;
mod truths;
mod types;
mod unknown;
mod unreplaced;

pub(crate) use entities::DeclaredName;
pub(crate) use evaluator::{Context, Evaluator};
pub(crate) use expression::read_duration;
pub(crate) use limits::COMPONENT_DEPTH;
pub(crate) use pipeline_names::{NamedAction, PipelineNames};
pub(crate) use scope::{Binding, ComponentId, LetEntry, LetState, ScopeId, TypeId};
pub(crate) use slot_values::{Rejected, is_file_call};
pub(crate) use truths::ConditionResult;
pub(crate) use types::literals;
