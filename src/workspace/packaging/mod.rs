//! The use of AWS by the commands of a build: the templates that they package, the resulting files, and the programs
//! that call AWS.

mod arguments;
mod assignments;
mod docker;
mod inputs;
mod invocation;
mod launchers;
mod outputs;
mod quoted;
mod replacements;
mod results;
mod sourced;
mod templates;
mod working_folder;
mod writes;

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{Span, Spanned};

use super::buildspec::{Buildspec, Command};
use super::file_system::normalize;
use super::shell::{self, ShellWord, SimpleCommand, VariableRead, WordPart};

use arguments::Arguments;
use working_folder::WorkingFolder;

pub use assignments::Assignment;
pub use docker::{DockerBuild, DockerUse};
pub use inputs::INPUT_FOLDER;
pub use invocation::{GivenValue, Invocation};
pub use outputs::{OutputFolder, WrittenFile};
pub use replacements::Replaced;
pub use results::{LostResult, lost_results_of};
pub use templates::{Packaging, TemplateOrigin};
pub use writes::{Unnamed, examines, is_for_results};

pub use super::shell::{Bashism, Loss, POWERSHELL, ShellFault};

/// One argument of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The value. Its range is relative to the command's text.
    pub word: ShellWord,
    /// The span of the value.
    pub span: Span,
    /// The span of the option and its value (`--s3-bucket $B`); that of the value for a positional argument.
    pub whole: Span,
}

impl Argument {
    /// Returns the reference in the argument.
    pub fn reference(&self) -> Reference {
        Reference::of(&self.word.parts)
    }
}

/// A name in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// Literal.
    Literal(String),
    /// The value of this environment variable.
    Variable(String),
    /// Composed; the environment variables in it.
    Computed(Vec<String>),
}

impl Reference {
    /// Returns the reference in the parts of a word.
    pub fn of(parts: &[WordPart]) -> Self {
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

/// A word of a command, and its span.
type Placed = (String, Span);

/// The kind of file that a command expects at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// A script that it runs.
    Script,
    /// Another file.
    File,
    /// A folder.
    Folder,
    /// A file or a folder.
    Either,
}

/// A file or folder of the source that a command reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Its path, relative to the source's folder. It may start with `..`.
    pub path: Utf8PathBuf,
    /// The kind of file that is expected there.
    pub kind: InputKind,
    /// The span of the path.
    pub span: Span,
    /// The files that earlier programs may have written without naming them.
    pub after: Unnamed,
}

/// A file or folder that a command reads in the folder of an input other than the primary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputArtifactFile {
    /// The input artifact.
    pub artifact: String,
    /// The path in it.
    pub path: Utf8PathBuf,
    /// The span of the argument.
    pub span: Span,
    /// For a command that runs in the folder of the input, the files that earlier programs may have written there without
    /// naming them.
    pub inside: Option<Unnamed>,
}

/// Files and folders that a command copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFiles {
    /// Their paths, relative to the source's folder.
    pub sources: Vec<Utf8PathBuf>,
    /// The folder or file that they are copied to.
    pub target: Utf8PathBuf,
    /// Whether the target is certainly a folder.
    pub into_folder: bool,
    /// The span of the command.
    pub span: Span,
}

/// A script of a `package.json` that a command runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageScript {
    /// Its name.
    pub name: Spanned<String>,
    /// The folder of the `package.json`, relative to the source's.
    pub folder: Utf8PathBuf,
}

/// The option of Bash with which the last part of a pipeline runs in the shell itself.
const LAST_PIPE: &str = "lastpipe";

/// The results of analyzing the commands of a build.
#[derive(Debug, Clone, Default)]
pub struct BuildCommands {
    /// The commands that produce templates, in order.
    pub packagings: Vec<Packaging>,
    /// The programs that call AWS.
    pub invocations: Vec<Invocation>,
    /// The first use of each program, by its file name.
    pub programs: Vec<(String, Span)>,
    /// The programs that they run by a plain name, without a folder.
    pub called: Vec<Spanned<String>>,
    /// The functions and aliases that they define.
    pub defined: Vec<String>,
    /// Environment variables that the commands set themselves, overriding those of the project.
    pub assignments: Vec<Assignment>,
    /// The variables that they read.
    pub reads: Vec<Spanned<VariableRead>>,
    /// The variables in single quotes that a program takes literally.
    pub quoted: Vec<Spanned<String>>,
    /// The variables that they check with `[` or `test`: they handle the case that one is not set.
    pub tested: Vec<String>,
    /// A command that may change any variable and identity: `eval`, `source`.
    pub opaque: Option<Span>,
    /// The files that commands write under a literal name.
    pub writes: Vec<WrittenFile>,
    /// The folders that commands fill or create.
    pub output_folders: Vec<OutputFolder>,
    /// The files and folders of the source that they always read.
    pub inputs: Vec<InputFile>,
    /// The files and folders of other inputs that they always read.
    pub artifact_files: Vec<InputArtifactFile>,
    /// The names of the files that they only read, in each command that names one.
    pub examined: Vec<String>,
    /// The files and folders that they always copy to a path that is written.
    pub copies: Vec<CopiedFiles>,
    /// The scripts of a `package.json` that they always run.
    pub package_scripts: Vec<PackageScript>,
    /// The images that they always build.
    pub images: Vec<DockerBuild>,
    /// The literal values of options for passwords and tokens.
    pub passwords: Vec<Spanned<String>>,
    /// Commands that build an image without a build context.
    pub without_context: Vec<Span>,
    /// The parts that a shell would not run as intended.
    pub faults: Vec<Spanned<ShellFault>>,
    /// The commands outside `finally` whose failure does not fail the build.
    pub lost: Vec<LostResult>,
    /// Their syntax that needs Bash.
    pub bashisms: Vec<Spanned<Bashism>>,
    /// The files that programs may write without naming them.
    pub unnamed: Unnamed,
    /// Whether they use Docker.
    pub docker: DockerUse,
}

