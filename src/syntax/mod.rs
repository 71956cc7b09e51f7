//! Text to tree: never fails, says what it could not read.

pub mod ast;
