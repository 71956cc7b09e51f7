//! The kinds of declarations: one row for each, with its names in the language and in AWS.

use serde::Deserialize;

use super::names::{Name, rules};

/// A kind of declaration. Lists of all declarations have this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `project`
    Project,
    /// `bucket`
    Bucket,
    /// `topic`
    Topic,
    /// `role`
    Role,
    /// `connection`
    Connection,
    /// `key`
    Key,
    /// `environment`
    Environment,
    /// `repository`
    Repository,
    /// `provider`
    Provider,
    /// `pipeline`
    Pipeline,
}

/// What a file writes for an existing resource of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Its name or its ARN.
    Name,
    /// Its ARN.
    Arn,
    /// Nothing: it has to be declared.
    Never,
}

/// Where the name is in the last field of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameInArn {
    /// All of it.
    Whole,
    /// After a word: `project/name`. The name itself may contain slashes.
    After(&'static str),
    /// After the last slash: `role/path/name`.
    Last,
}

/// The row of a kind.
#[derive(Debug)]
struct Row {
    kind: Kind,
    /// The keyword, which is the noun in messages too.
    word: &'static str,
    /// The noun with its article.
    a_word: &'static str,
    /// The type in the language.
    ty: Option<&'static str>,
    /// The prefix of logical IDs.
    logical: &'static str,
    /// The kind of generated names in `names.toml`, if names are generated.
    names: Option<&'static str>,
    /// The CloudFormation resource type.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html> (2026-11-28)
    resource: Option<&'static str>,
    /// The ARN up to the name, in the form of the catalog's patterns.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    /// (2026-11-28)
    arn: Option<&'static str>,
    name_in_arn: NameInArn,
    existing: Existing,
}

/// Every kind, in the order of [`Kind`].
#[rustfmt::skip]
const ROWS: [Row; 10] = [
    Row { kind: Kind::Project, word: "project", a_word: "a project", ty: Some("Project"), logical: "Project",
        names: Some("project"), resource: Some("AWS::CodeBuild::Project"),
        arn: Some("arn:${Partition}:codebuild:${Region}:${Account}:project/"),
        name_in_arn: NameInArn::After("project/"), existing: Existing::Name },
    Row { kind: Kind::Bucket, word: "bucket", a_word: "a bucket", ty: Some("Bucket"), logical: "Bucket",
        names: Some("bucket"), resource: Some("AWS::S3::Bucket"), arn: Some("arn:${Partition}:s3:::"),
        name_in_arn: NameInArn::Whole, existing: Existing::Name },
    Row { kind: Kind::Topic, word: "topic", a_word: "a topic", ty: Some("Topic"), logical: "Topic",
        names: Some("topic"), resource: Some("AWS::SNS::Topic"), arn: Some("arn:${Partition}:sns:${Region}:${Account}:"),
        name_in_arn: NameInArn::Whole, existing: Existing::Arn },
    Row { kind: Kind::Role, word: "role", a_word: "a role", ty: Some("Role"), logical: "Role",
        names: Some("role"), resource: Some("AWS::IAM::Role"), arn: Some("arn:${Partition}:iam::${Account}:role/"),
        name_in_arn: NameInArn::Last, existing: Existing::Arn },
    // The ARN contains an ID that AWS generates.
    Row { kind: Kind::Connection, word: "connection", a_word: "a connection", ty: Some("Connection"), logical: "Connection",
        names: None, resource: Some("AWS::CodeConnections::Connection"), arn: None,
        name_in_arn: NameInArn::Whole, existing: Existing::Arn },
    // The ARN contains an ID that AWS generates; if that is unknown, the alias identifies the key.
    Row { kind: Kind::Key, word: "key", a_word: "a key", ty: Some("Key"), logical: "Key",
        names: Some("key-alias"), resource: Some("AWS::KMS::Key"), arn: Some("arn:${Partition}:kms:${Region}:${Account}:alias/"),
        name_in_arn: NameInArn::Whole, existing: Existing::Arn },
    Row { kind: Kind::Environment, word: "environment", a_word: "an environment", ty: Some("Environment"),
        logical: "Environment", names: None, resource: None, arn: None,
        name_in_arn: NameInArn::Whole, existing: Existing::Never },
    Row { kind: Kind::Repository, word: "repository", a_word: "a repository", ty: Some("Repository"), logical: "Repository",
        names: Some("repository"), resource: Some("AWS::ECR::Repository"),
        arn: Some("arn:${Partition}:ecr:${Region}:${Account}:repository/"),
        name_in_arn: NameInArn::After("repository/"), existing: Existing::Name },
    Row { kind: Kind::Provider, word: "provider", a_word: "a provider", ty: None, logical: "Provider",
        names: None, resource: Some("AWS::CodePipeline::CustomActionType"), arn: None,
        name_in_arn: NameInArn::Whole, existing: Existing::Never },
    Row { kind: Kind::Pipeline, word: "pipeline", a_word: "a pipeline", ty: None, logical: "Pipeline",
        names: None, resource: Some("AWS::CodePipeline::Pipeline"),
        arn: Some("arn:${Partition}:codepipeline:${Region}:${Account}:"),
        name_in_arn: NameInArn::Whole, existing: Existing::Name },
];

