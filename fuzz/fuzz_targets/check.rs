//! Any text passes through every stage, twice with the same result.

#![no_main]

use dotpipe::compilation::{Compilation, CompilationInput, Notation, Request};
use dotpipe::render::human::{self, Look};
use dotpipe::settings::Settings;
use dotpipe::workspace::Workspace;
use dotpipe::workspace::file_system::Memory;
use libfuzzer_sys::fuzz_target;

const BUILDSPEC: &str = include_str!("../../tests/support/buildspec.yml");
const TEMPLATE: &str = include_str!("../../tests/support/template.yaml");

fuzz_target!(|text: &str| {
    assert_eq!(outcome(text), outcome(text));
});

/// Returns the diagnostics and the outputs of a file.
fn outcome(text: &str) -> (String, Option<String>, Option<String>) {
    let files = [("pipeline.pipe", text), ("buildspec.yml", BUILDSPEC), ("template.yaml", TEMPLATE)];
    let workspace = Workspace::new(Memory::new(files), "");
    let entry = workspace.add_source("pipeline.pipe", text);
    let input = CompilationInput { workspace, entry, settings: &Settings::default(), request: &Request::default() };
    let compilation = Compilation::new(input);
    let said = human::render(&[compilation.report()], Look::default());
    (said, compilation.build(Notation::Json), compilation.build(Notation::Yaml))
}
