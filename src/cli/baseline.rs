//! A baseline: known diagnostics that are not reported, for a repository that has some when it adopts `check`.
//!
//! A diagnostic is identified by its code, its file, and the text that it underlines, so that a change elsewhere in the
//! file does not matter.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::input::{self, InputError};
use super::{Outcome, output, project};
use crate::collections::{HashMap, HashSet};
use crate::compilation::CheckResult;
use crate::diagnostic::Diagnostic;
use crate::source::paths::{real_path, slashed};
use crate::source::{SourceMap, Span};

/// The version of the format.
const VERSION: u32 = 1;

/// The maximum length of a text in a baseline, in characters.
const LONGEST_TEXT: usize = 200;

#[derive(Debug, Serialize, Deserialize)]
struct BaselineDocument {
    version: u32,
    diagnostics: Vec<KnownDiagnostic>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KnownDiagnostic {
    #[serde(flatten)]
    identity: Identity,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

/// The identity of a diagnostic, which equal ones share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Identity {
    /// The path relative to the folder of the baseline, with `/`.
    file: String,
    code: String,
    /// The underlined text, with a space between words; empty if it must not be printed.
    text: String,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// The diagnostics of a baseline that have not been found yet.
#[derive(Debug)]
pub(super) struct Baseline {
    left: BTreeMap<Identity, usize>,
    paths: Paths,
    hidden: usize,
}

impl Baseline {
    /// Reads a baseline.
    pub(super) fn read(path: &Utf8Path) -> Result<Self, InputError> {
        let text = input::read_file(path)?;
        let document: BaselineDocument = serde_json::from_str(&text)
            .map_err(|error| InputError::new(path, format!("is not a baseline: {error}")))?;
        if document.version != VERSION {
            let version = document.version;
            return Err(InputError::new(
                path,
                format!("is a baseline of version {version}; this dotpipe reads {VERSION}"),
            ));
        }
        let known = document.diagnostics.into_iter().map(|known| (known.identity, known.count));
        Ok(Self { left: known.collect(), paths: Paths::from(path), hidden: 0 })
    }

    /// Removes known diagnostics. If a file has more of them than before, the last ones are kept.
    pub(super) fn remove_known(&mut self, results: &[CheckResult], lists: &mut [Vec<Diagnostic>]) {
        for (result, list) in results.iter().zip(lists) {
            list.retain(|diagnostic| {
                let left =
                    self.left.get_mut(&self.paths.identity(result.sources(), diagnostic)).filter(|left| **left > 0);
                let Some(left) = left else { return true };
                *left -= 1;
                self.hidden += 1;
                false
            });
        }
    }

    /// Returns how many diagnostics are known, and how many of those in the files that were read no longer occur.
    pub(super) fn counts(&mut self, results: &[CheckResult]) -> (usize, usize) {
        let files = results.iter().flat_map(|result| result.sources().files());
        let read: HashSet<String> = files.map(|(_, file)| self.paths.relative(file.path())).collect();
        let gone = self.left.iter().filter(|(identity, _)| read.contains(&identity.file)).map(|(_, left)| left).sum();
        (self.hidden, gone)
    }
}

/// Writes a baseline with these diagnostics.
pub(super) fn write(path: &Utf8Path, results: &[CheckResult], lists: &[Vec<Diagnostic>]) -> Outcome {
    let mut paths = Paths::from(path);
    let mut counts: BTreeMap<Identity, usize> = BTreeMap::new();
    for (result, list) in results.iter().zip(lists) {
        for diagnostic in list {
            *counts.entry(paths.identity(result.sources(), diagnostic)).or_default() += 1;
        }
    }
    let known = counts.into_iter().map(|(identity, count)| KnownDiagnostic { identity, count });
    let document = BaselineDocument { version: VERSION, diagnostics: known.collect() };
    // Strings and numbers only: serialization cannot fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    output::deliver(&text, Some(path))
}

/// Paths relative to the folder of a baseline, so that the working folder does not matter.
#[derive(Debug)]
struct Paths {
    folder: Utf8PathBuf,
    /// Absolute folders, by folders as they are displayed.
    folders: HashMap<Utf8PathBuf, Utf8PathBuf>,
}

impl Paths {
    fn from(baseline: &Utf8Path) -> Self {
        Self { folder: absolute(folder(baseline)), folders: HashMap::default() }
    }

    fn relative(&mut self, path: &Utf8Path) -> String {
        let shown = folder(path);
        if !self.folders.contains_key(shown) {
            let seen = project::relative(&self.folder, &absolute(shown));
            self.folders.insert(shown.to_owned(), seen);
        }
        let seen = self.folders.get(shown).map_or(shown, |seen| seen.as_path());
        slashed(&seen.join(path.file_name().unwrap_or_default())).into_string()
    }

    fn identity(&mut self, sources: &SourceMap, diagnostic: &Diagnostic) -> Identity {
        let label = &diagnostic.primary;
        Identity {
            file: self.relative(sources.file(label.span.file).path()),
            code: diagnostic.code.as_str().to_owned(),
            text: if label.secret { String::new() } else { text(sources, label.span) },
        }
    }
}

/// Returns the underlined text. Whitespace and the end of a long text are insignificant.
fn text(sources: &SourceMap, span: Span) -> String {
    let words = sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_TEXT).collect()
}

fn folder(path: &Utf8Path) -> &Utf8Path {
    path.parent().filter(|folder| *folder != "").unwrap_or(".".into())
}

fn absolute(folder: &Utf8Path) -> Utf8PathBuf {
    real_path(folder).unwrap_or_else(|_| folder.to_owned())
}
