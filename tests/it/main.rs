//! What holds for the program as a whole.

mod cli;
mod docs;
mod edits;
mod examples;
mod explain;
mod lint;
mod properties;
#[path = "../support/mod.rs"]
mod support;
mod tidy;
