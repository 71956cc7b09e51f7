//! The documentation as a site: mdBook builds it, and the target of every link exists.
//!
//! The pages are copied with the folders of the repository, so that their links remain valid. A link to a file that is
//! not on the site becomes plain text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::environment::{self, Python};
use crate::passed::{Inputs, Record};

/// The contents of the site, relative to the root of the repository.
const CONTENT: [&str; 7] =
    ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE-APACHE", "LICENSE-MIT", "docs", "examples"];

/// Other files of the site: its settings, and files that they name.
const SITE: [&str; 3] = ["book.toml", "highlight-pipe.js", "site.css"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Builds the site and checks its links.
pub fn is_built(python: Result<Python, String>) -> Result<(), Failed> {
    let target = root().join("target/site");
    let mut inputs = Inputs::of("site");
    for path in CONTENT.iter().chain(&["site", "tests/conformance/site.rs"]) {
        inputs.add_files(&root().join(path), &target)?;
    }
    let record = Record::new("site", &inputs);
    // The site exists and is unchanged since it was built.
    if target.join("html").is_dir() && record.result::<bool>().is_some() {
        return Ok(());
    }
    let mdbook = environment::program(&python?, &root().join("site/requirements.txt"), "mdbook")?;
    for old in ["pages", "html"] {
        if target.join(old).exists() {
            fs::remove_dir_all(target.join(old))?;
        }
    }
    let pages = copy_pages(&target.join("pages"))?;
    for file in SITE {
        fs::copy(root().join("site").join(file), target.join(file))?;
    }
    let done = Command::new(mdbook).arg("build").arg(&target).output()?;
    let log = String::from_utf8_lossy(&done.stderr).into_owned();
    if !done.status.success() || log.contains("WARN") || log.contains("ERROR") {
        return Err(format!("mdBook says:\n{log}").into());
    }
    let html = target.join("html");
    let built = documents(&html)?;
    assert!(built.len() > pages, "{} documents of {pages} pages", built.len());
    let index =
        fs::read_dir(&html)?.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("searchindex"));
    assert!(index, "there is no index to search in");
    let broken = broken_links(&html, &built);
    if !broken.is_empty() {
        return Err(format!("broken links:\n{}", broken.join("\n")).into());
    }
    record.keep(true);
    Ok(())
}

/// Returns the highlighted keywords are those of the grammar.
pub fn highlights_every_keyword() -> Result<(), Failed> {
    let grammar = fs::read_to_string(root().join("grammar/pipe.pest"))?;
    let rules = grammar.lines().filter(|line| line.starts_with("kw_"));
    let keywords: BTreeSet<&str> = rules.filter_map(|rule| rule.split('"').nth(1)).collect();
    let script = fs::read_to_string(root().join("site/highlight-pipe.js"))?;
    let list = script.split_once("const keywords =").and_then(|(_, rest)| rest.split_once(';')).map(|(list, _)| list);
    let texts = list.unwrap_or_default().split('"').skip(1).step_by(2);
    let highlighted: BTreeSet<&str> = texts.flat_map(str::split_whitespace).collect();
    assert!(keywords.len() > 40);
    assert_eq!(keywords, highlighted);
    Ok(())
}

/// Copies the pages with the table of contents, and returns the number of pages.
fn copy_pages(to: &Path) -> Result<usize, Failed> {
    let files: BTreeSet<PathBuf> = CONTENT.iter().flat_map(|path| files(Path::new(path))).collect();
    for file in &files {
        let copy = to.join(named(file));
        fs::create_dir_all(copy.parent().unwrap_or(to))?;
        if file.extension().is_some_and(|extension| extension == "md") {
            fs::write(copy, page(&fs::read_to_string(root().join(file))?, file, &files))?;
        } else {
            fs::copy(root().join(file), copy)?;
        }
    }
    let pages: Vec<&PathBuf> =
        files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")).collect();
    let summary = summary(&fs::read_to_string(root().join("site/SUMMARY.md"))?, &pages)?;
    let forgotten: Vec<_> =
        pages.iter().filter(|page| !summary.contains(&format!("]({})", named(page).display()))).collect();
    assert!(forgotten.is_empty(), "site/SUMMARY.md lacks {forgotten:?}");
    fs::write(to.join("SUMMARY.md"), summary)?;
    Ok(pages.len())
}

/// Returns the files at a path of the repository, except installed ones.
fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(root().join(path)) else { return vec![path.to_owned()] };
    let entries = folder.flatten().filter(|entry| entry.file_name() != "node_modules");
    entries.flat_map(|entry| files(&path.join(entry.file_name()))).collect()
}

