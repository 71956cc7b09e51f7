//! E0211, W0447: files of an application bundle that Elastic Beanstalk cannot read, or that start what the bundle does not
//! contain.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::beanstalk_options::other_namespaces;
use crate::check::support::absent_files::{Absence, absence};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ArtifactId;
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::file_system::normalize;

pub(super) const RULE: Rule = Rule { name: "application-bundles", codes: &[Code::E0211, Code::W0447], run: check };

/// The folder of configuration files, and their extension.
const EXTENSIONS: &str = ".ebextensions";

/// The file that says how an application starts.
const PROCFILE: &str = "Procfile";

/// The sections of a configuration file.
/// <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html>,
/// <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html> (2026-11-30)
const SECTIONS: [&str; 14] = [
    "Conditions",
    "Mappings",
    "Outputs",
    "Parameters",
    "Resources",
    "commands",
    "container_commands",
    "files",
    "groups",
    "option_settings",
    "packages",
    "services",
    "sources",
    "users",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        if !place.action.action_type.folders.iter().any(|folder| folder == EXTENSIONS) {
            continue;
        }
        let [input] = place.action.inputs.as_slice() else { continue };
        for (inside, path) in files(subject, place, input.artifact) {
            if seen.contains(&path) {
                continue;
            }
            seen.push(path.clone());
            if inside == PROCFILE {
                procfile(subject, place, input.artifact, &path, findings);
            } else {
                configuration(subject, &path, findings);
            }
        }
    }
}

/// Returns the files of the repository that become the `Procfile` and the configuration files of a bundle, each with its
/// path in it.
fn files(subject: &Subject<'_>, place: Place<'_>, artifact: ArtifactId) -> Vec<(String, Utf8PathBuf)> {
    let tracked = subject.workspace.files().tracked();
    let folder_of = |path: &Utf8Path| path.parent().and_then(Utf8Path::file_name) == Some(EXTENSIONS);
    let inside = |path: &Utf8PathBuf| {
        let name = path.file_name()?;
        let found = match name {
            PROCFILE => PROCFILE.to_owned(),
            _ if path.extension() == Some("config") && folder_of(path) => format!("{EXTENSIONS}/{name}"),
            _ => return None,
        };
        let file = subject.action_files.repository_file_in(place.pipeline_id, artifact, &found)?;
        let file = normalize(&file).ok()?;
        let is_whole = !matches!(absence(subject, place.pipeline_id, artifact, &found), Some(Absence::Certain(_)));
        (file == *path && is_whole).then_some((found, file))
    };
    tracked.keys().filter_map(inside).collect()
}

fn procfile(subject: &Subject<'_>, place: Place<'_>, artifact: ArtifactId, path: &Utf8Path, findings: &mut Findings) {
    let Ok(file) = subject.workspace.load(path) else { return };
    let text = subject.workspace.text(file);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(file, start, start + line.trim_end().len());
        start += line.len();
        let written = line.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let Some((_, command)) = written.split_once(':').filter(|(name, _)| is_process(name)) else {
            return findings.push(no_process(written, span));
        };
        let words: Vec<&str> = command.split_whitespace().collect();
        let jar = words.windows(2).find_map(|pair| matches!(pair, ["-jar", _]).then(|| pair.get(1).copied())).flatten();
        let Some(jar) = jar.filter(|jar| !jar.contains(['$', '*', '/']) || jar.starts_with("./")) else { continue };
        let name = jar.trim_start_matches("./");
        if let Some(Absence::Certain(known)) = absence(subject, place.pipeline_id, artifact, name) {
            let at = line.find(jar).map_or(span, |at| {
                let from = span.range().start + at;
                Span::new(file, from, from + jar.len())
            });
            let jars = known
                .iter()
                .map(|known| known.path.as_str())
                .filter(|path| matches!(Utf8Path::new(path).extension(), Some("jar" | "war")));
            let jars: Vec<&str> = jars.collect();
            let near =
                similar(name, jars.iter().copied()).or(if let [only] = jars.as_slice() { Some(*only) } else { None });
            findings.push(not_in_bundle(name, &place.pipeline.artifact(artifact).name, at, near));
        }
    }
}

