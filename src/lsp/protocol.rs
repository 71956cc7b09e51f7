//! The types of the Language Server Protocol. They are generated, and change often: nothing outside this folder uses them.

pub(super) use lsp_types::*;
