//! Any text can be a template or the JSON of a pipeline: it is checked twice as either kind, with the same result, and fixes
//! only replace parts of the text.

#![no_main]

use dotpipe::compilation::{Compilation, CompilationInput, Request};
use dotpipe::render::human::{self, Look};
use dotpipe::settings::Settings;
use dotpipe::workspace::Workspace;
use dotpipe::workspace::file_system::Memory;
use dotpipe::workspace::pipeline_document::DocumentKind;
use libfuzzer_sys::fuzz_target;

const BUILDSPEC: &str = include_str!("../../tests/support/buildspec.yml");
const TEMPLATE: &str = include_str!("../../tests/support/template.yaml");

fuzz_target!(|text: &str| {
    for name in ["pipeline.yaml", "pipeline.json"] {
        for document in [None, Some(DocumentKind::Template), Some(DocumentKind::Definition)] {
            assert_eq!(outcome(name, text, document), outcome(name, text, document));
        }
    }
});

/// Returns the diagnostics of a document.
fn outcome(name: &str, text: &str, document: Option<DocumentKind>) -> String {
    let files = [(name, text), ("buildspec.yml", BUILDSPEC), ("template.yaml", TEMPLATE)];
    let workspace = Workspace::new(Memory::new(files), "");
    let entry = workspace.add_source(name, text);
    let request = Request { document, ..Request::default() };
    let compilation =
        Compilation::new(CompilationInput { workspace, entry, settings: &Settings::default(), request: &request });
    for found in compilation.diagnostics() {
        let places = found.edits.iter().map(|edit| edit.span).chain([found.primary.span]);
        for span in places {
            let file = compilation.sources().file(span.file);
            assert!(file.text().get(span.range()).is_some(), "{found:?}");
        }
    }
    human::render(&[compilation.report()], Look::default())
}
