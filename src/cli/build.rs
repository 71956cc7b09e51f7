//! `dotpipe build`

use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::findings::{self, Format};
use super::input::{self, InputError};
use super::{Outcome, deployment, output, project, terminal};
use crate::compilation::{Compilation, NoPart, Notation, Part, Request, Target, ValuesFile};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{and_list, or_list, tick};
use crate::render::printable;
use crate::settings::{is_account_id, is_region_code};

/// Build a pipeline into what AWS takes.
///
/// Mistakes are reported as `check` does. Nothing is written when there are errors, and an existing output file is
/// replaced as a whole or not at all.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The file that holds the pipeline, or `-` for standard input
    #[arg(value_name = "FILE", default_value = project::DEFAULT_ENTRY)]
    file: Utf8PathBuf,
    /// What to build
    #[arg(long, value_enum, default_value_t, value_name = "TARGET")]
    target: Kind,
    /// The account to build for: 12 digits
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// The region to build for, for example eu-west-1
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// Give a `param` its value; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    #[command(flatten)]
    options: Options,
    /// The pipeline to build for the codepipeline target, of a file with several
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
    /// The environment to build for, with the support target: what must be there before the pipeline
    #[arg(long = "env", value_name = "NAME", conflicts_with = "store")]
    environment: Option<String>,
    /// The other region to build for, with the support target: where it keeps the pipeline's artifacts
    #[arg(long, value_name = "REGION", value_parser = region)]
    store: Option<String>,
    /// Write YAML, as is done for an output file named .yaml or .yml
    #[arg(long)]
    yaml: bool,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// The project's root [default: the nearest folder above with dotpipe.toml, else with .git]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Values of `option`s.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Give an `option` its value; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Take values of `option`s from a TOML, JSON or YAML file; may be repeated, and `--set` wins
    #[arg(long = "values", value_name = "FILE")]
    values: Vec<Utf8PathBuf>,
}

impl Options {
    /// As they are written on a command line.
    pub(super) fn written(&self) -> Vec<String> {
        let files = self.values.iter().map(|file| format!("--values {}", deployment::quoted(file.as_str())));
        files.chain(pairs("--set", &self.set)).collect()
    }

    /// A request with these values.
    pub(super) fn request(&self) -> Result<Request, InputError> {
        let read = |path: &Utf8PathBuf| Ok(ValuesFile { path: path.to_string(), text: input::read_file(path)? });
        let values = self.values.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Request { options: self.set.iter().cloned().collect(), values, ..Request::default() })
    }
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe build pipeline.pipe                   a CloudFormation template, as JSON
  dotpipe build pipeline.pipe -o template.yaml  the same as YAML, into a file
  dotpipe build pipeline.pipe --target codepipeline --account 111122223333 --region eu-west-1 -o pipeline.json
                                                for `aws codepipeline create-pipeline --cli-input-json`
  dotpipe build pipeline.pipe --target support -o support.yaml
                                                all but the pipeline, under the names the JSON uses
  dotpipe build pipeline.pipe --target support --env prod -o prod.yaml
                                                what must be in the account of environment prod
  dotpipe build pipeline.pipe --set stage=prod  with an option set";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A CloudFormation template of the pipeline and everything it needs
    #[default]
    Cloudformation,
    /// The pipeline's definition as the CodePipeline API takes it, in JSON
    Codepipeline,
    /// A CloudFormation template of everything but the pipeline
    Support,
}

impl From<Kind> for Target {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Cloudformation => Self::Cloudformation,
            Kind::Codepipeline => Self::Codepipeline,
            Kind::Support => Self::Support,
        }
    }
}

