//! The ways to run dotpipe in other tools: the action, the hooks, the CI snippets, and the launcher of the npm package.
//!
//! `.ci/run` runs these tests; `cargo test` does not, because they install programs from registries in
//! `target/packaging`. The packages themselves take longer: `packaging/try` builds and uses them.
#![cfg(unix)]

mod action;
mod hooks;
#[path = "../support/installed.rs"]
mod installed;
mod launcher;
mod snippets;
mod workflows;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use installed::{Python, find_python, packages};

const PROGRAM: &str = env!("CARGO_BIN_EXE_dotpipe");

/// Returns the root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the Python to use, and the folder with the packages of `requirements.txt`.
fn python() -> (Python, PathBuf) {
    let python = find_python().unwrap();
    let folder = packages(&python, &root().join("tests/packaging/requirements.txt"), "packaging/python").unwrap();
    (python, folder)
}

/// Runs a command and returns its output.
fn run(command: &mut Command) -> String {
    let (done, text) = output(command);
    assert!(done.status.success(), "{command:?}\n{text}");
    text
}

/// Runs a command and returns its result and the output of both streams.
fn output(command: &mut Command) -> (Output, String) {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done, text)
}

/// Returns a YAML file of the repository.
fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A pipeline without diagnostics.
const CLEAN: &str = "\
pipeline App {
  stage Source {
    source codecommit Fetch -> App {
      repository = \"app\"
      branch     = \"main\"
    }
  }
  stage Build {
    build codebuild Package from App {
      project = Builder
    }
  }
}

project Builder {
  image = \"aws/codebuild/standard:7.0\"
}
";

const BUILDSPEC: &str = "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

/// Creates a Git repository with a pipeline.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    write(&folder, "pipeline.pipe", CLEAN);
    write(&folder, "buildspec.yml", BUILDSPEC);
    git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
    commit(&folder, "first");
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    fs::write(folder.path().join(path), text).unwrap();
}

fn commit(folder: &TempDir, message: &str) {
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", message]);
}

/// Runs Git without the settings of the user.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    let mut git = Command::new("git");
    run(git.args(identity).args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null"))
}

/// Creates a folder of programs that precede others on the path: `dotpipe` and these scripts.
fn programs(scripts: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    symlink(PROGRAM, folder.path().join("dotpipe")).unwrap();
    for (name, text) in scripts {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// Returns the path with a folder prepended.
fn path_with(folder: &Path) -> OsString {
    let others = env::var_os("PATH").unwrap_or_default();
    env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&others))).unwrap()
}
