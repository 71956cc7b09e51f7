//! The types of the Language Server Protocol. They are generated and change often, so nothing outside this folder uses
//! them.

pub(super) use lsp_types::*;
