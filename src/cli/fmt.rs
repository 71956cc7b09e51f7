//! `dotpipe fmt`: pipeline files in the one style.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::input::{self, InputError};
use super::project::{self, Projects, STDIN};
use super::text_diff::{self, Context};
use super::{Outcome, check, output, terminal};
use crate::compilation::Request;
use crate::format;
use crate::ide;
use crate::render::{Report, human, printable};
use crate::source::SourceMap;

/// Format pipeline files.
///
/// There is one style, without options. Comments, blank lines, and documentation are kept. A statement with a syntax error
/// stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe fmt                  format pipeline.pipe and the files that it imports
  dotpipe fmt .                format every .pipe file below this folder
  dotpipe fmt --check .        list the files that are not formatted
  dotpipe fmt --diff           show the changes without making them
  dotpipe fmt - < a.pipe       format standard input

Exit codes: 0 formatted, 1 syntax errors, or with `--check` or `--diff` files that are not formatted, \
2 a file that cannot be read or written.")]
pub(super) struct Arguments {
    /// Files, folders, or `-` for standard input [default: pipeline.pipe and its imports]
    ///
    /// In a folder, every .pipe file is formatted, except files that version control ignores.
    #[arg(value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    /// List the files that are not formatted, and change none
    #[arg(long)]
    check: bool,
    /// Show the changes as a unified diff, and make none
    #[arg(long)]
    diff: bool,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Formats all paths. An unreadable file does not prevent the others from being formatted.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut outcome = Outcome::Clean;
    for file in files(arguments) {
        let done = file.and_then(|file| format_one(arguments, &file));
        outcome = outcome.max(done.unwrap_or_else(|error| {
            terminal::error(&error);
            Outcome::Failed
        }));
    }
    outcome
}

/// Returns the files of the arguments, each once.
fn files(arguments: &Arguments) -> Vec<Result<Utf8PathBuf, InputError>> {
    let mut found = Vec::new();
    if arguments.paths.is_empty() {
        found = read_by_entries(arguments.root.as_deref());
    }
    for path in &arguments.paths {
        if path == STDIN || !path.is_dir() {
            found.push(Ok(path.clone()));
            continue;
        }
        match input::pipe_files(path) {
            Ok(files) => found.extend(files.into_iter().map(Ok)),
            Err(error) => found.push(Err(error)),
        }
    }
    let mut known = BTreeSet::new();
    found.retain(|file| file.as_ref().map_or(true, |file| known.insert(project::shown(file))));
    found
}

/// Returns the entry files that `check` finds without a path, and the files that they import.
fn read_by_entries(root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    let projects = Projects::new(root);
    let mut found = Vec::new();
    for entry in check::find(&[check::default_path()], &projects) {
        let compiled = entry.and_then(|entry| projects.compile(&entry, &Request::default()));
        match compiled {
            Err(error) => found.push(Err(error)),
            Ok(compilation) => {
                let read = compilation.sources().files().map(|(_, file)| file.path());
                let pipes = read.filter(|path| path.extension() == Some("pipe"));
                found.extend(pipes.map(|path| Ok(path.to_owned())));
            }
        }
    }
    found
}

/// Formats one file, or prints what would change.
fn format_one(arguments: &Arguments, path: &Utf8Path) -> Result<Outcome, InputError> {
    let is_stdin = path == STDIN;
    if !is_stdin {
        let root = project::find_root(path, arguments.root.as_deref())?;
        project::stays_inside(path, &root)?;
    }
    let text = if is_stdin { input::read_stdin()? } else { input::read_file(path)? };
    let shown = project::shown(path);
    let formatted = match format::format(&text) {
        Ok(formatted) => formatted,
        Err(fault) => {
            terminal::error(&format!(
                "cannot format `{shown}`, which stays as it is: {fault}; this is a bug of dotpipe"
            ));
            return Ok(Outcome::Failed);
        }
    };
    let would_change = formatted.text != text;
    let mut outcome = Outcome::Clean;
    if arguments.check && would_change {
        outcome = output::deliver(&format!("{}\n", printable(shown.as_str())), None).max(Outcome::Faulty);
    }
    if arguments.diff && would_change {
        let changes = text_diff::unified(&text, &formatted.text, Context::File(&shown));
        outcome = outcome.max(output::deliver(&changes, None)).max(Outcome::Faulty);
    }
    let only_tells = arguments.check || arguments.diff;
    if !only_tells && is_stdin {
        outcome = output::deliver(&formatted.text, None);
    } else if !only_tells && would_change {
        outcome = output::replace_unchanged(path, &text, &formatted.text);
        if outcome == Outcome::Clean {
            terminal::say(&format!("formatted {}\n", printable(shown.as_str())));
        }
    }
    if formatted.is_whole {
        return Ok(outcome);
    }
    let is_changed = !only_tells && outcome == Outcome::Clean;
    Ok(outcome.max(report(&shown, if is_changed { &formatted.text } else { &text })))
}

/// Prints the syntax errors of a file.
fn report(shown: &Utf8Path, text: &str) -> Outcome {
    let mut sources = SourceMap::default();
    let file = sources.add(shown.to_owned(), text);
    let parsed = ide::parse(sources.file(file));
    if !parsed.diagnostics.has_errors() {
        return Outcome::Clean;
    }
    let diagnostics = parsed.diagnostics.into_sorted(&sources);
    let reports = [Report { sources: &sources, diagnostics: &diagnostics }];
    terminal::say(&human::render(&reports, terminal::look()));
    Outcome::Faulty
}
