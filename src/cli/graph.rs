//! `dotpipe graph`

use camino::Utf8PathBuf;
use clap::Args;

use super::build::TextPaths;
use super::{Outcome, build, project};
use crate::compilation::Compilation;

/// Draw a pipeline as a Mermaid flowchart: stages, actions, and artifacts as edges.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe graph pipeline.pipe
  dotpipe graph pipeline.pipe -o pipeline.mmd")]
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

/// Draws one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let paths =
        TextPaths { file: &arguments.file, output: arguments.output.as_deref(), root: arguments.root.as_deref() };
    build::write_text(&paths, arguments.options.request(), Compilation::graph)
}
