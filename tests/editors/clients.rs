//! The language server in editors, whose configurations are those of the documentation.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{EXAMPLE, block, project, python, root, run, tree_sitter};

/// Returns a `PATH` that begins with the folder of the program.
fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_dotpipe")).parent().unwrap();
    format!("{}:{}", program.display(), env::var("PATH").unwrap_or_default())
}

/// pytest-lsp rejects malformed messages; it uses the capabilities of three editors.
#[test]
fn protocol() {
    let (python, packages) = python();
    let output = run(Command::new(&python.command)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore::DeprecationWarning", "test_protocol.py"])
        .current_dir(root().join("tests/editors"))
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("DOTPIPE", env!("CARGO_BIN_EXE_dotpipe"))
        .env("EXAMPLE", root().join(EXAMPLE)));
    assert!(output.contains(" passed"), "{output}");
}

#[test]
fn neovim() {
    let (_, packages) = python();
    let folder = project();
    let runtime = folder.path().join("runtime");
    tree_sitter::copy_queries(&runtime.join("queries/pipe"));
    let setup = folder.path().join("setup.lua");
    let setup_text = block("docs/editors/neovim.md", "lua");
    fs::write(&setup, format!("vim.opt.runtimepath:prepend('{}')\n{setup_text}", runtime.display())).unwrap();
    let report = folder.path().join("report.txt");
    let done = Command::new(packages.join("bin/nvim"))
        .args(["--clean", "-n", "--headless", "-S"])
        .arg(root().join("tests/editors/neovim.lua"))
        .current_dir(folder.path())
        .env("PATH", path())
        .env("PYTHONPATH", &packages)
        .env("XDG_STATE_HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .env("SETUP", setup)
        .env("REPORT", &report)
        .env("PARSER", tree_sitter::library())
        .output()
        .unwrap();
    let output = fs::read_to_string(&report).unwrap_or_default();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && output.ends_with("done\n"), "Neovim:\n{output}{said}");
}

#[test]
fn emacs() {
    let installed = Command::new("emacs").arg("--version").output().is_ok_and(|done| done.status.success());
    assert!(installed, "Emacs is not installed; on Debian: apt-get install emacs-nox elpa-eglot");
    let folder = project();
    let setup = folder.path().join("setup.el");
    fs::write(&setup, block("docs/editors/emacs.md", "elisp")).unwrap();
    let output = run(Command::new("emacs")
        .args(["-Q", "--batch", "-l"])
        .arg(root().join("tests/editors/emacs.el"))
        .current_dir(folder.path())
        .env("PATH", path())
        .env("HOME", folder.path())
        .env("SETUP", setup));
    assert!(output.ends_with("done\n"), "Emacs:\n{output}");
}
