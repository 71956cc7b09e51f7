//! The declarations of the file besides the pipelines: identities, and the simple resources.

use crate::catalog::NameInArn;
use crate::collections::IndexMap;
use crate::hir::{
    Arena, Attribute, BucketId, ConnectionId, Declaration, Entity, Environment, EnvironmentId, KeyId, Ownership,
    Pipeline, RepositoryId, TopicId, Value, ValueKind,
};
use crate::source::{Span, Spanned};

use super::action_files::ActionFiles;
use super::names::{NameKind, behind_stack_name, logical_id, logical_id_of, physical};
use super::value::ValueScope;
use super::{
    BucketPlan, ConnectionPlan, Data, EnvironmentPlan, Expr, Identity, Imported, KeyPlan, Known, Piece, Properties,
    RepositoryPlan, Site, TopicPlan, World, arn_of, elsewhere,
    properties::{flag, properties},
};

/// The inputs that identities are derived from.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// The file.
    pub scope: ValueScope<'a>,
    /// The way in which names are chosen.
    pub world: World,
    /// The files of the user's repository that the actions use.
    pub action_files: &'a ActionFiles<'a>,
}

impl Naming<'_> {
    /// Returns the prefix of the names of everything that the file's pipelines share.
    fn owner(&self) -> String {
        self.scope.hir.pipelines.first().map_or_else(|| "dotpipe".to_owned(), |pipeline| pipeline.name.node.clone())
    }

    /// Returns the identity of a derived resource: `what` of the pipeline `owner`.
    pub fn derived(&self, kind: NameKind, owner: &str, what: &str, logical: String, span: Span) -> Identity {
        Identity {
            symbol: what.to_owned(),
            span,
            of_action: false,
            logical_id: logical,
            name: physical(kind, owner, what).filter(|_| self.world == World::Split),
            fixed: physical(kind, owner, what),
            site: Site::Home,
            doc: None,
            resource_attributes: None,
            condition: None,
            imported: None,
        }
    }

    /// Returns the physical name of a pipeline.
    pub fn name_of_pipeline(&self, pipeline: &Pipeline) -> Expr {
        if !pipeline.named && self.world == World::Template {
            return Piece::Ref(logical_id_of(pipeline)).into();
        }
        let literal = || Expr::text(pipeline.name.node.as_str());
        pipeline.deploy_name.as_ref().map_or_else(literal, |name| self.scope.plain(name))
    }

    /// Returns the name of a declaration that does not set one.
    fn default_name(&self, node: Entity, symbol: &str) -> Option<Expr> {
        match self.world {
            World::Split => self.fixed_name(node, symbol),
            // The project's role contains the ARN of its log group. Both have to agree without a reference between
            // them.
            World::Template if matches!(node, Entity::Project(_)) => Some(behind_stack_name(symbol)),
            // An alias is created with its key, and other resources refer to the key by it.
            World::Template if matches!(node, Entity::Key(_)) => self.fixed_name(node, symbol),
            World::Template => None,
        }
    }

    /// Returns the name of a declaration that does not set one, but that something outside its template refers to.
    fn fixed_name(&self, node: Entity, symbol: &str) -> Option<Expr> {
        physical(NameKind::Of(node.kind()), &self.owner(), symbol)
    }

    /// Returns the identity of a declaration.
    pub fn declared(&self, entity: Entity, declaration: &Declaration) -> Identity {
        let symbol = self.scope.hir.symbol(entity);
        // For JSON, every name has to be known before the resource is created.
        let generates = declaration.generates() || self.world == World::Split;
        let asked = declaration.name().map(|name| self.scope.text(name.node));
        let imported = match &declaration.ownership {
            Ownership::Owned => None,
            Ownership::Imported(value) => Some(self.imported(entity, value)),
        };
        Identity {
            symbol: symbol.node.clone(),
            span: symbol.span,
            of_action: false,
            logical_id: declaration
                .logical_id()
                .map_or_else(|| logical_id(entity.kind().logical(), &symbol.node), str::to_owned),
            fixed: asked.clone().or_else(|| self.fixed_name(entity, &symbol.node)),
            name: asked.or_else(|| self.default_name(entity, &symbol.node).filter(|_| generates)),
            site: Site::Home,
            doc: declaration.doc.clone(),
            resource_attributes: declaration.resource_attributes().map(|value| self.scope.data(value)),
            condition: self.scope.hir.name_of_condition(declaration.condition.as_ref()),
            imported,
        }
    }

    /// Returns the name and ARN of an existing resource that is identified by one of them.
    fn imported(&self, node: Entity, value: &Value) -> Imported {
        let given = self.scope.plain(value);
        let begins = given.pieces().first();
        let is_name = begins.is_none_or(|it| match it {
            Piece::Text(text) => !text.starts_with("arn:"),
            // `Ref` of a bucket returns its name.
            // <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html> (2026-11-29)
            Piece::Ref(_) => matches!(node, Entity::Bucket(_)),
            _ => false,
        });
        if is_name {
            return Imported { arn: arn_of(node, given.clone()).unwrap_or_else(|| given.clone()), name: given };
        }
        let resource = given.field(5, ':');
        let name = match node.kind().name_in_arn() {
            NameInArn::Whole => resource,
            NameInArn::After(word) => match resource.as_text() {
                Some(text) => Expr::text(text.strip_prefix(word).unwrap_or(text)),
                None => resource.field(1, '/'),
            },
            NameInArn::Last => match resource.as_text() {
                Some(text) => Expr::text(text.rsplit('/').next().unwrap_or(text)),
                None => resource.field(1, '/'),
            },
        };
        Imported { name, arn: given }
    }
}

