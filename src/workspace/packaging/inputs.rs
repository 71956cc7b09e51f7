//! Files and folders of the source and of other inputs that commands read: scripts that they run, and files that their
//! arguments name.

use camino::Utf8Path;

use super::arguments::{Arguments, split_option};
use super::{CopiedFiles, InputKind, Placed, inside, writes};
use crate::source::Span;
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
    ("artillery", &["run"], &["--config"]),
    ("aws", &["cloudformation"], &["--template-file", "--template"]),
    ("bandit", &[], &["-c", "--configfile"]),
    ("checkov", &[], &["--config-file"]),
    ("cypress", &["run"], &["-C", "--config-file"]),
    ("docker", &["compose"], &["-f", "--file", "--env-file"]),
    ("docker-compose", &[], &["-f", "--file", "--env-file"]),
    ("eslint", &[], &["-c", "--config"]),
    ("hadolint", &[], &["-c", "--config"]),
    ("helm", &["install"], &["-f", "--values"]),
    ("helm", &["lint"], &["-f", "--values"]),
    ("helm", &["template"], &["-f", "--values"]),
    ("helm", &["upgrade"], &["-f", "--values"]),
    ("jest", &[], &["-c", "--config"]),
    ("kubectl", &["apply"], &["-f", "--filename"]),
    ("kubectl", &["create"], &["-f", "--filename"]),
    ("locust", &[], &["-f", "--locustfile", "--config"]),
    ("mkdocs", &["build"], &["-f", "--config-file"]),
    ("mkdocs", &["gh-deploy"], &["-f", "--config-file"]),
    ("mvn", &[], &["-f", "--file", "-s", "--settings"]),
    ("mypy", &[], &["--config-file"]),
    ("newman", &["run"], &["-e", "--environment", "-d", "--iteration-data", "-g", "--globals"]),
    ("pip", &["install"], &["-r", "--requirement", "-c", "--constraint"]),
    ("pip3", &["install"], &["-r", "--requirement", "-c", "--constraint"]),
    ("playwright", &["test"], &["-c", "--config"]),
    ("prettier", &[], &["--config", "--ignore-path"]),
    ("psql", &[], &["-f", "--file"]),
    ("pylint", &[], &["--rcfile"]),
    ("pytest", &[], &["-c", "--config-file"]),
    ("sam", &["build"], &["-t", "--template", "--template-file"]),
    ("sam", &["deploy"], &["-t", "--template", "--template-file"]),
    ("sam", &["package"], &["-t", "--template", "--template-file"]),
    ("sam", &["validate"], &["-t", "--template", "--template-file"]),
    ("terraform", &[], &["-var-file"]),
    ("tsc", &[], &["-p", "--project"]),
    ("uv", &["pip"], &["-r", "--requirement", "-c", "--constraint"]),
    ("vite", &["build"], &["-c", "--config"]),
    ("vitest", &[], &["-c", "--config"]),
    ("webpack", &[], &["-c", "--config"]),
    ("yamllint", &[], &["-c", "--config-file"]),
];

/// Options whose values are folders that must exist.
const FOLDER_OPTIONS: &[(&str, &[&str], &[&str])] = &[
    ("kubectl", &["apply"], &["-k", "--kustomize"]),
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
    ("terraform", &["apply"]),
    ("terraform", &["show"]),
];

/// Options without a value that can precede such an argument.
const PLAIN_OPTIONS: &[&str] = &["-n", "-A", "-s", "--quiet", "-q", "-json", "-no-color"];

/// The prefix of the variables with the folders of inputs other than the primary one.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html> (2026-11-29)
pub const INPUT_FOLDER: &str = "CODEBUILD_SRC_DIR_";

/// Programs whose arguments are only read, except for the values of `WRITING` options.
const READING: &[&str] = &[
    "bash",
    "cat",
    "cmp",
    "diff",
    "file",
    "grep",
    "head",
    "jq",
    "ls",
    "md5sum",
    "sh",
    "sha256sum",
    "source",
    "stat",
    "tail",
    "unzip",
    "wc",
    "xmllint",
    "yq",
];

/// Options whose values are written.
const WRITING: &[&str] = &["-C", "-d", "-o", "--output", "--output-file"];

/// A file or folder in the folder of another input.
pub(super) struct InArtifact {
    pub(super) artifact: String,
    pub(super) path: String,
    pub(super) span: Span,
}

