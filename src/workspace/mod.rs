//! The read-only view of the user's repository.

pub mod artifact;
pub mod buildspec;
pub mod document;
pub mod file_system;
pub mod shell;
