//! `dotpipe expand`

use camino::Utf8PathBuf;
use clap::Args;

use super::build::TextPaths;
use super::input::InputError;
use super::{Outcome, build, project, terminal};
use crate::compilation::{Compilation, Request};

/// Print the pipeline with all shorthands expanded.
///
/// Expands loops, conditions, components, constants, options, and imports, writes `deploy stack` as two actions, and
/// spells out generated names. Building the result produces the same output; roles, namespaces, and run orders stay derived.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe expand pipeline.pipe
  dotpipe expand pipeline.pipe --set stage=prod -o prod.pipe")]
pub(super) struct Arguments {
    /// Pipeline file, or `-` for standard input
    #[arg(value_name = "FILE", default_value = project::DEFAULT_ENTRY)]
    file: Utf8PathBuf,
    #[command(flatten)]
    options: build::Options,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Expands one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let file = &arguments.file;
    let compiled = project::compile(file, arguments.root.as_deref(), &Request::default());
    if compiled.is_ok_and(|compilation| compilation.is_document()) {
        terminal::error(&InputError::Document(file.clone()));
        return Outcome::Failed;
    }
    let paths =
        TextPaths { file: &arguments.file, output: arguments.output.as_deref(), root: arguments.root.as_deref() };
    build::write_text(&paths, arguments.options.request(), Compilation::expand)
}
