//! E0211: Kubernetes manifests, and templates of Helm charts, that are not resources. W0448: values that a chart does not
//! have.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::go_templates::{TemplateFault, fault, names};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArtifactId, Value, ValueKind};
use crate::source::{FileId, Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::file_system::inside;

pub(super) const RULE: Rule = Rule { name: "manifests", codes: &[Code::E0211, Code::W0448], run: check };

/// The keys with the paths of manifests and of values.
const MANIFESTS: &str = "ManifestFiles";
const VALUES: &str = "HelmValuesFiles";

/// The file with the values of a chart.
const DEFAULTS: &str = "values.yaml";

/// The file that describes a chart.
const CHART: &str = "Chart.yaml";

/// The keys that every resource has.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields> (2026-11-30)
const KEYS: [&str; 2] = ["apiVersion", "kind"];

/// The kinds in the groups of the API, each with the newest version that every supported cluster has.
/// <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/> (2026-11-30)
const KINDS: [(&str, &[&str]); 11] = [
    (
        "v1",
        &[
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "List",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
    ),
    (
        "admissionregistration.k8s.io/v1",
        &[
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io/v1", &["CustomResourceDefinition"]),
    ("apps/v1", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    ("autoscaling/v2", &["HorizontalPodAutoscaler"]),
    ("batch/v1", &["CronJob", "Job"]),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass", "NetworkPolicy"]),
    ("policy/v1", &["PodDisruptionBudget"]),
    ("rbac.authorization.k8s.io/v1", &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]),
    ("scheduling.k8s.io/v1", &["PriorityClass"]),
    ("storage.k8s.io/v1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"]),
];

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
        let root = self.text(&folder.join(CHART));
        let Some(root) = root.as_ref().and_then(|root| root.path.parent()) else { return };
        let is_resource = |path: &&Utf8Path| matches!(path.extension(), Some("yaml" | "yml"));
        let below = |path: &Utf8Path| path.strip_prefix(root).map(|rest| folder.join(rest)).ok();
        let of_folder = root.join("templates");
        let files: Vec<Utf8PathBuf> =
            inside(&tracked, &of_folder).filter_map(|path| below(&of_folder.join(path))).collect();
        let texts: Vec<Text> = files.iter().filter_map(|path| self.text(path)).collect();
        for text in texts.iter().filter(|text| is_resource(&text.path.as_path())) {
            findings.extend(incomplete(text));
        }
        for text in &texts {
            findings.extend(fault(&text.text).map(|fault| not_parsed(text, fault)));
        }
        if texts.len() == files.len() {
            self.definition(folder, &texts, findings);
        }
        let Some(known) = self.values(folder, root).filter(|_| texts.len() == files.len()) else { return };
        let all: String = texts.iter().map(|text| text.text.as_ref()).collect();
        for text in &texts {
            findings.extend(other_values(text, &known, &all));
        }
    }

    /// Checks the version of a chart, and the named templates that it includes, unless another chart may define them.
    fn definition(&self, folder: &Utf8Path, texts: &[Text], findings: &mut Findings) {
        let Some(chart) = self.text(&folder.join(CHART)) else { return };
        let Ok(document) = self.subject.workspace.document(&chart.path) else { return };
        let Some(root) = &document.root else { return };
        let version = root.get("version").and_then(Node::spanned);
        findings.extend(version.filter(|version| !is_version(&version.node)).map(|version| no_version(&version)));
        let tracked = self.subject.workspace.files().tracked();
        let of_others = chart.path.parent().map(|parent| parent.join("charts"));
        let has_others = of_others.is_some_and(|folder| inside(&tracked, &folder).next().is_some());
        if has_others
            || ["dependencies", "type"]
                .iter()
                .any(|key| root.get(key).is_some_and(|it| it.literal() != Some("application")))
        {
            return;
        }
        let defined = |text: &Text| -> Vec<String> {
            let of = ["define", "block"].iter().flat_map(|word| names(&text.text, word));
            of.map(|(name, _)| name.to_owned()).collect()
        };
        let known: Vec<String> = texts.iter().flat_map(defined).collect();
        for text in texts {
            let used = ["include", "template"].iter().flat_map(|word| names(&text.text, word));
            let missing = used.into_iter().find(|(name, _)| !known.iter().any(|known| known == name));
            if let Some((name, place)) = missing {
                let place = Span::new(text.file, place.start, place.end);
                findings.push(no_template(name, place, similar(name, known.iter().map(String::as_str))));
            }
        }
    }

    /// Returns the names of all values that the chart and the action set, or `None` if some are unknown. `root`: the
    /// folder of the chart in the repository. Builds often set values in its file, but seldom add any.
    fn values(&self, folder: &Utf8Path, root: &Utf8Path) -> Option<Vec<String>> {
        let own = self.text(&folder.join(DEFAULTS)).map_or_else(|| root.join(DEFAULTS), |text| text.path);
        let given = paths(self.place.action.value(VALUES)).into_iter();
        let given: Option<Vec<Utf8PathBuf>> = given.map(|path| Some(self.text(Utf8Path::new(path))?.path)).collect();
        let mut names = vec!["global".to_owned()];
        for path in given?.iter().chain([&own]) {
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
            && let Some(diagnostic) = other_kind(&version, &kind)
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

/// Versions of the API that no supported cluster has, each with the kinds that they had and the version that replaced it.
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/> (2026-11-30)
const REMOVED: [(&str, &[&str], &str); 17] = [
    (
        "admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        "admissionregistration.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], "apiextensions.k8s.io/v1"),
    ("apps/v1beta1", &["Deployment", "ReplicaSet", "StatefulSet"], "apps/v1"),
    ("apps/v1beta2", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], "apps/v1"),
    ("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], "autoscaling/v2"),
    ("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], "autoscaling/v2"),
    ("batch/v1beta1", &["CronJob"], "batch/v1"),
    ("discovery.k8s.io/v1beta1", &["EndpointSlice"], "discovery.k8s.io/v1"),
    ("extensions/v1beta1", &["DaemonSet", "Deployment", "ReplicaSet"], "apps/v1"),
    ("extensions/v1beta1", &["Ingress", "NetworkPolicy"], "networking.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], "networking.k8s.io/v1"),
    ("policy/v1beta1", &["PodDisruptionBudget"], "policy/v1"),
    (
        "rbac.authorization.k8s.io/v1beta1",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        "rbac.authorization.k8s.io/v1",
    ),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"], "scheduling.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", &["Lease"], "coordination.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "storage.k8s.io/v1"),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "certificates.k8s.io/v1"),
];

/// Returns whether Helm accepts the version of a chart.
/// <https://helm.sh/docs/topics/charts/#charts-and-versioning> (2026-11-30)
fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let plain = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.contains(['{', '$', '<']) || plain.split('.').all(is_number) && plain.split('.').count() <= 3
}

/// Reports a kind that its group of the API does not have, or no longer in this version.
fn other_kind(version: &Spanned<String>, kind: &Spanned<String>) -> Option<Diagnostic> {
    let mut removed =
        REMOVED.iter().filter(|(known, kinds, _)| *known == version.node && kinds.contains(&kind.as_str()));
    if let Some((.., newer)) = removed.next() {
        return Some(other_version(version, kind, newer));
    }
    let group = |version: &str| version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let own = group(&version.node);
    let (_, kinds) = KINDS.iter().find(|(version, _)| group(version) == own)?;
    if kinds.contains(&kind.as_str()) {
        return None;
    }
    if let Some((of_kind, _)) = KINDS.iter().find(|(_, kinds)| kinds.contains(&kind.as_str())) {
        return Some(other_version(version, kind, of_kind));
    }
    let same = |known: &&&str| known.eq_ignore_ascii_case(&kind.node);
    let near = kinds.iter().find(same).copied().or_else(|| similar(&kind.node, kinds.iter().copied()))?;
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
        if let Some(near) = similar(name, known.iter().map(String::as_str)) {
            found.push(unknown_value(name, near, Span::new(text.file, from, from + name.len())));
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

/// A value that is not set.
fn unknown_value(name: &str, near: &str, place: Span) -> Diagnostic {
    let message = format!("no value `{name}` is set for the chart");
    Diagnostic::new(Code::W0448, message, place, "empty in the deployed resource").suggest(place, Some(near))
}

/// A template that Helm cannot parse.
fn not_parsed(text: &Text, fault: TemplateFault) -> Diagnostic {
    let span = |place: std::ops::Range<usize>| Span::new(text.file, place.start, place.end);
    let label = "Helm cannot render the chart";
    match fault {
        TemplateFault::Open(place) => Diagnostic::new(Code::E0211, "`{{` without `}}`", span(place), label)
            .help("write `}}` after the expression"),
        TemplateFault::NoEnd(word, place) => {
            let message = format!("`{{{{ {word} }}}}` without `{{{{ end }}}}`");
            Diagnostic::new(Code::E0211, message, span(place), label).help("add `{{ end }}` after the block")
        }
        TemplateFault::NoBlock(place) => {
            let message = "`{{ end }}` without a block";
            Diagnostic::new(Code::E0211, message, span(place), label).help("remove it")
        }
    }
}

/// A version that Helm rejects.
fn no_version(version: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not the version of a chart", version.node);
    Diagnostic::new(Code::E0211, message, version.span, "Helm rejects the chart")
        .help("write a version such as `1.0.0`")
}

/// A named template that the chart does not define.
fn no_template(name: &str, place: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("the chart defines no template `{name}`");
    let found = Diagnostic::new(Code::W0448, message, place, "");
    match near {
        Some(_) => found.suggest(place, near),
        None => found.help(format!("add `{{{{ define \"{name}\" }}}}` to a file of the chart's templates")),
    }
}
