//! The command line: arguments in, text and an exit code out. Only this folder accesses the terminal and writes to
//! disk.

mod baseline;
mod build;
mod cache;
mod check;
mod completions;
mod deployment;
mod diff;
mod entries;
mod expand;
mod explain;
mod fix;
mod fmt;
mod graph;
mod import;
mod init;
mod input;
mod lsp;
mod memo;
mod output;
mod parallel;
mod project;
mod providers;
mod reporting;
mod resource_page;
mod terminal;
mod text_diff;
mod watch;
mod why;

use std::process::ExitCode;

use clap::{Args, FromArgMatches, Parser, Subcommand};

/// The result of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// No errors.
    Clean,
    /// The input has errors.
    Faulty,
    /// Something could not be read or written.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Faulty => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

/// Compiles and checks AWS CodePipeline definitions written in the .pipe language.
#[derive(Debug, Parser)]
#[command(name = "dotpipe", version, propagate_version = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The name of the command that is run most often.
const CHECK: &str = "check";

const AFTER_HELP: &str = "\
Examples:
  dotpipe check                                 check pipeline.pipe in this folder
  dotpipe build pipeline.pipe -o template.yaml  write a CloudFormation template
  dotpipe explain E0201                         explain a diagnostic code

Exit codes: 0 no errors, 1 the input has errors, 2 incorrect usage, or a file that cannot be read or written.";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Build(build::Arguments),
    Diff(diff::Arguments),
    Fmt(fmt::Arguments),
    Explain(explain::Arguments),
    Expand(expand::Arguments),
    Import(import::Arguments),
    Graph(graph::Arguments),
    Providers(providers::Arguments),
    Why(why::Arguments),
    Init(init::Arguments),
    Lsp(lsp::Arguments),
    Completions(completions::CompletionsArguments),
    Man(completions::ManArguments),
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let outcome = match check_command().unwrap_or_else(|| Cli::parse().command) {
        Command::Check(arguments) => check::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Expand(arguments) => expand::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Providers(arguments) => providers::run(&arguments),
        Command::Why(arguments) => why::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Lsp(arguments) => lsp::run(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
    };
    outcome.into()
}

/// Returns the arguments of a valid `check` without reading the definitions of all other commands, which takes as long as
/// a part of the check. `None` otherwise, and for help.
fn check_command() -> Option<Command> {
    let mut words = std::env::args_os().skip(1).peekable();
    let name = words.next_if(|word| word == CHECK)?;
    let command = check::Arguments::augment_args(clap::Command::new(CHECK));
    let found = command.try_get_matches_from(std::iter::once(name).chain(words)).ok()?;
    check::Arguments::from_arg_matches(&found).ok().map(Command::Check)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
