//! How long a compilation takes, from text in memory to findings or to a template: `cargo bench`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use dotpipe::compilation::{Compilation, Notation, Request};

#[path = "../tests/support/mod.rs"]
mod support;

/// Actions a stage may have without a remark.
const ACTIONS_OF_A_STAGE: usize = 50;

fn main() {
    divan::main();
}

#[divan::bench]
fn check_tutorial(bencher: Bencher) {
    let project = tutorial();
    bencher.bench(|| compile(&project));
}

#[divan::bench]
fn build_tutorial(bencher: Bencher) {
    let project = tutorial();
    bencher.bench(|| compile(&project).build(Notation::Yaml));
}

#[divan::bench(args = [10, 100, 999])]
fn check_actions(bencher: Bencher, actions: usize) {
    let project = generated(actions);
    bencher.counter(ItemsCount::new(actions)).bench(|| compile(&project));
}

#[divan::bench(args = [10, 100, 999])]
fn build_actions(bencher: Bencher, actions: usize) {
    let project = generated(actions);
    bencher.counter(ItemsCount::new(actions)).bench(|| compile(&project).build(Notation::Yaml));
}

/// An entry file and the files beside it.
struct Project {
    entry: String,
    files: Vec<(String, String)>,
}

fn compile(project: &Project) -> Compilation {
    support::compile(("pipeline.pipe", &project.entry), &project.files, &Request::default())
}

/// The example of the README.
fn tutorial() -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/serverless-app");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the example is complete");
    let files = ["buildspec.yml", "template.yaml"].map(|name| (name.to_owned(), read(name))).into();
    buildable(Project { entry: read("pipeline.pipe"), files })
}

/// A source, and as many builds of it; a pipeline has at most 1,000 actions.
fn generated(actions: usize) -> Project {
    let mut entry = "pipeline Wide {\n  stage Source {\n    source codecommit Fetch -> MyApp {\n      \
                     repository = \"my-app\"\n      branch = \"main\"\n    }\n  }\n"
        .to_owned();
    for first in (0..actions).step_by(ACTIONS_OF_A_STAGE) {
        let _ = writeln!(entry, "  stage Build{first} {{\n    parallel {{");
        for number in first..actions.min(first + ACTIONS_OF_A_STAGE) {
            let _ = writeln!(entry, "      build codebuild Build{number} from MyApp {{ project = Builder }}");
        }
        entry.push_str("    }\n  }\n");
    }
    entry.push_str("}\nproject Builder { image = \"aws/codebuild/standard:7.0\" }\n");
    buildable(Project { entry, files: Vec::new() })
}

/// A mistake would end the compilation early and make every figure worthless.
fn buildable(project: Project) -> Project {
    let compilation = compile(&project);
    assert!(!compilation.has_errors(), "{:#?}", compilation.diagnostics());
    assert!(compilation.build(Notation::Yaml).is_some(), "nothing is built");
    project
}
