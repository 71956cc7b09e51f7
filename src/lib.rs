//! dotpipe compiles `.pipe` files, a small declarative language for AWS CodePipeline.
//!
//! ```text
//! text -- syntax --> ast -- build --> hir -- plan --> plan -- emit --> CodePipeline JSON | CloudFormation
//!                     |                |               |
//!                     |                +---- check ----+--> diagnostics -- render --> human | short | json
//!                     +-- format --> text
//! ```
//!
//! No stage fails because of an error in the input: each returns what it could produce, and diagnostics.

// A page does not use some parts of the language server and the program.
#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports))]

pub mod browser;
mod build;
pub mod catalog;
mod check;
// A web page has no terminal, no processes, and no files.
#[cfg(not(target_family = "wasm"))]
pub mod cli;
mod collections;
pub mod compare;
pub mod compilation;
mod decompile;
pub mod diagnostic;
mod emit;
mod evaluate;
mod expand;
pub mod format;
mod hir;
mod ide;
pub mod import;
#[cfg(not(target_family = "wasm"))]
pub mod lsp;
mod plan;
mod raise;
pub mod render;
mod resolve;
pub mod settings;
pub mod slots;
pub mod source;
pub mod syntax;
pub mod workspace;

/// The parts of a compilation, for tests and tools that inspect them.
pub mod model {
    pub use crate::check::{Rule, rules};
    pub use crate::hir::PipelineId;
    pub use crate::ide::why;
    pub use crate::plan::{Effect, Grant, Identity, ParamPlan, Plan};
    pub use crate::resolve::{Definition, DefinitionId, DefinitionKind, Index, Meaning, Mention, Scope, ScopeId, Word};
}
