//! E0228: Dockerfiles, and files that they copy, that are not in the source. E0229: Dockerfiles that Docker rejects.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::dockerfile_instructions;
use crate::check::support::image_names;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::{SourceFolder, dockerfile_of, may_be_compiled, may_be_made};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::Buildspec;
use crate::workspace::docker_ignore::DockerIgnore;
use crate::workspace::dockerfile::{Copied, Dockerfile, instructions};
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{BuildCommands, DockerBuild, Unnamed};

/// The most additional files with a label.
const MOST_SHOWN: usize = 3;

/// The extensions of packaged programs.
const ARCHIVES: [&str; 6] = ["ear", "gz", "jar", "tgz", "war", "zip"];

pub(super) const RULE: Rule = Rule { name: "dockerfiles", codes: &[Code::E0228, Code::E0229, Code::W0229], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let mut read: Vec<(Utf8PathBuf, Utf8PathBuf)> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(source) = SourceFolder::of(subject, place) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if !repository::is_sound(build) || !seen.is_new(build) {
                continue;
            }
            for image in &build.commands.images {
                let run = Run { build, source: &source, image };
                let key = (source.folder.join(&image.file.0), source.folder.join(&image.context.0));
                if let Some(found) = run.missing() {
                    findings.push(found);
                } else if !read.contains(&key) {
                    read.push(key);
                    run.contents(findings);
                }
            }
        }
        of_action(place, &source, findings);
    }
}

/// The Dockerfile in the root of the source that an action builds itself.
fn of_action(place: Place<'_>, source: &SourceFolder<'_>, findings: &mut Findings) {
    let Some(slot) = place.action.action_type.slot.iter().find(|slot| slot.dockerfile_folder) else { return };
    let Some(file) = dockerfile_of(place.action, slot).filter(|file| file.path == "Dockerfile") else { return };
    let span = file.span.unwrap_or(place.action.name.span);
    let image = DockerBuild {
        context: (Utf8PathBuf::new(), span),
        file: (file.path, span),
        named: false,
        with_arguments: false,
        targeted: false,
        span,
    };
    let build = Build { spec: Buildspec::default(), commands: BuildCommands::default() };
    if source.holds(&image.file.0) {
        Run { build: &build, source, image: &image }.contents(findings);
    }
}

/// An image that a build creates.
struct Run<'a> {
    build: &'a Build,
    source: &'a SourceFolder<'a>,
    image: &'a DockerBuild,
}

