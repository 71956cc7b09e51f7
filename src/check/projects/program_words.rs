//! E0232: misspelled commands and options of programs.

use crate::catalog::program_words;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar, slip_of_word};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::packaging::{GivenValue, Invocation};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule = Rule { name: "program-words", codes: &[Code::E0232], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        for build in builds.chain(subject.action_files.own_commands(place.pipeline_id, place.id)) {
            if seen.is_new(build) {
                findings.extend(build.commands.invocations.iter().filter_map(of_command));
            }
        }
    }
}

/// Returns the diagnostic for a command, if a word of it is misspelled.
fn of_command(call: &Invocation) -> Option<Diagnostic> {
    let command = match call.program.as_str() {
        "aws" => in_order(call),
        "mvn" | "mvnw" => phase(call),
        "pip" | "pip3" => bare_option(call).or_else(|| first(call, "pip")),
        "npm" => first(call, "npm").or_else(|| script(call)),
        "apt" => first(call, "apt").or_else(|| separate(call)),
        program => first(call, program),
    };
    command.or_else(|| option(call))
}

/// A literal word of a command.
fn literal(given: &GivenValue) -> Option<&str> {
    if let [WordPart::Text(word)] = given.parts.as_slice() { Some(word) } else { None }
}

/// The maximum number of words that name a command of the AWS CLI: `ecs wait services-stable`.
const LEVELS: usize = 3;

/// Services whose command of the AWS CLI has another name.
/// <https://docs.aws.amazon.com/cli/latest/reference/> (2026-11-30)
const SERVICES: [(&str, &str); 5] = [
    ("codedeploy", "deploy"),
    ("config", "configservice"),
    ("eventbridge", "events"),
    ("opensearch-service", "opensearch"),
    ("parameter-store", "ssm"),
];

/// Checks the words that name a command of the AWS CLI.
fn in_order(call: &Invocation) -> Option<Diagnostic> {
    let mut before = call.program.clone();
    for index in 0..LEVELS {
        let given = call.positional(index)?;
        let word = literal(&given).filter(|word| *word != "help")?;
        if !program_words::accepts(&before, word)? {
            let known = program_words::after(&before);
            let other = SERVICES.iter().find(|(name, _)| index == 0 && *name == word).map(|(_, meant)| *meant);
            let near = other.or_else(|| slip_of_word(word, known.iter().map(String::as_str)))?;
            return Some(no_command(&before, word, given.whole, near));
        }
        before = format!("{before} {word}");
    }
    None
}

/// Checks the word directly after a program.
fn first(call: &Invocation, program: &str) -> Option<Diagnostic> {
    let given = call.positional(0)?;
    let word = literal(&given).filter(|word| call.texts().next() == Some(word))?;
    if program_words::accepts(program, word)? {
        return None;
    }
    let known = program_words::after(program);
    // npm accepts abbreviations of its commands.
    if program == "npm" && known.iter().any(|one| one.starts_with(word)) {
        return None;
    }
    Some(no_command(program, word, given.whole, slip_of_word(word, known.iter().map(String::as_str))?))
}

/// The names of scripts that are no commands of npm, nor the start of one.
/// <https://docs.npmjs.com/cli/v11/commands/npm-run> (2026-11-30)
const SCRIPTS: [&str; 9] = ["build", "compile", "coverage", "deploy", "dev", "e2e", "format", "lint", "serve"];

/// Checks for a script of a `package.json` without `run`.
fn script(call: &Invocation) -> Option<Diagnostic> {
    let given = call.positional(0)?;
    let word = literal(&given).filter(|word| call.texts().next() == Some(word) && SCRIPTS.contains(word))?;
    let message = format!("`npm` has no command `{word}`");
    let found = Diagnostic::new(Code::E0232, message, given.whole, "npm runs a script of this name only after `run`");
    Some(found.suggest(given.whole, Some(&format!("run {word}"))))
}

/// Checks for `pip -r`: the option belongs to a command.
fn bare_option(call: &Invocation) -> Option<Diagnostic> {
    let (name, place) = call.written_options().next()?;
    let is_first = call.texts().next() == Some("-r") && name == "-r";
    let message = format!("`{}` has no option `-r`", call.program);
    let found = || Diagnostic::new(Code::E0232, message, place, "\"no such option: -r\"");
    (is_first && !call.names("install")).then(|| found().suggest(place, Some("install -r")))
}

/// Checks for `apt get`, which is another program.
fn separate(call: &Invocation) -> Option<Diagnostic> {
    let given = call.positional(0)?;
    literal(&given).filter(|word| *word == "get" && call.texts().next() == Some(word))?;
    let found = Diagnostic::new(Code::E0232, "`apt` has no command `get`", given.whole, "\"Invalid operation get\"");
    Some(found.help("write `apt-get`"))
}

