//! The extension for VS Code: its types, its highlighting grammar, its unit tests, and its package.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::installed::{self, find_node};
use super::{python, root, run};

fn home() -> PathBuf {
    root().join("editors/vscode")
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(home()).args(arguments).env("npm_config_update_notifier", "false");
    npm
}

/// Installs the packages of the lock file unless they are installed. One test at a time has the folder, in which each builds
/// the extension.
fn install() -> MutexGuard<'static, ()> {
    static FOLDER: Mutex<()> = Mutex::new(());
    let turn = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    find_node().unwrap();
    let lock = fs::read_to_string(home().join("package-lock.json")).unwrap();
    let stamp = home().join("node_modules/made-from.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == lock) {
        return turn;
    }
    installed::run(&mut npm(&["ci", "--no-audit", "--no-fund"])).unwrap();
    fs::write(stamp, lock).unwrap();
    turn
}

#[test]
fn extension() {
    let _turn = install();
    let output = run(&mut npm(&["test"]));
    assert!(output.contains("# fail 0") || output.contains("ℹ fail 0"), "{output}");
    let package = root().join("target/editors/dotpipe.vsix");
    run(npm(&["run", "package", "--", "--out"]).arg(&package));
    let (python, _) = python();
    let listed = run(Command::new(&python.command).args(["-m", "zipfile", "-l"]).arg(&package));
    for file in
        ["package.json", "dist/extension.js", "syntaxes/pipe.tmLanguage.json", "media/graph.js", "dist/LICENSE-MIT"]
    {
        assert!(listed.contains(&format!("extension/{file}")), "no {file} in the package:\n{listed}");
    }
    for folder in ["node_modules", "src", "test"] {
        assert!(!listed.contains(&format!("extension/{folder}/")), "{folder} is in the package:\n{listed}");
    }
    let size = fs::metadata(&package).unwrap().len();
    assert!(size < 500_000, "the package has {size} bytes");
}

/// The package for a platform contains the program, which is executable after unpacking.
#[test]
fn package_with_the_program() {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return;
    }
    let _turn = install();
    let folder = tempfile::tempdir().unwrap();
    let mut pack = Command::new("python3");
    pack.arg(root().join("packaging/vsix")).args(["linux-x64", env!("CARGO_BIN_EXE_dotpipe")]).arg(folder.path());
    let output = run(&mut pack);
    let package = output.lines().last().unwrap();
    let unpacked = folder.path().join("unpacked");
    let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    run(Command::new("python3").args(["-c", script, package]).arg(&unpacked));
    let manifest = fs::read_to_string(unpacked.join("extension.vsixmanifest")).unwrap();
    assert!(manifest.contains("TargetPlatform=\"linux-x64\""), "{manifest}");
    let program = unpacked.join("extension/bin/dotpipe");
    // Editors apply the file mode in the archive, but Python does not.
    let mode = "import sys, zipfile; i = zipfile.ZipFile(sys.argv[1]).getinfo('extension/bin/dotpipe'); print(i.external_attr >> 16 & 0o111)";
    let executable = run(Command::new("python3").args(["-c", mode, package]));
    assert_ne!(executable.trim(), "0", "the program cannot be started");
    run(Command::new("chmod").arg("+x").arg(&program));
    let version = run(Command::new(&program).arg("--version"));
    assert!(version.starts_with("dotpipe "), "{version}");
}

/// Both grammars contain the words of the language.
#[test]
fn grammars_have_every_keyword() {
    let pest = fs::read_to_string(root().join("grammar/pipe.pest")).unwrap();
    let rules = pest.lines().filter(|line| line.starts_with("kw_"));
    let keywords: BTreeSet<&str> = rules.filter_map(|rule| rule.split('"').nth(1)).collect();
    assert!(keywords.len() > 40);
    for file in ["editors/tree-sitter-pipe/grammar.js", "editors/vscode/syntaxes/pipe.tmLanguage.json"] {
        let grammar = fs::read_to_string(root().join(file)).unwrap();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let words: BTreeSet<&str> = grammar.split(|c| !is_word(c)).collect();
        let missing: Vec<_> = keywords.difference(&words).collect();
        assert!(missing.is_empty(), "{file} does not have {missing:?}");
    }
}
