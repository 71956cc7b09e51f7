//! E0226: commands of the AWS CLI without an option that they need. E0232: options that they do not have. E0238: values that an option
//! does not accept. W0241: conditions of `--query` that compare two fields.

use crate::catalog::program_arguments::{self, CommandArguments, ProgramOption};
use crate::catalog::program_words;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, pieces, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::file_system::IS_PAGE;
use crate::workspace::jmespath;
use crate::workspace::packaging::{GivenValue, Invocation};
use crate::workspace::shell::WordPart;

pub(super) const RULE: Rule =
    Rule { name: "program-arguments", codes: &[Code::E0226, Code::E0232, Code::E0238, Code::W0241], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // A web page has no tables of arguments.
    if IS_PAGE {
        return;
    }
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        for build in builds.chain(subject.action_files.own_commands(place.pipeline_id, place.id)) {
            if seen.is_new(build) {
                for command in build.commands.invocations.iter().filter_map(Command::of) {
                    findings.extend(command.check());
                }
            }
        }
    }
}

/// Options with which a command does not need the others, or does nothing.
const INSTEAD: [&str; 5] =
    ["--cli-auto-prompt", "--cli-input-json", "--cli-input-yaml", "--generate-cli-skeleton", "--help"];

/// Options that take several values.
const LISTS: [&str; 1] = ["capabilities"];

/// A rule of its own reports that these lack a bucket.
const WITHOUT_BUCKET: &str = "aws cloudformation package";

/// A command whose arguments are known.
struct Command<'a> {
    call: &'a Invocation,
    /// Its words: `aws ecs update-service`.
    name: String,
    arguments: CommandArguments,
    /// Its options, and those of every command of its program.
    options: Vec<ProgramOption>,
}

impl<'a> Command<'a> {
    fn of(call: &'a Invocation) -> Option<Self> {
        let longest = match call.program.as_str() {
            "aws" => 3,
            "cdk" | "sam" => 1,
            _ => return None,
        };
        let words = call.operation(longest);
        let named = (1..=words.len()).rev().find_map(|length| {
            let name = format!("{} {}", call.program, words.get(..length)?.join(" "));
            Some((program_arguments::of(&name)?, name))
        });
        let (arguments, name) = named?;
        let everywhere = program_arguments::everywhere().filter(|_| call.program == "aws");
        Some(Self { call, name, arguments, options: arguments.options().chain(everywhere).collect() })
    }

    fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Some(unknown) = self.unknown() {
            found.push(unknown);
        } else {
            found.extend(self.missing());
        }
        found.extend(self.options.iter().filter_map(|option| self.value(option)));
        found.extend(self.query());
        found.extend(self.override_without_value());
        found
    }

    /// Returns the options that a written one is, or abbreviates.
    fn meant<'o>(&'o self, written: &'o str) -> impl Iterator<Item = &'o ProgramOption> {
        let name = written.strip_prefix("--");
        self.options.iter().filter(move |option| {
            let is_it = |name: &str| option.name.starts_with(name);
            name.is_some_and(|name| is_it(name) || option.flag && name.strip_prefix("no-").is_some_and(is_it))
        })
    }

    fn takes_value(&self, written: &str) -> bool {
        self.meant(written).next().is_none_or(|option| !option.flag)
    }

    fn is_given(&self, name: &str) -> bool {
        self.call
            .written_options()
            .any(|(written, _)| written.strip_prefix("--").is_some_and(|it| name.starts_with(it)))
    }

    /// Returns the names of the required options that are missing; of alternatives, one text for all.
    fn lacking(&self) -> Vec<String> {
        let is_exempt = |name: &str| self.name == WITHOUT_BUCKET && name == "s3-bucket";
        let alone = self.options.iter().filter(|it| it.required && !self.is_given(it.name) && !is_exempt(it.name));
        let alone = alone.map(|option| format!("`--{}`", option.name));
        let groups = self.arguments.alternatives().filter(|names| !names.iter().any(|name| self.is_given(name)));
        let groups = groups.map(|names| {
            let written: Vec<String> = names.iter().map(|name| format!("--{name}")).collect();
            wording::or_list(written.iter().map(String::as_str))
        });
        alone.chain(groups).collect()
    }

    fn is_complete(&self) -> bool {
        INSTEAD.iter().any(|option| self.call.has(option))
            || self.call.names("help")
            || self.call.is_open(|name| self.takes_value(name))
    }

    /// Checks for options that the command does not have.
    fn unknown(&self) -> Option<Diagnostic> {
        // Another rule compares the options that are listed for it.
        if self.call.program != "aws" || !program_words::after(&format!("{} --", self.name)).is_empty() {
            return None;
        }
        let (written, place) = self.call.written_options().find(|(written, _)| {
            written.len() > 2 && written.starts_with("--") && self.meant(written).next().is_none()
        })?;
        let name = written.trim_start_matches('-');
        let free = || self.options.iter().filter(|option| !self.is_given(option.name));
        let missing = || free().filter(|option| option.required);
        let shares = |one: &str| pieces(one).next() == pieces(name).next() || pieces(one).last() == pieces(name).last();
        let extended = |one: &str| name.strip_prefix(one).is_some_and(|rest| ENDINGS.contains(&rest));
        let near = similar(name, free().map(|it| it.name).filter(|one| is_misspelling(name, one)))
            .or_else(|| free().map(|it| it.name).find(|one| extended(one)))
            .or_else(|| missing().map(|it| it.name).find(|one| shares(one)));
        let lacking = if self.is_complete() { Vec::new() } else { self.lacking() };
        (near.is_some() || !lacking.is_empty()).then(|| no_option(&self.name, written, place, near, &lacking))
    }

    /// Checks for missing options.
    fn missing(&self) -> Option<Diagnostic> {
        if self.is_complete() {
            return None;
        }
        let lacking = self.lacking();
        if !lacking.is_empty() {
            return Some(needs(&self.name, &lacking, self.call.span));
        }
        let argument = self.arguments.argument()?;
        let words = self.name.split(' ').count() - 1;
        let given = self.call.arguments(|name| self.takes_value(name)).len();
        (given <= words).then(|| needs_argument(&self.name, argument, self.call.span))
    }

    /// Checks the value of an option.
    fn value(&self, option: &ProgramOption) -> Option<Diagnostic> {
        if option.values.is_empty() && option.prefix.is_empty() {
            return None;
        }
        let written = format!("--{}", option.name);
        let several = self.call.values_of(&written);
        let most = if LISTS.contains(&option.name) { several.len() } else { 1 };
        let single = self.call.option(&written).filter(|_| several.is_empty());
        let given: Vec<GivenValue> = several.into_iter().take(most).chain(single).collect();
        given.into_iter().find_map(|given| {
            let [WordPart::Text(value)] = given.parts.as_slice() else { return None };
            if value.is_empty() || value.starts_with(['[', '{']) {
                return None;
            }
            if !option.prefix.is_empty() {
                return lacks_prefix(option.prefix, value).then(|| no_prefix(option, value, given.whole));
            }
            // AWS SAM also takes several in one word.
            let is_one = self.call.program != "sam";
            let mut values = value.split(|c| !is_one && matches!(c, ' ' | ',')).filter(|value| !value.is_empty());
            let wrong = values.find(|value| !option.values().any(|known| known == *value))?;
            let near = meant_value(wrong, option);
            let is_certain = near.is_some() || option.strict && !value.contains("://");
            is_certain.then(|| no_value(option, wrong, given.whole, near))
        })
    }

    /// Checks for a parameter without its value.
    fn override_without_value(&self) -> Option<Diagnostic> {
        let given = self.call.values_of(OVERRIDES).into_iter().filter(|_| self.name == DEPLOYS);
        given.into_iter().find_map(|given| {
            let [WordPart::Text(text)] = given.parts.as_slice() else { return None };
            let is_other = text.contains(['=', '{', '[', '\n']) || text.contains("://") || text.trim().is_empty();
            (!is_other).then(|| no_pair(text, given.whole))
        })
    }

    /// Checks the expression after `--query`.
    fn query(&self) -> Option<Diagnostic> {
        if self.call.program != "aws" {
            return None;
        }
        let given = self.call.values_of("--query").into_iter().next().or_else(|| self.call.option("--query"))?;
        let text = expression(&given.parts)?;
        match jmespath::check(&text) {
            Err(fault) => Some(no_query(fault.reason, given.whole)),
            Ok(fields) => {
                let field = fields.into_iter().find(is_meant_as_string)?;
                Some(compared_field(&field.name, given.whole))
            }
        }
    }
}

/// The only command whose parameters are written as `Name=Value`, and their option.
/// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy.html> (2026-11-30)
const DEPLOYS: &str = "aws cloudformation deploy";
const OVERRIDES: &str = "--parameter-overrides";

/// What is added to the names of options by mistake.
const ENDINGS: [&str; 4] = ["-arn", "-id", "-name", "s"];

/// Endings of the names of fields that are compared with names and states.
const NAMED: [&str; 7] = ["arn", "id", "key", "name", "state", "status", "type"];

/// Returns whether a field that is compared with another one is probably meant as a string. Two fields may be compared on
/// purpose: `desiredCount != runningCount`.
fn is_meant_as_string(field: &jmespath::FieldAsText) -> bool {
    let ending = |name: &str| NAMED.iter().find(|ending| name.to_ascii_lowercase().ends_with(**ending));
    let is_named = ending(&field.other).is_some() && ending(&field.name).is_none();
    field.name != "null" && (field.quoted || is_named || matches!(field.name.as_str(), "true" | "false"))
}

