//! Files and folders of the source that commands read: scripts that they run, and files that their arguments name.

use camino::Utf8Path;

use super::arguments::{Arguments, split_option};
use super::{FolderRead, InputKind, Placed};
use crate::workspace::shell::{ShellWord, SimpleCommand, WordPart};

/// Programs whose first argument is a script, each with the extensions of its scripts.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("bash", &[".sh", ".bash"]),
    ("node", &[".js", ".mjs", ".cjs"]),
    ("perl", &[".pl"]),
    ("python", &[".py"]),
    ("python3", &[".py"]),
    ("ruby", &[".rb"]),
    ("sh", &[".sh"]),
];

/// Options whose values are files that must exist: program, first words, options.
const FILE_OPTIONS: &[(&str, &[&str], &[&str])] = &[
    ("ansible-playbook", &[], &["-i", "--inventory"]),
    ("aws", &["cloudformation"], &["--template-file"]),
    ("docker", &["compose"], &["-f", "--file", "--env-file"]),
    ("docker-compose", &[], &["-f", "--file", "--env-file"]),
    ("helm", &["install"], &["-f", "--values"]),
    ("helm", &["upgrade"], &["-f", "--values"]),
    ("mvn", &[], &["-f", "--file", "-s", "--settings"]),
    ("newman", &["run"], &["-e", "--environment", "-d", "--iteration-data", "-g", "--globals"]),
    ("pip", &["install"], &["-r", "--requirement", "-c", "--constraint"]),
    ("pip3", &["install"], &["-r", "--requirement", "-c", "--constraint"]),
    ("sam", &["build"], &["-t", "--template", "--template-file"]),
    ("sam", &["deploy"], &["-t", "--template", "--template-file"]),
    ("sam", &["package"], &["-t", "--template", "--template-file"]),
    ("sam", &["validate"], &["-t", "--template", "--template-file"]),
    ("terraform", &[], &["-var-file"]),
];

/// Options whose values are folders that must exist.
const FOLDER_OPTIONS: &[(&str, &[&str], &[&str])] = &[
    ("make", &[], &["-C", "--directory"]),
    ("npm", &[], &["--prefix", "-C"]),
    ("pnpm", &[], &["-C", "--dir"]),
    ("terraform", &[], &["-chdir"]),
    ("yarn", &[], &["--cwd"]),
];

/// Programs with a positional argument that is a file that must exist: program, first words.
const FILE_ARGUMENTS: &[(&str, &[&str])] = &[
    (".", &[]),
    ("ansible-playbook", &[]),
    ("artillery", &["run"]),
    ("cat", &[]),
    ("k6", &["run"]),
    ("newman", &["run"]),
    ("source", &[]),
];

/// Options without a value that can precede such an argument.
const PLAIN_OPTIONS: &[&str] = &["-n", "-A", "-s", "--quiet", "-q"];

/// Returns the paths that a command reads, with their spans.
pub(super) fn of(simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) -> Vec<(Placed, InputKind)> {
    let mut found: Vec<(Placed, InputKind)> = Vec::new();
    found.extend(script(simple, program, arguments).map(|script| (script, InputKind::Script)));
    found.extend(options(program, arguments, FILE_OPTIONS).map(|file| (file, InputKind::File)));
    found.extend(options(program, arguments, FOLDER_OPTIONS).map(|folder| (folder, InputKind::Folder)));
    let placed = |word: &ShellWord| Some((plain(word)?, arguments.bare(word).span));
    if program == "cd" {
        let target = arguments.words().next().filter(|_| arguments.words().count() == 1).and_then(placed);
        found.extend(target.map(|folder| (folder, InputKind::Folder)));
    }
    if FILE_ARGUMENTS.iter().any(|(name, operation)| *name == program && begins(arguments, operation)) {
        let skip = FILE_ARGUMENTS.iter().find(|(name, _)| *name == program).map_or(0, |(_, operation)| operation.len());
        let mut words = arguments.words().skip(skip).skip_while(|word| is_plain_option(word));
        // Without a slash or an extension, the shell searches `PATH`.
        let of_shell = |path: &str| matches!(program, "." | "source") && !path.contains(['/', '.']);
        let file = words.next().and_then(placed).filter(|(path, _)| !of_shell(path));
        found.extend(file.map(|file| (file, InputKind::File)));
    }
    if program == "aws" {
        let of_url = |word: &ShellWord| {
            let text = word.literal()?;
            let path = text.strip_prefix("file://").or_else(|| text.strip_prefix("fileb://"))?;
            Some((relative(path)?, arguments.bare(word).span))
        };
        found.extend(arguments.words().filter_map(of_url).map(|file| (file, InputKind::File)));
    }
    if program == "cp" {
        found.extend(copied(arguments).filter_map(placed).map(|file| (file, InputKind::Either)));
    }
    found
}

/// Programs that read all files that their arguments name, and those that write to the last one.
const READERS: [&str; 16] = [
    ".", "[", "[[", "aws", "bash", "cat", "diff", "grep", "head", "jq", "python", "python3", "sh", "source", "test",
    "unzip",
];
const COPIERS: [&str; 2] = ["cp", "mv"];

/// The start of the variables with the folders of inputs.
const FOLDER: &str = "CODEBUILD_SRC_DIR_";

