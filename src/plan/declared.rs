//! What the file declares beside the pipelines: identities, and the simple resources.

use crate::hir::{
    Attribute, Declaration, Entity, Environment, EnvironmentId, Hir, KeyId, Ownership, Pipeline, Value, ValueKind,
};
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use indexmap::IndexMap;

use super::names::{NameKind, behind_stack_name, logical_id, physical};
use super::value::Scope;
use super::{
    BucketPlan, ConnectionPlan, Data, EnvironmentPlan, Expr, Identity, Imported, KeyPlan, Known, Node, ParamPlan,
    Properties, RepositoryPlan, Site, TopicPlan, World, arn_of, elsewhere, properties::properties,
};

/// What identities are made of.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// The file.
    pub scope: Scope<'a>,
    /// Where names come from.
    pub world: World,
    /// The user's repository.
    pub workspace: &'a Workspace,
}

impl Naming<'_> {
    /// The name that stands before the names of everything the file's pipelines share.
    fn owner(&self) -> String {
        self.scope.hir.pipelines.first().map_or_else(|| "dotpipe".to_owned(), |pipeline| pipeline.name.node.clone())
    }

    /// The identity of a thing the plan makes by itself: `what` of the pipeline `owner`.
    pub fn derived(&self, kind: NameKind, owner: &str, what: &str, logical: String, span: Span) -> Identity {
        Identity {
            symbol: what.to_owned(),
            span,
            logical_id: logical,
            name: (self.world == World::Split).then(|| physical(kind, owner, what)),
            fixed: Some(physical(kind, owner, what)),
            site: Site::Home,
            doc: None,
            imported: None,
        }
    }

    /// A pipeline's name in AWS.
    pub fn name_of_pipeline(&self, pipeline: &Pipeline) -> Expr {
        let literal = || Expr::text(pipeline.name.node.as_str());
        pipeline.deploy_name.as_ref().map_or_else(literal, |name| self.scope.plain(name))
    }

    /// The name of a declared thing that has asked for none.
    fn default_name(&self, node: Node, symbol: &str) -> Option<Expr> {
        match self.world {
            World::Split => self.fixed_name(node, symbol),
            // The log group's ARN in the project's role and the project itself must agree without a reference between them.
            World::Template if matches!(node, Node::Project(_)) => Some(behind_stack_name(symbol)),
            // An alias stands beside its key, and others know the key by it.
            World::Template if matches!(node, Node::Key(_)) => self.fixed_name(node, symbol),
            World::Template => None,
        }
    }

    /// The name of a declared thing that has asked for none, where something outside must know it.
    fn fixed_name(&self, node: Node, symbol: &str) -> Option<Expr> {
        let kind = match node {
            Node::Project(_) => NameKind::Project,
            Node::Bucket(_) => NameKind::Bucket,
            Node::Topic(_) => NameKind::Topic,
            Node::Role(_) => NameKind::Role,
            Node::Key(_) => NameKind::Key,
            Node::Repository(_) => NameKind::Repository,
            Node::Connection(_) | Node::Provider(_) | Node::Pipeline(_) | Node::Environment(_) => return None,
        };
        Some(physical(kind, &self.owner(), symbol))
    }

    /// The identity of a declared thing.
    pub fn declared(&self, entity: Entity, declaration: &Declaration) -> Identity {
        let node = super::value::node(entity);
        let symbol = self.scope.hir.symbol(entity);
        let asked = declaration.name.as_ref().map(|name| self.scope.text(&name.node));
        let imported = match &declaration.ownership {
            Ownership::Owned => None,
            Ownership::Imported(value) => Some(self.imported(node, value)),
        };
        Identity {
            symbol: symbol.node.clone(),
            span: symbol.span,
            logical_id: declaration
                .logical_id
                .as_ref()
                .map_or_else(|| logical_id(kind_word(node), &symbol.node), |id| id.node.clone()),
            fixed: asked.clone().or_else(|| self.fixed_name(node, &symbol.node)),
            name: asked.or_else(|| self.default_name(node, &symbol.node)),
            site: Site::Home,
            doc: declaration.doc.clone(),
            imported,
        }
    }

    /// Name and ARN of a thing given by either.
    fn imported(&self, node: Node, value: &Value) -> Imported {
        let given = self.scope.plain(value);
        let begins = given.pieces().first();
        let is_name = begins.is_none_or(|it| matches!(it, super::Piece::Text(text) if !text.starts_with("arn:")));
        if is_name {
            return Imported { arn: arn_of(node, given.clone()).unwrap_or_else(|| given.clone()), name: given };
        }
        let resource = given.field(5, ':');
        let name = match node {
            Node::Project(_) => resource.field(1, '/'),
            // What stands behind `repository/` may hold slashes itself.
            Node::Repository(_) => match resource.as_text() {
                Some(text) => Expr::text(text.strip_prefix("repository/").unwrap_or(text)),
                None => resource.field(1, '/'),
            },
            // A role's path stands before its name.
            Node::Role(_) => match resource.as_text() {
                Some(text) => Expr::text(text.rsplit('/').next().unwrap_or(text)),
                None => resource.field(1, '/'),
            },
            _ => resource,
        };
        Imported { name, arn: given }
    }
}

