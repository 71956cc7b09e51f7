//! `dotpipe expand`

use camino::Utf8PathBuf;
use clap::Args;

use super::build::TextPaths;
use super::{Outcome, build, project};
use crate::compilation::Compilation;

/// Print a pipeline without its sugar, as .pipe text.
///
/// Loops, conditions, components, constants, options and imports are written out, the change-set pair as two actions, and
/// generated names in full. It builds the same; roles, namespaces and run orders stay derived.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe expand pipeline.pipe
  dotpipe expand pipeline.pipe --set stage=prod -o prod.pipe")]
pub(super) struct Arguments {
    /// The file that holds the pipeline, or `-` for standard input
    #[arg(value_name = "FILE", default_value = project::DEFAULT_ENTRY)]
    file: Utf8PathBuf,
    #[command(flatten)]
    options: build::Options,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// The project's root [default: the nearest folder above with dotpipe.toml, else with .git]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Expands one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let paths =
        TextPaths { file: &arguments.file, output: arguments.output.as_deref(), root: arguments.root.as_deref() };
    build::write_text(&paths, arguments.options.request(), Compilation::expand)
}
