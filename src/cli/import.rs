//! `dotpipe import`

use std::collections::BTreeMap;
use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::input::{self, DocumentForm, InputError};
use super::reporting;
use super::{Outcome, output, project, terminal};
use crate::compare::{Comparison, Difference};
use crate::compilation::{Compilation, Request, Target};
use crate::diagnostic::wording::{count, tick};
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::import::{BuiltError, BuiltImport, Import, ImportInput, ImportedFiles, RoleOutcome, import};
use crate::render::printable;
use crate::source::SourceMap;
use crate::source::paths::{real_path, slashed};
use crate::workspace::document::{Document, DocumentOrigin, Node};
use crate::workspace::pipeline_document::DocumentKind;

/// Import a pipeline from a CloudFormation template or from pipeline JSON.
///
/// The pipelines become a `.pipe` file, with the parameters and resources that dotpipe can declare without changing them. The rest
/// of a template is copied unchanged to a resources file next to it. The result is compiled and compared with the input. If there
/// are differences, they are printed, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dotpipe import template.yaml -o app.pipe      write app.pipe and app.resources.yaml
  dotpipe import pipeline.json                  print the pipeline
  aws codepipeline get-pipeline --name app | dotpipe import - -o app.pipe")]
pub(super) struct Arguments {
    /// CloudFormation or SAM template, pipeline JSON, or `-` for standard input
    #[arg(value_name = "INPUT")]
    input: Utf8PathBuf,
    /// Form of the input [default: determined by its content]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<DocumentForm>,
    /// Output file, with the extension .pipe [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Leave out the roles of pipelines, actions, stacks, and projects if the derived roles allow at least as much
    #[arg(long)]
    derive_roles: bool,
    /// Replace existing files
    #[arg(long)]
    force: bool,
    /// Project root [default: the Git repository, or the folder of dotpipe.toml]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
}

/// Imports one document.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    match imported(arguments) {
        Ok(outcome) => outcome,
        Err(error) => {
            terminal::error(&error);
            Outcome::Failed
        }
    }
}

/// The paths of the files of an import.
struct Targets {
    /// The `.pipe` file, or a name in the current folder if it is printed.
    pipeline: Utf8PathBuf,
    /// The file of resources.
    resources: Utf8PathBuf,
    /// The same path relative to the root of the project.
    resources_from_root: Utf8PathBuf,
}

fn imported(arguments: &Arguments) -> Result<Outcome, String> {
    let text = |error: &InputError| error.to_string();
    if arguments.input.extension() == Some("pipe") {
        return Err(format!(
            "{} is a .pipe file; `dotpipe import` reads CloudFormation templates and the JSON of pipelines",
            tick(arguments.input.as_str())
        ));
    }
    let source = match arguments.input.as_str() {
        project::STDIN => input::read_stdin(),
        _ => input::read_file(&arguments.input),
    };
    let source = source.map_err(|error| text(&error))?;
    let shown =
        if arguments.input == project::STDIN { "standard input".to_owned() } else { tick(arguments.input.as_str()) };
    let mut sources = SourceMap::default();
    let file = sources.add(arguments.input.clone(), source.as_str());
    let document = Document::parse(&source, DocumentOrigin::File(file));
    let root = root_of(&shown, &document, &sources)?;
    let kind = arguments.form.map(DocumentKind::from).or_else(|| DocumentKind::of(root)).ok_or_else(|| {
        format!("{shown} defines no pipeline; specify a CloudFormation template or the JSON of a pipeline")
    })?;
    let targets = targets(arguments, &source)?;
    let compiled = |files: &ImportedFiles| compile(arguments, &targets, kind, files);
    let asked = ImportInput { text: &source, root, kind, file, derive_roles: arguments.derive_roles };
    let result = import(asked, targets.resources_from_root.as_str(), &|files| built(&compiled(files).ok()?));
    let compilation = compiled(&result.files).map_err(|error| text(&error))?;
    let written = write(arguments, &targets, &result.files)?;
    if written != Outcome::Clean {
        return Ok(written);
    }
    let checked = reporting::print_problems(&compilation);
    Ok(checked.max(report(&shown, &result)))
}

/// Returns the build output of a compilation, even if it has errors.
fn built(compilation: &Compilation) -> Option<BuiltImport> {
    let lacks = |found: &Diagnostic| matches!(found.code, Code::E0207 | Code::E0210);
    let in_pipeline = |label: &&Label| compilation.sources().file(label.span.file).path().extension() == Some("pipe");
    let error = |found: &Diagnostic| {
        let labels = std::iter::once(&found.primary).chain(&found.secondary).filter(in_pipeline);
        let positions = labels.map(|label| label.span.range().start).collect();
        BuiltError { text: format!("{}: {}", found.code, found.message), positions }
    };
    let errors = compilation.diagnostics().iter().filter(|found| found.severity == Severity::Error).map(error);
    Some(BuiltImport {
        json: compilation.draft()?,
        lacks_files: compilation.diagnostics().iter().any(lacks),
        errors: errors.collect(),
    })
}

/// Returns the tree of a document that can be parsed.
fn root_of<'d>(shown: &str, document: &'d Document, sources: &SourceMap) -> Result<&'d Node, String> {
    match (&document.error, &document.root) {
        (Some(error), _) => {
            let line = sources.file(error.span.file).text().get(..error.span.range().start);
            let line = line.map_or(1, |before| before.matches('\n').count() + 1);
            Err(format!("{shown} cannot be read: {} (line {line})", error.message))
        }
        (None, Some(root)) => Ok(root),
        (None, None) => Err(format!("{shown} is empty")),
    }
}

