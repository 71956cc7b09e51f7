//! What each diagnostic says, one file a family of codes. Rules decide when; these functions decide the words.

pub mod artifacts;
pub mod names;
pub mod phases;
pub mod repository;
pub mod reuse;
pub mod roles;
pub mod settings;
pub mod silencing;
pub mod stacks;
pub mod statements;
pub mod syntax;
