//! E0211: Kubernetes manifests, and templates of Helm charts, that are not resources. W0448: values that a chart does not
//! have. E0449: charts that Helm rejects.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::kubernetes;
use crate::check::support::chart_templates::{self, ChartTemplate};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArtifactId, Value, ValueKind};
use crate::plan::repository::checkout;
use crate::source::{FileId, Span, Spanned};
use crate::workspace::file_system::inside;

pub(super) const RULE: Rule = Rule { name: "manifests", codes: &[Code::E0211, Code::W0448, Code::E0449], run: check };

/// The keys with the paths of manifests and of values.
const MANIFESTS: &str = "ManifestFiles";
const VALUES: &str = "HelmValuesFiles";

/// The file with the values of a chart.
const DEFAULTS: &str = "values.yaml";

/// The keys that every resource has.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields> (2026-11-30)
const KEYS: [&str; 2] = ["apiVersion", "kind"];

/// What the name of a value follows in a template.
const OF_VALUES: &str = ".Values.";

/// Functions whose result can be keys.
/// <https://helm.sh/docs/chart_template_guide/named_templates/> (2026-11-30)
const HELPERS: [&str; 5] = ["include", "range", "template", "toYaml", "tpl"];

/// Words in an expression that also works without the value.
/// <https://helm.sh/docs/chart_template_guide/function_list/> (2026-11-30)
const OPTIONAL: [&str; 13] =
    ["if", "with", "and", "or", "not", "range", "default", "hasKey", "empty", "coalesce", "dig", "get", "ternary"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let [input, ..] = place.action.inputs.as_slice() else { continue };
        let reading = Reading { subject, place, artifact: input.artifact };
        for path in paths(place.action.value(MANIFESTS)) {
            if let Some(text) = reading.text(Utf8Path::new(path)).filter(|text| !seen.contains(&text.path)) {
                findings.extend(incomplete(&text));
                seen.push(text.path);
            }
        }
        let folders = place.action.action_type.slot.iter().filter(|slot| slot.folder_file.is_some());
        for folder in folders.filter_map(|slot| place.action.literal(slot.key.as_deref()?)) {
            let folder = Utf8PathBuf::from(folder.trim_start_matches("./").trim_end_matches('/'));
            if !seen.contains(&folder) {
                reading.chart(&folder, findings);
                seen.push(folder);
            }
        }
    }
}

