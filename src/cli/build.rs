//! `dotpipe build`

use std::collections::BTreeMap;
use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::input::{self, InputError};
use super::reporting::{self, Format};
use super::{Outcome, deployment, output, project, terminal};
use crate::catalog::accounts::is_account_id;
use crate::compilation::{CheckResult, Compilation, DeploymentPart, NoPart, Notation, Request, Target, ValuesFile};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::{and_list, or_list, tick};
use crate::render::printable;
use crate::settings::is_region_code;
use crate::source::paths::real_path;

/// Compile a pipeline to CloudFormation or CodePipeline JSON.
///
/// Reports problems as `check` does. If there are errors, nothing is written. An existing output file is replaced
/// atomically.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Pipeline file, or `-` for standard input
    #[arg(value_name = "FILE", default_value = project::DEFAULT_ENTRY)]
    file: Utf8PathBuf,
    /// What to build
    #[arg(long, value_enum, default_value_t, value_name = "TARGET")]
    target: Kind,
    /// Account ID to build for, 12 digits
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// Region to build for, for example eu-west-1
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// Value of a `param`; can be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    #[command(flatten)]
    options: Options,
    /// Which pipeline to build, if the file has several (codepipeline target)
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
    /// Build the roles and resources that this environment needs (support target)
    #[arg(long = "env", value_name = "NAME", conflicts_with = "artifact_bucket")]
    environment: Option<String>,
    /// Build the artifact bucket for this other Region (support target)
    #[arg(long, alias = "store", value_name = "REGION", value_parser = region)]
    artifact_bucket: Option<String>,
    /// Write YAML [default for output files that end in .yaml or .yml]
    #[arg(long)]
    yaml: bool,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Values of `option`s.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Value of an `option`; can be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// TOML, JSON, or YAML file with values of `option`s; can be repeated, and `--set` takes precedence
    #[arg(long = "values", value_name = "FILE")]
    values: Vec<Utf8PathBuf>,
}

impl Options {
    /// Returns the values as command-line arguments.
    pub(super) fn written(&self) -> Vec<String> {
        let files = self.values.iter().map(|file| format!("--values {}", deployment::quoted_path(file)));
        files.chain(pairs("--set", &self.set)).collect()
    }

    /// Creates a request with these values.
    pub(super) fn request(&self) -> Result<Request, InputError> {
        let read = |path: &Utf8PathBuf| Ok(ValuesFile { path: path.to_string(), text: input::read_file(path)? });
        let values = self.values.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Request { options: self.set.iter().cloned().collect(), values, ..Request::default() })
    }
}

const AFTER_HELP: &str = "\
Examples:
  dotpipe build -o pipeline.yaml       write a CloudFormation template for pipeline.pipe in this folder
  dotpipe build                        print it as JSON
  dotpipe build app.pipe -o app.json   write the template for another file, as JSON
  dotpipe build --set stage=prod -o pipeline.yaml
                                       set an option
  dotpipe build --target codepipeline --account 111122223333 --region eu-west-1 -o pipeline.json
                                       write input for `aws codepipeline create-pipeline --cli-input-json`
  dotpipe build --target support -o support.yaml
                                       write everything except the pipeline, named as the JSON expects
  dotpipe build --target support --env prod -o prod.yaml
                                       write the roles and resources that environment prod needs";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// CloudFormation template with the pipeline and everything it needs
    #[default]
    Cloudformation,
    /// Pipeline definition for the CodePipeline API, as JSON
    Codepipeline,
    /// CloudFormation template with the supporting resources: everything except the pipeline
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
        terminal::error(
            &"`--pipeline` requires `--target codepipeline`; a template contains all pipelines of the file",
        );
        return Outcome::Failed;
    }
    if (arguments.environment.is_some() || arguments.artifact_bucket.is_some()) && arguments.target != Kind::Support {
        terminal::error(&"`--env` and `--artifact-bucket` require `--target support`");
        return Outcome::Failed;
    }
    if output::overwrites(&arguments.file, arguments.output.as_deref()) {
        terminal::error(&format!("`{}` is the pipeline file itself; choose another output file", arguments.file));
        return Outcome::Failed;
    }
    if notation == Notation::Yaml && arguments.target == Kind::Codepipeline {
        terminal::error(
            &"the codepipeline target is always JSON; remove `--yaml`, or choose an output file that ends in .json",
        );
        return Outcome::Failed;
    }
    let compilation = match request(arguments).and_then(|request| settled(arguments, &request, notation)) {
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
    let outcome = reporting::print(std::slice::from_ref(compilation.result()), Format::Human, None);
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
    let is_whole = arguments.environment.is_none() && arguments.artifact_bucket.is_none();
    // A single stack is deployed like any other. This is worth mentioning only if there is a file to deploy.
    let has_order = is_whole && (compilation.deployment().len() > 1 || output::is_file(arguments.output.as_deref()));
    if outcome == Outcome::Clean && arguments.target == Kind::Codepipeline {
        terminal::say(&companions(arguments, &compilation, &text, has_order));
    }
    let large = Some(&text).filter(|_| outcome == Outcome::Clean && arguments.target != Kind::Codepipeline);
    let large = large.and_then(|text| deployment::too_large_for_request(text));
    terminal::say(large.as_deref().unwrap_or_default());
    if outcome == Outcome::Clean && is_whole {
        let (file, output, target) = (&arguments.file, arguments.output.as_deref(), arguments.target.into());
        if has_order {
            let order = deployment::order(file, output, target, &given(arguments), &compilation, large.is_some());
            terminal::say(&order);
        }
        terminal::say(&deployment::connections(&compilation));
    }
    outcome
}

