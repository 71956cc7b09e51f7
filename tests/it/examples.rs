//! The applications that the example pipelines deliver work.

use std::path::Path;
use std::process::Command;

#[test]
fn serverless_app_passes_its_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/serverless-app");
    match Command::new("node").arg("--test").current_dir(folder).output() {
        Ok(done) => assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout)),
        Err(_) => println!("skipped: the example's own tests (no node)"),
    }
}
