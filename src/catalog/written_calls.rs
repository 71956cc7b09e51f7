//! Calls that the declaration of a resource certainly leads to (`written_calls.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenCalls {
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The page the facts come from.
    pub source: String,
    /// The calls.
    pub call: Vec<WrittenCall>,
}

/// Calls for a resource, or for one of its properties.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenCall {
    /// The resource type.
    #[serde(rename = "type")]
    pub of: String,
    /// The property without which they are not made.
    pub property: Option<String>,
    /// IAM actions.
    pub calls: Vec<String>,
}

/// Returns the calls of a resource type.
pub fn written_calls(resource_type: &str) -> impl Iterator<Item = &'static WrittenCall> {
    static PARSED: OnceLock<Option<WrittenCalls>> = OnceLock::new();
    let file = PARSED.get_or_init(|| serde_json::from_str(facts!("written_calls")).ok()).as_ref();
    file.map_or(&[][..], |file| &file.call).iter().filter(move |call| call.of == resource_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::handlers;

    #[test]
    fn every_call_is_one_of_the_handler() {
        let file = serde_json::from_str::<WrittenCalls>(facts!("written_calls")).unwrap();
        assert!(file.verified.len() == 10 && file.source.starts_with("https://docs.aws.amazon.com/"));
        for row in &file.call {
            let known = handlers(&row.of).unwrap().create;
            assert!(row.calls.iter().all(|call| known.contains(call)), "{row:?}");
        }
    }
}
