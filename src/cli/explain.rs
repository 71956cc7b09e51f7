//! `dotpipe explain`

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Subcommand, ValueEnum};

use super::reporting::{self, Format};
use super::{Outcome, build, output, project, resource_page, terminal};
use crate::compilation::{Request, RoleLookup};
use crate::diagnostic::Code;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{and_list, or_list, tick};
use crate::render::{page, role as render_role};

/// Explain a diagnostic code, a resource of the template, or the permissions of a role.
///
/// Without a code, lists all codes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A diagnostic code, or a resource type with or without a property.
    #[arg(
        value_name = "CODE|TYPE",
        help = "Diagnostic code, for example E0201, or resource type, with or without a property: AWS::S3::Bucket.OwnershipControls"
    )]
    code: Option<String>,
    /// Output format [default: text on a terminal, otherwise markdown]
    #[arg(long, value_enum, value_name = "FORMAT", requires = "code")]
    format: Option<PageFormat>,
    #[command(subcommand)]
    subject: Option<Subject>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PageFormat {
    /// Wrapped to the terminal's width
    Text,
    /// Markdown
    Markdown,
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe explain                          list all codes
  dotpipe explain E0201                    explain the code, with an example
  dotpipe explain AWS::S3::Bucket          explain why the properties of buckets are in the template
  dotpipe explain role                     list the roles of the pipeline
  dotpipe explain role MyAppBuilder.role   list the role's permissions and their causes";

#[derive(Debug, Subcommand)]
enum Subject {
    /// List every permission of a role with the line that requires it
    ///
    /// Without a name, lists the roles.
    Role {
        /// Role name, or `<project>.role` for the derived role of a project
        name: Option<String>,
        /// Pipeline file, or `-` for standard input [default: pipeline.pipe, or else the file below this folder that has
        /// the role]
        #[arg(value_name = "FILE")]
        file: Option<Utf8PathBuf>,
        /// Project root [default: the Git repository, or the folder of dotpipe.toml]
        #[arg(long, value_name = "DIR")]
        root: Option<Utf8PathBuf>,
    },
}

/// Explains a code or a role.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    match (&arguments.subject, &arguments.code) {
        (Some(Subject::Role { name, file, root }), _) => match (name, file) {
            (None, _) => roles(None, root.as_deref()),
            // A file instead of the name: its roles are listed.
            (Some(name), None) if is_pipeline(name) => roles(Some(name.as_str().into()), root.as_deref()),
            (Some(name), file) => role(name, file.as_deref(), root.as_deref()),
        },
        (None, Some(code)) => explain(code, arguments.format),
        (None, None) => output::deliver(&list(), None),
    }
}

fn list() -> String {
    let lines: Vec<String> = Code::ALL.iter().map(|code| format!("{code}  {}", code.summary())).collect();
    lines.join("\n") + "\n"
}

/// Writes a page of Markdown.
fn deliver(markdown: &str, format: Option<PageFormat>) -> Outcome {
    let look = terminal::output_look();
    let usual = if look.is_some() { PageFormat::Text } else { PageFormat::Markdown };
    let text = match format.unwrap_or(usual) {
        PageFormat::Text => page::terminal(markdown, look.unwrap_or_default()),
        PageFormat::Markdown => page::markdown(markdown),
    };
    output::deliver(&text, None)
}

fn explain(name: &str, format: Option<PageFormat>) -> Outcome {
    if let Ok(code) = name.parse::<Code>() {
        return deliver(code.explain(), format);
    }
    if resource_page::is_resource(name) {
        return match resource_page::page(name) {
            Ok(page) => deliver(&page, format),
            Err(message) => fail(&message),
        };
    }
    let wanted = name.trim().to_ascii_uppercase();
    let hint = match similar(&wanted, Code::ALL.iter().map(|code| code.as_str())) {
        Some(near) => format!("did you mean {}?", tick(near)),
        None => "`dotpipe explain` lists them".to_owned(),
    };
    terminal::error(&format!("unknown diagnostic code {}; {hint}", tick(name)));
    Outcome::Failed
}

fn is_pipeline(name: &str) -> bool {
    let path = Utf8Path::new(name);
    path.extension() == Some("pipe") && path.is_file()
}

/// Lists the roles of a file, of `pipeline.pipe`, or otherwise of every pipeline in this folder and its subfolders.
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
            return reporting::print(std::slice::from_ref(compilation.result()), Format::Human, None);
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

/// Writes the explanation of a role, wrapped and in color on a terminal.
fn deliver_role(text: &str) -> Outcome {
    match terminal::output_look() {
        Some(look) => output::deliver(&render_role::terminal(text, look), None),
        None => output::deliver(text, None),
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
        Some(RoleLookup::Found(text)) => deliver_role(&text),
        Some(RoleLookup::Unknown(known)) => fail(&unknown_role(name, &known)),
        None => match reporting::print(std::slice::from_ref(compilation.result()), Format::Human, None) {
            Outcome::Clean => build::nothing(file),
            outcome => outcome,
        },
    }
}

/// Searches every pipeline in this folder and its subfolders for the role.
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
        ([(_, text)], _) => deliver_role(text),
        ([], Some(faulty)) => fail(&format!(
            "{}; {} has errors, see `dotpipe check`",
            unknown_role(name, &known),
            tick(project::shown(faulty).as_str())
        )),
        ([], None) => fail(&unknown_role(name, &known)),
        (several, _) => {
            let files = or_list(several.iter().map(|(file, _)| file.as_str()));
            fail(&format!("several pipelines have a role {}; specify the file: {files}", tick(name)))
        }
    }
}

/// The most names that are listed.
const MOST_NAMES: usize = 7;

fn unknown_role(name: &str, known: &[String]) -> String {
    let names = || known.iter().map(String::as_str);
    let hint = match similar(name, names()) {
        Some(near) => format!("; did you mean {}?", tick(near)),
        None if known.is_empty() || known.len() > MOST_NAMES => String::new(),
        None => format!("; the file has {}", and_list(names())),
    };
    format!("no role is named {}{hint}", tick(name))
}
