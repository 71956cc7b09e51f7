//! Declarations except pipelines: projects, buckets, topics, roles, connections, keys, and environments.

use std::sync::Arc;

use crate::catalog::ActionType;
use crate::collections::IndexMap;
use crate::source::{Span, Spanned};

use super::{ConditionId, Entity, RoleId, Text, Value, ValueKind};

/// Whether a resource is created by the template or existing.
#[derive(Debug, Clone, PartialEq)]
pub enum Ownership {
    /// Created by the emitted template.
    Owned,
    /// Existing: its ARN, or its name if the kind has one.
    Imported(Value),
}

/// What all declarations have in common; buckets, topics, connections, and keys have nothing else.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The name that the file uses for it.
    pub symbol: Spanned<String>,
    /// Owned or imported.
    pub ownership: Ownership,
    /// Whether a statement declares it. Otherwise it is only a value that refers to a resource by name or ARN.
    pub is_declared: bool,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Its attributes by word, validated against the catalog's entry of its kind: they are kept only here.
    pub attributes: IndexMap<String, Attribute>,
    /// From the keyword to the name.
    pub span: Span,
    /// The condition under which the template creates it.
    pub condition: Option<Spanned<ConditionId>>,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Declaration {
    /// Creates a declaration with only a name.
    pub fn new(symbol: Spanned<String>, ownership: Ownership, span: Span) -> Self {
        Self {
            symbol,
            ownership,
            is_declared: true,
            doc: None,
            attributes: IndexMap::default(),
            span,
            condition: None,
            incomplete: false,
        }
    }

    /// Creates a resource that only a value refers to, by its name or ARN.
    pub fn by_value(symbol: Spanned<String>, value: Value) -> Self {
        let span = symbol.span;
        Self { is_declared: false, ..Self::new(symbol, Ownership::Imported(value), span) }
    }

    /// Returns the value of an attribute.
    pub fn value(&self, word: &str) -> Option<&Value> {
        self.attributes.get(word).map(|attribute| &attribute.value)
    }

    /// Returns the text of an attribute, with its span.
    pub fn text(&self, word: &str) -> Option<Spanned<&Text>> {
        match self.value(word)? {
            Value { kind: ValueKind::Text(text), span } => Some(Spanned::new(text, *span)),
            _ => None,
        }
    }

    /// Returns the text of an attribute that is known at compile time, with its span.
    pub fn literal(&self, word: &str) -> Option<Spanned<&str>> {
        let value = self.value(word)?;
        Some(Spanned::new(value.as_str()?, value.span))
    }

    /// Returns the role that an attribute refers to.
    pub fn role(&self, word: &str) -> Option<Spanned<RoleId>> {
        match self.value(word)? {
            Value { kind: ValueKind::Entity(Entity::Role(id)), span } => Some(Spanned::new(*id, *span)),
            _ => None,
        }
    }

    /// Returns the name that the file sets.
    pub fn name(&self) -> Option<Spanned<&Text>> {
        self.text("name")
    }

    /// Returns the name that the file sets, if it is literal.
    pub fn name_text(&self) -> Option<&str> {
        self.name()?.node.as_literal()
    }

    /// Returns the value of `raw = { ... }`.
    pub fn raw(&self) -> Option<&Value> {
        self.value("raw")
    }

    /// Returns the value of `resource-attributes = { ... }`.
    pub fn resource_attributes(&self) -> Option<&Value> {
        self.value("resource-attributes")
    }

    /// Returns whether more is generated than its attributes request.
    pub fn generates(&self) -> bool {
        !matches!(self.value("generate").map(|value| &value.kind), Some(ValueKind::Bool(false)))
    }

    /// Returns the value of `logical-id = "X"`.
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
    /// Returns the environment variables.
    pub fn env(&self) -> &[(Spanned<String>, Value)] {
        match self.declaration.value("env").map(|value| &value.kind) {
            Some(ValueKind::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// Returns its buildspec.
    pub fn buildspec(&self) -> ProjectBuildspec<'_> {
        match self.declaration.value("buildspec") {
            Some(Value { kind: ValueKind::InlineYaml(text), span }) => {
                ProjectBuildspec::Inline(Spanned::new(text, *span))
            }
            Some(Value { kind: ValueKind::Text(path), span }) => ProjectBuildspec::Path(Spanned::new(path, *span)),
            _ => ProjectBuildspec::Default,
        }
    }

    /// Returns its own role, instead of the derived one.
    pub fn role(&self) -> Option<Spanned<RoleId>> {
        self.declaration.role("role")
    }

    /// Returns the role that starts the builds of its batches.
    pub fn batch_role(&self) -> Option<Spanned<RoleId>> {
        let ValueKind::Map(batch) = &self.declaration.value("batch")?.kind else { return None };
        match batch.iter().find(|(key, _)| key.node == "role")?.1 {
            Value { kind: ValueKind::Entity(Entity::Role(id)), span } => Some(Spanned::new(id, span)),
            _ => None,
        }
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
    /// The type against which its actions are checked, in all its categories.
    pub action_type: Arc<ActionType>,
    /// The configuration keys of its actions.
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

/// A configuration key of a declared action type.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Spanned<String>,
    /// `String`, `Number`, or `Boolean`, as the API spells it.
    pub ty: &'static str,
    /// Whether an action must set it.
    pub required: bool,
    /// Whether its value identifies an action.
    pub key: bool,
    /// The span of `queryable`, if workers can query jobs by it.
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
    /// Returns the account, 12 digits; `None` for the pipeline's.
    pub fn account(&self) -> Option<Spanned<&str>> {
        self.declaration.literal("account")
    }

    /// Returns the Region; `None` for the pipeline's.
    pub fn region(&self) -> Option<Spanned<&str>> {
        self.declaration.literal("region")
    }

    /// Returns the role that CloudFormation uses in it, instead of derived ones.
    pub fn role(&self) -> Option<Spanned<RoleId>> {
        self.declaration.role("role")
    }

    /// Returns the role that its actions assume, instead of the derived one.
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
    /// `buildspec.yml` in the primary source, which is the default.
    Default,
    /// A path in the primary source.
    Path(Spanned<&'a Text>),
    /// In the `.pipe` file itself.
    Inline(Spanned<&'a Text>),
}

/// The trust policy of a role.
const TRUST_POLICY: &str = "AssumeRolePolicyDocument";

/// `role`: declared or imported. The plan adds derived roles.
#[derive(Debug, Clone)]
pub struct Role {
    /// What all declarations have in common.
    pub declaration: Declaration,
    /// The service after `for`: `codepipeline`, `codebuild`, `cloudformation`, `events`, or `pipeline` for an action role.
    pub service: Option<Spanned<String>>,
    /// `allow` and `deny` outside its named policies.
    pub statements: Vec<Statement>,
    /// Its named policies.
    pub policies: Vec<RolePolicy>,
}

impl Role {
    /// Returns whether the file lists its principals: in `trusts`, or in `raw`.
    pub fn states_trust(&self) -> bool {
        let in_raw = |raw: &Value| match &raw.kind {
            ValueKind::Map(entries) => entries.iter().any(|(key, _)| key.node == TRUST_POLICY),
            _ => false,
        };
        self.declaration.value("trusts").is_some() || self.declaration.raw().is_some_and(in_raw)
    }

    /// Returns `allow` and `deny` of all its policies.
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
    /// The actions.
    pub permission: Permission,
    /// The resources: entities, strings with ARNs, or `"*"`.
    pub resources: Vec<Value>,
    /// `when { Operator = { key = value } }`
    pub condition: Option<Value>,
    /// The statement.
    pub span: Span,
}

/// The actions of a statement.
#[derive(Debug, Clone)]
pub enum Permission {
    /// `read`, `write`, `pull`, `push`, `invoke`, `publish`, `start`: the catalog knows the IAM actions for each kind of resource.
    Verb(Spanned<String>),
    /// IAM actions, spelled out.
    Actions(Vec<Spanned<String>>),
}
