//! W0221: files and folders of an artifact that the build does not create.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::Category;
use crate::catalog::program_files::Tool;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::support::tool_folders;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Artifacts, Command};
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{OutputFolder, Packaging, WrittenFile, is_for_results};

pub(super) const RULE: Rule = Rule { name: "build-files", codes: &[Code::W0221], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    let deploying = subject.actions().filter(|place| place.action.category == Category::Deploy);
    let read: Vec<&str> = deploying
        .flat_map(|place| {
            let of_type = &place.action.action_type;
            let defaults =
                of_type.slot.iter().filter(|slot| slot.input_file).filter_map(|slot| slot.default.as_deref());
            of_type.input_files.iter().map(String::as_str).chain(defaults)
        })
        .collect();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(source) = SourceFolder::of(subject, place) else { continue };
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            let known = repository::is_sound(build) && !build.spec.computed;
            if known && seen.is_new(build) {
                Run { build, source: &source, is_document: subject.document.is_some(), read: &read }
                    .artifacts(findings);
            }
        }
        if let Some(build) = subject.action_files.own_commands(place.pipeline_id, place.id) {
            let run = Run { build, source: &source, is_document: subject.document.is_some(), read: &read };
            let outputs = place.action.outputs.iter().filter_map(|id| place.pipeline.artifacts.get(*id));
            let files = outputs.flat_map(|artifact| &artifact.contents);
            findings.extend(files.filter_map(|file| run.declared(file)));
        }
    }
}

struct Run<'a> {
    build: &'a Arc<Build>,
    source: &'a SourceFolder<'a>,
    /// Whether the pipeline is defined in a document, whose folder need not contain the files of the source.
    is_document: bool,
    /// The files that actions of the pipeline read from the root of an artifact.
    read: &'a [&'a str],
}