impl Run<'_> {
    /// Reports a folder or Dockerfile that does not exist.
    fn missing(&self) -> Option<Diagnostic> {
        let (context, place) = &self.image.context;
        let (file, at) = &self.image.file;
        if !context.as_str().is_empty() && self.is_missing(context) {
            let near = self.source.near_folder(context);
            return (near.is_some() || !self.build.commands.unnamed.may_contain(context))
                .then(|| no_context(context, *place, near));
        }
        // Docker accepts the default in lowercase, too.
        let lowercase = !self.image.named && self.source.holds(&self.image.context.0.join("dockerfile"));
        if self.source.holds(file) || lowercase || self.is_made(file) || file.starts_with("..") {
            return None;
        }
        // Suggests the Dockerfile in the same folder, or the only one. A repository without any may get it from
        // elsewhere.
        let here = Utf8PathBuf::from("Dockerfile");
        let near = if self.image.named { self.source.near_file(file) } else { None };
        let near =
            near.or_else(|| self.source.near_file(&here)).filter(|near| self.source.has_file(Utf8Path::new(near)));
        near.map(|near| no_dockerfile(file, *at, self.image.named, near))
    }

    fn is_missing(&self, path: &Utf8Path) -> bool {
        !path.starts_with("..") && !self.source.holds(path) && !self.is_made(path) && !self.build.installs(path)
    }

    /// Returns whether a command may create a file or folder.
    fn is_made(&self, path: &Utf8Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let of_commands = self.build.commands.images.iter().flat_map(|image| [&image.context.0, &image.file.0]);
        let reads = of_commands.filter(|other| other.file_name() == Some(name) && *other != "Dockerfile").count();
        may_be_made(self.build, name, reads.max(1))
    }

    fn contents(&self, findings: &mut Findings) {
        let Some(dockerfile) = self.source.dockerfile(self.image).filter(|_| !self.is_changed()) else { return };
        if let Some(first) = dockerfile.unknown.first() {
            return findings.push(unknown_instruction(first));
        }
        if let Some(early) = &dockerfile.too_early {
            return findings.push(too_early(early));
        }
        findings.extend(dockerfile.broken_lists.iter().map(no_json));
        findings.extend(dockerfile_instructions::faults(&dockerfile));
        for stage in &dockerfile.stages {
            let is_stage =
                dockerfile.stages.iter().any(|it| it.name.as_ref().is_some_and(|name| name.node == stage.image.node));
            findings.extend(invalid_image(&stage.image).filter(|_| !is_stage));
        }
        let ignored = self.source.docker_ignore(self.image);
        let mut missing: Vec<Diagnostic> = Vec::new();
        let built = dockerfile.built_stages();
        let is_built = |copied: &Copied| {
            !self.image.targeted && built.get(copied.stage.saturating_sub(1)).is_some_and(|is_built| *is_built)
        };
        for copied in dockerfile.copies.iter().filter(|copied| is_built(copied)) {
            if let ([], Some(only)) = (copied.sources.as_slice(), &copied.destination) {
                findings.push(no_destination(only));
                continue;
            }
            match &copied.from {
                Some(from) => findings.extend(stage(from, copied, &dockerfile)),
                None => {
                    for source in &copied.sources {
                        match self.left_out(source, &ignored) {
                            Some(found) => findings.push(found),
                            None => missing.extend(self.copied(source)),
                        }
                    }
                }
            }
        }
        // Several missing files mean that the folder is wrong.
        let mut missing = missing.into_iter();
        if let Some(first) = missing.next() {
            let others: Vec<Span> = missing.map(|other| other.primary.span).take(MOST_SHOWN).collect();
            findings.push(others.into_iter().fold(first, |found, place| found.label(place, "not there, either")));
        }
    }

    /// Returns whether a command changes the Dockerfile before it is used.
    fn is_changed(&self) -> bool {
        let name = self.image.file.0.file_name().unwrap_or_default();
        let changes = |text: &str| {
            text.contains(name)
                && (["envsubst", "perl -", "sed -", "tee "].iter().any(|it| text.contains(it)) || text.contains('>'))
        };
        self.build.spec.commands().any(|command| command.text.lines().any(changes))
    }

    /// A file of the context that Docker does not see.
    fn left_out(&self, file: &Spanned<String>, ignored: &DockerIgnore) -> Option<Diagnostic> {
        let text = file.node.trim_start_matches("./").trim_matches('/');
        let path = normalize(Utf8Path::new(text)).ok().filter(|path| !path.as_str().is_empty())?;
        let line = ignored.leaves_out(&path).filter(|_| self.source.holds(&self.image.context.0.join(&path)))?;
        Some(left_out(file, line))
    }

    /// Reports a file that is not in the context.
    fn copied(&self, file: &Spanned<String>) -> Option<Diagnostic> {
        if file.node.starts_with("../") {
            return Some(outside(file, self.image.span));
        }
        let text = file.node.trim_start_matches("./").trim_matches('/');
        if text.is_empty() || text == "." || text.contains(['$', '*', '?', '[', '@', '\\']) || text.contains("://") {
            return None;
        }
        let path = normalize(&self.image.context.0.join(text)).ok().filter(|path| !path.as_str().is_empty())?;
        if self.source.holds(&path) || self.build.installs(&path) {
            return None;
        }
        // It may exist relative to the Dockerfile rather than to the context.
        let beside = self.image.file.0.parent().map(|folder| folder.join(text)).filter(|path| self.source.holds(path));
        let near: Option<&Utf8Path> = if let Some(beside) = &beside {
            Some(beside)
        } else {
            self.source.near_file(&path).or_else(|| self.source.near_folder(&path)).map(Utf8Path::new)
        };
        let is_compiled = near.is_some_and(|near| near.file_name() != path.file_name() && may_be_compiled(&path, near))
            && self.build.commands.unnamed == Unnamed::Anything;
        let near = near.and_then(|near| near.strip_prefix(&self.image.context.0).ok()).map(Utf8Path::as_str);
        let may_be_made = self.build.may_write_source(&path);
        // Such an archive next to the Dockerfile is often created by hand and not in Git.
        let archive =
            path.extension().is_some_and(|ending| ARCHIVES.contains(&ending)) && path.components().count() == 1;
        let is_typo = near.is_some() && !is_compiled && !may_be_made_by_name(self.build, &path);
        let sure = is_typo || !may_be_made && !archive;
        sure.then(|| not_copied(file, &self.image.context, near, self.image.span))
    }
}

/// Returns whether a command mentions a file or folder.
fn may_be_made_by_name(build: &Build, path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| build.mentions(name))
}

/// Reports the stage of `--from` if none has that name, but one has a similar name.
fn stage(from: &Spanned<String>, copied: &Copied, dockerfile: &Dockerfile) -> Option<Diagnostic> {
    let before = dockerfile.stages.get(..copied.stage.saturating_sub(1)).unwrap_or_default();
    let names = || before.iter().filter_map(|stage| stage.name.as_ref()).map(Spanned::as_str);
    if names().any(|name| name.eq_ignore_ascii_case(&from.node)) || from.node.contains(['$', '/', ':', '.']) {
        return None;
    }
    if let Ok(number) = from.node.parse::<usize>() {
        return (number >= before.len()).then(|| unknown_stage(from, None));
    }
    let inside = names().find(|name| from.node.starts_with(name) || name.starts_with(from.node.as_str()));
    let near = similar(&from.node, names()).or(inside);
    (near.is_some() || STAGES.iter().any(|name| from.node.eq_ignore_ascii_case(name)))
        .then(|| unknown_stage(from, near))
}

