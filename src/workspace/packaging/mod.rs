//! What a build's commands do with AWS: which template they package into which file, and what their role must be allowed.

mod arguments;
mod docker;
mod needs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::Span;

use super::buildspec::{Buildspec, Command};
use super::file_system::normalize;
use super::shell::{self, ShellWord, SimpleCommand, WordPart};

use arguments::Arguments;

pub use docker::DockerUse;
pub use needs::{Need, ResourceKind};

/// One argument of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The value; its range counts in the command's text.
    pub word: ShellWord,
    /// The place of the value.
    pub span: Span,
    /// The place of the option and its value (`--s3-bucket $B`); the value's for an argument without option.
    pub whole: Span,
}

impl Argument {
    /// What the argument names.
    pub fn reference(&self) -> Reference {
        Reference::of(&self.word.parts)
    }
}

/// A name in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// Written out.
    Literal(String),
    /// All of it is the value of this environment variable.
    Variable(String),
    /// Put together; the environment variables that take part.
    Computed(Vec<String>),
}

impl Reference {
    fn of(parts: &[WordPart]) -> Self {
        let text = |part: &WordPart| if let WordPart::Text(text) = part { Some(text.clone()) } else { None };
        let name = |part: &WordPart| if let WordPart::Variable(name) = part { Some(name.clone()) } else { None };
        match parts {
            [WordPart::Variable(name)] => Self::Variable(name.clone()),
            _ => match parts.iter().map(text).collect::<Option<String>>() {
                Some(text) => Self::Literal(text),
                None => Self::Computed(parts.iter().filter_map(name).collect()),
            },
        }
    }
}

/// The program that makes a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// `aws cloudformation package`.
    CloudFormationPackage,
    /// `sam package`.
    SamPackage,
    /// `sam build`.
    SamBuild,
    /// `cdk synth`.
    CdkSynth,
}

/// A command that makes a deployable template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packaging {
    /// The program.
    pub tool: Tool,
    /// The template it reads, where one is named.
    pub input: Option<Argument>,
    /// The file or folder it writes, where one is named.
    pub output: Option<Argument>,
    /// The bucket that receives the code.
    pub bucket: Option<Argument>,
    /// `--s3-prefix`.
    pub prefix: Option<Argument>,
    /// `--kms-key-id`.
    pub kms_key: Option<Argument>,
    /// The place of the command.
    pub span: Span,
    /// The folder it runs in, relative to the source's; none when the build computes it.
    pub directory: Option<Utf8PathBuf>,
}

/// Where a template that a build writes comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateOrigin {
    /// One of these files of the source: the first that exists.
    Files(Vec<Utf8PathBuf>),
    /// Program code: its resources are not known before the build.
    Synthesized,
}

/// All that a build's commands show.
#[derive(Debug, Clone, Default)]
pub struct BuildCommands {
    /// The commands that make templates, in order.
    pub packagings: Vec<Packaging>,
    /// What the commands need to be allowed.
    pub needs: Vec<Need>,
    /// The first use of each program, by its file name.
    pub programs: Vec<(String, Span)>,
    /// Environment variables that the commands set themselves: their values are not the project's.
    pub assigned: Vec<String>,
    /// Whether they use Docker.
    pub docker: DockerUse,
}

impl BuildCommands {
    /// Reads all commands of a buildspec.
    pub fn of(buildspec: &Buildspec) -> Self {
        // Version 0.1 gives every command a shell of its own.
        let isolated = buildspec.version.as_ref().is_some_and(|version| version.node == "0.1");
        let mut found = Self::default();
        let mut directory = Some(Utf8PathBuf::new());
        for command in buildspec.commands() {
            if isolated {
                directory = Some(Utf8PathBuf::new());
            }
            let subshell_moves = command.text.contains("(cd ");
            for simple in shell::parse(&command.text) {
                found.read(command, &simple, &mut directory);
            }
            if subshell_moves {
                directory = None;
            }
        }
        found
    }

    /// The file of the source behind a template that the build writes to `path` (relative to the source's folder). None
    /// when no command is seen to write there.
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

