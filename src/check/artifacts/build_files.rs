//! W0221: files and folders of an artifact that the build does not create.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::Category;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Artifacts, Command};
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{OutputFolder, is_for_results};

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
                    if let Some((near, span)) = self.other_folder(&path) {
                        return findings.push(other_folder(&base.node, base.span, &near, span));
                    }
                    if !self.build.may_write(&path) {
                        return findings.push(no_folder(&base.node, base.span));
                    }
                }
                if absolute {
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
            return Some(written_elsewhere(file, &written, outside_base, self.read.contains(&text)));
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
        if self.build.may_write(&path) {
            return None;
        }
        let near = if is_pattern { self.source.near_folder(&path) } else { None };
        let near = near.and_then(|near| text.strip_prefix(&fixed).map(|rest| format!("{near}{rest}")));
        Some(nothing_writes(file, is_pattern, near.as_deref()))
    }

    /// Returns a file that a command writes, that no artifact contains, and that is probably meant instead of one that no
    /// command mentions.
    fn written_near(&self, path: &Utf8Path, listed_as: &str) -> Option<(String, Span)> {
        let name = path.file_name().filter(|name| self.build.count_word(name) == 0)?;
        let sections = self.build.spec.artifacts.iter().flat_map(|all| std::iter::once(all).chain(&all.secondary));
        let listed: Vec<&str> = sections.flat_map(|section| &section.files).map(|file| file.node.as_str()).collect();
        let is_near = |own: &str| is_misspelling(name, own) || name.eq_ignore_ascii_case(own);
        let found = self.build.commands.writes.iter().find(|written| {
            let own = written.path.file_name().filter(|own| !listed.iter().any(|it| it.ends_with(*own)));
            written.path.parent() == path.parent()
                && written.path.extension() == path.extension()
                && own.is_some_and(is_near)
        })?;
        let meant = Utf8Path::new(listed_as).with_file_name(found.path.file_name()?);
        Some((meant.into_string(), found.span))
    }

    /// Returns where a command writes a file with this name, if not to the path in the artifact.
    fn elsewhere(&self, path: &Utf8Path) -> Option<Written> {
        let mut writes =
            self.build.commands.writes.iter().filter(|it| it.path.file_name() == path.file_name()).peekable();
        writes.peek()?;
        if self.build.commands.writes.iter().any(|it| it.path == path) {
            return None;
        }
        let name = path.file_name()?;
        // Another command that mentions it may move it.
        let own = |command: &Command| self.build.commands.writes.iter().any(|it| command.span.covers(it.span));
        let mentions = self.build.spec.commands().filter(|command| {
            let moves = ["cp ", "mv "].iter().any(|word| command.text.contains(word));
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
    !path.contains(['$', '*', '?', '`', '~', '['])
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
fn written_elsewhere(file: &Spanned<String>, written: &Written, outside_base: bool, at_root: bool) -> Diagnostic {
    let message = format!("`{}` is written in another folder", file.node);
    let found = Diagnostic::new(
        Code::W0221,
        message,
        file.span,
        if outside_base { "looked for in `base-directory`" } else { "looked for in the folder of the source" },
    );
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
    } else {
        format!("list `{}`", written.path)
    };
    found.label(written.span, label).help(help)
}

/// A file that is written with a similar name.
fn other_name(file: &Spanned<String>, name: &str, place: Span) -> Diagnostic {
    let message = format!("nothing writes `{}`", file.node);
    Diagnostic::new(Code::W0221, message, file.span, "not in the source, either")
        .label(place, "written under this name")
        .help(format!("did you mean `{name}`?"))
}

/// A file that nothing writes.
fn nothing_writes(file: &Spanned<String>, is_pattern: bool, near: Option<&str>) -> Diagnostic {
    let message = format!("nothing writes `{}`", file.node);
    let label = if is_pattern { "matches no file in the source, either" } else { "not in the source, either" };
    let found = Diagnostic::new(Code::W0221, message, file.span, label);
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("correct the path, or let a command write it"),
    }
}
