//! What references of a template identify, and the properties that take only one kind of it (`reference_kinds.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceKinds {
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The page the facts come from.
    pub source: String,
    /// The kinds.
    pub kind: Vec<ReferenceKind>,
}

/// A kind of resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceKind {
    /// One of them, with an article.
    pub word: String,
    /// Several.
    pub words: String,
    /// The resource types of which `Ref` returns the identifier.
    pub types: Vec<String>,
    /// The type of parameters for one that exists.
    pub parameter: Option<String>,
    /// Attributes that return the identifier.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Properties that take only this kind.
    #[serde(default)]
    pub properties: Vec<String>,
}

/// Returns all kinds.
pub fn reference_kinds() -> &'static [ReferenceKind] {
    static PARSED: OnceLock<Option<ReferenceKinds>> = OnceLock::new();
    let file = PARSED.get_or_init(|| serde_json::from_str(facts!("reference_kinds")).ok()).as_ref();
    file.map_or(&[], |file| &file.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::template_language::{is_parameter_type, is_resource_type};

    #[test]
    fn every_type_exists_and_every_property_has_one_kind() {
        let file = serde_json::from_str::<ReferenceKinds>(facts!("reference_kinds")).unwrap();
        let mut properties: Vec<&String> = file.kind.iter().flat_map(|kind| &kind.properties).collect();
        properties.sort();
        assert!(properties.windows(2).all(|pair| pair[0] != pair[1]) && file.verified.len() == 10);
        for kind in &file.kind {
            assert!(
                kind.types.iter().all(|it| is_resource_type(it) || it.starts_with("AWS::Serverless::")),
                "{kind:?}"
            );
            assert!(kind.parameter.as_ref().is_none_or(|it| is_parameter_type(it)), "{kind:?}");
        }
    }
}