/// Returns the files of other inputs than the primary one that a command reads. Files have an extension.
pub(super) fn folder_reads(program: &str, arguments: &Arguments<'_>) -> Vec<FolderRead> {
    let words: Vec<&ShellWord> = arguments.words().collect();
    let read = match words.as_slice() {
        all if READERS.contains(&program) => all,
        [read @ .., _] if COPIERS.contains(&program) => read,
        _ => return Vec::new(),
    };
    let of_folder = |word: &&ShellWord| {
        let (name, rest) = match word.parts.as_slice() {
            [WordPart::Variable(name), WordPart::Text(rest)] => (name, rest),
            [WordPart::Text(scheme), WordPart::Variable(name), WordPart::Text(rest)]
                if scheme == "file://" || scheme == "fileb://" =>
            {
                (name, rest)
            }
            _ => return None,
        };
        let (input, path) = (name.strip_prefix(FOLDER)?, rest.strip_prefix('/')?);
        let is_file = Utf8Path::new(path).extension().is_some() && !path.contains(['*', '?', '[', '{', '~']);
        let span = arguments.bare(word).span;
        is_file.then(|| FolderRead { input: input.to_owned(), path: path.to_owned(), span })
    };
    read.iter().filter_map(of_folder).collect()
}

/// Returns the script of `package.json` that a command runs.
pub(super) fn package_script(program: &str, arguments: &Arguments<'_>) -> Option<Placed> {
    if !matches!(program, "npm" | "pnpm") || arguments.words().any(is_elsewhere) {
        return None;
    }
    let word = match arguments.operation() {
        ["run" | "run-script", ..] => arguments.positional(1)?,
        ["test", ..] => arguments.positional(0)?,
        _ => return None,
    };
    let name = word.literal().filter(|name| !name.starts_with('-'))?;
    Some((name, arguments.bare(word).span))
}

/// Returns whether an option lets the script be missing or belong to another package.
fn is_elsewhere(word: &ShellWord) -> bool {
    let options = ["--if-present", "--workspace", "--workspaces", "-w", "-ws", "--filter", "-r", "--recursive"];
    options.iter().any(|option| word.prefix().split('=').next() == Some(option))
}

/// Returns the script that a command runs: `./build.sh`, `tools/check.sh`, `bash build.sh`, `python3 x.py`.
fn script(simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) -> Option<Placed> {
    let first = simple.words.first()?.literal()?;
    let ends = |text: &str, endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    if first.contains('/') {
        let known =
            ends(&first, &[".sh", ".py", ".js", ".rb", ".pl"]) || ["./gradlew", "./mvnw"].contains(&first.as_str());
        return (known && !first.starts_with(['/', '~'])).then(|| (first, arguments.program_span()));
    }
    let (_, endings) = INTERPRETERS.iter().find(|(name, _)| *name == program)?;
    let word = arguments.words().next()?;
    let path = word.literal().filter(|path| ends(path, endings) && !path.starts_with(['/', '~', '-']))?;
    Some((path, arguments.bare(word).span))
}

/// Returns the values of the options in a table.
fn options<'a>(
    program: &'a str,
    arguments: &'a Arguments<'_>,
    table: &'static [(&str, &[&str], &[&str])],
) -> impl Iterator<Item = Placed> + 'a {
    let fitting = table.iter().filter(move |(name, operation, _)| *name == program && begins(arguments, operation));
    fitting.flat_map(|(_, _, names)| *names).flat_map(move |name| values(arguments, name))
}

/// Returns every value of one option.
fn values<'a>(arguments: &'a Arguments<'_>, name: &'static str) -> impl Iterator<Item = Placed> + 'a {
    let words: Vec<&ShellWord> = arguments.words().collect();
    let count = words.len();
    (0..count).filter_map(move |at| {
        let word = words.get(at)?;
        match split_option(word)? {
            (own, Some(value)) if own == name => Some((plain(&value)?, arguments.bare(&value).span)),
            (own, None) if own == name => {
                let value = words.get(at + 1)?;
                Some((plain(value)?, arguments.bare(value).span))
            }
            _ => None,
        }
    })
}

/// Returns the files that `cp` copies: all words except options and the last one.
fn copied<'a>(arguments: &Arguments<'a>) -> impl Iterator<Item = &'a ShellWord> {
    let words: Vec<&'a ShellWord> = arguments.words().filter(|word| !word.prefix().starts_with('-')).collect();
    let sources = words.len().saturating_sub(1);
    words.into_iter().take(sources)
}

fn begins(arguments: &Arguments<'_>, operation: &[&str]) -> bool {
    operation.iter().zip(arguments.operation()).filter(|(wanted, given)| wanted == given).count() == operation.len()
}

fn is_plain_option(word: &ShellWord) -> bool {
    matches!(word.parts.as_slice(), [WordPart::Text(text)] if PLAIN_OPTIONS.contains(&text.as_str()))
}

/// Returns a literal path inside the source that is not a pattern.
fn plain(word: &ShellWord) -> Option<String> {
    relative(&word.literal()?)
}

fn relative(path: &str) -> Option<String> {
    let is_path = !path.is_empty()
        && !path.starts_with(['/', '~', '-', '<'])
        && !path.contains(['*', '?', '[', '{', '%', '\\'])
        && !path.contains("://");
    is_path.then(|| path.to_owned())
}
