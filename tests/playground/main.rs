//! The playground: the compiler as WebAssembly, and the page in a real browser.
//!
//! `.ci/run` runs these tests; `cargo test` does not, because they build the compiler again. Chromium and Node must be
//! installed on the system. If one is missing, the tests fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a command and returns its output.
fn run(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}\n{output}{errors}");
    output
}

/// Returns the folder of the page, which is built once.
fn site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(|| {
        let site = root().join("target/playground/test-site");
        run(Command::new(root().join("playground/build")).arg("--fast").arg(&site));
        site
    })
}

/// Returns the native program's outputs for an example, which must equal those of the page.
fn native(folder: &Path) -> Value {
    let program = env!("CARGO_BIN_EXE_dotpipe");
    let build = |options: &[&str]| run(Command::new(program).arg("build").args(options).current_dir(folder));
    let file = folder.join("template.yaml.out.yaml");
    run(Command::new(program).args(["build", "-o"]).arg(&file).current_dir(folder));
    let template = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let expansion = run(Command::new(program).arg("expand").current_dir(folder));
    let mut definitions = Map::new();
    let text = fs::read_to_string(folder.join("pipeline.pipe")).unwrap();
    for name in text.lines().filter_map(|line| line.strip_prefix("pipeline ")?.split(' ').next()) {
        let place = ["--account", "111122223333", "--region", "eu-west-1", "--pipeline", name];
        let options: Vec<&str> = ["--target", "codepipeline"].into_iter().chain(place).collect();
        definitions.insert(name.to_owned(), Value::String(build(&options)));
    }
    json!({ "template": template, "expansion": expansion, "definitions": definitions })
}

/// Every example compiles to the same bytes with the WebAssembly module.
#[test]
fn examples_compile_to_the_same_bytes() {
    let expected: Map<String, Value> = fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), native(&path)))
        .collect();
    assert!(expected.len() >= 9, "{} examples", expected.len());
    let file = root().join("target/playground/expected.json");
    let site = site();
    fs::write(&file, serde_json::to_vec(&expected).unwrap()).unwrap();
    let output = run(Command::new("node").arg(root().join("playground/test/bytes.mjs")).arg(site).arg(&file));
    assert_eq!(output.lines().last(), Some(format!("{} examples", expected.len()).as_str()), "{output}");
}

/// The page in Chromium: diagnostics, fixes, completion, outputs, links, keyboard use, and offline use, at three
/// widths.
#[test]
fn page_works_in_a_browser() {
    let output = run(Command::new("node").arg(root().join("playground/test/browser.mjs")).arg(site()));
    assert_eq!(output.lines().last(), Some("done"), "{output}");
}

/// The page's source passes the type check.
#[test]
fn types_fit() {
    // `playground/build` has installed the required packages.
    site();
    run(Command::new("npx").args(["tsc", "--noEmit"]).current_dir(root().join("playground")));
}