/// The maximum number of compilations until the result no longer changes. If roles depend on the result, two are enough.
const MOST_ROUNDS: usize = 5;

/// A placeholder for a result that the pipeline deploys but that is not written yet.
const UNWRITTEN: &str = r#"{"Resources": {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline"}}}"#;

/// Compiles the file. If its pipeline deploys the template being built, the role for that depends on the result, so the
/// file is compiled with the previous result as the template until the two agree.
fn settled(arguments: &Arguments, request: &Request, notation: Notation) -> Result<Compilation, InputError> {
    let (file, root) = (arguments.file.as_path(), arguments.root.as_deref());
    let output =
        arguments.output.as_deref().filter(|_| request.target == Target::Cloudformation && file != project::STDIN);
    let mut compilation = project::compile(file, root, request)?;
    if compilation.is_document() {
        return Err(InputError::Document(file.to_owned()));
    }
    let Some((output, own)) = output.and_then(|output| Some((output, below_root(file, output, root)?))) else {
        return Ok(compilation);
    };
    let mut text = match output::source_at(&compilation, output) {
        Some(source) if output::is_own(source.text()) => source.text().to_owned(),
        None if compilation.has_errors() && !output.exists() => UNWRITTEN.to_owned(),
        _ => return Ok(compilation),
    };
    let entry = input::read_file(file)?;
    for _ in 0..MOST_ROUNDS {
        let changed = BTreeMap::from([(own.clone(), text.clone())]);
        let next = project::compile_over(file, &entry, root, request, changed)?;
        if output::source_at(&next, output).is_none() {
            return Ok(compilation);
        }
        compilation = next;
        match compilation.build(notation) {
            Some(built) if built != text => text = built,
            _ => break,
        }
    }
    Ok(compilation)
}

/// Returns the path of an output file relative to the project's root, if it is inside.
fn below_root(file: &Utf8Path, output: &Utf8Path, root: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
    let root = project::find_root(file, root).ok()?;
    let folder = real_path(output.parent().filter(|folder| *folder != "").unwrap_or(".".into())).ok()?;
    Some(folder.strip_prefix(root).ok()?.join(output.file_name()?))
}

