//! What holds for the program as a whole.

mod cli;
mod explain;
#[path = "../support/mod.rs"]
mod support;
mod tidy;
