//! W0221: files of a report group that a command writes under another name or to another folder.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::SourceFolder;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::Spanned;
use crate::workspace::Build;
use crate::workspace::artifact::{ArtifactContents, Presence};
use crate::workspace::buildspec::{Buildspec, ReportGroup};
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::WrittenFile;

pub(super) const RULE: Rule = Rule { name: "report-files", codes: &[Code::W0221], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let source = SourceFolder::of(subject, place);
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            let known = repository::is_sound(build) && !build.spec.computed;
            if !known || !seen.is_new(build) {
                continue;
            }
            for group in &build.spec.reports {
                findings.extend(of_group(build, group, source.as_ref()));
            }
        }
    }
}

fn of_group(build: &Build, group: &ReportGroup, source: Option<&SourceFolder<'_>>) -> Option<Diagnostic> {
    let base = match &group.base_directory {
        None => Utf8PathBuf::new(),
        Some(base) if is_open(&base.node) || base.node.starts_with('/') => return None,
        Some(base) => normalize(Utf8Path::new(&base.node)).ok()?,
    };
    let holds = |path: &Utf8Path| source.is_some_and(|source| source.holds(path));
    group.files.iter().find_map(|file| {
        let path = normalize(&base.join(file.node.trim_start_matches("./"))).ok()?;
        let doubled = base.join(&base);
        let in_base = Utf8Path::new(&file.node).strip_prefix(&base).ok().filter(|_| !base.as_str().is_empty());
        if let Some(inside) = in_base
            && !holds(&doubled)
            && !build.mentions(doubled.as_str())
        {
            return Some(doubly(file, &base, inside));
        }
        if is_open(&file.node) || holds(&path) || build.commands.writes.iter().any(|it| it.path == path) {
            return None;
        }
        let written = written_instead(build, &path)?;
        Some(other_report(file, written, &base))
    })
}

/// Returns the report that a command writes, that no group contains, and that is probably meant instead of one that no
/// command mentions.
fn written_instead<'a>(build: &'a Build, path: &Utf8Path) -> Option<&'a WrittenFile> {
    let name = path.file_name()?;
    let is_unlisted = |it: &&WrittenFile| {
        it.path.extension() == path.extension()
            && it.template.is_none()
            && it.text.is_none()
            && !is_listed(&build.spec, &it.path)
    };
    let mut unlisted = build.commands.writes.iter().filter(is_unlisted);
    let only = unlisted.next().filter(|_| unlisted.next().is_none())?;
    let is_named = only.path.file_name() == Some(name);
    let mentions = build.count_word(name);
    if is_named { mentions == 1 } else { mentions == 0 && only.path.parent() == path.parent() }.then_some(only)
}

/// Returns whether a report group or an artifact may contain a file.
fn is_listed(spec: &Buildspec, path: &Utf8Path) -> bool {
    let artifacts = spec.artifacts.iter().flat_map(|all| std::iter::once(all).chain(&all.secondary));
    let in_artifact = artifacts.into_iter().any(|artifacts| {
        let base = artifacts.base_directory.as_ref().map_or("", |base| base.as_str());
        let inside = path.strip_prefix(base.trim_start_matches("./").trim_end_matches('/'));
        inside.is_ok_and(|inside| {
            !matches!(ArtifactContents::of_build(artifacts).contains(inside.as_str()), Presence::Absent { .. })
        })
    });
    in_artifact
        || spec.reports.iter().any(|group| {
            let base = group.base_directory.as_ref().map_or("", |base| base.as_str());
            let files = ArtifactContents::declared(&group.files);
            let inside = path.strip_prefix(base.trim_start_matches("./").trim_end_matches('/'));
            is_open(base)
                || inside.is_ok_and(|inside| !matches!(files.contains(inside.as_str()), Presence::Absent { .. }))
        })
}

/// Returns whether a path is not literal.
fn is_open(path: &str) -> bool {
    path.contains(['$', '*', '?', '`', '~', '[', '{'])
}

/// A report that a command writes to another path.
fn other_report(file: &Spanned<String>, written: &WrittenFile, base: &Utf8Path) -> Diagnostic {
    let found = Diagnostic::new(Code::W0221, format!("nothing writes report `{}`", file.node), file.span, "")
        .label(written.span, format!("written to `{}`", written.path));
    match written.path.strip_prefix(base) {
        Ok(inside) => found.help(format!("write `{inside}`")),
        Err(_) => found.help(format!("write the report to `{base}`, or change `base-directory`")),
    }
}

/// A report whose path repeats the base directory.
fn doubly(file: &Spanned<String>, base: &Utf8Path, inside: &Utf8Path) -> Diagnostic {
    let message = format!("nothing writes reports to `{base}/{base}`");
    Diagnostic::new(Code::W0221, message, file.span, "relative to `base-directory`").help(format!("write `{inside}`"))
}
