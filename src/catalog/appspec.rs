//! The contents of an AppSpec, by platform (`appspec.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSpecs {
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// For servers.
    pub server: AppSpecForm,
    /// For Amazon ECS.
    pub container: AppSpecForm,
    /// The keys of the mappings in a service; `!` before a required one.
    pub mappings: BTreeMap<String, Vec<String>>,
    /// The values of keys in a service.
    pub values: BTreeMap<String, AppSpecValue>,
}

/// The values of a key. A key without any of these takes every value.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppSpecValue {
    /// Whether it is a list.
    pub list: bool,
    /// The only values.
    pub words: Vec<String>,
    /// The ID of the form of its values.
    pub form: Option<String>,
    /// The largest number.
    pub most: Option<u32>,
}

/// The form for one platform.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSpecForm {
    /// The top-level keys.
    pub keys: Vec<String>,
    /// The hooks that a file can define.
    pub hooks: Vec<String>,
}

impl AppSpecs {
    /// Returns the keys of a mapping in a service, each with whether it is required; empty if they are unknown.
    pub fn keys_of(&self, mapping: &str) -> Vec<(&str, bool)> {
        let keys = self.mappings.get(mapping).map_or(&[][..], Vec::as_slice);
        keys.iter().map(|key| key.strip_prefix('!').map_or((key.as_str(), false), |key| (key, true))).collect()
    }
}

static TEXT: &str = facts!("appspec");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn appspecs() -> Option<&'static AppSpecs> {
    static FOUND: OnceLock<Option<AppSpecs>> = OnceLock::new();
    FOUND.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let forms = serde_json::from_str::<AppSpecs>(TEXT).unwrap();
        assert!(forms.link.starts_with("https://docs.aws.amazon.com/") && forms.verified.len() == 10);
        assert!(forms.server.hooks.len() == 9 && forms.container.hooks.len() == 5);
    }
}