/// Plans the declared buckets.
pub fn buckets(naming: &Naming) -> Arena<BucketId, BucketPlan> {
    let scope = naming.scope;
    let bucket = |(id, bucket): (BucketId, &Declaration)| BucketPlan {
        identity: naming.declared(Entity::Bucket(id), bucket),
        expire: days(&bucket.attributes, "expire"),
        events: false,
        versioned: flag(&bucket.attributes, "versioned").unwrap_or_else(|| bucket.generates()),
        retain: retain(bucket),
        generate: bucket.generates(),
        tags: bucket.attributes.get("tags").map(|tags| scope.pairs(&tags.value)).unwrap_or_default(),
        key: bucket.attributes.get("key").map(|key| scope.plain(&key.value)),
        shares: Vec::new(),
        raw: bucket.raw().map(|raw| scope.data(raw)),
    };
    scope.hir.buckets.entries().map(bucket).collect()
}

/// Plans the declared topics.
pub fn topics(naming: &Naming) -> Arena<TopicId, TopicPlan> {
    let scope = naming.scope;
    let topic = |(id, topic): (TopicId, &Declaration)| TopicPlan {
        identity: naming.declared(Entity::Topic(id), topic),
        email: texts(&scope, &topic.attributes, "email"),
        properties: properties(&scope, "topic", &topic.attributes, &["email", "name"]),
        raw: topic.raw().map(|raw| scope.data(raw)),
    };
    scope.hir.topics.entries().map(topic).collect()
}

/// Plans the declared connections.
pub fn connections(naming: &Naming) -> Arena<ConnectionId, ConnectionPlan> {
    let scope = naming.scope;
    let connection = |(id, connection): (ConnectionId, &Declaration)| ConnectionPlan {
        identity: naming.declared(Entity::Connection(id), connection),
        properties: named(
            properties(&scope, "connection", &connection.attributes, &[]),
            "ConnectionName",
            &connection.symbol.node,
        ),
        raw: connection.raw().map(|raw| scope.data(raw)),
    };
    scope.hir.connections.entries().map(connection).collect()
}

/// Plans the declared image repositories.
pub fn repositories(naming: &Naming) -> Arena<RepositoryId, RepositoryPlan> {
    let scope = naming.scope;
    let repository = |(id, it): (RepositoryId, &Declaration)| RepositoryPlan {
        identity: naming.declared(Entity::Repository(id), it),
        immutable: flag(&it.attributes, "immutable").unwrap_or(false),
        expire_untagged: days(&it.attributes, "expire-untagged"),
        retain: retain(it),
        key: it.attributes.get("key").map(|key| scope.plain(&key.value)),
        properties: properties(&scope, "repository", &it.attributes, &["name", "key"]),
        raw: it.raw().map(|raw| scope.data(raw)),
    };
    scope.hir.repositories.entries().map(repository).collect()
}

/// Plans the declared keys.
pub fn keys(naming: &Naming) -> Arena<KeyId, KeyPlan> {
    let scope = naming.scope;
    let key = |(id, key): (KeyId, &Declaration)| KeyPlan {
        identity: naming.declared(Entity::Key(id), key),
        properties: properties(&scope, "key", &key.attributes, &["name", "retain"]),
        retain: retain(key),
        generate: key.generates(),
        shares: Vec::new(),
        raw: key.raw().map(|raw| scope.data(raw)),
    };
    scope.hir.keys.entries().map(key).collect()
}

/// Plans the declared environments.
pub fn environments(naming: &Naming, home: &Known) -> Arena<EnvironmentId, EnvironmentPlan> {
    let environment = |(id, environment): (EnvironmentId, &Environment)| {
        let identity = naming.declared(Entity::Environment(id), &environment.declaration);
        let name = Expr::text(identity.symbol.as_str());
        let given = |given: Option<Spanned<&str>>| given.map(|it| it.node.to_owned());
        EnvironmentPlan {
            identity: Identity { imported: Some(Imported { arn: name.clone(), name }), ..identity },
            account: elsewhere(given(environment.account()).as_ref(), home.account.as_ref()),
            region: elsewhere(given(environment.region()).as_ref(), home.region.as_ref()),
            role: environment.role().map(|role| Entity::Role(role.node)),
            action_role: environment.action_role().map(|role| Entity::Role(role.node)),
        }
    };
    naming.scope.hir.environments.entries().map(environment).collect()
}

/// Returns the strings of an attribute that is a list or a single string.
pub fn texts(scope: &ValueScope, attributes: &IndexMap<String, Attribute>, word: &str) -> Vec<Expr> {
    match attributes.get(word).map(|attribute| &attribute.value) {
        Some(Value { kind: ValueKind::List(items), .. }) => items.iter().map(|item| scope.plain(item)).collect(),
        Some(value) if !matches!(value.kind, ValueKind::Null) => vec![scope.plain(value)],
        _ => Vec::new(),
    }
}

/// Returns whether a resource is retained when its stack is deleted. By default, it is if dotpipe decides its
/// properties.
fn retain(declaration: &Declaration) -> Option<bool> {
    flag(&declaration.attributes, "retain").or_else(|| declaration.generates().then_some(true))
}

/// Returns a duration in whole days, which is how its slot stores it.
pub fn days(attributes: &IndexMap<String, Attribute>, word: &str) -> Option<u64> {
    match &attributes.get(word)?.value.kind {
        ValueKind::Number(days) => days.parse().ok(),
        _ => None,
    }
}

/// Inserts a name before the other properties unless there is one.
fn named(mut properties: Properties, key: &str, name: &str) -> Properties {
    if !properties.iter().any(|(property, _)| property == key) {
        properties.insert(0, (key.to_owned(), Data::Text(Expr::text(name))));
    }
    properties
}
