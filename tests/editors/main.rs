//! The contents of `editors/`, and the language server in real editors.
//!
//! `.ci/run` runs these tests; `cargo test` does not, because they install editors from registries in `target/editors`.
//! Emacs must be installed on the system. If something cannot be installed, the tests fail.

mod clients;
#[path = "../support/installed.rs"]
mod installed;
mod tree_sitter;
mod vscode;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use installed::{Python, find_python, packages};

/// Returns the root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the Python to use, and the folder with the packages of `requirements.txt`.
fn python() -> (Python, PathBuf) {
    let python = find_python().unwrap();
    let folder = packages(&python, &root().join("tests/editors/requirements.txt"), "editors/python").unwrap();
    (python, folder)
}

/// Runs a command and returns its output.
fn run(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}\n{output}{errors}");
    output
}

/// Returns a copy of an example, as a separate project.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(root().join(EXAMPLE)).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    // The example's own diagnostic is not part of the tests.
    fs::write(folder.path().join("dotpipe.toml"), "[lints]\nI0860 = \"allow\"\n").unwrap();
    folder
}

/// The example that editors open.
const EXAMPLE: &str = "examples/serverless-app";

/// Returns the first block in a language on a documentation page.
fn block(page: &str, language: &str) -> String {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let mut lines = text.lines().skip_while(|line| line.trim() != format!("```{language}"));
    lines.next().unwrap_or_else(|| panic!("{page} has no block in {language}"));
    lines.take_while(|line| line.trim() != "```").flat_map(|line| [line, "\n"]).collect()
}
