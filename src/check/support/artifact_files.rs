//! Files that an artifact should contain.

use camino::Utf8Path;

use crate::check::Subject;
use crate::check::support::absent_files::{Absence, absence};
use crate::check::support::listed_files::{self, Needed};
use crate::check::support::source_folder::missing_checkout;
use crate::diagnostic::families::artifacts::Named;
use crate::diagnostic::suggest::{is_misspelling, similar_path};
use crate::diagnostic::{Code, Diagnostic, Intent, Phrase, PipeCode, phrase, wording};
use crate::hir::{ArtifactId, Hir, Pipeline, PipelineId};
use crate::plan::references;
use crate::plan::repository::{self, StatedBy};
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::artifact::{KnownFiles, Presence};
use crate::workspace::file_system::normalize;

/// The help for files of a checkout that is assumed to be of this repository.
fn elsewhere() -> Phrase {
    phrase!["set ", PipeCode::set("checkout", "false"), " in the source if it is another repository"]
}

/// The label of a file that only a pattern of the artifact admits.
const UNMADE: &str = "neither in the source nor written by a command";

/// The number of letters at the start of two names that are probably meant to be the same.
const COMMON_START: usize = 4;

/// Other files of the same artifact that are labelled.
const OTHERS_SHOWN: usize = 3;

/// A file that an artifact should contain.
pub(in crate::check) struct Wanted<'a> {
    pub(in crate::check) artifact: ArtifactId,
    pub(in crate::check) path: &'a str,
    /// The span that names it, or otherwise that of the artifact.
    pub(in crate::check) span: Span,
    pub(in crate::check) named: Named<'a>,
}

/// Reports that a file is certainly not in its artifact. A variable in its path can have any value.
pub(in crate::check) fn missing(
    subject: &Subject<'_>,
    pipeline_id: PipelineId,
    wanted: &Wanted<'_>,
) -> Option<Diagnostic> {
    match find(subject, pipeline_id, wanted)? {
        Fault::Elsewhere(diagnostic) => Some(*diagnostic),
        Fault::Missing(missing) => Some(missing_file(&missing)),
        Fault::Unwritten(_) => None,
    }
}

