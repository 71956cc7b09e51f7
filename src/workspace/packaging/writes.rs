//! Programs that may write files that their command does not mention.

use super::WordPart;
use super::arguments::Arguments;
use crate::workspace::shell::ShellWord;

/// Programs that write no files, only those in their arguments, or only to their own folders.
const SEEN: &[&str] = &[
    ":", "[", "[[", "apk", "apt", "apt-get", "awk", "basename", "break", "case", "cat", "cd", "cfn-lint", "chmod",
    "chown", "command", "continue", "cut", "date", "declare", "diff", "dirname", "dnf", "docker", "echo", "env",
    "exit", "export", "false", "file", "for", "grep", "head", "id", "jq", "ln", "local", "ls", "mkdir", "printf", "ps",
    "pwd", "read", "readonly", "return", "rm", "sed", "set", "shift", "sleep", "sort", "stat", "tail", "tee", "test",
    "touch", "tr", "true", "type", "uname", "uniq", "unset", "wait", "wc", "whoami", "which", "yamllint", "yum", "zip",
];

/// Linters and test runners, which write reports at most to folders of their own. Python also runs them as modules.
const CHECKERS: &[&str] = &[
    "bandit",
    "black",
    "eslint",
    "flake8",
    "hadolint",
    "isort",
    "mypy",
    "pycodestyle",
    "pylint",
    "pyright",
    "pytest",
    "ruff",
    "shellcheck",
    "tflint",
    "unittest",
];

/// Operations of package managers that write only to their own folders.
const INSTALLS: &[(&str, &[&str])] =
    &[("npm", &["ci", "install", "i", "config", "audit"]), ("pip", &["install"]), ("pip3", &["install"])];

/// Returns the output of `echo` or `printf`, with `?` for parts that are known only at run time.
pub(super) fn text(program: &str, arguments: &Arguments<'_>) -> Option<String> {
    let shown = |word: &ShellWord| -> String {
        word.parts.iter().map(|part| if let WordPart::Text(text) = part { text.as_str() } else { "?" }).collect()
    };
    let mut words = arguments.words().skip_while(|word| word.prefix().starts_with('-'));
    match program {
        "echo" => Some(words.map(shown).collect::<Vec<_>>().join(" ")),
        "printf" => {
            let form = shown(words.next()?);
            Some(form.replace("\\n", "\n").replace("%s", "?").replace("%d", "0").replace("%%", "%"))
        }
        _ => None,
    }
}

/// Returns the module that Python runs.
fn module(arguments: &Arguments<'_>) -> Option<String> {
    let mut words = arguments.words().skip_while(|word| word.prefix() != "-m");
    words.nth(1)?.literal()
}

/// Returns whether a program may write files that its command does not mention.
pub(super) fn unseen(program: &str, arguments: &Arguments<'_>) -> bool {
    let operation = arguments.operation();
    let first = operation.first().copied().unwrap_or_default();
    match program {
        _ if SEEN.contains(&program) || CHECKERS.contains(&program) => false,
        "python" | "python3" => !module(arguments).is_some_and(|module| CHECKERS.contains(&module.as_str())),
        "go" => !matches!(first, "test" | "vet"),
        // Into a folder that is named, other than the source's. A pattern may match any file.
        "cp" | "mv" => arguments.words().any(|word| {
            word.parts.iter().any(|part| !matches!(part, WordPart::Text(text) if !text.contains('*')))
                || matches!(word.prefix(), "." | "./")
        }),
        "aws" => first == "s3" || first == "s3api",
        "sam" => !matches!(first, "build" | "package" | "validate" | "deploy"),
        "cdk" => !matches!(first, "synth" | "synthesize" | "deploy" | "diff"),
        "git" => !matches!(first, "config" | "describe" | "log" | "rev-parse" | "diff" | "status" | "fetch" | "tag"),
        "dotnet" => !arguments.has_flag("--output") && !arguments.has_flag("-o"),
        _ => !INSTALLS.iter().any(|(name, operations)| *name == program && operations.contains(&first)),
    }
}
