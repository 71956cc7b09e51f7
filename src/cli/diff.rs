//! `dotpipe diff`

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::build::{self, Options, account, pair, region};
use super::input::{self, DocumentForm, InputError};
use super::project::{self, STDIN};
use super::{Outcome, output, reporting, terminal};
use crate::compare::report::{self, ComparedDocument};
use crate::compare::{Comparison, Pipelines, compare};
use crate::compilation::{Compilation, Notation, Request, Target, holds_pipeline};
use crate::diagnostic::wording::{or_list, tick};
use crate::render::human::Look;
use crate::source::SourceMap;
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::pipeline_document::{DocumentKind, definition};

/// Compare two pipelines by stage and action.
///
/// Each side is a pipeline file, a CloudFormation template, or the JSON of a pipeline as `aws codepipeline get-pipeline` prints it.
/// Pipeline files are compiled first. Different spellings of the same value are equal: short and long forms of functions, `Fn::Join`
/// and `Fn::Sub`, defaults, the order of keys, and JSON in strings.
///
/// If both sides are templates, resources and the permissions of roles are compared, too, and the output says which resources
/// CloudFormation would replace or delete if the new template were deployed to the stack of the old one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe diff old.yaml app.pipe                    what deploying the pipeline file would change
  git show main:app.pipe | dotpipe diff - app.pipe  what a branch changes
  dotpipe diff --format markdown old.yaml app.pipe  as a comment for a pull request
  aws codepipeline get-pipeline --name app | dotpipe diff - app.pipe
                                                    what differs from the pipeline in AWS

Exit codes: 0 no differences, 1 differences, 2 a file that cannot be read, or a pipeline file with errors.")]
pub(super) struct Arguments {
    /// Pipeline file, template, or pipeline JSON, or `-` for standard input
    #[arg(value_name = "OLD")]
    before: Utf8PathBuf,
    /// The same for the new version
    #[arg(value_name = "NEW")]
    after: Utf8PathBuf,
    /// Form of the files whose names do not end with .pipe [default: determined by their content]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<DocumentForm>,
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Exit with code 0 even if there are differences
    #[arg(long)]
    exit_zero: bool,
    /// Account ID to build pipeline files for, 12 digits [default: that of the pipeline JSON]
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// Region to build pipeline files for [default: that of the pipeline JSON]
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// Value of a `param`; can be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    #[command(flatten)]
    options: Options,
    /// Which pipeline to compare, if a file has several
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// The output format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines marked with `+`, `-`, and `~`, for people
    #[default]
    Human,
    /// One JSON document
    Json,
    /// Markdown, for a comment on a pull request
    Markdown,
}

/// Compares two files.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    match compared(arguments) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => Outcome::Failed,
        Err(error) => {
            terminal::error(&error);
            Outcome::Failed
        }
    }
}

/// The reason why two files are not compared, for people.
type Problem = Box<dyn std::fmt::Display>;

fn problem(message: String) -> Problem {
    Box::new(message)
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        Box::new(error)
    }
}

/// The input of a side.
enum Text {
    /// A pipeline file.
    Pipe(String),
    /// A template or a definition.
    Document(DocumentKind, Box<Node>),
}

/// A side that can be compared.
struct Side {
    document: ComparedDocument,
    pipelines: Pipelines,
}

/// Returns `None` if a pipeline file has errors, which are printed.
fn compared(arguments: &Arguments) -> Result<Option<Outcome>, Problem> {
    if arguments.before == STDIN && arguments.after == STDIN {
        return Err(problem("only one of the two files can be `-`".to_owned()));
    }
    let mut sources = SourceMap::default();
    let form = arguments.form.map(DocumentKind::from);
    let before = read(&arguments.before, form, &mut sources)?;
    let after = read(&arguments.after, form, &mut sources)?;
    let request = request(arguments)?;
    let mut builder = Builder { arguments, request, sources, unknown_inputs: Vec::new() };
    let sides = (
        builder.side(&arguments.before, &before, definition_of(&after)),
        builder.side(&arguments.after, &after, definition_of(&before)),
    );
    let ((Some(mut before), Some(mut after)), sources) = ((sides.0?, sides.1?), builder.finish()?) else {
        return Ok(None);
    };
    select(arguments, &mut before, &mut after)?;
    let comparison = compare(&before.pipelines, &after.pipelines);
    let text = match arguments.format {
        Format::Human => human(&comparison),
        Format::Json => report::json(&comparison, &before.document, &after.document, &sources),
        Format::Markdown => report::markdown(&comparison),
    };
    let is_equal = comparison.differences.is_empty() || arguments.exit_zero;
    Ok(Some(output::deliver(&text, None).max(if is_equal { Outcome::Clean } else { Outcome::Faulty })))
}