/// Returns the paths that a value names.
fn paths(value: Option<&Value>) -> Vec<&str> {
    match value.map(|value| &value.kind) {
        Some(ValueKind::List(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What an action reads from an artifact.
struct Reading<'a> {
    subject: &'a Subject<'a>,
    place: Place<'a>,
    artifact: ArtifactId,
}

/// A file.
struct Text {
    path: Utf8PathBuf,
    file: FileId,
    text: Arc<str>,
}

impl Reading<'_> {
    /// Returns a file of the artifact that is one of the repository.
    fn text(&self, path: &Utf8Path) -> Option<Text> {
        let files = self.subject.action_files;
        let path = files.repository_file_in(self.place.pipeline_id, self.artifact, path.as_str())?;
        let file = self.subject.workspace.load(&path).ok()?;
        Some(Text { path, file, text: self.subject.workspace.text(file) })
    }

    fn chart(&self, folder: &Utf8Path, findings: &mut Findings) {
        let tracked = self.subject.workspace.files().tracked();
        let Some(chart) = self.text(&folder.join("Chart.yaml")) else { return };
        let Some(root) = chart.path.parent() else { return };
        let is_resource = |path: &&Utf8Path| matches!(path.extension(), Some("yaml" | "yml"));
        let below = |path: &Utf8Path| path.strip_prefix(root).map(|rest| folder.join(rest)).ok();
        let of_folder = root.join("templates");
        let files: Vec<Utf8PathBuf> =
            inside(&tracked, &of_folder).filter_map(|path| below(&of_folder.join(path))).collect();
        let texts: Vec<Text> = files.iter().filter_map(|path| self.text(path)).collect();
        for text in texts.iter().filter(|text| is_resource(&text.path.as_path())) {
            findings.extend(incomplete(text));
        }
        let document = self.subject.workspace.document(&chart.path).ok();
        findings.extend(document.as_ref().and_then(|it| it.root.as_ref()).and_then(chart_templates::version));
        let has_dependencies = |text: &Text| text.text.contains("dependencies");
        let is_alone = inside(&tracked, &root.join("charts")).next().is_none()
            && !self.text(&folder.join("requirements.yaml")).as_ref().is_some_and(has_dependencies)
            && !has_dependencies(&chart);
        let is_whole = is_alone && texts.len() == files.len();
        let read: Vec<ChartTemplate<'_>> =
            texts.iter().map(|text| ChartTemplate { file: text.file, text: &text.text }).collect();
        findings.extend(chart_templates::problems(&read, is_whole));
        let Some(known) = self.values(folder, root).filter(|_| texts.len() == files.len()) else { return };
        let all: String = texts.iter().map(|text| text.text.as_ref()).collect();
        for text in &texts {
            findings.extend(other_values(text, &known, &all));
        }
    }

    /// Returns the names of all values that the chart and the action set, or `None` if some are unknown. `root`: the
    /// folder of the chart in the repository. Builds often set values in its file, but seldom add any.
    fn values(&self, folder: &Utf8Path, root: &Utf8Path) -> Option<Vec<String>> {
        let own = self.text(&folder.join(DEFAULTS)).map_or_else(|| root.join(DEFAULTS), |text| text.path);
        let given = paths(self.place.action.value(VALUES)).into_iter();
        let given: Option<Vec<Utf8PathBuf>> = given.map(|path| Some(self.text(Utf8Path::new(path))?.path)).collect();
        let mut names = vec!["global".to_owned()];
        // A checkout has no files but those of the repository.
        let lacks_own = checkout(self.place.pipeline, self.artifact).is_some()
            && !self.subject.workspace.files().tracked().contains_key(&own);
        for path in given?.iter().chain((!lacks_own).then_some(&own)) {
            let document = self.subject.workspace.document(path).ok()?;
            names.extend(document.root.as_ref()?.entries().iter().map(|entry| entry.key.node.clone()));
        }
        Some(names)
    }
}

/// Reports the resources of a file that lack one of the keys that every resource has.
fn incomplete(text: &Text) -> Option<Diagnostic> {
    let mut begin = 0;
    for part in text.text.split_inclusive("\n---") {
        let key = |name: &str| {
            let mut starts = part.match_indices(name).map(|(start, _)| start);
            starts.find(|start| {
                let before = part.get(..*start).unwrap_or_default();
                let after = part.get(start + name.len()..).unwrap_or_default();
                (before.is_empty() || before.ends_with('\n')) && after.trim_start_matches(' ').starts_with(':')
            })
        };
        // A template can choose the version that the cluster has, and leave out a whole resource.
        let is_optional = part.contains(".Capabilities") || part.contains("{{- if") || part.contains("{{ if");
        // A helper can write a key at the start of a line.
        let computed = part.lines().filter_map(|line| line.strip_prefix("{{")).any(|rest| {
            let rest = rest.trim_start_matches('-').trim_start();
            HELPERS.iter().any(|word| rest.starts_with(word))
        });
        let found = KEYS.map(key);
        let missing = match found {
            [Some(start), None] => Some((KEYS[1], KEYS[0], start)),
            [None, Some(start)] => Some((KEYS[0], KEYS[1], start)),
            _ => None,
        };
        let value = |start: Option<usize>, key: &str| {
            let from = start? + key.len();
            let line = part.get(from..)?.lines().next()?;
            let value = line.trim_start_matches(':').trim().trim_matches(['"', '\'']);
            let at = begin + from + line.find(value)?;
            let is_plain = !value.is_empty() && !value.contains(['{', '#', ' ']);
            is_plain.then(|| Spanned::new(value.to_owned(), Span::new(text.file, at, at + value.len())))
        };
        if let (Some(version), Some(kind)) = (value(found[0], KEYS[0]), value(found[1], KEYS[1]))
            && let Some(diagnostic) = other_kind(&version, &kind).filter(|_| !is_optional)
        {
            return Some(diagnostic);
        }
        if let Some((missing, other, start)) = missing.filter(|_| !computed) {
            let start = begin + start;
            return Some(lacks_key(&text.path, missing, Span::new(text.file, start, start + other.len())));
        }
        begin += part.len();
    }
    None
}

/// Reports a kind that its group of the API does not have, or no longer in this version.
fn other_kind(version: &Spanned<String>, kind: &Spanned<String>) -> Option<Diagnostic> {
    let newest = || kubernetes::versions().iter().find(|known| known.has(&kind.node));
    if let Some(since) = kubernetes::removed_in(&version.node, &kind.node) {
        return Some(removed_version(version, kind, since, &newest()?.version));
    }
    let group = |version: &str| version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let own = group(&version.node);
    let of_group = kubernetes::versions().iter().find(|known| group(&known.version) == own)?;
    if of_group.has(&kind.node) {
        return None;
    }
    if let Some(known) = newest() {
        return Some(other_version(version, kind, &known.version));
    }
    let same = |known: &&String| known.eq_ignore_ascii_case(&kind.node);
    let near = of_group.kinds.iter().find(same).map(String::as_str);
    let near = near.or_else(|| similar(&kind.node, of_group.kinds.iter().map(String::as_str)))?;
    Some(unknown_kind(kind, near))
}

/// Reports values that no file sets and that are similar to one that is set.
fn other_values(text: &Text, known: &[String], all: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (start, _) in text.text.match_indices(OF_VALUES) {
        let from = start + OF_VALUES.len();
        let name = text.text.get(from..).unwrap_or_default();
        let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if name.is_empty() || known.iter().any(|known| known == name) || is_optional(name, all) {
            continue;
        }
        let place = Span::new(text.file, from, from + name.len());
        let field = text.text.get(place.end as usize..).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
        let field = field.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        // Not every partial template is used.
        let is_partial =
            text.path.extension() == Some("tpl") || text.path.file_name().is_some_and(|it| it.starts_with('_'));
        if let Some(near) = similar(name, known.iter().map(String::as_str)) {
            found.push(unknown_value(name, near, place));
        } else if !field.is_empty() && !is_partial {
            found.push(part_of_nothing(name, field, place));
        }
    }
    found
}

/// Returns whether the templates also work without a value: one of the expressions with it has a word for that.
fn is_optional(name: &str, all: &str) -> bool {
    let wanted = format!("{OF_VALUES}{name}");
    all.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).any(|expression| {
        let mut words = expression.split(|c: char| !c.is_ascii_alphanumeric());
        expression.contains(&wanted) && words.any(|word| OPTIONAL.contains(&word))
    })
}

/// A resource without a required key.
fn lacks_key(path: &Utf8Path, missing: &str, place: Span) -> Diagnostic {
    let message = format!("resource in `{path}` has no `{missing}`");
    Diagnostic::new(Code::E0211, message, place, "Kubernetes rejects the resource")
        .help(format!("add `{missing}: ...`"))
}

/// A kind that does not exist.
fn unknown_kind(kind: &Spanned<String>, near: &str) -> Diagnostic {
    let message = format!("Kubernetes has no kind `{}`", kind.node);
    Diagnostic::new(Code::E0211, message, kind.span, "Kubernetes rejects the resource").suggest(kind.span, Some(near))
}

/// A kind of another group of the API.
fn other_version(version: &Spanned<String>, kind: &Spanned<String>, known: &str) -> Diagnostic {
    let message = format!("kind `{}` is not in version `{}` of the API", kind.node, version.node);
    Diagnostic::new(Code::E0211, message, version.span, "Kubernetes rejects the resource")
        .help(format!("write `{known}`"))
        .edit(version.span, known)
}

/// A version that no supported cluster has.
fn removed_version(version: &Spanned<String>, kind: &Spanned<String>, since: &str, newest: &str) -> Diagnostic {
    let message = format!("version `{}` of the API no longer has kind `{}`", version.node, kind.node);
    Diagnostic::new(Code::E0211, message, version.span, format!("removed in Kubernetes {since}"))
        .help(format!("write `{newest}`, and adapt the resource to it"))
}

/// A value that is not set, a part of which is used.
fn part_of_nothing(name: &str, part: &str, place: Span) -> Diagnostic {
    let message = format!("no value `{name}` is set for the chart");
    Diagnostic::new(Code::W0448, message, place, format!("empty, so Helm cannot read `{part}` of it"))
        .help(format!("add `{name}` with `{part}` to `{DEFAULTS}`"))
}

/// A value that is not set.
fn unknown_value(name: &str, near: &str, place: Span) -> Diagnostic {
    let message = format!("no value `{name}` is set for the chart");
    Diagnostic::new(Code::W0448, message, place, "empty in the deployed resource").suggest(place, Some(near))
}