/// As [`missing`], for all files that are named in a pipeline, including those that are probably missing. Those that the `files` of one artifact lack are one fault.
pub(in crate::check) fn missing_together(
    subject: &Subject<'_>,
    pipeline_id: PipelineId,
    wanted: &[Wanted<'_>],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut lists: Vec<Vec<MissingFile<'_>>> = Vec::new();
    for wanted in wanted {
        match find(subject, pipeline_id, wanted) {
            None => {}
            Some(Fault::Elsewhere(diagnostic) | Fault::Unwritten(diagnostic)) => found.push(*diagnostic),
            Some(Fault::Missing(missing)) if !missing.is_unlisted() => found.push(missing_file(&missing)),
            Some(Fault::Missing(missing)) => {
                match lists.iter_mut().find(|list| list.iter().any(|it| it.id == missing.id)) {
                    Some(list) => list.push(*missing),
                    None => lists.push(vec![*missing]),
                }
            }
        }
    }
    found.extend(lists.iter().flat_map(|list| missing_files(list)));
    found
}

/// Why a file is not in its artifact.
enum Fault<'a> {
    /// For a reason elsewhere.
    Elsewhere(Box<Diagnostic>),
    /// Only an unknown program can make it, and a file with a similar name exists.
    Unwritten(Box<Diagnostic>),
    Missing(Box<MissingFile<'a>>),
}

fn find<'a>(subject: &Subject<'a>, pipeline_id: PipelineId, wanted: &Wanted<'a>) -> Option<Fault<'a>> {
    let Subject { hir, workspace, .. } = *subject;
    let pipeline = &hir.pipelines[pipeline_id];
    let Wanted { artifact: id, path, span, named } = *wanted;
    if references(path).next().is_some() {
        return None;
    }
    let artifact = &pipeline.artifacts[id];
    let contents = subject.action_files.contents(pipeline_id, id);
    // The repository around a document may be a different one from the one that its pipelines use.
    if subject.document.is_some() && contents.stated_by == StatedBy::Repository {
        return None;
    }
    if pipeline.actions.get(artifact.producer).is_some_and(|source| missing_checkout(subject, source).is_some()) {
        return None;
    }
    if let Some(name) = in_braces(path).filter(|_| !matches!(contents.files.contains(path), Presence::Present(_))) {
        return Some(Fault::Elsewhere(Box::new(not_replaced(name, span))));
    }
    let known = match absence(subject, pipeline_id, id, path)? {
        Absence::Certain(known) => known,
        Absence::Likely { near } => return Some(Fault::Unwritten(Box::new(unwritten(path, span, &near)))),
    };
    if let StatedBy::Buildspec(_) = contents.stated_by {
        let is_written = matches!(named, Named::AfterColons);
        let needed = Needed { artifact: artifact.name.as_str(), path, used: span, is_written };
        if let Some(cause) = listed_files::cause(subject, pipeline_id, id, needed) {
            return Some(Fault::Elsewhere(Box::new(cause)));
        }
    }
    let names = known.iter().map(|known| known.path.as_str()).filter(|path| !path.contains(['*', '?', '[', '{', '$']));
    let admitted = admitted(subject, pipeline_id, id, path);
    let near = similar_path(path, names.chain(admitted.iter().map(String::as_str))).map(str::to_owned);
    // A file of the source was left out of `files`, unless its name is a typo there.
    let near = near.filter(|near| {
        let of_build = matches!(contents.stated_by, StatedBy::Buildspec(_));
        let typo = |near: &str| is_misspelled(subject, pipeline_id, id, (path, near));
        !of_build || typo(near) || !listed_files::is_in_source(subject, pipeline_id, id, path)
    });
    let is_admitted = contents.files.contains(path) == Presence::Unknown;
    let near = near.filter(|near| !is_admitted || is_alike(path, near));
    let listed = known.iter().find(|known| near.as_ref() == Some(&known.path)).and_then(|known| known.span);
    let misspelled = near.as_deref().is_some_and(|near| is_misspelled(subject, pipeline_id, id, (path, near)));
    Some(Fault::Missing(Box::new(MissingFile {
        misspelled: listed.filter(|_| misspelled),
        admitted: is_admitted,
        id,
        artifact: &artifact.name,
        path,
        span,
        quoted: subject.written(span).quote().is_some(),
        named,
        near,
        other: other_artifact(subject, pipeline_id, id, path),
        holder: match contents.stated_by {
            StatedBy::Repository => Holder::Repository { ignored: is_ignored(workspace, pipeline, id, path) },
            StatedBy::Buildspec(section) => Holder::Build { project: project_of(hir, pipeline, id), section },
            StatedBy::Type => Holder::Type,
            StatedBy::Declared | StatedBy::Nobody => Holder::Declaration,
        },
        listed: known.iter().filter_map(|KnownFiles { span, .. }| *span).collect(),
    })))
}

/// Returns a name in braces, without the `$` that makes it a reference: `{stage.name}`.
fn in_braces(path: &str) -> Option<&str> {
    let (before, rest) = path.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    (!before.ends_with('$') && name.split('.').all(is_name)).then_some(name)
}

/// A path with a name in braces that is not a reference.
fn not_replaced(name: &str, place: Span) -> Diagnostic {
    let message = format!("`{{{name}}}` in the path is not replaced");
    Diagnostic::new(Code::E0207, message, place, "part of the file's name").help(format!("write `${{{name}}}`"))
}

/// Returns whether one name is a typo of the other, or its start. Of files that stand side by side, most others are not
/// meant: `live.json` for `prod.json`.
fn is_alike(path: &str, near: &str) -> bool {
    let stem = |path: &str| Utf8Path::new(path).file_stem().unwrap_or_default().to_owned();
    let (one, other) = (stem(path), stem(near));
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    is_misspelling(&one, &other) || common >= COMMON_START || one.starts_with(&other) || other.starts_with(&one)
}

/// Another artifact that contains a file for certain.
fn other_artifact<'a>(
    subject: &Subject<'a>,
    pipeline_id: PipelineId,
    id: ArtifactId,
    path: &str,
) -> Option<&'a Spanned<String>> {
    let artifacts = subject.hir.pipelines[pipeline_id].artifacts();
    let own = &subject.action_files.contents(pipeline_id, id).stated_by;
    let mut holding = artifacts.filter(|(other, _)| {
        let contents = subject.action_files.contents(pipeline_id, *other);
        // What a build puts into its artifact is not to be read from another one, unless the same build produces that.
        let artifact = |id| subject.hir.pipelines[pipeline_id].artifacts.get(id);
        let same_build = || artifact(id).map(|it| it.producer) == artifact(*other).map(|it| it.producer);
        let may_be = *own == StatedBy::Repository || same_build();
        *other != id && may_be && matches!(contents.files.contains(path), Presence::Present(_))
    });
    let (_, only) = holding.next()?;
    holding.next().is_none().then_some(&only.name)
}

