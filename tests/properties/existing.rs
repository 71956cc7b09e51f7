//! Templates and definitions as input of `check`: outputs of dotpipe have no errors, and documents that define no
//! pipeline are rejected.

use std::fmt::Write;

use dotpipe::compilation::{Compilation, Notation, Request, Target};
use dotpipe::diagnostic::{Diagnostic, Edit, Severity};
use dotpipe::render::short;
use dotpipe::workspace::document::{Document, DocumentOrigin};
use dotpipe::workspace::pipeline_document::DocumentKind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::cases;
use crate::expand::{Input, compiled, inputs, request, small_share};
use crate::program::{code, project, run, stderr};
use crate::support::compile;

/// Cases whose output is or may be wrong, because the contents of `raw` or of a file are not checked in a `.pipe` file, or
/// because only the `.pipe` file names the folder of the source.
const WRONG: [&str; 11] = [
    "phases/declared",
    "configuration/raw-accepted",
    "configuration/raw-properties",
    "configuration/raw-properties-pass",
    "projects/docker-fits",
    "projects/image-actions-fit",
    "references/raw-names-fit",
    "roles/build-may",
    "roles/policy-of-resources",
    "settings/option-values",
    "resource-files/",
];

/// Checks a document together with the other files of a case.
fn document(input: &Input, name: &str, text: &str) -> Compilation {
    compile((name, text), &input.files, &request(Target::Cloudformation))
}

/// Returns the errors in the outputs of a file: the template in both notations, and the definition.
fn errors_in_outputs(input: &Input) -> Option<String> {
    let template = compiled(input, &input.text, &request(Target::Cloudformation));
    if template.has_errors() || WRONG.iter().any(|case| input.name.contains(case)) {
        return None;
    }
    let mut documents =
        vec![("built.json", template.build(Notation::Json)?), ("built.yaml", template.build(Notation::Yaml)?)];
    let definition = compiled(input, &input.text, &request(Target::Codepipeline)).build(Notation::Json);
    documents.extend(definition.map(|text| ("definition.json", text)));
    let mut found = String::new();
    for (name, text) in documents {
        let compilation = document(input, name, &text);
        // Errors that the case itself has are not errors of the output.
        let errors = compilation.diagnostics().iter().filter(|it| it.severity == Severity::Error).count();
        if errors > 0 {
            let printed = short::render(&[compilation.report()]);
            writeln!(found, "{}, {name}\n{printed}", input.name).expect("text takes text");
        }
    }
    (!found.is_empty()).then_some(found)
}

#[test]
fn outputs_have_no_errors() {
    let inputs = small_share(inputs());
    let chunks = inputs.chunks(inputs.len().div_ceil(4));
    let found: Vec<String> = std::thread::scope(|scope| {
        let look = |chunk: &'_ [Input]| chunk.iter().filter_map(errors_in_outputs).collect::<Vec<_>>();
        let runs: Vec<_> = chunks.map(|chunk| scope.spawn(move || look(chunk))).collect();
        runs.into_iter().flat_map(|run| run.join().expect("it ends")).collect()
    });
    assert!(found.is_empty(), "{} files\n{}", found.len(), found.join("\n"));
}

#[test]
fn files_without_a_pipeline_are_refused() {
    let files = [
        ("empty.yaml", "", "this YAML file defines no pipeline"),
        ("queue.yaml", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n", "this YAML file defines no pipeline"),
        ("list.json", "[1, 2]", "this JSON file defines no pipeline"),
        ("broken.json", "{\"pipeline\": {", "this file is not valid JSON"),
        ("broken.yaml", "Resources: [\n", "this file is not valid YAML"),
    ];
    let folder = project(&files.map(|(name, text, _)| (name, text)));
    for (name, _, message) in files {
        let output = run(&folder, &["check", "--format", "short", name]);
        assert_eq!(code(&output), Some(1), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{name}: {}", stderr(&output));
    }
}

#[test]
fn a_definition_is_read_from_standard_input() {
    let text = include_str!("../faults/S02/pipeline.json");
    let folder = project(&[]);
    let output =
        crate::program::dotpipe(folder.path()).args(["check", "--format", "short", "-"]).write_stdin(text).output();
    let output = output.expect("it runs");
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).starts_with("<stdin>:3:14: error[E0502]"), "{}", stderr(&output));
}

#[test]
fn a_document_is_neither_built_nor_expanded() {
    let folder = project(&[("template.yaml", include_str!("../faults/0-seed/template.yaml"))]);
    for command in ["build", "expand"] {
        let output = run(&folder, &[command, "template.yaml"]);
        assert_eq!(code(&output), Some(2));
        assert!(stderr(&output).contains("`template.yaml` is not a .pipe file"), "{}", stderr(&output));
    }
    let graph = run(&folder, &["graph", "template.yaml"]);
    assert_eq!(code(&graph), Some(0), "{}", stderr(&graph));
}

