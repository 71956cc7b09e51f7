//! The order of independent statements does not affect the diagnostics.

use std::fs;

use dotpipe::compilation::{Compilation, Request};
use dotpipe::source::SourceMap;
use dotpipe::syntax::parse;
use proptest::prelude::*;

use super::cases::{beside, entries, one_of, share};
use super::support;

/// The number of times each file is shuffled, in addition to being reversed.
const SHUFFLES: u32 = 1;

/// Diagnostics at the second of two duplicates or the first item of a cycle, which depend on the order.
const OF_ORDER: [&str; 4] = ["E0118", "E0302", "E0812", "E0817"];

/// Returns the part of a file that must remain first, its statements with their preceding comments, and the text after
/// the last statement.
fn statements(text: &str) -> Option<(String, Vec<String>, String)> {
    let parsed = parse(SourceMap::default().add("shuffled.pipe".into(), ""), text);
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut start = parsed.ast.edition.map_or(0, |edition| edition.span.range().end);
    let head = text.get(..start)?.to_owned();
    let mut pieces = Vec::new();
    for statement in &parsed.ast.statements {
        // Up to the end of the line: a comment there belongs to the statement before it.
        let end = statement.span.range().end;
        let end = text.get(end..)?.find('\n').map_or(text.len(), |line| end + line + 1);
        if end > start {
            pieces.push(text.get(start..end)?.trim_end_matches('\n').to_owned());
            start = end;
        }
    }
    Some((head, pieces, text.get(start..)?.to_owned()))
}

/// Returns the code, the message, and the underlined text of each diagnostic, without positions.
fn said(compilation: &Compilation) -> Vec<(String, String, String)> {
    let said = compilation.diagnostics().iter().map(|found| {
        let underlined = compilation.sources().slice(found.primary.span).to_owned();
        let code = found.code.to_string();
        if OF_ORDER.contains(&code.as_str()) {
            return (code, String::new(), String::new());
        }
        (code, found.message.clone(), underlined)
    });
    let mut said: Vec<_> = said.collect();
    said.sort();
    said
}

fn shuffles(pieces: &[String]) -> Vec<Vec<String>> {
    let strategy = Just(pieces.to_vec()).prop_shuffle();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let shuffle = |_| strategy.new_tree(&mut runner).map(|tree| proptest::strategy::ValueTree::current(&tree));
    let reversed = pieces.iter().rev().cloned().collect();
    (0..SHUFFLES).map(shuffle).filter_map(Result::ok).chain([reversed]).collect()
}

#[test]
fn statements_side_by_side_may_change_places() {
    let mut faults = Vec::new();
    let mut tried = 0;
    let all = entries("tests/ui").into_iter().chain(entries("tests/syntax")).chain(entries("examples"));
    for entry in share(all.collect()) {
        let text = fs::read_to_string(&entry).expect("cases are text");
        let files: Vec<(String, String)> = beside(&entry).into_iter().collect();
        let Some((head, pieces, tail)) = statements(&text) else { continue };
        let compile = |text: &str| support::compile(("pipeline.pipe", text), &files, &Request::default());
        let wanted = said(&compile(&text));
        for order in shuffles(&pieces) {
            tried += 1;
            let shuffled = format!("{head}\n{}\n{tail}", order.join("\n"));
            let found = said(&compile(&shuffled));
            if found != wanted {
                faults.push(format!("{}\n  wanted {wanted:?}\n  found  {found:?}", entry.display()));
                break;
            }
        }
    }
    assert!(tried * one_of() > 500, "only {tried} files were found");
    assert!(faults.is_empty(), "{} files\n{}", faults.len(), faults.join("\n"));
}
