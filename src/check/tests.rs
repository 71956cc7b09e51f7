//! What the rules say about small files.

use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{Inputs, lower};
use crate::plan::{World, plan};
use crate::syntax::parse;
use crate::workspace::Workspace;
use crate::workspace::file_system::Memory;

use super::{Subject, check};

/// Files that the cases may refer to.
const FILES: [(&str, &str); 2] = [
    (
        "buildspec.yml",
        "version: 0.2
env:
  exported-variables:
    - IMAGE_TAG
phases:
  build:
    commands:
      - make
artifacts:
  files:
    - '**/*'
",
    ),
    ("template.yaml", "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"),
];

/// `CODE underlined text: message` for each diagnostic of every stage up to the checks, in reading order.
fn findings(text: &str) -> Vec<String> {
    let workspace = Workspace::new(Memory::new(FILES), "");
    let file = workspace.add_source("pipeline.pipe", text);
    let parsed = parse(file, text);
    let lowered = lower(&parsed.ast, text, &Inputs::default());
    let mut all = parsed.diagnostics;
    all.extend(lowered.diagnostics);
    let plan = plan(&lowered.hir, &workspace, World::default());
    all.extend(check(&Subject { hir: &lowered.hir, plan: &plan, workspace: &workspace }));
    let sources = workspace.sources();
    let line = |d: &Diagnostic| format!("{} {}: {}", d.code, sources.slice(d.primary.span), d.message);
    all.into_sorted().iter().map(line).collect()
}

/// The code blocks of a page: the code that a block must give, if any, and its text.
fn blocks(page: &'static str) -> Vec<(Option<&'static str>, String)> {
    let mut blocks = Vec::new();
    for part in page.split("```pipe").skip(1) {
        let (head, rest) = part.split_once('\n').unwrap_or_default();
        let body = rest.split("```").next().unwrap_or_default();
        let fails = head.strip_prefix(",fails(").and_then(|code| code.strip_suffix(')'));
        blocks.push((fails, body.to_owned()));
    }
    blocks
}

#[test]
fn examples_of_the_pages_give_what_they_say() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        for (expected, body) in blocks(code.explain()) {
            let found = findings(&body);
            let codes: Vec<&str> = found.iter().filter_map(|line| line.split(' ').next()).collect();
            if codes != expected.into_iter().collect::<Vec<_>>() {
                wrong.push(format!("{code} expected {expected:?}, found {found:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
