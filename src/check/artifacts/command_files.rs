//! E0222, W0222: scripts, files, and folders that the commands of a build read, but that are not in the source.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::{SourceFolder, may_be_made};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::document::Node;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{InputFile, InputKind, PackageScript};

pub(super) const RULE: Rule = Rule { name: "command-files", codes: &[Code::E0222, Code::W0222], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(source) = SourceFolder::of(subject, place) else { continue };
        let own = subject.behind.own_commands(place.pipeline_id, place.id);
        for build in subject.behind.builds(place.pipeline_id, place.id).chain(own) {
            if repository::is_sound(build) && seen.is_new(build) {
                one(build, &source, findings);
            }
        }
    }
}

fn one(build: &Build, source: &SourceFolder<'_>, findings: &mut Findings) {
    let mut missing: Vec<Utf8PathBuf> = Vec::new();
    // The templates that are packaged are checked with the deployment.
    let packaged = |input: &InputFile| {
        build.commands.packagings.iter().any(|it| it.input.as_ref().is_some_and(|given| given.span.covers(input.span)))
    };
    for input in build.commands.inputs.iter().filter(|input| !packaged(input)) {
        if let Some((path, near)) = lacking(input, build, source).filter(|(path, _)| !missing.contains(path)) {
            findings.push(not_there(input, path.as_str(), near));
            missing.push(path);
        }
    }
    findings.extend(build.commands.package_scripts.iter().filter_map(|script| package_script(script, build, source)));
}

/// Returns the path of an input that the source does not contain and no command creates, and the path that is probably
/// meant.
fn lacking<'s>(
    input: &InputFile,
    build: &Build,
    source: &'s SourceFolder<'_>,
) -> Option<(Utf8PathBuf, Option<&'s str>)> {
    let path = normalize(&input.path).ok().filter(|path| !path.as_str().is_empty())?;
    if input.path.starts_with("..") || source.holds(&path) {
        return None;
    }
    let parent = path.parent().filter(|parent| parent.as_str().is_empty() || source.holds(parent));
    let name = path.file_name().filter(|_| parent.is_some())?;
    let reads = build.commands.inputs.iter().filter(|other| other.path.file_name() == Some(name)).count();
    if may_be_made(build, name, reads) {
        return None;
    }
    let near = match input.kind {
        InputKind::Folder => source.near_folder(&path),
        InputKind::Script | InputKind::File => source.near_file(&path),
        InputKind::Either => source.near_file(&path).or_else(|| source.near_folder(&path)),
    };
    // An earlier program may have written it without naming it. A single file in the root may come from elsewhere.
    let alone = parent.is_some_and(|parent| parent.as_str().is_empty());
    let open = match near {
        Some(near) => input.after_unseen && may_be_compiled(&path, Utf8Path::new(near)),
        None => input.after_unseen || alone,
    };
    (!open).then_some((path, near))
}

/// Returns whether a program may create a file from the one with a similar name: compilers change the extension, and
/// few add more than a prefix such as `lib`.
fn may_be_compiled(path: &Utf8Path, near: &Utf8Path) -> bool {
    let extension = |path: &Utf8Path| path.extension().map(str::to_ascii_lowercase);
    extension(path) != extension(near) || !is_misspelling(path.as_str(), near.as_str())
}

/// Checks a script that the `package.json` in its folder must have.
fn package_script(script: &PackageScript, build: &Build, source: &SourceFolder<'_>) -> Option<Diagnostic> {
    let path = normalize(&script.folder.join("package.json")).ok().filter(|_| !script.folder.starts_with(".."))?;
    if !source.has_file(&path) || build.mentions("npm pkg set") || build.mentions("> package.json") {
        return None;
    }
    let document = source.workspace.document(&source.folder.join(&path)).ok()?;
    let root = document.root.as_ref().filter(|root| document.error.is_none() && !root.entries().is_empty())?;
    let scripts = root.get("scripts");
    let known = || scripts.into_iter().flat_map(Node::entries).map(|entry| entry.key.as_str());
    let place = root.entry("scripts").map(|entry| entry.key.span);
    let there = known().any(|name| name == script.name.node);
    (!there).then(|| no_package_script(&script.name, &path, similar(&script.name.node, known()), place))
}

/// A script, file, or folder that does not exist.
fn not_there(input: &InputFile, path: &str, near: Option<&str>) -> Diagnostic {
    let kind = match input.kind {
        InputKind::Script => "script",
        InputKind::Folder => "folder",
        InputKind::File | InputKind::Either => "file",
    };
    let message = format!("{kind} `{path}` is not in the repository");
    let diagnostic = if input.after_unseen {
        Diagnostic::new(Code::W0222, message, input.span, "would fail, unless an earlier command creates it")
    } else {
        Diagnostic::new(Code::E0222, message, input.span, "this command would fail")
    };
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("add the {kind}, or correct the path")),
    }
}

/// A script that is not in the `package.json`.
fn no_package_script(name: &Spanned<String>, path: &Utf8Path, near: Option<&str>, scripts: Option<Span>) -> Diagnostic {
    let message = format!("`{path}` has no script `{}`", name.node);
    let found = Diagnostic::new(Code::E0222, message, name.span, "this command would fail");
    let found = match scripts {
        Some(place) => found.label(place, "its scripts"),
        None => found,
    };
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("add `{}` to `scripts`", name.node)),
    }
}