/// Builds one file.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let notation = notation(arguments);
    if arguments.pipeline.is_some() && arguments.target != Kind::Codepipeline {
        terminal::error(&"`--pipeline` goes with `--target codepipeline`; a template holds all pipelines of its file");
        return Outcome::Failed;
    }
    if (arguments.environment.is_some() || arguments.store.is_some()) && arguments.target != Kind::Support {
        terminal::error(&"`--env` and `--store` go with `--target support`");
        return Outcome::Failed;
    }
    if output::overwrites(&arguments.file, arguments.output.as_deref()) {
        terminal::error(&format!("`{}` is the pipeline itself; name another output file", arguments.file));
        return Outcome::Failed;
    }
    if notation == Notation::Yaml && arguments.target == Kind::Codepipeline {
        terminal::error(&"the codepipeline target is JSON, which is all that the AWS CLI reads; leave out the YAML");
        return Outcome::Failed;
    }
    let compile = |request| project::compile(&arguments.file, arguments.root.as_deref(), &request);
    let compilation = match request(arguments).and_then(compile) {
        Ok(compilation) => compilation,
        Err(error) => {
            terminal::error(&error);
            return Outcome::Failed;
        }
    };
    if let Some(problem) = misuse(arguments, &compilation) {
        terminal::error(&problem);
        return Outcome::Failed;
    }
    let outcome = findings::print(std::slice::from_ref(&compilation), Format::Human, None);
    if outcome != Outcome::Clean {
        return outcome;
    }
    let Some(text) = compilation.build(notation) else { return nothing(&arguments.file) };
    if let Some(problem) = output::overwritten_source(&compilation, arguments.output.as_deref()) {
        terminal::error(&problem);
        return Outcome::Failed;
    }
    let root = project::find_root(&arguments.file, arguments.root.as_deref()).ok();
    let outcome = output::deliver_from(&text, arguments.output.as_deref(), root.as_deref());
    if outcome == Outcome::Clean && arguments.target == Kind::Codepipeline {
        terminal::say(&companions(arguments, &compilation, &text));
    }
    let large = Some(&text).filter(|_| outcome == Outcome::Clean && arguments.target != Kind::Codepipeline);
    let large = large.and_then(|text| deployment::too_large_for_request(text));
    terminal::say(large.as_deref().unwrap_or_default());
    if outcome == Outcome::Clean && arguments.environment.is_none() && arguments.store.is_none() {
        let (file, output, target) = (&arguments.file, arguments.output.as_deref(), arguments.target.into());
        // One stack is deployed like any other: that is worth a word only to somebody who has a file to deploy.
        if compilation.deployment().len() > 1 || output.is_some_and(|path| path != "-") {
            let order = deployment::order(file, output, target, &given(arguments), &compilation, large.is_some());
            terminal::say(&order);
        }
        terminal::say(&deployment::connections(&compilation));
    }
    outcome
}

/// What is wrong with the arguments, as far as only the file shows.
fn misuse(arguments: &Arguments, compilation: &Compilation) -> Option<String> {
    if let Some(problem) = unknown_input(&arguments.file, compilation) {
        return Some(problem);
    }
    if let (Err(problem), false) = (compilation.site(), compilation.has_errors()) {
        return Some(no_part(arguments, &problem));
    }
    let names: Vec<&str> = compilation.pipelines().collect();
    match &arguments.pipeline {
        Some(name) if !names.is_empty() && !compilation.has_pipeline(name) => {
            let hint = match similar(name, names.iter().copied()) {
                Some(near) => format!("did you mean {}?", tick(near)),
                None => format!("there is {}", and_list(names)),
            };
            Some(format!("no pipeline of {} is named {}; {hint}", tick(arguments.file.as_str()), tick(name)))
        }
        None if arguments.target == Kind::Codepipeline && names.len() > 1 && !compilation.has_errors() => {
            let file = tick(arguments.file.as_str());
            Some(format!("{file} holds several pipelines; choose one with `--pipeline`: {}", or_list(names)))
        }
        _ => None,
    }
}

/// What is wrong with a value of the command line that no `option` or `param` of the file takes.
pub(super) fn unknown_input(file: &Utf8Path, compilation: &Compilation) -> Option<String> {
    let input = compilation.unknown_inputs().first()?;
    let (keyword, name) = (tick(input.keyword()), tick(&input.name));
    let hint = match (&input.similar, input.other_kind) {
        (_, true) if input.keyword() == "option" => "; it is a `param`: give it with `--param`".to_owned(),
        (_, true) => "; it is an `option`: give it with `--set`".to_owned(),
        (Some(near), _) => format!("; did you mean {}?", tick(near)),
        (None, _) => String::new(),
    };
    Some(format!("no {keyword} of {} is named {name}{hint}", tick(file.as_str())))
}