/// Returns the files and folders of other inputs that a command reads.
pub(super) fn in_artifacts(program: &str, arguments: &Arguments<'_>) -> Vec<InArtifact> {
    let words: Vec<&ShellWord> = match program {
        "aws" if arguments.operation().first() == Some(&"s3") => arguments.positional(2).into_iter().collect(),
        "aws" => arguments.words().filter(|word| word.prefix().contains("://")).collect(),
        "cp" | "mv" => copied(arguments).collect(),
        "cd" | "[" | "[[" | "test" => arguments.words().collect(),
        "terraform" | "tofu" if matches!(arguments.operation().first(), Some(&("apply" | "show"))) => {
            read(arguments, |_| false)
        }
        // The first argument is a script; what follows belongs to the script.
        "node" | "python" | "python3" | "ruby" if !writes::is_examiner(program, arguments) => {
            arguments.words().next().filter(|word| split_option(word).is_none()).into_iter().collect()
        }
        _ if READING.contains(&program) => read(arguments, |name| WRITING.contains(&name)),
        // A report may be written to the value of any option.
        _ if writes::is_examiner(program, arguments) => read(arguments, |name| name.starts_with("--")),
        _ => Vec::new(),
    };
    let placed = |word: &ShellWord| {
        let (artifact, path) = in_artifact(word)?;
        Some(InArtifact { artifact, path, span: arguments.bare(word).span })
    };
    let mut found: Vec<InArtifact> = words.into_iter().filter_map(placed).collect();
    let tables = [FILE_OPTIONS, FOLDER_OPTIONS].into_iter().flatten();
    let fitting = tables.filter(|(name, operation, _)| *name == program && begins(arguments, operation));
    let values = fitting.flat_map(|(_, _, names)| *names).flat_map(|name| values(arguments, name));
    found.extend(values.filter_map(|value| placed(&value)));
    found
}

/// Returns the words that are neither options nor values of those that write.
fn read<'a>(arguments: &Arguments<'a>, writes: impl Fn(&str) -> bool) -> Vec<&'a ShellWord> {
    let mut found = Vec::new();
    let mut words = arguments.words();
    while let Some(word) = words.next() {
        match split_option(word) {
            Some((name, None)) if writes(name) => drop(words.next()),
            Some(_) => {}
            None => found.push(word),
        }
    }
    found
}

/// Returns the input and the path in it of `$CODEBUILD_SRC_DIR_Input/path`.
fn in_artifact(word: &ShellWord) -> Option<(String, String)> {
    let parts = match word.parts.as_slice() {
        [WordPart::Text(scheme), rest @ ..] if matches!(scheme.as_str(), "file://" | "fileb://") => rest,
        parts => parts,
    };
    let [WordPart::Variable(name), WordPart::Text(rest)] = parts else { return None };
    let path = relative(rest.strip_prefix('/')?)?;
    Some((name.strip_prefix(INPUT_FOLDER)?.to_owned(), path))
}

/// Returns the paths that a command reads, with their spans.
pub(super) fn of(simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) -> Vec<(Placed, InputKind)> {
    let mut found: Vec<(Placed, InputKind)> = Vec::new();
    found.extend(script(simple, program, arguments).map(|script| (script, InputKind::Script)));
    // `python -m pip` is `pip`.
    let module = arguments.option(&["-m"]).filter(|_| matches!(program, "python" | "python3"));
    let module = module.and_then(|module| module.word.literal()).unwrap_or_else(|| program.to_owned());
    // A manifest or a project can be a folder.
    let kind = if matches!(program, "kubectl" | "tsc") { InputKind::Either } else { InputKind::File };
    found.extend(options(&module, arguments, FILE_OPTIONS).map(|file| (file, kind)));
    found.extend(options(program, arguments, FOLDER_OPTIONS).map(|folder| (folder, InputKind::Folder)));
    let placed = |word: &ShellWord| Some((plain(word)?, arguments.bare(word).span));
    if program == "cd" {
        let target = arguments.words().next().filter(|_| arguments.words().count() == 1).and_then(placed);
        found.extend(target.map(|folder| (folder, InputKind::Folder)));
    }
    // Without a slash or an extension, the shell searches `PATH`.
    let of_shell = |path: &str| matches!(program, "." | "source") && !path.contains(['/', '.']);
    let file = file_argument(program, arguments).and_then(placed).filter(|(path, _)| !of_shell(path));
    found.extend(file.map(|file| (file, InputKind::File)));
    if program == "helm" && matches!(arguments.operation().first(), Some(&("lint" | "package"))) {
        let chart = arguments.words().nth(1).filter(|word| split_option(word).is_none()).and_then(placed);
        let is_archive = |path: &str| Utf8Path::new(path).extension() == Some("tgz");
        found.extend(chart.filter(|(path, _)| !is_archive(path)).map(|chart| (chart, InputKind::Folder)));
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
    found.extend(folders_of_patterns(program, arguments).into_iter().map(|folder| (folder, InputKind::Folder)));
    if program == "node" {
        found.extend(required(arguments).map(|file| (file, InputKind::File)));
    }
    found.extend(archive(program, arguments).and_then(placed).map(|file| (file, InputKind::File)));
    let input = arguments.input().filter(|_| !matches!(program, "read" | "while")).and_then(placed);
    found.extend(input.map(|file| (file, InputKind::File)));
    found.extend(sources(&module, arguments).into_iter().filter_map(placed).map(|file| (file, InputKind::Either)));
    // Each word is one use of its file.
    let mut seen: Vec<Span> = Vec::new();
    found.retain(|((_, span), _)| {
        let is_new = !seen.contains(span);
        seen.push(*span);
        is_new
    });
    found
}

/// Returns the positional argument that is a file.
fn file_argument<'a>(program: &str, arguments: &Arguments<'a>) -> Option<&'a ShellWord> {
    let mut named = FILE_ARGUMENTS.iter().filter(|(name, operation)| *name == program && begins(arguments, operation));
    let last = named.next()?.1.last();
    let is_last = |word: &ShellWord| last.is_some_and(|last| word.literal().as_deref() == Some(*last));
    let skip = arguments.words().position(is_last).map_or(0, |at| at + 1);
    arguments.words().skip(skip).find(|word| !is_plain_option(word))
}

