//! `dotpipe why`

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::{Outcome, input, output, project, terminal};
use crate::compilation::Request;
use crate::ide::why;

/// Explain an error message from AWS, and find the line of the pipeline that it is about.
///
/// Names, account IDs, and numbers in the message are ignored. If no file is given, reads pipeline.pipe if that file exists.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe why \"Stage name 'Build' is used more than once\"
  dotpipe why \"$(cat message.txt)\" deploy/app.pipe
  aws codepipeline create-pipeline --cli-input-json file://pipeline.json 2>&1 | dotpipe why -")]
pub(super) struct Arguments {
    /// Error message, or `-` to read it from standard input
    #[arg(value_name = "MESSAGE")]
    message: String,
    /// Pipeline file
    #[arg(value_name = "FILE")]
    file: Option<Utf8PathBuf>,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Explains a message.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let message = match read(&arguments.message) {
        Ok(message) => message,
        Err(error) => return fail(&error),
    };
    let default = Utf8Path::new(project::DEFAULT_ENTRY);
    let file = arguments.file.as_deref().or_else(|| default.exists().then_some(default));
    let compiled = file.map(|file| project::compile(file, arguments.root.as_deref(), &Request::default()));
    let compilation = match compiled.transpose() {
        Ok(compilation) => compilation,
        Err(error) => return fail(&error),
    };
    match why(&message, compilation.as_ref()) {
        Some(text) => output::deliver(&text, None),
        None => fail(&"unknown message; no similar AWS message found"),
    }
}

fn fail(message: &dyn std::fmt::Display) -> Outcome {
    terminal::error(message);
    Outcome::Failed
}

fn read(message: &str) -> Result<String, input::InputError> {
    let text = if message == project::STDIN { input::read_stdin()? } else { message.to_owned() };
    Ok(text)
}
