//! Generation of every physical name and logical ID, for the template and for the pipeline's JSON.

use crate::catalog::Kind;
use crate::catalog::names::{Name, rules};

use super::Expr;
use crate::hir::Pipeline;

/// The kind of a named resource, which decides the characters and the length of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A declarable resource.
    Of(Kind),
    /// An EventBridge rule.
    Rule,
    /// A CodePipeline webhook.
    Webhook,
    /// A notification rule.
    Notification,
    /// A dashboard.
    Dashboard,
}

/// The length of `-<account>-<region>` in a bucket's name: 12 digits, and at most 14 characters for the Region.
const ACCOUNT_AND_REGION: usize = 1 + 12 + 1 + 14;

/// The number of digits of the hash that replaces the end of a shortened name.
const HASH_DIGITS: usize = 8;

impl NameKind {
    /// Returns the rules for such names, or `None` if no names are generated.
    fn rules(self) -> Option<&'static Name> {
        match self {
            Self::Of(kind) => kind.names(),
            Self::Rule => rules("rule"),
            Self::Webhook => rules("webhook"),
            Self::Notification => rules("notification"),
            Self::Dashboard => rules("dashboard"),
        }
    }
}

/// Returns the maximum length of a name before its unique suffix.
fn room(rules: &Name) -> usize {
    if rules.global { rules.max.saturating_sub(ACCOUNT_AND_REGION) } else { rules.max }
}

/// Returns the name `<owner>-<what>` in the characters of its kind, shortened with a hash of the whole if it is too
/// long. Names that must be unique across accounts and Regions end with `-<account>-<region>`. Returns `None` for kinds
/// without generated names.
pub fn physical(kind: NameKind, owner: &str, what: &str) -> Option<Expr> {
    let rules = kind.rules()?;
    let whole = format!("{owner}-{what}");
    let folded = if rules.is_lowercase() { whole.to_ascii_lowercase() } else { whole.clone() };
    let fitting = Expr::text(fit(&folded, &whole, rules));
    if !rules.global {
        return Some(fitting);
    }
    Some(fitting.then("-").then(Expr::pseudo("AccountId")).then("-").then(Expr::pseudo("Region")))
}

/// Returns `text` itself if it is valid, and otherwise its valid characters and a hash of `whole`.
fn fit(text: &str, whole: &str, rules: &Name) -> String {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if text.chars().all(|character| rules.generates(character)) && text.len() <= room(rules) && starts_well {
        return text.to_owned();
    }
    let legal: String =
        text.chars().map(|character| if rules.generates(character) { character } else { '-' }).collect();
    let legal = legal.trim_start_matches(|first: char| !first.is_ascii_alphanumeric());
    let head: String = legal.chars().take(room(rules).saturating_sub(HASH_DIGITS + 1)).collect();
    let head = head.trim_end_matches('-');
    let hash = hash(whole);
    if head.is_empty() { format!("x{hash}") } else { format!("{head}-{hash}") }
}

/// Returns a name for a project in a template: `<stack name>-<what>`.
pub fn behind_stack_name(what: &str) -> Expr {
    let fits = |character| Kind::Project.names().is_some_and(|rules| rules.generates(character));
    let legal: String = what.chars().map(|character| if fits(character) { character } else { '-' }).collect();
    let legal = if legal == what { legal } else { format!("{legal}-{}", hash(what)) };
    Expr::pseudo("StackName").then("-").then(legal)
}

/// Returns a stable hash of a text in [`HASH_DIGITS`] hexadecimal digits.
fn hash(text: &str) -> String {
    let state = crate::source::fnv1a(text.as_bytes());
    format!("{:0HASH_DIGITS$x}", (state >> 32) ^ (state & 0xffff_ffff))
}

/// Returns the logical ID of a pipeline.
pub fn logical_id_of(pipeline: &Pipeline) -> String {
    let given = pipeline.logical_id.as_ref().map(|id| id.node.clone());
    given.unwrap_or_else(|| logical_id("Pipeline", &pipeline.symbol.node))
}