/// Returns whether a text can be the name of a process.
fn is_process(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

fn configuration(subject: &Subject<'_>, path: &Utf8Path, findings: &mut Findings) {
    let Ok(document) = subject.workspace.document(path) else { return };
    if let Some(error) = &document.error {
        let shown = format!("`{path}`");
        return findings.push(family::not_parsed(&shown, &error.message, error.span, error.unfinished_key));
    }
    let Some(root) = &document.root else { return };
    if root.entries().is_empty() {
        return findings.push(no_sections(path, root.span));
    }
    let unknown = root.entries().iter().map(|entry| &entry.key).filter(|key| !SECTIONS.contains(&key.as_str()));
    findings.extend(unknown.filter_map(|key| {
        let near = similar(&key.node, SECTIONS)?;
        Some(unknown_section(key, near))
    }));
    // A list has the options themselves.
    let settings = root.get("option_settings").map(Node::entries).unwrap_or_default();
    let no_options = settings.iter().filter(|entry| entry.value.literal().is_some());
    findings.extend(no_options.map(|entry| not_options(&entry.key, entry.value.span)));
    let listed = root.get("option_settings").map(Node::items).unwrap_or_default();
    let listed = listed.iter().filter_map(|item| item.get("namespace")?.spanned());
    let named = settings.iter().map(|entry| entry.key.clone());
    findings.extend(named.chain(listed).filter_map(|namespace| misspelled_namespace(&namespace)));
}

/// Reports a namespace that is similar to another one. Platforms have namespaces of their own.
fn misspelled_namespace(namespace: &Spanned<String>) -> Option<Diagnostic> {
    let known = other_namespaces(&namespace.node).filter(|_| namespace.node.starts_with("aws:"))?;
    let near = similar(&namespace.node, known.iter().map(String::as_str));
    let near = near.filter(|near| is_misspelling(&namespace.node, near))?;
    let message = format!("Elastic Beanstalk has no namespace `{}`", namespace.node);
    let found = Diagnostic::new(Code::W0447, message, namespace.span, "");
    Some(
        found
            .note("the deployment would fail with \"Invalid option specification\"")
            .suggest(namespace.span, Some(near)),
    )
}

/// A line that names no process.
fn no_process(line: &str, place: Span) -> Diagnostic {
    let message = "a line of the `Procfile` names no process".to_owned();
    Diagnostic::new(Code::W0447, message, place, "expected `name: command`").help(format!("write `web: {line}`"))
}

/// A program that the bundle does not contain.
fn not_in_bundle(jar: &str, artifact: &Spanned<String>, place: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("artifact `{}` has no file `{jar}`", artifact.node);
    let found = Diagnostic::new(Code::W0447, message, place, "the application starts with it")
        .label(artifact.span, "the bundle");
    match near {
        Some(near) => found.suggest(place, Some(near)),
        None => found.help(format!("add `{jar}` to the `files` of this artifact, or correct the name")),
    }
}

/// A configuration file that is not a mapping.
fn no_sections(path: &Utf8Path, place: Span) -> Diagnostic {
    Diagnostic::new(Code::W0447, format!("`{path}` has no sections"), place, "")
        .help("write a mapping, for example `option_settings:`")
}

/// A namespace whose options are not a mapping.
fn not_options(key: &Spanned<String>, place: Span) -> Diagnostic {
    let message = format!("the options of `{}` are not a mapping", key.node);
    Diagnostic::new(Code::W0447, message, place, "YAML reads this as a string").help("write `NAME: value`")
}

/// A misspelled section of a configuration file.
fn unknown_section(key: &Spanned<String>, near: &str) -> Diagnostic {
    let message = format!("a configuration file has no section `{}`", key.node);
    Diagnostic::new(Code::W0447, message, key.span, "").suggest(key.span, Some(near))
}
