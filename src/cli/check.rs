//! `dotpipe check`

use std::io::IsTerminal;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::baseline::{self, Baseline};
use super::cache::Cache;
use super::entries::{Entries, EntryFile};
use super::fix::Writing;
use super::input::{DocumentForm, InputError};
use super::project::{DEFAULT_ENTRY, Projects, STDIN};
use super::reporting::{self, Deny, Format, Selection};
use super::watch::{self, Watched};
use super::{Outcome, build, fix, parallel, project, terminal};
use crate::collections::HashSet;
use crate::compilation::{CheckResult, Request};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::wording::{and_list, count, ticks};
use crate::render::printable;

/// Check pipelines and report problems.
///
/// Reads the given files, and the buildspecs, templates, and imports that they reference. Nothing outside the project root
/// is read, and nothing is sent over the network.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct Arguments {
    /// Files, folders, or `-` for standard input [default: pipeline.pipe]
    ///
    /// A file can also be a CloudFormation template with a pipeline, or the JSON of `get-pipeline`. In a folder, every file that
    /// has a pipeline is checked, except files that version control ignores. The `entry` setting in dotpipe.toml selects other
    /// files.
    #[arg(value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    options: build::Options,
    /// Form of the files whose names do not end with .pipe [default: determined by their content]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<DocumentForm>,
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Treat these diagnostics as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Report only errors, and warnings and infos whose codes start with CODE; can be repeated
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = reporting::code_start)]
    select: Vec<String>,
    /// Do not report warnings and infos whose codes start with CODE; can be repeated
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = reporting::code_start)]
    ignore: Vec<String>,
    /// Do not report the diagnostics that are listed in FILE
    ///
    /// A diagnostic is recognized by its code, its file, and the underlined text.
    #[arg(long, value_name = "FILE")]
    baseline: Option<Utf8PathBuf>,
    /// Write the current diagnostics to the baseline file, and report none
    #[arg(long, requires = "baseline", conflicts_with = "watch")]
    write_baseline: bool,
    /// Exit with code 0 even if there are errors
    #[arg(long)]
    exit_zero: bool,
    /// Apply automatic fixes, and show them
    ///
    /// Only the files of the arguments and the .pipe files that they import are changed, below the project root. A fix that
    /// would cause another error is not applied.
    #[arg(long)]
    fix: bool,
    /// With `--fix`, show the changes without applying them
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Check again on every change, until interrupted
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
    /// Do not use results of earlier runs
    ///
    /// If there are many pipeline files, their results are kept in the cache folder of the system, or in the folder that
    /// `DOTPIPE_CACHE_DIR` names.
    #[arg(long)]
    no_cache: bool,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe check                               check pipeline.pipe in this folder
  dotpipe check .                             check every pipeline below this folder
  dotpipe check infra/pipeline.yaml           check the pipelines of a CloudFormation template
  dotpipe check --fix                         apply automatic fixes
  dotpipe check --fix --diff                  show the fixes without applying them
  dotpipe check --ignore I,W0204              check without infos and one warning
  dotpipe check --set stage=prod              set an option, as for `build`
  dotpipe check . --baseline known.json --write-baseline
                                              accept the current diagnostics
  dotpipe check . --baseline known.json       report only new diagnostics
  dotpipe check --watch .                     check again on every change
  dotpipe check --format short --deny warnings deploy/app.pipe
  dotpipe check --format json . | jq '.diagnostics[].code'
  git show HEAD:pipeline.pipe | dotpipe check -";

/// Checks all paths, once or on every change.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let root = arguments.root.as_deref();
    if !arguments.watch {
        let projects = Projects::new(root);
        let (outcome, found) = once(arguments, &projects);
        // The process ends here: the operating system frees the memory faster than destructors do.
        std::mem::forget((found, projects));
        return outcome;
    }
    if arguments.paths.iter().any(|path| path == STDIN) {
        terminal::error(&"standard input cannot be watched; specify files or folders");
        return Outcome::Failed;
    }
    loop {
        let (outcome, found) = once(arguments, &Projects::new(root));
        let watched = Watched::new(&found, &named(arguments));
        watch::pause(outcome == Outcome::Clean);
        watched.wait();
        watch::clear();
    }
}

