//! E0222, W0222: scripts, files, and folders that the commands of a build read, but that are not in the source.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::seen_builds::SeenBuilds;
use crate::check::support::source_folder::{SourceFolder, may_be_compiled, may_be_made};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ArtifactId;
use crate::plan::{DeployedTemplate, repository};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::artifact::Presence;
use crate::workspace::document::Node;
use crate::workspace::file_system::normalize;
use crate::workspace::packaging::{InputFile, InputKind, PackageScript, Unnamed, is_for_results};

pub(super) const RULE: Rule = Rule { name: "command-files", codes: &[Code::E0222, Code::W0222], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // The templates that are deployed are checked with the deployment.
    let template = |place: Place<'_>| match subject.action_files.template(place.pipeline_id, place.id) {
        DeployedTemplate::Missing(_, span) => Some(*span),
        _ => None,
    };
    let deployed: Vec<Span> = subject.actions().filter_map(template).collect();
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(source) = SourceFolder::of(subject, place) else { continue };
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in subject.action_files.builds(place.pipeline_id, place.id).chain(own) {
            if repository::is_sound(build) && seen.is_new(build) {
                one(subject, place, build, (&source, &deployed), findings);
            }
        }
    }
}

/// Checks the commands of a build. `deployed`: where deployed templates are named that do not exist.
fn one(
    subject: &Subject<'_>,
    place: Place<'_>,
    build: &Build,
    (source, deployed): (&SourceFolder<'_>, &[Span]),
    findings: &mut Findings,
) {
    let mut missing: Vec<Utf8PathBuf> = Vec::new();
    let is_deployed = |input: &InputFile| deployed.iter().any(|it| it.covers(input.span) || input.span.covers(*it));
    for input in build.commands.inputs.iter().filter(|input| !is_deployed(input)) {
        if let Some(found) = in_other_input(subject, place, input, build, source) {
            findings.push(found);
        } else if let Some((path, near)) = lacking(subject, input, build, source)
            && !missing.iter().any(|it| path.starts_with(it))
        {
            findings.push(not_there(input, path.as_str(), near.as_deref()));
            missing.push(path);
        }
    }
    findings.extend(build.commands.package_scripts.iter().filter_map(|script| package_script(script, build, source)));
    let has_path = build.commands.assigns("PATH") || build.mentions("/bin");
    let bare = build.commands.programs.iter().filter(|_| !has_path);
    findings.extend(bare.filter_map(|(name, place)| bare_script(subject, (name, *place), build, source)));
}

/// Returns the path of an input that the source does not contain and no command creates, and the path that is probably
/// meant.
fn lacking(
    subject: &Subject<'_>,
    input: &InputFile,
    build: &Build,
    source: &SourceFolder<'_>,
) -> Option<(Utf8PathBuf, Option<String>)> {
    let path = normalize(&input.path).ok().filter(|path| !path.as_str().is_empty())?;
    let is_written = |path: &Utf8PathBuf| build.commands.writes.iter().any(|written| written.path == *path);
    if input.path.starts_with("..") || source.holds(&path) || is_written(&path) {
        return None;
    }
    if let Some(near) = in_other_folder(&path, build, source) {
        return Some((path, Some(near)));
    }
    let untouched = !may_be_written(input, &path) && is_whole(subject, input, build, &path);
    let parent = path.parent().filter(|parent| parent.as_str().is_empty() || source.holds(parent));
    if parent.is_none() && (!untouched || may_fill(&path, build, source)) {
        return None;
    }
    let name = path.file_name()?;
    let reads = build.commands.inputs.iter().filter(|other| other.path.file_name() == Some(name)).count();
    if may_be_made(build, name, reads) || build.installs(&path) {
        return None;
    }
    // An unknown program may create a folder with a similar name on purpose.
    let abbreviated = || source.abbreviated_folder(&path).filter(|_| input.after < Unnamed::Anything);
    let near_folder = || source.near_folder(&path).or_else(abbreviated);
    let near = match input.kind {
        InputKind::Folder => near_folder(),
        InputKind::Script | InputKind::File => source.near_file(&path),
        InputKind::Either => source.near_file(&path).or_else(near_folder),
    };
    // An earlier program may have written it without naming it, or brought a single file in the root.
    let alone = !untouched && parent.is_some_and(|parent| parent.as_str().is_empty());
    let open = match near {
        Some(near) => input.after == Unnamed::Anything && may_be_compiled(&path, Utf8Path::new(near)),
        None => may_be_written(input, &path) || alone,
    };
    let other = near.is_none().then(|| written_near(input, &path, build)).flatten();
    match other {
        Some(other) if input.after < Unnamed::Anything || !may_be_compiled(&path, &other) => {
            Some((path, Some(other.into_string())))
        }
        _ => (!open).then(|| (path, near.map(str::to_owned))),
    }
}

/// Returns whether the source certainly contains nothing but the files of this repository: it contains the buildspec, and
/// neither a submodule nor a cache can add the path. The repository around a document may be a different one.
fn is_whole(subject: &Subject<'_>, input: &InputFile, build: &Build, path: &Utf8Path) -> bool {
    let from = subject.workspace.path_of(input.span.file);
    let is_file = matches!(from.extension(), Some("yml" | "yaml")) && !build.spec.computed;
    let submodules = subject.workspace.files().is_file(Utf8Path::new(".gitmodules"));
    let may_hold = |cached: &Spanned<String>| {
        let fixed = cached.node.split(['*', '?', '[', '{', '$']).next().unwrap_or_default();
        let fixed = Utf8Path::new(fixed.trim_start_matches("./").trim_end_matches('/'));
        !fixed.starts_with("/") && (fixed.starts_with(path) || path.starts_with(fixed))
    };
    subject.document.is_none() && is_file && !submodules && !build.spec.cache_paths.iter().any(may_hold)
}

/// Returns whether a command may create the first folder on the way to a path that the source does not contain.
fn may_fill(path: &Utf8Path, build: &Build, source: &SourceFolder<'_>) -> bool {
    let Some(missing) = missing_folder(path, source) else { return false };
    let name = missing.file_name().unwrap_or_default();
    is_for_results(name) || may_be_made(build, name, uses(name, build))
}

/// Returns the first folder on the way to a path that the source does not contain.
fn missing_folder<'p>(path: &'p Utf8Path, source: &SourceFolder<'_>) -> Option<&'p Utf8Path> {
    let mut folders: Vec<&Utf8Path> = path.ancestors().skip(1).filter(|it| !it.as_str().is_empty()).collect();
    folders.reverse();
    folders.into_iter().find(|folder| !source.holds(folder))
}

/// Returns how often the inputs of a build mention a folder. After `cd`, paths do not mention it.
fn uses(name: &str, build: &Build) -> usize {
    let inputs = &build.commands.inputs;
    let is_around = |folder: &InputFile, one: &InputFile| {
        folder.kind == InputKind::Folder && !folder.path.as_str().is_empty() && folder.path != one.path
    };
    let is_within = |one: &InputFile| inputs.iter().any(|it| is_around(it, one) && one.path.starts_with(&it.path));
    let has = |it: &&InputFile| it.path.components().any(|part| part.as_str() == name) && !is_within(it);
    inputs.iter().filter(has).count()
}

/// Returns the path that is probably meant if one of the folders on the way to it does not exist, but one with a
/// similar name contains the rest of the path.
fn in_other_folder(path: &Utf8Path, build: &Build, source: &SourceFolder<'_>) -> Option<String> {
    let missing = missing_folder(path, source)?;
    let name = missing.file_name().filter(|name| !is_for_results(name))?;
    if may_be_made(build, name, uses(name, build)) {
        return None;
    }
    let rest = path.strip_prefix(missing).ok()?;
    let near = Utf8Path::new(source.near_folder(missing)?).join(rest);
    source.holds(&near).then(|| near.into_string())
}

/// Returns a file that an earlier command writes and that is probably meant.
fn written_near(input: &InputFile, path: &Utf8Path, build: &Build) -> Option<Utf8PathBuf> {
    if input.kind != InputKind::File {
        return None;
    }
    let earlier = build.commands.writes.iter().filter(|written| written.span.start < input.span.start);
    let mut near = earlier.filter(|written| {
        let names = written.path.file_name().zip(path.file_name());
        written.path.parent() == path.parent() && names.is_some_and(|(one, other)| is_renamed(one, other))
    });
    near.next().map(|written| written.path.clone())
}

/// Returns whether one name is a typo of the other, or differs only in the extension.
fn is_renamed(one: &str, other: &str) -> bool {
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    is_misspelling(one, other) || stem(one) == stem(other) && one != other
}

/// Returns whether an earlier program may have written a file without naming it.
fn may_be_written(input: &InputFile, path: &Utf8Path) -> bool {
    match input.kind {
        // Tests write reports, but no scripts.
        InputKind::Script => input.after == Unnamed::Anything,
        InputKind::Folder => input.after.may_contain(path),
        InputKind::File | InputKind::Either => input.after.may_produce(path),
    }
}

/// Checks a file that is not in the primary input but in another one.
fn in_other_input(
    subject: &Subject<'_>,
    place: Place<'_>,
    input: &InputFile,
    build: &Build,
    source: &SourceFolder<'_>,
) -> Option<Diagnostic> {
    let path = normalize(&input.path).ok().filter(|path| !path.as_str().is_empty() && !input.path.starts_with(".."))?;
    let name = path.file_name()?;
    let reads = build.commands.inputs.iter().filter(|other| other.path.file_name() == Some(name)).count();
    // A file in a folder of its own may be a result of the build.
    let is_at_root = path.parent().is_some_and(|parent| parent.as_str().is_empty());
    let is_in_source = path.parent().is_some_and(|parent| source.holds(parent)) && input.after == Unnamed::Nothing;
    let may_be_made = input.after == Unnamed::Anything || may_be_made(build, name, reads) || build.installs(&path);
    if !is_at_root && !is_in_source || source.holds(&path) || may_be_made {
        return None;
    }
    let primary = repository::primary_input(place.action)?;
    let others = || place.action.inputs.iter().map(|other| other.artifact).filter(|other| *other != primary);
    let contents = |id: ArtifactId| &subject.action_files.contents(place.pipeline_id, id).files;
    let named = |id: ArtifactId| &place.pipeline.artifact(id).name;
    for there in [path.as_str(), name] {
        if let Some(id) = others().find(|id| matches!(contents(*id).contains(there), Presence::Present(_))) {
            return Some(only_in_input(input, path.as_str(), named(id), there));
        }
    }
    let near = |id: ArtifactId| {
        let known = contents(id).known();
        let near = similar(path.as_str(), known.iter().map(|known| known.path.as_str()))?.to_owned();
        Some((id, near))
    };
    let (id, near) = others().filter(|_| is_at_root && source.near_file(&path).is_none()).find_map(near)?;
    Some(only_in_input(input, path.as_str(), named(id), &near))
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

/// Checks a script of the source that a command names without its folder, so that the shell searches for it elsewhere.
fn bare_script(
    subject: &Subject<'_>,
    (name, place): (&str, Span),
    build: &Build,
    source: &SourceFolder<'_>,
) -> Option<Diagnostic> {
    let is_script = matches!(Utf8Path::new(name).extension(), Some("py" | "rb" | "sh"));
    if !is_script || !subject.written(place).is(name) || build.count_word(name) > 1 {
        return None;
    }
    let mut there = source.files_named(name);
    let only = there.next().filter(|_| there.next().is_none())?;
    Some(not_on_path(name, place, only.as_str()))
}

/// A script that is not in the folders of `PATH`.
fn not_on_path(name: &str, place: Span, path: &str) -> Diagnostic {
    let path = if path.contains('/') { path.to_owned() } else { format!("./{path}") };
    Diagnostic::new(Code::E0222, format!("the shell does not find `{name}`"), place, "not in the folders of `PATH`")
        .help(format!("write `{path}`"))
}

/// A script, file, or folder that does not exist.
fn not_there(input: &InputFile, path: &str, near: Option<&str>) -> Diagnostic {
    let kind = match input.kind {
        InputKind::Script => "script",
        InputKind::Folder => "folder",
        InputKind::File | InputKind::Either => "file",
    };
    let message = format!("{kind} `{path}` is not in the repository");
    let diagnostic = if input.after == Unnamed::Anything {
        Diagnostic::new(Code::W0222, message, input.span, "would fail, unless an earlier command creates it")
    } else {
        Diagnostic::new(Code::E0222, message, input.span, "this command would fail")
    };
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("add the {kind}, or correct the path")),
    }
}

/// A file that only another input contains. `there`: its path in that.
fn only_in_input(input: &InputFile, path: &str, artifact: &Spanned<String>, there: &str) -> Diagnostic {
    let message = format!("file `{path}` is not in the repository");
    Diagnostic::new(Code::E0222, message, input.span, "this command would fail")
        .label(artifact.span, format!("contains `{there}`"))
        .help(format!("write `$CODEBUILD_SRC_DIR_{}/{there}`", artifact.node))
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
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("add `{}` to `scripts`", name.node)),
    }
}
