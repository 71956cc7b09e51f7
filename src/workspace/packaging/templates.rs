//! Programs that produce deployable templates.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::program_files::{TemplateTool, Tool, template_tool};
use crate::source::Span;

use super::arguments::Arguments;
use super::{Argument, BuildCommands, join};

/// A command that produces a deployable template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packaging {
    /// The program.
    pub tool: Tool,
    /// What is known about the command.
    facts: &'static TemplateTool,
    /// The template that it reads, if one is named.
    pub input: Option<Argument>,
    /// The file or folder that it writes, if one is named.
    pub output: Option<Argument>,
    /// The bucket that receives the code.
    pub bucket: Option<Argument>,
    /// `--s3-prefix`.
    pub prefix: Option<Argument>,
    /// `--kms-key-id`.
    pub kms_key: Option<Argument>,
    /// The span of the command.
    pub span: Span,
    /// The folder that it runs in, relative to the source's; `None` if it is computed.
    pub directory: Option<Utf8PathBuf>,
}

/// The origin of a template that a build writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateOrigin {
    /// One of these files of the source: the first that exists.
    Files(Vec<Utf8PathBuf>),
    /// Program code: its resources are not known before the build.
    Synthesized,
}

impl BuildCommands {
    /// Returns the origin of a template that the build writes to `path` (relative to the source's folder), or `None` if
    /// no command is known to write there.
    pub fn template_origin(&self, path: &Utf8Path) -> Option<TemplateOrigin> {
        self.origin_before(path, self.packagings.len())
    }

    fn origin_before(&self, path: &Utf8Path, end: usize) -> Option<TemplateOrigin> {
        let earlier = self.packagings.get(..end)?;
        let (at, packaging) = earlier.iter().enumerate().rev().find(|(_, packaging)| packaging.writes(path))?;
        if packaging.tool == Tool::CdkSynth {
            return Some(TemplateOrigin::Synthesized);
        }
        let inputs = packaging.inputs();
        let through = inputs.iter().find_map(|input| self.origin_before(input, at));
        through.or_else(|| (!inputs.is_empty()).then_some(TemplateOrigin::Files(inputs)))
    }
}

impl Packaging {
    /// Returns the template that a command produces.
    pub(super) fn of(program: &str, arguments: &Arguments<'_>, directory: Option<&Utf8PathBuf>) -> Option<Self> {
        let facts = template_tool(program, arguments.operation())?;
        Some(Self {
            tool: facts.tool,
            facts,
            input: arguments.option(&words(&facts.input)),
            output: arguments.option(&words(&facts.output)).or_else(|| arguments.redirected()),
            bucket: arguments.option(&["--s3-bucket"]),
            prefix: arguments.option(&["--s3-prefix"]),
            kms_key: arguments.option(&["--kms-key-id"]),
            span: arguments.span(),
            directory: directory.cloned(),
        })
    }

    /// Returns the templates that it may read, relative to the source's folder.
    fn inputs(&self) -> Vec<Utf8PathBuf> {
        let Some(directory) = &self.directory else { return Vec::new() };
        if let Some(input) = &self.input {
            return input.word.literal().and_then(|path| join(directory, &path)).into_iter().collect();
        }
        self.facts.inputs.iter().filter_map(|path| join(directory, path)).collect()
    }

    /// Returns whether it writes the file at `path`.
    fn writes(&self, path: &Utf8Path) -> bool {
        let Some(directory) = &self.directory else { return false };
        let output = match (&self.output, &self.facts.folder) {
            (Some(output), _) => output.word.literal().and_then(|path| join(directory, &path)),
            (None, folder) => folder.as_ref().and_then(|folder| join(directory, folder)),
        };
        output.is_some_and(|output| match (&self.facts.folder, &self.facts.file) {
            (_, Some(file)) => output.join(file) == path,
            (Some(_), None) => path.starts_with(output),
            (None, None) => output == path,
        })
    }
}

fn words(options: &[String]) -> Vec<&str> {
    options.iter().map(String::as_str).collect()
}
