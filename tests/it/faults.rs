//! Templates and definitions with one error each: every error is reported, and the two files without an error have no
//! diagnostics.
//!
//! Each folder of `tests/faults` contains a `template.yaml` and a `pipeline.json` of the same pipeline, its buildspecs,
//! and `meta.json`, which describes the error. `report.txt` is what `dotpipe check --format short` prints for both;
//! `UPDATE=1 cargo test --test it faults` writes it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cases;
use crate::program::dotpipe;

/// The file names of the template and the definition.
const DOCUMENTS: [&str; 2] = ["template.yaml", "pipeline.json"];

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).expect("the folder is there").flatten().map(|it| it.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// Returns the output for the documents of a folder.
fn report(folder: &Path) -> String {
    let mut printed = String::new();
    for document in DOCUMENTS {
        let output = dotpipe(folder)
            .args(["check", "--no-cache", "--format", "short", "--root", ".", document])
            .output()
            .expect("the program runs");
        printed += &String::from_utf8_lossy(&output.stderr);
    }
    printed
}

fn meta(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("meta.json")).expect("it is there")).expect("it is JSON")
}

#[test]
fn every_fault_is_reported_and_nothing_else() {
    let folders = folders();
    assert!(folders.len() >= 55, "{}", folders.len());
    let mut wrong = Vec::new();
    for folder in cases::share(folders) {
        let (printed, meta) = (report(&folder), meta(&folder));
        let (title, when) = (meta["title"].as_str().unwrap_or_default(), meta["when"].as_str().unwrap_or_default());
        let of_template = printed.lines().filter(|line| !line.starts_with("pipeline.json:")).count();
        if (when == "none") != (of_template == 0) {
            wrong.push(format!("{}: {title}\n{printed}", folder.display()));
        }
        // Errors that AWS reports at creation are also found in the definition alone, unless they concern another
        // resource.
        let about_others = ["P11", "X17"].iter().any(|id| folder.ends_with(id));
        if when == "create" && !about_others && !printed.contains("pipeline.json:") {
            wrong.push(format!("{}, pipeline.json: {title}", folder.display()));
        }
        let path = folder.join("report.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &printed).expect("it can be written");
        }
        if fs::read_to_string(&path).unwrap_or_default() != printed {
            wrong.push(format!("{} is not what is printed; UPDATE=1 writes it:\n{printed}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
