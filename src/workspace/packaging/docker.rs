//! Whether commands need the Docker daemon, and the images that they build.

use camino::{Utf8Path, Utf8PathBuf};

use super::arguments::{Arguments, split_option};
use super::{Placed, inside};
use crate::source::Span;
use crate::workspace::shell::ShellWord;

/// Whether the commands of a build use Docker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DockerUse {
    /// All programs are known, and none starts a container.
    #[default]
    Never,
    /// A program may start one.
    Perhaps,
    /// This command needs the daemon.
    Certain(Span),
}

/// Commands of `docker` that do not need the daemon.
const ALONE: [&str; 6] = ["login", "logout", "manifest", "context", "help", "version"];

/// Programs that start no container, whatever their arguments.
const PLAIN: &[&str] = &[
    ":", "[", "[[", "apt-get", "awk", "aws", "basename", "cat", "cd", "cfn-lint", "chmod", "cp", "curl", "cut", "date",
    "dirname", "echo", "env", "envsubst", "exit", "export", "false", "find", "git", "grep", "gunzip", "gzip", "head",
    "jq", "ln", "ls", "mkdir", "mv", "pip", "pip3", "printf", "pwd", "rm", "sed", "set", "sleep", "sort", "tail",
    "tar", "tee", "test", "touch", "tr", "true", "uniq", "unset", "unzip", "wc", "wget", "which", "yamllint", "yum",
    "zip",
];

/// An image that a command builds from files of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerBuild {
    /// The build context, relative to the source's folder, and the span that names it.
    pub context: (Utf8PathBuf, Span),
    /// The Dockerfile, relative to the source's folder, and the span that names it; that of the command for the
    /// default.
    pub file: (Utf8PathBuf, Span),
    /// Whether `--file` names the Dockerfile.
    pub named: bool,
    /// Whether options set variables of the Dockerfile.
    pub with_arguments: bool,
    /// Whether `--target` names the stage to build.
    pub targeted: bool,
    /// The span of the command.
    pub span: Span,
}

/// Options of `docker build` that take no value.
const SWITCHES: &[&str] = &[
    "--no-cache",
    "--pull",
    "--push",
    "--load",
    "--quiet",
    "-q",
    "--rm",
    "--force-rm",
    "--squash",
    "--compress",
    "--debug",
    "-D",
];

/// The arguments of `docker build`.
struct BuildArguments {
    file: Option<Placed>,
    context: Option<Placed>,
    with_arguments: bool,
    targeted: bool,
}

impl BuildArguments {
    /// Returns `None` if it is another command, or if an argument is known only at run time.
    fn of(program: &str, arguments: &Arguments<'_>) -> Option<Self> {
        if !matches!(program, "docker" | "podman" | "buildah") {
            return None;
        }
        let mut words = arguments.words();
        let is_word =
            |word: &ShellWord, known: &[&str]| word.literal().is_some_and(|text| known.contains(&text.as_str()));
        words
            .by_ref()
            .find(|word| !is_word(word, &["buildx", "image", "builder"]))
            .filter(|word| is_word(word, &["build", "bud"]))?;
        let mut found = Self { file: None, context: None, with_arguments: false, targeted: false };
        let placed = |word: &ShellWord| -> Option<Placed> { Some((word.literal()?, arguments.bare(word).span)) };
        while let Some(word) = words.next() {
            // The Dockerfile is read from standard input, so the repository's is not used.
            if is_word(word, &["-f-"]) {
                return None;
            }
            let Some((name, value)) = split_option(word) else {
                // A word that is not literal may be several words, or none.
                found.context = Some(placed(word)?);
                continue;
            };
            let value = match value {
                Some(value) => Some(value),
                None if SWITCHES.contains(&name) => continue,
                None => words.next().cloned(),
            };
            match name {
                "-f" | "--file" => found.file = Some(placed(&value?)?),
                "--build-arg" | "--build-context" => found.with_arguments = true,
                "--target" => found.targeted = true,
                _ => {}
            }
        }
        Some(found)
    }
}

impl DockerBuild {
    /// Returns the image that a command builds in a folder, or `None` if it is another command or reads from somewhere
    /// else.
    pub(super) fn of(program: &str, arguments: &Arguments<'_>, from: &Utf8Path) -> Option<Self> {
        let BuildArguments { file, context, with_arguments, targeted } = BuildArguments::of(program, arguments)?;
        let (folder, place) =
            context.filter(|(text, _)| text != "-" && !text.contains("://") && !text.contains('@'))?;
        let context = inside(from, &folder)?;
        let named = file.is_some();
        let file = match file {
            Some((path, place)) => (inside(from, &path).filter(|_| path != "-")?, place),
            None => (context.join("Dockerfile"), arguments.span()),
        };
        Some(Self { context: (context, place), file, named, with_arguments, targeted, span: arguments.span() })
    }

    /// Returns whether a command builds an image without a build context.
    pub(super) fn lacks_context(program: &str, arguments: &Arguments<'_>) -> bool {
        let only_asks = ["--help", "-h", "--check", "--print", "--call"].iter().any(|flag| arguments.has_flag(flag));
        BuildArguments::of(program, arguments).is_some_and(|found| found.context.is_none()) && !only_asks
    }
}

impl DockerUse {
    /// Adds one more command. `program` is `None` if it is computed.
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