/// Writes one text generated from a file without errors, as `expand` does.
pub(super) fn write_text(
    paths: &TextPaths<'_>,
    request: Result<Request, InputError>,
    text: impl Fn(&Compilation) -> Option<String>,
) -> Outcome {
    match generated(paths, request, text) {
        Ok(text) => {
            let root = project::find_root(paths.file, paths.root).ok();
            output::deliver_from(&text, paths.output, root.as_deref())
        }
        Err(outcome) => outcome,
    }
}

/// A text generated from a file, whose diagnostics are printed. No text where there are errors, or where the output would replace
/// something that is read.
pub(super) fn generated(
    paths: &TextPaths<'_>,
    request: Result<Request, InputError>,
    text: impl Fn(&Compilation) -> Option<String>,
) -> Result<String, Outcome> {
    let TextPaths { file, output, root } = *paths;
    let failed = |error: &dyn std::fmt::Display| {
        terminal::error(error);
        Outcome::Failed
    };
    if output::overwrites(file, output) {
        return Err(failed(&format!("`{file}` is the pipeline itself; name another output file")));
    }
    let compiled = request.and_then(|request| project::compile(file, root, &request));
    let compilation = compiled.map_err(|error| failed(&error))?;
    if let Some(problem) = unknown_input(file, &compilation) {
        return Err(failed(&problem));
    }
    let outcome = findings::print_problems(&compilation);
    if outcome != Outcome::Clean {
        return Err(outcome);
    }
    if let Some(problem) = output::overwritten_source(&compilation, output) {
        return Err(failed(&problem));
    }
    text(&compilation).ok_or_else(|| nothing(file))
}

/// What is read, where the text goes, and the root, as on the command line.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextPaths<'a> {
    pub(super) file: &'a Utf8Path,
    pub(super) output: Option<&'a Utf8Path>,
    pub(super) root: Option<&'a Utf8Path>,
}

/// The options that a support template needs to fit the pipeline built with these arguments.
fn given(arguments: &Arguments) -> Vec<String> {
    let option = |name: &str, value: &Option<String>| {
        value.iter().map(|it| format!("{name} {}", deployment::quoted(it))).collect::<Vec<_>>()
    };
    let mut given = option("--account", &arguments.account);
    given.extend(option("--region", &arguments.region));
    given.extend(pairs("--param", &arguments.params));
    given.extend(arguments.options.written());
    given.extend(arguments.root.iter().map(|root| format!("--root {}", deployment::quoted(root.as_str()))));
    given
}

/// Why there is no support template for an environment or a region.
fn no_part(arguments: &Arguments, problem: &NoPart) -> String {
    let name = arguments.environment.as_deref().or(arguments.store.as_deref()).unwrap_or_default();
    let hint = |known: &[String]| match similar(name, known.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean {}?", tick(near)),
        None if known.is_empty() => String::new(),
        None => format!("; there is {}", and_list(known.iter().map(String::as_str))),
    };
    match problem {
        NoPart::UnknownEnvironment(known) => {
            format!("no environment of {} is named {}{}", tick(arguments.file.as_str()), tick(name), hint(known))
        }
        NoPart::NothingThere => format!("nothing has to be made in environment {}", tick(name)),
        NoPart::NoStore(known) => format!("no artifacts are kept in region {}{}", tick(name), hint(known)),
    }
}

/// What the definition speaks of and does not make, what belongs to the pipeline beside it, and what has to be done by hand.
fn companions(arguments: &Arguments, compilation: &Compilation, definition: &str) -> String {
    let mut needed = compilation.companions();
    // The template names all of them, not only those that the definition mentions.
    let names_roles = needed.iter().any(|(kind, _)| *kind == "role");
    needed.retain(|(_, name)| names(definition, name));
    needed.extend(compilation.extra_resources().map(|id| ("resource", id.to_owned())));
    let attached = compilation.attached();
    let mut text = String::new();
    for (title, things) in [("the pipeline needs these", &needed), ("these belong to the pipeline", &attached)] {
        if !things.is_empty() {
            let lines = things.iter().map(|(kind, name)| format!("  {kind:<12}  {}\n", printable(name)));
            let _ = write!(text, "{title}, under these names:\n{}", lines.collect::<String>());
        }
    }
    if !text.is_empty() {
        let file = deployment::quoted(arguments.file.as_str());
        let capability = if names_roles { "; it names roles, so deploy it with CAPABILITY_NAMED_IAM" } else { "" };
        let _ = writeln!(text, "`dotpipe build {file} --target support` writes a template that makes them{capability}");
    }
    let late: Vec<&str> =
        ["notification", "webhook"].into_iter().filter(|kind| attached.iter().any(|(it, _)| it == kind)).collect();
    if !late.is_empty() {
        let kinds = late.join("s and ");
        let _ = writeln!(text, "{kinds}s come with its parameter PipelineExists=true, once the pipeline has been made");
    }
    text.push_str(&secrets(definition));
    text.push_str(&transitions(compilation));
    if compilation.restarts() {
        let pipeline = compilation.pipeline_name().unwrap_or_default();
        text.push_str("a definition cannot run the pipeline when it has changed; after an update, run:\n");
        let name = deployment::quoted(pipeline);
        let _ = writeln!(text, "  aws codepipeline start-pipeline-execution --name {name}");
    }
    text
}

