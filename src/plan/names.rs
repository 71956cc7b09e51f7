//! Every physical name and logical ID is generated here, for the template and for the pipeline's JSON.

use crate::catalog::Kind;
use crate::catalog::names::rules;

use super::Expr;

/// What a name is for: decides the characters and the length it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// An IAM role.
    Role,
    /// An S3 bucket, lower case.
    Bucket,
    /// A CodeBuild project.
    Project,
    /// An SNS topic.
    Topic,
    /// An EventBridge rule.
    Rule,
    /// An Amazon ECR repository, lower case.
    Repository,
    /// A CodePipeline webhook.
    Webhook,
    /// A notification rule.
    Notification,
    /// A dashboard.
    Dashboard,
    /// The alias of a KMS key, without `alias/`.
    Key,
}

/// Length of `-<account>-<region>` in a bucket's name: 12 digits, and at most 14 characters for the Region.
const ACCOUNT_AND_REGION: usize = 1 + 12 + 1 + 14;

/// Digits of the hash that replaces the end of a shortened name.
const HASH_DIGITS: usize = 8;

impl NameKind {
    /// The rules for the names of a kind of declaration, where the plan may make up such a name.
    pub fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Project => Self::Project,
            Kind::Bucket => Self::Bucket,
            Kind::Topic => Self::Topic,
            Kind::Role => Self::Role,
            Kind::Key => Self::Key,
            Kind::Repository => Self::Repository,
            Kind::Connection | Kind::Provider | Kind::Pipeline | Kind::Environment => return None,
        })
    }

    fn room(self) -> usize {
        let most = rules(self.word()).map(|rules| rules.max).unwrap_or_default();
        if self == Self::Bucket { most.saturating_sub(ACCOUNT_AND_REGION) } else { most }
    }

    /// What the catalog calls such names.
    fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Bucket => "bucket",
            Self::Project => "project",
            Self::Topic => "topic",
            Self::Rule => "rule",
            Self::Repository => "repository",
            Self::Webhook => "webhook",
            Self::Notification => "notification",
            Self::Dashboard => "dashboard",
            Self::Key => "key-alias",
        }
    }

    /// Whether it has small letters only.
    fn is_lower(self) -> bool {
        matches!(self, Self::Bucket | Self::Repository)
    }

    fn allows(self, character: char) -> bool {
        character.is_ascii_alphanumeric()
            || character == '-'
            || match self {
                Self::Bucket | Self::Repository => false,
                Self::Role => "_+=,.@".contains(character),
                Self::Rule => "_.".contains(character),
                Self::Webhook => "_.@".contains(character),
                Self::Project | Self::Topic | Self::Key | Self::Notification | Self::Dashboard => character == '_',
            }
    }
}

/// The name `<owner>-<what>` in the characters of its kind, shortened with a hash of the whole name if it is too long.
/// Bucket names end in `-<account>-<region>`.
pub fn physical(kind: NameKind, owner: &str, what: &str) -> Expr {
    let whole = format!("{owner}-{what}");
    let folded = if kind.is_lower() { whole.to_ascii_lowercase() } else { whole.clone() };
    let fitting = fit(&folded, &whole, kind);
    match kind {
        NameKind::Bucket => {
            Expr::text(fitting).then("-").then(Expr::pseudo("AccountId")).then("-").then(Expr::pseudo("Region"))
        }
        _ => Expr::text(fitting),
    }
}

/// `text` itself if it is valid, otherwise its valid characters and a hash of `whole`.
fn fit(text: &str, whole: &str, kind: NameKind) -> String {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if text.chars().all(|character| kind.allows(character)) && text.len() <= kind.room() && starts_well {
        return text.to_owned();
    }
    let legal: String = text.chars().map(|character| if kind.allows(character) { character } else { '-' }).collect();
    let legal = legal.trim_start_matches(|first: char| !first.is_ascii_alphanumeric());
    let head: String = legal.chars().take(kind.room() - HASH_DIGITS - 1).collect();
    let head = head.trim_end_matches('-');
    let hash = hash(whole);
    if head.is_empty() { format!("x{hash}") } else { format!("{head}-{hash}") }
}

/// A name for a project in a template: `<stack name>-<what>`.
pub fn behind_stack_name(what: &str) -> Expr {
    let kind = NameKind::Project;
    let legal: String = what.chars().map(|character| if kind.allows(character) { character } else { '-' }).collect();
    let legal = if legal == what { legal } else { format!("{legal}-{}", hash(what)) };
    Expr::pseudo("StackName").then("-").then(legal)
}

/// A hash of a text in [`HASH_DIGITS`] hexadecimal digits, which never changes.
fn hash(text: &str) -> String {
    let state = crate::source::fnv1a(text.as_bytes());
    format!("{:0HASH_DIGITS$x}", (state >> 32) ^ (state & 0xffff_ffff))
}

/// A logical ID: the kind, then the name without the characters that CloudFormation rejects, in PascalCase.
/// At most 255 characters.
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

    const KINDS: [NameKind; 7] = [
        NameKind::Role,
        NameKind::Bucket,
        NameKind::Project,
        NameKind::Topic,
        NameKind::Rule,
        NameKind::Notification,
        NameKind::Dashboard,
    ];

    /// The name in an account of twelve digits and the longest region.
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
        let bucket = physical(NameKind::Bucket, "MyAppPipeline", "artifacts");
        assert_eq!(deployed(&bucket), "myapppipeline-artifacts-111122223333-ap-southeast-1");
        assert_eq!(physical(NameKind::Role, "P", "MyAppBuilder").as_text(), Some("P-MyAppBuilder"));
    }

    #[test]
    fn hashes_are_the_same_in_every_version() {
        let name = physical(NameKind::Role, "P", "a b");
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
                let name = deployed(&physical(kind, &owner, &what));
                let longest = kind.room() + if kind == NameKind::Bucket { ACCOUNT_AND_REGION } else { 0 };
                prop_assert!((1..=longest).contains(&name.len()), "{name}");
                prop_assert!(name.chars().all(|character| kind.allows(character)), "{name}");
                prop_assert!(name.starts_with(|first: char| first.is_ascii_alphanumeric()), "{name}");
                if kind == NameKind::Bucket {
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