/// Returns an error in the arguments that only the compiled file reveals.
fn misuse(arguments: &Arguments, compilation: &Compilation) -> Option<String> {
    if let Some(problem) = unknown_input(&arguments.file, compilation.result()) {
        return Some(problem);
    }
    if let (Err(problem), false) = (compilation.site(), compilation.has_errors()) {
        return Some(no_part(arguments, &problem));
    }
    if compilation.updates_itself() && arguments.target == Kind::Codepipeline {
        return Some(format!(
            "the pipeline of {} updates itself, so it has to be in a stack: build it without `--target codepipeline`",
            tick(arguments.file.as_str())
        ));
    }
    let names: Vec<&str> = compilation.pipelines().collect();
    match &arguments.pipeline {
        Some(name) if !names.is_empty() && !compilation.has_pipeline(name) => {
            let hint = match similar(name, names.iter().copied()) {
                Some(near) => format!("did you mean {}?", tick(near)),
                None => format!("the file has {}", and_list(names)),
            };
            Some(format!("no pipeline of {} is named {}; {hint}", tick(arguments.file.as_str()), tick(name)))
        }
        None if arguments.target == Kind::Codepipeline && names.len() > 1 && !compilation.has_errors() => {
            let file = tick(arguments.file.as_str());
            Some(format!("{file} has several pipelines; choose one with `--pipeline`: {}", or_list(names)))
        }
        _ => None,
    }
}

/// Returns the error for a value on the command line that is not an `option` or `param` of the file.
pub(super) fn unknown_input(file: &Utf8Path, findings: &CheckResult) -> Option<String> {
    let input = findings.unknown_inputs().first()?;
    let (keyword, name) = (tick(input.keyword()), tick(&input.name));
    let hint = match (&input.similar, input.other_kind) {
        (_, true) if input.keyword() == "option" => "; it is a `param`: set it with `--param`".to_owned(),
        (_, true) => "; it is an `option`: set it with `--set`".to_owned(),
        (Some(near), _) => format!("; did you mean {}?", tick(near)),
        (None, _) => String::new(),
    };
    Some(format!("no {keyword} of {} is named {name}{hint}", tick(file.as_str())))
}

/// Writes a text generated from a file without errors, for `expand` and `graph`.
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

/// Returns a text generated from a file, and prints its diagnostics. Returns no text if there are errors, or if the
/// output would replace an input.
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
        return Err(failed(&format!("`{file}` is the pipeline file itself; choose another output file")));
    }
    let compiled = request.and_then(|request| project::compile(file, root, &request));
    let compilation = compiled.map_err(|error| failed(&error))?;
    if let Some(problem) = unknown_input(file, compilation.result()) {
        return Err(failed(&problem));
    }
    let outcome = reporting::print_problems(&compilation);
    if outcome != Outcome::Clean {
        return Err(outcome);
    }
    if let Some(problem) = output::overwritten_source(&compilation, output) {
        return Err(failed(&problem));
    }
    text(&compilation).ok_or_else(|| nothing(file))
}

/// The input, output, and root paths, as on the command line.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextPaths<'a> {
    pub(super) file: &'a Utf8Path,
    pub(super) output: Option<&'a Utf8Path>,
    pub(super) root: Option<&'a Utf8Path>,
}

/// Returns the options to repeat when building the support templates of this pipeline.
fn given(arguments: &Arguments) -> Vec<String> {
    let option = |name: &str, value: &Option<String>| {
        value.iter().map(|it| format!("{name} {}", deployment::quoted(it))).collect::<Vec<_>>()
    };
    let mut given = option("--account", &arguments.account);
    given.extend(option("--region", &arguments.region));
    given.extend(pairs("--param", &arguments.params));
    given.extend(arguments.options.written());
    given.extend(arguments.root.iter().map(|root| format!("--root {}", deployment::quoted_path(root))));
    given
}

/// Returns the error for an environment or a Region without a support template.
fn no_part(arguments: &Arguments, problem: &NoPart) -> String {
    let name = arguments.environment.as_deref().or(arguments.artifact_bucket.as_deref()).unwrap_or_default();
    let hint = |known: &[String]| match similar(name, known.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean {}?", tick(near)),
        None if known.is_empty() => String::new(),
        None => format!("; choose {}", or_list(known.iter().map(String::as_str))),
    };
    match problem {
        NoPart::UnknownEnvironment(known) => {
            format!("no environment of {} is named {}{}", tick(arguments.file.as_str()), tick(name), hint(known))
        }
        NoPart::NothingThere => format!("environment {} needs no roles or resources", tick(name)),
        NoPart::NoStore(known) => {
            format!("the pipeline has no artifact bucket in Region {}{}", tick(name), hint(known))
        }
    }
}