impl Run<'_> {
    /// Returns whether the source contains a file or a folder.
    fn holds(&self, path: &Utf8Path) -> bool {
        self.source.holds(path)
    }

    fn artifacts(&self, findings: &mut Findings) {
        let Some(primary) = &self.build.spec.artifacts else { return };
        for artifacts in std::iter::once(primary).chain(&primary.secondary).filter(|artifacts| artifacts.complete) {
            self.one(artifacts, findings);
        }
    }

    fn one(&self, artifacts: &Artifacts, findings: &mut Findings) {
        let base = match &artifacts.base_directory {
            None => Utf8PathBuf::new(),
            Some(base) if is_plain(&base.node) => {
                let Ok(path) = normalize(Utf8Path::new(base.node.trim_start_matches('/'))) else { return };
                let absolute = base.node.starts_with('/');
                if !self.is_document && !absolute && !path.as_str().is_empty() && !self.holds(&path) {
                    if let Some((near, span)) = self.other_folder(&path).or_else(|| self.folder_of_tool(&path)) {
                        return findings.push(other_folder(&base.node, base.span, &near, span));
                    }
                    if !self.build.may_write(&path) {
                        return findings.push(no_folder(&base.node, base.span));
                    }
                }
                if absolute {
                    findings.extend(self.not_absolute(base, &path));
                    return;
                }
                path
            }
            Some(_) => return,
        };
        if base.as_str().is_empty()
            && let Some(found) = self.in_one_folder(artifacts)
        {
            return findings.push(found);
        }
        for file in &artifacts.files {
            let found = self
                .listed(&base, file, artifacts.base_directory.is_some())
                .filter(|_| !self.is_document || self.writes_another());
            findings.extend(found);
        }
    }

    /// Reports files that are all in one folder of the source, in an artifact without that `base-directory`.
    fn in_one_folder(&self, artifacts: &Artifacts) -> Option<Diagnostic> {
        let files: Vec<&str> = artifacts.files.iter().map(|file| file.node.trim_start_matches("./")).collect();
        let is_name = |text: &&str| is_plain(text) && !text.contains(['/', '{']);
        let (first, _) = artifacts.files.split_first()?;
        let is_missing = |text: &&str| !self.holds(Utf8Path::new(text)) && !self.build.may_write(Utf8Path::new(text));
        if self.is_document || !files.iter().all(|text| is_name(text) && is_missing(text)) {
            return None;
        }
        let holding = |text: &str| self.source.folders_with(text);
        let mut folders = holding(files.first()?);
        folders.retain(|folder| files.iter().all(|text| self.holds(&folder.join(text))));
        let [only] = folders.as_slice() else { return None };
        Some(in_folder(first, only, files.len()))
    }

    /// Reports a path from the root of the file system that no command mentions, although one in the source exists.
    fn not_absolute(&self, base: &Spanned<String>, path: &Utf8Path) -> Option<Diagnostic> {
        let start = base.node.trim_end_matches('/');
        let is_separator = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ':' | '>');
        let names = |text: &str| text.split(is_separator).any(|word| word.starts_with(start));
        let is_named = self.build.spec.commands().any(|command| names(&command.text));
        let is_meant = self.holds(path) || self.build.may_write_named(path);
        (!is_named && is_meant && !path.as_str().is_empty() && !self.is_document).then(|| from_root(base, path))
    }

    /// Returns a folder that a command fills and that is probably meant instead of one that no command mentions.
    fn other_folder(&self, path: &Utf8Path) -> Option<(String, Span)> {
        let name = path.file_name().filter(|name| !is_for_results(name) && self.build.count_word(name) == 0)?;
        let near = |folder: &&OutputFolder| {
            let own = folder.path.file_name().filter(|_| folder.path.parent() == path.parent());
            own.is_some_and(|own| is_misspelling(name, own))
        };
        let found = self.build.commands.output_folders.iter().find(near)?;
        Some((found.path.to_string(), found.span))
    }

    /// Returns the folder that a program of a `package.json` fills instead of one that nothing mentions.
    fn folder_of_tool(&self, path: &Utf8Path) -> Option<(String, Span)> {
        let scripts = |name: &str| self.build.commands.package_scripts.iter().filter(|it| it.name.node == name).count();
        let name = path.file_name().filter(|name| self.build.count_word(name) <= scripts(name))?;
        let folders = tool_folders::of(self.build, self.source);
        if folders.iter().any(|folder| folder.path == path) {
            return None;
        }
        let beside = folders.into_iter().find(|it| it.path.parent() == path.parent() && !it.mentions(name))?;
        Some((beside.path.into_string(), beside.script))
    }

    /// Returns whether a packaging command writes a file that no artifact contains.
    fn writes_another(&self) -> bool {
        let Some(primary) = &self.build.spec.artifacts else { return false };
        let files: Vec<&str> = std::iter::once(primary)
            .chain(&primary.secondary)
            .flat_map(|artifacts| &artifacts.files)
            .map(|file| file.node.trim_start_matches("./"))
            .collect();
        let outputs = self.build.commands.packagings.iter().filter_map(|it| it.output.as_ref()?.word.literal());
        outputs.into_iter().any(|name| !files.contains(&name.as_ref()))
    }

    /// Checks a file that an action with its own commands hands on, and that a command writes with a similar name.
    fn declared(&self, file: &Spanned<String>) -> Option<Diagnostic> {
        let path = normalize(Utf8Path::new(file.node.trim_start_matches("./"))).ok()?;
        let is_made = self.holds(&path) || self.build.commands.writes.iter().any(|it| it.path == path);
        if is_made || !is_plain(&file.node) || path.as_str().is_empty() {
            return None;
        }
        let near = self.written_near(&path, &file.node);
        if let Some(written) = self.elsewhere(&path).filter(|_| near.is_none()) {
            return Some(other_name(file, written.path.as_str(), written.span));
        }
        let (name, place) = near?;
        Some(other_name(file, &name, place))
    }

    /// Checks a file, or the folder of a pattern, which the source must contain or a command must write.
    fn listed(&self, base: &Utf8Path, file: &Spanned<String>, has_base: bool) -> Option<Diagnostic> {
        let text = file.node.trim_start_matches("./");
        if text.starts_with('/') || text.contains(['$', '~', '`']) {
            return None;
        }
        let fixed =
            text.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect::<Vec<_>>().join("/");
        let is_pattern = fixed != text;
        let path = normalize(&base.join(&fixed)).ok().filter(|path| !path.as_str().is_empty() && !fixed.is_empty())?;
        if self.holds(&path) {
            return None;
        }
        if let Some(written) = self.elsewhere(&path).filter(|_| !is_pattern) {
            let outside_base = has_base && written.path.as_str() == text;
            let at_root = self.read.contains(&text);
            return Some(written_elsewhere(file, &written, base, (outside_base, at_root)));
        }
        if let Some((near, span)) = self.folder_of_tool(&path).filter(|_| is_pattern) {
            return Some(other_folder(&fixed, file.span, &near, span));
        }
        if let Some(printed) = self.printed(&path) {
            return Some(only_printed(file, printed, path.as_str()));
        }
        let outputs = self.build.commands.packagings.iter().filter_map(|packaging| packaging.output.as_ref());
        let near = outputs.filter_map(|output| Some((output.word.literal()?, output.span))).find(|(name, _)| {
            let mentioned = self.build.mentions(path.file_name().unwrap_or_default());
            !mentioned && similar(name, [path.as_str()]).is_some()
        });
        let near = near.or_else(|| self.written_near(&path, text));
        if let Some((name, span)) = near.filter(|_| !is_pattern) {
            return Some(other_name(file, &name, span));
        }
        if self.is_not_copied(base, &path) {
            return Some(not_copied(file, base, &fixed));
        }
        if self.build.may_write(&path) {
            return None;
        }
        let near = if is_pattern { self.source.near_folder(&path) } else { None };
        let near = near.and_then(|near| text.strip_prefix(&fixed).map(|rest| format!("{near}{rest}")));
        Some(nothing_writes(file, is_pattern, near.as_deref()))
    }

    /// Returns whether the source has a file or folder in its root, while a command makes the folder of the artifact and no
    /// command mentions the name.
    fn is_not_copied(&self, base: &Utf8Path, path: &Utf8Path) -> bool {
        let Ok(inside) = path.strip_prefix(base) else { return false };
        let makes = |text: &str| text.trim_start().starts_with("mkdir ") && text.contains(base.as_str());
        let first = inside.components().next().map_or("", |part| part.as_str());
        !base.as_str().is_empty()
            && self.build.spec.commands().any(|command| makes(&command.text))
            && !self.holds(base)
            && self.holds(inside)
            && self.build.count_word(first) == 0
            && !self
                .build
                .spec
                .commands()
                .any(|command| command.text.contains("cp -r . ") || command.text.contains('*'))
    }

    /// Returns a command that prints a packaged template, while no command mentions the file with the template.
    fn printed(&self, path: &Utf8Path) -> Option<Span> {
        let is_template = matches!(path.extension(), Some("json" | "yaml" | "yml"));
        let name = path.file_name().filter(|name| is_template && !self.build.mentions(name))?;
        let packagings = &self.build.commands.packagings;
        let prints =
            |it: &&Packaging| matches!(it.tool, Tool::CloudFormationPackage | Tool::SamPackage) && it.output.is_none();
        let mut printing = packagings.iter().filter(prints);
        printing.next().filter(|_| printing.next().is_none() && name.contains("pack")).map(|it| it.span)
    }

    /// Returns a file that a command writes, that no artifact contains, and that is probably meant instead of one that
    /// commands at most read.
    fn written_near(&self, path: &Utf8Path, listed_as: &str) -> Option<(String, Span)> {
        let examined = |name: &str| self.build.commands.examined.iter().filter(|it| *it == name).count();
        let name = path.file_name().filter(|name| self.build.count_word(name) <= examined(name))?;
        let sections = self.build.spec.artifacts.iter().flat_map(|all| std::iter::once(all).chain(&all.secondary));
        let listed: Vec<&str> = sections.flat_map(|section| &section.files).map(|file| file.node.as_str()).collect();
        let extension = |name: &str| Utf8Path::new(name).extension().map(str::to_owned);
        let stem = |name: &str| Utf8Path::new(name).file_stem().map(str::to_owned);
        let is_near = |own: &str| {
            let is_typo = is_misspelling(name, own) || name.eq_ignore_ascii_case(own);
            own != name && if extension(own) == extension(name) { is_typo } else { stem(own) == stem(name) }
        };
        let found = self
            .made_in(path.parent()?)
            .into_iter()
            .find(|(own, _)| !listed.iter().any(|it| it.ends_with(own.as_str())) && is_near(own))?;
        let meant = Utf8Path::new(listed_as).with_file_name(&found.0);
        Some((meant.into_string(), found.1))
    }

    /// Returns the names of the files that commands write to a folder or copy to one that they make.
    fn made_in(&self, folder: &Utf8Path) -> Vec<(String, Span)> {
        let commands = &self.build.commands;
        let written = commands.writes.iter().filter(|written| written.path.parent() == Some(folder));
        let written = written.filter_map(|it| Some((it.path.file_name()?.to_owned(), it.span)));
        let is_made = self
            .build
            .spec
            .commands()
            .any(|it| it.text.trim_start().starts_with("mkdir ") && it.text.contains(folder.as_str()));
        let copied = commands.copies.iter().filter(|copy| is_made && copy.into_folder && copy.target == folder);
        let copied = copied.flat_map(|copy| copy.sources.iter().map(move |source| (source, copy.span)));
        let copied = copied.filter_map(|(source, span)| Some((source.file_name()?.to_owned(), span)));
        written.chain(copied).collect()
    }

    /// Returns where a command writes a file with this name, if not to the path in the artifact.
    fn elsewhere(&self, path: &Utf8Path) -> Option<Written> {
        let is_new = |it: &&WrittenFile| it.template.as_ref() != Some(&it.path);
        let of_name = self.build.commands.writes.iter().filter(|it| it.path.file_name() == path.file_name());
        let mut writes = of_name.filter(is_new).peekable();
        writes.peek()?;
        let is_copied = |(name, _): &(String, Span)| Some(name.as_str()) == path.file_name();
        if path.parent().is_some_and(|folder| self.made_in(folder).iter().any(is_copied)) {
            return None;
        }
        if self.build.commands.writes.iter().any(|it| it.path == path) {
            return None;
        }
        let name = path.file_name()?;
        // Another command that mentions it may move it.
        let own = |command: &Command| self.build.commands.writes.iter().any(|it| command.span.covers(it.span));
        let mentions = self.build.spec.commands().filter(|command| {
            let copies = self.build.commands.copies.iter().filter(|copy| command.span.covers(copy.span)).count();
            let moves = ["cp ", "mv "].iter().map(|word| command.text.matches(word).count()).sum::<usize>() > copies;
            // The folder of a command that writes the file is known.
            let moves = moves || command.text.contains("cd ") && !own(command);
            command.text.contains(name) && moves
        });
        if mentions.count() > 0 {
            return None;
        }
        writes.next().map(|it| Written { path: it.path.clone(), span: it.span })
    }
}

