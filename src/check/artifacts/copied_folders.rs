//! W0221: files and patterns of an artifact that the folder which commands fill does not contain under this name.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::source_folder::{SourceFolder, each_build_in_source};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::is_misspelling;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::workspace::Build;
use crate::workspace::buildspec::Artifacts;
use crate::workspace::file_system::{inside, normalize};
use crate::workspace::glob::PathGlob;
use crate::workspace::packaging::CopiedFiles;

pub(super) const RULE: Rule = Rule { name: "copied-folders", codes: &[Code::W0221], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_build_in_source(subject, |build, source| {
        let sections = build.spec.artifacts.iter().flat_map(|all| std::iter::once(all).chain(&all.secondary));
        for section in sections.filter(|section| section.complete) {
            findings.extend(of_section(build, source, section));
        }
    });
}

/// Checks the files of an artifact whose base directory does not exist before the build.
fn of_section(build: &Arc<Build>, source: &SourceFolder<'_>, section: &Artifacts) -> Vec<Diagnostic> {
    let is_open = |text: &str| text.contains(['*', '?', '[', '{', '$', '`', '~']);
    let base = section.base_directory.as_ref().filter(|base| !is_open(&base.node) && !base.node.starts_with('/'));
    let base = base.and_then(|base| normalize(Utf8Path::new(&base.node)).ok());
    let Some(base) = base.filter(|base| !base.as_str().is_empty() && !source.holds(base)) else { return Vec::new() };
    let folder = Filled { build, source, base };
    let files = section.files.iter().filter(|file| !is_open(file.node.split('/').next().unwrap_or_default()));
    files.filter_map(|file| folder.check(file)).collect()
}

/// A folder, and the build that fills it.
struct Filled<'a> {
    build: &'a Build,
    source: &'a SourceFolder<'a>,
    base: Utf8PathBuf,
}

impl Filled<'_> {
    fn check(&self, file: &Spanned<String>) -> Option<Diagnostic> {
        let text = file.node.trim_start_matches("./");
        let (first, rest) = text.split_once('/').map_or((text, None), |(first, rest)| (first, Some(rest)));
        let mentions = self.build.count_word(first);
        let copies: Vec<(&CopiedFiles, &Utf8PathBuf)> = self.copies().collect();
        let here = || copies.iter().filter(|(copy, _)| copy.target == self.base);
        let named = |(_, source): &&(&CopiedFiles, &Utf8PathBuf)| source.file_name() == Some(first);
        if let Some((copy, source)) = here().find(named) {
            let rest = rest.filter(|_| mentions == 1 && copy.target == self.base)?;
            return self.matches_nothing(file, source, rest);
        }
        let flat = here().find(|(_, source)| source.as_str().strip_suffix("/*") == Some(first));
        if let Some((copy, _)) = flat.filter(|_| rest.is_some() && mentions == 1) {
            return Some(without_folder(file, first, &self.base, copy));
        }
        if mentions == 0 {
            let name = |source: &Utf8PathBuf| source.file_name().map(str::to_owned);
            let near =
                here().find_map(|(copy, source)| Some((copy, name(source).filter(|own| is_misspelling(first, own))?)));
            return near.map(|(copy, near)| {
                let meant = rest.map_or_else(|| near.clone(), |rest| format!("{near}/{rest}"));
                other_name(file, &meant, copy)
            });
        }
        // A copy of a single file is known to write it.
        if self.build.commands.writes.iter().any(|written| written.path.file_name() == Some(first)) {
            return None;
        }
        let mut elsewhere = copies.iter().filter(named);
        let only = elsewhere.next().filter(|_| rest.is_none() && mentions == 1 && elsewhere.next().is_none());
        only.map(|(copy, _)| in_other_folder(file, &self.base, copy))
    }

    /// Returns what commands certainly copy to a folder under its own name.
    fn copies(&self) -> impl Iterator<Item = (&CopiedFiles, &Utf8PathBuf)> {
        let creates = |copy: &CopiedFiles, text: &str| {
            text.trim_start().starts_with("mkdir ") && text.split_whitespace().any(|word| word == copy.target.as_str())
        };
        let is_folder = move |copy: &&CopiedFiles| {
            copy.into_folder || self.build.spec.commands().any(|command| creates(copy, &command.text))
        };
        let all = self.build.commands.copies.iter().filter(is_folder);
        all.flat_map(|copy| copy.sources.iter().map(move |source| (copy, source)))
    }

    /// Reports a pattern that matches no file in a folder of the source, which is copied as a whole.
    fn matches_nothing(&self, file: &Spanned<String>, source: &Utf8Path, rest: &str) -> Option<Diagnostic> {
        let folder = self.source.folder.join(source);
        let files: Vec<&Utf8Path> = inside(&self.source.files, &folder).collect();
        let glob = PathGlob::new(rest).filter(|_| !files.is_empty())?;
        if files.iter().any(|path| glob.is_match(path)) {
            return None;
        }
        let extension = files.first()?.extension().filter(|own| files.iter().all(|it| it.extension() == Some(own)))?;
        let (stem, other) = file.node.rsplit_once('.')?;
        let meant = format!("{stem}.{extension}");
        (stem.ends_with('*') && other != extension).then(|| no_match(file, source, &meant))
    }
}

/// A folder that is copied without its name.
fn without_folder(file: &Spanned<String>, folder: &str, base: &Utf8Path, copy: &CopiedFiles) -> Diagnostic {
    let message = format!("`{base}` has no folder `{folder}`");
    Diagnostic::new(Code::W0221, message, file.span, "this pattern matches nothing")
        .label(copy.span, "copies the files of the folder without it")
        .help(format!("write `cp -r {folder} {base}/`"))
}

/// A name that is copied under a similar one.
fn other_name(file: &Spanned<String>, meant: &str, copy: &CopiedFiles) -> Diagnostic {
    Diagnostic::new(Code::W0221, format!("nothing writes `{}`", file.node), file.span, "not in the source, either")
        .label(copy.span, "copied under another name")
        .did_you_mean(meant)
}

/// A file that is copied to another folder.
fn in_other_folder(file: &Spanned<String>, base: &Utf8Path, copy: &CopiedFiles) -> Diagnostic {
    let message = format!("`{}` is not in `{base}`", file.node);
    Diagnostic::new(Code::W0221, message, file.span, format!("looked for in `{base}`"))
        .label(copy.span, format!("copied to `{}`", copy.target))
        .help(format!("write `base-directory: {}`, or copy the file to `{base}`", copy.target))
}

/// A pattern for files with another extension.
fn no_match(file: &Spanned<String>, folder: &Utf8Path, meant: &str) -> Diagnostic {
    let message = format!("no file in `{folder}` matches `{}`", file.node);
    Diagnostic::new(Code::W0221, message, file.span, "its files have another extension").did_you_mean(meant)
}