impl Kind {
    /// Returns every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.kind)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Returns the keyword that declares it, which is also the noun in messages and the name in the catalog's verbs.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Returns the noun with its article.
    pub fn a_word(self) -> &'static str {
        self.row().a_word
    }

    /// Returns the kind that a keyword declares.
    pub fn of_word(word: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.word == word).map(|row| row.kind)
    }

    /// Returns its type in the language.
    pub fn type_name(self) -> Option<&'static str> {
        self.row().ty
    }

    /// Returns the kind with a type of the language.
    pub fn of_type(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.ty == Some(name)).map(|row| row.kind)
    }

    /// Returns the prefix of its logical IDs.
    pub fn logical(self) -> &'static str {
        self.row().logical
    }

    /// Returns the rules for its generated names, if names are generated.
    pub fn names(self) -> Option<&'static Name> {
        self.row().names.and_then(rules)
    }

    /// Returns its CloudFormation resource type; empty for a kind that is not a resource.
    pub fn resource(self) -> &'static str {
        self.row().resource.unwrap_or_default()
    }

    /// Returns its ARN up to the name, in the form of the catalog's patterns; `None` if the name is not part of it.
    pub fn arn(self) -> Option<&'static str> {
        self.row().arn
    }

    /// Returns where the name is in the last field of an ARN.
    pub fn name_in_arn(self) -> NameInArn {
        self.row().name_in_arn
    }

    /// Returns what a file writes for an existing resource.
    pub fn existing(self) -> Existing {
        self.row().existing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn rows_stand_in_the_order_of_the_kinds() {
        assert!(Kind::all().enumerate().all(|(index, kind)| kind as usize == index));
        assert!(Kind::all().all(|kind| Kind::of_word(kind.word()) == Some(kind)));
        assert!(ROWS.iter().all(|row| row.ty.is_none_or(|ty| Kind::of_type(ty) == Some(row.kind))));
    }

    #[test]
    fn rows_agree_with_the_rest_of_the_catalog() {
        for row in &ROWS {
            let declaration = catalog::declaration(row.word).unwrap();
            let service = row.arn.and_then(|arn| arn.split(':').nth(2));
            let agrees = |service| declaration.arn_services.iter().any(|known| known == service);
            assert!(row.kind == Kind::Pipeline || service.is_none_or(agrees), "{row:?}");
            assert_eq!(row.a_word.split_once(' ').map(|(_, noun)| noun), Some(row.word));
            assert_eq!(row.names.is_some(), row.kind.names().is_some(), "{row:?}");
        }
    }
}