/// Returns whether a path is literal.
fn is_plain(path: &str) -> bool {
    // Windows also separates folders with `\`.
    !path.contains(['$', '*', '?', '`', '~', '[', '\\'])
}

/// The path and the span of a written file.
struct Written {
    path: Utf8PathBuf,
    span: Span,
}

/// A base directory that is never created.
fn no_folder(folder: &str, place: Span) -> Diagnostic {
    let message = format!("nothing creates the folder `{folder}`");
    Diagnostic::new(Code::W0221, message, place, "not in the source, either")
        .help("name the folder that the commands write to")
}

/// A base directory that starts at the root of the file system.
fn from_root(base: &Spanned<String>, meant: &Utf8Path) -> Diagnostic {
    let message = format!("nothing creates the folder `{}`", base.node);
    Diagnostic::new(Code::W0221, message, base.span, "starts at the root of the file system")
        .suggest(base.span, Some(meant.as_str()))
}

/// Files that are in a folder, which the artifact does not say.
fn in_folder(first: &Spanned<String>, folder: &Utf8Path, count: usize) -> Diagnostic {
    let message = format!("`{}` is not in the folder of the source", first.node);
    let label = if count == 1 { format!("it is in `{folder}`") } else { format!("these files are in `{folder}`") };
    Diagnostic::new(Code::W0221, message, first.span, label).help(format!("add `base-directory: {folder}`"))
}

