//! `dotpipe expand`

use camino::Utf8PathBuf;
use clap::Args;

use super::findings::{self, Format};
use super::{Outcome, build, output, project, terminal};

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
    if output::overwrites(&arguments.file, arguments.output.as_deref()) {
        terminal::error(&format!("`{}` is the pipeline itself; name another output file", arguments.file));
        return Outcome::Failed;
    }
    let compile = |request| project::compile(&arguments.file, arguments.root.as_deref(), &request);
    let compilation = match arguments.options.request().and_then(compile) {
        Ok(compilation) => compilation,
        Err(error) => {
            terminal::error(&error);
            return Outcome::Failed;
        }
    };
    if let Some(problem) = build::unknown_input(&arguments.file, &compilation) {
        terminal::error(&problem);
        return Outcome::Failed;
    }
    let outcome = findings::print(std::slice::from_ref(&compilation), Format::Human, None);
    if outcome != Outcome::Clean {
        return outcome;
    }
    match compilation.expand() {
        Some(text) => output::deliver(&text, arguments.output.as_deref()),
        None => build::nothing(&arguments.file),
    }
}