/// The files of the source beside the one wanted, or with its name, that the patterns of a build admit, by their paths in the artifact.
fn admitted(subject: &Subject<'_>, pipeline_id: PipelineId, id: ArtifactId, path: &str) -> Vec<String> {
    let pipeline = &subject.hir.pipelines[pipeline_id];
    let contents = subject.action_files.contents(pipeline_id, id);
    let StatedBy::Buildspec(_) = contents.stated_by else { return Vec::new() };
    let producer = pipeline.actions.get(pipeline.artifacts[id].producer);
    let folder = producer.and_then(repository::primary_input).and_then(|input| repository::checkout(pipeline, input));
    let (Some(folder), Some(parent)) = (folder.and_then(|it| normalize(it).ok()), Utf8Path::new(path).parent()) else {
        return Vec::new();
    };
    let files = subject.workspace.files().tracked();
    let stem = Utf8Path::new(path).file_stem().unwrap_or_default();
    let alike = files.keys().filter(|file| file.file_stem() == Some(stem)).filter_map(|file| file.file_name());
    let beside = alike.map(|name| parent.join(name).to_string());
    // The same name in another folder.
    let name = Utf8Path::new(path).file_name();
    let elsewhere =
        files.keys().filter(|file| file.file_name() == name).filter_map(|file| file.strip_prefix(&folder).ok());
    beside
        .chain(elsewhere.map(Utf8Path::to_string))
        .filter(|candidate| {
            let paths = contents.files.build_paths(candidate);
            candidate != path && paths.iter().any(|path| files.contains_key(&folder.join(path)))
        })
        .collect()
}

/// Returns whether the buildspec lists a file that the source does not have, and the source has the one that is wanted.
fn is_misspelled(subject: &Subject<'_>, pipeline_id: PipelineId, id: ArtifactId, (path, near): (&str, &str)) -> bool {
    let pipeline = &subject.hir.pipelines[pipeline_id];
    let producer = pipeline.actions.get(pipeline.artifacts[id].producer);
    let folder = producer.and_then(repository::primary_input).and_then(|input| repository::checkout(pipeline, input));
    let Some(folder) = folder.and_then(|it| normalize(it).ok()) else { return false };
    let contents = &subject.action_files.contents(pipeline_id, id).files;
    let tracked = subject.workspace.files().tracked();
    let build = subject.action_files.build(pipeline_id, pipeline.artifacts[id].producer);
    let mentions = build.is_none_or(|build| build.mentions(near));
    contents.build_paths(near).iter().any(|listed| {
        let wanted = Utf8Path::new(path).file_name().map(|name| listed.with_file_name(name));
        let is_there = wanted.is_some_and(|wanted| tracked.contains_key(&folder.join(wanted)));
        is_there && !mentions && !tracked.contains_key(&folder.join(listed))
    })
}

/// Returns whether a file exists, but is not under version control.
fn is_ignored(workspace: &Workspace, pipeline: &Pipeline, artifact: ArtifactId, path: &str) -> bool {
    let folder = repository::checkout(pipeline, artifact);
    folder.is_some_and(|folder| workspace.files().is_file(&folder.join(path)))
}

fn project_of<'a>(hir: &'a Hir, pipeline: &Pipeline, artifact: ArtifactId) -> Option<&'a str> {
    let producer = pipeline.artifacts.get(artifact)?.producer;
    let project = pipeline.actions.get(producer)?.project()?;
    hir.projects.get(project).map(|project| project.declaration.symbol.node.as_str())
}

