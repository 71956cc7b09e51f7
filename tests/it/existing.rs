//! Templates and definitions as input of `check`: nothing is wrong with what dotpipe builds itself, and what defines no pipeline
//! is refused.

use std::fmt::Write;

use dotpipe::compilation::{Compilation, Notation, Target};
use dotpipe::diagnostic::Severity;
use dotpipe::render::short;

use crate::cases;
use crate::expand::{Input, compiled, inputs, request};
use crate::program::{code, project, run, stderr};
use crate::support::compile;

/// Cases whose output is wrong, or may be: what they say in `raw`, or leave to a file, is not looked at in a `.pipe` file.
const WRONG: [&str; 9] = [
    "phases/declared",
    "configuration/raw-accepted",
    "configuration/raw-properties",
    "configuration/raw-properties-pass",
    "projects/docker-fits",
    "roles/build-may",
    "roles/policy-of-resources",
    "settings/option-values",
    "resource-files/",
];

/// What is found in a document beside the files of a case.
fn document(input: &Input, name: &str, text: &str) -> Compilation {
    compile((name, text), &input.files, &request(Target::Cloudformation))
}

/// The errors in what is built of a file, for a template in both notations and for the definition.
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
        // What the rules of the case itself say is no fault of the output.
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
    let inputs = cases::share(inputs());
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

#[test]
fn mutated_documents_end_without_a_panic() {
    let texts = [include_str!("../faults/0-rich/template.yaml"), include_str!("../faults/0-rich/pipeline.json")];
    for (text, name) in texts.into_iter().zip(["a.yaml", "a.json"]) {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if index % (8 * cases::one_of()) != 0 {
                continue;
            }
            let without = lines[..index].iter().chain(&lines[index + 1..]).copied().collect::<Vec<_>>().join("\n");
            let cut = lines[..=index].join("\n");
            let emptied = text.replacen(line.split(':').nth(1).unwrap_or(line), "", 1);
            for changed in [without, cut, emptied] {
                let input = Input { name: name.to_owned(), text: changed.clone(), files: Vec::new() };
                drop(document(&input, name, &changed));
            }
        }
    }
}