/// A base directory that is similar to a folder that a command fills.
fn other_folder(folder: &str, place: Span, near: &str, filled: Span) -> Diagnostic {
    let message = format!("nothing creates the folder `{folder}`");
    Diagnostic::new(Code::W0221, message, place, "not in the source, either")
        .label(filled, format!("writes to `{near}`"))
        .suggest(place, Some(near))
}

/// A file that is written, but to another folder.
///
/// `outside_base`: whether it would be found without the `base-directory`. `at_root`: whether a deployment reads it at the root.
fn written_elsewhere(
    file: &Spanned<String>,
    written: &Written,
    base: &Utf8Path,
    (outside_base, at_root): (bool, bool),
) -> Diagnostic {
    let message = format!("`{}` is written in another folder", file.node);
    let looked = match base.as_str() {
        "" => "looked for in the folder of the source".to_owned(),
        base => format!("looked for in `{base}`"),
    };
    let found = Diagnostic::new(Code::W0221, message, file.span, looked);
    let label = match written.path.parent() {
        Some(parent) if parent.starts_with("..") => "written outside of the source, after `cd`".to_owned(),
        _ => format!("written to `{}`", written.path),
    };
    let help = if outside_base {
        "remove `base-directory`, or write it to that folder".to_owned()
    } else if written.path.starts_with("..") || at_root {
        match written.path.file_name() {
            Some(name) => format!("write it to `$CODEBUILD_SRC_DIR/{name}`"),
            None => "write it in `$CODEBUILD_SRC_DIR`".to_owned(),
        }
    } else if let Ok(inside) = written.path.strip_prefix(base) {
        // What reads the artifact may expect the file at its root.
        if file.node.contains('/') {
            format!("list `{inside}`")
        } else {
            format!("write it to `{}`, or list `{inside}`", base.join(&file.node))
        }
    } else {
        format!("write it to `{base}`")
    };
    found.label(written.span, label).help(help)
}

