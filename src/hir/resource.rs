//! Declarations except pipelines: projects, buckets, topics, roles, connections, keys, environments.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::ActionType;
use crate::source::{Span, Spanned};

use super::{Entity, RoleId, Text, Value, ValueKind};

/// Whether the template creates a resource, or it exists already.
#[derive(Debug, Clone, PartialEq)]
pub enum Ownership {
    /// Created by the emitted template.
    Owned,
    /// Exists: its ARN, or its name where the kind has one.
    Imported(Value),
}

/// What all declarations have in common; buckets, topics, connections, and keys have nothing else.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// How the file refers to it.
    pub symbol: Spanned<String>,
    /// Owned or imported.
    pub ownership: Ownership,
    /// Whether a statement declares it; else a value names it, by its name or ARN, and there is nothing but that value.
    pub is_declared: bool,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Its attributes by word, validated against the catalog's entry of its kind: the only place where they are kept.
    pub attributes: IndexMap<String, Attribute>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Declaration {
    /// A declaration with only a name.
    pub fn new(symbol: Spanned<String>, ownership: Ownership, span: Span) -> Self {
        Self { symbol, ownership, is_declared: true, doc: None, attributes: IndexMap::new(), span, incomplete: false }
    }

    /// A resource that only a value refers to, by its name or ARN.
    pub fn by_value(symbol: Spanned<String>, value: Value) -> Self {
        let span = symbol.span;
        Self { is_declared: false, ..Self::new(symbol, Ownership::Imported(value), span) }
    }

    /// The value of an attribute.
    pub fn value(&self, word: &str) -> Option<&Value> {
        self.attributes.get(word).map(|attribute| &attribute.value)
    }

    /// Text of an attribute, with its place.
    pub fn text(&self, word: &str) -> Option<Spanned<&Text>> {
        match self.value(word)? {
            Value { kind: ValueKind::Text(text), span } => Some(Spanned::new(text, *span)),
            _ => None,
        }
    }

    /// Text of an attribute that is known at compile time, with its place.
    pub fn literal(&self, word: &str) -> Option<Spanned<&str>> {
        let value = self.value(word)?;
        Some(Spanned::new(value.as_str()?, value.span))
    }

    /// The role that an attribute names.
    pub fn role(&self, word: &str) -> Option<Spanned<RoleId>> {
        match self.value(word)? {
            Value { kind: ValueKind::Entity(Entity::Role(id)), span } => Some(Spanned::new(*id, *span)),
            _ => None,
        }
    }

    /// The name that the file sets.
    pub fn name(&self) -> Option<Spanned<&Text>> {
        self.text("name")
    }

    /// `raw = { ... }`
    pub fn raw(&self) -> Option<&Value> {
        self.value("raw")
    }

    /// `resource-attributes = { ... }`
    pub fn resource_attributes(&self) -> Option<&Value> {
        self.value("resource-attributes")
    }

    /// Whether there is more than its attributes ask for.
    pub fn generates(&self) -> bool {
        !matches!(self.value("generate").map(|value| &value.kind), Some(ValueKind::Bool(false)))
    }

    /// `logical-id = "X"`
    pub fn logical_id(&self) -> Option<&str> {
        self.literal("logical-id").map(|id| id.node)
    }
}

/// `project`: a CodeBuild project.
#[derive(Debug, Clone)]
pub struct Project {
    /// What all declarations have in common.
    pub declaration: Declaration,
    /// `allow` and `deny`
    pub statements: Vec<Statement>,
}

impl Project {
    /// Environment variables.
    pub fn env(&self) -> &[(Spanned<String>, Value)] {
        match self.declaration.value("env").map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// Its buildspec.
    pub fn buildspec(&self) -> ProjectBuildspec<'_> {
        match self.declaration.value("buildspec") {
            Some(Value { kind: ValueKind::InlineYaml(text), span }) => {
                ProjectBuildspec::Inline(Spanned::new(text, *span))
            }
            Some(Value { kind: ValueKind::Text(path), span }) => ProjectBuildspec::Path(Spanned::new(path, *span)),
            _ => ProjectBuildspec::Default,
        }
    }