impl BuildCommands {
    /// Reads all commands of a buildspec.
    pub fn of(buildspec: &Buildspec) -> Self {
        // Version 0.1 runs each command in a separate shell.
        let isolated = buildspec.version.as_ref().is_some_and(|version| version.node == "0.1");
        let mut found = Self::default();
        let mut directory = WorkingFolder::start();
        let mut options = shell::ShellOptions::default();
        let in_same_shell = buildspec.commands().any(|command| command.text.contains(LAST_PIPE));
        for command in buildspec.commands() {
            if isolated {
                directory = WorkingFolder::start();
            }
            let mut script = shell::parse(&command.text);
            found.lost.extend(results::lost(command, &script, &mut options));
            found.meant(&command.text, &script.faults, command.span);
            found.defined.extend(script.functions);
            found
                .faults
                .extend(script.faults.into_iter().map(|(fault, range)| Spanned::new(fault, command.map.span(range))));
            // Whether this line chooses the shell is not documented.
            let names_bash =
                command.text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("bash"));
            let bashisms = if names_bash { Vec::new() } else { script.bashisms };
            found.bashisms.extend(bashisms.into_iter().map(|(it, range)| Spanned::new(it, command.map.span(range))));
            found
                .reads
                .extend(script.reads.into_iter().map(|read| Spanned::new(read.clone(), command.map.span(read.range))));
            found.assignments.extend(script.defaults.into_iter().map(|name| Assignment {
                name,
                value: None,
                certain: false,
                lasts: true,
                span: command.span,
            }));
            // A subshell starts in the folder of its parent and does not change it.
            let mut outer: Vec<WorkingFolder> = Vec::new();
            for simple in &mut script.commands {
                simple.piped &= !in_same_shell;
                while outer.len() > simple.depth {
                    directory = outer.pop().unwrap_or_default();
                }
                while outer.len() < simple.depth {
                    outer.push(directory.clone());
                }
                found.read(command, simple, &mut directory);
            }
            if let Some(first) = outer.into_iter().next() {
                directory = first;
            }
        }
        found
    }

    fn read(&mut self, command: &Command, simple: &SimpleCommand, directory: &mut WorkingFolder) {
        let alone = simple.words.is_empty();
        self.assignments.extend(simple.assignments.iter().map(|(name, value)| Assignment {
            name: name.clone(),
            value: Some(value.parts.clone()),
            certain: alone && !simple.sometimes && simple.depth == 0 && !simple.piped,
            lasts: alone && simple.depth == 0 && !simple.piped,
            span: command.map.span(value.range.clone()),
        }));
        let read = Arguments::new(command, simple);
        if !simple.words.is_empty() {
            // Its failure may not matter.
            let sure = read.as_ref().filter(|_| !simple.may_fail);
            self.docker = self.docker.and(sure.map(|(program, arguments)| (program.as_str(), arguments)));
        }
        let sourced = read.as_ref().and_then(|(program, arguments)| {
            let own = command.text.get(simple.range.clone()).unwrap_or_default();
            sourced::variables(program, arguments, own)
        });
        let after = self.unnamed;
        self.unnamed = after.max(match &read {
            Some(_) if sourced.is_some() => Unnamed::Nothing,
            Some((program, arguments)) => writes::unnamed(program, arguments),
            None if simple.words.is_empty() => Unnamed::Nothing,
            None => Unnamed::Anything,
        });
        let Some((program, arguments)) = read else { return };
        self.calls(&program, &arguments);
        self.quoted(command, simple, &program, &arguments);
        if arguments.redirected().is_some_and(|output| has_unknown_name(&output.word)) {
            self.unnamed = Unnamed::Anything;
        }
        if let Some(from) = directory.in_source() {
            self.writes.extend(outputs::of(simple, &program, &arguments, from));
            self.output_folders.extend(outputs::folders(&program, &arguments, from));
        }
        self.examined.extend(
            inputs::of(simple, &program, &arguments)
                .into_iter()
                .filter_map(|((path, _), _)| Some(Utf8Path::new(&path).file_name()?.to_owned())),
        );
        self.passwords.extend(arguments::passwords(&program, &arguments));
        let always = !simple.sometimes && !simple.may_fail;
        if always {
            self.files_of_inputs(simple, (&program, &arguments), directory, after);
        }
        if let Some(from) = directory.in_source().filter(|_| always) {
            self.copies.extend(inputs::copied_to(&program, &arguments, from));
            self.inputs(simple, &program, &arguments, (from, after));
        }
        if self.programs.iter().all(|(known, _)| *known != program) {
            self.programs.push((program.clone(), arguments.program_span()));
        }
        match program.as_str() {
            "cd" => *directory = directory.after(arguments.positional(0)),
            "pushd" | "popd" => *directory = WorkingFolder::Unknown,
            "eval" | "source" | "." => self.sourced(sourced, arguments.span()),
            _ => self.variables(simple, &program, &arguments),
        }
        self.packagings.extend(Packaging::of(&program, &arguments, directory.in_source()));
        self.invocations
            .extend(Invocation::of(&program, &arguments, simple, directory).map(|call| call.in_script(&command.text)));
    }

    /// Notes a program that a plain name calls, and the names of aliases.
    fn calls(&mut self, program: &str, arguments: &Arguments<'_>) {
        let place = arguments.program_span();
        // Without quotation marks and without a folder.
        if place.range().len() == program.len() {
            self.called.push(Spanned::new(program.to_owned(), place));
        }
        if program == "alias" {
            let names = arguments.words().filter_map(|word| Some(word.prefix().split_once('=')?.0.to_owned()));
            self.defined.extend(names);
        }
    }

    /// Adds the variables in single quotes, if the program does not replace them.
    fn quoted(&mut self, command: &Command, simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) {
        if !simple.quoted.is_empty() && quoted::takes_literally(program, arguments) {
            let placed =
                |(name, range): &(String, Range<usize>)| Spanned::new(name.clone(), command.map.span(range.clone()));
            self.quoted.extend(simple.quoted.iter().map(placed));
        }
    }

    /// Adds the files of input artifacts that a command reads. `after`: what ran before it without naming its files.
    fn files_of_inputs(
        &mut self,
        simple: &SimpleCommand,
        (program, arguments): (&str, &Arguments<'_>),
        directory: &WorkingFolder,
        after: Unnamed,
    ) {
        self.artifact_files.extend(inputs::in_artifacts(program, arguments).into_iter().filter_map(|found| {
            let path = normalize(Utf8Path::new(&found.path)).ok().filter(|path| !path.as_str().is_empty())?;
            Some(InputArtifactFile { artifact: found.artifact, path, span: found.span, inside: None })
        }));
        if let WorkingFolder::Input { artifact, path } = directory {
            let files = inputs::of(simple, program, arguments).into_iter();
            self.artifact_files.extend(files.filter_map(|((word, span), _)| {
                let path = inside(path, &word).filter(|path| !path.as_str().is_empty() && !path.starts_with(".."))?;
                Some(InputArtifactFile { artifact: artifact.clone(), path, span, inside: Some(after) })
            }));
        }
    }

    /// Adds the inputs of a command that always runs.
    fn inputs(
        &mut self,
        simple: &SimpleCommand,
        program: &str,
        arguments: &Arguments<'_>,
        (from, after): (&Utf8Path, Unnamed),
    ) {
        for ((word, span), kind) in inputs::of(simple, program, arguments) {
            let path = inside(from, &word);
            self.inputs.extend(path.map(|path| InputFile { path, kind, span, after }));
        }
        if let Some((name, span)) = inputs::package_script(program, arguments) {
            let prefix = ["--prefix", "-C", "--dir"].iter().find_map(|option| arguments.option(&[option]));
            let folder = match prefix {
                Some(prefix) => prefix.word.literal().and_then(|path| inside(from, &path)),
                None => Some(from.to_owned()),
            };
            self.package_scripts.extend(folder.map(|folder| PackageScript { name: Spanned::new(name, span), folder }));
        }
        self.images.extend(DockerBuild::of(program, arguments, from));
        if DockerBuild::lacks_context(program, arguments) {
            self.without_context.push(arguments.span());
        }
    }
}

fn join(directory: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    normalize(&directory.join(path)).ok()
}

/// Joins a folder and a path. The result starts with `..` outside the source. Returns `None` if the path is absolute.
fn inside(directory: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    // A build runs on Linux, whatever dotpipe runs on.
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.as_str().split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/").into())
}

/// Returns whether the name of a file, without its folder, contains a variable.
fn has_unknown_name(path: &ShellWord) -> bool {
    let name = path.parts.iter().rev().take_while(|part| !matches!(part, WordPart::Text(text) if text.contains('/')));
    name.into_iter().any(|part| !matches!(part, WordPart::Text(_)))
}

#[cfg(test)]
mod tests;
