//! What stands beside the pipelines: projects, buckets, topics, roles, connections, keys, environments.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::ActionType;
use crate::source::{Span, Spanned};

use super::{RoleId, Text, Value};

/// Whether dotpipe makes a thing or it exists already.
#[derive(Debug, Clone, PartialEq)]
pub enum Ownership {
    /// Made by the emitted template.
    Owned,
    /// Exists: its ARN, or its name where the kind has one.
    Imported(Value),
}

/// What all declared things have in common; buckets, topics, connections and keys are nothing more.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// How the file refers to it.
    pub symbol: Spanned<String>,
    /// Owned or imported.
    pub ownership: Ownership,
    /// The name asked for.
    pub name: Option<Spanned<Text>>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Its attributes by word, validated against the catalogue's entry of its kind.
    pub attributes: IndexMap<String, Attribute>,
    /// `raw = { ... }`
    pub raw: Option<Value>,
    /// `logical-id = "X"`
    pub logical_id: Option<Spanned<String>>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Declaration {
    /// A thing of which nothing but its name is said.
    pub fn new(symbol: Spanned<String>, ownership: Ownership, span: Span) -> Self {
        Self {
            symbol,
            ownership,
            name: None,
            doc: None,
            attributes: IndexMap::new(),
            raw: None,
            logical_id: None,
            span,
            incomplete: false,
        }
    }

    /// Whether a statement declares it; else a value names it, by its ARN, and there is nothing but that value.
    pub fn is_declared(&self) -> bool {
        self.span != self.symbol.span
    }
}

/// `project`: a CodeBuild project. Attributes read in many places have a field of their own.
#[derive(Debug, Clone)]
pub struct Project {
    /// What it shares with other declared things.
    pub declaration: Declaration,
    /// Environment variables.
    pub env: Vec<(Spanned<String>, Value)>,
    /// Its buildspec.
    pub buildspec: Buildspec,
    /// A role of its own instead of the derived one.
    pub role: Option<Spanned<RoleId>>,
    /// `allow` and `deny`
    pub statements: Vec<Statement>,
}

/// `provider`: an action type that is not in the catalogue.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What it shares with other declared things.
    pub declaration: Declaration,
    /// Who made it.
    pub kind: ProviderKind,
    /// Whether the template makes the action type.
    pub create: bool,
    /// What its actions are checked by, in all its categories.
    pub action_type: Arc<ActionType>,
    /// The keys of its configuration.
    pub properties: Vec<Property>,
}

/// Who made a declared action type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// CodePipeline's plug-in for Jenkins.
    Jenkins,
    /// The user.
    Custom,
    /// A partner.
    ThirdParty,
}

/// A key of the configuration of a declared action type.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Spanned<String>,
    /// `String`, `Number` or `Boolean`, as the API spells it.
    pub ty: &'static str,
    /// Whether an action must give it.
    pub required: bool,
    /// Whether it tells actions apart.
    pub key: bool,
    /// Whether workers can ask by it, and where that is said.
    pub queryable: Option<Span>,
    /// Whether nobody is shown its value.
    pub secret: bool,
    /// The documentation above it.
    pub doc: Option<String>,
}

/// `environment`: an account and a region.
#[derive(Debug, Clone)]
pub struct Environment {
    /// What it shares with other declared things.
    pub declaration: Declaration,
    /// The account, 12 digits; absent: the pipeline's.
    pub account: Option<Spanned<String>>,
    /// The region; absent: the pipeline's.
    pub region: Option<Spanned<String>>,
    /// The role CloudFormation uses there, in place of derived ones.
    pub role: Option<Spanned<RoleId>>,
    /// The role that actions work under there, in place of the derived one.
    pub action_role: Option<Spanned<RoleId>>,
    /// `allow` and `deny`: they change the role derived for actions there.
    pub statements: Vec<Statement>,
}

/// A validated attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The value: of the slot's type, or poisoned.
    pub value: Value,
    /// The attribute's word.
    pub word: Span,
}

/// Where a project's buildspec is.
#[derive(Debug, Clone, PartialEq)]
pub enum Buildspec {
    /// `buildspec.yml` in the primary source, because nothing else was said.
    Default,
    /// A path in the primary source.
    Path(Spanned<Text>),
    /// In the `.pipe` file itself.
    Inline(Spanned<Text>),
}

/// `role`: declared or imported. Derived roles are made by the plan.
#[derive(Debug, Clone)]
pub struct Role {
    /// What it shares with other declared things.
    pub declaration: Declaration,
    /// The service behind `for`: `codepipeline`, `codebuild`, `cloudformation`, `events`, or `pipeline` for an action role.
    pub service: Option<Spanned<String>>,
    /// `allow` and `deny`
    pub statements: Vec<Statement>,
}

/// `allow` or `deny`
#[derive(Debug, Clone)]
pub struct Statement {
    /// Whether it is `deny`.
    pub deny: bool,
    /// What.
    pub permission: Permission,
    /// On what: entities, texts with ARNs, `"*"`.
    pub resources: Vec<Value>,
    /// `when { Operator = { key = value } }`
    pub condition: Option<Value>,
    /// The statement.
    pub span: Span,
}

/// What a statement allows.
#[derive(Debug, Clone)]
pub enum Permission {
    /// `read`, `write`, `pull`, `push`, `invoke`, `publish`, `start`: the catalogue knows the IAM actions for each kind of thing.
    Verb(Spanned<String>),
    /// IAM actions, spelt out.
    Actions(Vec<Spanned<String>>),
}