/// What the logical ids of a kind start with.
pub fn kind_word(node: Node) -> &'static str {
    match node {
        Node::Pipeline(_) => "Pipeline",
        Node::Project(_) => "Project",
        Node::Bucket(_) => "Bucket",
        Node::Topic(_) => "Topic",
        Node::Connection(_) => "Connection",
        Node::Repository(_) => "Repository",
        Node::Provider(_) => "Provider",
        Node::Role(_) => "Role",
        Node::Key(_) => "Key",
        Node::Environment(_) => "Environment",
    }
}

/// The parameters.
pub fn params(hir: &Hir) -> Vec<ParamPlan> {
    let param = |param: &crate::hir::Param| ParamPlan {
        name: param.name.node.clone(),
        ty: param.ty,
        secret: param.secret,
        in_json: false,
        default: param.default.as_ref().map(|default| default.node.clone()),
        allowed: param.allowed.clone(),
        doc: param.doc.clone(),
        given: param.given.clone(),
        span: param.name.span,
    };
    hir.params.iter().map(param).collect()
}

/// The declared buckets.
pub fn buckets(naming: &Naming) -> Vec<BucketPlan> {
    let scope = naming.scope;
    let bucket = |(index, bucket): (usize, &Declaration)| BucketPlan {
        identity: naming.declared(Entity::Bucket(crate::hir::BucketId(index)), bucket),
        expire: days(&bucket.attributes, "expire"),
        events: false,
        versioned: flag(&bucket.attributes, "versioned").unwrap_or(true),
        retain: flag(&bucket.attributes, "retain").unwrap_or(true),
        tags: bucket.attributes.get("tags").map(|tags| scope.pairs(&tags.value)).unwrap_or_default(),
        key: bucket.attributes.get("key").map(|key| scope.plain(&key.value)),
        shares: Vec::new(),
        raw: bucket.raw.as_ref().map(|raw| scope.data(raw)),
    };
    scope.hir.buckets.iter().enumerate().map(bucket).collect()
}

/// The declared topics.
pub fn topics(naming: &Naming) -> Vec<TopicPlan> {
    let scope = naming.scope;
    let topic = |(index, topic): (usize, &Declaration)| TopicPlan {
        identity: naming.declared(Entity::Topic(crate::hir::TopicId(index)), topic),
        email: texts(&scope, &topic.attributes, "email"),
        properties: properties(&scope, "topic", &topic.attributes, &["email", "name"]),
        raw: topic.raw.as_ref().map(|raw| scope.data(raw)),
    };
    scope.hir.topics.iter().enumerate().map(topic).collect()
}

