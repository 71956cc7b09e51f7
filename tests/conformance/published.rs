//! Templates and definitions published by others in npm and `PyPI` packages: the diagnostics of `check` are recorded,
//! and the outputs of `import` build the same.
//!
//! No contents of the packages are in this repository. The packages are downloaded once, and each file is verified by
//! its checksum.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::Failed;
use serde::Deserialize;

use crate::environment::{self, Python};
use crate::passed::{Inputs, Record};

#[derive(Deserialize)]
struct List {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    documents: Vec<Published>,
}

/// A document in a package.
#[derive(Deserialize)]
struct Published {
    path: String,
    example: Option<usize>,
    sha256: String,
}

/// Without `CI=true`, one of so many documents is read.
pub const ONE_OF: usize = 4;

/// Returns the folder of the list and the results.
fn folder() -> PathBuf {
    environment::home().join("published")
}

/// Returns an error if results differ from the recorded ones; if `UPDATE` is set, writes them.
pub fn documents_are_read(python: &Result<Python, String>) -> Result<(), Failed> {
    let program = Path::new(env!("CARGO_BIN_EXE_dotpipe"));
    let mut inputs = Inputs::of("published");
    inputs.add_files(&folder(), &environment::home())?;
    inputs.add(&fs::read(program)?);
    let record = Record::new("published", &inputs);
    if record.result::<bool>().is_some() {
        return Ok(());
    }
    let list = folder().join("documents.toml");
    let fetched = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published");
    let python = python.as_ref().map_err(Clone::clone)?;
    let done = Command::new(&python.command).arg(folder().join("fetch.py")).args([&list, &fetched]).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    let is_updated = std::env::var_os("UPDATE").is_some();
    let all = is_updated || crate::in_ci();
    let one_of = if all { 1 } else { ONE_OF };
    let results = results(&toml::from_str(&fs::read_to_string(list)?)?, one_of, &fetched)?;
    let file = folder().join("results.txt");
    if is_updated {
        fs::write(&file, &results)?;
    }
    let expected = fs::read_to_string(&file)?;
    let is_expected = |line: &str| expected.lines().any(|other| other == line);
    if results == expected || !all && !results.is_empty() && results.lines().all(is_expected) {
        record.keep(true);
        return Ok(());
    }
    let changed = |one: &str, other: &str, sign: char| {
        let lines = one.lines().filter(|line| !other.lines().any(|it| it == *line));
        lines.fold(String::new(), |text, line| text + &format!("{sign} {line}\n"))
    };
    let gone = if all { changed(&expected, &results, '-') } else { String::new() };
    let new = changed(&results, &expected, '+');
    Err(format!("{} has other results; UPDATE=1 writes them\n{gone}{new}", file.display()).into())
}

/// Returns a line for one of so many documents.
fn results(list: &List, one_of: usize, fetched: &Path) -> Result<String, Failed> {
    let documents: Vec<(String, &Published)> = list
        .package
        .iter()
        .flat_map(|package| package.documents.iter().map(move |document| (package, document)))
        .map(|(package, document)| {
            let example = document.example.map(|number| format!("#{number}")).unwrap_or_default();
            (format!("{} {} {}{example}", package.name, package.version, document.path), document)
        })
        .step_by(one_of)
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut lines = Vec::new();
        while let Some((name, document)) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
            lines.push((name, result(&fetched.join(&document.sha256))));
        }
        lines
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let lines: BTreeMap<&String, Result<String, Failed>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it does not panic")).collect()
    });
    let mut text = String::new();
    for (name, line) in lines {
        writeln!(text, "{name}: {}", line.map_err(|error| format!("{name}: {error:?}"))?)?;
    }
    Ok(text)
}

/// Returns the number of diagnostics by code, and whether the import builds the same.
fn result(document: &Path) -> Result<String, Failed> {
    let folder = tempfile::tempdir()?;
    let text = fs::read_to_string(document)?;
    let name = if text.trim_start().starts_with('{') { "input.json" } else { "input.yaml" };
    fs::write(folder.path().join(name), text)?;
    let run = |arguments: &[&str]| -> Result<(Output, String), Failed> {
        let output = Command::new(env!("CARGO_BIN_EXE_dotpipe")).current_dir(&folder).args(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_known = matches!(output.status.code(), Some(0 | 1));
        if is_known { Ok((output, said)) } else { Err(format!("{arguments:?}: {}\n{said}", output.status).into()) }
    };
    let (checked, _) = run(&["check", "--format", "json", "--no-cache", name])?;
    let checked: serde_json::Value = serde_json::from_slice(&checked.stdout)?;
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for found in checked["diagnostics"].as_array().into_iter().flatten() {
        *codes.entry(found["code"].as_str().unwrap_or("?")).or_default() += 1;
    }
    let codes: Vec<String> = codes.iter().map(|(code, number)| format!("{code} {number}")).collect();
    let codes = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
    let (_, said) = run(&["import", name, "-o", "output.pipe"])?;
    let import = if said.contains("the result is equivalent to") { "equal" } else { "differs" };
    Ok(format!("{codes}; import: {import}"))
}
