//! `dotpipe why`

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::{Outcome, input, output, project, terminal};
use crate::compilation::Request;
use crate::ide::why;

/// Explain an error message from AWS, and find the line of the pipeline that it is about.
///
/// The message may be part of a log, and may be cut. The output of `aws codepipeline list-action-executions`, `get-pipeline-state`,
/// and `get-pipeline-execution`, of `aws codebuild batch-get-builds`, and of `aws cloudformation describe-stack-events` is read,
/// too: the action that failed in it is explained. If no pipeline file is given, reads pipeline.pipe if that file exists.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe why \"Stage name 'Build' is used more than once\"
  dotpipe why build.log deploy/app.pipe
  aws codepipeline list-action-executions --pipeline-name App | dotpipe why -
  aws codepipeline create-pipeline --cli-input-json file://pipeline.json 2>&1 | dotpipe why -")]
pub(super) struct Arguments {
    /// Error message, a file that contains it, or `-` to read it from standard input
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
        None => fail(&"this text contains no AWS error message that dotpipe recognizes"),
    }
}

fn fail(message: &dyn std::fmt::Display) -> Outcome {
    terminal::error(message);
    Outcome::Failed
}

fn read(message: &str) -> Result<String, input::InputError> {
    if message == project::STDIN {
        return input::read_stdin();
    }
    let path = Utf8Path::new(message);
    if path.is_file() { input::read_file(path) } else { Ok(message.to_owned()) }
}
