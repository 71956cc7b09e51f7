//! The output of `dotpipe why` for messages as people paste them, for the project in `why/project`.

use std::fs;
use std::path::Path;

use dotpipe::compilation::{Compilation, Request};
use dotpipe::model::why;
use serde::Deserialize;

use crate::docs;
use crate::support::compile;

/// The messages.
#[derive(Deserialize)]
struct Measure {
    foreign: Vec<String>,
    message: Vec<Message>,
}

/// A message and the expected output.
#[derive(Deserialize)]
struct Message {
    text: String,
    says: Vec<String>,
    place: Option<String>,
    #[serde(default)]
    avoids: Vec<String>,
}

fn folder() -> std::path::PathBuf {
    docs::root().join("tests/it/why")
}

fn measure() -> Measure {
    let text = fs::read_to_string(folder().join("messages.toml")).expect("a file");
    toml::from_str(&text).expect("messages")
}

fn project() -> Compilation {
    let folder = folder().join("project");
    let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a file");
    let paths = ["ci/image.yml", "ci/unit.yml", "infra/network.yaml"];
    let files: Vec<(String, String)> = paths.iter().map(|path| ((*path).to_owned(), read(path))).collect();
    let compiled = compile(("pipeline.pipe", &read("pipeline.pipe")), &files, &Request::default());
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics());
    compiled
}

fn objection(message: &Message, project: &Compilation) -> Option<String> {
    let answer = why(&message.text, Some(project)).unwrap_or_default();
    let lacks = |part: &&String| !answer.contains(part.as_str());
    let lacking: Vec<&String> = message.says.iter().chain(&message.place).filter(lacks).collect();
    let has: Vec<&String> = message.avoids.iter().filter(|part| answer.contains(part.as_str())).collect();
    let is_right = lacking.is_empty() && has.is_empty() && !message.says.is_empty();
    (!is_right).then(|| format!("{}\n  lacks {lacking:?}, has {has:?}\n{answer}\n", message.text))
}

#[test]
fn messages_are_explained_with_what_they_say() {
    let measure = measure();
    assert!(measure.message.len() >= 90, "only {} messages", measure.message.len());
    let project = project();
    let objections: Vec<String> = measure.message.iter().filter_map(|message| objection(message, &project)).collect();
    assert!(objections.is_empty(), "{} of {}\n{}", objections.len(), measure.message.len(), objections.join("\n"));
}

#[test]
fn foreign_texts_are_not_known() {
    let measure = measure();
    assert!(measure.foreign.len() >= 20, "only {} texts", measure.foreign.len());
    for text in &measure.foreign {
        assert_eq!(why(text, None), None, "{text}");
    }
}

/// The check finds nothing in the project, so that no output may claim that it does.
#[test]
fn check_is_not_said_to_find_what_it_does_not_find() {
    let project = project();
    for message in &measure().message {
        let answer = why(&message.text, Some(&project)).unwrap_or_default();
        assert!(!answer.contains("`dotpipe check` reports it"), "{answer}");
    }
}

/// Every message quoted in a note of a diagnostic is recognized.
#[test]
fn messages_in_notes_are_known() {
    let mut quoted = Vec::new();
    expected_outputs(&docs::root().join("tests/ui"), &mut quoted);
    quoted.sort();
    quoted.dedup();
    assert!(quoted.len() > 10, "{quoted:?}");
    let unknown: Vec<&String> = quoted.iter().filter(|message| why(message, None).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Collects the messages in the notes of all expected outputs in a folder.
fn expected_outputs(folder: &Path, quoted: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            expected_outputs(&path, quoted);
        } else if path.extension().is_some_and(|extension| extension == "stderr") {
            let text = fs::read_to_string(&path).expect("a file").split_whitespace().collect::<Vec<_>>().join(" ");
            for start in ["would fail with \"", "AWS: \"", "fails with \"", "is rejected with \""] {
                let notes = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
                quoted.extend(notes.map(|message| message.replace('…', "...")));
            }
        }
    }
}

/// The expected output for each output of a command is in a file next to it; `UPDATE=1` rewrites it.
#[test]
fn outputs_of_commands_lead_to_what_failed() {
    let project = project();
    let mut count = 0;
    for entry in fs::read_dir(folder().join("answers")).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        count += 1;
        let text = fs::read_to_string(&path).expect("a file");
        let answer = why(&text, Some(&project)).unwrap_or_default();
        let wanted = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&wanted, &answer).expect("written");
        }
        assert_eq!(answer, fs::read_to_string(&wanted).unwrap_or_default(), "{}", path.display());
    }
    assert_eq!(count, 10);
}