/// A file that its artifact does not contain.
#[derive(Debug)]
struct MissingFile<'a> {
    /// What the artifact is found by.
    id: ArtifactId,
    /// The artifact, where it is produced.
    artifact: &'a Spanned<String>,
    /// The file.
    path: &'a str,
    /// Its span.
    span: Span,
    /// Whether it is quoted there.
    quoted: bool,
    /// The path as it is named there.
    named: Named<'a>,
    /// A file of the artifact that is probably meant.
    near: Option<String>,
    /// Where a buildspec misspells the file.
    misspelled: Option<Span>,
    /// Whether a pattern of the artifact admits the file.
    admitted: bool,
    /// Another artifact that contains the file.
    other: Option<&'a Spanned<String>>,
    /// The file that determines the contents of the artifact.
    holder: Holder<'a>,
    /// The spans of the stated entries.
    listed: Vec<Span>,
}

impl MissingFile<'_> {
    /// Whether it is just not among the files that a buildspec lists.
    fn is_unlisted(&self) -> bool {
        matches!((&self.holder, self.named), (Holder::Build { .. }, Named::AfterColons))
            && !self.admitted
            && self.near.is_none()
            && self.other.is_none()
    }
}

/// A file that only an unknown program can make, while `near` exists.
pub(in crate::check) fn unwritten(path: &str, place: Span, near: &str) -> Diagnostic {
    Diagnostic::new(Code::W0221, format!("nothing writes `{path}`"), place, "not in the source, either")
        .did_you_mean(near)
}

