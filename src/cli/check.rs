//! `dotpipe check`

use std::sync::atomic::{AtomicUsize, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::findings::{self, Deny, Format};
use super::input::{self, InputError};
use super::project::{self, DEFAULT_ENTRY, STDIN};
use super::{Outcome, terminal};
use crate::compilation::{Compilation, Request, holds_pipeline};

/// Report every mistake in pipelines, without building anything.
///
/// Reads the files named, and the buildspecs, templates and imports they refer to. Nothing outside the project's root is
/// read, and nothing is sent anywhere.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Files, folders, or `-` for standard input [default: pipeline.pipe]
    ///
    /// Of a folder, every .pipe file below it that holds a pipeline is checked, unless version control ignores it or
    /// the `entry` setting of its dotpipe.toml names others.
    #[arg(value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Let warnings fail the run too
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// The project's root [default: the nearest folder above with dotpipe.toml, else with .git]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe check                               pipeline.pipe in this folder
  dotpipe check .                             every pipeline below this folder
  dotpipe check --format short --deny warnings deploy/app.pipe
  dotpipe check --format json . | jq '.diagnostics[].code'
  git show HEAD:pipeline.pipe | dotpipe check -";

/// Bytes of stack for a worker: as many as the first thread has on most systems, since nested text takes stack.
const STACK: usize = 8 << 20;

/// Checks everything named; one unreadable file does not keep the others from being checked.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let root = arguments.root.as_deref();
    let mut outcome = Outcome::Clean;
    let mut fail = |error: &InputError| {
        terminal::error(error);
        outcome = Outcome::Failed;
    };
    let mut entries = Vec::new();
    for found in find(&arguments.paths, root) {
        match found {
            Ok(entry) => entries.push(entry),
            Err(error) => fail(&error),
        }
    }
    let mut compilations = Vec::new();
    for result in compile_all(&entries, root) {
        match result {
            Ok(compilation) => compilations.push(compilation),
            Err(error) => fail(&error),
        }
    }
    outcome.max(findings::print(&compilations, arguments.format, arguments.deny))
}

/// The entry files that the arguments stand for, each once.
fn find(paths: &[Utf8PathBuf], root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    let default = [default_path()];
    let paths = if paths.is_empty() { &default } else { paths };
    let mut found: Vec<Result<Utf8PathBuf, InputError>> = Vec::new();
    for path in paths {
        let entries = if path != STDIN && path.is_dir() { entries_below(path, root) } else { vec![Ok(path.clone())] };
        for entry in entries {
            let known = |path: &Utf8PathBuf| found.iter().flatten().any(|other| other == path);
            if !entry.as_ref().is_ok_and(known) {
                found.push(entry);
            }
        }
    }
    found
}

/// `pipeline.pipe`, or this folder where its settings name other entries.
fn default_path() -> Utf8PathBuf {
    let default = Utf8PathBuf::from(DEFAULT_ENTRY);
    let elsewhere = !default.exists() && Utf8Path::new(crate::settings::FILE_NAME).exists();
    if elsewhere { ".".into() } else { default }
}

fn entries_below(folder: &Utf8Path, root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    let files = match input::pipe_files(folder) {
        Ok(files) => files,
        Err(error) => return vec![Err(error)],
    };
    let chosen: Vec<_> = files.into_iter().filter_map(|file| is_entry(&file, root).transpose()).collect();
    if chosen.is_empty() {
        return vec![Err(InputError::new(folder, "no .pipe file below it holds a pipeline"))];
    }
    chosen
}

/// The file, where it is one to start from: named by the settings, or one that holds a pipeline where they name none.
fn is_entry(file: &Utf8Path, root: Option<&Utf8Path>) -> Result<Option<Utf8PathBuf>, InputError> {
    let folder = project::folder_of(file)?;
    let named = project::named_entries(&folder, root)?;
    let chosen = if named.is_empty() {
        holds_pipeline(&input::read_file(file)?)
    } else {
        named.contains(&folder.join(file.file_name().unwrap_or_default()))
    };
    Ok(chosen.then(|| file.to_owned()))
}

/// Compiles on all processors; the results are in the order of the files.
fn compile_all(files: &[Utf8PathBuf], root: Option<&Utf8Path>) -> Vec<Result<Compilation, InputError>> {
    let compile = |file: &Utf8PathBuf| project::compile(file, root, &Request::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    if workers < 2 {
        return files.iter().map(compile).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let indices = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let mine = indices.map_while(|index| files.get(index).map(|file| (index, compile(file))));
        mine.collect::<Vec<_>>()
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        // This thread works too, so that it does not matter how many others the system grants.
        let others: Vec<_> = (1..workers).map_while(|index| start(index).ok()).collect();
        let mut results = work();
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
