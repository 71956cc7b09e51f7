//! E0210, E0211, W0216, W0221: buildspecs and templates that do not exist, are something else, or contain a key twice.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::absent_files::{Absence, absence};
use crate::check::support::required_files::{Asked, clean, is_pipeline_file, not_in_folder};
use crate::check::support::source_folder::missing_checkout;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{
    Action, ActionId, ArtifactId, Entity, Input, Ownership, Pipeline, PipelineId, Project, ProjectBuildspec, ProjectId,
    Value,
};
use crate::plan::DeployedTemplate;
use crate::plan::repository::{self, BuildspecPlace, StatedBy};
use crate::source::Span;
use crate::workspace::Workspace;
use crate::workspace::buildspec::Buildspec;
use crate::workspace::document::{Finding, SyntaxError, first_alias};
use crate::workspace::file_system::FileError;
use crate::workspace::template::Template;

pub(super) const RULE: Rule =
    Rule { name: "repository-files", codes: &[Code::E0210, Code::E0211, Code::W0216, Code::W0221], run: check };

/// Checks the files that builds and deployments need.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for (index, pipeline) in subject.hir.pipelines.entries() {
        for (id, action) in pipeline.actions() {
            let asking = Asking {
                pipeline,
                project: action.project(),
                primary: repository::primary_input(action),
                inputs: &action.inputs,
                own: action.value("BuildspecOverride"),
                span: action.name.span,
            };
            buildspec(subject, repository::buildspec(subject.hir, pipeline, action), asking, findings);
            template(subject, action, &mut seen, findings);
            packaged(subject, (index, id), action, &mut seen, findings);
        }
        for rule in pipeline.rules() {
            let primary = repository::primary_input_of_rule(rule);
            let asking =
                Asking { pipeline, project: rule.project(), primary, inputs: &rule.inputs, own: None, span: rule.span };
            buildspec(subject, repository::buildspec_of_rule(subject.hir, pipeline, rule), asking, findings);
        }
    }
}

/// A user of a buildspec: an action or a rule of a condition.
#[derive(Clone, Copy)]
struct Asking<'a> {
    pipeline: &'a Pipeline,
    project: Option<ProjectId>,
    primary: Option<ArtifactId>,
    inputs: &'a [Input],
    /// The attribute of the action that names the buildspec.
    own: Option<&'a Value>,
    span: Span,
}

impl Asking<'_> {
    /// Returns the path of the buildspec in the primary input, and the span that names it.
    fn path(&self, subject: &Subject<'_>) -> Option<(String, Option<Span>)> {
        let found = match self.own {
            Some(value) => (value.as_str()?.to_owned(), Some(value.span)),
            None => match subject.hir.projects.get(self.project?).filter(|project| is_known(project))?.buildspec() {
                ProjectBuildspec::Default => ("buildspec.yml".to_owned(), None),
                ProjectBuildspec::Path(path) => (path.node.as_literal()?.to_owned(), Some(path.span)),
                ProjectBuildspec::Inline(_) => return None,
            },
        };
        Some(found).filter(|(path, _)| !path.starts_with("arn:") && !path.contains('\n'))
    }
}