/// Files that are all missing from the `files` of one artifact: one diagnostic, unless they are one file in several places.
fn missing_files(list: &[MissingFile<'_>]) -> Vec<Diagnostic> {
    let mut paths: Vec<&str> = list.iter().map(|missing| missing.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let [first, ..] = list else { return Vec::new() };
    if paths.len() < 2 {
        return list.iter().map(missing_file).collect();
    }
    let mut found = missing_file(first);
    found.message = format!("{}, and lacks {}", found.message, wording::count(paths.len() - 1, "other file"));
    let mut named = vec![first.path];
    for other in list.iter().skip(1) {
        if !named.contains(&other.path) && named.len() <= OTHERS_SHOWN {
            named.push(other.path);
            found = found.label(other.span, "also missing");
        }
    }
    let parts = |path: &str| {
        let path = Utf8Path::new(path);
        Some((path.parent()?.to_owned(), path.extension()?.to_owned()))
    };
    let same = paths.iter().all(|path| parts(path) == parts(first.path));
    let added = match parts(first.path).filter(|_| same) {
        Some((folder, extension)) => format!("`{}`", folder.join(format!("*.{extension}"))),
        None => wording::and_list(paths.iter().copied()),
    };
    vec![found.help(format!("add {added} to the `files` of this artifact"))]
}

/// The file that determines the contents of an artifact.
#[derive(Debug)]
enum Holder<'a> {
    /// The repository.
    Repository {
        /// The file exists, but is not under version control.
        ignored: bool,
    },
    /// A buildspec.
    Build {
        /// The project, if it has a name.
        project: Option<&'a str>,
        /// The key of the section.
        section: Span,
    },
    /// The type of the action that produces it.
    Type,
    /// The header of the action that produces it.
    Declaration,
}

/// Returns the labels of a missing file and of its artifact.
fn labels(missing: &MissingFile<'_>) -> (&'static str, String) {
    let made = match &missing.holder {
        Holder::Repository { .. } => "a checkout of this repository".to_owned(),
        Holder::Build { project: Some(project), .. } => format!("produced by project `{project}`"),
        Holder::Build { .. } | Holder::Type | Holder::Declaration => "produced here".to_owned(),
    };
    let label = match &missing.holder {
        Holder::Repository { ignored: true } => "not under version control",
        Holder::Repository { .. } => "not in the repository",
        Holder::Build { .. } if missing.admitted => UNMADE,
        Holder::Type => "such artifacts never contain it",
        Holder::Declaration if missing.listed.len() > 1 || missing.listed.is_empty() => "not among the declared files",
        Holder::Build { .. } | Holder::Declaration => "",
    };
    (label, made)
}

/// A file that is not in its artifact.
fn missing_file(missing: &MissingFile<'_>) -> Diagnostic {
    let MissingFile { artifact, path, span, .. } = *missing;
    let near = missing.near.as_deref();
    let name = &artifact.node;
    let (label, made) = labels(missing);
    let message = format!("artifact `{name}` has no file `{path}`");
    let mut diagnostic = Diagnostic::new(Code::E0207, message, span, label).label(artifact.span, made);
    match (missing.listed.as_slice(), &missing.holder) {
        (_, Holder::Type) => {}
        ([only], _) => diagnostic = diagnostic.label(*only, "the only file in the artifact"),
        (_, Holder::Build { section, .. }) => diagnostic = diagnostic.label(*section, "its files"),
        _ => {}
    }
    if let (Some(other), None) = (missing.other, near) {
        let name = &other.node;
        let diagnostic = diagnostic.label(other.span, "contains it");
        return match missing.named {
            Named::Unnamed { .. } => diagnostic.help(phrase!["write ", PipeCode::from_artifact(name.as_str())]),
            Named::Path => diagnostic.help(format!("use `{name}` as the input")),
            Named::AfterColons => {
                let written =
                    if missing.quoted || !is_bare_path(path) { format!("\"{path}\"") } else { path.to_owned() };
                diagnostic.help(format!("write `{name}::{written}`"))
            }
        };
    }
    if let Named::Unnamed { provider, or } = missing.named {
        let others = or.map_or_else(String::new, |word| format!(" unless `{word}` names another file"));
        return unnamed_help(diagnostic.note(format!("{provider} looks for `{path}`{others}")), missing);
    }
    if let (Some(near), Some(place)) = (near, missing.misspelled) {
        return diagnostic
            .label(place, "the source has no such file")
            .help(format!("write `{path}` instead of `{near}` in the `files` of this artifact"));
    }
    if let (Some(near), Named::Path) = (near, missing.named) {
        return diagnostic
            .did_you_mean(&format!("\"{near}\""))
            .intend(Intent::SetString { place: span, text: near.to_owned() });
    }
    if let Some(near) = near {
        let written = if missing.quoted || !is_bare_path(near) { format!("\"{near}\"") } else { near.to_owned() };
        return diagnostic.did_you_mean(&format!("{name}::{written}")).edit(span, written);
    }
    match missing.holder {
        Holder::Repository { ignored: true } => diagnostic
            .help(format!("remove `{path}` from `.gitignore`, and commit it; ignored files are not in the checkout")),
        Holder::Repository { .. } => diagnostic.help(phrase![format!("add `{path}`, or "), elsewhere()]),
        Holder::Type => diagnostic,
        Holder::Build { .. } if missing.admitted => {
            diagnostic.help("correct the path, or add the file to the repository")
        }
        Holder::Build { .. } => diagnostic.help(format!("add `{path}` to the `files` of this artifact")),
        Holder::Declaration if missing.listed.is_empty() => {
            diagnostic.help(phrase!["declare it: ", PipeCode::to_artifact(format!("{name}(\"{path}\")"))])
        }
        Holder::Declaration => diagnostic
            .help(phrase![format!("add `\"{path}\"` to the files in "), PipeCode::to_artifact(format!("{name}(...)"))]),
    }
}

/// Adds the help for a file that a provider reads although it is not named.
fn unnamed_help(diagnostic: Diagnostic, missing: &MissingFile<'_>) -> Diagnostic {
    let path = missing.path;
    match missing.holder {
        Holder::Repository { .. } => diagnostic.help(phrase![format!("add `{path}` at the root, or "), elsewhere()]),
        Holder::Build { .. } => {
            diagnostic.help(format!("let the build write `{path}`, and add it to the `files` of this artifact"))
        }
        Holder::Type => diagnostic.help(format!("let a build write `{path}`, and use its artifact as the input")),
        Holder::Declaration => diagnostic.help(phrase![
            "if the artifact contains it, declare it: ",
            PipeCode::to_artifact(format!("{}(\"{path}\")", missing.artifact.node))
        ]),
    }
}

/// Returns whether a path can follow `::` without quotes.
fn is_bare_path(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || "_.@+~-/".contains(c)) && !path.contains("//")
}
