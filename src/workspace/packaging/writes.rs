//! Programs that may write files that their command does not mention.

use camino::Utf8Path;

use super::WordPart;
use super::arguments::Arguments;
use crate::workspace::shell::ShellWord;

/// The files that programs may write without naming them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Unnamed {
    /// None.
    #[default]
    Nothing,
    /// The results of tests and of compilers: reports, and files in folders such as `target`, but no sources.
    Results,
    /// Any file.
    Anything,
}

impl Unnamed {
    /// Returns whether a source may be among the files: a file or folder that is not a result.
    pub fn may_contain(self, path: &Utf8Path) -> bool {
        match self {
            Self::Nothing => false,
            Self::Results => path.components().any(|part| is_for_results(part.as_str())),
            Self::Anything => true,
        }
    }

    /// Returns whether a file or folder with this name may be among the files: a source, or a report.
    pub fn may_produce(self, path: &Utf8Path) -> bool {
        let is_report = |extension: &str| REPORTS.contains(&extension);
        self.may_contain(path) || self == Self::Results && path.extension().is_none_or(is_report)
    }
}

/// The extensions of reports. Programs that test have no other results outside of folders for results.
const REPORTS: [&str; 14] =
    ["cov", "csv", "dat", "html", "info", "json", "lcov", "log", "md", "out", "sarif", "tap", "txt", "xml"];

/// Folders for results.
const RESULTS: [&str; 19] = [
    "bin",
    "build",
    "cdk.out",
    "coverage",
    "dist",
    "gen",
    "generated",
    "htmlcov",
    "lib",
    "node_modules",
    "obj",
    "out",
    "output",
    "public",
    "reports",
    "results",
    "target",
    "test-results",
    "vendor",
];

/// Returns whether programs write their results to a folder of this name.
pub fn is_for_results(folder: &str) -> bool {
    RESULTS.contains(&folder) || folder.starts_with('.') && !matches!(folder, "." | "..")
}

/// Programs that write no files, only those in their arguments, or only to their own folders.
const SEEN: &[&str] = &[
    ":", "[", "[[", "apk", "apt", "apt-get", "awk", "basename", "break", "case", "cat", "cd", "cfn-lint", "chmod",
    "chown", "command", "continue", "corepack", "curl", "cut", "date", "declare", "diff", "dirname", "dnf", "docker",
    "echo", "env", "exit", "export", "false", "file", "for", "grep", "head", "id", "jq", "ln", "local", "ls", "mkdir",
    "printf", "ps", "pwd", "read", "readonly", "return", "rm", "sed", "set", "shift", "sleep", "sort", "stat", "tail",
    "tee", "test", "touch", "tr", "true", "type", "uname", "uniq", "unset", "wait", "wc", "whoami", "which",
    "yamllint", "yum", "zip",
];