fn buildspec(subject: &Subject<'_>, place: Option<BuildspecPlace>, asking: Asking<'_>, findings: &mut Findings) {
    let project = asking.project.map(|project| subject.hir.declared_at(Entity::Project(project)));
    let (build, shown, place) = match place {
        None => return in_built_artifact(subject, asking, findings),
        Some(BuildspecPlace::Inline(text, place)) => {
            (subject.workspace.inline_build(&text, place), "the inline buildspec".to_owned(), place)
        }
        Some(BuildspecPlace::File { path, named }) => match subject.workspace.build(&path) {
            Ok(build) => (build, tick(clean(&path).as_str()), named.or(project).unwrap_or(asking.span)),
            Err(error) => {
                let place = named.or(project).unwrap_or(asking.span);
                let source = asking.primary.and_then(|input| asking.pipeline.artifacts.get(input));
                let source = source.and_then(|artifact| asking.pipeline.actions.get(artifact.producer));
                if source.is_some_and(|source| missing_checkout(subject, source).is_some()) {
                    return;
                }
                let folder = asking.primary.and_then(|input| repository::checkout(asking.pipeline, input));
                let asked = Asked { kind: "buildspec", path, place, named: named.is_some(), quoted: true };
                findings.push(asked.unreadable(subject.workspace, folder.unwrap_or(Utf8Path::new("")), &error));
                return;
            }
        },
    };
    let error = build.spec.error.as_ref();
    findings.extend(error.map(|error| {
        let cause = (error.unfinished_key, error.in_special_item);
        family::buildspec_not_parsed(&shown, &error.message, error.span, cause)
    }));
    if holds_nothing(&build.spec) {
        findings.push(no_buildspec(&shown, place));
    }
    repeated(&build.spec.findings, findings);
}

/// Returns whether the buildspec of a project is the one in its declaration.
fn is_known(project: &Project) -> bool {
    let declaration = &project.declaration;
    !declaration.incomplete && declaration.ownership == Ownership::Owned && declaration.raw().is_none()
}

/// The maximum number of inputs of a build.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html> (2026-11-30)
const MOST_INPUTS: usize = 5;

/// Checks a buildspec in an artifact of another build, whose files are known.
fn in_built_artifact(subject: &Subject<'_>, asking: Asking<'_>, findings: &mut Findings) {
    let Some((path, named)) = asking.path(subject) else { return };
    let Some(primary) = asking.primary.filter(|id| repository::checkout(asking.pipeline, *id).is_none()) else {
        return;
    };
    let Some((id, _)) = subject.hir.pipelines.entries().find(|(_, pipeline)| std::ptr::eq(*pipeline, asking.pipeline))
    else {
        return;
    };
    let contents = subject.action_files.contents(id, primary);
    if !matches!(contents.stated_by, StatedBy::Buildspec(_) | StatedBy::Declared | StatedBy::Type) {
        return;
    }
    let clean_path = clean(Utf8Path::new(&path));
    let certain = match absence(subject, id, primary, clean_path.as_str()) {
        Some(Absence::Certain(_)) => true,
        // A program that no command describes would have to copy it.
        _ if is_only_in_source(subject, (id, primary), &clean_path) => false,
        _ => return,
    };
    let artifact = asking.pipeline.artifact(primary).name.as_str();
    let place = asking.inputs.iter().find(|input| input.artifact == primary).map_or(asking.span, |input| input.span);
    // Without the file in the source, only a build can add it to its artifact.
    let in_source = |id: &ArtifactId| {
        let folder = repository::checkout(asking.pipeline, *id);
        folder.is_some_and(|folder| subject.workspace.files().is_file(&folder.join(&clean_path)))
    };
    let other = asking
        .inputs
        .iter()
        .find(|input| in_source(&input.artifact))
        .map(|input| asking.pipeline.artifact(input.artifact).name.as_str());
    let of_source = source_of(asking.pipeline, primary).filter(|id| !certain || in_source(id));
    let of_source =
        of_source.filter(|_| asking.inputs.len() < MOST_INPUTS).map(|id| asking.pipeline.artifact(id).name.as_str());
    let found = not_in_primary((clean_path.as_str(), certain), artifact, place, named);
    findings.push(match other.or(of_source) {
        Some(other) => {
            let inputs = asking.inputs.iter().map(|input| asking.pipeline.artifact(input.artifact).name.as_str());
            let all: Vec<&str> = std::iter::once(other).chain(inputs.filter(|name| *name != other)).collect();
            found.help(phrase![format!("`{other}` contains it: write "), PipeCode::from_artifact(all.join(", "))])
        }
        None if contents.stated_by == StatedBy::Type => {
            found.help("name the source that contains the buildspec first after `from`")
        }
        None => found.help(format!("add `{clean_path}` to the files of `{artifact}`")),
    });
}

