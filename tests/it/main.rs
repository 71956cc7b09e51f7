//! What holds for the program as a whole.

mod build;
mod cases;
mod cli;
mod commands;
mod defaults;
mod deploy_time_names;
mod deploying;
mod docs;
mod edits;
mod environments;
mod examples;
mod expand;
mod explain;
mod fix;
mod graph;
mod init;
mod io;
mod limits;
mod loops;
mod names;
mod program;
mod properties;
mod providers;
mod reordering;
mod roles;
mod rules;
mod security;
mod sizes;
mod snippets;
mod stack_pairs;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod tidy;
mod values_reach_output;
mod wording;
