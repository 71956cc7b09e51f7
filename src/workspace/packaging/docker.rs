//! Whether commands need the Docker daemon.

use super::arguments::Arguments;
use crate::source::Span;

/// What a build's commands show of Docker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DockerUse {
    /// All programs are known, and none starts a container.
    #[default]
    Never,
    /// Some program may, or may not.
    Perhaps,
    /// This command needs the daemon.
    Certain(Span),
}

/// What `docker` does by itself, without asking the daemon.
const ALONE: [&str; 6] = ["login", "logout", "manifest", "context", "help", "version"];

/// Programs that start no container, whatever their arguments.
const PLAIN: &[&str] = &[
    ":", "[", "[[", "apt-get", "awk", "aws", "basename", "cat", "cd", "cfn-lint", "chmod", "cp", "curl", "cut", "date",
    "dirname", "echo", "env", "envsubst", "exit", "export", "false", "find", "git", "grep", "gunzip", "gzip", "head",
    "jq", "ln", "ls", "mkdir", "mv", "pip", "pip3", "printf", "pwd", "rm", "sed", "set", "sleep", "sort", "tail",
    "tar", "tee", "test", "touch", "tr", "true", "uniq", "unset", "unzip", "wc", "wget", "which", "yamllint", "yum",
    "zip",
];

impl DockerUse {
    /// With one more command; `program` is none if it is computed.
    pub(super) fn and(self, program: Option<(&str, &Arguments<'_>)>) -> Self {
        match (self, program) {
            (Self::Certain(_), _) => self,
            (_, Some((program, arguments))) if needs_daemon(program, arguments) => Self::Certain(arguments.span()),
            (_, Some((program, _))) if PLAIN.contains(&program) => self,
            _ => Self::Perhaps,
        }
    }
}

fn needs_daemon(program: &str, arguments: &Arguments<'_>) -> bool {
    let only_asks = ["--help", "--version", "-v"].iter().any(|flag| arguments.has_flag(flag));
    match (program, arguments.operation()) {
        ("docker", [operation, ..]) => !ALONE.contains(operation) && !only_asks,
        ("docker-compose", [operation, ..]) => *operation != "version" && !only_asks,
        ("sam", ["build", ..]) => arguments.has_flag("--use-container") || arguments.has_flag("-u"),
        _ => false,
    }
}