/// The line width if the output is not a terminal.
const FILE_WIDTH: usize = 120;

/// On a terminal, "no differences" is printed; for programs, empty output means the same.
fn human(comparison: &Comparison) -> String {
    let look = terminal::output_look();
    let text = report::human(comparison, look.unwrap_or(Look { width: FILE_WIDTH, ..Look::default() }));
    if text.is_empty() && look.is_some() { "no differences\n".to_owned() } else { text }
}

fn request(arguments: &Arguments) -> Result<Request, InputError> {
    Ok(Request {
        account: arguments.account.clone(),
        region: arguments.region.clone(),
        params: arguments.params.iter().cloned().collect(),
        ..arguments.options.request()?
    })
}

/// Reads a side, and determines its kind. `given` is its kind, if it is not a pipeline file.
fn read(path: &Utf8Path, given: Option<DocumentKind>, sources: &mut SourceMap) -> Result<Text, Problem> {
    let text = if path == STDIN { input::read_stdin()? } else { input::read_file(path)? };
    if path.extension() == Some("pipe") {
        return Ok(Text::Pipe(text));
    }
    let shown = project::shown(path);
    let file = sources.add(shown.clone(), text.as_str());
    let document = Document::parse(&text, DocumentOrigin::File(file));
    if let Some(root) = document.root {
        let is_template = root.get("Resources").is_some_and(|resources| !resources.entries().is_empty());
        let found = || DocumentKind::of(&root).or_else(|| is_template.then_some(DocumentKind::Template));
        if let Some(kind) = given.or_else(found) {
            return Ok(Text::Document(kind, Box::new(root)));
        }
    }
    match document.error {
        _ if holds_pipeline(&text) => Ok(Text::Pipe(text)),
        Some(error) => {
            let place = sources.start(error.span);
            let message = format!("{} (line {}, column {})", error.message, place.line, place.column);
            Err(problem(format!("cannot read {}: {message}", tick(shown.as_str()))))
        }
        None => Err(problem(format!(
            "{} is neither a pipeline file, nor a template, nor the JSON of a pipeline",
            tick(shown.as_str())
        ))),
    }
}

/// The pipeline in AWS that a definition describes.
struct Deployed {
    name: Option<String>,
    account: Option<String>,
    region: Option<String>,
}

fn definition_of(text: &Text) -> Option<Deployed> {
    let Text::Document(DocumentKind::Definition, root) = text else { return None };
    let arn = root.at(&["metadata", "pipelineArn"]).and_then(Node::text).unwrap_or_default();
    // arn:aws:codepipeline:REGION:ACCOUNT:NAME
    let part = |index: usize| arn.split(':').nth(index).filter(|part| !part.is_empty()).map(str::to_owned);
    let name = definition(root).get("name").and_then(Node::text).map(str::to_owned);
    Some(Deployed { name, region: part(3), account: part(4) })
}

/// Converts inputs to a form that can be compared.
struct Builder<'a> {
    arguments: &'a Arguments,
    request: Request,
    sources: SourceMap,
    /// For each pipeline file, the error for a value that it does not use.
    unknown_inputs: Vec<Option<String>>,
}