/// Returns the file name on the site: the first page of a folder is its index.
fn named(file: &Path) -> PathBuf {
    if file.ends_with("README.md") { file.with_file_name("index.md") } else { file.to_owned() }
}

/// Returns the table of contents, with the pages of folders instead of their markers.
fn summary(text: &str, pages: &[&PathBuf]) -> Result<String, Failed> {
    let mut summary = String::new();
    for line in text.lines() {
        let Some(folder) = line.strip_prefix("<!-- pages of ").and_then(|rest| rest.strip_suffix(" -->")) else {
            let _ = writeln!(summary, "{}", line.replace("README.md)", "index.md)"));
            continue;
        };
        let indent = if folder == "examples" { "" } else { "  " };
        for page in
            pages.iter().filter(|page| page.starts_with(folder) && **page != &Path::new(folder).join("README.md"))
        {
            let text = fs::read_to_string(root().join(page))?;
            let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("?").replace('`', "");
            let _ = writeln!(summary, "{indent}- [{title}]({})", named(page).display());
        }
    }
    Ok(summary)
}

/// Converts a page for mdBook: code blocks keep only the language, and links are limited to files on the site.
fn page(text: &str, file: &Path, files: &BTreeSet<PathBuf>) -> String {
    let mut page = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            let language = kind.split(',').next().unwrap_or_default();
            in_code = !in_code;
            let _ = writeln!(page, "```{language}");
        } else if in_code || line.starts_with("<!-- ") {
            let _ = writeln!(page, "{}", if in_code { line } else { "" });
        } else {
            let _ = writeln!(page, "{line}");
        }
    }
    with_links(&page, file, files)
}

/// Returns the text with its links changed.
fn with_links(text: &str, file: &Path, files: &BTreeSet<PathBuf>) -> String {
    let mut changed = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let Some((target, tail)) = after.split_once(')') else { break };
        let (path, anchor) = target.split_once('#').map_or((target, ""), |(path, anchor)| (path, anchor));
        let led_to = joined(file.parent().unwrap_or(Path::new("")), path);
        let start = before.rfind('[').filter(|_| !before.ends_with('`') || before.contains('['));
        let outside = !path.is_empty() && !path.contains("://") && !files.contains(&led_to);
        match start {
            Some(start) if outside => {
                changed += before.get(..start).unwrap_or_default();
                changed += before.get(start + 1..).unwrap_or_default();
            }
            _ => {
                let path = path.strip_suffix("README.md").map_or(path.to_owned(), |folder| format!("{folder}index.md"));
                let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
                let _ = write!(changed, "{before}]({path}{anchor})");
            }
        }
        rest = tail;
    }
    changed + rest
}

/// Returns a relative path, resolved from a folder.
fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut joined = folder.to_owned();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => drop(joined.pop()),
            Component::CurDir => {}
            other => joined.push(other),
        }
    }
    joined
}

/// A built document: its anchors and its links.
struct Document {
    anchors: BTreeSet<String>,
    links: Vec<String>,
}

fn documents(folder: &Path) -> Result<BTreeMap<PathBuf, Document>, Failed> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(documents(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let text = fs::read_to_string(&path)?;
            let values = |name: &str| -> Vec<String> {
                let start = format!(" {name}=\"");
                let values = text.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
                values.map(|value| value.replace("&amp;", "&").replace("&#x27;", "'")).collect()
            };
            let links = [values("href"), values("src")].concat();
            found.insert(path, Document { anchors: values("id").into_iter().collect(), links });
        }
    }
    Ok(found)
}

/// Returns the links whose file or anchor is not on the site.
fn broken_links(html: &Path, built: &BTreeMap<PathBuf, Document>) -> Vec<String> {
    let mut broken = Vec::new();
    let mut checked = 0;
    // The error page is shown for any path, so its relative links are not checked.
    for (path, document) in built.iter().filter(|(path, _)| !path.ends_with("404.html")) {
        for link in document.links.iter().filter(|link| !link.contains("://") && !link.starts_with("data:")) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = path.parent().unwrap_or(html);
            let led_to = if target.is_empty() { path.clone() } else { joined(folder, target) };
            let leads = match built.get(&led_to) {
                Some(document) => anchor.is_empty() || document.anchors.contains(anchor),
                None => led_to.is_file() && anchor.is_empty(),
            };
            checked += 1;
            if !leads {
                broken.push(format!("{}: {link}", path.strip_prefix(html).unwrap_or(path).display()));
            }
        }
    }
    assert!(checked > 1000, "only {checked} links");
    broken
}
