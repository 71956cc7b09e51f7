//! The read-only view of the user's repository.

pub mod document;
pub mod file_system;
