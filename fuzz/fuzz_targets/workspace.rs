//! Any text can be the user's buildspec and template.

#![no_main]

use dotpipe::compilation::{Compilation, CompilationInput, Notation, Request};
use dotpipe::settings::Settings;
use dotpipe::workspace::Workspace;
use dotpipe::workspace::file_system::Memory;
use libfuzzer_sys::fuzz_target;

/// A pipeline that uses both files in every possible way.
const PIPELINE: &str = "
pipeline App {
  stage Source {
    source codecommit Fetch -> App { repository = \"app\", branch = \"main\" }
  }
  stage Build {
    build codebuild Package from App -> Built { project = Builder }
    build codebuild Batch from App -> Left, Right { project = Builder, batch-enabled = true }
  }
  stage Deploy {
    deploy stack direct from App::file.yml { capabilities = [CAPABILITY_IAM], parameters = { Stage = \"prod\" } }
    deploy stack packaged from Built::output.yaml
    deploy ecs Service from Built { cluster = \"a\", service = \"b\" }
    invoke lambda Smoke { function = \"app-smoke\", input = \"${Package.IMAGE} ${direct.outputs.Url}\" }
  }
}

project Builder { image = \"aws/codebuild/standard:7.0\", buildspec = \"file.yml\" }
";

fuzz_target!(|text: &str| {
    let workspace = Workspace::new(Memory::new([("pipeline.pipe", PIPELINE), ("file.yml", text)]), "");
    let entry = workspace.add_source("pipeline.pipe", PIPELINE);
    let input = CompilationInput { workspace, entry, settings: &Settings::default(), request: &Request::default() };
    let compilation = Compilation::new(input);
    for found in compilation.diagnostics() {
        let span = found.primary.span;
        assert!(compilation.sources().file(span.file).text().get(span.range()).is_some(), "{found:?}");
    }
    compilation.build(Notation::Yaml);
});
