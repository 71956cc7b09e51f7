//! CodeBuild's build specification.
//!
//! Fact source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-23).

mod batch;
mod reader;
mod slips;

use crate::source::{Span, Spanned};

use super::artifact::ArtifactContents;
use super::document::{Document, DocumentOrigin, Finding, SyntaxError, TextMap};

use reader::Reader;

pub use batch::{Batch, BatchBuild, BatchForm};
pub use slips::Home;

/// A build specification: everything in it that could be read.
#[derive(Debug, Clone, Default)]
pub struct Buildspec {
    /// The reason that nothing could be read.
    pub error: Option<SyntaxError>,
    /// Constructs that parsers of the format read differently.
    pub findings: Vec<Finding>,
    /// The first key at the top.
    pub first_key: Option<Span>,
    /// `version`.
    pub version: Option<Spanned<String>>,
    /// `env`.
    pub env: Env,
    /// `phases`, in the order written.
    pub phases: Vec<BuildPhase>,
    /// `artifacts`.
    pub artifacts: Option<Artifacts>,
    /// `reports`.
    pub reports: Vec<ReportGroup>,
    /// `cache.paths`.
    pub cache_paths: Vec<Spanned<String>>,
    /// `batch`.
    pub batch: Option<Batch>,
    /// Keys that are not part of the format.
    pub unknown_keys: Vec<UnknownKey>,
    /// Values with another shape than the format requires.
    pub malformed: Vec<Malformed>,
    /// Exclamation marks before commands, which YAML reads as tags.
    pub negations: Vec<Span>,
    /// Whether its text was computed, so that every span in it is that of the computation.
    pub computed: bool,
}

/// `env`: the variables of a build.
#[derive(Debug, Clone, Default)]
pub struct Env {
    /// `variables`: plain text.
    pub variables: Vec<BuildVariable>,
    /// `parameter-store`: names of parameters.
    pub parameter_store: Vec<BuildVariable>,
    /// `secrets-manager`: `secret-id:json-key:version-stage:version-id`.
    pub secrets_manager: Vec<BuildVariable>,
    /// `exported-variables`.
    pub exported: Vec<Spanned<String>>,
    /// `shell`.
    pub shell: Option<Spanned<String>>,
    /// `git-credential-helper`.
    pub git_credential_helper: Option<Spanned<bool>>,
}

/// A variable and the source of its value.
#[derive(Debug, Clone)]
pub struct BuildVariable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value, or the name of the parameter or secret.
    pub value: Spanned<String>,
}

/// One phase of a build.
#[derive(Debug, Clone)]
pub struct BuildPhase {
    /// `install`, `pre_build`, `build` or `post_build`.
    pub name: Spanned<String>,
    /// `on-failure`: what happens when a command fails.
    pub on_failure: Option<Spanned<String>>,
    /// `commands`, then `finally`.
    pub commands: Vec<Command>,
    /// `runtime-versions`, which belongs to the install phase.
    pub runtimes: Vec<BuildVariable>,
    /// The span of its key.
    pub runtimes_key: Option<Span>,
}

/// One command: a line, or a script of several lines.
#[derive(Debug, Clone)]
pub struct Command {
    /// The text that the shell receives.
    pub text: String,
    /// Its span.
    pub span: Span,
    /// Maps offsets in `text` to spans in the file.
    pub map: TextMap,
    /// Whether it is in `finally`.
    pub finally: bool,
}

/// `artifacts`, or one of its `secondary-artifacts`.
#[derive(Debug, Clone)]
pub struct Artifacts {
    /// The section's key, or the secondary artifact's identifier.
    pub key: Spanned<String>,
    /// `files`.
    pub files: Vec<Spanned<String>>,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `base-directory`.
    pub base_directory: Option<Spanned<String>>,
    /// `discard-paths`, where it is `yes`.
    pub discard_paths: Option<Span>,
    /// `exclude-paths`.
    pub exclude_paths: Vec<Spanned<String>>,
    /// `secondary-artifacts`; their `key` is the identifier.
    pub secondary: Vec<Self>,
    /// Whether all of it could be read. Otherwise, missing parts may be in the unread rest.
    pub complete: bool,
}

/// One entry of `reports`.
#[derive(Debug, Clone)]
pub struct ReportGroup {
    /// The name or the ARN of the report group.
    pub group: Spanned<String>,
    /// `file-format`.
    pub format: Option<Spanned<String>>,
    /// Whether there are `files`.
    pub has_files: bool,
    /// `files`.
    pub files: Vec<Spanned<String>>,
    /// `base-directory`.
    pub base_directory: Option<Spanned<String>>,
}

/// A key that is not part of the format.
#[derive(Debug, Clone)]
pub struct UnknownKey {
    /// The section that contains it; empty at the top level.
    pub section: String,
    /// The key.
    pub key: Spanned<String>,
    /// The keys that are valid there.
    pub known: &'static [&'static str],
    /// The last key before it that the format has.
    pub previous: Option<String>,
    /// Whether its value is a scalar rather than a list or a mapping.
    pub holds_text: bool,
}

/// A value of the wrong shape.
#[derive(Debug, Clone)]
pub struct Malformed {
    /// The path in the document: keys joined by dots.
    pub path: String,
    /// The expected shape: `text`, `a list`, `a mapping`, `yes or no`.
    pub expected: &'static str,
    /// The value.
    pub span: Span,
}

impl Buildspec {
    /// Reads a buildspec. Never fails: what cannot be read is listed.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        let document = Document::parse(text, origin);
        let mut spec = document.root.as_ref().map(Reader::read).unwrap_or_default();
        spec.error = document.error;
        spec.findings = document.findings;
        spec.computed = matches!(origin, DocumentOrigin::At(_));
        spec
    }

    /// Adds the variables of the buildspec to its batch, whose builds may inherit them.
    fn hand_on_variables(&mut self) {
        let Some(batch) = &mut self.batch else { return };
        let of_env = [&self.env.variables, &self.env.parameter_store, &self.env.secrets_manager];
        batch.variables.extend(of_env.into_iter().flatten().map(|variable| variable.name.node.clone()));
    }

    /// Returns all commands in the order in which a successful build runs them, provided that the phases are written in
    /// order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.phases.iter().flat_map(|phase| &phase.commands)
    }

    /// Whether there are secondary artifacts only.
    pub fn lacks_primary(&self) -> bool {
        let without_files = |primary: &Artifacts| primary.files.is_empty() && !primary.secondary.is_empty();
        self.artifacts.as_ref().is_some_and(without_files)
    }

    /// Returns the contents of an output artifact of the build: the secondary one with this name, or the primary one.
    pub fn contents(&self, secondary: Option<&str>) -> ArtifactContents {
        if self.hides_artifacts() {
            return ArtifactContents::Open;
        }
        // Without its files, the build fails.
        if secondary.is_none() && self.lacks_primary() {
            return ArtifactContents::Open;
        }
        let Some(primary) = &self.artifacts else {
            let readable = self.error.is_none() && self.malformed.is_empty();
            return if readable { ArtifactContents::nothing() } else { ArtifactContents::Open };
        };
        let found = match secondary {
            None => Some(primary),
            Some(name) => primary.secondary.iter().find(|artifact| artifact.key.node == name),
        };
        found.map_or(ArtifactContents::Open, ArtifactContents::of_build)
    }
}

#[cfg(test)]
mod tests;