/// Returns the primary input of the build that makes an artifact.
fn source_of(pipeline: &Pipeline, artifact: ArtifactId) -> Option<ArtifactId> {
    repository::primary_input(pipeline.actions.get(pipeline.artifacts.get(artifact)?.producer)?)
}

/// Returns whether the source of the build that makes an artifact contains a file, but not in the folder that the artifact
/// starts at, and no command names it.
fn is_only_in_source(subject: &Subject<'_>, (id, artifact): (PipelineId, ArtifactId), path: &Utf8Path) -> bool {
    let pipeline = &subject.hir.pipelines[id];
    let in_source = || {
        let folder = repository::checkout(pipeline, source_of(pipeline, artifact)?)?;
        let producer = pipeline.artifacts.get(artifact)?.producer;
        let build = subject.action_files.build(id, producer)?;
        let files = &subject.action_files.contents(id, artifact).files;
        let paths = files.build_paths(path.as_str());
        let is_there = |path: &Utf8Path| subject.workspace.files().is_file(&folder.join(path));
        let first = path.components().next()?;
        let copies = |text: &str| {
            ["cp ", "mv ", "rsync "].iter().any(|word| text.contains(word)) && text.contains(first.as_str())
        };
        let named = build.mentions(path.file_name()?) || build.spec.commands().any(|command| copies(&command.text));
        Some(is_there(path) && !named && !paths.is_empty() && !paths.iter().any(|it| is_there(it)))
    };
    in_source().unwrap_or(false)
}

/// Returns whether a file is readable but contains nothing of a buildspec.
fn holds_nothing(spec: &Buildspec) -> bool {
    let named = spec.version.is_some() || !spec.phases.is_empty() || spec.artifacts.is_some();
    spec.error.is_none() && !named && spec.malformed.iter().all(|malformed| malformed.path.is_empty())
}

fn template(subject: &Subject<'_>, action: &Action, seen: &mut Vec<Utf8PathBuf>, findings: &mut Findings) {
    let workspace = subject.workspace;
    let Some(origin) = &action.template_origin else { return };
    match workspace.template(Utf8Path::new(&origin.node)) {
        Ok(template) => report_template(&template, &origin.node, origin.span, seen, findings),
        Err(error) => {
            let path = Utf8Path::new(&origin.node);
            let kind = if is_pipeline_file(path) { "pipeline file" } else { "template" };
            let asked = Asked {
                kind,
                path: path.to_owned(),
                place: origin.span,
                named: true,
                quoted: subject.written(origin.span).quote().is_some(),
            };
            findings.push(asked.unreadable(workspace, Utf8Path::new(""), &error));
        }
    }
}

/// Checks the template that a packaging command reads. The build itself may write it, so only a similar path is
/// certainly a typo.
fn packaged(
    subject: &Subject<'_>,
    (pipeline, id): (PipelineId, ActionId),
    action: &Action,
    seen: &mut Vec<Utf8PathBuf>,
    findings: &mut Findings,
) {
    if action.template_origin.is_some() || action.incomplete {
        return;
    }
    match subject.action_files.template(pipeline, id) {
        DeployedTemplate::Found { path, template, packaging } => {
            let place = action.value("TemplatePath").map_or(action.name.span, |value| value.span);
            report_template(template, path.as_str(), place, seen, findings);
            // Packaging replaces aliases with their values.
            let alias = first_alias(&template.findings).filter(|_| packaging.is_none() && template.error.is_none());
            findings.extend(alias.map(|alias| alias_in_template(path.as_str(), alias)));
        }
        DeployedTemplate::Missing(path, place) => {
            // A missing file is reported with the files of the artifact. A file that cannot be read is reported here.
            if let Some(error) = workspace_refuses(subject.workspace, path) {
                let asked = Asked { kind: "template", path: path.clone(), place: *place, named: true, quoted: true };
                findings.push(asked.unreadable(subject.workspace, Utf8Path::new(""), &error));
                return;
            }
            let in_pipe = action.span.file == place.file;
            let tracked = subject.workspace.files().tracked();
            let near = similar(path.as_str(), tracked.keys().map(|path| path.as_str()));
            if let (Some(near), false) = (near, in_pipe) {
                let missing = not_in_folder(path, tracked.keys().map(Utf8PathBuf::as_path));
                findings.push(no_packaged_template(path.as_str(), *place, missing, near));
            }
        }
        _ => {}
    }
}