/// Checks all paths once. An unreadable file does not prevent the others from being checked.
fn once(arguments: &Arguments, projects: &Projects) -> (Outcome, Vec<CheckResult>) {
    let request = match request(arguments) {
        Ok(request) => request,
        Err(error) => {
            terminal::error(&error);
            return (Outcome::Failed, Vec::new());
        }
    };
    let mut outcome = Outcome::Clean;
    let (mut entries, errors) = Entries::find(&named(arguments), projects);
    for error in errors {
        terminal::error(&error);
        outcome = Outcome::Failed;
    }
    let mut checked = Vec::new();
    let pipes = entries.pipe_files();
    let mut check = |files: Vec<EntryFile>, checked: &mut Vec<_>| {
        let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        for (file, result) in files.into_iter().zip(check_all(&paths, projects, &request, arguments)) {
            match result {
                Ok((result, written)) => {
                    outcome = outcome.max(written);
                    checked.push((file, result));
                }
                Err(error) => {
                    terminal::error(&error);
                    outcome = Outcome::Failed;
                }
            }
        }
    };
    check(pipes, &mut checked);
    // Only now is it known which of the other files are generated.
    let generated = entries.leave_out_generated(&checked, projects);
    check(entries.documents(), &mut checked);
    checked.sort_by_key(|(file, _)| file.order);
    if arguments.format == Format::Human {
        tell_generated(&generated);
    }
    let (files, results): (Vec<_>, Vec<_>) = checked.into_iter().map(|(file, result)| (file.path, result)).unzip();
    if let Some(problem) = unknown_input(&files, &results) {
        terminal::error(&problem);
        return (Outcome::Failed, results);
    }
    (outcome.max(report(arguments, &results, outcome)), results)
}

fn request(arguments: &Arguments) -> Result<Request, InputError> {
    if let Some(folder) = named(arguments).iter().find(|path| arguments.form.is_some() && path.is_dir()) {
        return Err(InputError::new(folder, "`--as` needs files, not folders"));
    }
    Ok(Request { document: arguments.form.map(Into::into), ..arguments.options.request()? })
}

/// Checks files, or fixes them.
fn check_all(files: &[Utf8PathBuf], projects: &Projects, request: &Request, arguments: &Arguments) -> Vec<Checked> {
    if !arguments.fix {
        return compile_all(files, projects, request, arguments);
    }
    let writing = if arguments.diff { Writing::Differences } else { Writing::Files };
    fix_all(files, arguments.root.as_deref(), request, writing)
}

/// The maximum number of files that are listed by name.
const LISTED: usize = 5;

/// Prints which files are not checked because a .pipe file is.
fn tell_generated(files: &[Utf8PathBuf]) {
    if files.is_empty() {
        return;
    }
    let names: Vec<_> = files.iter().take(LISTED).map(|file| project::shown(file).to_string()).collect();
    let list = match files.len().saturating_sub(LISTED) {
        0 => and_list(names.iter().map(String::as_str)),
        more => format!("{}, and {}", ticks(&names), count(more, "more file")),
    };
    let whose = if files.len() == 1 { "its" } else { "their" };
    terminal::say(&format!("not checked: {}, since .pipe files define {whose} pipelines\n", printable(&list)));
}

