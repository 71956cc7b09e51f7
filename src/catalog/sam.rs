//! Features of the AWS Serverless Application Model besides its types (`sam.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SamFacts {
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The types of gradual deployments that need no configuration of their own.
    pub deployment_preferences: Vec<String>,
    /// The hooks of gradual deployments.
    pub deployment_hooks: Vec<String>,
    /// The properties that each section of `Globals` accepts.
    pub globals: BTreeMap<String, Vec<String>>,
    /// The events of functions and of state machines.
    pub events: SamEvents,
    /// The parameters of each policy template.
    pub policy_templates: BTreeMap<String, Vec<String>>,
}

/// The required properties of each kind of event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SamEvents {
    /// Those of functions.
    pub function: BTreeMap<String, Vec<String>>,
    /// Those of state machines.
    pub state_machine: BTreeMap<String, Vec<String>>,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn sam_facts() -> Option<&'static SamFacts> {
    static FACTS: OnceLock<Option<SamFacts>> = OnceLock::new();
    FACTS.get_or_init(|| serde_json::from_str(facts!("sam")).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::sam_facts;

    #[test]
    fn the_file_can_be_read() {
        let facts = sam_facts();
        assert!(facts.is_some_and(|facts| facts.policy_templates.contains_key("DynamoDBReadPolicy")));
    }
}