fn workspace_refuses(workspace: &Workspace, path: &Utf8Path) -> Option<FileError> {
    workspace.template(path).err().filter(|error| !matches!(error, FileError::NotFound | FileError::IsDirectory))
}

/// Reports the problems of a template as a whole, once for all actions that deploy it.
fn report_template(template: &Template, path: &str, place: Span, seen: &mut Vec<Utf8PathBuf>, findings: &mut Findings) {
    if template.error.is_none() && !template.has_resources && !seen.iter().any(|known| known == path) {
        seen.push(Utf8PathBuf::from(path));
        let near = template.unknown_sections.iter().find(|section| similar(section.as_str(), ["Resources"]).is_some());
        findings.push(match near {
            Some(section) => misspelled_resources(path, section.span, place),
            None => family::no_template(path, place),
        });
    }
    report(template.error.as_ref(), &format!("template {}", tick(path)), findings);
    repeated(&template.findings, findings);
}

fn repeated(of_file: &[Finding], findings: &mut Findings) {
    for finding in of_file {
        if let Finding::DuplicateKey { key, first } = finding {
            findings.push(family::repeated_key(key, *first));
        }
    }
}

fn report(error: Option<&SyntaxError>, shown: &str, findings: &mut Findings) {
    findings.extend(error.map(|error| family::not_parsed(shown, &error.message, error.span, error.unfinished_key)));
}

/// A template that a command of a build reads but that is not in the repository.
fn no_packaged_template(path: &str, place: Span, missing: String, near: &str) -> Diagnostic {
    Diagnostic::new(Code::E0210, format!("template `{path}` not found"), place, missing).did_you_mean(near)
}

/// A readable file, or inline text, that is not a buildspec. `shown` is the path in backticks, or a description of the
/// text.
fn no_buildspec(shown: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("{shown} is not a buildspec"), place, "has neither `version` nor `phases`")
}

/// A template whose section of resources has a typo.
fn misspelled_resources(path: &str, section: Span, deployed: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("template `{path}` has no section `Resources`"), section, "")
        .label(deployed, "deployed here")
        .did_you_mean("Resources")
}

/// A template with YAML that CloudFormation does not support.
fn alias_in_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0211,
        format!("template `{path}` uses a YAML alias"),
        place,
        "not supported by CloudFormation",
    )
    .note("AWS: \"YAML aliases are not allowed in CloudFormation templates\"")
    .help("replace the alias with its value, or package the template in a build, which replaces aliases")
}

/// A buildspec that the primary source does not contain.
fn not_in_primary((path, certain): (&str, bool), artifact: &str, place: Span, named: Option<Span>) -> Diagnostic {
    let says = "CodeBuild looks for the buildspec here";
    let diagnostic = if certain {
        let message = format!("buildspec `{path}` is not in `{artifact}`, the primary source");
        Diagnostic::new(Code::E0210, message, place, says)
    } else {
        Diagnostic::new(Code::W0221, format!("nothing writes buildspec `{path}` to `{artifact}`"), place, says)
    };
    match named {
        Some(named) => diagnostic.label(named, "named here"),
        None => diagnostic,
    }
}