    /// Its own role, instead of the derived one.
    pub fn role(&self) -> Option<Spanned<RoleId>> {
        self.declaration.role("role")
    }
}

/// `provider`: an action type that is not in the catalog.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What all declarations have in common.
    pub declaration: Declaration,
    /// Its owner.
    pub kind: ProviderKind,
    /// Whether the template creates the action type.
    pub create: bool,
    /// What its actions are checked by, in all its categories.
    pub action_type: Arc<ActionType>,
    /// The keys of its configuration.
    pub properties: Vec<Property>,
}

/// The owner of a declared action type.
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
    /// Whether it distinguishes actions.
    pub key: bool,
    /// Whether workers can ask by it, and where that is said.
    pub queryable: Option<Span>,
    /// Whether its value is hidden.
    pub secret: bool,
    /// The documentation above it.
    pub doc: Option<String>,
}

/// `environment`: an account and a Region.
#[derive(Debug, Clone)]
pub struct Environment {
    /// What all declarations have in common.
    pub declaration: Declaration,
    /// `allow` and `deny`: they change the role derived for actions there.
    pub statements: Vec<Statement>,
}

impl Environment {
    /// The account, 12 digits; absent: the pipeline's.
    pub fn account(&self) -> Option<Spanned<&str>> {
        self.declaration.literal("account")
    }

    /// The region; absent: the pipeline's.
    pub fn region(&self) -> Option<Spanned<&str>> {
        self.declaration.literal("region")
    }

    /// The role CloudFormation uses there, in place of derived ones.
    pub fn role(&self) -> Option<Spanned<RoleId>> {
        self.declaration.role("role")
    }

    /// The role that actions work under there, in place of the derived one.
    pub fn action_role(&self) -> Option<Spanned<RoleId>> {
        self.declaration.role("action-role")
    }
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProjectBuildspec<'a> {
    /// `buildspec.yml` in the primary source, because nothing else was said.
    Default,
    /// A path in the primary source.
    Path(Spanned<&'a Text>),
    /// In the `.pipe` file itself.
    Inline(Spanned<&'a Text>),
}

/// The property of a role that says who may assume it.
const TRUST_POLICY: &str = "AssumeRolePolicyDocument";

/// `role`: declared or imported. The plan adds derived roles.
#[derive(Debug, Clone)]
pub struct Role {
    /// What all declarations have in common.
    pub declaration: Declaration,
    /// The service after `for`: `codepipeline`, `codebuild`, `cloudformation`, `events`, or `pipeline` for an action role.
    pub service: Option<Spanned<String>>,
    /// `allow` and `deny` outside of its named policies.
    pub statements: Vec<Statement>,
    /// Its named policies.
    pub policies: Vec<RolePolicy>,
}

impl Role {
    /// Whether the file lists who may assume it: by `trusts`, or in `raw`.
    pub fn states_trust(&self) -> bool {
        let in_raw = |raw: &Value| match &raw.kind {
            ValueKind::Map(entries) => entries.iter().any(|(key, _)| key.node == TRUST_POLICY),
            _ => false,
        };
        self.declaration.value("trusts").is_some() || self.declaration.raw().is_some_and(in_raw)
    }

    /// `allow` and `deny` of all its policies.
    pub fn all_statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().chain(self.policies.iter().flat_map(|policy| &policy.statements))
    }
}

/// `policy` in a role.
#[derive(Debug, Clone)]
pub struct RolePolicy {
    /// Its name in the file.
    pub name: Spanned<String>,
    /// Its attributes.
    pub attributes: IndexMap<String, Attribute>,
    /// `allow` and `deny`
    pub statements: Vec<Statement>,
    /// The documentation above it.
    pub doc: Option<String>,
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
    /// `read`, `write`, `pull`, `push`, `invoke`, `publish`, `start`: the catalog knows the IAM actions for each kind of resource.
    Verb(Spanned<String>),
    /// IAM actions, spelled out.
    Actions(Vec<Spanned<String>>),
}