/// The options of Maven with a value. <https://maven.apache.org/ref/current/maven-embedder/cli.html> (2026-11-30)
const OF_MAVEN: [&str; 30] = [
    "--activate-profiles",
    "--builder",
    "--color",
    "--define",
    "--encrypt-master-password",
    "--encrypt-password",
    "--file",
    "--global-settings",
    "--global-toolchains",
    "--log-file",
    "--projects",
    "--resume-from",
    "--settings",
    "--threads",
    "--toolchains",
    "-D",
    "-P",
    "-T",
    "-b",
    "-emp",
    "-ep",
    "-f",
    "-gs",
    "-gt",
    "-itr",
    "-l",
    "-pl",
    "-rf",
    "-s",
    "-t",
];

/// Checks the phases of Maven. Words with a colon are goals.
fn phase(call: &Invocation) -> Option<Diagnostic> {
    let known = program_words::after("mvn");
    call.plain(&OF_MAVEN).iter().find_map(|given| {
        let word = literal(given).filter(|word| !word.contains(':') && !known.iter().any(|one| one == word))?;
        Some(no_command(&call.program, word, given.whole, slip_of_word(word, known.iter().map(String::as_str))?))
    })
}

/// Options that the commands `aws s3` do not have, and those that are meant.
/// <https://docs.aws.amazon.com/cli/latest/reference/s3/> (2026-11-30)
const MEANT: [(&str, &str); 5] = [
    ("-R", "--recursive"),
    ("-r", "--recursive"),
    ("--dry-run", "--dryrun"),
    ("--recurse", "--recursive"),
    ("--remove", "--delete"),
];

/// Checks the options of a command whose options are known.
fn option(call: &Invocation) -> Option<Diagnostic> {
    let words: Vec<&str> = call.texts().take(2).collect();
    let command = match (call.program.as_str(), words.as_slice()) {
        ("docker", ["buildx" | "image", "build"]) => "docker build".to_owned(),
        (program @ ("docker" | "aws" | "git" | "sam"), _) => {
            let length = if program == "aws" { 2 } else { 1 };
            format!("{program} {}", call.operation(length).join(" "))
        }
        _ => return None,
    };
    let before = format!("{command} --");
    let is_known =
        |name: &str| name.strip_prefix("--").is_some_and(|it| program_words::accepts(&before, it) == Some(true));
    let may_be_wrong = |name: &str| name.starts_with("--") || MEANT.iter().any(|(wrong, _)| *wrong == name);
    // Nearly all options are correct, for which no list is needed.
    if call.written_options().all(|(name, _)| is_known(name) || !may_be_wrong(name)) {
        return None;
    }
    let known: Vec<String> = program_words::after(&before).iter().map(|name| format!("--{name}")).collect();
    let is_aws = call.program == "aws";
    call.written_options().filter(|_| !known.is_empty()).find_map(|(name, place)| {
        let meant =
            MEANT.iter().find(|(wrong, right)| is_aws && name == *wrong && known.iter().any(|one| one == right));
        if let Some((_, right)) = meant {
            return Some(no_option(&command, name, place, right));
        }
        // The AWS CLI accepts the start of an option.
        let is_known = |one: &String| one == name || is_aws && one.starts_with(name);
        if !name.starts_with("--") || known.iter().any(is_known) {
            return None;
        }
        let near = similar(name, known.iter().map(String::as_str).filter(|one| is_misspelling(name, one)))?;
        Some(no_option(&command, name, place, near))
    })
}

/// What programs say about a command that they do not have.
const ANSWERS: [(&str, &str); 5] = [
    ("aws", "\"Invalid choice\""),
    ("docker", "\"is not a docker command\""),
    ("git", "\"is not a git command\""),
    ("mvn", "\"Unknown lifecycle phase\""),
    ("mvnw", "\"Unknown lifecycle phase\""),
];

/// What programs say about an option that they do not have.
const OPTION_ANSWERS: [(&str, &str); 3] =
    [("aws", "\"Unknown options\""), ("git", "\"unknown option\""), ("sam", "\"No such option\"")];

/// A command that a program does not have.
fn no_command(before: &str, word: &str, place: Span, near: &str) -> Diagnostic {
    let program = before.split(' ').next().unwrap_or_default();
    let answer = ANSWERS.iter().find(|(name, _)| *name == program).map_or("\"unknown command\"", |(_, answer)| answer);
    let kind = if program.starts_with("mvn") { "phase" } else { "command" };
    Diagnostic::new(Code::E0232, format!("`{before}` has no {kind} `{word}`"), place, answer).suggest(place, Some(near))
}

/// An option that a command does not have.
fn no_option(command: &str, name: &str, place: Span, near: &str) -> Diagnostic {
    let program = command.split(' ').next().unwrap_or_default();
    let answer =
        OPTION_ANSWERS.iter().find(|(name, _)| *name == program).map_or("\"unknown flag\"", |(_, answer)| answer);
    Diagnostic::new(Code::E0232, format!("`{command}` has no option `{name}`"), place, answer)
        .suggest(place, Some(near))
}
