//! Checks every snippet of the documentation: outputs are what the program prints, and files are as in the tree.
//!
//! - A `console` block is a session: each `$` line is run, and the lines after it are its output.
//! - ``<!-- output of `COMMAND` -->`` above any other block: the block is the output of the command.
//! - ``<!-- from `FILE` -->``: the lines of the block are consecutive lines of a file of the examples or the
//!   repository.
//! - For pipelines and their outputs, see `snippets.rs`.
//! - In a `sh` block, each `dotpipe` line (or `cargo run -- ...`) must succeed.
//!
//! `UPDATE=1 cargo test --test it docs` writes the outputs to the pages.
#![cfg(unix)]

use std::cell::OnceCell;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::snippets::{self, Snippets};

mod images;

/// The languages of blocks whose contents relate to this project, and so must be checked.
const CHECKED: [&str; 5] = ["json", "mermaid", "pipe", "toml", "yaml"];

#[test]
fn snippets_are_true() {
    let update = env::var_os("UPDATE").is_some();
    let mut problems = Vec::new();
    // `every_diagnostic_is_shown_in_the_docs` checks that page.
    for page in pages().into_iter().filter(|page| !page.ends_with("docs/diagnostics.md")) {
        let text = fs::read_to_string(&page).unwrap();
        let sandbox = Sandbox::new(&page);
        let expected = expected(&text, &sandbox, &mut |line, problem: &str| {
            problems.push(format!("{}:{line}: {problem}", page.display()));
        });
        if expected != text && update {
            fs::write(&page, expected).unwrap();
        } else if expected != text {
            problems.push(difference(&page, &text, &expected));
        }
    }
    assert!(problems.is_empty(), "{}\n(UPDATE=1 writes the outputs into the pages)", problems.join("\n"));
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let led_to = if path.is_empty() { page.clone() } else { page.with_file_name(path) };
            if !path.contains("://") && !(led_to.exists() && (anchor.is_empty() || has_heading(&led_to, anchor))) {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

fn has_heading(page: &Path, anchor: &str) -> bool {
    let text = fs::read_to_string(page).unwrap_or_default();
    prose(&text).any(|(_, line)| line.starts_with('#') && slug(line) == anchor)
}

/// Returns the lines of a page outside its code blocks, numbered from 1.
pub fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        (!in_code && !fence).then_some((index + 1, line))
    })
}

/// Returns the anchor that GitHub generates for a heading.
pub fn slug(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    words.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

/// Returns every page of the tree, except in generated and installed folders.
pub fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages: Vec<PathBuf> = files(&root, false);
    for folder in ["docs", "examples"] {
        pages.extend(files(&root.join(folder), true));
    }
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_file() {
            found.push(path);
        } else if deep && entry.file_name() != "node_modules" {
            found.extend(files(&path, deep));
        }
    }
    found
}

/// A copy of the examples in which the commands of one page run. It is made for the first command: most pages have none.
struct Sandbox {
    folder: OnceCell<TempDir>,
    /// The working directory, from the root: for pages of an example, its folder; for all others, the root.
    inside: PathBuf,
}

impl Sandbox {
    fn new(page: &Path) -> Self {
        let folder = page.parent().filter(|_| page.starts_with(root().join("examples")));
        let inside = folder.map(|folder| folder.strip_prefix(root()).unwrap().to_owned());
        Self { folder: OnceCell::new(), inside: inside.unwrap_or_default() }
    }

