//! The examples on the explain pages do what the pages say.
//!
//! A page is Markdown. A block fenced as `pipe,fails(CODE)` gives exactly that one diagnostic, a block fenced as `pipe`
//! gives none; every page has both. With `yaml,pipeline` in place of `pipe`, the block is a template. A block fenced as `<language>,file(<path>)` is a file for the next `pipe` block,
//! beside the default files of `tests/support`. Blocks with any other fence are only read.

use std::fmt::Write;
use std::path::Path;

use dotpipe::compilation::Request;
use dotpipe::diagnostic::Code;
use dotpipe::render::human::{self, Look};

use crate::support::compile;

/// An example and what must come of it.
pub struct Example {
    /// The code that it fails with; nothing where it passes.
    pub fails: Option<String>,
    /// The name of the entry file.
    pub entry: &'static str,
    /// The entry file.
    pub text: String,
    /// Path and text of the files beside it.
    pub files: Vec<(String, String)>,
}

/// The examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut files = Vec::new();
    let mut fence: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut fence, line.strip_prefix("```")) {
            (None, Some(info)) => fence = Some((info.to_owned(), String::new())),
            (None, None) => {}
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (info, text) = fence.take().expect("the arm says so");
                let argument = |name: &str| Some(info.split_once(name)?.1.split_once(')')?.0.to_owned());
                if let Some(path) = argument(",file(") {
                    files.push((path, text));
                } else if let Some(entry) = entry_of(&info) {
                    let files = std::mem::take(&mut files);
                    examples.push(Example { fails: argument("fails("), entry, text, files });
                }
            }
        }
    }
    examples
}

/// The entry file that a block is, by its fence.
fn entry_of(info: &str) -> Option<&'static str> {
    match info {
        "pipe" => Some("pipeline.pipe"),
        "yaml,pipeline" => Some("pipeline.yaml"),
        _ if info.starts_with("pipe,") => Some("pipeline.pipe"),
        _ if info.starts_with("yaml,pipeline,") => Some("pipeline.yaml"),
        _ => None,
    }
}

#[test]
fn examples_do_what_the_pages_say() {
    let mut faults = Vec::new();
    for code in Code::ALL {
        for (index, example) in examples(code.explain()).iter().enumerate() {
            let compilation = compile((example.entry, &example.text), &example.files, &Request::default());
            // What a stack with roles of its own is told is beside the point of every other page.
            let codes = compilation.diagnostics().iter().map(|diagnostic| diagnostic.code);
            let found: Vec<&str> =
                codes.filter(|found| *found != Code::I0860 || code == found).map(Code::as_str).collect();
            let wanted: Vec<&str> = example.fails.iter().map(String::as_str).collect();
            if found != wanted {
                let printed = dotpipe::render::short::render(&[compilation.report()]);
                faults.push(format!("{code}, example {}: wanted {wanted:?}, found\n{printed}", index + 1));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// `docs/diagnostics.md`: the failing example of every page, as the program shows it in 80 columns.
#[test]
fn every_diagnostic_is_shown_in_the_docs() {
    let mut page = String::from(
        "# Diagnostics\n\nEvery diagnostic, as `dotpipe check` prints it in 80 columns without color, from the example of its \
         page.\n`dotpipe explain CODE` prints the page: what it means, why AWS rejects it, and an example that passes. Nothing \
         is built while\nthere are errors (E); warnings (W) and infos (I) can be suppressed. `UPDATE=1 cargo test --test it \
         explain` writes this page.\n",
    );
    for code in Code::ALL {
        let examples = examples(code.explain());
        let Some(example) = examples.iter().find(|example| example.fails.is_some()) else { continue };
        let compilation = compile((example.entry, &example.text), &example.files, &Request::default());
        let shown = human::render(&[compilation.report()], Look::default());
        let shown = shown.trim_end().rsplit_once("\n\n").map_or(shown.trim_end(), |(findings, _count)| findings);
        write!(page, "\n## {code}: {}\n\n```text\n{shown}\n```\n", code.summary()).expect("text takes text");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("it can be written");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == page, "docs/diagnostics.md is not what is printed; UPDATE=1 writes it");
}

#[test]
fn blocks_are_read_with_their_files() {
    let page =
        "```yaml,file(buildspec.yml)\na: 1\n```\n```pipe,fails(E0001)\nx\n```\n```sh\nls\n```\n```pipe\ny\n```\n";
    let read = examples(page);
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].fails.as_deref(), Some("E0001"));
    assert_eq!(read[0].files, [("buildspec.yml".to_owned(), "a: 1\n".to_owned())]);
    assert_eq!((read[1].fails.as_deref(), read[1].text.as_str(), read[1].files.len()), (None, "y\n", 0));
}
