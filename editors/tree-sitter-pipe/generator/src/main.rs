//! Writes the parser of tree-sitter-pipe to a folder: `src/` of the grammar, or one that a test compares with it.

use std::path::PathBuf;
use std::process::ExitCode;

use tree_sitter_generate::{ABI_VERSION_MAX, OptLevel, generate_parser_in_directory};

fn main() -> ExitCode {
    let grammar = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let out = std::env::args_os().nth(1).map_or_else(|| grammar.join("src"), PathBuf::from);
    let mut notes = Vec::new();
    let done = generate_parser_in_directory(
        &grammar,
        Some(&out),
        None::<PathBuf>,
        ABI_VERSION_MAX,
        None,
        Some("node"),
        true,
        OptLevel::default(),
        &mut notes,
    );
    for note in &notes {
        eprintln!("{note}");
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
