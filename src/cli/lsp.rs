//! `dotpipe lsp`

use clap::Args;

use super::{Outcome, terminal};
use crate::lsp;

/// Start the language server for editors, on standard input and output.
///
/// Editors start it themselves. It reads the files of the workspace, and neither writes files nor sends anything over the
/// network.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Use standard input and output, which is what it always does; some editors pass this
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves an editor until it exits.
pub(super) fn run(_: &Arguments) -> Outcome {
    match lsp::serve_stdio() {
        Ok(true) => Outcome::Clean,
        Ok(false) => Outcome::Faulty,
        Err(error) => {
            terminal::error(&error);
            Outcome::Failed
        }
    }
}
