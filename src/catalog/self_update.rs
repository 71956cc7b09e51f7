//! What a self-updating pipeline may add to its own stack (`self_update.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// Resources of one type that the next version may have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Addition {
    /// The resource type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The ARN of those with names that the next version generates, with `${AWS::...}` for pseudo parameters.
    pub resource: String,
    /// The calls of the type's handlers, and `iam:PassRole`, which handlers of other types call with it.
    pub actions: Vec<String>,
    /// The services to which it may be passed.
    #[serde(default)]
    pub passed_to: Vec<String>,
    /// The page that describes the type.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfUpdate {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// What may be added.
    pub addition: Vec<Addition>,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn self_update() -> Option<&'static SelfUpdate> {
    static PARSED: OnceLock<Option<SelfUpdate>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("self_update")).ok()).as_ref()
}

/// Returns every addition; empty if the file does not parse, which a test rules out.
pub fn additions() -> &'static [Addition] {
    self_update().map_or(&[], |file| &file.addition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::{Handlers, handlers};

    #[test]
    fn every_addition_is_what_handlers_call() {
        assert!(self_update().is_some_and(|file| file.verified == "2026-11-28" && file.addition.len() == 4));
        for addition in additions() {
            assert!(addition.source.starts_with("https://docs.aws.amazon.com/"), "{addition:?}");
            assert!(addition.resource.ends_with("/${AWS::StackName}-*"), "{addition:?}");
            let passes = addition.actions == ["iam:PassRole"];
            assert_eq!(passes, !addition.passed_to.is_empty(), "{addition:?}");
            let Some(Handlers { create, read, update, delete }) = handlers(&addition.resource_type) else {
                panic!("{addition:?}")
            };
            let called = [create, read, update, delete].concat();
            let other: Vec<_> = addition.actions.iter().filter(|action| !passes && !called.contains(action)).collect();
            assert!(other.is_empty(), "{other:?} of {}", addition.resource_type);
        }
    }
}
