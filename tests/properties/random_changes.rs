//! For any text, all stages end without a panic, diagnostics are in order and unique, spans are within their files, and
//! the output is always the same. What can be built can be expanded, and then builds the same.

use dotpipe::compilation::{Compilation, Drawing, Notation, Request, Target};
use dotpipe::source::Span;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::cases::share_of;

use super::support;

/// Valid and almost valid files that together use most of the language.
const SEEDS: [&str; 4] = [
    include_str!("../syntax/0-seed.pipe"),
    include_str!("../syntax/1-tests-approval-prod.pipe"),
    include_str!("../syntax/3-github-v2.pipe"),
    include_str!("../syntax/every-statement.pipe"),
];

/// Text that is inserted.
const SNIPPETS: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    "=",
    ":",
    "::",
    "->",
    "${",
    "#{a.b}",
    ",",
    ";",
    "//",
    "/*",
    "\n",
    "from",
    "null",
    "99999999999999999999",
    "ä",
    "\u{a0}",
];

#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static str),
    Remove(Index, usize),
    RemoveLine(Index),
    RepeatLine(Index),
    SwapWords(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        (index(), select(&SNIPPETS[..])).prop_map(|(at, text)| Change::Insert(at, text)),
        (index(), 1_usize..12).prop_map(|(at, length)| Change::Remove(at, length)),
        index().prop_map(Change::RemoveLine),
        index().prop_map(Change::RepeatLine),
        (index(), index()).prop_map(|(a, b)| Change::SwapWords(a, b)),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.split('\n').collect();
    match change {
        Change::Insert(at, snippet) => {
            let at = at.index(chars.len() + 1);
            chars.splice(at..at, snippet.chars());
        }
        Change::Remove(at, length) => {
            let at = at.index(chars.len() + 1);
            chars.drain(at..(at + length).min(chars.len()));
        }
        Change::RemoveLine(at) => {
            lines.remove(at.index(lines.len()));
            return lines.join("\n");
        }
        Change::RepeatLine(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at]);
            return lines.join("\n");
        }
        Change::SwapWords(first, second) => {
            let mut words: Vec<&str> = text.split(' ').collect();
            let (first, second) = (first.index(words.len()), second.index(words.len()));
            words.swap(first, second);
            return words.join(" ");
        }
    }
    chars.into_iter().collect()
}

fn compile(text: &str) -> Compilation {
    support::compile(("pipeline.pipe", text), &[], &Request::default())
}

/// Returns the diagnostics and outputs of a compilation as text.
fn outcome(compilation: &Compilation) -> String {
    let output = compilation.build(Notation::Json);
    format!("{:?}\n{output:?}\n{:?}", compilation.diagnostics(), compilation.graph(Drawing::Svg))
}

fn check(text: &str) {
    let compilation = compile(text);
    let inside = |span: Span| compilation.sources().file(span.file).text().get(span.range()).is_some();
    for found in compilation.diagnostics() {
        let others = found.secondary.iter().map(|label| label.span).chain(found.edits.iter().map(|edit| edit.span));
        assert!(others.chain([found.primary.span]).all(inside), "{found:?}\n{text}");
        assert!(!found.message.is_empty() && !found.message.contains('\n'), "{found:?}\n{text}");
    }
    let key = |index: usize| compilation.diagnostics().get(index).map(|found| (found.primary.span, found.code));
    for index in 1..compilation.diagnostics().len() {
        assert!(key(index - 1) <= key(index), "out of order: {:?}\n{text}", compilation.diagnostics());
        assert_ne!(compilation.diagnostics()[index - 1], compilation.diagnostics()[index], "twice\n{text}");
    }
    assert_eq!(outcome(&compilation), outcome(&compile(text)), "two runs differ\n{text}");
    if let Some(expanded) = compilation.expand() {
        let again = compile(&expanded);
        assert_eq!(again.expand().as_ref(), Some(&expanded), "{text}");
        assert_eq!(again.build(Notation::Json), compilation.build(Notation::Json), "{text}\n-----\n{expanded}");
    }
}

#[test]
fn the_same_bytes_twice() {
    let outputs = |seed: &str| {
        let mut outputs = Vec::new();
        for target in [Target::Cloudformation, Target::Codepipeline, Target::Support] {
            let (account, region) = (Some("111122223333".to_owned()), Some("eu-west-1".to_owned()));
            let request = Request { target, account, region, ..Request::default() };
            let compilation = support::compile(("pipeline.pipe", seed), &[], &request);
            outputs.extend([Notation::Json, Notation::Yaml].map(|notation| compilation.build(notation)));
            outputs.push(Some(format!("{:?}", compilation.companions())));
        }
        outputs
    };
    for seed in SEEDS {
        assert_eq!(outputs(seed), outputs(seed));
    }
    assert!(outputs(SEEDS[0]).iter().all(Option::is_some), "the first seed is built to every target");
}

#[test]
fn unchanged_seeds() {
    for seed in SEEDS {
        check(seed);
    }
    assert!(!compile(SEEDS[0]).has_errors(), "the first seed compiles: its mutations reach every stage");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: share_of(150), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files(seed in select(&SEEDS[..]), changes in prop::collection::vec(change(), 1..6)) {
        check(&changes.iter().fold(seed.to_owned(), |text, change| apply(&text, change)));
    }

    #[test]
    fn one_change_to_a_file_that_compiles(change in change()) {
        check(&apply(SEEDS[0], &change));
    }
}
