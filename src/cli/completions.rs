//! `dotpipe completions` and `dotpipe man`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome, output, terminal};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{or_list, tick};

/// Print a shell completion script.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe completions bash > ~/.local/share/bash-completion/completions/dotpipe
  dotpipe completions zsh > \"${fpath[1]}/_dotpipe\"
  dotpipe completions fish > ~/.config/fish/completions/dotpipe.fish")]
pub(super) struct CompletionsArguments {
    /// Shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
pub(super) fn completions(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "dotpipe", &mut script);
    output::deliver(&String::from_utf8_lossy(&script), None)
}

/// Print the manual page of dotpipe or of one of its commands.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe man > ~/.local/share/man/man1/dotpipe.1
  dotpipe man build > ~/.local/share/man/man1/dotpipe-build.1")]
pub(super) struct ManArguments {
    /// Command [default: dotpipe itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Prints the page in the format of `man`.
pub(super) fn man(arguments: &ManArguments) -> Outcome {
    let mut program = Cli::command();
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => match program.find_subcommand(name).filter(|command| command.get_name() != "help") {
            Some(command) => command.clone(),
            None => return unknown(&program, name),
        },
    };
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(page).render(&mut text);
    output::deliver(&String::from_utf8_lossy(&text), None)
}

fn unknown(program: &clap::Command, name: &str) -> Outcome {
    let names: Vec<&str> =
        program.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help").collect();
    let hint = match similar(name, names.iter().copied()) {
        Some(near) => format!("did you mean {}?", tick(near)),
        None => format!("write {}", or_list(names)),
    };
    terminal::error(&format!("no command is named {}; {hint}", tick(name)));
    Outcome::Failed
}
