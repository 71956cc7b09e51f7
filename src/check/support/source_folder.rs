//! The folder of the repository that a build works in.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::seen_builds::SeenBuilds;
use crate::catalog::Slot;
use crate::check::{Place, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar_path};
use crate::hir::Action;
use crate::plan::repository;
use crate::source::{FileId, Span, Spanned};
use crate::workspace::docker_ignore::DockerIgnore;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::file_system::{Tracked, holds, inside, normalize};
use crate::workspace::packaging::{DockerBuild, InputKind, LostResult, PackageScript, is_for_results, lost_results_of};
use crate::workspace::{Build, Workspace};

/// The minimum length of the start of a name that is an abbreviation of it.
const SHORTEST_START: usize = 4;

/// The folder, and its contents.
#[derive(Clone)]
pub(in crate::check) struct SourceFolder<'a> {
    pub workspace: &'a Workspace,
    pub files: Arc<Tracked>,
    pub folder: Utf8PathBuf,
}

/// Calls `visit` with each build whose buildspec is written and whose source is a folder of the repository, once.
pub(in crate::check) fn each_build_in_source<'a>(
    subject: &Subject<'a>,
    mut visit: impl FnMut(&'a Arc<Build>, &SourceFolder<'a>),
) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete && subject.document.is_none()) {
        let Some(source) = SourceFolder::of(subject, place) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if repository::is_sound(build) && !build.spec.computed && seen.is_new(build) {
                visit(build, &source);
            }
        }
    }
}

impl<'a> SourceFolder<'a> {
    /// Returns the folder of an action, or `None` if its primary input is not a checkout of the repository.
    pub fn of(subject: &Subject<'a>, place: Place<'_>) -> Option<Self> {
        let folder = repository::checkout(place.pipeline, repository::primary_input(place.action)?)?;
        let folder = normalize(folder).ok()?;
        let files = subject.workspace.files().tracked();
        holds(&files, &folder).then_some(Self { workspace: subject.workspace, files, folder })
    }

    /// Returns whether it contains a file or a folder. The path is relative to it.
    pub fn holds(&self, path: &Utf8Path) -> bool {
        holds(&self.files, &self.folder.join(path))
    }

    /// Returns whether it contains a file.
    pub fn has_file(&self, path: &Utf8Path) -> bool {
        self.files.contains_key(&self.folder.join(path))
    }

    /// Returns the files in it with a name.
    pub fn files_named<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f Utf8Path> {
        inside(&self.files, &self.folder).filter(move |path| path.file_name() == Some(name))
    }

    /// Returns the shell scripts of the repository that the commands of a build always run, each once.
    pub fn shell_scripts(&self, build: &Build) -> Vec<Build> {
        let mut seen: Vec<&Utf8Path> = Vec::new();
        let mut found = Vec::new();
        for input in build.commands.inputs.iter().filter(|input| input.kind == InputKind::Script) {
            let path = input.path.as_path();
            let is_own = self.has_file(path) && path.extension() == Some("sh");
            if is_own && !seen.contains(&path) {
                seen.push(path);
                found.extend(self.read(path).map(|(file, text)| build.of_script(&text, file)));
            }
        }
        found
    }

    /// Returns the results that the scripts of a `package.json` lose, each with the span that names the script in a command.
    pub fn lost_in_package_scripts(&self, build: &Build) -> Vec<(LostResult, Span)> {
        let lost = |script: &PackageScript| {
            let package = normalize(&script.folder.join("package.json")).ok()?;
            let document = self.workspace.document(&self.folder.join(&package)).ok()?;
            let text = document.root.as_ref()?.get("scripts")?.get(&script.name.node)?.spanned()?;
            Some(lost_results_of(&text).into_iter().map(|lost| (lost, script.name.span)).collect::<Vec<_>>())
        };
        build.commands.package_scripts.iter().filter_map(lost).flatten().collect()
    }

    /// Returns the text of a file in it.
    pub fn read(&self, path: &Utf8Path) -> Option<(FileId, Arc<str>)> {
        let file = self.workspace.load(&self.folder.join(path)).ok()?;
        Some((file, self.workspace.text(file)))
    }