/// The texts of templates and definitions, with names that determine their kind.
const DOCUMENTS: [(&str, &str); 3] = [
    ("a.yaml", include_str!("../faults/0-rich/template.yaml")),
    ("b.json", include_str!("../faults/0-rich/pipeline.json")),
    ("c.yaml", include_str!("../ui/suppression/template/pipeline.yaml")),
];

/// Checks a changed document. Each diagnostic must have a location in the text, and its fix must leave a readable
/// document.
fn survives(name: &str, text: &str) {
    let input = Input { name: name.to_owned(), text: text.to_owned(), files: Vec::new() };
    for kind in [None, Some(DocumentKind::Template), Some(DocumentKind::Definition)] {
        let request = Request { document: kind, ..request(Target::Cloudformation) };
        let compilation = compile((name, text), &input.files, &request);
        for found in compilation.diagnostics() {
            for span in found.edits.iter().map(|edit| edit.span).chain([found.primary.span]) {
                assert!(compilation.sources().file(span.file).text().get(span.range()).is_some(), "{found:?}");
            }
            let is_here = |edit: &Edit| edit.span.file == compilation.entry();
            if !found.edits.is_empty() && found.edits.iter().all(is_here) {
                leaves_a_document(text, found);
            }
        }
    }
}

fn leaves_a_document(text: &str, found: &Diagnostic) {
    let file = found.primary.span.file;
    let is_read = |text: &str| Document::parse(text, DocumentOrigin::File(file)).error.is_none();
    let mut edits: Vec<&Edit> = found.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut fixed = text.to_owned();
    for edit in edits {
        fixed.replace_range(edit.span.range(), &edit.replacement);
    }
    assert!(!is_read(text) || is_read(&fixed), "{found:?}\n{fixed}");
}

#[test]
fn mutated_documents_end_without_a_panic() {
    for (name, text) in DOCUMENTS {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if index % (20 * cases::one_of()) != 0 {
                continue;
            }
            let (before, tail) = (&lines[..index], &lines[index + 1..]);
            let with = |new: &[&str]| [before, new, tail].concat().join("\n");
            let emptied = text.replacen(line.split(':').nth(1).unwrap_or(line), "", 1);
            let key = line.trim_start().split(':').next().unwrap_or_default();
            let indent = &line[..line.len() - line.trim_start().len()];
            let changes = [
                with(&[]),
                lines[..=index].join("\n"),
                emptied,
                with(&[line, line]),
                with(&[&format!("  {line}")]),
                with(&[line.trim_start()]),
                with(&[&format!("{indent}{key}: &a [*a, !Ref x, {{}}]")]),
                with(&[&format!("{indent}{key}: {{\"Fn::If\": [a, {{\"Ref\": \"AWS::NoValue\"}}]}}")]),
                with(&[&format!("{line} # dotpipe: allow(W0617")]),
            ];
            for text in &changes {
                survives(name, text);
            }
        }
    }
}

/// A change of bytes: the position, the number of replaced bytes, and the replacement.
type Change = (Index, usize, Vec<u8>);

/// Generates bytes that are significant in a notation, and any others.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let word = select(vec![
        "\n",
        "\n  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "#",
        "&a ",
        "*a",
        "!Sub ",
        "!GetAtt ",
        "|\n",
        ">-\n",
        "<<: ",
        "---\n",
        "\t",
        "\u{feff}",
        "é",
        "\\u12",
        "null",
        "Fn::If",
        "Ref",
        "AWS::NoValue",
        "${",
        "}}",
        "# dotpipe: allow(",
        "\0",
    ]);
    let new = prop_oneof![word.prop_map(|word| word.as_bytes().to_vec()), vec(any::<u8>(), 0..4)];
    vec((any::<Index>(), 0..40usize, new), 1..6)
}

/// Returns the text with changes of its bytes. Invalid UTF-8 is replaced because a file that is not readable is not a
/// document.
fn changed(text: &str, changes: &[Change]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (at, length, new) in changes {
        let start = at.index(bytes.len() + 1);
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, new.iter().copied());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases::share_of(64), ..ProptestConfig::default() })]

    #[test]
    fn documents_with_changed_bytes_end_without_a_panic((which, changes) in (0..DOCUMENTS.len(), changes())) {
        let (name, text) = DOCUMENTS[which];
        survives(name, &changed(text, &changes));
    }
}