fn targets(arguments: &Arguments, source: &str) -> Result<Targets, String> {
    let output = arguments.output.as_deref().filter(|path| output::is_file(Some(path)));
    let pipeline = match output {
        Some(path) if path.extension() == Some("pipe") => path.to_owned(),
        Some(path) => return Err(format!("{} does not end in .pipe", tick(path.as_str()))),
        None => "imported.pipe".into(),
    };
    let extension = if source.trim_start().starts_with('{') { "json" } else { "yaml" };
    let resources = pipeline.with_extension(format!("resources.{extension}"));
    let root = project::find_root(&pipeline, arguments.root.as_deref()).map_err(|error| error.to_string())?;
    let folder = pipeline.parent().filter(|folder| *folder != "").unwrap_or(".".into());
    let folder = real_path(folder).map_err(|error| InputError::new(folder, input::reason(&error)).to_string())?;
    let from_root = folder.strip_prefix(&root).unwrap_or("".into()).join(resources.file_name().unwrap_or_default());
    let from_root = slashed(&from_root);
    for path in [&pipeline, &resources] {
        if output.is_some() && !arguments.force && path.exists() {
            return Err(format!(
                "{} exists; choose another output file, or replace it with `--force`",
                tick(path.as_str())
            ));
        }
    }
    Ok(Targets { pipeline, resources, resources_from_root: from_root })
}

fn compile(
    arguments: &Arguments,
    targets: &Targets,
    kind: DocumentKind,
    files: &ImportedFiles,
) -> Result<Compilation, InputError> {
    let target = match kind {
        DocumentKind::Template => Target::Cloudformation,
        DocumentKind::Definition => Target::Codepipeline,
    };
    let request = Request { target, ..Request::default() };
    let resources = files.resources.iter().map(|text| (targets.resources_from_root.clone(), text.clone()));
    let changed: BTreeMap<Utf8PathBuf, String> = resources.collect();
    project::compile_over(&targets.pipeline, &files.pipeline, arguments.root.as_deref(), &request, changed)
}

/// Writes the files, or prints the pipeline.
fn write(arguments: &Arguments, targets: &Targets, files: &ImportedFiles) -> Result<Outcome, String> {
    if !output::is_file(arguments.output.as_deref()) {
        let outcome = output::deliver(&files.pipeline, None);
        if files.resources.is_some() {
            let name = tick(targets.resources.as_str());
            terminal::say(&format!(
                "the rest of the template is not printed; with `-o`, it is written to a file such as {name}\n"
            ));
        }
        return Ok(outcome);
    }
    let root = project::find_root(&targets.pipeline, arguments.root.as_deref()).map_err(|error| error.to_string())?;
    let deliver = |text: &str, path: &Utf8Path| output::deliver_from(text, Some(path), Some(&root));
    if let Some(resources) = &files.resources {
        let outcome = deliver(resources, &targets.resources);
        if outcome != Outcome::Clean {
            return Ok(outcome);
        }
    }
    Ok(deliver(&files.pipeline, &targets.pipeline))
}

/// Returns a description of the results for the roles that should be derived.
fn roles(result: &Import) -> String {
    let mut text = String::new();
    for (role, outcome) in &result.roles {
        match outcome {
            RoleOutcome::Kept(reason) => {
                let _ = writeln!(text, "role {} stays: {}", tick(role), printable(reason));
            }
            RoleOutcome::Derived(differences) if differences.is_empty() => {
                let _ = writeln!(text, "role {} is derived, with the same permissions", tick(role));
            }
            RoleOutcome::Derived(differences) => {
                let _ = writeln!(text, "role {} is derived; its permissions differ:", tick(role));
                for difference in differences {
                    let _ = writeln!(text, "  {}", printable(&permission(difference)));
                }
            }
        }
    }
    text
}

/// Returns a line such as `+ allow [action] on resource`.
fn permission(difference: &Difference) -> String {
    let value = difference.after.as_ref().or(difference.before.as_ref());
    let part = |key: &str| value.and_then(|value| value.get(key)).map(ToString::to_string).unwrap_or_default();
    let when = Some(part("when")).filter(|when| !when.is_empty()).map(|when| format!(" when {when}"));
    let (sign, when) = (difference.change.sign(), when.unwrap_or_default());
    format!("{sign} {} {} on {}{when}", part("effect"), part("actions"), part("on"))
}

/// Prints whether the result builds what the input defines.
fn report(shown: &str, result: &Import) -> Outcome {
    terminal::say(&roles(result));
    let Some(comparison) = &result.comparison else {
        terminal::error(&format!("the import of {shown} cannot be compared, because it does not build"));
        return Outcome::Faulty;
    };
    if comparison.differences.is_empty() {
        terminal::say(&format!("the result is equivalent to {shown}\n"));
        return Outcome::Clean;
    }
    terminal::say(&differences(shown, comparison));
    Outcome::Faulty
}

fn differences(shown: &str, comparison: &Comparison) -> String {
    let all = &comparison.differences;
    let mut text = format!("{} between {shown} and the import:\n", count(all.len(), "difference"));
    for difference in all {
        let _ = writeln!(text, "  {}", printable(&line(difference)));
    }
    text
}

fn line(difference: &Difference) -> String {
    let parts: Vec<String> =
        difference.parts.iter().map(|part| format!("{} {}", part.kind.word(), tick(&part.name))).collect();
    let value =
        |value: &Option<crate::compare::NormalValue>| value.as_ref().map_or_else(String::new, ToString::to_string);
    let (before, after) = (value(&difference.before), value(&difference.after));
    let (sign, path) = (difference.change.sign(), difference.path());
    format!("{sign} {}: {path}: {before} -> {after}", parts.join(", "))
}
