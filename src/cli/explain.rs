//! `dotpipe explain`

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Subcommand};

use super::findings::{self, Format};
use super::{Outcome, build, output, project, terminal};
use crate::compilation::{Request, RoleLookup};
use crate::diagnostic::Code;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{and_list, or_list, tick};

/// Say what a code means, or why a role has its grants.
///
/// Without a code, all codes are listed.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The code of a diagnostic, for example E0201
    #[arg(value_name = "CODE")]
    code: Option<String>,
    #[command(subcommand)]
    subject: Option<Subject>,
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe explain                          list the codes
  dotpipe explain E0201                    what the code means, with an example
  dotpipe explain role                     list the roles of the pipeline
  dotpipe explain role MyAppBuilder.role   every grant, with the line that caused it";

#[derive(Debug, Subcommand)]
enum Subject {
    /// List every grant of a role with the line that caused it
    ///
    /// Without a name, the roles are listed.
    Role {
        /// The role: its name, or `<project>.role` for the role a project gets
        name: Option<String>,
        /// The file that holds the pipeline, or `-` for standard input [default: pipeline.pipe, else the one below this
        /// folder that has the role]
        #[arg(value_name = "FILE")]
        file: Option<Utf8PathBuf>,
        /// The project's root [default: the nearest folder above with dotpipe.toml, else with .git]
        #[arg(long, value_name = "DIR")]
        root: Option<Utf8PathBuf>,
    },
}

/// Explains a code or a role.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    match (&arguments.subject, &arguments.code) {
        (Some(Subject::Role { name, file, root }), _) => match (name, file) {
            (None, _) => roles(None, root.as_deref()),
            // A file in the place of the name: its roles.
            (Some(name), None) if is_pipeline(name) => roles(Some(name.as_str().into()), root.as_deref()),
            (Some(name), file) => role(name, file.as_deref(), root.as_deref()),
        },
        (None, Some(code)) => explain(code),
        (None, None) => output::deliver(&list(), None),
    }
}

fn list() -> String {
    let lines: Vec<String> = Code::ALL.iter().map(|code| format!("{code}  {}", code.summary())).collect();
    lines.join("\n") + "\n"
}

fn explain(name: &str) -> Outcome {
    if let Ok(code) = name.parse::<Code>() {
        return output::deliver(&plain(code.explain()), None);
    }
    let wanted = name.trim().to_ascii_uppercase();
    let hint = match similar(&wanted, Code::ALL.iter().map(|code| code.as_str())) {
        Some(near) => format!("did you mean {}?", tick(near)),
        None => "`dotpipe explain` lists them".to_owned(),
    };
    terminal::error(&format!("no diagnostic has the code {}; {hint}", tick(name)));
    Outcome::Failed
}

/// Markdown as it reads in a terminal: headings without signs, code indented instead of fenced.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if code && !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
            out.push('\n');
        } else {
            let text = line.trim_start_matches('#');
            out.push_str(if text.len() < line.len() && !code { text.trim_start() } else { line });
            out.push('\n');
        }
    }
    out
}

fn is_pipeline(name: &str) -> bool {
    let path = Utf8Path::new(name);
    path.extension() == Some("pipe") && path.is_file()
}

/// Lists the roles of a file, of `pipeline.pipe`, or else of every pipeline below this folder.
fn roles(file: Option<&Utf8Path>, root: Option<&Utf8Path>) -> Outcome {
    let default = Some(Utf8Path::new(project::DEFAULT_ENTRY)).filter(|path| path.exists());
    let entries = match file.or(default) {
        Some(file) => vec![Ok(file.to_owned())],
        None => project::entries_below(".".into(), root),
    };
    let several = entries.len() > 1;
    let mut text = String::new();
    for entry in entries {
        let compiled = entry.and_then(|entry| Ok((project::compile(&entry, root, &Request::default())?, entry)));
        let (compilation, entry) = match compiled {
            Ok(found) => found,
            Err(error) => return fail(&error),
        };
        let Some(names) = compilation.roles() else {
            return findings::print(std::slice::from_ref(&compilation), Format::Human, None);
        };
        let file = if several { format!("{}: ", project::shown(&entry)) } else { String::new() };
        text.extend(names.iter().map(|name| format!("{file}{name}\n")));
    }
    output::deliver(&text, None)
}

fn role(name: &str, file: Option<&Utf8Path>, root: Option<&Utf8Path>) -> Outcome {
    let default = Utf8Path::new(project::DEFAULT_ENTRY);
    match file {
        Some(file) => role_of(name, file, root),
        None if default.exists() => role_of(name, default, root),
        None => role_below(name, root),
    }
}

fn fail(message: &dyn std::fmt::Display) -> Outcome {
    terminal::error(message);
    Outcome::Failed
}

fn role_of(name: &str, file: &Utf8Path, root: Option<&Utf8Path>) -> Outcome {
    let compilation = match project::compile(file, root, &Request::default()) {
        Ok(compilation) => compilation,
        Err(error) => return fail(&error),
    };
    match compilation.role(name) {
        Some(RoleLookup::Found(text)) => output::deliver(&text, None),
        Some(RoleLookup::Unknown(known)) => fail(&unknown_role(name, &known)),
        None => match findings::print(std::slice::from_ref(&compilation), Format::Human, None) {
            Outcome::Clean => build::nothing(file),
            outcome => outcome,
        },
    }
}

/// Looks for the role in every pipeline below this folder.
fn role_below(name: &str, root: Option<&Utf8Path>) -> Outcome {
    let entries = match project::entries_below(".".into(), root).into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(entries) => entries,
        Err(error) => return fail(&error),
    };
    let mut found = Vec::new();
    let mut known = Vec::new();
    let mut faulty = None;
    for entry in &entries {
        match project::compile(entry, root, &Request::default()).map(|compilation| compilation.role(name)) {
            Ok(Some(RoleLookup::Found(text))) => found.push((project::shown(entry), text)),
            Ok(Some(RoleLookup::Unknown(names))) => known.extend(names),
            Ok(None) => faulty = faulty.or(Some(entry)),
            Err(error) => return fail(&error),
        }
    }
    match (found.as_slice(), faulty) {
        ([(_, text)], _) => output::deliver(text, None),
        ([], Some(faulty)) => fail(&format!(
            "{}; {} has errors, see `dotpipe check`",
            unknown_role(name, &known),
            tick(project::shown(faulty).as_str())
        )),
        ([], None) => fail(&unknown_role(name, &known)),
        (several, _) => {
            let files = or_list(several.iter().map(|(file, _)| file.as_str()));
            fail(&format!("several pipelines have a role {}; name the file: {files}", tick(name)))
        }
    }
}

/// Most names that are listed.
const MOST_NAMES: usize = 7;

fn unknown_role(name: &str, known: &[String]) -> String {
    let names = || known.iter().map(String::as_str);
    let hint = match similar(name, names()) {
        Some(near) => format!("; did you mean {}?", tick(near)),
        None if known.is_empty() || known.len() > MOST_NAMES => String::new(),
        None => format!("; there is {}", and_list(names())),
    };
    format!("no role is named {}{hint}", tick(name))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn pages_read_well_without_markdown() {
        let page = "# E1: title\n\nText.\n\n```pipe\n# not a heading\n\na = 1\n```\n\nMore.\n";
        assert_eq!(plain(page), "E1: title\n\nText.\n\n    # not a heading\n\n    a = 1\n\nMore.\n");
    }
}
