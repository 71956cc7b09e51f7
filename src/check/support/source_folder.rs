//! The folder of the repository that a build works in.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::{Place, Subject};
use crate::diagnostic::suggest::similar_path;
use crate::hir::Action;
use crate::plan::repository;
use crate::source::{FileId, Spanned};
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::file_system::{Tracked, holds, normalize};
use crate::workspace::packaging::DockerBuild;
use crate::workspace::{Build, Workspace};

/// The folder, and its contents.
#[derive(Clone)]
pub(in crate::check) struct SourceFolder<'a> {
    pub workspace: &'a Workspace,
    pub files: Arc<Tracked>,
    pub folder: Utf8PathBuf,
}

/// Folders that programs fill. They are not compared with folders of similar names.
const OUTPUTS: [&str; 12] = [
    "bin",
    "build",
    "cdk.out",
    "coverage",
    "dist",
    "lib",
    "node_modules",
    "out",
    "output",
    "public",
    "reports",
    "target",
];

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
        let inside = self.files.keys().filter_map(|file| file.strip_prefix(&self.folder).ok()).map(Utf8Path::as_str);
        similar_path(path.as_str(), inside).filter(|near| {
            let near = Utf8Path::new(near);
            near.parent() == path.parent() || near.file_name() == path.file_name()
        })
    }

    /// Returns a folder that is probably meant.
    pub fn near_folder(&self, path: &Utf8Path) -> Option<&str> {
        if path.file_name().is_some_and(|name| OUTPUTS.contains(&name)) {
            return None;
        }
        let inside = self.files.keys().filter_map(|file| file.strip_prefix(&self.folder).ok());
        let folders = inside.flat_map(|file| file.ancestors().skip(1)).filter(|folder| !folder.as_str().is_empty());
        similar_path(path.as_str(), folders.map(Utf8Path::as_str))
            .filter(|near| Utf8Path::new(near).parent() == path.parent())
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
    let mentions: usize = build.spec.commands().map(|command| command.text.matches(name).count()).sum();
    mentions > reads
}

/// The folder that a source names and the repository does not have.
pub(in crate::check) fn missing_checkout<'a>(subject: &Subject<'_>, source: &'a Action) -> Option<&'a Spanned<String>> {
    let named = source.checkout.as_ref().filter(|_| subject.document.is_none())?;
    let folder = normalize(Utf8Path::new(&named.node)).ok().filter(|folder| !folder.as_str().is_empty())?;
    let files = subject.workspace.files().tracked();
    (!files.is_empty() && !holds(&files, &folder)).then_some(named)
}
