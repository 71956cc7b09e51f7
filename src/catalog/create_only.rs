//! The properties of resource types whose change requires CloudFormation to replace a resource.
//!
//! `data/rebuild.py` generates the text from the resource schemas and describes its format. The meaning of a schema's
//! words: <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html> (2026-11-29)

use super::table::{TypeTable, type_table};

static CREATE_ONLY: TypeTable = type_table!("create-only");

/// Whether CloudFormation replaces a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// In some cases only.
    Possible,
    /// Always.
    Certain,
}

/// Returns whether a change to a property replaces a resource of a type. The path consists of the names of properties,
/// without the positions of items.
pub fn replacement(resource_type: &str, path: &[&str]) -> Option<Replacement> {
    let of_word = |word: &str| {
        let (word, certain) = match word.strip_prefix('?') {
            Some(word) => (word, Replacement::Possible),
            None => (word, Replacement::Certain),
        };
        let mut wanted = word.split('.').filter(|part| *part != "*");
        let mut changed = path.iter();
        loop {
            match (wanted.next(), changed.next()) {
                (Some(name), Some(part)) if name == *part => {}
                (Some(_), Some(_)) => return None,
                // The whole value that contains the property changes.
                (Some(_), None) => return Some(Replacement::Possible),
                (None, _) => return Some(certain),
            }
        }
    };
    CREATE_ONLY.line(resource_type)?.split(' ').filter_map(of_word).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_say_what_replaces_a_resource() {
        let of = |kind: &str, path: &str| replacement(kind, &path.split('.').collect::<Vec<_>>());
        assert_eq!(of("AWS::CodePipeline::Pipeline", "Name"), Some(Replacement::Certain));
        assert_eq!(of("AWS::CodePipeline::Pipeline", "RoleArn"), None);
        assert_eq!(of("AWS::ECR::Repository", "EncryptionConfiguration.KmsKey"), Some(Replacement::Certain));
        assert_eq!(of("AWS::Events::Rule", "EventBusName"), Some(Replacement::Possible));
        assert_eq!(of("AWS::Budgets::Budget", "Budget.BudgetName"), Some(Replacement::Certain));
        assert_eq!(of("AWS::Budgets::Budget", "Budget"), Some(Replacement::Possible));
        assert_eq!(of("AWS::Budgets::Budget", "Budget.BudgetLimit"), None);
        assert_eq!(of("AWS::None::Such", "Name"), None);
    }

    #[test]
    fn the_table_is_sorted() {
        let heads: Vec<&str> = CREATE_ONLY.heads().collect();
        assert!(heads.len() > 1000 && heads.is_sorted());
        assert!(heads.iter().all(|head| CREATE_ONLY.line(head).is_some_and(|paths| !paths.is_empty())));
    }
}