/// Returns the folders of patterns, which the shell expands only in a folder that exists.
fn folders_of_patterns(program: &str, arguments: &Arguments<'_>) -> Vec<Placed> {
    let of_pattern = |word: &ShellWord| {
        let text = word.literal()?;
        let (folder, _) = text.rsplit_once('/').filter(|(_, name)| name.contains('*'))?;
        Some((relative(folder)?, arguments.bare(word).span))
    };
    let patterns: Vec<&ShellWord> = match program {
        "cp" => copied(arguments).collect(),
        "cfn-lint" | "shellcheck" | "yamllint" => {
            arguments.words().take_while(|word| split_option(word).is_none()).collect()
        }
        _ => Vec::new(),
    };
    patterns.into_iter().filter_map(of_pattern).collect()
}

/// Returns the files that a script in an argument of `node` loads.
fn required<'a>(arguments: &'a Arguments<'_>) -> impl Iterator<Item = Placed> + 'a {
    values(arguments, "-p").chain(values(arguments, "-e")).filter_map(|script| {
        let text = script.literal()?;
        let after = text.split_once("require(")?.1.trim_start_matches(['"', '\'']);
        let path = after.split(['"', '\'']).next().filter(|path| path.starts_with("./"))?;
        Utf8Path::new(path).extension()?;
        Some((relative(path)?, arguments.bare(&script).span))
    })
}

