//! Everything that an editor requests about a project, answered from the last compilation. It is independent of any
//! protocol: files are paths, positions are byte offsets, and answers are plain data.
//!
//! ```text
//! documents, files on disk ── Host ── compile ──> Snapshot ── diagnostics, hover, definition, completion, ...
//! ```

mod actions;
mod calls;
mod complete;
mod crossings;
mod findings;
mod fixes;
mod formatting;
mod graph;
mod hints;
mod host;
mod hover;
mod keywords;
mod lenses;
mod live_files;
mod navigate;
mod outline;
mod places;
mod rename;
mod shape;
mod snapshot;
mod tokens;
mod trial;
mod types;
mod why;

pub use actions::{CodeActionKind, actions};
pub use calls::{Caller, caller_at, incoming, outgoing};
pub use complete::{Item, ItemKind, complete, plain, plain_text, signature};
pub use findings::Finding;
pub use fixes::{Fix, fix_all, fixes_at, silence};
pub use formatting::{format_file, format_range, indent_line};
pub use graph::{GraphPlace, graph_places};
pub use hints::{Hint, HintKind, hints};
pub use host::{FileChange, Host, document_pattern};
pub use hover::hover;
pub use lenses::{Lens, Opens, lenses};
pub use navigate::{Link, LinkTarget, WorkspaceName, definition, highlights, links, references, workspace_names};
pub use outline::{Fold, FoldKind, Symbol, SymbolKind, folds, selections, symbols};
pub use places::statement_at;
pub use rename::{renamable, rename};
pub use snapshot::{Snapshot, Target};
pub use tokens::{KnownAt, Token, TokenKind, tokens};
pub use why::why;

pub use crate::resolve::DefinitionKind;
pub use crate::syntax::Parsed;
pub use crate::workspace::pipeline_document::has_document_extension;

/// Parses the text of a `.pipe` file.
pub fn parse(file: &crate::source::SourceFile) -> Parsed {
    crate::syntax::parse(file.id(), file.text())
}
