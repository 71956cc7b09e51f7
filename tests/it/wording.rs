//! The wording of the documentation: each word of the language is documented, and each page is written in plain
//! English.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dotpipe::catalog;
use dotpipe::compilation::Request;

use crate::docs::{self, prose, slug};
use crate::support::compile;

/// The index of the language's words.
const INDEX: &str = "docs/reference/keywords.md";

/// Wording to avoid, and its replacements. Only complete words are matched, also at the start of a sentence.
const AVOIDED: [(&str, &str); 14] = [
    ("alike", "likewise, too"),
    ("anew", "again"),
    ("tail `", "after `"),
    ("in place of", "instead of"),
    ("made elsewhere", "existing"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("needless", "unnecessary"),
    ("slip of", "typo"),
    ("stands", "is, goes, belongs"),
    ("sugar", "shorthand"),
    ("unless given", "Default: ..."),
    ("unless named", "Default: ..."),
    ("unless told", "Default: ..."),
];

#[test]
fn every_attribute_and_member_is_documented() {
    let mut problems = Vec::new();
    for (word, link) in entries(&read(INDEX), "Keywords") {
        let Some(declaration) = catalog::declaration(&word) else { continue };
        let page = link.split('#').next().unwrap_or_default();
        let text = read(&format!("docs/reference/{page}"));
        let attributes = declaration.slot.iter().map(|slot| slot.attribute.as_str());
        let members = declaration.members.iter().map(String::as_str);
        for name in attributes.chain(members).filter(|name| !code(&text).any(|code| has_word(code, name))) {
            problems.push(format!("{page} does not describe `{name}` of `{word}`"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The maximum length of a page, in lines.
const LONGEST_PAGE: usize = 500;

#[test]
fn every_word_of_the_language_is_documented() {
    let index = read(INDEX);
    let mut problems = Vec::new();
    for (section, words) in [("Keywords", keywords()), ("Types", types()), ("Functions", functions())] {
        assert!(words.len() > 10, "only {words:?} are known as {section}");
        let entries = entries(&index, section);
        let listed: BTreeSet<String> = entries.iter().map(|(word, _)| word.clone()).collect();
        if listed != words {
            problems.push(format!("{INDEX}: {section} are {words:?}, and {listed:?} are listed"));
        }
        for (word, link) in entries {
            let (page, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let text = read(&format!("docs/reference/{page}"));
            match section_of(&text, anchor) {
                Some(section) if code(section).any(|code| has_word(code, &word)) => {}
                Some(_) => problems.push(format!("{INDEX}: {link} shows no `{word}`")),
                None => problems.push(format!("{INDEX}: {page} has no heading for #{anchor}")),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn prose_is_plain() {
    let mut found = Vec::new();
    for page in docs::pages().into_iter().filter(|page| is_written(page)) {
        let text = fs::read_to_string(&page).unwrap();
        for (number, line) in prose(&text) {
            let lower = line.to_lowercase();
            for (avoided, better) in AVOIDED.iter().filter(|(avoided, _)| has_word(&lower, avoided)) {
                let page = page.strip_prefix(docs::root()).unwrap_or(&page);
                found.push(format!("{}:{number}: not \"{avoided}\" but {better}: {line}", page.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn pages_are_short() {
    let lines = |page: &Path| fs::read_to_string(page).unwrap().lines().count();
    let long: Vec<_> =
        docs::pages().into_iter().filter(|page| is_written(page) && lines(page) > LONGEST_PAGE).collect();
    assert!(long.is_empty(), "split these, a subject each: {long:?}");
    let overview = lines(&docs::root().join("docs/language.md"));
    assert!(overview < 120, "docs/language.md is an overview; what it says belongs to a page of docs/reference");
}

#[test]
fn words_count_as_a_whole() {
    assert!(has_word("write it anew.", "anew") && has_word("anew", "anew"));
    assert!(!has_word("amendments", "mend") && has_word("to mend", "mend"));
    assert!(has_word("the name tail `->`", "tail `"));
}

/// Returns whether a page is prose, unlike the list of diagnostics and the changelog.
fn is_written(page: &Path) -> bool {
    !page.ends_with("docs/diagnostics.md") && !page.ends_with("CHANGELOG.md")
}

fn has_word(text: &str, word: &str) -> bool {
    let inside = |at: Option<char>| at.is_some_and(|at| at.is_alphanumeric() || at == '-' || at == '_');
    text.match_indices(word).any(|(start, _)| {
        let (before, after) = (text[..start].chars().next_back(), text[start + word.len()..].chars().next());
        !inside(before) && (word.ends_with('`') || !inside(after))
    })
}

/// Returns the keywords of the grammar.
fn keywords() -> BTreeSet<String> {
    let grammar = read("grammar/pipe.pest");
    let rules = grammar.lines().filter(|line| line.starts_with("kw_"));
    rules.filter_map(|rule| rule.split('"').nth(1)).map(str::to_owned).collect()
}

/// Returns the types listed in the help for an unknown type.
fn types() -> BTreeSet<String> {
    // The help also shows the notation of lists and maps.
    let is_name = |word: &String| word.chars().all(char::is_alphanumeric);
    listed("param P: Xyzzy9", "E0110").into_iter().filter(is_name).collect()
}

/// Returns the functions listed in the help for an unknown function.
fn functions() -> BTreeSet<String> {
    listed("let a = xyzzy9()\nparam P: string = a", "E0301")
}

/// Returns the words in backticks in the help of a file's diagnostic.
fn listed(text: &str, code: &str) -> BTreeSet<String> {
    let compilation = compile(("pipeline.pipe", text), &[], &Request::default());
    let found = compilation.diagnostics().iter().find(|found| found.code.as_str() == code);
    let help = found.and_then(|found| found.help.clone()).unwrap_or_default();
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Returns the words and links in the table of a section of the index.
fn entries(index: &str, section: &str) -> Vec<(String, String)> {
    let text = section_of(index, &slug(section)).unwrap_or_default();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| {
        let word = row.split('`').nth(1)?;
        let link = row.rsplit_once("](")?.1.split(')').next()?;
        Some((word.to_owned(), link.to_owned()))
    })
    .collect()
}

/// Returns the section of a page from the heading with this anchor to the next heading of the same or a higher level,
/// or the whole page if the anchor is empty.
fn section_of<'a>(page: &'a str, anchor: &str) -> Option<&'a str> {
    if anchor.is_empty() {
        return Some(page);
    }
    let level = |line: &str| line.bytes().take_while(|byte| *byte == b'#').count();
    let mut lines = prose(page).map(|(_, line)| line).filter(|line| line.starts_with('#'));
    let heading = lines.find(|line| slug(line) == anchor)?;
    let rest = &page[page.find(&format!("\n{heading}\n"))? + 1..];
    let end = lines.find(|line| level(line) <= level(heading));
    let end = end.and_then(|line| rest.find(&format!("\n{line}\n"))).unwrap_or(rest.len());
    rest.get(..end)
}

/// Returns the code in a text: its `pipe` and `text` blocks, and text in backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter(|block| block.starts_with("pipe") || block.starts_with("text"));
    blocks.chain(prose(text).flat_map(|(_, line)| line.split('`').skip(1).step_by(2)))
}

fn read(path: &str) -> String {
    fs::read_to_string(docs::root().join(path)).unwrap()
}
