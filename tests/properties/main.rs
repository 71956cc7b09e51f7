//! What holds for every example, case, and generated input, and for input without bounds. `.ci/run` runs these tests,
//! `cargo test` does not: they compile each input many times.

mod cache;
#[path = "../support/cases.rs"]
mod cases;
mod diff;
mod edits;
mod existing;
mod expand;
#[path = "../support/explain_pages.rs"]
mod explain_pages;
mod import;
mod limits;
mod loops;
mod names;
#[path = "../support/program.rs"]
mod program;
mod random_changes;
mod reordering;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod values_reach_output;
