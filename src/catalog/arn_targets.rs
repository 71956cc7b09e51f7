//! Properties of a template that take the ARN of certain services, and the last part of ARNs (`arn_targets.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArnTargets {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The properties.
    pub target: Vec<ArnTarget>,
    /// How the last part of ARNs never starts, by service, each with what it starts with instead.
    pub starts: BTreeMap<String, BTreeMap<String, String>>,
}

/// Properties that take ARNs of certain services.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArnTarget {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Their paths, with `.` between keys; `*` is every element.
    pub paths: Vec<String>,
    /// The services.
    pub services: Vec<String>,
    /// The types of resources that fit.
    pub types: Vec<String>,
    /// The page the facts come from.
    pub source: String,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn arn_targets() -> Option<&'static ArnTargets> {
    static PARSED: OnceLock<Option<ArnTargets>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("arn_targets")).ok()).as_ref()
}

/// Returns how the last part of an ARN starts, and how it must start, if they differ.
pub fn other_start(service: &str, resource: &str) -> Option<(&'static str, &'static str)> {
    let known = arn_targets()?.starts.get(service)?;
    let (wrong, right) = known.iter().find(|(wrong, _)| resource.starts_with(wrong.as_str()))?;
    Some((wrong, right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::template_language::is_resource_type;

    #[test]
    fn every_type_exists_and_every_row_has_a_source() {
        let file = serde_json::from_str::<ArnTargets>(facts!("arn_targets")).unwrap();
        assert!(file.verified.len() == 10);
        for row in &file.target {
            assert!(row.source.starts_with("https://docs.aws.amazon.com/"), "{row:?}");
            for kind in row.types.iter().chain([&row.resource_type]) {
                assert!(is_resource_type(kind) || kind.starts_with("AWS::Serverless::"), "{kind}");
            }
        }
        assert_eq!(other_start("lambda", "function/name"), Some(("function/", "function:")));
        assert_eq!(other_start("lambda", "function:name"), None);
        assert_eq!(other_start("sns", "topic/name"), Some(("topic/", "")));
    }
}
