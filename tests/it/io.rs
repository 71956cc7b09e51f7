//! What the program does when files, disks and pipes are not as they should be: a clear message, the right exit code, and
//! nothing partial.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::program::{CLEAN, FAULTY_SETTINGS, code, project, run, stderr, stdout};

#[test]
fn errors_leave_the_output_file_alone() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS), ("out.json", "before")]);
    let output = run(&folder, &["build", "-o", "out.json"]);
    assert_eq!((code(&output), stdout(&output)), (Some(1), ""));
    assert_eq!(fs::read_to_string(folder.path().join("out.json")).expect("it is there"), "before");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 4);
}

#[test]
fn a_full_disk_is_reported() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let folder = project(&[]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("dotpipe"));
    let output =
        command.args(["explain", "E0001"]).current_dir(folder.path()).stdout(full).stderr(Stdio::piped()).output();
    let output = output.expect("it runs");
    assert_eq!(code(&output), Some(2));
    assert_eq!(stderr(&output), "error: cannot write `standard output`: no space left on the device\n");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    for (arguments, wanted) in [(&["explain"][..], 0), (&["check", "--format", "json"], 1)] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("dotpipe"));
        let output = command.args(arguments).current_dir(folder.path()).stdout(writer).stderr(Stdio::piped()).output();
        let output = output.expect("it runs");
        assert_eq!((code(&output), stderr(&output)), (Some(wanted), ""), "{arguments:?}");
    }
}
