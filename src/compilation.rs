//! The one object every front holds: a project's text in, findings and results out. No I/O of its own.

use std::collections::BTreeMap;

use crate::check::{self, Subject};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::lower::{self, Inputs};
use crate::plan;
use crate::render::Report;
use crate::settings::Settings;
use crate::source::{FileId, SourceMap};
use crate::syntax;
use crate::workspace::Workspace;

/// What is built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// A CloudFormation template of the pipeline and everything it needs.
    #[default]
    Cloudformation,
    /// The definition that `aws codepipeline create-pipeline --cli-input-json` takes.
    Codepipeline,
    /// A template of everything but the pipeline, under the names that the definition uses.
    Support,
}

/// The notation of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    #[default]
    Json,
    /// YAML.
    Yaml,
}

/// What one run asks for; it wins over the settings file.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What is built.
    pub target: Target,
    /// The account built for, 12 digits.
    pub account: Option<String>,
    /// The region built for.
    pub region: Option<String>,
    /// Values of `option`s, as written on the command line.
    pub options: BTreeMap<String, String>,
    /// Values of `param`s, as written on the command line.
    pub params: BTreeMap<String, String>,
    /// The only pipeline wanted of a file with several.
    pub pipeline: Option<String>,
}

/// What is known of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleLookup {
    /// Every grant with the line that caused it, for people.
    Found(String),
    /// There is no such role; the roles there are, in order.
    Unknown(Vec<String>),
}

/// An entry file, carried through every stage that its errors allow.
#[derive(Debug)]
pub struct Compilation {
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
}

impl Compilation {
    /// Runs the stages over an entry file that the workspace holds. The files of all diagnostics, those of
    /// the settings too, belong to the workspace's sources.
    pub fn new(workspace: Workspace, entry: FileId, settings: &Settings, request: &Request) -> Self {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(settings.diagnostics.iter().cloned());
        let text = workspace.text(entry);
        let parsed = syntax::parse(entry, &text);
        let inputs = Inputs { options: request.options.clone(), params: request.params.clone() };
        let lowered = lower::lower(&parsed.ast, &text, &inputs);
        let planned = plan::plan(&lowered.hir, &workspace, plan::World::default());
        let subject = Subject { hir: &lowered.hir, plan: &planned, workspace: &workspace };
        diagnostics.extend(parsed.diagnostics);
        diagnostics.extend(lowered.diagnostics);
        diagnostics.extend(check::check(&subject));
        let diagnostics = settings.apply(diagnostics.into_sorted());
        Self { sources: workspace.into_sources(), diagnostics }
    }

    /// What was found, in reading order, each with the severity that the settings give it.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Every file looked at.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The findings with the texts they point into.
    pub fn report(&self) -> Report<'_> {
        Report { sources: &self.sources, diagnostics: &self.diagnostics }
    }

    /// Whether anything found keeps it from being built.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The text of the target; nothing where there are errors or no pipeline.
    pub fn build(&self, _notation: Notation) -> Option<String> {
        None
    }

    /// The pipelines as a Mermaid flowchart; nothing where there are errors or no pipeline.
    pub fn graph(&self) -> Option<String> {
        None
    }

    /// The grants of a role, by its name; nothing where there are errors.
    pub fn role(&self, _name: &str) -> Option<RoleLookup> {
        None
    }
}

/// Whether a text seems to define a pipeline: a line starts with the word. It holds for unreadable text too, so
/// that a slip in the header does not hide the file.
pub fn holds_pipeline(text: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix("pipeline");
        rest.is_some_and(|rest| rest.starts_with(|next: char| next.is_whitespace() || matches!(next, '"' | '{')))
    })
}

#[cfg(test)]
mod tests {
    use super::holds_pipeline;

    #[test]
    fn tells_entry_files_from_libraries() {
        assert!(holds_pipeline("// text\npipeline App {}"));
        assert!(holds_pipeline("if x {\n\tpipeline \"a b\" {\n"));
        assert!(!holds_pipeline("component C() {\n  pipelines = 1\n}\n"));
        assert!(!holds_pipeline("// the pipeline App\n"));
    }
}
