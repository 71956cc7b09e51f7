//! Tests of the program as a whole.

mod baseline;
mod build;
#[path = "../support/cases.rs"]
mod cases;
mod cli;
mod commands;
mod defaults;
mod deploy_time_names;
mod deploying;
mod docs;
mod environments;
mod examples;
mod existing_folders;
mod explain;
#[path = "../support/explain_pages.rs"]
mod explain_pages;
mod faults;
mod fix;
mod formatting;
mod graph;
mod init;
mod io;
mod lsp;
mod packaging;
#[path = "../support/program.rs"]
mod program;
mod providers;
mod reports;
mod roles;
mod rules;
mod security;
mod snippets;
mod stack_pairs;
#[path = "../support/mod.rs"]
mod support;
mod tidy;
mod why;
mod wording;