    fn read(&mut self, command: &Command, simple: &SimpleCommand, directory: &mut Option<Utf8PathBuf>) {
        self.assigned.extend(simple.assignments.iter().map(|(name, _)| name.clone()));
        let read = Arguments::new(command, simple);
        if !simple.words.is_empty() {
            self.docker = self.docker.and(read.as_ref().map(|(program, arguments)| (program.as_str(), arguments)));
        }
        let Some((program, arguments)) = read else { return };
        if self.programs.iter().all(|(known, _)| *known != program) {
            self.programs.push((program.clone(), arguments.program_span()));
        }
        match program.as_str() {
            "cd" => change_directory(directory, arguments.positional(0)),
            "pushd" | "popd" => *directory = None,
            "export" | "read" | "declare" => {
                let names = simple.words.iter().skip(1).map(|word| word.prefix().split('=').next().unwrap_or_default());
                self.assigned
                    .extend(names.filter(|name| !name.is_empty() && !name.starts_with('-')).map(str::to_owned));
            }
            _ => {}
        }
        self.packagings.extend(packaging(&program, &arguments, directory.as_ref()));
        self.needs.extend(needs::of(&program, &arguments));
    }
}

impl Packaging {
    /// The templates it may read, relative to the source's folder.
    fn inputs(&self) -> Vec<Utf8PathBuf> {
        let Some(directory) = &self.directory else { return Vec::new() };
        if let Some(input) = &self.input {
            return input.word.literal().and_then(|path| join(directory, &path)).into_iter().collect();
        }
        let defaults: &[&str] = match self.tool {
            Tool::SamPackage => &[SAM_BUILT, "template.yaml", "template.yml", "template.json"],
            Tool::SamBuild => &["template.yaml", "template.yml", "template.json"],
            Tool::CloudFormationPackage | Tool::CdkSynth => &[],
        };
        defaults.iter().filter_map(|path| join(directory, path)).collect()
    }

    /// Whether it writes the file at `path`.
    fn writes(&self, path: &Utf8Path) -> bool {
        let Some(directory) = &self.directory else { return false };
        let output = match &self.output {
            Some(output) => output.word.literal().and_then(|path| join(directory, &path)),
            None if self.tool == Tool::CdkSynth => join(directory, "cdk.out"),
            None if self.tool == Tool::SamBuild => join(directory, ".aws-sam/build"),
            None => None,
        };
        output.is_some_and(|output| match self.tool {
            Tool::SamBuild => output.join("template.yaml") == path,
            Tool::CdkSynth => path.starts_with(output),
            Tool::CloudFormationPackage | Tool::SamPackage => output == path,
        })
    }
}

/// Where `sam build` leaves the template.
const SAM_BUILT: &str = ".aws-sam/build/template.yaml";

fn join(directory: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    normalize(&directory.join(path)).ok()
}

fn change_directory(directory: &mut Option<Utf8PathBuf>, target: Option<&ShellWord>) {
    let moved = target.and_then(|word| match word.parts.as_slice() {
        [WordPart::Text(path)] if path != "-" && !path.starts_with('~') => {
            directory.as_deref().and_then(|from| join(from, path))
        }
        [WordPart::Variable(name)] if name == "CODEBUILD_SRC_DIR" => Some(Utf8PathBuf::new()),
        [WordPart::Variable(name), WordPart::Text(rest)] if name == "CODEBUILD_SRC_DIR" => {
            join(Utf8Path::new(""), rest.trim_start_matches('/'))
        }
        _ => None,
    });
    *directory = moved;
}

fn packaging(program: &str, arguments: &Arguments<'_>, directory: Option<&Utf8PathBuf>) -> Option<Packaging> {
    let (tool, input, output): (_, &[&str], &[&str]) = match (program, arguments.operation()) {
        ("aws", ["cloudformation", "package"]) => {
            (Tool::CloudFormationPackage, &["--template-file"], &["--output-template-file"])
        }
        ("sam", ["package", ..]) => {
            (Tool::SamPackage, &["--template-file", "--template", "-t"], &["--output-template-file"])
        }
        ("sam", ["build", ..]) => (Tool::SamBuild, &["--template-file", "--template", "-t"], &["--build-dir", "-b"]),
        ("cdk", ["synth" | "synthesize", ..]) => (Tool::CdkSynth, &[], &["--output", "-o"]),
        _ => return None,
    };
    Some(Packaging {
        tool,
        input: arguments.option(input),
        output: arguments.option(output).or_else(|| arguments.redirected()),
        bucket: arguments.option(&["--s3-bucket"]),
        prefix: arguments.option(&["--s3-prefix"]),
        kms_key: arguments.option(&["--kms-key-id"]),
        span: arguments.span(),
        directory: directory.cloned(),
    })
}

#[cfg(test)]
mod tests;
