//! Measures the time of a compilation, from text in memory to diagnostics or a template: `cargo bench`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use dotpipe::compilation::{Compilation, Notation, Request};
use dotpipe::format::format;
use dotpipe::source::SourceMap;
use dotpipe::syntax::{self, Parsed};

#[path = "../tests/support/sizes.rs"]
mod sizes;
#[path = "../tests/support/mod.rs"]
mod support;

/// The maximum number of actions in a stage without a diagnostic.
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
fn parse_actions(bencher: Bencher, actions: usize) {
    let project = generated(actions);
    bencher.counter(ItemsCount::new(actions)).bench(|| parse(&project.entry));
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

#[divan::bench(args = [3_100, 31_000], sample_count = 20)]
fn parse_lines(bencher: Bencher, lines: usize) {
    let files = long(lines);
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        for file in &files {
            divan::black_box(parse(&file.entry));
        }
    });
}

/// Formats unformatted text: it is parsed, written, and parsed again.
#[divan::bench(args = [1_000, 10_000], sample_count = 20)]
fn format_lines(bencher: Bencher, lines: usize) {
    let files: Vec<String> = long(lines).iter().map(|file| file.entry.replace(" = ", "=")).collect();
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        for file in &files {
            divan::black_box(format(file).is_ok());
        }
    });
}

/// Checks the files one after the other in one thread, whereas the program uses all processors.
#[divan::bench(args = [3_100, 31_000], sample_count = 20)]
fn check_lines(bencher: Bencher, lines: usize) {
    let files = long(lines);
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        for file in &files {
            divan::black_box(compile(file));
        }
    });
}

#[divan::bench(args = [3_100, 31_000], sample_count = 20)]
fn build_lines(bencher: Bencher, lines: usize) {
    let files = long(lines);
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        for file in &files {
            divan::black_box(compile(file).build(Notation::Yaml));
        }
    });
}

/// Checks the files one after the other in one thread, whereas the program uses all processors.
#[divan::bench(args = [100, 1_000], sample_count = 20)]
fn check_files(bencher: Bencher, files: usize) {
    let project = generated(5);
    bencher.counter(ItemsCount::new(files)).bench(|| {
        for _ in 0..files {
            divan::black_box(compile(&project));
        }
    });
}

/// Checks pipelines of 46 stages and 62 actions, all created by components.
#[divan::bench(args = [1, 5, 20])]
fn check_components(bencher: Bencher, pipelines: usize) {
    let project = buildable(Project { entry: sizes::pipelines(pipelines), files: Vec::new() });
    bencher.counter(ItemsCount::new(pipelines)).bench(|| compile(&project));
}

/// Builds a pipeline with this number of stages with 20 actions each, created by two loops.
#[divan::bench(args = [5, 49])]
fn build_loops(bencher: Bencher, stages: usize) {
    let project = buildable(Project { entry: sizes::loops(stages, 20), files: Vec::new() });
    bencher.counter(ItemsCount::new(stages * 20)).bench(|| compile(&project).build(Notation::Yaml));
}

/// Expands components to text.
#[divan::bench(args = [1, 5, 20])]
fn expand_components(bencher: Bencher, pipelines: usize) {
    let project = buildable(Project { entry: sizes::pipelines(pipelines), files: Vec::new() });
    bencher.counter(ItemsCount::new(pipelines)).bench(|| compile(&project).expand());
}

/// An entry file and the other files of its folder.
struct Project {
    entry: String,
    files: Vec<(String, String)>,
}

fn compile(project: &Project) -> Compilation {
    support::compile(("pipeline.pipe", &project.entry), &project.files, &Request::default())
}

fn parse(text: &str) -> Parsed {
    syntax::parse(SourceMap::default().add("pipeline.pipe".into(), text), text)
}

/// Returns the example of the README.
fn tutorial() -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/serverless-app");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the example is complete");
    let files = ["buildspec.yml", "template.yaml"].map(|name| (name.to_owned(), read(name))).into();
    buildable(Project { entry: read("pipeline.pipe"), files })
}

/// Returns a source and this number of builds of it; a pipeline has at most 1,000 actions.
fn generated(actions: usize) -> Project {
    let mut entry = wide("Wide", actions);
    entry.push_str(BUILDER);
    buildable(Project { entry, files: Vec::new() })
}

/// Returns this number of lines, in files of five pipelines each: a file is built as one template, for which AWS allows
/// 1 MB.
fn long(lines: usize) -> Vec<Project> {
    let mut entry: String = (0..5).map(|number| wide(&format!("Wide{number}"), 150)).collect();
    entry.push_str(BUILDER);
    let files = lines.div_ceil(entry.lines().count());
    (0..files).map(|_| buildable(Project { entry: entry.clone(), files: Vec::new() })).collect()
}

const BUILDER: &str = "project Builder { image = \"aws/codebuild/standard:7.0\" }\n";

fn wide(name: &str, actions: usize) -> String {
    let mut text = format!(
        "pipeline {name} {{\n  stage Source {{\n    source codecommit Fetch -> MyApp {{\n      repository = \"my-app\"\n      \
         branch = \"main\"\n    }}\n  }}\n"
    );
    for first in (0..actions).step_by(ACTIONS_OF_A_STAGE) {
        let _ = writeln!(text, "  stage Build{first} {{\n    parallel {{");
        for number in first..actions.min(first + ACTIONS_OF_A_STAGE) {
            let _ = writeln!(
                text,
                "      build codebuild Build{number} from MyApp {{\n        project = Builder\n        env = {{ NUMBER = \
                 \"{number}\" }}\n      }}"
            );
        }
        text.push_str("    }\n  }\n");
    }
    text.push_str("}\n");
    text
}

/// Asserts that the project has no errors, because an error ends the compilation early and makes all results worthless.
fn buildable(project: Project) -> Project {
    let compilation = compile(&project);
    assert!(!compilation.has_errors(), "{:#?}", compilation.diagnostics());
    assert!(compilation.build(Notation::Yaml).is_some(), "nothing is built");
    project
}
