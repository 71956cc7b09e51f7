//! What the commands of programs need and accept (`program_arguments.toml`, `data/program-arguments.txt`).

use super::table::{Table, pieces, table};

static ARGUMENTS: Table = table!("program-arguments");

/// The head of the options of every command of the AWS CLI.
const EVERYWHERE: &str = "aws";

/// What a command needs and accepts.
#[derive(Debug, Clone, Copy)]
pub struct CommandArguments(&'static str);

/// An option of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramOption {
    /// Its name without `--`.
    pub name: &'static str,
    /// Whether the command needs it.
    pub required: bool,
    /// Whether it has no value.
    pub flag: bool,
    /// Its values, joined by `|`; empty if it accepts any.
    pub values: &'static str,
    /// Whether the program itself checks the value.
    pub strict: bool,
    /// How its value starts, unless it is the content itself; empty if it may start in any way.
    pub prefix: &'static str,
}

impl ProgramOption {
    fn of(word: &'static str) -> Option<Self> {
        if word.is_empty() || word.starts_with(['@', '|']) {
            return None;
        }
        let (word, prefix) = word.split_once('^').unwrap_or((word, ""));
        let (word, values) = word.split_once('=').unwrap_or((word, ""));
        let listed = values.strip_prefix('=');
        let name = word.trim_start_matches('!').trim_end_matches('?');
        Some(Self {
            name,
            required: word.starts_with('!'),
            flag: word.ends_with('?'),
            values: listed.unwrap_or(values),
            strict: listed.is_some(),
            prefix,
        })
    }

    /// Returns the values that it accepts; none if it accepts any.
    pub fn values(self) -> impl Iterator<Item = &'static str> {
        self.values.split('|').filter(|value| !value.is_empty())
    }
}

impl CommandArguments {
    fn words(self) -> impl Iterator<Item = &'static str> {
        pieces(self.0, b' ')
    }

    /// Returns its options.
    pub fn options(self) -> impl Iterator<Item = ProgramOption> {
        self.words().filter_map(ProgramOption::of)
    }

    /// Returns the required argument that is no option.
    pub fn argument(self) -> Option<&'static str> {
        self.words().find_map(|word| word.strip_prefix('@'))
    }

    /// Returns the options of which one is required.
    pub fn alternatives(self) -> impl Iterator<Item = Vec<&'static str>> {
        self.words().filter_map(|word| Some(word.strip_prefix('|')?.split(',').collect()))
    }
}

/// Returns what a command needs and accepts: `aws ecs update-service`.
pub fn of(command: &str) -> Option<CommandArguments> {
    ARGUMENTS.line(command).map(CommandArguments)
}

/// Returns the options of every command of the AWS CLI.
pub fn everywhere() -> impl Iterator<Item = ProgramOption> {
    of(EVERYWHERE).into_iter().flat_map(CommandArguments::options)
}

#[cfg(test)]
mod tests {
    use super::{ARGUMENTS, everywhere, of};

    #[test]
    fn every_word_is_read() {
        assert!(ARGUMENTS.heads().is_sorted());
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        for head in ARGUMENTS.heads() {
            let arguments = of(head).unwrap();
            let names: Vec<_> = arguments.options().map(|option| option.name).collect();
            for option in arguments.options() {
                assert!(is_name(option.name), "{head}: {option:?}");
                assert_eq!(names.iter().filter(|name| **name == option.name).count(), 1, "{head}: {option:?}");
            }
            for listed in arguments.alternatives() {
                assert!(listed.len() > 1 && listed.iter().all(|name| names.contains(name)), "{head}: {listed:?}");
            }
        }
    }

    #[test]
    fn commands_need_what_their_documentation_says() {
        let needs = |command: &str| -> Vec<&str> {
            let options = of(command).unwrap().options();
            options.filter(|option| option.required).map(|option| option.name).collect()
        };
        assert_eq!(needs("aws ecs update-service"), ["service"]);
        assert_eq!(needs("aws cloudformation deploy"), ["stack-name", "template-file"]);
        assert_eq!(of("aws lambda invoke").unwrap().argument(), Some("outfile"));
        let code = of("aws lambda update-function-code").unwrap();
        assert_eq!(code.alternatives().next().unwrap(), ["image-uri", "s3-bucket", "zip-file"]);
        let file = code.options().find(|option| option.name == "zip-file").unwrap();
        assert_eq!(file.prefix, "fileb://");
        let output = everywhere().find(|option| option.name == "output").unwrap();
        assert!(output.strict && output.values().any(|value| value == "yaml-stream"));
    }
}