/// Prints the diagnostics, or writes them to the baseline.
fn report(arguments: &Arguments, compilations: &[CheckResult], so_far: Outcome) -> Outcome {
    let selection = Selection { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
    let mut lists = reporting::select(compilations, &selection);
    if let Some(path) = &arguments.baseline {
        if arguments.write_baseline {
            return write_baseline(path, compilations, &lists);
        }
        match Baseline::read(path) {
            Ok(mut known) => {
                known.remove_known(compilations, &mut lists);
                if arguments.format == Format::Human {
                    tell_known(path, known.counts(compilations));
                }
            }
            Err(error) => {
                terminal::error(&error);
                return Outcome::Failed;
            }
        }
    }
    let is_silent = arguments.format == Format::Human && !arguments.watch && lists.iter().all(Vec::is_empty);
    let printed = reporting::print_lists(compilations, lists, arguments.format, arguments.deny);
    if so_far.max(printed) == Outcome::Clean && is_silent && std::io::stderr().is_terminal() {
        terminal::say(&reporting::nothing_found(files_of(compilations)));
    }
    if arguments.exit_zero && printed == Outcome::Faulty { Outcome::Clean } else { printed }
}

fn write_baseline(path: &Utf8Path, compilations: &[CheckResult], lists: &[Vec<Diagnostic>]) -> Outcome {
    let written = baseline::write(path, compilations, lists);
    if written == Outcome::Clean {
        let number = count(lists.iter().map(Vec::len).sum(), "diagnostic");
        terminal::say(&format!("{number} written to `{}`\n", printable(path.as_str())));
    }
    written
}

/// Prints how many diagnostics a baseline hides, and how many it no longer needs.
fn tell_known(path: &Utf8Path, (hidden, gone): (usize, usize)) {
    let path = printable(path.as_str());
    if hidden > 0 {
        terminal::say(&format!("not shown: {} in the baseline `{path}`\n", count(hidden, "diagnostic")));
    }
    if gone > 0 {
        let number = count(gone, "diagnostic");
        terminal::say(&format!("`{path}` lists {number} that do not occur any more; `--write-baseline` updates it\n"));
    }
}

/// Returns the number of files that were read.
fn files_of(compilations: &[CheckResult]) -> usize {
    let files = compilations.iter().flat_map(|compilation| compilation.sources().files());
    files.map(|(_, file)| file.path()).collect::<HashSet<_>>().len()
}

/// Returns the error for a `--set` or `--param` value that no file uses. One file that uses it is enough.
fn unknown_input(entries: &[Utf8PathBuf], compilations: &[CheckResult]) -> Option<String> {
    if compilations.iter().any(|findings| findings.unknown_inputs().is_empty()) {
        return None;
    }
    build::unknown_input(entries.first()?, compilations.first()?)
}

/// Returns the paths in the arguments, or the default.
fn named(arguments: &Arguments) -> Vec<Utf8PathBuf> {
    if arguments.paths.is_empty() { vec![default_path()] } else { arguments.paths.clone() }
}

/// Returns the entry files of the paths, without duplicates.
pub(super) fn find(paths: &[Utf8PathBuf], projects: &Projects) -> Vec<Result<Utf8PathBuf, InputError>> {
    let mut found: Vec<Result<Utf8PathBuf, InputError>> = Vec::new();
    let mut known = HashSet::default();
    for path in paths {
        let entries =
            if path != STDIN && path.is_dir() { projects.entries_below(path) } else { vec![Ok(path.clone())] };
        found.extend(entries.into_iter().filter(|entry| !entry.as_ref().is_ok_and(|path| !known.insert(path.clone()))));
    }
    found
}

/// Returns `pipeline.pipe`, or this folder if its settings select other entries.
pub(super) fn default_path() -> Utf8PathBuf {
    let default = Utf8PathBuf::from(DEFAULT_ENTRY);
    let elsewhere = !default.exists() && Utf8Path::new(crate::settings::FILE_NAME).exists();
    if elsewhere { ".".into() } else { default }
}

/// The results of an entry file after fixes, and whether all fixes were written.
type Checked = Result<(CheckResult, Outcome), InputError>;

/// Fixes files one after another, because two of them can import the same third one.
fn fix_all(files: &[Utf8PathBuf], root: Option<&Utf8Path>, request: &Request, writing: Writing) -> Vec<Checked> {
    let fixed = |file| {
        fix::fix(file, root, request, writing).map(|(compilation, outcome)| (compilation.into_result(), outcome))
    };
    files.iter().map(|file| fixed(file)).collect()
}

/// The most files that are compiled together. More take more memory, and hardly less time.
const TOGETHER: usize = 8;

/// Returns the results of each file, in the order of the files: from the cache, or otherwise from a compilation.
fn compile_all(files: &[Utf8PathBuf], projects: &Projects, request: &Request, arguments: &Arguments) -> Vec<Checked> {
    let cache = if arguments.no_cache { None } else { Cache::open(files, arguments.root.as_deref(), request) };
    let compile = |files: &[Utf8PathBuf]| {
        let restore = |file: &Utf8PathBuf| cache.as_ref().and_then(|cache| cache.restore(file, projects));
        let restored: Vec<_> = files.iter().map(restore).collect();
        let others = files.iter().zip(&restored).filter(|(_, known)| known.is_none());
        let others: Vec<&Utf8Path> = others.map(|(file, _)| file.as_path()).collect();
        let mut compiled = projects.compile_all(&others, request).into_iter();
        let result = |(file, known): (&Utf8PathBuf, Option<CheckResult>)| {
            if let Some(known) = known {
                return Some(Ok((known, Outcome::Clean)));
            }
            Some(compiled.next()?.map(|compilation| {
                let result = compilation.into_result();
                if let Some(cache) = &cache {
                    cache.keep(file, projects, &result);
                }
                projects.release(file, &result);
                (result, Outcome::Clean)
            }))
        };
        files.iter().zip(restored).filter_map(result).collect::<Vec<_>>()
    };
    let results = parallel::map_parts(files, TOGETHER, compile);
    if let Some(cache) = cache {
        cache.save(files);
    }
    results
}
