//! The folder that a command runs in.

use camino::{Utf8Path, Utf8PathBuf};

use super::inputs::INPUT_FOLDER;
use super::{inside, join};
use crate::workspace::shell::{ShellWord, WordPart};

/// The variable with the folder of the source.
const SOURCE_FOLDER: &str = "CODEBUILD_SRC_DIR";

/// The folder that a command runs in.
#[derive(Debug, Clone, Default)]
pub(super) enum WorkingFolder {
    /// A folder of the source, relative to the source's folder.
    Source(Utf8PathBuf),
    /// A folder of an input other than the primary one.
    Input {
        /// The input artifact.
        artifact: String,
        /// The path in it.
        path: Utf8PathBuf,
    },
    /// One that is computed.
    #[default]
    Unknown,
}

impl WorkingFolder {
    /// Returns the folder of the source.
    pub(super) fn start() -> Self {
        Self::Source(Utf8PathBuf::new())
    }

    /// Returns the path in the source.
    pub(super) fn in_source(&self) -> Option<&Utf8PathBuf> {
        if let Self::Source(path) = self { Some(path) } else { None }
    }

    /// Returns the input other than the primary one, and the path in it.
    pub(super) fn in_input(&self) -> Option<(String, Utf8PathBuf)> {
        if let Self::Input { artifact, path } = self { Some((artifact.clone(), path.clone())) } else { None }
    }

    /// Returns the folder after `cd`.
    pub(super) fn after(&self, target: Option<&ShellWord>) -> Self {
        let Some(word) = target else { return Self::Unknown };
        let found = match (word.parts.as_slice(), self) {
            ([WordPart::Text(path)], _) if path == "-" || path.starts_with('~') => None,
            ([WordPart::Text(path)], Self::Source(from)) => inside(from, path).map(Self::Source),
            ([WordPart::Text(path)], Self::Input { artifact, path: from }) => inside(from, path)
                .filter(|path| !path.starts_with(".."))
                .map(|path| Self::Input { artifact: artifact.clone(), path }),
            (parts, _) => in_source(parts).map(Self::Source).or_else(|| in_input(parts)),
        };
        found.unwrap_or_default()
    }
}

/// Returns the path in `$CODEBUILD_SRC_DIR/path`, relative to the source's folder.
pub(super) fn in_source(parts: &[WordPart]) -> Option<Utf8PathBuf> {
    match parts {
        [WordPart::Variable(name)] if name == SOURCE_FOLDER => Some(Utf8PathBuf::new()),
        [WordPart::Variable(name), WordPart::Text(rest)] if name == SOURCE_FOLDER => {
            join(Utf8Path::new(""), rest.trim_start_matches('/'))
        }
        _ => None,
    }
}

/// Returns the folder `$CODEBUILD_SRC_DIR_Input` or one in it.
fn in_input(parts: &[WordPart]) -> Option<WorkingFolder> {
    let (name, path) = match parts {
        [WordPart::Variable(name)] => (name, Utf8PathBuf::new()),
        [WordPart::Variable(name), WordPart::Text(rest)] => (name, inside(Utf8Path::new(""), rest.strip_prefix('/')?)?),
        _ => return None,
    };
    let artifact = name.strip_prefix(INPUT_FOLDER)?.to_owned();
    Some(WorkingFolder::Input { artifact, path })
}
