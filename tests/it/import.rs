//! What `import` writes builds what the document defines: templates and definitions of every example and every valid case, own
//! documents for each feature, and documents that cannot be imported.

use std::path::Path;

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use dotpipe::import::{Built, Import, Imported, ImportedFiles, import};
use dotpipe::source::SourceMap;
use dotpipe::workspace::document::{Document, DocumentOrigin};
use dotpipe::workspace::pipeline_document::DocumentKind;

use crate::cases;
use crate::expand::{Input, compiled, inputs, request};
use crate::program::{code, project, read, run, stderr, stdout};
use crate::support::compile;

/// The file of resources of these imports.
const RESOURCES: &str = "app.resources.yaml";

fn of_files(files: &ImportedFiles, kind: DocumentKind) -> Compilation {
    let target = match kind {
        DocumentKind::Template => Target::Cloudformation,
        DocumentKind::Definition => Target::Codepipeline,
    };
    let beside: Vec<(String, String)> =
        files.resources.iter().map(|text| (RESOURCES.to_owned(), text.clone())).collect();
    compile(("app.pipe", &files.pipeline), &beside, &Request { target, ..Request::default() })
}

/// Imports a document.
fn imported(text: &str) -> Option<(Import, DocumentKind)> {
    let file = SourceMap::default().add("template".into(), text);
    let document = Document::parse(text, DocumentOrigin::File(file));
    let root = document.root.as_ref()?;
    let kind = DocumentKind::of(root)?;
    let build = |files: &ImportedFiles| Some(Built { json: of_files(files, kind).draft()?, lacks_files: false });
    Some((import(Imported { text, root, kind, file }, RESOURCES, &build), kind))
}

/// Whether the outputs of a file are imported without a difference; how many there are.
fn comes_back(input: &Input) -> Result<usize, String> {
    let template = compiled(input, &input.text, &request(Target::Cloudformation));
    if template.has_errors() {
        return Ok(0);
    }
    let mut texts: Vec<String> =
        [Notation::Json, Notation::Yaml].into_iter().filter_map(|notation| template.build(notation)).collect();
    for pipeline in template.pipelines() {
        let request = Request { pipeline: Some(pipeline.to_owned()), ..request(Target::Codepipeline) };
        texts.extend(compiled(input, &input.text, &request).build(Notation::Json));
    }
    for text in &texts {
        let (import, _) = imported(text).ok_or_else(|| format!("{}: no document\n{text}", input.name))?;
        let pipeline = &import.files.pipeline;
        if dotpipe::format::format(pipeline).map(|formatted| formatted.text).as_ref() != Ok(pipeline) {
            return Err(format!("{}: the import is not formatted\n{pipeline}", input.name));
        }
        let differences = import.comparison.as_ref().map(|it| it.differences.as_slice());
        if let Some([first, ..]) = differences {
            return Err(format!("{}: {} {first:?}\n{pipeline}", input.name, first.path()));
        }
        if differences.is_none() {
            return Err(format!("{}: builds nothing\n{pipeline}", input.name));
        }
    }
    Ok(texts.len())
}

#[test]
fn outputs_come_back() {
    let inputs = cases::share(inputs());
    let chunks = inputs.chunks(inputs.len().div_ceil(4));
    let results: Vec<Result<usize, String>> = std::thread::scope(|scope| {
        let runs: Vec<_> =
            chunks.map(|chunk| scope.spawn(|| chunk.iter().map(comes_back).collect::<Vec<_>>())).collect();
        runs.into_iter().flat_map(|run| run.join().expect("it ends")).collect()
    });
    let faults: Vec<&str> = results.iter().filter_map(|result| result.as_ref().err().map(String::as_str)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    let all: usize = results.iter().flatten().sum();
    assert!(all * cases::one_of() > 300, "only {all} documents were imported");
}