/// Returns the resources that the definition requires, those that refer to the pipeline, and the manual steps.
/// `has_order` is whether the commands that create the resources are printed as well.
fn companions(arguments: &Arguments, compilation: &Compilation, definition: &str, has_order: bool) -> String {
    let mut needed = compilation.companions();
    // The template contains all roles, not only those in the definition.
    let names_roles = needed.iter().any(|(kind, _)| *kind == "role");
    needed.retain(|(_, name)| names(definition, name));
    needed.extend(compilation.extra_resources().map(|id| ("resource", id.to_owned())));
    let attached = compilation.attached();
    let mut text = String::new();
    for (title, resources) in [
        ("the pipeline requires resources with these names:", &needed),
        ("resources with these names refer to the pipeline:", &attached),
    ] {
        if !resources.is_empty() {
            let lines = resources.iter().map(|(kind, name)| format!("  {kind:<12}  {}\n", printable(name)));
            let _ = write!(text, "{title}\n{}", lines.collect::<String>());
        }
    }
    if !text.is_empty() && !has_order {
        let file = deployment::quoted_path(&arguments.file);
        let capability = if names_roles { "; deploy it with CAPABILITY_NAMED_IAM, because it names roles" } else { "" };
        let _ =
            writeln!(text, "`dotpipe build {file} --target support` writes a template that creates them{capability}");
    }
    let late: Vec<&str> =
        ["notification", "webhook"].into_iter().filter(|kind| attached.iter().any(|(it, _)| it == kind)).collect();
    if !late.is_empty() {
        let kinds = late.join("s and ");
        let _ = writeln!(
            text,
            "the template creates {kinds}s if its parameter PipelineExists is true; set it after creating the pipeline"
        );
    }
    text.push_str(&secrets(definition));
    text.push_str(&transitions(compilation));
    if compilation.restarts() {
        let pipeline = compilation.pipeline_name().unwrap_or_default();
        text.push_str("a pipeline definition cannot start an execution on update; after an update, run:\n");
        let name = deployment::quoted(pipeline);
        let _ = writeln!(text, "  aws codepipeline start-pipeline-execution --name {name}");
    }
    text
}

/// Returns the commands that disable inbound transitions, which a definition cannot express.
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
    format!("a pipeline definition cannot disable transitions; after creating the pipeline, run:\n{commands}")
}

/// Returns a note about dynamic references, which only CloudFormation resolves.
fn secrets(definition: &str) -> String {
    let mut references: Vec<&str> = definition
        .split("{{resolve:")
        .skip(1)
        .filter_map(|tail| tail.split_once("}}").map(|(reference, _)| reference))
        .collect();
    references.sort_unstable();
    references.dedup();
    if references.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = references.iter().map(|it| format!("  {{{{resolve:{}}}}}\n", printable(it))).collect();
    format!("CodePipeline does not resolve these references; replace them with their values:\n{}", lines.concat())
}

/// Reports a file without errors that has no pipeline.
pub(super) fn nothing(file: &Utf8Path) -> Outcome {
    terminal::error(&format!("`{file}` has no pipeline"));
    Outcome::Faulty
}

/// Returns whether a text contains a name as a whole word.
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
        part: match (&arguments.environment, &arguments.artifact_bucket) {
            (Some(name), _) => DeploymentPart::Environment(name.clone()),
            (None, Some(region)) => DeploymentPart::Store(region.clone()),
            (None, None) => DeploymentPart::Home,
        },
        ..arguments.options.request()?
    })
}

/// Returns names and values as command-line arguments.
fn pairs(option: &str, pairs: &[(String, String)]) -> impl Iterator<Item = String> {
    pairs.iter().map(move |(name, value)| format!("{option} {}", deployment::quoted(&format!("{name}={value}"))))
}

pub(super) fn account(text: &str) -> Result<String, &'static str> {
    if is_account_id(text) { Ok(text.to_owned()) } else { Err("an account ID has 12 digits") }
}

pub(super) fn region(text: &str) -> Result<String, &'static str> {
    if is_region_code(text) { Ok(text.to_owned()) } else { Err("Region codes look like `eu-west-1`") }
}

pub(super) fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE"),
    }
}