impl Builder<'_> {
    /// Returns `None` if the file has errors, which are printed. `other` is the other side, if it is a definition.
    fn side(&mut self, path: &Utf8Path, text: &Text, other: Option<Deployed>) -> Result<Option<Side>, Problem> {
        let shown = project::shown(path).to_string();
        let document = |kind, has_lines| ComparedDocument { path: shown.clone(), kind, has_lines };
        let text = match text {
            Text::Document(kind, root) => {
                let word = if *kind == DocumentKind::Template { "template" } else { "definition" };
                return Ok(Some(Side {
                    document: document(word, true),
                    pipelines: Pipelines::read_as(root, *kind).in_run_order(),
                }));
            }
            Text::Pipe(text) => text,
        };
        let compilation = match other {
            Some(deployed) => match self.definition(path, text, &deployed)? {
                Some(compilation) => compilation,
                None => self.compile(path, text, &self.request)?,
            },
            None => self.compile(path, text, &self.request)?,
        };
        self.unknown_inputs.push(build::unknown_input(path, compilation.result()));
        if compilation.has_errors() {
            reporting::print_problems(&compilation);
            return Ok(None);
        }
        let Some(built) = compilation.build(Notation::Json) else {
            return Err(problem(format!("{} has no pipeline", tick(&shown))));
        };
        let file = self.sources.add(format!("{shown} (built)").into(), built.as_str());
        let root = Document::parse(&built, DocumentOrigin::File(file)).root;
        let pipelines = root.as_ref().map(|root| Pipelines::read(root).in_run_order());
        Ok(pipelines.map(|pipelines| Side { document: document("pipe", false), pipelines }))
    }

    fn compile(&self, path: &Utf8Path, text: &str, request: &Request) -> Result<Compilation, InputError> {
        project::compile_over(path, text, self.arguments.root.as_deref(), request, BTreeMap::new())
    }

    /// Compiles the file to a definition. Returns `None` if it needs values that are known only at deployment, or if it
    /// has other errors.
    fn definition(&self, path: &Utf8Path, text: &str, deployed: &Deployed) -> Result<Option<Compilation>, Problem> {
        let mut request = Request { target: Target::Codepipeline, ..self.request.clone() };
        request.account = request.account.or_else(|| deployed.account.clone());
        request.region = request.region.or_else(|| deployed.region.clone());
        request.pipeline.clone_from(&self.arguments.pipeline);
        let mut compilation = self.compile(path, text, &request)?;
        let names: Vec<&str> = compilation.pipelines().collect();
        let is_known = |name: &Option<String>| name.as_ref().is_some_and(|name| compilation.has_pipeline(name));
        if names.len() > 1 && !is_known(&request.pipeline) {
            if !is_known(&deployed.name) {
                let file = tick(path.as_str());
                return Err(problem(format!(
                    "{file} has several pipelines; choose one with `--pipeline`: {}",
                    or_list(names)
                )));
            }
            request.pipeline.clone_from(&deployed.name);
            compilation = self.compile(path, text, &request)?;
        }
        Ok((!compilation.has_errors() && !compilation.updates_itself()).then_some(compilation))
    }

    /// Returns the texts of both sides, or an error if no pipeline file uses a value on the command line.
    fn finish(self) -> Result<SourceMap, Problem> {
        let mut unknown = self.unknown_inputs.into_iter();
        match unknown.next().flatten().filter(|_| unknown.all(|it| it.is_some())) {
            Some(message) => Err(problem(message)),
            None => Ok(self.sources),
        }
    }
}

/// Keeps only the selected pipeline. A definition has one pipeline, so the others of the template are not compared.
fn select(arguments: &Arguments, before: &mut Side, after: &mut Side) -> Result<(), Problem> {
    let across = before.pipelines.kind != after.pipelines.kind;
    let name_of = |side: &Side| {
        let pipeline = side.pipelines.pipelines.first().filter(|_| side.pipelines.kind == DocumentKind::Definition)?;
        Some(pipeline.fields.get("name")?.to_string())
    };
    let wanted = arguments.pipeline.clone();
    let by_name = if across { name_of(before).or_else(|| name_of(after)) } else { None };
    for side in [before, after] {
        if side.pipelines.kind == DocumentKind::Definition {
            continue;
        }
        let all = &mut side.pipelines.pipelines;
        let is = |name: &String| {
            let name = name.clone();
            move |pipeline: &crate::compare::DefinedPipeline| {
                let names = [pipeline.id.as_ref(), pipeline.fields.get("name")];
                names.into_iter().flatten().any(|it| it.as_literal() == Some(&name))
            }
        };
        if let Some(name) = &wanted {
            if !all.iter().any(is(name)) {
                return Err(problem(format!("no pipeline of {} is named {}", tick(&side.document.path), tick(name))));
            }
            all.retain(is(name));
        } else if all.len() > 1
            && let Some(name) = &by_name
        {
            if !all.iter().any(is(name)) {
                let names: Vec<String> = all.iter().filter_map(|it| Some(it.id.as_ref()?.to_string())).collect();
                let file = tick(&side.document.path);
                let names = or_list(names.iter().map(String::as_str));
                return Err(problem(format!("{file} has several pipelines; choose one with `--pipeline`: {names}")));
            }
            all.retain(is(name));
        }
    }
    Ok(())
}
