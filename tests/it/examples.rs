//! The applications that the example pipelines deliver work as expected.

use std::path::Path;
use std::process::Command;

#[test]
fn applications_pass_their_own_tests() {
    for example in ["serverless-app", "tests-approval-prod"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        match Command::new("node").arg("--test").current_dir(folder).env_remove("BASE_URL").output() {
            Ok(done) => assert!(done.status.success(), "{example}: {}", String::from_utf8_lossy(&done.stdout)),
            Err(_) => println!("skipped: the example's own tests (no node)"),
        }
    }
}

#[test]
fn the_settings_of_this_repository_name_every_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = std::fs::read_to_string(root.join("dotpipe.toml")).expect("it is there");
    let folders = std::fs::read_dir(root.join("examples")).expect("it is there");
    for folder in folders.filter_map(Result::ok).filter(|folder| folder.path().join("pipeline.pipe").is_file()) {
        let entry = format!("\"examples/{}/pipeline.pipe\"", folder.file_name().to_string_lossy());
        assert!(settings.contains(&entry), "dotpipe.toml does not name {entry}");
    }
}