    /// Returns the files directly in one of its folders.
    pub fn directly_in<'f>(&'f self, path: &Utf8Path) -> impl Iterator<Item = &'f Utf8Path> {
        let folder = normalize(&self.folder.join(path)).unwrap_or_default();
        let files = self.files.keys().filter(move |file| file.parent() == Some(folder.as_path()));
        files.filter_map(|file| file.strip_prefix(&self.folder).ok())
    }

    /// Returns a file that is probably meant: in the same folder, or with the same name.
    pub fn near_file(&self, path: &Utf8Path) -> Option<&str> {
        similar_path(path.as_str(), inside(&self.files, &self.folder).map(Utf8Path::as_str)).filter(|near| {
            let near = Utf8Path::new(near);
            near.parent() == path.parent() || near.file_name() == path.file_name()
        })
    }

    /// Returns a folder that is probably meant. Folders that programs fill are not compared.
    pub fn near_folder(&self, path: &Utf8Path) -> Option<&str> {
        if path.file_name().is_some_and(is_for_results) {
            return None;
        }
        similar_path(path.as_str(), self.folders().map(Utf8Path::as_str))
            .filter(|near| Utf8Path::new(near).parent() == path.parent())
    }

    /// Returns the only folder whose name a path abbreviates: `tests/integration` for `tests/integ`.
    pub fn abbreviated_folder(&self, path: &Utf8Path) -> Option<&str> {
        let name = path.file_name().filter(|name| name.len() >= SHORTEST_START && !is_for_results(name))?;
        let begins = |folder: &&Utf8Path| {
            folder.parent() == path.parent() && folder.file_name().is_some_and(|full| full.starts_with(name))
        };
        let mut fitting: Vec<&Utf8Path> = self.folders().filter(begins).collect();
        fitting.dedup();
        if let [only] = fitting.as_slice() { Some(only.as_str()) } else { None }
    }

    /// Returns the folders, from this one, that contain a file with this name.
    pub fn folders_with(&self, name: &str) -> Vec<Utf8PathBuf> {
        let named = self.files.keys().filter(|file| file.file_name() == Some(name));
        let inside = named.filter_map(|file| Some(file.strip_prefix(&self.folder).ok()?.parent()?.to_owned()));
        inside.filter(|folder| !folder.as_str().is_empty()).collect()
    }

    /// Returns the folders in it, in order. One may occur several times.
    fn folders(&self) -> impl Iterator<Item = &Utf8Path> {
        let files = inside(&self.files, &self.folder);
        files.flat_map(|file| file.ancestors().skip(1)).filter(|folder| !folder.as_str().is_empty())
    }

    /// The files that Docker does not see; a list beside the Dockerfile comes first.
    pub fn docker_ignore(&self, image: &DockerBuild) -> DockerIgnore {
        let beside = Utf8PathBuf::from(format!("{}.dockerignore", image.file.0));
        let read = self.read(&beside).or_else(|| self.read(&image.context.0.join(".dockerignore")));
        read.map(|(file, text)| DockerIgnore::parse(&text, file)).unwrap_or_default()
    }

    /// Returns the Dockerfile of an image that a command builds.
    pub fn dockerfile(&self, image: &DockerBuild) -> Option<Dockerfile> {
        let (file, text) = self.read(&image.file.0)?;
        Dockerfile::parse(&text, file)
    }
}

/// Returns whether a build mentions a name more often than it reads files with that name, so that something may create
/// one.
pub(in crate::check) fn may_be_made(build: &Build, name: &str, reads: usize) -> bool {
    build.count_word(name) > reads || build.installs(Utf8Path::new(name))
}

/// Returns whether a program may create a file from the one with a similar name: compilers change the extension, and
/// few add more than a prefix such as `lib`.
pub(in crate::check) fn may_be_compiled(path: &Utf8Path, near: &Utf8Path) -> bool {
    let extension = |path: &Utf8Path| path.extension().map(str::to_ascii_lowercase);
    extension(path) != extension(near) || !is_misspelling(path.as_str(), near.as_str())
}

/// The Dockerfile of the image that an action builds, and the place that names its folder.
pub(in crate::check) struct ActionDockerfile {
    pub path: Utf8PathBuf,
    pub span: Option<Span>,
}

/// Which Dockerfile an action builds, by the slot for its folder; none if that is known only later.
pub(in crate::check) fn dockerfile_of(action: &Action, slot: &Slot) -> Option<ActionDockerfile> {
    let Some(value) = slot.key.as_deref().and_then(|key| action.value(key)) else {
        return Some(ActionDockerfile { path: "Dockerfile".into(), span: None });
    };
    let text = value.as_str().filter(|text| !text.contains(['$', '#']))?;
    let folder = normalize(Utf8Path::new(text.trim_start_matches('/'))).ok()?;
    // Some name the file.
    let is_file = folder.file_name().is_some_and(|name| name.to_ascii_lowercase().contains("dockerfile"));
    let path = if is_file { folder } else { folder.join("Dockerfile") };
    Some(ActionDockerfile { path, span: Some(value.span) })
}

/// The folder that a source names and the repository does not have.
pub(in crate::check) fn missing_checkout<'a>(subject: &Subject<'_>, source: &'a Action) -> Option<&'a Spanned<String>> {
    let named = source.checkout.as_ref().filter(|_| subject.document.is_none())?;
    let folder = normalize(Utf8Path::new(&named.node)).ok().filter(|folder| !folder.as_str().is_empty())?;
    let files = subject.workspace.files().tracked();
    (!files.is_empty() && !holds(&files, &folder)).then_some(named)
}