/// How the stages that no run may enter are closed: a definition cannot say it.
fn transitions(compilation: &Compilation) -> String {
    let (stages, pipeline) = (compilation.disabled_stages(), compilation.pipeline_name().unwrap_or_default());
    if stages.is_empty() {
        return String::new();
    }
    let command = |(stage, reason): &(&str, &str)| {
        format!(
            "  aws codepipeline disable-stage-transition --pipeline-name {} --stage-name {} \
             --transition-type Inbound --reason {}\n",
            deployment::quoted(pipeline),
            deployment::quoted(stage),
            deployment::quoted(reason)
        )
    };
    let commands: String = stages.iter().map(command).collect();
    format!("a definition cannot close stages; once the pipeline has been made, run:\n{commands}")
}

/// References that only CloudFormation looks up.
fn secrets(definition: &str) -> String {
    let mut references: Vec<&str> = definition
        .split("{{resolve:")
        .skip(1)
        .filter_map(|behind| behind.split_once("}}").map(|(reference, _)| reference))
        .collect();
    references.sort_unstable();
    references.dedup();
    if references.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = references.iter().map(|it| format!("  {{{{resolve:{}}}}}\n", printable(it))).collect();
    format!("CodePipeline does not look these up; put their values in:\n{}", lines.concat())
}

/// Says that a file without errors gives nothing.
pub(super) fn nothing(file: &Utf8Path) -> Outcome {
    terminal::error(&format!("`{file}` holds no pipeline"));
    Outcome::Faulty
}

/// Whether a text holds a name that does not go on.
fn names(text: &str, name: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(name).any(|(start, _)| {
        !text.get(start + name.len()..).is_some_and(|rest| rest.starts_with(goes_on))
            && !text.get(..start).is_some_and(|before| before.ends_with(goes_on))
    })
}

fn notation(arguments: &Arguments) -> Notation {
    let extension = arguments.output.as_ref().and_then(|path| path.extension());
    if arguments.yaml || extension.is_some_and(|extension| matches!(extension, "yaml" | "yml")) {
        Notation::Yaml
    } else {
        Notation::Json
    }
}

fn request(arguments: &Arguments) -> Result<Request, InputError> {
    Ok(Request {
        target: arguments.target.into(),
        account: arguments.account.clone(),
        region: arguments.region.clone(),
        params: arguments.params.iter().cloned().collect(),
        pipeline: arguments.pipeline.clone(),
        part: match (&arguments.environment, &arguments.store) {
            (Some(name), _) => Part::Environment(name.clone()),
            (None, Some(region)) => Part::Store(region.clone()),
            (None, None) => Part::Home,
        },
        ..arguments.options.request()?
    })
}

/// Names with values as they are written on a command line.
fn pairs(option: &str, pairs: &[(String, String)]) -> impl Iterator<Item = String> {
    pairs.iter().map(move |(name, value)| format!("{option} {}", deployment::quoted(&format!("{name}={value}"))))
}

fn account(text: &str) -> Result<String, &'static str> {
    if is_account_id(text) { Ok(text.to_owned()) } else { Err("an account id has 12 digits") }
}

fn region(text: &str) -> Result<String, &'static str> {
    if is_region_code(text) { Ok(text.to_owned()) } else { Err("region codes look like `eu-west-1`") }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name, `=`, and the value"),
    }
}
