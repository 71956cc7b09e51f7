//! Checks that the examples on the explain pages have the results that the pages state, as `explain_pages` reads them.

use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

use dotpipe::compilation::Request;
use dotpipe::diagnostic::Code;
use dotpipe::render::human::{self, Look};

use crate::explain_pages::{Example, examples};
use crate::support::compile;

/// A page with its examples and their results.
struct Page {
    code: Code,
    results: Vec<CheckedExample>,
}

struct CheckedExample {
    example: Example,
    found: Vec<Code>,
    /// The diagnostics in one line each.
    short: String,
    /// The diagnostics in 80 columns, for an example that fails.
    shown: Option<String>,
}

/// Returns all pages, compiled once for the two tests. While one waits for the other, the second core works here.
fn pages() -> &'static [Page] {
    static PAGES: OnceLock<Vec<Page>> = OnceLock::new();
    let page = |code: &Code| Page { code: *code, results: examples(code.explain()).into_iter().map(checked).collect() };
    PAGES.get_or_init(|| {
        std::thread::scope(|scope| {
            let parts = Code::ALL.chunks(Code::ALL.len().div_ceil(4));
            let parts: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().map(page).collect::<Vec<_>>())).collect();
            parts.into_iter().flat_map(|part| part.join().expect("it ends")).collect()
        })
    })
}

fn checked(example: Example) -> CheckedExample {
    let compilation = compile((example.entry, &example.text), &example.files, &Request::default());
    let found = compilation.diagnostics().iter().map(|diagnostic| diagnostic.code).collect();
    let short = dotpipe::render::short::render(&[compilation.report()]);
    let shown = example.fails.as_ref().map(|_| human::render(&[compilation.report()], Look::default()));
    CheckedExample { example, found, short, shown }
}

#[test]
fn examples_do_what_the_pages_say() {
    let mut faults = Vec::new();
    for Page { code, results } in pages() {
        for (index, CheckedExample { example, found, short, .. }) in results.iter().enumerate() {
            // The diagnostic about stacks with roles of their own is irrelevant to every other page.
            let found = found.iter().filter(|found| **found != Code::I0860 || code == *found);
            let found: Vec<&str> = found.map(|found| found.as_str()).collect();
            let wanted: Vec<&str> = example.fails.iter().map(String::as_str).collect();
            if found != wanted {
                faults.push(format!("{code}, example {}: wanted {wanted:?}, found\n{short}", index + 1));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The topics of code numbers: a title and the last number that belongs to it.
const THEMES: [(&str, u32); 15] = [
    ("The language", 99),
    ("Names, attributes, and values", 199),
    ("Artifacts and their files", 212),
    ("Buildspecs and commands", 299),
    ("Imports and components", 399),
    ("Stacks", 439),
    ("AppSpecs, task definitions, and images", 449),
    ("Inside templates", 499),
    ("Structure and limits", 599),
    ("Starts, conditions, and notifications", 699),
    ("Variables and text", 799),
    ("Permissions, accounts, and Regions", 899),
    ("Build machines and credentials", 949),
    ("The pipeline as a whole", 979),
    ("Secrets in parameters", 999),
];

/// Returns the topic of a code.
fn theme(code: Code) -> &'static str {
    let number: u32 = code.as_str().trim_start_matches(char::is_alphabetic).parse().expect("codes end in a number");
    THEMES.iter().find(|(_, last)| number <= *last).expect("every number has a theme").0
}

/// Returns the anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `docs/diagnostics.md`: the output for the failing example of every page in 80 columns, by topic.
#[test]
fn every_diagnostic_is_shown_in_the_docs() {
    let mut page = String::from(
        "# Diagnostics\n\nThis page shows an example of every diagnostic, as `dotpipe check` prints it in 80 columns.\n`dotpipe explain CODE` \
         explains a code: what it means, why AWS rejects it, and how to fix it, with an example that passes. `build` writes \
         nothing while\nthere are errors (E); warnings (W) and infos (I) can be suppressed.\n",
    );
    page.push('\n');
    for (title, _) in THEMES {
        let codes = Code::ALL.iter().filter(|code| theme(**code) == title);
        let links: Vec<String> =
            codes.map(|code| format!("[{code}](#{})", anchor(&format!("{code}: {}", code.summary())))).collect();
        writeln!(page, "- [{title}](#{}): {}", anchor(title), links.join(", ")).expect("text takes text");
    }
    let mut current = "";
    for Page { code, results } in pages() {
        let Some(shown) = results.iter().find_map(|result| result.shown.as_ref()) else { continue };
        if theme(*code) != current {
            current = theme(*code);
            write!(page, "\n## {current}\n").expect("text takes text");
        }
        let shown = shown.trim_end().rsplit_once("\n\n").map_or(shown.trim_end(), |(findings, _count)| findings);
        write!(page, "\n### {code}: {}\n\n```text\n{shown}\n```\n", code.summary()).expect("text takes text");
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
