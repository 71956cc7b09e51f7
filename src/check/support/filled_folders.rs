//! What a folder contains that only `mkdir` and `cp` of a build fill.

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::Build;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{CopiedFiles, Unnamed};

/// Returns the files and folders that are copied to a folder that does not exist before the build, or `None` if another
/// command may write to it. All paths are relative to the source's folder.
pub(in crate::check) fn contents<'a>(build: &'a Build, folder: &str) -> Option<Vec<&'a Utf8Path>> {
    let commands = &build.commands;
    let path: Utf8PathBuf = normalize(Utf8Path::new(folder)).ok().filter(|path| !path.as_str().is_empty())?;
    let changes_folder = commands.programs.iter().any(|(program, _)| matches!(program.as_str(), "cd" | "pushd"));
    let in_variable = build.spec.env.variables.iter().any(|variable| variable.value.node.contains(path.as_str()));
    if changes_folder || in_variable || commands.unnamed == Unnamed::Anything || build.spec.computed {
        return None;
    }
    let is_alone = |text: &str| !text.contains(['\n', ';', '|', '&', '>', '$', '`']);
    let mut is_made = false;
    let mut copies: Vec<&CopiedFiles> = Vec::new();
    for command in build.spec.commands().filter(|command| command.text.contains(path.as_str())) {
        let copy = commands.copies.iter().find(|copy| copy.span.covers(command.span) || command.span.covers(copy.span));
        match copy.filter(|copy| copy.target == path) {
            Some(copy) if is_alone(&command.text) => copies.push(copy),
            _ if command.text.trim_start().starts_with("mkdir ") && is_alone(&command.text) => is_made = true,
            _ => return None,
        }
    }
    // Without the folder, a single file becomes it.
    let into = |copy: &&CopiedFiles| copy.into_folder || is_made;
    (!copies.is_empty() && copies.iter().all(into))
        .then(|| copies.iter().flat_map(|copy| &copy.sources).map(Utf8PathBuf::as_path).collect())
}