/// The declared connections.
pub fn connections(naming: &Naming) -> Vec<ConnectionPlan> {
    let scope = naming.scope;
    let connection = |(index, connection): (usize, &Declaration)| ConnectionPlan {
        identity: naming.declared(Entity::Connection(crate::hir::ConnectionId(index)), connection),
        properties: named(
            properties(&scope, "connection", &connection.attributes, &[]),
            "ConnectionName",
            &connection.symbol.node,
        ),
        raw: connection.raw.as_ref().map(|raw| scope.data(raw)),
    };
    scope.hir.connections.iter().enumerate().map(connection).collect()
}

/// The declared repositories of images.
pub fn repositories(naming: &Naming) -> Vec<RepositoryPlan> {
    let scope = naming.scope;
    let repository = |(index, it): (usize, &Declaration)| RepositoryPlan {
        identity: naming.declared(Entity::Repository(crate::hir::RepositoryId(index)), it),
        immutable: flag(&it.attributes, "immutable").unwrap_or(false),
        expire_untagged: days(&it.attributes, "expire-untagged"),
        retain: flag(&it.attributes, "retain").unwrap_or(true),
        key: it.attributes.get("key").map(|key| scope.plain(&key.value)),
        properties: properties(&scope, "repository", &it.attributes, &["name", "key"]),
        raw: it.raw.as_ref().map(|raw| scope.data(raw)),
    };
    scope.hir.repositories.iter().enumerate().map(repository).collect()
}

/// The declared keys.
pub fn keys(naming: &Naming) -> Vec<KeyPlan> {
    let scope = naming.scope;
    let key = |(index, key): (usize, &Declaration)| KeyPlan {
        identity: naming.declared(Entity::Key(KeyId(index)), key),
        properties: properties(&scope, "key", &key.attributes, &["name", "retain"]),
        retain: flag(&key.attributes, "retain").unwrap_or(true),
        shares: Vec::new(),
        raw: key.raw.as_ref().map(|raw| scope.data(raw)),
    };
    scope.hir.keys.iter().enumerate().map(key).collect()
}

/// The declared environments.
pub fn environments(naming: &Naming, home: &Known) -> Vec<EnvironmentPlan> {
    let environment = |(index, environment): (usize, &Environment)| {
        let identity = naming.declared(Entity::Environment(EnvironmentId(index)), &environment.declaration);
        let name = Expr::text(identity.symbol.as_str());
        let given = |given: &Option<Spanned<String>>| given.as_ref().map(|it| it.node.clone());
        EnvironmentPlan {
            identity: Identity { imported: Some(Imported { arn: name.clone(), name }), ..identity },
            account: elsewhere(given(&environment.account).as_ref(), home.account.as_ref()),
            region: elsewhere(given(&environment.region).as_ref(), home.region.as_ref()),
            role: environment.role.as_ref().map(|role| Node::Role(role.node.0)),
            action_role: environment.action_role.as_ref().map(|role| Node::Role(role.node.0)),
        }
    };
    naming.scope.hir.environments.iter().enumerate().map(environment).collect()
}

/// A list of texts, or a single one.
pub fn texts(scope: &Scope, attributes: &IndexMap<String, Attribute>, word: &str) -> Vec<Expr> {
    match attributes.get(word).map(|attribute| &attribute.value) {
        Some(Value { kind: ValueKind::List(items), .. }) => items.iter().map(|item| scope.plain(item)).collect(),
        Some(value) if !matches!(value.kind, ValueKind::Null) => vec![scope.plain(value)],
        _ => Vec::new(),
    }
}

/// A boolean.
pub fn flag(attributes: &IndexMap<String, Attribute>, word: &str) -> Option<bool> {
    match attributes.get(word)?.value.kind {
        ValueKind::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// A duration in whole days, the form that its slot gives it.
pub fn days(attributes: &IndexMap<String, Attribute>, word: &str) -> Option<u64> {
    match &attributes.get(word)?.value.kind {
        ValueKind::Number(days) => days.parse().ok(),
        _ => None,
    }
}

/// Properties with a name in front where there is none.
fn named(mut properties: Properties, key: &str, name: &str) -> Properties {
    if !properties.iter().any(|(property, _)| property == key) {
        properties.insert(0, (key.to_owned(), Data::Text(Expr::text(name))));
    }
    properties
}
