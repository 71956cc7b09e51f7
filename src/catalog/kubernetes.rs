//! Kinds of Kubernetes resources, and what templates of Helm charts can use (`kubernetes.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kubernetes {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[cfg_attr(not(test), expect(dead_code, reason = "only a test reads it"))]
    verified: String,
    kinds: Vec<ApiVersion>,
    removed: Vec<RemovedVersion>,
    helm: Helm,
}

/// A version of a group of the API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiVersion {
    /// The group and the version, or only the version for the core group: `apps/v1`, `v1`.
    pub version: String,
    /// The kinds in it.
    pub kinds: Vec<String>,
}

impl ApiVersion {
    /// Returns whether it has a kind.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known == kind)
    }
}

/// A version that no supported cluster has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemovedVersion {
    version: String,
    kinds: Vec<String>,
    since: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Helm {
    objects: Vec<String>,
    functions: Vec<String>,
}

fn file() -> Option<&'static Kubernetes> {
    static PARSED: OnceLock<Option<Kubernetes>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("kubernetes")).ok()).as_ref()
}

/// Returns the newest version of each group of the API.
pub fn versions() -> &'static [ApiVersion] {
    file().map_or(&[], |file| &file.kinds)
}

/// Returns the version of Kubernetes that dropped a kind of a version of the API, or `None` if no version did.
pub fn removed_in(version: &str, kind: &str) -> Option<&'static str> {
    let mut removed = file()?.removed.iter();
    let found =
        removed.find(|removed| removed.version == version && removed.kinds.iter().any(|known| known == kind))?;
    Some(&found.since)
}

/// Returns the objects that the root of a template of a Helm chart has, such as `Values`.
pub fn helm_objects() -> impl Iterator<Item = &'static str> {
    file().into_iter().flat_map(|file| &file.helm.objects).map(String::as_str)
}

/// Returns the functions that templates of Helm charts can use.
pub fn helm_functions() -> impl Iterator<Item = &'static str> {
    file().into_iter().flat_map(|file| &file.helm.functions).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_kinds_have_a_newer_version() {
        let file = serde_json::from_str::<Kubernetes>(facts!("kubernetes")).unwrap();
        assert_eq!(file.verified.len(), 10);
        for removed in &file.removed {
            assert!(!file.kinds.iter().any(|known| known.version == removed.version), "{removed:?}");
            for kind in &removed.kinds {
                assert!(file.kinds.iter().any(|known| known.has(kind)), "{kind}");
            }
        }
        assert!(file.helm.functions.is_sorted() && file.helm.objects.is_sorted());
        assert_eq!(removed_in("batch/v1beta1", "CronJob"), Some("1.25"));
        assert_eq!(removed_in("batch/v1", "CronJob"), None);
        assert!(helm_functions().any(|name| name == "toYaml"));
        assert!(versions().iter().any(|known| known.version == "apps/v1" && known.has("Deployment")));
        assert!(helm_objects().any(|name| name == "Values"));
    }
}
