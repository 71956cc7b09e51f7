//! `dotpipe graph`

use camino::Utf8PathBuf;
use clap::Args;

use super::findings::{self, Format};
use super::{Outcome, build, output, project, terminal};
use crate::compilation::Request;

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
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// The project's root [default: the nearest folder above with dotpipe.toml, else with .git]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Draws one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    if output::overwrites(&arguments.file, arguments.output.as_deref()) {
        terminal::error(&format!("`{}` is the pipeline itself; name another output file", arguments.file));
        return Outcome::Failed;
    }
    let compilation = match project::compile(&arguments.file, arguments.root.as_deref(), &Request::default()) {
        Ok(compilation) => compilation,
        Err(error) => {
            terminal::error(&error);
            return Outcome::Failed;
        }
    };
    let outcome = findings::print(std::slice::from_ref(&compilation), Format::Human, None);
    if outcome != Outcome::Clean {
        return outcome;
    }
    match compilation.graph() {
        Some(text) => output::deliver(&text, arguments.output.as_deref()),
        None => build::nothing(&arguments.file),
    }
}