/// What the operations of a program write without naming it: program, first words (empty for all), files.
type Operations = (&'static str, &'static [&'static str], Unnamed);

/// Package managers, compilers, and programs that test or examine sources.
const OPERATIONS: &[Operations] = &[
    ("bundle", &["config", "install"], Unnamed::Nothing),
    ("cargo", &["fmt"], Unnamed::Nothing),
    ("cargo", &["build", "check", "clippy", "test"], Unnamed::Results),
    ("gem", &["install"], Unnamed::Nothing),
    ("go", &["env", "fmt", "list", "mod", "version"], Unnamed::Nothing),
    ("go", &["test", "vet"], Unnamed::Results),
    ("helm", &["install", "lint", "list", "repo", "status", "upgrade"], Unnamed::Nothing),
    (
        "kubectl",
        &[
            "annotate", "apply", "config", "delete", "describe", "get", "label", "logs", "rollout", "scale", "set",
            "wait",
        ],
        Unnamed::Nothing,
    ),
    (
        "npm",
        &["audit", "ci", "config", "i", "install", "list", "login", "ls", "publish", "set", "view"],
        Unnamed::Nothing,
    ),
    ("pip", &["check", "config", "freeze", "install", "list", "show"], Unnamed::Nothing),
    ("pip3", &["check", "config", "freeze", "install", "list", "show"], Unnamed::Nothing),
    ("pipenv", &["install", "sync"], Unnamed::Nothing),
    ("playwright", &["install", "test"], Unnamed::Results),
    ("pnpm", &["audit", "config", "i", "install", "list", "publish"], Unnamed::Nothing),
    ("poetry", &["check", "config", "install", "lock", "show"], Unnamed::Nothing),
    ("terraform", &["fmt", "init", "output", "plan", "show", "validate", "workspace"], Unnamed::Nothing),
    ("uv", &["lock", "pip", "sync", "tool"], Unnamed::Nothing),
];

/// Programs that test or examine sources, and write at most reports and caches.
const EXAMINERS: &[&str] = &[
    "artillery",
    "ava",
    "bandit",
    "black",
    "cfn-guard",
    "cfn_nag_scan",
    "checkov",
    "coverage",
    "cypress",
    "eslint",
    "flake8",
    "gitleaks",
    "golangci-lint",
    "hadolint",
    "isort",
    "jest",
    "k6",
    "locust",
    "markdownlint",
    "mocha",
    "mypy",
    "newman",
    "nox",
    "nyc",
    "phpunit",
    "pip-audit",
    "prettier",
    "pycodestyle",
    "pylint",
    "pyright",
    "pytest",
    "rspec",
    "rubocop",
    "ruff",
    "safety",
    "semgrep",
    "shellcheck",
    "staticcheck",
    "stylelint",
    "tflint",
    "tfsec",
    "tox",
    "trivy",
    "unittest",
    "vitest",
];

/// The phases and tasks of Maven and Gradle that only compile and test.
const TESTING: [&str; 5] = ["check", "clean", "compile", "test", "test-compile"];

/// Options with which a program only describes itself.
const DESCRIBING: [&str; 7] = ["--help", "--version", "-V", "-h", "-v", "-version", "version"];

/// Returns the files that a program may write although its command does not mention them.
pub(super) fn unnamed(program: &str, arguments: &Arguments<'_>) -> Unnamed {
    let operation = arguments.operation();
    let first = operation.first().copied().unwrap_or_default();
    let only = |known: bool| if known { Unnamed::Nothing } else { Unnamed::Anything };
    match program {
        // A container can write to the folders of the build that it mounts.
        "docker" if first == "run" => only(
            !arguments
                .words()
                .any(|word| ["-v", "--volume", "--mount"].iter().any(|option| word.prefix().starts_with(option))),
        ),
        "docker" if first == "cp" => Unnamed::Anything,
        // The name of the file is in the URL.
        "curl" if remote_name(arguments) => Unnamed::Anything,
        _ if SEEN.contains(&program) || describes(arguments) => Unnamed::Nothing,
        "cp" | "mv" => only(names_target(arguments)),
        // An archive is extracted to a folder outside the source, or created.
        "tar" | "unzip" => only(is_outside(program, arguments)),
        "aws" => only(!downloads(operation, arguments)),
        "sam" => only(matches!(first, "build" | "package" | "validate" | "deploy" | "delete" | "list" | "logs")),
        "cdk" => only(matches!(first, "synth" | "synthesize" | "deploy" | "diff" | "bootstrap" | "list" | "ls")),
        "git" => only(matches!(
            first,
            "config" | "describe" | "log" | "rev-parse" | "rev-list" | "diff" | "status" | "fetch" | "tag" | "branch"
        )),
        "mkdocs" => only(first == "build" && (arguments.has_flag("--site-dir") || arguments.has_flag("-d"))),
        "dotnet" if first == "test" => Unnamed::Results,
        "dotnet" => only(arguments.has_flag("--output") || arguments.has_flag("-o")),
        "mvn" | "mvnw" | "gradle" | "gradlew" if only_tests(arguments) => Unnamed::Results,
        "python" | "python3" => match arguments.option(&["-m"]).and_then(|module| module.word.literal()) {
            // The folder is named.
            Some(module) if module == "venv" => Unnamed::Nothing,
            Some(module) => of_table(&module, first),
            None => Unnamed::Anything,
        },
        _ => of_table(program, first),
    }
}

/// Returns whether `curl` writes to a file whose name is in a URL that is not written.
fn remote_name(arguments: &Arguments<'_>) -> bool {
    let is_short = |word: &ShellWord| {
        let text = word.prefix();
        text.starts_with('-') && !text.starts_with("--") && text.contains('O')
    };
    let by_url = arguments.words().any(|word| is_short(word) || word.prefix().starts_with("--remote-name"));
    by_url && arguments.words().any(|word| word.literal().is_none())
}

/// Returns whether what `cp` or `mv` writes has a name in the command: that of its target or, if that is the working
/// folder, those of its sources.
fn names_target(arguments: &Arguments<'_>) -> bool {
    let words: Vec<&ShellWord> = arguments.words().filter(|word| !word.prefix().starts_with('-')).collect();
    let Some((target, sources)) = words.split_last() else { return false };
    let by_option = |word: &ShellWord| word.prefix() == "-t" || word.prefix().starts_with("--target-directory");
    !arguments.words().any(by_option)
        && (has_name(target) || target.literal().is_some() && sources.iter().all(|source| has_name(source)))
}

/// Returns whether the last part of a path is a name.
fn has_name(path: &ShellWord) -> bool {
    let Some(WordPart::Text(end)) = path.parts.last() else { return false };
    let end = end.trim_end_matches('/');
    let name = end.rsplit('/').next().unwrap_or_default();
    let is_whole = path.parts.len() == 1 || end.contains('/');
    is_whole && !matches!(name, "" | "." | "..") && !name.contains(['*', '?', '['])
}

/// Returns whether an archive is created, or extracted to a folder outside the source.
fn is_outside(program: &str, arguments: &Arguments<'_>) -> bool {
    let option = if program == "tar" { "-C" } else { "-d" };
    let target = arguments.option(&[option]).and_then(|target| target.word.literal());
    let flags = arguments.words().next().map(ShellWord::prefix).unwrap_or_default();
    let creates = program == "tar" && flags.contains('c') && !flags.starts_with("--");
    creates || target.is_some_and(|target| target.starts_with('/'))
}

fn of_table(program: &str, operation: &str) -> Unnamed {
    if EXAMINERS.contains(&program) {
        return Unnamed::Results;
    }
    let known = OPERATIONS.iter().find(|(name, operations, _)| *name == program && operations.contains(&operation));
    known.map_or(Unnamed::Anything, |(_, _, files)| *files)
}

/// Returns whether a program tests or examines sources: `pytest`, `python -m pytest`.
pub(super) fn is_examiner(program: &str, arguments: &Arguments<'_>) -> bool {
    let module = || arguments.option(&["-m"]).and_then(|module| module.word.literal()).unwrap_or_default();
    match program {
        "python" | "python3" => EXAMINERS.contains(&module().as_str()),
        _ => EXAMINERS.contains(&program),
    }
}

/// Words before the program that a launcher runs.
const LAUNCHING: [&str; 12] =
    ["--no-install", "--yes", "-m", "exec", "npx", "pipenv", "pnpm", "poetry", "python", "python3", "run", "uv"];

/// Returns whether a command is a single program that tests or examines sources.
pub fn examines(text: &str) -> bool {
    let mut words = text.split_whitespace().skip_while(|word| LAUNCHING.contains(word));
    let program = words.next().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    let first = words.next().unwrap_or_default();
    of_table(program, first) == Unnamed::Results && !text.contains(['>', '\n', ';', '|', '&'])
}

/// Returns whether a command only asks a program for its version or help.
fn describes(arguments: &Arguments<'_>) -> bool {
    let mut words = arguments.words();
    let only = words.next().and_then(ShellWord::literal).filter(|_| words.next().is_none());
    only.is_some_and(|word| DESCRIBING.contains(&word.as_str()))
}

/// Returns whether `aws` may write files with names of their own.
fn downloads(operation: &[&str], arguments: &Arguments<'_>) -> bool {
    match operation {
        ["s3", "ls" | "mb" | "presign" | "rb" | "rm"] => false,
        ["s3", "cp" | "mv" | "sync"] => !arguments.positional(3).is_some_and(|word| word.prefix().starts_with("s3://")),
        ["s3", ..] | ["s3api"] => true,
        ["s3api", call] => call.starts_with("get-object") || call.starts_with("select"),
        _ => false,
    }
}

/// Returns whether all phases or tasks of a command are for tests.
fn only_tests(arguments: &Arguments<'_>) -> bool {
    let mut named = arguments.words().filter(|word| !word.prefix().starts_with('-')).peekable();
    named.peek().is_some()
        && named.all(|word| word.literal().is_some_and(|name| TESTING.contains(&name.trim_start_matches(':'))))
}
