//! dotpipe compiles `.pipe` files, a small declarative language for AWS CodePipeline.
//!
//! ```text
//! text -- syntax --> ast -- lower --> hir -- plan --> plan -- emit --> CodePipeline JSON | CloudFormation
//!                     |                |               |
//!                     |                +---- check ----+--> diagnostics -- render --> human | short | json
//!                     +-- format --> text
//! ```
//!
//! No stage fails because of a user's mistake: each returns what it could make, and diagnostics.

pub mod catalog;
pub mod check;
pub mod cli;
pub mod compilation;
pub mod diagnostic;
pub mod emit;
pub mod format;
pub mod hir;
pub mod ide;
pub mod lower;
pub mod lsp;
pub mod plan;
pub mod raise;
pub mod render;
pub mod resolve;
pub mod settings;
pub mod slots;
pub mod source;
pub mod syntax;
pub mod workspace;
