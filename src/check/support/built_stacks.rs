//! The stacks that the commands of a build deploy: `aws cloudformation deploy`, `sam deploy`.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::Place;
use crate::check::support::source_folder::SourceFolder;
use crate::hir::{ArtifactFile, ArtifactId, Text};
use crate::plan::{ActionFiles, DeployedTemplate, repository};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{GivenValue, INPUT_FOLDER, Invocation, TemplateOrigin};
use crate::workspace::shell::WordPart;
use crate::workspace::template::Template;

/// The options that name the template.
const TEMPLATE: [&str; 3] = ["--template-file", "--template", "-t"];

/// What `sam deploy` reads without such an option.
const DEFAULTS: [&str; 3] = [".aws-sam/build/template.yaml", "template.yaml", "template.yml"];

/// The files with options for `sam`.
const CONFIGURATIONS: [&str; 3] = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// A stack that a command deploys.
pub(in crate::check) struct BuiltStack<'a> {
    pub call: &'a Invocation,
    /// The path of the template from the root.
    pub path: Utf8PathBuf,
    pub template: Arc<Template>,
}

/// The parameters that a command sets: names, and literal values.
pub(in crate::check) struct Overrides {
    pub values: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// Whether these are all.
    pub all_known: bool,
}

impl<'a> BuiltStack<'a> {
    /// Returns the stack that a command deploys, if its template is in the repository.
    pub(in crate::check) fn of(
        action_files: &ActionFiles<'_>,
        place: Place<'_>,
        source: Option<&SourceFolder<'_>>,
        (build, call): (&Build, &'a Invocation),
    ) -> Option<Self> {
        let is_sam = match (call.program.as_str(), call.operation(2).as_slice()) {
            ("aws", ["cloudformation", "deploy"]) => false,
            ("sam", ["deploy", ..]) => true,
            _ => return None,
        };
        let finder = Finder { action_files, place, source, build, call };
        let configured = |name: &str| finder.here().is_some_and(|(source, folder)| source.has_file(&folder.join(name)));
        if is_sam && (call.has("--config-file") || CONFIGURATIONS.iter().any(|name| configured(name))) {
            return None;
        }
        let (path, template) = match TEMPLATE.iter().find_map(|option| call.option(option)) {
            Some(given) => finder.named(&given)?,
            None if is_sam => DEFAULTS.iter().find_map(|name| finder.in_folder(name, call.span))?,
            None => return None,
        };
        template.declares_all_names().then_some(Self { call, path, template })
    }

    /// Returns the parameters that the command sets.
    pub(in crate::check) fn overrides(&self) -> Overrides {
        let mut found = Overrides { values: Vec::new(), all_known: true };
        for given in self.call.values_of("--parameter-overrides") {
            let Some(WordPart::Text(first)) = given.parts.first() else {
                found.all_known = false;
                continue;
            };
            match first.split_once('=') {
                Some((name, value)) if name != "ParameterKey" && !first.contains([' ', '\n']) => {
                    let value = matches!(given.parts.as_slice(), [_]).then(|| end_of(given.whole, value));
                    found.values.push((Spanned::new(name.to_owned(), given.whole), value));
                }
                _ => found.all_known = false,
            }
        }
        found
    }
}

/// Returns a value at the end of a word.
fn end_of(word: Span, value: &str) -> Spanned<String> {
    let range = word.range();
    let start = range.end.saturating_sub(value.len()).max(range.start);
    Spanned::new(value.to_owned(), Span::new(word.file, start, range.end))
}

/// Finds the template of a command.
struct Finder<'a, 's> {
    action_files: &'a ActionFiles<'s>,
    place: Place<'a>,
    source: Option<&'a SourceFolder<'s>>,
    build: &'a Build,
    call: &'a Invocation,
}

type Found = (Utf8PathBuf, Arc<Template>);

impl Finder<'_, '_> {
    /// Returns the source, and the folder in it that the command runs in.
    fn here(&self) -> Option<(&SourceFolder<'_>, &Utf8Path)> {
        Some((self.source?, self.call.directory.as_deref()?))
    }

    fn named(&self, given: &GivenValue) -> Option<Found> {
        match given.parts.as_slice() {
            [WordPart::Text(path)] if !path.starts_with(['/', '~']) => self.in_folder(path, given.whole),
            [WordPart::Variable(name), WordPart::Text(path)] => {
                let artifact = name.strip_prefix(INPUT_FOLDER)?;
                self.in_artifact(artifact, Utf8Path::new(path.strip_prefix('/')?), given.whole)
            }
            _ => None,
        }
    }

    /// Returns the template at a path in the folder that the command runs in.
    fn in_folder(&self, path: &str, place: Span) -> Option<Found> {
        if let Some((artifact, folder)) = &self.call.input {
            return self.in_artifact(artifact, &folder.join(path), place);
        }
        let (source, folder) = self.here()?;
        let path = normalize(&folder.join(path)).ok()?;
        let file = match self.build.commands.template_origin(&path) {
            Some(TemplateOrigin::Files(files)) => files.into_iter().find(|path| source.has_file(path))?,
            Some(TemplateOrigin::Synthesized) => return None,
            None => Some(path).filter(|path| source.has_file(path))?,
        };
        let path = source.folder.join(file);
        let template = self.action_files.workspace.template(&path).ok()?;
        Some((path, template))
    }

    fn in_artifact(&self, name: &str, path: &Utf8Path, place: Span) -> Option<Found> {
        let primary = repository::primary_input(self.place.action);
        let mut others = self.place.action.inputs.iter().map(|input| input.artifact).filter(|id| Some(*id) != primary);
        let id: ArtifactId = others.find(|id| self.place.pipeline.artifact(*id).name.node == name)?;
        let path = normalize(path).ok()?;
        let text = Text::literal(path.as_str(), place);
        let file = ArtifactFile { artifact: Some(id), artifact_span: place, path: text, path_span: place };
        match self.action_files.template_in(self.place.pipeline_id, &file)? {
            DeployedTemplate::Found { path, template, .. } => Some((path, template)),
            _ => None,
        }
    }
}