/// Returns an expression with a placeholder for each variable, if all of them are in quotes.
fn expression(parts: &[WordPart]) -> Option<String> {
    let mut text = String::new();
    for part in parts {
        match part {
            WordPart::Text(own) => text.push_str(own),
            WordPart::Variable(_) | WordPart::Dynamic => {
                let is_open = ['\'', '`'].iter().any(|mark| text.matches(*mark).count() % 2 == 1);
                is_open.then(|| text.push('x'))?;
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Returns whether a value is a path without its prefix. Anything else may be the content itself.
fn lacks_prefix(prefix: &str, value: &str) -> bool {
    let is_content = value.contains(|c: char| c.is_whitespace() || c == '{' || c == '"');
    let is_file = [".json", ".template", ".yaml", ".yml", ".zip"].iter().any(|ending| value.ends_with(ending));
    !value.starts_with(prefix) && !is_content && is_file && !value.contains("://")
        || value.starts_with("file://") && prefix == "fileb://"
}

/// Returns the value that is meant by another one: one with the same letters or words, or one that it misspells.
fn meant_value(value: &str, option: &ProgramOption) -> Option<&'static str> {
    let words = |text: &str| {
        let mut words: Vec<String> = text.split(['-', '_', ':']).map(str::to_ascii_lowercase).collect();
        words.sort();
        words
    };
    let own = words(value);
    let letters = |text: &str| words(text).concat();
    let digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    option
        .values()
        .find(|known| words(known) == own || letters(known) == letters(value))
        .or_else(|| similar(value, option.values().filter(|known| !digits(known) && is_misspelling(value, known))))
}

/// An option that a command does not have.
fn no_option(command: &str, written: &str, place: Span, near: Option<&str>, lacking: &[String]) -> Diagnostic {
    let message = format!("`{command}` has no option `{written}`");
    let found = Diagnostic::new(Code::E0232, message, place, "\"Unknown options\"");
    match near {
        Some(near) => found.suggest(place, Some(&format!("--{near}"))),
        None => found.help(format!("write {}, which the command needs", wording::listed(lacking))),
    }
}

/// A command without an option that it needs.
fn needs(command: &str, lacking: &[String], place: Span) -> Diagnostic {
    let list = wording::listed(lacking);
    let message = format!("`{command}` needs {list}");
    Diagnostic::new(Code::E0226, message, place, "fails without it").help(format!("add {list}"))
}

/// A command without a required argument.
fn needs_argument(command: &str, argument: &str, place: Span) -> Diagnostic {
    let message = format!("`{command}` needs a file for its output");
    Diagnostic::new(Code::E0226, message, place, format!("\"the following arguments are required: {argument}\""))
        .help("add the name of a file as the last argument, for example `output.json`")
}

/// A value that an option does not accept.
fn no_value(option: &ProgramOption, value: &str, place: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("`--{}` has no value `{}`", option.name, wording::bounded(value.to_owned()));
    let label = if option.strict && option.name != "capabilities" { "\"Invalid choice\"" } else { "AWS rejects it" };
    let found = Diagnostic::new(Code::E0238, message, place, label);
    match near {
        Some(near) => found.help(format!("write `{near}`")),
        None if value.contains(',') => found.help("separate the values with spaces"),
        None => found.help(format!("write {}", wording::or_list(option.values()))),
    }
}

/// A path without the prefix with which the AWS CLI reads a file.
fn no_prefix(option: &ProgramOption, value: &str, place: Span) -> Diagnostic {
    let (name, prefix) = (option.name, option.prefix);
    let message = format!("`--{name}` takes a value that starts with `{prefix}`");
    let label =
        if prefix == "https://" { "not the URL of a template" } else { "the path, not the content of the file" };
    let found = Diagnostic::new(Code::E0238, message, place, label);
    if prefix == "https://" {
        return found
            .help("write the URL of the template in a bucket, or pass the file with `--template-body file://PATH`");
    }
    let path = value.trim_start_matches("file://");
    found.help(format!("write `{prefix}{path}`"))
}

/// A parameter without its value.
fn no_pair(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{OVERRIDES}` takes `Name=Value`, without spaces around `=`");
    Diagnostic::new(Code::E0238, message, place, "\"must be of format Key=Value\"")
        .help(format!("write `{}=VALUE`", wording::bounded(text.to_owned())))
}

/// An expression that is not valid.
fn no_query(reason: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0238, "`--query` is not a valid expression", place, reason)
        .help("correct the expression, and put it in single quotes")
}

/// A condition that compares two fields.
fn compared_field(name: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` in this condition is a field, not a string");
    let value = if matches!(name, "true" | "false") { format!("`{name}`") } else { format!("'{name}'") };
    let found = Diagnostic::new(Code::W0241, message, place, "never true, so the result is empty");
    if value.starts_with('`') {
        return found.help("put the value in backticks, and the expression in single quotes");
    }
    found.help(format!("write {value}, and put the expression in double quotes"))
}