/// A file or folder of the source that no command copies to the folder of the artifact.
fn not_copied(file: &Spanned<String>, base: &Utf8Path, name: &str) -> Diagnostic {
    let message = format!("nothing copies `{name}` to `{base}`");
    Diagnostic::new(Code::W0221, message, file.span, "only in the root of the source")
        .help(format!("add `cp -r {name} {base}/` to the commands"))
}

/// A file that a command would write with another option.
fn only_printed(file: &Spanned<String>, command: Span, path: &str) -> Diagnostic {
    Diagnostic::new(Code::W0221, format!("nothing writes `{}`", file.node), file.span, "not in the source, either")
        .label(command, "only prints the template")
        .help(format!("add `--output-template-file {path}` to the command"))
}

/// A file that is written with a similar name.
fn other_name(file: &Spanned<String>, name: &str, place: Span) -> Diagnostic {
    let message = format!("nothing writes `{}`", file.node);
    Diagnostic::new(Code::W0221, message, file.span, "not in the source, either")
        .label(place, "written under this name")
        .did_you_mean(name)
}

/// A file that nothing writes.
fn nothing_writes(file: &Spanned<String>, is_pattern: bool, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing writes `{}`", file.node);
    let label = if is_pattern { "matches no file in the source, either" } else { "not in the source, either" };
    let found = Diagnostic::new(Code::W0221, message, file.span, label);
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help("correct the path, or let a command write it"),
    }
}
