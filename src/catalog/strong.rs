//! Permissions that can do harm beyond a stack if they apply to all resources of a kind (`strong.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// Permissions of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strong {
    /// IAM actions; a trailing `*` matches a prefix.
    pub actions: Vec<String>,
    /// The harmless ones among them.
    #[serde(default)]
    pub but: Vec<String>,
    /// What anyone who can push the template could do with them.
    pub could: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrongActions {
    /// The date on which the names were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// AWS's reference of actions.
    pub source: String,
    /// The permissions.
    pub strong: Vec<Strong>,
}

/// Returns the file; `None` if it does not parse, which a test rules out.
pub fn strong_actions() -> Option<&'static StrongActions> {
    static PARSED: OnceLock<Option<StrongActions>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("strong")).ok()).as_ref()
}

/// Returns what somebody could do with an action on all resources of a kind; `None` for a harmless one.
pub fn could(action: &str) -> Option<&'static str> {
    let fits = |wanted: &String| match wanted.strip_suffix('*') {
        Some(begin) => action.starts_with(begin),
        None => action == wanted,
    };
    let row = strong_actions()?.strong.iter().find(|row| row.actions.iter().any(fits))?;
    (!row.but.iter().any(|but| but == action)).then_some(row.could.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::{actions_of, iam_action};

    #[test]
    fn every_action_exists() {
        let file = strong_actions().expect("strong.toml parses");
        for action in file.strong.iter().flat_map(|row| row.actions.iter().chain(&row.but)) {
            let exists = match action.strip_suffix('*').and_then(|begin| begin.split_once(':')) {
                Some((service, begin)) => actions_of(service).any(|name| name.starts_with(begin)),
                None => iam_action(action).is_some_and(|known| known.name == *action),
            };
            assert!(exists, "{action}");
        }
    }

    #[test]
    fn reading_is_harmless_and_writing_to_iam_is_not() {
        assert!(could("iam:PutRolePolicy").is_some() && could("kms:PutKeyPolicy").is_some());
        assert_eq!(could("iam:GetRole"), None);
        assert_eq!(could("iam:CreateServiceLinkedRole"), None);
    }
}