/// Returns a logical ID: the kind, then the name without the characters that CloudFormation rejects, in PascalCase. At
/// most 255 characters.
pub fn logical_id(kind: &str, name: &str) -> String {
    let mut id = String::from(kind);
    for word in name.split(|character: char| !character.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        id.extend(letters);
    }
    id.truncate(255);
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::names::NameFault;

    const KINDS: [NameKind; 7] = [
        NameKind::Of(Kind::Role),
        NameKind::Of(Kind::Bucket),
        NameKind::Of(Kind::Project),
        NameKind::Of(Kind::Topic),
        NameKind::Rule,
        NameKind::Notification,
        NameKind::Dashboard,
    ];

    /// Returns the name in an account of twelve digits and the longest Region.
    fn deployed(name: &Expr) -> String {
        name.pieces()
            .iter()
            .map(|piece| match piece {
                super::super::Piece::Text(text) => text.clone(),
                super::super::Piece::Pseudo(pseudo) if pseudo == "AccountId" => "111122223333".to_owned(),
                _ => "ap-southeast-1".to_owned(),
            })
            .collect()
    }

    #[test]
    fn short_names_stay_readable() {
        let bucket = physical(NameKind::Of(Kind::Bucket), "MyAppPipeline", "artifacts").unwrap();
        assert_eq!(deployed(&bucket), "myapppipeline-artifacts-111122223333-ap-southeast-1");
        let role = physical(NameKind::Of(Kind::Role), "P", "MyAppBuilder").unwrap();
        assert_eq!(role.as_text(), Some("P-MyAppBuilder"));
    }

    #[test]
    fn hashes_are_the_same_in_every_version() {
        let name = physical(NameKind::Of(Kind::Role), "P", "a b").unwrap();
        assert_eq!(name.as_text(), Some("P-a-b-939f9be7"));
    }

    #[test]
    fn logical_ids_are_words() {
        assert_eq!(logical_id("Role", "my-app-stack"), "RoleMyAppStack");
        assert_eq!(logical_id("Pipeline", "MyAppPipeline"), "PipelineMyAppPipeline");
    }

    proptest! {
        #[test]
        fn names_are_always_legal(owner in "\\PC{1,110}", what in "\\PC{0,110}") {
            for kind in KINDS {
                let (rules, name) = (kind.rules().unwrap(), deployed(&physical(kind, &owner, &what).unwrap()));
                prop_assert!((1..=rules.max).contains(&name.len()), "{name}");
                prop_assert!(name.chars().all(|character| rules.generates(character)), "{name}");
                let fault = rules.check(&name).filter(|fault| !matches!(fault, NameFault::Reserved { .. }));
                prop_assert!(fault.is_none(), "{name}: {fault:?}");
                prop_assert!(name.starts_with(|first: char| first.is_ascii_alphanumeric()), "{name}");
                if kind == NameKind::Of(Kind::Bucket) {
                    prop_assert!((3..=63).contains(&name.len()), "{name}");
                    prop_assert!(!name.contains(|letter: char| letter.is_ascii_uppercase()), "{name}");
                }
            }
        }

        #[test]
        fn different_things_have_different_names(owner in "[a-z0-9._@-]{1,100}", a in "[a-z0-9._@-]{1,100}", b in "[a-z0-9._@-]{1,100}") {
            prop_assume!(a != b);
            for kind in KINDS {
                prop_assert_ne!(physical(kind, &owner, &a), physical(kind, &owner, &b));
            }
        }

        #[test]
        fn logical_ids_are_always_legal(name in "\\PC{0,300}") {
            let id = logical_id("Role", &name);
            prop_assert!(id.len() <= 255 && id.chars().all(|character| character.is_ascii_alphanumeric()));
        }
    }
}
