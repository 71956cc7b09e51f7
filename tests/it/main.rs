//! What holds for the program as a whole.

mod build;
mod cases;
mod cli;
mod commands;
mod docs;
mod edits;
mod environments;
mod examples;
mod explain;
mod fix;
mod io;
mod lint;
mod program;
mod properties;
mod providers;
mod reordering;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod tidy;
