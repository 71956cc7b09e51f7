//! The hooks for pre-commit, in a separate repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{CLEAN, commit, git, output, path_with, programs, python, repository, root, write};

/// Returns a repository with the hooks, and the commit that contains them.
fn hooks() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    fs::copy(root().join(".pre-commit-hooks.yaml"), folder.path().join(".pre-commit-hooks.yaml")).unwrap();
    git(folder.path(), &["init", "--quiet"]);
    commit(&folder, "hooks");
    let head = git(folder.path(), &["rev-parse", "HEAD"]).trim().to_owned();
    (folder, head)
}

/// Returns a repository that uses the hooks as documented.
fn user(hooks: &Path, head: &str) -> TempDir {
    let folder = repository();
    let config = fs::read_to_string(root().join("packaging/ci/pre-commit-config.yaml")).unwrap();
    let config = config.replace("https://github.com/dotpipe/dotpipe", hooks.to_str().unwrap());
    write(&folder, ".pre-commit-config.yaml", &config.replace(&format!("v{}", env!("CARGO_PKG_VERSION")), head));
    commit(&folder, "hooks");
    folder
}

/// Commits a change of the pipeline. Returns whether the hooks pass, their output, and the resulting file.
fn change(runner: impl Fn() -> Command, folder: &TempDir, text: &str) -> (bool, String, String) {
    write(folder, "pipeline.pipe", text);
    git(folder.path(), &["add", "--all"]);
    let bin = programs(&[]);
    let mut runner = runner();
    runner.current_dir(folder).env("PATH", path_with(bin.path())).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let (done, text) = output(runner.args(["run", "--all-files", "--color", "never"]));
    (done.status.success(), text, fs::read_to_string(folder.path().join("pipeline.pipe")).unwrap())
}

fn hooks_work(runner: impl Fn() -> Command) {
    let (hooks, head) = hooks();
    let folder = user(hooks.path(), &head);
    let (passes, text, _) = change(&runner, &folder, CLEAN);
    assert!(passes && text.contains("dotpipe check") && text.contains("dotpipe fmt"), "{text}");
    let (passes, text, _) = change(&runner, &folder, &CLEAN.replace("from App {", "from Ap {"));
    assert!(!passes && text.contains("error[E0201]: no action produces an artifact named `Ap`"), "{text}");
    let (passes, text, file) = change(&runner, &folder, &CLEAN.replace("      branch     =", "   branch="));
    assert!(!passes && text.contains("dotpipe fmt") && !text.contains("error["), "{text}");
    assert_eq!(file, CLEAN, "the hook formats it");
    // A change of only the buildspec is also checked.
    write(&folder, "buildspec.yml", "version: 0.2\n");
    let (passes, text, _) = change(&runner, &folder, CLEAN);
    assert!(!passes && text.contains("buildspec.yml"), "{text}");
}

#[test]
fn pre_commit() {
    let (python, packages) = python();
    let home = TempDir::new().unwrap();
    hooks_work(|| {
        let mut command = Command::new(&python.command);
        command.args(["-m", "pre_commit"]).env("PYTHONPATH", &packages).env("PRE_COMMIT_HOME", home.path());
        command
    });
    for (command, file) in [
        ("validate-manifest", ".pre-commit-hooks.yaml"),
        ("validate-config", "packaging/ci/pre-commit-config.yaml"),
        ("validate-config", "packaging/ci/pre-commit-pinned.yaml"),
    ] {
        let mut validate = Command::new(&python.command);
        validate.args(["-m", "pre_commit", command]).arg(root().join(file)).env("PYTHONPATH", &packages);
        super::run(&mut validate);
    }
}

#[test]
fn prek() {
    let (_, packages) = python();
    let home = TempDir::new().unwrap();
    hooks_work(|| {
        let mut command = Command::new(packages.join("bin/prek"));
        command.env("PREK_HOME", home.path());
        command
    });
}