/// Returns the words of a command that are sources which must exist.
fn sources<'a>(program: &str, arguments: &Arguments<'a>) -> Vec<&'a ShellWord> {
    let plain = || arguments.words().filter(|word| split_option(word).is_none());
    let ends = |word: &ShellWord, endings: &[&str]| {
        word.literal().is_some_and(|text| endings.iter().any(|ending| text.ends_with(ending)))
    };
    // What follows an option may be its value.
    let alone = |flags: &[&str]| -> Vec<&'a ShellWord> {
        let words: Vec<&ShellWord> = arguments.words().collect();
        let is_value = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| split_option(words.get(before)?));
            before.is_some_and(|(name, value)| value.is_none() && !flags.contains(&name))
        };
        let is_alone = |(at, word): &(usize, &&ShellWord)| split_option(word).is_none() && !is_value(*at);
        words.iter().enumerate().filter(is_alone).map(|(_, word)| *word).collect()
    };
    match program {
        "chmod" => plain().skip(1).collect(),
        // A path, or the usual folder, but neither a test in a file nor a name.
        "pytest" => {
            let flags = ["-q", "-s", "-v", "-vv", "-x"];
            let is_path = |word: &&ShellWord| {
                word.prefix().ends_with('/') || ends(word, &[".py"]) || matches!(word.prefix(), "test" | "tests")
            };
            alone(&flags).into_iter().filter(is_path).collect()
        }
        "dotnet" => alone(&[]).into_iter().filter(|word| ends(word, &[".sln", ".csproj", ".fsproj"])).collect(),
        "go" => {
            let is_package = |word: &&ShellWord| word.prefix().starts_with("./") && !word.prefix().contains("...");
            alone(&["-v", "-race"]).into_iter().filter(is_package).collect()
        }
        "helm" => {
            let is_chart = |word: &&ShellWord| word.prefix().starts_with("./") && !ends(word, &[".tgz"]);
            alone(&["--install", "-i"]).into_iter().filter(is_chart).collect()
        }
        "aws" => match arguments.operation() {
            ["s3", "cp" | "mv" | "sync"] => arguments.positional(2).into_iter().collect(),
            _ => Vec::new(),
        },
        // After the archive and before the next option, which may exclude files.
        "zip" => {
            let named = arguments.words().skip_while(|word| split_option(word).is_some()).skip(1);
            named.take_while(|word| split_option(word).is_none()).collect()
        }
        "jq" => {
            // With these options, a filter or values precede the files.
            let is_simple = arguments
                .words()
                .all(|word| matches!(split_option(word), None | Some(("-r" | "-e" | "-c" | "-S" | ".", None))));
            plain().skip(1).filter(|_| is_simple).collect()
        }
        "sed" => {
            let is_simple = arguments
                .words()
                .all(|word| matches!(split_option(word), None | Some(("-i" | "-E" | "-r" | "-n", None))));
            plain().skip(1).filter(|_| is_simple).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the archive that a command extracts.
fn archive<'a>(program: &str, arguments: &Arguments<'a>) -> Option<&'a ShellWord> {
    let mut words = arguments.words();
    match program {
        "unzip" => words.find(|word| split_option(word).is_none()),
        "tar" => {
            let flags = words.next()?.literal()?;
            let extracts = flags.contains('x') && flags.ends_with('f') && !flags.starts_with("--");
            words.next().filter(|_| extracts)
        }
        _ => None,
    }
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
    let values = fitting.flat_map(|(_, _, names)| *names).flat_map(move |name| values(arguments, name));
    values.filter_map(|value| Some((plain(&value)?, arguments.bare(&value).span)))
}

/// Returns every value of one option.
fn values<'a>(arguments: &'a Arguments<'_>, name: &'static str) -> impl Iterator<Item = ShellWord> + 'a {
    let words: Vec<&ShellWord> = arguments.words().collect();
    let count = words.len();
    (0..count).filter_map(move |at| {
        let word = words.get(at)?;
        match split_option(word)? {
            (own, Some(value)) if own == name => Some(value),
            (own, None) if own == name => words.get(at + 1).map(|value| (*value).clone()),
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

/// Returns what `cp` copies or `mv` moves, if all of its paths are written and inside the source.
pub(super) fn copied_to(program: &str, arguments: &Arguments<'_>, from: &Utf8Path) -> Option<CopiedFiles> {
    let words: Vec<&ShellWord> = arguments.words().filter(|word| !word.prefix().starts_with('-')).collect();
    let (target, sources) = words.split_last().filter(|_| matches!(program, "cp" | "mv"))?;
    // `folder/.` stands for the contents of the folder.
    let is_named = |word: &&ShellWord| !word.prefix().ends_with("/.") && word.prefix() != ".";
    let is_usual = !arguments.words().any(|word| word.prefix().starts_with("--") || word.prefix() == "-t");
    let target = plain(target).filter(|_| is_usual && sources.iter().all(is_named))?;
    // A pattern stands for files of one folder.
    let source = |word: &ShellWord| {
        let text = word.literal()?;
        match text.rsplit_once('/') {
            Some((folder, name)) if name.contains('*') => inside(from, &format!("{}/{name}", relative(folder)?)),
            _ => inside(from, &plain(word)?),
        }
    };
    let sources: Vec<_> = sources.iter().map(|word| source(word)).collect::<Option<_>>()?;
    let place = inside(from, &target)?;
    // The folder of the source exists.
    let is_pattern = sources.iter().any(|source| source.as_str().contains('*'));
    let into_folder = target.ends_with('/') || sources.len() > 1 || place == "" || is_pattern;
    Some(CopiedFiles { sources, target: place, into_folder, span: arguments.span() })
}

fn begins(arguments: &Arguments<'_>, operation: &[&str]) -> bool {
    operation.iter().zip(arguments.operation()).filter(|(wanted, given)| wanted == given).count() == operation.len()
}

fn is_plain_option(word: &ShellWord) -> bool {
    let is_plain = |text: &str| PLAIN_OPTIONS.contains(&text) || text.starts_with('-') && text.contains('=');
    matches!(word.parts.as_slice(), [WordPart::Text(text)] if is_plain(text))
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
