//! Calls of resource types' handlers that only certain properties need (`optional.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// Actions that only certain properties need.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionalNeed {
    /// The resource types. Default: every type except those of the action's own service.
    #[serde(default)]
    pub types: Vec<String>,
    /// IAM actions, or `service:` for all of a service.
    pub actions: Vec<String>,
    /// Prefixes of actions that are needed in any case.
    #[serde(default)]
    pub but: Vec<String>,
    /// Parts of the properties' names.
    pub properties: Vec<String>,
    /// The page that documents it.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionalNeeds {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The needs; the first match counts.
    pub need: Vec<OptionalNeed>,
}

/// Returns the file; `None` if it does not parse, which a test rules out.
pub fn needs() -> Option<&'static OptionalNeeds> {
    static PARSED: OnceLock<Option<OptionalNeeds>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("optional")).ok()).as_ref()
}

impl OptionalNeed {
    /// Returns whether it is about an action of a resource type's handlers.
    fn fits(&self, resource_type: &str, action: &str) -> bool {
        let is_it = |wanted: &String| if wanted.ends_with(':') { action.starts_with(wanted) } else { action == wanted };
        self.actions.iter().any(is_it) && (!self.types.is_empty() || !is_of_service(resource_type, action))
    }
}

/// Returns what only certain properties of a resource type need.
pub fn needs_of(resource_type: &str) -> Vec<&'static OptionalNeed> {
    let of_type =
        |need: &&OptionalNeed| need.types.is_empty() || need.types.iter().any(|wanted| wanted == resource_type);
    needs().into_iter().flat_map(|file| &file.need).filter(of_type).collect()
}

/// Returns parts of the names of the properties without which a resource of the type does not need an action of its
/// handlers; `None` if it always needs the action. `needs`: those of the type ([`needs_of`]).
pub fn properties_that_need(
    resource_type: &str,
    action: &str,
    needs: &[&'static OptionalNeed],
) -> Option<&'static [String]> {
    let need = needs.iter().find(|need| need.fits(resource_type, action))?;
    let all_the_same = need.but.iter().any(|but| action.starts_with(but.as_str()));
    (!all_the_same).then_some(need.properties.as_slice())
}

/// Returns whether an action is of the type's own service. Types of Amazon EFS abbreviate the name that actions spell
/// out:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticfilesystem.html> (2026-11-28)
fn is_of_service(resource_type: &str, action: &str) -> bool {
    let of_type = resource_type.split("::").nth(1).unwrap_or_default();
    let of_action = action.split(':').next().unwrap_or_default();
    of_type.eq_ignore_ascii_case(of_action) || (of_type == "EFS" && of_action == "elasticfilesystem")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::{handlers, iam_action};

    #[test]
    fn every_need_is_of_a_handler_and_never_of_reading() {
        for need in &needs().expect("optional.toml parses").need {
            assert!(need.source.starts_with("https://docs.aws.amazon.com/") && !need.properties.is_empty());
            for action in need.actions.iter().filter(|action| !action.ends_with(':')) {
                assert!(iam_action(action).is_some_and(|known| known.name == *action), "{action}");
                let listed = need
                    .types
                    .iter()
                    .filter_map(|kind| handlers(kind))
                    .any(|handlers| [handlers.create, handlers.update, handlers.delete].concat().contains(action));
                assert!(listed, "no handler of {:?} lists {action}", need.types);
            }
        }
    }

    #[test]
    fn a_service_of_another_name_counts_as_foreign() {
        let properties_that_need = |kind, action| properties_that_need(kind, action, &needs_of(kind));
        assert!(properties_that_need("AWS::Lambda::Function", "kms:Decrypt").is_some());
        assert_eq!(properties_that_need("AWS::KMS::Key", "kms:CreateKey"), None);
        assert!(properties_that_need("AWS::DynamoDB::Table", "s3:ListBucket").is_some());
        assert_eq!(properties_that_need("AWS::DynamoDB::Table", "dynamodb:CreateTable"), None);
        assert_eq!(properties_that_need("AWS::EFS::FileSystem", "elasticfilesystem:CreateFileSystem"), None);
    }
}