/// Common names of stages, none of which is an official image. <https://hub.docker.com/u/library> (2026-11-30)
const STAGES: [&str; 16] = [
    "assets",
    "backend",
    "base",
    "build",
    "builder",
    "compile",
    "deps",
    "dependencies",
    "development",
    "frontend",
    "install",
    "prod",
    "production",
    "release",
    "runtime",
    "test",
];

/// A context that does not exist.
fn no_context(folder: &Utf8Path, place: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("folder `{folder}` is not in the repository");
    let found = Diagnostic::new(Code::E0228, message, place, "Docker reads the build context from here");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help("correct the path; `.` is the folder in which the command runs"),
    }
}

/// A Dockerfile that does not exist.
fn no_dockerfile(path: &Utf8Path, place: Span, named: bool, near: &str) -> Diagnostic {
    let message = format!("Dockerfile `{path}` is not in the repository");
    let label = if named { "" } else { "looks for `Dockerfile` in the folder of the context" };
    let found = Diagnostic::new(Code::E0228, message, place, label);
    if named { found.did_you_mean(near) } else { found.help(format!("add `--file {near}`")) }
}

/// A copied file that is not in the context.
fn not_copied(file: &Spanned<String>, context: &(Utf8PathBuf, Span), near: Option<&str>, command: Span) -> Diagnostic {
    let message = format!("`{}` is not in the folder that the image is built from", file.node);
    let folder = if context.0.as_str().is_empty() { "the root of the source" } else { context.0.as_str() };
    let found = Diagnostic::new(Code::E0228, message, file.span, "neither in the repository nor written by a command")
        .label(command, format!("copies files from {folder}"));
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help("correct the path, or let a command write the file before the image is built"),
    }
}

/// A file that is not below the context.
fn outside(file: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("`{}` is outside of the folder that the image is built from", file.node);
    Diagnostic::new(Code::E0228, message, file.span, "Docker looks for it in this folder, too")
        .label(command, "names the folder")
        .help("build the image from a folder that contains the file, and name the Dockerfile with `--file`")
}

/// Returns what is wrong with the name of an image.
fn invalid_image(image: &Spanned<String>) -> Option<Diagnostic> {
    let text = image.node.as_str();
    let fault = image_names::fault(text).filter(|_| !text.contains('$'))?;
    let message = format!("`{text}` is not the name of an image");
    let label = format!("\"invalid reference format\": {}", fault.reason());
    Some(Diagnostic::new(Code::E0229, message, image.span, label).help(fault.help(text)))
}

/// `COPY` or `ADD` with one argument.
fn no_destination(only: &Spanned<String>) -> Diagnostic {
    let message = format!("nothing says where to copy `{}`", only.node);
    Diagnostic::new(Code::E0229, message, only.span, "\"requires at least two arguments\"")
        .help(format!("add the destination: `{} /app/`", only.node))
}

/// A file that `.dockerignore` leaves out.
fn left_out(file: &Spanned<String>, line: Span) -> Diagnostic {
    let message = format!("`{}` is left out of the folder that the image is built from", file.node);
    Diagnostic::new(Code::E0228, message, file.span, "\"excluded by .dockerignore\"")
        .label(line, "leaves it out")
        .help(format!("remove the line from .dockerignore, or add `!{}` after it", file.node))
}

/// An instruction that does not exist.
fn unknown_instruction(word: &Spanned<String>) -> Diagnostic {
    let message = format!("a Dockerfile has no instruction `{}`", wording::bounded(word.node.clone()));
    let near = similar(&word.node.to_ascii_uppercase(), instructions().iter().copied());
    Diagnostic::new(Code::E0229, message, word.span, "\"unknown instruction\"").suggest(word.span, near)
}

/// A list that is not JSON, which Docker reads as a command of the shell.
fn no_json(first: &Spanned<String>) -> Diagnostic {
    let (message, what) = if first.node.starts_with("['") {
        ("list of words is not in double quotes", "write double quotes")
    } else {
        ("list of words is not valid JSON", "write commas between the words only")
    };
    Diagnostic::new(Code::E0229, message, first.span, "runs as a command of `sh`")
        .help(format!("{what}, as in `[\"node\", \"server.js\"]`"))
}

/// An instruction before `FROM`.
fn too_early(word: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is before the first `FROM`", word.node);
    Diagnostic::new(Code::E0229, message, word.span, "\"no build stage in current context\"")
        .help("start the Dockerfile with `FROM` and an image")
}

/// A stage that does not exist.
fn unknown_stage(from: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("the Dockerfile has no stage `{}` before this line", from.node);
    let found = Diagnostic::new(Code::E0229, message, from.span, "Docker tries to pull an image with this name");
    match near {
        Some(near) => found.did_you_mean(&format!("--from={near}")),
        None => found.help("name an earlier stage"),
    }
}
