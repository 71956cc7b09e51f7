//! The launcher of the npm package.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use tempfile::TempDir;

use super::installed::find_node;
use super::{CLEAN, PROGRAM, output, root, run, write};

/// Creates the packages as installed by npm, without the one for this platform.
fn installed(folder: &TempDir) -> String {
    find_node().unwrap();
    let modules = folder.path().join("node_modules/dotpipe/bin");
    fs::create_dir_all(&modules).unwrap();
    fs::copy(root().join("packaging/npm/bin/dotpipe.js"), modules.join("dotpipe.js")).unwrap();
    run(Command::new("node").args(["-p", "`${process.platform}-${process.arch}`"])).trim().to_owned()
}

fn launcher(folder: &TempDir) -> Command {
    let mut node = Command::new("node");
    node.arg("node_modules/dotpipe/bin/dotpipe.js").current_dir(folder);
    node
}

#[test]
fn starts_the_program_of_the_platform() {
    let folder = TempDir::new().unwrap();
    let platform = installed(&folder);
    let bin = folder.path().join(format!("node_modules/@dotpipe/{platform}/bin"));
    fs::create_dir_all(&bin).unwrap();
    symlink(PROGRAM, bin.join("dotpipe")).unwrap();
    assert_eq!(run(launcher(&folder).arg("--version")), format!("dotpipe {}\n", env!("CARGO_PKG_VERSION")));
    write(&folder, "pipeline.pipe", &CLEAN.replace("from App {", "from Ap {"));
    write(&folder, "buildspec.yml", super::BUILDSPEC);
    let (done, text) = output(launcher(&folder).args(["check", "--format", "short"]));
    assert_eq!(done.status.code(), Some(1), "{text}");
    assert!(text.starts_with("pipeline.pipe:9:34: error[E0201]"), "{text}");
    assert_eq!(output(launcher(&folder).arg("chek")).0.status.code(), Some(2));
}

#[test]
fn says_what_is_missing() {
    let folder = TempDir::new().unwrap();
    let platform = installed(&folder);
    let (done, text) = output(launcher(&folder).arg("--version"));
    assert_eq!(done.status.code(), Some(2));
    assert!(text.starts_with(&format!("error: the package `@dotpipe/{platform}` is not installed")), "{text}");
}