    fn copy() -> TempDir {
        let folder = TempDir::new().unwrap();
        for file in files(&root().join("examples"), true) {
            let copy = folder.path().join(file.strip_prefix(root()).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(&file, copy).unwrap();
        }
        folder
    }

    fn run(&self, command: &str) -> Output {
        let folder = self.folder.get_or_init(Self::copy).path();
        let program = Path::new(env!("CARGO_BIN_EXE_dotpipe")).parent().unwrap();
        let path = format!("{}:{}", program.display(), env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("exec 2>&1\n{command}")).current_dir(folder.join(&self.inside));
        shell.env("PATH", path).env("NO_COLOR", "1").env("TMPDIR", folder).env_remove("COLUMNS");
        shell.output().unwrap()
    }

    /// Returns the output of a command. A dotpipe command must print something and exit with the code for a valid or a
    /// faulty input.
    fn output_of(&self, command: &str) -> Result<String, String> {
        let done = self.run(command);
        let output = String::from_utf8_lossy(&done.stdout);
        if command.contains("dotpipe ") && (output.is_empty() || !matches!(done.status.code(), Some(0 | 1))) {
            return Err(format!("`{command}` ended with {} and printed {output:?}", done.status));
        }
        let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
        Ok(joined(&lines))
    }
}

/// Returns the page as it should be. Errors that writing outputs cannot correct are reported with their lines.
fn expected(text: &str, sandbox: &Sandbox, report: &mut dyn FnMut(usize, &str)) -> String {
    let mut page = String::new();
    let mut lines = text.lines().enumerate();
    let mut marker = String::new();
    let mut snippets = Snippets::default();
    let mut in_table = false;
    while let Some((number, line)) = lines.next() {
        in_table &= line.starts_with('|');
        if in_table {
            continue;
        }
        let _ = writeln!(page, "{line}");
        if let Some(table) = snippets::table(line) {
            page += &table;
            in_table = true;
        }
        let Some(kind) = line.strip_prefix("```") else {
            if !line.is_empty() {
                line.clone_into(&mut marker);
            }
            continue;
        };
        let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        match block(kind, &marker, &body, sandbox, &mut snippets) {
            Ok(body) => page += &body,
            Err(problem) => {
                report(number + 1, &problem);
                page += &joined(&body);
            }
        }
        page += "```\n";
        marker.clear();
    }
    page
}

fn block(
    kind: &str,
    marker: &str,
    body: &[&str],
    sandbox: &Sandbox,
    snippets: &mut Snippets,
) -> Result<String, String> {
    if let Some(made) = snippets.made(marker) {
        return made;
    }
    if let Some(command) = argument(marker, "<!-- output of `") {
        return sandbox.output_of(command);
    }
    if let Some(file) = argument(marker, "<!-- from `") {
        // Pages of an example can show files of the tests, too.
        let beside = root().join(&sandbox.inside).join(file);
        let path = if beside.exists() { beside } else { root().join(file) };
        let whole = fs::read_to_string(path).map_err(|error| format!("{file}: {error}"))?;
        let shown = joined(body);
        return if whole.contains(&shown) { Ok(shown) } else { Err(format!("not the text of {file}")) };
    }
    if let Some(result) = snippets.read(kind, &joined(body)) {
        return result.map(|()| joined(body));
    }
    match kind {
        "console" => session(body, sandbox),
        "sh" => commands_succeed(body, sandbox).map(|()| joined(body)),
        _ if CHECKED.contains(&kind) => Err(format!("nothing keeps this `{kind}` block true: say where it is from")),
        _ if body.iter().any(|line| line.starts_with("error[") || line.starts_with("warning[")) => {
            Err("a diagnostic that nothing keeps true: say what prints it".to_owned())
        }
        _ => Ok(joined(body)),
    }
}

fn argument<'a>(marker: &'a str, start: &str) -> Option<&'a str> {
    marker.strip_prefix(start)?.strip_suffix("` -->")
}

fn session(body: &[&str], sandbox: &Sandbox) -> Result<String, String> {
    let mut text = String::new();
    for command in body.iter().filter_map(|line| line.strip_prefix("$ ")) {
        let output = sandbox.output_of(command)?;
        let _ = write!(text, "$ {command}\n{output}");
    }
    Ok(text)
}

fn commands_succeed(body: &[&str], sandbox: &Sandbox) -> Result<(), String> {
    for line in body {
        let command = line.replace("cargo run --quiet -- ", "dotpipe ");
        if command.starts_with("dotpipe ") {
            let done = sandbox.run(&command);
            if !done.status.success() {
                return Err(format!("`{line}` fails:\n{}", String::from_utf8_lossy(&done.stdout)));
            }
        }
    }
    Ok(())
}

fn joined(lines: &[&str]) -> String {
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

fn difference(page: &Path, text: &str, expected: &str) -> String {
    let number = text.lines().zip(expected.lines()).take_while(|(is, should)| is == should).count();
    let line = |text: &str| text.lines().nth(number).unwrap_or("(the end)").to_owned();
    format!("{}:{}:\n  is:     {}\n  should: {}", page.display(), number + 1, line(text), line(expected))
}
