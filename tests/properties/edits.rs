//! Checks that the edits of diagnostics correct the errors for which they are suggested.
//!
//! Every case of `tests/ui` is compiled. For each diagnostic with edits, the edits are applied and the result is
//! compiled again.

use std::collections::BTreeMap;
use std::fs;

use dotpipe::compilation::{Compilation, Request};
use dotpipe::diagnostic::Diagnostic;

use crate::cases::{beside, entries, share};
use crate::support::compile;

/// Applies the edits of a diagnostic to the entry file or the other files.
fn suggestion(
    compilation: &Compilation,
    diagnostic: &Diagnostic,
    entry: &mut String,
    files: &mut BTreeMap<String, String>,
) {
    let sources = compilation.sources();
    let mut edits = diagnostic.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        let path = sources.file(edit.span.file).path().as_str();
        let whole = sources.file(edit.span.file).text().to_owned();
        let text = if path == "pipeline.pipe" { &mut *entry } else { files.entry(path.to_owned()).or_insert(whole) };
        text.replace_range(edit.span.range(), &edit.replacement);
    }
}

#[test]
fn edits_mend() {
    let mut faults = Vec::new();
    let mut tried = 0;
    for entry in share(entries("tests/ui")) {
        let text = fs::read_to_string(&entry).expect("cases are text");
        let files = beside(&entry);
        let listed: Vec<(String, String)> = files.clone().into_iter().collect();
        let before = compile(("pipeline.pipe", &text), &listed, &Request::default());
        for diagnostic in before.diagnostics().iter().filter(|diagnostic| !diagnostic.edits.is_empty()) {
            let (mut entry_after, mut files_after) = (text.clone(), files.clone());
            suggestion(&before, diagnostic, &mut entry_after, &mut files_after);
            let after = compile(
                ("pipeline.pipe", &entry_after),
                &files_after.into_iter().collect::<Vec<_>>(),
                &Request::default(),
            );
            let same = |other: &&Diagnostic| other.code == diagnostic.code && other.message == diagnostic.message;
            let count = |compilation: &Compilation| compilation.diagnostics().iter().filter(same).count();
            tried += 1;
            let unreadable = |it: &Compilation| it.diagnostics().iter().filter(|d| d.code.as_str() < "E0006").count();
            if count(&after) >= count(&before) || unreadable(&after) > unreadable(&before) {
                let printed = dotpipe::render::short::render(&[after.report()]);
                faults.push(format!("{}: {} `{}`\n{printed}", entry.display(), diagnostic.code, diagnostic.message));
            }
        }
    }
    assert!(tried > 5, "the cases were not found");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
